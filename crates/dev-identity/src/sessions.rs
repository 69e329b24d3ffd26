//! The sign-ins of this browser: a cookie that names a session, and the session's accounts.

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite},
};

use crate::{Identity, MOUNT, account::Account, random};

const COOKIE: &str = "dev_identity_session";
const LIFETIME: u64 = 24 * 60 * 60;

#[derive(Clone)]
pub(crate) struct Session {
    /// The `sid` claim.
    pub(crate) sid: String,
    pub(crate) accounts: Vec<Account>,
}

impl Identity {
    /// The browser's session; empty when there is none.
    pub(crate) fn session(&self, request: &HttpRequest) -> Session {
        let known = request
            .cookie(COOKIE)
            .and_then(|cookie| self.sessions.get(self.now(), cookie.value()));
        known.unwrap_or_else(|| Session {
            sid: random::guid(),
            accounts: Vec::new(),
        })
    }

    /// Adds an account. The session gets a new key, so that one known before the sign-in is worth nothing after it.
    pub(crate) fn sign_in(&self, request: &HttpRequest, account: Account) -> (Session, Cookie<'static>) {
        let mut session = self.session(request);
        session.accounts.retain(|known| *known != account);
        session.accounts.push(account);
        let cookie = self.renew(request, session.clone());
        (session, cookie)
    }

    /// Removes accounts; the cookie to set ends the session when nobody is left.
    pub(crate) fn sign_out(&self, request: &HttpRequest, leaving: &[Account]) -> Cookie<'static> {
        let mut session = self.session(request);
        session.accounts.retain(|account| !leaving.contains(account));
        self.renew(request, session)
    }

    fn renew(&self, request: &HttpRequest, session: Session) -> Cookie<'static> {
        let now = self.now();
        if let Some(old) = request.cookie(COOKIE) {
            self.sessions.take(now, old.value());
        }
        if session.accounts.is_empty() {
            let mut removal = cookie(String::new());
            removal.make_removal();
            return removal;
        }
        cookie(self.sessions.insert(now, now + LIFETIME, session))
    }
}

/// Not `Secure`: the development sign-in is served over plain http, on loopback.
fn cookie(value: String) -> Cookie<'static> {
    Cookie::build(COOKIE, value)
        .path(MOUNT)
        .http_only(true)
        .same_site(SameSite::Lax)
        .finish()
}
