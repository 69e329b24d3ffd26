//! The built-in app *Launch inspector*: receives a launch token like any app, verifies it, and shows its content.
//!
//! [`token`] is the code that an app developer writes: the samples of `docs/apps.md` follow it.

mod picker;
mod token;

use std::borrow::Cow;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, http::header, post, web};
use askama::Template;
use contract::{Check, CheckResult};
use domain::{Reference, TenantId, apps::INSPECTOR_ID};
use lti13::claims::RoleScope;
use messages::{Text, inspector};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use crate::{
    http::{
        assets,
        error::ApiError,
        language::{self, Language},
    },
    records,
    state::AppState,
    telemetry::log::chain,
};
use picker::Picker;
use token::{LaunchToken, TokenError};

const CONTEXT: &str = "https://purl.imsglobal.org/spec/lti/claim/context";
const CUSTOM: &str = "https://purl.imsglobal.org/spec/lti/claim/custom";
const LAUNCH_PRESENTATION: &str = "https://purl.imsglobal.org/spec/lti/claim/launch_presentation";
const MESSAGE_TYPE: &str = "https://purl.imsglobal.org/spec/lti/claim/message_type";
const RESOURCE_LINK: &str = "https://purl.imsglobal.org/spec/lti/claim/resource_link";
const ROLES: &str = "https://purl.imsglobal.org/spec/lti/claim/roles";
const TOOL_PLATFORM: &str = "https://purl.imsglobal.org/spec/lti/claim/tool_platform";
const GRADES: &str = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint";
const MEMBERS: &str = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice";

#[derive(Deserialize)]
struct LaunchForm {
    #[serde(default)]
    launch_token: String,
}

#[derive(Template)]
#[template(path = "inspector.html")]
struct Page {
    language: Language,
    opened_from: Cow<'static, str>,
    reference: String,
    /// How many custom parameters the LMS left as they are, where there are some.
    unfilled: Option<Cow<'static, str>>,
    /// Content to select, where the LMS asks for some.
    picker: Option<Picker>,
    sections: Vec<Section>,
    custom: Vec<Parameter>,
    checks: Vec<Check>,
    checked: Cow<'static, str>,
    json: String,
    css: String,
}

#[derive(Template)]
#[template(path = "inspector_refusal.html")]
struct RefusalPage {
    language: Language,
    error: Cow<'static, str>,
    css: String,
}

struct Section {
    title: Cow<'static, str>,
    rows: Vec<Row>,
}

struct Row {
    name: Cow<'static, str>,
    value: Value,
}

enum Value {
    Text(String),
    Code(String),
    Badges(Vec<String>),
}

struct Parameter {
    name: String,
    value: String,
    is_null: bool,
}

impl Parameter {
    /// LMSs leave variables that they can't fill as they are; Moodle sends null.
    fn is_unfilled(&self) -> bool {
        self.is_null || self.value.starts_with('$') && self.value.contains('.')
    }
}

/// Receives a launch.
#[post("/apps/launch-inspector/launch")]
pub async fn inspect_launch(
    request: HttpRequest,
    app: web::Data<AppState>,
    form: web::Form<LaunchForm>,
) -> Result<HttpResponse, ApiError> {
    let jwks = serde_json::to_vec(&app.signing_keys.launch_jwks().await).map_err(|error| ApiError::Internal(error.into()))?;
    let verified = token::verify(
        &form.launch_token,
        &jwks,
        &app.config.server.public_url,
        INSPECTOR_ID,
        app.clock.unix(),
    );
    let locale = verified.as_ref().ok().and_then(|token| locale(&token.claims));
    let language = language::of_request(locale.as_deref(), &request);
    let answer = match verified {
        Ok(token) if app.used_tokens.is_first_use(&token.jti).await => {
            let checks = checks(&app, &token, language).await;
            let picker = picker::picker(&app, &token, language).await.map_err(ApiError::Internal)?;
            (StatusCode::OK, page(&token, checks, picker, language).render())
        }
        Ok(_) => refused(&TokenError::Used, language),
        Err(error) => refused(&error, language),
    };
    let body = answer.1.map_err(|error| ApiError::Internal(error.into()))?;
    Ok(HttpResponse::build(answer.0)
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(body))
}

/// The language of the launch, where the LMS said one.
fn locale(claims: &Map<String, Json>) -> Option<String> {
    text(claims, LAUNCH_PRESENTATION, "locale").or_else(|| string(claims, "locale"))
}

fn refused(error: &TokenError, language: Language) -> (StatusCode, askama::Result<String>) {
    let page = RefusalPage {
        language,
        error: explain(error).of(language),
        css: assets::url("pages.css"),
    };
    (StatusCode::BAD_REQUEST, page.render())
}

/// Why a launch can't be shown.
const fn explain(error: &TokenError) -> Text {
    use inspector::refusal;
    match error {
        TokenError::Malformed => refusal::MALFORMED,
        TokenError::Signature => refusal::SIGNATURE,
        TokenError::Issuer => refusal::ISSUER,
        TokenError::Audience => refusal::AUDIENCE,
        TokenError::Expired => refusal::EXPIRED,
        TokenError::Used => refusal::USED,
    }
}

/// The checks of the gateway, from its own record: only the built-in app has access to it.
async fn checks(app: &AppState, token: &LaunchToken, language: Language) -> Vec<Check> {
    let Ok(reference) = Reference::parse(&token.reference) else {
        return Vec::new();
    };
    match app.store.find_launch(TenantId(token.tenant_id), &reference).await {
        Ok(launch) => launch
            .and_then(|launch| records::parse_checks(&launch.checks, language).ok())
            .unwrap_or_default(),
        Err(error) => {
            tracing::warn!(error = %chain(&error), "the checks of a launch could not be read");
            Vec::new()
        }
    }
}

fn page(token: &LaunchToken, checks: Vec<Check>, picker: Option<Picker>, language: Language) -> Page {
    use inspector::{launch, page, person, services};
    let claims = &token.claims;
    let custom: Vec<_> = object(claims, CUSTOM)
        .map(|custom| {
            custom
                .iter()
                .map(|(name, value)| Parameter {
                    name: name.clone(),
                    value: value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned),
                    is_null: value.is_null(),
                })
                .collect()
        })
        .unwrap_or_default();
    let lms = text(claims, TOOL_PLATFORM, "name");
    let product = text(claims, TOOL_PLATFORM, "product_family_code");
    let version = text(claims, TOOL_PLATFORM, "version");
    let platform_name = lms.unwrap_or_else(|| token.platform.issuer.clone());
    let rows = |rows: Vec<(Text, Option<Value>)>| {
        rows.into_iter()
            .filter_map(|(name, value)| {
                Some(Row {
                    name: name.of(language),
                    value: value?,
                })
            })
            .collect()
    };
    let launch_rows = rows(vec![
        (launch::LMS, join([product, version], " ").map(Value::Text)),
        (launch::ISSUER, Some(Value::Code(token.platform.issuer.clone()))),
        (launch::CLIENT_ID, Some(Value::Code(token.platform.client_id.clone()))),
        (launch::DEPLOYMENT, Some(Value::Code(token.platform.deployment_id.clone()))),
        (launch::MESSAGE, string(claims, MESSAGE_TYPE).map(Value::Code)),
        (
            launch::OPENED_IN,
            text(claims, LAUNCH_PRESENTATION, "document_target").map(Value::Text),
        ),
    ]);
    let name = string(claims, "name").or_else(|| join([string(claims, "given_name"), string(claims, "family_name")], " "));
    let roles: Vec<_> = claims
        .get(ROLES)
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .collect();
    let roles = roles
        .iter()
        .filter(|role| !role.is_empty())
        .map(|role| shown_role(role, language))
        .collect::<Vec<_>>();
    let who = rows(vec![
        (person::USER, Some(Value::Code(token.sub.clone()))),
        (person::NAME, name.map(Value::Text)),
        (person::EMAIL, string(claims, "email").map(Value::Text)),
        (
            person::ROLES,
            Some(if roles.is_empty() {
                Value::Text(person::NO_ROLES.of(language).into_owned())
            } else {
                Value::Badges(roles)
            }),
        ),
        (
            person::COURSE,
            join([text(claims, CONTEXT, "label"), text(claims, CONTEXT, "title")], ", ").map(Value::Text),
        ),
        (person::ACTIVITY, text(claims, RESOURCE_LINK, "title").map(Value::Text)),
        (person::LANGUAGE, text(claims, LAUNCH_PRESENTATION, "locale").map(Value::Text)),
    ]);
    let offered = |claim| {
        let text = if claims.contains_key(claim) {
            services::OFFERED
        } else {
            services::NOT_OFFERED
        };
        Value::Text(text.of(language).into_owned())
    };
    let service_rows = rows(vec![
        (services::GRADES, Some(offered(GRADES))),
        (services::MEMBERS, Some(offered(MEMBERS))),
    ]);
    let unfilled = custom.iter().filter(|parameter| parameter.is_unfilled()).count();
    let checks: Vec<_> = checks
        .into_iter()
        .filter(|check| check.result == CheckResult::Passed)
        .collect();
    Page {
        language,
        opened_from: page::opened_from(platform_name).of(language),
        reference: token.reference.clone(),
        picker,
        unfilled: (unfilled > 0).then(|| page::unfilled(unfilled).of(language)),
        sections: vec![
            Section {
                title: launch::TITLE.of(language),
                rows: launch_rows,
            },
            Section {
                title: person::TITLE.of(language),
                rows: who,
            },
            Section {
                title: services::TITLE.of(language),
                rows: service_rows,
            },
        ],
        custom,
        checked: page::checked(checks.len()).of(language),
        checks,
        json: serde_json::to_string_pretty(token).unwrap_or_default(),
        css: assets::url("pages.css"),
    }
}

/// A role, with its scope unless that is the course: LMSs send roles of several scopes side by side.
fn shown_role(role: &str, language: Language) -> String {
    use inspector::person;
    let short = lti13::claims::short_role(role);
    match lti13::claims::role_scope(role) {
        Some(RoleScope::System) => person::role_in_system(short).of(language).into_owned(),
        Some(RoleScope::Institution) => person::role_in_institution(short).of(language).into_owned(),
        _ => short.to_owned(),
    }
}

fn object<'a>(claims: &'a Map<String, Json>, name: &str) -> Option<&'a Map<String, Json>> {
    claims.get(name).and_then(Json::as_object)
}

fn string(claims: &Map<String, Json>, name: &str) -> Option<String> {
    claims
        .get(name)
        .and_then(Json::as_str)
        .filter(|text| !text.is_empty())
        .map(ToOwned::to_owned)
}

fn text(claims: &Map<String, Json>, claim: &str, member: &str) -> Option<String> {
    object(claims, claim).and_then(|claim| string(claim, member))
}

fn join<const N: usize>(parts: [Option<String>; N], separator: &str) -> Option<String> {
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(separator))
}
