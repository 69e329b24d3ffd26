//! The pages, as a browser, a screen reader and an attacker see them.

use dev_identity::PORTAL_CLIENT_ID;

use crate::*;

#[actix_web::test]
async fn the_page_says_what_it_is_and_names_its_buttons() {
    let world = World::new();
    let page = world.authorize("organizations", &[]).await;
    page.assert_page(200, "anyone on this computer can choose any of these people");
    assert_eq!(page.body.matches("<h1").count(), 1);
    assert!(page.body.contains("<title>Choose who to sign in as"));
    assert!(
        page.body
            .contains("aria-label=\"Megan Bowen, Administrator of Contoso University\"")
    );
    assert!(
        page.body
            .contains("aria-label=\"Debra Berger, Support of LMS Gateway Operations\"")
    );
}

#[actix_web::test]
async fn pages_are_sealed_against_framing_scripts_and_caches() {
    let world = World::new();
    let page = world.authorize(CONTOSO, &[]).await;
    assert_eq!(
        page.header("content-security-policy"),
        Some("default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'")
    );
    for (name, value) in [
        ("x-frame-options", "DENY"),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(page.header(name), Some(value), "{name}");
    }
    assert_eq!(
        page.header("cross-origin-opener-policy"),
        None,
        "MSAL's popup needs its opener"
    );
    assert!(!page.body.contains("<script") && !page.body.contains("<style") && !page.body.contains("style="));

    let silent = world
        .authorize(CONTOSO, &[("prompt", "none"), ("redirect_uri", "https://evil.example/")])
        .await;
    silent.assert_page(400, "AADSTS50011");
    assert_eq!(silent.header("x-frame-options"), None);
}

#[actix_web::test]
async fn no_parameter_reaches_a_page_as_markup() {
    const ATTACK: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>";
    let world = World::new();
    for name in [
        "state",
        "login_hint",
        "nonce",
        "client_id",
        "redirect_uri",
        "scope",
        "prompt",
        "response_type",
        "response_mode",
        "sid",
    ] {
        let answer = world.authorize(CONTOSO, &[(name, ATTACK)]).await;
        assert!(!answer.body.contains("<script") && !answer.body.contains("<img"), "{name}");
        if let Some(location) = answer.header("location") {
            assert!(
                location.starts_with(CALLBACK) && !location.contains('<') && !location.contains('"'),
                "{name}: {location}"
            );
        }
    }
    let posted = world
        .choose(CONTOSO, MEGAN, &[("state", ATTACK), ("response_mode", "form_post")])
        .await;
    posted.assert_page(200, "&#60;script&#62;");
    assert!(!posted.body.contains("<script>alert") && !posted.body.contains("<img"));
    let refused = world
        .authorize(
            CONTOSO,
            &[("state", ATTACK), ("response_mode", "form_post"), ("prompt", "x<b>")],
        )
        .await;
    assert!(!refused.body.contains("<script>alert") && !refused.body.contains("<b>"));

    let encoded: String = form_urlencoded::byte_serialize(ATTACK.as_bytes())
        .collect::<String>()
        .replace('+', "%20");
    for path in [
        format!("{encoded}/oauth2/v2.0/authorize"),
        format!("{encoded}/oauth2/v2.0/logout"),
        format!("{CONTOSO}/oauth2/v2.0/logout?post_logout_redirect_uri={encoded}"),
        format!("{CONTOSO}/v2.0/adminconsent?client_id={encoded}"),
        format!("{CONTOSO}/v2.0/adminconsent?client_id={PORTAL_CLIENT_ID}&redirect_uri={CALLBACK}&scope={encoded}"),
        format!("{CONTOSO}/v2.0/adminconsent?{encoded}=1&{encoded}=2"),
    ] {
        let page = world.get(&path).await;
        assert!(page.body.contains("<!doctype html>"), "{path}: {}", page.body);
        assert!(!page.body.contains("<script") && !page.body.contains("<img"), "{path}");
    }
}

#[actix_web::test]
async fn style_and_script_are_served() {
    let world = World::new();
    for (path, content_type) in [
        ("assets/sign-in.css", "text/css; charset=utf-8"),
        ("assets/form-post.js", "text/javascript; charset=utf-8"),
    ] {
        let asset = world.get(path).await;
        assert_eq!(
            (asset.status.as_u16(), asset.header("content-type")),
            (200, Some(content_type))
        );
    }
}
