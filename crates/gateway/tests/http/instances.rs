//! Two instances that share a database and nothing else.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::{
    databases::on_postgres,
    handshake::{School, assert_refused, draft, logged_in, other_key},
    support::{CONTOSO, TestGateway},
};

/// A school, and another instance of its gateway.
struct Twins {
    school: School,
    other: Arc<TestGateway>,
}

impl Twins {
    async fn start(database: &str) -> Self {
        let gateway = Arc::new(TestGateway::start_on(database, "").await);
        Self {
            school: School::open_at(gateway, CONTOSO, |_| ()).await,
            other: Arc::new(TestGateway::start_on(database, "").await),
        }
    }

    /// The school's requests go to the other instance from now on.
    fn change_over(&mut self) {
        std::mem::swap(&mut self.school.gateway, &mut self.other);
    }
}

#[tokio::test]
async fn a_launch_started_at_one_instance_finishes_at_another_and_is_a_replay_at_both() {
    on_postgres(async |database| {
        let mut twins = Twins::start(database).await;
        let login = twins.school.log_in().await;
        let id_token = twins.school.lms.id_token(&twins.school.spec(&login));
        twins.change_over();
        assert_eq!(twins.school.send_launch(&login, &id_token).await.status, 200);
        assert_refused(&twins.school.send_launch(&login, &id_token).await, "launch_invalid.replayed");
        twins.change_over();
        assert_refused(&twins.school.send_launch(&login, &id_token).await, "launch_invalid.replayed");
        // Apps and LMSs find the same keys at both.
        for path in ["/.well-known/launch-jwks.json", "/.well-known/jwks.json"] {
            let keys = twins.school.gateway.get(path, "").await.json();
            assert_eq!(keys, twins.other.get(path, "").await.json());
            assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
        }
    })
    .await;
}

#[tokio::test]
async fn a_launch_posted_to_both_instances_at_once_gets_through_once() {
    on_postgres(async |database| {
        let twins = Twins::start(database).await;
        let school = &twins.school;
        let login = school.log_in().await;
        let (state, id_token) = (login.state(), school.lms.id_token(&school.spec(&login)));
        let form = [("state", state), ("id_token", id_token)];
        let post = async |gateway: &TestGateway| {
            let request = gateway.client.post(gateway.at("/lti/launch")).form(&form);
            request
                .header("cookie", &login.cookie)
                .send()
                .await
                .unwrap()
                .status()
                .as_u16()
        };
        let mut statuses: Vec<_> =
            futures_util::future::join_all((0..4).flat_map(|_| [post(&school.gateway), post(&twins.other)])).await;
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400, 400, 400, 400, 400, 400, 400]);
    })
    .await;
}

#[tokio::test]
async fn a_deletion_at_one_instance_stops_launches_at_the_other_at_once() {
    on_postgres(async |database| {
        let mut twins = Twins::start(database).await;
        twins.change_over();
        assert_eq!(twins.school.launch(|spec| spec).await.status, 200);
        let login = twins.school.log_in().await;
        let id_token = twins.school.lms.id_token(&twins.school.spec(&login));

        let path = format!("/api/v1/registrations/{}", twins.school.id());
        assert_eq!(
            twins.other.delete(&path, &twins.other.app_token(CONTOSO).await).await.status,
            204
        );
        assert_refused(
            &twins.school.send_launch(&login, &id_token).await,
            "registration_not_found.deleted",
        );
        // A login may be sent on for two seconds more; its launch goes nowhere.
        let deadline = Instant::now() + Duration::from_secs(20);
        let started = loop {
            let started = twins.school.send_login(&twins.school.login_parameters()).await;
            if started.status != 302 || Instant::now() > deadline {
                break started;
            }
            let login = logged_in(&started);
            let id_token = twins.school.lms.id_token(&twins.school.spec(&login));
            assert_refused(
                &twins.school.send_launch(&login, &id_token).await,
                "registration_not_found.deleted",
            );
        };
        assert_refused(&started, "registration_not_found.deleted");
    })
    .await;
}

#[tokio::test]
async fn a_registration_that_was_replaced_at_one_instance_takes_launches_at_the_other_at_once() {
    on_postgres(async |database| {
        let mut twins = Twins::start(database).await;
        twins.change_over();
        assert_eq!(twins.school.launch(|spec| spec).await.status, 200);
        let anonymous = twins.school.launch(|spec| spec.without("sub")).await;
        assert_refused(&anonymous, "launch_invalid.subject");

        let mut draft = draft(&twins.school.lms);
        draft["replaces"] = json!(twins.school.id());
        draft["allowAnonymous"] = json!(true);
        let token = twins.other.app_token(CONTOSO).await;
        let replaced = twins.other.post("/api/v1/registrations", &token, &draft).await;
        assert_eq!(replaced.status, 201, "{replaced:?}");

        // The cache of this instance would refuse the first and name the old registration for the second.
        assert_eq!(twins.school.launch(|spec| spec.without("sub")).await.status, 200);
        assert_eq!(twins.school.launch(|spec| spec).await.status, 200);
        let path = format!("/api/v1/launches?registrationId={}", replaced.json()["id"].as_str().unwrap());
        let launches = twins.other.get(&path, &token).await.json();
        assert_eq!(launches["value"].as_array().unwrap().len(), 2, "{launches}");
    })
    .await;
}

#[tokio::test]
async fn a_new_key_of_the_lms_is_seen_by_both_instances() {
    on_postgres(async |database| {
        let mut twins = Twins::start(database).await;
        for _ in 0..2 {
            assert_eq!(twins.school.launch(|spec| spec).await.status, 200);
            twins.change_over();
        }
        twins.school.lms.rotate_key(other_key());
        for _ in 0..2 {
            twins.school.gateway.advance(10);
            assert_eq!(twins.school.launch(|spec| spec).await.status, 200);
            twins.change_over();
        }
    })
    .await;
}
