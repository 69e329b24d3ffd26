//! A wall clock that is wrong when the gateway starts, or set while it runs.

use std::sync::Arc;

use crate::{
    databases::on_each_database,
    handshake::School,
    support::{CONTOSO, TestGateway, until},
};

const DAY: i64 = 24 * 3600;

#[tokio::test]
async fn a_start_with_a_clock_far_ahead_deletes_no_record_of_today() {
    on_each_database(async |database| {
        let mut school = School::open_at(Arc::new(TestGateway::start_on(database, "").await), CONTOSO, |_| ()).await;
        // Each time one that is older than records are kept, and one that isn't. The second start finds a record from the future.
        for (steps, kept) in [([-100, 98], 1), ([-500, 500], 2)] {
            for days in steps {
                school.gateway.step_clock(days * DAY);
                assert_eq!(school.launch(|spec| spec).await.status, 200);
            }
            school.gateway = Arc::new(TestGateway::start_ahead(database, "", 400 * DAY).await);
            let token = school.gateway.app_token(CONTOSO).await;
            until("the old one alone is deleted", async || {
                let launches = school.gateway.get("/api/v1/launches", &token).await.json();
                launches["value"].as_array().unwrap().len() == kept
            })
            .await;
        }
    })
    .await;
}
