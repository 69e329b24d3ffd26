//! What every operation may answer instead: each refusal that applies, with an example.

use actix_web::http::StatusCode;
use contract::ProblemFault;
use store::StoreError;
use utoipa::openapi::{
    ContentBuilder, HeaderBuilder, OpenApi as Document, Ref, RefOr, Response, ResponseBuilder,
    path::{Operation, ParameterIn},
};

use crate::{
    error::ApiError,
    identity::{Permission as _, WriteRegistrations},
    input,
    language::Language,
    page,
    words::refusals,
};

const PROBLEM: &str = "application/problem+json";

/// Adds to every operation the refusals that all of its kind share, and examples where a refusal has none.
pub fn with_refusals(mut document: Document) -> Document {
    for operation in operations(&mut document) {
        for (status, applies, description) in shared(operation) {
            if applies && !operation.responses.responses.contains_key(status) {
                operation
                    .responses
                    .responses
                    .insert(status.to_owned(), refusal(status, description).into());
            }
        }
        let id = operation.operation_id.clone().unwrap_or_default();
        for (status, response) in &mut operation.responses.responses {
            if let RefOr::T(response) = response {
                add_example(status, &id, response);
            }
        }
    }
    document
}

/// Every operation of the document.
fn operations(document: &mut Document) -> impl Iterator<Item = &mut Operation> {
    document
        .paths
        .paths
        .values_mut()
        .flat_map(|item| {
            [
                &mut item.get,
                &mut item.post,
                &mut item.put,
                &mut item.patch,
                &mut item.delete,
            ]
        })
        .flatten()
}

/// Status, whether it applies, what it means.
fn shared(operation: &Operation) -> [(&'static str, bool, &'static str); 8] {
    let has_query = operation
        .parameters
        .iter()
        .flatten()
        .any(|parameter| matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query));
    let has_body = operation.request_body.is_some();
    [
        ("400", has_query || has_body, "The request can't be read"),
        ("401", true, "No token, or one that doesn't hold"),
        (
            "403",
            true,
            "The caller may not do this, or its organization isn't registered",
        ),
        ("413", has_body, "The body is too long"),
        ("415", has_body, "The body isn't JSON"),
        ("422", has_body, "Some values need a change; all are named"),
        ("500", true, "The gateway failed"),
        (
            "503",
            true,
            "The database or the sign-in service can't be reached at the moment",
        ),
    ]
}

fn refusal(status: &str, description: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let mut response = ResponseBuilder::new().description(description).content(PROBLEM, content);
    let header = match status {
        "401" => Some(("www-authenticate", "How to sign in (RFC 6750)")),
        "503" => Some(("retry-after", "Seconds to wait")),
        _ => None,
    };
    if let Some((name, description)) = header {
        response = response.header(name, HeaderBuilder::new().description(Some(description)).build());
    }
    response.build()
}

fn add_example(status: &str, operation: &str, response: &mut Response) {
    let Some(RefOr::T(content)) = response.content.get_mut(PROBLEM) else {
        return;
    };
    if content.example.is_none() && content.examples.is_empty() {
        content.example = example(status, operation).and_then(|error| {
            serde_json::to_value(error.problem("0197c0de-0000-7000-8000-000000000001".to_owned(), Language::English)).ok()
        });
    }
}

/// A refusal as the gateway gives it.
fn example(status: &str, operation: &str) -> Option<ApiError> {
    let not_found = |code, detail| ApiError::NotFound { code, detail };
    let conflict = |code, pointer: Option<&str>, detail| ApiError::Conflict {
        code,
        detail,
        pointer: pointer.map(ToOwned::to_owned),
    };
    let unreadable = |status, code, detail: String| ApiError::Unreadable {
        status,
        code,
        detail,
        pointer: None,
    };
    let has_body = ["create_", "check_", "import_", "accept_", "register_", "comment_", "set_"]
        .iter()
        .any(|verb| operation.starts_with(verb));
    Some(match (status, operation) {
        ("400", _) if has_body => ApiError::bad_request("request.malformed", "The body isn't valid JSON: line 3, column 12."),
        ("400", _) => page::bad_parameter("limit", format!("The limit must be a number from 1 to {}.", page::MAX_LIMIT)),
        ("401", _) => ApiError::Unauthorized {
            error: None,
            detail: refusals::TOKEN_MISSING,
        },
        ("403", _) => ApiError::Forbidden {
            code: "role.missing",
            detail: refusals::role_missing(&WriteRegistrations::ROLES),
        },
        ("404", "get_tool_configuration") => not_found("app.not_found", refusals::APP_NOT_FOUND),
        ("404", "get_launch" | "get_report_diagnostics") => not_found("launch.not_found", refusals::LAUNCH_NOT_FOUND),
        ("404", "get_tenant" | "delete_tenant") => not_found("tenant.not_found", refusals::TENANT_NOT_FOUND),
        ("404", "remove_deployment") => not_found("deployment.not_found", refusals::DEPLOYMENT_NOT_FOUND),
        ("404", "get_problem_report" | "create_report_comment" | "set_report_state") => {
            not_found("report.not_found", refusals::REPORT_NOT_FOUND)
        }
        ("404", _) => not_found("registration.not_found", refusals::REGISTRATION_NOT_FOUND),
        ("409", "delete_tenant") => conflict("tenant.has_registrations", None, refusals::TENANT_HAS_REGISTRATIONS),
        ("409", "create_problem_report") => conflict("idempotency_key.reused", None, refusals::KEY_REUSED),
        ("409", "create_report_comment") => conflict("report.full", None, refusals::REPORT_FULL),
        ("409", _) => conflict(
            "registration.duplicate",
            Some("/deploymentIds"),
            refusals::deployment_duplicate("1"),
        ),
        ("413", _) => unreadable(
            StatusCode::PAYLOAD_TOO_LARGE,
            "request.too_large",
            format!("The body is too long: {} bytes are accepted at the most.", input::BODY_LIMIT),
        ),
        ("415", _) => unreadable(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "request.content_type",
            "The body must be JSON: send the header `Content-Type: application/json`.".to_owned(),
        ),
        ("422", _) => ApiError::Invalid(
            [
                ("/name", "A value is needed here."),
                ("/keysetUrl", "The URL must begin with https://."),
            ]
            .map(|(pointer, detail)| ProblemFault {
                detail: detail.to_owned(),
                pointer: pointer.to_owned(),
            })
            .into(),
        ),
        ("429", _) => ApiError::TooMany {
            code: "report.quota",
            detail: refusals::REPORT_QUOTA,
            retry_after: 28_800,
        },
        ("500", _) => ApiError::Internal(anyhow::anyhow!("an example")),
        ("503", _) => ApiError::Unavailable(StoreError::Conflict),
        _ => return None,
    })
}
