//! Deployments: unlisted ones of private and of shared clients, decisions about them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use practice_lms::{LaunchSpec, Person, claim};
use serde_json::{Value, json};

use crate::{
    handshake::{School, assert_refused, draft, logged_in},
    support::{Answer, FABRIKAM, HtmlForm},
};

const UNLISTED: &str = "registration_not_found.deployment_unlisted";

impl School {
    /// A launch from another deployment of the same client.
    async fn launch_from(&self, deployment: &str, person: Person) -> Answer {
        let mut parameters = self.login_parameters();
        parameters.retain(|(name, _)| name != "lti_deployment_id");
        let login = logged_in(&self.send_login(&parameters).await);
        let spec = LaunchSpec::new(person, login.nonce()).claim(claim::DEPLOYMENT_ID, deployment);
        self.send_launch(&login, &self.lms.id_token(&spec)).await
    }

    async fn deployments(&self) -> Vec<(String, String)> {
        let path = format!("/api/v1/registrations/{}/deployments", self.id());
        let list = self.gateway.get(&path, &self.token).await.json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut all: Vec<_> = list["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (text(&one["deploymentId"]), text(&one["state"])))
            .collect();
        all.sort();
        all
    }

    async fn accept(&self, deployment: &str) -> Answer {
        let path = format!("/api/v1/registrations/{}/deployments", self.id());
        self.gateway
            .post(&path, &self.token, &json!({ "deploymentId": deployment }))
            .await
    }

    async fn remove(&self, deployment: &str) -> Answer {
        let path = format!("/api/v1/registrations/{}/deployments/{deployment}", self.id());
        self.gateway.delete(&path, &self.token).await
    }

    async fn waiting(&self) -> Value {
        let path = format!("/api/v1/registrations/{}", self.id());
        self.gateway.get(&path, &self.token).await.json()["waitingDeployments"].clone()
    }
}

fn states(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(id, state)| ((*id).to_owned(), (*state).to_owned()))
        .collect()
}

#[tokio::test]
async fn an_unlisted_deployment_of_a_private_client_waits_for_its_admin() {
    let school = School::open().await;
    let answer = school.launch_from("2", Person::Teacher).await;
    let failed = school.assert_explained(&answer, UNLISTED).await;
    assert_eq!((&failed["expected"], &failed["seen"]), (&json!("1"), &json!("2")));
    assert!(failed["remedy"].as_str().unwrap().contains("approve it there"), "{failed}");
    assert_eq!(school.deployments().await, states(&[("1", "accepted"), ("2", "waiting")]));
    assert_eq!(school.waiting().await, 1);
    // It waits once, however often it is tried.
    school
        .assert_explained(&school.launch_from("2", Person::Student).await, UNLISTED)
        .await;
    assert_eq!(school.waiting().await, 1);

    let accepted = school.accept("2").await;
    assert_eq!(
        (accepted.status.as_u16(), &accepted.json()["state"]),
        (201, &json!("accepted"))
    );
    assert_eq!(school.launch_from("2", Person::Teacher).await.status, 200);
    assert_eq!(school.waiting().await, 0);

    assert_eq!(school.remove("2").await.status, 204);
    let answer = school.launch_from("2", Person::Teacher).await;
    school.assert_explained(&answer, UNLISTED).await;
    assert_eq!(school.waiting().await, 0, "what was removed doesn't ask again");
    assert_eq!(school.accept("2").await.status, 201);
    assert_eq!(school.launch_from("2", Person::Teacher).await.status, 200);
    assert_eq!(school.launch_from("1", Person::Teacher).await.status, 200);
}

#[tokio::test]
async fn a_deployment_that_cannot_wait_is_not_said_to() {
    let school = School::open().await;
    // No URL could name it.
    let answer = school.launch_from("..", Person::Teacher).await;
    let failed = school.assert_explained(&answer, UNLISTED).await;
    assert_eq!(failed["remedy"], "Add or approve this deployment ID in the registration.");
    assert_eq!(school.waiting().await, 0);
}

#[tokio::test]
async fn a_deployment_that_is_removed_under_way_is_refused() {
    let school = School::open().await;
    let login = school.log_in().await;
    assert_eq!(school.remove("1").await.status, 204);
    let answer = school.send_launch(&login, &school.lms.id_token(&school.spec(&login))).await;
    let failed = school.assert_explained(&answer, UNLISTED).await;
    assert_eq!(failed["expected"], Value::Null, "no deployment is accepted: {failed}");
}

#[tokio::test]
async fn only_a_signed_launch_puts_a_deployment_on_the_waiting_list() {
    let school = School::open().await;
    let forged = |spec: LaunchSpec| {
        spec.claim(claim::DEPLOYMENT_ID, "2")
            .signature(practice_lms::Signature::by(crate::handshake::other_key()))
    };
    assert_refused(&school.launch(forged).await, "launch_invalid.signature");
    assert_refused(
        &school.launch(|spec| spec.claim(claim::DEPLOYMENT_ID, "2")).await,
        "launch_invalid.deployment_mismatch",
    );
    assert_eq!(school.deployments().await, states(&[("1", "accepted")]));
}

#[tokio::test]
async fn a_registration_that_says_so_accepts_every_deployment_of_its_client() {
    let school = School::open_with(|draft| {
        draft["acceptAnyDeployment"] = json!(true);
        draft["deploymentIds"] = json!([]);
    })
    .await;
    for deployment in ["7", "8", "7", "!#/?%20"] {
        let answer = school.launch_from(deployment, Person::Teacher).await;
        assert_eq!(answer.status, 200, "{deployment}: {answer:?}");
    }
    assert_eq!(
        school.deployments().await,
        states(&[("!#/?%20", "accepted"), ("7", "accepted"), ("8", "accepted")])
    );
    assert_eq!(school.remove("!%23%2F%3F%2520").await.status, 204);
    assert_eq!(school.remove("8").await.status, 204);
    assert_refused(&school.launch_from("8", Person::Teacher).await, UNLISTED);
    // A repetition, as of a call whose answer was lost, changes nothing.
    assert_eq!(school.remove("8").await.status, 204);
    let rejected = ("8".to_owned(), "rejected".to_owned());
    assert!(school.deployments().await.contains(&rejected));
    for _ in 0..2 {
        assert_eq!(school.remove("8?forget=true").await.status, 204);
        assert!(!school.deployments().await.iter().any(|(id, _)| id == "8"));
    }
}

#[tokio::test]
async fn decisions_are_validated() {
    let school = School::open().await;
    for bad in ["", " ", &"x".repeat(256), "é", "a\u{0}b"] {
        let answer = school.accept(bad).await;
        answer.assert_problem(422, "request.invalid");
        assert_eq!(answer.json()["errors"][0]["pointer"], "/deploymentId");
    }
    assert_eq!(school.remove("9").await.status, 204, "not there");
    school.remove("9?forget=perhaps").await.assert_problem(400, "request.query");
    let nowhere = "/api/v1/registrations/00000000-0000-4000-8000-000000000000/deployments";
    school
        .gateway
        .get(nowhere, &school.token)
        .await
        .assert_problem(404, "registration.not_found");
    let body = json!({ "deploymentId": "1" });
    school
        .gateway
        .post(nowhere, &school.token, &body)
        .await
        .assert_problem(404, "registration.not_found");
    let one = format!("{nowhere}/1");
    school
        .gateway
        .delete(&one, &school.token)
        .await
        .assert_problem(404, "registration.not_found");
}

/// One Blackboard client that two tenants use, each with a deployment of its own.
async fn shared_client() -> (School, School) {
    let contoso = School::open_with(|draft| draft["platform"] = json!("blackboard")).await;
    let token = contoso.gateway.tenant(FABRIKAM).await;
    let mut of_fabrikam = draft(&contoso.lms);
    of_fabrikam["platform"] = json!("blackboard");
    of_fabrikam["deploymentIds"] = json!(["fabrikam"]);
    let created = contoso.gateway.post("/api/v1/registrations", &token, &of_fabrikam).await;
    assert_eq!(created.status, 201, "{created:?}");
    let fabrikam = School {
        gateway: contoso.gateway.clone(),
        lms: crate::handshake::lms(&contoso.gateway),
        token,
        registration: created.json(),
    };
    (contoso, fabrikam)
}

fn tenant_of(handed_over: &Answer) -> String {
    let token = HtmlForm::of(&handed_over.text).field("launch_token");
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice::<Value>(&payload).unwrap()["tenant_id"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn the_deployment_decides_whose_launch_of_a_shared_client_it_is() {
    let (contoso, fabrikam) = shared_client().await;
    let of_contoso = contoso.launch_from("1", Person::Teacher).await;
    let of_fabrikam = contoso.launch_from("fabrikam", Person::Teacher).await;
    assert_eq!(tenant_of(&of_contoso), crate::support::CONTOSO);
    assert_eq!(tenant_of(&of_fabrikam), FABRIKAM);
    for school in [&contoso, &fabrikam] {
        let list = school.gateway.get("/api/v1/launches", &school.token).await.json();
        let of: Vec<_> = list["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|launch| &launch["registrationId"])
            .collect();
        assert_eq!(of, [school.id()]);
    }
    // The other tenant's deployment can't be taken.
    let answer = fabrikam.accept("1").await;
    answer.assert_problem(409, "registration.taken");
    assert!(
        !answer.text.contains(contoso.id()) && !answer.text.contains(crate::support::CONTOSO),
        "{answer:?}"
    );
    // One that leaves doesn't take the other along.
    let path = format!("/api/v1/registrations/{}", contoso.id());
    assert_eq!(contoso.gateway.delete(&path, &contoso.token).await.status, 204);
    assert_eq!(contoso.launch_from("1", Person::Teacher).await.status, 404);
    assert_eq!(contoso.launch_from("fabrikam", Person::Teacher).await.status, 200);
}

#[tokio::test]
async fn of_a_shared_client_nothing_waits_and_lms_administrators_see_the_id() {
    let (contoso, fabrikam) = shared_client().await;
    for (person, sees) in [(Person::Admin, true), (Person::Teacher, false), (Person::Student, false)] {
        let answer = contoso.launch_from("deployment-of-nobody", person).await;
        assert_refused(&answer, UNLISTED);
        assert_eq!(answer.text.contains("deployment-of-nobody"), sees, "{person:?}");
    }
    // A person with the role but without a signature sees nothing.
    let forged = |spec: LaunchSpec| {
        let spec = spec
            .claim(claim::ROLES, json!(Person::Admin.roles()))
            .claim(claim::DEPLOYMENT_ID, "deployment-of-nobody");
        spec.signature(practice_lms::Signature::by(crate::handshake::other_key()))
    };
    assert!(!contoso.launch(forged).await.text.contains("deployment-of-nobody"));
    for school in [&contoso, &fabrikam] {
        assert_eq!(school.waiting().await, 0);
        assert_eq!(school.deployments().await.len(), 1);
        let list = school
            .gateway
            .get("/api/v1/launches?outcome=refused", &school.token)
            .await
            .json();
        let unlisted = list["value"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|launch| launch["code"] == UNLISTED)
            .count();
        assert_eq!(unlisted, 0, "it is nobody's: {list}");
    }
}

#[tokio::test]
async fn a_shared_client_has_the_same_urls_everywhere_and_no_open_door() {
    let (contoso, fabrikam) = shared_client().await;
    let mut other = draft(&contoso.lms);
    other["platform"] = json!("blackboard");
    other["deploymentIds"] = json!(["third"]);
    let mut any = other.clone();
    any["acceptAnyDeployment"] = json!(true);
    let answer = fabrikam.gateway.post("/api/v1/registrations", &fabrikam.token, &any).await;
    answer.assert_problem(422, "request.invalid");
    assert_eq!(answer.json()["errors"][0]["pointer"], "/acceptAnyDeployment");
    for field in ["keysetUrl", "authenticationUrl"] {
        let mut differs = other.clone();
        differs[field] = json!("http://127.0.0.1:9/other");
        let answer = fabrikam
            .gateway
            .post("/api/v1/registrations", &fabrikam.token, &differs)
            .await;
        answer.assert_problem(409, "registration.platform_differs");
        assert_eq!(answer.json()["errors"][0]["pointer"], format!("/{field}"));
    }
    let answer = fabrikam.gateway.post("/api/v1/registrations", &fabrikam.token, &other).await;
    assert_eq!(answer.status, 201, "{answer:?}");
}
