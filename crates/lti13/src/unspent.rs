//! A login that has not asked the LMS for anything yet. LMSs such as Moodle let a launch be used once, so whether the browser keeps a
//! cookie is found out before; where it does not, the same login begins afresh in a window of its own.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::parameters::{collect, required};
use crate::sealed::NONCE_LENGTH;
use crate::state::{Sealed, not_ours};
use crate::{LoginRequest, LoginState, Refusal, StateKeys};

/// The longest sealed login that is looked at. The hints of an LMS may be long, and JSON makes control characters longer.
pub const MAX_UNSPENT_LENGTH: usize = 224 * 1024;

const PURPOSE: &[u8] = b"lti unspent login, version 1";

/// What the LMS sent, and the state that was begun for it. Sealed, it goes through the browser from page to page: nobody can put one
/// login's hints and another's state together, and it expires with its state. It holds no secret of the browser, so whoever gets hold of
/// it can begin the same login, as with the LMS's own request, but can't finish this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnspentLogin {
    /// What the LMS sent.
    pub request: LoginRequest,
    /// The login that was begun for it.
    pub state: LoginState,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SealedLogin {
    r: LoginRequest,
    s: Sealed,
}

impl UnspentLogin {
    /// Seals it. `nonce` must be fresh from a cryptographic generator.
    #[must_use]
    pub fn seal(&self, keys: &StateKeys, nonce: [u8; NONCE_LENGTH]) -> String {
        let sealed = SealedLogin {
            r: self.request.clone(),
            s: Sealed::from(&self.state),
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
    ) -> Result<Self, Refusal> {
        let [login] = collect(pairs, [("login", MAX_UNSPENT_LENGTH)])?;
        Self::open(&required(login, "login")?, keys, now)
    }

    fn open(token: &str, keys: &StateKeys, now: i64) -> Result<Self, Refusal> {
        let opened = keys.open::<SealedLogin>(PURPOSE, token);
        let opened = opened.and_then(|SealedLogin { r, s }| Some((r, s.into_state()?)));
        let (request, state) = opened.ok_or_else(|| not_ours(token))?;
        state.judge_age(now)?;
        Ok(Self { request, state })
    }

    /// What begins the login afresh in a window of its own: there, the frame that offered storage is neither parent nor opener.
    #[must_use]
    pub fn in_own_window(self) -> LoginRequest {
        LoginRequest {
            lti_storage_target: None,
            ..self.request
        }
    }
}
