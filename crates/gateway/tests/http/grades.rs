//! Line items, scores and results, as an app uses them through the gateway.

use std::sync::Arc;

use practice_lms::{GradesBehaviour, Person, TokenBehaviour};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    course::{Course, GRADES, MEMBERS_SCOPE, NAMES_AND_ROLES, keys, next_link},
    support::{Answer, CONTOSO, TestGateway, until},
};

const AGS: &str = "https://purl.imsglobal.org/spec/lti-ags/scope";
const LINE_ITEM: &str = "application/vnd.ims.lis.v2.lineitem+json";
const SCORE: &str = "application/vnd.ims.lis.v1.score+json";

/// A course whose app uses all services, and what a launch of it named.
struct Gradebook {
    course: Course,
    claims: Value,
    token: String,
}

impl Gradebook {
    async fn open() -> Self {
        Self::open_with("").await
    }

    async fn open_with(settings: &str) -> Self {
        let keys = keys();
        let services = r#"["names_and_roles", "line_items", "results.read", "scores"]"#;
        let app = |id: &str, services: &str| {
            let (url, keyset) = ("http://127.0.0.1:9/launch", keys.keyset_url());
            format!(
                "[[apps]]\nid = \"{id}\"\nname = \"{id}\"\nlaunch_url = \"{url}\"\nkeyset_url = \"{keyset}\"\nservices = {services}\n"
            )
        };
        let config = [settings, &app("notes", services), &app("quiz", services)].concat();
        let gateway = Arc::new(TestGateway::start_with(&config).await);
        let course = Course::open_at(gateway, keys, CONTOSO, |_| ()).await;
        let claims = course.launch(|spec| spec).await;
        let all = ["lineitem", "lineitem.readonly", "result.readonly", "score"].map(|scope| format!("{AGS}/{scope}"));
        let token = course.token("notes", &all.join(" ")).await;
        Self { course, claims, token }
    }

    fn items(&self) -> &str {
        self.claims[GRADES]["lineitems"].as_str().unwrap()
    }

    fn item(&self) -> &str {
        self.claims[GRADES]["lineitem"].as_str().unwrap()
    }

    fn teacher(&self) -> &str {
        self.claims["sub"].as_str().unwrap()
    }

    async fn call(&self, method: Method, url: &str, body: &Value) -> Answer {
        let request = self.course.gateway().client.request(method, url).bearer_auth(&self.token);
        Answer::of(
            request
                .header("content-type", LINE_ITEM)
                .body(body.to_string())
                .send()
                .await
                .unwrap(),
        )
        .await
    }

    async fn get(&self, url: &str) -> Answer {
        self.course.get(url, &self.token).await
    }

    /// A score of the teacher, so many seconds ago.
    fn score(&self, given: u32, ago: i64) -> Value {
        let at = time::OffsetDateTime::from_unix_timestamp(self.course.gateway().now() - ago).unwrap();
        let at = at.format(&time::format_description::well_known::Rfc3339).unwrap();
        json!({
            "userId": self.teacher(), "timestamp": at.replace('Z', "+0000"), "activityProgress": "Completed",
            "gradingProgress": "FullyGraded", "scoreGiven": given, "scoreMaximum": 100.0, "comment": null,
        })
    }

    async fn post(&self, score: &Value) -> Answer {
        self.post_text(score.to_string()).await
    }

    async fn post_text(&self, body: String) -> Answer {
        let url = format!("{}/scores", self.item());
        let request = self.course.gateway().client.post(url).bearer_auth(&self.token);
        Answer::of(request.header("content-type", SCORE).body(body).send().await.unwrap()).await
    }

    /// The grade of the teacher in the LMS.
    fn grade(&self) -> Option<u64> {
        self.course.school.lms.score_of(Person::Teacher)?["scoreGiven"].as_u64()
    }

    fn behave(&self, behaviour: GradesBehaviour) {
        self.course.school.lms.set_grades(behaviour);
    }

    async fn calls(&self) -> Vec<Value> {
        let token = self.course.gateway().app_token(CONTOSO).await;
        let answer = self.course.gateway().get("/api/v1/service-calls", &token).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["value"].as_array().unwrap().clone()
    }

    async fn retry(&self, id: &Value) -> Answer {
        let path = format!("/api/v1/service-calls/{}/retry", id.as_str().unwrap());
        self.course.gateway().post(&path, &self.course.school.token, &json!({})).await
    }
}

#[tokio::test]
async fn a_score_reaches_the_gradebook() {
    let book = Gradebook::open().await;
    let answer = book.post(&book.score(83, 10)).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""), "{answer:?}");
    let stored = book.course.school.lms.score_of(Person::Teacher).unwrap();
    assert_eq!(
        (&stored["userId"], &stored["scoreGiven"], &stored["scoreMaximum"]),
        (&json!("3"), &json!(83), &json!(100))
    );
    assert!(
        stored["timestamp"].as_str().unwrap().ends_with('Z') && stored.get("comment").is_none(),
        "{stored}"
    );
    // Of two scores with one time the later one counts.
    let same_second = book.score(84, 5);
    assert_eq!(book.post(&same_second).await.status, 200);
    assert_eq!(book.post(&same_second).await.status, 200);
    assert_eq!(book.grade(), Some(84));
    assert!(book.calls().await.is_empty());

    let results = book.get(&format!("{}/results", book.item())).await;
    assert_eq!(
        results.header("content-type"),
        "application/vnd.ims.lis.v2.resultcontainer+json"
    );
    assert_eq!(
        results.json(),
        json!([{
            "id": format!("{}/results/{}", book.item(), book.teacher()), "scoreOf": book.item(), "userId": book.teacher(),
            "resultScore": 84, "resultMaximum": 100,
        }])
    );
    let of = |person: &str| format!("{}/results?user_id={person}", book.item());
    assert_eq!(book.get(&of(book.teacher())).await.json().as_array().unwrap().len(), 1);
    book.get(&of("nobody")).await.assert_problem(404, "person_unknown");
    assert_eq!(
        book.get(&format!("{}/results?limit=1", book.item()))
            .await
            .json()
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn line_items_are_made_changed_and_removed() {
    let book = Gradebook::open().await;
    let new = json!({ "label": "Quiz", "scoreMaximum": 10.0, "tag": "q", "endDateTime": "2026-12-01T10:00:00+0100", "id": "x" });
    let made = book.call(Method::POST, book.items(), &new).await;
    assert_eq!(
        (made.status.as_u16(), made.header("content-type")),
        (201, LINE_ITEM),
        "{made:?}"
    );
    let item = made.json();
    let url = item["id"].as_str().unwrap();
    assert!(
        url.starts_with(&format!("{}/", book.items())) && made.header("location") == url,
        "{made:?}"
    );
    assert_eq!(
        item,
        json!({ "id": url, "label": "Quiz", "scoreMaximum": 10, "tag": "q", "endDateTime": "2026-12-01T09:00:00.000Z" })
    );
    assert_eq!(book.get(&format!("{}?tag=q", book.items())).await.json(), json!([item]));
    let all = book.get(book.items()).await;
    assert_eq!(
        all.header("content-type"),
        "application/vnd.ims.lis.v2.lineitemcontainer+json"
    );
    let ids: Vec<_> = all.json().as_array().unwrap().iter().map(|item| item["id"].clone()).collect();
    assert_eq!(ids, [json!(book.item()), json!(url)]);
    assert!(!all.text.contains(book.course.school.lms.issuer()), "{all:?}");
    let link = book.get(&format!("{}?limit=1", book.items())).await;
    assert_eq!(link.json().as_array().unwrap().len(), 1);
    let next = next_link(&link).unwrap();
    assert_eq!(next, next.to_lowercase());
    let second = book.get(&next).await;
    assert_eq!((second.json()[0]["id"].clone(), next_link(&second)), (json!(url), None));

    let changed = json!({ "label": "Exam", "scoreMaximum": 20 });
    assert_eq!(book.call(Method::PUT, url, &changed).await.json()["label"], "Exam");
    assert_eq!(
        book.get(url).await.json(),
        json!({ "id": url, "label": "Exam", "scoreMaximum": 20 })
    );
    let deleted = book.call(Method::DELETE, url, &Value::Null).await;
    assert_eq!((deleted.status.as_u16(), deleted.text.as_str()), (204, ""));
    let gone = book.get(url).await;
    gone.assert_problem(404, "lms_refused");
    assert_eq!(gone.json()["upstreamStatus"], 404);
    assert!(
        gone.json()["upstreamMessage"].as_str().unwrap().contains("No such line item"),
        "{gone:?}"
    );
}

#[tokio::test]
async fn only_what_was_granted_and_named_counts() {
    let book = Gradebook::open().await;
    let (course, scores) = (&book.course, format!("{}/scores", book.item()));
    let with = async |token: &str, url: &str| {
        let request = course
            .gateway()
            .client
            .post(url)
            .bearer_auth(token)
            .body(book.score(1, 1).to_string());
        Answer::of(request.send().await.unwrap()).await
    };
    with("x", &scores).await.assert_problem(401, "token.invalid");
    let other_scope = course.token("notes", &format!("{AGS}/lineitem")).await;
    with(&other_scope, &scores).await.assert_problem(403, "token.scope");
    let other_app = course.token("quiz", &format!("{AGS}/score")).await;
    with(&other_app, &scores).await.assert_problem(404, "service.not_found");
    let unknown = format!("{}/{}/scores", book.items(), "a".repeat(26));
    with(&book.token, &unknown).await.assert_problem(404, "line_item.not_found");
    // A line item counts only under its service.
    let elsewhere = course.launch(|spec| {
        let host = course.school.lms.issuer();
        let grades = json!({ "scope": [format!("{AGS}/lineitem.readonly")], "lineitems": format!("{host}/other"), "lineitem": format!("{host}/other/1") });
        spec.claim(GRADES, grades)
    });
    let elsewhere = elsewhere.await;
    let (_, item) = elsewhere[GRADES]["lineitem"].as_str().unwrap().rsplit_once('/').unwrap();
    with(&book.token, &format!("{}/{item}/scores", book.items()))
        .await
        .assert_problem(404, "line_item.not_found");
    // The launch that named the service decides.
    let url = format!("{}/scores", elsewhere[GRADES]["lineitem"].as_str().unwrap());
    with(&book.token, &url).await.assert_problem(403, "service.not_granted");
    book.call(Method::POST, elsewhere[GRADES]["lineitems"].as_str().unwrap(), &json!({}))
        .await
        .assert_problem(403, "service.not_granted");
    book.call(Method::PATCH, book.items(), &json!({}))
        .await
        .assert_problem(405, "request.method_not_allowed");
    assert_eq!(book.grade(), None);
}

#[tokio::test]
async fn a_score_is_whole_of_a_known_person_and_not_of_the_future() {
    let book = Gradebook::open().await;
    let with = async |name: &str, value: Value| {
        let mut score = book.score(1, 1);
        score[name] = value;
        book.post(&score).await
    };
    with("timestamp", book.score(1, -310)["timestamp"].clone())
        .await
        .assert_problem(400, "score.timestamp");
    for (name, value) in [
        ("timestamp", json!("2026-11-30T10:00:00")),
        ("timestamp", Value::Null),
        ("activityProgress", json!("Done")),
        ("gradingProgress", Value::Null),
        ("scoreGiven", json!(-1)),
        ("scoreMaximum", Value::Null),
        ("userId", json!(3)),
    ] {
        with(name, value).await.assert_problem(400, "score.invalid");
    }
    with("comment", json!("x".repeat(64 * 1024)))
        .await
        .assert_problem(413, "score.too_large");
    book.post_text("[]".to_owned()).await.assert_problem(400, "score.invalid");
    with("userId", json!("3")).await.assert_problem(404, "person_unknown");
    assert_eq!(book.grade(), None);
    assert_eq!(with("timestamp", book.score(1, -290)["timestamp"].clone()).await.status, 200);

    let members = book.claims[NAMES_AND_ROLES]["context_memberships_url"].as_str().unwrap();
    let reader = book.course.token("notes", MEMBERS_SCOPE).await;
    let everybody = book.course.get(members, &reader).await.json();
    let everybody = everybody["members"].as_array().unwrap();
    let other = everybody
        .iter()
        .find(|member| member["user_id"] != book.claims["sub"])
        .unwrap();
    assert_eq!(
        with("userId", other["user_id"].clone()).await.status,
        200,
        "the roster was read"
    );
    assert_eq!(book.course.school.lms.score_of(Person::Student).unwrap()["userId"], "4");
}

#[tokio::test]
async fn errors_of_the_lms_are_never_taken_for_those_of_the_gateway() {
    let book = Gradebook::open().await;
    for (upstream, status, code) in [
        (400, 400, "lms_refused"),
        (401, 502, "lms_refused"),
        (403, 502, "lms_refused"),
        (404, 404, "lms_refused"),
        (409, 409, "lms_refused"),
        (422, 422, "lms_refused"),
    ] {
        book.behave(GradesBehaviour::Status(upstream, "<b>why</b>".to_owned()));
        let answer = book.post(&book.score(1, 1)).await;
        answer.assert_problem(status, code);
        assert_eq!(answer.json()["upstreamStatus"], upstream);
        assert_eq!(answer.json()["upstreamMessage"], "<b>why</b>");
    }
    book.behave(GradesBehaviour::Redirect("http://127.0.0.1:9/".to_owned()));
    book.post(&book.score(1, 1)).await.assert_problem(502, "lms_refused");
    book.behave(GradesBehaviour::Status(200, "<h1>Maintenance</h1>".to_owned()));
    book.get(book.items()).await.assert_problem(502, "lms_unusable");
    book.behave(GradesBehaviour::Good);
    book.course.school.lms.withdraw_tokens();
    book.course
        .school
        .lms
        .set_tokens(TokenBehaviour::Status(400, r#"{"error":"invalid_client"}"#.to_owned()));
    let refused = book.post(&book.score(1, 1)).await;
    refused.assert_problem(502, "lms_token_refused");
    let calls = book.calls().await;
    let calls: Vec<_> = calls
        .iter()
        .map(|call| {
            (
                call["service"].as_str().unwrap(),
                call["code"].as_str().unwrap(),
                &call["upstreamStatus"],
            )
        })
        .collect();
    assert_eq!(calls[0], ("access_token", "lms_token_refused", &json!(400)));
    assert_eq!(calls[1], ("line_items", "lms_unusable", &Value::Null));
    assert_eq!(calls.len(), 9);

    let members = book.claims[NAMES_AND_ROLES]["context_memberships_url"].as_str().unwrap();
    let reader = book.course.token("notes", MEMBERS_SCOPE).await;
    book.course
        .get(members, &reader)
        .await
        .assert_problem(502, "lms_token_refused");
    until("the roster is recorded", async || book.calls().await.len() == 10).await;
}

#[tokio::test]
async fn a_score_that_the_lms_cannot_take_now_waits_and_arrives() {
    let book = Gradebook::open().await;
    book.behave(GradesBehaviour::Status(503, "down".to_owned()));
    assert_eq!(book.post(&book.score(70, 30)).await.status, 202);
    let calls = book.calls().await;
    assert_eq!(
        (&calls[0]["outcome"], &calls[0]["upstreamStatus"], &calls[0]["code"]),
        (&json!("waiting"), &json!(503), &json!("lms_busy"))
    );
    assert!(calls[0]["remedy"].as_str().unwrap().contains("LMS") && !calls[0].to_string().contains(book.teacher()));
    book.post(&book.score(60, 60)).await.assert_problem(409, "score.outdated");
    assert_eq!(book.post(&book.score(75, 20)).await.status, 202, "newer");
    let calls = book.calls().await;
    let outcomes: Vec<_> = calls.iter().map(|call| call["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == "waiting").count(), 1);
    assert!(outcomes.contains(&"given_up") && book.grade().is_none());

    book.behave(GradesBehaviour::Good);
    let waiting = calls.iter().find(|call| call["outcome"] == "waiting").unwrap();
    assert_eq!(book.retry(&waiting["id"]).await.status, 202);
    until("the score arrives", async || book.grade() == Some(75)).await;
    until("that is recorded", async || {
        book.calls().await.iter().any(|call| call["outcome"] == "delivered")
    })
    .await;
    book.retry(&waiting["id"])
        .await
        .assert_problem(409, "service_call.not_waiting");
    book.retry(&json!(uuid::Uuid::new_v4()))
        .await
        .assert_problem(404, "service_call.not_found");
    let reader = book.course.gateway().user_token(CONTOSO, "educator").await;
    let path = format!("/api/v1/service-calls/{}/retry", waiting["id"].as_str().unwrap());
    assert_eq!(book.course.gateway().post(&path, &reader, &json!({})).await.status, 403);
}

#[tokio::test]
async fn a_newer_score_that_arrives_at_once_drops_the_one_that_waits() {
    let book = Gradebook::open().await;
    book.behave(GradesBehaviour::RetryAfter(429, 3600));
    assert_eq!(book.post(&book.score(70, 30)).await.status, 202);
    book.behave(GradesBehaviour::Good);
    assert_eq!(book.post(&book.score(80, 10)).await.status, 200);
    assert_eq!(book.grade(), Some(80));
    assert_eq!(book.calls().await[0]["outcome"], "delivered", "it waits no more");
    assert_eq!(book.course.school.lms.score_posts(), 2);
}

#[tokio::test]
async fn a_score_whose_answer_was_lost_is_sent_again_unchanged() {
    let book = Gradebook::open().await;
    book.behave(GradesBehaviour::LosesAnswers(502));
    assert_eq!(book.post(&book.score(70, 30)).await.status, 202);
    assert_eq!(book.grade(), Some(70));
    let before = book.course.school.lms.score_of(Person::Teacher).unwrap();
    let calls = book.calls().await;
    assert_eq!(book.retry(&calls[0]["id"]).await.status, 202);
    // The LMS refuses the repetition with 409: it has the score.
    until("it counts as delivered", async || {
        book.calls().await[0]["outcome"] == "delivered"
    })
    .await;
    assert_eq!(book.course.school.lms.score_of(Person::Teacher).unwrap(), before);
    assert_eq!(book.course.school.lms.score_posts(), 2);
}

#[tokio::test]
async fn a_score_is_given_up_for_a_reason() {
    let book = Gradebook::open_with("[scores]\ngive_up_days = 1\nwaiting_per_registration = 1\n").await;
    let outcome = async |reason: &str| {
        until(reason, async || {
            let call = &book.calls().await[0];
            call["outcome"] == "given_up" && call["code"] == reason
        })
        .await;
    };
    let wait = async || {
        book.behave(GradesBehaviour::RetryAfter(503, 3600));
        assert_eq!(book.post(&book.score(70, 30)).await.status, 202);
        book.calls().await[0]["id"].clone()
    };
    let id = wait().await;
    book.behave(GradesBehaviour::Status(422, String::new()));
    book.retry(&id).await;
    outcome("lms_refused").await;

    let _ = wait().await;
    book.behave(GradesBehaviour::Good);
    assert_eq!(book.call(Method::DELETE, book.item(), &Value::Null).await.status, 204);
    outcome("line_item_gone").await;

    let _ = wait().await;
    book.course.gateway().advance(24 * 60 * 60 + 1);
    outcome("too_old").await;
    assert_eq!(book.grade(), None);
}

#[tokio::test]
async fn a_registration_has_a_share_of_what_waits() {
    let book = Gradebook::open_with("[scores]\nwaiting_per_registration = 1\n").await;
    book.behave(GradesBehaviour::Status(503, String::new()));
    assert_eq!(book.post(&book.score(70, 30)).await.status, 202);
    let made = book.items().to_owned();
    book.behave(GradesBehaviour::Good);
    let new = book
        .call(Method::POST, &made, &json!({ "label": "Quiz", "scoreMaximum": 10 }))
        .await
        .json();
    book.behave(GradesBehaviour::Status(503, String::new()));
    let url = format!("{}/scores", new["id"].as_str().unwrap());
    let full = book.call(Method::POST, &url, &book.score(70, 30)).await;
    full.assert_problem(503, "score.too_many_waiting");
    assert!(full.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn a_score_waits_for_the_registration_that_takes_the_place() {
    let mut book = Gradebook::open().await;
    book.behave(GradesBehaviour::RetryAfter(503, 3600));
    assert_eq!(book.post(&book.score(70, 30)).await.status, 202);
    book.course.replace(|draft| draft["name"] = json!("Anew")).await;
    book.behave(GradesBehaviour::Good);
    let id = book.calls().await[0]["id"].clone();
    assert_eq!(book.retry(&id).await.status, 202);
    until("the score arrives", async || book.grade() == Some(70)).await;

    book.behave(GradesBehaviour::RetryAfter(503, 3600));
    assert_eq!(book.post(&book.score(80, 20)).await.status, 202);
    let id = book.calls().await[0]["id"].clone();
    let path = format!(
        "/api/v1/registrations/{}",
        book.course.school.registration["id"].as_str().unwrap()
    );
    assert_eq!(
        book.course.gateway().delete(&path, &book.course.school.token).await.status,
        204
    );
    book.behave(GradesBehaviour::Good);
    assert_eq!(book.retry(&id).await.status, 202);
    until("it is given up", async || {
        book.calls().await[0]["code"] == "registration_gone"
    })
    .await;
    assert_eq!(book.grade(), Some(70));
    book.post(&book.score(90, 10)).await.assert_problem(404, "service.not_found");
}
