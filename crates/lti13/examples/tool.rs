//! A whole LTI 1.3 tool: it greets the person who opens it in a course.
//!
//! Register it at a platform with the login initiation URL `http://127.0.0.1:8080/login` and the redirect URI
//! `http://127.0.0.1:8080/launch`; the platform then shows the other values. They come from the environment:
//!
//! ```sh
//! LTI_ISSUER=https://lms.example.edu LTI_CLIENT_ID=0aEVzPOYmhw5mJi LTI_DEPLOYMENTS=1 \
//! LTI_AUTHENTICATION_URL=https://lms.example.edu/auth LTI_KEYSET_URL=https://lms.example.edu/jwks \
//! cargo run --package lti13 --example tool
//! ```
//!
//! `TOOL_URL` (default `http://127.0.0.1:8080`) is the address that browsers know; `TOOL_LISTEN` (default `127.0.0.1:8080`) is where the
//! tool listens. In earnest `TOOL_URL` is https: in the frame of another site, browsers take no cookies over http.
#![allow(clippy::print_stdout)]

use std::collections::HashMap;
use std::env;
use std::error::Error;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use actix_web::http::header::{LOCATION, SET_COOKIE};
use actix_web::web::{Data, PayloadConfig, ServiceConfig, get, post};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use aws_lc_rs::error::Unspecified;
use lti13::tool::{
    AuthenticationResponse, IdToken, Launch, LoginInitiation, PendingLogin, Policy, STATE_LIFETIME_SECONDS, StartedLogin,
    ToolRegistration,
};
use lti13::{
    Check, CheckResult, Checks, Evidence, KeySet, LEEWAY_SECONDS, LaunchError, MAX_KEYSET_LENGTH, Rule, Stage, StateKeys, Step,
    Value, parse_pairs,
};
use url::{Url, form_urlencoded::parse};

/// How long a keyset is used before it is fetched again.
const KEYSET_LIFETIME: Duration = Duration::from_secs(3600);

/// The tool: what it was told, and what it remembers. One registration here; a real tool keeps many, found by issuer and client ID.
pub(crate) struct Tool {
    pub(crate) url: String,
    pub(crate) registration: ToolRegistration,
    /// The installations at the platform that the tool serves.
    pub(crate) deployments: Vec<String>,
    /// A keyset that lacks a key is fetched anew, but not more often than this: anybody can make up key ids.
    pub(crate) keyset_pause: Duration,
    http: reqwest::Client,
    /// They seal the `state`. Several instances of a tool need the same.
    keys: StateKeys,
    keyset: Mutex<Option<(Instant, Arc<KeySet>)>>,
    /// The logins that were used, and when. Several instances of a tool need a common table, with the id as its key.
    used: Mutex<HashMap<[u8; 16], i64>>,
}

impl Tool {
    pub(crate) fn new(url: String, registration: ToolRegistration, deployments: Vec<String>) -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            url,
            registration,
            deployments,
            keyset_pause: Duration::from_secs(10),
            // A registered address is the one that counts: redirects are not followed.
            http: reqwest::Client::builder()
                .timeout(Duration::from_secs(5))
                .redirect(reqwest::redirect::Policy::none())
                .build()?,
            keys: StateKeys::new(random()?),
            keyset: Mutex::default(),
            used: Mutex::default(),
        })
    }

    fn is_secure(&self) -> bool {
        self.url.starts_with("https:")
    }

    /// Step 1: the platform sent the browser here. The answer gives it a secret, and sends it back to the platform.
    fn start_login(&self, query: &str, form: &str, checks: &mut Checks) -> Result<HttpResponse, Refusal> {
        // The specification allows GET and POST.
        let pairs = parse_pairs(query.as_bytes()).chain(parse_pairs(form.as_bytes()));
        let initiation = LoginInitiation::parse(pairs).map_err(|error| checks.refuse(error))?;
        let client_id = initiation.client_id.as_deref();
        if initiation.iss != self.registration.issuer || client_id.is_some_and(|id| id != self.registration.client_id) {
            let client = Value::client(&initiation.iss, client_id);
            return Err(refuse(checks, Stage::Login, "registration_unknown", client));
        }
        let (login, secret) = StartedLogin::new(&self.registration, initiation, &random()?, now());
        let redirect_uri = format!("{}/launch", self.url);
        let url = login.authentication_request(&redirect_uri, &self.keys, random()?);
        // The platform's answer is a post from another site: only `SameSite=None` cookies come with it, and `Partitioned` ones in a frame.
        let flags = if self.is_secure() {
            "; Secure; SameSite=None; Partitioned"
        } else {
            ""
        };
        let name = login.pending().cookie_name(self.is_secure());
        let cookie = format!(
            "{name}={}; Path=/; HttpOnly; Max-Age={STATE_LIFETIME_SECONDS}{flags}",
            secret.as_str()
        );
        Ok(HttpResponse::Found()
            .insert_header((LOCATION, url.as_str()))
            .insert_header((SET_COOKIE, cookie))
            .finish())
    }

    /// Step 2: the platform answered. Each step is possible with the result of the one before only. `checks` becomes the record.
    async fn finish_login(&self, request: &HttpRequest, form: &str, checks: &mut Checks) -> Result<Launch, Refusal> {
        let (state, id_token) =
            match AuthenticationResponse::parse(parse(form.as_bytes())).map_err(|error| checks.refuse(error))? {
                AuthenticationResponse::IdToken { state, id_token, .. } => (state, id_token),
                AuthenticationResponse::Error { error, .. } => {
                    return Err(checks.refuse(LaunchError::from_platform_error(&error)).into());
                }
            };
        // The login was started here, lately, and by this browser.
        let login = PendingLogin::open(&state, &self.keys, now()).map_err(|error| checks.refuse(error))?;
        let Some(cookie) = request.cookie(&login.cookie_name(self.is_secure())) else {
            return Err(checks.fail(Rule::CookieMissing, Evidence::none()).into());
        };
        let login = login.recognize_by_cookie(cookie.value(), checks)?;
        // The platform signed this launch, for this tool and this login.
        let token = IdToken::parse(&id_token).map_err(|error| checks.refuse(error))?;
        let keyset = self.keyset(token.kid()).await.map_err(|error| checks.refuse(error))?;
        let launch = login.verify(&token, &keyset, now(), checks)?;
        // The tool serves this installation, and this launch was not there before.
        let deployment = launch.origin().deployment_id;
        if !self.deployments.contains(&deployment) {
            return Err(refuse(
                checks,
                Stage::Deployment,
                "deployment_unknown",
                Value::from(&deployment),
            ));
        }
        let is_first = self.use_once(login.id());
        checks.validate(is_first, Rule::Replayed, Evidence::none())?;
        Ok(launch.admit(&Policy::default(), checks)?.clone())
    }

    /// The platform's keys, from memory if they have the one that is needed.
    async fn keyset(&self, kid: &str) -> Result<Arc<KeySet>, LaunchError> {
        if let Some((at, keyset)) = self.keyset.lock().expect("no panic while it is held").as_ref() {
            let is_enough = keyset.find(kid).is_some() && at.elapsed() < KEYSET_LIFETIME;
            if is_enough || at.elapsed() < self.keyset_pause {
                return Ok(keyset.clone());
            }
        }
        let unreachable = |_| LaunchError::new(Rule::KeysetUnreachable);
        let answer = self.http.get(self.registration.keyset_url.clone()).send().await;
        let mut answer = answer.and_then(reqwest::Response::error_for_status).map_err(unreachable)?;
        let mut bytes = Vec::new();
        // No more than a keyset may have, however much comes.
        while let Some(chunk) = answer.chunk().await.map_err(unreachable)?
            && bytes.len() <= MAX_KEYSET_LENGTH
        {
            bytes.extend_from_slice(&chunk);
        }
        let keyset = Arc::new(KeySet::parse(&bytes)?);
        *self.keyset.lock().expect("no panic while it is held") = Some((Instant::now(), keyset.clone()));
        Ok(keyset)
    }

    /// Remembers a login as long as its state could come again; `false` if it was used before.
    fn use_once(&self, login: [u8; 16]) -> bool {
        let (now, mut used) = (now(), self.used.lock().expect("no panic while it is held"));
        used.retain(|_, at| now - *at <= STATE_LIFETIME_SECONDS + 2 * LEEWAY_SECONDS);
        used.insert(login, now).is_none()
    }
}

/// Why the tool does not open: a code of the library's or of its own.
struct Refusal(&'static str);

impl From<LaunchError> for Refusal {
    fn from(error: LaunchError) -> Self {
        Self(error.code())
    }
}

impl From<Unspecified> for Refusal {
    fn from(_: Unspecified) -> Self {
        Self("no_randomness")
    }
}

/// A rule of the tool's own, in the same record.
fn refuse(checks: &mut Checks, stage: Stage, code: &'static str, seen: Value) -> Refusal {
    let step = Step::Other(code.into());
    checks.push(Check::new(stage, step, CheckResult::Failed, Evidence::seen(seen)));
    Refusal(code)
}

async fn login(tool: Data<Tool>, request: HttpRequest, form: String) -> HttpResponse {
    let mut checks = Checks::new();
    let started = tool.start_login(request.query_string(), &form, &mut checks);
    started.unwrap_or_else(|refusal| error_page(&refusal, checks))
}

async fn launch(tool: Data<Tool>, request: HttpRequest, form: String) -> HttpResponse {
    let mut checks = Checks::new();
    match tool.finish_login(&request, &form, &mut checks).await {
        Ok(launch) => {
            let name = launch.name().unwrap_or_else(|| "somebody".to_owned());
            let course = launch.context().and_then(|course| course.title).unwrap_or_default();
            let body = format!("<h1>Hello, {}</h1><p>{}</p>", escape(&name), escape(&course));
            HttpResponse::Ok().content_type("text/html; charset=utf-8").body(body)
        }
        Err(refusal) => error_page(&refusal, checks),
    }
}

/// The code for a search or a report, and the record for the administrator: it has no token and no personal data.
fn error_page(refusal: &Refusal, checks: Checks) -> HttpResponse {
    let rows = checks.finish().into_iter().map(|check| {
        let record = format!(
            "{:?} {} expected {:?}, seen {:?}",
            check.result,
            check.step.code(),
            check.expected,
            check.seen
        );
        format!("<li>{}</li>", escape(&record))
    });
    let body = format!(
        "<h1>This could not be opened</h1><p><code>{}</code></p><ol>{}</ol>",
        refusal.0,
        rows.collect::<String>()
    );
    HttpResponse::BadRequest().content_type("text/html; charset=utf-8").body(body)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// The time, in Unix seconds.
fn now() -> i64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX)
}

/// Bytes from the operating system's generator.
fn random<const N: usize>() -> Result<[u8; N], Unspecified> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes)?;
    Ok(bytes)
}

/// The tool's two addresses.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        // An id_token has up to 1 MB.
        .app_data(PayloadConfig::new(1024 * 1024))
        .route("/login", get().to(login))
        .route("/login", post().to(login))
        .route("/launch", post().to(launch));
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let setting = |name: &str| env::var(name).map_err(|_| format!("{name} is not set"));
    let url = |name: &str| -> Result<Url, Box<dyn Error>> { Ok(setting(name)?.parse()?) };
    let registration = ToolRegistration {
        issuer: setting("LTI_ISSUER")?,
        client_id: setting("LTI_CLIENT_ID")?,
        authentication_url: url("LTI_AUTHENTICATION_URL")?,
        keyset_url: url("LTI_KEYSET_URL")?,
    };
    let deployments = setting("LTI_DEPLOYMENTS")?.split(',').map(str::to_owned).collect();
    let address = setting("TOOL_URL").unwrap_or_else(|_| "http://127.0.0.1:8080".to_owned());
    let listen = setting("TOOL_LISTEN").unwrap_or_else(|_| "127.0.0.1:8080".to_owned());
    println!("Login initiation URL: {address}/login\nRedirect URI: {address}/launch");
    let tool = Data::new(Tool::new(address, registration, deployments)?);
    HttpServer::new(move || App::new().app_data(tool.clone()).configure(routes))
        .bind(listen)?
        .run()
        .await?;
    Ok(())
}
