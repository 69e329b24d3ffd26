//! A gateway to talk to, tokens to talk with, and a browser that takes part in launches.

use std::{
    net::TcpListener,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
    time::{Duration, Instant},
};

use gateway::{BlockingPool, Clock, Config, Gateway};
use reqwest::{Client, ClientBuilder, Method, RequestBuilder, Response, StatusCode, header};
use serde_json::{Value, json};
use time::OffsetDateTime;

pub const CONTOSO: &str = "c0ffee00-0000-4000-8000-000000000001";
pub const FABRIKAM: &str = "c0ffee00-0000-4000-8000-000000000002";
pub const GOVERNMENT: &str = "c0ffee00-0000-4000-8000-000000000003";
pub const OPERATOR: &str = "c0ffee00-0000-4000-8000-000000000009";
const API_SCOPE: &str = "api://lms-gateway/access_as_user openid profile offline_access";
const AUTOMATION: &str = "c0ffee00-0000-4000-8000-0000000000c0";
const AUTOMATION_WITHOUT_ROLES: &str = "c0ffee00-0000-4000-8000-0000000000c1";
const PORTAL: &str = "c0ffee00-0000-4000-8000-0000000000b0";

/// A running gateway on a database of its own.
pub struct TestGateway {
    pub url: String,
    pub client: Client,
    time: Arc<Mutex<Time>>,
    /// Where it reads long bodies and writes long answers, unless in a process of its own.
    pub blocking: Option<BlockingPool>,
    /// Where it runs, unless in a process of its own.
    running: Option<(actix_web::dev::ServerHandle, std::thread::JoinHandle<()>)>,
}

/// The gateway's clock: so far ahead of the computer's, or standing still.
struct Time {
    start: Instant,
    /// Time that passes for the gateway alone.
    ahead: time::Duration,
    /// By how much its wall clock was set.
    stepped: time::Duration,
    stopped: Option<(OffsetDateTime, Duration)>,
}

impl Default for Time {
    fn default() -> Self {
        Self {
            start: Instant::now(),
            ahead: time::Duration::ZERO,
            stepped: time::Duration::ZERO,
            stopped: None,
        }
    }
}

impl Time {
    fn now(&self) -> OffsetDateTime {
        let now = self.stopped.map_or_else(OffsetDateTime::now_utc, |(now, _)| now);
        now + self.ahead + self.stepped
    }

    fn uptime(&self) -> Duration {
        let uptime = self.stopped.map_or_else(|| self.start.elapsed(), |(_, uptime)| uptime);
        (uptime + self.ahead).try_into().unwrap_or_default()
    }
}

impl TestGateway {
    pub async fn start() -> Self {
        Self::start_with("").await
    }

    /// With more configuration, as TOML.
    pub async fn start_with(toml: &str) -> Self {
        Self::start_on("sqlite::memory:", toml).await
    }

    /// On a database that may have served another one before.
    pub async fn start_on(database: &str, toml: &str) -> Self {
        Self::start_ahead(database, toml, 0).await
    }

    /// The same with a wall clock that is so many seconds ahead of the computer's when it starts, or behind.
    pub async fn start_ahead(database: &str, toml: &str, seconds: i64) -> Self {
        let port = free_port();
        let url = format!("http://localhost:{port}");
        let environment = [
            ("SERVER__LISTEN", format!("127.0.0.1:{port}")),
            ("SERVER__PUBLIC_URL", url.clone()),
            ("DATABASE__URL", database.to_owned()),
            ("METRICS__LISTEN", String::new()),
        ];
        // Fetches are counted: the gateway makes none of its own accord unless a test asks for it.
        let toml = if toml.contains("[keysets]") {
            toml.to_owned()
        } else {
            format!("{toml}\n[keysets]\ncheck_minutes = 0")
        };
        let environment = environment.map(|(name, value)| (format!("LMS_GATEWAY__{name}"), value));
        let config = Config::from_parts(true, &toml, environment).unwrap();
        let time = Arc::<Mutex<Time>>::default();
        time.lock().unwrap().stepped = time::Duration::seconds(seconds);
        let clock = {
            let (wall, uptime) = (Arc::clone(&time), Arc::clone(&time));
            Clock::new(move || wall.lock().unwrap().now(), move || uptime.lock().unwrap().uptime())
        };
        let (started, wait) = tokio::sync::oneshot::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let gateway = Gateway::start(config, clock).await.unwrap();
                started.send((gateway.handle(), gateway.blocking.clone())).ok();
                gateway.wait().await.unwrap();
            });
        });
        let (handle, blocking) = wait.await.unwrap();
        Self {
            url,
            client: client(),
            time,
            blocking: Some(blocking),
            running: Some((handle, thread)),
        }
    }

    /// One that somebody else started, and stops.
    pub fn in_other_process(url: String) -> Self {
        Self {
            url,
            client: client(),
            time: Arc::default(),
            blocking: None,
            running: None,
        }
    }

    /// The time by the gateway's clock, in Unix seconds.
    pub fn now(&self) -> i64 {
        self.time.lock().unwrap().now().unix_timestamp()
    }

    /// Seconds by which the gateway's clock is ahead of the computer's.
    pub fn ahead(&self) -> i64 {
        self.now() - OffsetDateTime::now_utc().unix_timestamp()
    }

    /// Lets time pass for the gateway.
    pub fn advance(&self, seconds: i64) {
        self.time.lock().unwrap().ahead += time::Duration::seconds(seconds);
    }

    /// Sets the gateway's wall clock, so far ahead or back, as an operator or NTP does: no time passes.
    pub fn step_clock(&self, seconds: i64) {
        self.time.lock().unwrap().stepped += time::Duration::seconds(seconds);
    }

    /// Lets the gateway's clock move by [`Self::advance`] only: for tests of what happens within seconds, or before midnight, which must
    /// not depend on how fast they run. Events then have the same time, so their order says nothing.
    pub fn stop_clock(&self) {
        let mut time = self.time.lock().unwrap();
        time.stopped = Some((OffsetDateTime::now_utc(), time.start.elapsed()));
    }

    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// A request with a bearer token.
    pub fn request(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        self.client.request(method, self.at(path)).bearer_auth(token)
    }

    pub async fn get(&self, path: &str, token: &str) -> Answer {
        Answer::of(self.request(Method::GET, path, token).send().await.unwrap()).await
    }

    pub async fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path, token).json(body).send().await.unwrap()).await
    }

    pub async fn delete(&self, path: &str, token: &str) -> Answer {
        Answer::of(self.request(Method::DELETE, path, token).send().await.unwrap()).await
    }

    /// A token of the automation client, which has every application role.
    pub async fn app_token(&self, tenant: &str) -> String {
        self.client_credentials(tenant, AUTOMATION).await
    }

    /// A token of the client that has no role.
    pub async fn app_token_without_roles(&self, tenant: &str) -> String {
        self.client_credentials(tenant, AUTOMATION_WITHOUT_ROLES).await
    }

    async fn client_credentials(&self, tenant: &str, client_id: &str) -> String {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", client_id),
            ("client_secret", "dev-only-secret"),
            ("scope", "api://lms-gateway/.default"),
        ];
        let answer = self
            .client
            .post(self.at(&format!("/dev/identity/{tenant}/oauth2/v2.0/token")))
            .form(&form)
            .send()
            .await
            .unwrap();
        answer.json::<Value>().await.unwrap()["access_token"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// A token of a person: `admin`, `educator`, `student`, `guest`, `support`. Signs in as the portal does.
    pub async fn user_token(&self, tenant: &str, position: &str) -> String {
        self.user_tokens(tenant, position).await["access_token"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// All tokens of a person.
    pub async fn user_tokens(&self, tenant: &str, position: &str) -> Value {
        self.user_tokens_for(tenant, position, API_SCOPE).await
    }

    /// All tokens of a person for other scopes; without one of the API, the access token is for Microsoft Graph.
    pub async fn user_tokens_for(&self, tenant: &str, position: &str, scope: &str) -> Value {
        let person = match position {
            "admin" => 1,
            "educator" => 2,
            "student" => 3,
            "guest" => 4,
            _ => 5,
        };
        let digit = &tenant[tenant.len() - 1..];
        let oid = format!("c0ffee00-000{digit}-4000-8000-00000000000{person}");
        let redirect_uri = self.at("/auth/callback");
        let query = [
            ("client_id", PORTAL),
            ("response_type", "code"),
            ("response_mode", "query"),
            ("redirect_uri", &redirect_uri),
            ("scope", scope),
            ("state", "state"),
            ("nonce", "nonce"),
            // RFC 7636, appendix B.
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
            ("code_challenge_method", "S256"),
        ];
        let authority = self.at(&format!("/dev/identity/{tenant}/oauth2/v2.0"));
        let authorize = reqwest::Url::parse_with_params(&format!("{authority}/authorize"), query).unwrap();
        let page = self.client.get(authorize).send().await.unwrap().text().await.unwrap();
        let form = HtmlForm::of(&page);
        let action = reqwest::Url::parse(&self.url).unwrap().join(&form.action).unwrap();
        let chosen = [("request", form.field("request")), ("person", oid)];
        let redirect = self.client.post(action).form(&chosen).send().await.unwrap();
        let location = reqwest::Url::parse(redirect.headers()[header::LOCATION].to_str().unwrap()).unwrap();
        let code = location
            .query_pairs()
            .find(|(name, _)| name == "code")
            .unwrap()
            .1
            .into_owned();
        let redeem = [
            ("grant_type", "authorization_code"),
            ("client_id", PORTAL),
            ("code", &code),
            ("redirect_uri", &redirect_uri),
            ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
        ];
        self.client
            .post(format!("{authority}/token"))
            .form(&redeem)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    /// Registers a tenant and answers with a token of its automation.
    pub async fn tenant(&self, tenant: &str) -> String {
        let token = self.app_token(tenant).await;
        let answer = self
            .post("/api/v1/tenant", &token, &json!({ "displayName": "A University" }))
            .await;
        assert!(answer.status.is_success(), "{answer:?}");
        token
    }
}

impl Drop for TestGateway {
    fn drop(&mut self) {
        if let Some((handle, thread)) = self.running.take() {
            // The handle sends at once; the answer isn't waited for.
            drop(handle.stop(false));
            thread.join().ok();
        }
    }
}

/// A client that follows nothing and keeps no cookies: what a browser would do is the test's to say.
pub fn client() -> Client {
    client_builder().build().unwrap()
}

pub fn client_builder() -> ClientBuilder {
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        // A connection that idles is closed after five seconds, also while a stalled machine sends on it.
        .pool_max_idle_per_host(0)
        .timeout(Duration::from_secs(60))
}

/// A port that nobody uses now, and that nobody is given by chance until it is used: below those that systems hand out by themselves.
pub fn free_port() -> u16 {
    const PORTS: std::ops::Range<u16> = 20_000..32_000;
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    let begin = std::process::id().wrapping_mul(331);
    loop {
        let count = u32::from(TAKEN.fetch_add(1, Ordering::Relaxed));
        let offset = (begin % u32::from(PORTS.end - PORTS.start) + count) % u32::from(PORTS.end - PORTS.start);
        let port = PORTS.start + u16::try_from(offset).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Waits until something is so, for as long as a slow machine may need.
pub async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    for _ in 0..600 {
        if so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what}: not after 30 seconds");
}

/// An answer, read.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: header::HeaderMap,
    pub text: String,
}

impl Answer {
    pub async fn of(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        Self {
            status,
            headers,
            text: response.text().await.unwrap(),
        }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The code of a problem, or of a refused launch.
    pub fn code(&self) -> String {
        match self.header("x-error-code") {
            "" => self.json()["code"].as_str().unwrap_or_default().to_owned(),
            code => code.to_owned(),
        }
    }

    /// Asserts a problem+json in its complete form.
    #[track_caller]
    pub fn assert_problem(&self, status: u16, code: &str) {
        assert_eq!((self.status.as_u16(), self.code().as_str()), (status, code), "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        for member in ["type", "title", "detail", "code", "requestId"] {
            assert!(problem[member].is_string(), "{member} in {problem}");
        }
        assert_eq!(problem["status"], status);
        assert_eq!(problem["requestId"], self.header("x-request-id"));
        // RFC 6750, section 3.
        let challenge = self.header("www-authenticate");
        match status {
            401 => assert!(challenge.starts_with("Bearer realm="), "{self:?}"),
            403 => assert!(challenge.contains("error=\"insufficient_scope\""), "{self:?}"),
            _ => assert_eq!(challenge, "", "{self:?}"),
        }
    }
}

/// The first form of a page.
pub struct HtmlForm {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

impl HtmlForm {
    pub fn of(page: &str) -> Self {
        let form = page.split("<form").nth(1).unwrap_or_else(|| panic!("no form in {page}"));
        let form = form.split("</form>").next().unwrap();
        let action = attribute(form.split('>').next().unwrap(), "action").unwrap_or_default();
        let inputs = form.split("<input").skip(1).map(|input| input.split('>').next().unwrap());
        let fields = inputs.filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default())));
        Self {
            action,
            fields: fields.collect(),
        }
    }

    pub fn field(&self, name: &str) -> String {
        self.fields
            .iter()
            .find(|(field, _)| field == name)
            .unwrap_or_else(|| panic!("no {name}"))
            .1
            .clone()
    }
}

pub fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
    let unescaped = [
        ("&#34;", "\""),
        ("&quot;", "\""),
        ("&#38;", "&"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    Some(
        unescaped
            .iter()
            .fold(value.to_owned(), |text, (from, to)| text.replace(from, to)),
    )
}
