//! Deep linking requests of LMSs while their apps may answer: a row each, sealed, for [`LIFETIME`]. The id is in the return URL that the
//! app gets; the row has its hash, and is sealed for it.

use aws_lc_rs::digest::{SHA256, digest};
use domain::{AppDeploymentId, RegistrationId, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use store::{Store, StoreError};
use time::Duration;
use uuid::Uuid;

use super::{clock::Clock, random, secrets::Secrets};

/// How long a request may be answered.
pub const LIFETIME: Duration = Duration::hours(8);

/// A request as it came from the LMS.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeepLinkingRequest {
    /// The app that is asked.
    pub app_id: String,
    tenant: Uuid,
    registration: Uuid,
    /// The deployment of the app that it is.
    pub app_deployment_id: Uuid,
    /// The deployment, by the LMS's name.
    pub deployment_id: String,
    /// The `data` that the app gets, and sends back.
    pub data: String,
    /// The LMS's claim `deep_linking_settings`.
    pub settings: Json,
    /// The language of the person, where the LMS says it.
    pub locale: Option<String>,
    /// The reference of the launch.
    pub reference: String,
}

impl DeepLinkingRequest {
    /// The registration that was launched.
    pub fn registration(&self) -> (TenantId, RegistrationId) {
        (TenantId(self.tenant), RegistrationId(self.registration))
    }

    /// Puts a request together, with `data` of its own.
    pub fn new(
        (tenant, registration): (TenantId, RegistrationId),
        (app_id, app_deployment): (&str, AppDeploymentId),
        deployment_id: &str,
        settings: Json,
        (locale, reference): (Option<&str>, &str),
    ) -> Self {
        Self {
            app_id: app_id.to_owned(),
            tenant: tenant.0,
            registration: registration.0,
            app_deployment_id: app_deployment.0,
            deployment_id: deployment_id.to_owned(),
            data: random_id(),
            settings,
            locale: locale.map(str::to_owned),
            reference: reference.to_owned(),
        }
    }
}

/// The requests that may be answered.
pub struct DeepLinkingRequests {
    store: Store,
    secrets: Secrets,
    clock: Clock,
}

impl DeepLinkingRequests {
    /// Those in the database.
    pub fn new(store: Store, secrets: Secrets, clock: Clock) -> Self {
        Self { store, secrets, clock }
    }

    /// Keeps a request, and answers with its id.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn open(&self, request: &DeepLinkingRequest) -> anyhow::Result<String> {
        let id = random_id();
        let sealed = self.secrets.seal(&purpose(&id), &serde_json::to_vec(request)?);
        let expires_at = self.clock.now() + LIFETIME;
        self.store.insert_deep_linking_request(hash(&id), &sealed, expires_at).await?;
        Ok(id)
    }

    /// The request with that id, while it may be answered.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn find(&self, id: &str) -> Result<Option<DeepLinkingRequest>, StoreError> {
        let sealed = self.store.find_deep_linking_request(hash(id), self.clock.now()).await?;
        let opened = sealed.and_then(|sealed| self.secrets.open(&purpose(id), &sealed).ok());
        Ok(opened.and_then(|opened| serde_json::from_slice(&opened).ok()))
    }

    /// Uses the nonce of an answer to the request `id`. The same answer may come again, no other one with this nonce.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn use_nonce(&self, client_id: &str, nonce: &str, id: &str, answer: &str) -> Result<bool, StoreError> {
        let nonce = hash(&format!("{}\n{client_id}\n{nonce}", client_id.len()));
        let answer = hash(&format!("{id}\n{answer}"));
        let expires_at = self.clock.now() + LIFETIME;
        self.store.use_deep_linking_nonce(nonce, answer, expires_at).await
    }
}

/// 128 random bits.
fn random_id() -> String {
    format!("{:032x}", u128::from_be_bytes(random::bytes()))
}

fn purpose(id: &str) -> String {
    format!("deep-linking-request {id}")
}

fn hash(text: &str) -> [u8; 32] {
    digest(&SHA256, text.as_bytes()).as_ref().try_into().unwrap_or_default()
}
