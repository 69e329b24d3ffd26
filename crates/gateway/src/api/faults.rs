//! Turns the reason why a value is invalid into a text for people.

use domain::FaultReason;
use messages::{Text, api::faults};

/// What is wrong, and what would be right.
pub fn text(reason: &FaultReason) -> Text {
    match reason {
        FaultReason::Required => faults::REQUIRED,
        FaultReason::CategoryRequired => faults::CATEGORY_REQUIRED,
        FaultReason::TooLong { max } => faults::too_long(*max),
        FaultReason::TooMany { max } => faults::too_many(*max),
        FaultReason::InvisibleCharacter { character, position } => {
            faults::invisible_character(format!("{:04X}", u32::from(*character)), *position)
        }
        FaultReason::NotAscii { character } => faults::not_ascii(character.to_string()),
        FaultReason::PathStep => faults::PATH_STEP,
        FaultReason::UrlWithSpaces => faults::URL_WITH_SPACES,
        FaultReason::UrlWithoutHost => faults::URL_WITHOUT_HOST,
        FaultReason::NotAUrl => faults::NOT_A_URL,
        FaultReason::NotHttps => faults::NOT_HTTPS,
        FaultReason::Credentials => faults::CREDENTIALS,
        FaultReason::Fragment => faults::FRAGMENT,
        FaultReason::Query => faults::QUERY,
        FaultReason::PrivateAddress { host } => faults::private_address(host.as_str()),
        FaultReason::UnknownApp => faults::UNKNOWN_APP,
        FaultReason::UnknownPlatform => faults::UNKNOWN_PLATFORM,
        FaultReason::SharedClient => faults::SHARED_CLIENT,
        FaultReason::IssuerOfAnotherPlatform { owner } => faults::issuer_of_another_platform(owner.name()),
        FaultReason::FixedValue { family, value } => faults::fixed_value(family.name(), value.as_str()),
        FaultReason::NotAnAddress => faults::NOT_AN_ADDRESS,
        FaultReason::MalformedReference => faults::MALFORMED_REFERENCE,
    }
}
