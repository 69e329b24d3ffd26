//! An LMS whose keys aren't at its issuer's origin, and that sends no client ID.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    authority::Authority,
    handshake::{School, assert_refused, draft, logged_in},
    support::{Answer, CONTOSO, FABRIKAM, TestGateway, until},
};

const METADATA: &str = "/.well-known/openid-configuration";

/// A school whose issuer is `authority`, and an organization that registered the same issuer with an invented client.
async fn open(authority: &Authority) -> School {
    let gateway = Arc::new(TestGateway::start().await);
    let issuer = |draft: &mut Value| {
        draft["issuer"] = json!(authority.url);
        draft["platform"] = json!("other");
    };
    let school = School::open_at(Arc::clone(&gateway), CONTOSO, issuer).await;
    let mut invented = draft(&school.lms);
    issuer(&mut invented);
    invented["clientId"] = json!("invented");
    let stranger = gateway.tenant(FABRIKAM).await;
    let created = gateway.post("/api/v1/registrations", &stranger, &invented).await;
    assert_eq!(created.status, 201, "{created:?}");
    school
}

async fn log_in(school: &School, authority: &Authority, client_id: Option<&str>) -> Answer {
    let mut parameters = school.login_parameters();
    parameters.retain(|(name, _)| name != "iss" && name != "client_id");
    parameters.push(("iss".to_owned(), authority.url.clone()));
    parameters.extend(client_id.map(|id| ("client_id".to_owned(), id.to_owned())));
    school.send_login(&parameters).await
}

async fn launch(school: &School, authority: &Authority) {
    let login = logged_in(&log_in(school, authority, Some(&school.lms.client_id)).await);
    let id_token = school.lms.id_token(&school.spec(&login).claim("iss", authority.url.as_str()));
    assert_eq!(school.send_launch(&login, &id_token).await.status, 200);
}

#[tokio::test]
async fn a_keyset_that_the_issuer_names_confirms_a_launch() {
    let authority = Authority::start().await;
    let school = open(&authority).await;
    let metadata = json!({ "issuer": authority.url, "jwks_uri": school.lms.keyset_url() });
    authority.serve(METADATA, 200, metadata);
    let ambiguous = log_in(&school, &authority, None).await;
    assert_refused(&ambiguous, "launch_invalid.missing_parameter");
    launch(&school, &authority).await;
    until("the stranger's claim doesn't count any more", async || {
        log_in(&school, &authority, None).await.status.is_redirection()
    })
    .await;
    let login = logged_in(&log_in(&school, &authority, None).await);
    assert_eq!(login.parameter("client_id"), school.lms.client_id);
}

#[tokio::test]
async fn a_keyset_that_the_issuer_does_not_name_confirms_nothing_and_the_issuer_is_asked_once() {
    for metadata in [
        json!({ "jwks_uri": "http://127.0.0.1:9/keys" }),
        json!({ "issuer": "https://other.example" }),
        json!({ "jwks_uri": null }),
    ] {
        let authority = Authority::start().await;
        let school = open(&authority).await;
        let mut served = json!({ "issuer": authority.url, "jwks_uri": school.lms.keyset_url() });
        for (name, value) in metadata.as_object().unwrap() {
            served[name] = value.clone();
        }
        authority.serve(METADATA, 200, served);
        launch(&school, &authority).await;
        until("the issuer is asked", async || authority.requests(METADATA) == 1).await;
        for _ in 0..3 {
            launch(&school, &authority).await;
            assert_refused(&log_in(&school, &authority, None).await, "launch_invalid.missing_parameter");
        }
        assert_eq!(authority.requests(METADATA), 1, "{metadata}");
    }
}
