//! One launch, step by step, as a browser takes part in it; every step can be bent.

use std::sync::{Arc, LazyLock};

use jwt_simple::algorithms::RS256KeyPair;
use practice_lms::{LaunchSpec, Person, PracticeLms, Running, Settings};
use reqwest::header;
use serde_json::{Value, json};

use crate::support::{Answer, CONTOSO, HtmlForm, TestGateway};

/// A gateway and an LMS that is registered there.
pub struct School {
    pub gateway: Arc<TestGateway>,
    pub lms: Running,
    pub token: String,
    pub registration: Value,
}

/// The state of the browser after the login: its next address and its cookie.
pub struct LoggedIn {
    pub location: reqwest::Url,
    pub cookie: String,
}

impl LoggedIn {
    pub fn parameter(&self, name: &str) -> String {
        self.location
            .query_pairs()
            .find(|(key, _)| key == name)
            .unwrap_or_else(|| panic!("no {name}"))
            .1
            .into_owned()
    }

    pub fn state(&self) -> String {
        self.parameter("state")
    }

    pub fn nonce(&self) -> String {
        self.parameter("nonce")
    }
}

impl School {
    /// Registered with its deployment.
    pub async fn open() -> Self {
        Self::open_with(|_| ()).await
    }

    /// The same with changes to the registration.
    pub async fn open_with(change: impl FnOnce(&mut Value)) -> Self {
        Self::open_at(Arc::new(TestGateway::start().await), CONTOSO, change).await
    }

    /// Another LMS of the same organization, at the same gateway.
    pub async fn neighbour(&self) -> Self {
        Self::open_at(Arc::clone(&self.gateway), CONTOSO, |_| ()).await
    }

    /// An LMS of that tenant, registered at that gateway.
    pub async fn open_at(gateway: Arc<TestGateway>, tenant: &str, change: impl FnOnce(&mut Value)) -> Self {
        let lms = lms(&gateway);
        let token = gateway.tenant(tenant).await;
        let mut draft = draft(&lms);
        change(&mut draft);
        let created = gateway.post("/api/v1/registrations", &token, &draft).await;
        assert_eq!(created.status, 201, "{created:?}");
        Self {
            registration: created.json(),
            gateway,
            lms,
            token,
        }
    }

    pub fn id(&self) -> &str {
        self.registration["id"].as_str().unwrap()
    }

    /// The parameters with which the LMS begins a launch.
    pub fn login_parameters(&self) -> Vec<(String, String)> {
        let launch = self.gateway.at("/lti/launch");
        [
            ("iss", self.lms.issuer().to_owned()),
            ("login_hint", "3".to_owned()),
            ("target_link_uri", launch),
            ("lti_message_hint", "{\"cmid\":2}".to_owned()),
            ("client_id", self.lms.client_id.clone()),
            ("lti_deployment_id", self.lms.deployment_id.clone()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    pub async fn send_login(&self, parameters: &[(String, String)]) -> Answer {
        Answer::of(
            self.gateway
                .client
                .post(self.gateway.at("/lti/login"))
                .form(parameters)
                .send()
                .await
                .unwrap(),
        )
        .await
    }

    pub async fn log_in(&self) -> LoggedIn {
        logged_in(&self.send_login(&self.login_parameters()).await)
    }

    /// A correct launch by the teacher, still to be bent.
    pub fn spec(&self, login: &LoggedIn) -> LaunchSpec {
        // The LMS reads the computer's clock, the gateway one that a test may have moved.
        LaunchSpec::new(Person::Teacher, login.nonce()).issued_later(self.gateway.ahead())
    }

    pub async fn send_launch(&self, login: &LoggedIn, id_token: &str) -> Answer {
        self.send_form(&[("state", &login.state()), ("id_token", id_token)], Some(&login.cookie))
            .await
    }

    pub async fn send_form(&self, form: &[(&str, &str)], cookie: Option<&str>) -> Answer {
        let mut request = self.gateway.client.post(self.gateway.at("/lti/launch")).form(form);
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        Answer::of(request.send().await.unwrap()).await
    }

    /// Logs in and launches with a bent id_token.
    pub async fn launch(&self, bend: impl FnOnce(LaunchSpec) -> LaunchSpec) -> Answer {
        let login = self.log_in().await;
        let id_token = self.lms.id_token(&bend(self.spec(&login)));
        self.send_launch(&login, &id_token).await
    }

    /// Posts the launch token to the app, as the browser would.
    pub async fn open_app(&self, handed_over: &Answer) -> Answer {
        assert_eq!(handed_over.status, 200, "{handed_over:?}");
        let form = HtmlForm::of(&handed_over.text);
        let request = self.gateway.client.post(&form.action).form(&form.fields);
        Answer::of(request.send().await.unwrap()).await
    }

    /// The newest launch of the tenant, with its checks.
    pub async fn last_launch(&self) -> Value {
        let list = self.gateway.get("/api/v1/launches?limit=1", &self.token).await.json();
        let reference = list["value"][0]["reference"].as_str().unwrap().to_owned();
        self.gateway
            .get(&format!("/api/v1/launches/{reference}"), &self.token)
            .await
            .json()
    }
}

/// A key that no LMS publishes, until one changes to it.
pub fn other_key() -> RS256KeyPair {
    static KEY: LazyLock<RS256KeyPair> = LazyLock::new(|| RS256KeyPair::generate(2048).unwrap());
    KEY.clone()
}

/// Status and title of a family's page.
fn page_of(code: &str) -> (u16, &'static str) {
    match code.split('.').next().unwrap() {
        "registration_not_found" => (404, "Registration details not found"),
        "cookies_not_found" => (400, "Cookies can't be found"),
        "launch_invalid" => (400, "Some details from LMS aren't valid"),
        "keyset_unavailable" => (502, "Issues with the LMS public keyset URL"),
        "platform_error" => (400, "Your LMS ended the launch"),
        "contest" => (400, "The LMS was not connected"),
        other => panic!("no family {other}"),
    }
}

/// Asserts the page of a refused launch in its complete form. Answers the reference that it shows.
#[track_caller]
pub fn assert_refused(answer: &Answer, code: &str) -> String {
    let (status, title) = page_of(code);
    assert_eq!((answer.code().as_str(), answer.status.as_u16()), (code, status), "{answer:?}");
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(
        answer.text.contains(&format!("<h1>{title}</h1>")),
        "{title} in {}",
        answer.text
    );
    assert!(!answer.text.contains("launch_token"), "{}", answer.text);
    reference(answer)
}

/// The reference that a page shows.
#[track_caller]
pub fn reference(answer: &Answer) -> String {
    let reference = answer
        .text
        .split("data-copy=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    reference
        .unwrap_or_else(|| panic!("no reference in {}", answer.text))
        .to_owned()
}

impl School {
    /// Asserts that a launch was refused, and that its reference tells the admin which check failed. Answers that check.
    #[track_caller]
    pub fn assert_explained(&self, answer: &Answer, code: &str) -> impl Future<Output = Value> {
        let reference = assert_refused(answer, code);
        async move {
            let path = format!("/api/v1/launches/{reference}");
            let launch = self.gateway.get(&path, &self.token).await.json();
            assert_eq!(launch["reference"], reference, "{launch}");
            assert_eq!(
                (&launch["outcome"], &launch["code"]),
                (&json!("refused"), &json!(code)),
                "{launch}"
            );
            let checks = launch["checks"].as_array().unwrap();
            let failed: Vec<_> = checks.iter().filter(|check| check["result"] == "failed").collect();
            assert_eq!(failed.len(), 1, "{code}: {launch}");
            assert_eq!(failed[0]["code"], code, "{launch}");
            assert!(
                failed[0]["remedy"].as_str().is_some_and(|remedy| !remedy.is_empty()),
                "{code}: {launch}"
            );
            failed[0].clone()
        }
    }
}

/// A practice LMS whose tool is this gateway.
pub fn lms(gateway: &TestGateway) -> Running {
    PracticeLms::start(Settings::on_any_port(&gateway.url)).unwrap()
}

/// The registration of a practice LMS.
pub fn draft(lms: &Running) -> Value {
    json!({
        "name": "Practice LMS", "appId": "launch-inspector", "platform": "moodle",
        "issuer": lms.issuer(), "clientId": lms.client_id, "deploymentIds": [lms.deployment_id],
        "authenticationUrl": lms.authentication_url(), "keysetUrl": lms.keyset_url(),
    })
}

/// Reads the answer of a login that went well.
pub fn logged_in(answer: &Answer) -> LoggedIn {
    assert!(answer.status.is_redirection(), "{answer:?}");
    LoggedIn {
        location: reqwest::Url::parse(answer.header("location")).unwrap(),
        cookie: answer.header("set-cookie").split(';').next().unwrap().to_owned(),
    }
}
