//! Contests: an organization that proves by a launch that an LMS is its own gets it from the organization that registered it first.

use std::sync::Arc;

use practice_lms::{LaunchSpec, Person, claim};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    databases::on_each_database,
    handshake::{LoggedIn, School, assert_refused, draft, lms, logged_in, other_key},
    registrations::{PATH as REGISTRATIONS, moodle},
    support::{Answer, CONTOSO, FABRIKAM, HtmlForm, TestGateway},
};

pub const PATH: &str = "/api/v1/contests";
const MEMBERSHIP_ADMINISTRATOR: &str = "http://purl.imsglobal.org/vocab/lis/v2/membership#Administrator";

/// An LMS that Contoso registered, and Fabrikam, which contests it.
pub struct Dispute {
    pub school: School,
    pub fabrikam: String,
}

/// How a page of the gateway was posted.
#[derive(Clone, Copy)]
pub enum From {
    /// By a page of the gateway, into a window of its own.
    Window,
    /// By a page of the gateway, into a frame.
    Frame,
    /// By a page of somebody else.
    Stranger,
}

impl Dispute {
    async fn open() -> Self {
        Self::open_at(Arc::new(TestGateway::start().await), |_| ()).await
    }

    pub async fn open_at(gateway: Arc<TestGateway>, change: impl FnOnce(&mut Value)) -> Self {
        let fabrikam = gateway.app_token(FABRIKAM).await;
        let named = json!({ "displayName": "Fabrikam College" });
        assert_eq!(gateway.post("/api/v1/tenant", &fabrikam, &named).await.status, 201);
        let school = School::open_at(gateway, CONTOSO, change).await;
        Self { school, fabrikam }
    }

    pub fn gateway(&self) -> &TestGateway {
        &self.school.gateway
    }

    pub async fn begin(&self, token: &str) -> Value {
        let started = self.gateway().post(PATH, token, &draft(&self.school.lms)).await;
        assert_eq!(started.status, 201, "{started:?}");
        started.json()
    }

    pub async fn send_login(&self, code: &str, parameters: &[(String, String)]) -> Answer {
        let address = self.gateway().at(&format!("/lti/login?claim={code}"));
        Answer::of(self.gateway().client.post(address).form(parameters).send().await.unwrap()).await
    }

    async fn log_in(&self, code: &str) -> LoggedIn {
        logged_in(&self.send_login(code, &self.school.login_parameters()).await)
    }

    /// A launch by that person with this code; what the LMS signs can be bent.
    pub async fn launch(&self, code: &str, person: Person, bend: impl FnOnce(LaunchSpec) -> LaunchSpec) -> Answer {
        let login = self.log_in(code).await;
        let spec = LaunchSpec::new(person, login.nonce()).issued_later(self.gateway().ahead());
        let id_token = self.school.lms.id_token(&bend(spec));
        self.school.send_launch(&login, &id_token).await
    }

    /// The confirmation that the launch of an administrator leads to.
    pub async fn prove(&self, code: &str) -> String {
        let offered = self.launch(code, Person::Admin, |spec| spec).await;
        assert_eq!(offered.status, 200, "{offered:?}");
        let form = HtmlForm::of(&offered.text);
        assert!(form.action.ends_with("/lti/claim"), "a window of its own first: {offered:?}");
        form.field("proof")
    }

    pub async fn send(&self, path: &str, proof: &str, from: From) -> Answer {
        let (site, destination) = match from {
            From::Window => ("same-origin", "document"),
            From::Frame => ("same-origin", "iframe"),
            From::Stranger => ("cross-site", "document"),
        };
        let request = self.gateway().client.post(self.gateway().at(path)).form(&[("proof", proof)]);
        let request = request.header("sec-fetch-site", site).header("sec-fetch-dest", destination);
        Answer::of(request.send().await.unwrap()).await
    }

    pub async fn confirm(&self, proof: &str) -> Answer {
        self.send("/lti/claim/confirm", proof, From::Window).await
    }

    async fn state(&self, token: &str, contest: &Value) -> String {
        let path = format!("{PATH}/{}", contest["id"].as_str().unwrap());
        let found = self.gateway().get(&path, token).await.json();
        assert!(found.get("code").is_none() && found.get("loginUrl").is_none(), "{found}");
        found["state"].as_str().unwrap().to_owned()
    }

    async fn trail(&self, token: &str) -> Vec<(String, Value)> {
        let events = self.gateway().get("/api/v1/audit-events", token).await.json();
        let events = events["value"].as_array().unwrap().iter();
        let action = |event: &Value| (event["action"].as_str().unwrap().to_owned(), event.clone());
        events.map(action).collect()
    }

    /// Everything that the holder can see of its registration: what an attempt must not change.
    async fn holders_view(&self) -> Value {
        let (gateway, token) = (self.gateway(), &self.school.token);
        let registration = gateway.get(&format!("{REGISTRATIONS}/{}", self.school.id()), token).await;
        assert_eq!(registration.status, 200, "{registration:?}");
        let mut registration = registration.json();
        registration["lastLaunchAt"].take();
        // The state of the keyset at this address is the same for every registration.
        assert_ne!(registration["health"].take()["state"], "bad");
        let refused = gateway.get("/api/v1/launches?outcome=refused", token).await.json();
        let trail: Vec<_> = self.trail(token).await;
        json!([registration, refused, trail.len()])
    }
}

/// Begins a contest of a school's organization against a registration that another one adds.
pub async fn begin_any(school: &School) -> String {
    let gateway = &school.gateway;
    let is_contoso = school.registration["tenantId"] == CONTOSO;
    let rival = gateway.tenant(if is_contoso { FABRIKAM } else { CONTOSO }).await;
    // It may be there from before.
    let added = gateway.post(REGISTRATIONS, &rival, &moodle(78)).await;
    assert!([201, 409].contains(&added.status.as_u16()), "{added:?}");
    let started = gateway.post(PATH, &school.token, &moodle(78)).await;
    assert_eq!(started.status, 201, "{started:?}");
    started.json()["id"].as_str().unwrap().to_owned()
}

pub fn code(contest: &Value) -> &str {
    contest["code"].as_str().unwrap()
}

#[tokio::test]
async fn whoever_proves_that_an_lms_is_theirs_gets_it_and_the_holder_proves_back() {
    on_each_database(async |database| {
        let gateway = Arc::new(TestGateway::start_on(database, "").await);
        gateway.stop_clock();
        let dispute = Dispute::open_at(gateway, |_| ()).await;
        let (school, fabrikam) = (&dispute.school, &dispute.fabrikam);
        let gateway = dispute.gateway();
        let taken = gateway.post(REGISTRATIONS, fabrikam, &draft(&school.lms)).await;
        taken.assert_problem(409, "registration.taken");
        assert!(taken.text.contains("contest the registration"), "{taken:?}");

        let before = dispute.holders_view().await;
        let contest = dispute.begin(fabrikam).await;
        assert_eq!(code(&contest).len(), 22, "128 bits: {contest}");
        assert_eq!(
            contest["loginUrl"],
            gateway.at(&format!("/lti/login?claim={}", code(&contest)))
        );
        assert_eq!(dispute.state(fabrikam, &contest).await, "open");
        let list = gateway.get(PATH, fabrikam).await;
        assert!(
            list.text.contains(contest["id"].as_str().unwrap()) && !list.text.contains(code(&contest)),
            "{list:?}"
        );

        let proof = dispute.prove(code(&contest)).await;
        let asked = dispute.send("/lti/claim", &proof, From::Window).await;
        assert_eq!(asked.status, 200, "{asked:?}");
        assert!(
            asked.text.contains("You connect this LMS to Fabrikam College") && asked.text.contains(school.lms.issuer()),
            "{asked:?}"
        );
        assert!(
            asked.header("content-security-policy").contains("frame-ancestors 'none'"),
            "{asked:?}"
        );
        assert_eq!(dispute.holders_view().await, before, "nothing happens without a confirmation");
        assert_eq!(school.launch(|spec| spec).await.status, 200);

        // A launch of the holder that is started before, and finished after.
        let login = school.log_in().await;
        let id_token = school.lms.id_token(&school.spec(&login));
        gateway.advance(2);
        let form = HtmlForm::of(&asked.text);
        assert!(form.action.ends_with("/lti/claim/confirm"));
        let done = dispute.confirm(&form.field("proof")).await;
        assert_eq!(done.status, 200, "{done:?}");
        assert!(
            done.text.contains("connected to Fabrikam College") && done.text.contains(&gateway.at("/lti/login")),
            "{done:?}"
        );
        assert_refused(&school.send_launch(&login, &id_token).await, "registration_not_found.deleted");
        let path = format!("{REGISTRATIONS}/{}", school.id());
        gateway
            .get(&path, &school.token)
            .await
            .assert_problem(404, "registration.not_found");

        // From now on launches are Fabrikam's.
        assert_eq!(school.launch(|spec| spec).await.status, 200);
        let won = gateway.get(REGISTRATIONS, fabrikam).await.json()["value"][0].clone();
        let launches = gateway.get("/api/v1/launches?outcome=accepted", fabrikam).await.json();
        assert_eq!(launches["value"][0]["registrationId"], won["id"], "{launches}");
        assert_eq!(dispute.state(fabrikam, &contest).await, "proven");
        let found = gateway
            .get(&format!("{PATH}/{}", contest["id"].as_str().unwrap()), fabrikam)
            .await
            .json();
        assert_eq!(found["registrationId"], won["id"]);

        // Both see it; the holder sees nothing of Fabrikam.
        let (_, lost) = dispute
            .trail(&school.token)
            .await
            .into_iter()
            .find(|(action, _)| action == "claim.lost")
            .unwrap();
        assert_eq!(
            (&lost["by"]["id"], &lost["subject"]["id"]),
            (&json!("gateway"), &json!(school.id()))
        );
        assert!(!lost.to_string().contains(FABRIKAM), "{lost}");
        let of_fabrikam: Vec<_> = dispute.trail(fabrikam).await.into_iter().map(|(action, _)| action).collect();
        for action in ["contest.created", "contest.proven", "registration.created"] {
            assert!(of_fabrikam.iter().any(|seen| seen == action), "{action} in {of_fabrikam:?}");
        }

        // Code and confirmation count once.
        let again = dispute.send_login(code(&contest), &school.login_parameters()).await;
        assert_refused(&again, "contest.used");
        assert_refused(&dispute.confirm(&proof).await, "contest.confirmation");
        let path = format!("{PATH}/{}", contest["id"].as_str().unwrap());
        gateway.delete(&path, fabrikam).await.assert_problem(409, "contest.proven");

        // The holder proves back.
        let back = dispute.begin(&school.token).await;
        let proof = dispute.prove(code(&back)).await;
        let asked = dispute.send("/lti/claim", &proof, From::Window).await;
        assert!(asked.text.contains("You connect this LMS to A University"), "{asked:?}");
        assert_eq!(dispute.confirm(&proof).await.status, 200);
        let lost = dispute.trail(fabrikam).await;
        assert!(lost.iter().any(|(action, _)| action == "claim.lost"), "{lost:?}");
        let registrations = gateway.get(REGISTRATIONS, fabrikam).await.json();
        assert_eq!(registrations["value"], json!([]));
        assert_eq!(school.launch(|spec| spec).await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn an_attempt_changes_nothing_for_the_holder() {
    let dispute = Dispute::open().await;
    let (school, fabrikam) = (&dispute.school, &dispute.fabrikam);
    let gateway = dispute.gateway();
    assert_eq!(school.launch(|spec| spec).await.status, 200);
    let before = dispute.holders_view().await;
    let contest = dispute.begin(fabrikam).await;
    let code = code(&contest);

    for person in [Person::Teacher, Person::Student] {
        assert_refused(&dispute.launch(code, person, |spec| spec).await, "contest.role");
    }
    let of_a_course = dispute
        .launch(code, Person::Admin, |spec| {
            spec.claim(claim::ROLES, json!([MEMBERSHIP_ADMINISTRATOR]))
        })
        .await;
    assert_refused(&of_a_course, "contest.role");
    let without_roles = dispute
        .launch(code, Person::Admin, |spec| spec.claim(claim::ROLES, json!([])))
        .await;
    assert_refused(&without_roles, "contest.role");
    let stolen = dispute
        .launch(code, Person::Admin, |spec| {
            spec.signature(practice_lms::Signature::OtherKey(Box::new(other_key())))
        })
        .await;
    assert_refused(&stolen, "launch_invalid.signature");

    let parameters = school.login_parameters();
    let unknown = dispute.send_login("AAAAAAAAAAAAAAAAAAAAAA", &parameters).await;
    let reference = assert_refused(&unknown, "contest.unknown");
    let record = gateway
        .get(&format!("/api/v1/launches/{reference}"), &school.token)
        .await
        .json();
    assert_eq!(record["registrationId"], Value::Null, "none of the holder's: {record}");
    assert_refused(&dispute.send_login("", &parameters).await, "contest.unknown");
    for (name, value) in [("iss", "https://other.example"), ("client_id", "other")] {
        let mut bent = parameters.clone();
        bent.iter_mut().find(|(key, _)| key == name).unwrap().1 = value.to_owned();
        assert_refused(&dispute.send_login(code, &bent).await, "contest.client");
    }
    let withdrawn = dispute.begin(fabrikam).await;
    let login = dispute.log_in(withdrawn["code"].as_str().unwrap()).await;
    let path = format!("{PATH}/{}", withdrawn["id"].as_str().unwrap());
    assert_eq!(gateway.delete(&path, fabrikam).await.status, 204);
    let id_token = school.lms.id_token(&LaunchSpec::new(Person::Admin, login.nonce()));
    assert_refused(&school.send_launch(&login, &id_token).await, "contest.unknown");

    // A confirmation counts for ten minutes, and what isn't confirmed is nothing.
    let proof = dispute.prove(code).await;
    gateway.advance(601);
    assert_refused(&dispute.confirm(&proof).await, "contest.confirmation");
    let login = dispute.log_in(code).await;
    gateway.advance(7 * 86_400 - 601);
    assert_refused(&dispute.send_login(code, &parameters).await, "contest.expired");
    assert!(school.send_launch(&login, "x").await.status.is_client_error());

    let token = gateway.app_token(FABRIKAM).await;
    assert_eq!(dispute.state(&token, &contest).await, "expired");
    let mut dispute = dispute;
    dispute.school.token = gateway_token(&dispute).await;
    assert_eq!(dispute.holders_view().await, before);
    assert_eq!(dispute.school.launch(|spec| spec).await.status, 200);
}

async fn gateway_token(dispute: &Dispute) -> String {
    dispute.gateway().app_token(CONTOSO).await
}

#[tokio::test]
async fn a_code_that_was_sent_to_somebody_else_connects_nothing_by_itself() {
    let dispute = Dispute::open().await;
    let contest = dispute.begin(&dispute.fabrikam).await;
    let before = dispute.holders_view().await;
    // An administrator of Contoso's LMS follows a stranger's link with the stranger's code.
    let proof = dispute.prove(code(&contest)).await;
    let framed = dispute.send("/lti/claim", &proof, From::Frame).await;
    assert_eq!(framed.status, 200);
    assert!(
        HtmlForm::of(&framed.text).action.ends_with("/lti/claim") && !framed.text.contains("Fabrikam"),
        "never in a frame: {framed:?}"
    );
    // The stranger's page can neither ask nor confirm in the administrator's name, nor guess the confirmation.
    for path in ["/lti/claim", "/lti/claim/confirm"] {
        assert_refused(&dispute.send(path, &proof, From::Stranger).await, "contest.confirmation");
        let guessed = dispute.send(path, code(&contest), From::Window).await;
        assert_refused(&guessed, "contest.confirmation");
    }
    let without_origin = dispute.gateway().client.post(dispute.gateway().at("/lti/claim/confirm"));
    let answer = Answer::of(without_origin.form(&[("proof", &proof)]).send().await.unwrap()).await;
    assert_refused(&answer, "contest.confirmation");
    // The administrator sees to whom the LMS would be connected.
    let asked = dispute.send("/lti/claim", &proof, From::Window).await;
    assert!(asked.text.contains("You connect this LMS to Fabrikam College"), "{asked:?}");
    assert_eq!(dispute.holders_view().await, before);
    assert_eq!(dispute.school.launch(|spec| spec).await.status, 200);
}

#[tokio::test]
async fn keys_that_are_not_the_issuers_own_prove_nothing() {
    let dispute = Dispute::open().await;
    let own = lms(dispute.gateway());
    let mut contender = draft(&dispute.school.lms);
    contender["keysetUrl"] = json!(own.keyset_url());
    contender["authenticationUrl"] = json!(own.authentication_url());
    let refused = dispute.gateway().post(PATH, &dispute.fabrikam, &contender).await;
    refused.assert_problem(409, "contest.unprovable");
    assert!(refused.text.contains("lms-gateway release"), "{refused:?}");
    let german = dispute
        .gateway()
        .request(Method::POST, PATH, &dispute.fabrikam)
        .header("accept-language", "de");
    let german = Answer::of(german.json(&contender).send().await.unwrap()).await;
    assert!(
        german.text.contains("Bitten Sie den Betreiber") && german.text.contains("lms-gateway release"),
        "{german:?}"
    );
    let list = dispute.gateway().get(PATH, &dispute.fabrikam).await.json();
    assert_eq!(list["value"], json!([]));
}

#[tokio::test]
async fn a_contest_is_validated_as_a_registration_and_one_tenant_has_twenty() {
    let dispute = Dispute::open().await;
    let (gateway, fabrikam) = (dispute.gateway(), &dispute.fabrikam);
    let post = async |body: &Value| gateway.post(PATH, fabrikam, body).await;
    post(&moodle(1)).await.assert_problem(409, "contest.not_taken");
    let own = gateway.post(PATH, &dispute.school.token, &draft(&dispute.school.lms)).await;
    own.assert_problem(409, "registration.duplicate");
    let mut faulty = draft(&dispute.school.lms);
    faulty["name"] = json!("");
    faulty["issuer"] = json!("x");
    let refused = post(&faulty).await;
    refused.assert_problem(422, "request.invalid");
    assert_eq!(refused.json()["errors"].as_array().unwrap().len(), 2, "{refused:?}");
    let mut replacing = draft(&dispute.school.lms);
    replacing["replaces"] = json!(dispute.school.id());
    let refused = post(&replacing).await;
    refused.assert_problem(422, "request.invalid");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/replaces");

    let mut contest = Value::Null;
    for _ in 0..20 {
        contest = dispute.begin(fabrikam).await;
    }
    post(&draft(&dispute.school.lms))
        .await
        .assert_problem(409, "contest.too_many");
    let path = format!("{PATH}/{}", contest["id"].as_str().unwrap());
    for method in [Method::GET, Method::DELETE] {
        let request = gateway.request(method, &path, &dispute.school.token);
        Answer::of(request.send().await.unwrap())
            .await
            .assert_problem(404, "contest.not_found");
    }
    let page = gateway.get(&format!("{PATH}?limit=15"), fabrikam).await.json();
    assert_eq!(
        (page["value"].as_array().unwrap().len(), &page["value"][0]["id"]),
        (15, &contest["id"])
    );
    let next = page["nextLink"].as_str().unwrap().strip_prefix(&gateway.url).unwrap();
    let rest = gateway.get(next, fabrikam).await.json();
    assert_eq!((rest["value"].as_array().unwrap().len(), rest.get("nextLink")), (5, None));
    assert_eq!(gateway.delete(&path, fabrikam).await.status, 204);
    dispute.begin(fabrikam).await;
}

#[tokio::test]
async fn of_two_confirmations_at_once_one_counts() {
    on_each_database(async |database| {
        let dispute = Dispute::open_at(Arc::new(TestGateway::start_on(database, "").await), |_| ()).await;
        let contest = dispute.begin(&dispute.fabrikam).await;
        let proof = dispute.prove(code(&contest)).await;
        let (one, other) = tokio::join!(dispute.confirm(&proof), dispute.confirm(&proof));
        let (done, refused) = if one.status == 200 { (one, other) } else { (other, one) };
        assert_eq!(done.status, 200, "{done:?}");
        assert_refused(&refused, "contest.confirmation");
        let list = dispute.gateway().get(REGISTRATIONS, &dispute.fabrikam).await.json();
        assert_eq!(list["value"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn of_a_shared_client_a_launch_proves_its_deployment_only() {
    let shared = |draft: &mut Value| {
        draft["platform"] = json!("blackboard");
        draft["deploymentIds"] = json!(["1", "2"]);
    };
    let dispute = Dispute::open_at(Arc::new(TestGateway::start().await), shared).await;
    let (gateway, fabrikam) = (dispute.gateway(), &dispute.fabrikam);
    let begin = async |deployments: Value| {
        let mut body = draft(&dispute.school.lms);
        body["platform"] = json!("blackboard");
        body["deploymentIds"] = deployments;
        gateway.post(PATH, fabrikam, &body).await
    };
    for deployments in [json!([]), json!(["1", "2"])] {
        let refused = begin(deployments).await;
        refused.assert_problem(422, "request.invalid");
        assert_eq!(refused.json()["errors"][0]["pointer"], "/deploymentIds");
    }
    let other = begin(json!(["2"])).await.json();
    let refused = dispute.launch(code(&other), Person::Admin, |spec| spec).await;
    assert_refused(&refused, "contest.deployment");

    let contest = begin(json!(["1"])).await.json();
    let proof = dispute.prove(code(&contest)).await;
    assert_eq!(dispute.confirm(&proof).await.status, 200);
    let path = format!("{REGISTRATIONS}/{}", dispute.school.id());
    let left = gateway.get(&path, &dispute.school.token).await.json();
    assert_eq!(left["deploymentIds"], json!(["2"]));
    let won = gateway.get(REGISTRATIONS, fabrikam).await.json();
    assert_eq!(won["value"][0]["deploymentIds"], json!(["1"]));
    let lost = dispute.trail(&dispute.school.token).await;
    let (_, lost) = lost.iter().find(|(action, _)| action == "claim.lost").unwrap();
    assert_eq!(
        (&lost["subject"]["kind"], &lost["subject"]["id"]),
        (&json!("deployment"), &json!("1"))
    );
}
