//! The words of launch pages, in every language. Sentences about single rules are in the catalogue.

use ::lti::{Family, Refusal, Rule};

use crate::{browser::Browser, language::Language};

mod german;

/// What the page of a refused launch says.
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) lead: &'static str,
    pub(super) advice: &'static str,
    pub(super) common: &'static Common,
}

/// What every launch page says.
pub(super) struct Common {
    pub(super) reference: &'static str,
    pub(super) copy: &'static str,
    pub(super) copy_reference: &'static str,
    pub(super) copied: &'static str,
    pub(super) copy_by_hand: &'static str,
    pub(super) report: &'static str,
    pub(super) back: &'static str,
    /// Where Back leads after a launch.
    pub(super) over: &'static str,
    /// Why a launch that was used already, or begun too long ago, doesn't count.
    pub(super) once: &'static str,
    pub(super) managed_browser: &'static str,
    pub(super) deployment_for_administrator: &'static str,
    pub(super) calls_from: &'static str,
    pub(super) calls_as: &'static str,
    pub(super) your_lms: &'static str,
    pub(super) cookies: [BrowserSteps; 4],
    /// Marks the browser in use.
    pub(super) this_browser: &'static str,
    /// The last step: with the button of that name, or without.
    pub(super) come_back: &'static str,
    pub(super) reopen: &'static str,
    /// For managed browsers: policies by which an IT department allows the cookies.
    pub(super) managed: &'static str,
    pub(super) managed_chromium: &'static str,
    pub(super) managed_firefox: &'static str,
    /// While the browser goes on by itself.
    pub(super) opening: &'static str,
    pub(super) go_on: &'static str,
    pub(super) without_scripts: &'static str,
    /// Where the app needs a window of its own.
    pub(super) window_title: &'static str,
    pub(super) window_lead: &'static str,
    pub(super) window_opened: &'static str,
    pub(super) open_window: &'static str,
    pub(super) again: &'static str,
    /// Opening an app, before and after its name.
    pub(super) open: (&'static str, &'static str),
}

/// How to allow cookies in one browser. The LMS's address follows `enter`.
pub(super) struct BrowserSteps {
    pub(super) browser: Browser,
    pub(super) name: &'static str,
    pub(super) settings: &'static str,
    pub(super) enter: Option<&'static str>,
}

impl Common {
    /// How to allow cookies in each browser, and whether it is the one in use.
    pub(super) fn cookie_steps(&self, in_use: Browser) -> Vec<(bool, &BrowserSteps)> {
        self.cookies.iter().map(|steps| (steps.browser == in_use, steps)).collect()
    }
}

impl Words {
    /// Of a family, as the documentation has them.
    pub(super) fn of(family: Family, language: Language) -> Self {
        match language {
            Language::En => english(family),
            Language::De => german::of(family),
        }
    }

    /// Of a refusal. Who goes back in the browser, or waits too long, finds no fault with the LMS.
    pub(super) fn of_refusal(refusal: &Refusal, language: Language) -> Self {
        let words = Self::of(refusal.family(), language);
        match refusal.rule() {
            Rule::Replayed | Rule::StateExpired => Self {
                lead: words.common.once,
                ..words
            },
            _ => words,
        }
    }
}

/// What every launch page says, in that language.
pub(super) fn common(language: Language) -> &'static Common {
    match language {
        Language::En => &ENGLISH,
        Language::De => &german::COMMON,
    }
}

fn english(family: Family) -> Words {
    let (title, lead, advice) = match family {
        Family::CookiesNotFound => (
            "Cookies can't be found",
            "Your browser didn’t keep what opening this app needs.",
            "To let it open every time, allow third-party cookies for your LMS:",
        ),
        Family::RegistrationNotFound => (
            "Registration details not found",
            "The registration of this app wasn’t completed, or it was deleted.",
            "Ask your IT admin to complete the registration. Give them this reference.",
        ),
        Family::LaunchInvalid => (
            "Some details from LMS aren't valid",
            "What your LMS sent isn’t in line with LTI 1.3.",
            "Open the app from your course again. If that doesn’t help, ask your IT admin to contact support. Give them this reference.",
        ),
        Family::KeysetUnavailable => (
            "Issues with the LMS public keyset URL",
            "The keys of your LMS, which prove that this launch is genuine, can’t be used.",
            "Ask your IT admin to check the keyset URL in the registration, and that the network lets the LMS Gateway through. Give them this reference.",
        ),
        Family::PlatformError => (
            "Your LMS ended the launch",
            "The app could not be opened, because the LMS itself answered with an error.",
            "Open the app from your course again. If that doesn’t help, ask your IT admin. Give them this reference.",
        ),
        Family::Internal => (
            "Something went wrong",
            "The app could not be opened, and it is our fault.",
            "Try again in a minute. If that doesn’t help, report the problem with this reference.",
        ),
    };
    Words {
        title,
        lead,
        advice,
        common: &ENGLISH,
    }
}

static ENGLISH: Common = Common {
    reference: "Reference",
    copy: "Copy",
    copy_reference: "Copy reference",
    copied: "Copied",
    copy_by_hand: "Select the reference and copy it by keyboard.",
    report: "Report a problem",
    back: "Back to the course",
    over: "This launch is over",
    once: "A launch opens the app once, within ten minutes.",
    managed_browser: "Is the browser managed by your school? Give the reference to your IT department.",
    deployment_for_administrator: "You administer this LMS: pass this deployment ID to whoever manages the registration:",
    calls_from: "For your IT admin: the LMS Gateway calls from",
    calls_as: "For your IT admin: the LMS Gateway calls with the User-Agent",
    your_lms: "the address of your LMS",
    cookies: [
        BrowserSteps {
            browser: Browser::Edge,
            name: "Microsoft Edge",
            settings: "Open Settings › Cookies and site permissions › Manage and delete cookies and site data.",
            enter: Some("Under Allow, choose Add and enter"),
        },
        BrowserSteps {
            browser: Browser::Chrome,
            name: "Google Chrome",
            settings: "Open Settings › Privacy and security › Third-party cookies.",
            enter: Some("Under Customized behaviors, choose Add and enter"),
        },
        BrowserSteps {
            browser: Browser::Firefox,
            name: "Firefox",
            settings: "Open Settings › Privacy & Security › Cookies and Site Data › Manage Exceptions.",
            enter: Some("Choose Allow, then Save Changes, after entering"),
        },
        BrowserSteps {
            browser: Browser::Safari,
            name: "Safari",
            settings: "Open Settings › Privacy and turn off Prevent cross-site tracking.",
            enter: None,
        },
    ],
    this_browser: "This browser",
    come_back: "Come back and choose “Try again here”.",
    reopen: "Open the app from your course again.",
    managed: "Browser managed by your school",
    managed_chromium: "Edge and Chrome: your IT department allows it by the policy",
    managed_firefox: "Firefox: your IT department allows it by the policy",
    opening: "Opening the app…",
    go_on: "Continue",
    without_scripts: "JavaScript is off in this browser: choose Continue.",
    window_title: "Open the app in a new window",
    window_lead: "Your browser doesn’t let the app keep a cookie inside your LMS. In a window of its own, the app opens.",
    window_opened: "The app opens in the new window. If nothing came up there, open it from your course again.",
    open_window: "Open in a new window",
    again: "Try again here",
    open: ("Open", ""),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_cannot_mend_it_is_told_whom_to_ask_and_with_what() {
        let of_the_school = [
            Family::RegistrationNotFound,
            Family::LaunchInvalid,
            Family::KeysetUnavailable,
            Family::PlatformError,
        ];
        for family in of_the_school {
            let english = Words::of(family, Language::En).advice;
            assert!(english.to_lowercase().contains("ask your it admin"), "{english}");
            assert!(english.ends_with("Give them this reference."), "{english}");
            let german = Words::of(family, Language::De).advice;
            assert!(
                german.contains("itten Sie Ihre IT-Administration") || german.contains("fragen Sie Ihre IT-Administration"),
                "{german}"
            );
            assert!(german.ends_with("Geben Sie ihr diese Referenz."), "{german}");
        }
    }
}
