//! Deep linking: settings for the tool, its answer, the items that a platform takes, and the answer to it.

use std::sync::OnceLock;

use lti13::KeySet;
use lti13::jose::SigningKey;
use lti13::services::TokenError;
use lti13::services::deep_linking::{
    Acceptance, DeepLinkingResponse, Messages, ResponsePolicy, Selection, UnverifiedResponse, VerifiedResponse, settings_for_tool,
};
use lti13::services::target::{Schemes, TargetError};
use lti13::test_support::new_signing_key;
use serde_json::{Value, json};

use crate::support::*;

const GATEWAY: &str = "https://gateway.example";
const DL: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/";

/// The app's key, and its keyset.
fn app() -> &'static (SigningKey, KeySet) {
    static APP: OnceLock<(SigningKey, KeySet)> = OnceLock::new();
    APP.get_or_init(|| {
        let (pkcs8, jwks) = new_signing_key("app-key");
        let key = SigningKey::from_pkcs8("app-key", &pkcs8).unwrap();
        (key, KeySet::parse(jwks.as_bytes()).unwrap())
    })
}

fn policy() -> ResponsePolicy<'static> {
    ResponsePolicy {
        client_id: CLIENT_ID,
        audiences: &[GATEWAY],
        deployment_id: "d1",
        data: Some("request-1"),
        now: NOW,
    }
}

/// The claims of a good answer.
fn good() -> Value {
    json!({
        "iss": CLIENT_ID, "aud": GATEWAY, "iat": NOW, "exp": NOW + 600, "nonce": "n1",
        format!("{LTI}message_type"): "LtiDeepLinkingResponse",
        format!("{LTI}version"): "1.3.0",
        format!("{LTI}deployment_id"): "d1",
        format!("{DL}data"): "request-1",
        format!("{DL}content_items"): [{ "type": "ltiResourceLink" }],
    })
}

fn verify(claims: &Value) -> Result<VerifiedResponse, TokenError> {
    let token = app().0.sign(claims.as_object().unwrap()).unwrap();
    let response = UnverifiedResponse::parse(&token)?;
    assert_eq!(response.algorithm().as_str(), "RS256");
    response.verify(&app().1, &policy())
}

/// The outcome with one claim set.
fn outcome(name: &str, value: Value) -> &'static str {
    let mut claims = good();
    claims[name] = value;
    verify(&claims).map_or_else(|error| error.code(), |_| "accepted")
}

#[test]
fn a_good_answer_is_verified() {
    let verified = verify(&good()).unwrap();
    assert_eq!(verified.nonce, "n1");
    assert_eq!(verified.expires_at, NOW + 600);
    assert_eq!(verified.items, [json!({ "type": "ltiResourceLink" })]);
    assert_eq!(verified.messages, Messages::default());
}

#[test]
fn every_claim_of_an_answer_is_validated() {
    let (message_type, version) = (format!("{LTI}message_type"), format!("{LTI}version"));
    let (deployment, data, items) = (
        format!("{LTI}deployment_id"),
        format!("{DL}data"),
        format!("{DL}content_items"),
    );
    for (name, value, code) in [
        ("iss", json!("other"), "issuer"),
        ("iss", Value::Null, "claim"),
        ("aud", json!("https://lms.example.edu"), "audience"),
        ("aud", json!([GATEWAY, "https://lms.example.edu"]), "audience"),
        ("aud", json!([GATEWAY]), "accepted"),
        ("exp", json!(NOW + 601), "lifetime"),
        ("iat", json!(NOW - 1000), "lifetime"),
        ("nonce", Value::Null, "claim"),
        ("nonce", json!("n".repeat(1025)), "too_long"),
        (&message_type, json!("LtiResourceLinkRequest"), "message_type"),
        (&message_type, Value::Null, "claim"),
        (&version, json!("1.3"), "version"),
        (&version, Value::Null, "claim"),
        (&deployment, json!("d2"), "deployment"),
        (&deployment, Value::Null, "deployment"),
        (&data, json!("request-2"), "data"),
        (&data, Value::Null, "data"),
        (&data, json!(7), "data"),
        (&items, Value::Null, "accepted"),
        (&items, json!([]), "accepted"),
        (&items, json!({}), "claim"),
        ("unknown", json!(7), "accepted"),
    ] {
        assert_eq!(outcome(name, value.clone()), code, "{name}: {value}");
    }
    let mut old = good();
    (old["iat"], old["exp"]) = (json!(NOW - 500), json!(NOW - 60));
    assert_eq!(verify(&old).unwrap_err().code(), "expired");
    old["exp"] = json!(NOW - 59);
    assert!(verify(&old).is_ok());
    let mut ahead = good();
    (ahead["iat"], ahead["exp"]) = (json!(NOW + 61), json!(NOW + 100));
    assert_eq!(verify(&ahead).unwrap_err().code(), "not_yet_valid");
}

#[test]
fn data_is_absent_where_the_request_had_none() {
    let without_data = ResponsePolicy { data: None, ..policy() };
    let verify = |claims: &Value| {
        let token = app().0.sign(claims.as_object().unwrap()).unwrap();
        UnverifiedResponse::parse(&token)
            .unwrap()
            .verify(&app().1, &without_data)
            .map(|_| ())
    };
    assert_eq!(verify(&good()), Err(TokenError::Data));
    let mut claims = good();
    claims[format!("{DL}data")] = Value::Null;
    assert_eq!(verify(&claims), Ok(()));
}

#[test]
fn an_answer_is_signed_by_the_tool() {
    let token = lms().id_token(&good());
    let response = UnverifiedResponse::parse(&token).unwrap();
    assert_eq!(response.client_id(), CLIENT_ID);
    assert_eq!(response.verify(&app().1, &policy()).unwrap_err().code(), "key_not_found");
    assert_eq!(UnverifiedResponse::parse("a.b.c").unwrap_err().code(), "malformed");
    let long = "a".repeat(1_000_001);
    assert_eq!(UnverifiedResponse::parse(&long).unwrap_err().code(), "too_large");
}

#[test]
fn messages_are_read_also_misspelt() {
    let mut claims = good();
    for (name, value) in [
        ("msg", json!("done")),
        ("log", json!("")),
        ("errormsg ", json!("sorry")),
        ("errorlog", json!(7)),
    ] {
        claims[format!("{DL}{name}")] = value;
    }
    let messages = verify(&claims).unwrap().messages;
    assert_eq!(
        (messages.msg.as_deref(), messages.errormsg.as_deref()),
        (Some("done"), Some("sorry"))
    );
    assert_eq!((messages.log, messages.errorlog), (None, None));
}

#[test]
fn the_tool_gets_the_acceptance_and_another_return_url() {
    let sent = json!({
        "deep_link_return_url": "https://lms.example.edu/return?sesskey=1", "data": "of the LMS",
        "accept_types": ["link"], "accept_presentation_document_targets": ["iframe"], "accept_multiple": false,
        "accept_media_types": null, "accept_lineitem": true, "auto_create": false, "title": "", "text": "A text",
        "vendor": "https://lms.example.edu/secret",
    });
    assert_eq!(
        Value::Object(settings_for_tool(&sent, "https://gateway.example/return/1", "ours")),
        json!({
            "deep_link_return_url": "https://gateway.example/return/1", "data": "ours",
            "accept_types": ["link"], "accept_presentation_document_targets": ["iframe"], "accept_multiple": false,
            "accept_lineitem": true, "auto_create": false, "text": "A text",
        })
    );
    assert_eq!(settings_for_tool(&json!(null), "u", "d").len(), 2);
}

/// The selection that a platform with these settings takes of these items.
fn select(settings: &Value, items: Value) -> Selection {
    let wrap = |url: &str| match url.starts_with("https://tool.example/") {
        true => Ok(format!("wrapped {url}")),
        false => Err(TargetError::Host),
    };
    let Value::Array(items) = items else { panic!("a list") };
    Acceptance::from_claim(settings).select(items, Schemes::Https, wrap)
}

fn all() -> Value {
    json!({ "accept_types": ["link", "ltiResourceLink", "file", "html", "image", "vendor"] })
}

/// The codes of the refused items, by their place.
fn refused(settings: &Value, items: Value) -> Vec<(usize, &'static str)> {
    let refused = select(settings, items).refused.into_iter();
    refused.map(|item| (item.index, item.error.code())).collect()
}

#[test]
fn items_of_every_type_are_taken() {
    let items = json!([
        { "type": "link", "url": "https://any.example/", "title": "T", "icon": null, "window": { "width": null } },
        { "type": "ltiResourceLink", "url": "https://tool.example/7", "custom": { "a": "b", "c": null } },
        { "type": "ltiResourceLink", "url": null, "title": null },
        { "type": "file", "url": "https://any.example/x.pdf", "mediaType": "application/pdf" },
        { "type": "html", "html": "<b>x</b>" },
        { "type": "image", "url": "https://any.example/x.png" },
    ]);
    let selection = select(&all(), items);
    assert_eq!(selection.refused, []);
    assert_eq!(
        selection.types().collect::<Vec<_>>(),
        ["link", "ltiResourceLink", "ltiResourceLink", "file", "html", "image"]
    );
    let item = |at: usize| Value::Object(selection.items[at].clone());
    assert_eq!(
        item(0),
        json!({ "type": "link", "url": "https://any.example/", "title": "T", "window": {} })
    );
    assert_eq!(
        item(1),
        json!({ "type": "ltiResourceLink", "url": "wrapped https://tool.example/7", "custom": { "a": "b" } })
    );
    assert_eq!(item(2), json!({ "type": "ltiResourceLink" }));
}

#[test]
fn a_refused_item_does_not_stop_the_others() {
    let items = json!([
        7,
        { "type": "vendor", "url": "https://any.example/" },
        { "url": "https://any.example/" },
        { "type": "ltiResourceLink", "url": "https://other.example/7" },
        { "type": "ltiResourceLink", "url": 7 },
        { "type": "link" },
        { "type": "link", "url": "http://any.example/" },
        { "type": "link", "url": "javascript:alert(1)" },
        { "type": "html" },
        { "type": "file", "url": "" },
        { "type": "image", "url": "https://any.example/" },
    ]);
    assert_eq!(
        refused(&all(), items.clone()),
        [
            (0, "item_type"),
            (1, "item_type"),
            (2, "item_type"),
            (3, "url"),
            (4, "missing"),
            (5, "missing"),
            (6, "url"),
            (7, "url"),
            (8, "missing"),
            (9, "missing"),
        ]
    );
    assert_eq!(select(&all(), items).items.len(), 1);
}

#[test]
fn the_platform_chooses_types_and_number() {
    let link = json!({ "type": "link", "url": "https://any.example/" });
    let html = json!({ "type": "html", "html": "x" });
    assert_eq!(
        refused(&json!({ "accept_types": ["html"] }), json!([link, html])),
        [(0, "not_accepted")]
    );
    assert_eq!(refused(&json!({}), json!([link])), [(0, "not_accepted")]);
    for one in [json!(false), json!("false"), json!("False ")] {
        let settings = json!({ "accept_types": ["html"], "accept_multiple": one });
        let items = json!([link, html, html]);
        assert_eq!(
            refused(&settings, items),
            [(0, "not_accepted"), (2, "only_one")],
            "{settings}"
        );
    }
    for several in [json!(true), json!("true"), json!(null), json!(7), json!("yes")] {
        let settings = json!({ "accept_types": ["html"], "accept_multiple": several });
        assert_eq!(refused(&settings, json!([html, html])), []);
    }
}

#[test]
fn media_types_count_for_files() {
    let file = |media_type: Value| json!([{ "type": "file", "url": "https://any.example/", "mediaType": media_type }]);
    for accepted in [json!("image/*, application/pdf"), json!(["image/*", "application/pdf"])] {
        let mut settings = all();
        settings["accept_media_types"] = accepted;
        for good in [json!("image/png"), json!("Application/PDF; x=y"), json!(null)] {
            assert_eq!(refused(&settings, file(good.clone())), [], "{good}");
        }
        for bad in [
            json!("text/html"),
            json!("images/png"),
            json!("image"),
            json!("application/pdfx"),
        ] {
            assert_eq!(refused(&settings, file(bad.clone())), [(0, "media_type")], "{bad}");
        }
        let link = json!([{ "type": "link", "url": "https://any.example/", "mediaType": "text/html" }]);
        assert_eq!(refused(&settings, link), []);
    }
    for any in [json!("*/*"), json!(""), json!(null)] {
        let mut settings = all();
        settings["accept_media_types"] = any;
        assert_eq!(refused(&settings, file(json!("text/html"))), []);
    }
}

#[test]
fn line_items_go_where_they_are_taken() {
    let items = json!([{ "type": "ltiResourceLink", "lineItem": { "scoreMaximum": 100.0, "label": null } }]);
    let line_item = |flag: Value| {
        let settings = json!({ "accept_types": ["ltiResourceLink"], "accept_lineitem": flag });
        let selection = select(&settings, items.clone());
        selection.items[0].get("lineItem").map(Value::to_string)
    };
    assert_eq!(line_item(json!(false)), None);
    assert_eq!(line_item(json!("false")), None);
    for taken in [json!(true), json!(null)] {
        assert_eq!(line_item(taken).as_deref(), Some(r#"{"scoreMaximum":100}"#));
    }
    let half = json!([{ "type": "ltiResourceLink", "lineItem": { "scoreMaximum": 12.5 } }]);
    assert_eq!(select(&all(), half).items[0]["lineItem"], json!({ "scoreMaximum": 12.5 }));
    let odd = json!([{ "type": "ltiResourceLink", "lineItem": { "scoreMaximum": 1e300 } }, { "type": "ltiResourceLink", "lineItem": 7 }]);
    assert_eq!(select(&all(), odd).refused, []);
}

#[test]
fn the_answer_to_the_platform_says_what_was_selected() {
    let data = json!("of the LMS");
    let messages = Messages {
        msg: Some("done".to_owned()),
        log: None,
        errormsg: Some("sorry".to_owned()),
        errorlog: Some("item 2".to_owned()),
    };
    let items = select(&all(), json!([{ "type": "html", "html": "x" }])).items;
    let response = DeepLinkingResponse {
        client_id: CLIENT_ID,
        audience: ISSUER,
        subject: None,
        deployment_id: "1",
        data: Some(&data),
        nonce: "n2",
        now: NOW,
        items: &items,
        messages: &messages,
    };
    assert_eq!(
        Value::Object(response.claims()),
        json!({
            "iss": CLIENT_ID, "aud": ISSUER, "iat": NOW - 5, "exp": NOW + 300, "nonce": "n2",
            format!("{LTI}message_type"): "LtiDeepLinkingResponse",
            format!("{LTI}version"): "1.3.0",
            format!("{LTI}deployment_id"): "1",
            format!("{DL}content_items"): [{ "type": "html", "html": "x" }],
            format!("{DL}data"): "of the LMS", format!("{DL}msg"): "done", format!("{DL}errormsg"): "sorry",
            format!("{DL}errorlog"): "item 2",
        })
    );
    let blackboard = DeepLinkingResponse {
        audience: "https://blackboard.com",
        subject: Some(CLIENT_ID),
        data: None,
        items: &[],
        messages: &Messages::default(),
        ..response
    };
    let claims = blackboard.claims();
    assert_eq!(
        (&claims["aud"], &claims["sub"]),
        (&json!("https://blackboard.com"), &json!(CLIENT_ID))
    );
    assert_eq!(claims[&format!("{DL}content_items")], json!([]));
    assert!(!claims.contains_key(&format!("{DL}data")) && !claims.contains_key(&format!("{DL}msg")));
}

#[test]
fn the_answer_is_one_that_a_platform_verifies() {
    let response = DeepLinkingResponse {
        client_id: CLIENT_ID,
        audience: GATEWAY,
        subject: None,
        deployment_id: "d1",
        data: Some(&json!("request-1")),
        nonce: "n2",
        now: NOW,
        items: &[],
        messages: &Messages::default(),
    };
    let token = response.sign(&app().0).unwrap();
    let verified = UnverifiedResponse::parse(&token)
        .unwrap()
        .verify(&app().1, &policy())
        .unwrap();
    assert_eq!((verified.nonce.as_str(), verified.items.len()), ("n2", 0));
}
