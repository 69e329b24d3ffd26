//! Launches where the LMS offers platform storage: put, get, confirm; only then the record and the launch token.

use practice_lms::Signature;
use reqwest::Url;
use serde_json::{Value, json};

use crate::{
    frames::cookie,
    handshake::{LoggedIn, School, assert_refused, other_key},
    support::{Answer, HtmlForm, attribute},
};

/// A login whose value the LMS's page keeps.
struct Stored {
    login: LoggedIn,
    value: String,
}

/// The request of a page to the LMS's page.
#[track_caller]
fn asked(answer: &Answer) -> Value {
    assert_eq!((answer.status.as_u16(), answer.header("location")), (200, ""), "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(!answer.text.contains("launch_token"), "{}", answer.text);
    serde_json::from_str(&attribute(&answer.text, "data-storage").expect("something to ask")).unwrap()
}

impl School {
    fn storage_parameters(&self, target: &str) -> Vec<(String, String)> {
        let mut parameters = self.login_parameters();
        parameters.push(("lti_storage_target".to_owned(), target.to_owned()));
        parameters
    }

    async fn put(&self) -> Stored {
        let answer = self.send_login_for("iframe", &self.storage_parameters("_parent")).await;
        let value = asked(&answer)["messages"][0]["value"].as_str().unwrap().to_owned();
        let location = Url::parse(&attribute(&answer.text, "data-next").unwrap()).unwrap();
        let login = LoggedIn {
            location,
            cookie: cookie(&answer),
        };
        Stored { login, value }
    }

    /// The LMS's answer in a browser that lost the cookie.
    async fn get_page(&self, stored: &Stored) -> Answer {
        let id_token = self.lms.id_token(&self.spec(&stored.login));
        self.send_form(&[("state", &stored.login.state()), ("id_token", &id_token)], None)
            .await
    }

    async fn confirm_with(&self, page: &Answer, value: &str, headers: &[(&'static str, &str)]) -> Answer {
        let form = HtmlForm::of(&page.text);
        let fields: Vec<_> = form
            .fields
            .iter()
            .map(|(name, field)| (name.as_str(), if name == "storage_value" { value } else { field.as_str() }))
            .collect();
        let mut request = self.gateway.client.post(&form.action).form(&fields);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::of(request.send().await.unwrap()).await
    }

    async fn confirm(&self, page: &Answer, value: &str) -> Answer {
        self.confirm_with(page, value, &[("sec-fetch-site", "same-origin")]).await
    }

    async fn recorded(&self) -> usize {
        let list = self.gateway.get("/api/v1/launches", &self.token).await.json();
        list["value"].as_array().unwrap().len()
    }
}

const MISMATCH: &str = "cookies_not_found.storage_mismatch";

#[tokio::test]
async fn the_value_is_put_before_the_lms_is_asked() {
    let school = School::open().await;
    for destination in ["iframe", "document"] {
        let answer = school
            .send_login_for(destination, &school.storage_parameters("post_message_forwarding"))
            .await;
        let put = asked(&answer);
        assert_eq!(put["frame"], "post_message_forwarding");
        assert_eq!(put["origin"], school.lms.issuer(), "the origin of the authentication URL");
        let cookie = cookie(&answer);
        let (name, value) = cookie.split_once('=').unwrap();
        assert_eq!(
            (&put["messages"][0]["key"], &put["messages"][0]["value"]),
            (&json!(name), &json!(value))
        );
        let next = attribute(&answer.text, "data-next").unwrap();
        assert!(next.starts_with(&school.lms.authentication_url()), "{next}");
        assert_eq!(HtmlForm::of(&answer.text).action, school.gateway.at("/lti/login/probe"));
    }
}

#[tokio::test]
async fn where_the_cookie_comes_back_nobody_is_asked_for_the_value() {
    let school = School::open().await;
    let stored = school.put().await;
    let id_token = school.lms.id_token(&school.spec(&stored.login));
    let answer = school.send_launch(&stored.login, &id_token).await;
    assert!(answer.text.contains("launch_token"), "{answer:?}");
}

#[tokio::test]
async fn where_the_storage_does_not_answer_the_cookie_goes_on() {
    let school = School::open().await;
    let answer = school.send_login_for("iframe", &school.storage_parameters("_parent")).await;
    let form = HtmlForm::of(&answer.text);
    let post = |cookie: Option<String>| {
        let request = school.gateway.client.post(&form.action).form(&form.fields);
        let request = request.header("sec-fetch-dest", "iframe");
        match cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        }
    };
    let with = Answer::of(post(Some(cookie(&answer))).send().await.unwrap()).await;
    assert!(
        with.header("location").starts_with(&school.lms.authentication_url()),
        "{with:?}"
    );
    let without = Answer::of(post(None).send().await.unwrap()).await;
    assert!(without.text.contains(">Open in a new window</button>"), "{without:?}");
}

#[tokio::test]
async fn without_a_cookie_the_launch_counts_once_its_value_came_back() {
    let school = School::open().await;
    let stored = school.put().await;
    let page = school.get_page(&stored).await;
    let get = asked(&page);
    assert_eq!((&get["frame"], &get["origin"]), (&json!(null), &json!(school.lms.issuer())));
    assert!(!page.text.contains(&stored.value), "the gateway doesn't give it away");
    assert_eq!(
        page.header("referrer-policy"),
        "same-origin",
        "so that the confirmation says where it comes from"
    );
    assert_eq!(school.recorded().await, 0, "nothing counts yet");

    let handed_over = school.confirm(&page, &stored.value).await;
    let app = school.open_app(&handed_over).await;
    assert!(app.text.contains("This launch is valid"), "{}", app.text);
    let launch = school.last_launch().await;
    let codes: Vec<_> = launch["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|check| check["stage"] == "browser")
        .map(|check| check["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["cookies_not_found.storage_mismatch"]);

    let again = school.confirm(&page, &stored.value).await;
    school.assert_explained(&again, "launch_invalid.replayed").await;
    let reloaded = school.get_page(&stored).await;
    let again = school.confirm(&reloaded, &stored.value).await;
    assert_refused(&again, "launch_invalid.replayed");
}

#[tokio::test]
async fn another_value_or_none_is_refused_and_spends_nothing() {
    let school = School::open().await;
    let (stored, other) = (school.put().await, school.put().await);
    let page = school.get_page(&stored).await;
    for value in [
        "",
        "x",
        &other.value,
        &stored.value[1..],
        &stored.login.state(),
        "\"'><script>alert(1)</script>",
    ] {
        let answer = school.confirm(&page, value).await;
        school.assert_explained(&answer, MISMATCH).await;
        assert!(!answer.text.contains("<script>alert"), "{}", answer.text);
    }
    assert_eq!(school.confirm(&page, &stored.value).await.status, 200);
}

#[tokio::test]
async fn a_confirmation_counts_from_the_own_page_only() {
    // Login CSRF: the attacker knows his value, and makes the victim's browser post it. He can't choose these headers.
    let school = School::open().await;
    let stored = school.put().await;
    let page = school.get_page(&stored).await;
    let own = school.gateway.url.clone();
    for headers in [
        &[][..],
        &[("origin", "null")],
        &[("origin", "https://evil.example")],
        &[("origin", school.lms.issuer())],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "cross-site"), ("origin", &own)],
    ] {
        let answer = school.confirm_with(&page, &stored.value, headers).await;
        assert_eq!(answer.code(), MISMATCH, "{headers:?}");
        school.assert_explained(&answer, MISMATCH).await;
    }
    let answer = school.confirm_with(&page, &stored.value, &[("origin", &own)]).await;
    assert_eq!(answer.status, 200, "an older browser: {answer:?}");
}

#[tokio::test]
async fn what_the_lms_did_not_sign_is_asked_of_nobody() {
    let school = School::open().await;
    let stored = school.put().await;
    let state = stored.login.state();
    let forged = school
        .lms
        .id_token(&school.spec(&stored.login).signature(Signature::by(other_key())));
    let other_nonce = school
        .lms
        .id_token(&practice_lms::LaunchSpec::new(practice_lms::Person::Teacher, "another"));
    for (id_token, code) in [
        ("x", "launch_invalid.token"),
        (&*forged, "launch_invalid.signature"),
        (&*other_nonce, "launch_invalid.nonce"),
    ] {
        let answer = school.send_form(&[("state", &state), ("id_token", id_token)], None).await;
        assert_refused(&answer, code);
        // Nor does the confirmation take it, with or without the page before.
        let fields = [("state", &*state), ("id_token", id_token), ("storage_value", &*stored.value)];
        let request = school.gateway.client.post(school.gateway.at("/lti/launch/confirm"));
        let request = request.header("sec-fetch-site", "same-origin").form(&fields);
        assert_refused(&Answer::of(request.send().await.unwrap()).await, code);
    }
}

#[tokio::test]
async fn storage_that_was_not_offered_at_login_proves_nothing() {
    let school = School::open().await;
    let login = school.log_in().await;
    let id_token = school.lms.id_token(&school.spec(&login));
    let state = login.state();
    let forged = [
        ("state", &*state),
        ("id_token", &*id_token),
        ("lti_storage_target", "_parent"),
    ];
    let answer = school.send_form(&forged, None).await;
    school.assert_explained(&answer, "cookies_not_found.cookie_missing").await;
    let (_, value) = login.cookie.split_once('=').unwrap();
    let fields = [("state", &*state), ("id_token", &*id_token), ("storage_value", value)];
    let request = school.gateway.client.post(school.gateway.at("/lti/launch/confirm"));
    let request = request.header("sec-fetch-site", "same-origin").form(&fields);
    assert_refused(&Answer::of(request.send().await.unwrap()).await, MISMATCH);
}

#[tokio::test]
async fn a_storage_target_is_a_name_and_nothing_else() {
    let school = School::open().await;
    let hostile = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>";
    let answer = school.send_login_for("iframe", &school.storage_parameters(hostile)).await;
    assert!(
        !answer.text.contains("<script>alert") && !answer.text.contains("<img"),
        "{}",
        answer.text
    );
    assert_eq!(
        (&asked(&answer)["frame"], &asked(&answer)["origin"]),
        (&json!(hostile), &json!(school.lms.issuer()))
    );
    for (target, code) in [
        ("a\u{0}b", "launch_invalid.malformed_parameter"),
        (&*"x".repeat(256), "launch_invalid.too_large"),
    ] {
        let answer = school.send_login_for("iframe", &school.storage_parameters(target)).await;
        assert_refused(&answer, code);
    }
    let mut twice = school.storage_parameters("_parent");
    twice.extend(school.storage_parameters("other").pop());
    assert_refused(
        &school.send_login_for("iframe", &twice).await,
        "launch_invalid.duplicate_parameter",
    );
}

#[tokio::test]
async fn a_deletion_between_get_and_confirm_wins() {
    let school = School::open().await;
    let stored = school.put().await;
    let page = school.get_page(&stored).await;
    let path = format!("/api/v1/registrations/{}", school.id());
    assert_eq!(school.gateway.delete(&path, &school.token).await.status, 204);
    assert_refused(&school.confirm(&page, &stored.value).await, "registration_not_found.deleted");
}

#[tokio::test]
async fn a_confirmation_comes_in_time() {
    let school = School::open().await;
    let stored = school.put().await;
    let page = school.get_page(&stored).await;
    school.gateway.advance(700);
    assert_refused(&school.confirm(&page, &stored.value).await, "launch_invalid.state_expired");
}

#[tokio::test]
async fn back_leads_to_a_page_that_says_what_to_do() {
    let school = School::open().await;
    let stored = school.put().await;
    let page = school.get_page(&stored).await;
    let over = attribute(&page.text, "data-over").unwrap();
    let request = school.gateway.client.get(school.gateway.at(&over));
    let answer = Answer::of(request.header("accept-language", "de").send().await.unwrap()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(
        answer.text.contains("Öffnen Sie die App noch einmal aus dem Kurs."),
        "{}",
        answer.text
    );
    assert_eq!(school.recorded().await, 0, "nothing was refused");
}
