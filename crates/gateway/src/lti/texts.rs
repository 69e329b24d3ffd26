//! The texts of launch pages that depend on the reason and the stage. Templates take all other texts from the catalogue themselves.

use domain::{OwnHint, Refusal, Rule, RuleFamily};
use messages::{
    Text,
    launch_page::{
        self, chrome, contest, cookies_not_found, edge, firefox, internal, keyset_unavailable, launch_invalid, lti_one_point_one,
        opened_by_hand, platform_error, registration_not_found, safari, unknown_address,
    },
};

use crate::http::browser::Browser;

/// The texts on the page of a refused launch.
pub(super) struct RefusalTexts {
    pub(super) title: Text,
    pub(super) lead: Text,
    pub(super) advice: Text,
}

/// How to allow cookies in one browser. The LMS's address follows `enter`.
pub(super) struct BrowserSteps {
    /// True for the browser in use.
    pub(super) in_use: bool,
    pub(super) name: Text,
    pub(super) settings: Text,
    pub(super) enter: Option<Text>,
}

const fn texts(title: Text, lead: Text, advice: Text) -> RefusalTexts {
    RefusalTexts { title, lead, advice }
}

/// Of a family, as the documentation has them.
pub(super) fn of_family(family: RuleFamily) -> RefusalTexts {
    match family {
        RuleFamily::CookiesNotFound => texts(cookies_not_found::TITLE, cookies_not_found::LEAD, cookies_not_found::ADVICE),
        RuleFamily::RegistrationNotFound => texts(
            registration_not_found::TITLE,
            registration_not_found::LEAD,
            registration_not_found::ADVICE,
        ),
        RuleFamily::LaunchInvalid => texts(launch_invalid::TITLE, launch_invalid::LEAD, launch_invalid::ADVICE),
        RuleFamily::KeysetUnavailable => texts(
            keyset_unavailable::TITLE,
            keyset_unavailable::LEAD,
            keyset_unavailable::ADVICE,
        ),
        RuleFamily::PlatformError => texts(platform_error::TITLE, platform_error::LEAD, platform_error::ADVICE),
        RuleFamily::Contest => texts(contest::TITLE, contest::LEAD, contest::ADVICE),
        RuleFamily::Internal => texts(internal::TITLE, internal::LEAD, internal::ADVICE),
    }
}

/// Of a refusal. A person who goes back in the browser, or waits too long, finds no error with the LMS.
pub(super) fn of_refusal(refusal: &Refusal) -> RefusalTexts {
    let texts = of_family(refusal.family());
    match refusal.own_hint() {
        Some(OwnHint::OpenedByHand) => return self::texts(opened_by_hand::TITLE, opened_by_hand::LEAD, opened_by_hand::ADVICE),
        Some(OwnHint::UnknownAddress) => {
            return self::texts(unknown_address::TITLE, unknown_address::LEAD, unknown_address::ADVICE);
        }
        Some(OwnHint::LtiOnePointOne) => return self::texts(texts.title, lti_one_point_one::LEAD, lti_one_point_one::ADVICE),
        _ => {}
    }
    match refusal.rule() {
        Rule::Lti(lti13::Rule::Replayed | lti13::Rule::StateExpired) => RefusalTexts {
            lead: launch_page::ONCE,
            ..texts
        },
        Rule::Lti(lti13::Rule::TooLarge) => RefusalTexts {
            lead: launch_page::TOO_LARGE,
            ..texts
        },
        _ => texts,
    }
}

/// How to allow cookies in each browser.
pub(super) fn cookie_steps(in_use: Browser) -> [BrowserSteps; 4] {
    let steps = |browser, name, settings, enter| BrowserSteps {
        in_use: browser == in_use,
        name,
        settings,
        enter,
    };
    [
        steps(Browser::Edge, edge::NAME, edge::SETTINGS, Some(edge::ENTER)),
        steps(Browser::Chrome, chrome::NAME, chrome::SETTINGS, Some(chrome::ENTER)),
        steps(Browser::Firefox, firefox::NAME, firefox::SETTINGS, Some(firefox::ENTER)),
        steps(Browser::Safari, safari::NAME, safari::SETTINGS, None),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::language::Language;

    #[test]
    fn a_person_who_cannot_mend_it_learns_whom_to_ask_and_with_what() {
        let of_the_school = [
            RuleFamily::RegistrationNotFound,
            RuleFamily::LaunchInvalid,
            RuleFamily::KeysetUnavailable,
            RuleFamily::PlatformError,
        ];
        for family in of_the_school {
            let advice = of_family(family).advice;
            let [english, german] = [Language::En, Language::De].map(|language| advice.of(language));
            assert!(english.to_lowercase().contains("ask your it admin"), "{english}");
            assert!(english.ends_with("Give them this reference."), "{english}");
            assert!(
                german.contains("itten Sie Ihre IT-Administration") || german.contains("fragen Sie Ihre IT-Administration"),
                "{german}"
            );
            assert!(german.ends_with("Geben Sie ihr diese Referenz."), "{german}");
        }
    }
}
