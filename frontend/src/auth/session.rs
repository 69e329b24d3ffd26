//! The tokens of the signed-in person. They are in the tab's storage until it is closed, and not shared with other tabs.

use serde::{Deserialize, Serialize};

use crate::browser::{self, tab};

const KEY: &str = "lms-gateway.session";

/// The time in milliseconds before the expiry at which a token is renewed, as in MSAL.
const RENEWAL_OFFSET: i64 = 300_000;

const FRESH: i64 = 60_000;

/// The signed-in person, for display.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) username: String,
    /// Part of the storage keys, so that people don't share data in a tab.
    pub(crate) key: String,
    /// Opaque. Sent at sign-out, so that the identity provider doesn't ask for the account.
    pub(crate) login_hint: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(super) access_token: String,
    pub(super) refresh_token: Option<String>,
    /// Milliseconds since 1970, as all times here.
    pub(super) expires_at: i64,
    pub(super) issued_at: i64,
    pub(crate) person: Person,
}

/// The answer of the token endpoint (RFC 6749, section 5.1).
#[derive(Debug, Deserialize)]
pub(super) struct TokenAnswer {
    pub(super) access_token: String,
    pub(super) refresh_token: Option<String>,
    pub(super) id_token: Option<String>,
    /// Seconds. If it is missing, the token counts as expired and each call renews it.
    #[serde(default)]
    pub(super) expires_in: i64,
}

impl Session {
    pub(super) fn new(answer: TokenAnswer, person: Person, now: i64) -> Self {
        Self {
            access_token: answer.access_token,
            refresh_token: answer.refresh_token,
            expires_at: now + answer.expires_in * 1000,
            issued_at: now,
            person,
        }
    }

    /// The session after a renewal. Without a new refresh token the old one stays valid (RFC 6749, section 6).
    pub(super) fn renewed(self, answer: TokenAnswer, now: i64) -> Self {
        Self {
            access_token: answer.access_token,
            refresh_token: answer.refresh_token.or(self.refresh_token),
            expires_at: now + answer.expires_in * 1000,
            issued_at: now,
            person: self.person,
        }
    }

    pub(super) fn needs_renewal(&self, now: i64) -> bool {
        self.expires_at - now <= RENEWAL_OFFSET
    }

    /// True if the token has just been issued. If the API refuses it, it refuses a new one too.
    pub(super) fn is_fresh(&self, now: i64) -> bool {
        now - self.issued_at < FRESH
    }

    pub(super) fn is_expired(&self, now: i64) -> bool {
        self.expires_at <= now
    }

    pub(crate) fn load() -> Option<Self> {
        tab::get(KEY)
    }

    pub(super) fn save(&self) {
        tab::set(KEY, self);
    }

    /// Removes the tokens. Drafts stay for the next sign-in of the same person.
    pub(super) fn remove() {
        tab::remove(KEY);
    }
}

/// A sign-in of this tab that waits for its response.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PendingSignIn {
    pub(super) verifier: String,
    pub(super) nonce: String,
    pub(super) return_to: String,
    begun_at: i64,
}

const PENDING_KEY: &str = "lms-gateway.sign-in.";

/// The maximum age of a pending sign-in in milliseconds.
const PENDING_LIFETIME: i64 = 15 * 60_000;

impl PendingSignIn {
    pub(super) fn new(verifier: String, nonce: String, return_to: String) -> Self {
        Self {
            verifier,
            nonce,
            return_to,
            begun_at: browser::now(),
        }
    }

    /// Saves the sign-in under its state. Sign-ins are independent, so an abandoned one (the back button, a closed dialog)
    /// doesn't affect the next.
    pub(super) fn save(&self, state: &str) {
        for key in tab::keys(PENDING_KEY) {
            if tab::get::<Self>(&key).is_none_or(|pending| pending.is_over(browser::now())) {
                tab::remove(&key);
            }
        }
        tab::set(&format!("{PENDING_KEY}{state}"), self);
    }

    /// The sign-in with this state. It can be taken once.
    pub(super) fn take(state: &str) -> Option<Self> {
        let key = format!("{PENDING_KEY}{state}");
        let pending: Option<Self> = tab::get(&key);
        tab::remove(&key);
        pending.filter(|pending| !pending.is_over(browser::now()))
    }

    fn is_over(&self, now: i64) -> bool {
        now - self.begun_at > PENDING_LIFETIME
    }
}

/// The path to open after a sign-in. Only the portal's own paths are allowed.
pub(super) fn own_path(path: &str) -> &str {
    let is_own = path.starts_with('/') && !path.starts_with("//") && !path.contains('\\');
    if is_own && !path.starts_with("/auth/") {
        path
    } else {
        "/registrations"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000_000;

    fn answer(token: &str, refresh_token: Option<&str>, expires_in: i64) -> TokenAnswer {
        TokenAnswer {
            access_token: token.to_owned(),
            refresh_token: refresh_token.map(str::to_owned),
            id_token: None,
            expires_in,
        }
    }

    fn session() -> Session {
        Session::new(answer("a1", Some("r1"), 3600), Person::default(), NOW)
    }

    #[test]
    fn is_renewed_five_minutes_before_it_ends() {
        assert!(!session().needs_renewal(NOW + 3_299_000));
        assert!(session().needs_renewal(NOW + 3_300_000));
        assert!(!session().is_expired(NOW + 3_599_999));
        assert!(session().is_expired(NOW + 3_600_000));
    }

    #[test]
    fn is_fresh_for_a_minute() {
        assert!(session().is_fresh(NOW + 59_000));
        assert!(!session().is_fresh(NOW + 60_000));
    }

    #[test]
    fn a_token_without_an_end_is_renewed_each_time() {
        assert!(Session::new(answer("a", None, 0), Person::default(), NOW).needs_renewal(NOW));
    }

    #[test]
    fn a_renewal_keeps_the_refresh_token_unless_a_new_one_came() {
        let later = NOW + 1000;
        let renewed = session().renewed(answer("a2", None, 60), later);
        assert_eq!(
            (renewed.access_token.as_str(), renewed.refresh_token.as_deref()),
            ("a2", Some("r1"))
        );
        assert_eq!(renewed.expires_at, later + 60_000);
        let rotated = session().renewed(answer("a2", Some("r2"), 60), later);
        assert_eq!(rotated.refresh_token.as_deref(), Some("r2"));
    }

    #[test]
    fn a_pending_sign_in_ends_after_a_quarter_of_an_hour() {
        let pending = PendingSignIn {
            verifier: String::new(),
            nonce: String::new(),
            return_to: String::new(),
            begun_at: NOW,
        };
        assert!(!pending.is_over(NOW + 899_000));
        assert!(pending.is_over(NOW + 901_000));
    }

    #[test]
    fn returns_to_own_pages_only() {
        assert_eq!(own_path("/launches?outcome=refused"), "/launches?outcome=refused");
        for path in [
            "",
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "launches",
            "/auth/callback",
        ] {
            assert_eq!(own_path(path), "/registrations", "{path}");
        }
    }
}
