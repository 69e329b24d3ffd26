use std::collections::HashMap;

use domain::{
    AuditAction, Comment, ProblemReport, Reference, ReportCategory, ReportId, ReportNumber, ReportScope, ReportState,
    ReportSummary, Reporter, StateChange, Subject, TenantId,
};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, TryInsertResult,
};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::entities::{
    problem_report_comments as comments, problem_report_states as states, problem_reports as reports, tenants,
};
use crate::report_deliveries::Channel;
use crate::rows::{actor_kind, from_micros, read_actor, to_micros, unreadable};
use crate::{Store, StoreError, audit, locking_sql, report_deliveries, sql};

const MICROS_PER_DAY: i64 = 86_400_000_000;
/// How many answers a report may have.
const MOST_COMMENTS: i32 = 200;
/// How many rows one call of a purge deletes at most.
const PURGE_BATCH: i64 = 1_000;

/// Everything about the storing of a report that isn't its content.
#[derive(Clone, Debug)]
pub struct Filing {
    /// Who sends it.
    pub reporter: Reporter,
    /// By what a repeated request is recognised.
    pub key: Option<IdempotencyKey>,
    /// How many reports the tenant may send a day in this way.
    pub daily_limit: u32,
    /// What is to be forwarded.
    pub deliveries: Vec<NewDelivery>,
}

/// By what a repeated request is recognised: the sender's own key, and what it then sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The key.
    pub key: String,
    /// A hash of the request's body.
    pub body_hash: [u8; 32],
}

/// Something to be forwarded to the support desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// The id by which the support desk recognises it when it comes twice.
    pub id: Uuid,
    /// What happened, e.g. `report.created`.
    pub event: &'static str,
    /// By which way.
    pub channel: Channel,
    /// What is sent.
    pub payload: String,
}

/// How the storing of a report went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filed {
    /// It is stored.
    Stored,
    /// An earlier request with the same key and body stored it; as it was then.
    Repeated(Box<ProblemReport>),
}

/// Why a report isn't stored.
#[derive(Debug, thiserror::Error)]
pub enum FilingRefused {
    /// The key was used for another body.
    #[error("the idempotency key was used for another report")]
    KeyReused,
    /// The signed reference was used for another report.
    #[error("the signed reference was used already")]
    ReferenceUsed,
    /// The tenant sent as many as it may today.
    #[error("the tenant's quota of the day is used up")]
    QuotaUsedUp,
    /// Another report has this number: ask again with another.
    #[error("the number is taken")]
    NumberTaken,
    /// The tenant isn't registered (any more).
    #[error("the tenant isn't registered")]
    TenantNotFound,
    /// The store couldn't answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbErr> for FilingRefused {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

/// How an answer was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentAddition {
    /// It is there.
    Added,
    /// There is no such report in the scope.
    NotFound,
    /// The report has as many answers as it may have.
    Full,
}

impl Store {
    /// Stores a report that was just sent, with its audit event and what is to be forwarded, all or nothing.
    ///
    /// # Errors
    /// [`FilingRefused`].
    pub async fn insert_report(&self, report: &ProblemReport, filing: &Filing) -> Result<Filed, FilingRefused> {
        let (tenant, id, at) = (report.summary.tenant_id, report.summary.id, report.summary.created_at);
        let Filing {
            reporter,
            key,
            daily_limit,
            deliveries,
        } = filing;
        let (_turn, tx) = self.begin().await?;
        if !crate::tenants::lock(&tx, tenant, "FOR SHARE").await? {
            return Err(FilingRefused::TenantNotFound);
        }
        // The counter's row is held until the end, so reports of one tenant come one after the other.
        let within_quota = count(&tx, tenant, reporter, *daily_limit, at).await?;
        if let Some(key) = key
            && let Some(repeated) = find_repeated(&tx, tenant, reporter, key).await?
        {
            return Ok(Filed::Repeated(Box::new(repeated?)));
        }
        if !within_quota {
            return Err(FilingRefused::QuotaUsedUp);
        }
        insert(&tx, report, reporter).await?;
        if let Some(key) = key {
            keep_key(&tx, report, reporter, key).await?;
        }
        report_deliveries::insert(&tx, id, deliveries, at).await?;
        let (by, subject) = (reporter.actor(), Subject::Report(id));
        audit::insert(&tx, tenant, &by, AuditAction::ReportCreated, subject, at).await?;
        tx.commit().await?;
        Ok(Filed::Stored)
    }

    /// Finds a report in the scope, with everything that was said about it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_report(&self, scope: &ReportScope, id: ReportId) -> Result<Option<ProblemReport>, StoreError> {
        find(&self.db, scope, id).await
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
    ) -> Result<CommentAddition, StoreError> {
        let Comment {
            at,
            by,
            by_support,
            text,
        } = comment;
        let (_turn, tx) = self.begin().await?;
        let Some(report) = lock(&tx, scope, id).await? else {
            return Ok(CommentAddition::NotFound);
        };
        if report.comments >= MOST_COMMENTS {
            return Ok(CommentAddition::Full);
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
        Ok(CommentAddition::Added)
    }

    /// Changes the state of a report in the scope, with history, audit event and what is to be forwarded. Nothing is
    /// written where it has that state already. `false` where there is no such report.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_report_state(
        &self,
        scope: &ReportScope,
        id: ReportId,
        change: &StateChange,
        deliveries: &[NewDelivery],
    ) -> Result<bool, StoreError> {
        let StateChange { at, by, state } = change;
        let (_turn, tx) = self.begin().await?;
        let Some(report) = lock(&tx, scope, id).await? else {
            return Ok(false);
        };
        if report.state == state.code() {
            return Ok(true);
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
        Ok(true)
    }

    /// Deletes reports without an answer or change of state since that time, with everything that belongs to them; at
    /// most some hundred, to be called until it answers 0.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn purge_reports(&self, before: OffsetDateTime) -> Result<u64, StoreError> {
        let statement = "DELETE FROM problem_reports WHERE id IN
            (SELECT id FROM problem_reports WHERE updated_at < $1 ORDER BY updated_at LIMIT $2)";
        let _turn = self.turn_to_write().await;
        let values = [to_micros(before).into(), PURGE_BATCH.into()];
        Ok(self.db.execute_raw(sql(&self.db, statement, values)).await?.rows_affected())
    }

    /// Forgets idempotency keys from before that time, and the counters of days before it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn purge_report_keys(&self, before: OffsetDateTime) -> Result<(), StoreError> {
        let micros = to_micros(before);
        let _turn = self.turn_to_write().await;
        let keys = sql(
            &self.db,
            "DELETE FROM problem_report_keys WHERE created_at < $1",
            [micros.into()],
        );
        self.db.execute_raw(keys).await?;
        let day = micros.div_euclid(MICROS_PER_DAY);
        let quotas = sql(&self.db, "DELETE FROM problem_report_quotas WHERE day < $1", [day.into()]);
        self.db.execute_raw(quotas).await?;
        Ok(())
    }
}

/// Counts a report against the tenant's quota of the day; `false` where that is used up.
async fn count(
    tx: &DatabaseTransaction,
    tenant: TenantId,
    reporter: &Reporter,
    daily_limit: u32,
    at: OffsetDateTime,
) -> Result<bool, StoreError> {
    let statement = "INSERT INTO problem_report_quotas (tenant_id, day, signed_in, used) SELECT $1, $2, $3, 1 WHERE $4 > 0
        ON CONFLICT (tenant_id, day, signed_in) DO UPDATE SET used = problem_report_quotas.used + 1
        WHERE problem_report_quotas.used < $4
        RETURNING used";
    let values = [
        tenant.0.into(),
        to_micros(at).div_euclid(MICROS_PER_DAY).into(),
        matches!(reporter, Reporter::Caller(_)).into(),
        i64::from(daily_limit).into(),
    ];
    Ok(tx.query_one_raw(sql(tx, statement, values)).await?.is_some())
}

/// What the same caller stored by the same key: the report as it was then, or that it was another body.
async fn find_repeated(
    tx: &DatabaseTransaction,
    tenant: TenantId,
    reporter: &Reporter,
    key: &IdempotencyKey,
) -> Result<Option<Result<ProblemReport, FilingRefused>>, StoreError> {
    let statement = "SELECT body_hash, report_id FROM problem_report_keys
        WHERE tenant_id = $1 AND caller = $2 AND idempotency_key = $3";
    let values = [tenant.0.into(), reporter.actor().id.into(), key.key.as_str().into()];
    let Some(row) = tx.query_one_raw(sql(tx, statement, values)).await? else {
        return Ok(None);
    };
    let body_hash: Vec<u8> = row.try_get("", "body_hash")?;
    if body_hash != key.body_hash {
        return Ok(Some(Err(FilingRefused::KeyReused)));
    }
    let id = ReportId(row.try_get("", "report_id")?);
    let found = find(tx, &ReportScope::Tenant(tenant), id).await?;
    Ok(found.map(|report| Ok(as_filed(report))))
}

/// The report as it was when it was stored.
fn as_filed(report: ProblemReport) -> ProblemReport {
    ProblemReport {
        summary: ReportSummary {
            state: ReportState::Open,
            updated_at: report.summary.created_at,
            ..report.summary
        },
        history: Vec::new(),
        comments: Vec::new(),
        ..report
    }
}

async fn insert(tx: &DatabaseTransaction, report: &ProblemReport, reporter: &Reporter) -> Result<(), FilingRefused> {
    let row = new_row(report, reporter);
    let signed_reference = row.signed_reference.clone();
    let inserted = reports::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(tx)
        .await?;
    if matches!(inserted, TryInsertResult::Inserted(1)) {
        return Ok(());
    }
    if let Some(reference) = signed_reference {
        let used = reports::Column::SignedReference.eq(reference);
        if reports::Entity::find().filter(used).one(tx).await?.is_some() {
            return Err(FilingRefused::ReferenceUsed);
        }
    }
    Err(FilingRefused::NumberTaken)
}

fn new_row(report: &ProblemReport, reporter: &Reporter) -> reports::Model {
    let ProblemReport {
        summary:
            ReportSummary {
                id,
                number,
                tenant_id,
                tenant_name: _,
                category,
                summary,
                launch_reference,
                created_at,
                created_by,
                updated_at,
                state,
            },
        description,
        contact_email,
        attach_diagnostics,
        diagnostics,
        browser,
        portal_version,
        history: _,
        comments: _,
    } = report;
    let launch_reference = launch_reference.as_ref().map(ToString::to_string);
    let reference = launch_reference.as_deref().unwrap_or_default();
    reports::Model {
        id: id.0,
        search_text: [number.as_str(), reference, summary, description].join("\n").to_lowercase(),
        number: number.to_string(),
        tenant_id: tenant_id.0,
        category: category.code().to_owned(),
        summary: summary.clone(),
        description: description.clone(),
        contact_email: contact_email.clone(),
        launch_reference,
        signed_reference: match reporter {
            Reporter::Caller(_) => None,
            Reporter::Holder(reference) => Some(reference.to_string()),
        },
        attach_diagnostics: *attach_diagnostics,
        diagnostics: diagnostics.clone(),
        browser: browser.clone(),
        portal_version: portal_version.clone(),
        created_at: to_micros(*created_at),
        created_by_id: created_by.as_ref().map(|by| by.id.clone()),
        created_by_name: created_by.as_ref().map(|by| by.name.clone()),
        created_by_kind: created_by.as_ref().map(|by| actor_kind(by.kind).to_owned()),
        updated_at: to_micros(*updated_at),
        state: state.code().to_owned(),
        comments: 0,
    }
}

async fn keep_key(
    tx: &DatabaseTransaction,
    report: &ProblemReport,
    reporter: &Reporter,
    key: &IdempotencyKey,
) -> Result<(), StoreError> {
    let statement = "INSERT INTO problem_report_keys (tenant_id, caller, idempotency_key, body_hash, report_id, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    let values = [
        report.summary.tenant_id.0.into(),
        reporter.actor().id.into(),
        key.key.as_str().into(),
        key.body_hash.to_vec().into(),
        report.summary.id.0.into(),
        to_micros(report.summary.created_at).into(),
    ];
    tx.execute_raw(sql(tx, statement, values)).await?;
    Ok(())
}

/// What the scope lets through.
pub(crate) fn in_scope(scope: &ReportScope) -> Condition {
    let tenant = |tenant: &TenantId| Condition::all().add(reports::Column::TenantId.eq(tenant.0));
    match scope {
        ReportScope::Own(own, reporter) => tenant(own).add(reports::Column::CreatedById.eq(reporter)),
        ReportScope::Tenant(own) => tenant(own),
        ReportScope::Everything => Condition::all(),
    }
}

/// Finds a report in the scope and holds its row until the transaction ends.
async fn lock(tx: &DatabaseTransaction, scope: &ReportScope, id: ReportId) -> Result<Option<reports::Model>, StoreError> {
    let statement = "SELECT id FROM problem_reports WHERE id = $1";
    tx.query_one_raw(locking_sql(tx, statement, "FOR UPDATE", [id.0.into()]))
        .await?;
    Ok(reports::Entity::find_by_id(id.0).filter(in_scope(scope)).one(tx).await?)
}

async fn find(db: &impl ConnectionTrait, scope: &ReportScope, id: ReportId) -> Result<Option<ProblemReport>, StoreError> {
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
