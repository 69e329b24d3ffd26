//! Sign-in with Microsoft Entra: authorization code with PKCE in this window, renewal by refresh token, sign-out.
//!
//! The few requests are written by hand: the `oauth2` crate depends on `url` with its tables of international names, and supports
//! neither nonce nor `prompt` (docs/decisions/0003).

mod base64url;
mod callback;
mod consent;
mod id_token;
mod other_tabs;
mod pkce;
mod session;

use std::sync::Arc;

use futures_util::future::{Either, select};
use futures_util::lock::Mutex;
use serde::Deserialize;

pub(crate) use callback::SignInError;
pub(crate) use consent::{Consent, take_consent};
pub(crate) use session::{Person, Session};

use self::callback::{Answer, classify};
use self::other_tabs::OtherTabs;
use self::session::{PendingSignIn, TokenAnswer, own_path};
use crate::browser::{self, tab};
use crate::config::Config;
use crate::fetch::fetch;
use crate::json;

/// The time in milliseconds that signing out waits for the metadata of the identity provider.
const SIGN_OUT_WAITS: i32 = 3_000;

/// The prefix of the portal's keys in the tab's storage.
pub(crate) const STORAGE_PREFIX: &str = "lms-gateway.";

/// The OpenID Connect metadata that are needed here.
#[derive(Debug, Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    end_session_endpoint: Option<String>,
}

/// An error response of the token endpoint (RFC 6749, section 5.2).
#[derive(Debug, Deserialize)]
struct TokenError {
    error: String,
    #[serde(default)]
    error_description: String,
}

/// The reason why there is no access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AccessTokenError {
    /// The person has to sign in.
    SignInNeeded,
    /// The identity provider can't be reached and the current token has expired.
    Unreachable,
    /// The API refused a fresh token. Signing in again would repeat that.
    Refused,
}

/// The account to sign in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prompt {
    /// The account that is already signed in, if there is one.
    Any,
    /// The account picker.
    SelectAccount,
}

/// Signs in to the portal and out of it.
#[derive(Clone)]
pub(crate) struct Auth {
    inner: Arc<Inner>,
}

struct Inner {
    config: Config,
    /// Allows one renewal at a time, since each use rotates the refresh token.
    renewing: Mutex<()>,
    other_tabs: OtherTabs,
}

impl Auth {
    pub(crate) fn new(config: Config) -> Self {
        let home = config.signed_out_url();
        let other_tabs = OtherTabs::listen(move |key| {
            if Session::load().is_some_and(|session| session.person.key == key) {
                clear_storage();
                browser::leave(&home);
            }
        });
        Self {
            inner: Arc::new(Inner {
                config,
                renewing: Mutex::new(()),
                other_tabs,
            }),
        }
    }

    /// Redirects to the sign-in page. `return_to` is the path to open afterwards.
    pub(crate) async fn sign_in(&self, return_to: &str, prompt: Prompt) -> Result<(), SignInError> {
        browser::leave(&self.begin_sign_in(return_to, prompt).await?);
        Ok(())
    }

    /// Redirects to the sign-in page and replaces this page in the history. The back button then leads to the page before,
    /// and not to another redirect.
    pub(crate) async fn sign_in_for_this_page(&self) -> Result<(), SignInError> {
        browser::give_way(&self.begin_sign_in(&browser::here(), Prompt::Any).await?);
        Ok(())
    }

    async fn begin_sign_in(&self, return_to: &str, prompt: Prompt) -> Result<String, SignInError> {
        let metadata = self.metadata().await?;
        let (state, nonce, verifier) = (pkce::random_text(), pkce::random_text(), pkce::random_text());
        let url = self.authorization_url(&metadata, &state, &nonce, &pkce::challenge(&verifier), prompt);
        PendingSignIn::new(verifier, nonce, return_to.to_owned()).save(&state);
        Ok(url)
    }

    fn authorization_url(&self, metadata: &Metadata, state: &str, nonce: &str, challenge: &str, prompt: Prompt) -> String {
        let config = &self.inner.config;
        let mut parameters = vec![
            ("client_id", config.client_id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", &config.redirect_uri),
            // The fragment is never sent to a server, so the code isn't in access logs.
            ("response_mode", "fragment"),
            ("state", state),
            ("nonce", nonce),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        ];
        let scope = self.scope();
        parameters.push(("scope", &scope));
        if prompt == Prompt::SelectAccount {
            parameters.push(("prompt", "select_account"));
        }
        format!("{}?{}", metadata.authorization_endpoint, form(&parameters))
    }

    fn scope(&self) -> String {
        format!("{} openid profile offline_access", self.inner.config.scope)
    }

    /// Reads the response in the address. Returns the path to open next.
    pub(crate) async fn complete_sign_in(&self) -> Result<String, SignInError> {
        let (query, fragment) = browser::query_and_fragment();
        let answer = Answer::parse(&query, &fragment);
        let pending = answer.state.as_deref().and_then(PendingSignIn::take);
        let Some(pending) = pending else {
            // The back button led here again. If there is a session, continue.
            return match Session::load() {
                Some(_) => Ok(own_path("").to_owned()),
                None => Err(SignInError::Failed("state_mismatch".to_owned())),
            };
        };
        let code = answer.code()?;
        let metadata = self.metadata().await?;
        let tokens = self
            .request_tokens(
                &metadata,
                &[
                    ("grant_type", "authorization_code"),
                    ("code", &code),
                    ("code_verifier", &pending.verifier),
                    ("redirect_uri", &self.inner.config.redirect_uri),
                ],
            )
            .await?;
        let person = self.identify(&metadata, tokens.id_token.as_deref(), &pending.nonce)?;
        Session::new(tokens, person, browser::now()).save();
        Ok(own_path(&pending.return_to).to_owned())
    }

    fn identify(&self, metadata: &Metadata, id_token: Option<&str>, nonce: &str) -> Result<Person, SignInError> {
        let claims = id_token::read(id_token.unwrap_or_default()).and_then(|claims| {
            claims
                .verify(&metadata.issuer, &self.inner.config.client_id, nonce)
                .map(|()| claims)
        });
        claims
            .map(id_token::Claims::into_person)
            .map_err(|error| SignInError::Failed(error.code().to_owned()))
    }

    /// An access token that is valid for some minutes, renewed if necessary.
    pub(crate) async fn access_token(&self) -> Result<String, AccessTokenError> {
        let session = Session::load().ok_or(AccessTokenError::SignInNeeded)?;
        if !session.needs_renewal(browser::now()) {
            return Ok(session.access_token);
        }
        match self.renew(&session.access_token).await {
            // The current token is still valid.
            Err(AccessTokenError::Unreachable) if !session.is_expired(browser::now()) => Ok(session.access_token),
            renewed => renewed,
        }
    }

    /// Gets a token other than `refused` by the refresh token.
    pub(crate) async fn renew(&self, refused: &str) -> Result<String, AccessTokenError> {
        let _turn = self.inner.renewing.lock().await;
        let session = Session::load().ok_or(AccessTokenError::SignInNeeded)?;
        if session.access_token != refused {
            // The renewal before this one has replaced it.
            return Ok(session.access_token);
        }
        if session.is_fresh(browser::now()) && !session.needs_renewal(browser::now()) {
            return Err(AccessTokenError::Refused);
        }
        let refresh_token = session.refresh_token.clone().ok_or(AccessTokenError::SignInNeeded)?;
        let metadata = self.metadata().await.map_err(|_| AccessTokenError::Unreachable)?;
        let parameters = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.as_str())];
        match self.request_tokens(&metadata, &parameters).await {
            Ok(tokens) => {
                let session = session.renewed(tokens, browser::now());
                session.save();
                Ok(session.access_token)
            }
            Err(SignInError::Other(_)) => Err(AccessTokenError::Unreachable),
            Err(SignInError::Denied(_) | SignInError::Failed(_)) => {
                Session::remove();
                Err(AccessTokenError::SignInNeeded)
            }
        }
    }

    /// Removes all data of this person in every tab, then signs out at the identity provider.
    pub(crate) async fn sign_out(&self) {
        let person = Session::load().map(|session| session.person);
        if let Some(person) = &person {
            self.inner.other_tabs.notify(&person.key);
        }
        let login_hint = person.and_then(|person| person.login_hint);
        clear_storage();
        let home = self.inner.config.signed_out_url();
        // The page must not stay visible because the identity provider doesn't answer.
        let end = match select(Box::pin(self.metadata()), Box::pin(browser::pause(SIGN_OUT_WAITS))).await {
            Either::Left((metadata, _)) => metadata.ok().and_then(|metadata| metadata.end_session_endpoint),
            Either::Right(_) => None,
        };
        let Some(end) = end else {
            browser::leave(&home);
            return;
        };
        let mut parameters = vec![("post_logout_redirect_uri", home.as_str())];
        if let Some(hint) = &login_hint {
            parameters.push(("logout_hint", hint));
        }
        browser::leave(&format!("{end}?{}", form(&parameters)));
    }

    /// Removes the data of this person in this tab and shows the account picker.
    pub(crate) async fn switch_account(&self) -> Result<(), SignInError> {
        clear_storage();
        self.sign_in("/registrations", Prompt::SelectAccount).await
    }

    async fn metadata(&self) -> Result<Metadata, SignInError> {
        let answer = fetch("GET", &self.inner.config.metadata_url(), &[], None)
            .await
            .ok_or_else(unreachable)?;
        json::read(&answer.text).map_err(|_| SignInError::Other("metadata_unreadable".to_owned()))
    }

    async fn request_tokens(&self, metadata: &Metadata, parameters: &[(&str, &str)]) -> Result<TokenAnswer, SignInError> {
        let scope = self.scope();
        let mut all = vec![("client_id", self.inner.config.client_id.as_str()), ("scope", &scope)];
        all.extend_from_slice(parameters);
        // This content type needs no preflight request. All Entra clients use it.
        let headers = [("content-type", "application/x-www-form-urlencoded;charset=utf-8")];
        let answer = fetch("POST", &metadata.token_endpoint, &headers, Some(form(&all)))
            .await
            .ok_or_else(unreachable)?;
        if answer.ok {
            return json::read(&answer.text).map_err(|_| SignInError::Other("token_unreadable".to_owned()));
        }
        Err(match json::read::<TokenError>(&answer.text) {
            Ok(refusal) => classify(&refusal.error, &refusal.error_description),
            Err(_) => SignInError::Other(format!("http_{}", answer.status)),
        })
    }
}

/// Removes tokens and drafts. The next person in this tab may be somebody else.
fn clear_storage() {
    for key in tab::keys(STORAGE_PREFIX) {
        tab::remove(&key);
    }
}

fn form(parameters: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish()
}

fn unreachable() -> SignInError {
    SignInError::Other("unreachable".to_owned())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(super) fn auth() -> Auth {
        Auth::new(Config {
            authority: "https://login.example".to_owned(),
            tenant: "organizations".to_owned(),
            client_id: "portal".to_owned(),
            scope: "api://lms-gateway/access_as_user".to_owned(),
            redirect_uri: "https://gateway.example/auth/callback".to_owned(),
            public_url: "https://gateway.example".to_owned(),
            dev: false,
            report_url: None,
        })
    }

    fn metadata() -> Metadata {
        Metadata {
            issuer: String::new(),
            authorization_endpoint: "https://login.example/authorize".to_owned(),
            token_endpoint: String::new(),
            end_session_endpoint: None,
        }
    }

    #[test]
    fn asks_for_a_code_bound_to_this_tab() {
        let url = auth().authorization_url(&metadata(), "s+/=", "n", "c", Prompt::Any);
        for part in [
            "https://login.example/authorize?client_id=portal",
            "response_type=code",
            "response_mode=fragment",
            "redirect_uri=https%3A%2F%2Fgateway.example%2Fauth%2Fcallback",
            "scope=api%3A%2F%2Flms-gateway%2Faccess_as_user+openid+profile+offline_access",
            "state=s%2B%2F%3D",
            "nonce=n",
            "code_challenge=c",
            "code_challenge_method=S256",
        ] {
            assert!(url.contains(part), "{part} is missing in {url}");
        }
        assert!(!url.contains("prompt="));
    }

    #[test]
    fn switching_accounts_shows_the_account_picker() {
        let url = auth().authorization_url(&metadata(), "s", "n", "c", Prompt::SelectAccount);
        assert!(url.ends_with("&prompt=select_account"), "{url}");
    }
}
