//! `/platform/lineitems/{service}` and below: line items and results (Assignment and Grade Services 2.0).

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use domain::{CalledService, LmsServiceKind, Service};
use lti13::services::{
    access_token::{LINE_ITEM, LINE_ITEM_READONLY, RESULT_READONLY},
    ags::{
        BodyError, GradeResult, LINE_ITEM_CONTAINER_TYPE, LINE_ITEM_TYPE, LineItem, LineItemQuery, RESULT_CONTAINER_TYPE,
        ResultQuery, results_url,
    },
    paging::is_of_container,
};
use messages::api;
use reqwest::Method;
use serde_json::{Map, Value};
use url::Url;

use super::{
    authorization::CallingApp,
    lms_services::{UsableService, find_service},
    problem::PlatformError,
};
use crate::{
    request::{admission::wait_without_permit, form::read_bytes},
    services::{
        grades::{Body, Grades, List, unusable},
        roster::RosterError,
        subjects::subject,
    },
    state::AppState,
};

/// The longest line item that an app may send, in bytes.
const MAX_LINE_ITEM: usize = 64 * 1024;

/// Answers all line items, or a page where one is asked for.
pub(super) async fn list_line_items(
    caller: CallingApp,
    request: HttpRequest,
    app: web::Data<AppState>,
    id: web::Path<String>,
) -> Result<HttpResponse, PlatformError> {
    let usable = reading(&app, &caller, &id).await?;
    let pairs = || form_urlencoded::parse(request.query_string().as_bytes());
    let query = LineItemQuery::parse(pairs()).map_err(|error| wrong_parameter(error.name))?;
    let cursor = cursor(&app, &request, &usable.service.id)?;
    let all = query.limit.is_none() && cursor.is_none();
    let first = cursor.unwrap_or_else(|| query.url(&usable.service.url));
    let scope = reading_scope(&usable);
    let listed = usable
        .grades(&app)
        .list(first, scope, LINE_ITEM_CONTAINER_TYPE, all)
        .boxed(&request)
        .await?;
    let List { items, next } = usable.unwrap(&app, CalledService::LineItems, listed).await?;
    let mut shown = Vec::with_capacity(items.len());
    for item in items {
        let item = LineItem::new(item);
        shown.push(usable.present(&app, item).await?);
    }
    let address = usable.address(&app);
    Ok(answer_list(
        &app,
        &usable.service.id,
        &address,
        LINE_ITEM_CONTAINER_TYPE,
        &shown,
        next,
    ))
}

/// Makes a line item.
pub(super) async fn add_line_item(
    caller: CallingApp,
    request: HttpRequest,
    app: web::Data<AppState>,
    id: web::Path<String>,
    payload: web::Payload,
) -> Result<HttpResponse, PlatformError> {
    let usable = changing(&app, &caller, &id).await?;
    let sent = read_line_item(payload).await?;
    let resource_link = sent.resource_link_id().map(ToOwned::to_owned);
    let body = body(&sent.with_ids(None, resource_link.as_deref()))?;
    let url = usable.service.url.clone();
    let made = usable
        .grades(&app)
        .call(Method::POST, url, LINE_ITEM, Some(LINE_ITEM_TYPE), Some(body));
    let made = usable
        .unwrap(&app, CalledService::LineItems, made.boxed(&request).await?)
        .await?;
    let shown = usable.present(&app, LineItem::from_platform(&made.body)).await?;
    let location = shown.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(HttpResponse::Created()
        .content_type(LINE_ITEM_TYPE)
        .insert_header((header::LOCATION, location))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(Value::Object(shown).to_string()))
}

/// Answers a line item.
pub(super) async fn get_line_item(
    caller: CallingApp,
    request: HttpRequest,
    app: web::Data<AppState>,
    ids: web::Path<(String, String)>,
) -> Result<HttpResponse, PlatformError> {
    let (service, item) = ids.into_inner();
    let usable = reading(&app, &caller, &service).await?;
    let url = usable.line_item(&app, &item).await?;
    let scope = reading_scope(&usable);
    let read = usable.grades(&app).call(Method::GET, url, scope, Some(LINE_ITEM_TYPE), None);
    let read = usable
        .unwrap(&app, CalledService::LineItems, read.boxed(&request).await?)
        .await?;
    answer_line_item(usable.present(&app, LineItem::from_platform(&read.body)).await?)
}

/// Changes a line item.
pub(super) async fn change_line_item(
    caller: CallingApp,
    request: HttpRequest,
    app: web::Data<AppState>,
    ids: web::Path<(String, String)>,
    payload: web::Payload,
) -> Result<HttpResponse, PlatformError> {
    let (service, item) = ids.into_inner();
    let usable = changing(&app, &caller, &service).await?;
    let url = usable.line_item(&app, &item).await?;
    let sent = read_line_item(payload).await?;
    let resource_link = sent.resource_link_id().map(ToOwned::to_owned);
    let changed = sent.with_ids(Some(url.as_str()), resource_link.as_deref());
    let put = usable
        .grades(&app)
        .call(Method::PUT, url, LINE_ITEM, Some(LINE_ITEM_TYPE), Some(body(&changed)?));
    let put = usable
        .unwrap(&app, CalledService::LineItems, put.boxed(&request).await?)
        .await?;
    // Some answer nothing: then the line item is the one that was sent.
    let answered = LineItem::from_platform(&put.body).or_else(|| LineItem::new(changed));
    answer_line_item(usable.present(&app, answered).await?)
}

/// Deletes a line item, and with it the scores that wait for it.
pub(super) async fn delete_line_item(
    caller: CallingApp,
    request: HttpRequest,
    app: web::Data<AppState>,
    ids: web::Path<(String, String)>,
) -> Result<HttpResponse, PlatformError> {
    let (service, item) = ids.into_inner();
    let usable = changing(&app, &caller, &service).await?;
    let url = usable.line_item(&app, &item).await?;
    let deleted = usable.grades(&app).call(Method::DELETE, url, LINE_ITEM, None, None);
    usable
        .unwrap(&app, CalledService::LineItems, deleted.boxed(&request).await?)
        .await?;
    app.score_deliveries
        .line_item_gone(&usable.registration, &usable.service, &item)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Answers the results of a line item, or a page of them where one is asked for.
pub(super) async fn list_results(
    caller: CallingApp,
    request: HttpRequest,
    app: web::Data<AppState>,
    ids: web::Path<(String, String)>,
) -> Result<HttpResponse, PlatformError> {
    let (service, item) = ids.into_inner();
    caller.require(&[Service::ResultsRead])?;
    let usable = find_service(&app, &caller, &service, LmsServiceKind::LineItems).await?;
    usable.require(&[Service::ResultsRead])?;
    let line_item = usable.line_item(&app, &item).await?;
    let pairs = || form_urlencoded::parse(request.query_string().as_bytes());
    let mut query = ResultQuery::parse(pairs()).map_err(|error| wrong_parameter(error.name))?;
    if let Some(person) = query.user_id.take() {
        query.user_id = Some(usable.person(&app, &person).await?);
    }
    let cursor = cursor(&app, &request, &item)?;
    let all = query.limit.is_none() && cursor.is_none();
    let first = cursor.unwrap_or_else(|| query.url(&results_url(&line_item)));
    let read = async |first: Url, all: bool| {
        let grades = usable.grades(&app);
        grades
            .list(first, RESULT_READONLY, RESULT_CONTAINER_TYPE, all)
            .boxed(&request)
            .await
    };
    let mut listed = read(first, all).await?;
    // Moodle answers 404 to a limit.
    if matches!(listed, Err(RosterError::Status { status: 404, .. })) && query.limit.take().is_some() {
        listed = read(query.url(&results_url(&line_item)), true).await?;
    }
    let List { items, next } = usable.unwrap(&app, CalledService::Results, listed).await?;
    let address = format!("{}/{item}", usable.address(&app));
    let mut shown = Vec::with_capacity(items.len());
    for result in items {
        let Some(result) = GradeResult::new(result) else {
            let error = unusable("a result has no userId", &[]);
            return usable.unwrap(&app, CalledService::Results, Err(error)).await;
        };
        let person = usable.subject(result.user_id());
        let grader = result.scoring_user_id().map(|id| usable.subject(id));
        shown.push(result.for_tool(&address, &person, grader.as_deref()));
    }
    let address = format!("{address}/results");
    Ok(answer_list(&app, &item, &address, RESULT_CONTAINER_TYPE, &shown, next))
}

/// Answers a method that a line item has not.
pub(super) async fn other_method_of_item(_: CallingApp) -> Result<HttpResponse, PlatformError> {
    Err(PlatformError::method_not_allowed("GET, PUT, DELETE"))
}

/// Answers a method that a list of line items has not.
pub(super) async fn other_method_of_list(_: CallingApp) -> Result<HttpResponse, PlatformError> {
    Err(PlatformError::method_not_allowed("GET, POST"))
}

/// Answers a method that results have not.
pub(super) async fn other_method_of_results(_: CallingApp) -> Result<HttpResponse, PlatformError> {
    Err(PlatformError::method_not_allowed("GET"))
}

/// A service whose line items the caller may read.
async fn reading(app: &AppState, caller: &CallingApp, id: &str) -> Result<UsableService, PlatformError> {
    caller.require(&[Service::LineItemsRead])?;
    let usable = find_service(app, caller, id, LmsServiceKind::LineItems).await?;
    usable.require(&[Service::LineItemsRead, Service::LineItems])?;
    Ok(usable)
}

/// A service whose line items the caller may change.
async fn changing(app: &AppState, caller: &CallingApp, id: &str) -> Result<UsableService, PlatformError> {
    caller.require(&[Service::LineItems])?;
    let usable = find_service(app, caller, id, LmsServiceKind::LineItems).await?;
    usable.require(&[Service::LineItems])?;
    Ok(usable)
}

/// The scope by which line items are read: the one that the LMS granted in the launch.
fn reading_scope(usable: &UsableService) -> &'static str {
    match usable.service.grants(Service::LineItemsRead) {
        true => LINE_ITEM_READONLY,
        false => LINE_ITEM,
    }
}

impl UsableService {
    /// Requires that the launch that named the service granted one of these.
    pub(super) fn require(&self, any: &[Service]) -> Result<(), PlatformError> {
        match any.iter().any(|service| self.service.grants(*service)) {
            true => Ok(()),
            false => {
                let error = PlatformError::new(StatusCode::FORBIDDEN, "service.not_granted", api::lms_service::NOT_GRANTED);
                Err(error.with_challenge("Bearer realm=\"lms-gateway\", error=\"insufficient_scope\""))
            }
        }
    }

    fn grades<'a>(&'a self, app: &'a AppState) -> Grades<'a> {
        Grades {
            tokens: &app.lms_tokens,
            registration: &self.registration,
            service: &self.service,
        }
    }

    /// The address by which the app knows the service.
    pub(super) fn address(&self, app: &AppState) -> String {
        app.public_url(&format!("/platform/lineitems/{}", self.service.id))
    }

    /// The LMS's address of a line item that was named under this service.
    pub(super) async fn line_item(&self, app: &AppState, id: &str) -> Result<Url, PlatformError> {
        let url = app.store.find_line_item(&self.service.id, id).await?;
        url.ok_or_else(|| {
            PlatformError::new(
                StatusCode::NOT_FOUND,
                "line_item.not_found",
                api::lms_service::LINE_ITEM_NOT_FOUND,
            )
        })
    }

    /// The LMS's id of a person.
    pub(super) async fn person(&self, app: &AppState, name: &str) -> Result<String, PlatformError> {
        let issuer = &self.registration.lms.platform.issuer;
        let id = app.people.find(self.registration.tenant_id, issuer, name).await?;
        id.ok_or_else(|| PlatformError::new(StatusCode::NOT_FOUND, "person_unknown", api::lms_service::PERSON_UNKNOWN))
    }

    /// The name that apps have for a person.
    fn subject(&self, lms_id: &str) -> String {
        let Self { registration, .. } = self;
        subject(registration.tenant_id, &registration.lms.platform.issuer, Some(lms_id))
    }

    /// The result of a call; where it failed, that is recorded.
    async fn unwrap<T>(&self, app: &AppState, called: CalledService, result: Result<T, RosterError>) -> Result<T, PlatformError> {
        match result {
            Ok(value) => Ok(value),
            Err(error) => {
                app.service_calls.failed(&self.registration, called, &error).await;
                Err(error.into())
            }
        }
    }

    /// A line item as the app knows it.
    async fn present(&self, app: &AppState, item: Option<LineItem>) -> Result<Map<String, Value>, PlatformError> {
        let url = item.as_ref().and_then(|item| Url::parse(item.id()).ok());
        let url = url.filter(|url| is_of_container(&self.service.url, url));
        let (Some(item), Some(url)) = (item, url) else {
            let error = unusable("a line item has no id at the host of its list", &[]);
            return self.unwrap(app, CalledService::LineItems, Err(error)).await;
        };
        let id = app.lms_services.name_line_item(&self.service.id, &url).await?;
        let address = format!("{}/{id}", self.address(app));
        let resource_link = item.resource_link_id().map(ToOwned::to_owned);
        Ok(item.with_ids(Some(&address), resource_link.as_deref()))
    }
}

/// A call of the LMS, without a permit of the gateway.
trait Boxed: Future + Sized {
    async fn boxed(self, request: &HttpRequest) -> Result<Self::Output, PlatformError> {
        Ok(wait_without_permit(request, Box::pin(self)).await?)
    }
}

impl<F: Future> Boxed for F {}

fn body(item: &Map<String, Value>) -> Result<Body, PlatformError> {
    let bytes = serde_json::to_vec(item);
    let bytes = bytes.map_err(|_| PlatformError::bad_request("line_item.invalid", api::lms_service::NO_LINE_ITEM))?;
    Ok(Body {
        media_type: LINE_ITEM_TYPE,
        bytes,
    })
}

async fn read_line_item(payload: web::Payload) -> Result<LineItem, PlatformError> {
    let bytes = read_bytes(payload.into_inner(), MAX_LINE_ITEM).await;
    let bytes = bytes.map_err(|_| too_large("line_item.too_large"))?;
    LineItem::parse(&bytes).map_err(|error| invalid("line_item.invalid", &error))
}

/// A body that is longer than it may be, or broke off.
pub(super) fn too_large(code: &'static str) -> PlatformError {
    PlatformError::new(StatusCode::PAYLOAD_TOO_LARGE, code, api::lms_service::BODY_TOO_LARGE)
}

/// A body with a wrong member.
pub(super) fn invalid(code: &'static str, error: &BodyError) -> PlatformError {
    PlatformError::bad_request(code, api::lms_service::invalid_body(error.to_string()))
}

fn wrong_parameter(name: &'static str) -> PlatformError {
    PlatformError::bad_request("request.query", api::lms_service::wrong_parameter(name))
}

/// The LMS's address of the page that the query names.
fn cursor(app: &AppState, request: &HttpRequest, of: &str) -> Result<Option<Url>, PlatformError> {
    let mut pairs = form_urlencoded::parse(request.query_string().as_bytes());
    let Some((_, cursor)) = pairs.find(|(name, _)| name == "cursor") else {
        return Ok(None);
    };
    let page = app.roster_cursors.open(of, &cursor);
    page.map(Some).ok_or_else(|| wrong_parameter("cursor"))
}

fn answer_list(
    app: &AppState,
    of: &str,
    address: &str,
    media_type: &'static str,
    items: &[Map<String, Value>],
    next: Option<Url>,
) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response
        .content_type(media_type)
        .insert_header((header::CACHE_CONTROL, "no-store"));
    if let Some(next) = next {
        let cursor = app.roster_cursors.seal(of, &next);
        response.insert_header((header::LINK, format!("<{address}?cursor={cursor}>; rel=\"next\"")));
    }
    response.body(serde_json::to_vec(items).unwrap_or_default())
}

fn answer_line_item(item: Map<String, Value>) -> Result<HttpResponse, PlatformError> {
    Ok(HttpResponse::Ok()
        .content_type(LINE_ITEM_TYPE)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(Value::Object(item).to_string()))
}
