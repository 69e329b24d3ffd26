//! The draft of a problem report.

use contract::NewProblemReport;
use serde::{Deserialize, Serialize};

use super::CATEGORIES;
use crate::browser::random;
use crate::reference;
use crate::session::SavedForm;

/// The values of a report that isn't sent yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Draft {
    /// One of [`CATEGORIES`]' names, or empty.
    pub(super) category: String,
    pub(super) summary: String,
    pub(super) description: String,
    pub(super) contact_email: String,
    pub(super) reference: String,
    /// Attach the details of the launch. `None` until it was chosen.
    pub(super) attach_diagnostics: Option<bool>,
    /// Identifies the draft.
    id: String,
    /// The number of changes.
    changes: u32,
    #[serde(skip)]
    saved: SavedForm,
}

impl Draft {
    /// The saved draft of this person about the launch in the address, or a new one.
    pub(super) fn load(reference: Option<&str>) -> Self {
        let reference = reference.and_then(reference::parse).unwrap_or_default();
        let saved = SavedForm::of(&format!("report.{reference}"));
        let draft = saved.get().unwrap_or_else(|| Self::new(reference));
        Self { saved, ..draft }
    }

    fn new(reference: String) -> Self {
        Self {
            category: if reference.is_empty() { "" } else { "launch" }.to_owned(),
            attach_diagnostics: (!reference.is_empty()).then_some(true),
            reference,
            id: random::<16>().iter().map(|byte| format!("{byte:02x}")).collect(),
            ..Self::default()
        }
    }

    /// Changes the draft.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Self)) {
        change(self);
        self.changes += 1;
    }

    pub(super) fn save(&self) {
        self.saved.set(self);
    }

    pub(super) fn clear(&self) {
        self.saved.clear();
    }

    /// The idempotency key. A changed draft has another key: the gateway may have stored the first version, and only its response
    /// was lost.
    pub(super) fn key(&self) -> String {
        format!("{}-{}", self.id, self.changes)
    }

    /// The reference of the launch, once it is complete.
    pub(super) fn launch(&self) -> Option<String> {
        reference::parse(&self.reference)
    }

    /// The request: the draft with the values shown under “What will be sent”.
    pub(super) fn request(&self, browser: &str) -> NewProblemReport {
        let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        NewProblemReport {
            category: CATEGORIES
                .iter()
                .find(|(_, code)| *code == self.category)
                .map(|(category, _)| *category),
            summary: self.summary.clone(),
            description: self.description.clone(),
            contact_email: filled(&self.contact_email),
            launch_reference: self.launch().or_else(|| filled(&self.reference)),
            attach_diagnostics: self.attach_diagnostics.unwrap_or_default(),
            browser: filled(browser),
            portal_version: filled(PORTAL_VERSION),
            ..NewProblemReport::default()
        }
    }
}

pub(super) const PORTAL_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Name and version of the browser and its system, by the user agent.
pub(super) fn describe_browser(agent: &str) -> String {
    // Each browser also names older ones, so the order matters.
    let browsers = [
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Version/", "Safari"),
    ];
    let systems = ["Windows", "Android", "iPhone", "iPad", "Macintosh", "CrOS", "Linux"];
    let browser = browsers.iter().find_map(|(mark, name)| {
        let rest = agent.split(mark).nth(1)?;
        let version: String = rest.chars().take_while(char::is_ascii_digit).collect();
        Some(format!("{name} {version}"))
    });
    let system = systems.into_iter().find(|system| agent.contains(system));
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(browser), None) => browser,
        (None, _) => agent.chars().take(200).collect(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Draft, describe_browser};

    #[test]
    fn a_draft_sent_again_is_the_same_report_until_it_is_changed() {
        let mut draft = Draft::default();
        draft.change(|draft| "Meetings doesn’t open".clone_into(&mut draft.summary));
        let first = draft.key();
        let read = crate::json::read::<Draft>(&serde_json::to_string(&draft).unwrap()).unwrap();
        assert_eq!(read.key(), first, "after a reload");
        draft.change(|draft| draft.summary.push('!'));
        assert_ne!(draft.key(), first);
        assert_eq!(draft.summary, "Meetings doesn’t open!");
    }

    #[test]
    fn names_browser_and_system() {
        for (agent, expected) in [
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0",
                "Edge 156, Windows",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
                "Firefox 153, Linux",
            ),
            (
                "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
                "Safari 26, Macintosh",
            ),
            ("something else", "something else"),
        ] {
            assert_eq!(describe_browser(agent), expected);
        }
    }
}
