//! Signing in: page, code, tokens.

use dev_identity::{API_CLIENT_ID, PORTAL_CLIENT_ID, sample_people};
use serde_json::json;

use crate::*;

#[actix_web::test]
async fn a_person_signs_in_and_gets_entra_shaped_tokens() {
    let world = World::new();
    let answer = world.choose(CONTOSO, MEGAN, &[]).await;
    let location = answer.location();
    assert_eq!(&location[..url::Position::AfterPath], CALLBACK);
    assert_eq!(answer.returned("state").as_deref(), Some(STATE));
    let tokens = world
        .redeem(CONTOSO, &answer.returned("code").unwrap(), &[("client_info", "1")])
        .await
        .json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(
        (&tokens["expires_in"], &tokens["ext_expires_in"]),
        (&json!(4500), &json!(4500))
    );
    assert_eq!(tokens["scope"], SCOPE);
    let client_info = URL_SAFE_NO_PAD.decode(tokens["client_info"].as_str().unwrap()).unwrap();
    let client_info: Value = serde_json::from_slice(&client_info).unwrap();
    assert_eq!(client_info, json!({ "uid": MEGAN, "utid": CONTOSO }));

    let access = world.verify(tokens["access_token"].as_str().unwrap()).await;
    let expected = json!({
        "iss": format!("{PUBLIC}/dev/identity/{CONTOSO}/v2.0"), "aud": API_CLIENT_ID, "tid": CONTOSO, "oid": MEGAN,
        "azp": PORTAL_CLIENT_ID, "azpacr": "0", "scp": "access_as_user", "roles": ["Admin"], "idtyp": "user", "ver": "2.0",
        "name": "Megan Bowen", "preferred_username": "megan.bowen@contoso.example", "acct": 0,
        "wids": ["b79fbf4d-3ef9-4689-8143-76b194e85509"], "iat": START, "nbf": START, "exp": START + 4500,
    });
    for (claim, value) in expected.as_object().unwrap() {
        assert_eq!(&access[claim], value, "{claim}");
    }
    assert!(access["uti"].is_string() && access["nonce"].is_null());

    let id = world.verify(tokens["id_token"].as_str().unwrap()).await;
    let expected = json!({
        "iss": access["iss"], "aud": PORTAL_CLIENT_ID, "tid": CONTOSO, "oid": MEGAN, "nonce": NONCE, "ver": "2.0",
        "name": "Megan Bowen", "preferred_username": "megan.bowen@contoso.example", "sid": access["sid"],
    });
    for (claim, value) in expected.as_object().unwrap() {
        assert_eq!(&id[claim], value, "{claim}");
    }
    assert!(id["login_hint"].is_string() && id["scp"].is_null() && id["azp"].is_null() && id["roles"].is_null());
    assert_ne!(id["sub"], access["sub"], "sub is pairwise");
}

#[actix_web::test]
async fn everyone_has_the_roles_of_their_position() {
    let world = World::new();
    for person in sample_people() {
        let tokens = world.sign_in(person.tenant_id, person.oid).await;
        let access = world.verify(tokens["access_token"].as_str().unwrap()).await;
        let roles = match person.position.as_str() {
            "Administrator" => json!(["Admin"]),
            "Educator" => json!(["Educator"]),
            "Support" => json!(["Support"]),
            _ => Value::Null,
        };
        assert_eq!(access["roles"], roles, "{}", person.name);
        let is_guest = person.position == "Guest";
        assert_eq!(
            (&access["acct"], access["idp"].is_string()),
            (&json!(u8::from(is_guest)), is_guest),
            "{}",
            person.name
        );
        *world.cookie.borrow_mut() = None;
    }
}

#[::core::prelude::v1::test]
fn every_tenant_has_its_four_and_only_the_operator_has_support() {
    for tenant in [CONTOSO, FABRIKAM, GCC, OPERATIONS] {
        let people = sample_people();
        let positions: Vec<&str> = people
            .iter()
            .filter(|person| person.tenant_id == tenant)
            .map(|person| person.position.as_str())
            .collect();
        let (four, rest) = positions.split_at(4);
        assert_eq!(four, ["Administrator", "Educator", "Student", "Guest"]);
        assert_eq!(rest == ["Support"], tenant == OPERATIONS);
    }
}

#[actix_web::test]
async fn at_a_shared_authority_tokens_carry_the_persons_own_tenant() {
    let world = World::new();
    for authority in ["organizations", "common", "Organizations"] {
        let page = world.authorize(authority, &[("prompt", "select_account")]).await;
        for tenant in [
            "Contoso University",
            "Fabrikam College",
            "Woodgrove Public Schools (GCC)",
            "LMS Gateway Operations",
        ] {
            assert!(page.body.contains(&format!(">{tenant}</h2>")), "{tenant}");
        }
        let chosen = [
            ("request", &*page.field("request")),
            ("person", "c0ffee00-0002-4000-8000-000000000002"),
        ];
        let code = world
            .post(&format!("{authority}/login"), &chosen)
            .await
            .returned("code")
            .unwrap();
        let tokens = world.redeem(authority, &code, &[]).await.json();
        let access = world.verify(tokens["access_token"].as_str().unwrap()).await;
        assert_eq!(access["tid"], FABRIKAM);
        assert_eq!(access["iss"], format!("{PUBLIC}/dev/identity/{FABRIKAM}/v2.0"));
    }
}

#[actix_web::test]
async fn the_answer_comes_as_the_client_asked_for_it() {
    let world = World::new();
    let fragment = world
        .choose(CONTOSO, MEGAN, &[("response_mode", "fragment")])
        .await
        .location();
    assert_eq!(fragment.query(), None);
    let fields: Vec<_> = form_urlencoded::parse(fragment.fragment().unwrap().as_bytes())
        .into_owned()
        .collect();
    assert!(fields.iter().any(|(name, _)| name == "code"));
    assert!(fields.contains(&("state".to_owned(), STATE.to_owned())));

    let changes = [
        ("response_mode", "form_post"),
        ("redirect_uri", "http://localhost:50123"),
        ("prompt", "login"),
    ];
    let page = world.choose(CONTOSO, MEGAN, &changes).await;
    page.assert_page(200, "action=\"http://localhost:50123\"");
    assert_eq!(page.field("state"), STATE.replace('&', "&#38;"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'self'") && !policy.contains("form-action") && !policy.contains("unsafe"));
    let redeemed = world
        .redeem(CONTOSO, &page.field("code"), &[("redirect_uri", "http://localhost:50123")])
        .await;
    assert_eq!(redeemed.status, 200, "{}", redeemed.body);

    let post = world
        .send(form(
            &format!("{CONTOSO}/oauth2/v2.0/authorize"),
            &authorize_parameters(&[("prompt", "login")]),
        ))
        .await;
    post.assert_page(200, "Choose who to sign in as");
}

#[actix_web::test]
async fn the_page_works_once_and_only_with_its_own_request() {
    let world = World::new();
    let page = world.authorize(CONTOSO, &[]).await;
    let chosen = [("request", &*page.field("request")), ("person", MEGAN)];
    world
        .post(&format!("{CONTOSO}/login"), &[("person", MEGAN)])
        .await
        .assert_page(400, "answered already");
    world
        .post(&format!("{CONTOSO}/login"), &[("request", "guess"), ("person", MEGAN)])
        .await
        .assert_page(400, "answered already");
    assert!(
        world
            .post(&format!("{CONTOSO}/login"), &chosen)
            .await
            .returned("code")
            .is_some()
    );
    world
        .post(&format!("{CONTOSO}/login"), &chosen)
        .await
        .assert_page(400, "answered already");

    let late = world.authorize(CONTOSO, &[("prompt", "login")]).await;
    world.pass(60 * 60);
    world
        .post(&format!("{CONTOSO}/login"), &[("request", &late.field("request"))])
        .await
        .assert_page(400, "waited too long");
}

#[actix_web::test]
async fn a_person_of_another_tenant_or_nobody_is_access_denied() {
    let world = World::new();
    for person in ["c0ffee00-0002-4000-8000-000000000001", "nobody", ""] {
        let answer = world.choose(CONTOSO, person, &[]).await;
        assert_eq!(answer.returned("error").as_deref(), Some("access_denied"));
        assert_eq!(answer.returned("state").as_deref(), Some(STATE));
        assert_eq!(answer.returned("code"), None);
    }
}

#[actix_web::test]
async fn an_unregistered_address_gets_nothing_but_the_person_a_page() {
    let world = World::new();
    for uri in [
        "https://evil.example/callback",
        "http://localhost:8080/auth/callback/",
        "http://localhost:8080/auth/callback?x=1",
        "http://localhost:8080/AUTH/callback",
        "http://localhost:8080@evil.example/",
        "http://localhost.evil.example/",
        "javascript:alert(1)",
    ] {
        world
            .authorize(CONTOSO, &[("redirect_uri", uri)])
            .await
            .assert_page(400, "AADSTS50011");
    }
    world
        .authorize(CONTOSO, &[("redirect_uri", "")])
        .await
        .assert_page(400, "AADSTS900144");
    world
        .authorize(CONTOSO, &[("client_id", "c0ffee00-0000-4000-8000-0000000000ff")])
        .await
        .assert_page(400, "AADSTS700016");
    let automation = world
        .authorize(CONTOSO, &[("client_id", dev_identity::AUTOMATION_CLIENT_ID)])
        .await;
    automation.assert_page(400, "AADSTS50011");
    let unknown = world.authorize("c0ffee00-0000-4000-8000-0000000000ee", &[]).await;
    unknown.assert_page(400, "AADSTS90002");
    let twice = format!("{}&state=other", authorize_path(CONTOSO, &[]));
    world.get(&twice).await.assert_page(400, "AADSTS9000411");
    let long = "x".repeat(17_000);
    let request = form(
        &format!("{CONTOSO}/oauth2/v2.0/authorize"),
        &authorize_parameters(&[("state", &long)]),
    );
    assert_eq!(world.send(request).await.status, 413);
}

#[actix_web::test]
async fn every_other_error_is_returned_to_the_client() {
    let world = World::new();
    for (change, error) in [
        (("response_type", "id_token"), "unsupported_response_type"),
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", ""), "invalid_request"),
        (("response_mode", "web_message"), "invalid_request"),
        (("scope", "openid https://evil.example/all"), "invalid_scope"),
        (("scope", ""), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge_method", ""), "invalid_request"),
        (("prompt", "create"), "invalid_request"),
    ] {
        let answer = world.authorize(CONTOSO, &[change]).await;
        assert_eq!(answer.returned("error").as_deref(), Some(error), "{change:?}");
        assert_eq!(answer.returned("state").as_deref(), Some(STATE), "{change:?}");
        assert!(answer.returned("error_description").unwrap().starts_with("AADSTS"));
    }
}
