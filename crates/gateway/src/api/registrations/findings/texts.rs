//! A finding for people: what was seen, and what to do.

use domain::{CheckFinding, FailureReason, KeyName, OwnTerm, Surplus};
use lti13::{FindingReason, KeySetError};
use messages::{Text, api::findings};

use super::GatewayFinding;
use crate::{
    api::field_errors,
    services::{
        document_cache::{DocumentError, KeyError},
        outbound::FetchError,
    },
};

/// The observation and the remedy.
pub(super) fn texts(finding: &GatewayFinding) -> (Text, Text) {
    match finding {
        GatewayFinding::Domain(finding) => of_domain(finding),
        GatewayFinding::NoKeyset(KeyError::Fetch(error)) => not_fetched(error),
        GatewayFinding::NoKeyset(KeyError::Unreadable(error)) => (unreadable(error), findings::KEYSET_REMEDY),
        GatewayFinding::NoKeyset(KeyError::KeyNotFound) => (findings::KEYSET_EMPTY, findings::KEYSET_REMEDY),
        GatewayFinding::Taken { code, detail, .. } => (
            detail.clone(),
            match *code {
                "registration.duplicate" => findings::DUPLICATE_REMEDY,
                "registration.platform_differs" => findings::PLATFORM_DIFFERS_REMEDY,
                "registration.replaces_not_found" => findings::REPLACES_NOT_FOUND_REMEDY,
                "registration.too_many" | "registration.too_many_unconfirmed" => findings::TOO_MANY_REMEDY,
                _ => findings::TAKEN_REMEDY,
            },
        ),
        GatewayFinding::KeysetOutdated { url, .. } => (findings::KEYSET_OUTDATED, findings::keyset_outdated_remedy(url.as_str())),
    }
}

fn of_domain(finding: &CheckFinding) -> (Text, Text) {
    match finding {
        CheckFinding::TrailingSlash => (findings::TRAILING_SLASH, findings::TRAILING_SLASH_REMEDY),
        CheckFinding::Http { .. } => (findings::HTTP, findings::HTTP_REMEDY),
        CheckFinding::OtherHost { host, .. } => (findings::other_host(host.as_str()), findings::OTHER_HOST_REMEDY),
        CheckFinding::SameAddress { other, .. } => (findings::same_address(other.as_str()), findings::SAME_ADDRESS_REMEDY),
        CheckFinding::Unusual { usual, product, .. } => {
            (findings::unusual(product.name(), usual.as_str()), findings::UNUSUAL_REMEDY)
        }
        CheckFinding::HostedCanvas { host, .. } => (findings::hosted_canvas(host.as_str()), findings::HOSTED_CANVAS_REMEDY),
        CheckFinding::OwnAddress { .. } => (findings::OWN_ADDRESS, findings::OWN_ADDRESS_REMEDY),
        CheckFinding::DefaultCanvasIssuer => (findings::DEFAULT_CANVAS_ISSUER, findings::DEFAULT_CANVAS_ISSUER_REMEDY),
        CheckFinding::PastedTooMuch { what, .. } => (
            match what {
                Surplus::Label => findings::PASTED_LABEL,
                Surplus::Placeholder => findings::PASTED_PLACEHOLDER,
                Surplus::Quotes => findings::PASTED_QUOTES,
                Surplus::SecondScheme => findings::PASTED_SCHEME,
            },
            findings::PASTED_REMEDY,
        ),
        CheckFinding::NoAudience => (findings::NO_AUDIENCE, findings::NO_AUDIENCE_REMEDY),
        CheckFinding::NoAccessTokenUrl => (findings::NO_ACCESS_TOKEN_URL, findings::NO_ACCESS_TOKEN_URL_REMEDY),
        CheckFinding::NoDeployment { shared: true } => (findings::NO_DEPLOYMENT, findings::NO_DEPLOYMENT_SHARED_REMEDY),
        CheckFinding::NoDeployment { shared: false } => (findings::NO_DEPLOYMENT, findings::NO_DEPLOYMENT_REMEDY),
        CheckFinding::MetadataAgrees => (findings::DISCOVERED, findings::NOTHING_TO_DO),
        CheckFinding::MetadataDiffers { theirs, .. } => (findings::undiscovered(theirs.as_str()), findings::UNDISCOVERED_REMEDY),
        CheckFinding::KeyIgnored { key, reason } => {
            let key = match key {
                KeyName::Id(kid) => findings::key_by_id(kid.as_str()),
                KeyName::Place(number) => findings::key_by_place(*number),
            };
            (findings::key_ignored(key, ignored(*reason)), findings::KEY_IGNORED_REMEDY)
        }
        CheckFinding::NoUsableKey => (findings::NO_USABLE_KEY, findings::NO_USABLE_KEY_REMEDY),
        CheckFinding::Keyset { usable } => (findings::keyset(*usable), findings::NOTHING_TO_DO),
        CheckFinding::Fails(reason) => (
            failure(*reason),
            match reason {
                FailureReason::DeploymentsRejected => findings::DEPLOYMENTS_REJECTED_REMEDY,
                FailureReason::LaunchesRefused => findings::LAUNCHES_REFUSED_REMEDY,
            },
        ),
        CheckFinding::FieldError { entered, reason, .. } => (
            match entered.as_str() {
                "" => findings::NOTHING_ENTERED,
                value => findings::entered(value),
            },
            field_errors::text(reason),
        ),
    }
}

/// Why launches of a registration fail.
pub(in crate::api::registrations) fn failure(reason: FailureReason) -> Text {
    match reason {
        FailureReason::DeploymentsRejected => findings::DEPLOYMENTS_REJECTED,
        FailureReason::LaunchesRefused => findings::LAUNCHES_REFUSED,
    }
}

fn ignored(reason: FindingReason) -> Text {
    match reason {
        FindingReason::NoKid => findings::KEY_WITHOUT_ID,
        FindingReason::OtherKeyType => findings::KEY_NOT_RSA,
        FindingReason::OtherAlgorithm => findings::KEY_OF_OTHER_ALGORITHM,
        FindingReason::NotForSignatures => findings::KEY_NOT_FOR_SIGNATURES,
        FindingReason::Size => findings::KEY_OF_WRONG_SIZE,
        FindingReason::Unreadable => findings::KEY_UNREADABLE,
        FindingReason::Ambiguous => findings::KEY_AMBIGUOUS,
        FindingReason::NotListed => findings::KEYS_NOT_LISTED,
    }
}

fn not_fetched(error: &FetchError) -> (Text, Text) {
    match error {
        FetchError::Blocked(OwnTerm::NotHttps) => (findings::KEYSET_NOT_HTTPS, findings::KEYSET_BLOCKED_REMEDY),
        FetchError::Blocked(_) => (findings::KEYSET_PRIVATE, findings::KEYSET_BLOCKED_REMEDY),
        FetchError::Status(status) => (findings::keyset_status(*status), findings::KEYSET_STATUS_REMEDY),
        FetchError::Redirected(status) => (findings::keyset_redirected(*status), findings::KEYSET_REDIRECTED_REMEDY),
        FetchError::Certificate(why) => (
            match why {
                OwnTerm::CertificateExpired => findings::CERTIFICATE_EXPIRED,
                OwnTerm::CertificateName => findings::CERTIFICATE_NAME,
                OwnTerm::CertificateIssuer => findings::CERTIFICATE_ISSUER,
                _ => findings::CERTIFICATE_OTHER,
            },
            findings::CERTIFICATE_REMEDY,
        ),
        FetchError::TimedOut => (findings::KEYSET_TIMED_OUT, findings::KEYSET_UNREACHABLE_REMEDY),
        FetchError::Crowded => (findings::KEYSET_CROWDED, findings::KEYSET_UNREACHABLE_REMEDY),
        FetchError::TooLong => (findings::KEYSET_TOO_LONG, findings::KEYSET_REMEDY),
        FetchError::Unreachable(_) => (findings::KEYSET_UNREACHABLE, findings::KEYSET_UNREACHABLE_REMEDY),
    }
}

fn unreadable(error: &DocumentError) -> Text {
    match error {
        DocumentError::KeySet(KeySetError::TooLarge) => findings::KEYSET_TOO_LONG,
        DocumentError::KeySet(KeySetError::WebPage) => findings::KEYSET_WEB_PAGE,
        DocumentError::KeySet(KeySetError::NotAKeySet) => findings::KEYSET_WITHOUT_KEYS,
        DocumentError::KeySet(KeySetError::NotJson) | DocumentError::Shape(_) => findings::KEYSET_NOT_JSON,
    }
}
