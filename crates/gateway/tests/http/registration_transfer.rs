//! `/api/v1/registrations/export` and `…/import`: all registrations as one document, and back.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    registrations::{PATH, create, moodle},
    support::{Answer, CONTOSO, FABRIKAM, OPERATOR, TestGateway},
};

const EXPORT: &str = "/api/v1/registrations/export";
const IMPORT: &str = "/api/v1/registrations/import";

/// The part of an exported registration that outlives a move.
fn essence(mut document: Value) -> Value {
    for registration in document["registrations"].as_array_mut().unwrap() {
        for field in ["id", "createdAt", "toolKeysetUrl", "toolKeysetOutdated"] {
            assert!(
                registration.as_object_mut().unwrap().remove(field).is_some(),
                "{registration}"
            );
        }
    }
    document["registrations"].clone()
}

fn outcomes(report: &Value) -> Vec<(&str, &str)> {
    let entries = report["value"].as_array().unwrap();
    entries
        .iter()
        .enumerate()
        .map(|(index, entry)| {
            assert_eq!(entry["pointer"], format!("/registrations/{index}"));
            (entry["outcome"].as_str().unwrap(), entry["code"].as_str().unwrap_or_default())
        })
        .collect()
}

async fn import(gateway: &TestGateway, token: &str, document: &Value, dry_run: bool) -> Value {
    let answer = gateway.post(&format!("{IMPORT}?dryRun={dry_run}"), token, document).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let report = answer.json();
    assert_eq!(report["dryRun"], dry_run);
    report
}

/// Two registrations, one of which has a deployment that was removed.
async fn furnished(gateway: &TestGateway, token: &str) {
    let mut first = moodle(1);
    first["accessTokenUrl"] = json!("https://moodle1.contoso.example/mod/lti/token.php");
    first["accessTokenAudience"] = json!("https://moodle1.contoso.example");
    first["allowAnonymous"] = json!(true);
    first["deploymentIds"] = json!(["1", "2"]);
    let first = create(gateway, token, &first).await;
    let removed = format!("{PATH}/{}/deployments/2", first["id"].as_str().unwrap());
    assert_eq!(gateway.delete(&removed, token).await.status, 204);
    let mut open = moodle(2);
    open["deploymentIds"] = json!([]);
    open["acceptAnyDeployment"] = json!(true);
    create(gateway, token, &open).await;
}

#[tokio::test]
async fn what_is_exported_is_imported_elsewhere_as_it_was() {
    let (here, there) = (TestGateway::start().await, TestGateway::start().await);
    let (mine, theirs) = (here.tenant(CONTOSO).await, there.tenant(FABRIKAM).await);
    furnished(&here, &mine).await;
    let document = here.get(EXPORT, &mine).await.json();
    assert_eq!((&document["version"], &document["tenantId"]), (&json!(1), &json!(CONTOSO)));
    let deployments = &document["registrations"][0]["deployments"];
    assert_eq!(
        *deployments,
        json!([{ "deploymentId": "1", "state": "accepted" }, { "deploymentId": "2", "state": "rejected" }])
    );

    let rehearsal = import(&there, &theirs, &document, true).await;
    assert_eq!(outcomes(&rehearsal), [("created", ""), ("created", "")]);
    assert!(rehearsal["value"][0]["id"].is_null(), "{rehearsal}");
    assert_eq!(
        there.get(PATH, &theirs).await.json()["value"],
        json!([]),
        "nothing was stored"
    );

    let report = import(&there, &theirs, &document, false).await;
    assert_eq!(
        (&report["created"], &report["existing"], &report["refused"]),
        (&json!(2), &json!(0), &json!(0))
    );
    let path = format!("{PATH}/{}", report["value"][0]["id"].as_str().unwrap());
    assert_eq!(there.get(&path, &theirs).await.json()["tenantId"], FABRIKAM);
    assert_eq!(essence(there.get(EXPORT, &theirs).await.json()), essence(document.clone()));

    let again = import(&there, &theirs, &document, false).await;
    assert_eq!(
        outcomes(&again),
        [("existing", "registration.duplicate"), ("existing", "registration.duplicate")]
    );
    for (there, created) in std::iter::zip(again["value"].as_array().unwrap(), report["value"].as_array().unwrap()) {
        assert_eq!(there["id"], created["id"], "the one that is there");
    }
    let events = there.get("/api/v1/audit-events", &theirs).await.json();
    let actions: Vec<_> = events["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["action"])
        .collect();
    let created = "registration.created";
    assert_eq!(actions, ["registrations.exported", created, created, "tenant.registered"]);
}

#[tokio::test]
async fn what_is_wrong_with_one_does_not_stop_the_others() {
    let gateway = TestGateway::start().await;
    let (contoso, fabrikam) = (gateway.tenant(CONTOSO).await, gateway.tenant(FABRIKAM).await);
    create(&gateway, &fabrikam, &moodle(1)).await;
    create(&gateway, &contoso, &moodle(2)).await;
    let portable = |n| {
        let mut draft = moodle(n);
        let ids = draft.as_object_mut().unwrap().remove("deploymentIds").unwrap();
        let state = |id: &Value| json!({ "deploymentId": id });
        draft["deployments"] = ids.as_array().unwrap().iter().map(state).collect();
        draft
    };
    let mut invalid = portable(3);
    invalid["issuer"] = json!(7);
    invalid["keysetUrl"] = json!("ftp://x");
    invalid["unknown"] = json!(true);
    invalid["deployments"] = json!([{ "deploymentId": "a", "state": "waiting" }, { "deploymentId": "\u{e9}" }, { "deploymentId": "b", "state": "lost" }]);
    let mut same_client = portable(4);
    same_client["deployments"] = json!([{ "deploymentId": "2" }]);
    same_client["keysetUrl"] = json!("https://elsewhere.example/keys");
    let items = json!([
        portable(1),
        portable(2),
        invalid,
        portable(4),
        portable(4),
        same_client,
        "text",
        [1],
        portable(5)
    ]);
    let document = json!({ "version": 1, "registrations": items });
    for dry_run in [true, false] {
        let report = import(&gateway, &contoso, &document, dry_run).await;
        assert_eq!(
            outcomes(&report),
            [
                ("refused", "registration.taken"),
                ("existing", "registration.duplicate"),
                ("refused", "request.invalid"),
                ("created", ""),
                ("refused", "import.repeated"),
                ("refused", "registration.platform_differs"),
                ("refused", "request.invalid"),
                ("refused", "request.invalid"),
                ("created", ""),
            ],
            "{report}"
        );
        let errors = report["value"][2]["errors"].as_array().unwrap();
        let mut pointers: Vec<_> = errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect();
        pointers.sort_unstable();
        assert_eq!(
            pointers,
            [
                "/registrations/2/deployments/1/deploymentId",
                "/registrations/2/deployments/2/state",
                "/registrations/2/issuer",
                "/registrations/2/keysetUrl",
                "/registrations/2/unknown",
            ]
        );
        assert!(!report.to_string().contains(FABRIKAM), "{report}");
    }
    assert_eq!(gateway.get(PATH, &contoso).await.json()["value"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_document_that_is_none_is_refused_whole() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    for (body, pointer) in [
        (json!({}), "/version"),
        (json!({ "version": 2, "registrations": [] }), "/version"),
        (json!({ "version": 1, "registrations": {} }), "/registrations"),
        (json!({ "version": 1, "registrations": [], "more": 1 }), "/more"),
        (json!({ "version": 1, "registrations": vec![1; 10_001] }), "/registrations"),
    ] {
        let answer = gateway.post(IMPORT, &token, &body).await;
        answer.assert_problem(422, "request.invalid");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{answer:?}");
    }
    for query in ["dryRun=maybe", "dryrun=true", "dryRun=true&dryRun=false"] {
        let answer = gateway
            .post(&format!("{IMPORT}?{query}"), &token, &json!({ "version": 1 }))
            .await;
        answer.assert_problem(400, "request.query");
    }
    let long = json!({ "version": 1, "registrations": ["x".repeat(17 * 1024 * 1024)] });
    gateway
        .post(IMPORT, &token, &long)
        .await
        .assert_problem(413, "request.too_large");
    for (method, path, allow) in [
        (Method::GET, IMPORT, "POST"),
        (Method::DELETE, IMPORT, "POST"),
        (Method::POST, EXPORT, "GET, HEAD"),
        (Method::DELETE, EXPORT, "GET, HEAD"),
    ] {
        let answer = Answer::of(gateway.request(method.clone(), path, &token).send().await.unwrap()).await;
        answer.assert_problem(405, "request.method_not_allowed");
        assert_eq!(answer.header("allow"), allow, "{method} {path}");
    }
    let stranger = gateway.app_token(OPERATOR).await;
    gateway
        .post(IMPORT, &stranger, &json!({ "version": 1, "registrations": [] }))
        .await
        .assert_problem(403, "tenant.not_registered");
    // An educator reads, and so may export, but changes nothing.
    let educator = gateway.user_token(CONTOSO, "educator").await;
    assert_eq!(gateway.get(EXPORT, &educator).await.status, 200);
    gateway
        .post(IMPORT, &educator, &json!({ "version": 1, "registrations": [] }))
        .await
        .assert_problem(403, "role.missing");
}

#[tokio::test]
async fn thousands_are_moved_in_one_document() {
    // As operations.md has it for an organization that moves here with so many.
    let gateway = TestGateway::start_with("[tenants]\nmax_unconfirmed = 2000").await;
    let token = gateway.tenant(CONTOSO).await;
    let portable = |n: u32| {
        let mut draft = moodle(n);
        draft.as_object_mut().unwrap().remove("deploymentIds");
        // The first has more deployments than a database takes parameters.
        let deployments = if n == 0 { 8_000 } else { 1 };
        draft["deployments"] = (0..deployments).map(|id| json!({ "deploymentId": id.to_string() })).collect();
        draft
    };
    let registrations: Vec<_> = (0..2_000).map(portable).collect();
    let document = json!({ "version": 1, "registrations": registrations });
    assert!(document.to_string().len() > 256 * 1024, "longer than other bodies may be");
    let report = import(&gateway, &token, &document, false).await;
    assert_eq!((&report["created"], &report["refused"]), (&json!(2_000), &json!(0)));
    let exported = gateway.get(EXPORT, &token).await.json();
    assert_eq!(exported["registrations"].as_array().unwrap().len(), 2_000);
    let again = import(&gateway, &token, &exported, true).await;
    assert_eq!(again["existing"], 2_000);
}

#[tokio::test]
async fn a_document_of_errors_names_some_thousands_and_one_of_each_registration() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let invalid: Value = (0..60).map(|n| (format!("unknown{n}"), json!(0))).collect();
    let document = json!({ "version": 1, "registrations": vec![invalid; 300] });
    let report = import(&gateway, &token, &document, false).await;
    let named = |index: usize| report["value"][index]["errors"].as_array().map_or(0, Vec::len);
    assert_eq!(report["refused"], 300);
    assert_eq!((0..300).map(named).sum::<usize>(), 5_000 + 200);
    assert_eq!((named(0), named(99), named(100), named(299)), (50, 50, 1, 1));
    assert_eq!(report["value"][299]["errors"][0]["pointer"], "/registrations/299/unknown0");
}
