//! `/api/v1/registrations` over HTTP: create, list, find, replace, delete.

use std::collections::HashSet;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    handshake::School,
    support::{Answer, CONTOSO, FABRIKAM, TestGateway},
};

pub const PATH: &str = "/api/v1/registrations";

/// A registration of an LMS that doesn't answer.
pub fn moodle(n: u32) -> Value {
    let site = format!("https://moodle{n}.contoso.example");
    json!({
        "name": format!("Moodle {n}"), "appId": "launch-inspector", "platform": "moodle",
        "issuer": site, "clientId": format!("client{n}"), "deploymentIds": ["1"],
        "authenticationUrl": format!("{site}/mod/lti/auth.php"), "keysetUrl": format!("{site}/mod/lti/certs.php"),
    })
}

pub async fn create(gateway: &TestGateway, token: &str, draft: &Value) -> Value {
    let answer = gateway.post(PATH, token, draft).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()
}

#[tokio::test]
async fn a_registration_is_added_found_and_deleted() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let mut draft = moodle(1);
    draft["accessTokenUrl"] = json!("https://moodle1.contoso.example/mod/lti/token.php");
    draft["allowAnonymous"] = json!(true);
    let answer = gateway.post(PATH, &token, &draft).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let created = answer.json();
    for (name, value) in draft.as_object().unwrap() {
        assert_eq!(&created[name], value, "{name}");
    }
    assert_eq!(
        (&created["tenantId"], &created["createdBy"]["kind"]),
        (&json!(CONTOSO), &json!("app"))
    );
    assert_eq!(
        (&created["lastLaunchAt"], &created["health"]["state"]),
        (&json!(null), &json!("unknown"))
    );
    let path = format!("{PATH}/{}", created["id"].as_str().unwrap());
    assert_eq!(answer.header("location"), gateway.at(&path));
    assert_eq!(gateway.get(&path, &token).await.json(), created);
    let upper = path.replace(
        created["id"].as_str().unwrap(),
        &created["id"].as_str().unwrap().to_uppercase(),
    );
    assert_eq!(gateway.get(&upper, &token).await.status, 200);

    assert_eq!(gateway.delete(&path, &token).await.status, 204);
    for answer in [gateway.get(&path, &token).await, gateway.delete(&path, &token).await] {
        answer.assert_problem(404, "registration.not_found");
    }
    assert_eq!(gateway.get(PATH, &token).await.json()["value"], json!([]));
    // The events stay on record.
    let events = gateway.get("/api/v1/audit-events", &token).await.json();
    let actions: Vec<_> = events["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["action"].clone())
        .collect();
    assert_eq!(actions, ["registration.deleted", "registration.created", "tenant.registered"]);
    // And the client is free again.
    create(&gateway, &token, &draft).await;
}

#[tokio::test]
async fn pages_lead_through_the_whole_list_once() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    for n in 0..7 {
        let mut draft = moodle(n);
        // Equal names, so that the id must decide.
        draft["name"] = json!(if n < 4 { "Same name" } else { "another name" });
        create(&gateway, &token, &draft).await;
    }
    for sort in ["name", "-name", "createdAt", "-createdAt", "lastLaunchAt", "-lastLaunchAt"] {
        let mut next = gateway.at(&format!("{PATH}?sort={sort}&limit=2&platform=moodle"));
        let (mut seen, mut order, mut pages) = (HashSet::new(), Vec::new(), 0);
        loop {
            let page = Answer::of(gateway.client.get(&next).bearer_auth(&token).send().await.unwrap()).await;
            assert_eq!(page.status, 200, "{page:?}");
            pages += 1;
            for one in page.json()["value"].as_array().unwrap() {
                assert!(seen.insert(one["id"].as_str().unwrap().to_owned()), "{sort}: twice");
                order.push(one[sort.trim_start_matches('-')].as_str().unwrap_or_default().to_lowercase());
            }
            match page.json()["nextLink"].as_str() {
                Some(link) => next = link.to_owned(),
                None => break,
            }
            assert!(next.starts_with(&gateway.url), "absolute: {next}");
        }
        assert_eq!((seen.len(), pages), (7, 4), "{sort}");
        if sort.starts_with('-') {
            order.reverse();
        }
        assert!(order.is_sorted(), "{sort}: {order:?}");
    }
    // A cursor belongs to its order, and nobody writes one by hand.
    let first = gateway.get(&format!("{PATH}?limit=2"), &token).await.json();
    let link = reqwest::Url::parse(first["nextLink"].as_str().unwrap()).unwrap();
    let cursor = link.query_pairs().find(|(name, _)| name == "cursor").unwrap().1.into_owned();
    let tampered = format!("{}x{}", &cursor[..3], &cursor[4..]);
    for query in [
        format!("limit=2&sort=createdAt&cursor={cursor}"),
        format!("limit=2&sort=-name&cursor={cursor}"),
        format!("cursor={tampered}"),
        format!("cursor={cursor}A"),
        "cursor=".to_owned(),
        "cursor=%00".to_owned(),
        "cursor=e30".to_owned(),
    ] {
        let answer = gateway.get(&format!("{PATH}?{query}"), &token).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (400, "request.query"),
            "{query}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn nobody_writes_the_cursor_of_a_list_by_hand() {
    let school = School::open().await;
    let (gateway, token) = (&school.gateway, &school.token);
    create(gateway, token, &moodle(1)).await;
    for _ in 0..2 {
        assert_eq!(school.launch(|spec| spec).await.status, 200);
        crate::problem_reports::send(gateway, token).await;
    }
    let lists = [PATH, "/api/v1/launches", "/api/v1/audit-events", "/api/v1/problem-reports"];
    let mut cursors = Vec::new();
    for list in lists {
        let first = gateway.get(&format!("{list}?limit=1"), token).await.json();
        let link = reqwest::Url::parse(first["nextLink"].as_str().unwrap()).unwrap();
        let cursor = link.query_pairs().find(|(name, _)| name == "cursor").unwrap().1.into_owned();
        let next = gateway.get(&format!("{list}?cursor={cursor}"), token).await;
        assert_eq!(next.status, 200, "{next:?}");
        cursors.push(cursor);
    }
    for (index, list) in lists.into_iter().enumerate() {
        let own = &cursors[index];
        // Those of audit events and reports differ in a name only, too.
        let others = cursors.iter().filter(|cursor| *cursor != own).cloned();
        let tampered = [
            format!("{}x{}", &own[..3], &own[4..]),
            format!("{own}A"),
            own[..own.len() - 4].to_owned(),
            String::new(),
            "%00".to_owned(),
            "e30".to_owned(),
        ];
        for cursor in others.chain(tampered) {
            let answer = gateway.get(&format!("{list}?cursor={cursor}"), token).await;
            answer.assert_problem(400, "request.query");
        }
    }
}

#[tokio::test]
async fn lists_are_searched_and_filtered() {
    let school = School::open().await;
    let (gateway, token) = (&school.gateway, &school.token);
    let mut sakai = moodle(2);
    sakai["platform"] = json!("sakai");
    sakai["name"] = json!("100% Sakai_Äpfel");
    sakai["deploymentIds"] = json!(["first", "Deploy-Nr%5"]);
    create(gateway, token, &sakai).await;
    let checked = gateway
        .post(&format!("{PATH}/{}/check", school.id()), token, &json!({}))
        .await;
    assert_eq!(checked.json()["passed"], true, "{checked:?}");
    for (query, count) in [
        ("", 2),
        ("search=practice", 1),
        ("search=PRACTICE", 1),
        ("search=moodle2.contoso", 1),
        ("search=client2", 1),
        ("search=%C3%A4PFEL", 1),
        ("search=100%25", 1),
        ("search=%25", 1),
        ("search=_", 1),
        ("search=%27%20OR%201%3D1%20--", 0),
        ("search=deploy-nr%255", 1),
        ("search=FIRST", 1),
        ("search=deploy-nr_5", 0),
        ("search=nothing", 0),
        ("platform=sakai", 1),
        ("platform=canvas", 0),
        ("appId=launch-inspector", 2),
        ("appId=other", 0),
        ("health=good", 1),
        ("health=unknown", 1),
        ("health=bad", 0),
        ("platform=moodle&health=good&search=Practice", 1),
    ] {
        let answer = gateway.get(&format!("{PATH}?{query}"), token).await;
        assert_eq!(
            answer.json()["value"].as_array().map(Vec::len),
            Some(count),
            "{query}: {answer:?}"
        );
    }
    for query in [
        "limit=0",
        "limit=201",
        "limit=-1",
        "limit=x",
        "limit=99999999999999999999",
        "sort=issuer",
        "sort=--name",
        "sort=",
        "platform=blackbord",
        "health=fine",
        "unknown=1",
        "limit=1&limit=2",
        &format!("search={}", "x".repeat(201)),
    ] {
        let answer = gateway.get(&format!("{PATH}?{query}"), token).await;
        answer.assert_problem(400, "request.query");
    }
    assert_eq!(gateway.get(&format!("{PATH}?limit=200"), token).await.status, 200);
    let unknown = gateway.get(&format!("{PATH}?serach=x"), token).await;
    assert!(unknown.json()["detail"].as_str().unwrap().contains("serach"), "{unknown:?}");
}

#[tokio::test]
async fn there_is_no_editing() {
    let school = School::open().await;
    let (gateway, token) = (&school.gateway, &school.token);
    let path = format!("{PATH}/{}", school.id());
    for method in [Method::PUT, Method::PATCH] {
        let answer = Answer::of(gateway.request(method, &path, token).json(&moodle(1)).send().await.unwrap()).await;
        answer.assert_problem(405, "request.method_not_allowed");
        assert_eq!(answer.header("allow"), "GET, HEAD, DELETE");
        assert!(answer.json()["detail"].as_str().unwrap().contains("replaces"), "{answer:?}");
    }
    for (method, path, allow) in [
        (Method::PUT, PATH.to_owned(), "GET, HEAD, POST"),
        (Method::DELETE, PATH.to_owned(), "GET, HEAD, POST"),
        (Method::GET, format!("{PATH}/check"), "POST"),
        (Method::POST, path.clone(), "GET, HEAD, DELETE"),
        (Method::GET, format!("{path}/check"), "POST"),
        (Method::PUT, format!("{path}/deployments"), "GET, HEAD, POST"),
        (Method::GET, format!("{path}/deployments/1"), "DELETE"),
    ] {
        let answer = Answer::of(gateway.request(method.clone(), &path, token).send().await.unwrap()).await;
        answer.assert_problem(405, "request.method_not_allowed");
        assert_eq!(answer.header("allow"), allow, "{method} {path}");
    }
    assert_eq!(gateway.get(&path, token).await.json(), school.registration);
}

#[tokio::test]
async fn a_client_that_is_taken_is_a_conflict_that_names_nobody() {
    let gateway = TestGateway::start().await;
    let (contoso, fabrikam) = (gateway.tenant(CONTOSO).await, gateway.tenant(FABRIKAM).await);
    let created = create(&gateway, &contoso, &moodle(1)).await;
    let again = gateway.post(PATH, &contoso, &moodle(1)).await;
    again.assert_problem(409, "registration.duplicate");
    assert_eq!(again.json()["registrationId"], created["id"]);
    assert_eq!(again.json()["title"], "Conflict");
    for deployment in [json!(["1"]), json!(["2"]), json!([])] {
        let mut draft = moodle(1);
        draft["deploymentIds"] = deployment;
        let answer = gateway.post(PATH, &fabrikam, &draft).await;
        answer.assert_problem(409, "registration.taken");
        assert_eq!(answer.json().get("registrationId"), None);
        for secret in [CONTOSO, created["id"].as_str().unwrap(), "Moodle 1", "A University"] {
            assert!(!answer.text.contains(secret), "{secret} in {answer:?}");
        }
    }
    // Another deployment of the own client is another registration; without any there is room for one.
    let mut second = moodle(1);
    second["deploymentIds"] = json!(["2"]);
    let second_created = create(&gateway, &contoso, &second).await;
    second["deploymentIds"] = json!(["3", "2"]);
    let again = gateway.post(PATH, &contoso, &second).await;
    again.assert_problem(409, "registration.duplicate");
    assert_eq!(again.json()["registrationId"], second_created["id"]);
    let mut other_keys = moodle(1);
    other_keys["deploymentIds"] = json!(["4"]);
    other_keys["keysetUrl"] = json!("https://elsewhere.example/keys");
    gateway
        .post(PATH, &contoso, &other_keys)
        .await
        .assert_problem(409, "registration.platform_differs");
}

#[tokio::test]
async fn of_creations_at_once_one_succeeds() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    for deployments in [json!(["1"]), json!([])] {
        let mut draft = moodle(if deployments == json!([]) { 2 } else { 1 });
        draft["deploymentIds"] = deployments;
        let answers = join_all((0..12).map(|_| gateway.post(PATH, &token, &draft))).await;
        let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [vec![201], vec![409; 11]].concat());
    }
}

#[tokio::test]
async fn a_replacement_is_one_step() {
    let school = School::open().await;
    let (gateway, token) = (&school.gateway, &school.token);
    let old = format!("{PATH}/{}", school.id());
    // The answer of GET can be sent as it is, read-only fields and all.
    let mut draft = gateway.get(&old, token).await.json();
    draft["name"] = json!("New name");
    gateway
        .post(PATH, token, &draft)
        .await
        .assert_problem(409, "registration.duplicate");
    draft["replaces"] = json!(school.id());
    let new = create(gateway, token, &draft).await;
    assert_eq!((&new["name"], &new["deploymentIds"]), (&json!("New name"), &json!(["1"])));
    assert_ne!(new["id"], draft["id"]);
    gateway.get(&old, token).await.assert_problem(404, "registration.not_found");
    assert_eq!(school.launch(|spec| spec).await.status, 200);
    // Once only, and nobody else's.
    gateway
        .post(PATH, token, &draft)
        .await
        .assert_problem(409, "registration.replaces_not_found");
    let stranger = gateway.tenant(FABRIKAM).await;
    let mut theft = moodle(1);
    theft["replaces"] = new["id"].clone();
    gateway
        .post(PATH, &stranger, &theft)
        .await
        .assert_problem(409, "registration.replaces_not_found");
    assert_eq!(
        gateway
            .get(&format!("{PATH}/{}", new["id"].as_str().unwrap()), token)
            .await
            .status,
        200
    );
    // A replacement that fails changes nothing.
    draft["replaces"] = new["id"].clone();
    draft["keysetUrl"] = json!("ftp://x");
    gateway.post(PATH, token, &draft).await.assert_problem(422, "request.invalid");
    assert_eq!(school.launch(|spec| spec).await.status, 200);
}

#[tokio::test]
async fn a_deletion_and_a_replacement_at_once_never_both_succeed() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    for n in 0..8 {
        let mut draft = moodle(n);
        let old = create(&gateway, &token, &draft).await;
        draft["replaces"] = old["id"].clone();
        let path = format!("{PATH}/{}", old["id"].as_str().unwrap());
        let (deleted, replaced) = futures_util::join!(gateway.delete(&path, &token), gateway.post(PATH, &token, &draft));
        let both = (deleted.status.as_u16(), replaced.status.as_u16());
        assert!(matches!(both, (204, 409) | (404, 201)), "{both:?}");
    }
}
