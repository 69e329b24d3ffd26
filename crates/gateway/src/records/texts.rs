//! From rules, stages and words of records to their texts in the catalogue. Every one has one, or this doesn't compile.

use lti13::{Hint, Rule, Stage, Term};
use messages::{Text, rules::*, stages, values};

/// The texts of a rule.
pub(super) struct RuleTexts {
    /// What it asks.
    pub(super) requirement: Text,
    /// What was wrong where it is broken, for an educator.
    pub(super) sentence: Text,
    /// What the administrator does about it.
    pub(super) remedy: Text,
}

const fn texts(requirement: Text, sentence: Text, remedy: Text) -> RuleTexts {
    RuleTexts {
        requirement,
        sentence,
        remedy,
    }
}

/// The texts of a rule.
pub(super) fn rule(rule: Rule) -> RuleTexts {
    match rule {
        Rule::RegistrationUnknown => texts(unknown::REQUIREMENT, unknown::SENTENCE, unknown::REMEDY),
        Rule::RegistrationDeleted => texts(deleted::REQUIREMENT, deleted::SENTENCE, deleted::REMEDY),
        Rule::DeploymentUnlisted => texts(
            deployment_unlisted::REQUIREMENT,
            deployment_unlisted::SENTENCE,
            deployment_unlisted::REMEDY,
        ),
        Rule::AppWithdrawn => texts(app_withdrawn::REQUIREMENT, app_withdrawn::SENTENCE, app_withdrawn::REMEDY),
        Rule::CookieMissing => texts(cookie_missing::REQUIREMENT, cookie_missing::SENTENCE, cookie_missing::REMEDY),
        Rule::CookieMismatch => texts(
            cookie_mismatch::REQUIREMENT,
            cookie_mismatch::SENTENCE,
            cookie_mismatch::REMEDY,
        ),
        Rule::StorageMismatch => texts(
            storage_mismatch::REQUIREMENT,
            storage_mismatch::SENTENCE,
            storage_mismatch::REMEDY,
        ),
        Rule::MissingParameter => texts(
            missing_parameter::REQUIREMENT,
            missing_parameter::SENTENCE,
            missing_parameter::REMEDY,
        ),
        Rule::DuplicateParameter => texts(
            duplicate_parameter::REQUIREMENT,
            duplicate_parameter::SENTENCE,
            duplicate_parameter::REMEDY,
        ),
        Rule::MalformedParameter => texts(
            malformed_parameter::REQUIREMENT,
            malformed_parameter::SENTENCE,
            malformed_parameter::REMEDY,
        ),
        Rule::TooLarge => texts(too_large::REQUIREMENT, too_large::SENTENCE, too_large::REMEDY),
        Rule::State => texts(state::REQUIREMENT, state::SENTENCE, state::REMEDY),
        Rule::StateExpired => texts(state_expired::REQUIREMENT, state_expired::SENTENCE, state_expired::REMEDY),
        Rule::TokenMalformed => texts(token::REQUIREMENT, token::SENTENCE, token::REMEDY),
        Rule::Algorithm => texts(algorithm::REQUIREMENT, algorithm::SENTENCE, algorithm::REMEDY),
        Rule::KeyId => texts(kid::REQUIREMENT, kid::SENTENCE, kid::REMEDY),
        Rule::CriticalHeader => texts(
            critical_header::REQUIREMENT,
            critical_header::SENTENCE,
            critical_header::REMEDY,
        ),
        Rule::Signature => texts(signature::REQUIREMENT, signature::SENTENCE, signature::REMEDY),
        Rule::Claims => texts(claims::REQUIREMENT, claims::SENTENCE, claims::REMEDY),
        Rule::Issuer => texts(issuer::REQUIREMENT, issuer::SENTENCE, issuer::REMEDY),
        Rule::Audience => texts(audience::REQUIREMENT, audience::SENTENCE, audience::REMEDY),
        Rule::AuthorizedParty => texts(
            authorized_party::REQUIREMENT,
            authorized_party::SENTENCE,
            authorized_party::REMEDY,
        ),
        Rule::Expiry => texts(expiry::REQUIREMENT, expiry::SENTENCE, expiry::REMEDY),
        Rule::Expired => texts(expired::REQUIREMENT, expired::SENTENCE, expired::REMEDY),
        Rule::IssuedAt => texts(issued_at::REQUIREMENT, issued_at::SENTENCE, issued_at::REMEDY),
        Rule::TooOld => texts(too_old::REQUIREMENT, too_old::SENTENCE, too_old::REMEDY),
        Rule::IssuedInFuture => texts(
            issued_in_future::REQUIREMENT,
            issued_in_future::SENTENCE,
            issued_in_future::REMEDY,
        ),
        Rule::NotYetValid => texts(not_yet_valid::REQUIREMENT, not_yet_valid::SENTENCE, not_yet_valid::REMEDY),
        Rule::Nonce => texts(nonce::REQUIREMENT, nonce::SENTENCE, nonce::REMEDY),
        Rule::Version => texts(version::REQUIREMENT, version::SENTENCE, version::REMEDY),
        Rule::MessageType => texts(message_type::REQUIREMENT, message_type::SENTENCE, message_type::REMEDY),
        Rule::MessageNotOffered => texts(
            message_not_offered::REQUIREMENT,
            message_not_offered::SENTENCE,
            message_not_offered::REMEDY,
        ),
        Rule::TargetLinkUri => texts(
            target_link_uri::REQUIREMENT,
            target_link_uri::SENTENCE,
            target_link_uri::REMEDY,
        ),
        Rule::Roles => texts(roles::REQUIREMENT, roles::SENTENCE, roles::REMEDY),
        Rule::ResourceLink => texts(resource_link::REQUIREMENT, resource_link::SENTENCE, resource_link::REMEDY),
        Rule::DeepLinkingSettings => texts(
            deep_linking_settings::REQUIREMENT,
            deep_linking_settings::SENTENCE,
            deep_linking_settings::REMEDY,
        ),
        Rule::Subject => texts(subject::REQUIREMENT, subject::SENTENCE, subject::REMEDY),
        Rule::TooLong => texts(too_long::REQUIREMENT, too_long::SENTENCE, too_long::REMEDY),
        Rule::DeploymentMissing => texts(
            deployment_missing::REQUIREMENT,
            deployment_missing::SENTENCE,
            deployment_missing::REMEDY,
        ),
        Rule::DeploymentMismatch => texts(
            deployment_mismatch::REQUIREMENT,
            deployment_mismatch::SENTENCE,
            deployment_mismatch::REMEDY,
        ),
        Rule::Replayed => texts(replayed::REQUIREMENT, replayed::SENTENCE, replayed::REMEDY),
        Rule::KeysetUnreachable => texts(unreachable::REQUIREMENT, unreachable::SENTENCE, unreachable::REMEDY),
        Rule::KeysetUnreadable => texts(unreadable::REQUIREMENT, unreadable::SENTENCE, unreadable::REMEDY),
        Rule::KeyNotFound => texts(key_not_found::REQUIREMENT, key_not_found::SENTENCE, key_not_found::REMEDY),
        Rule::NoUsableKey => texts(no_usable_key::REQUIREMENT, no_usable_key::SENTENCE, no_usable_key::REMEDY),
        Rule::PlatformLoginRequired => texts(login_required::REQUIREMENT, login_required::SENTENCE, login_required::REMEDY),
        Rule::PlatformAccessDenied => texts(access_denied::REQUIREMENT, access_denied::SENTENCE, access_denied::REMEDY),
        Rule::PlatformUnauthorizedClient => texts(
            unauthorized_client::REQUIREMENT,
            unauthorized_client::SENTENCE,
            unauthorized_client::REMEDY,
        ),
        Rule::PlatformInvalidRequest => texts(
            invalid_request::REQUIREMENT,
            invalid_request::SENTENCE,
            invalid_request::REMEDY,
        ),
        Rule::PlatformServerError => texts(server_error::REQUIREMENT, server_error::SENTENCE, server_error::REMEDY),
        Rule::PlatformOther => texts(other::REQUIREMENT, other::SENTENCE, other::REMEDY),
        Rule::Unexpected => texts(unexpected::REQUIREMENT, unexpected::SENTENCE, unexpected::REMEDY),
        Rule::Unavailable => texts(unavailable::REQUIREMENT, unavailable::SENTENCE, unavailable::REMEDY),
    }
}

/// What to do or to look at.
pub(super) fn hint(hint: Hint) -> Text {
    match hint {
        Hint::ByTrailingSlash => hints::BY_TRAILING_SLASH,
        Hint::BySpaces => hints::BY_SPACES,
        Hint::ByScheme => hints::BY_SCHEME,
        Hint::ByCapitals => hints::BY_CAPITALS,
        Hint::FurtherAudiences => hints::FURTHER_AUDIENCES,
        Hint::OtherTarget => hints::OTHER_TARGET,
        Hint::ClientIdInAddress => hints::CLIENT_ID_IN_ADDRESS,
        Hint::DeploymentNowWaits => hints::DEPLOYMENT_NOW_WAITS,
        Hint::DeploymentWaits => hints::DEPLOYMENT_WAITS,
        Hint::DeploymentRemoved => hints::DEPLOYMENT_REMOVED,
    }
}

/// What a stage asks.
pub(super) fn stage(stage: Stage) -> Text {
    match stage {
        Stage::Login => stages::LOGIN,
        Stage::Response => stages::RESPONSE,
        Stage::State => stages::STATE,
        Stage::Browser => stages::BROWSER,
        Stage::Token => stages::TOKEN,
        Stage::Keyset => stages::KEYSET,
        Stage::Signature => stages::SIGNATURE,
        Stage::Issuer => stages::ISSUER,
        Stage::Audience => stages::AUDIENCE,
        Stage::Times => stages::TIMES,
        Stage::Nonce => stages::NONCE,
        Stage::Message => stages::MESSAGE,
        Stage::Deployment => stages::DEPLOYMENT,
        Stage::SingleUse => stages::SINGLE_USE,
        Stage::HandOver => stages::HAND_OVER,
    }
}

/// A word in the place of a value.
pub(super) fn term(term: Term) -> Text {
    match term {
        Term::Absent => values::ABSENT,
        Term::Present => values::PRESENT,
        Term::Null => values::NULL,
        Term::Boolean => values::BOOLEAN,
        Term::Number => values::NUMBER,
        Term::Array => values::ARRAY,
        Term::NotText => values::NOT_TEXT,
        Term::More => values::MORE,
        Term::Id => values::ID,
        Term::Once => values::ONCE,
        Term::Twice => values::TWICE,
        Term::ClientIdOfSeveral => values::CLIENT_ID_OF_SEVERAL,
        Term::LoginCookie => values::LOGIN_COOKIE,
        Term::LoginValue => values::LOGIN_VALUE,
        Term::OtherValue => values::OTHER_VALUE,
        Term::NoStorage => values::NO_STORAGE,
        Term::NoAnswer => values::NO_ANSWER,
        Term::OwnPage => values::OWN_PAGE,
        Term::OtherPage => values::OTHER_PAGE,
        Term::LmsForm => values::LMS_FORM,
        Term::WholeForm => values::WHOLE_FORM,
        Term::BrokenForm => values::BROKEN_FORM,
        Term::LongForm => values::LONG_FORM,
        Term::Form => values::FORM,
        Term::OtherBody => values::OTHER_BODY,
        Term::IdToken => values::ID_TOKEN,
        Term::RegistrationChanged => values::REGISTRATION_CHANGED,
        Term::KeySet => values::KEY_SET,
        Term::NoUsableKey => values::NO_USABLE_KEY,
        Term::NoSuchKey => values::NO_SUCH_KEY,
        Term::NoKey => values::NO_KEY,
        Term::NoLtiKey => values::NO_LTI_KEY,
        Term::AnswerTooLarge => values::ANSWER_TOO_LARGE,
        Term::AnswerWebPage => values::ANSWER_WEB_PAGE,
        Term::AnswerNotJson => values::ANSWER_NOT_JSON,
        Term::AnswerNoKeySet => values::ANSWER_NO_KEY_SET,
        Term::NotHttps => values::NOT_HTTPS,
        Term::PrivateNetwork => values::PRIVATE_NETWORK,
        Term::CertificateExpired => values::CERTIFICATE_EXPIRED,
        Term::CertificateName => values::CERTIFICATE_NAME,
        Term::CertificateIssuer => values::CERTIFICATE_ISSUER,
        Term::CertificateOther => values::CERTIFICATE_OTHER,
        Term::TimedOut => values::TIMED_OUT,
        Term::Crowded => values::CROWDED,
        Term::TooLong => values::TOO_LONG,
    }
}
