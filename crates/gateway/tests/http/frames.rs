//! Launches in a frame without platform storage: whether the cookie comes back is seen before the LMS is asked.

use reqwest::{Method, Url, header};

use crate::{
    handshake::{LoggedIn, School, assert_refused, logged_in},
    support::{Answer, HtmlForm},
};

const PROBE: &str = "/lti/login/probe";
const AGAIN: &str = "/lti/login/again";

impl School {
    /// Begins a launch as a browser does that tells what for.
    pub async fn send_login_for(&self, destination: &str, parameters: &[(String, String)]) -> Answer {
        let request = self.gateway.client.post(self.gateway.at("/lti/login"));
        Answer::of(
            request
                .header("sec-fetch-dest", destination)
                .form(parameters)
                .send()
                .await
                .unwrap(),
        )
        .await
    }

    /// Posts an unspent login.
    async fn send_unspent(&self, path: &str, login: &str, destination: &str, cookie: Option<&str>) -> Answer {
        let request = self.gateway.client.post(self.gateway.at(path));
        let request = request.header("sec-fetch-dest", destination).form(&[("login", login)]);
        Answer::of(with_cookie(request, cookie).send().await.unwrap()).await
    }

    /// Follows a redirect of the gateway to itself, as a frame.
    pub async fn follow(&self, answer: &Answer, cookie: Option<&str>) -> Answer {
        assert_eq!(answer.status, 303, "{answer:?}");
        let request = self
            .gateway
            .client
            .get(answer.header("location"))
            .header("sec-fetch-dest", "iframe");
        Answer::of(with_cookie(request, cookie).send().await.unwrap()).await
    }
}

fn with_cookie(request: reqwest::RequestBuilder, cookie: Option<&str>) -> reqwest::RequestBuilder {
    match cookie {
        Some(cookie) => request.header(header::COOKIE, cookie),
        None => request,
    }
}

pub fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

/// The page that offers a window; answers the login that it carries.
#[track_caller]
fn assert_window_offered(answer: &Answer) -> String {
    assert_eq!((answer.status.as_u16(), answer.header("location")), (200, ""), "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.text.contains(">Open in a new window</button>"), "{}", answer.text);
    assert!(answer.text.contains("target=\"_blank\" rel=\"noopener\""), "{}", answer.text);
    HtmlForm::of(&answer.text).field("login")
}

async fn finish(school: &School, asked: &Answer, cookie: &str) -> Answer {
    let login = LoggedIn {
        cookie: cookie.to_owned(),
        ..logged_in(asked)
    };
    let id_token = school.lms.id_token(&school.spec(&login));
    school.send_launch(&login, &id_token).await
}

#[tokio::test]
async fn a_window_is_sent_to_the_lms_at_once() {
    let school = School::open().await;
    for destination in ["document", "empty", "frame", "IFRAME", ""] {
        let answer = school.send_login_for(destination, &school.login_parameters()).await;
        assert_eq!(answer.status, 302, "{destination}: {answer:?}");
        assert!(
            answer.header("location").starts_with(&school.lms.authentication_url()),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn in_a_frame_the_lms_is_asked_once_the_cookie_came_back() {
    let school = School::open().await;
    let started = school.send_login_for("iframe", &school.login_parameters()).await;
    assert!(
        started.header("location").starts_with(&school.gateway.at(PROBE)),
        "{started:?}"
    );
    let cookie = cookie(&started);
    let asked = school.follow(&started, Some(&cookie)).await;
    assert_eq!((asked.status.as_u16(), asked.header("set-cookie")), (302, ""), "{asked:?}");
    assert!(
        asked.header("location").starts_with(&school.lms.authentication_url()),
        "{asked:?}"
    );
    assert_eq!(logged_in(&asked).parameter("lti_message_hint"), "{\"cmid\":2}");
    assert_eq!(finish(&school, &asked, &cookie).await.status, 200);
}

#[tokio::test]
async fn without_the_cookie_a_window_is_offered_and_finishes_the_launch() {
    let school = School::open().await;
    let started = school.send_login_for("iframe", &school.login_parameters()).await;
    let login = assert_window_offered(&school.follow(&started, None).await);
    let list = school.gateway.get("/api/v1/launches", &school.token).await.json();
    assert_eq!(list["value"], serde_json::json!([]), "nothing was refused");

    let afresh = school.send_unspent(AGAIN, &login, "document", None).await;
    assert_ne!(cookie(&afresh), cookie(&started), "nothing of the first attempt");
    let cookie = cookie(&afresh);
    let asked = school.follow(&afresh, Some(&cookie)).await;
    assert_eq!(finish(&school, &asked, &cookie).await.status, 200);
}

#[tokio::test]
async fn a_cookie_of_another_login_or_value_counts_for_nothing() {
    let school = School::open().await;
    let (started, other) = (
        school.send_login_for("iframe", &school.login_parameters()).await,
        school.send_login_for("iframe", &school.login_parameters()).await,
    );
    let (own, others) = (cookie(&started), cookie(&other));
    let (name, _) = own.split_once('=').unwrap();
    let (_, of_other) = others.split_once('=').unwrap();
    for cookie in [
        others.clone(),
        format!("{name}={of_other}"),
        format!("{name}="),
        format!("{name}=x"),
    ] {
        assert_window_offered(&school.follow(&started, Some(&cookie)).await);
    }
    // Several frames of one page: each finds its own.
    let jar = format!("{others}; {own}");
    assert_eq!(school.follow(&started, Some(&jar)).await.status, 302);
    assert_eq!(school.follow(&other, Some(&jar)).await.status, 302);
}

#[tokio::test]
async fn a_login_that_was_handed_to_a_stranger_asks_for_a_cookie_of_his_own() {
    let school = School::open().await;
    // Login CSRF: the attacker's unspent login in the victim's browser. It begins afresh, and only the victim's own cookie finishes it.
    let attackers = school.send_login_for("iframe", &school.login_parameters()).await;
    let login = assert_window_offered(&school.follow(&attackers, None).await);
    let victims = school.send_unspent(AGAIN, &login, "document", None).await;
    let asked = school.follow(&victims, Some(&cookie(&victims))).await;
    let answer = finish(&school, &asked, &cookie(&attackers)).await;
    assert_refused(&answer, "cookies_not_found.cookie_missing");
}

#[tokio::test]
async fn a_window_without_cookies_gets_the_page_about_cookies_before_the_launch_is_spent() {
    let school = School::open().await;
    let started = school.send_login_for("iframe", &school.login_parameters()).await;
    let login = assert_window_offered(&school.follow(&started, None).await);
    let answer = school.send_unspent(PROBE, &login, "document", None).await;
    school.assert_explained(&answer, "cookies_not_found.cookie_missing").await;
    for shown in [
        "Microsoft Edge",
        "Google Chrome",
        "Firefox",
        "Safari",
        "managed by your school",
        "Try again here",
    ] {
        assert!(answer.text.contains(shown), "{shown} in {}", answer.text);
    }
    let again = HtmlForm::of(&answer.text);
    assert_eq!(again.action, AGAIN);
    let afresh = school.send_unspent(AGAIN, &again.field("login"), "document", None).await;
    let cookie = cookie(&afresh);
    let asked = school.follow(&afresh, Some(&cookie)).await;
    assert_eq!(finish(&school, &asked, &cookie).await.status, 200);
}

#[tokio::test]
async fn what_the_gateway_did_not_seal_goes_nowhere() {
    let school = School::open().await;
    let started = school.send_login_for("iframe", &school.login_parameters()).await;
    let login = assert_window_offered(&school.follow(&started, None).await);
    let cookie = cookie(&started);
    let state = school.log_in().await.state();
    let flipped = if login.ends_with('A') {
        format!("{}B", &login[..login.len() - 1])
    } else {
        format!("{}A", &login[..login.len() - 1])
    };
    for path in [PROBE, AGAIN] {
        for (forged, code) in [
            ("", "launch_invalid.missing_parameter"),
            ("x", "launch_invalid.state"),
            ("\"'><script>alert(1)</script>", "launch_invalid.state"),
            (&*flipped, "launch_invalid.state"),
            (&login[..login.len() - 4], "launch_invalid.state"),
            (&*state, "launch_invalid.state"),
        ] {
            let answer = school.send_unspent(path, forged, "iframe", Some(&cookie)).await;
            assert_refused(&answer, code);
            assert!(!answer.text.contains("<script>alert"), "{}", answer.text);
        }
    }
    school.gateway.advance(700);
    for path in [PROBE, AGAIN] {
        let answer = school.send_unspent(path, &login, "iframe", Some(&cookie)).await;
        assert_refused(&answer, "launch_invalid.state_expired");
    }
}

#[tokio::test]
async fn an_unspent_login_of_a_deleted_registration_ends() {
    let school = School::open().await;
    let started = school.send_login_for("iframe", &school.login_parameters()).await;
    let login = assert_window_offered(&school.follow(&started, None).await);
    let path = format!("/api/v1/registrations/{}", school.id());
    assert_eq!(school.gateway.delete(&path, &school.token).await.status, 204);
    let answer = school.send_unspent(AGAIN, &login, "document", None).await;
    assert_refused(&answer, "registration_not_found.deleted");
}

#[tokio::test]
async fn a_login_too_long_for_an_address_goes_by_a_form() {
    let school = School::open().await;
    let hint = "h".repeat(8000);
    let mut parameters = school.login_parameters();
    parameters.retain(|(name, _)| name != "login_hint");
    parameters.push(("login_hint".to_owned(), hint.clone()));
    let started = school.send_login_for("iframe", &parameters).await;
    assert_eq!(
        (started.status.as_u16(), started.header("location")),
        (200, ""),
        "{started:?}"
    );
    let form = HtmlForm::of(&started.text);
    assert_eq!(form.action, school.gateway.at(PROBE));
    let asked = school
        .send_unspent(PROBE, &form.field("login"), "iframe", Some(&cookie(&started)))
        .await;
    assert_eq!(logged_in(&asked).parameter("login_hint"), hint);
}

#[tokio::test]
async fn the_page_speaks_german_and_names_the_lms_only_by_its_host() {
    let school = School::open().await;
    let started = school.send_login_for("iframe", &school.login_parameters()).await;
    let request = school.gateway.client.get(started.header("location"));
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0";
    let request = request.header("accept-language", "de").header("user-agent", agent);
    let page = Answer::of(request.header("sec-fetch-dest", "iframe").send().await.unwrap()).await;
    assert!(page.text.contains(">In neuem Fenster öffnen</button>"), "{}", page.text);
    let opened = page.text.split(" open>").nth(1).expect("the steps for one browser are open");
    assert!(opened.starts_with("<summary>Firefox"), "{opened}");
    let host = Url::parse(school.lms.issuer()).unwrap();
    assert!(page.text.contains(host.host_str().unwrap()), "{}", page.text);
}

#[tokio::test]
async fn other_methods_are_refused_with_those_allowed() {
    let school = School::open().await;
    for (method, path, allow) in [
        (Method::PUT, PROBE, "GET, HEAD, POST"),
        (Method::GET, AGAIN, "POST"),
        (Method::GET, "/lti/launch/confirm", "POST"),
        (Method::POST, "/lti/launch/over", "GET, HEAD"),
    ] {
        let answer = Answer::of(
            school
                .gateway
                .client
                .request(method, school.gateway.at(path))
                .send()
                .await
                .unwrap(),
        )
        .await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, allow), "{path}");
    }
}
