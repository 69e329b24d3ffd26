//! The id_token: header, signature, and the order in which its claims are judged (1EdTech Security Framework 1.0, 5.1.3).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value as Json;

use crate::claims::Claims;
use crate::report::{described, shown_or_described};
use crate::{Checks, Evidence, Launch, Refusal, Rule, Value, VerificationKey, unique};

/// How far two clocks may differ, both ways.
pub const LEEWAY_SECONDS: i64 = 60;

/// How old an id_token may be by its `iat`.
pub const MAX_AGE_SECONDS: i64 = 3600;

/// The longest id_token that is looked at, in bytes.
pub const MAX_ID_TOKEN_LENGTH: usize = 256 * 1024;

const LONGEST_HEADER: usize = 16 * 1024;
const LONGEST_KID: usize = 512;

/// What the header of an id_token says and may be used before the signature is verified: the key's name, nothing else.
/// Keys and addresses in a header (`jwk`, `jku`, `x5c`, `x5u`) are ignored: keys come from the registration.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// The id of the key that signed.
    pub kid: String,
}

/// What the id_token must say.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The registered issuer.
    pub issuer: &'a str,
    /// The registered client ID.
    pub client_id: &'a str,
    /// The nonce of the authentication request.
    pub nonce: &'a str,
    /// The deployment that was named at login.
    pub deployment_hint: Option<&'a str>,
    /// SHA-256 of the `target_link_uri` at login; a difference is noted, not refused.
    pub target_link_uri: Option<[u8; 32]>,
    /// The time, in Unix seconds.
    pub now: i64,
}

/// Reads the header of an id_token, without trusting it.
///
/// # Errors
/// [`TooLarge`](Rule::TooLarge), [`TokenMalformed`](Rule::TokenMalformed), [`Algorithm`](Rule::Algorithm) for anything but RS256,
/// [`CriticalHeader`](Rule::CriticalHeader), [`KeyId`](Rule::KeyId).
pub fn header(token: &str) -> Result<Header, Refusal> {
    if token.len() > MAX_ID_TOKEN_LENGTH {
        let evidence = Evidence::expected(Value::BytesAtMost(MAX_ID_TOKEN_LENGTH)).and_seen(Value::Bytes(token.len()));
        return Err(Refusal::new(Rule::TooLarge)
            .at(Rule::TokenMalformed.stage())
            .about("id_token")
            .with(evidence));
    }
    let malformed = || Refusal::new(Rule::TokenMalformed).with(Evidence::seen(Value::Bytes(token.len())));
    let mut parts = token.split('.');
    let (Some(header), Some(_), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(malformed());
    };
    let header = Some(header)
        .filter(|header| header.len() <= LONGEST_HEADER)
        .and_then(|header| URL_SAFE_NO_PAD.decode(header).ok());
    let header = header.and_then(|header| unique::object(&header).ok()).ok_or_else(malformed)?;

    // Pinned: neither `none` nor a symmetric algorithm can be asked for (RFC 8725 3.1).
    let algorithm = header.get("alg");
    if algorithm.and_then(Json::as_str) != Some("RS256") {
        let evidence = Evidence::expected("RS256").and_seen(shown_or_described(algorithm));
        return Err(Refusal::new(Rule::Algorithm).with(evidence));
    }
    // RFC 7515 4.1.11: extensions that must be understood; there are none that we do.
    if header.contains_key("crit") {
        return Err(Refusal::new(Rule::CriticalHeader).with(Evidence::seen(described(header.get("crit")))));
    }
    match header.get("kid").and_then(Json::as_str) {
        Some(kid) if !kid.is_empty() && kid.len() <= LONGEST_KID => Ok(Header { kid: kid.to_owned() }),
        _ => Err(Refusal::new(Rule::KeyId).with(Evidence::seen(described(header.get("kid"))))),
    }
}

/// Verifies an id_token: the signature by `key`, then every claim against `expected`. What was checked is noted in `checks`.
///
/// # Errors
/// The refusal of the first rule that is broken; one rule each, see [`Rule`].
pub fn verify(token: &str, key: &VerificationKey, expected: &Expected<'_>, checks: &mut Checks) -> Result<Launch, Refusal> {
    let payload = verified_payload(token, key, checks)?;
    let claims = Claims::parse(&payload, checks)?;
    claims.judge_issuer(expected, checks)?;
    claims.judge_audience(expected, checks)?;
    claims.judge_times(expected.now, checks)?;
    claims.judge_nonce(expected, checks)?;
    claims.into_launch(expected, checks)
}

/// The payload, once the header is in order and the signature is verified. Nothing in it is read before.
fn verified_payload(token: &str, key: &VerificationKey, checks: &mut Checks) -> Result<Vec<u8>, Refusal> {
    let header = header(token).inspect_err(|refusal| checks.refuse(refusal))?;
    checks.pass(Rule::Algorithm, Evidence::seen("RS256"));
    checks.pass(Rule::KeyId, Evidence::seen(&header.kid));
    if header.kid != key.kid() {
        return Err(checks.fail(Rule::KeyNotFound, Evidence::expected(&header.kid).and_seen(key.kid())));
    }
    let malformed = |checks: &mut Checks| checks.fail(Rule::TokenMalformed, Evidence::none());
    let Some((message, signature)) = token.rsplit_once('.') else {
        return Err(malformed(checks));
    };
    let is_signed = URL_SAFE_NO_PAD
        .decode(signature)
        .is_ok_and(|signature| key.has_signed(message, &signature));
    checks.judge(is_signed, Rule::Signature, Evidence::none())?;
    let payload = message
        .split_once('.')
        .and_then(|(_, payload)| URL_SAFE_NO_PAD.decode(payload).ok());
    payload.ok_or_else(|| malformed(checks))
}
