//! The table of rules. Each line: variant, detail of the code, stage, what the rule asks, what the educator reads when it is broken,
//! what the administrator should do. The rows cite no sections; the code that judges a rule does.

use super::Family;
use crate::Stage;

macro_rules! rules {
    ($($family:ident $prefix:literal { $($(#[$doc:meta])* $rule:ident $detail:literal $stage:ident: $asks:literal, $sentence:literal, $remedy:literal;)* })*) => {
        /// Every rule that can end a launch, named by how it is broken.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Rule {
            $($($(#[$doc])* #[doc = concat!("\n\nCode `", $prefix, ".", $detail, "`.")] $rule,)*)*
        }

        impl Rule {
            /// Every rule; for catalogues of texts and their tests.
            pub const ALL: &[Self] = &[$($(Self::$rule,)*)*];

            /// Family and detail, e.g. `launch_invalid.nonce`.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $($(Self::$rule => concat!($prefix, ".", $detail),)*)* }
            }

            /// The family.
            #[must_use]
            pub fn family(self) -> Family {
                match self { $($(Self::$rule => Family::$family,)*)* }
            }

            /// The stage at which it is checked.
            #[must_use]
            pub fn stage(self) -> Stage {
                match self { $($(Self::$rule => Stage::$stage,)*)* }
            }

            /// What the rule asks, in one sentence.
            #[must_use]
            pub fn asks(self) -> &'static str {
                match self { $($(Self::$rule => $asks,)*)* }
            }

            /// What was wrong, in one plain sentence for an educator.
            #[must_use]
            pub fn sentence(self) -> &'static str {
                match self { $($(Self::$rule => $sentence,)*)* }
            }

            /// What the administrator should do.
            #[must_use]
            pub fn remedy(self) -> &'static str {
                match self { $($(Self::$rule => $remedy,)*)* }
            }
        }
    };
}

rules! {
    RegistrationNotFound "registration_not_found" {
        /// No registration has this issuer and client ID.
        RegistrationUnknown "unknown" Login:
            "The issuer and client ID belong to a registration.",
            "This LMS is not registered for the app.",
            "Register the app with the issuer and client ID that the LMS shows, exactly as it shows them.";
        /// The registration was deleted.
        RegistrationDeleted "deleted" Deployment:
            "The registration still exists.",
            "The registration of this LMS was deleted.",
            "Register the app again, or remove the tool from the LMS.";
        /// Correctly signed, but the deployment is not registered.
        DeploymentUnlisted "deployment_unlisted" Deployment:
            "The deployment is accepted by the registration.",
            "This installation of the app in the LMS is not registered yet.",
            "Add or accept this deployment ID in the registration.";
        /// The registration's app is no longer offered by the operator.
        AppWithdrawn "app_withdrawn" Deployment:
            "The app is offered by the operator.",
            "The app is no longer offered.",
            "Delete the registration, and remove the tool from the LMS.";
    }
    CookiesNotFound "cookies_not_found" {
        /// The browser brought no cookie of this login.
        CookieMissing "cookie_missing" Browser:
            "The browser brings back the cookie of this login.",
            "The browser did not keep the cookie that was set when the launch began.",
            "Allow third-party cookies for the LMS, or open the app in a new window.";
        /// The browser brought another value than the one of this login.
        CookieMismatch "cookie_mismatch" Browser:
            "The cookie is the one that was set for this login.",
            "The launch was begun in another browser.",
            "Launch the app again from the course, in one browser.";
        /// The LMS's storage did not give back the value of this login.
        StorageMismatch "storage_mismatch" Browser:
            "The LMS's storage gives back the value that was put there at login.",
            "The LMS's page did not give back what was stored when the launch began.",
            "Launch the app again from the course; if it persists, open it in a new window.";
    }
    LaunchInvalid "launch_invalid" {
        /// A required parameter is absent or empty.
        MissingParameter "missing_parameter" Login:
            "Every required parameter is present.",
            "The LMS left out a value that every launch needs.",
            "Check that the login URL and the launch URL are not swapped in the LMS, and that the tool is set up for LTI 1.3.";
        /// A parameter came more than once.
        DuplicateParameter "duplicate_parameter" Login:
            "Every parameter comes once.",
            "The LMS sent a value twice.",
            "Check the URLs entered in the LMS for parameters that the LMS adds by itself.";
        /// A name or id holds control characters.
        MalformedParameter "malformed_parameter" Login:
            "Names and ids hold no control characters.",
            "The LMS sent a value that can't be read.",
            "Launch the app again from the course; if it persists, contact the LMS's support.";
        /// A value, or the whole request, is over its limit.
        TooLarge "too_large" Login:
            "Nothing is longer than allowed.",
            "The LMS sent more data than a launch may have.",
            "Check the custom parameters of the tool in the LMS: they may be too many or too long.";
        /// The state is not one of ours.
        State "state" State:
            "The state was sealed by this gateway.",
            "The launch did not begin here, or its data was changed on the way.",
            "Launch the app again from the course; do not bookmark or resend the launch page.";
        /// The login was begun too long ago.
        StateExpired "state_expired" State:
            "The login was begun within the last ten minutes.",
            "Too much time passed between the start and the end of the launch.",
            "Launch the app again from the course.";
        /// The id_token is not a signed JWT in compact form.
        TokenMalformed "token" Token:
            "The id_token is a JWT of three base64url parts with a JSON header.",
            "The LMS sent a launch that can't be read.",
            "Check that the tool is set up for LTI 1.3 in the LMS; then contact the LMS's support.";
        /// Signed by another algorithm than RS256.
        Algorithm "algorithm" Token:
            "The id_token is signed with RS256.",
            "The LMS signed the launch in a way that LTI 1.3 doesn't allow.",
            "Set the LMS to sign with RS256.";
        /// The header lacks `kid`.
        KeyId "kid" Token:
            "The id_token's header names its key (kid).",
            "The LMS didn't say which of its keys signed the launch.",
            "Contact the LMS's support: every id_token must carry a kid, also when there is only one key.";
        /// The header has extensions that must be understood (`crit`).
        CriticalHeader "critical_header" Token:
            "The id_token's header has no critical extensions (crit).",
            "The LMS signed the launch with an extension that LTI 1.3 doesn't know.",
            "Contact the LMS's support: LTI 1.3 defines no critical header.";
        /// The signature does not match.
        Signature "signature" Signature:
            "The signature was made by the named key of the LMS.",
            "The launch isn't signed by the LMS that is registered.",
            "Check that the keyset URL of the registration is the one that the LMS shows.";
        /// The claims are not a JSON object with unique names.
        Claims "claims" Issuer:
            "The claims are a JSON object in which every name stands once.",
            "The LMS sent a launch that can't be read.",
            "Contact the LMS's support: the id_token's payload is not a proper JSON object.";
        /// `iss` is not the registered issuer.
        Issuer "issuer" Issuer:
            "iss is the issuer of the registration, character by character.",
            "The launch names another LMS than the one that is registered.",
            "Register the issuer exactly as the LMS sends it.";
        /// `aud` is not the client ID alone.
        Audience "audience" Audience:
            "aud is the client ID of the registration, and nobody else.",
            "The launch was made for another app.",
            "Register the client ID exactly as the LMS shows it.";
        /// `azp` is not the client ID.
        AuthorizedParty "authorized_party" Audience:
            "azp, if present, is the client ID of the registration.",
            "The launch was made for another app.",
            "Register the client ID exactly as the LMS shows it.";
        /// `exp` is absent or no number.
        Expiry "expiry" Times:
            "exp is a number.",
            "The LMS didn't say until when the launch is valid.",
            "Contact the LMS's support: exp is required.";
        /// `exp` has passed.
        Expired "expired" Times:
            "The id_token is not expired (exp, 60 seconds leeway).",
            "The launch has expired.",
            "Launch the app again; if it persists, set the clock of the LMS's server.";
        /// `iat` is absent or no number.
        IssuedAt "issued_at" Times:
            "iat is a number.",
            "The LMS didn't say when it made the launch.",
            "Contact the LMS's support: iat is required.";
        /// `iat` is more than an hour ago.
        TooOld "too_old" Times:
            "The id_token was issued within the last hour (iat).",
            "The launch was made too long ago.",
            "Launch the app again; if it persists, set the clock of the LMS's server.";
        /// `iat` is in the future.
        IssuedInFuture "issued_in_future" Times:
            "The id_token was not issued in the future (iat, 60 seconds leeway).",
            "The launch is dated in the future.",
            "Set the clock of the LMS's server: it is ahead.";
        /// `nbf` is in the future, or no number.
        NotYetValid "not_yet_valid" Times:
            "The id_token is valid already (nbf, 60 seconds leeway).",
            "The launch isn't valid yet.",
            "Set the clock of the LMS's server: it is ahead.";
        /// `nonce` is absent or not the one of the login.
        Nonce "nonce" Nonce:
            "The nonce is the one that was sent with the authentication request.",
            "The launch doesn't belong to the login that was begun.",
            "Launch the app again from the course; if it persists, contact the LMS's support: it must send back the nonce unaltered.";
        /// The LTI version is not exactly 1.3.0.
        Version "version" Message:
            "The LTI version is exactly 1.3.0.",
            "The LMS sent another version of LTI than 1.3.0.",
            "Set the tool up for LTI 1.3 in the LMS.";
        /// The message type is absent or unknown.
        MessageType "message_type" Message:
            "The message is a resource link launch or a deep linking request.",
            "The LMS sent a kind of message that isn't supported.",
            "Place the app in the LMS as a resource link or for deep linking only.";
        /// The app does not take this message type.
        MessageNotOffered "message_not_offered" Message:
            "The app accepts this type of message.",
            "The app doesn't take content selection requests.",
            "Remove the deep linking placement of this app in the LMS.";
        /// `target_link_uri` is absent or no http(s) URL.
        TargetLinkUri "target_link_uri" Message:
            "target_link_uri is an http or https URL.",
            "The LMS didn't say what the launch should open.",
            "Enter the target link URL in the tool's settings in the LMS.";
        /// `roles` is absent or no array.
        Roles "roles" Message:
            "roles is an array, which may be empty.",
            "The LMS didn't say which role the person has.",
            "Set the LMS to send roles to the tool.";
        /// `resource_link` is absent or has no proper id.
        ResourceLink "resource_link" Message:
            "resource_link has an id.",
            "The LMS didn't say from which link in the course the launch comes.",
            "Delete the link in the course and add it again; if it persists, contact the LMS's support.";
        /// The deep linking settings are absent or incomplete.
        DeepLinkingSettings "deep_linking_settings" Message:
            "deep_linking_settings has a return URL, types and document targets.",
            "The LMS's content selection request is incomplete.",
            "Contact the LMS's support: deep_link_return_url, accept_types and accept_presentation_document_targets are required.";
        /// `sub` is absent although anonymous launches are not allowed, or it is no proper text.
        Subject "subject" Message:
            "sub says who launches.",
            "The LMS didn't say who launches.",
            "Set the LMS to send the user's id, or allow anonymous launches in the registration.";
        /// An id is longer than 255 characters.
        TooLong "too_long" Message:
            "No id is longer than 255 characters.",
            "The LMS sent an id that is longer than LTI 1.3 allows.",
            "Contact the LMS's support: ids have at most 255 ASCII characters.";
        /// `deployment_id` is absent or no proper text.
        DeploymentMissing "deployment_missing" Deployment:
            "deployment_id is present.",
            "The LMS didn't say which installation of the app the launch comes from.",
            "Contact the LMS's support: deployment_id is required.";
        /// The deployment at login and the one in the id_token differ.
        DeploymentMismatch "deployment_mismatch" Deployment:
            "deployment_id is the one that was named at login.",
            "The launch ended in another installation of the app than it began.",
            "Launch the app again from the course; if it persists, contact the LMS's support.";
        /// The launch was used before.
        Replayed "replayed" SingleUse:
            "The launch was not used before.",
            "This launch was used already.",
            "Launch the app again from the course instead of reloading the page.";
    }
    KeysetUnavailable "keyset_unavailable" {
        /// The keyset URL did not answer.
        KeysetUnreachable "unreachable" Keyset:
            "The LMS's public keyset URL answers.",
            "The LMS's public keyset URL doesn't answer.",
            "Check the keyset URL in the registration, and that the network lets the gateway through.";
        /// The answer is no keyset.
        KeysetUnreadable "unreadable" Keyset:
            "The LMS's public keyset URL answers with a JSON Web Key Set.",
            "The LMS's public keyset URL doesn't answer with keys.",
            "Open the keyset URL in a browser: it must show JSON with a list named keys.";
        /// The keyset lacks the key of this launch.
        KeyNotFound "key_not_found" Keyset:
            "The LMS's public keyset has the key that the id_token names.",
            "The key that signed the launch isn't in the LMS's public keyset.",
            "Check that the keyset URL of the registration is the one that the LMS shows; right after a key change, try again in a minute.";
        /// The keyset has no key that could be used at all.
        NoUsableKey "no_usable_key" Keyset:
            "The LMS's public keyset has an RSA key for RS256.",
            "The LMS's public keyset has no key that LTI 1.3 can use.",
            "Set the LMS to publish an RSA key of at least 2048 bits with a kid.";
    }
    PlatformError "platform_error" {
        /// The person is not signed in to the LMS, or needs to act there first.
        PlatformLoginRequired "login_required" Response:
            "The LMS recognises the person.",
            "The LMS says that you're not signed in there.",
            "Sign in to the LMS again; if the browser blocks third-party cookies, open the app in a new window.";
        /// The LMS denies the launch.
        PlatformAccessDenied "access_denied" Response:
            "The LMS lets the person launch the app.",
            "The LMS says that you may not open this app.",
            "Launch the app again from the course; if it persists, check in the LMS who may use the tool.";
        /// The LMS does not know the client ID.
        PlatformUnauthorizedClient "unauthorized_client" Response:
            "The LMS knows the client ID.",
            "The LMS says that it doesn't know this app.",
            "Compare the client ID of the registration with the one that the LMS shows, and check that the tool is switched on there.";
        /// The LMS finds fault with the authentication request.
        PlatformInvalidRequest "invalid_request" Response:
            "The LMS accepts the authentication request.",
            "The LMS doesn't accept the request that it was sent.",
            "Check the redirect URL and the authentication URL in the LMS and in the registration.";
        /// The LMS has a fault of its own.
        PlatformServerError "server_error" Response:
            "The LMS can answer.",
            "The LMS has a problem of its own.",
            "Try again later; then contact the LMS's support.";
        /// Any other error answer.
        PlatformOther "other" Response:
            "The LMS answers with an id_token.",
            "The LMS ended the launch with an error.",
            "Launch the app again from the course; if it persists, contact the LMS's support.";
    }
    Internal "internal" {
        /// An unexpected fault.
        Unexpected "unexpected" HandOver:
            "The gateway works.",
            "Something went wrong on our side.",
            "Try again later; the operator sees the cause by the reference.";
        /// The gateway is overloaded, or its database is away.
        Unavailable "unavailable" HandOver:
            "The gateway is available.",
            "The service is not available at the moment.",
            "Try again in a minute.";
    }
}

impl Rule {
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
