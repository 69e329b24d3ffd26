use std::collections::HashMap;

use domain::{Launch, LaunchDetails, LaunchOutcome, Reference, RegistrationId, RegistrationSummary, TenantId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Select, Value};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::entities::launches::{Column, Entity, Model};
use crate::pagination::{Cursor, KeysetOrder, Page, Position};
use crate::rows::{from_micros, read_outcome, to_micros, unreadable};
use crate::{Store, StoreError, registrations};

/// Which launches of a tenant to list.
#[derive(Clone, Debug, Default)]
pub struct LaunchQuery {
    /// Of this registration only.
    pub registration_id: Option<RegistrationId>,
    /// With this outcome only.
    pub outcome: Option<LaunchOutcome>,
    /// At this time or later.
    pub from: Option<OffsetDateTime>,
    /// Before this time.
    pub to: Option<OffsetDateTime>,
    /// How many at most.
    pub limit: u32,
    /// From where on.
    pub after: Option<LaunchCursor>,
}

/// Where a launch is in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaunchPosition {
    pub(crate) launched_at: i64,
    pub(crate) reference: String,
}

/// Where the next page of launches begins.
pub type LaunchCursor = Cursor<LaunchPosition>;

impl LaunchCursor {
    /// Reads a cursor back; `None` when it was tampered with.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        Self::read(text).filter(|cursor| Reference::parse(&cursor.0.reference).is_ok())
    }
}

impl Position for LaunchPosition {
    fn values(&self) -> [Value; 2] {
        [self.launched_at.into(), self.reference.as_str().into()]
    }
}

/// The columns of a list: the checks stay where they are.
#[derive(FromQueryResult)]
struct Row {
    reference: String,
    at: i64,
    outcome: String,
    code: Option<String>,
    registration_id: Option<Uuid>,
    message_type: Option<String>,
}

impl Store {
    /// Finds a launch of the tenant, or one that belongs to nobody: such a refusal has no other key than its reference,
    /// which only the person saw whose launch it was.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_launch(&self, tenant: TenantId, reference: &Reference) -> Result<Option<LaunchDetails>, StoreError> {
        let whose = Condition::any()
            .add(Column::TenantId.eq(tenant.0))
            .add(Column::TenantId.is_null());
        let db = self.session().await?;
        let row = Entity::find_by_id(reference.as_str().to_owned())
            .filter(whose)
            .one(&db)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let summaries = registrations::summaries(&db, tenant, row.registration_id).await?;
        read_details(row, &summaries).map(Some)
    }

    /// Lists the tenant's launches, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_launches(&self, tenant: TenantId, query: &LaunchQuery) -> Result<Page<Launch, LaunchPosition>, StoreError> {
        let db = self.session().await?;
        let rows = select(tenant, query).into_model::<Row>().all(&db).await?;
        let page = Page::cut(rows, query.limit, |row| LaunchPosition {
            launched_at: row.at,
            reference: row.reference.clone(),
        });
        let summaries = registrations::summaries(&db, tenant, page.value.iter().filter_map(|row| row.registration_id)).await?;
        page.try_map(|row| read(row, &summaries))
    }
}

fn select(tenant: TenantId, query: &LaunchQuery) -> Select<Entity> {
    let LaunchQuery {
        registration_id,
        outcome,
        from,
        to,
        limit,
        after,
    } = query;
    let filters = [
        registration_id.map(|registration| Column::RegistrationId.eq(registration.0)),
        // Written out, not bound: only then is the partial index of refused launches of use.
        outcome.map(|outcome| {
            Expr::cust(match outcome {
                LaunchOutcome::Accepted => "outcome = 'accepted'",
                LaunchOutcome::Refused => "outcome = 'refused'",
            })
        }),
        from.map(|from| Column::At.gte(to_micros(from))),
        to.map(|to| Column::At.lt(to_micros(to))),
    ];
    let list = Entity::find()
        .select_only()
        .columns([
            Column::Reference,
            Column::At,
            Column::Outcome,
            Column::Code,
            Column::RegistrationId,
            Column::MessageType,
        ])
        .filter(Column::TenantId.eq(tenant.0));
    let list = filters.into_iter().flatten().fold(list, QueryFilter::filter);
    KeysetOrder::newest_first(Column::At, Column::Reference).select(list, *limit, after.as_ref())
}

fn read(row: Row, summaries: &HashMap<Uuid, RegistrationSummary>) -> Result<Launch, StoreError> {
    Ok(Launch {
        reference: Reference::parse(&row.reference).map_err(|_| unreadable("reference"))?,
        at: from_micros(row.at)?,
        outcome: read_outcome(&row.outcome)?,
        code: row.code,
        registration: row.registration_id.and_then(|id| summaries.get(&id).cloned()),
        registration_id: row.registration_id.map(RegistrationId),
        message_type: row.message_type,
    })
}

fn read_details(row: Model, summaries: &HashMap<Uuid, RegistrationSummary>) -> Result<LaunchDetails, StoreError> {
    let Model {
        reference,
        at,
        outcome,
        code,
        registration_id,
        message_type,
        issuer,
        client_id,
        checks,
        ..
    } = row;
    let row = Row {
        reference,
        at,
        outcome,
        code,
        registration_id,
        message_type,
    };
    let launch = read(row, summaries)?;
    Ok(LaunchDetails {
        launch,
        issuer,
        client_id,
        checks,
    })
}
