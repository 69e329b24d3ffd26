//! Rust by the catalogue: items whose paths are the keys, so that a wrong key or a missing value doesn't compile.

use crate::catalogue::{Catalogue, Group, Member, Plural, Text};

const PORTAL: &str = "portal";

/// The enum of the languages.
pub(crate) fn language(catalogue: &Catalogue) -> String {
    let variants: Vec<_> = catalogue.tags.iter().map(|tag| camel_case(tag)).collect();
    let declared = variants
        .iter()
        .zip(&catalogue.tags)
        .enumerate()
        .map(|(index, (variant, tag))| {
            let default = if index == 0 { "#[default] " } else { "" };
            format!("#[doc = \"`{tag}`\"] {default}{variant},")
        });
    let tags = variants
        .iter()
        .zip(&catalogue.tags)
        .map(|(variant, tag)| format!("Self::{variant} => \"{tag}\","));
    format!(
        "/// A language in which every text exists.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub enum Language {{ {} }}
        impl Language {{
            /// All languages, the fallback first.
            pub const ALL: [Self; {}] = [{}];
            /// Where no language is known.
            pub const FALLBACK: Self = Self::{};
            /// The tag of BCP 47, for `lang`.
            #[must_use]
            pub const fn tag(self) -> &'static str {{ match self {{ {} }} }}
        }}\n",
        declared.collect::<String>(),
        variants.len(),
        variants.iter().map(|variant| format!("Self::{variant},")).collect::<String>(),
        variants.first().map_or("", String::as_str),
        tags.collect::<String>(),
    )
}

/// The modules of all sections but the portal's.
pub(crate) fn sections(catalogue: &Catalogue) -> String {
    let sections = catalogue.root.0.iter().filter(|(name, _)| name != PORTAL);
    sections.map(|(name, member)| item(name, member)).collect()
}

fn item(name: &str, member: &Member) -> String {
    match member {
        Member::Group(group) => {
            let items: String = group.0.iter().map(|(name, member)| item(name, member)).collect();
            format!("pub mod {name} {{ #[allow(unused_imports)] use super::*; {items} }}\n")
        }
        Member::Text(text) if text.gaps.is_empty() => {
            let (doc, name, message) = (doc(text), name.to_uppercase(), message(text));
            format!("{doc} pub const {name}: Text = Text::new(&{message});\n")
        }
        Member::Text(text) => {
            let (doc, message) = (doc(text), message(text));
            let (parameters, values) = values(&text.gaps);
            format!("{doc} #[must_use] pub fn {name}({parameters}) -> Text {{ Text::with(&{message}, vec![{values}]) }}\n")
        }
        Member::Plural(Plural { one, other }) => {
            let (doc, one) = (doc(other), message(one));
            let (parameters, values) = values(other.gaps.get(1..).unwrap_or_default());
            let other = message(other);
            format!(
                "{doc} #[must_use] pub fn {name}(count: usize, {parameters}) -> Text {{
                    Text::with(if count == 1 {{ &{one} }} else {{ &{other} }}, vec![Value::from(count), {values}])
                }}\n"
            )
        }
    }
}

/// The parameters of a function, and what its body makes of them.
fn values(gaps: &[String]) -> (String, String) {
    let parameters = gaps.iter().map(|gap| format!("{gap}: impl Into<Value>,"));
    let values = gaps.iter().map(|gap| format!("{gap}.into(),"));
    (parameters.collect(), values.collect())
}

fn message(Text { key, texts, .. }: &Text) -> String {
    format!("Message {{ key: \"{key}\", texts: {texts:?} }}")
}

/// The English text, for readers of the code.
fn doc(text: &Text) -> String {
    format!("#[doc = {:?}]", text.texts.first().map_or("", String::as_str))
}

/// The types of the portal's section, and where all languages are embedded, their lines.
pub(crate) fn portal(catalogue: &Catalogue) -> String {
    let mut code = String::new();
    let section = catalogue.root.0.iter().find(|(name, _)| name == PORTAL);
    if let Some((_, Member::Group(group))) = section {
        structure("Texts", group, &mut code);
    }
    let lines = catalogue.tags.iter().map(|tag| {
        let lines = catalogue.lines(PORTAL, tag);
        format!("crate::Language::{} => {lines:?},", camel_case(tag))
    });
    code + &format!(
        "/// The lines of a language.
        #[cfg(feature = \"server\")]
        #[must_use]
        pub const fn lines(language: crate::Language) -> &'static str {{ match language {{ {} }} }}\n",
        lines.collect::<String>()
    )
}

/// The struct of a group, and those of the groups in it.
fn structure(name: &str, group: &Group, code: &mut String) {
    let mut fields = String::new();
    let mut reads = String::new();
    for (field, member) in &group.0 {
        let (doc, kind, read) = match member {
            Member::Group(inner) => {
                let prefix = if name == "Texts" { "" } else { name };
                let inner_name = format!("{prefix}{}", camel_case(field));
                structure(&inner_name, inner, code);
                let read = format!("{inner_name}::read(lines)");
                ("#[doc = \"A group.\"]".to_owned(), inner_name, read)
            }
            Member::Text(text) if text.gaps.is_empty() => (doc(text), "&'static str".to_owned(), "line(lines)".to_owned()),
            Member::Text(text) => (
                doc(text),
                format!("Template<{}>", text.gaps.len()),
                "Template(line(lines))".to_owned(),
            ),
            Member::Plural(plural) => (doc(&plural.other), "Plural".to_owned(), "Plural::read(lines)".to_owned()),
        };
        fields.push_str(&format!("{doc} pub {field}: {kind},"));
        reads.push_str(&format!("{field}: {read},"));
    }
    code.push_str(&format!(
        "/// Texts of the portal.
        #[derive(Debug)]
        pub struct {name} {{ {fields} }}
        impl {name} {{
            /// Reads the lines of a language.
            pub fn read(lines: &mut Lines<'_>) -> Self {{ Self {{ {reads} }} }}
        }}\n"
    ));
}

/// `sign_in` as `SignIn`.
fn camel_case(name: &str) -> String {
    let words = name.split('_').map(|word| {
        let mut letters = word.chars();
        letters
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .chain(letters)
            .collect::<String>()
    });
    words.collect()
}
