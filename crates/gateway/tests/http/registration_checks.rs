//! `/api/v1/registrations/check` and `…/{id}/check`: what is wrong, in words.

use practice_lms::KeysetBehaviour;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::{
    authority::Authority,
    handshake::{School, draft, lms},
    production::end_tls,
    registrations::{PATH, create},
    support::{Answer, CONTOSO, FABRIKAM, TestGateway},
};

fn codes(check: &Answer) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = check.json()["findings"].as_array().unwrap().clone();
    for (finding, name) in findings.iter().flat_map(|finding| [(finding, "seen"), (finding, "remedy")]) {
        assert!(
            finding[name].as_str().is_some_and(|text| !text.is_empty()),
            "{name}: {finding}"
        );
    }
    findings
        .iter()
        .map(|finding| (text(&finding["code"]), text(&finding["severity"])))
        .collect()
}

fn has(check: &Answer, code: &str, severity: &str) -> bool {
    codes(check).contains(&(code.to_owned(), severity.to_owned()))
}

#[tokio::test]
async fn a_check_says_in_words_what_is_wrong_and_stores_nothing() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let lms = lms(&gateway);
    let good = draft(&lms);
    let check = |draft: Value| {
        let (gateway, token) = (&gateway, &token);
        async move { gateway.post("/api/v1/registrations/check", token, &draft).await }
    };
    let answer = check(good.clone()).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["passed"]),
        (200, &json!(true)),
        "{answer:?}"
    );
    assert!(
        has(&answer, "keyset.reachable", "info") && has(&answer, "issuer.http", "info"),
        "{answer:?}"
    );
    for (behaviour, code) in [
        (KeysetBehaviour::Html, "keyset.unreadable"),
        (KeysetBehaviour::ServerError, "keyset.status"),
        (
            KeysetBehaviour::Redirect("http://127.0.0.1:9/".to_owned()),
            "keyset.redirected",
        ),
        (KeysetBehaviour::Huge, "keyset.unreachable"),
        (KeysetBehaviour::Empty, "keyset.no_usable_key"),
    ] {
        lms.set_keyset(behaviour);
        let answer = check(good.clone()).await;
        assert!(
            has(&answer, code, "error") && answer.json()["passed"] == false,
            "{code}: {answer:?}"
        );
        assert_eq!(answer.json()["findings"][0]["code"], code, "errors first: {answer:?}");
    }
    lms.set_keyset(KeysetBehaviour::JunkAmongGood);
    let answer = check(good.clone()).await;
    assert!(
        has(&answer, "keyset.key_ignored", "info") && answer.json()["passed"] == true,
        "{answer:?}"
    );
    lms.set_keyset(KeysetBehaviour::Good);

    let with = |name: &str, value: Value| {
        let mut draft = good.clone();
        draft[name] = value;
        draft
    };
    let port = crate::support::free_port();
    let answer = check(with("keysetUrl", json!(format!("http://127.0.0.1:{port}/")))).await;
    assert!(has(&answer, "keyset.unreachable", "error"), "{answer:?}");
    let tls = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://localhost:{}/", tls.local_addr().unwrap().port());
    end_tls(tls, ([127, 0, 0, 1], port).into());
    let answer = check(with("keysetUrl", json!(address))).await;
    assert!(has(&answer, "keyset.certificate", "error"), "{answer:?}");
    assert!(answer.text.contains("issued by nobody whom browsers trust"), "{answer:?}");
    let answer = check(with("issuer", json!(format!("{}/", lms.issuer())))).await;
    assert!(
        has(&answer, "issuer.trailing_slash", "warning") && answer.json()["passed"] == true,
        "{answer:?}"
    );
    let answer = check(json!({ "name": "" })).await;
    assert_eq!(
        codes(&answer).iter().filter(|(code, _)| code == "value.invalid").count(),
        7,
        "{answer:?}"
    );

    assert_eq!(
        gateway.get(PATH, &token).await.json()["value"],
        json!([]),
        "nothing was stored"
    );
    create(&gateway, &token, &good).await;
    let answer = check(good.clone()).await;
    assert!(has(&answer, "registration.duplicate", "error"), "{answer:?}");
    let stranger = gateway.tenant(FABRIKAM).await;
    let answer = gateway.post("/api/v1/registrations/check", &stranger, &good).await;
    assert!(has(&answer, "registration.taken", "error"), "{answer:?}");
}

#[tokio::test]
async fn checks_of_an_organization_are_bounded_by_the_minute() {
    let school = School::open().await;
    let (gateway, token) = (&school.gateway, &school.token);
    gateway.stop_clock();
    let draft = draft(&school.lms);
    let saved = format!("{PATH}/{}/check", school.id());
    let drafts = "/api/v1/registrations/check";
    for n in 0..60 {
        let path = if n % 2 == 0 { drafts } else { &saved };
        let answer = gateway.post(path, token, &draft).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    gateway.advance(18);
    // One invalid value doesn't keep the rest from being fetched.
    let mut invalid = draft.clone();
    invalid["keysetUrl"] = json!("no address");
    for (path, body) in [(drafts, &draft), (drafts, &invalid), (saved.as_str(), &draft)] {
        let answer = gateway.post(path, token, body).await;
        answer.assert_problem(429, "check.quota");
        assert_eq!(answer.header("retry-after"), "43");
    }
    // Findings that need no fetch are given all the same, and another tenant has a quota of its own.
    invalid["issuer"] = json!("no address");
    for body in [&invalid, &json!({})] {
        let answer = gateway.post(drafts, token, body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    let neighbour = gateway.tenant(FABRIKAM).await;
    assert_eq!(gateway.post(drafts, &neighbour, &draft).await.status, 200);
    gateway.advance(42);
    assert_eq!(gateway.post(drafts, token, &draft).await.status, 200);
}

#[tokio::test]
async fn checking_a_saved_registration_sets_its_health() {
    let school = School::open().await;
    let path = format!("{PATH}/{}", school.id());
    for (behaviour, state, passed) in [
        (KeysetBehaviour::Good, "good", true),
        (KeysetBehaviour::Html, "bad", false),
        (KeysetBehaviour::Good, "good", true),
    ] {
        school.lms.set_keyset(behaviour);
        let answer = school.gateway.post(&format!("{path}/check"), &school.token, &json!({})).await;
        assert_eq!(answer.json()["passed"], passed, "{answer:?}");
        // The health is written beside the answer.
        let mut health = Value::Null;
        for _ in 0..600 {
            health = school.gateway.get(&path, &school.token).await.json()["health"].clone();
            if health["state"] == state {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(health["state"], state);
        assert_eq!(health["detail"].is_string(), !passed, "{health}");
        assert!(health["since"].is_string(), "{health}");
    }
}

#[tokio::test]
async fn what_looks_like_a_mistake_is_pointed_out() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let lms = lms(&gateway);
    let good = draft(&lms);
    let check = |changes: Value| {
        let (gateway, token, mut draft) = (&gateway, &token, good.clone());
        for (name, value) in changes.as_object().unwrap() {
            draft[name] = value.clone();
        }
        async move { gateway.post("/api/v1/registrations/check", token, &draft).await }
    };
    // The LMS describes itself, and that agrees.
    let answer = check(json!({ "accessTokenUrl": lms.access_token_url() })).await;
    assert!(has(&answer, "discovery.agrees", "info"), "{answer:?}");
    for (changes, code, severity, field) in [
        (json!({}), "access_token_url.missing", "info", "accessTokenUrl"),
        (json!({ "deploymentIds": [] }), "deployment.missing", "info", "deploymentIds"),
        (json!({}), "url.http", "info", "keysetUrl"),
        (
            json!({ "accessTokenUrl": format!("{}/mod/lti/other.php", lms.issuer()) }),
            "discovery.differs",
            "warning",
            "accessTokenUrl",
        ),
        (
            json!({ "authenticationUrl": format!("{}/mod/lti/login.php", lms.issuer()) }),
            "url.unusual",
            "warning",
            "authenticationUrl",
        ),
        (
            json!({ "authenticationUrl": lms.keyset_url() }),
            "url.repeated",
            "warning",
            "authenticationUrl",
        ),
        (
            json!({ "platform": "brightspace" }),
            "access_token_audience.missing",
            "warning",
            "accessTokenAudience",
        ),
        (
            json!({ "platform": "other", "authenticationUrl": "http://localhost:9/auth" }),
            "url.other_host",
            "info",
            "authenticationUrl",
        ),
        (
            json!({ "platform": "blackboard", "clientId": "shared", "deploymentIds": [] }),
            "deployment.missing",
            "warning",
            "deploymentIds",
        ),
    ] {
        let answer = check(changes.clone()).await;
        let findings = answer.json()["findings"].as_array().unwrap().clone();
        let found = findings
            .iter()
            .find(|finding| finding["code"] == code && finding["field"] == field);
        let found = found.unwrap_or_else(|| panic!("{code} for {changes}: {answer:?}"));
        assert_eq!(found["severity"], severity, "{found}");
        for text in ["seen", "remedy"] {
            assert!(found[text].as_str().is_some_and(|text| !text.is_empty()), "{found}");
        }
        assert_eq!(answer.json()["passed"], true, "{answer:?}");
    }
    // Where there is no description, there is nothing to say of it.
    let answer = check(json!({ "platform": "other" })).await;
    assert!(
        codes(&answer).iter().all(|(code, _)| !code.starts_with("discovery.")),
        "{answer:?}"
    );
}

#[tokio::test]
async fn an_invalid_value_is_shown_and_does_not_stop_the_check_of_the_others() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let lms = lms(&gateway);
    let mut draft = draft(&lms);
    draft["name"] = json!("");
    draft["accessTokenUrl"] = json!(" ftp://lms.example/token ");
    draft["deploymentIds"] = json!(["1", ".."]);
    let answer = gateway.post("/api/v1/registrations/check", &token, &draft).await;
    let findings = answer.json()["findings"].as_array().unwrap().clone();
    let errors: Vec<_> = findings
        .iter()
        .filter(|finding| finding["code"] == "value.invalid")
        .map(|finding| ["field", "seen", "remedy"].map(|name| finding[name].as_str().unwrap()))
        .collect();
    assert_eq!(
        errors,
        [
            ["name", "Nothing was entered.", "A value is needed here."],
            ["deploymentIds/1", "“..” was entered.", "Dots alone can't be a deployment ID."],
            [
                "accessTokenUrl",
                "“ftp://lms.example/token” was entered.",
                "The URL must begin with https://."
            ],
        ]
    );
    assert!(
        has(&answer, "keyset.reachable", "info") && has(&answer, "discovery.agrees", "info"),
        "{answer:?}"
    );
    assert!(!has(&answer, "access_token_url.missing", "info"), "{answer:?}");
    // Only what can't be read isn't looked at.
    draft["keysetUrl"] = json!("keys");
    let answer = gateway.post("/api/v1/registrations/check", &token, &draft).await;
    assert!(
        codes(&answer).iter().all(|(code, _)| !code.starts_with("keyset.")) && has(&answer, "discovery.agrees", "info"),
        "{answer:?}"
    );
    assert_eq!(answer.json()["passed"], false);
}

#[tokio::test]
async fn an_address_of_the_gateway_is_an_error_in_every_field() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let lms = lms(&gateway);
    let port = gateway.url.rsplit(':').next().unwrap();
    for own in [
        gateway.at("/lti/login"),
        gateway.at(""),
        format!("http://127.0.0.1:{port}/.well-known/jwks.json"),
    ] {
        for (field, code) in [
            ("issuer", "issuer.own_address"),
            ("authenticationUrl", "url.own_address"),
            ("keysetUrl", "url.own_address"),
            ("accessTokenUrl", "url.own_address"),
        ] {
            let mut draft = draft(&lms);
            draft[field] = json!(own);
            let answer = gateway.post("/api/v1/registrations/check", &token, &draft).await;
            let check = answer.json();
            assert_eq!(check["passed"], false, "{own} in {field}");
            let findings = check["findings"].as_array().unwrap();
            let is_it = |found: &&Value| found["code"] == code && found["field"] == field && found["severity"] == "error";
            assert!(findings.iter().any(|found| is_it(&found)), "{own} in {field}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn a_second_canvas_with_the_issuer_that_it_comes_with_learns_what_to_set() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let other = gateway.tenant(FABRIKAM).await;
    let lms = lms(&gateway);
    let canvas = |deployment: &str| {
        let mut draft = draft(&lms);
        for (name, value) in [
            ("platform", json!("canvas-self-hosted")),
            ("issuer", json!("https://canvas.instructure.com")),
            ("clientId", json!("10000000000001")),
            ("deploymentIds", json!([deployment])),
        ] {
            draft[name] = value;
        }
        draft
    };
    let check = gateway.post("/api/v1/registrations/check", &token, &canvas("1")).await;
    assert!(
        has(&check, "issuer.canvas_default", "warning") && check.text.contains("lti_iss"),
        "{check:?}"
    );
    create(&gateway, &token, &canvas("1")).await;
    for (token, deployment) in [(&other, "1"), (&other, "2"), (&token, "1")] {
        let refused = gateway.post(PATH, token, &canvas(deployment)).await;
        assert_eq!(refused.status, 409, "{refused:?}");
        assert!(refused.json()["detail"].as_str().unwrap().contains("lti_iss"), "{refused:?}");
        let check = gateway.post("/api/v1/registrations/check", token, &canvas(deployment)).await;
        let taken = check.json()["findings"].as_array().unwrap().clone();
        let taken = taken
            .iter()
            .find(|found| found["code"].as_str().unwrap().starts_with("registration."))
            .cloned();
        assert!(taken.unwrap()["seen"].as_str().unwrap().contains("lti_iss"), "{check:?}");
    }
    // With an issuer of its own there is room.
    let mut own = canvas("1");
    own["issuer"] = json!("https://canvas.fabrikam.example");
    create(&gateway, &other, &own).await;
    let check = gateway.post("/api/v1/registrations/check", &token, &own).await;
    assert!(!has(&check, "issuer.canvas_default", "warning"), "{check:?}");
}

#[tokio::test]
async fn values_that_were_pasted_with_their_label_are_named() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let lms = lms(&gateway);
    for (field, value) in [
        ("deploymentIds", json!(["Deployment ID: 5"])),
        ("deploymentIds", json!(["\"5\""])),
        ("clientId", json!("{clientId}")),
        ("clientId", json!("<client id>")),
        ("clientId", json!("Client ID: x")),
        ("keysetUrl", json!("http://https://lms.example/keys")),
        ("authenticationUrl", json!("https://https://lms.example/auth")),
    ] {
        let mut draft = draft(&lms);
        draft[field] = value.clone();
        let check = gateway.post("/api/v1/registrations/check", &token, &draft).await;
        let findings = check.json()["findings"].as_array().unwrap().clone();
        let is_it = |found: &&Value| found["code"] == "value.pasted_too_much" && found["field"] == field;
        assert!(findings.iter().any(|found| is_it(&found)), "{field} = {value}: {check:?}");
    }
}

#[tokio::test]
async fn a_canvas_on_own_servers_has_nothing_of_hosted_canvas_but_the_issuer() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let lms = lms(&gateway);
    let mut draft = draft(&lms);
    for (name, value) in [
        ("platform", "canvas-self-hosted"),
        ("issuer", "https://canvas.instructure.com"),
        ("authenticationUrl", "https://sso.canvaslms.com/api/lti/authorize_redirect"),
        ("accessTokenUrl", "https://contoso.instructure.com/login/oauth2/token"),
    ] {
        draft[name] = json!(value);
    }
    let answer = gateway.post("/api/v1/registrations/check", &token, &draft).await;
    let findings = answer.json()["findings"].as_array().unwrap().clone();
    let find = |code: &str, field: &str| {
        let found = findings.iter().find(|found| found["code"] == code && found["field"] == field);
        found.unwrap_or_else(|| panic!("{code} {field}: {answer:?}"))
    };
    for (field, host) in [
        ("authenticationUrl", "sso.canvaslms.com"),
        ("accessTokenUrl", "contoso.instructure.com"),
    ] {
        let found = find("url.hosted_canvas", field);
        assert_eq!(found["severity"], "warning", "{found}");
        assert!(found["seen"].as_str().unwrap().contains(host), "{found}");
        assert!(
            found["remedy"].as_str().unwrap().contains("choose Canvas as the platform"),
            "{found}"
        );
    }
    // The address beside the keyset is what the others are compared with.
    let home = lms.keyset_url().replace("/mod/lti/certs.php", "/api/lti/security/jwks");
    let usual = find("url.unusual", "keysetUrl")["seen"].clone();
    assert!(usual.as_str().unwrap().ends_with(&home), "{usual}");
}

#[tokio::test]
async fn what_another_lms_says_of_itself_is_compared_where_openid_connect_has_it() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let described = Authority::start().await;
    let at = |path: &str| format!("{}{path}", described.url);
    let draft = json!({
        "name": "Contoso LMS", "appId": "launch-inspector", "platform": "other", "issuer": described.url, "clientId": "c-1",
        "deploymentIds": ["1"], "keysetUrl": at("/jwks"), "authenticationUrl": at("/auth"),
    });
    for (issuer, authorization, expected) in [
        (described.url.clone(), at("/auth"), &[("discovery.agrees", "issuer", "")][..]),
        (at("/lms"), at("/auth"), &[("discovery.differs", "issuer", "/lms")]),
        (
            described.url.clone(),
            at("/login"),
            &[("discovery.differs", "authenticationUrl", "/login")],
        ),
    ] {
        let document = json!({ "issuer": issuer, "authorization_endpoint": authorization, "jwks_uri": at("/jwks") });
        described.serve("/.well-known/openid-configuration", 200, document);
        let answer = gateway.post("/api/v1/registrations/check", &token, &draft).await;
        let findings = answer.json()["findings"].as_array().unwrap().clone();
        let compared: Vec<_> = findings
            .iter()
            .filter(|found| found["code"].as_str().unwrap().starts_with("discovery."))
            .collect();
        assert_eq!(compared.len(), expected.len(), "{answer:?}");
        for (found, (code, field, end)) in compared.iter().zip(expected) {
            assert_eq!((&found["code"], &found["field"]), (&json!(code), &json!(field)), "{found}");
            assert!(found["seen"].as_str().unwrap().contains(end), "{found}");
        }
    }
}

#[tokio::test]
async fn a_saved_registration_is_checked_as_a_draft_is() {
    let school = School::open_with(|draft| {
        draft["accessTokenUrl"] = json!("http://localhost:9/token");
    })
    .await;
    let path = format!("{PATH}/{}/check", school.id());
    let answer = school.gateway.post(&path, &school.token, &json!({})).await;
    for (code, severity) in [
        ("issuer.http", "info"),
        ("url.unusual", "warning"),
        ("discovery.differs", "warning"),
        ("keyset.reachable", "info"),
    ] {
        assert!(has(&answer, code, severity), "{code}: {answer:?}");
    }
}

#[tokio::test]
async fn texts_for_people_are_in_the_language_that_is_asked_for() {
    let school = School::open().await;
    let (gateway, token) = (&school.gateway, &school.token);
    let ask = |method: reqwest::Method, path: &str, language: &'static str, body: Value| {
        let request = gateway
            .request(method, path, token)
            .header("accept-language", language)
            .json(&body);
        async move { Answer::of(request.send().await.unwrap()).await }
    };
    let (get, post) = (reqwest::Method::GET, reqwest::Method::POST);
    school.lms.set_keyset(KeysetBehaviour::Html);
    let mut invalid = draft(&school.lms);
    invalid["issuer"] = json!("https://contoso.example/?x");
    let tool = "/api/v1/apps/launch-inspector/tool-configuration?platform=moodle";
    for (method, path, body, english, german) in [
        (
            &post,
            "/api/v1/registrations/check".to_owned(),
            draft(&school.lms),
            "That is for development only",
            "Das geht nur in der Entwicklung",
        ),
        (
            &post,
            "/api/v1/registrations/check".to_owned(),
            json!({}),
            "A value is needed",
            "ein Wert gebraucht",
        ),
        (
            &post,
            format!("{PATH}/{}/check", school.id()),
            json!({}),
            "The keyset URL must answer",
            "Die Keyset-URL muss",
        ),
        (
            &post,
            PATH.to_owned(),
            invalid,
            "An issuer has no query",
            "Ein Aussteller hat keine Abfrage",
        ),
        (
            &get,
            "/api/v1/platforms".to_owned(),
            json!({}),
            "The same for every school",
            "Für alle Schulen gleich",
        ),
        (
            &get,
            tool.to_owned(),
            json!({}),
            "choose Save changes",
            "wählen Sie Save changes",
        ),
    ] {
        for (language, expected, other) in [
            ("en", english, german),
            ("de-AT, en;q=0.5", german, english),
            ("fr", english, german),
        ] {
            let answer = ask(method.clone(), &path, language, body.clone()).await;
            assert!(answer.text.contains(expected), "{language} {path}: {answer:?}");
            assert!(!answer.text.contains(other), "{language} {path}: {answer:?}");
        }
    }
}
