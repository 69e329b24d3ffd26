//! Reports of people who can't sign in: the signed reference of an error page, and the plain page that it opens.

use std::sync::Arc;

use futures_util::future::join_all;
use reqwest::header;
use serde_json::{Value, json};

use crate::{
    handshake::{School, assert_refused},
    problem_reports::{PATH, report, with},
    support::{Answer, CONTOSO, FABRIKAM, HtmlForm, OPERATOR, TestGateway},
};

const SCRIPT: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}";

/// Where *Report a problem* of an error page leads.
pub fn report_link(page: &Answer) -> reqwest::Url {
    let bar = page.text.split("class=\"frame-bar\"").nth(1).unwrap();
    let href = bar.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
    let base = reqwest::Url::parse("http://gateway.example").unwrap();
    base.join(&href.replace("&#38;", "&").replace("&amp;", "&")).unwrap()
}

fn signed_reference(page: &Answer) -> Option<String> {
    let link = report_link(page);
    link.query_pairs()
        .find(|(name, _)| name == "signed")
        .map(|(_, value)| value.into_owned())
}

/// A launch that the LMS signed and that is refused all the same.
async fn refused(school: &School) -> Answer {
    let page = school.launch(|spec| spec.without("sub")).await;
    assert_refused(&page, "launch_invalid.subject");
    page
}

async fn send(gateway: &TestGateway, signed: &str, body: &Value) -> Answer {
    let request = gateway
        .client
        .post(gateway.at(PATH))
        .header(header::AUTHORIZATION, format!("Reference {signed}"));
    Answer::of(request.json(body).send().await.unwrap()).await
}

async fn open(gateway: &TestGateway, page: &Answer) -> Answer {
    let link = report_link(page);
    let url = gateway.at(&format!("{}?{}", link.path(), link.query().unwrap()));
    let opened = Answer::of(gateway.client.get(url).send().await.unwrap()).await;
    assert_eq!(opened.status, 200, "{opened:?}");
    opened
}

async fn submit(gateway: &TestGateway, form: &[(&str, &str)]) -> Answer {
    Answer::of(gateway.client.post(gateway.at("/report")).form(form).send().await.unwrap()).await
}

async fn reports(school: &School) -> Vec<Value> {
    let list = school.gateway.get(PATH, &school.token).await.json();
    list["value"].as_array().unwrap().clone()
}

#[tokio::test]
async fn only_a_verified_launch_of_a_registration_carries_a_signed_reference() {
    let school = School::open().await;
    assert!(signed_reference(&refused(&school).await).is_some());
    let login = school.log_in().await;
    let id_token = school.lms.id_token(&school.spec(&login));
    let (head, signature) = id_token.rsplit_once('.').unwrap();
    let forged = format!("{head}.{}", signature.chars().rev().collect::<String>());
    let neighbour = School::open_at(Arc::clone(&school.gateway), FABRIKAM, |draft| {
        draft["deploymentIds"] = json!([]);
    })
    .await;
    for (what, page) in [
        ("signature not verified", school.send_launch(&login, &forged).await),
        ("garbage", school.send_form(&[("state", "x"), ("id_token", "x")], None).await),
        ("no state", school.send_form(&[("error", "login_required")], None).await),
        (
            "unknown LMS",
            school
                .send_login(&[("iss".into(), "https://x.example".into()), ("login_hint".into(), "1".into())])
                .await,
        ),
        (
            "another browser",
            school
                .send_form(&[("state", &login.state()), ("id_token", &id_token)], None)
                .await,
        ),
    ] {
        assert_eq!(signed_reference(&page), None, "{what}: {page:?}");
        assert_eq!(report_link(&page).path(), "/report", "{what}");
    }
    // Signed, and of a registration that only waits for its deployment: known all the same.
    let waiting = neighbour.launch(|spec| spec).await;
    assert_refused(&waiting, "registration_not_found.deployment_unlisted");
    let signed = signed_reference(&waiting).unwrap();
    let created = send(&school.gateway, &signed, &report()).await.json();
    assert_eq!(created["tenantId"], FABRIKAM);
}

#[tokio::test]
async fn the_page_quotes_what_the_lms_sent() {
    let school = School::open().await;
    let named = school.launch(|spec| spec.claim("iss", "(absent)")).await;
    let missing = school.launch(|spec| spec.without("iss")).await;
    for (language, named_as, missing_as) in [
        ("en", "Received: “(absent)”<", "Received: (absent)<"),
        ("de", "Erhalten: „(absent)“<", "Erhalten: (fehlt)<"),
    ] {
        for (refused, shown, other) in [(&named, named_as, missing_as), (&missing, missing_as, named_as)] {
            let link = report_link(refused);
            let query = link.query().unwrap().replace("lang=en", &format!("lang={language}"));
            let request = school.gateway.client.get(school.gateway.at(&format!("/report?{query}")));
            let page = Answer::of(request.send().await.unwrap()).await.text;
            assert!(page.contains(shown) && !page.contains(other), "{page}");
            assert!(page.contains(&school.lms.base_url), "{page}");
        }
    }
}

#[tokio::test]
async fn an_external_support_page_is_opened_instead() {
    let gateway = TestGateway::start_with("[operator]\nreport_url = \"https://support.example/lms\"").await;
    let school = School::open_at(Arc::new(gateway), CONTOSO, |_| ()).await;
    let page = refused(&school).await;
    assert!(page.text.contains("href=\"https://support.example/lms\""), "{}", page.text);
    assert!(!page.text.contains("signed="), "{}", page.text);
    // Our own page leads there too, for people who saved its address.
    let redirected = school.gateway.at("/report?reference=5TFA-R7YN-2K8Q");
    let redirected = Answer::of(school.gateway.client.get(redirected).send().await.unwrap()).await;
    assert_eq!(
        (redirected.status.as_u16(), redirected.header("location")),
        (303, "https://support.example/lms")
    );
    let config = Answer::of(
        school
            .gateway
            .client
            .get(school.gateway.at("/portal/config.json"))
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(config.json()["reportUrl"], "https://support.example/lms");
}

#[tokio::test]
async fn a_signed_reference_sends_one_report_of_its_launch() {
    let school = School::open().await;
    let gateway = &school.gateway;
    let page = refused(&school).await;
    let (signed, reference) = (signed_reference(&page).unwrap(), crate::handshake::reference(&page));
    let other = crate::handshake::reference(&refused(&school).await);
    for (body, pointer) in [
        (with(report(), "category", "other"), "/category"),
        (with(report(), "launchReference", other.clone()), "/launchReference"),
        (json!({ "category": "launch" }), "/summary"),
    ] {
        let answer = send(gateway, &signed, &body).await;
        answer.assert_problem(422, "request.invalid");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer);
    }
    let answers =
        join_all((0..5).map(|_| async { send(gateway, &signed, &with(report(), "attachDiagnostics", true)).await })).await;
    let (stored, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(stored.len(), 1);
    for answer in refused {
        answer.assert_problem(409, "report.reference_used");
    }
    let created = stored[0].json();
    assert_eq!(
        (&created["tenantId"], &created["launchReference"]),
        (&json!(CONTOSO), &json!(reference))
    );
    assert_eq!(
        (&created["createdBy"], &created["diagnostics"]["code"]),
        (&Value::Null, &json!("launch_invalid.subject"))
    );
    // The school's admin sees it, and who did it in the trail.
    assert_eq!(reports(&school).await[0]["id"], created["id"]);
    let events = gateway.get("/api/v1/audit-events", &school.token).await.json();
    assert_eq!(
        (&events["value"][0]["action"], &events["value"][0]["by"]["id"]),
        (&json!("report.created"), &json!(reference))
    );
}

#[tokio::test]
async fn a_signed_reference_opens_nothing_else() {
    let school = School::open().await;
    let gateway = &school.gateway;
    let page = refused(&school).await;
    let (signed, reference) = (signed_reference(&page).unwrap(), crate::handshake::reference(&page));
    let id = send(gateway, &signed, &report()).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let document = Answer::of(gateway.client.get(gateway.at("/openapi.json")).send().await.unwrap())
        .await
        .json();
    let mut tried = 0;
    for (template, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            if template == PATH && method == "post" {
                continue;
            }
            let path = template.replace("{id}", &id).replace("{reference}", &reference);
            for credential in [format!("Reference {signed}"), format!("Bearer {signed}")] {
                let request = gateway
                    .client
                    .request(method.to_uppercase().parse().unwrap(), gateway.at(&path));
                let answer = Answer::of(
                    request
                        .header(header::AUTHORIZATION, credential)
                        .json(&json!({}))
                        .send()
                        .await
                        .unwrap(),
                )
                .await;
                assert_eq!(answer.status, 401, "{method} {path}: {answer:?}");
                tried += 1;
            }
        }
    }
    assert!(tried > 40, "{tried}");
    // As a bearer token it doesn't send a report either, nor does a bearer token as a reference.
    gateway
        .post(PATH, &signed, &report())
        .await
        .assert_problem(401, "token.invalid");
    send(gateway, &school.token, &report())
        .await
        .assert_problem(401, "token.invalid");
    send(gateway, "x.y.z", &report()).await.assert_problem(401, "token.invalid");
    // It counts for an hour.
    let fresh = signed_reference(&refused(&school).await).unwrap();
    gateway.advance(3700);
    let answer = send(gateway, &fresh, &report()).await;
    answer.assert_problem(401, "token.invalid");
    assert!(answer.text.contains("expired"), "{answer:?}");
}

#[tokio::test]
async fn a_flood_without_sign_in_is_bounded_and_harms_nobody_else() {
    let gateway = TestGateway::start_with("[support]\nunsigned_in_reports_per_day = 3").await;
    gateway.stop_clock();
    let school = School::open_at(Arc::new(gateway), CONTOSO, |_| ()).await;
    let gateway = &school.gateway;
    let pages = join_all((0..12).map(|_| refused(&school))).await;
    let signed: Vec<_> = pages.iter().map(|page| signed_reference(page).unwrap()).collect();
    let answers = join_all(signed.iter().map(|signed| async { send(gateway, signed, &report()).await })).await;
    let stored = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(stored, 3);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.assert_problem(429, "report.quota");
    }
    // The page says so in words.
    let page = open(gateway, &pages[11]).await;
    let form = HtmlForm::of(&page.text);
    let signed = form.field("signed");
    let answer = submit(gateway, &[("signed", &signed), ("summary", "x"), ("description", "y")]).await;
    assert!(answer.status == 422 || answer.text.contains("already"), "{answer:?}");
    // Junk costs a signature check, and no row.
    let junk: Vec<_> = (0..200).map(|n| format!("eyJhbGciOiJIUzI1NiJ9.{n}.x")).collect();
    for answer in join_all(junk.iter().map(|junk| async { send(gateway, junk, &report()).await })).await {
        assert_eq!(answer.status, 401);
    }
    assert_eq!(reports(&school).await.len(), 3);
    // People who sign in aren't concerned.
    let educator = gateway.user_token(CONTOSO, "educator").await;
    assert_eq!(gateway.post(PATH, &educator, &report()).await.status, 201);
}

#[tokio::test]
async fn the_page_shows_what_will_be_sent_and_sends_it() {
    let school = School::open().await;
    let gateway = &school.gateway;
    let error_page = refused(&school).await;
    let reference = crate::handshake::reference(&error_page);
    let page = open(gateway, &error_page).await;
    for shown in [
        "<h1>Report a problem</h1>",
        &reference,
        "What will be sent",
        "launch_invalid.subject",
        "Practice LMS",
    ] {
        assert!(page.text.contains(shown), "{shown} in {}", page.text);
    }
    assert!(
        page.text.contains(&format!("href=\"/reports/new?reference={reference}\"")),
        "{}",
        page.text
    );
    assert_eq!(page.header("cache-control"), "no-store");
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"),
        "{policy}"
    );
    assert!(
        !page.text.contains("<script>") && !page.text.contains(" style="),
        "{}",
        page.text
    );

    let link = report_link(&error_page);
    let url = gateway.at(&format!("{}?{}", link.path(), link.query().unwrap()));
    let agent = "Browser/1 <script>alert(1)</script>";
    let by_browser = gateway.client.get(url).header(header::USER_AGENT, agent);
    let by_browser = Answer::of(by_browser.send().await.unwrap()).await.text;
    assert!(
        by_browser.contains("Browser/1") && !by_browser.contains("<script>"),
        "{by_browser}"
    );

    let form = HtmlForm::of(&page.text);
    assert_eq!(form.action, "/report");
    let signed = form.field("signed");
    let filled = |summary| {
        [
            ("signed", signed.as_str()),
            ("lang", "en"),
            ("summary", summary),
            ("description", "Line one\r\nLine two"),
            ("contact_email", "tess@school.example"),
            ("attach_diagnostics", "true"),
        ]
    };
    let sent = submit(gateway, &filled("Meetings doesn’t open")).await;
    assert_eq!(sent.status, 201, "{sent:?}");
    let stored = reports(&school).await;
    assert_eq!(stored.len(), 1);
    assert!(sent.text.contains(stored[0]["number"].as_str().unwrap()), "{}", sent.text);
    let id = stored[0]["id"].as_str().unwrap();
    let support = gateway.user_token(OPERATOR, "support").await;
    let stored = gateway.get(&format!("{PATH}/{id}"), &support).await.json();
    assert_eq!(
        (&stored["summary"], &stored["description"]),
        (&json!("Meetings doesn’t open"), &json!("Line one\nLine two"))
    );
    assert_eq!(
        (&stored["contactEmail"], &stored["category"]),
        (&json!("tess@school.example"), &json!("launch"))
    );
    assert_eq!(stored["diagnostics"]["code"], "launch_invalid.subject");
    // Sent again, by a reload: the same number. Another text: told that it was reported.
    assert_eq!(submit(gateway, &filled("Meetings doesn’t open")).await.text, sent.text);
    let other = submit(gateway, &filled("Something else")).await;
    assert!(
        other.status == 422 && other.text.contains("already been reported"),
        "{other:?}"
    );
    assert_eq!(reports(&school).await.len(), 1);
}

#[tokio::test]
async fn an_invalid_form_keeps_what_was_typed_and_says_what_is_wrong() {
    let school = School::open().await;
    let gateway = &school.gateway;
    let error_page = refused(&school).await;
    let signed = signed_reference(&error_page).unwrap();
    let answer = submit(
        gateway,
        &[
            ("signed", &signed),
            ("lang", "de"),
            ("summary", " "),
            ("description", SCRIPT),
            ("contact_email", SCRIPT),
        ],
    )
    .await;
    assert_eq!(answer.status, 422, "{answer:?}");
    for said in [
        "<html lang=\"de\">",
        "Hier wird ein Wert gebraucht.",
        "keine E-Mail-Adresse",
        "aria-invalid=\"true\"",
        "role=\"alert\"",
    ] {
        assert!(answer.text.contains(said), "{said} in {}", answer.text);
    }
    assert!(
        answer.text.contains("&#60;script&#62;alert(1)"),
        "what was typed is there: {}",
        answer.text
    );
    for markup in ["<script>alert", "<img src=x", "\"'>"] {
        assert!(!answer.text.contains(markup), "{markup} in {}", answer.text);
    }
    // Without consent nothing of the launch or the browser goes along.
    let sent = submit(gateway, &[("signed", &signed), ("summary", SCRIPT), ("description", SCRIPT)]).await;
    assert_eq!(sent.status, 201, "{sent:?}");
    let id = reports(&school).await[0]["id"].as_str().unwrap().to_owned();
    let stored = gateway.get(&format!("{PATH}/{id}"), &school.token).await.json();
    assert_eq!((&stored["diagnostics"], &stored["browser"]), (&Value::Null, &Value::Null));
    assert_eq!(stored["summary"], SCRIPT, "text is text: whoever shows it escapes it");
}

#[tokio::test]
async fn whoever_holds_nothing_gets_a_text_for_the_schools_it() {
    let school = School::open().await;
    let gateway = &school.gateway;
    let error_page = school.send_form(&[("state", "x"), ("id_token", "x")], None).await;
    let reference = crate::handshake::reference(&error_page);
    let page = open(gateway, &error_page).await;
    assert!(!page.text.contains("<form"), "{}", page.text);
    assert!(
        page.text.contains("data-copy=\"An app") && page.text.contains(&reference),
        "{}",
        page.text
    );
    for query in [
        "?reference=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&signed=%22%3E%3Cscript%3E&lang=%22%3E%3Cscript%3E",
        "?signed=x.y.z",
        "",
        "?unknown=1",
    ] {
        let page = Answer::of(
            gateway
                .client
                .get(gateway.at(&format!("/report{query}")))
                .send()
                .await
                .unwrap(),
        )
        .await;
        assert_eq!(page.status, 200, "{query}: {page:?}");
        assert!(
            !page.text.contains("<form") && !page.text.contains("<script>"),
            "{}",
            page.text
        );
    }
    let german = gateway.client.get(gateway.at("/report")).header("accept-language", "de");
    assert!(
        Answer::of(german.send().await.unwrap())
            .await
            .text
            .contains("<h1>Problem melden</h1>")
    );
    // A form whose time is over, or that somebody made up.
    let answer = submit(gateway, &[("signed", "x.y.z"), ("summary", "x"), ("description", "y")]).await;
    assert!(answer.status == 422 && answer.text.contains("expired"), "{answer:?}");
    assert!(reports(&school).await.is_empty());
}

#[tokio::test]
async fn what_cannot_be_read_is_a_problem_like_any_other() {
    let gateway = TestGateway::start().await;
    let page = gateway.at("/report");
    let answer = |request: reqwest::RequestBuilder| async { Answer::of(request.send().await.unwrap()).await };
    answer(gateway.client.get(format!("{page}?reference=a&reference=b")))
        .await
        .assert_problem(400, "request.query");
    answer(gateway.client.post(&page).json(&json!({ "summary": "It doesn't open" })))
        .await
        .assert_problem(415, "request.unreadable");
    let long = "x".repeat(300 * 1024);
    answer(gateway.client.post(&page).form(&[("summary", long)]))
        .await
        .assert_problem(413, "request.unreadable");
}
