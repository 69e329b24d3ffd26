use std::collections::HashMap;

use domain::{
    AuditAction, Comment, ProblemReport, Reference, ReportCategory, ReportId, ReportNumber, ReportScope, ReportState,
    ReportSummary, StateChange, Subject, TenantId,
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::entities::{
    problem_report_comments as comments, problem_report_states as states, problem_reports as reports, tenants,
};
use crate::report_deliveries::{self, NewDelivery};
use crate::rows::{actor_kind, from_micros, read_actor, to_micros, unreadable};
use crate::{Session, Store, StoreError, audit, locking_sql, query_first, sql};

/// How many answers a report may have.
const MOST_COMMENTS: i32 = 200;
/// How many changes of state it may have.
const MOST_CHANGES: i64 = 200;
/// How many rows one call of a purge deletes at most.
const PURGE_BATCH: i64 = 1_000;

/// How adding an answer or changing the state went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportUpdate {
    /// It is so now.
    Done,
    /// There is no such report in the scope.
    NotFound,
    /// The report has as many answers, or changes of state, as it may have.
    Full,
}

impl Store {
    /// Finds a report in the scope, with everything that was said about it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_report(&self, scope: &ReportScope, id: ReportId) -> Result<Option<ProblemReport>, StoreError> {
        find(&self.session().await?, scope, id).await
    }

    /// Adds an answer to a report in the scope, with its audit event and what is to be forwarded.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_report_comment(
        &self,
        scope: &ReportScope,
        id: ReportId,
        comment: &Comment,
        deliveries: &[NewDelivery],
    ) -> Result<ReportUpdate, StoreError> {
        let Comment {
            at,
            by,
            by_support,
            text,
        } = comment;
        let (_turn, tx) = self.begin().await?;
        let Some(report) = lock(&tx, scope, id).await? else {
            return Ok(ReportUpdate::NotFound);
        };
        if report.comments >= MOST_COMMENTS {
            return Ok(ReportUpdate::Full);
        }
        let row = comments::Model {
            id: Uuid::now_v7(),
            report_id: id.0,
            at: to_micros(*at),
            by_id: by.id.clone(),
            by_name: by.name.clone(),
            by_kind: actor_kind(by.kind).to_owned(),
            by_support: *by_support,
            text: text.clone(),
        };
        comments::Entity::insert(row.into_active_model())
            .exec_without_returning(&tx)
            .await?;
        let touch = "UPDATE problem_reports SET comments = comments + 1, updated_at = $1 WHERE id = $2";
        tx.execute_raw(sql(&tx, touch, [to_micros(*at).into(), id.0.into()])).await?;
        report_deliveries::insert(&tx, id, deliveries, *at).await?;
        let (tenant, subject) = (TenantId(report.tenant_id), Subject::Report(id));
        audit::insert(&tx, tenant, by, AuditAction::ReportCommented, subject, *at).await?;
        tx.commit().await?;
        Ok(ReportUpdate::Done)
    }

    /// Changes the state of a report in the scope, with history, audit event and what is to be forwarded. Nothing is
    /// written where it has that state already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_report_state(
        &self,
        scope: &ReportScope,
        id: ReportId,
        change: &StateChange,
        deliveries: &[NewDelivery],
    ) -> Result<ReportUpdate, StoreError> {
        let StateChange { at, by, state } = change;
        let (_turn, tx) = self.begin().await?;
        let Some(report) = lock(&tx, scope, id).await? else {
            return Ok(ReportUpdate::NotFound);
        };
        if report.state == state.code() {
            return Ok(ReportUpdate::Done);
        }
        let changes = "SELECT COUNT(*) AS changes FROM problem_report_states WHERE report_id = $1";
        let changes = query_first(&tx, sql(&tx, changes, [id.0.into()])).await?;
        if changes.map_or(Ok(0), |row| row.try_get("", "changes"))? >= MOST_CHANGES {
            return Ok(ReportUpdate::Full);
        }
        let row = states::Model {
            id: Uuid::now_v7(),
            report_id: id.0,
            at: to_micros(*at),
            by_id: by.id.clone(),
            by_name: by.name.clone(),
            by_kind: actor_kind(by.kind).to_owned(),
            state: state.code().to_owned(),
        };
        states::Entity::insert(row.into_active_model())
            .exec_without_returning(&tx)
            .await?;
        let change = "UPDATE problem_reports SET state = $1, updated_at = $2 WHERE id = $3";
        let values = [state.code().into(), to_micros(*at).into(), id.0.into()];
        tx.execute_raw(sql(&tx, change, values)).await?;
        report_deliveries::insert(&tx, id, deliveries, *at).await?;
        let (tenant, subject) = (TenantId(report.tenant_id), Subject::Report(id));
        audit::insert(&tx, tenant, by, AuditAction::ReportStateChanged, subject, *at).await?;
        tx.commit().await?;
        Ok(ReportUpdate::Done)
    }

    /// Deletes reports without an answer or change of state since that time, with everything that belongs to them; at
    /// most some hundred, to be called until it answers 0.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn purge_reports(&self, before: OffsetDateTime) -> Result<u64, StoreError> {
        let statement = "DELETE FROM problem_reports WHERE id IN
            (SELECT id FROM problem_reports WHERE updated_at < $1 ORDER BY updated_at LIMIT $2)";
        let (_turn, tx) = self.begin_job().await?;
        let values = [to_micros(before).into(), PURGE_BATCH.into()];
        let deleted = tx.execute_raw(sql(&tx, statement, values)).await?;
        tx.commit().await?;
        Ok(deleted.rows_affected())
    }
}

/// The reports within the scope.
pub(crate) fn in_scope(scope: &ReportScope) -> Condition {
    let tenant = |tenant: &TenantId| Condition::all().add(reports::Column::TenantId.eq(tenant.0));
    match scope {
        ReportScope::Own(own, reporter) => tenant(own).add(reports::Column::CreatedById.eq(reporter)),
        ReportScope::Tenant(own) => tenant(own),
        ReportScope::Everything => Condition::all(),
    }
}

/// Finds a report in the scope and holds its row until the transaction ends.
async fn lock(tx: &Session, scope: &ReportScope, id: ReportId) -> Result<Option<reports::Model>, StoreError> {
    let statement = "SELECT id FROM problem_reports WHERE id = $1";
    query_first(tx, locking_sql(tx, statement, "FOR UPDATE", [id.0.into()])).await?;
    Ok(reports::Entity::find_by_id(id.0).filter(in_scope(scope)).one(tx).await?)
}

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    scope: &ReportScope,
    id: ReportId,
) -> Result<Option<ProblemReport>, StoreError> {
    let Some(row) = reports::Entity::find_by_id(id.0).filter(in_scope(scope)).one(db).await? else {
        return Ok(None);
    };
    let history = states::Entity::find()
        .filter(states::Column::ReportId.eq(id.0))
        .order_by_asc(states::Column::At)
        .order_by_asc(states::Column::Id)
        .all(db)
        .await?;
    let comments = comments::Entity::find()
        .filter(comments::Column::ReportId.eq(id.0))
        .order_by_asc(comments::Column::At)
        .order_by_asc(comments::Column::Id)
        .all(db)
        .await?;
    let names = tenant_names(db, [row.tenant_id]).await?;
    Ok(Some(ProblemReport {
        description: row.description.clone(),
        contact_email: row.contact_email.clone(),
        attach_diagnostics: row.attach_diagnostics,
        diagnostics: row.diagnostics.clone(),
        browser: row.browser.clone(),
        portal_version: row.portal_version.clone(),
        history: history.into_iter().map(read_state).collect::<Result<_, _>>()?,
        comments: comments.into_iter().map(read_comment).collect::<Result<_, _>>()?,
        summary: read_summary(row, &names)?,
    }))
}

/// The names of tenants, as far as they are registered.
pub(crate) async fn tenant_names(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, StoreError> {
    let names: Vec<(Uuid, String)> = tenants::Entity::find()
        .select_only()
        .columns([tenants::Column::Id, tenants::Column::DisplayName])
        .filter(tenants::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(names.into_iter().collect())
}

pub(crate) fn read_summary(row: reports::Model, tenant_names: &HashMap<Uuid, String>) -> Result<ReportSummary, StoreError> {
    let reference = |text: String| Reference::parse(&text).map_err(|_| unreadable("reference"));
    let created_by = match (row.created_by_id, row.created_by_name, row.created_by_kind) {
        (Some(id), Some(name), Some(kind)) => Some(read_actor(id, name, &kind)?),
        _ => None,
    };
    Ok(ReportSummary {
        id: ReportId(row.id),
        number: ReportNumber::from_stored(row.number),
        tenant_id: TenantId(row.tenant_id),
        tenant_name: tenant_names.get(&row.tenant_id).cloned(),
        category: ReportCategory::from_code(&row.category).ok_or_else(|| unreadable("report category"))?,
        summary: row.summary,
        launch_reference: row.launch_reference.map(reference).transpose()?,
        created_at: from_micros(row.created_at)?,
        created_by,
        updated_at: from_micros(row.updated_at)?,
        state: read_report_state(&row.state)?,
    })
}

fn read_report_state(text: &str) -> Result<ReportState, StoreError> {
    ReportState::from_code(text).ok_or_else(|| unreadable("report state"))
}

fn read_state(row: states::Model) -> Result<StateChange, StoreError> {
    Ok(StateChange {
        at: from_micros(row.at)?,
        by: read_actor(row.by_id, row.by_name, &row.by_kind)?,
        state: read_report_state(&row.state)?,
    })
}

fn read_comment(row: comments::Model) -> Result<Comment, StoreError> {
    Ok(Comment {
        at: from_micros(row.at)?,
        by: read_actor(row.by_id, row.by_name, &row.by_kind)?,
        by_support: row.by_support,
        text: row.text,
    })
}
