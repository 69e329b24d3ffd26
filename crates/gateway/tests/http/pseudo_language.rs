//! Every text that people read comes from the catalogue: in the language of tests (`qps`), each one is in brackets.

mod records;
mod refusals;

use std::sync::Arc;

use messages::pseudo::foreign;
use practice_lms::{LaunchSpec, Person, claim};
use reqwest::{Method, header};
use serde_json::{Value, json};

use crate::{
    contests::{self, Dispute},
    handshake::{School, draft, lms, logged_in, reference},
    report_page::report_link,
    support::{Answer, CONTOSO, HtmlForm, TestGateway, attribute, client_builder},
};

/// Texts that are the same in every language: names of products, and how times and titles of problems (RFC 9457) are written.
const NAMES: [&str; 3] = ["LMS Gateway", "Launch inspector", "UTC"];
/// Attributes whose values people read or hear.
const ATTRIBUTES: [&str; 7] = [
    "title",
    "aria-label",
    "placeholder",
    "alt",
    "data-copy",
    "data-copied",
    "data-by-hand",
];
/// Elements that hold no text of ours.
const SKIPPED: [&str; 3] = ["script", "style", "pre"];
/// Members of the API's answers whose values people read.
const MEMBERS: [&str; 8] = ["detail", "label", "hint", "remedy", "rule", "description", "expected", "seen"];

/// A gateway whose callers all read the language of tests.
async fn gateway() -> TestGateway {
    in_language_of_tests(TestGateway::start().await)
}

pub(crate) fn in_language_of_tests(mut gateway: TestGateway) -> TestGateway {
    let language = header::HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, header::HeaderValue::from_static("qps"))]);
    gateway.client = client_builder().default_headers(language).build().unwrap();
    gateway
}

/// A launch in the language of tests.
fn in_qps(spec: LaunchSpec) -> LaunchSpec {
    spec.claim(
        claim::LAUNCH_PRESENTATION,
        json!({ "locale": "qps", "document_target": "iframe" }),
    )
    .claim(claim::CUSTOM, json!({ "left": "$User.username" }))
    .without("locale")
}

/// The visible texts of a page, piece by piece.
fn pieces(page: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut skipped = None;
    for part in page.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        let name = tag.split_whitespace().next().unwrap_or_default();
        match skipped {
            Some(element) if name.strip_prefix('/') == Some(element) => skipped = None,
            Some(_) => continue,
            None => skipped = SKIPPED.into_iter().find(|element| *element == name),
        }
        pieces.extend(ATTRIBUTES.iter().filter_map(|name| attribute(tag, name)));
        if skipped.is_none() {
            pieces.extend(attribute(&format!(" text=\"{text}\""), "text"));
        }
    }
    pieces
}

/// As RFC 3339 has it.
fn is_time(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_digit() || "-:TZ".contains(c))
}

/// The pieces that hold words which are neither of the catalogue nor from outside.
fn literals(pieces: &[String], outside: &[String]) -> Vec<String> {
    let names = NAMES.iter().map(|name| (*name).to_owned());
    let mut known: Vec<_> = names.chain(outside.iter().map(|value| foreign(value))).collect();
    known.sort_by_key(|value| std::cmp::Reverse(value.len()));
    let is_word = |word: &str| word.chars().any(char::is_alphabetic) && !is_time(word);
    let is_literal = |piece: &&String| {
        let rest = foreign(piece);
        let left = known.iter().fold(rest.clone(), |left, known| left.replace(known, ""));
        left.split_whitespace().any(is_word) && !outside.iter().any(|value| value.contains(&rest))
    };
    pieces.iter().filter(is_literal).cloned().collect()
}

#[track_caller]
fn assert_page(what: &str, page: &Answer, outside: &[String]) {
    assert!(page.text.contains("<html lang=\"qps\">"), "{what}: {page:?}");
    let pieces = pieces(&page.text);
    assert!(pieces.iter().any(|piece| piece.contains('⟦')), "{what}: {page:?}");
    assert_eq!(literals(&pieces, outside), Vec::<String>::new(), "{what}: {}", page.text);
}

/// The strings of a value, those of one kind of members only where `of_members`.
fn strings(value: &Value, of_members: bool) -> Vec<String> {
    match value {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, value)| match value {
                Value::String(text) if !of_members || MEMBERS.contains(&name.as_str()) => vec![text.clone()],
                Value::String(_) => Vec::new(),
                // For Canvas, not for people.
                Value::Object(_) if of_members && name == "document" => Vec::new(),
                Value::Array(steps) if name == "steps" => steps.iter().flat_map(|step| strings(step, false)).collect(),
                value => strings(value, of_members),
            })
            .collect(),
        Value::Array(values) => values.iter().flat_map(|value| strings(value, of_members)).collect(),
        Value::String(text) if !of_members => vec![text.clone()],
        _ => Vec::new(),
    }
}

#[track_caller]
pub(crate) fn assert_json(what: &str, answer: &Answer, outside: &[String]) {
    let texts = strings(&answer.json(), true);
    assert!(texts.iter().any(|text| text.contains('⟦')), "{what}: {answer:?}");
    assert_eq!(literals(&texts, outside), Vec::<String>::new(), "{what}: {answer:?}");
}

async fn school() -> School {
    School::open_at(Arc::new(gateway().await), CONTOSO, |_| ()).await
}

/// The names and values of a registered LMS and of its gateway.
async fn values_of(school: &School) -> Vec<String> {
    let (gateway, lms) = (&school.gateway, &school.lms);
    let mut values = keyset(school).await;
    values.extend([
        gateway.url.clone(),
        gateway.url.replace("http://", ""),
        lms.base_url.clone(),
        lms.base_url.replace("http://", ""),
        lms.client_id.clone(),
        lms.deployment_id.clone(),
        "LtiResourceLinkRequest".to_owned(),
        "Practice LMS".to_owned(),
    ]);
    values
}

/// The values in the LMS's keyset.
async fn keyset(school: &School) -> Vec<String> {
    let answer = Answer::of(school.gateway.client.get(school.lms.keyset_url()).send().await.unwrap()).await;
    strings(&answer.json(), false)
}

#[test]
fn a_literal_is_noticed() {
    let page = "<p>⟦a ⟨⟦b⟧⟩⟧ C</p><p title=\"D\">⟦e⟧ 5 &#38;</p><script>f</script><pre>g</pre><h1>LMS Gateway ⟦h ⟨value⟩ ⟨1⟩⟧</h1>\
        <p>⟦i ⟨value `j`⟩⟧</p><p>⟦k ⟨another⟩⟧</p><p>⟦l ⟨2026-11-30T19:42:12Z⟩⟧</p>";
    assert_eq!(
        literals(&pieces(page), &["value".to_owned()]),
        ["⟦a ⟨⟦b⟧⟩⟧ C", "D", "⟦k ⟨another⟩⟧"]
    );
}

#[tokio::test]
async fn the_inspector_has_its_texts_from_the_catalogue() {
    let school = school().await;
    let handed_over = school.launch(in_qps).await;
    let page = school.open_app(&handed_over).await;
    assert_eq!(page.status, 200, "{page:?}");
    let claims = page.text.split("<pre").nth(1).and_then(|pre| pre.split_once('>')).unwrap().1;
    let claims = claims.split("</pre>").next().unwrap().replace("&#34;", "\"");
    let mut outside = strings(&serde_json::from_str(&claims).unwrap(), false);
    outside.push("left".to_owned());
    outside.extend(keyset(&school).await);
    assert_page("a valid launch", &page, &outside);
    let form = HtmlForm::of(&handed_over.text);
    for (what, token) in [("used", form.field("launch_token")), ("malformed", "x".to_owned())] {
        let request = school.gateway.client.post(&form.action).form(&[("launch_token", token)]);
        let page = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(page.status, 400, "{page:?}");
        assert_page(what, &page, &[]);
    }
}

#[tokio::test]
async fn the_pages_of_a_launch_have_their_texts_from_the_catalogue() {
    let school = school().await;
    let gateway = &school.gateway;
    let mut outside = values_of(&school).await;
    outside.extend([
        format!("LMS-Gateway/{} (+{})", env!("CARGO_PKG_VERSION"), gateway.url),
        // Names of browsers and of settings in them.
        "CookiesAllowedForUrls".to_owned(),
        "Cookies › Allow".to_owned(),
    ]);
    let mut unknown = school.login_parameters();
    unknown.retain(|(name, _)| name != "iss");
    unknown.push(("iss".to_owned(), school.lms.base_url.clone() + "/other"));
    let login = school.log_in().await;
    let id_token = school.lms.id_token(&in_qps(school.spec(&login)));
    let started = school.send_login_for("iframe", &school.login_parameters()).await;
    let mut storage = school.login_parameters();
    storage.push(("lti_storage_target".to_owned(), "_parent".to_owned()));
    let over = gateway.client.get(gateway.at("/lti/launch/over")).send().await.unwrap();
    let get = async |path: &str| Answer::of(gateway.client.get(gateway.at(path)).send().await.unwrap()).await;
    outside.extend(["/lti/login", "/lti/launch", "/.well-known/jwks.json"].map(|path| gateway.at(path)));
    let cookies: Vec<_> = started
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|cookie| cookie.to_str().unwrap())
        .collect();
    let cookies: Vec<_> = cookies.iter().map(|cookie| cookie.split(';').next().unwrap()).collect();
    let in_frame = logged_in(&school.follow(&started, Some(cookies[0])).await);
    let not_signed_in = gateway
        .client
        .post(gateway.at("/lti/launch"))
        .header("sec-fetch-dest", "iframe")
        .header(header::COOKIE, cookies.join("; "))
        .form(&[("error", "login_required"), ("state", &in_frame.state())]);
    let not_signed_in = Answer::of(not_signed_in.send().await.unwrap()).await;
    assert!(
        not_signed_in.text.contains("target=\"_blank\" rel=\"noopener\"><input"),
        "{not_signed_in:?}"
    );
    for (what, page) in [
        ("registration_not_found", school.send_login(&unknown).await),
        (
            "cookies_not_found",
            school
                .send_form(&[("state", &login.state()), ("id_token", &id_token)], None)
                .await,
        ),
        ("launch_invalid", school.launch(|spec| in_qps(spec).without("sub")).await),
        (
            "keyset_unavailable",
            school.launch(|spec| in_qps(spec).header("kid", "1")).await,
        ),
        (
            "platform_error",
            school
                .send_form(&[("error", "access_denied"), ("state", &login.state())], Some(&login.cookie))
                .await,
        ),
        ("launch_invalid", get("/lti/login/").await),
        ("launch_invalid", get("/lti/launch").await),
        ("launch_invalid", school.send_form(&[("lti_version", "LTI-1p0")], None).await),
        (
            "launch_invalid",
            school.send_form(&[("id_token", &"x".repeat(1_100_000))], None).await,
        ),
        ("platform_error", not_signed_in),
        ("", school.follow(&started, None).await),
        ("", school.send_login_for("iframe", &storage).await),
        ("", Answer::of(over).await),
        ("", school.launch(in_qps).await),
    ] {
        assert!(page.header("x-error-code").starts_with(what), "{what}: {page:?}");
        let shown = page.text.split("data-copy=\"").nth(1).and_then(|rest| rest.split('"').next());
        let outside: Vec<_> = outside.iter().cloned().chain(shown.map(ToOwned::to_owned)).collect();
        assert_page(what, &page, &outside);
    }
}

#[tokio::test]
async fn the_pages_of_a_contest_have_their_texts_from_the_catalogue() {
    let dispute = Dispute::open_at(Arc::new(gateway().await), |_| ()).await;
    let (gateway, school) = (dispute.gateway(), &dispute.school);
    let mut outside = values_of(school).await;
    outside.push("Fabrikam College".to_owned());
    let mut foreign_keyset = draft(&school.lms);
    foreign_keyset["keysetUrl"] = json!(lms(gateway).keyset_url());
    let mut replacing = draft(&school.lms);
    replacing["replaces"] = json!(school.id());
    for (what, body) in [
        ("foreign keyset", foreign_keyset),
        ("replacing", replacing),
        ("not taken", draft(&lms(gateway))),
    ] {
        let answer = gateway.post(contests::PATH, &dispute.fabrikam, &body).await;
        assert!(answer.status.is_client_error(), "{answer:?}");
        assert_json(what, &answer, &outside);
    }
    let contest = dispute.begin(&dispute.fabrikam).await;
    let code = contests::code(&contest);
    let offered = dispute.launch(code, Person::Admin, in_qps).await;
    let proof = HtmlForm::of(&offered.text).field("proof");
    let parameters = school.login_parameters();
    let mut other = parameters.clone();
    other[0].1 = "https://other.example".to_owned();
    for (what, page) in [
        ("", offered),
        ("", dispute.send("/lti/claim", &proof, contests::From::Window).await),
        ("contest.role", dispute.launch(code, Person::Teacher, in_qps).await),
        ("contest.unknown", dispute.send_login("x", &parameters).await),
        ("contest.client", dispute.send_login(code, &other).await),
        ("", dispute.confirm(&proof).await),
        ("contest.confirmation", dispute.confirm(&proof).await),
        ("contest.used", dispute.send_login(code, &parameters).await),
    ] {
        assert_eq!(page.header("x-error-code"), what, "{page:?}");
        let shown = page.text.split("data-copy=\"").nth(1).and_then(|rest| rest.split('"').next());
        let outside: Vec<_> = outside.iter().cloned().chain(shown.map(ToOwned::to_owned)).collect();
        assert_page(what, &page, &outside);
    }
}

#[tokio::test]
async fn the_page_for_reports_has_its_texts_from_the_catalogue() {
    let school = school().await;
    let gateway = &school.gateway;
    let refused = school.launch(|spec| in_qps(spec).without("sub")).await;
    let mut outside = values_of(&school).await;
    outside.extend([
        reference(&refused),
        format!("{}/launches/{}", gateway.url, reference(&refused)),
        "Browser/1".to_owned(),
        "launch_invalid.subject".to_owned(),
    ]);
    let link = report_link(&refused);
    let open = async |query: &str| {
        let request = gateway.client.get(gateway.at(&format!("/report?{query}")));
        Answer::of(request.header(header::USER_AGENT, "Browser/1").send().await.unwrap()).await
    };
    let page = open(link.query().unwrap()).await;
    assert_page("the form", &page, &outside);
    assert_page("without a launch", &open("").await, &outside);
    let signed = HtmlForm::of(&page.text).field("signed");
    let long = "x".repeat(200);
    for (what, signed, summary, email, status) in [
        ("faults", signed.as_str(), "", "nobody", 422),
        ("too long", &signed, long.as_str(), "", 422),
        ("expired", "x", "1", "", 422),
        ("sent", &signed, "1", "", 201),
        ("sent already", &signed, "2", "", 422),
    ] {
        let form = [
            ("signed", signed),
            ("summary", summary),
            ("description", "3"),
            ("contact_email", email),
        ];
        let request = gateway.client.post(gateway.at("/report")).form(&form);
        let page = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(page.status, status, "{what}: {page:?}");
        let number = page.text.split("data-copy=\"").nth(1).and_then(|rest| rest.split('"').next());
        let number = number.filter(|_| status == 201).map(ToOwned::to_owned);
        let outside: Vec<_> = outside.iter().cloned().chain(number).collect();
        assert_page(what, &page, &outside);
    }
}

#[tokio::test]
async fn the_api_has_its_texts_from_the_catalogue() {
    let school = school().await;
    let gateway = &school.gateway;
    let token = &school.token;
    let other = lms(gateway);
    let send = async |method: Method, path: &str, token: &str, body: Value| {
        let request = gateway.request(method, path, token);
        let request = if body.is_null() { request } else { request.json(&body) };
        Answer::of(request.send().await.unwrap()).await
    };
    let educator = gateway.user_token(CONTOSO, "educator").await;
    let registrations = "/api/v1/registrations";
    let invalid = json!({
        "name": "", "appId": "none", "platform": "none", "issuer": "http://x y", "clientId": "é", "keysetUrl": "ftp://x",
        "authenticationUrl": "https://user:secret@lms.example/#x", "deploymentIds": ["a".repeat(300)],
    });
    let mut wrong_shape = draft(&other);
    wrong_shape["name"] = json!(1);
    let mut unknown_field = draft(&other);
    unknown_field["isuer"] = json!("x");
    let taken = draft(&school.lms);
    let mut outside = values_of(&school).await;
    outside.push("é".to_owned());
    for (status, method, path, token, body) in [
        (401, Method::GET, registrations, "a.b.c", Value::Null),
        (403, Method::POST, registrations, educator.as_str(), draft(&other)),
        (
            404,
            Method::GET,
            "/api/v1/registrations/00000000-0000-4000-8000-000000000000",
            token,
            Value::Null,
        ),
        (404, Method::GET, "/api/v1/launches/AAAA-AAAA-AAAA", token, Value::Null),
        (400, Method::GET, "/api/v1/registrations?limit=0", token, Value::Null),
        (400, Method::GET, "/api/v1/registrations?cursor=x", token, Value::Null),
        (400, Method::POST, registrations, token, json!([])),
        (405, Method::PUT, registrations, token, Value::Null),
        (405, Method::GET, "/api/v1/registrations/check", token, Value::Null),
        (415, Method::POST, registrations, token, Value::Null),
        (409, Method::POST, registrations, token, taken.clone()),
        (422, Method::POST, registrations, token, invalid),
        (422, Method::POST, registrations, token, wrong_shape),
        (422, Method::POST, registrations, token, unknown_field),
        (200, Method::POST, "/api/v1/registrations/check", token, taken),
        (200, Method::GET, "/api/v1/platforms", token, Value::Null),
        (200, Method::GET, "/api/v1/apps", token, Value::Null),
    ] {
        let answer = send(method.clone(), path, token, body).await;
        assert_eq!(answer.status, status, "{method} {path}: {answer:?}");
        assert_json(path, &answer, &outside);
    }
    for bend in ["sub", "nonce", claim::ROLES, "none"] {
        school.launch(|spec| in_qps(spec).without(bend)).await;
    }
    let launches = send(Method::GET, "/api/v1/launches", token, Value::Null).await.json();
    for launch in launches["value"].as_array().unwrap() {
        let path = format!("/api/v1/launches/{}", launch["reference"].as_str().unwrap());
        assert_json(&path, &send(Method::GET, &path, token, Value::Null).await, &outside);
    }
    let platforms = send(Method::GET, "/api/v1/platforms", token, Value::Null).await.json();
    for platform in platforms["value"].as_array().unwrap() {
        let id = platform["id"].as_str().unwrap();
        let path = format!("/api/v1/apps/launch-inspector/tool-configuration?platform={id}");
        let answer = send(Method::GET, &path, token, Value::Null).await;
        assert_json(&path, &answer, &[]);
        let settings = answer.json()["settings"].clone();
        let values: Vec<_> = settings
            .as_array()
            .unwrap()
            .iter()
            .map(|setting| strings(&setting["value"], false))
            .collect();
        assert_eq!(literals(&values.concat(), &[]), Vec::<String>::new(), "{path}: {settings}");
    }
}
