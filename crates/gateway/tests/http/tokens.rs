//! Bearer tokens over HTTP: every check that an API of many tenants must make, each with a token that only it refuses.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::join_all;
use practice_lms::shared_key;
use serde_json::{Value, json};

use crate::{
    access::operations_with,
    authority::{Authority, KID, bad_tokens, header, me, sign, useless_tokens, with},
    command_line::Folder,
    handshake::other_key,
    pseudo_language,
    registrations::moodle,
    support::{CONTOSO, FABRIKAM, OPERATOR},
};

const SOME_ID: &str = "0b1ec700-0000-4000-8000-0000000000ff";

#[tokio::test]
async fn a_token_with_any_one_error_opens_nothing() {
    let authority = Authority::start().await;
    for tenant in [CONTOSO, FABRIKAM] {
        authority.add_tenant(tenant, &[]);
    }
    let keys = [
        (KID, &shared_key(), Some("{tenantid}")),
        ("fixed", &other_key(), Some(FABRIKAM)),
    ];
    authority.serve_keys(&format!("/{CONTOSO}/keys"), &keys);
    let gateway = authority.gateway("").await;
    let admin = authority.admin(CONTOSO);
    let registered = gateway
        .post("/api/v1/tenant", &admin, &json!({ "displayName": "Contoso" }))
        .await;
    assert_eq!(registered.status, 201, "without a fault it opens everything: {registered:?}");

    let operations = operations_with(&gateway, SOME_ID, SOME_ID, SOME_ID, "5TFA-R7YN-2K8Q").await;
    let tokens = bad_tokens(&authority, CONTOSO, FABRIKAM);
    for operation in &operations {
        for (name, token, word) in &tokens {
            let answer = operation.send(&gateway, Some(token)).await;
            answer.assert_problem(401, "token.invalid");
            let detail = answer.json()["detail"].as_str().unwrap().to_owned();
            assert!(detail.contains(word), "{name}: the mistake is named: {detail}");
            let challenge = answer.header("www-authenticate");
            let expected = format!("Bearer realm=\"lms-gateway\", error=\"invalid_token\", error_description=\"{detail}\"");
            assert_eq!(challenge, expected, "RFC 6750, section 3");
        }
        for (name, token) in useless_tokens(&authority, CONTOSO) {
            let answer = operation.send(&gateway, Some(&token)).await;
            answer.assert_problem(403, "scope.missing");
            let challenge = answer.header("www-authenticate");
            assert!(
                challenge.contains("error=\"insufficient_scope\"") && challenge.contains("access_as_user"),
                "{name}: {challenge}"
            );
        }
    }
    // The key of another tenant is a good key for that tenant.
    let of_fabrikam = sign(&header(&[("kid", json!("fixed"))]), &authority.person(FABRIKAM), &other_key());
    authority.serve_keys(&format!("/{FABRIKAM}/keys"), &keys);
    assert_eq!(me(&gateway, &of_fabrikam).await.status, 200);
}

#[tokio::test]
async fn keys_that_are_not_for_rs256_signatures_sign_for_nobody() {
    let authority = Authority::start().await;
    authority.add_tenant(CONTOSO, &[]);
    let public: Value = serde_json::from_str(&shared_key().public_key().to_jwk()).unwrap();
    let named = |kid: &str, changes: &[(&str, Value)]| with(with(public.clone(), &[("kid", json!(kid))]), changes);
    let small = URL_SAFE_NO_PAD.encode([0xa5; 128]);
    let refused = [
        named("enc", &[("use", json!("enc"))]),
        named("wraps", &[("key_ops", json!(["wrapKey", "encrypt"]))]),
        named("rs512", &[("alg", json!("RS512"))]),
        named("small", &[("n", json!(small))]),
        named("odd issuer", &[("issuer", json!(7))]),
        named("both", &[("use", json!("enc"))]),
    ];
    let mut keys = refused.to_vec();
    keys.push(named("both", &[("use", json!("sig")), ("alg", json!("RS256"))]));
    authority.serve(&format!("/{CONTOSO}/keys"), 200, json!({ "keys": keys }));
    let gateway = authority.gateway("").await;
    let by = async |kid: &str| {
        let token = sign(&header(&[("kid", json!(kid))]), &authority.person(CONTOSO), &shared_key());
        me(&gateway, &token).await
    };
    assert_eq!(
        by("both").await.status,
        200,
        "a key for encryption spoils no other of its name"
    );
    for jwk in &refused[..5] {
        let answer = by(jwk["kid"].as_str().unwrap()).await;
        answer.assert_problem(401, "token.invalid");
        assert!(answer.text.contains("doesn't publish"), "{jwk}: {answer:?}");
    }
}

#[tokio::test]
async fn clocks_may_differ_by_a_minute() {
    let authority = Authority::start().await;
    authority.add_tenant(CONTOSO, &[]);
    let gateway = authority.gateway("").await;
    gateway.stop_clock();
    let claims = authority.person(CONTOSO);
    let (from, until) = (claims["nbf"].as_i64().unwrap(), claims["exp"].as_i64().unwrap());
    let token = authority.token(&claims);
    let at = |time: i64| {
        gateway.advance(time - gateway.now());
        me(&gateway, &token)
    };
    assert_eq!(at(from - 60).await.status, 200);
    assert_eq!(at(from - 61).await.status, 401);
    assert_eq!(at(until + 59).await.status, 200);
    assert_eq!(at(until + 60).await.status, 401);
}

#[tokio::test]
async fn keys_are_fetched_once_and_again_when_they_change() {
    let authority = Authority::start().await;
    authority.add_tenant(CONTOSO, &[]);
    let gateway = authority.gateway("").await;
    gateway.stop_clock();
    let token = authority.admin(CONTOSO);
    let answers = join_all((0..20).map(|_| me(&gateway, &token))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(
        (authority.requests("/keys"), authority.requests("/openid-configuration")),
        (1, 1)
    );

    // Rolled over in an emergency: the new key is found, the old one is gone.
    authority.serve_keys(&format!("/{CONTOSO}/keys"), &[("key-2", &other_key(), Some(CONTOSO))]);
    let rotated = sign(&header(&[("kid", json!("key-2"))]), &authority.person(CONTOSO), &other_key());
    gateway.advance(10);
    assert_eq!(me(&gateway, &rotated).await.status, 200);
    assert_eq!(me(&gateway, &token).await.status, 401);
    // Made-up key ids don't flood the authority.
    let before = authority.requests("/keys");
    for n in 0..20 {
        let junk = sign(
            &header(&[("kid", json!(format!("junk-{n}")))]),
            &authority.person(CONTOSO),
            &other_key(),
        );
        assert_eq!(me(&gateway, &junk).await.status, 401);
    }
    assert!(authority.requests("/keys") <= before + 1);
}

#[tokio::test]
async fn keys_are_fetched_anew_in_the_background_every_hour() {
    let authority = Authority::start().await;
    authority.add_tenant(CONTOSO, &[]);
    let gateway = authority.gateway("").await;
    assert_eq!(me(&gateway, &authority.admin(CONTOSO)).await.status, 200);
    gateway.advance(3_601);
    // The authority says that they are good for a day; a withdrawn key isn't to live that long.
    authority.serve_keys(&format!("/{CONTOSO}/keys"), &[("key-2", &other_key(), None)]);
    let token = authority.admin(CONTOSO);
    assert_eq!(me(&gateway, &token).await.status, 200, "nobody waits for it");
    for _ in 0..1_000 {
        if me(&gateway, &token).await.status == 401 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the withdrawn key still counts");
}

#[tokio::test]
async fn an_authority_that_is_away_locks_nobody_out_for_a_day() {
    let authority = Authority::start().await;
    authority.add_tenant(CONTOSO, &[]);
    let gateway = authority.gateway("").await;
    let lasting = authority.token(&with(authority.person(CONTOSO), &[("exp", json!(4_000_000_000_i64))]));
    assert_eq!(me(&gateway, &lasting).await.status, 200);
    for path in [
        format!("/{CONTOSO}/keys"),
        format!("/{CONTOSO}/v2.0/.well-known/openid-configuration"),
    ] {
        authority.serve(&path, 503, json!({}));
    }
    gateway.advance(23 * 3_600);
    assert_eq!(me(&gateway, &lasting).await.status, 200, "known keys outlive the outage");
    gateway.advance(2 * 3_600);
    let answer = me(&gateway, &lasting).await;
    answer.assert_problem(503, "identity.unavailable");
    authority.add_tenant(CONTOSO, &[]);
    // A fetch of before, still under way in the background, may end just now and ask for one more pause.
    for _ in 0..10 {
        gateway.advance(61);
        if me(&gateway, &lasting).await.status == 200 {
            return;
        }
    }
    panic!("it doesn't recover by itself");
}

#[tokio::test]
async fn metadata_are_not_believed_blindly() {
    let authority = Authority::start().await;
    let unknown = authority.admin(CONTOSO);
    let gateway = authority.gateway("").await;
    let answer = me(&gateway, &unknown).await;
    answer.assert_problem(401, "token.invalid");
    assert!(answer.text.contains("doesn't know"), "{answer:?}");

    for (metadata, status) in [
        (json!("<html>"), 503),
        (
            json!({ "issuer": authority.issuer(FABRIKAM), "jwks_uri": format!("{}/{FABRIKAM}/keys", authority.url) }),
            401,
        ),
        (
            json!({ "issuer": "https://evil.example/{tenantid}/v2.0", "jwks_uri": format!("{}/{FABRIKAM}/keys", authority.url) }),
            401,
        ),
        (json!({ "issuer": authority.issuer(CONTOSO) }), 503),
    ] {
        let gateway = authority.gateway("").await;
        authority.add_tenant(FABRIKAM, &[]);
        authority.serve(
            &format!("/{CONTOSO}/v2.0/.well-known/openid-configuration"),
            200,
            metadata.clone(),
        );
        let answer = me(&gateway, &authority.admin(CONTOSO)).await;
        assert_eq!(answer.status, status, "{metadata}: {answer:?}");
    }
    // A tenant that the authority doesn't know, and an authority that was asked too often.
    for (status, expected) in [(404, 401), (429, 503), (500, 503), (302, 503)] {
        let gateway = authority.gateway("").await;
        authority.serve(
            &format!("/{CONTOSO}/v2.0/.well-known/openid-configuration"),
            status,
            json!({}),
        );
        assert_eq!(me(&gateway, &authority.admin(CONTOSO)).await.status, expected, "{status}");
    }
    // Metadata that are shared by tenants name them by a placeholder.
    authority.add_tenant(CONTOSO, &[("issuer", json!(authority.issuer("{tenantid}")))]);
    let gateway = authority.gateway("").await;
    assert_eq!(me(&gateway, &authority.admin(CONTOSO)).await.status, 200);
}

#[tokio::test]
async fn an_address_in_a_token_is_never_asked() {
    let authority = Authority::start().await;
    let elsewhere = Authority::start().await;
    for of in [&authority, &elsewhere] {
        of.add_tenant(CONTOSO, &[]);
    }
    let gateway = authority.gateway("").await;
    let by_header = [
        ("jku", json!(format!("{}/{CONTOSO}/keys", elsewhere.url))),
        ("x5u", json!(elsewhere.url)),
    ];
    for token in [
        elsewhere.admin(CONTOSO),
        sign(&header(&by_header), &authority.person(CONTOSO), &other_key()),
        authority.token(&with(authority.person(CONTOSO), &[("iss", json!(elsewhere.issuer(CONTOSO)))])),
    ] {
        assert_eq!(me(&gateway, &token).await.status, 401);
    }
    assert_eq!(elsewhere.requests(""), 0);
}

#[tokio::test]
async fn people_are_distinguished_by_tenant_and_object_id_alone() {
    let authority = Authority::start().await;
    for tenant in [CONTOSO, FABRIKAM] {
        authority.add_tenant(tenant, &[]);
    }
    let gateway = authority.gateway("").await;
    // An attacker gives a user of the own tenant the name, the address and even the id of Contoso's administrator.
    let megan = authority.admin(CONTOSO);
    let impostor = authority.token(&with(
        authority.person(FABRIKAM),
        &[("email", json!("megan@contoso.example"))],
    ));
    for (token, name) in [(&megan, "Contoso"), (&impostor, "Fabrikam")] {
        assert_eq!(
            gateway
                .post("/api/v1/tenant", token, &json!({ "displayName": name }))
                .await
                .status,
            201
        );
    }
    let registration = gateway.post("/api/v1/registrations", &megan, &moodle(1)).await.json();
    let path = format!("/api/v1/registrations/{}", registration["id"].as_str().unwrap());
    assert_eq!(gateway.get(&path, &impostor).await.status, 404);
    assert_eq!(
        gateway.get("/api/v1/registrations", &impostor).await.json()["value"],
        json!([])
    );
    // A colleague who took over her address is a colleague.
    let colleague = [("oid", json!("0b1ec700-0000-4000-8000-000000000002")), ("roles", json!([]))];
    let colleague = authority.token(&with(authority.person(CONTOSO), &colleague));
    assert_eq!(me(&gateway, &colleague).await.json()["roles"], json!([]));
    assert_eq!(gateway.get(&path, &colleague).await.status, 403);
}

#[tokio::test]
async fn only_the_operators_allowed_applications_may_call() {
    let authority = Authority::start().await;
    authority.add_tenant(CONTOSO, &[]);
    let script = "c0ffee00-0000-4000-8000-0000000000c0";
    let gateway = authority.gateway(&format!("allowed_clients = [\"{script}\"]")).await;
    let person = |azp: Value| authority.token(&with(authority.person(CONTOSO), &[("azp", azp)]));
    assert_eq!(me(&gateway, &authority.admin(CONTOSO)).await.status, 200, "the portal");
    assert_eq!(me(&gateway, &person(json!(script))).await.status, 200);
    for azp in [json!("0b1ec700-0000-4000-8000-0000000000aa"), Value::Null] {
        let answer = me(&gateway, &person(azp)).await;
        answer.assert_problem(403, "client.not_allowed");
        assert!(answer.header("www-authenticate").contains("insufficient_scope"));
    }
}

#[tokio::test]
async fn made_up_tenants_flood_nobody_and_lock_no_known_tenant_out() {
    let authority = Authority::start().await;
    for tenant in [CONTOSO, FABRIKAM, OPERATOR] {
        authority.add_tenant(tenant, &[]);
    }
    let folder = Folder::new();
    {
        let before = authority.gateway_on(&folder.database(), "").await;
        let answer = before
            .post(
                "/api/v1/tenant",
                &authority.admin(FABRIKAM),
                &json!({ "displayName": "Fabrikam" }),
            )
            .await;
        assert_eq!(answer.status, 201);
    }
    let gateway = authority.gateway_on(&folder.database(), "").await;
    assert_eq!(
        me(&gateway, &authority.admin(CONTOSO)).await.status,
        200,
        "not registered, but seen"
    );
    let claims = |n: usize| authority.person(&format!("0bad0000-0000-4000-8000-{n:012}"));
    let made_up = |n: usize| sign(&header(&[]), &claims(n), &other_key());
    let turned_away = async |token: String| {
        let asked = authority.requests("/openid-configuration");
        let turned_away = me(&gateway, &token).await;
        turned_away.assert_problem(503, "identity.busy");
        assert_eq!(turned_away.header("retry-after"), "60");
        assert_eq!(authority.requests("/openid-configuration"), asked);
    };
    // Contoso's was the first.
    for n in 1..60 {
        me(&gateway, &made_up(n)).await.assert_problem(401, "token.invalid");
    }
    for n in 60..80 {
        turned_away(made_up(n)).await;
    }

    assert_eq!(me(&gateway, &authority.admin(CONTOSO)).await.status, 200);
    // Registered before the restart, and not seen since.
    assert_eq!(me(&gateway, &authority.admin(FABRIKAM)).await.status, 200);
    // A new tenant gets in: a key that all tenants share signed the token.
    assert_eq!(me(&gateway, &authority.admin(OPERATOR)).await.status, 200);
    for n in 100..159 {
        me(&gateway, &authority.token(&claims(n)))
            .await
            .assert_problem(401, "token.invalid");
    }
    turned_away(authority.token(&claims(159))).await;
    gateway.advance(60);
    me(&gateway, &made_up(80)).await.assert_problem(401, "token.invalid");
    // In the language of tests, once more as many as there is room for.
    let gateway = pseudo_language::in_language_of_tests(gateway);
    for n in 200..259 {
        me(&gateway, &made_up(n)).await;
    }
    let turned_away = me(&gateway, &made_up(259)).await;
    turned_away.assert_problem(503, "identity.busy");
    pseudo_language::assert_json("the sign-in service is asked too much", &turned_away, &[]);
}
