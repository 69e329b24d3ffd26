//! Access tokens of LMSs: asked for by client assertion (RFC 7523), kept in memory until they end, one for each registration and set of
//! scopes. Calls that need the same token wait for one request.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::{Registration, RegistrationId};
use lti13::services::{
    access_token::{AccessToken, AccessTokenError, MAX_ANSWER_LENGTH, TokenRequest},
    assertion::ClientAssertion,
};
use moka::future::Cache;
use reqwest::{Method, header};
use store::Store;
use tokio::sync::Mutex;
use url::form_urlencoded;

use crate::{
    services::{
        clock::Clock,
        outbound::{Call, CallAnswer, FetchError, Outbound, excerpt},
        random,
        tool_keys::{SignError, ToolKeys},
    },
    telemetry::log::chain,
};

/// Tokens in memory, of a few kB each.
const CACHED: u64 = 2_000;
/// How long a token endpoint may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long an assertion lives, in seconds. An LMS's clock may be ahead.
const ASSERTION_LIFETIME: i64 = 300;
/// How far back an assertion is dated, in seconds: some LMSs take none from the future, and their clock may be behind.
const DATED_BACK: i64 = 5;
/// How long before its end a token is renewed, at the most.
const RENEWED_BEFORE: Duration = Duration::from_secs(60);

/// Calls LMSs with their access tokens. Cheap to clone.
#[derive(Clone)]
pub struct LmsTokens {
    store: Store,
    outbound: Outbound,
    tool_keys: Arc<ToolKeys>,
    clock: Clock,
    slots: Cache<(RegistrationId, Vec<String>), Arc<Slot>>,
}

/// The place of one token.
#[derive(Default)]
struct Slot {
    held: Mutex<Held>,
    /// Requests that ended.
    ended: AtomicU64,
}

#[derive(Default)]
struct Held {
    token: Option<LmsToken>,
    /// Why the last request brought none.
    failure: Option<LmsTokenError>,
}

/// An access token.
#[derive(Clone)]
pub struct LmsToken {
    token: Arc<str>,
    /// The uptime of the process until which it is used.
    until: Duration,
}

/// Why there is no token.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LmsTokenError {
    /// The registration names no access token URL.
    #[error("the registration has no access token URL")]
    NoTokenUrl,
    /// Nothing may be signed for this registration.
    #[error("schools share the client ID, and an address isn't the one that the LMS has for all of them")]
    ForeignAddress,
    /// The gateway's keys can't be used.
    #[error("the request can't be signed: {0}")]
    NotSigned(String),
    /// The token endpoint gave no answer.
    #[error("the token endpoint gave no answer: {0}")]
    Unreachable(FetchError),
    /// Its answer holds no token.
    #[error("the token endpoint answered with HTTP status {status}: {reason}")]
    Refused {
        /// The status.
        status: u16,
        /// The error of the answer.
        reason: String,
        /// The beginning of the answer.
        excerpt: String,
    },
}

/// Why an LMS gave no answer to a call.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LmsCallError {
    /// There is no access token.
    #[error(transparent)]
    Token(#[from] LmsTokenError),
    /// The LMS can't be reached.
    #[error("the LMS gave no answer: {0}")]
    Unreachable(#[from] FetchError),
}

impl LmsTokens {
    /// Without any token yet.
    pub fn new(store: Store, outbound: Outbound, tool_keys: Arc<ToolKeys>, clock: Clock) -> Self {
        Self {
            store,
            outbound,
            tool_keys,
            clock,
            slots: Cache::new(CACHED),
        }
    }

    /// Calls an LMS's service with a token for these scopes. Where the LMS doesn't accept the token (401), it is called once more, with a
    /// new one.
    ///
    /// # Errors
    ///
    /// Where there is no token, or no answer.
    pub async fn call(&self, registration: &Registration, scopes: &[&str], call: Call) -> Result<CallAnswer, LmsCallError> {
        let token = self.token(registration, scopes, None).await?;
        let answer = self.outbound.call(with_token(call.clone(), &token)?).await?;
        if answer.status() != 401 {
            return Ok(answer);
        }
        let token = self.token(registration, scopes, Some(&token)).await?;
        Ok(self.outbound.call(with_token(call, &token)?).await?)
    }

    /// A token for these scopes, another one than the LMS rejected.
    async fn token(
        &self,
        registration: &Registration,
        scopes: &[&str],
        rejected: Option<&LmsToken>,
    ) -> Result<LmsToken, LmsTokenError> {
        let mut sorted: Vec<_> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        sorted.sort_unstable();
        sorted.dedup();
        let slot = self
            .slots
            .get_with((registration.id, sorted.clone()), async { Arc::default() })
            .await;
        let ended = slot.ended.load(Ordering::Acquire);
        let mut held = slot.held.lock().await;
        if let Some(token) = &held.token
            && self.clock.uptime() < token.until
            && rejected.is_none_or(|rejected| rejected.token != token.token)
        {
            return Ok(token.clone());
        }
        // A request that ended while this call waited was for all who waited.
        if slot.ended.load(Ordering::Acquire) != ended
            && let Some(failure) = &held.failure
        {
            return Err(failure.clone());
        }
        let requested = self.request(registration, sorted).await;
        slot.ended.fetch_add(1, Ordering::Release);
        held.token = requested.as_ref().ok().cloned();
        held.failure = requested.as_ref().err().cloned();
        requested
    }

    async fn request(&self, registration: &Registration, scopes: Vec<String>) -> Result<LmsToken, LmsTokenError> {
        let endpoint = registration.token_endpoint().ok_or(LmsTokenError::NoTokenUrl)?;
        let claims = ClientAssertion {
            client_id: &registration.lms.platform.client_id,
            audience: &endpoint.audience,
            deployment_id: None,
            jti: &random::token(),
            issued_at: self.clock.unix() - DATED_BACK,
            lifetime_seconds: ASSERTION_LIFETIME,
        }
        .claims();
        let assertion = self
            .tool_keys
            .sign(registration, &claims)
            .await
            .map_err(|error| match error {
                SignError::ForeignAddress => LmsTokenError::ForeignAddress,
                SignError::Failed(error) => LmsTokenError::NotSigned(format!("{error:#}")),
            })?;
        let request = TokenRequest { assertion, scopes };
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(request.parameters())
            .finish();
        let mut headers = header::HeaderMap::new();
        let form_type = header::HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(header::CONTENT_TYPE, form_type);
        headers.insert(header::ACCEPT, header::HeaderValue::from_static("application/json"));
        let call = Call {
            method: Method::POST,
            url: endpoint.url,
            headers,
            body: Some(form.into_bytes()),
            timeout: TIMEOUT,
        };
        let asked_at = self.clock.uptime();
        let answer = self.outbound.call(call).await.map_err(LmsTokenError::Unreachable)?;
        let token = read_token(answer, &request.scopes).await?;
        if registration.tool_keyset.as_ref().is_some_and(|keyset| keyset.outdated)
            && let Err(error) = self.store.confirm_tool_keyset(registration.id).await
        {
            tracing::warn!(error = %chain(&error), "that an LMS knows its keyset couldn't be saved");
        }
        let lifetime = Duration::from_secs(token.lifetime_seconds.unsigned_abs());
        Ok(LmsToken {
            token: token.token.into(),
            until: asked_at + lifetime - RENEWED_BEFORE.min(lifetime / 5),
        })
    }
}

/// The token in an answer, which LMSs send with any media type, and some of them refusals with status 200.
async fn read_token(answer: CallAnswer, requested: &[String]) -> Result<AccessToken, LmsTokenError> {
    let status = answer.status();
    let refused = |reason: String, body: &[u8]| LmsTokenError::Refused {
        status,
        reason,
        excerpt: excerpt(body),
    };
    let body = match answer.read(MAX_ANSWER_LENGTH).await {
        Ok(body) => body,
        Err(FetchError::TooLong) => return Err(refused(AccessTokenError::TooLarge.to_string(), &[])),
        Err(error) => return Err(LmsTokenError::Unreachable(error)),
    };
    let requested: Vec<_> = requested.iter().map(String::as_str).collect();
    let token = AccessToken::parse(&body, &requested);
    if !(200..300).contains(&status) {
        let reason = token
            .err()
            .map_or_else(|| "not a success".to_owned(), |error| error.to_string());
        return Err(refused(reason, &body));
    }
    token.map_err(|error| refused(error.to_string(), &body))
}

fn with_token(mut call: Call, token: &LmsToken) -> Result<Call, LmsTokenError> {
    let mut bearer = header::HeaderValue::try_from(format!("Bearer {}", token.token))
        .map_err(|_| LmsTokenError::NotSigned("the access token is no text for a header".to_owned()))?;
    bearer.set_sensitive(true);
    call.headers.insert(header::AUTHORIZATION, bearer);
    Ok(call)
}
