//! One launch, step by step, as a browser takes part in it; every step can be bent.

use practice_lms::{LaunchSpec, Person, PracticeLms, Running, Settings};
use reqwest::header;
use serde_json::{Value, json};

use crate::support::{Answer, CONTOSO, HtmlForm, TestGateway};

/// A gateway and an LMS that is registered there.
pub struct School {
    pub gateway: TestGateway,
    pub lms: Running,
    pub token: String,
    pub registration: Value,
}

/// What the browser holds after the login: where it was sent, and its cookie.
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
        let gateway = TestGateway::start().await;
        let lms = lms(&gateway);
        let token = gateway.tenant(CONTOSO).await;
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

    /// What the LMS sends to begin a launch.
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
        LaunchSpec::new(Person::Teacher, &login.nonce())
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
