//! The portal's texts: a file for each language, and what the page says before the program runs.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use messages::catalogue::{Catalogue, File, Group, Member};
use messages::{Text, portal_page};

use super::{bundle::file_name, files};

/// Reads the files of a folder, one a language.
pub(super) fn read(folder: &Path) -> Result<Catalogue> {
    let read = |path: &std::path::PathBuf| {
        let content = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let tag = file_name(path).trim_end_matches(".txt").to_owned();
        Ok(File { tag, content })
    };
    let files = files(folder)?.iter().map(read).collect::<Result<Vec<_>>>()?;
    Catalogue::read(&files).map_err(|errors| {
        let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
        anyhow!("{}", errors.join("\n"))
    })
}

/// The texts that the program reads.
pub(super) fn lines(catalogue: &Catalogue, tag: &str) -> String {
    catalogue.lines("portal", tag)
}

/// The placeholders of `frontend/index.html` that are filled with texts. No program runs yet, so each language is there.
pub(super) fn placeholders(catalogue: &Catalogue) -> Result<Vec<(String, String)>> {
    let title = page_text(catalogue, &portal_page::NOT_LOADED)?;
    let text = page_text(catalogue, &portal_page::NOT_LOADED_TEXT)?;
    let reload = page_text(catalogue, &portal_page::RELOAD)?;
    let no_script = page_text(catalogue, &portal_page::NO_SCRIPT)?;
    let description = page_text(catalogue, &portal_page::DESCRIPTION)?;
    let mut not_loaded = String::new();
    let mut without_script = String::new();
    for (language, tag) in catalogue.tags.iter().enumerate() {
        let [title, text, reload, no_script] = [title, text, reload, no_script].map(|texts| escaped(&texts[language]));
        not_loaded += &format!(
            "<main class=\"boot-message\" lang=\"{tag}\" hidden>\n<div role=\"alert\">\n<h1>{title}</h1>\n<p>{text}</p>\n\
             <p><a href=\"\">{reload}</a></p>\n</div>\n</main>\n"
        );
        without_script += &format!("<p lang=\"{tag}\">{no_script}</p>\n");
    }
    let description = description.first().map(|text| escaped(text)).unwrap_or_default();
    Ok(vec![
        ("{{description}}".to_owned(), description),
        ("{{not_loaded}}\n".to_owned(), not_loaded),
        ("{{no_script}}\n".to_owned(), without_script),
    ])
}

/// A text in each language of these files, which may be others than those that xtask was built with.
fn page_text<'a>(catalogue: &'a Catalogue, text: &Text) -> Result<&'a [String]> {
    let mut member = None;
    let mut group = Some(&catalogue.root);
    for segment in text.key().split('.') {
        let members = group.into_iter().flat_map(|Group(members)| members);
        member = members
            .into_iter()
            .find(|(name, _)| name == segment)
            .map(|(_, member)| member);
        group = match member {
            Some(Member::Group(inner)) => Some(inner),
            _ => None,
        };
    }
    match member {
        Some(Member::Text(text)) => Ok(&text.texts),
        _ => bail!("the catalogue has no text {}", text.key()),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A text in the program itself would be there in one language only, and downloaded twice.
pub(super) fn ensure_none_in(program: &[u8], catalogue: &Catalogue) -> Result<()> {
    /// Shorter ones may be a value of the API, or part of something else.
    const LONG: usize = 24;
    let program = String::from_utf8_lossy(program);
    for tag in &catalogue.tags {
        let lines = lines(catalogue, tag);
        let found = lines
            .lines()
            .find(|text| text.len() >= LONG && !text.contains('{') && program.contains(*text));
        if let Some(text) = found {
            bail!("the portal's program has a text of the catalogue in it: {text}");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str = "portal.title = A title that is long enough\nportal.count.one = 1 thing\nportal.count.other = {count} things\n\
        portal_page.description = About\nportal_page.not_loaded = Not loaded\nportal_page.not_loaded_text = Check it.\n\
        portal_page.reload = Reload\nportal_page.no_script = Needs <JavaScript>\n";

    /// English, and this as another language.
    fn catalogue(tag: &str, other: &str) -> Result<Catalogue> {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("en.txt"), ENGLISH)?;
        fs::write(folder.path().join(format!("{tag}.txt")), other)?;
        read(folder.path())
    }

    fn pseudo() -> String {
        let bracketed = |line: &str| line.split_once(" = ").map(|(key, text)| format!("{key} = ⟦{text}⟧\n"));
        ENGLISH.lines().filter_map(bracketed).collect()
    }

    #[test]
    fn a_language_is_one_file() -> Result<()> {
        let catalogue = catalogue("qps", &pseudo())?;
        assert_eq!(catalogue.tags, ["en", "qps"]);
        assert_eq!(
            lines(&catalogue, "qps"),
            "⟦A title that is long enough⟧\n⟦1 thing⟧\n⟦{0} things⟧\n"
        );
        let page: String = placeholders(&catalogue)?.into_iter().map(|(_, text)| text).collect();
        for shown in [
            "lang=\"qps\" hidden",
            "<h1>⟦Not loaded⟧</h1>",
            "<p lang=\"qps\">⟦Needs &lt;JavaScript&gt;⟧</p>",
        ] {
            assert!(page.contains(shown), "{shown} in {page}");
        }
        Ok(())
    }

    #[test]
    fn a_language_that_lacks_a_text_is_refused() {
        let lacking = pseudo().replace("portal.title", "portal.heading");
        let refused = catalogue("qps", &lacking).map_err(|error| error.to_string());
        assert!(refused.is_err_and(|error| error.contains("portal.title") && error.contains("qps.txt")));
    }

    #[test]
    fn no_text_stands_in_the_program() -> Result<()> {
        let catalogue = catalogue("qps", &pseudo())?;
        assert!(ensure_none_in(b"\0asm A title that is long", &catalogue).is_ok());
        assert!(ensure_none_in(b"\0asm A title that is long enough\xff", &catalogue).is_err());
        Ok(())
    }
}
