//! Starting and stopping, and the handle by which a test plays with a running LMS.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, mpsc};
use std::time::{SystemTime, UNIX_EPOCH};
use std::{io, thread};

use actix_web::dev::ServerHandle;
use actix_web::http::header::X_CONTENT_TYPE_OPTIONS;
use actix_web::middleware::DefaultHeaders;
use actix_web::{App, HttpServer, rt, web};
use jwt_simple::algorithms::RS256KeyPair;
use serde_json::Value;
use url::Url;
use uuid::Uuid;

use crate::content::{self, Content};
use crate::data_file::{DataFile, SavedData};
use crate::gradebook::{self, Gradebook, GradesBehaviour};
use crate::keyset::{self, KeysetBehaviour};
use crate::launches::Launches;
use crate::lms::{Changing, Lms};
use crate::people::Person;
use crate::services::{self, RosterBehaviour, Services, TokenBehaviour};
use crate::settings::{Settings, StartError};
use crate::token::{COURSE_NUMBER, LaunchSpec};
use crate::tool::ToolSettings;
use crate::{auth, course, page, storage, tool_settings};

/// Requests in flight get this long when the LMS is stopped.
const STOP_SECONDS: u64 = 2;

/// The practice LMS.
#[derive(Debug)]
pub struct PracticeLms;

/// A running LMS; it stops when this is dropped.
pub struct Running {
    /// Its public URL, which is its issuer too; without slash at the end.
    pub base_url: String,
    /// The client ID of its tool.
    pub client_id: String,
    /// The deployment ID of its tool.
    pub deployment_id: String,
    lms: web::Data<Lms>,
    server: ServerHandle,
}

impl PracticeLms {
    /// Starts an LMS in a thread of its own; when this returns it listens.
    pub fn start(settings: Settings) -> Result<Running, StartError> {
        if !is_web_origin(&settings.gateway) {
            return Err(StartError::Gateway(settings.gateway));
        }
        let listener = listen(&settings.listen).map_err(|source| StartError::Listen {
            listen: settings.listen.clone(),
            source,
        })?;
        let public_url = public_url(&settings, &listener)?;
        let lms = web::Data::new(open(settings, public_url)?);
        let server = serve(lms.clone(), listener).map_err(StartError::Server)?;
        Ok(Running {
            base_url: lms.public_url.clone(),
            client_id: lms.client_id.clone(),
            deployment_id: lms.deployment_id.clone(),
            lms,
            server,
        })
    }
}

impl Running {
    /// The issuer in its id_tokens.
    pub fn issuer(&self) -> &str {
        &self.base_url
    }

    /// Its public keyset URL.
    pub fn keyset_url(&self) -> String {
        format!("{}/mod/lti/certs.php", self.base_url)
    }

    /// Its authentication request URL.
    pub fn authentication_url(&self) -> String {
        format!("{}/mod/lti/auth.php", self.base_url)
    }

    /// Its access token URL.
    pub fn access_token_url(&self) -> String {
        format!("{}/mod/lti/token.php", self.base_url)
    }

    /// Makes an id_token now, without the handshake in the browser.
    pub fn id_token(&self, launch: &LaunchSpec) -> String {
        launch.id_token(&self.lms, now())
    }

    /// Uses other addresses of the tool from now on, without keeping them.
    pub fn set_tool(&self, tool: ToolSettings) {
        self.lms.changing().tool = tool;
    }

    /// Signs with this key from now on, and takes the old one out of the keyset.
    pub fn rotate_key(&self, key: RS256KeyPair) {
        self.lms.changing().key = key;
    }

    /// Lets the keyset address answer like this from now on.
    pub fn set_keyset(&self, behaviour: KeysetBehaviour) {
        self.lms.changing().keyset_behaviour = behaviour;
    }

    /// Verifies requests for access tokens by this keyset of the tool from now on, without keeping its address.
    pub fn set_tool_keyset(&self, url: &str) {
        self.lms.changing().tool.public_keyset = Some(url.to_owned());
    }

    /// Lets the token endpoint answer like this from now on.
    pub fn set_tokens(&self, behaviour: TokenBehaviour) {
        self.lms.changing().services.token_behaviour = behaviour;
    }

    /// Ends every access token.
    pub fn withdraw_tokens(&self) {
        self.lms.changing().services.withdraw_tokens();
    }

    /// How many requests for access tokens were granted, and how many refused.
    pub fn token_requests(&self) -> (u64, u64) {
        let changing = self.lms.changing();
        (changing.services.granted, changing.services.refused)
    }

    /// The assertion that came with the last request for an access token.
    pub fn last_assertion(&self) -> String {
        self.lms.changing().services.last_assertion.clone()
    }

    /// Lets the members of the course be answered like this from now on.
    pub fn set_roster(&self, behaviour: RosterBehaviour) {
        self.lms.changing().services.behaviour = behaviour;
    }

    /// Lets the gradebook answer like this from now on.
    pub fn set_grades(&self, behaviour: GradesBehaviour) {
        self.lms.changing().gradebook.behaviour = behaviour;
    }

    /// The last score of a person for the activity, as it was posted.
    pub fn score_of(&self, person: Person) -> Option<Value> {
        self.lms.changing().gradebook.score_of(person.number())
    }

    /// How many scores were posted, with those that were refused.
    pub fn score_posts(&self) -> u64 {
        self.lms.changing().gradebook.posts
    }

    /// Removes the line item of the activity.
    pub fn remove_line_item(&self) {
        self.lms.changing().gradebook.remove_activity();
    }

    /// How often the members of the course were asked for.
    pub fn roster_requests(&self) -> u64 {
        self.lms.changing().services.roster_requests
    }

    /// So many students more than the people of the course.
    pub fn set_students(&self, count: usize) {
        self.lms.changing().services.students = count;
    }

    /// The items that were selected for the course.
    pub fn content(&self) -> Vec<serde_json::Map<String, Value>> {
        self.lms.changing().content.items.clone()
    }

    /// How often the keyset was asked for.
    pub fn keyset_requests(&self) -> u64 {
        self.lms.keyset_requests.load(Ordering::Relaxed)
    }

    /// Stops it: requests in flight finish, for two seconds at most.
    pub async fn stop(self) {
        self.server.stop(true).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The command is sent by the call; only waiting for its end would need the future.
        drop(self.server.stop(false));
    }
}

/// Every route of the LMS.
fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/").get(course::home))
        .service(web::resource("/course").get(course::course))
        .service(web::resource("/course/gradebook").get(gradebook::show))
        .service(web::resource("/course/activity").get(course::activity))
        .service(web::resource("/course/select").get(course::select))
        .service(web::resource("/launch").get(course::launch))
        .service(web::resource("/storage").get(storage::frame))
        .service(
            web::resource("/admin/tool")
                .get(tool_settings::show)
                .post(tool_settings::save),
        )
        .service(web::resource("/mod/lti/auth.php").get(auth::by_get).post(auth::by_post))
        .service(web::resource("/mod/lti/certs.php").get(keyset::certs))
        .service(web::resource("/mod/lti/token.php").post(services::token))
        .service(
            web::resource(format!(
                "/mod/lti/services.php/CourseSection/{COURSE_NUMBER}/bindings/1/memberships"
            ))
            .get(services::members),
        )
        .configure(grades)
        .service(web::resource("/mod/lti/openid-configuration.php").get(keyset::description))
        .service(web::resource("/mod/lti/return.php").get(course::come_back))
        .service(web::resource("/mod/lti/contentitem_return.php").post(content::take_answer))
        .service(web::resource("/assets/{name}").get(page::asset))
        .default_service(web::to(page::not_found));
}

/// Line items, scores and results.
fn grades(config: &mut web::ServiceConfig) {
    let items = format!("/mod/lti/services.php/{COURSE_NUMBER}/lineitems");
    config
        .service(
            web::resource(items.as_str())
                .get(gradebook::line_items)
                .post(gradebook::add_line_item),
        )
        .service(
            web::resource(format!("{items}/{{item}}/lineitem"))
                .get(gradebook::read_line_item)
                .put(gradebook::change_line_item)
                .delete(gradebook::delete_line_item),
        )
        .service(web::resource(format!("{items}/{{item}}/lineitem/scores")).post(gradebook::add_score))
        .service(web::resource(format!("{items}/{{item}}/lineitem/results")).get(gradebook::results));
}

/// Seconds since 1970: the only place that reads the clock.
pub(crate) fn now() -> i64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since_1970.as_secs().cast_signed()
}

fn listen(address: &str) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

fn public_url(settings: &Settings, listener: &TcpListener) -> Result<String, StartError> {
    match &settings.public_url {
        Some(given) if is_web_origin(given) => Ok(given.trim_end_matches('/').to_owned()),
        Some(given) => Err(StartError::PublicUrl(given.clone())),
        None => {
            let address = listener.local_addr().map_err(StartError::Server)?;
            Ok(format!("http://{address}"))
        }
    }
}

fn is_web_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.path() == "/" && url.query().is_none() && url.fragment().is_none()
    })
}

/// Saved data of an earlier start are used; new ones are saved.
fn open(settings: Settings, public_url: String) -> Result<Lms, StartError> {
    let data_file = settings.data.map(DataFile::at);
    let saved = match &data_file {
        Some(file) => file.read()?,
        None => None,
    };
    let saved = match saved {
        Some(saved) => saved,
        None => {
            let made = SavedData {
                client_id: settings.client_id.unwrap_or_else(new_client_id),
                key: settings
                    .key
                    .map_or_else(|| RS256KeyPair::generate(2048), Ok)
                    .map_err(|_| StartError::Key)?,
                tool: None,
            };
            if let Some(file) = &data_file {
                file.write(&made.client_id, &made.key, None)?;
            }
            made
        }
    };
    Ok(Lms {
        public_url,
        client_id: saved.client_id,
        deployment_id: settings.deployment_id,
        sesskey: Uuid::new_v4().simple().to_string(),
        data_file,
        changing: Mutex::new(Changing {
            key: saved.key,
            tool: saved.tool.unwrap_or_else(|| ToolSettings::of_gateway(&settings.gateway)),
            launches: Launches::default(),
            keyset_behaviour: KeysetBehaviour::default(),
            services: Services::default(),
            gradebook: Gradebook::default(),
            content: Content::default(),
        }),
        keyset_requests: AtomicU64::new(0),
    })
}

/// Moodle's client IDs are 15 letters and digits.
fn new_client_id() -> String {
    Uuid::new_v4().simple().to_string().chars().take(15).collect()
}

fn serve(lms: web::Data<Lms>, listener: TcpListener) -> io::Result<ServerHandle> {
    let (started, waiting) = mpsc::channel();
    thread::Builder::new().name("practice-lms".to_owned()).spawn(move || {
        rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                App::new()
                    .app_data(lms.clone())
                    .wrap(DefaultHeaders::new().add((X_CONTENT_TYPE_OPTIONS, "nosniff")))
                    .configure(page::input_errors)
                    .configure(routes)
            })
            .workers(2)
            .disable_signals()
            .shutdown_timeout(STOP_SECONDS)
            .listen(listener);
            match server.map(HttpServer::run) {
                Ok(server) => {
                    // Nobody waits any more only if the starting thread is gone.
                    let _ = started.send(Ok(server.handle()));
                    if let Err(error) = server.await {
                        tracing::error!(%error, "the web server ended");
                    }
                }
                Err(error) => drop(started.send(Err(error))),
            }
        });
    })?;
    waiting.recv().unwrap_or_else(|_| Err(io::Error::other("its thread ended")))
}
