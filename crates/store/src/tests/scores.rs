use domain::{AppDeploymentId, CallFault, CallOutcome, CalledService, LmsService, LmsServiceKind, ServiceCall};

use super::*;
use crate::{LmsPerson, NamedService, NewWaitingScore, ScoreIntake, ScoreKey, ServiceCallQuery};

async fn service(store: &Store, id: &str, deployment: u128, tenant: TenantId) {
    let service = LmsService {
        id: id.to_owned(),
        app_deployment_id: AppDeploymentId(Uuid::from_u128(deployment)),
        kind: LmsServiceKind::LineItems,
        url: "https://lms.example/items".parse().unwrap(),
        tenant_id: tenant,
        app_id: "notes".to_owned(),
        issuer: "https://lms.example".to_owned(),
        scopes: Vec::new(),
        context_id: None,
    };
    let url_hash = [u8::try_from(deployment).unwrap(); 32];
    store
        .name_lms_service(&NamedService { service, url_hash }, at(0))
        .await
        .unwrap();
}

fn key(subject: &str) -> ScoreKey {
    ScoreKey {
        line_item_id: "item".to_owned(),
        subject: subject.to_owned(),
    }
}

fn score(id: u128, subject: &str, timestamp: i64) -> NewWaitingScore {
    NewWaitingScore {
        id: Uuid::from_u128(id),
        key: key(subject),
        service_id: "s1".to_owned(),
        body: vec![1, 2, 3],
        timestamp,
        next_attempt_at: at(10),
        repeated: false,
    }
}

#[tokio::test]
async fn the_newest_score_of_a_person_waits() {
    on_each_database(async |db| {
        let store = &db.store;
        service(store, "s1", 1, CONTOSO).await;
        let wait = async |new: NewWaitingScore| store.let_score_wait(&new, 2, at(1)).await.unwrap();
        assert_eq!(wait(score(1, "ada", 5)).await, ScoreIntake::Waits { replaced: None });
        assert_eq!(wait(score(2, "ada", 5)).await, ScoreIntake::Outdated, "not newer");
        let replaced = Some(Uuid::from_u128(1));
        assert_eq!(wait(score(2, "ada", 6)).await, ScoreIntake::Waits { replaced });
        assert_eq!(wait(score(3, "bob", 5)).await, ScoreIntake::Waits { replaced: None });
        assert_eq!(wait(score(4, "eve", 5)).await, ScoreIntake::Full, "beyond the share");
        let replaced = Some(Uuid::from_u128(2));
        assert_eq!(
            wait(score(5, "ada", 7)).await,
            ScoreIntake::Waits { replaced },
            "in the place of one"
        );

        assert_eq!(
            store.score_arrived(&key("bob"), "s1", 4, at(2)).await.unwrap(),
            None,
            "a newer one waits"
        );
        let dropped = Some(Uuid::from_u128(3));
        assert_eq!(store.score_arrived(&key("bob"), "s1", 5, at(2)).await.unwrap(), dropped);
        let times = store.score_times(&key("bob")).await.unwrap();
        assert_eq!((times.delivered, times.waiting), (Some(5), None));
        assert_eq!(wait(score(6, "bob", 5)).await, ScoreIntake::Outdated, "delivered");
        store.score_arrived(&key("bob"), "s1", 3, at(2)).await.unwrap();
        assert_eq!(store.score_times(&key("bob")).await.unwrap().delivered, Some(5));
    })
    .await;
}

#[tokio::test]
async fn one_instance_sends_a_score_that_is_due() {
    on_each_database(async |db| {
        let (one, other) = (&db.store, &db.second_instance().await);
        service(one, "s1", 1, CONTOSO).await;
        one.let_score_wait(&score(1, "ada", 5), 9, at(1)).await.unwrap();
        let lease = Duration::seconds(60);
        assert!(one.claim_scores(at(9), lease, 5).await.unwrap().is_empty(), "not due");
        let claimed = one.claim_scores(at(10), lease, 5).await.unwrap();
        assert_eq!(claimed.len(), 1);
        assert_eq!((claimed[0].attempt, claimed[0].repeated, claimed[0].since), (1, false, at(1)));
        assert_eq!((&claimed[0].key, &claimed[0].body), (&key("ada"), &vec![1, 2, 3]));
        assert!(other.claim_scores(at(69), lease, 5).await.unwrap().is_empty(), "leased");
        assert_eq!(
            other.claim_scores(at(70), lease, 5).await.unwrap()[0].attempt,
            2,
            "the instance died"
        );

        let id = claimed[0].id;
        one.postpone_score(id, at(500), true).await.unwrap();
        assert!(one.claim_scores(at(499), lease, 5).await.unwrap().is_empty());
        assert!(!one.hurry_score(FABRIKAM, id, at(300)).await.unwrap(), "of another tenant");
        assert!(one.hurry_score(CONTOSO, id, at(300)).await.unwrap());
        assert!(one.claim_scores(at(300), lease, 5).await.unwrap()[0].repeated);
        one.drop_score(id).await.unwrap();
        assert!(!one.hurry_score(CONTOSO, id, at(300)).await.unwrap());
        assert!(one.claim_scores(at(9000), lease, 5).await.unwrap().is_empty());
        assert_eq!(one.purge_scores(at(0)).await.unwrap(), 0);
        assert_eq!(one.purge_scores(at(2)).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn scores_of_a_deleted_line_item_are_dropped() {
    on_each_database(async |db| {
        let store = &db.store;
        service(store, "s1", 1, CONTOSO).await;
        store.let_score_wait(&score(1, "ada", 5), 9, at(1)).await.unwrap();
        assert!(store.drop_scores_of("other").await.unwrap().is_empty());
        assert_eq!(store.drop_scores_of("item").await.unwrap(), [Uuid::from_u128(1)]);
        assert!(
            store
                .claim_scores(at(9000), Duration::seconds(1), 5)
                .await
                .unwrap()
                .is_empty()
        );
    })
    .await;
}

#[tokio::test]
async fn people_are_known_by_the_names_of_apps() {
    on_each_database(async |db| {
        let store = &db.store;
        let person = |subject: &str, id: u8| LmsPerson {
            subject: subject.to_owned(),
            tenant_id: CONTOSO,
            lms_id: vec![id],
        };
        let mut people: Vec<_> = (0..1_100).map(|at| person(&format!("p{at}"), 1)).collect();
        people.push(person("p0", 1));
        store.keep_people(people, at(1)).await.unwrap();
        assert_eq!(store.find_person(CONTOSO, "p1099").await.unwrap(), Some(vec![1]));
        assert_eq!(store.find_person(FABRIKAM, "p1099").await.unwrap(), None, "of another tenant");
        assert_eq!(store.find_person(CONTOSO, "p1100").await.unwrap(), None);
        assert_eq!(store.find_person(CONTOSO, "p\0").await.unwrap(), None);
        store.keep_people(vec![person("p0", 2)], at(5)).await.unwrap();
        assert_eq!(store.find_person(CONTOSO, "p0").await.unwrap(), Some(vec![2]));
        assert_eq!(store.purge_people(at(5)).await.unwrap(), 1_000);
        assert_eq!(store.purge_people(at(5)).await.unwrap(), 99);
        assert_eq!(store.find_person(CONTOSO, "p0").await.unwrap(), Some(vec![2]), "seen since");
    })
    .await;
}

fn call(id: u128, outcome: CallOutcome, seconds: i64) -> ServiceCall {
    ServiceCall {
        id: Uuid::from_u128(id),
        at: at(seconds),
        registration_id: RegistrationId(Uuid::from_u128(7)),
        app_id: "notes".to_owned(),
        service: CalledService::Scores,
        outcome,
        upstream_status: Some(503),
        fault: CallFault::Busy,
    }
}

#[tokio::test]
async fn calls_are_recorded_within_bounds() {
    on_each_database(async |db| {
        let store = &db.store;
        for id in 0..120 {
            store
                .record_service_call(CONTOSO, &call(id, CallOutcome::Failed, 1))
                .await
                .unwrap();
        }
        store
            .record_service_call(CONTOSO, &call(500, CallOutcome::Waiting, 2))
            .await
            .unwrap();
        let query = ServiceCallQuery {
            limit: 200,
            ..Default::default()
        };
        let calls = store.list_service_calls(CONTOSO, &query).await.unwrap().value;
        assert_eq!(calls.len(), 101, "a hundred failures, and what waits");
        assert_eq!(calls[0], call(500, CallOutcome::Waiting, 2));
        let delivered = call(500, CallOutcome::Delivered, 3);
        store.record_service_call(CONTOSO, &delivered).await.unwrap();
        assert_eq!(
            store.find_service_call(CONTOSO, delivered.id).await.unwrap(),
            Some(delivered.clone())
        );
        assert_eq!(store.find_service_call(FABRIKAM, delivered.id).await.unwrap(), None);
        assert!(store.list_service_calls(FABRIKAM, &query).await.unwrap().value.is_empty());
        let of = ServiceCallQuery {
            outcome: Some(CallOutcome::Delivered),
            service: Some(CalledService::Scores),
            app_id: Some("notes".to_owned()),
            registration_id: Some(delivered.registration_id),
            from: Some(at(3)),
            to: Some(at(4)),
            limit: 1,
            after: None,
        };
        assert_eq!(store.list_service_calls(CONTOSO, &of).await.unwrap().value, [delivered]);
        store
            .record_service_call(CONTOSO, &call(501, CallOutcome::Failed, 3700))
            .await
            .unwrap();
        assert!(
            store
                .find_service_call(CONTOSO, Uuid::from_u128(501))
                .await
                .unwrap()
                .is_some(),
            "an hour later"
        );
        store
            .record_service_call(CONTOSO, &call(502, CallOutcome::Waiting, 0))
            .await
            .unwrap();
        assert_eq!(store.purge_service_calls(at(3)).await.unwrap(), 100);
        assert!(
            store
                .find_service_call(CONTOSO, Uuid::from_u128(502))
                .await
                .unwrap()
                .is_some(),
            "it still waits"
        );
    })
    .await;
}
