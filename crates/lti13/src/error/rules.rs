//! The table of rules. Each line: variant, detail of the code, stage. The rows cite no sections; the code that validates a rule does.

use super::ErrorKind;
use crate::Stage;

macro_rules! rules {
    ($($family:ident $prefix:literal { $($(#[$doc:meta])* $rule:ident $detail:literal $stage:ident;)* })*) => {
        /// Every rule that can end a launch, named by how it is broken.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $($($(#[$doc])* #[doc = concat!("\n\nCode `", $prefix, ".", $detail, "`.")] $rule,)*)*
        }

        impl Rule {
            /// Every rule; for catalogues of texts and their tests.
            pub const ALL: &[Self] = &[$($(Self::$rule,)*)*];

            /// Kind and detail, e.g. `launch_invalid.nonce`.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $($(Self::$rule => concat!($prefix, ".", $detail),)*)* }
            }

            /// The kind.
            #[must_use]
            pub fn kind(self) -> ErrorKind {
                match self { $($(Self::$rule => ErrorKind::$family,)*)* }
            }

            /// The stage at which it is checked.
            #[must_use]
            pub fn stage(self) -> Stage {
                match self { $($(Self::$rule => Stage::$stage,)*)* }
            }
        }
    };
}

rules! {
    CookiesNotFound "cookies_not_found" {
        /// The browser brought no cookie of this login.
        CookieMissing "cookie_missing" Browser;
        /// The browser brought another value than the one of this login.
        CookieMismatch "cookie_mismatch" Browser;
        /// The LMS's storage did not give back the value of this login.
        StorageMismatch "storage_mismatch" Browser;
    }
    LaunchInvalid "launch_invalid" {
        /// A required parameter is absent or empty.
        MissingParameter "missing_parameter" Login;
        /// A parameter came more than once.
        DuplicateParameter "duplicate_parameter" Login;
        /// A name or id holds control characters.
        MalformedParameter "malformed_parameter" Login;
        /// A value, or the whole request, is over its limit.
        TooLarge "too_large" Login;
        /// The state is not one of ours.
        State "state" State;
        /// The login was begun too long ago.
        StateExpired "state_expired" State;
        /// The id_token is not a signed JWT in compact form.
        TokenMalformed "token" Token;
        /// Signed by another algorithm than RS256.
        Algorithm "algorithm" Token;
        /// The header lacks `kid`.
        KeyId "kid" Token;
        /// The header has extensions that must be understood (`crit`).
        CriticalHeader "critical_header" Token;
        /// The signature does not match.
        Signature "signature" Signature;
        /// The claims are not a JSON object with unique names.
        Claims "claims" Issuer;
        /// `iss` is not the registered issuer.
        Issuer "issuer" Issuer;
        /// `aud` is not the client ID alone.
        Audience "audience" Audience;
        /// `azp` is not the client ID.
        AuthorizedParty "authorized_party" Audience;
        /// `exp` is absent or no number.
        Expiry "expiry" Times;
        /// `exp` has passed.
        Expired "expired" Times;
        /// `iat` is absent or no number.
        IssuedAt "issued_at" Times;
        /// `iat` is more than an hour ago.
        TooOld "too_old" Times;
        /// `iat` is in the future.
        IssuedInFuture "issued_in_future" Times;
        /// `nbf` is in the future, or no number.
        NotYetValid "not_yet_valid" Times;
        /// `nonce` is absent or not the one of the login.
        Nonce "nonce" Nonce;
        /// The LTI version is not exactly 1.3.0.
        Version "version" Message;
        /// The message type is absent or unknown.
        MessageType "message_type" Message;
        /// The app does not take this message type.
        MessageNotOffered "message_not_offered" Message;
        /// `target_link_uri` is absent or no http(s) URL.
        TargetLinkUri "target_link_uri" Message;
        /// `roles` is absent or no array.
        Roles "roles" Message;
        /// `resource_link` is absent or has no proper id.
        ResourceLink "resource_link" Message;
        /// The deep linking settings are absent or incomplete.
        DeepLinkingSettings "deep_linking_settings" Message;
        /// `sub` is absent although anonymous launches are not allowed, or it is no proper text.
        Subject "subject" Message;
        /// An id is longer than 255 characters.
        TooLong "too_long" Message;
        /// `deployment_id` is absent or no proper text.
        DeploymentMissing "deployment_missing" Deployment;
        /// The deployment at login and the one in the id_token differ.
        DeploymentMismatch "deployment_mismatch" Deployment;
        /// The launch was used before.
        Replayed "replayed" SingleUse;
    }
    KeysetUnavailable "keyset_unavailable" {
        /// The keyset URL did not answer.
        KeysetUnreachable "unreachable" Keyset;
        /// The answer is no keyset.
        KeysetUnreadable "unreadable" Keyset;
        /// The keyset lacks the key of this launch.
        KeyNotFound "key_not_found" Keyset;
        /// The keyset has no key that could be used at all.
        NoUsableKey "no_usable_key" Keyset;
    }
    PlatformError "platform_error" {
        /// The person is not signed in to the LMS, or needs to act there first.
        PlatformLoginRequired "login_required" Response;
        /// The LMS denies the launch.
        PlatformAccessDenied "access_denied" Response;
        /// The LMS does not know the client ID.
        PlatformUnauthorizedClient "unauthorized_client" Response;
        /// The LMS finds fault with the authentication request.
        PlatformInvalidRequest "invalid_request" Response;
        /// The LMS has a fault of its own.
        PlatformServerError "server_error" Response;
        /// Any other error answer.
        PlatformOther "other" Response;
    }
}

impl Rule {
    /// The rule with this code.
    #[must_use]
    pub fn by_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.code() == code)
    }

    /// The rule for an error code of RFC 6749 4.1.2.1 or OpenID Connect Core 3.1.2.6.
    pub(super) fn of_platform_error(error: &str) -> Self {
        match error {
            "login_required" | "interaction_required" | "account_selection_required" | "consent_required" => {
                Self::PlatformLoginRequired
            }
            "access_denied" => Self::PlatformAccessDenied,
            "unauthorized_client" | "invalid_client" => Self::PlatformUnauthorizedClient,
            "invalid_request"
            | "invalid_scope"
            | "invalid_request_uri"
            | "invalid_request_object"
            | "unsupported_response_type"
            | "request_not_supported"
            | "request_uri_not_supported"
            | "registration_not_supported" => Self::PlatformInvalidRequest,
            "server_error" | "temporarily_unavailable" => Self::PlatformServerError,
            _ => Self::PlatformOther,
        }
    }
}
