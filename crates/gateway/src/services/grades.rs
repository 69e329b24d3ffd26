//! Line items, scores and results of an LMS (Assignment and Grade Services 2.0).

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use domain::{LmsService, Registration};
use lti13::services::{
    container::Container,
    paging::{is_of_container, next_page},
};
use reqwest::{Method, header};
use serde_json::{Map, Value};
use url::Url;

use crate::services::{
    lms_tokens::{LmsCallError, LmsTokens},
    outbound::{Call, CallAnswer, FetchError, excerpt},
    roster::RosterError,
};

/// Pages of a list, at the most.
const MAX_PAGES: usize = 1_000;
/// Bytes of all pages of a list together, at the most.
const MAX_BYTES: usize = 20_000_000;
/// Bytes of a single line item, at the most.
const MAX_BODY: usize = 64 * 1024;
/// The time for all pages of a list.
const LIST_TIMEOUT: Duration = Duration::from_secs(300);
/// The time for one page.
const PAGE_TIMEOUT: Duration = Duration::from_secs(60);
/// The time for a change: an app waits for it.
const CHANGE_TIMEOUT: Duration = Duration::from_secs(10);

/// A service for grades, and the registration that has it now.
#[derive(Clone, Copy)]
pub struct Grades<'a> {
    /// Calls the LMS.
    pub tokens: &'a LmsTokens,
    /// The registration.
    pub registration: &'a Registration,
    /// The service.
    pub service: &'a LmsService,
}

/// A list, or a page of it.
pub struct List {
    /// Its objects.
    pub items: Vec<Map<String, Value>>,
    /// The LMS's address of the next page.
    pub next: Option<Url>,
}

/// A body and its media type.
pub struct Body {
    /// The media type.
    pub media_type: &'static str,
    /// The body.
    pub bytes: Vec<u8>,
}

/// An answer of the LMS that is a success.
pub struct Success {
    /// Its body; empty where it has none.
    pub body: Vec<u8>,
}

impl Grades<'_> {
    /// Makes, changes or reads one thing. The answer is a success.
    ///
    /// # Errors
    ///
    /// [`RosterError`].
    pub async fn call(
        self,
        method: Method,
        url: Url,
        scope: &'static str,
        accept: Option<&'static str>,
        body: Option<Body>,
    ) -> Result<Success, RosterError> {
        let mut headers = header::HeaderMap::new();
        if let Some(accept) = accept {
            headers.insert(header::ACCEPT, header::HeaderValue::from_static(accept));
        }
        if let Some(body) = &body {
            headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(body.media_type));
        }
        let call = Call {
            method,
            url,
            headers,
            body: body.map(|body| body.bytes),
            timeout: CHANGE_TIMEOUT,
        };
        let answer = success(self.tokens.call(self.registration, &[scope], call).await?).await?;
        let body = answer.read(MAX_BODY).await;
        let body = body.map_err(|error| match error {
            FetchError::TooLong => unusable("the answer is longer than 64 kB", &[]),
            error => LmsCallError::Unreachable(error).into(),
        })?;
        Ok(Success { body })
    }

    /// Reads a list: one page, or all of them.
    ///
    /// # Errors
    ///
    /// [`RosterError`]: a list is never shorter than the LMS's.
    pub async fn list(self, first: Url, scope: &'static str, accept: &'static str, all: bool) -> Result<List, RosterError> {
        let until = Instant::now() + LIST_TIMEOUT;
        let (mut next, mut asked, mut bytes) = (Some(first), HashSet::new(), 0);
        let mut items = Vec::new();
        while let Some(url) = next.take() {
            if asked.len() >= MAX_PAGES {
                return Err(unusable("the list has more than 1000 pages", &[]));
            }
            if !asked.insert(url.clone()) {
                return Err(unusable("a page leads to one that was read already", &[]));
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(LmsCallError::Unreachable(FetchError::TimedOut).into());
            }
            let mut headers = header::HeaderMap::new();
            headers.insert(header::ACCEPT, header::HeaderValue::from_static(accept));
            let call = Call {
                method: Method::GET,
                url: url.clone(),
                headers,
                body: None,
                timeout: PAGE_TIMEOUT.min(left),
            };
            let answer = success(self.tokens.call(self.registration, &[scope], call).await?).await?;
            let links = answer.links();
            next = next_page(&url, links.iter().map(String::as_str));
            if next.as_ref().is_some_and(|next| !is_of_container(&self.service.url, next)) {
                return Err(unusable("the next page is at another host", &[]));
            }
            read_page(answer, &mut bytes, &mut items).await?;
            if !all {
                break;
            }
        }
        Ok(List { items, next })
    }
}

async fn read_page(mut answer: CallAnswer, bytes: &mut usize, items: &mut Vec<Map<String, Value>>) -> Result<(), RosterError> {
    let mut container = Container::list();
    let mut beginning = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(LmsCallError::Unreachable)? {
        *bytes += chunk.len();
        if *bytes > MAX_BYTES {
            return Err(unusable("the list is longer than 20 MB", &[]));
        }
        if beginning.is_empty() {
            beginning.extend_from_slice(&chunk[..chunk.len().min(1_200)]);
        }
        let read = container.push(&chunk, |item| items.push(item));
        read.map_err(|error| unusable(&error.to_string(), &beginning))?;
    }
    let read = container.finish();
    read.map(|_| ()).map_err(|error| unusable(&error.to_string(), &beginning))
}

/// An answer with a status of success.
async fn success(answer: CallAnswer) -> Result<CallAnswer, RosterError> {
    let status = answer.status();
    if (200..300).contains(&status) {
        return Ok(answer);
    }
    let retry_after = answer.header(header::RETRY_AFTER).find_map(|value| value.trim().parse().ok());
    Err(RosterError::Status {
        status,
        retry_after,
        excerpt: answer.excerpt().await,
    })
}

/// The error for an answer that is none.
pub fn unusable(reason: &str, bytes: &[u8]) -> RosterError {
    RosterError::Unusable {
        reason: reason.to_owned(),
        excerpt: excerpt(bytes),
    }
}
