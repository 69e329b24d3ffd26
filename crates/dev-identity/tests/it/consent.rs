//! Admin consent.

use dev_identity::{API_CLIENT_ID, PORTAL_CLIENT_ID};

use crate::*;

fn consent_path(tenant: &str, changes: &[(&str, &str)]) -> String {
    let usual = [
        ("client_id", PORTAL_CLIENT_ID),
        ("scope", "api://lms-gateway/.default"),
        ("redirect_uri", CALLBACK),
        ("state", STATE),
    ];
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(changed(&usual, changes))
        .finish();
    format!("{tenant}/v2.0/adminconsent?{query}")
}

#[actix_web::test]
async fn accepting_returns_the_tenant() {
    let world = World::new();
    for (authority, changes) in [(CONTOSO, vec![]), ("organizations", vec![("client_id", API_CLIENT_ID)])] {
        let page = world.get(&consent_path(authority, &changes)).await;
        page.assert_page(200, "Accept for Contoso University");
        assert_eq!(
            page.body.contains("Accept for Fabrikam College"),
            authority == "organizations"
        );
        let chosen = [("request", &*page.field("request")), ("tenant", CONTOSO)];
        let answer = world.post(&format!("{authority}/consent"), &chosen).await;
        for (name, value) in [
            ("admin_consent", "True"),
            ("tenant", CONTOSO),
            ("scope", "api://lms-gateway/.default"),
            ("state", STATE),
        ] {
            assert_eq!(answer.returned(name).as_deref(), Some(value));
        }
        assert_eq!(answer.returned("error"), None);
        world
            .post(&format!("{authority}/consent"), &chosen)
            .await
            .assert_page(400, "answered already");
    }
}

#[actix_web::test]
async fn declining_is_an_error_that_still_says_admin_consent() {
    let world = World::new();
    for tenant in ["", FABRIKAM] {
        let page = world.get(&consent_path(CONTOSO, &[])).await;
        let answer = world
            .post(
                &format!("{CONTOSO}/consent"),
                &[("request", &page.field("request")), ("tenant", tenant)],
            )
            .await;
        assert_eq!(answer.returned("error").as_deref(), Some("access_denied"));
        assert_eq!(answer.returned("admin_consent").as_deref(), Some("True"));
        assert_eq!(answer.returned("state").as_deref(), Some(STATE));
        assert!(answer.returned("error_description").unwrap().starts_with("AADSTS65004"));
    }
}

#[actix_web::test]
async fn invalid_requests_stay_on_the_page() {
    let world = World::new();
    world
        .get(&consent_path(CONTOSO, &[("redirect_uri", "https://evil.example/")]))
        .await
        .assert_page(400, "AADSTS50011");
    world
        .get(&consent_path(CONTOSO, &[("client_id", "someone")]))
        .await
        .assert_page(400, "AADSTS700016");
    world
        .get(&consent_path(CONTOSO, &[("scope", "")]))
        .await
        .assert_page(400, "AADSTS900144");
    world.get(&consent_path("common", &[])).await.assert_page(400, "AADSTS900971");
    world.get(&consent_path("unknown", &[])).await.assert_page(400, "AADSTS90002");
}
