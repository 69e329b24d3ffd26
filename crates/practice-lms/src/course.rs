//! The pages that people see: home, the course, the activity, and the page that begins a launch.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::content;
use crate::launches::Launch;
use crate::lms::Lms;
use crate::page::{self, May};
use crate::people::Person;
use crate::storage::Storage;
use crate::token::{ACTIVITY_TITLE, COURSE_LABEL, COURSE_TITLE, Container, Message};

/// The visitor, and the place for the tool.
#[derive(Deserialize)]
pub(crate) struct Visit {
    #[serde(default, rename = "as")]
    person: Person,
    #[serde(default, rename = "in")]
    container: Container,
    /// The LMS whose platform storage the pages play.
    #[serde(default, rename = "like")]
    storage: Storage,
    /// `select`: the tool is asked for content.
    #[serde(default)]
    message: Asked,
    /// The number of an item of the course.
    item: Option<usize>,
}

/// The reason of a launch.
#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Asked {
    #[default]
    Open,
    Select,
}

/// An item of the course, for its page.
struct Item {
    number: usize,
    title: String,
    /// The address of a link, which leads out of the LMS.
    link: Option<String>,
    grade: Option<String>,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    course: String,
}

pub(crate) async fn home() -> HttpResponse {
    let page = Home { course: course_name() };
    page::show(StatusCode::OK, &page, May::SendFormsHere)
}

#[derive(Template)]
#[template(path = "course.html")]
struct Course {
    course: String,
    activity: &'static str,
    visitor: Person,
    people: [Person; 3],
    storage: Storage,
    storages: [Storage; 8],
    items: Vec<Item>,
}

pub(crate) async fn course(lms: web::Data<Lms>, visit: web::Query<Visit>) -> HttpResponse {
    let page = Course {
        course: course_name(),
        activity: ACTIVITY_TITLE,
        visitor: visit.person,
        people: Person::ALL,
        storage: visit.storage,
        storages: Storage::ALL,
        items: items(&lms),
    };
    // A window that is opened from here speaks with the storage of this page.
    page::show(StatusCode::OK, &page, May::FrameTheTool)
}

fn items(lms: &Lms) -> Vec<Item> {
    let items = lms.changing().content.items.clone();
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let item = |(number, item): (usize, &Map<String, Value>)| Item {
        number,
        title: content::title(item),
        link: text(item.get("url")).filter(|_| item["type"] == "link"),
        grade: item.get("lineItem").map(|line_item| line_item["scoreMaximum"].to_string()),
    };
    items.iter().enumerate().map(item).collect()
}

#[derive(Template)]
#[template(path = "activity.html")]
struct Activity {
    course: String,
    /// The query of the launch, beside the visitor.
    launch: String,
    activity: String,
    visitor: Person,
    storage: Storage,
}

/// The tool, asked for content.
pub(crate) async fn select(visit: web::Query<Visit>) -> HttpResponse {
    let page = Activity {
        course: course_name(),
        launch: "&message=select".to_owned(),
        activity: "Select content".to_owned(),
        visitor: visit.person,
        storage: visit.storage,
    };
    page::show(StatusCode::OK, &page, May::FrameTheTool)
}

pub(crate) async fn activity(lms: web::Data<Lms>, visit: web::Query<Visit>) -> HttpResponse {
    let item = visit.item.and_then(|number| items(&lms).into_iter().nth(number));
    let page = Activity {
        course: course_name(),
        launch: item.as_ref().map(|item| format!("&item={}", item.number)).unwrap_or_default(),
        activity: item.map_or_else(|| ACTIVITY_TITLE.to_owned(), |item| item.title),
        visitor: visit.person,
        storage: visit.storage,
    };
    page::show(StatusCode::OK, &page, May::FrameTheTool)
}

#[derive(Template)]
#[template(path = "hand_over.html")]
pub(crate) struct HandOver {
    pub(crate) form_name: &'static str,
    pub(crate) action: String,
    pub(crate) fields: Vec<(&'static str, String)>,
}

/// The login initiation (Security Framework 1.0, 5.1.1.1), as the form post that Moodle makes of it.
pub(crate) async fn launch(lms: web::Data<Lms>, visit: web::Query<Visit>) -> HttpResponse {
    let tool = lms.tool();
    let launch_id = lms.begin_launch(Launch {
        person: visit.person,
        container: visit.container,
        storage: visit.storage,
        message: match visit.message {
            Asked::Open => Message::ResourceLink,
            Asked::Select => Message::DeepLinking,
        },
        item: visit.item,
    });
    let target = visit.item.and_then(|number| {
        let changing = lms.changing();
        Some(changing.content.items.get(number)?.get("url")?.as_str()?.to_owned())
    });
    let mut fields = vec![
        ("iss", lms.public_url.clone()),
        ("target_link_uri", target.unwrap_or(tool.tool_url)),
        ("login_hint", visit.person.number().to_owned()),
        ("lti_message_hint", json!({ "cmid": 2, "launchid": launch_id }).to_string()),
        ("client_id", lms.client_id.clone()),
        ("lti_deployment_id", lms.deployment_id.clone()),
    ];
    if let Some(target) = visit.storage.target() {
        fields.push(("lti_storage_target", target.to_owned()));
    }
    let page = HandOver {
        form_name: "ltiInitiateLoginForm",
        action: tool.initiate_login_url,
        fields,
    };
    page::show(StatusCode::OK, &page, May::PostToTheTool)
}

/// The messages of a tool on the way back (LTI 1.3 core, 5.4.4).
#[derive(Deserialize)]
pub(crate) struct ComingBack {
    #[serde(default)]
    lti_errormsg: String,
    #[serde(default)]
    lti_msg: String,
}

#[derive(Template)]
#[template(path = "return.html")]
struct Return {
    error: String,
    message: String,
}

pub(crate) async fn come_back(query: web::Query<ComingBack>) -> HttpResponse {
    let ComingBack { lti_errormsg, lti_msg } = query.into_inner();
    let page = Return {
        error: lti_errormsg,
        message: lti_msg,
    };
    page::show(StatusCode::OK, &page, May::SendFormsHere)
}

pub(crate) fn course_name() -> String {
    format!("{COURSE_LABEL}, {COURSE_TITLE}")
}
