use domain::{ReportCategory, ReportScope, ReportState, ReportSummary, TenantId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select};
use time::OffsetDateTime;

use crate::cursors::ReportCursor;
use crate::entities::problem_reports::{Column, Entity};
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

/// A page of reports, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportPage {
    /// The reports.
    pub value: Vec<ReportSummary>,
    /// Where the next page begins, if there is one.
    pub next: Option<ReportCursor>,
}

impl Store {
    /// Lists the reports of a scope, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_reports(&self, scope: &ReportScope, query: &ReportQuery) -> Result<ReportPage, StoreError> {
        if query.search.as_ref().is_some_and(|text| !is_storable(text)) {
            return Ok(ReportPage {
                value: Vec::new(),
                next: None,
            });
        }
        let db = self.session().await?;
        let mut rows = select(scope, query).all(&db).await?;
        let more = rows.len() > query.limit as usize;
        rows.truncate(query.limit as usize);
        let next = rows.last().filter(|_| more).map(|row| ReportCursor {
            reported_at: row.created_at,
            id: row.id,
        });
        let names = tenant_names(&db, rows.iter().map(|row| row.tenant_id)).await?;
        let value = rows.into_iter().map(|row| read_summary(row, &names));
        Ok(ReportPage {
            value: value.collect::<Result<_, _>>()?,
            next,
        })
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
        after.as_ref().map(|cursor| {
            let position = Expr::tuple([Expr::value(cursor.reported_at), Expr::value(cursor.id)]);
            Expr::tuple([Expr::col(Column::CreatedAt), Expr::col(Column::Id)]).lt(position)
        }),
    ];
    let select = Entity::find()
        .filter(in_scope(scope))
        .order_by(Column::CreatedAt, Order::Desc)
        .order_by(Column::Id, Order::Desc)
        .limit(u64::from(*limit) + 1);
    filters.into_iter().flatten().fold(select, QueryFilter::filter)
}
