//! The LMS's services that a launch names, as the app gets to know them: at addresses of the gateway, with the scopes that both the LMS
//! and the app's configuration grant.

use std::sync::Arc;

use aws_lc_rs::digest;
use domain::{App, LaunchRegistration, LmsService, LmsServiceKind, Service, grade_scopes};
use lti13::{
    claims::names::CONTEXT,
    services::{nrps, paging::is_of_container},
};
use moka::future::Cache;
use serde_json::{Map, Value, json};
use store::{NamedService, Store, StoreError};
use url::Url;

use crate::{
    config::Config,
    services::{clock::Clock, random},
};

/// The claim of Assignment and Grade Services (2.0, section 3.1).
const GRADES_ENDPOINT: &str = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint";
/// Names in memory, of some 200 bytes each.
const CACHED: u64 = 50_000;
/// The longest URL of a service, in bytes.
const MAX_URL: usize = 2048;
/// How long a name is used without looking: what a launch at another instance granted meanwhile is overwritten by the next one.
const FRESH: std::time::Duration = std::time::Duration::from_secs(600);

/// Names services for apps. Cheap to clone.
#[derive(Clone)]
pub struct LmsServices {
    store: Store,
    clock: Clock,
    config: Arc<Config>,
    names: Cache<[u8; 32], Arc<str>>,
}

/// The launch that names a service.
struct Naming<'a> {
    registration: &'a LaunchRegistration,
    context_id: Option<String>,
}

impl LmsServices {
    /// Knows no names yet.
    pub fn new(store: Store, clock: Clock, config: Arc<Config>) -> Self {
        let names = Cache::builder().max_capacity(CACHED).time_to_live(FRESH).build();
        Self {
            store,
            clock,
            config,
            names,
        }
    }

    /// The claims of a launch with the services as the app gets to know them. Those of an app that uses none are left as they are.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn replace_claims(
        &self,
        app: &App,
        registration: &LaunchRegistration,
        claims: &Map<String, Value>,
    ) -> Result<Option<Map<String, Value>>, StoreError> {
        if app.services.is_empty() {
            return Ok(None);
        }
        let context_id = claims
            .get(CONTEXT)
            .and_then(|context| context.get("id"))
            .and_then(Value::as_str);
        let naming = Naming {
            registration,
            context_id: context_id.map(ToOwned::to_owned),
        };
        let memberships = self.memberships(app, &naming, claims.get(nrps::CLAIM)).await?;
        let grades = self.grades(app, &naming, claims.get(GRADES_ENDPOINT)).await?;
        let mut claims = claims.clone();
        for (name, claim) in [(nrps::CLAIM, memberships), (GRADES_ENDPOINT, grades)] {
            match claim {
                Some(claim) => claims.insert(name.to_owned(), claim),
                None => claims.remove(name),
            };
        }
        Ok(Some(claims))
    }

    async fn memberships(&self, app: &App, naming: &Naming<'_>, claim: Option<&Value>) -> Result<Option<Value>, StoreError> {
        let url = claim.and_then(|claim| self.service_url(claim, "context_memberships_url"));
        let (Some(claim), Some(url)) = (claim, url) else {
            return Ok(None);
        };
        if !app.may_use(Service::NamesAndRoles) {
            return Ok(None);
        }
        let scopes = vec![Service::NamesAndRoles.scope()];
        let id = self.name(LmsServiceKind::Memberships, url, scopes, naming).await?;
        let versions = claim.get("service_versions").filter(|versions| versions.is_array());
        Ok(Some(json!({
            "context_memberships_url": self.config.public_url(&format!("/platform/memberships/{id}")),
            "service_versions": versions.cloned().unwrap_or_else(|| json!(["2.0"])),
        })))
    }

    async fn grades(&self, app: &App, naming: &Naming<'_>, claim: Option<&Value>) -> Result<Option<Value>, StoreError> {
        let Some(claim) = claim else { return Ok(None) };
        let by_lms = claim.get("scope").and_then(Value::as_array).into_iter().flatten();
        let by_lms: Vec<_> = by_lms.filter_map(Value::as_str).collect();
        let scopes = grade_scopes(app, &by_lms);
        let (items, item) = (self.service_url(claim, "lineitems"), self.service_url(claim, "lineitem"));
        // Open edX, for one, may name a single line item and nothing else: then that is all that the service has.
        let Some(container) = items.as_ref().or(item.as_ref()).filter(|_| !scopes.is_empty()) else {
            return Ok(None);
        };
        let service = self
            .name(LmsServiceKind::LineItems, container.clone(), scopes.clone(), naming)
            .await?;
        let address = self.config.public_url(&format!("/platform/lineitems/{service}"));
        let mut replaced = json!({ "scope": scopes });
        if items.is_some() {
            replaced["lineitems"] = json!(address);
        }
        if let Some(item) = item.as_ref().filter(|item| is_of_container(container, item)) {
            let id = self.name_line_item(&service, item).await?;
            replaced["lineitem"] = json!(format!("{address}/{id}"));
        }
        Ok(Some(replaced))
    }

    /// The id by which the app knows a line item of a service.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn name_line_item(&self, service: &str, url: &Url) -> Result<Arc<str>, StoreError> {
        let key = hash(&["line item", service, url.as_str()]);
        if let Some(id) = self.names.get(&key).await {
            return Ok(id);
        }
        let (new, at) = (random::token(), self.clock.now());
        let id = self.store.name_line_item(service, &new, url, key, at).await?;
        let id = Arc::<str>::from(id);
        self.names.insert(key, Arc::clone(&id)).await;
        Ok(id)
    }

    async fn name(
        &self,
        kind: LmsServiceKind,
        url: Url,
        scopes: Vec<&'static str>,
        naming: &Naming<'_>,
    ) -> Result<Arc<str>, StoreError> {
        let registration = naming.registration;
        let kind_name = match kind {
            LmsServiceKind::Memberships => "memberships",
            LmsServiceKind::LineItems => "line items",
        };
        let url_hash = hash(&[kind_name, url.as_str()]);
        // A launch that grants something else writes.
        let deployment = registration.app_deployment_id.to_string();
        let context_id = naming.context_id.as_deref().unwrap_or_default();
        let key = hash(&[&deployment, kind_name, url.as_str(), &scopes.join(" "), context_id]);
        if let Some(id) = self.names.get(&key).await {
            return Ok(id);
        }
        let named = NamedService {
            service: LmsService {
                id: random::token(),
                app_deployment_id: registration.app_deployment_id,
                kind,
                url,
                tenant_id: registration.tenant_id,
                app_id: registration.app_id.clone(),
                issuer: registration.platform.issuer.clone(),
                scopes: scopes.into_iter().map(ToOwned::to_owned).collect(),
                context_id: naming.context_id.clone(),
            },
            url_hash,
        };
        let id = Arc::<str>::from(self.store.name_lms_service(&named, self.clock.now()).await?);
        self.names.insert(key, Arc::clone(&id)).await;
        Ok(id)
    }

    /// An address in a claim, where the gateway may call it.
    fn service_url(&self, claim: &Value, name: &str) -> Option<Url> {
        let url = Url::parse(claim.get(name)?.as_str().filter(|url| url.len() <= MAX_URL)?).ok()?;
        let allowed = url.scheme() == "https" || (self.config.dev && url.scheme() == "http");
        (allowed && url.has_host() && url.username().is_empty() && url.password().is_none()).then_some(url)
    }
}

fn hash(parts: &[&str]) -> [u8; 32] {
    let mut hash = digest::Context::new(&digest::SHA256);
    for part in parts {
        hash.update(&(part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut bytes = [0; 32];
    bytes.copy_from_slice(hash.finish().as_ref());
    bytes
}
