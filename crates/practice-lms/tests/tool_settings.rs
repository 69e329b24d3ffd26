//! The tool settings page, what it keeps, and how the LMS starts.
#![allow(clippy::unwrap_used)]

mod browser;

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;

use browser::{GATEWAY, client, form, get, lms, page};
use practice_lms::{LaunchSpec, Person, PracticeLms, Running, Settings, StartError, ToolSettings};
use reqwest::{Response, StatusCode};

/// A folder of its own for a test, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("practice-lms-{}", uuid::Uuid::new_v4())))
    }

    fn start(&self) -> Result<Running, StartError> {
        PracticeLms::start(Settings {
            data: Some(self.data()),
            ..Settings::on_any_port(GATEWAY)
        })
    }

    fn data(&self) -> PathBuf {
        self.0.join("data/practice-lms.json")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const TOOL: &str = "https://tool.example";

async fn save_from(lms: &Running, origin: Option<&str>, sesskey: &str, tool_url: &str) -> Response {
    let (login, redirect) = (format!("{TOOL}/login"), format!("{TOOL}/launch\n{TOOL}/other"));
    let fields = [
        ("sesskey", sesskey),
        ("tool_url", tool_url),
        ("initiate_login_url", &login),
        ("redirection_uris", &redirect),
    ];
    let mut request = client().post(format!("{}/admin/tool", lms.base_url)).form(&fields);
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    request.send().await.unwrap()
}

async fn sesskey(lms: &Running) -> String {
    form(&page(lms, "/admin/tool").await).fields["sesskey"].clone()
}

async fn save(lms: &Running, tool_url: &str) -> Response {
    save_from(lms, Some(&lms.base_url), &sesskey(lms).await, tool_url).await
}

async fn login_url(lms: &Running) -> String {
    form(&page(lms, "/launch").await).action
}

#[actix_web::test]
async fn the_page_shows_the_values_of_this_lms_in_moodles_words() {
    let lms = lms();
    let html = page(&lms, "/admin/tool").await;
    let values = [
        ("Platform ID", "platform-id", lms.issuer().to_owned()),
        ("Client ID", "client-id", lms.client_id.clone()),
        ("Deployment ID", "deployment-id", lms.deployment_id.clone()),
        ("Public keyset URL", "public-keyset-url", lms.keyset_url()),
        ("Access token URL", "access-token-url", lms.access_token_url()),
        (
            "Authentication request URL",
            "authentication-request-url",
            lms.authentication_url(),
        ),
    ];
    for (name, id, value) in values {
        assert!(html.contains(&format!("<dt>{name}</dt>")), "{name}");
        assert!(html.contains(&format!(r#"<code id="{id}">{value}</code>"#)), "{name}");
    }
    assert!(lms.client_id.len() == 15 && lms.client_id.chars().all(|letter| letter.is_ascii_alphanumeric()));
}

#[actix_web::test]
async fn the_gateways_addresses_are_there_before_anybody_types() {
    let lms = lms();
    let fields = form(&page(&lms, "/admin/tool").await).fields;
    assert_eq!(fields["tool_url"], format!("{GATEWAY}/lti/launch"));
    assert_eq!(fields["initiate_login_url"], format!("{GATEWAY}/lti/login"));
    assert_eq!(login_url(&lms).await, format!("{GATEWAY}/lti/login"));
}

#[actix_web::test]
async fn saved_addresses_are_in_use_at_once() {
    let lms = lms();
    let saved = save(&lms, &format!("{TOOL}/launch")).await;
    assert_eq!(saved.status(), StatusCode::SEE_OTHER);
    let location = saved.headers()["location"].to_str().unwrap().to_owned();
    let html = page(&lms, &location).await;
    assert!(html.contains("Changes saved."));
    assert!(html.contains(&format!("{TOOL}/launch\n{TOOL}/other</textarea>")));
    assert_eq!(login_url(&lms).await, format!("{TOOL}/login"));
}

#[actix_web::test]
async fn invalid_addresses_are_shown_again_with_their_errors() {
    let lms = lms();
    let hostile = r#"javascript:"><script>alert(1)</script>"#;
    let response = save(&lms, hostile).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = response.text().await.unwrap();
    assert!(html.contains("The address must begin with https:// or http://."));
    assert!(html.contains(r#"aria-invalid="true" aria-describedby="tool_url_hint tool_url_error""#));
    assert!(!html.contains("<script>"));
    let fields = form(&html).fields;
    assert_eq!(fields["tool_url"], hostile);
    assert_eq!(fields["initiate_login_url"], format!("{TOOL}/login"));
    assert_eq!(login_url(&lms).await, format!("{GATEWAY}/lti/login"));
}

#[actix_web::test]
async fn another_site_cannot_change_the_settings() {
    let lms = lms();
    let good = sesskey(&lms).await;
    let attempts = [
        (Some("https://evil.example"), good.as_str()),
        (Some("null"), good.as_str()),
        (Some(lms.base_url.as_str()), "guessed"),
        (None, ""),
    ];
    for (origin, sesskey) in attempts {
        let response = save_from(&lms, origin, sesskey, &format!("{TOOL}/launch")).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{origin:?} {sesskey}");
        assert_eq!(
            form(&response.text().await.unwrap()).fields["tool_url"],
            format!("{TOOL}/launch")
        );
        assert_eq!(login_url(&lms).await, format!("{GATEWAY}/lti/login"));
    }
}

#[actix_web::test]
async fn a_restart_keeps_client_key_and_settings() {
    let folder = Folder::new();
    let (client_id, keyset) = {
        let lms = folder.start().unwrap();
        assert_eq!(save(&lms, &format!("{TOOL}/launch")).await.status(), StatusCode::SEE_OTHER);
        let saved = (lms.client_id.clone(), page(&lms, "/mod/lti/certs.php").await);
        lms.stop().await;
        saved
    };
    let lms = folder.start().unwrap();
    assert_eq!(lms.client_id, client_id);
    assert_eq!(page(&lms, "/mod/lti/certs.php").await, keyset);
    assert_eq!(login_url(&lms).await, format!("{TOOL}/login"));
}

#[actix_web::test]
async fn until_settings_are_saved_the_gateways_address_may_change() {
    let folder = Folder::new();
    drop(folder.start().unwrap());
    let moved = Settings {
        data: Some(folder.data()),
        ..Settings::on_any_port("https://moved.example/")
    };
    let lms = PracticeLms::start(moved).unwrap();
    assert_eq!(login_url(&lms).await, "https://moved.example/lti/login");
}

#[cfg(unix)]
#[actix_web::test]
async fn only_its_owner_can_read_the_data_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let _lms = folder.start().unwrap();
    assert_eq!(fs::metadata(folder.data()).unwrap().permissions().mode() & 0o777, 0o600);
}

#[actix_web::test]
async fn settings_that_cannot_be_written_are_not_used() {
    let folder = Folder::new();
    let lms = folder.start().unwrap();
    fs::remove_dir_all(&folder.0).unwrap();
    fs::write(&folder.0, "a file where the folder was").unwrap();
    let response = save(&lms, &format!("{TOOL}/launch")).await;
    fs::remove_file(&folder.0).unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(response.text().await.unwrap().contains("cannot be written"));
    assert_eq!(login_url(&lms).await, format!("{GATEWAY}/lti/login"));
}

#[actix_web::test]
async fn a_test_sets_the_tool_directly() {
    let lms = lms();
    lms.set_tool(ToolSettings::of_gateway(TOOL));
    assert_eq!(login_url(&lms).await, format!("{TOOL}/lti/login"));
    assert!(!lms.id_token(&LaunchSpec::new(Person::Admin, "n")).is_empty());
}

fn start_error(settings: Settings) -> String {
    PracticeLms::start(settings).err().unwrap().to_string()
}

#[actix_web::test]
async fn what_hinders_the_start_is_one_sentence() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let any_port = || Settings::on_any_port(GATEWAY);
    let port = start_error(Settings {
        listen: listen.clone(),
        ..any_port()
    });
    assert!(port.contains(&listen) && port.contains("--listen"), "{port}");

    let public_url = Some("127.0.0.1:8090".to_owned());
    assert!(
        start_error(Settings {
            public_url,
            ..any_port()
        })
        .starts_with("--public-url")
    );
    let gateway = "http://localhost:8080/portal".to_owned();
    assert!(start_error(Settings { gateway, ..any_port() }).starts_with("--gateway"));

    let folder = Folder::new();
    fs::create_dir_all(folder.data().parent().unwrap()).unwrap();
    fs::write(folder.data(), "{}").unwrap();
    let data = Some(folder.data());
    assert!(start_error(Settings { data, ..any_port() }).contains("damaged"));
    let data = Some(folder.0.clone());
    assert!(start_error(Settings { data, ..any_port() }).contains("cannot be read"));
}

#[actix_web::test]
async fn a_public_url_is_the_issuer_without_its_slash() {
    let lms = PracticeLms::start(Settings {
        public_url: Some("https://lms.contoso.example/".to_owned()),
        ..Settings::on_any_port(GATEWAY)
    });
    assert_eq!(lms.unwrap().issuer(), "https://lms.contoso.example");
}

#[actix_web::test]
async fn a_stopped_lms_gives_its_port_back() {
    let lms = lms();
    let address = lms.base_url.trim_start_matches("http://").to_owned();
    assert_eq!(get(&lms, "/").await.status(), StatusCode::OK);
    lms.stop().await;
    assert!(TcpListener::bind(address).is_ok());
}
