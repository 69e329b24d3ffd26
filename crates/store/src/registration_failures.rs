//! Reasons for failing launches of a registration other than its keyset.

use std::collections::HashMap;

use domain::{AuditAction, Failure, FailureReason};
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::StoreError;
use crate::entities::{audit_events, deployments, launches, registrations};
use crate::launches::LAST_LAUNCH_PRECISION;
use crate::rows::{REJECTED, from_micros, to_micros};

/// Launches of this time are looked at.
const WINDOW: Duration = Duration::days(7);
/// A registration with no more refused launches than this does not count as failed.
const TOLERATED_REFUSALS: u64 = 4;

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    only_rejected: bool,
    rejected_at: Option<i64>,
    refused_at: Option<i64>,
}

/// True if a registration fails at that time.
pub(crate) fn fails(now: OffsetDateTime) -> Condition {
    Condition::any().add(only_rejected()).add(only_refused(now))
}

/// Finds the failures of those registrations that have one.
pub(crate) async fn find_failures(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = Uuid>,
    now: OffsetDateTime,
) -> Result<HashMap<Uuid, Failure>, StoreError> {
    let rows = select(ids, now).into_model::<Row>().all(db).await?;
    rows.into_iter()
        .map(|row| {
            let (reason, since) = if row.only_rejected {
                (FailureReason::DeploymentsRejected, row.rejected_at)
            } else {
                (FailureReason::LaunchesRefused, row.refused_at)
            };
            let since = since.map(from_micros).transpose()?;
            Ok((row.id, Failure { reason, since }))
        })
        .collect()
}

pub(crate) fn select(ids: impl IntoIterator<Item = Uuid>, now: OffsetDateTime) -> Select<registrations::Entity> {
    registrations::Entity::find()
        .select_only()
        .column(registrations::Column::Id)
        .expr_as(only_rejected(), "only_rejected")
        .expr_as(Expr::from(last_rejection()), "rejected_at")
        .expr_as(Expr::from(first_refusal()), "refused_at")
        .filter(registrations::Column::Id.is_in(ids))
        .filter(fails(now))
}

fn id() -> Expr {
    Expr::col((registrations::Entity, registrations::Column::Id))
}

fn last_launch_at() -> Expr {
    Expr::col((registrations::Entity, registrations::Column::LastLaunchAt))
}

/// It has deployments, and neither accepts one nor is one waiting.
fn only_rejected() -> Expr {
    let of_registration = || {
        deployments::Entity::find()
            .select_only()
            .expr(Expr::val(1))
            .filter(deployments::Column::RegistrationId.into_expr().eq(id()))
    };
    let other = of_registration().filter(deployments::Column::State.ne(REJECTED));
    Expr::exists(of_registration().into_query()).and(Expr::exists(other.into_query()).not())
}

fn last_rejection() -> SelectStatement {
    let tenant = Expr::col((registrations::Entity, registrations::Column::TenantId));
    audit_events::Entity::find()
        .select_only()
        .column(audit_events::Column::At)
        .filter(audit_events::Column::TenantId.into_expr().eq(tenant))
        .filter(audit_events::Column::RegistrationId.into_expr().gte(id()))
        .filter(audit_events::Column::RegistrationId.into_expr().lte(id()))
        .filter(audit_events::Column::Action.eq(AuditAction::DeploymentRemoved.code()))
        .order_by(audit_events::Column::RegistrationId, Order::Desc)
        .order_by(audit_events::Column::At, Order::Desc)
        .limit(1)
        .into_query()
}

/// The first launch of the registration at that time or later.
///
/// With an equation, PostgreSQL would order by the time alone, and may walk through the launches of all registrations by their time
/// until it has met enough of this one. A range is in order by one index only, which begins where the range does.
fn launches_since(at: Expr) -> Select<launches::Entity> {
    let column = |column: launches::Column| column.into_expr();
    let position = Expr::tuple([column(launches::Column::RegistrationId), column(launches::Column::At)]);
    launches::Entity::find()
        .select_only()
        .filter(position.gte(Expr::tuple([id(), at])))
        .filter(column(launches::Column::RegistrationId).lte(id()))
        .order_by(launches::Column::RegistrationId, Order::Asc)
        .order_by(launches::Column::At, Order::Asc)
        .limit(1)
}

/// The last launch that was accepted lies before all that are looked at, and those are several. Not more rows are read than that takes,
/// however many there are.
fn only_refused(now: OffsetDateTime) -> Expr {
    let from = to_micros(now - WINDOW);
    let several = launches_since(Expr::val(from)).expr(Expr::val(1)).offset(TOLERATED_REFUSALS);
    last_launch_at().lt(from).and(Expr::exists(several.into_query()))
}

/// The first one after the last accepted launch, whose time is kept to the minute.
fn first_refusal() -> SelectStatement {
    launches_since(last_launch_at().add(LAST_LAUNCH_PRECISION))
        .column(launches::Column::At)
        .into_query()
}
