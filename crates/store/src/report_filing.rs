//! Stores a new report: once for each idempotency key and signed reference, within the quota of the day.

use domain::{AuditAction, ProblemReport, ReportId, ReportScope, ReportState, ReportSummary, Reporter, Subject, TenantId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, TryInsertResult};
use time::OffsetDateTime;

use crate::entities::problem_reports as reports;
use crate::problem_reports::find;
use crate::report_deliveries::{self, NewDelivery};
use crate::rows::{actor_kind, to_micros};
use crate::{Session, Store, StoreError, audit, query_first, sql};

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Everything about the storing of a report that isn't its content.
#[derive(Clone, Debug)]
pub struct Filing {
    /// The sender.
    pub reporter: Reporter,
    /// By what a repeated request is recognised.
    pub key: Option<IdempotencyKey>,
    /// How many reports the tenant may send a day in this way.
    pub daily_limit: u32,
    /// The deliveries to make.
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
pub enum FilingError {
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

impl From<DbErr> for FilingError {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

impl Store {
    /// Stores a report that was just sent, with its audit event and what is to be forwarded, all or nothing.
    ///
    /// # Errors
    /// [`FilingError`].
    pub async fn insert_report(&self, report: &ProblemReport, filing: &Filing) -> Result<Filed, FilingError> {
        let (tenant, id, at) = (report.summary.tenant_id, report.summary.id, report.summary.created_at);
        let Filing {
            reporter,
            key,
            daily_limit,
            deliveries,
        } = filing;
        let (_turn, tx) = self.begin().await?;
        if !crate::tenants::lock(&tx, tenant, "FOR SHARE").await? {
            return Err(FilingError::TenantNotFound);
        }
        // The counter's row is held until the end, so reports of one tenant come one after the other.
        let within_quota = count(&tx, tenant, reporter, *daily_limit, at).await?;
        if let Some(key) = key
            && let Some(repeated) = find_repeated(&tx, tenant, reporter, key).await?
        {
            return Ok(Filed::Repeated(Box::new(repeated?)));
        }
        if !within_quota {
            return Err(FilingError::QuotaUsedUp);
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

    /// Forgets idempotency keys from before that time, and the counters of days before it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn purge_report_keys(&self, before: OffsetDateTime) -> Result<(), StoreError> {
        let micros = to_micros(before);
        let (_turn, tx) = self.begin_job().await?;
        let keys = sql(&tx, "DELETE FROM problem_report_keys WHERE created_at < $1", [micros.into()]);
        tx.execute_raw(keys).await?;
        let day = micros.div_euclid(MICROS_PER_DAY);
        let quotas = sql(&tx, "DELETE FROM problem_report_quotas WHERE day < $1", [day.into()]);
        tx.execute_raw(quotas).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Counts a report against the tenant's quota of the day; `false` where that is used up.
async fn count(
    tx: &Session,
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
    Ok(query_first(tx, sql(tx, statement, values)).await?.is_some())
}

/// The earlier request of the same caller with the same key: its report as it was then, or the fact that its body was another.
async fn find_repeated(
    tx: &Session,
    tenant: TenantId,
    reporter: &Reporter,
    key: &IdempotencyKey,
) -> Result<Option<Result<ProblemReport, FilingError>>, StoreError> {
    let statement = "SELECT body_hash, report_id FROM problem_report_keys
        WHERE tenant_id = $1 AND caller = $2 AND idempotency_key = $3";
    let values = [tenant.0.into(), reporter.actor().id.into(), key.key.as_str().into()];
    let Some(row) = query_first(tx, sql(tx, statement, values)).await? else {
        return Ok(None);
    };
    let body_hash: Vec<u8> = row.try_get("", "body_hash")?;
    if body_hash != key.body_hash {
        return Ok(Some(Err(FilingError::KeyReused)));
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

async fn insert(tx: &Session, report: &ProblemReport, reporter: &Reporter) -> Result<(), FilingError> {
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
            return Err(FilingError::ReferenceUsed);
        }
    }
    Err(FilingError::NumberTaken)
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

async fn keep_key(tx: &Session, report: &ProblemReport, reporter: &Reporter, key: &IdempotencyKey) -> Result<(), StoreError> {
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
