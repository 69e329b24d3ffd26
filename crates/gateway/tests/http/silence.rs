//! Connections to the database that fall silent, as after a failover without a word, while new ones work.

use std::sync::Arc;

use futures_util::future::join_all;

use crate::{
    databases::{Line, on_postgres},
    handshake::School,
    outage::assert_unavailable,
    registrations::PATH,
    support::{CONTOSO, TestGateway, until},
};

const FEW: &str = "[database]\nmax_connections = 3";

async fn ready(gateway: &TestGateway) -> bool {
    gateway.get("/health/ready", "").await.status == 200
}

/// A school whose gateway holds as many connections as it may, each of which was just used.
async fn with_full_pool(url: &str) -> School {
    let gateway = Arc::new(TestGateway::start_on(url, FEW).await);
    let school = School::open_at(gateway, CONTOSO, |_| ()).await;
    let lists = join_all((0..30).map(|_| school.gateway.get(PATH, &school.token))).await;
    assert!(lists.iter().all(|list| list.status == 200), "{lists:?}");
    school
}

#[tokio::test]
async fn launches_go_on_without_the_connections_that_fell_silent() {
    on_postgres(async |database| {
        let (line, url) = Line::to_database(database).await;
        let school = with_full_pool(&url).await;
        line.silence();
        until("silent", async || line.fell_silent() > 0).await;
        // More than there are connections: each of those waits for an answer, and the others for one of them.
        let answers = join_all((0..6).map(|_| school.gateway.get(PATH, &school.token))).await;
        for answer in answers.iter().filter(|answer| answer.status != 200) {
            assert_unavailable(answer);
        }
        assert_eq!(school.launch(|spec| spec).await.status, 200, "by new connections");
        assert!(ready(&school.gateway).await);
        until("the silent connections are closed", async || {
            ready(&school.gateway).await;
            line.silent_connections() == 0
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn one_silent_connection_is_warning_enough() {
    on_postgres(async |database| {
        let (line, url) = Line::to_database(database).await;
        let school = with_full_pool(&url).await;
        line.silence();
        until("silent", async || line.fell_silent() > 0).await;
        // The first may meet one of them. That the others of the pool are silent too is noticed before they are used.
        let mut unavailable = 0;
        for _ in 0..6 {
            let answer = school.gateway.get(PATH, &school.token).await;
            if answer.status != 200 {
                assert_unavailable(&answer);
                unavailable += 1;
            }
        }
        assert!(unavailable <= 1, "{unavailable}");
    })
    .await;
}

#[tokio::test]
async fn a_connection_that_falls_silent_between_two_requests_takes_nobodys_place() {
    on_postgres(async |database| {
        let (line, url) = Line::to_database(database).await;
        let gateway = TestGateway::start_on(&url, "[database]\nmax_connections = 1").await;
        until("ready", async || ready(&gateway).await).await;
        // Its answer arrives, and then the pool's own question, whether it can be kept, gets none.
        line.silence_after_answer();
        until("it is silent", async || {
            ready(&gateway).await;
            line.fell_silent() > 0
        })
        .await;
        until("ready, by a new connection", async || ready(&gateway).await).await;
    })
    .await;
}
