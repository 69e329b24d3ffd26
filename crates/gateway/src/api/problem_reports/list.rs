use actix_web::{HttpRequest, get, web};
use contract::{ProblemReportPage, ReportCategory, ReportState};
use domain::{Caller, ReportScope, TenantId};
use messages::api;
use serde::Deserialize;
use store::{ReportCursor, ReportQuery};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{not_found, wire};
use crate::{
    http::{error::ApiError, pagination},
    request::{
        authorization::{Allowed, ReadReports},
        body::Query,
    },
    state::AppState,
};

#[derive(Default, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Text in number, launch reference, summary or description.
    #[param(max_length = 200)]
    search: Option<String>,
    /// Only reports in this state.
    state: Option<ReportState>,
    /// Only reports about this.
    category: Option<ReportCategory>,
    /// Only reports that the caller sent.
    mine: Option<bool>,
    /// Only reports of this organization, for support staff, who see all.
    tenant_id: Option<Uuid>,
    /// Only reports of which something could not be forwarded to the support desk; for support staff.
    undelivered: Option<bool>,
    /// Not before this time.
    #[serde(with = "time::serde::rfc3339::option")]
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<OffsetDateTime>,
    /// Before this time.
    #[serde(with = "time::serde::rfc3339::option")]
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<OffsetDateTime>,
    /// Entries on a page, 1 to 200; 50 where absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// From `nextLink`.
    cursor: Option<String>,
}

/// List problem reports, newest first: an educator's own, an admin's organization's, for support staff all.
///
/// Filters narrow the list together; none widens it.
#[utoipa::path(
    tag = "problem reports", operation_id = "list_problem_reports",
    params(ListQuery),
    responses(
        (status = 200, description = "A page of reports", body = ProblemReportPage),
    ),
)]
#[get("/problem-reports")]
pub async fn list_problem_reports(
    reader: Allowed<ReadReports>,
    app: web::Data<AppState>,
    request: HttpRequest,
    query: Query<ListQuery>,
) -> Result<web::Json<ProblemReportPage>, ApiError> {
    let asked = query.validate()?;
    let scope = scope(&reader.caller, &asked)?;
    let found = app.store.list_reports(&scope, &parse(asked)?).await?;
    let next_link = pagination::next_link(&app.config.server.public_url, request.uri(), found.next);
    Ok(web::Json(ProblemReportPage {
        value: found.value.into_iter().map(wire::summary).collect(),
        next_link,
    }))
}

/// The reports that the caller may see, or fewer: no parameter widens the scope.
fn scope(caller: &Caller, asked: &ListQuery) -> Result<ReportScope, ApiError> {
    let scope = caller.readable_reports().ok_or_else(not_found)?;
    if !caller.is_support() {
        for (name, given) in [
            ("tenantId", asked.tenant_id.is_some()),
            ("undelivered", asked.undelivered.is_some()),
        ] {
            if given {
                return Err(pagination::bad_parameter(name, api::query::STAFF_ONLY));
            }
        }
    }
    Ok(if asked.mine == Some(true) {
        ReportScope::Own(caller.tenant, caller.actor.id.clone())
    } else {
        scope
    })
}

fn parse(asked: ListQuery) -> Result<ReportQuery, ApiError> {
    let ListQuery {
        search,
        state,
        category,
        mine: _,
        tenant_id,
        undelivered,
        from,
        to,
        limit,
        cursor,
    } = asked;
    Ok(ReportQuery {
        search: pagination::search(search)?,
        state: state.map(wire::parse_state),
        category: category.map(wire::parse_category),
        tenant: tenant_id.map(TenantId),
        undelivered: undelivered == Some(true),
        from,
        to,
        limit: pagination::limit(limit)?,
        after: pagination::after(cursor.as_deref(), ReportCursor::decode)?,
    })
}
