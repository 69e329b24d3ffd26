//! The gradebook: its page, and the line items, scores and results that a tool reads and writes (Assignment and Grade Services 2.0);
//! strict by the specification, and as particular about media types as Moodle.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::course::course_name;
use crate::lms::Lms;
use crate::page::{self, May};
use crate::people::Person;
use crate::services::validate_scope;
use crate::token::{ACTIVITY_TITLE, COURSE_NUMBER};

const LINE_ITEM: &str = "application/vnd.ims.lis.v2.lineitem+json";
const LINE_ITEMS: &str = "application/vnd.ims.lis.v2.lineitemcontainer+json";
const SCORE: &str = "application/vnd.ims.lis.v1.score+json";
const RESULTS: &str = "application/vnd.ims.lis.v2.resultcontainer+json";
/// The scopes, by the last part of their names.
const MAY_CHANGE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem";
const MAY_READ: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly";
const MAY_SCORE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/score";
const MAY_READ_RESULTS: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly";
/// The line item of the activity.
const OF_ACTIVITY: u32 = 2;

/// The gradebook's answers to tools. It can be changed while the LMS runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum GradesBehaviour {
    /// By the specification.
    #[default]
    Good,
    /// This status with this text.
    Status(u16, String),
    /// This status, and the seconds after which to ask again.
    RetryAfter(u16, u64),
    /// `302 Found` to this address.
    Redirect(String),
    /// A score is stored, and the answer is this status.
    LosesAnswers(u16),
    /// No answer at all.
    Hang,
}

/// The line items and the scores.
pub(crate) struct Gradebook {
    items: BTreeMap<u32, Value>,
    /// The last score of a person for a line item.
    scores: BTreeMap<(u32, String), Value>,
    pub(crate) behaviour: GradesBehaviour,
    /// The scores that were posted, with those that were refused.
    pub(crate) posts: u64,
}

impl Default for Gradebook {
    fn default() -> Self {
        let activity = json!({ "label": ACTIVITY_TITLE, "scoreMaximum": 100, "resourceLinkId": "1" });
        Self {
            items: BTreeMap::from([(OF_ACTIVITY, activity)]),
            scores: BTreeMap::new(),
            behaviour: GradesBehaviour::default(),
            posts: 0,
        }
    }
}

impl Gradebook {
    /// The last score of a person for the activity.
    pub(crate) fn score_of(&self, person: &str) -> Option<Value> {
        self.scores.get(&(OF_ACTIVITY, person.to_owned())).cloned()
    }

    /// Removes the line item of the activity.
    pub(crate) fn remove_activity(&mut self) {
        self.items.remove(&OF_ACTIVITY);
    }
}

#[derive(Deserialize)]
pub(crate) struct ItemsQuery {
    resource_link_id: Option<String>,
    resource_id: Option<String>,
    tag: Option<String>,
    limit: Option<usize>,
    #[serde(default)]
    from: usize,
    type_id: Option<String>,
}

/// An answer that isn't one of the specification's.
async fn misbehave(lms: &Lms) -> Option<HttpResponse> {
    let behaviour = lms.changing().gradebook.behaviour.clone();
    Some(match behaviour {
        GradesBehaviour::Good | GradesBehaviour::LosesAnswers(_) => return None,
        GradesBehaviour::Status(status, text) => build(status).content_type("text/html").body(text),
        GradesBehaviour::RetryAfter(status, seconds) => build(status).insert_header((RETRY_AFTER, seconds.to_string())).finish(),
        GradesBehaviour::Redirect(to) => HttpResponse::Found().insert_header((LOCATION, to)).finish(),
        GradesBehaviour::Hang => std::future::pending().await,
    })
}

fn build(status: u16) -> actix_web::HttpResponseBuilder {
    HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
}

/// The refusal of a request that lacks a scope or names another media type than Moodle takes.
fn refuse(lms: &Lms, request: &HttpRequest, scopes: &[&str], media_type: Option<(&str, &str)>) -> Option<HttpResponse> {
    if let Err((status, why)) = validate_scope(lms, request, scopes) {
        return Some(HttpResponse::build(status).body(why));
    }
    let (header, expected) = media_type?;
    let sent = request
        .headers()
        .get(header)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let is_expected = sent
        .split(',')
        .any(|one| one.split(';').next().unwrap_or_default().trim() == expected);
    (!is_expected).then(|| HttpResponse::BadRequest().body("No such media type."))
}

fn address(lms: &Lms, item: u32) -> String {
    format!(
        "{}/mod/lti/services.php/{COURSE_NUMBER}/lineitems/{item}/lineitem?type_id=1",
        lms.public_url
    )
}

/// The line item as Moodle answers it: null where nothing was given.
fn shown(lms: &Lms, item: u32, body: &Value) -> Value {
    let mut shown = body.clone();
    shown["id"] = json!(address(lms, item));
    for name in ["tag", "resourceId"] {
        shown[name] = shown[name].take();
    }
    shown
}

/// `GET …/lineitems`.
pub(crate) async fn line_items(lms: web::Data<Lms>, request: HttpRequest, query: web::Query<ItemsQuery>) -> HttpResponse {
    if let Some(answer) = misbehave(&lms).await {
        return answer;
    }
    if let Some(refusal) = refuse(&lms, &request, &[MAY_CHANGE, MAY_READ], Some((ACCEPT.as_str(), LINE_ITEMS))) {
        return refusal;
    }
    if query.type_id.as_deref() != Some("1") {
        return HttpResponse::BadRequest().body("type_id is lost.");
    }
    let changing = lms.changing();
    let is = |item: &Value, name: &str, asked: &Option<String>| asked.as_ref().is_none_or(|asked| item[name] == asked.as_str());
    let asked: Vec<_> = changing
        .gradebook
        .items
        .iter()
        .filter(|(_, item)| {
            is(item, "resourceLinkId", &query.resource_link_id)
                && is(item, "resourceId", &query.resource_id)
                && is(item, "tag", &query.tag)
        })
        .collect();
    let size = query.limit.unwrap_or(asked.len().max(1)).max(1);
    let page: Vec<_> = asked
        .iter()
        .skip(query.from)
        .take(size)
        .map(|(id, item)| shown(&lms, **id, item))
        .collect();
    let mut answer = HttpResponse::Ok();
    answer.content_type(LINE_ITEMS);
    let next = query.from + page.len();
    if next < asked.len() {
        // Moodle's own: typographic quotes, and the separator escaped for HTML.
        let address = format!("{}/mod/lti/services.php/{COURSE_NUMBER}/lineitems", lms.public_url);
        let link = format!("<{address}?limit={size}&amp;from={next}&amp;type_id=1>; rel=\u{201c}next\u{201d}");
        if let Ok(link) = actix_web::http::header::HeaderValue::from_bytes(link.as_bytes()) {
            answer.insert_header((actix_web::http::header::LINK, link));
        }
    }
    answer.body(Value::from(page).to_string())
}

/// `POST …/lineitems`.
pub(crate) async fn add_line_item(lms: web::Data<Lms>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    if let Some(answer) = misbehave(&lms).await {
        return answer;
    }
    if let Some(refusal) = refuse(&lms, &request, &[MAY_CHANGE], Some((CONTENT_TYPE.as_str(), LINE_ITEM))) {
        return refusal;
    }
    let Some(item) = line_item(&body) else {
        return HttpResponse::BadRequest().body("label and scoreMaximum are needed.");
    };
    let mut changing = lms.changing();
    let id = changing.gradebook.items.keys().last().map_or(OF_ACTIVITY, |last| last + 1);
    let answer = shown(&lms, id, &item);
    changing.gradebook.items.insert(id, item);
    HttpResponse::Created().content_type(LINE_ITEM).body(answer.to_string())
}

fn line_item(body: &[u8]) -> Option<Value> {
    let item: Value = serde_json::from_slice(body).ok()?;
    let has_label = item["label"].as_str().is_some_and(|label| !label.is_empty());
    // Open edX takes whole numbers alone.
    let has_maximum = item["scoreMaximum"].as_u64().is_some_and(|maximum| maximum > 0);
    (has_label && has_maximum && item.get("id").is_none()).then_some(item)
}

/// `GET …/lineitems/{item}/lineitem`.
pub(crate) async fn read_line_item(lms: web::Data<Lms>, request: HttpRequest, id: web::Path<u32>) -> HttpResponse {
    if let Some(answer) = misbehave(&lms).await {
        return answer;
    }
    if let Some(refusal) = refuse(&lms, &request, &[MAY_CHANGE, MAY_READ], Some((ACCEPT.as_str(), LINE_ITEM))) {
        return refusal;
    }
    match lms.changing().gradebook.items.get(&id) {
        Some(item) => HttpResponse::Ok()
            .content_type(LINE_ITEM)
            .body(shown(&lms, *id, item).to_string()),
        None => HttpResponse::NotFound()
            .content_type("text/html")
            .body("<h1>No such line item</h1>"),
    }
}

/// `PUT …/lineitems/{item}/lineitem`.
pub(crate) async fn change_line_item(
    lms: web::Data<Lms>,
    request: HttpRequest,
    id: web::Path<u32>,
    body: web::Bytes,
) -> HttpResponse {
    if let Some(answer) = misbehave(&lms).await {
        return answer;
    }
    if let Some(refusal) = refuse(&lms, &request, &[MAY_CHANGE], Some((CONTENT_TYPE.as_str(), LINE_ITEM))) {
        return refusal;
    }
    let sent: Option<Value> = serde_json::from_slice(&body).ok();
    let Some(mut sent) = sent.filter(|sent| sent["id"].as_str().is_none_or(|sent| sent == address(&lms, *id))) else {
        return HttpResponse::BadRequest().body("The id is another one.");
    };
    if let Some(members) = sent.as_object_mut() {
        members.remove("id");
    }
    let mut changing = lms.changing();
    let Some(item) = changing.gradebook.items.get_mut(&id) else {
        return HttpResponse::NotFound().finish();
    };
    *item = sent;
    let answer = shown(&lms, *id, item);
    HttpResponse::Ok().content_type(LINE_ITEM).body(answer.to_string())
}

/// `DELETE …/lineitems/{item}/lineitem`.
pub(crate) async fn delete_line_item(lms: web::Data<Lms>, request: HttpRequest, id: web::Path<u32>) -> HttpResponse {
    if let Some(answer) = misbehave(&lms).await {
        return answer;
    }
    if let Some(refusal) = refuse(&lms, &request, &[MAY_CHANGE], None) {
        return refusal;
    }
    match lms.changing().gradebook.items.remove(&id) {
        Some(_) => HttpResponse::NoContent().finish(),
        None => HttpResponse::NotFound().finish(),
    }
}

/// `POST …/lineitems/{item}/lineitem/scores`.
pub(crate) async fn add_score(lms: web::Data<Lms>, request: HttpRequest, id: web::Path<u32>, body: web::Bytes) -> HttpResponse {
    lms.changing().gradebook.posts += 1;
    if let Some(answer) = misbehave(&lms).await {
        return answer;
    }
    if let Some(refusal) = refuse(&lms, &request, &[MAY_SCORE], Some((CONTENT_TYPE.as_str(), SCORE))) {
        return refusal;
    }
    let mut changing = lms.changing();
    let gradebook = &mut changing.gradebook;
    if !gradebook.items.contains_key(&id) {
        return HttpResponse::NotFound().finish();
    }
    let score: Value = serde_json::from_slice(&body).unwrap_or_default();
    let text = |name: &str| score[name].as_str().unwrap_or_default().to_owned();
    let needed = ["userId", "timestamp", "activityProgress", "gradingProgress"];
    let is_whole =
        needed.iter().all(|name| !text(name).is_empty()) && (score["scoreGiven"].is_null() || score["scoreMaximum"].is_number());
    if !is_whole || !text("timestamp").ends_with('Z') {
        return HttpResponse::BadRequest().body("[]");
    }
    if Person::ALL.iter().all(|person| person.number() != text("userId")) && text("userId").parse::<u32>().is_err() {
        return HttpResponse::NotFound().body("Nobody of the course.");
    }
    let key = (*id, text("userId"));
    // In UTC and of one length, times are ordered as texts are.
    let is_newer = gradebook
        .scores
        .get(&key)
        .is_none_or(|last| last["timestamp"].as_str().unwrap_or_default() < text("timestamp").as_str());
    if !is_newer {
        return HttpResponse::Conflict().body("[]");
    }
    gradebook.scores.insert(key, score);
    match gradebook.behaviour {
        GradesBehaviour::LosesAnswers(status) => build(status).finish(),
        _ => HttpResponse::Ok().finish(),
    }
}

#[derive(Deserialize)]
pub(crate) struct ResultsQuery {
    user_id: Option<String>,
}

/// `GET …/lineitems/{item}/lineitem/results`.
pub(crate) async fn results(
    lms: web::Data<Lms>,
    request: HttpRequest,
    id: web::Path<u32>,
    query: web::Query<ResultsQuery>,
) -> HttpResponse {
    if let Some(answer) = misbehave(&lms).await {
        return answer;
    }
    if let Some(refusal) = refuse(&lms, &request, &[MAY_READ_RESULTS], Some((ACCEPT.as_str(), RESULTS))) {
        return refusal;
    }
    let changing = lms.changing();
    if !changing.gradebook.items.contains_key(&id) {
        return HttpResponse::NotFound().finish();
    }
    let of_item = changing.gradebook.scores.iter().filter(|((item, _), _)| item == &*id);
    let asked = of_item.filter(|((_, person), _)| query.user_id.as_ref().is_none_or(|asked| asked == person));
    let results: Vec<_> = asked
        .map(|((item, person), score)| {
            let item = address(&lms, *item);
            json!({
                "id": item.replace("/lineitem?", &format!("/lineitem/results/{person}?")), "scoreOf": item, "userId": person,
                "resultScore": score["scoreGiven"], "resultMaximum": score["scoreMaximum"], "comment": score["comment"],
            })
        })
        .collect();
    HttpResponse::Ok()
        .content_type(RESULTS)
        .body(Value::from(results).to_string())
}

/// A person's line of the page.
struct Line {
    name: String,
    grades: Vec<String>,
}

#[derive(Template)]
#[template(path = "gradebook.html")]
struct Page {
    course: String,
    items: Vec<String>,
    lines: Vec<Line>,
}

/// `GET /course/gradebook`: what teachers see.
pub(crate) async fn show(lms: web::Data<Lms>) -> HttpResponse {
    let changing = lms.changing();
    let gradebook = &changing.gradebook;
    let label = |item: &Value| item["label"].as_str().unwrap_or_default().to_owned();
    let grade = |item: &u32, person: Person| match gradebook.scores.get(&(*item, person.number().to_owned())) {
        Some(score) => format!("{} / {}", score["scoreGiven"], score["scoreMaximum"]),
        None => "–".to_owned(),
    };
    let lines = Person::ALL.map(|person| Line {
        name: person.name(),
        grades: gradebook.items.keys().map(|item| grade(item, person)).collect(),
    });
    let page = Page {
        course: course_name(),
        items: gradebook.items.values().map(label).collect(),
        lines: lines.into(),
    };
    page::show(StatusCode::OK, &page, May::SendFormsHere)
}
