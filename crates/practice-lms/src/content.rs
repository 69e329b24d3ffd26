//! Content that a teacher selects in the tool (Deep Linking 2.0): the request's `data`, the tool's answer, taken strictly by the
//! specification, and the items in the course.

use std::collections::{HashMap, HashSet};

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use jwt_simple::algorithms::RSAPublicKeyLike as _;
use jwt_simple::claims::Audiences;
use jwt_simple::prelude::{Duration, VerificationOptions};
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::claim;
use crate::lms::Lms;
use crate::page::{self, May};
use crate::server::now;
use crate::services::tool_key;

/// A selection is answered within this time, in seconds.
const SELECTION_LIFETIME: i64 = 8 * 3600;
/// Selections that nobody answers are forgotten beyond this number.
const MOST_SELECTIONS: usize = 1_000;

/// The selections under way, and the items of the course.
#[derive(Default)]
pub(crate) struct Content {
    /// The `data` of each selection, and until when it may be answered.
    selections: HashMap<String, i64>,
    used_nonces: HashSet<String>,
    /// The items in their order.
    pub(crate) items: Vec<Map<String, Value>>,
}

impl Content {
    /// Begins a selection, and returns its `data`.
    pub(crate) fn begin(&mut self) -> String {
        let now = now();
        if self.selections.len() >= MOST_SELECTIONS {
            self.selections.retain(|_, until| *until > now);
        }
        let data = format!("select-{}", Uuid::new_v4().simple());
        self.selections.insert(data.clone(), now + SELECTION_LIFETIME);
        data
    }

    /// Checks the data and uses up the nonce of an answer.
    fn take(&mut self, data: &str, nonce: &str) -> Result<(), String> {
        match self.selections.get(data) {
            Some(until) if *until > now() => {}
            _ => return Err("data is of no selection".to_owned()),
        }
        match self.used_nonces.insert(nonce.to_owned()) {
            true => Ok(()),
            false => Err("the nonce was used before".to_owned()),
        }
    }
}

/// The text of an item, for the course.
pub(crate) fn title(item: &Map<String, Value>) -> String {
    let text = |name: &str| item.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    text("title").or(text("url")).or(text("type")).unwrap_or_default().to_owned()
}

/// The form of an answer.
#[derive(Deserialize)]
pub(crate) struct AnswerForm {
    #[serde(default, rename = "JWT")]
    jwt: String,
}

#[derive(Template)]
#[template(path = "content_added.html")]
struct Added {
    titles: Vec<String>,
    error: String,
    message: String,
}

/// `POST /mod/lti/contentitem_return.php`.
pub(crate) async fn take_answer(lms: web::Data<Lms>, form: web::Form<AnswerForm>) -> HttpResponse {
    match verify(&lms, &form.jwt).await {
        Ok(claims) => {
            let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let items: Vec<_> = claims[claim::CONTENT_ITEMS]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|item| item.as_object().cloned())
                .collect();
            let added = Added {
                titles: items.iter().map(title).collect(),
                error: text(claim::DEEP_LINKING_ERRORMSG),
                message: text(claim::DEEP_LINKING_MSG),
            };
            lms.changing().content.items.extend(items);
            page::show(StatusCode::OK, &added, May::SendFormsHere)
        }
        Err(why) => page::error_page(
            StatusCode::BAD_REQUEST,
            "The answer of the tool was refused",
            &format!("Nothing was added to the course: {why}."),
        ),
    }
}

/// The claims of an answer in which everything holds (Deep Linking 2.0, 4.5; Security Framework 1.0, 5.2.2). Times have no leeway, as in
/// Moodle.
async fn verify(lms: &Lms, jwt: &str) -> Result<Map<String, Value>, String> {
    let keyset = lms.tool().public_keyset.ok_or("no public keyset of the tool was entered")?;
    let options = VerificationOptions {
        time_tolerance: Some(Duration::from_secs(0)),
        ..VerificationOptions::default()
    };
    let verified = tool_key(&keyset, jwt)
        .await?
        .verify_token::<Map<String, Value>>(jwt, Some(options))
        .map_err(|error| error.to_string())?;
    verified.issued_at.ok_or("iat is missing")?;
    verified.expires_at.ok_or("exp is missing")?;
    if verified.issuer.as_deref() != Some(&lms.client_id) {
        return Err("iss is not the client ID".to_owned());
    }
    let audiences = verified.audiences.map(Audiences::into_set).unwrap_or_default();
    if !audiences.contains(&lms.public_url) {
        return Err("aud is not this LMS".to_owned());
    }
    let nonce = verified.nonce.ok_or("nonce is missing")?;
    let claims = verified.custom;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    for (name, expected) in [
        (claim::MESSAGE_TYPE, "LtiDeepLinkingResponse"),
        (claim::VERSION, "1.3.0"),
        (claim::DEPLOYMENT_ID, &lms.deployment_id),
    ] {
        if text(name) != Some(expected) {
            return Err(format!("{name} is not {expected}"));
        }
    }
    if claims.get(claim::CONTENT_ITEMS).is_some_and(|items| !items.is_array()) {
        return Err("content_items is no list".to_owned());
    }
    let data = text(claim::DEEP_LINKING_DATA).ok_or("data is missing")?;
    lms.changing().content.take(data, &nonce)?;
    let mut claims = claims.clone();
    claims.entry(claim::CONTENT_ITEMS).or_insert_with(|| Value::Array(Vec::new()));
    Ok(claims)
}
