//! The access tokens of apps: sealed values, so that every instance opens them and nothing is stored.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{AppDeploymentId, Service};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::secrets::Secrets;

/// How long an access token counts, in seconds.
pub const LIFETIME: i64 = 60 * 60;
/// The longest one, sealed.
const MAX_LENGTH: usize = 4096;
const PURPOSE: &str = "app-access-token";

/// The rights of an access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppToken {
    /// The app that it was given to.
    pub app_id: String,
    /// The one deployment that it opens; `None` for all of the app.
    pub deployment: Option<AppDeploymentId>,
    /// The services that it opens.
    pub services: BTreeSet<Service>,
}

/// The sealed content.
#[derive(Serialize, Deserialize)]
struct Sealed {
    app: String,
    deployment: Option<Uuid>,
    services: Vec<String>,
    expires_at: i64,
}

/// Seals access tokens and opens them.
pub struct AppTokens(Secrets);

impl AppTokens {
    /// With a key of its own, derived from the configured secret.
    pub fn new(secrets: Secrets) -> Self {
        Self(secrets)
    }

    /// Issues a token at this time in Unix seconds.
    ///
    /// # Errors
    ///
    /// Where it can't be written down, which no input causes.
    pub fn issue(&self, token: &AppToken, now: i64) -> serde_json::Result<String> {
        let sealed = serde_json::to_vec(&Sealed {
            app: token.app_id.clone(),
            deployment: token.deployment.map(|deployment| deployment.0),
            services: token.services.iter().map(|service| service.name().to_owned()).collect(),
            expires_at: now + LIFETIME,
        })?;
        Ok(URL_SAFE_NO_PAD.encode(self.0.seal(PURPOSE, &sealed)))
    }

    /// Opens a token at this time in Unix seconds; `None` for anything else, and once it expired.
    pub fn open(&self, token: &str, now: i64) -> Option<AppToken> {
        let token = Some(token).filter(|token| token.len() <= MAX_LENGTH)?;
        let sealed = URL_SAFE_NO_PAD.decode(token).ok()?;
        let sealed: Sealed = serde_json::from_slice(&self.0.open(PURPOSE, &sealed).ok()?).ok()?;
        (now < sealed.expires_at).then(|| AppToken {
            app_id: sealed.app,
            deployment: sealed.deployment.map(AppDeploymentId),
            services: sealed
                .services
                .iter()
                .filter_map(|service| Service::from_name(service))
                .collect(),
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn secrets(secret: &str) -> Secrets {
        let mut config = Config::default();
        secret.clone_into(&mut config.security.secret);
        Secrets::new(&config)
    }

    fn token() -> AppToken {
        AppToken {
            app_id: "notes".to_owned(),
            deployment: Some(AppDeploymentId(Uuid::from_u128(7))),
            services: [Service::NamesAndRoles, Service::Scores].into(),
        }
    }

    #[test]
    fn a_token_opens_on_every_instance_for_an_hour() {
        let issued = AppTokens::new(secrets("a")).issue(&token(), 1000).unwrap();
        let other = AppTokens::new(secrets("a"));
        assert_eq!(other.open(&issued, 1000), Some(token()));
        assert_eq!(other.open(&issued, 1000 + LIFETIME - 1), Some(token()));
        assert_eq!(other.open(&issued, 1000 + LIFETIME), None);
        assert_eq!(AppTokens::new(secrets("b")).open(&issued, 1000), None);
    }

    #[test]
    fn a_value_that_was_sealed_for_another_purpose_is_no_token() {
        let text = br#"{"app":"notes","deployment":null,"services":["scores"],"expires_at":9999}"#;
        let sealed = |purpose: &str| URL_SAFE_NO_PAD.encode(secrets("a").seal(purpose, text));
        let tokens = AppTokens::new(secrets("a"));
        assert!(tokens.open(&sealed(PURPOSE), 1).is_some());
        for token in [
            sealed("login-state"),
            sealed("launch"),
            "x".to_owned(),
            String::new(),
            "A".repeat(5000),
        ] {
            assert_eq!(tokens.open(&token, 1), None);
        }
    }
}
