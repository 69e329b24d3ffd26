//! Long bodies and long answers: read and written apart from the workers, one at a time for each tenant.

use std::sync::{Arc, mpsc};

use domain::TenantId;
use gateway::{BlockingPool, LongWork};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::{
    access::{Operation, operations_with},
    problem_reports,
    registrations::{PATH, create, moodle},
    support::{Answer, CONTOSO, FABRIKAM, TestGateway, until},
};

/// A body is long beyond 64 KiB, an answer beyond a thousand rows.
const LONG_BODY: usize = 64 * 1024;
const LONG_ANSWER: usize = 1_000;

fn id(tenant: &str) -> TenantId {
    TenantId(tenant.parse().unwrap())
}

/// Contoso's turn, taken until it is given back.
struct Turn(JoinHandle<()>, mpsc::Sender<()>);

impl Turn {
    async fn take(pool: &BlockingPool) -> Self {
        let (release, released) = mpsc::channel();
        let (begin, started) = tokio::sync::oneshot::channel();
        let ticket = pool.enter(id(CONTOSO), LongWork::Body).ok().unwrap();
        let work = ticket.run(move || {
            begin.send(()).unwrap();
            released.recv().unwrap();
        });
        let work = tokio::spawn(async move { assert!(work.await.is_ok()) });
        started.await.unwrap();
        Self(work, release)
    }

    async fn give_back(self) {
        self.1.send(()).unwrap();
        self.0.await.unwrap();
    }
}

/// A gateway, its pool, and Contoso's and Fabrikam's tokens.
async fn two_tenants() -> (Arc<TestGateway>, BlockingPool, [String; 2]) {
    let gateway = Arc::new(TestGateway::start().await);
    let tokens = [gateway.tenant(CONTOSO).await, gateway.tenant(FABRIKAM).await];
    let pool = gateway.blocking.clone().unwrap();
    (gateway, pool, tokens)
}

/// Asserts that a request of Contoso's waits for Contoso's turn, while the same of Fabrikam's is answered. `ask` sends it for the tenant
/// of that number.
async fn assert_in_turn<A>(pool: &BlockingPool, name: &str, ask: impl Fn(usize) -> A) -> [Answer; 2]
where
    A: Future<Output = Answer> + Send + 'static,
{
    let turn = Turn::take(pool).await;
    let waiting = tokio::spawn(ask(0));
    until(&format!("{name} in the queue"), async || {
        assert!(!waiting.is_finished(), "{name} was answered out of turn");
        pool.queued(id(CONTOSO)) == 2
    })
    .await;
    let other = ask(1).await;
    assert!(!waiting.is_finished(), "{name} was answered out of turn");
    turn.give_back().await;
    [waiting.await.unwrap(), other]
}

#[tokio::test]
async fn long_bodies_of_every_operation_are_read_one_at_a_time() {
    let (gateway, pool, tokens) = two_tenants().await;
    let mut operations = Vec::new();
    for (n, token) in (0..).zip(&tokens) {
        let registration = create(&gateway, token, &moodle(n)).await;
        let report = problem_reports::send(&gateway, token).await;
        let all = operations_with(&gateway, registration["id"].as_str().unwrap(), &report, &report, "x").await;
        operations.push(
            all.into_iter()
                .filter(|operation| operation.body().is_some())
                .map(Arc::new)
                .collect::<Vec<_>>(),
        );
    }
    assert!(operations[0].len() >= 8, "{operations:?}");
    for (index, operation) in operations[0].iter().enumerate() {
        let (path, _) = operation.body().unwrap();
        let ask = |tenant: usize| {
            let (gateway, token, operation) = (
                Arc::clone(&gateway),
                tokens[tenant].clone(),
                Arc::clone(&operations[tenant][index]),
            );
            async move { send_padded(&gateway, &token, &operation).await }
        };
        let answers = assert_in_turn(&pool, path, ask).await;
        for answer in answers {
            assert!(
                answer.status.as_u16() != 503 && !answer.text.contains("request.malformed"),
                "{path}: {answer:?}"
            );
        }
    }
}

/// The example behind a long row of spaces.
async fn send_padded(gateway: &TestGateway, token: &str, operation: &Operation) -> Answer {
    let (_, body) = operation.body().unwrap();
    operation
        .send_text(gateway, token, format!("{}{body}", " ".repeat(LONG_BODY)))
        .await
}

#[tokio::test]
async fn long_answers_are_written_one_at_a_time() {
    let (gateway, pool, tokens) = two_tenants().await;
    let mut ids = Vec::new();
    for (n, token) in (0..).zip(&tokens) {
        ids.push(with_many_deployments(&gateway, token, n).await);
    }
    let paths = |tenant: usize| {
        let one = format!("{PATH}/{}", ids[tenant]);
        [format!("{PATH}/export"), format!("{one}/deployments"), PATH.to_owned(), one]
    };
    for index in 0..paths(0).len() {
        let ask = |tenant: usize| {
            let (gateway, token, path) = (Arc::clone(&gateway), tokens[tenant].clone(), paths(tenant)[index].clone());
            async move { gateway.get(&path, &token).await }
        };
        for answer in assert_in_turn(&pool, &paths(0)[index], ask).await {
            assert_eq!(answer.status, 200, "{answer:?}");
            assert_eq!(answer.header("content-type"), "application/json");
            assert!(answer.text.matches("\"d1000\"").count() == 1, "{}", paths(0)[index]);
        }
    }
    // Reports of imports are written in turn too. The import's body is short.
    let document = Arc::new(json!({ "version": 1, "registrations": vec![0; LONG_ANSWER + 1] }));
    let ask = |tenant: usize| {
        let (gateway, token, document) = (Arc::clone(&gateway), tokens[tenant].clone(), Arc::clone(&document));
        async move { gateway.post(&format!("{PATH}/import"), &token, &document).await }
    };
    for answer in assert_in_turn(&pool, "the import", ask).await {
        assert_eq!(answer.json()["refused"], LONG_ANSWER + 1);
    }
}

/// Rows that are read while the tenant's other answers are written take up a thread and memory for nothing.
#[tokio::test]
async fn the_rows_of_long_answers_are_read_in_turn_too() {
    let (gateway, pool, [contoso, _]) = two_tenants().await;
    let one = format!("{PATH}/{}", with_many_deployments(&gateway, &contoso, 0).await);
    let deployments = format!("{one}/deployments");
    for path in [&format!("{PATH}/export"), PATH, &one, &deployments] {
        let turn = Turn::take(&pool).await;
        let ask = {
            let (gateway, token, path) = (Arc::clone(&gateway), contoso.clone(), path.to_owned());
            async move { gateway.get(&path, &token).await }
        };
        let waiting = tokio::spawn(ask);
        until(&format!("{path} in the queue"), async || pool.queued(id(CONTOSO)) == 2).await;
        let late = format!("late-{}", path.len());
        let accepted = gateway.post(&deployments, &contoso, &json!({ "deploymentId": late })).await;
        assert_eq!(accepted.status, 201, "what is short doesn't wait: {accepted:?}");
        turn.give_back().await;
        let answer = waiting.await.unwrap();
        assert!(answer.text.contains(&late), "{path} was read before its turn");
    }
}

/// Registers an LMS with a thousand deployments and one.
async fn with_many_deployments(gateway: &TestGateway, token: &str, n: u32) -> String {
    let mut draft = moodle(n);
    draft.as_object_mut().unwrap().remove("deploymentIds");
    let ids = (0..=LONG_ANSWER).map(|n| json!({ "deploymentId": format!("d{n}") }));
    draft["deployments"] = ids.collect::<Value>();
    let document = json!({ "version": 1, "registrations": [draft] });
    let answer = gateway.post(&format!("{PATH}/import"), token, &document).await;
    answer.json()["value"][0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_tenant_with_too_much_in_the_queue_is_refused() {
    let (gateway, pool, [contoso, fabrikam]) = two_tenants().await;
    let queue: Vec<_> = (0..)
        .map_while(|_| pool.enter(id(CONTOSO), LongWork::Body).ok())
        .take(100)
        .collect();
    assert!((1..100).contains(&queue.len()), "the queue has no end");
    let body = format!("{}{}", " ".repeat(LONG_BODY), moodle(1));
    let send = async |token: &str| {
        let request = gateway.request(reqwest::Method::POST, PATH, token);
        let request = request.header("content-type", "application/json").body(body.clone());
        Answer::of(request.send().await.unwrap()).await
    };
    let refused = send(&contoso).await;
    refused.assert_problem(503, "internal.busy");
    assert!(!refused.header("retry-after").is_empty(), "{refused:?}");
    // Short answers are given, and those to another tenant.
    assert_eq!(gateway.get(PATH, &contoso).await.json()["value"], json!([]));
    assert_eq!(send(&fabrikam).await.status, 201);
    drop(queue);
    assert_eq!(send(&contoso).await.status, 409);
}
