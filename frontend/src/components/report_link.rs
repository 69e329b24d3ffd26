use leptos::prelude::*;

use super::Icon;
use crate::config::Config;
use crate::i18n::texts;
use crate::session::{Membership, Standing};

/// The target of *Report a problem*: the operator's own page, the form, or, for people who can't use the form, a plain page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReportLink {
    pub(crate) href: String,
    /// Pages outside the portal open in a new tab.
    pub(crate) target: Option<&'static str>,
}

impl ReportLink {
    /// The link for the current person, optionally about a launch.
    pub(crate) fn here(launch: Option<&str>) -> Self {
        let member = use_context::<Membership>().is_some_and(|membership| membership.standing() == Standing::Member);
        Self::of(expect_context::<Config>().report_url.as_deref(), member, launch)
    }

    fn of(external: Option<&str>, member: bool, launch: Option<&str>) -> Self {
        let query = launch.map(|reference| format!("?reference={reference}")).unwrap_or_default();
        let (href, target) = match external {
            Some(page) => (page.to_owned(), Some("_blank")),
            None if member => (format!("/reports/new{query}"), None),
            None => (format!("/report{query}"), Some("_blank")),
        };
        Self { href, target }
    }
}

/// *Report a problem* as a button.
#[component]
pub(crate) fn ReportButton(
    #[prop(optional, into)] launch: Option<String>,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    let ReportLink { href, target } = ReportLink::here(launch.as_deref());
    view! {
        <a class=format!("button {class}") href=href target=target rel="noopener">
            <Icon name="send" class="icon-16" />
            {texts().common.report_problem}
        </a>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operators_own_page_goes_before_everything() {
        let page = "https://support.example/lms-gateway";
        for (member, launch) in [(true, None), (false, None), (true, Some("5TFA-R7YN-2K8Q"))] {
            let link = ReportLink::of(Some(page), member, launch);
            assert_eq!((link.href.as_str(), link.target), (page, Some("_blank")));
        }
    }

    #[test]
    fn members_get_the_form_and_others_the_plain_page() {
        let reference = Some("5TFA-R7YN-2K8Q");
        for (member, launch, href, target) in [
            (true, None, "/reports/new", None),
            (true, reference, "/reports/new?reference=5TFA-R7YN-2K8Q", None),
            (false, None, "/report", Some("_blank")),
            (false, reference, "/report?reference=5TFA-R7YN-2K8Q", Some("_blank")),
        ] {
            let link = ReportLink::of(None, member, launch);
            assert_eq!((link.href.as_str(), link.target), (href, target));
        }
    }
}
