//! Maps rules, stages and terms of records to their texts in the catalogue. The matches are exhaustive.

use domain::{OwnHint, OwnTerm, Rule};
use lti13::{Hint, Rule as Lti, Stage, Term};
use messages::{Text, rules::*, stages, values};

/// The texts of a rule.
pub(super) struct RuleTexts {
    /// The requirement.
    pub(super) requirement: Text,
    /// The fault where the rule is broken, for an educator.
    pub(super) sentence: Text,
    /// The remedy for the administrator.
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
        Rule::Lti(rule) => lti_rule(rule),
        Rule::RegistrationUnknown => texts(unknown::REQUIREMENT, unknown::SENTENCE, unknown::REMEDY),
        Rule::RegistrationDeleted => texts(deleted::REQUIREMENT, deleted::SENTENCE, deleted::REMEDY),
        Rule::DeploymentUnlisted => texts(
            deployment_unlisted::REQUIREMENT,
            deployment_unlisted::SENTENCE,
            deployment_unlisted::REMEDY,
        ),
        Rule::AppWithdrawn => texts(app_withdrawn::REQUIREMENT, app_withdrawn::SENTENCE, app_withdrawn::REMEDY),
        Rule::Target => texts(target::REQUIREMENT, target::SENTENCE, target::REMEDY),
        Rule::OtherApp => texts(other_app::REQUIREMENT, other_app::SENTENCE, other_app::REMEDY),
        Rule::ContestUnknown => texts(
            contest_unknown::REQUIREMENT,
            contest_unknown::SENTENCE,
            contest_unknown::REMEDY,
        ),
        Rule::ContestExpired => texts(
            contest_expired::REQUIREMENT,
            contest_expired::SENTENCE,
            contest_expired::REMEDY,
        ),
        Rule::ContestUsed => texts(contest_used::REQUIREMENT, contest_used::SENTENCE, contest_used::REMEDY),
        Rule::ContestClient => texts(contest_client::REQUIREMENT, contest_client::SENTENCE, contest_client::REMEDY),
        Rule::ContestKeyset => texts(contest_keyset::REQUIREMENT, contest_keyset::SENTENCE, contest_keyset::REMEDY),
        Rule::ContestRole => texts(contest_role::REQUIREMENT, contest_role::SENTENCE, contest_role::REMEDY),
        Rule::ContestDeployment => texts(
            contest_deployment::REQUIREMENT,
            contest_deployment::SENTENCE,
            contest_deployment::REMEDY,
        ),
        Rule::ContestConfirmation => texts(
            contest_confirmation::REQUIREMENT,
            contest_confirmation::SENTENCE,
            contest_confirmation::REMEDY,
        ),
        Rule::ContestObstacle => texts(
            contest_obstacle::REQUIREMENT,
            contest_obstacle::SENTENCE,
            contest_obstacle::REMEDY,
        ),
        Rule::Unexpected => texts(unexpected::REQUIREMENT, unexpected::SENTENCE, unexpected::REMEDY),
        Rule::Unavailable => texts(unavailable::REQUIREMENT, unavailable::SENTENCE, unavailable::REMEDY),
    }
}

fn lti_rule(rule: Lti) -> RuleTexts {
    match rule {
        Lti::CookieMissing => texts(cookie_missing::REQUIREMENT, cookie_missing::SENTENCE, cookie_missing::REMEDY),
        Lti::CookieMismatch => texts(
            cookie_mismatch::REQUIREMENT,
            cookie_mismatch::SENTENCE,
            cookie_mismatch::REMEDY,
        ),
        Lti::StorageMismatch => texts(
            storage_mismatch::REQUIREMENT,
            storage_mismatch::SENTENCE,
            storage_mismatch::REMEDY,
        ),
        Lti::MissingParameter => texts(
            missing_parameter::REQUIREMENT,
            missing_parameter::SENTENCE,
            missing_parameter::REMEDY,
        ),
        Lti::DuplicateParameter => texts(
            duplicate_parameter::REQUIREMENT,
            duplicate_parameter::SENTENCE,
            duplicate_parameter::REMEDY,
        ),
        Lti::MalformedParameter => texts(
            malformed_parameter::REQUIREMENT,
            malformed_parameter::SENTENCE,
            malformed_parameter::REMEDY,
        ),
        Lti::TooLarge => texts(too_large::REQUIREMENT, too_large::SENTENCE, too_large::REMEDY),
        Lti::State => texts(state::REQUIREMENT, state::SENTENCE, state::REMEDY),
        Lti::StateExpired => texts(state_expired::REQUIREMENT, state_expired::SENTENCE, state_expired::REMEDY),
        Lti::TokenMalformed => texts(token::REQUIREMENT, token::SENTENCE, token::REMEDY),
        Lti::Algorithm => texts(algorithm::REQUIREMENT, algorithm::SENTENCE, algorithm::REMEDY),
        Lti::KeyId => texts(kid::REQUIREMENT, kid::SENTENCE, kid::REMEDY),
        Lti::CriticalHeader => texts(
            critical_header::REQUIREMENT,
            critical_header::SENTENCE,
            critical_header::REMEDY,
        ),
        Lti::Signature => texts(signature::REQUIREMENT, signature::SENTENCE, signature::REMEDY),
        Lti::Claims => texts(claims::REQUIREMENT, claims::SENTENCE, claims::REMEDY),
        Lti::Issuer => texts(issuer::REQUIREMENT, issuer::SENTENCE, issuer::REMEDY),
        Lti::Audience => texts(audience::REQUIREMENT, audience::SENTENCE, audience::REMEDY),
        Lti::AuthorizedParty => texts(
            authorized_party::REQUIREMENT,
            authorized_party::SENTENCE,
            authorized_party::REMEDY,
        ),
        Lti::Expiry => texts(expiry::REQUIREMENT, expiry::SENTENCE, expiry::REMEDY),
        Lti::Expired => texts(expired::REQUIREMENT, expired::SENTENCE, expired::REMEDY),
        Lti::IssuedAt => texts(issued_at::REQUIREMENT, issued_at::SENTENCE, issued_at::REMEDY),
        Lti::TooOld => texts(too_old::REQUIREMENT, too_old::SENTENCE, too_old::REMEDY),
        Lti::IssuedInFuture => texts(
            issued_in_future::REQUIREMENT,
            issued_in_future::SENTENCE,
            issued_in_future::REMEDY,
        ),
        Lti::NotYetValid => texts(not_yet_valid::REQUIREMENT, not_yet_valid::SENTENCE, not_yet_valid::REMEDY),
        Lti::Nonce => texts(nonce::REQUIREMENT, nonce::SENTENCE, nonce::REMEDY),
        Lti::Version => texts(version::REQUIREMENT, version::SENTENCE, version::REMEDY),
        Lti::MessageType => texts(message_type::REQUIREMENT, message_type::SENTENCE, message_type::REMEDY),
        Lti::MessageNotOffered => texts(
            message_not_offered::REQUIREMENT,
            message_not_offered::SENTENCE,
            message_not_offered::REMEDY,
        ),
        Lti::TargetLinkUri => texts(
            target_link_uri::REQUIREMENT,
            target_link_uri::SENTENCE,
            target_link_uri::REMEDY,
        ),
        Lti::Roles => texts(roles::REQUIREMENT, roles::SENTENCE, roles::REMEDY),
        Lti::ResourceLink => texts(resource_link::REQUIREMENT, resource_link::SENTENCE, resource_link::REMEDY),
        Lti::DeepLinkingSettings => texts(
            deep_linking_settings::REQUIREMENT,
            deep_linking_settings::SENTENCE,
            deep_linking_settings::REMEDY,
        ),
        Lti::Subject => texts(subject::REQUIREMENT, subject::SENTENCE, subject::REMEDY),
        Lti::TooLong => texts(too_long::REQUIREMENT, too_long::SENTENCE, too_long::REMEDY),
        Lti::DeploymentMissing => texts(
            deployment_missing::REQUIREMENT,
            deployment_missing::SENTENCE,
            deployment_missing::REMEDY,
        ),
        Lti::DeploymentMismatch => texts(
            deployment_mismatch::REQUIREMENT,
            deployment_mismatch::SENTENCE,
            deployment_mismatch::REMEDY,
        ),
        Lti::Replayed => texts(replayed::REQUIREMENT, replayed::SENTENCE, replayed::REMEDY),
        Lti::KeysetUnreachable => texts(unreachable::REQUIREMENT, unreachable::SENTENCE, unreachable::REMEDY),
        Lti::KeysetUnreadable => texts(unreadable::REQUIREMENT, unreadable::SENTENCE, unreadable::REMEDY),
        Lti::KeyNotFound => texts(key_not_found::REQUIREMENT, key_not_found::SENTENCE, key_not_found::REMEDY),
        Lti::NoUsableKey => texts(no_usable_key::REQUIREMENT, no_usable_key::SENTENCE, no_usable_key::REMEDY),
        Lti::PlatformLoginRequired => texts(login_required::REQUIREMENT, login_required::SENTENCE, login_required::REMEDY),
        Lti::PlatformAccessDenied => texts(access_denied::REQUIREMENT, access_denied::SENTENCE, access_denied::REMEDY),
        Lti::PlatformUnauthorizedClient => texts(
            unauthorized_client::REQUIREMENT,
            unauthorized_client::SENTENCE,
            unauthorized_client::REMEDY,
        ),
        Lti::PlatformInvalidRequest => texts(
            invalid_request::REQUIREMENT,
            invalid_request::SENTENCE,
            invalid_request::REMEDY,
        ),
        Lti::PlatformServerError => texts(server_error::REQUIREMENT, server_error::SENTENCE, server_error::REMEDY),
        Lti::PlatformOther => texts(other::REQUIREMENT, other::SENTENCE, other::REMEDY),
        // A rule that the crate has since: a test holds that there is none.
        _ => texts(unexpected::REQUIREMENT, unexpected::SENTENCE, unexpected::REMEDY),
    }
}

/// The remedy, or a place to look at. `None`: only a newer version knows.
pub(super) fn hint(hint: &Hint) -> Option<Text> {
    Some(match hint {
        Hint::ByTrailingSlash => hints::BY_TRAILING_SLASH,
        Hint::BySpaces => hints::BY_SPACES,
        Hint::ByScheme => hints::BY_SCHEME,
        Hint::ByCapitals => hints::BY_CAPITALS,
        Hint::FurtherAudiences => hints::FURTHER_AUDIENCES,
        Hint::OtherTarget => hints::OTHER_TARGET,
        Hint::Other(name) => match OwnHint::by_name(name)? {
            OwnHint::ClientIdInAddress => hints::CLIENT_ID_IN_ADDRESS,
            OwnHint::DeploymentNowWaits => hints::DEPLOYMENT_NOW_WAITS,
            OwnHint::DeploymentWaits => hints::DEPLOYMENT_WAITS,
            OwnHint::DeploymentRemoved => hints::DEPLOYMENT_REMOVED,
            OwnHint::OpenedByHand => hints::OPENED_BY_HAND,
            OwnHint::LtiOnePointOne => hints::LTI_ONE_POINT_ONE,
            OwnHint::UnknownAddress => hints::UNKNOWN_ADDRESS,
        },
        _ => return None,
    })
}

/// The fault, where a hint tells more than the rule.
pub(super) fn hint_sentence(hint: OwnHint) -> Option<Text> {
    match hint {
        OwnHint::OpenedByHand => Some(sentences::OPENED_BY_HAND),
        OwnHint::LtiOnePointOne => Some(sentences::LTI_ONE_POINT_ONE),
        OwnHint::UnknownAddress => Some(sentences::UNKNOWN_ADDRESS),
        OwnHint::ClientIdInAddress | OwnHint::DeploymentNowWaits | OwnHint::DeploymentWaits | OwnHint::DeploymentRemoved => None,
    }
}

/// The requirement of a stage.
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

/// A word of LTI in the place of a value. `None`: only a newer version knows it.
pub(super) fn term(term: Term) -> Option<Text> {
    Some(match term {
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
        Term::LoginValue => values::LOGIN_VALUE,
        Term::OtherValue => values::OTHER_VALUE,
        Term::NoStorage => values::NO_STORAGE,
        Term::NoAnswer => values::NO_ANSWER,
        Term::IdToken => values::ID_TOKEN,
        Term::KeySet => values::KEY_SET,
        Term::NoUsableKey => values::NO_USABLE_KEY,
        Term::AnswerTooLarge => values::ANSWER_TOO_LARGE,
        Term::AnswerWebPage => values::ANSWER_WEB_PAGE,
        Term::AnswerNotJson => values::ANSWER_NOT_JSON,
        Term::AnswerNoKeySet => values::ANSWER_NO_KEY_SET,
        _ => return None,
    })
}

/// A word of the gateway's own in the place of a value.
pub(super) fn own_term(term: OwnTerm) -> Text {
    match term {
        OwnTerm::ClientIdOfSeveral => values::CLIENT_ID_OF_SEVERAL,
        OwnTerm::LoginCookie => values::LOGIN_COOKIE,
        OwnTerm::OwnPage => values::OWN_PAGE,
        OwnTerm::OtherPage => values::OTHER_PAGE,
        OwnTerm::LmsForm => values::LMS_FORM,
        OwnTerm::WholeForm => values::WHOLE_FORM,
        OwnTerm::BrokenForm => values::BROKEN_FORM,
        OwnTerm::LongForm => values::LONG_FORM,
        OwnTerm::Form => values::FORM,
        OwnTerm::OtherBody => values::OTHER_BODY,
        OwnTerm::RegistrationChanged => values::REGISTRATION_CHANGED,
        OwnTerm::NoSuchKey => values::NO_SUCH_KEY,
        OwnTerm::NoKey => values::NO_KEY,
        OwnTerm::NoLtiKey => values::NO_LTI_KEY,
        OwnTerm::NotHttps => values::NOT_HTTPS,
        OwnTerm::PrivateNetwork => values::PRIVATE_NETWORK,
        OwnTerm::CertificateExpired => values::CERTIFICATE_EXPIRED,
        OwnTerm::CertificateName => values::CERTIFICATE_NAME,
        OwnTerm::CertificateIssuer => values::CERTIFICATE_ISSUER,
        OwnTerm::CertificateOther => values::CERTIFICATE_OTHER,
        OwnTerm::TimedOut => values::TIMED_OUT,
        OwnTerm::Crowded => values::CROWDED,
        OwnTerm::TooLong => values::TOO_LONG,
    }
}
