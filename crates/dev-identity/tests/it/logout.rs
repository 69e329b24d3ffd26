//! Sign-out.

use crate::*;

fn logout_path(parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    format!("{CONTOSO}/oauth2/v2.0/logout?{query}")
}

async fn is_signed_in(world: &World, user_name: &str) -> bool {
    let silent = world
        .authorize("organizations", &[("prompt", "none"), ("login_hint", user_name)])
        .await;
    silent.returned("code").is_some()
}

#[actix_web::test]
async fn sign_out_ends_the_session_and_returns_with_the_state() {
    let world = World::new();
    world.sign_in(CONTOSO, MEGAN).await;
    let answer = world
        .get(&logout_path(&[("post_logout_redirect_uri", CALLBACK), ("state", STATE)]))
        .await;
    assert_eq!(answer.returned("state").as_deref(), Some(STATE));
    assert_eq!(&answer.location()[..url::Position::AfterPath], CALLBACK);
    assert!(!is_signed_in(&world, "megan.bowen@contoso.example").await);

    let own_page = world
        .get(&logout_path(&[(
            "post_logout_redirect_uri",
            "http://localhost:8080/signed-out",
        )]))
        .await;
    assert_eq!(own_page.header("location"), Some("http://localhost:8080/signed-out"));
    world.get(&logout_path(&[])).await.assert_page(200, "You signed out");
}

#[actix_web::test]
async fn a_hint_signs_out_this_person_only() {
    let world = World::new();
    world.sign_in(CONTOSO, MEGAN).await;
    let isaiah = world
        .choose(CONTOSO, ISAIAH, &[("prompt", "login")])
        .await
        .returned("code")
        .unwrap();
    let isaiah = world.redeem(CONTOSO, &isaiah, &[]).await.json();
    let claims = world.verify(isaiah["id_token"].as_str().unwrap()).await;
    world
        .get(&logout_path(&[("logout_hint", claims["login_hint"].as_str().unwrap())]))
        .await
        .assert_page(200, "You signed out");
    assert!(is_signed_in(&world, "megan.bowen@contoso.example").await);
    assert!(!is_signed_in(&world, "isaiah.langer@contoso.example").await);
}

#[actix_web::test]
async fn without_a_hint_several_people_choose() {
    let world = World::new();
    world.sign_in(CONTOSO, MEGAN).await;
    world.choose(CONTOSO, ISAIAH, &[("prompt", "login")]).await;
    let page = world
        .get(&logout_path(&[("post_logout_redirect_uri", CALLBACK), ("state", "s")]))
        .await;
    page.assert_page(200, "Sign out Megan Bowen, Administrator of Contoso University");
    let chosen = [("request", &*page.field("request")), ("person", MEGAN)];
    let answer = world.post(&format!("{CONTOSO}/sign-out"), &chosen).await;
    assert_eq!(answer.returned("state").as_deref(), Some("s"));
    world
        .post(&format!("{CONTOSO}/sign-out"), &chosen)
        .await
        .assert_page(400, "answered already");
    assert!(!is_signed_in(&world, "megan.bowen@contoso.example").await);
    assert!(is_signed_in(&world, "isaiah.langer@contoso.example").await);

    world.choose(CONTOSO, MEGAN, &[("prompt", "login")]).await;
    let page = world.get(&logout_path(&[])).await;
    world
        .post(&format!("{CONTOSO}/sign-out"), &[("request", &page.field("request"))])
        .await
        .assert_page(200, "You signed out");
    assert!(!is_signed_in(&world, "megan.bowen@contoso.example").await);
    assert!(!is_signed_in(&world, "isaiah.langer@contoso.example").await);
}

#[actix_web::test]
async fn sign_out_leads_nowhere_else() {
    let world = World::new();
    world.sign_in(CONTOSO, MEGAN).await;
    for uri in [
        "https://evil.example/",
        "http://localhost:8080.evil.example/",
        "//evil.example",
        "javascript:alert(1)",
        "http://localhost:8081/x",
    ] {
        world
            .get(&logout_path(&[("post_logout_redirect_uri", uri)]))
            .await
            .assert_page(400, "AADSTS50011");
    }
    world
        .get("c0ffee00-0000-4000-8000-0000000000ee/oauth2/v2.0/logout")
        .await
        .assert_page(400, "AADSTS90002");
    assert!(
        is_signed_in(&world, "megan.bowen@contoso.example").await,
        "a refused sign-out changes nothing"
    );
}
