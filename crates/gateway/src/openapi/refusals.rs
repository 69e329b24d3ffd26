//! The error responses of every operation: each that applies, with an example.

use actix_web::http::StatusCode;
use contract::ProblemFault;
use domain::RegistrationId;
use messages::api;
use store::{ContestError, InsertError, StoreError};
use utoipa::openapi::{
    ContentBuilder, HeaderBuilder, OpenApi as Document, Ref, RefOr, Response, ResponseBuilder,
    example::ExampleBuilder,
    path::{Operation, ParameterIn},
};
use uuid::Uuid;

use crate::{
    api::{contests, registrations, service_calls},
    http::json,
    http::{error::ApiError, language::Language, pagination},
    request::authorization::{Permission as _, WriteRegistrations},
    services::identity,
};

const PROBLEM: &str = "application/problem+json";
/// The registration of the examples.
const OWN: RegistrationId = RegistrationId(Uuid::from_u128(0x0197_c0de_0000_7000_8000_0000_0000_0001));

/// Adds to every operation the refusals that all of its kind share, and to each an example for every code that it may have.
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
        let (has_query, has_body) = (has_query(operation), operation.request_body.is_some());
        for (status, response) in &mut operation.responses.responses {
            if let RefOr::T(response) = response {
                let refusals = match status.as_str() {
                    "400" => unreadable(has_query, has_body),
                    "403" => forbidden(&id),
                    _ => refusals_of(status, &id),
                };
                add_examples(&refusals, response);
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
    let has_body = operation.request_body.is_some();
    [
        ("400", has_query(operation) || has_body, "The request can't be read"),
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

fn has_query(operation: &Operation) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(|parameter| matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query))
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

/// Each by its code.
fn add_examples(refusals: &[ApiError], response: &mut Response) {
    let Some(RefOr::T(content)) = response.content.get_mut(PROBLEM) else {
        return;
    };
    for refusal in refusals {
        let problem = refusal.problem("0197c0de-0000-7000-8000-000000000001".to_owned(), Language::En);
        let example = ExampleBuilder::new().value(serde_json::to_value(problem).ok()).build();
        content.examples.insert(refusal.code().to_owned(), example.into());
    }
}

fn unreadable(has_query: bool, has_body: bool) -> Vec<ApiError> {
    let body = || ApiError::bad_request("request.malformed", api::body::not_json(3_u32, 12_u32));
    let query = || pagination::bad_parameter("limit", api::query::limit(pagination::MAX_LIMIT));
    has_body.then(body).into_iter().chain(has_query.then(query)).collect()
}

fn forbidden(operation: &str) -> Vec<ApiError> {
    let forbidden = |code, detail| ApiError::Forbidden { code, detail };
    let mut all = Vec::from(identity::token_not_for_us());
    if operation == "get_account" {
        return all;
    }
    all.push(forbidden("role.missing", api::role::missing(WriteRegistrations::ROLES)));
    let government = forbidden("tenant.government_cloud", api::tenant::GOVERNMENT_CLOUD);
    match operation {
        "get_tenant" => {}
        "delete_tenant" => all.push(forbidden("tenant.pending", api::tenant::WITHDRAWAL_PENDING)),
        "register_tenant" => all.extend([forbidden("tenant.not_listed", api::tenant::NOT_LISTED), government]),
        _ => all.extend([
            forbidden("tenant.not_registered", api::tenant::NOT_REGISTERED),
            forbidden("tenant.pending", api::tenant::PENDING),
            government,
        ]),
    }
    all
}

/// The refusals of an operation that have a status, as the gateway gives them.
fn refusals_of(status: &str, operation: &str) -> Vec<ApiError> {
    let not_found = |code, detail| ApiError::NotFound { code, detail };
    let conflict = |code, detail| ApiError::Conflict {
        code,
        detail,
        pointer: None,
        registration: None,
    };
    let unreadable = |status, code, detail| ApiError::Unreadable {
        status,
        code,
        detail,
        pointer: None,
    };
    let busy = |code, detail, retry_after| ApiError::SignInUnavailable {
        code,
        detail,
        retry_after,
    };
    let taken = |own| {
        registrations::refused(InsertError::DeploymentTaken {
            deployment_id: "1".to_owned(),
            own,
        })
    };
    let registration = || not_found("registration.not_found", api::registration::NOT_FOUND);
    match (status, operation) {
        ("401", _) => vec![
            ApiError::Unauthorized {
                error: None,
                detail: api::token::MISSING,
            },
            identity::token_expired(),
        ],
        ("404", "get_tool_configuration") => vec![
            not_found("app.not_found", api::app::NOT_FOUND),
            not_found("platform.not_found", api::platform::NOT_FOUND),
        ],
        ("404", "get_launch" | "get_report_diagnostics") => vec![not_found("launch.not_found", api::launch::NOT_FOUND)],
        ("404", "get_tenant" | "delete_tenant") => vec![not_found("tenant.not_found", api::tenant::NOT_FOUND)],
        ("404", "get_problem_report" | "create_report_comment" | "set_report_state") => {
            vec![not_found("report.not_found", api::report::NOT_FOUND)]
        }
        ("404", "retry_service_call") => vec![not_found("service_call.not_found", api::service_call::NOT_FOUND)],
        ("404", "get_contest" | "delete_contest") => vec![not_found("contest.not_found", api::contest::NOT_FOUND)],
        ("404", _) => vec![registration()],
        ("409", "delete_tenant") => vec![conflict("tenant.has_registrations", api::tenant::HAS_REGISTRATIONS)],
        ("409", "create_problem_report") => vec![
            conflict("idempotency_key.reused", api::idempotency_key::REUSED),
            conflict("report.reference_used", api::report::REFERENCE_USED),
        ],
        ("409", "create_report_comment" | "set_report_state") => vec![conflict("report.full", api::report::FULL)],
        ("409", "retry_service_call") => vec![service_calls::not_waiting()],
        ("409", "create_contest") => vec![
            contests::refused(ContestError::NotTaken),
            contests::unprovable(),
            contests::refused(ContestError::TooMany {
                limit: domain::MAX_OPEN_CONTESTS,
            }),
            taken(Some(OWN)),
        ],
        ("409", "delete_contest") => vec![conflict("contest.proven", api::contest::PROVEN)],
        ("409", "accept_deployment") => vec![
            taken(Some(OWN)),
            taken(None),
            conflict("deployment.too_many", api::deployment::TOO_MANY),
        ],
        ("409", _) => vec![
            taken(Some(OWN)),
            taken(None),
            registrations::refused(InsertError::PlatformDiffers { field: "keysetUrl" }),
            registrations::refused(InsertError::ReplacesNotFound),
            registrations::refused(InsertError::TooMany { limit: 5_000 }),
            registrations::refused(InsertError::TooManyUnconfirmed { limit: 200 }),
        ],
        ("413", _) => vec![unreadable(
            StatusCode::PAYLOAD_TOO_LARGE,
            "request.too_large",
            api::body::too_long(json::BODY_LIMIT),
        )],
        ("415", _) => vec![
            unreadable(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "request.content_type",
                api::body::CONTENT_TYPE,
            ),
            unreadable(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "request.content_encoding",
                api::body::CONTENT_ENCODING,
            ),
        ],
        ("422", _) => vec![ApiError::Invalid(
            [
                ("/name", api::field_errors::REQUIRED),
                ("/keysetUrl", api::field_errors::NOT_HTTPS),
            ]
            .map(|(pointer, detail)| ProblemFault {
                detail: detail.of(Language::En).into_owned(),
                pointer: pointer.to_owned(),
            })
            .into(),
        )],
        ("429", "check_draft" | "check_registration") => vec![ApiError::TooMany {
            code: "check.quota",
            detail: api::check::QUOTA,
            retry_after: 42,
        }],
        ("429", _) => vec![ApiError::TooMany {
            code: "report.quota",
            detail: api::report::QUOTA,
            retry_after: 28_800,
        }],
        ("500", _) => vec![ApiError::Internal(anyhow::anyhow!("an example"))],
        ("503", _) => vec![
            ApiError::Unavailable(StoreError::Conflict),
            ApiError::Busy,
            busy("identity.unavailable", api::identity::UNAVAILABLE, 5),
            busy("identity.busy", api::identity::BUSY, 60),
        ],
        _ => Vec::new(),
    }
}
