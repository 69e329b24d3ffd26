//! A browser without scripts, for the tests: it asks, reads forms and sends them.
#![allow(clippy::unwrap_used, clippy::panic, unreachable_pub, dead_code)]

use std::collections::BTreeMap;

use practice_lms::{PracticeLms, Running, Settings};
use reqwest::{Client, Response, redirect};

pub const GATEWAY: &str = "http://gateway.example:8080";

pub fn lms() -> Running {
    PracticeLms::start(Settings::on_any_port(GATEWAY)).unwrap()
}

pub fn client() -> Client {
    Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap()
}

pub async fn get(lms: &Running, path: &str) -> Response {
    client().get(format!("{}{path}", lms.base_url)).send().await.unwrap()
}

pub async fn page(lms: &Running, path: &str) -> String {
    let response = get(lms, path).await;
    assert_eq!(response.status(), 200, "{path}");
    response.text().await.unwrap()
}

pub struct Form {
    pub action: String,
    pub fields: BTreeMap<String, String>,
}

/// The only form of the page, with its hidden fields and inputs.
pub fn form(html: &str) -> Form {
    let (_, form) = html.split_once("<form ").unwrap_or_else(|| panic!("no form in {html}"));
    let inputs = form.split("<input ").skip(1);
    Form {
        action: attribute(form, "action"),
        fields: inputs
            .map(|input| (attribute(input, "name"), attribute(input, "value")))
            .collect(),
    }
}

fn attribute(tag: &str, name: &str) -> String {
    let (_, rest) = tag.split_once(&format!("{name}=\"")).unwrap();
    let (value, _) = rest.split_once('"').unwrap();
    unescape(value)
}

fn unescape(text: &str) -> String {
    text.replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#38;", "&")
}
