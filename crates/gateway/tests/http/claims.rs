//! Claims to an LMS: the operator sees and undoes them, and an organization has a limited number of them.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    command_line::{ended, gateway},
    databases::on_each_database,
    handshake::{School, assert_refused, draft},
    registrations::{PATH, create, moodle},
    support::{Answer, CONTOSO, FABRIKAM, TestGateway},
};

const CHECK: &str = "/api/v1/registrations/check";
const IMPORT: &str = "/api/v1/registrations/import";

/// Exit code, standard output, standard error.
fn run(database: &str, arguments: &[&str]) -> (i32, String, String) {
    let output = ended(gateway(&[arguments, &["--dev"]].concat(), &[("DATABASE__URL", database)]));
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

async fn trail(gateway: &TestGateway, token: &str, action: &str) -> Vec<Value> {
    let events = gateway.get(&format!("/api/v1/audit-events?action={action}"), token).await;
    events.json()["value"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_operator_sees_whose_lms_it_is_and_gives_it_to_another() {
    on_each_database(async |database| {
        let serving = Arc::new(TestGateway::start_on(database, "").await);
        let mut school = School::open_at(Arc::clone(&serving), CONTOSO, |_| ()).await;
        let fabrikam = serving.tenant(FABRIKAM).await;
        let (issuer, client) = (school.lms.issuer().to_owned(), school.lms.client_id.clone());
        let who_has = || run(database, &["who-has", &issuer, &client]);
        let (code, said, _) = who_has();
        assert_eq!(code, 0, "{said}");
        for part in [
            CONTOSO,
            "A University",
            "(registered)",
            "never launched",
            "no launch confirmed",
            school.id(),
        ] {
            assert!(said.contains(part), "{part} in {said}");
        }
        assert_eq!(school.launch(|spec| spec).await.status, 200);
        let (_, said, _) = who_has();
        assert!(
            said.contains("last launched on") && said.contains("1 confirmed by launches"),
            "{said}"
        );
        let unlisted = run(database, &["who-has", &issuer, &client, "no-such-deployment"]);
        assert!(unlisted.0 == 0 && unlisted.1.contains("all of the client ID"), "{unlisted:?}");
        let unknown = run(database, &["who-has", &format!("{issuer}/"), &client]);
        assert!(unknown.0 == 3 && unknown.1.contains("Nobody has"), "{unknown:?}");

        let take = async || serving.post(PATH, &fabrikam, &draft(&school.lms)).await;
        take().await.assert_problem(409, "registration.taken");
        let release = |more: &[&str]| run(database, &[&["release", &issuer, &client], more].concat());
        assert_eq!(release(&[]).0, 2, "whose it is must be named");
        assert_eq!(release(&["--tenant", FABRIKAM, "--yes"]).0, 3);
        let (code, _, said) = release(&["--tenant", CONTOSO, "--for", CONTOSO, "--yes"]);
        assert!(code == 1 && said.contains("--for"), "{said}");
        let (code, said, _) = release(&["--tenant", CONTOSO, "--for", FABRIKAM]);
        assert!(
            code == 4 && said.contains(school.id()) && said.contains("Nothing was changed"),
            "{said}"
        );
        assert_eq!(school.launch(|spec| spec).await.status, 200, "not yet");

        let login = school.log_in().await;
        let id_token = school.lms.id_token(&school.spec(&login));
        let (code, said, _) = release(&["--tenant", CONTOSO, "--for", FABRIKAM, "--yes"]);
        assert!(code == 0 && said.contains(school.id()), "{said}");
        assert_refused(&school.send_launch(&login, &id_token).await, "registration_not_found.deleted");
        let lost = trail(&serving, &school.token, "registration.released").await;
        let won = trail(&serving, &fabrikam, "client.released").await;
        assert_eq!((lost.len(), won.len()), (1, 1), "{lost:?} {won:?}");
        assert_eq!(lost[0]["subject"]["id"], school.id());
        for event in [&lost[0], &won[0]] {
            assert_eq!(event["by"]["id"], "operator");
        }
        assert!(
            !won[0].to_string().contains(school.id()),
            "nothing of the other organization: {won:?}"
        );

        let taken = take().await;
        assert_eq!(taken.status, 201, "{taken:?}");
        school.registration = taken.json();
        assert_eq!(school.launch(|spec| spec).await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn the_lms_of_an_organization_that_is_shut_out_can_be_registered_by_another() {
    on_each_database(async |database| {
        let serving = Arc::new(TestGateway::start_on(database, "").await);
        let school = School::open_at(Arc::clone(&serving), CONTOSO, |_| ()).await;
        let fabrikam = serving.tenant(FABRIKAM).await;
        let draft = draft(&school.lms);
        let findings = async || serving.post(CHECK, &fabrikam, &draft).await;
        assert!(findings().await.text.contains("registration.taken"));
        assert_eq!(run(database, &["withdraw-approval", CONTOSO]).0, 0);
        assert!(!findings().await.text.contains("registration.taken"));
        assert_eq!(serving.post(PATH, &fabrikam, &draft).await.status, 201);

        assert_eq!(run(database, &["approve-tenant", CONTOSO]).0, 0);
        let path = format!("{PATH}/{}", school.id());
        serving
            .get(&path, &school.token)
            .await
            .assert_problem(404, "registration.not_found");
        let lost = trail(&serving, &school.token, "registration.released").await;
        assert_eq!(
            (&lost[0]["by"]["id"], &lost[0]["subject"]["id"]),
            (&json!("gateway"), &json!(school.id()))
        );
        serving
            .post(PATH, &school.token, &draft)
            .await
            .assert_problem(409, "registration.taken");
    })
    .await;
}

#[tokio::test]
async fn an_organization_has_so_many_registrations_and_so_many_that_nobody_launched() {
    on_each_database(async |database| {
        let limits = "[tenants]\nmax_registrations = 3\nmax_unconfirmed = 2";
        let serving = TestGateway::start_on(database, limits).await;
        let token = serving.tenant(CONTOSO).await;
        let post = async |path: &str, body: &Value, language: &str| {
            let request = serving.request(Method::POST, path, &token).json(body);
            Answer::of(request.header("accept-language", language).send().await.unwrap()).await
        };
        for n in 1..=2 {
            create(&serving, &token, &moodle(n)).await;
        }
        let document = json!({ "version": 1, "registrations": (2..=4).map(portable).collect::<Vec<_>>() });
        for (code, german) in [
            ("registration.too_many_unconfirmed", "noch nichts gestartet"),
            ("registration.too_many", "die 3 Registrierungen"),
        ] {
            let refused = post(PATH, &moodle(3), "en").await;
            refused.assert_problem(409, code);
            assert!(refused.text.contains("ask the operator"), "{refused:?}");
            assert!(post(PATH, &moodle(3), "de").await.text.contains(german));
            let check = post(CHECK, &moodle(3), "de").await.json();
            let findings = check["findings"].as_array().unwrap();
            let finding = findings.iter().find(|finding| finding["code"] == code).unwrap();
            assert_eq!((&check["passed"], &finding["severity"]), (&json!(false), &json!("error")));
            assert!(finding["seen"].as_str().unwrap().contains(german), "{finding}");
            for dry_run in [true, false] {
                let report = post(&format!("{IMPORT}?dryRun={dry_run}"), &document, "en").await.json();
                assert_eq!(
                    (&report["created"], &report["existing"], &report["refused"]),
                    (&json!(0), &json!(1), &json!(2))
                );
                assert_eq!(
                    (&report["value"][1]["code"], &report["value"][2]["code"]),
                    (&json!(code), &json!(code))
                );
            }
            // Another deployment of a client that is there is none more that nobody launched.
            let mut more = moodle(1);
            more["deploymentIds"] = json!(["2"]);
            let answer = serving.post(PATH, &token, &more).await;
            assert!([201, 409].contains(&answer.status.as_u16()), "{answer:?}");
        }
    })
    .await;
}

/// As an export has it.
fn portable(n: u32) -> Value {
    let mut registration = moodle(n);
    let fields = registration.as_object_mut().unwrap();
    fields.remove("deploymentIds");
    fields.insert(
        "deployments".to_owned(),
        json!([{ "deploymentId": "1", "state": "accepted" }]),
    );
    registration
}
