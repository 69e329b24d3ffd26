//! The database goes away and comes back.

use std::collections::BTreeSet;
use std::sync::Arc;

use reqwest::Method;
use serde_json::Value;

use crate::{
    databases::{Line, on_postgres},
    handshake::School,
    registrations::{PATH, moodle},
    support::{Answer, CONTOSO, TestGateway, until},
};

/// Asserts the page, or the problem, of a gateway that can't work at the moment.
#[track_caller]
pub fn assert_unavailable(answer: &Answer) {
    assert_eq!(answer.status, 503, "{answer:?}");
    assert_eq!(answer.header("retry-after"), "5");
    if answer.header("content-type").starts_with("text/html") {
        assert_eq!(answer.code(), "internal.unavailable");
        assert!(
            answer.text.contains("The service is not available at the moment."),
            "{}",
            answer.text
        );
        assert!(answer.text.contains("</html>"), "{}", answer.text);
    } else {
        answer.assert_problem(503, &answer.code());
    }
    for word in ["sqlx", "pool", "postgres", "panicked"] {
        assert!(!answer.text.contains(word), "{word} in {}", answer.text);
    }
}

async fn ready(gateway: &TestGateway) -> bool {
    gateway.get("/health/ready", "").await.status == 200
}

/// The values of a list of the API, whatever its length.
async fn all(gateway: &TestGateway, token: &str, path: &str) -> Vec<Value> {
    let list = gateway.get(&format!("{path}?limit=200"), token).await.json();
    assert!(list["nextLink"].is_null(), "{list}");
    list["value"].as_array().unwrap().clone()
}

#[tokio::test]
async fn while_the_database_is_away_people_get_a_page_and_afterwards_everything_goes_on() {
    on_postgres(async |database| {
        let (line, url) = Line::to_database(database).await;
        let gateway = Arc::new(TestGateway::start_on(&url, "").await);
        let school = School::open_at(Arc::clone(&gateway), CONTOSO, |_| ()).await;
        let started = school.log_in().await;
        let id_token = school.lms.id_token(&school.spec(&started));

        line.cut();
        until("not ready", async || !ready(&gateway).await).await;
        assert_eq!(gateway.get("/health/live", "").await.status, 200);
        // Logins are sent on for two seconds more from the cache.
        until("logins are turned away", async || {
            school.send_login(&school.login_parameters()).await.status != 302
        })
        .await;
        assert_unavailable(&school.send_login(&school.login_parameters()).await);
        assert_unavailable(&school.send_launch(&started, &id_token).await);
        let api = gateway.get(PATH, &school.token).await;
        assert_unavailable(&api);
        assert_eq!(api.code(), "internal.unavailable");

        line.mend();
        until("ready", async || ready(&gateway).await).await;
        // Connections of before break one by one, as they are used.
        until("the launch that was interrupted finishes", async || {
            let answer = school.send_launch(&started, &id_token).await;
            if answer.status != 200 {
                assert_unavailable(&answer);
            }
            answer.status == 200
        })
        .await;
        let mut launches = Vec::new();
        until("the launches are listed", async || {
            let answer = gateway.get("/api/v1/launches", &school.token).await;
            launches = answer.json()["value"].as_array().cloned().unwrap_or_default();
            answer.status == 200
        })
        .await;
        let outcomes: Vec<_> = launches.iter().map(|launch| &launch["outcome"]).collect();
        assert_eq!(outcomes, ["accepted"], "{launches:?}");
    })
    .await;
}

#[tokio::test]
async fn what_is_interrupted_is_there_as_a_whole_or_not_at_all() {
    on_postgres(async |database| {
        let (line, url) = Line::to_database(database).await;
        let gateway = Arc::new(TestGateway::start_on(&url, "").await);
        let token = gateway.tenant(CONTOSO).await;
        let create = async |n: u32| {
            let request = gateway.request(Method::POST, PATH, &token).json(&moodle(n));
            Answer::of(request.send().await.unwrap()).await
        };
        let (first, second) = tokio::join!(
            async {
                for n in 0.. {
                    if create(n).await.status != 201 {
                        return n;
                    }
                }
                unreachable!()
            },
            async {
                until("some are added", async || all(&gateway, &token, PATH).await.len() >= 3).await;
                line.cut();
            }
        );
        let ((), interrupted) = (second, first);
        line.mend();
        // After the interrupted request, adding it again ends in exactly one, complete.
        until("it is added", async || {
            matches!(create(interrupted).await.status.as_u16(), 201 | 409)
        })
        .await;
        let mut listed = Vec::new();
        until("the list is there", async || {
            let answer = gateway.get(&format!("{PATH}?limit=200"), &token).await;
            listed = answer.json()["value"].as_array().cloned().unwrap_or_default();
            answer.status == 200
        })
        .await;
        let clients: BTreeSet<_> = listed.iter().map(|one| one["clientId"].as_str().unwrap()).collect();
        assert_eq!(clients.len(), listed.len());
        assert_eq!(
            listed.len(),
            interrupted as usize + 1,
            "acknowledged, and the interrupted one"
        );
        for one in &listed {
            assert_eq!(one["deploymentIds"].as_array().unwrap().len(), 1, "{one}");
        }
    })
    .await;
}
