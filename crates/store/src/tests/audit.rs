use domain::{AuditAction, AuditEvent, AuditScope, RegistrationSummary, Subject};
use sea_orm::ConnectionTrait;

use super::problem_reports::{by, file};
use super::*;
use crate::{AuditCursor, AuditQuery};

/// All that fits, on one page.
pub(super) async fn trail(store: &Store, tenant: TenantId, query: AuditQuery) -> Vec<AuditEvent> {
    trail_in(store, AuditScope::Tenant(tenant), query).await
}

async fn trail_in(store: &Store, scope: AuditScope, query: AuditQuery) -> Vec<AuditEvent> {
    let query = AuditQuery { limit: 50, ..query };
    store.list_audit_events(scope, &query).await.unwrap().value
}

/// A registration with a deployment that came and went.
async fn story(store: &Store) -> Registration {
    let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
    let bert = Actor {
        id: "oid-bert".to_owned(),
        ..ada()
    };
    store
        .accept_deployment(CONTOSO, registration.id, "2", &bert, at(1))
        .await
        .unwrap();
    store
        .remove_deployment(CONTOSO, registration.id, "2", false, &ada(), at(2))
        .await
        .unwrap();
    store
        .delete_registration(CONTOSO, registration.id, &ada(), at(3))
        .await
        .unwrap();
    registration
}

fn actions(events: &[AuditEvent]) -> Vec<AuditAction> {
    events.iter().map(|event| event.action).collect()
}

#[tokio::test]
async fn the_audit_trail_tells_who_did_what_and_is_paged() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = story(store).await;
        let mut events = Vec::new();
        let mut after = None;
        loop {
            let query = AuditQuery {
                limit: 2,
                after,
                ..AuditQuery::default()
            };
            let page = store.list_audit_events(AuditScope::Tenant(CONTOSO), &query).await.unwrap();
            events.extend(page.value);
            let Some(next) = page.next else { break };
            after = Some(AuditCursor::decode(&next.to_string()).unwrap());
        }
        use AuditAction::{DeploymentAccepted, DeploymentRemoved, RegistrationCreated, RegistrationDeleted, TenantRegistered};
        assert_eq!(
            actions(&events),
            [
                RegistrationDeleted,
                DeploymentRemoved,
                DeploymentAccepted,
                RegistrationCreated,
                TenantRegistered
            ]
        );
        assert_eq!(events[0].subject, Subject::Registration(registration.id));
        let deployment = Subject::Deployment {
            registration: Some(registration.id),
            id: "2".to_owned(),
        };
        assert_eq!(events[1].subject, deployment);
        assert_eq!((&events[0].by, events[0].at, events[0].tenant_id), (&ada(), at(3), CONTOSO));
        let summary = RegistrationSummary {
            name: registration.name,
            app_id: registration.app_id,
            product: registration.product,
            deleted: true,
        };
        let summaries: Vec<_> = events.iter().map(|event| event.registration.as_ref()).collect();
        assert_eq!(
            summaries,
            [Some(&summary), Some(&summary), Some(&summary), Some(&summary), None],
            "named, though it is deleted"
        );
        assert_eq!(
            trail(store, FABRIKAM, AuditQuery::default()).await.len(),
            1,
            "its own registration only"
        );
    })
    .await;
}

#[tokio::test]
async fn the_audit_trail_is_filtered() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = story(store).await;
        add(store, CONTOSO, &moodle("c-2", &["2"])).await.unwrap();
        let text = |text: &str| Some(text.to_owned());
        let all = AuditQuery::default;
        for (query, count) in [
            (all(), 6),
            (
                AuditQuery {
                    action: Some(AuditAction::RegistrationCreated),
                    ..all()
                },
                2,
            ),
            (
                AuditQuery {
                    subject_kind: text("deployment"),
                    ..all()
                },
                2,
            ),
            (
                AuditQuery {
                    subject_kind: text("registration"),
                    subject_id: text(&registration.id.to_string()),
                    ..all()
                },
                2,
            ),
            (
                AuditQuery {
                    subject_id: text("2"),
                    ..all()
                },
                2,
            ),
            (
                AuditQuery {
                    registration: Some(registration.id),
                    ..all()
                },
                4,
            ),
            (
                AuditQuery {
                    by: text("oid-bert"),
                    ..all()
                },
                1,
            ),
            (
                AuditQuery {
                    from: Some(at(1)),
                    ..all()
                },
                3,
            ),
            (
                AuditQuery {
                    from: Some(at(1)),
                    to: Some(at(3)),
                    ..all()
                },
                2,
            ),
            (AuditQuery { by: text("\0"), ..all() }, 0),
        ] {
            assert_eq!(trail(store, CONTOSO, query.clone()).await.len(), count, "{query:?}");
            let foreign = AuditQuery {
                from: Some(at(1)),
                ..query
            };
            assert_eq!(trail(store, FABRIKAM, foreign).await, []);
        }
    })
    .await;
}

#[tokio::test]
async fn a_scope_without_reports_has_none_whatever_is_asked_for() {
    on_each_database(async |db| {
        let store = &db.store;
        story(store).await;
        let report = file(store, CONTOSO, &by("bob"), "Meetings doesn’t open", 9).await.summary.id;
        let all = AuditQuery::default;
        assert_eq!(trail(store, CONTOSO, all()).await.len(), 6);
        let (without, foreign) = (AuditScope::WithoutReports(CONTOSO), AuditScope::WithoutReports(FABRIKAM));
        assert_eq!(
            actions(&trail_in(store, without, all()).await),
            actions(&trail(store, CONTOSO, all()).await[1..])
        );
        for query in [
            AuditQuery {
                action: Some(AuditAction::ReportCreated),
                ..all()
            },
            AuditQuery {
                subject_kind: Some("report".to_owned()),
                ..all()
            },
            AuditQuery {
                subject_id: Some(report.to_string()),
                ..all()
            },
        ] {
            assert_eq!(trail(store, CONTOSO, query.clone()).await.len(), 1, "{query:?}");
            assert_eq!(trail_in(store, without, query.clone()).await, [], "{query:?}");
            assert_eq!(trail_in(store, foreign, query.clone()).await, [], "{query:?}");
        }
        // A page is full, and the next one begins where it ends, though something was left out between.
        let query = AuditQuery { limit: 3, ..all() };
        let page = store.list_audit_events(without, &query).await.unwrap();
        let rest = AuditQuery {
            after: page.next,
            ..query
        };
        let rest = store.list_audit_events(without, &rest).await.unwrap();
        assert_eq!((page.value.len(), rest.value.len(), rest.next), (3, 2, None));
    })
    .await;
}

#[tokio::test]
async fn nobody_changes_the_audit_trail() {
    on_each_database(async |db| {
        story(&db.store).await;
        let before = trail(&db.store, CONTOSO, AuditQuery::default()).await;
        for statement in [
            "UPDATE audit_events SET by_name = 'Eve'",
            "DELETE FROM audit_events",
            "DELETE FROM audit_events WHERE at > 0",
        ] {
            assert!(
                db.store.connection().execute_unprepared(statement).await.is_err(),
                "{statement}"
            );
        }
        assert_eq!(trail(&db.store, CONTOSO, AuditQuery::default()).await, before);
    })
    .await;
}
