//! Turns the reason why a value is invalid into a text for people.

use domain::FieldErrorReason;
use messages::{Text, api::field_errors};

/// Names the mistake and the right form.
pub fn text(reason: &FieldErrorReason) -> Text {
    match reason {
        FieldErrorReason::Required => field_errors::REQUIRED,
        FieldErrorReason::CategoryRequired => field_errors::CATEGORY_REQUIRED,
        FieldErrorReason::TooLong { max } => field_errors::too_long(*max),
        FieldErrorReason::TooMany { max } => field_errors::too_many(*max),
        FieldErrorReason::InvisibleCharacter { character, position } => {
            field_errors::invisible_character(format!("{:04X}", u32::from(*character)), *position)
        }
        FieldErrorReason::NotAscii { character } => field_errors::not_ascii(character.to_string()),
        FieldErrorReason::PathStep => field_errors::PATH_STEP,
        FieldErrorReason::UrlWithSpaces => field_errors::URL_WITH_SPACES,
        FieldErrorReason::UrlWithoutHost => field_errors::URL_WITHOUT_HOST,
        FieldErrorReason::NotAUrl => field_errors::NOT_A_URL,
        FieldErrorReason::NotHttps => field_errors::NOT_HTTPS,
        FieldErrorReason::Credentials => field_errors::CREDENTIALS,
        FieldErrorReason::Fragment => field_errors::FRAGMENT,
        FieldErrorReason::Query => field_errors::QUERY,
        FieldErrorReason::PrivateAddress { host } => field_errors::private_address(host.as_str()),
        FieldErrorReason::UnknownApp => field_errors::UNKNOWN_APP,
        FieldErrorReason::UnknownPlatform => field_errors::UNKNOWN_PLATFORM,
        FieldErrorReason::SharedClient => field_errors::SHARED_CLIENT,
        FieldErrorReason::IssuerOfAnotherPlatform { owner } => field_errors::issuer_of_another_platform(owner.name()),
        FieldErrorReason::FixedValue { product, value } => field_errors::fixed_value(product.name(), value.as_str()),
        FieldErrorReason::NotAnAddress => field_errors::NOT_AN_ADDRESS,
        FieldErrorReason::MalformedReference => field_errors::MALFORMED_REFERENCE,
    }
}
