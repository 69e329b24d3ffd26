use domain::{AuditAction, AuditEvent, Subject};

use super::audit::trail;
use super::*;
use crate::{AuditQuery, Claim, Release, ReleaseError};

const ISSUER: &str = "https://moodle.contoso.edu";

const fn of(holder: TenantId) -> Release<'static> {
    Release {
        issuer: ISSUER,
        client_id: "c-1",
        deployment_id: None,
        holder,
        beneficiary: None,
    }
}

async fn release(store: &Store, release: Release<'_>) -> Result<usize, ReleaseError> {
    let ended = store.release_claim(&release, false, &operator(), at(50)).await;
    ended.map(|registrations| registrations.len())
}

fn operator() -> Actor {
    Actor {
        id: "operator".to_owned(),
        name: "The operator of the gateway".to_owned(),
        kind: ActorKind::App,
    }
}

async fn newest(store: &Store, tenant: TenantId) -> AuditEvent {
    trail(store, tenant, AuditQuery::default()).await.remove(0)
}

async fn holders(store: &Store, issuer: &str, client_id: &str, deployment: Option<&str>) -> Option<Vec<(TenantId, u32, u32)>> {
    let claim = store.find_claim(issuer, client_id, deployment).await.unwrap()?;
    let holder = |holder: &crate::ClaimHolder| (holder.tenant_id, holder.accepted, holder.confirmed);
    let mut holders: Vec<_> = claim.holders.iter().map(holder).collect();
    // Those of one time are in the order of their ids, which are random.
    holders.sort();
    Some(holders)
}

/// Fabrikam registers it, later than everything else.
async fn take(store: &Store, new: &NewRegistration) -> Result<Registration, InsertError> {
    store
        .insert_registration(FABRIKAM, RegistrationId(Uuid::new_v4()), new, &ada(), at(50))
        .await
}

#[tokio::test]
async fn a_private_client_is_taken_away_whole() {
    on_each_database(async |db| {
        let other = db.second_instance().await;
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1", "2"])).await.unwrap();
        let remaining = add(store, CONTOSO, &moodle("c-2", &["1"])).await.unwrap();
        launch(store, &registration, "1", 1).await;
        let Claim { is_private, holders } = store.find_claim(ISSUER, "c-1", None).await.unwrap().unwrap();
        let [holder] = holders.as_slice() else { panic!("{holders:?}") };
        assert!(is_private && holder.registration_id == registration.id);
        assert_eq!((holder.accepted, holder.confirmed, holder.confirmed_at), (2, 1, Some(at(1))));
        assert_eq!(
            self::holders(store, ISSUER, "c-1", Some("2")).await,
            Some(vec![(CONTOSO, 1, 0)])
        );
        assert_eq!(self::holders(store, ISSUER, "c-1", Some("3")).await, Some(vec![]));
        assert_eq!(self::holders(store, ISSUER, "c-9", None).await, None);

        let unknown = TenantId(Uuid::from_u128(9));
        for (asked, refused) in [
            (of(FABRIKAM), ReleaseError::NotHeld),
            (
                Release {
                    client_id: "c-9",
                    ..of(CONTOSO)
                },
                ReleaseError::NotHeld,
            ),
            (
                Release {
                    deployment_id: Some("1"),
                    ..of(CONTOSO)
                },
                ReleaseError::ClientIsPrivate,
            ),
            (
                Release {
                    beneficiary: Some(unknown),
                    ..of(CONTOSO)
                },
                ReleaseError::BeneficiaryNotFound,
            ),
        ] {
            assert_eq!(release(store, asked).await.unwrap_err().to_string(), refused.to_string());
        }
        let asked = Release {
            beneficiary: Some(FABRIKAM),
            ..of(CONTOSO)
        };
        let rehearsed = store.release_claim(&asked, true, &operator(), at(50)).await.unwrap();
        assert_eq!(rehearsed.len(), 1);
        assert_eq!(launch(&other, &registration, "1", 2).await, RecordedLaunch::Recorded);

        assert_eq!(release(store, asked).await.unwrap(), 1);
        assert_eq!(launch(&other, &registration, "1", 3).await, RecordedLaunch::RegistrationGone);
        assert_eq!(launch(&other, &remaining, "1", 4).await, RecordedLaunch::Recorded);
        let lost = newest(store, CONTOSO).await;
        assert_eq!(
            (lost.action, lost.subject, lost.by),
            (
                AuditAction::RegistrationReleased,
                Subject::Registration(registration.id),
                operator()
            )
        );
        let won = newest(store, FABRIKAM).await;
        assert_eq!(
            (won.action, won.subject, won.by),
            (AuditAction::ClientReleased, Subject::Tenant(FABRIKAM), operator())
        );
        let theirs = add(store, FABRIKAM, &moodle("c-1", &["1"])).await.unwrap();
        assert_eq!(launch(&other, &theirs, "1", 5).await, RecordedLaunch::Recorded);
    })
    .await;
}

#[tokio::test]
async fn of_a_shared_client_a_deployment_is_taken_away() {
    on_each_database(async |db| {
        let store = &db.store;
        let contoso = add(store, CONTOSO, &blackboard(&["b-1", "b-2"])).await.unwrap();
        let fabrikam = add(store, FABRIKAM, &blackboard(&["b-3"])).await.unwrap();
        let (issuer, client_id) = ("https://blackboard.com", "027328b7");
        assert_eq!(
            holders(store, issuer, client_id, None).await,
            Some(vec![(CONTOSO, 2, 0), (FABRIKAM, 1, 0)])
        );
        let asked = Release {
            issuer,
            client_id,
            deployment_id: Some("b-1"),
            holder: CONTOSO,
            beneficiary: Some(FABRIKAM),
        };
        assert_eq!(release(store, asked).await.unwrap(), 1);
        assert!(matches!(release(store, asked).await, Err(ReleaseError::NotHeld)));
        assert_eq!(launch(store, &contoso, "b-1", 1).await, RecordedLaunch::RegistrationGone);
        assert_eq!(launch(store, &contoso, "b-2", 2).await, RecordedLaunch::Recorded);
        let subject = |registration| Subject::Deployment {
            registration,
            id: "b-1".to_owned(),
        };
        let (lost, won) = (newest(store, CONTOSO).await, newest(store, FABRIKAM).await);
        assert_eq!(
            (lost.action, lost.subject),
            (AuditAction::DeploymentReleased, subject(Some(contoso.id)))
        );
        assert_eq!((won.action, won.subject), (AuditAction::ClientReleased, subject(None)));
        store
            .accept_deployment(FABRIKAM, fabrikam.id, "b-1", &ada(), at(51))
            .await
            .unwrap();

        let whole = Release {
            deployment_id: None,
            ..asked
        };
        assert_eq!(release(store, whole).await.unwrap(), 1);
        assert_eq!(holders(store, issuer, client_id, None).await, Some(vec![(FABRIKAM, 2, 0)]));
    })
    .await;
}

#[tokio::test]
async fn a_private_client_of_a_tenant_that_is_shut_out_is_for_whoever_registers_it() {
    on_each_database(async |db| {
        let store = &db.store;
        let lost = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let remaining = add(store, CONTOSO, &moodle("c-2", &["1"])).await.unwrap();
        let claim = async || take(store, &moodle("c-1", &["1"])).await;
        assert!(matches!(claim().await, Err(InsertError::ClientTaken)));
        store.withdraw_approval(CONTOSO, &operator(), at(1)).await.unwrap();
        let obstacle = store.find_obstacle(FABRIKAM, &moodle("c-1", &["1"]), &ada(), at(2)).await;
        assert!(obstacle.unwrap().is_none());
        assert!(
            store.find_registration(CONTOSO, lost.id, at(0)).await.unwrap().is_some(),
            "nothing was stored yet"
        );

        claim().await.unwrap();
        let event = newest(store, CONTOSO).await;
        assert_eq!(
            (event.action, event.subject, event.by.id.as_str()),
            (AuditAction::RegistrationReleased, Subject::Registration(lost.id), "gateway")
        );

        // Registrations that nobody took come back.
        store.approve_tenant(CONTOSO, &operator(), at(3)).await.unwrap();
        assert_eq!(launch(store, &remaining, "1", 1).await, RecordedLaunch::Recorded);
        assert_eq!(launch(store, &lost, "1", 2).await, RecordedLaunch::RegistrationGone);
        assert!(matches!(
            add(store, CONTOSO, &moodle("c-1", &["1"])).await,
            Err(InsertError::ClientTaken)
        ));
    })
    .await;
}

#[tokio::test]
async fn deployments_of_a_tenant_that_is_shut_out_are_for_whoever_accepts_them() {
    on_each_database(async |db| {
        let store = &db.store;
        let contoso = add(store, CONTOSO, &blackboard(&["b-1", "b-2", "b-3"])).await.unwrap();
        let fabrikam = add(store, FABRIKAM, &blackboard(&["b-9"])).await.unwrap();
        let taken = take(store, &blackboard(&["b-1"])).await;
        assert!(matches!(taken, Err(InsertError::DeploymentTaken { own: None, .. })));
        store.withdraw_approval(CONTOSO, &operator(), at(1)).await.unwrap();
        take(store, &blackboard(&["b-1"])).await.unwrap();
        store
            .accept_deployment(FABRIKAM, fabrikam.id, "b-2", &ada(), at(51))
            .await
            .unwrap();
        let event = newest(store, CONTOSO).await;
        assert_eq!(
            (event.action, event.by.id.as_str()),
            (AuditAction::DeploymentReleased, "gateway")
        );
        store.approve_tenant(CONTOSO, &operator(), at(3)).await.unwrap();
        let left = store.find_registration(CONTOSO, contoso.id, at(0)).await.unwrap().unwrap();
        assert_eq!(left.deployment_ids, ["b-3"]);
        assert_eq!(launch(store, &contoso, "b-3", 1).await, RecordedLaunch::Recorded);
        assert_eq!(launch(store, &contoso, "b-1", 2).await, RecordedLaunch::RegistrationGone);
    })
    .await;
}

/// The first who registers a client that schools share says what its addresses are.
#[tokio::test]
async fn addresses_that_only_tenants_entered_that_are_shut_out_bind_nobody() {
    on_each_database(async |db| {
        let store = &db.store;
        let mut strange = blackboard(&["b-1"]);
        strange.lms.platform.keyset_url = "https://elsewhere.example/keys".parse().unwrap();
        add(store, CONTOSO, &strange).await.unwrap();
        let claim = async || add(store, FABRIKAM, &blackboard(&["b-2"])).await;
        assert!(matches!(
            claim().await,
            Err(InsertError::PlatformDiffers { field: "keysetUrl" })
        ));
        store.withdraw_approval(CONTOSO, &operator(), at(1)).await.unwrap();
        claim().await.unwrap();
        assert!(matches!(
            add(store, CONTOSO, &strange).await,
            Err(InsertError::PlatformDiffers { .. })
        ));
    })
    .await;
}
