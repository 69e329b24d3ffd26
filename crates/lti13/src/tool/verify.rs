//! The id_token: header, signature, and the order in which its claims are validated (1EdTech Security Framework 1.0, 5.1.3).

use super::validate::IdTokenClaims;
use super::{Launch, PendingLogin, ToolRegistration, VerifiedLaunch};
use crate::jose::{Algorithm, JoseError, Jws};
use crate::{Checks, Evidence, KeySet, LaunchError, Rule, Value};

/// How old an id_token may be by its `iat`.
pub const MAX_AGE_SECONDS: i64 = 3600;

/// The longest id_token that is read, in bytes. Canvas sends the whole text of an assignment as the description of its link.
pub const MAX_ID_TOKEN_LENGTH: usize = 1_000_000;

/// An id_token that was taken apart and is not verified: it tells which key to ask for, nothing else.
#[derive(Clone, Debug)]
pub struct IdToken<'a> {
    token: Jws<'a>,
    kid: String,
}

impl<'a> IdToken<'a> {
    /// Reads the header of an id_token, without trusting it.
    ///
    /// # Errors
    /// [`TooLarge`](Rule::TooLarge), [`TokenMalformed`](Rule::TokenMalformed), [`Algorithm`](Rule::Algorithm) for anything but RS256,
    /// [`CriticalHeader`](Rule::CriticalHeader), [`KeyId`](Rule::KeyId).
    pub fn parse(token: &'a str) -> Result<Self, LaunchError> {
        let token = Jws::parse(token, MAX_ID_TOKEN_LENGTH)?;
        let kid = token.key_id(Algorithm::Rs256)?.to_owned();
        Ok(Self { token, kid })
    }

    /// The id of the key that signed it, for finding a keyset that has it.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }
}

impl From<JoseError> for LaunchError {
    fn from(error: JoseError) -> Self {
        match error {
            JoseError::TooLarge { length, limit } => Self::new(Rule::TooLarge)
                .at(Rule::TokenMalformed.stage())
                .about("id_token")
                .with(Evidence::expected(Value::BytesAtMost(limit)).and_seen(Value::Bytes(length))),
            JoseError::Malformed { length } => Self::new(Rule::TokenMalformed).with(Evidence::seen(Value::Bytes(length))),
            JoseError::Algorithm { expected, seen } => {
                let evidence = Evidence::expected(expected.as_str()).and_seen(seen);
                Self::new(Rule::Algorithm).with(evidence)
            }
            JoseError::CriticalHeader { seen } => Self::new(Rule::CriticalHeader).with(Evidence::seen(seen)),
            JoseError::KeyId { seen } => Self::new(Rule::KeyId).with(Evidence::seen(seen)),
            JoseError::KeyNotFound { kid } => Self::new(Rule::KeyNotFound).with(Evidence::expected(kid.as_str())),
            JoseError::Signature => Self::new(Rule::Signature),
            JoseError::Claims { length } => Self::new(Rule::Claims).with(Evidence::seen(Value::Bytes(length))),
        }
    }
}

/// A login whose browser is recognized: the only thing that verifies an id_token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecognizedLogin(PendingLogin);

impl RecognizedLogin {
    pub(super) fn new(login: PendingLogin) -> Self {
        Self(login)
    }

    /// Names the login: unique to it, so it serves as the guard against replay.
    #[must_use]
    pub fn id(&self) -> [u8; 16] {
        self.0.id()
    }

    /// The registration as it was when the login started.
    #[must_use]
    pub fn registration(&self) -> &ToolRegistration {
        self.0.registration()
    }

    /// The tool's note from the start of the login.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.0.note()
    }

    /// When the login was started, in Unix seconds.
    #[must_use]
    pub fn issued_at(&self) -> i64 {
        self.0.issued_at()
    }

    /// The name of this login's cookie, to clear it.
    #[must_use]
    pub fn cookie_name(&self, secure: bool) -> String {
        self.0.cookie_name(secure)
    }

    /// Verifies the signature by a key of `keys`, then validates every claim. Every check is noted in `checks`.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn verify(
        &self,
        token: &IdToken<'_>,
        keys: &KeySet,
        now: i64,
        checks: &mut Checks,
    ) -> Result<VerifiedLaunch, LaunchError> {
        verify(token, keys, &self.0.expected(now), checks).map(VerifiedLaunch::new)
    }
}

impl PendingLogin {
    /// Checks an id_token before the browser is recognized, so that a launch that can't hold is refused before the platform's page is
    /// asked for the stored value. Hands out nothing of the launch but the language of the person, for the page in between.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn check_ahead(
        &self,
        token: &IdToken<'_>,
        keys: &KeySet,
        now: i64,
        checks: &mut Checks,
    ) -> Result<Option<String>, LaunchError> {
        verify(token, keys, &self.expected(now), checks).map(|launch| launch.locale())
    }
}

/// The required claims of the id_token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected<'a> {
    /// The registered issuer.
    pub(super) issuer: &'a str,
    /// The registered client ID.
    pub(super) client_id: &'a str,
    /// The nonce of the authentication request.
    pub(super) nonce: &'a str,
    /// The deployment that was named at login.
    pub(super) deployment_hint: Option<&'a str>,
    /// SHA-256 of the `target_link_uri` at login; a difference is noted, not refused.
    pub(super) target_link_uri_hash: [u8; 32],
    /// The time, in Unix seconds.
    pub(super) now: i64,
}

fn verify(token: &IdToken<'_>, keys: &KeySet, expected: &Expected<'_>, checks: &mut Checks) -> Result<Launch, LaunchError> {
    let payload = verified_payload(token, keys, checks)?;
    let claims = IdTokenClaims::parse(&payload, checks)?;
    claims.validate_issuer(expected, checks)?;
    claims.validate_audience(expected, checks)?;
    // From here on it is the platform that says where the launch comes from, whatever else is wrong.
    let presentation = claims.presentation();
    validate(claims, expected, checks).map_err(|error| error.presented_in(presentation))
}

fn validate(claims: IdTokenClaims, expected: &Expected<'_>, checks: &mut Checks) -> Result<Launch, LaunchError> {
    claims.validate_times(expected.now, checks)?;
    claims.validate_nonce(expected, checks)?;
    claims.into_launch(expected, checks)
}

/// The payload, once the signature is verified. Nothing in it is read before.
fn verified_payload(token: &IdToken<'_>, keys: &KeySet, checks: &mut Checks) -> Result<Vec<u8>, LaunchError> {
    checks.pass(Rule::Algorithm, Evidence::seen(Algorithm::Rs256.as_str()));
    checks.pass(Rule::KeyId, Evidence::seen(token.kid()));
    let key = keys.require(token.kid(), checks)?;
    match token.token.verify(key) {
        Ok(payload) => {
            checks.pass(Rule::Signature, Evidence::none());
            Ok(payload)
        }
        Err(error) => Err(checks.refuse(error.into())),
    }
}
