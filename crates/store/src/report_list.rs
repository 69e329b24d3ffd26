use domain::{ReportCategory, ReportScope, ReportState, ReportSummary, TenantId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select, Value};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::entities::problem_reports::{Column, Entity};
use crate::pagination::{Cursor, KeysetOrder, Page, Position};
use crate::problem_reports::{in_scope, read_summary, tenant_names};
use crate::registration_list::contains;
use crate::rows::to_micros;
use crate::{Store, StoreError, is_storable};

/// Which reports of a scope to list.
#[derive(Clone, Debug, Default)]
pub struct ReportQuery {
    /// A part of number, reference, summary or description, without regard to case.
    pub search: Option<String>,
    /// In this state only.
    pub state: Option<ReportState>,
    /// Of this category only.
    pub category: Option<ReportCategory>,
    /// Of this tenant only, within the scope.
    pub tenant: Option<TenantId>,
    /// Only those of which something could not be forwarded.
    pub undelivered: bool,
    /// At this time or later.
    pub from: Option<OffsetDateTime>,
    /// Before this time.
    pub to: Option<OffsetDateTime>,
    /// How many at most.
    pub limit: u32,
    /// From where on.
    pub after: Option<ReportCursor>,
}

/// Where a problem report is in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportPosition {
    pub(crate) reported_at: i64,
    pub(crate) id: Uuid,
}

/// Where the next page of problem reports begins.
pub type ReportCursor = Cursor<ReportPosition>;

impl ReportCursor {
    /// Reads a cursor back; `None` when it was tampered with.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        Self::read(text)
    }
}

impl Position for ReportPosition {
    fn values(&self) -> [Value; 2] {
        [self.reported_at.into(), self.id.into()]
    }
}

impl Store {
    /// Lists the reports of a scope, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_reports(
        &self,
        scope: &ReportScope,
        query: &ReportQuery,
    ) -> Result<Page<ReportSummary, ReportPosition>, StoreError> {
        if query.search.as_ref().is_some_and(|text| !is_storable(text)) {
            return Ok(Page::empty());
        }
        let db = self.session().await?;
        let page = Page::cut(select(scope, query).all(&db).await?, query.limit, |row| ReportPosition {
            reported_at: row.created_at,
            id: row.id,
        });
        let names = tenant_names(&db, page.value.iter().map(|row| row.tenant_id)).await?;
        page.try_map(|row| read_summary(row, &names))
    }
}

fn select(scope: &ReportScope, query: &ReportQuery) -> Select<Entity> {
    let ReportQuery {
        search,
        state,
        category,
        tenant,
        undelivered,
        from,
        to,
        limit,
        after,
    } = query;
    let filters = [
        search.as_ref().map(|text| Expr::col(Column::SearchText).like(contains(text))),
        state.map(|state| Column::State.eq(state.code())),
        category.map(|category| Column::Category.eq(category.code())),
        tenant.map(|tenant| Column::TenantId.eq(tenant.0)),
        undelivered.then(|| {
            Expr::cust(
                "EXISTS (SELECT 1 FROM problem_report_deliveries d WHERE d.report_id = problem_reports.id AND d.state = 'dead')",
            )
        }),
        from.map(|from| Column::CreatedAt.gte(to_micros(from))),
        to.map(|to| Column::CreatedAt.lt(to_micros(to))),
    ];
    let list = Entity::find().filter(in_scope(scope));
    let list = filters.into_iter().flatten().fold(list, QueryFilter::filter);
    KeysetOrder::newest_first(Column::CreatedAt, Column::Id).select(list, *limit, after.as_ref())
}
