//! Assignments and grades: the claim, addresses, and every member of line items, scores and results once broken and once kept.

use lti13::services::access_token::{LINE_ITEM, RESULT_READONLY, SCORE};
use lti13::services::ags::{
    BodyError, Endpoint, GradeResult, LineItem, LineItemQuery, MAX_SCORE_LENGTH, ResultQuery, Score, Timestamp,
    line_item_container, result_container, results_url, scores_url,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use url::Url;

use crate::support::pairs;

const ITEMS: &str = "https://lms.example.edu/items?type_id=1";
const ITEM: &str = "https://lms.example.edu/items/7/lineitem?type_id=1";

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

#[test]
fn the_claim_names_scopes_and_addresses() {
    let claim = json!({ "scope": [SCORE, "https://vendor.example/scope", null], "lineitems": ITEMS, "lineitem": ITEM });
    let endpoint = Endpoint::from_claim(&claim).unwrap();
    assert_eq!(endpoint.scopes, [SCORE]);
    assert_eq!((endpoint.line_items, endpoint.line_item), (Some(url(ITEMS)), Some(url(ITEM))));
    let only_one = Endpoint::from_claim(&json!({ "scope": [SCORE], "lineitems": null, "lineitem": ITEM })).unwrap();
    assert_eq!(only_one.line_items, None);
    for nothing in [
        json!({ "scope": [], "lineitems": ITEMS }),
        json!({ "scope": null, "lineitems": ITEMS }),
        json!({ "scope": ["https://vendor.example/scope"], "lineitems": ITEMS }),
        json!({ "scope": [SCORE] }),
        json!({ "scope": [SCORE], "lineitems": "javascript:x" }),
        json!(null),
    ] {
        assert_eq!(Endpoint::from_claim(&nothing), None, "{nothing}");
    }
    assert_eq!(
        Endpoint::claim(&[SCORE, RESULT_READONLY], Some(ITEMS), None),
        json!({ "scope": [SCORE, RESULT_READONLY], "lineitems": ITEMS })
    );
    assert_eq!(
        Endpoint::claim(&[LINE_ITEM], None, Some(ITEM)),
        json!({ "scope": [LINE_ITEM], "lineitem": ITEM })
    );
}

#[test]
fn scores_and_results_stand_before_the_query() {
    let scores = |item: &str| String::from(scores_url(&url(item)));
    assert_eq!(scores(ITEM), "https://lms.example.edu/items/7/lineitem/scores?type_id=1");
    assert_eq!(
        scores("https://lms.example.edu/items/7"),
        "https://lms.example.edu/items/7/scores"
    );
    assert_eq!(
        scores("https://lms.example.edu/items/7/#x"),
        "https://lms.example.edu/items/7/scores"
    );
    assert_eq!(
        results_url(&url(ITEM)).as_str(),
        "https://lms.example.edu/items/7/lineitem/results?type_id=1"
    );
}

#[test]
fn queries_are_read_and_passed_on() {
    let query = LineItemQuery::parse(pairs(&[
        ("resource_link_id", "a"),
        ("resource_id", "b c"),
        ("tag", "d"),
        ("limit", "3"),
    ]));
    assert_eq!(
        query.unwrap().url(&url(ITEMS)).as_str(),
        "https://lms.example.edu/items?type_id=1&resource_link_id=a&resource_id=b%20c&tag=d&limit=3"
    );
    assert_eq!(LineItemQuery::default().url(&url(ITEMS)), url(ITEMS));
    let query = ResultQuery::parse(pairs(&[("user_id", "3"), ("limit", "3"), ("x", "y")])).unwrap();
    assert_eq!(
        query.url(&url(ITEMS)).as_str(),
        "https://lms.example.edu/items?type_id=1&user_id=3&limit=3"
    );
    assert_eq!(ResultQuery::default().url(&url(ITEMS)), url(ITEMS));
    let name = |pairs_: &[(&str, &str)]| LineItemQuery::parse(pairs(pairs_)).map_err(|error| error.name);
    assert_eq!(name(&[("limit", "0")]), Err("limit"));
    assert_eq!(name(&[("tag", "a\u{0}")]), Err("tag"));
    assert_eq!(name(&[("tag", "a"), ("tag", "b")]), Err("tag"));
    assert_eq!(name(&[("resource_id", &"a".repeat(1025))]), Err("resource_id"));
    assert_eq!(
        ResultQuery::parse(pairs(&[("user_id", "\n")])).map_err(|error| error.name),
        Err("user_id")
    );
}

fn time(text: &str) -> Option<String> {
    Timestamp::parse(text).map(|time| time.to_string())
}

#[test]
fn times_have_a_zone() {
    for (text, utc) in [
        ("2026-11-30T15:17:56.123Z", "2026-11-30T15:17:56.123Z"),
        ("2026-11-30T15:17:56Z", "2026-11-30T15:17:56.000Z"),
        ("2026-11-30T15:17:56+0000", "2026-11-30T15:17:56.000Z"),
        ("2026-11-30T15:17:56+00", "2026-11-30T15:17:56.000Z"),
        ("2026-11-30T15:17:56.123456789+01:30", "2026-11-30T13:47:56.123456Z"),
        ("2026-11-30T15:17:56-0830", "2026-11-30T23:47:56.000Z"),
        (" 2026-11-30T15:17:56Z ", "2026-11-30T15:17:56.000Z"),
        ("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z"),
    ] {
        assert_eq!(time(text).as_deref(), Some(utc), "{text}");
    }
    for text in [
        "",
        "2026-11-30",
        "2026-11-30T15:17:56",
        "2026-11-30T15:17:56.123",
        "2026-11-30T15:17:56+1",
        "2026-11-30T15:17:56+00:0",
        "2026-11-30T15:17:56+ab:cd",
        "2026-13-30T15:17:56Z",
        "2026-02-30T15:17:56Z",
        "1796051876",
        "now",
        "20261130T151756Z",
        "2026-11-30T15:17:56+25:00",
        "-",
        "\u{e4}-\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}-",
    ] {
        assert_eq!(time(text), None, "{text}");
    }
}

#[test]
fn times_are_ordered() {
    let at = |text| Timestamp::parse(text).unwrap();
    assert!(at("2026-11-30T15:17:56.001Z") > at("2026-11-30T15:17:56Z"));
    assert_eq!(at("2026-11-30T15:17:56Z"), at("2026-11-30T16:17:56+0100"));
    let later = Timestamp::from_unix_microseconds(at("2026-11-30T15:17:56Z").unix_microseconds() + 1000).unwrap();
    assert_eq!(later.to_string(), "2026-11-30T15:17:56.001Z");
    assert_eq!(Timestamp::from_unix_microseconds(i64::MAX), None);
    assert_eq!(Timestamp::from_unix_microseconds(i64::MIN), None);
}

/// The outcome of a line item with one member set.
fn line_item(name: &str, value: Value) -> Result<Value, (&'static str, Option<&'static str>)> {
    let mut item = json!({ "label": "Chapter 5", "scoreMaximum": 60.0 });
    item[name] = value;
    let item = LineItem::parse(item.to_string().as_bytes()).map_err(|error| (error.code(), error.name()))?;
    assert_eq!(item.id(), "");
    Ok(Value::Object(item.with_ids(None, None)))
}

#[test]
fn a_line_item_of_a_tool_has_label_and_maximum() {
    assert_eq!(
        line_item("vendor", json!({ "a": null, "b": 1 })),
        Ok(json!({ "label": "Chapter 5", "scoreMaximum": 60, "vendor": { "b": 1 } }))
    );
    assert_eq!(
        line_item("id", json!("https://other.example/")),
        Ok(json!({ "label": "Chapter 5", "scoreMaximum": 60 }))
    );
    assert_eq!(line_item("scoreMaximum", json!(12.5)).unwrap()["scoreMaximum"], json!(12.5));
    assert_eq!(
        line_item("endDateTime", json!("2026-11-30T15:17:56+0100")).unwrap()["endDateTime"],
        "2026-11-30T14:17:56.000Z"
    );
    for (name, value, code) in [
        ("label", Value::Null, "missing"),
        ("label", json!(""), "missing"),
        ("label", json!(7), "wrong"),
        ("scoreMaximum", Value::Null, "missing"),
        ("scoreMaximum", json!("60"), "wrong"),
        ("scoreMaximum", json!(0), "wrong"),
        ("scoreMaximum", json!(-1), "wrong"),
        ("tag", json!(7), "wrong"),
        ("tag", json!("t".repeat(1025)), "wrong"),
        ("resourceId", json!([]), "wrong"),
        ("resourceLinkId", json!({}), "wrong"),
        ("startDateTime", json!("2026-11-30"), "wrong"),
        ("endDateTime", json!("2026-11-30T15:17:56"), "wrong"),
    ] {
        assert_eq!(line_item(name, value.clone()).unwrap_err(), (code, Some(name)), "{value}");
    }
    assert_eq!(LineItem::parse(b"[]"), Err(BodyError::NotAnObject));
    assert_eq!(LineItem::parse(br#"{"label":"a","label":"b"}"#), Err(BodyError::NotAnObject));
    assert_eq!(LineItem::parse(&vec![b' '; 65 * 1024]).unwrap_err().code(), "too_large");
}

#[test]
fn a_line_item_of_a_platform_gets_other_ids() {
    let sent = json!({
        "id": ITEM, "label": "A", "scoreMaximum": 10.0, "resourceLinkId": "5", "tag": null, "startDateTime": "2026-11-30T15:17:56+01:00",
        "endDateTime": "soon",
    });
    let item = LineItem::from_platform(sent.to_string().as_bytes()).unwrap();
    assert_eq!((item.id(), item.resource_link_id()), (ITEM, Some("5")));
    assert_eq!(
        Value::Object(item.clone().with_ids(Some("ours"), Some("link"))),
        json!({ "id": "ours", "label": "A", "scoreMaximum": 10, "resourceLinkId": "link", "startDateTime": "2026-11-30T14:17:56.000Z" })
    );
    assert!(!item.with_ids(Some("ours"), None).contains_key("resourceLinkId"));
    for bad in ["", "[]", "{}", r#"{"id":""}"#, r#"{"id":7}"#, "<html>"] {
        assert_eq!(LineItem::from_platform(bad.as_bytes()), None, "{bad}");
    }
    let mut items = Vec::new();
    let mut container = line_item_container();
    container
        .push(format!("[{sent}]").as_bytes(), |item| items.push(LineItem::new(item)))
        .unwrap();
    assert_eq!(items.len(), 1);
    assert!(container.finish().is_ok());
}

fn good_score() -> Value {
    json!({
        "userId": "person-1", "timestamp": "2026-11-30T15:17:56+0000", "activityProgress": "Completed",
        "gradingProgress": "FullyGraded", "scoreGiven": 83.0, "scoreMaximum": 100, "comment": null,
        "https://canvas.instructure.com/lti/submission": { "new_submission": true },
    })
}

/// The outcome of a score with one member set.
fn score(name: &str, value: Value) -> Result<Score, (&'static str, Option<&'static str>)> {
    let mut score = good_score();
    score[name] = value;
    Score::parse(score.to_string().as_bytes()).map_err(|error| (error.code(), error.name()))
}

#[test]
fn a_score_is_passed_on_with_the_platforms_ids() {
    let score = score("scoringUserId", json!("person-2")).unwrap();
    assert_eq!((score.user_id(), score.scoring_user_id()), ("person-1", Some("person-2")));
    assert_eq!(score.timestamp().to_string(), "2026-11-30T15:17:56.000Z");
    assert_eq!(format!("{score:?}").matches("person").count(), 0);
    let time = score.timestamp();
    assert_eq!(
        Value::Object(score.clone().for_platform("3", Some("4"), time)),
        json!({
            "userId": "3", "scoringUserId": "4", "timestamp": "2026-11-30T15:17:56.000Z", "activityProgress": "Completed",
            "gradingProgress": "FullyGraded", "scoreGiven": 83, "scoreMaximum": 100,
            "https://canvas.instructure.com/lti/submission": { "new_submission": true },
        })
    );
    assert!(!score.for_platform("3", None, time).contains_key("scoringUserId"));
}

#[test]
fn every_member_of_a_score_is_validated() {
    for (name, value) in [
        ("scoreGiven", Value::Null),
        ("scoreGiven", json!(0)),
        ("scoreGiven", json!(120.5)),
        ("activityProgress", json!("Initialized")),
        ("gradingProgress", json!("PendingManual")),
        ("comment", json!("Well done")),
        ("comment", json!("")),
    ] {
        assert!(score(name, value.clone()).is_ok(), "{name}: {value}");
    }
    for (name, value, code) in [
        ("userId", Value::Null, "missing"),
        ("userId", json!(""), "missing"),
        ("userId", json!(3), "wrong"),
        ("userId", json!("u".repeat(1025)), "wrong"),
        ("scoringUserId", json!(3), "wrong"),
        ("comment", json!(7), "wrong"),
        ("timestamp", Value::Null, "missing"),
        ("timestamp", json!(1_795_416_800), "wrong"),
        ("timestamp", json!("2026-11-30T15:17:56"), "wrong"),
        ("activityProgress", Value::Null, "missing"),
        ("activityProgress", json!("completed"), "wrong"),
        ("gradingProgress", Value::Null, "missing"),
        ("gradingProgress", json!("Done"), "wrong"),
        ("scoreGiven", json!(-1), "wrong"),
        ("scoreGiven", json!("83"), "wrong"),
        ("scoreMaximum", Value::Null, "missing"),
        ("scoreMaximum", json!(0), "wrong"),
        ("scoreMaximum", json!("100"), "wrong"),
    ] {
        assert_eq!(score(name, value.clone()).unwrap_err(), (code, Some(name)), "{value}");
    }
    let without = json!({ "scoreGiven": null, "scoreMaximum": null });
    let mut ungraded = good_score();
    ungraded.as_object_mut().unwrap().extend(without.as_object().unwrap().clone());
    assert!(Score::parse(ungraded.to_string().as_bytes()).is_ok());
    assert_eq!(
        Score::parse(&vec![b' '; MAX_SCORE_LENGTH + 1]).unwrap_err(),
        BodyError::TooLarge { limit: MAX_SCORE_LENGTH }
    );
    assert_eq!(Score::parse(b"null").unwrap_err().name(), None);
}

fn result(value: &Value) -> Option<GradeResult> {
    let mut results = Vec::new();
    let mut container = result_container();
    container
        .push(json!([value]).to_string().as_bytes(), |result| results.push(result))
        .unwrap();
    GradeResult::new(results.remove(0))
}

#[test]
fn a_result_has_ids_of_the_tools_side() {
    let sent = json!({
        "id": "https://lms.example.edu/items/7/results/3", "scoreOf": ITEM, "userId": 3, "resultScore": 83.5, "resultMaximum": 100,
        "comment": null, "scoringUserId": "4",
    });
    let result = result(&sent).unwrap();
    assert_eq!((result.user_id(), result.scoring_user_id()), ("3", Some("4")));
    assert_eq!(format!("{result:?}"), "GradeResult { .. }");
    assert_eq!(
        Value::Object(result.clone().for_tool("https://gateway.example/i/1", "person-1", None)),
        json!({
            "id": "https://gateway.example/i/1/results/person-1", "scoreOf": "https://gateway.example/i/1", "userId": "person-1",
            "resultScore": 83.5, "resultMaximum": 100,
        })
    );
    assert_eq!(
        result.for_tool("x", "person-1", Some("person-2"))["scoringUserId"],
        "person-2"
    );
    for bad in [
        json!({}),
        json!({ "userId": null }),
        json!({ "userId": "" }),
        json!({ "userId": 1.5 }),
    ] {
        assert!(
            GradeResult::new(bad.as_object().cloned().unwrap_or_else(Map::new)).is_none(),
            "{bad}"
        );
    }
}

proptest! {
    /// A shown time is read as the same moment.
    #[test]
    fn times_come_back(microseconds in -60_000_000_000_000_000_i64..250_000_000_000_000_000) {
        let time = Timestamp::from_unix_microseconds(microseconds).unwrap();
        prop_assert_eq!(Timestamp::parse(&time.to_string()), Some(time));
    }

    /// No body makes it panic.
    #[test]
    fn any_body_is_read_or_refused(body in "[ -~\u{e4}]{0,80}", time in "[0-9T:Z+.\u{e4}-]{0,40}") {
        prop_assert!(Score::parse(body.as_bytes()).is_err());
        let _ = (Timestamp::parse(&time), LineItem::parse(body.as_bytes()));
    }
}
