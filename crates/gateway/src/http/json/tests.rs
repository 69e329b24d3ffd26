#![allow(clippy::unwrap_used, clippy::panic)]

use contract::{NewPortableRegistration, NewProblemReport, NewRegistration, NewReportState, RegistrationImport};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::*;

const MANY: usize = 1_000_000;

fn errors(json: &str) -> Vec<ProblemFault> {
    let shaped = Object::parse(json.as_bytes(), MANY)
        .unwrap()
        .shape::<NewRegistration>(Language::En);
    shaped.validate(Ok).err().unwrap_or_default()
}

fn pointers(json: &str) -> Vec<String> {
    errors(json).into_iter().map(|error| error.pointer).collect()
}

#[test]
fn every_wrong_kind_of_value_is_named_with_its_pointer() {
    assert_eq!(
        pointers(r#"{"name":null,"deploymentIds":[1,"a",{},"b",true],"allowAnonymous":"yes","issuer":7}"#),
        [
            "/allowAnonymous",
            "/deploymentIds/0",
            "/deploymentIds/2",
            "/deploymentIds/4",
            "/issuer",
            "/name"
        ]
    );
    assert_eq!(pointers(r#"{"deploymentIds":"1"}"#), ["/deploymentIds"]);
    assert_eq!(pointers(r#"{"00":1,"+1":1}"#), ["/+1", "/00"]);
}

#[test]
fn unknown_and_repeated_fields_are_named() {
    let found = errors(r#"{"isuer":1,"a/b~c":2,"name":"a","name":"b","name":"c"}"#);
    let mut pointers: Vec<_> = found.iter().map(|error| error.pointer.as_str()).collect();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/a~1b~0c", "/isuer", "/name"]);
    assert!(found.iter().any(|error| error.detail.contains("isuer")), "{found:?}");
    assert!(found.iter().any(|error| error.detail.contains("more than once")), "{found:?}");
}

#[test]
fn rules_are_validated_beside_the_shape() {
    let object = Object::parse(br#"{"name":1,"deploymentIds":[0,"",0,""],"issuer":"x"}"#, MANY).unwrap();
    let rules = |draft: NewRegistration| -> Result<(), _> {
        assert_eq!(draft.deployment_ids, ["", "", "", ""]);
        let broken = |pointer: &str| ProblemFault {
            detail: "broken".to_owned(),
            pointer: pointer.to_owned(),
        };
        let elements = (0..4).map(|index| format!("/deploymentIds/{index}"));
        let pointers = ["/name".to_owned(), "/issuer".to_owned()].into_iter().chain(elements);
        Err(pointers.map(|pointer| broken(&pointer)).collect())
    };
    let found = object.shape::<NewRegistration>(Language::En).validate(rules).unwrap_err();
    let pointers: Vec<_> = found.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(
        pointers,
        [
            "/deploymentIds/0",
            "/deploymentIds/2",
            "/name",
            "/issuer",
            "/deploymentIds/1",
            "/deploymentIds/3"
        ]
    );
}

#[test]
fn read_only_fields_are_ignored() {
    assert!(errors(r#"{"name":"a","id":"x","createdBy":{"id":"y"},"waitingDeployments":0}"#).is_empty());
}

#[test]
fn what_is_no_object_is_malformed() {
    for body in [
        "",
        "{",
        "{}x",
        "\u{0}",
        "[1,2",
        "[\"a\"]",
        "null",
        "{\"name\":\"\u{1}\"}",
        "{\"a\":1e400}",
        r#"{"a":"\ud800"}"#,
    ] {
        assert!(Object::parse(body.as_bytes(), MANY).is_err(), "{body:?}");
    }
    assert!(Object::parse(b"{\"name\":\"\xff\"}", MANY).is_err());
    assert_eq!(
        Object::parse(b"{\n \"name\" 1}", MANY).err().unwrap(),
        JsonError::At { line: 2, column: 9 }
    );
}

#[test]
fn deep_nesting_does_not_exhaust_the_stack() {
    let deep = format!("{{\"id\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(Object::parse(deep.as_bytes(), MANY).is_err());
}

#[test]
fn errors_are_named_up_to_a_number() {
    let fields: Vec<_> = (0..10_000).map(|n| format!("\"unknown{n}\":0")).collect();
    assert_eq!(errors(&format!("{{{}}}", fields.join(","))).len(), MOST_ERRORS);
    let repeated = "\"name\":\"a\",".repeat(10_000);
    assert_eq!(errors(&format!("{{{repeated}\"name\":\"a\"}}")).len(), 1);
}

#[test]
fn a_long_name_costs_nothing_for_each_value_below_it() {
    // Copied for each of them, these would be some hundred gigabytes.
    let long = "x".repeat(1_000_000);
    let body = format!("{{\"{long}\":[{}{{\"a\":0,\"a\":1}}]}}", "0,".repeat(300_000));
    let object = Object::parse(body.as_bytes(), MANY).unwrap();
    assert_eq!(object.repeated, [format!("/{long}/300000/a")]);
}

#[test]
fn repeated_fields_below_a_long_name_are_named_once_and_not_all() {
    // Each pointer has a megabyte: written down at every repetition, these would be hundreds of gigabytes.
    let long = "x".repeat(1_000_000);
    let again = "\"a\":0,".repeat(300_000);
    let body = format!("{{\"{long}\":{{{again}\"b\":0,\"b\":0}}}}");
    let object = Object::parse(body.as_bytes(), MANY).unwrap();
    assert_eq!(object.repeated, [format!("/{long}/a")]);
}

/// How many values there are: each scalar, array and object.
fn count(json: &Value) -> usize {
    match json {
        Value::Array(elements) => 1 + elements.iter().map(count).sum::<usize>(),
        Value::Object(fields) => 1 + fields.values().map(count).sum::<usize>(),
        _ => 1,
    }
}

/// Reads a body as `T`: the pointers of its errors, and how many values were looked at.
fn read<T: DeserializeOwned>(text: &str) -> (Vec<String>, usize) {
    let shaped = Object::parse(text.as_bytes(), 2 * MANY).unwrap().shape::<T>(Language::En);
    let pointers = shaped.errors.into_iter().map(|error| error.pointer).collect();
    (pointers, shaped.visits)
}

/// Asserts that the errors are these, in this order, and that no value was looked at twice.
fn assert_one_pass<T: DeserializeOwned>(text: &str, expected: &[&str]) {
    let (pointers, visits) = read::<T>(text);
    assert_eq!(pointers, expected, "{text}");
    let elements = count(&serde_json::from_str(text).unwrap());
    assert!(visits <= elements, "{visits} visits of {elements} values: {text}");
}

#[test]
fn every_error_comes_out_of_one_pass() {
    assert_one_pass::<NewRegistration>(
        r#"{"name":null,"deploymentIds":[1,"a",{},"b",[2,3]],"allowAnonymous":"yes","replaces":"x","id":[1,{"a":2}],"isuer":{"a":[1]},"zz":0}"#,
        &[
            "/allowAnonymous",
            "/deploymentIds/0",
            "/deploymentIds/2",
            "/deploymentIds/4",
            "/isuer",
            "/name",
            "/replaces",
            "/zz",
        ],
    );
    // At different depths, inside elements, after one another and beside one another.
    assert_one_pass::<NewPortableRegistration>(
        r#"{"deployments":[{"deploymentId":1,"state":"lost","x":{"y":[1]}},7,{"state":"waiting","more":0},["1","accepted"],{"deploymentId":"b"}],"name":[]}"#,
        &[
            "/deployments/0/deploymentId",
            "/deployments/0/state",
            "/deployments/0/x",
            "/deployments/1",
            "/deployments/2/more",
            "/deployments/3",
            "/name",
        ],
    );
    assert_one_pass::<RegistrationImport>(
        r#"{"version":1.5,"registrations":[0,[1],{"a":{}}],"more":[1,2,3]}"#,
        &["/more", "/version"],
    );
    assert_one_pass::<NewProblemReport>(
        r#"{"category":"lunch","summary":1,"attachDiagnostics":0,"comments":{"a":[1]},"unknown":[]}"#,
        &["/attachDiagnostics", "/category", "/summary", "/unknown"],
    );
    assert_one_pass::<NewReportState>(r#"{"state":{"open":1,"b":2}}"#, &["/state"]);
    // Repeated fields come first; the last value counts.
    assert_one_pass::<NewRegistration>(
        r#"{"name":"a","name":2,"unknown":{"a":1,"a":1},"deploymentIds":[1],"name":3}"#,
        &["/name", "/unknown/a", "/deploymentIds/0", "/name", "/unknown"],
    );
}

#[test]
fn a_body_of_errors_is_given_up_at_the_fiftieth() {
    let (zeros, many) = ("0,".repeat(1_900_000), 1_900_001);
    let unknown = |count: usize| (0..count).map(|n| format!("\"unknown{n}\":0,")).collect::<String>();
    // As it was sent: sixty unknown fields beside 1.9 million elements.
    let (pointers, visits) = read::<RegistrationImport>(&format!("{{{}\"registrations\":[{zeros}0]}}", unknown(60)));
    assert_eq!(pointers.len(), MOST_ERRORS);
    assert!(visits <= many + 2, "{visits}");
    // With fewer of them the elements are looked at, once each.
    let (pointers, visits) = read::<RegistrationImport>(&format!("{{{}\"registrations\":[{zeros}0]}}", unknown(40)));
    assert_eq!(pointers.len(), 40);
    assert!((many..=many + 2).contains(&visits), "{visits}");
    // Where the elements are what is wrong, those after the fiftieth aren't.
    let (pointers, visits) = read::<NewRegistration>(&format!("{{\"deploymentIds\":[{zeros}0]}}"));
    assert_eq!(pointers.len(), MOST_ERRORS);
    assert!(visits <= MOST_ERRORS + 2, "{visits}");
}

#[test]
fn rules_name_no_more_errors_than_there_is_room_for() {
    let rules = |_: NewRegistration| -> Result<(), _> {
        let error = |n| ProblemFault {
            detail: String::new(),
            pointer: format!("/rule{n}"),
        };
        Err((0..100_000).map(error).collect())
    };
    let object = Object::parse(br#"{"name":1}"#, MANY).unwrap();
    let errors = object.shape::<NewRegistration>(Language::En).validate(rules).unwrap_err();
    assert_eq!(errors.len(), MOST_ERRORS);
    assert_eq!(errors[0].pointer, "/name");
}

/// The first error in both languages.
fn first_error<T: DeserializeOwned>(json: &Value) -> [String; 2] {
    [Language::En, Language::De].map(|language| {
        let errors = shape::<T>(json.clone(), language).errors;
        errors.into_iter().next().map(|error| error.detail).unwrap_or_default()
    })
}

#[test]
fn a_value_of_the_wrong_kind_is_answered_with_the_expected_kind() {
    let text = ["A text is expected here.", "Hier wird ein Text erwartet."];
    let boolean = [
        "`true` or `false` is expected here.",
        "Hier wird `true` oder `false` erwartet.",
    ];
    let list = ["A list is expected here.", "Hier wird eine Liste erwartet."];
    let form = [
        "The value doesn't have the form that is needed here.",
        "Der Wert hat nicht die Form, die hier gebraucht wird.",
    ];
    for (name, value, expected) in [
        ("name", json!(1), text),
        ("name", json!(null), text),
        ("name", json!(["a"]), text),
        ("name", json!({ "a": 1 }), text),
        ("allowAnonymous", json!("yes, expected a string"), boolean),
        ("deploymentIds", json!("1"), list),
        ("deploymentIds", json!([null]), text),
        ("replaces", json!(1), text),
        ("replaces", json!("1"), form),
    ] {
        assert_eq!(
            first_error::<NewRegistration>(&json!({ name: value })),
            expected,
            "{name}: {value}"
        );
    }
    let number = [
        "A whole number is expected here, not below zero.",
        "Hier wird eine ganze Zahl erwartet, nicht kleiner als null.",
    ];
    for value in [json!("1"), json!(-1), json!(1.5), json!(5_000_000_000_u64), json!(true)] {
        assert_eq!(
            first_error::<RegistrationImport>(&json!({ "version": value })),
            number,
            "{value}"
        );
    }
    for element in [json!(1), json!(["1", "accepted"])] {
        assert_eq!(
            first_error::<NewPortableRegistration>(&json!({ "deployments": [element] })),
            ["An object is expected here.", "Hier wird ein Objekt erwartet."]
        );
    }
}

#[test]
fn what_is_not_known_is_named_beside_what_is() {
    let [english, german] = first_error::<NewRegistration>(&json!({ "isu`, er": 1 }));
    assert!(
        english.starts_with("There is no field `isu`, er` here. Known are `name`, `appId`, "),
        "{english}"
    );
    assert!(
        german.starts_with("Ein Feld `isu`, er` gibt es hier nicht. Bekannt sind `name`, `appId`, "),
        "{german}"
    );
    let long = "x".repeat(400);
    let [english, _] = first_error::<NewRegistration>(&json!({ (format!("\u{7}{long}")): 1 }));
    assert!(
        english.starts_with(&format!("There is no field `{}…` here. Known are", "x".repeat(80))),
        "{english}"
    );
    assert_eq!(
        first_error::<NewReportState>(&json!({ "state": "closed" })),
        [
            "There is no value `closed` here. Known are `open`, `in_progress`, `resolved`.",
            "Den Wert `closed` gibt es hier nicht. Bekannt sind `open`, `in_progress`, `resolved`.",
        ]
    );
}

/// A type with values that have no default.
#[derive(Deserialize)]
struct Ids {
    #[serde(default)]
    ids: Vec<Uuid>,
    #[serde(default)]
    name: String,
}

#[test]
fn what_has_no_default_is_left_out_with_what_it_stands_in() {
    let json = json!({ "ids": ["c0ffee00-0000-4000-8000-000000000001", "x", "y"], "name": "a" });
    let shaped = shape::<Ids>(json, Language::En);
    let pointers: Vec<_> = shaped.errors.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(pointers, ["/ids/1"]);
    let value = shaped.value.unwrap();
    assert_eq!((value.ids.len(), value.name.as_str()), (0, "a"));
}

#[test]
fn more_values_than_are_wanted_are_not_read() {
    let body = |count: usize| format!("{{\"a\":[{}0]}}", "0,".repeat(count));
    assert!(Object::parse(body(96).as_bytes(), 100).is_ok());
    for count in [97, 98, 100_000] {
        assert_eq!(
            Object::parse(body(count).as_bytes(), 100).err(),
            Some(JsonError::TooMany),
            "{count}"
        );
    }
    assert!(matches!(Object::parse(b"{\"a\":[0,}", 100), Err(JsonError::At { .. })));
}
