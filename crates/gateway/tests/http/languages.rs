//! What the gateway says to people, in the language that they ask for.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    authority::Authority,
    handshake::{draft, lms},
    problem_reports,
    support::{Answer, CONTOSO, FABRIKAM, TestGateway},
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
        if let Some(fault) = problem["errors"].get(0) {
            assert_eq!(fault["detail"], problem["detail"], "{problem}");
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
async fn a_sign_in_service_that_does_not_answer_is_told_in_german_too() {
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
