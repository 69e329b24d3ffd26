//! Single sign-on, silent sign-in and choice of accounts.

use crate::*;

#[actix_web::test]
async fn silent_sign_in_needs_a_session() {
    let world = World::new();
    let answer = world.authorize(CONTOSO, &[("prompt", "none")]).await;
    assert_eq!(answer.returned("error").as_deref(), Some("login_required"));
    assert_eq!(answer.returned("state").as_deref(), Some(STATE));
    assert!(answer.returned("error_description").unwrap().starts_with("AADSTS50058"));
    assert_eq!(answer.header("x-frame-options"), None);
}

#[actix_web::test]
async fn a_session_answers_silently_until_it_ends() {
    let world = World::new();
    let tokens = world.sign_in(CONTOSO, MEGAN).await;
    let silent = world.authorize("organizations", &[("prompt", "none")]).await;
    let renewed = world
        .redeem("organizations", &silent.returned("code").unwrap(), &[])
        .await
        .json();
    let (before, after) = (tokens["id_token"].as_str().unwrap(), renewed["id_token"].as_str().unwrap());
    assert_eq!(world.verify(before).await["sid"], world.verify(after).await["sid"]);
    assert!(
        world.authorize(CONTOSO, &[]).await.returned("code").is_some(),
        "single sign-on without a prompt"
    );
    world
        .authorize(CONTOSO, &[("prompt", "select_account")])
        .await
        .assert_page(200, "Signed in");

    let other_tenant = world.authorize(FABRIKAM, &[("prompt", "none")]).await;
    assert_eq!(other_tenant.returned("error").as_deref(), Some("login_required"));
    world.pass(24 * 60 * 60);
    let late = world.authorize(CONTOSO, &[("prompt", "none")]).await;
    assert_eq!(late.returned("error").as_deref(), Some("login_required"));
}

#[actix_web::test]
async fn of_several_people_a_hint_chooses() {
    let world = World::new();
    let megan = world.sign_in(CONTOSO, MEGAN).await;
    world.choose(CONTOSO, ISAIAH, &[("prompt", "select_account")]).await;
    let ambiguous = world.authorize(CONTOSO, &[("prompt", "none")]).await;
    assert_eq!(ambiguous.returned("error").as_deref(), Some("interaction_required"));
    world
        .authorize(CONTOSO, &[])
        .await
        .assert_page(200, "Choose who to sign in as");

    let claims = world.verify(megan["id_token"].as_str().unwrap()).await;
    for hint in ["Megan.Bowen@contoso.example", claims["login_hint"].as_str().unwrap()] {
        let silent = world.authorize(CONTOSO, &[("prompt", "none"), ("login_hint", hint)]).await;
        let tokens = world.redeem(CONTOSO, &silent.returned("code").unwrap(), &[]).await.json();
        assert_eq!(world.verify(tokens["access_token"].as_str().unwrap()).await["oid"], MEGAN);
    }
    let absent = [("prompt", "none"), ("login_hint", "lidia.holloway@contoso.example")];
    assert_eq!(
        world.authorize(CONTOSO, &absent).await.returned("error").as_deref(),
        Some("login_required")
    );
    let other_session = [
        ("prompt", "none"),
        ("login_hint", "megan.bowen@contoso.example"),
        ("sid", "another"),
    ];
    assert_eq!(
        world.authorize(CONTOSO, &other_session).await.returned("error").as_deref(),
        Some("login_required")
    );
}

#[actix_web::test]
async fn a_hint_brings_the_card_to_the_front_but_signs_nobody_in() {
    let world = World::new();
    let page = world
        .authorize("organizations", &[("login_hint", "isaiah.langer@contoso.example")])
        .await;
    page.assert_page(200, "Suggested by the app");
    let cards: Vec<_> = page
        .body
        .match_indices("name=\"person\" value=\"")
        .map(|(at, text)| &page.body[at + text.len()..][..36])
        .collect();
    assert_eq!(cards[0], ISAIAH);
    assert_eq!(cards.len(), 17, "everyone once");
    assert_eq!(cards.iter().filter(|oid| **oid == ISAIAH).count(), 1);
}

#[actix_web::test]
async fn the_cookie_stays_below_the_sign_in_and_changes_with_it() {
    let world = World::new();
    let answer = world.choose(CONTOSO, MEGAN, &[]).await;
    let cookie = answer.header("set-cookie").unwrap();
    for attribute in ["Path=/dev/identity", "HttpOnly", "SameSite=Lax"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let old = world.cookie.borrow().clone();
    world.choose(CONTOSO, ISAIAH, &[("prompt", "login")]).await;
    assert_ne!(*world.cookie.borrow(), old);
    *world.cookie.borrow_mut() = old;
    let silent = world
        .authorize(CONTOSO, &[("prompt", "none"), ("login_hint", "megan.bowen@contoso.example")])
        .await;
    assert_eq!(
        silent.returned("error").as_deref(),
        Some("login_required"),
        "the old key is worth nothing"
    );
}
