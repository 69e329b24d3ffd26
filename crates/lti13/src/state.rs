//! The sealed state of a login: everything that finishing it needs, so that no row is written before a launch is proven, and any
//! instance can finish what another began.
//!
//! It is bound to one browser by a commitment to a secret that only this browser holds.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::id_token::{Expected, LEEWAY_SECONDS};
use crate::sealed::NONCE_LENGTH;
use crate::{Evidence, LoginRequest, Platform, Refusal, Rule, StateKeys, Value};

/// How long a login may take.
pub const STATE_LIFETIME_SECONDS: i64 = 600;

/// The longest state that is looked at.
pub const MAX_STATE_LENGTH: usize = 16 * 1024;

/// Other sealed things under the same key can't pass for a state.
const PURPOSE: &[u8] = b"lti login state, version 1";

/// What the browser keeps, in a cookie or in the LMS's storage, to prove that it began the login.
#[derive(Clone, PartialEq, Eq)]
pub struct BrowserSecret(String);

impl BrowserSecret {
    /// The value to keep; base64url.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for BrowserSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BrowserSecret(..)")
    }
}

/// A login that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginState {
    /// Names the login and its cookie, and serves as the launch's replay guard.
    pub id: [u8; 16],
    /// The nonce that was sent to the LMS.
    pub nonce: String,
    /// SHA-256 of the browser's secret.
    pub browser: [u8; 32],
    /// The LMS as it was when the login began; the launch is checked against it.
    pub platform: Platform,
    /// SHA-256 of the `target_link_uri` at login. The URL itself may be long, and only the signed claim counts.
    pub target_link_uri: [u8; 32],
    /// The deployment that was named at login.
    pub deployment_hint: Option<String>,
    /// The frame that offers platform storage, as named at login.
    pub storage_target: Option<String>,
    /// When the login began, in Unix seconds.
    pub issued_at: i64,
}

impl LoginState {
    /// Begins a login. `random` must be fresh from a cryptographic generator: 16 bytes become the id, 16 the nonce (128 bits), 32 the
    /// browser's secret.
    #[must_use]
    pub fn new(platform: &Platform, login: &LoginRequest, random: &[u8; 64], now: i64) -> (Self, BrowserSecret) {
        let mut id = [0; 16];
        id.copy_from_slice(&random[..16]);
        let secret = BrowserSecret(URL_SAFE_NO_PAD.encode(&random[32..]));
        let state = Self {
            id,
            nonce: URL_SAFE_NO_PAD.encode(&random[16..32]),
            browser: sha256(secret.as_str()),
            platform: platform.clone(),
            target_link_uri: sha256(&login.target_link_uri),
            deployment_hint: login.lti_deployment_id.clone(),
            storage_target: login.lti_storage_target.clone(),
            issued_at: now,
        };
        (state, secret)
    }

    /// The state parameter. `nonce` must be fresh from a cryptographic generator; with random nonces a key serves for 2³² logins.
    #[must_use]
    pub fn seal(&self, keys: &StateKeys, nonce: [u8; NONCE_LENGTH]) -> String {
        keys.seal(PURPOSE, nonce, &Sealed::from(self))
    }

    /// Opens a state parameter.
    ///
    /// # Errors
    /// [`State`](Rule::State) if it was not sealed with one of `keys` or lies in the future; [`StateExpired`](Rule::StateExpired).
    pub fn open(token: &str, keys: &StateKeys, now: i64) -> Result<Self, Refusal> {
        let sealed = Some(token).filter(|token| token.len() <= MAX_STATE_LENGTH);
        let state = sealed.and_then(|token| keys.open::<Sealed>(PURPOSE, token)?.into_state());
        let state = state.ok_or_else(|| not_ours(token))?;
        state.judge_age(now)?;
        Ok(state)
    }

    /// Whether the login was begun within the last ten minutes.
    pub(crate) fn judge_age(&self, now: i64) -> Result<(), Refusal> {
        let age = now.saturating_sub(self.issued_at);
        let evidence = || Evidence::expected(Value::AgeAtMost(STATE_LIFETIME_SECONDS)).and_seen(Value::Age(age));
        if age < -LEEWAY_SECONDS {
            return Err(Refusal::new(Rule::State).with(evidence()));
        }
        if age > STATE_LIFETIME_SECONDS + LEEWAY_SECONDS {
            return Err(Refusal::new(Rule::StateExpired).with(evidence()));
        }
        Ok(())
    }

    /// The LMS of the login.
    #[must_use]
    pub fn platform(&self) -> &Platform {
        &self.platform
    }

    /// What the id_token must say to finish this login.
    #[must_use]
    pub fn expected(&self, now: i64) -> Expected<'_> {
        Expected {
            issuer: &self.platform.issuer,
            client_id: &self.platform.client_id,
            nonce: &self.nonce,
            deployment_hint: self.deployment_hint.as_deref(),
            target_link_uri: Some(self.target_link_uri),
            now,
        }
    }

    /// Whether `secret` is the one of the browser that began the login. Takes the same time whatever it is.
    #[must_use]
    pub fn matches_browser(&self, secret: &str) -> bool {
        verify_slices_are_equal(&sha256(secret), &self.browser).is_ok()
    }

    /// The name of this login's own cookie, so that parallel launches do not disturb each other. `secure`: served over https, where
    /// browsers take the `__Host-` prefix.
    #[must_use]
    pub fn cookie_name(&self, secure: bool) -> String {
        let prefix = if secure { "__Host-lti_" } else { "lti_" };
        format!("{prefix}{}", hex(&self.id))
    }

    /// The key of this login's value in the LMS's storage.
    #[must_use]
    pub fn storage_key(&self) -> String {
        format!("lti_{}", hex(&self.id))
    }
}

/// A token that was not sealed here. Nothing of it is kept.
pub(crate) fn not_ours(token: &str) -> Refusal {
    Refusal::new(Rule::State).with(Evidence::seen(Value::Characters(token.chars().count())))
}

/// The sealed text: short names, nothing unknown, nothing twice.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sealed {
    i: String,
    n: String,
    b: String,
    iss: String,
    c: String,
    a: Url,
    k: Url,
    u: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    d: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    s: Option<String>,
    t: i64,
}

impl From<&LoginState> for Sealed {
    fn from(state: &LoginState) -> Self {
        let LoginState {
            id,
            nonce,
            browser,
            platform,
            target_link_uri,
            deployment_hint,
            storage_target,
            issued_at,
        } = state.clone();
        Self {
            i: URL_SAFE_NO_PAD.encode(id),
            n: nonce,
            b: URL_SAFE_NO_PAD.encode(browser),
            iss: platform.issuer,
            c: platform.client_id,
            a: platform.authentication_url,
            k: platform.keyset_url,
            u: URL_SAFE_NO_PAD.encode(target_link_uri),
            d: deployment_hint,
            s: storage_target,
            t: issued_at,
        }
    }
}

impl Sealed {
    pub(crate) fn into_state(self) -> Option<LoginState> {
        Some(LoginState {
            id: bytes(&self.i)?,
            nonce: self.n,
            browser: bytes(&self.b)?,
            platform: Platform {
                issuer: self.iss,
                client_id: self.c,
                authentication_url: self.a,
                keyset_url: self.k,
            },
            target_link_uri: bytes(&self.u)?,
            deployment_hint: self.d,
            storage_target: self.s,
            issued_at: self.t,
        })
    }
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

pub(crate) fn sha256(text: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
    hash
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
