//! Texts for people, in the language that they ask for.

use std::time::Duration;

use practice_lms::{KeysetBehaviour, claim};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    authority::Authority,
    handshake::{School, assert_refused, draft, lms},
    problem_reports,
    support::{Answer, CONTOSO, FABRIKAM, HtmlForm, TestGateway},
};

const REGISTRATIONS: &str = "/api/v1/registrations";

/// The same request in that language. A browser says more than one.
async fn ask(request: &RequestBuilder, language: &str) -> Answer {
    let request = request.try_clone().unwrap().header("accept-language", language);
    Answer::of(request.send().await.unwrap()).await
}

/// The problem's sentence in English, asked for and by default, and in German.
async fn details(request: &RequestBuilder, status: u16, code: &str) -> [String; 3] {
    let mut details = Vec::new();
    for language in ["fr", "en-GB,en;q=0.9,de;q=0.1", "de-AT,de;q=0.9,en;q=0.8"] {
        let answer = ask(request, language).await;
        answer.assert_problem(status, code);
        let problem = answer.json();
        if let Some(error) = problem["errors"].get(0) {
            assert_eq!(error["detail"], problem["detail"], "{problem}");
        }
        details.push(problem["detail"].as_str().unwrap().to_owned());
    }
    details.try_into().unwrap()
}

#[tokio::test]
async fn refusals_are_in_the_language_that_is_asked_for() {
    let gateway = TestGateway::start_with("[support]\nreports_per_day = 1").await;
    let token = gateway.tenant(CONTOSO).await;
    let (admin, educator) = (
        gateway.user_token(CONTOSO, "admin").await,
        gateway.user_token(CONTOSO, "educator").await,
    );
    let stranger = gateway.user_token(FABRIKAM, "admin").await;
    let lms = lms(&gateway);
    let created = gateway.post(REGISTRATIONS, &token, &draft(&lms)).await;
    assert_eq!(created.status, 201, "{created:?}");
    problem_reports::send(&gateway, &admin).await;
    let get = |path: &str, token: &str| gateway.request(Method::GET, path, token);
    let post = |path: &str, token: &str, body: &Value| gateway.request(Method::POST, path, token).json(body);
    let without = gateway.client.get(gateway.at(REGISTRATIONS));
    for (request, status, code, english, german) in [
        (
            &without,
            401,
            "token.missing",
            "Send an access token",
            "Senden Sie ein Zugriffstoken",
        ),
        (
            &get(REGISTRATIONS, "a.b.c"),
            401,
            "token.invalid",
            "isn't a JSON Web Token",
            "ist kein JSON Web Token",
        ),
        (
            &post(REGISTRATIONS, &educator, &draft(&lms)),
            403,
            "role.missing",
            "the role Admin, for applications Registrations.ReadWrite.All",
            "die Rolle Admin, für Anwendungen Registrations.ReadWrite.All",
        ),
        (
            &get(REGISTRATIONS, &stranger),
            403,
            "tenant.not_registered",
            "isn't registered with the LMS Gateway yet",
            "ist noch nicht beim LMS Gateway registriert",
        ),
        (
            &get("/api/v1/launches/5TFA-R7YN-2K8Q", &admin),
            404,
            "launch.not_found",
            "no launch with that reference",
            "keinen Start mit dieser Referenz",
        ),
        (
            &post(REGISTRATIONS, &admin, &draft(&lms)),
            409,
            "registration.duplicate",
            "and deployment 1 already",
            "der Bereitstellung 1. Löschen oder ersetzen",
        ),
        (
            &post(problem_reports::PATH, &admin, &problem_reports::report()),
            429,
            "report.quota",
            "Try again tomorrow",
            "Versuchen Sie es morgen noch einmal",
        ),
    ] {
        let [default, asked_for, translated] = details(request, status, code).await;
        assert_eq!(default, asked_for);
        assert!(asked_for.contains(english), "{asked_for}");
        assert!(translated.contains(german), "{translated}");
        assert!(!translated.contains(english), "{translated}");
    }
}

#[tokio::test]
async fn a_sign_in_service_that_does_not_answer_is_reported_in_german_too() {
    let authority = Authority::start().await;
    authority.serve(&format!("/{CONTOSO}/v2.0/.well-known/openid-configuration"), 500, json!({}));
    let gateway = authority.gateway("").await;
    let request = gateway.request(Method::GET, "/api/v1/me", &authority.admin(CONTOSO));
    let [default, asked_for, translated] = details(&request, 503, "identity.unavailable").await;
    assert_eq!(default, asked_for);
    assert!(
        asked_for.starts_with("The gateway can't reach the sign-in service"),
        "{asked_for}"
    );
    assert!(
        translated.starts_with("Das Gateway erreicht den Anmeldedienst"),
        "{translated}"
    );
}

#[tokio::test]
async fn a_launch_tells_what_was_checked_in_the_language_of_its_reader() {
    let school = School::open().await;
    let page = school
        .launch(|spec| spec.claim("iss", format!("{}/", school.lms.issuer())))
        .await;
    let reference = assert_refused(&page, "launch_invalid.issuer");
    let report = problem_reports::with(problem_reports::report(), "launchReference", reference.as_str());
    let report = problem_reports::with(report, "attachDiagnostics", true);
    let request = school.gateway.request(Method::POST, problem_reports::PATH, &school.token);
    let sent = ask(&request.json(&report), "de").await;
    assert_eq!(sent.status, 201, "{sent:?}");
    assert_in_language(&sent.json()["diagnostics"], "de");
    let sent = sent.json()["id"].as_str().unwrap().to_owned();
    for (path, pointer) in [
        (format!("/api/v1/launches/{reference}"), ""),
        (format!("/api/v1/problem-reports/diagnostics/{reference}"), ""),
        (format!("{}/{sent}", problem_reports::PATH), "/diagnostics"),
    ] {
        let request = school.gateway.request(Method::GET, &path, &school.token);
        for language in ["en", "de"] {
            let answer = ask(&request, language).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            assert_in_language(answer.json().pointer(pointer).unwrap(), language);
        }
    }
}

/// Asserts that passed, failed and skipped checks are shown in that language.
fn assert_in_language(launch: &Value, language: &str) {
    let checks = launch["checks"].as_array().unwrap();
    let has_check = |sentence: &str| checks.iter().any(|check| check["rule"] == sentence);
    let failed = checks.iter().find(|check| check["result"] == "failed").unwrap();
    let remedy = failed["remedy"].as_str().unwrap();
    let english = [
        has_check("The signature was made by the named key of the LMS."),
        has_check("iss is the issuer of the registration, character by character."),
        has_check("The launch is handed over to the app."),
        remedy.contains("by a trailing slash: register it exactly"),
    ];
    let german = [
        has_check("Die Signatur stammt vom genannten Schlüssel des LMS."),
        has_check("iss ist der Aussteller der Registrierung, Zeichen für Zeichen."),
        has_check("Der Start wird der App übergeben."),
        remedy.contains("durch einen Schrägstrich am Ende: Registrieren Sie es genau"),
    ];
    let expected = if language == "de" {
        (german, english)
    } else {
        (english, german)
    };
    assert_eq!(expected, ([true; 4], [false; 4]), "{language}: {launch}");
}

#[tokio::test]
async fn a_launch_without_registration_names_the_nearest_one_in_german_too() {
    let school = School::open().await;
    let mut parameters = school.login_parameters();
    for (name, value) in &mut parameters {
        if name == "iss" {
            value.push('/');
        }
    }
    let page = school.send_login(&parameters).await;
    let reference = assert_refused(&page, "registration_not_found.unknown");
    let path = format!("/api/v1/launches/{reference}");
    let answer = ask(&school.gateway.request(Method::GET, &path, &school.token), "de").await;
    let checks = answer.json()["checks"].clone();
    let failed = checks
        .as_array()
        .unwrap()
        .iter()
        .find(|check| check["result"] == "failed")
        .unwrap();
    let (seen, remedy) = (failed["seen"].as_str().unwrap(), failed["remedy"].as_str().unwrap());
    assert!(seen.starts_with("Aussteller „http"), "{failed}");
    assert!(
        remedy.starts_with("Ihre Registrierung „Practice LMS“ unterscheidet sich durch einen Schrägstrich"),
        "{failed}"
    );
}

#[tokio::test]
async fn health_is_shown_in_the_language_of_its_reader() {
    let school = School::open().await;
    school.lms.set_keyset(KeysetBehaviour::Html);
    let check = format!("{REGISTRATIONS}/{}/check", school.id());
    let checked = ask(&school.gateway.request(Method::POST, &check, &school.token), "de").await;
    assert!(
        checked.text.contains("Die Antwort ist eine Webseite, kein JSON."),
        "{checked:?}"
    );
    // The health is kept beside the answer.
    let one = format!("{REGISTRATIONS}/{}", school.id());
    let detail = |answer: &Answer, pointer: &str| answer.json().pointer(pointer).cloned().unwrap_or_default();
    for _ in 0..600 {
        if detail(&school.gateway.get(&one, &school.token).await, "/health/state") == "bad" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for (path, pointer) in [(one.as_str(), "/health/detail"), (REGISTRATIONS, "/value/0/health/detail")] {
        let request = school.gateway.request(Method::GET, path, &school.token);
        for (language, expected) in [
            ("en", "The answer is a web page, not JSON."),
            ("de", "Die Antwort ist eine Webseite, kein JSON."),
        ] {
            assert_eq!(detail(&ask(&request, language).await, pointer), expected, "{language}");
        }
    }
}

#[tokio::test]
async fn the_inspector_speaks_the_language_of_the_launch_else_of_the_browser() {
    let school = School::open().await;
    for (locale, browser, language) in [
        (Some("de_AT"), "en", "de"),
        (Some("en"), "de", "en"),
        (Some("fr"), "de", "de"),
        (None, "de", "de"),
        (None, "fr", "en"),
    ] {
        let presentation = match locale {
            Some(locale) => json!({ "locale": locale, "document_target": "iframe" }),
            None => json!({ "document_target": "iframe" }),
        };
        let custom = json!({ "left": "$User.username" });
        let handed_over = school
            .launch(|spec| {
                spec.claim(claim::LAUNCH_PRESENTATION, presentation)
                    .claim(claim::CUSTOM, custom)
                    .without("locale")
            })
            .await;
        assert_eq!(handed_over.status, 200, "{handed_over:?}");
        let form = HtmlForm::of(&handed_over.text);
        let post = school.gateway.client.post(&form.action).form(&form.fields);
        let page = ask(&post, browser).await;
        assert_eq!(page.status, 200, "{page:?}");
        let again = ask(&post, browser).await;
        assert_eq!(again.status, 400, "{again:?}");
        for (page, texts) in [
            (
                &page,
                [
                    ("This launch is valid", "Dieser Start ist gültig"),
                    (
                        "1 custom parameter wasn’t filled in.",
                        "1 benutzerdefinierter Parameter wurde nicht ausgefüllt.",
                    ),
                    ("<dt>Issuer</dt>", "<dt>Aussteller</dt>"),
                    (
                        "The signature was made by the named key of the LMS.",
                        "Die Signatur stammt vom genannten Schlüssel des LMS.",
                    ),
                ]
                .as_slice(),
            ),
            (
                &again,
                [
                    ("This launch can’t be shown", "Dieser Start kann nicht gezeigt werden"),
                    ("has already been used", "wurde schon benutzt"),
                ]
                .as_slice(),
            ),
        ] {
            assert!(page.text.contains(&format!("<html lang=\"{language}\">")), "{}", page.text);
            for (english, german) in texts {
                let (shown, other) = if language == "de" {
                    (german, english)
                } else {
                    (english, german)
                };
                assert!(page.text.contains(shown), "{locale:?}, {browser}: {shown} in {}", page.text);
                assert!(!page.text.contains(other), "{locale:?}, {browser}: {other} in {}", page.text);
            }
        }
    }
}

#[tokio::test]
async fn faults_of_a_body_are_named_in_german_too() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let import = format!("{REGISTRATIONS}/import");
    let many = vec![json!({}); 10_001];
    for (path, body, english, german) in [
        (
            REGISTRATIONS,
            json!({ "name": 1 }),
            "A text is expected here.",
            "Hier wird ein Text erwartet.",
        ),
        (
            REGISTRATIONS,
            json!({ "isuer": "x" }),
            "There is no field `isuer` here.",
            "Ein Feld `isuer` gibt es hier nicht.",
        ),
        // With the limit, or the value that is needed.
        (
            REGISTRATIONS,
            json!({ "name": "x".repeat(201) }),
            "At most 200 characters.",
            "Höchstens 200 Zeichen.",
        ),
        (
            REGISTRATIONS,
            json!({ "name": "a\u{200b}b" }),
            "An invisible character (U+200B) stands at position 2",
            "An Stelle 2 steht ein unsichtbares Zeichen (U+200B)",
        ),
        (
            REGISTRATIONS,
            json!({ "platform": "schoology", "keysetUrl": "https://lms.example.edu/jwks" }),
            "On Schoology Learning this value is always https://lti-service.svc.schoology.com/lti-service/.well-known/jwks",
            "Bei Schoology Learning ist dieser Wert immer https://lti-service.svc.schoology.com/lti-service/.well-known/jwks",
        ),
        (
            &import,
            json!({ "version": 7 }),
            "This gateway reads version 1.",
            "Dieses Gateway liest Version 1.",
        ),
        (
            &import,
            json!({ "version": 1, "registrations": many }),
            "At most 10000 registrations at once",
            "Höchstens 10000 Registrierungen auf einmal",
        ),
    ] {
        for (language, expected, other) in [("en", english, german), ("de", german, english)] {
            let answer = ask(&gateway.request(Method::POST, path, &token).json(&body), language).await;
            answer.assert_problem(422, "request.invalid");
            let errors = answer.json()["errors"].to_string();
            assert!(errors.contains(expected) && !errors.contains(other), "{language}: {errors}");
        }
    }
    // Errors of a single registration.
    let waiting = vec![json!({ "deploymentId": "1", "state": "waiting" }); 10_001];
    for (registration, english, german) in [
        (
            json!(7),
            "A registration is a JSON object.",
            "Eine Registrierung ist ein JSON-Objekt.",
        ),
        (
            json!({ "deployments": waiting }),
            "At most 10000 deployments.",
            "Höchstens 10000 Bereitstellungen.",
        ),
        (
            json!({ "deployments": [7] }),
            "An object is expected here.",
            "Hier wird ein Objekt erwartet.",
        ),
    ] {
        let body = json!({ "version": 1, "registrations": [registration] });
        for (language, expected, other) in [("en", english, german), ("de", german, english)] {
            let answer = ask(&gateway.request(Method::POST, &import, &token).json(&body), language).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            let errors = answer.json()["value"][0]["errors"].to_string();
            assert!(errors.contains(expected) && !errors.contains(other), "{language}: {errors}");
        }
    }
    let repeated = gateway
        .request(Method::POST, REGISTRATIONS, &token)
        .header("content-type", "application/json");
    let answer = ask(&repeated.body(r#"{"name":"a","name":"b"}"#), "de").await;
    assert!(answer.text.contains("Das Feld kommt mehr als einmal vor."), "{answer:?}");
}

#[tokio::test]
async fn an_app_is_described_in_the_language_of_its_reader_as_far_as_the_operator_does() {
    let gateway = TestGateway::start_with(
        "
        [[apps]]
        id = \"quiz\"
        name = \"Quiz\"
        description = \"Asks questions.\"
        description_de = \"Stellt Fragen.\"
        launch_url = \"http://localhost:9/quiz\"

        [[apps]]
        id = \"notes\"
        name = \"Notes\"
        description = \"Keeps notes.\"
        launch_url = \"http://localhost:9/notes\"
        ",
    )
    .await;
    let token = gateway.tenant(CONTOSO).await;
    let apps = gateway.request(Method::GET, "/api/v1/apps", &token);
    for (language, expected) in [
        ("en", ["Shows the launch", "Asks questions.", "Keeps notes."]),
        (
            "de-AT,de;q=0.9,en;q=0.8",
            ["Zeigt den Start", "Stellt Fragen.", "Keeps notes."],
        ),
        ("fr", ["Shows the launch", "Asks questions.", "Keeps notes."]),
    ] {
        let answer = ask(&apps, language).await.json();
        for (app, expected) in answer["value"].as_array().unwrap().iter().zip(expected) {
            let description = app["description"].as_str().unwrap();
            assert!(description.starts_with(expected), "{language}: {description}");
        }
        assert_eq!(answer["value"].as_array().unwrap().len(), expected.len());
    }
}

/// The language that an answer names, and true if the answer varies by `Accept-Language`.
fn named_language(answer: &Answer) -> (String, bool) {
    let mut vary = answer.headers.get_all("vary").iter().map(|value| value.to_str().unwrap());
    (
        answer.header("content-language").to_owned(),
        vary.any(|names| {
            names
                .split(',')
                .any(|name| name.trim().eq_ignore_ascii_case("accept-language"))
        }),
    )
}

#[tokio::test]
async fn answers_with_texts_name_their_language() {
    let school = School::open().await;
    let (gateway, token) = (&school.gateway, &school.token);
    let get = |path: &str| gateway.request(Method::GET, path, token);
    for request in [
        get("/api/v1/platforms"),
        get("/api/v1/registrations"),
        get("/api/v1/registrations?limit=0"),
        get("/api/v1/nothing"),
        get("/api/v1/platforms").header("accept-encoding", "gzip"),
        gateway.client.get(gateway.at("/api/v1/me")),
        gateway.client.get(gateway.at("/")),
        gateway.client.get(gateway.at("/report")),
        gateway.client.get(gateway.at("/lti/launch/over")),
        gateway.client.head(gateway.at("/lti/launch/over")),
        gateway.client.post(gateway.at("/lti/login")),
    ] {
        for (asked, language) in [("de-AT,de;q=0.9,en;q=0.8", "de"), ("fr", "en")] {
            let answer = ask(&request, asked).await;
            assert_eq!(named_language(&answer), (language.to_owned(), true), "{answer:?}");
        }
    }
    // The page is in the launch's language, or in that of its link, whatever the browser's.
    let presentation = json!({ "locale": "de", "document_target": "iframe" });
    let refused = school
        .launch(|spec| spec.without("sub").claim(claim::LAUNCH_PRESENTATION, presentation))
        .await;
    let linked = ask(&gateway.client.get(gateway.at("/report?lang=de")), "en").await;
    for page in [refused, linked] {
        assert_eq!(named_language(&page), ("de".to_owned(), true), "{page:?}");
    }
    // An answer without texts for people names no language.
    for request in [
        gateway.client.get(gateway.at("/.well-known/jwks.json")),
        gateway.client.get(gateway.at("/portal/config.json")),
        gateway.client.get(gateway.at("/apps/launch-inspector/icon.svg")),
        gateway.client.post(gateway.at("/lti/login")).form(&school.login_parameters()),
        get("/api/v1/launches"),
        gateway.request(Method::DELETE, &format!("{REGISTRATIONS}/{}", school.id()), token),
    ] {
        let answer = ask(&request, "de").await;
        assert!(answer.status.is_success() || answer.status.is_redirection(), "{answer:?}");
        assert_eq!(named_language(&answer), (String::new(), false), "{answer:?}");
    }
}

#[tokio::test]
async fn wrong_queries_are_explained_in_german_too() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    for (query, english, german) in [
        (
            "/api/v1/registrations?limit=many",
            "The parameter `limit` doesn't fit: A whole number is expected here",
            "Der Parameter `limit` passt nicht: Hier wird eine ganze Zahl erwartet",
        ),
        (
            "/api/v1/launches?outcome=lost",
            "There is no value `lost` here. Known are `accepted`",
            "Den Wert `lost` gibt es hier nicht. Bekannt sind `accepted`",
        ),
        (
            "/api/v1/launches?from=today",
            "The parameter `from` doesn't fit",
            "Der Parameter `from` passt nicht",
        ),
        (
            "/api/v1/registrations?url=x",
            "There is no parameter `url` here. Known are `search`",
            "Einen Parameter `url` gibt es hier nicht. Bekannt sind `search`",
        ),
        (
            "/api/v1/registrations?limit=1&limit=2",
            "The parameter `limit` was given more than once.",
            "Der Parameter `limit` kommt mehr als einmal vor.",
        ),
        (
            "/api/v1/apps/launch-inspector/tool-configuration",
            "The parameter `platform` is missing.",
            "Der Parameter `platform` fehlt.",
        ),
    ] {
        let request = gateway.request(Method::GET, query, &token);
        let [_, asked_for, translated] = details(&request, 400, "request.query").await;
        assert!(asked_for.contains(english), "{asked_for}");
        assert!(translated.contains(german), "{translated}");
        let answer = ask(&request, "de").await.json();
        let pointer = answer["errors"][0]["pointer"].as_str().unwrap();
        assert!(
            german.contains(&format!("`{pointer}`")) || query.contains(&format!("{pointer}=")),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn what_is_not_there_is_explained_in_german_too() {
    let gateway = TestGateway::start().await;
    for (path, code, german) in [
        (
            "/apps/no-such-app/icon.svg",
            "app.not_found",
            "Es gibt keine App mit dieser ID.",
        ),
        (
            "/lti/assets/0/pages.css",
            "request.not_found",
            "Unter dieser Adresse gibt es nichts.",
        ),
    ] {
        let [_, _, translated] = details(&gateway.client.get(gateway.at(path)), 404, code).await;
        assert_eq!(translated, german);
    }
    let page = ask(&gateway.client.get(gateway.at("/")), "de").await;
    assert!(
        page.text.contains("<html lang=\"de\">") && page.text.contains("noch nicht gebaut"),
        "{page:?}"
    );
}
