//! Turns the reason why a value is invalid into a text for people.

use domain::FieldErrorReason;
use messages::{Text, api::faults};

/// What is wrong, and what would be right.
pub fn text(reason: &FieldErrorReason) -> Text {
    match reason {
        FieldErrorReason::Required => faults::REQUIRED,
        FieldErrorReason::CategoryRequired => faults::CATEGORY_REQUIRED,
        FieldErrorReason::TooLong { max } => faults::too_long(*max),
        FieldErrorReason::TooMany { max } => faults::too_many(*max),
        FieldErrorReason::InvisibleCharacter { character, position } => {
            faults::invisible_character(format!("{:04X}", u32::from(*character)), *position)
        }
        FieldErrorReason::NotAscii { character } => faults::not_ascii(character.to_string()),
        FieldErrorReason::PathStep => faults::PATH_STEP,
        FieldErrorReason::UrlWithSpaces => faults::URL_WITH_SPACES,
        FieldErrorReason::UrlWithoutHost => faults::URL_WITHOUT_HOST,
        FieldErrorReason::NotAUrl => faults::NOT_A_URL,
        FieldErrorReason::NotHttps => faults::NOT_HTTPS,
        FieldErrorReason::Credentials => faults::CREDENTIALS,
        FieldErrorReason::Fragment => faults::FRAGMENT,
        FieldErrorReason::Query => faults::QUERY,
        FieldErrorReason::PrivateAddress { host } => faults::private_address(host.as_str()),
        FieldErrorReason::UnknownApp => faults::UNKNOWN_APP,
        FieldErrorReason::UnknownPlatform => faults::UNKNOWN_PLATFORM,
        FieldErrorReason::SharedClient => faults::SHARED_CLIENT,
        FieldErrorReason::IssuerOfAnotherPlatform { owner } => faults::issuer_of_another_platform(owner.name()),
        FieldErrorReason::FixedValue { product, value } => faults::fixed_value(product.name(), value.as_str()),
        FieldErrorReason::NotAnAddress => faults::NOT_AN_ADDRESS,
        FieldErrorReason::MalformedReference => faults::MALFORMED_REFERENCE,
    }
}
