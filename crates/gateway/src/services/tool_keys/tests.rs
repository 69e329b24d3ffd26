use std::sync::atomic::{AtomicI64, Ordering};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{Actor, ActorKind, LmsProduct, LmsValues, NewRegistration, RegistrationId, Tenant, TenantId, TenantState, presets};
use lti13::tool::ToolRegistration;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

const HOUR: i64 = 3600;
const CONTOSO: TenantId = TenantId(Uuid::from_u128(1));
const FABRIKAM: TenantId = TenantId(Uuid::from_u128(2));

/// The keys of a gateway with a database of its own, whose time a test sets.
struct Bench {
    keys: ToolKeys,
    store: Store,
    now: Arc<AtomicI64>,
}

impl Bench {
    async fn start() -> Self {
        let options = store::ConnectOptions {
            url: "sqlite::memory:".to_owned(),
            max_connections: 1,
        };
        let store = Store::connect(&options).await.unwrap();
        migrations::migrate(store.connection()).await.unwrap();
        let now = Arc::<AtomicI64>::default();
        for id in [CONTOSO, FABRIKAM] {
            let tenant = Tenant {
                id,
                display_name: "A University".to_owned(),
                state: TenantState::Registered,
                registered_at: OffsetDateTime::UNIX_EPOCH,
                registered_by: actor(),
            };
            store.insert_tenant(&tenant).await.unwrap();
        }
        let (wall, uptime) = (Arc::clone(&now), Arc::clone(&now));
        let clock = Clock::new(
            move || OffsetDateTime::from_unix_timestamp(wall.load(Ordering::SeqCst)).unwrap(),
            move || std::time::Duration::from_secs(uptime.load(Ordering::SeqCst).try_into().unwrap()),
        );
        Self {
            keys: ToolKeys::new(store.clone(), secrets(), clock),
            store,
            now,
        }
    }

    async fn add(&self, tenant: TenantId, product: LmsProduct, client_id: &str, deployment: &str) -> Registration {
        let value =
            |field, otherwise: &str| presets::fixed_value(product, field, client_id).unwrap_or_else(|| otherwise.to_owned());
        let url = |field, otherwise: &str| value(field, otherwise).parse().unwrap();
        let new = NewRegistration {
            name: "LMS".to_owned(),
            app_id: "notes".to_owned(),
            product,
            lms: LmsValues {
                platform: ToolRegistration {
                    issuer: value(presets::LmsFieldName::Issuer, "https://lms.example"),
                    client_id: client_id.to_owned(),
                    authentication_url: url(presets::LmsFieldName::AuthenticationUrl, "https://lms.example/auth"),
                    keyset_url: url(presets::LmsFieldName::KeysetUrl, "https://lms.example/keys"),
                },
                access_token_url: Some(url(presets::LmsFieldName::AccessTokenUrl, "https://lms.example/token")),
                access_token_audience: None,
            },
            deployment_ids: vec![deployment.to_owned()],
            allow_anonymous: false,
            accept_any_deployment: false,
            replaces: None,
        };
        let id = RegistrationId(Uuid::new_v4());
        self.store
            .insert_registration(tenant, id, &new, &actor(), OffsetDateTime::UNIX_EPOCH)
            .await
            .unwrap()
    }

    /// The key that signs for a registration now.
    async fn signer(&self, registration: &Registration) -> String {
        let token = self.keys.sign(registration, &json!({ "iss": "x" })).await.unwrap();
        let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
        let header: Value = serde_json::from_slice(&header).unwrap();
        assert_eq!(header["alg"], "RS256");
        header["kid"].as_str().unwrap().to_owned()
    }

    async fn published(&self, registration: &Registration) -> Vec<String> {
        let keyset = registration.tool_keyset.as_ref().unwrap();
        let jwks = serde_json::to_value(self.keys.jwks(&keyset.id).await.unwrap().unwrap()).unwrap();
        let keys = jwks["keys"].as_array().unwrap().iter();
        keys.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    }

    async fn rotate(&self, registration: &Registration, at_once: bool) {
        let now = OffsetDateTime::from_unix_timestamp(self.now.load(Ordering::SeqCst)).unwrap();
        let keyset = registration.tool_keyset.as_ref().unwrap();
        rotate(&self.store, &secrets(), now, &keyset.id, at_once).await.unwrap();
    }
}

fn secrets() -> Secrets {
    Secrets::new(&Config::default())
}

fn actor() -> Actor {
    Actor {
        id: "oid".to_owned(),
        name: "Ada".to_owned(),
        kind: ActorKind::User,
    }
}

#[actix_web::test]
async fn a_new_key_is_published_a_day_before_it_signs_and_the_old_one_a_day_after() {
    let bench = Bench::start().await;
    let moodle = bench.add(CONTOSO, LmsProduct::Moodle, "c-1", "1").await;
    let old = bench.signer(&moodle).await;
    assert_eq!(bench.published(&moodle).await, [&*old]);
    bench.now.store(1000 * HOUR, Ordering::SeqCst);
    bench.rotate(&moodle, false).await;

    for (hours, signs_old, publishes_old) in [
        (1, true, true),
        (24, true, true),
        (25, false, true),
        (48, false, true),
        (49, false, false),
    ] {
        bench.now.store((1000 + hours) * HOUR, Ordering::SeqCst);
        assert_eq!(bench.signer(&moodle).await == old, signs_old, "after {hours} hours");
        let published = bench.published(&moodle).await;
        assert_eq!(published.contains(&old), publishes_old, "after {hours} hours");
        assert_eq!(published.len(), 1 + usize::from(publishes_old), "after {hours} hours");
    }
    let leaked = bench.signer(&moodle).await;
    bench.rotate(&moodle, true).await;
    bench.now.store(1050 * HOUR, Ordering::SeqCst);
    assert_ne!(bench.signer(&moodle).await, leaked);
    assert!(!bench.published(&moodle).await.contains(&leaked));
}

#[actix_web::test]
async fn no_two_schools_are_signed_for_by_one_key() {
    let bench = Bench::start().await;
    let contoso = bench.add(CONTOSO, LmsProduct::Moodle, "c-1", "1").await;
    let also_contoso = bench.add(CONTOSO, LmsProduct::Moodle, "c-2", "1").await;
    let fabrikam = bench.add(FABRIKAM, LmsProduct::Moodle, "c-3", "1").await;
    let key = bench.signer(&contoso).await;
    assert_eq!(bench.signer(&also_contoso).await, key);
    assert_ne!(bench.signer(&fabrikam).await, key);
    assert!(!bench.published(&fabrikam).await.contains(&key));
}

#[actix_web::test]
async fn the_key_of_an_app_signs_for_the_lms_that_all_schools_have_only() {
    let bench = Bench::start().await;
    let client_id = "027328b7-c2e3-4c9e-aaa1-07802dae6c89";
    let contoso = bench.add(CONTOSO, LmsProduct::Blackboard, client_id, "a").await;
    let fabrikam = bench.add(FABRIKAM, LmsProduct::Blackboard, client_id, "b").await;
    let key = bench.signer(&contoso).await;
    assert_eq!(bench.signer(&fabrikam).await, key, "the LMS knows one for both");
    let own = bench.add(FABRIKAM, LmsProduct::Moodle, "c-1", "1").await;
    assert_ne!(bench.signer(&own).await, key);
    for change in [
        (|lms| lms.access_token_url = Some("https://fabrikam.example/token".parse().unwrap())) as fn(&mut LmsValues),
        |lms| lms.access_token_audience = Some("https://fabrikam.example".to_owned()),
        |lms| lms.platform.issuer = "https://fabrikam.example".to_owned(),
        |lms| lms.platform.keyset_url = "https://fabrikam.example/keys".parse().unwrap(),
    ] {
        let mut typed = fabrikam.clone();
        change(&mut typed.lms);
        let refused = bench.keys.sign(&typed, &json!({})).await;
        assert!(matches!(refused, Err(SignError::ForeignAddress)), "{:?}", typed.lms);
    }
}

#[actix_web::test]
async fn keys_are_sealed_in_the_database() {
    let bench = Bench::start().await;
    let moodle = bench.add(CONTOSO, LmsProduct::Moodle, "c-1", "1").await;
    bench.signer(&moodle).await;
    let id = &moodle.tool_keyset.as_ref().unwrap().id;
    let stored = bench.store.signing_keys(&StoredToolKeyset::purpose(id)).await.unwrap();
    let opened = signing_keys::open(&secrets(), Algorithm::RS256, &stored[0]);
    assert_eq!(opened.unwrap().kid, stored[0].kid);
    let mut config = Config::default();
    config.security.secret = "another".to_owned();
    assert!(signing_keys::open(&Secrets::new(&config), Algorithm::RS256, &stored[0]).is_err());
    let moved = store::StoredKey {
        purpose: "launch".to_owned(),
        ..stored[0].clone()
    };
    assert!(
        signing_keys::open(&secrets(), Algorithm::RS256, &moved).is_err(),
        "of another purpose"
    );
}
