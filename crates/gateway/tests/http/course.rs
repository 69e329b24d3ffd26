//! A course whose app uses the LMS's services through the gateway.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use practice_lms::{LaunchSpec, Person, PracticeLms, Running, Settings};
use reqwest::header;
use serde_json::{Value, json};

use crate::{
    handshake::School,
    support::{Answer, CONTOSO, HtmlForm, TestGateway},
};

pub const NAMES_AND_ROLES: &str = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice";
pub const GRADES: &str = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint";
pub const MEMBERS_SCOPE: &str = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly";

/// Two apps that use services, by the same keys.
pub fn apps(keys: &Running) -> String {
    let app = |id: &str, services: &str| {
        format!(
            "[[apps]]\nid = \"{id}\"\nname = \"{id}\"\nlaunch_url = \"http://127.0.0.1:9/launch\"\nkeyset_url = \"{}\"\nservices = [{services}]\n",
            keys.keyset_url()
        )
    };
    let all = "\"names_and_roles\", \"line_items\", \"scores\"";
    [
        app("notes", all),
        app("quiz", all),
        app("grades-only", "\"scores\""),
        app("none", ""),
    ]
    .concat()
}

/// Somebody's keyset: an LMS that is none, but publishes the keys by which it signs.
pub fn keys() -> Running {
    PracticeLms::start(Settings::on_any_port("http://127.0.0.1:9")).unwrap()
}

/// A school whose LMS gives the gateway access to its services, and the keys of its apps.
pub struct Course {
    pub school: School,
    pub keys: Running,
}

impl Course {
    pub async fn open() -> Self {
        let keys = keys();
        let gateway = Arc::new(TestGateway::start_with(&apps(&keys)).await);
        Self::open_at(gateway, keys, CONTOSO, |_| ()).await
    }

    pub async fn open_at(gateway: Arc<TestGateway>, keys: Running, tenant: &str, change: impl FnOnce(&mut Value)) -> Self {
        let school = School::open_at(gateway, tenant, |draft| {
            draft["appId"] = json!("notes");
            draft["accessTokenUrl"] = json!(draft["keysetUrl"].as_str().unwrap().replace("certs.php", "token.php"));
            change(draft);
        })
        .await;
        school
            .lms
            .set_tool_keyset(school.registration["toolKeysetUrl"].as_str().unwrap());
        Self { school, keys }
    }

    pub fn gateway(&self) -> &TestGateway {
        &self.school.gateway
    }

    /// The claims of the launch token that an app gets.
    pub async fn launch(&self, bend: impl FnOnce(LaunchSpec) -> LaunchSpec) -> Value {
        let handed_over = self.school.launch(bend).await;
        assert_eq!(handed_over.status, 200, "{handed_over:?}");
        let token = HtmlForm::of(&handed_over.text).field("launch_token");
        let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
        serde_json::from_slice(&claims).unwrap()
    }

    /// The address of the course's members, as a launch names it.
    pub async fn members_url(&self) -> String {
        let claims = self.launch(|spec| spec).await;
        claims[NAMES_AND_ROLES]["context_memberships_url"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Asks for an access token of an app.
    pub async fn ask_token(&self, client_id: &str, scope: &str, deployment: Option<&str>) -> Answer {
        let now = self.gateway().now();
        let mut claims = json!({
            "iss": client_id, "sub": client_id, "aud": self.gateway().at("/platform/token"),
            "iat": now, "exp": now + 60, "jti": uuid::Uuid::new_v4().to_string(),
        });
        if let Some(deployment) = deployment {
            claims["https://purl.imsglobal.org/spec/lti/claim/deployment_id"] = json!(deployment);
        }
        let assertion = self
            .keys
            .id_token(&LaunchSpec::new(Person::Teacher, "").body(claims.to_string()));
        let form = [
            ("grant_type", "client_credentials"),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", &assertion),
            ("scope", scope),
        ];
        let request = self.gateway().client.post(self.gateway().at("/platform/token")).form(&form);
        Answer::of(request.send().await.unwrap()).await
    }

    /// An access token of an app.
    pub async fn token(&self, client_id: &str, scope: &str) -> String {
        let answer = self.ask_token(client_id, scope, None).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// Calls a service.
    pub async fn get(&self, url: &str, token: &str) -> Answer {
        Answer::of(self.gateway().client.get(url).bearer_auth(token).send().await.unwrap()).await
    }

    /// Registers the same LMS anew, in the place of its registration.
    pub async fn replace(&mut self, change: impl FnOnce(&mut Value)) {
        let mut draft = self.school.registration.clone();
        draft["replaces"] = draft["id"].clone();
        change(&mut draft);
        let answer = self.gateway().post("/api/v1/registrations", &self.school.token, &draft).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        self.school.registration = answer.json();
    }
}

/// The address of the next page.
pub fn next_link(answer: &Answer) -> Option<String> {
    let link = answer.headers.get(header::LINK)?.to_str().unwrap();
    assert!(link.ends_with("; rel=\"next\""), "{link}");
    Some(link.trim_start_matches('<').split('>').next().unwrap().to_owned())
}
