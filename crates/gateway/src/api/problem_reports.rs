//! `/api/v1/problem-reports`: one file for each operation.
//!
//! `filing` stores a report, for the API and for the plain `page` of people who can't sign in and hold a signed reference
//! instead. `support_desk` forwards the events of a report.

mod comment;
mod create;
mod diagnostics;
mod filing;
mod find;
mod forwarding;
mod idempotency;
mod list;
mod page;
mod sender;
mod state;
pub mod wire;

pub use comment::create_report_comment;
pub use create::create_problem_report;
pub use diagnostics::get_report_diagnostics;
pub use find::get_problem_report;
pub use list::list_problem_reports;
use messages::api;
pub use page::{send_report_page, show_report_page};
pub use state::set_report_state;

use crate::{http::error::ApiError, request::body::Id};

/// The id of a report, by the path.
fn report_id(id: Id) -> Result<domain::ReportId, ApiError> {
    id.validate("report.not_found", api::report::NOT_FOUND).map(domain::ReportId)
}

fn not_found() -> ApiError {
    ApiError::NotFound {
        code: "report.not_found",
        detail: api::report::NOT_FOUND,
    }
}

fn full() -> ApiError {
    ApiError::Conflict {
        code: "report.full",
        detail: api::report::FULL,
        pointer: None,
        registration: None,
    }
}
