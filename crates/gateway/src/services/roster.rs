//! The members of a course (Names and Role Provisioning Services 2.0): read from the LMS page by page, and handed on as the app knows
//! them.
//!
//! Without a limit an app gets everybody in one answer: some apps read one page only. The first page is there before the answer begins, so
//! its errors have a status; a later error breaks the answer off, which no app can take for a complete roster.

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::web::{BufMut as _, Bytes, BytesMut};
use domain::{LmsService, Registration, Service};
use futures_util::{Stream, stream};
use lti13::services::{
    nrps::{MEDIA_TYPE, Member, MembershipQuery, membership_container},
    paging::{is_of_container, next_page},
};
use reqwest::{Method, header};
use serde_json::{Map, Value, json};
use url::Url;

use crate::{
    services::{
        lms_tokens::{LmsCallError, LmsTokens},
        outbound::{Call, CallAnswer, FetchError, excerpt},
        people::People,
        subjects::subject,
    },
    telemetry::log::log_store_error,
};

/// Pages of a roster, at the most.
const MAX_PAGES: usize = 1_000;
/// Bytes of all pages together, at the most.
const MAX_BYTES: usize = 100_000_000;
/// How long all pages may take.
const TIMEOUT: Duration = Duration::from_secs(300);
/// How long one page may take.
const PAGE_TIMEOUT: Duration = Duration::from_secs(60);
/// Bytes of an answer that are written at once, about.
const CHUNK: usize = 64 * 1024;
/// Bytes of an answer of the LMS that are remembered until it proves to be a page.
const BEGINNING: usize = 1_200;

/// Why there is no roster, or no more of it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RosterError {
    /// The LMS gave no answer.
    #[error(transparent)]
    Call(#[from] LmsCallError),
    /// The LMS answered with another status than success.
    #[error("the LMS answered with HTTP status {status}")]
    Status {
        /// The status.
        status: u16,
        /// Seconds after which the LMS wants to be asked again.
        retry_after: Option<u64>,
        /// The beginning of what it said.
        excerpt: String,
    },
    /// Its answer is no page of members.
    #[error("the LMS's answer can't be used: {reason}")]
    Unusable {
        /// The error.
        reason: String,
        /// The beginning of what it said.
        excerpt: String,
    },
}

/// A roster to be read.
#[derive(Clone)]
pub struct Roster {
    tokens: LmsTokens,
    registration: Arc<Registration>,
    service: Arc<LmsService>,
    /// The address by which the app knows it.
    address: Arc<str>,
    /// Saves the people, where the app can name them to the LMS.
    people: Option<Arc<People>>,
}

/// The pages that are to come.
struct Pages {
    roster: Roster,
    next: Option<Url>,
    asked: HashSet<Url>,
    bytes: usize,
    until: Instant,
    has_members: bool,
}

/// A page of the LMS, written for the app.
struct Page {
    /// Its members, in pieces, with commas between them and after those of the page before.
    members: VecDeque<Bytes>,
    /// The course, as the LMS names it.
    context: Map<String, Value>,
}

/// A page as an app gets it.
pub struct AppPage {
    /// The document.
    pub body: Bytes,
    /// Where the LMS has the next page.
    pub next: Option<Url>,
}

impl Roster {
    /// The roster of a service, of a registration that has it now.
    pub fn new(tokens: LmsTokens, registration: Registration, service: LmsService, address: String) -> Self {
        Self {
            tokens,
            registration: Arc::new(registration),
            service: Arc::new(service),
            address: address.into(),
            people: None,
        }
    }

    /// The same, whose people are saved while they pass.
    #[must_use]
    pub fn learned_by(self, people: Arc<People>) -> Self {
        Self {
            people: Some(people),
            ..self
        }
    }

    /// One page: the first, or the one at an address that the LMS named.
    ///
    /// # Errors
    ///
    /// [`RosterError`].
    pub async fn page(&self, query: &MembershipQuery, next: Option<Url>) -> Result<AppPage, RosterError> {
        let mut pages = self.pages(next.unwrap_or_else(|| query.url(&self.service.url)));
        let page = pages.fetch().await?.ok_or_else(no_page)?;
        let mut body = BytesMut::new();
        body.extend_from_slice(&self.head(page.context));
        for piece in page.members {
            body.extend_from_slice(&piece);
        }
        body.extend_from_slice(b"]}");
        Ok(AppPage {
            body: body.freeze(),
            next: pages.next.take(),
        })
    }

    /// All members: the pieces of one document.
    ///
    /// # Errors
    ///
    /// [`RosterError`] for the first page; those of later pages break the stream off.
    pub async fn all(
        &self,
        query: &MembershipQuery,
    ) -> Result<impl Stream<Item = Result<Bytes, RosterError>> + use<>, RosterError> {
        let mut pages = self.pages(query.url(&self.service.url));
        let Page { mut members, context } = pages.fetch().await?.ok_or_else(no_page)?;
        members.push_front(self.head(context));
        Ok(stream::try_unfold(Some((members, pages)), |state| async {
            let Some((mut pieces, mut pages)) = state else {
                return Ok(None);
            };
            loop {
                if let Some(piece) = pieces.pop_front() {
                    return Ok(Some((piece, Some((pieces, pages)))));
                }
                match pages.fetch().await? {
                    Some(page) => pieces = page.members,
                    None => return Ok(Some((Bytes::from_static(b"]}"), None))),
                }
            }
        }))
    }

    fn pages(&self, first: Url) -> Pages {
        Pages {
            roster: self.clone(),
            next: Some(first),
            asked: HashSet::new(),
            bytes: 0,
            until: Instant::now() + TIMEOUT,
            has_members: false,
        }
    }

    /// The document up to its first member.
    fn head(&self, mut context: Map<String, Value>) -> Bytes {
        context.retain(|_, value| !value.is_null());
        if !context.get("id").is_some_and(Value::is_string) {
            let id = self.service.context_id.as_deref().unwrap_or_default();
            context.insert("id".to_owned(), id.into());
        }
        let mut head = json!({ "id": &*self.address, "context": context }).to_string();
        head.pop();
        head.push_str(",\"members\":[");
        head.into()
    }

    /// A member as the app knows it.
    fn member(&self, member: Map<String, Value>) -> Option<Map<String, Value>> {
        let member = Member::new(member)?;
        let Registration { tenant_id, lms, .. } = &*self.registration;
        let subject = subject(*tenant_id, &lms.platform.issuer, Some(member.user_id()));
        Some(member.for_tool(&subject))
    }
}

impl Pages {
    /// The next page; none after the last.
    async fn fetch(&mut self) -> Result<Option<Page>, RosterError> {
        let Some(url) = self.next.take() else { return Ok(None) };
        if self.asked.len() >= MAX_PAGES {
            return Err(unusable("the roster has more than 1000 pages", &[]));
        }
        if !self.asked.insert(url.clone()) {
            return Err(unusable("a page leads to one that was read already", &[]));
        }
        let answer = self.ask(url.clone()).await?;
        let links: Vec<_> = answer.header(header::LINK).map(ToOwned::to_owned).collect();
        self.next = next_page(&url, links.iter().map(String::as_str));
        let is_elsewhere = |next: &Url| !is_of_container(&self.roster.service.url, next);
        if self.next.as_ref().is_some_and(is_elsewhere) {
            return Err(unusable("the next page is at another host", &[]));
        }
        self.read(answer).await.map(Some)
    }

    async fn ask(&self, url: Url) -> Result<CallAnswer, RosterError> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(LmsCallError::Unreachable(FetchError::TimedOut).into());
        }
        let mut headers = header::HeaderMap::new();
        headers.insert(header::ACCEPT, header::HeaderValue::from_static(MEDIA_TYPE));
        let call = Call {
            method: Method::GET,
            url,
            headers,
            body: None,
            timeout: PAGE_TIMEOUT.min(left),
        };
        let scopes = [Service::NamesAndRoles.scope()];
        let answer = self.roster.tokens.call(&self.roster.registration, &scopes, call).await?;
        let status = answer.status();
        if status == 200 {
            return Ok(answer);
        }
        let retry_after = answer.header(header::RETRY_AFTER).find_map(|value| value.trim().parse().ok());
        Err(RosterError::Status {
            status,
            retry_after,
            excerpt: answer.excerpt().await,
        })
    }

    /// Saves the people of a page. A roster goes on where that fails: they are learned again.
    async fn learn(&self, ids: &[String]) {
        let Roster {
            people: Some(people),
            registration,
            ..
        } = &self.roster
        else {
            return;
        };
        let ids = ids.iter().map(String::as_str);
        let learned = people.learn(registration.tenant_id, &registration.lms.platform.issuer, ids);
        if let Err(error) = learned.await {
            log_store_error(&error, "the people of a roster could not be saved");
        }
    }

    /// Reads a page and writes its members for the app, piece by piece.
    async fn read(&mut self, mut answer: CallAnswer) -> Result<Page, RosterError> {
        let mut container = membership_container();
        let (mut beginning, mut members, mut piece) = (Vec::new(), VecDeque::new(), BytesMut::new());
        let mut ids = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(LmsCallError::Unreachable)? {
            self.bytes += chunk.len();
            if self.bytes > MAX_BYTES {
                return Err(unusable("the roster is longer than 100 MB", &[]));
            }
            beginning.extend(chunk.iter().take(BEGINNING.saturating_sub(beginning.len())));
            let mut is_complete = true;
            let read = container.push(&chunk, |member| {
                if let (Some(_), Some(id)) = (&self.roster.people, member.get("user_id").and_then(Value::as_str)) {
                    ids.push(id.to_owned());
                }
                let Some(member) = self.roster.member(member) else {
                    is_complete = false;
                    return;
                };
                if std::mem::replace(&mut self.has_members, true) {
                    piece.put_u8(b',');
                }
                is_complete &= serde_json::to_writer((&mut piece).writer(), &member).is_ok();
                if piece.len() >= CHUNK {
                    members.push_back(piece.split().freeze());
                }
            });
            read.map_err(|error| unusable(&error.to_string(), &beginning))?;
            if !is_complete {
                return Err(unusable("a member has no user_id", &beginning));
            }
        }
        members.push_back(piece.freeze());
        let rest = container.finish().map_err(|error| unusable(&error.to_string(), &beginning))?;
        let context = match rest.get("context") {
            Some(Value::Object(context)) => context.clone(),
            _ => Map::new(),
        };
        self.learn(&ids).await;
        Ok(Page { members, context })
    }
}

fn no_page() -> RosterError {
    unusable("there is no page", &[])
}

fn unusable(reason: &str, bytes: &[u8]) -> RosterError {
    RosterError::Unusable {
        reason: reason.to_owned(),
        excerpt: excerpt(bytes),
    }
}
