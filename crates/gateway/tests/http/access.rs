//! The permissions: generated over every operation of `/openapi.json`.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    contests,
    handshake::{School, assert_refused},
    problem_reports,
    registrations::moodle,
    support::{Answer, CONTOSO, FABRIKAM, OPERATOR, TestGateway},
};

/// One operation, its path filled in with what belongs to Fabrikam.
#[derive(Debug)]
pub struct Operation {
    pub method: Method,
    pub path: String,
    /// True if the path names a thing of Fabrikam's.
    of_fabrikam: bool,
    body: Option<Value>,
}

impl Operation {
    /// Its path, and the example of its body where it takes one.
    pub fn body(&self) -> Option<(&str, &Value)> {
        self.body.as_ref().map(|body| (self.path.as_str(), body))
    }

    /// The same operation with another body, as text.
    pub async fn send_text(&self, gateway: &TestGateway, token: &str, body: String) -> Answer {
        let request = gateway.request(self.method.clone(), &self.path, token);
        let request = request.header("content-type", "application/json").body(body);
        Answer::of(request.send().await.unwrap()).await
    }

    /// A read that shows whose account it is, which any valid token may do.
    fn is_own_account(&self) -> bool {
        self.path == "/api/v1/me"
    }

    /// A report that the automation sent, to look at or to answer.
    fn is_somebody_elses_report(&self) -> bool {
        self.path.contains("/problem-reports/") && !self.path.contains("/diagnostics/") && !self.path.ends_with("/state")
    }

    pub fn has_body(&self) -> bool {
        self.body.is_some()
    }

    fn is_write(&self) -> bool {
        self.method != Method::GET
    }

    pub async fn send(&self, gateway: &TestGateway, token: Option<&str>) -> Answer {
        let mut request = gateway.client.request(self.method.clone(), gateway.at(&self.path));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = &self.body {
            request = request.json(body);
        }
        Answer::of(request.send().await.unwrap()).await
    }
}

/// Every documented operation, on what belongs to Fabrikam.
pub async fn operations(fabrikam: &School) -> Vec<Operation> {
    let answer = fabrikam.launch(|spec| spec.without("sub")).await;
    let reference = assert_refused(&answer, "launch_invalid.subject");
    let report = problem_reports::send(&fabrikam.gateway, &fabrikam.token).await;
    let contest = contests::begin_any(fabrikam).await;
    operations_with(&fabrikam.gateway, fabrikam.id(), &contest, &report, &reference).await
}

/// Every documented operation. Fails where a path has a parameter that this doesn't know: a new kind of thing needs its own id here.
pub async fn operations_with(
    gateway: &TestGateway,
    registration: &str,
    contest: &str,
    report: &str,
    reference: &str,
) -> Vec<Operation> {
    let document = gateway.client.get(gateway.at("/openapi.json")).send().await.unwrap();
    let document = Answer::of(document).await.json();
    let mut operations = Vec::new();
    for (template, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = if template.contains("/problem-reports/") {
                report
            } else if template.contains("/contests/") {
                contest
            } else {
                registration
            };
            let mut path = template
                .replace("{id}", id)
                .replace("{deployment_id}", "1")
                .replace("{reference}", reference);
            let of_fabrikam = path != *template;
            path = path
                .replace("{app_id}", "launch-inspector")
                .replace("{appId}", "launch-inspector");
            assert!(!path.contains('{'), "no value for a parameter of {template}");
            if path.ends_with("/tool-configuration") {
                path.push_str("?platform=moodle");
            }
            let body = operation.get("requestBody").map(|body| {
                let example = &body["content"]["application/json"]["example"];
                if example.is_null() { moodle(77) } else { example.clone() }
            });
            let method = method.to_uppercase().parse().unwrap();
            operations.push(Operation {
                method,
                path,
                of_fabrikam,
                body,
            });
        }
    }
    assert!(operations.len() >= 20, "{operations:?}");
    operations
}

/// A gateway where Fabrikam has everything and Contoso is registered.
async fn two_tenants() -> (School, String) {
    let gateway = Arc::new(TestGateway::start().await);
    let fabrikam = School::open_at(Arc::clone(&gateway), FABRIKAM, |_| ()).await;
    let contoso = gateway.tenant(CONTOSO).await;
    (fabrikam, contoso)
}

#[tokio::test]
async fn without_a_good_token_nothing_answers() {
    let (fabrikam, _) = two_tenants().await;
    let gateway = &fabrikam.gateway;
    let user = gateway.user_tokens(CONTOSO, "admin").await;
    let graph = gateway.user_tokens_for(CONTOSO, "admin", "openid profile").await;
    let access = user["access_token"].as_str().unwrap();
    let parts: Vec<_> = access.split('.').collect();
    // Contoso's token with Fabrikam's tenant written in.
    let moved = String::from_utf8(decode(parts[1])).unwrap().replace(CONTOSO, FABRIKAM);
    let moved = format!("{}.{}.{}", parts[0], encode(&moved), parts[2]);
    let unsigned = format!("{}.{}.", encode(r#"{"alg":"none","typ":"JWT"}"#), parts[1]);
    let unsigned_with_kid = format!("{}.{}.", encode(r#"{"alg":"none","kid":"x"}"#), parts[1]);
    let id_token_of_lms = fabrikam
        .lms
        .id_token(&practice_lms::LaunchSpec::new(practice_lms::Person::Admin, "nonce"));
    let tokens = [
        ("none", None, "token.missing"),
        ("garbage", Some("garbage"), "token.invalid"),
        ("three parts of garbage", Some("a.b.c"), "token.invalid"),
        ("the id_token", user["id_token"].as_str(), "token.invalid"),
        ("the refresh token", user["refresh_token"].as_str(), "token.invalid"),
        ("a token for Microsoft Graph", graph["access_token"].as_str(), "token.invalid"),
        ("another tenant written in", Some(moved.as_str()), "token.invalid"),
        ("unsigned", Some(unsigned.as_str()), "token.invalid"),
        ("unsigned with kid", Some(unsigned_with_kid.as_str()), "token.invalid"),
        ("an LMS's id_token", Some(id_token_of_lms.as_str()), "token.invalid"),
        ("without signature", Some(access.rsplit_once('.').unwrap().0), "token.invalid"),
    ];
    for operation in operations(&fabrikam).await {
        for (name, token, code) in &tokens {
            let answer = operation.send(gateway, *token).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code().as_str()),
                (401, *code),
                "{name}: {operation:?}: {answer:?}"
            );
            answer.assert_problem(401, code);
            let challenge = answer.header("www-authenticate");
            assert!(challenge.starts_with("Bearer "), "{challenge}");
            assert_eq!(
                challenge.contains("error=\"invalid_token\""),
                token.is_some(),
                "RFC 6750, section 3: {challenge}"
            );
        }
        for header in ["Basic dXNlcjpwYXNz", "Bearer", "Bearer ", "bearer\t", access] {
            let request = gateway.client.request(operation.method.clone(), gateway.at(&operation.path));
            let answer = Answer::of(request.header("authorization", header).send().await.unwrap()).await;
            assert_eq!(answer.status, 401, "{header}: {operation:?}");
        }
    }
    // The same tokens are good enough once they are whole: the refusals above are about what was changed.
    assert_eq!(gateway.get("/api/v1/me", access).await.status, 200);
    // The mistake is named.
    for (token, word) in [(&graph["access_token"], "Graph"), (&user["id_token"], "id_token")] {
        let answer = gateway.get("/api/v1/me", token.as_str().unwrap()).await;
        assert!(answer.json()["detail"].as_str().unwrap().contains(word), "{answer:?}");
    }
    gateway.advance(3 * 3600);
    let answer = gateway.get("/api/v1/me", access).await;
    answer.assert_problem(401, "token.invalid");
    assert!(answer.text.contains("expired"), "{answer:?}");
}

#[tokio::test]
async fn another_tenants_things_are_not_there() {
    let (fabrikam, contoso) = two_tenants().await;
    let gateway = &fabrikam.gateway;
    let admin = gateway.user_token(CONTOSO, "admin").await;
    let operations = operations(&fabrikam).await;
    let path = format!("/api/v1/registrations/{}", fabrikam.id());
    let before = gateway.get(&path, &fabrikam.token).await.json();
    let mut tried = 0;
    for operation in operations.iter().filter(|operation| operation.of_fabrikam) {
        for token in [&admin, &contoso] {
            let answer = operation.send(gateway, Some(token)).await;
            assert_eq!(answer.status, 404, "{operation:?}: {answer:?}");
            assert!(
                !answer.text.contains(fabrikam.id()) && !answer.text.contains("Practice LMS"),
                "{answer:?}"
            );
            tried += 1;
        }
    }
    assert!(tried >= 14, "{tried}");
    assert_eq!(gateway.get(&path, &fabrikam.token).await.json(), before, "nothing changed");
}

#[tokio::test]
async fn lists_of_two_tenants_never_mix() {
    let (fabrikam, contoso) = two_tenants().await;
    let gateway = &fabrikam.gateway;
    let mine = gateway.post("/api/v1/registrations", &contoso, &moodle(1)).await.json();
    assert_eq!(fabrikam.launch(|spec| spec).await.status, 200);
    let value = |path: &'static str, token: String| async move {
        let answer = gateway.get(path, &token).await;
        answer.json()["value"]
            .as_array()
            .unwrap_or_else(|| panic!("{answer:?}"))
            .clone()
    };
    for (token, own) in [(&contoso, &mine["id"]), (&fabrikam.token, &fabrikam.registration["id"])] {
        let list = value("/api/v1/registrations", token.clone()).await;
        assert_eq!(list.iter().map(|one| &one["id"]).collect::<Vec<_>>(), [own]);
        for event in value("/api/v1/audit-events", token.clone()).await {
            let subject = &event["subject"];
            assert!(subject["kind"] != "registration" || &subject["id"] == own, "{event}");
        }
    }
    assert_eq!(value("/api/v1/launches", contoso.clone()).await.len(), 0);
    assert_eq!(value("/api/v1/launches", fabrikam.token.clone()).await.len(), 1);
    let filtered = gateway
        .get(&format!("/api/v1/launches?registrationId={}", fabrikam.id()), &contoso)
        .await;
    assert_eq!(filtered.json()["value"], json!([]));
    let count = |days: &Value| {
        days["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|day| day["accepted"].as_u64().unwrap())
            .sum::<u64>()
    };
    assert_eq!(count(&gateway.get("/api/v1/launches/daily", &contoso).await.json()), 0);
    assert_eq!(count(&gateway.get("/api/v1/launches/daily", &fabrikam.token).await.json()), 1);
}

#[tokio::test]
async fn whoever_has_no_role_sees_the_own_account_only() {
    let (fabrikam, _) = two_tenants().await;
    let gateway = &fabrikam.gateway;
    // In Fabrikam itself, so that only the role is missing.
    let callers = [
        ("student", gateway.user_token(FABRIKAM, "student").await),
        ("guest", gateway.user_token(FABRIKAM, "guest").await),
        ("app without roles", gateway.app_token_without_roles(FABRIKAM).await),
    ];
    for operation in operations(&fabrikam).await {
        for (name, token) in &callers {
            let answer = operation.send(gateway, Some(token)).await;
            if operation.is_own_account() {
                assert_eq!(answer.status, 200, "{name}: {answer:?}");
                assert_eq!(answer.json()["roles"], json!([]), "{name}");
                continue;
            }
            assert_eq!(
                (answer.status.as_u16(), answer.code().as_str()),
                (403, "role.missing"),
                "{name}: {operation:?}: {answer:?}"
            );
            assert!(answer.header("www-authenticate").contains("insufficient_scope"), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn an_educator_reads_and_reports_and_changes_nothing() {
    let (fabrikam, _) = two_tenants().await;
    let gateway = &fabrikam.gateway;
    let educator = gateway.user_token(FABRIKAM, "educator").await;
    let operations = operations(&fabrikam).await;
    let path = format!("/api/v1/registrations/{}", fabrikam.id());
    let before = gateway.get(&path, &fabrikam.token).await.json();
    for operation in operations {
        let answer = operation.send(gateway, Some(&educator)).await;
        if operation.path.ends_with("/problem-reports") && operation.is_write() {
            assert_eq!(answer.status, 201, "{answer:?}");
        } else if operation.is_somebody_elses_report() {
            answer.assert_problem(404, "report.not_found");
        } else if operation.is_write() {
            answer.assert_problem(403, "role.missing");
        } else {
            assert_eq!(answer.status, 200, "{operation:?}: {answer:?}");
        }
    }
    assert_eq!(gateway.get(&path, &educator).await.json(), before, "nothing changed");
}

#[tokio::test]
async fn an_admin_gets_through_everywhere() {
    // The counterpart: were these routes to answer 403 to everybody, the tests above would prove nothing.
    let (fabrikam, _) = two_tenants().await;
    let admin = fabrikam.gateway.user_token(FABRIKAM, "admin").await;
    let mut operations = operations(&fabrikam).await;
    operations.sort_by_key(|operation| (operation.method == Method::DELETE, std::cmp::Reverse(operation.path.len())));
    for operation in operations {
        let answer = operation.send(&fabrikam.gateway, Some(&admin)).await;
        let expected = answer.status.is_success()
            || (operation.path == "/api/v1/tenant" && answer.status == 409)
            || (operation.path == contests::PATH && answer.status == 409)
            || (operation.path.starts_with("/api/v1/service-calls/") && answer.status == 404);
        assert!(expected, "{operation:?}: {answer:?}");
    }
}

#[tokio::test]
async fn an_unregistered_tenant_is_refused_before_the_body_is_validated() {
    let (fabrikam, _) = two_tenants().await;
    let gateway = &fabrikam.gateway;
    let token = gateway.app_token(OPERATOR).await;
    for mut operation in operations(&fabrikam).await {
        if operation.is_own_account() || operation.path == "/api/v1/tenant" {
            continue;
        }
        for body in [
            operation.body.clone(),
            operation.body.as_ref().map(|_| json!({ "unknown": true })),
        ] {
            operation.body = body;
            operation
                .send(gateway, Some(&token))
                .await
                .assert_problem(403, "tenant.not_registered");
        }
        let raw = gateway
            .request(operation.method.clone(), &operation.path, &token)
            .header("content-type", "text/plain")
            .body("{");
        Answer::of(raw.send().await.unwrap())
            .await
            .assert_problem(403, "tenant.not_registered");
    }
}

#[tokio::test]
async fn a_missing_role_is_refused_before_the_body_is_validated() {
    let (fabrikam, _) = two_tenants().await;
    let gateway = &fabrikam.gateway;
    let token = gateway.user_token(FABRIKAM, "student").await;
    let nobodys = "00000000-0000-4000-8000-000000000000";
    for mut operation in operations_with(gateway, nobodys, nobodys, nobodys, "nowhere").await {
        if operation.is_own_account() {
            continue;
        }
        operation.body = operation.body.map(|_| json!({ "unknown": true }));
        operation
            .send(gateway, Some(&token))
            .await
            .assert_problem(403, "role.missing");
        let raw = gateway
            .request(operation.method.clone(), &operation.path, &token)
            .header("content-type", "text/plain")
            .body("{");
        Answer::of(raw.send().await.unwrap())
            .await
            .assert_problem(403, "role.missing");
    }
}

fn encode(text: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(text)
}

fn decode(text: &str) -> Vec<u8> {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.decode(text).unwrap()
}
