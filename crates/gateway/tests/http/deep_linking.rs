//! Deep linking from the LMS's request to the LMS's answer, and the launches of what was selected.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use practice_lms::{Message, claim};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    app_server::{AppKey, AppServer, DEPLOYMENT_ID},
    command_line::Folder,
    handshake::School,
    support::{Answer, CONTOSO, HtmlForm, TestGateway},
};

const ITEMS: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items";
const DATA: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/data";
const MSG: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/msg";
const ERRORMSG: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/errormsg";
const ERRORLOG: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/errorlog";
const MESSAGE_TYPE: &str = "https://purl.imsglobal.org/spec/lti/claim/message_type";
const VERSION: &str = "https://purl.imsglobal.org/spec/lti/claim/version";
const TARGET: &str = "https://purl.imsglobal.org/spec/lti/claim/target_link_uri";

/// A school, and an app that a teacher selects content of.
struct Course {
    school: School,
    app: AppServer,
    gateway: Arc<TestGateway>,
}

/// The request as it reached the app.
struct Asked {
    claims: Value,
    action: String,
}

impl Asked {
    fn settings(&self) -> &Value {
        &self.claims[claim::DEEP_LINKING_SETTINGS]
    }

    fn return_url(&self) -> &str {
        self.settings()["deep_link_return_url"].as_str().unwrap()
    }
}

fn config(app: &AppServer) -> String {
    let url = &app.url;
    let more = format!("deep_linking = true\ndeep_linking_url = \"{url}/select\"\nclient_id = \"notes-client\"");
    let quiz = format!("[[apps]]\nid = \"quiz\"\nname = \"Quiz\"\nlaunch_url = \"{url}/quiz\"\n");
    app.config("notes", &more) + &quiz
}

/// The claims of a token, whoever signed it.
fn claims(token: &str) -> Value {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&claims).unwrap()
}

impl Course {
    async fn open() -> Self {
        let app = AppServer::start();
        let gateway = TestGateway::start_with(&config(&app)).await;
        Self::open_at(gateway, app).await
    }

    async fn open_at(gateway: TestGateway, app: AppServer) -> Self {
        let gateway = Arc::new(gateway);
        let school = School::open_at(Arc::clone(&gateway), CONTOSO, |draft| draft["appId"] = json!("notes")).await;
        Self { school, app, gateway }
    }

    /// The LMS asks for content; `settings` beside its own.
    async fn ask(&self, settings: Value) -> Asked {
        let mut claim = json!({
            "deep_link_return_url": format!("{}/mod/lti/contentitem_return.php?course=1&id=1", self.school.lms.base_url),
            "accept_types": ["link", "ltiResourceLink", "html", "file", "image"],
            "accept_presentation_document_targets": ["iframe", "window"],
        });
        claim
            .as_object_mut()
            .unwrap()
            .extend(settings.as_object().cloned().unwrap_or_default());
        let spec = |spec: practice_lms::LaunchSpec| spec.message(Message::DeepLinking).claim(claim::DEEP_LINKING_SETTINGS, claim);
        let handed_over = self.school.launch(spec).await;
        assert_eq!(handed_over.status, 200, "{handed_over:?}");
        let form = HtmlForm::of(&handed_over.text);
        Asked {
            claims: claims(&form.field("launch_token")),
            action: form.action,
        }
    }

    /// An answer of the app that is good.
    fn answer(&self, asked: &Asked, items: Value) -> Value {
        let now = self.gateway.now();
        let mut answer = json!({
            "iss": "notes-client", "aud": self.gateway.url, "iat": now, "exp": now + 600, "nonce": Uuid::new_v4(),
            MESSAGE_TYPE: "LtiDeepLinkingResponse", VERSION: "1.3.0",
            DEPLOYMENT_ID: asked.claims[DEPLOYMENT_ID], DATA: asked.settings()["data"]
        });
        answer[ITEMS] = items;
        answer
    }

    async fn send(&self, asked: &Asked, jwt: &str) -> Answer {
        let post = self.gateway.client.post(asked.return_url()).form(&[("JWT", jwt)]);
        Answer::of(post.send().await.unwrap()).await
    }

    async fn sign_and_send(&self, asked: &Asked, answer: &Value) -> Answer {
        self.send(asked, &self.app.key.sign(answer)).await
    }

    /// The claims of the answer that goes to the LMS.
    async fn passed_on(&self, asked: &Asked, items: Value) -> Value {
        let page = self.sign_and_send(asked, &self.answer(asked, items)).await;
        assert_eq!(page.status, 200, "{page:?}");
        to_lms(&page)
    }

    /// The launch of a link that the LMS keeps with this address, as the app gets it.
    async fn launch(&self, target: &str) -> Answer {
        self.school
            .launch(|spec| spec.claim(claim::TARGET_LINK_URI, json!(target)))
            .await
    }
}

/// The answer to the LMS that a page posts.
#[track_caller]
fn to_lms(page: &Answer) -> Value {
    claims(&HtmlForm::of(&page.text).field("JWT"))
}

#[tokio::test]
async fn an_app_is_asked_with_an_address_of_the_gateway() {
    let course = Course::open().await;
    let asked = course
        .ask(json!({ "data": "of the LMS", "title": "T", "accept_lineitem": true, "accept_multiple": null }))
        .await;
    assert_eq!(asked.action, format!("{}/select", course.app.url));
    let settings = asked.settings();
    assert!(
        asked.return_url().starts_with(&course.gateway.at("/platform/deep-links/")),
        "{settings}"
    );
    assert_ne!(settings["data"], "of the LMS");
    assert_eq!(
        (&settings["title"], &settings["accept_lineitem"]),
        (&json!("T"), &json!(true))
    );
    assert!(settings.get("accept_multiple").is_none());
    assert_eq!(asked.claims[TARGET], format!("{}/select", course.app.url));
    assert_eq!(
        asked.claims["app_deployment_id"],
        course.school.registration["appDeploymentId"]
    );
}

#[tokio::test]
async fn selected_content_goes_to_the_lms_and_comes_back_in_launches() {
    let course = Course::open().await;
    let data = json!({ "of": ["the LMS", "d".repeat(40_000)] }).to_string();
    let asked = course.ask(json!({ "data": data })).await;
    let address = format!("{}/quiz/1?a=b%20c", course.app.url);
    let mut answer = course.answer(
        &asked,
        json!([
            { "type": "ltiResourceLink", "title": "Quiz", "url": address, "custom": { "a": "b" }, "text": null,
              "lineItem": { "scoreMaximum": 10.0, "label": "Quiz" } },
            { "type": "link", "url": "https://elsewhere.example/a#b".replace("#b", ""), "title": "L" },
            { "type": "html", "html": "<p>h</p>" },
        ]),
    );
    answer[MSG] = json!("Done");
    let page = course.sign_and_send(&asked, &answer).await;
    assert_eq!(page.status, 200, "{page:?}");
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(!page.header("content-security-policy").contains("form-action"), "{page:?}");
    let form = HtmlForm::of(&page.text);
    assert!(form.action.starts_with(&course.school.lms.base_url), "{}", form.action);
    let sent = to_lms(&page);
    let now = course.gateway.now();
    assert_eq!(
        (&sent["iss"], &sent["aud"], &sent[DATA], &sent[MSG]),
        (
            &json!(course.school.lms.client_id),
            &json!(course.school.lms.issuer()),
            &json!(data),
            &json!("Done")
        )
    );
    let (iat, exp) = (sent["iat"].as_i64().unwrap(), sent["exp"].as_i64().unwrap());
    assert!(
        (now - 8..=now - 5).contains(&iat) && (now + 297..=now + 300).contains(&exp),
        "{sent}"
    );
    assert_eq!(sent[DEPLOYMENT_ID], course.school.lms.deployment_id);
    assert!(sent.get("sub").is_none() && sent.get(ERRORMSG).is_none(), "{sent}");
    let items = sent[ITEMS].as_array().unwrap();
    let wrapped = items[0]["url"].as_str().unwrap();
    assert!(wrapped.starts_with(&course.gateway.at("/lti/open/notes?url=")), "{wrapped}");
    assert!(!wrapped.contains(course.school.id()), "{wrapped}");
    let expected = json!({ "type": "ltiResourceLink", "title": "Quiz", "url": wrapped, "custom": { "a": "b" },
        "lineItem": { "scoreMaximum": 10, "label": "Quiz" } });
    assert_eq!(items[0], expected);
    assert_eq!(
        items[1..],
        [
            json!({ "type": "link", "url": "https://elsewhere.example/a", "title": "L" }),
            json!({ "type": "html", "html": "<p>h</p>" })
        ]
    );

    let launched = course.launch(wrapped).await;
    assert_eq!(launched.status, 200, "{launched:?}");
    let form = HtmlForm::of(&launched.text);
    assert_eq!(
        form.action,
        format!("{}/launch", course.app.url),
        "tokens are posted where they always are"
    );
    assert_eq!(claims(&form.field("launch_token"))[TARGET], address);
}

#[tokio::test]
async fn the_answer_is_signed_by_the_key_of_the_school() {
    let course = Course::open().await;
    let asked = course.ask(json!({})).await;
    let page = course.sign_and_send(&asked, &course.answer(&asked, json!([]))).await;
    let jwt = HtmlForm::of(&page.text).field("JWT");
    let url = course.school.registration["toolKeysetUrl"].as_str().unwrap();
    let keys = Answer::of(course.gateway.client.get(url).send().await.unwrap()).await.json();
    let header = jsonwebtoken::decode_header(&jwt).unwrap();
    let key = keys["keys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["kid"] == header.kid.as_deref().unwrap());
    let key: jsonwebtoken::jwk::Jwk = serde_json::from_value(key.unwrap().clone()).unwrap();
    let key = jsonwebtoken::DecodingKey::from_jwk(&key).unwrap();
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
    validation.set_audience(&[course.school.lms.issuer()]);
    let verified = jsonwebtoken::decode::<Map<String, Value>>(&jwt, &key, &validation).unwrap();
    assert_eq!(verified.claims[ITEMS], json!([]));
    assert!(!verified.claims.contains_key(DATA), "the LMS sent none");
}

#[tokio::test]
async fn every_claim_of_an_answer_counts() {
    let course = Course::open().await;
    let asked = course.ask(json!({ "data": "lms" })).await;
    let now = course.gateway.now();
    for (name, value, code) in [
        ("iss", json!("notes"), "issuer"),
        ("iss", Value::Null, "claim"),
        ("aud", json!("https://other.example"), "audience"),
        ("aud", json!([course.gateway.url, "https://other.example"]), "audience"),
        ("iat", Value::Null, "claim"),
        ("exp", json!(now + 700), "lifetime"),
        ("iat", json!(now + 100), "not_yet_valid"),
        ("nonce", Value::Null, "claim"),
        (MESSAGE_TYPE, json!("LtiDeepLinkingRequest"), "message_type"),
        (VERSION, json!("1.3"), "version"),
        (DEPLOYMENT_ID, json!("99"), "deployment"),
        (DEPLOYMENT_ID, Value::Null, "deployment"),
        (DATA, json!("lms"), "data"),
        (DATA, Value::Null, "data"),
        (ITEMS, json!({}), "claim"),
    ] {
        let mut answer = course.answer(&asked, json!([{ "type": "link", "url": "https://a.example/" }]));
        answer[name] = value.clone();
        let page = course.sign_and_send(&asked, &answer).await;
        assert_eq!(
            (page.status.as_u16(), page.code()),
            (400, format!("deep_linking_invalid.{code}")),
            "{name} {value}"
        );
        // The person is back in the LMS, which says why.
        let sent = to_lms(&page);
        assert_eq!((&sent[ITEMS], &sent[DATA]), (&json!([]), &json!("lms")), "{name} {value}");
        assert!(sent[ERRORMSG].as_str().unwrap().contains("couldn't be used"), "{sent}");
    }
    for aud in [json!(course.gateway.url), json!([course.gateway.url])] {
        let mut answer = course.answer(&asked, json!(null));
        answer["aud"] = aud;
        answer[DEPLOYMENT_ID] = course.school.registration["appDeploymentId"].clone();
        let page = course.sign_and_send(&asked, &answer).await;
        assert_eq!(page.status, 200, "null is nothing chosen: {page:?}");
        assert!(to_lms(&page).get(ERRORMSG).is_none());
    }
    let stolen = AppKey::es256(Some("key-1")).sign(&course.answer(&asked, json!([])));
    assert_eq!(course.send(&asked, &stolen).await.code(), "deep_linking_invalid.signature");
    for jwt in ["", "a.b.c"] {
        let page = course.send(&asked, jwt).await;
        assert_eq!(
            (page.status.as_u16(), page.code().as_str()),
            (400, "deep_linking_invalid.malformed")
        );
    }
    let long = "a".repeat(1_100_000);
    assert_eq!(course.send(&asked, &long).await.code(), "deep_linking_invalid.too_large");
}

#[tokio::test]
async fn the_same_answer_may_come_again_and_another_one_too() {
    let course = Course::open().await;
    let asked = course.ask(json!({})).await;
    let link = |title: &str| json!([{ "type": "link", "url": "https://a.example/", "title": title }]);
    let answer = course.answer(&asked, link("first"));
    let jwt = course.app.key.sign(&answer);
    let (one, again) = (
        to_lms(&course.send(&asked, &jwt).await),
        to_lms(&course.send(&asked, &jwt).await),
    );
    assert_eq!(one[ITEMS], again[ITEMS]);
    assert_ne!(one["nonce"], again["nonce"], "signed anew");
    let other = course.passed_on(&asked, link("second")).await;
    assert_eq!(other[ITEMS][0]["title"], "second");

    let mut same_nonce = answer;
    same_nonce[ITEMS] = link("third");
    let page = course.sign_and_send(&asked, &same_nonce).await;
    assert_eq!(
        (page.status.as_u16(), page.code().as_str()),
        (400, "deep_linking_invalid.nonce")
    );
    assert_eq!(to_lms(&page)[ITEMS], json!([]));
}

#[tokio::test]
async fn items_that_the_lms_does_not_take_are_left_out() {
    let course = Course::open().await;
    let asked = course.ask(json!({ "accept_types": ["ltiResourceLink", "file"], "accept_media_types": "image/*,application/pdf", "accept_lineitem": false })).await;
    let own = |path: &str| format!("{}{path}", course.app.url);
    let sent = course
        .passed_on(
            &asked,
            json!([
                { "type": "ltiResourceLink", "url": own("/a"), "lineItem": { "scoreMaximum": 1 } },
                { "type": "link", "url": "https://a.example/" },
                { "type": "ltiResourceLink", "url": "http://evil.example/a" },
                { "type": "ltiResourceLink", "url": own(&format!("/{}", "a".repeat(1950))) },
                { "type": "ltiResourceLink" },
                { "type": "file", "url": "https://a.example/a.png", "mediaType": "image/png" },
                { "type": "file", "url": "https://a.example/a.zip", "mediaType": "application/zip" },
            ]),
        )
        .await;
    let items = sent[ITEMS].as_array().unwrap();
    let types: Vec<_> = items.iter().map(|item| item["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["ltiResourceLink", "ltiResourceLink", "file"]);
    assert!(
        items[0].get("lineItem").is_none() && items[1].get("url").is_none(),
        "{items:?}"
    );
    let log = sent[ERRORLOG].as_str().unwrap();
    for item in ["Item 2 ", "Item 3 ", "Item 4 ", "Item 7 "] {
        assert!(log.contains(item), "{log}");
    }
    assert!(sent.get(ERRORMSG).is_none(), "{sent}");

    let one = course.ask(json!({ "accept_multiple": false })).await;
    let link = json!({ "type": "link", "url": "https://a.example/" });
    let sent = course.passed_on(&one, json!([link, link])).await;
    assert_eq!(sent[ITEMS], json!([link]));

    let none = course.ask(json!({ "accept_types": ["ltiResourceLink"] })).await;
    let page = course.sign_and_send(&none, &course.answer(&none, json!([link]))).await;
    let sent = to_lms(&page);
    assert_eq!(
        (page.status.as_u16(), page.code().as_str(), &sent[ITEMS]),
        (200, "deep_linking_invalid.items.not_accepted", &json!([]))
    );
    assert!(sent[ERRORMSG].is_string() && sent[ERRORLOG].is_string(), "{sent}");
}

#[tokio::test]
async fn a_request_is_of_one_registration_and_lives_for_eight_hours() {
    let course = Course::open().await;
    let asked = course.ask(json!({})).await;
    let neighbour = course.school.neighbour().await;
    let other = Course {
        school: neighbour,
        app: course.app.clone(),
        gateway: Arc::clone(&course.gateway),
    };
    let of_other = other.ask(json!({})).await;
    // The data belongs to the request.
    let answer = course.answer(&of_other, json!([]));
    assert_eq!(
        course.sign_and_send(&asked, &answer).await.code(),
        "deep_linking_invalid.data"
    );

    let unknown = Asked {
        claims: asked.claims.clone(),
        action: String::new(),
    };
    let mut unknown = unknown;
    unknown.claims[claim::DEEP_LINKING_SETTINGS]["deep_link_return_url"] =
        json!(course.gateway.at("/platform/deep-links/00000000000000000000000000000000"));
    let page = course.sign_and_send(&unknown, &course.answer(&asked, json!([]))).await;
    assert_eq!(
        (page.status.as_u16(), page.code().as_str()),
        (404, "deep_linking_invalid.request_unknown")
    );
    assert!(!page.text.contains("<form"), "{page:?}");

    course.gateway.advance(8 * 3600 - 30);
    assert_eq!(
        course.sign_and_send(&asked, &course.answer(&asked, json!([]))).await.status,
        200
    );
    course.gateway.advance(31);
    let page = course.sign_and_send(&asked, &course.answer(&asked, json!([]))).await;
    assert_eq!(page.code(), "deep_linking_invalid.request_unknown");

    let asked = course.ask(json!({})).await;
    let path = format!("/api/v1/registrations/{}", course.school.id());
    let token = course.gateway.app_token(CONTOSO).await;
    assert_eq!(course.gateway.delete(&path, &token).await.status, 204);
    let page = course.sign_and_send(&asked, &course.answer(&asked, json!([]))).await;
    assert_eq!(
        (page.status.as_u16(), page.code().as_str()),
        (404, "deep_linking_invalid.registration_gone")
    );
}

#[tokio::test]
async fn an_app_that_was_taken_away_answers_nothing() {
    let (folder, app) = (Folder::new(), AppServer::start());
    let gateway = TestGateway::start_on(&folder.database(), &config(&app)).await;
    let url = gateway.url.clone();
    let course = Course::open_at(gateway, app).await;
    let asked = course.ask(json!({})).await;
    let jwt = course.app.key.sign(&course.answer(&asked, json!([])));
    let without = TestGateway::start_on(&folder.database(), "").await;
    let address = asked.return_url().replace(&url, &without.url);
    let page = Answer::of(without.client.post(address).form(&[("JWT", jwt)]).send().await.unwrap()).await;
    assert_eq!(
        (page.status.as_u16(), page.code().as_str()),
        (404, "deep_linking_invalid.registration_gone")
    );
}

#[tokio::test]
async fn an_address_of_the_gateway_is_a_page_and_takes_launches() {
    let course = Course::open().await;
    let address = course.gateway.at(&format!("/lti/open/notes?url={}%2Fa", course.app.url));
    let page = Answer::of(course.gateway.client.get(&address).send().await.unwrap()).await;
    assert!(page.text.contains("Open the app from your course"), "{page:?}");
    assert_eq!(page.header("location"), "");
    // Chamilo posts the id_token to the address of the link.
    let login = course.school.log_in().await;
    let id_token = course.school.lms.id_token(&course.school.spec(&login));
    let post = course.gateway.client.post(&address).header("cookie", &login.cookie);
    let form = [("state", login.state()), ("id_token", id_token)];
    assert_eq!(post.form(&form).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_link_of_another_app_is_not_opened() {
    let course = Course::open().await;
    let at = |path: &str| course.gateway.at(path);
    let url = course.app.url.clone();
    let answer = course.launch(&at(&format!("/lti/open/quiz?url={url}%2Fa"))).await;
    course.school.assert_explained(&answer, "launch_invalid.other_app").await;
    for name in ["Quiz", "notes"] {
        assert!(answer.text.contains(name), "{name}: {answer:?}");
    }
    for target in [
        "/lti/open/notes",
        "/lti/open/notes?url=http%3A%2F%2Fevil.example%2F",
        "/lti/open/stranger?url=x",
    ] {
        let answer = course.launch(&at(target)).await;
        course.school.assert_explained(&answer, "launch_invalid.target").await;
    }
    for (target, leads_to) in [
        (at("/lti/launch"), format!("{url}/launch")),
        ("https://elsewhere.example/".to_owned(), format!("{url}/launch")),
        (format!("{url}/own?a=b"), format!("{url}/own?a=b")),
    ] {
        let launched = course.launch(&target).await;
        let form = HtmlForm::of(&launched.text);
        assert_eq!(claims(&form.field("launch_token"))[TARGET], leads_to, "{target}");
        assert_eq!(form.action, format!("{url}/launch"));
    }
}

/// Posts the form of a page.
async fn submit(gateway: &TestGateway, form: &HtmlForm) -> Answer {
    let jwt = form.field("JWT");
    let post = gateway.client.post(&form.action).form(&[("JWT", jwt)]);
    Answer::of(post.send().await.unwrap()).await
}

#[tokio::test]
async fn an_lms_that_is_strict_takes_the_answer_once() {
    let course = Course::open().await;
    let lms = &course.school.lms;
    lms.set_tool_keyset(course.school.registration["toolKeysetUrl"].as_str().unwrap());
    let handed_over = course.school.launch(|spec| spec.message(Message::DeepLinking)).await;
    let form = HtmlForm::of(&handed_over.text);
    let asked = Asked {
        claims: claims(&form.field("launch_token")),
        action: form.action,
    };
    let quiz = json!([{ "type": "ltiResourceLink", "title": "Quiz", "url": format!("{}/quiz/1", course.app.url) }]);
    let page = course.sign_and_send(&asked, &course.answer(&asked, quiz)).await;
    let mut form = HtmlForm::of(&page.text);
    let taken = submit(&course.gateway, &form).await;
    assert!(taken.status == 200 && taken.text.contains("Added to the course"), "{taken:?}");
    assert_eq!(lms.content()[0]["title"], "Quiz");
    // The LMS takes neither the same answer again nor the one of the app.
    assert_eq!(submit(&course.gateway, &form).await.status, 400);
    form.fields = vec![("JWT".to_owned(), course.app.key.sign(&course.answer(&asked, json!([]))))];
    assert_eq!(submit(&course.gateway, &form).await.status, 400);
    assert_eq!(lms.content().len(), 1);
    // An error ends in the LMS too.
    let page = course.send(&asked, "a.b.c").await;
    let told = submit(&course.gateway, &HtmlForm::of(&page.text)).await;
    assert!(
        told.status == 200 && told.text.contains("be used, so nothing was added"),
        "{told:?}"
    );
}

#[tokio::test]
async fn the_launch_inspector_is_a_picker() {
    let school = School::open().await;
    school
        .lms
        .set_tool_keyset(school.registration["toolKeysetUrl"].as_str().unwrap());
    let page = school
        .open_app(&school.launch(|spec| spec.message(Message::DeepLinking)).await)
        .await;
    assert!(page.text.contains("Select sample content"), "{page:?}");
    let choices: Vec<_> = page.text.split("<form").skip(1).collect();
    assert_eq!(choices.len(), 3);
    for choice in choices {
        let answered = submit(&school.gateway, &HtmlForm::of(&format!("<form{choice}"))).await;
        assert_eq!(answered.status, 200, "{answered:?}");
        let taken = submit(&school.gateway, &HtmlForm::of(&answered.text)).await;
        assert_eq!(taken.status, 200, "{taken:?}");
    }
    let content = school.lms.content();
    let types: Vec<_> = content.iter().map(|item| item["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["ltiResourceLink", "link"]);
    assert_eq!(content[0]["lineItem"]["scoreMaximum"], 100);

    // It opens with what was selected.
    let open = |spec: practice_lms::LaunchSpec| {
        spec.claim(claim::TARGET_LINK_URI, content[0]["url"].clone())
            .claim(claim::CUSTOM, content[0]["custom"].clone())
    };
    let page = school.open_app(&school.launch(open).await).await;
    assert!(page.text.contains("launch?content=quiz"), "{page:?}");
}
