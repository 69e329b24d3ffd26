//! `/launches`: the records of launches.

mod details;
mod list;
mod registration_filter;
mod trend;

pub(crate) use details::{Checks, LaunchPage};
pub(crate) use list::{LaunchesPage, RegistrationName};

use crate::i18n::texts;

/// The reason of a refusal, by the prefix of its code: the title of the page that the educator saw.
pub(crate) fn reason(code: Option<&str>) -> Option<&'static str> {
    let t = &texts().launches;
    Some(match code?.split('.').next().unwrap_or_default() {
        "registration_not_found" => t.registration_not_found,
        "cookies_not_found" => t.cookies_not_found,
        "launch_invalid" => t.launch_invalid,
        "keyset_unavailable" => t.keyset_unavailable,
        "platform_error" => t.platform_error,
        _ => t.internal,
    })
}

/// The name of a message type. An unknown one is shown by its code.
pub(crate) fn message_name(kind: String) -> String {
    let t = &texts().launch;
    match kind.as_str() {
        "LtiResourceLinkRequest" => t.resource_link.to_owned(),
        "LtiDeepLinkingRequest" => t.deep_linking.to_owned(),
        _ => kind,
    }
}

#[cfg(test)]
mod tests {
    use super::reason;

    #[test]
    fn names_the_page_that_was_seen() {
        assert_eq!(reason(None), None);
        assert_eq!(
            reason(Some("launch_invalid.too_old")),
            Some("Some details from LMS aren't valid")
        );
        assert_eq!(reason(Some("cookies_not_found")), Some("Cookies can't be found"));
        assert_eq!(reason(Some("internal.database")), Some("The gateway had a problem"));
    }
}
