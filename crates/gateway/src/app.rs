//! The application: [`routes`] is the only list of routes, [`run`] serves them.

use std::{io, net::TcpListener, sync::Arc, time::Duration};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer, Responder,
    http::{Method, header},
    middleware::{Compress, from_fn},
    web,
};
use messages::api;
use utoipa_actix_web::{AppExt as _, scope, service_config::ServiceConfig};
use utoipa_swagger_ui::{SwaggerUi, oauth};

use crate::{
    api::{apps, audit_events, contests, launches, problem_reports, registrations, service_calls, tenants},
    http::json,
    http::{assets, error::ApiError, language},
    inspector, lti, openapi, operations, platform, portal,
    request::{admission, body, guards},
    services::concurrency,
    state::AppState,
    telemetry::request_id,
};

/// The routes of the REST API, served and documented by the same line each.
fn api(config: &mut ServiceConfig<'_>) {
    config
        .service(tenants::get_account)
        .service(tenants::register_tenant)
        .service(tenants::get_tenant)
        .service(tenants::delete_tenant)
        .service(apps::list_apps)
        .service(apps::list_platforms)
        .service(apps::get_tool_configuration)
        .service(registrations::create_registration)
        .service(registrations::list_registrations)
        .service(registrations::check_draft)
        .service(registrations::export_registrations)
        .service(scope("/registrations/import").service(registrations::import_registrations))
        .service(registrations::get_registration)
        .service(registrations::delete_registration)
        .service(registrations::check_registration)
        .service(registrations::list_registration_services)
        .service(registrations::list_deployments)
        .service(registrations::accept_deployment)
        .service(registrations::remove_deployment)
        .service(contests::create_contest)
        .service(contests::list_contests)
        .service(contests::get_contest)
        .service(contests::delete_contest)
        .service(launches::list_launches)
        .service(launches::count_daily_launches)
        .service(launches::get_launch)
        .service(service_calls::list_service_calls)
        .service(service_calls::retry_service_call)
        .service(problem_reports::create_problem_report)
        .service(problem_reports::list_problem_reports)
        .service(problem_reports::get_report_diagnostics)
        .service(problem_reports::get_problem_report)
        .service(problem_reports::create_report_comment)
        .service(problem_reports::set_report_state)
        .service(audit_events::list_audit_events);
}

/// Everything else that this gateway answers.
fn pages(config: &mut web::ServiceConfig) {
    config
        .configure(lti::routes)
        .configure(platform::routes)
        .service(inspector::inspect_launch)
        .service(apps::get_app_icon)
        .service(problem_reports::show_report_page)
        .service(problem_reports::send_report_page)
        .service(assets::serve_asset)
        .service(operations::live)
        .service(operations::ready)
        .service(portal::get_portal_config)
        .service(portal::get_portal_asset);
}

/// The OpenAPI document of [`api`]. Needs neither configuration nor database.
pub fn document() -> utoipa::openapi::OpenApi {
    let (_, document) = App::new()
        .into_utoipa_app()
        .openapi(openapi::base())
        .service(scope("/api/v1").configure(api))
        .split_for_parts();
    openapi::with_refusals(document)
}

/// The methods of each path of the API, for the fallback.
struct KnownPaths(Vec<(Vec<String>, Vec<&'static str>)>);

impl KnownPaths {
    fn new(document: &utoipa::openapi::OpenApi) -> Self {
        let methods = |item: &utoipa::openapi::PathItem| {
            let operations = [
                (&item.get, "GET"),
                (&item.post, "POST"),
                (&item.put, "PUT"),
                (&item.patch, "PATCH"),
                (&item.delete, "DELETE"),
            ];
            operations
                .into_iter()
                .filter(|(operation, _)| operation.is_some())
                .map(|(_, name)| name)
                .collect()
        };
        let segments = |path: &str| path.split('/').map(ToOwned::to_owned).collect();
        Self(
            document
                .paths
                .paths
                .iter()
                .map(|(path, item)| (segments(path), methods(item)))
                .collect(),
        )
    }

    /// The methods of the path; fixed segments before variable ones.
    fn allow(&self, path: &str) -> Option<&[&'static str]> {
        let asked: Vec<_> = path.split('/').collect();
        let fits = |known: &[String]| {
            known.len() == asked.len()
                && known
                    .iter()
                    .zip(&asked)
                    .all(|(known, asked)| known == asked || (known.starts_with('{') && !asked.is_empty()))
        };
        let fitting = self.0.iter().filter(|(known, _)| fits(known));
        fitting
            .min_by_key(|(known, _)| known.iter().filter(|segment| segment.starts_with('{')).count())
            .map(|(_, methods)| methods.as_slice())
    }
}

/// Answers requests that match no route: a method that a resource doesn't have, a page of the portal, or an unknown path.
async fn fallback(
    request: HttpRequest,
    app: web::Data<AppState>,
    known: web::Data<KnownPaths>,
) -> Result<HttpResponse, ApiError> {
    let path = request.path();
    if concurrency::is_launch(path) {
        return Ok(lti::unknown_address(&request, &app).await);
    }
    if let Some(methods) = known.allow(path) {
        let edits = matches!(*request.method(), Method::PUT | Method::PATCH) && path.starts_with("/api/v1/registrations/");
        let detail = if edits { api::method::NO_EDIT } else { api::method::NOT_HERE };
        return Err(ApiError::MethodNotAllowed {
            allow: methods.join(", "),
            detail,
        });
    }
    let accept = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .unwrap_or("*/*");
    let not_a_page = [
        "/api/",
        "/apps/",
        "/dev/",
        "/docs/",
        "/health/",
        "/.well-known/",
        "/platform/",
        "/portal/",
        "/assets/",
    ];
    let page = request.method() == Method::GET
        && (accept.contains("text/html") || path == "/")
        && !not_a_page.iter().any(|prefix| path.starts_with(prefix));
    if page {
        return Ok(portal::get_portal_page(&request, &app).await);
    }
    Err(ApiError::nothing_here())
}

async fn to_docs() -> impl Responder {
    web::Redirect::to("/docs/")
}

fn swagger_ui(app: &AppState, document: utoipa::openapi::OpenApi) -> SwaggerUi {
    let identity = &app.config.identity;
    let scope = format!("{}/{}", identity.application_id_uri, identity.scope);
    SwaggerUi::new("/docs/{_:.*}").url("/openapi.json", document).oauth(
        oauth::Config::new()
            .client_id(&identity.portal_client_id)
            .scopes(vec![scope])
            .use_pkce_with_authorization_code_grant(true),
    )
}

/// The development sign-in, where this binary has it and `--dev` was given.
#[cfg(feature = "dev")]
pub type DevSignIn = Option<dev_identity::DevIdentity>;
/// This binary has none.
#[cfg(not(feature = "dev"))]
pub type DevSignIn = Option<std::convert::Infallible>;

#[cfg(feature = "dev")]
fn mount_dev_sign_in(config: &mut web::ServiceConfig, sign_in: &DevSignIn) {
    if let Some(sign_in) = sign_in {
        config.configure(sign_in.configure());
    }
}

#[cfg(not(feature = "dev"))]
fn mount_dev_sign_in(_: &mut web::ServiceConfig, _: &DevSignIn) {}

/// Serves until a signal or `stop` ends it; running requests finish first, within the configured time.
///
/// # Errors
///
/// Where a listener can't be used.
pub fn run(app: AppState, dev_sign_in: DevSignIn, listener: TcpListener) -> io::Result<actix_web::dev::Server> {
    let document = openapi::with_sign_in(document(), &app.config);
    let known = web::Data::new(KnownPaths::new(&document));
    let shutdown = app.config.server.shutdown_seconds;
    let to_arrive = Duration::from_secs(app.config.server.request_seconds);
    let document = Arc::new(document);
    let data = web::Data::new(app);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(data.clone())
            .app_data(known.clone())
            .app_data(web::PayloadConfig::new(json::BODY_LIMIT))
            .app_data(body::forms())
            .app_data(body::queries())
            .service(web::scope("/api/v1").configure(|config| api(&mut ServiceConfig::new(config))))
            .configure(pages)
            .configure(|config| mount_dev_sign_in(config, &dev_sign_in))
            .route("/docs", web::get().to(to_docs))
            .service(swagger_ui(&data, (*document).clone()))
            .default_service(web::to(fallback))
            .wrap(Compress::default())
            .wrap(from_fn(|request, next| admission::admit(request, next, lti::reject)))
            .wrap(from_fn(guards::refuse_compressed))
            .wrap(from_fn(guards::secure))
            .wrap(from_fn(guards::keep_dev_local))
            .wrap(from_fn(language::choose))
            .wrap(from_fn(guards::answer_head))
            .wrap(from_fn(request_id::assign))
            .wrap(tracing_actix_web::TracingLogger::<crate::telemetry::log::RequestSpan>::new())
    })
    .shutdown_timeout(shutdown)
    .client_request_timeout(to_arrive)
    .listen(listener)?
    .run();
    Ok(server)
}

/// Serves `/metrics` on a listener of its own.
///
/// # Errors
///
/// Where the listener can't be used.
pub fn run_metrics(app: AppState, listener: TcpListener) -> io::Result<actix_web::dev::Server> {
    let data = web::Data::new(app);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(data.clone())
            .route("/metrics", web::get().to(operations::show_metrics))
            .wrap(from_fn(guards::answer_head))
    });
    Ok(server.workers(1).disable_signals().listen(listener)?.run())
}
