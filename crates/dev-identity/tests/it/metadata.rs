//! Discovery and the signing key.

use dev_identity::Error;
use serde_json::json;

use crate::*;

#[actix_web::test]
async fn a_tenants_metadata_names_its_issuer_endpoints_and_cloud() {
    let world = World::new();
    for path in ["/v2.0", ""] {
        let answer = world.get(&format!("{CONTOSO}{path}/.well-known/openid-configuration")).await;
        let metadata = answer.json();
        let base = format!("{PUBLIC}/dev/identity/{CONTOSO}");
        assert_eq!(metadata["issuer"], format!("{base}/v2.0"));
        assert_eq!(metadata["authorization_endpoint"], format!("{base}/oauth2/v2.0/authorize"));
        assert_eq!(metadata["token_endpoint"], format!("{base}/oauth2/v2.0/token"));
        assert_eq!(metadata["end_session_endpoint"], format!("{base}/oauth2/v2.0/logout"));
        assert_eq!(metadata["jwks_uri"], format!("{base}/discovery/v2.0/keys"));
        assert_eq!(metadata["cloud_instance_name"], "microsoftonline.com");
        assert_eq!(metadata["tenant_region_scope"], "NA");
        assert_eq!(metadata.get("tenant_region_sub_scope"), None);
        assert_eq!(metadata["code_challenge_methods_supported"], json!(["S256"]));
    }
    let gcc = world
        .get(&format!("{GCC}/v2.0/.well-known/openid-configuration"))
        .await
        .json();
    assert_eq!(
        (&gcc["tenant_region_scope"], &gcc["tenant_region_sub_scope"]),
        (&json!("NA"), &json!("GCC"))
    );
}

#[actix_web::test]
async fn shared_metadata_carries_the_issuer_template_and_tenants_know_no_case() {
    let world = World::new();
    for authority in ["organizations", "common"] {
        let metadata = world
            .get(&format!("{authority}/v2.0/.well-known/openid-configuration"))
            .await
            .json();
        assert_eq!(metadata["issuer"], format!("{PUBLIC}/dev/identity/{{tenantid}}/v2.0"));
        assert_eq!(
            metadata["token_endpoint"],
            format!("{PUBLIC}/dev/identity/{authority}/oauth2/v2.0/token")
        );
    }
    let upper = CONTOSO.to_ascii_uppercase();
    let metadata = world
        .get(&format!("{upper}/v2.0/.well-known/openid-configuration"))
        .await
        .json();
    assert_eq!(metadata["issuer"], format!("{PUBLIC}/dev/identity/{CONTOSO}/v2.0"));
}

#[actix_web::test]
async fn each_key_says_whose_tokens_it_signs() {
    let world = World::new();
    let keys = world.get(&format!("{CONTOSO}/discovery/v2.0/keys")).await.json();
    for key in keys["keys"].as_array().unwrap() {
        assert_eq!(
            (&key["kty"], &key["use"], &key["e"]),
            (&json!("RSA"), &json!("sig"), &json!("AQAB"))
        );
        assert_eq!(key["issuer"], format!("{PUBLIC}/dev/identity/{{tenantid}}/v2.0"));
        assert!(
            ["d", "p", "q", "dp", "dq", "qi"]
                .iter()
                .all(|secret| key.get(secret).is_none())
        );
    }
}

#[actix_web::test]
async fn an_unknown_tenant_has_neither_metadata_nor_keys() {
    let world = World::new();
    for path in [
        "v2.0/.well-known/openid-configuration",
        ".well-known/openid-configuration",
        "discovery/v2.0/keys",
    ] {
        let answer = world.get(&format!("c0ffee00-0000-4000-8000-0000000000ee/{path}")).await;
        answer.assert_refused(400, "invalid_tenant", 90002);
    }
}

#[actix_web::test]
async fn pages_on_this_computer_may_read_the_metadata() {
    let world = World::new();
    for path in ["v2.0/.well-known/openid-configuration", "discovery/v2.0/keys"] {
        for (origin, allowed) in [
            ("http://localhost:5173", Some("http://localhost:5173")),
            ("https://evil.example", None),
        ] {
            let request = TestRequest::get()
                .uri(&format!("/dev/identity/{CONTOSO}/{path}"))
                .insert_header(("Origin", origin));
            assert_eq!(world.send(request).await.header("access-control-allow-origin"), allowed);
        }
    }
}

#[actix_web::test]
async fn the_key_file_keeps_tokens_valid_over_a_restart_and_is_private() {
    let before = World::new();
    let tokens = before.sign_in(CONTOSO, MEGAN).await;
    let after = World::new();
    assert_eq!(after.verify(tokens["access_token"].as_str().unwrap()).await["oid"], MEGAN);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(key_file()).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[::core::prelude::v1::test]
fn a_broken_key_file_and_a_strange_public_url_are_named() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("broken.pem");
    std::fs::write(&path, "no key").unwrap();
    let start = |public_url: &str, key_file| {
        let public_url = Url::parse(public_url).unwrap();
        DevIdentity::new(Settings {
            public_url,
            portal_redirect_uris: Vec::new(),
            key_file,
            now: Arc::new(|| START),
        })
        .err()
    };
    assert!(matches!(start(PUBLIC, Some(path.clone())), Some(Error::KeyUnreadable(named)) if named == path));
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        "no key",
        "a file that is not ours is left alone"
    );
    assert!(matches!(
        start(PUBLIC, Some("/nonexistent/key.pem".into())),
        Some(Error::KeyFile { .. })
    ));
    assert!(matches!(start("data:text/plain,x", None), Some(Error::PublicUrl)));
}
