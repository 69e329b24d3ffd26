use domain::{AuditAction, AuditEvent, CONTEST_LIFETIME, Contest, ContestId, ContestState, Subject};

use super::audit::trail;
use super::*;
use crate::{AuditQuery, ContestCursor, ContestError, ContestPosition, Cursor, Page, ProofError, RegistrationLimits, Withdrawal};

const CODE: [u8; 32] = [1; 32];
const CONFIRMATION: [u8; 32] = [2; 32];

async fn contest_with(
    store: &Store,
    tenant: TenantId,
    new: &NewRegistration,
    code: [u8; 32],
    when: OffsetDateTime,
) -> Result<Contest, ContestError> {
    let id = ContestId(Uuid::new_v4());
    store.insert_contest(tenant, id, new, code, &ada(), when).await
}

async fn contest(store: &Store, new: &NewRegistration) -> Contest {
    contest_with(store, FABRIKAM, new, CODE, at(10)).await.unwrap()
}

async fn confirm(store: &Store, when: OffsetDateTime) -> Result<RegistrationId, ProofError> {
    let id = RegistrationId(Uuid::new_v4());
    store.confirm_proof(CONFIRMATION, id, when).await.map(|_| id)
}

async fn newest(store: &Store, tenant: TenantId) -> AuditEvent {
    trail(store, tenant, AuditQuery::default()).await.remove(0)
}

#[tokio::test]
async fn a_contest_needs_a_claim_of_another_tenant() {
    on_each_database(async |db| {
        let store = &db.store;
        let begin = async |tenant, new: &NewRegistration| contest_with(store, tenant, new, CODE, at(10)).await;
        let free = begin(FABRIKAM, &moodle("c-1", &["1"])).await;
        assert!(matches!(free, Err(ContestError::NotTaken)), "{free:?}");
        add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let own = begin(CONTOSO, &moodle("c-1", &["1"])).await;
        assert!(
            matches!(
                own,
                Err(ContestError::Obstacle(InsertError::DeploymentTaken { own: Some(_), .. }))
            ),
            "{own:?}"
        );
        let unknown = begin(TenantId(Uuid::from_u128(9)), &moodle("c-1", &["1"])).await;
        assert!(
            matches!(unknown, Err(ContestError::Obstacle(InsertError::TenantNotFound))),
            "{unknown:?}"
        );

        let started = begin(FABRIKAM, &moodle("c-1", &[])).await.unwrap();
        assert_eq!(started.new, moodle("c-1", &[]));
        assert_eq!(
            (started.state(at(11)), started.expires_at),
            (ContestState::Open, at(10) + CONTEST_LIFETIME)
        );
        assert_eq!(
            store.find_contest(FABRIKAM, started.id).await.unwrap().as_ref(),
            Some(&started)
        );
        assert_eq!(store.find_contest_by_code(CODE).await.unwrap().as_ref(), Some(&started));
        assert_eq!(store.find_contest_by_code([9; 32]).await.unwrap(), None);
        let event = newest(store, FABRIKAM).await;
        assert_eq!(
            (event.action, event.subject),
            (AuditAction::ContestCreated, Subject::Contest(started.id))
        );

        assert_eq!(store.find_contest(CONTOSO, started.id).await.unwrap(), None);
        let withdraw = async |tenant| store.delete_contest(tenant, started.id, &ada(), at(12)).await.unwrap();
        assert_eq!(withdraw(CONTOSO).await, Withdrawal::NotFound);
        assert_eq!(withdraw(FABRIKAM).await, Withdrawal::Withdrawn);
        assert_eq!(withdraw(FABRIKAM).await, Withdrawal::NotFound);
        assert_eq!(store.find_contest_by_code(CODE).await.unwrap(), None);
        let event = newest(store, FABRIKAM).await;
        assert_eq!(
            (event.action, event.subject),
            (AuditAction::ContestWithdrawn, Subject::Contest(started.id))
        );
    })
    .await;
}

#[tokio::test]
async fn a_tenant_has_twenty_open_contests() {
    on_each_database(async |db| {
        let store = &db.store;
        add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let begin = async |n, when| contest_with(store, FABRIKAM, &moodle("c-1", &["1"]), [n; 32], when).await;
        let mut all = Vec::new();
        for n in 0..20 {
            all.push(begin(n, at(i64::from(n))).await.unwrap());
        }
        let refused = begin(20, at(20)).await;
        assert!(matches!(refused, Err(ContestError::TooMany { limit: 20 })), "{refused:?}");
        store.delete_contest(FABRIKAM, all[0].id, &ada(), at(21)).await.unwrap();
        all.push(begin(20, at(21)).await.unwrap());
        all.remove(0);

        let mut listed = Vec::new();
        let mut after = None;
        loop {
            let Page { value, next } = store.list_contests(FABRIKAM, 8, after.as_ref()).await.unwrap();
            listed.extend(value);
            let Some(next) = next else { break };
            after = ContestCursor::decode(&next.to_string());
            assert_eq!(after, Some(next));
        }
        all.reverse();
        assert_eq!(listed, all);
        let forged: Cursor<ContestPosition> = Cursor(ContestPosition {
            begun_at: 0,
            id: Uuid::nil(),
        });
        assert!(
            store
                .list_contests(FABRIKAM, 8, Some(&forged))
                .await
                .unwrap()
                .value
                .is_empty()
        );
        assert!(store.list_contests(CONTOSO, 8, None).await.unwrap().value.is_empty());

        // Those that are over make room.
        begin(40, at(22) + CONTEST_LIFETIME).await.unwrap();
        let purged = store.purge_contests(at(22) + CONTEST_LIFETIME).await.unwrap();
        assert_eq!(purged, 20);
        assert_eq!(store.list_contests(FABRIKAM, 50, None).await.unwrap().value.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_proven_client_changes_hands_whole_and_comes_back_by_another_proof() {
    on_each_database(async |db| {
        let other = db.second_instance().await;
        let store = &db.store;
        let held = add(store, CONTOSO, &moodle("c-1", &["1", "2"])).await.unwrap();
        let kept = add(store, CONTOSO, &moodle("c-2", &["1"])).await.unwrap();
        let started = contest(store, &moodle("c-1", &["2"])).await;

        // An attempt changes nothing.
        assert!(store.store_proof(&started, "1", CONFIRMATION, at(20)).await.unwrap());
        let pending = store.find_proof(CONFIRMATION, at(21)).await.unwrap().unwrap();
        assert_eq!(
            (pending.organization.as_str(), pending.deployment_id.as_str()),
            ("Fabrikam College", "1")
        );
        assert_eq!(launch(&other, &held, "1", 1).await, RecordedLaunch::Recorded);
        assert_eq!(trail(store, CONTOSO, AuditQuery::default()).await.len(), 3);

        let won = confirm(&other, at(22)).await.unwrap();
        assert_eq!(launch(store, &held, "1", 2).await, RecordedLaunch::RegistrationGone);
        assert_eq!(launch(store, &kept, "1", 3).await, RecordedLaunch::Recorded);
        let registration = store.find_registration(FABRIKAM, won, at(23)).await.unwrap().unwrap();
        assert_eq!(registration.deployment_ids, ["1", "2"], "with the signed one");
        assert_eq!(launch(store, &registration, "1", 4).await, RecordedLaunch::Recorded);
        let holder = store
            .find_claim("https://moodle.contoso.edu", "c-1", None)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(holder.holders[0].confirmed_at, Some(at(22)), "by the proof");

        let lost = newest(store, CONTOSO).await;
        assert_eq!(
            (lost.action, lost.subject, lost.by.id.as_str()),
            (AuditAction::ClaimLost, Subject::Registration(held.id), "gateway")
        );
        let events = trail(store, FABRIKAM, AuditQuery::default()).await;
        let told: Vec<_> = events.iter().take(2).map(|event| event.action).collect();
        assert_eq!(told, [AuditAction::ContestProven, AuditAction::RegistrationCreated]);

        let over = store.find_contest(FABRIKAM, started.id).await.unwrap().unwrap();
        assert_eq!(over.state(at(23)), ContestState::Proven);
        assert_eq!(over.proof.unwrap().registration_id, won);
        assert!(matches!(confirm(store, at(24)).await, Err(ProofError::NotFound)));
        assert!(!store.store_proof(&started, "1", [5; 32], at(24)).await.unwrap(), "used");
        let withdrawn = store.delete_contest(FABRIKAM, started.id, &ada(), at(24)).await.unwrap();
        assert_eq!(withdrawn, Withdrawal::Proven);

        let back = contest_with(store, CONTOSO, &moodle("c-1", &["1"]), [3; 32], at(30))
            .await
            .unwrap();
        assert!(store.store_proof(&back, "1", CONFIRMATION, at(31)).await.unwrap());
        let back = confirm(store, at(32)).await.unwrap();
        assert!(store.find_registration(CONTOSO, back, at(33)).await.unwrap().is_some());
        assert_eq!(launch(store, &registration, "1", 5).await, RecordedLaunch::RegistrationGone);
    })
    .await;
}

#[tokio::test]
async fn of_a_shared_client_the_signed_deployment_changes_hands() {
    on_each_database(async |db| {
        let store = &db.store;
        let held = add(store, CONTOSO, &blackboard(&["b-1", "b-2"])).await.unwrap();
        let started = contest(store, &blackboard(&["b-1"])).await;
        assert!(!store.store_proof(&started, "b-2", CONFIRMATION, at(20)).await.unwrap());
        assert!(store.store_proof(&started, "b-1", CONFIRMATION, at(20)).await.unwrap());
        let won = confirm(store, at(21)).await.unwrap();
        assert_eq!(launch(store, &held, "b-1", 1).await, RecordedLaunch::RegistrationGone);
        assert_eq!(launch(store, &held, "b-2", 2).await, RecordedLaunch::Recorded);
        let registration = store.find_registration(FABRIKAM, won, at(22)).await.unwrap().unwrap();
        assert_eq!(registration.deployment_ids, ["b-1"]);
        assert_eq!(launch(store, &registration, "b-1", 3).await, RecordedLaunch::Recorded);
        let lost = newest(store, CONTOSO).await;
        let subject = Subject::Deployment {
            registration: Some(held.id),
            id: "b-1".to_owned(),
        };
        assert_eq!((lost.action, lost.subject), (AuditAction::ClaimLost, subject));
    })
    .await;
}

#[tokio::test]
async fn of_two_confirmations_one_counts() {
    on_each_database(async |db| {
        let other = db.second_instance().await;
        let store = &db.store;
        add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let started = contest(store, &moodle("c-1", &["1"])).await;
        assert!(store.store_proof(&started, "1", CONFIRMATION, at(20)).await.unwrap());
        let (one, another) = tokio::join!(confirm(store, at(21)), confirm(&other, at(21)));
        assert_eq!(
            [&one, &another].iter().filter(|confirmed| confirmed.is_ok()).count(),
            1,
            "{one:?} {another:?}"
        );
        let claim = store
            .find_claim("https://moodle.contoso.edu", "c-1", None)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(claim.holders.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn codes_and_confirmations_expire_and_end_with_their_tenant() {
    on_each_database(async |db| {
        // Two clients, of which none is confirmed, are the most that Fabrikam may have: a proven one doesn't count.
        let limits = RegistrationLimits {
            registrations: 10,
            unconfirmed: 1,
        };
        let store = &db.store.clone().with_registration_limits(limits);
        add(store, FABRIKAM, &moodle("f-1", &["1"])).await.unwrap();
        let held = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let started = contest(store, &moodle("c-1", &["1"])).await;
        let end = started.expires_at;
        assert!(!store.store_proof(&started, "1", CONFIRMATION, end).await.unwrap(), "expired");

        // The latest launch counts, for ten minutes, and no longer than the code.
        let late = end - Duration::minutes(5);
        assert!(store.store_proof(&started, "1", [4; 32], late).await.unwrap());
        assert!(store.store_proof(&started, "1", CONFIRMATION, late).await.unwrap());
        assert_eq!(store.find_proof([4; 32], late).await.unwrap(), None);
        assert!(store.find_proof(CONFIRMATION, late).await.unwrap().is_some());
        assert_eq!(store.find_proof(CONFIRMATION, end).await.unwrap(), None);
        let early = end - Duration::minutes(30);
        assert!(store.store_proof(&started, "1", CONFIRMATION, early).await.unwrap());
        assert_eq!(
            store.find_proof(CONFIRMATION, early + Duration::minutes(10)).await.unwrap(),
            None
        );

        store.withdraw_approval(FABRIKAM, &ada(), at(30)).await.unwrap();
        assert_eq!(store.find_contest_by_code(CODE).await.unwrap(), None);
        assert!(matches!(confirm(store, early).await, Err(ProofError::NotFound)));
        assert_eq!(launch(store, &held, "1", 1).await, RecordedLaunch::Recorded);
        store.approve_tenant(FABRIKAM, &ada(), at(31)).await.unwrap();
        confirm(store, early).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_contests_of_a_deleted_tenant_are_gone() {
    on_each_database(async |db| {
        let store = &db.store;
        add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let started = contest(store, &moodle("c-1", &["1"])).await;
        store.delete_tenant(FABRIKAM, false, &ada(), at(20)).await.unwrap();
        store.insert_tenant(&tenant(FABRIKAM)).await.unwrap();
        assert_eq!(store.find_contest(FABRIKAM, started.id).await.unwrap(), None);
    })
    .await;
}
