//! A login for which the platform was not asked for anything yet.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use url::Url;

use super::pending_login::{SealedLogin, not_ours};
use super::{BrowserSecret, LoginInitiation, PendingLogin, ToolRegistration};
use crate::parameters::{ParameterError, collect, required};
use crate::query::with_parameters;
use crate::seal::NONCE_LENGTH;
use crate::{LaunchError, StateKeys};

/// The longest sealed login that is read, in bytes. The hints of a platform may be long, and JSON makes control characters longer.
pub const MAX_SEALED_LOGIN_LENGTH: usize = 224 * 1024;

const PURPOSE: &[u8] = b"lti unspent login, version 1";

/// The login initiation, and the pending login that was made for it.
///
/// Platforms such as Moodle let a launch be used once, so it may be worth a page or two to find out whether the browser keeps a cookie
/// before [`authentication_request`](Self::authentication_request) spends it. Sealed, the login goes through the browser from page to
/// page: nobody can put one login's hints and another's state together, and it expires with its state. It holds no secret of the browser,
/// so anybody who gets hold of it can start the same login, as with the platform's own request, but can't finish this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartedLogin {
    initiation: LoginInitiation,
    login: PendingLogin,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    r: LoginInitiation,
    s: SealedLogin,
}

impl StartedLogin {
    /// Starts a login at the registration that the initiation selects. The browser keeps the secret, in a cookie of the name
    /// [`PendingLogin::cookie_name`], in the platform's storage, or in both.
    ///
    /// `random` must be fresh from a cryptographic generator: 12 of the first 16 bytes become part of the login's id, 16 the nonce (128 bits), 32 the secret.
    /// `now` is in Unix seconds.
    #[must_use]
    pub fn new(
        registration: &ToolRegistration,
        initiation: LoginInitiation,
        random: &[u8; 64],
        now: i64,
    ) -> (Self, BrowserSecret) {
        let (login, secret) = PendingLogin::new(registration, &initiation, random, now);
        (Self { initiation, login }, secret)
    }

    /// The same login with a note of the tool's own, which travels sealed with it: [`PendingLogin::note`]. Keep it short, since it is
    /// part of every address on the way.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.login.note = Some(note.into());
        self
    }

    /// The request of the platform.
    #[must_use]
    pub fn initiation(&self) -> &LoginInitiation {
        &self.initiation
    }

    /// The login that the platform's answer has to fit.
    #[must_use]
    pub fn pending(&self) -> &PendingLogin {
        &self.login
    }

    /// The authentication request (Security Framework 5.1.1.2): the URL of the platform to which the browser is sent. A query that the
    /// authentication URL has stays, but can't replace a parameter of the request.
    ///
    /// `nonce` seals the state: it must be fresh from a cryptographic generator; with random nonces a key serves for 2³² logins.
    #[must_use]
    pub fn authentication_request(&self, redirect_uri: &str, keys: &StateKeys, nonce: [u8; NONCE_LENGTH]) -> Url {
        let registration = self.login.registration();
        let state = self.login.seal(keys, nonce);
        let mut parameters: Vec<(&str, &[u8])> = vec![
            ("scope", b"openid"),
            ("response_type", b"id_token"),
            ("response_mode", b"form_post"),
            ("prompt", b"none"),
            ("client_id", registration.client_id.as_bytes()),
            ("redirect_uri", redirect_uri.as_bytes()),
            ("login_hint", self.initiation.login_hint.as_bytes()),
            ("nonce", self.login.nonce().as_bytes()),
            ("state", state.as_bytes()),
        ];
        if let Some(hint) = &self.initiation.lti_message_hint {
            parameters.push(("lti_message_hint", hint.as_bytes()));
        }
        let mut url = with_parameters(&registration.authentication_url, &parameters);
        url.set_fragment(None);
        url
    }

    /// Seals it for the way through the browser. `nonce` must be fresh from a cryptographic generator.
    #[must_use]
    pub fn seal(&self, keys: &StateKeys, nonce: [u8; NONCE_LENGTH]) -> String {
        let sealed = Sealed {
            r: self.initiation.clone(),
            s: SealedLogin::from(&self.login),
        };
        keys.seal(PURPOSE, nonce, &sealed)
    }

    /// Reads the parameter `login` of the decoded pairs of a query or form, and opens it.
    ///
    /// # Errors
    /// [`MissingParameter`](crate::Rule::MissingParameter), [`DuplicateParameter`](crate::Rule::DuplicateParameter) or
    /// [`TooLarge`](crate::Rule::TooLarge); [`State`](crate::Rule::State) if it was not sealed with one of `keys`;
    /// [`StateExpired`](crate::Rule::StateExpired).
    pub fn parse<'a>(
        pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
        keys: &StateKeys,
        now: i64,
    ) -> Result<Self, LaunchError> {
        let token = read(pairs)?;
        let opened = keys.open::<Sealed>(PURPOSE, &token);
        let opened = opened.and_then(|Sealed { r, s }| Some((r, s.into_login()?)));
        let (initiation, login) = opened.ok_or_else(|| not_ours(&token))?;
        login.validate_age(now)?;
        Ok(Self { initiation, login })
    }

    /// The initiation, to start the login afresh.
    #[must_use]
    pub fn into_initiation(self) -> LoginInitiation {
        self.initiation
    }

    /// The same, in a window of its own: there, the frame that offered storage is neither parent nor opener.
    #[must_use]
    pub fn into_initiation_in_own_window(self) -> LoginInitiation {
        LoginInitiation {
            lti_storage_target: None,
            ..self.initiation
        }
    }
}

fn read<'a>(pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Result<String, ParameterError> {
    let [login] = collect(pairs, [("login", MAX_SEALED_LOGIN_LENGTH)])?;
    required(login, "login")
}
