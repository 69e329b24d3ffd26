use crate::catalogue::{Catalogue, CatalogueError, File, Member};
use crate::fill::fill;

fn read(english: &str, german: &str) -> Result<Catalogue, Vec<CatalogueError>> {
    let file = |tag: &str, content: &str| File {
        tag: tag.to_owned(),
        content: content.to_owned(),
    };
    Catalogue::read(&[file("de", german), file("en", english)])
}

/// Where the errors are, and of which kind.
fn errors(english: &str, german: &str) -> Vec<String> {
    let errors = read(english, german).err().unwrap_or_default();
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn languages_are_read_side_by_side_and_the_fallback_is_first() {
    let catalogue = read(
        "# A comment.\napi.a.b = {x} and {y}\n\napi.c = = equals\n",
        "api.a.b = {y} und {x}\napi.c = = gleich\n",
    );
    let catalogue = catalogue.unwrap();
    assert_eq!(catalogue.tags, ["en", "de"]);
    assert_eq!(catalogue.lines("api", "en"), "{0} and {1}\n= equals\n");
    assert_eq!(catalogue.lines("api", "de"), "{1} und {0}\n= gleich\n");
    assert_eq!(catalogue.lines("api", "fr"), "");
    assert_eq!(catalogue.lines("portal", "de"), "");
}

#[test]
fn lines_follow_the_groups_where_a_group_comes_twice() {
    let texts = "portal.a.x = 1\nportal.b.x = 2\nportal.a.y = 3\n";
    assert_eq!(read(texts, texts).unwrap().lines("portal", "de"), "1\n3\n2\n");
}

#[test]
fn one_and_other_are_a_plural_and_the_number_is_its_first_gap() {
    let catalogue = read(
        "api.n.one = a page of {book}\napi.n.other = of {book} {count} pages\napi.m.other = Other\n",
        "api.n.one = {count} Seite von {book}\napi.n.other = {count} Seiten von {book}\napi.m.other = Andere\n",
    )
    .unwrap();
    assert_eq!(catalogue.lines("api", "en"), "a page of {1}\nof {1} {0} pages\nOther\n");
    let Some((_, Member::Group(api))) = catalogue.root.0.first() else {
        panic!("no group");
    };
    assert!(matches!(api.0.as_slice(), [(_, Member::Plural(_)), (_, Member::Group(_))]));
}

#[test]
fn every_error_of_a_file_is_named_with_its_place() {
    for (texts, error) in [
        ("api.a", "texts/en.txt:1: api.a: this is no `key = text`"),
        ("\napi = A", "texts/en.txt:2: api: a key is `section.key` or longer"),
        ("api.1a = A", "texts/en.txt:1: api.1a: `1a` must be a name"),
        ("api.b_B = A", "texts/en.txt:1: api.b_B: `b_B` must be a name"),
        ("api..b = A", "texts/en.txt:1: api..b: `` must be a name"),
        ("api.type = A", "texts/en.txt:1: api.type: `type` must be a name"),
        ("api.a = A\napi.a = B", "texts/en.txt:2: api.a: this key was there before"),
        ("api.a = A\napi.a.b = B", "texts/en.txt:2: api.a.b: api.a is a text"),
        ("api.a =  A", "texts/en.txt:1: api.a: the text is empty or has spaces"),
        ("api.a = ", "texts/en.txt:1: api.a: the text is empty"),
        ("api.a = {", "texts/en.txt:1: api.a: a brace is there without a gap"),
        ("api.a = a}", "texts/en.txt:1: api.a: a brace is there without a gap"),
        ("api.a = {0}", "texts/en.txt:1: api.a: a brace is there without a gap"),
        ("api.a = {{x}}", "texts/en.txt:1: api.a: a brace is there without a gap"),
        ("api.a.one = A", "texts/en.txt:1: api.a.one: a plural is `one`, then `other`"),
        (
            "api.a.other = A\napi.a.one = A",
            "texts/en.txt:2: api.a.one: a plural is `one`, then `other`",
        ),
        (
            "api.a.one = A\napi.a.other = A\napi.a.few = A",
            "texts/en.txt:1: api.a.one: a plural is `one`, then `other`",
        ),
        (
            "api.a.one = A\napi.a.other = {x}",
            "texts/en.txt:1: api.a.one: `one` and `other` have different gaps",
        ),
    ] {
        let errors = errors(texts, texts);
        assert!(errors.iter().any(|found| found.starts_with(error)), "{texts}: {errors:?}");
    }
}

#[test]
fn a_language_that_differs_from_english_is_named_with_its_place() {
    let english = "api.a = {x} A\napi.n.one = {count} {y}\napi.n.other = {count} {y}\n";
    let plural = "api.n.one = {y}\napi.n.other = {count} {y}\n";
    assert_eq!(errors(english, &format!("api.a = A {{x}}\n{plural}")), Vec::<String>::new());
    for (german, error) in [
        (
            plural.to_owned(),
            "texts/de.txt:2: api.a: en.txt has this key in line 1, here it is missing",
        ),
        (
            format!("api.a = {{x}}\napi.b = B\n{plural}"),
            "texts/de.txt:2: api.b: en.txt has no such key",
        ),
        (
            format!("{plural}api.a = {{x}}\n"),
            "texts/de.txt:1: api.n.one: en.txt has api.a here",
        ),
        (
            format!("api.a = A\n{plural}"),
            "texts/de.txt:1: api.a: the gaps must be those of en.txt: {x}",
        ),
        (
            format!("api.a = {{x}} {{z}}\n{plural}"),
            "texts/de.txt:1: api.a: the gaps must be those of en.txt: {x}",
        ),
        (
            "api.a = {x}\napi.n.one = A\napi.n.other = {count} {y}\n".to_owned(),
            "texts/de.txt:2: api.n.one: the gaps must be those of en.txt: {count}, {y}",
        ),
    ] {
        assert_eq!(errors(english, &german), [error], "{german}");
    }
}

#[test]
fn values_are_copied_as_they_are() {
    assert_eq!(fill("{1} and {0}", &["a", "b"]), "b and a");
    assert_eq!(fill("{0}{1}", &["{1}", "}{0}"]), "{1}}{0}");
    assert_eq!(fill("nothing", &["a"]), "nothing");
}

#[cfg(feature = "server")]
mod texts {
    use crate::text::Message;
    use crate::{Language, Text, Value, api};

    static OUTER: Message = Message {
        key: "test.outer",
        texts: [OUTER_TEXT; Language::ALL.len()],
    };
    const OUTER_TEXT: &str = "({0}: {1})";

    #[test]
    fn a_text_in_a_text_is_in_the_same_language_and_a_value_in_none() {
        let text = Text::with(&OUTER, vec![Value::Text(api::tenant::NOT_FOUND), "absent".into()]);
        assert_eq!(text.of(Language::En), "(Your organization isn't registered.: absent)");
        assert_eq!(text.of(Language::De), "(Ihre Organisation ist nicht registriert.: absent)");
        assert_eq!(text.key(), "test.outer");
    }

    #[test]
    fn numbers_are_values() {
        assert_eq!(
            api::import::version(3_u32).of(Language::De),
            "Dieses Gateway liest Version 3."
        );
    }

    #[test]
    fn a_language_is_known_by_its_primary_subtag() {
        for (tag, language) in [
            ("de", Some(Language::De)),
            ("de_AT", Some(Language::De)),
            (" DE-ch ", Some(Language::De)),
            ("en-GB", Some(Language::En)),
            ("den", None),
            ("", None),
        ] {
            assert_eq!(Language::of_tag(tag), language, "{tag}");
        }
        assert_eq!(Language::default(), Language::FALLBACK);
        assert!(
            Language::ALL
                .into_iter()
                .all(|language| Language::of_tag(language.tag()) == Some(language))
        );
    }
}
