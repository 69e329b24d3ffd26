#![allow(clippy::unwrap_used, clippy::panic)]

use contract::NewRegistration;

use super::*;

const MANY: usize = 1_000_000;

fn faults(json: &str) -> Vec<ProblemFault> {
    let shaped = Object::parse(json.as_bytes(), MANY)
        .unwrap()
        .shape::<NewRegistration>(Language::English);
    shaped.judge(Ok).err().unwrap_or_default()
}

fn pointers(json: &str) -> Vec<String> {
    faults(json).into_iter().map(|fault| fault.pointer).collect()
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
    let found = faults(r#"{"isuer":1,"a/b~c":2,"name":"a","name":"b","name":"c"}"#);
    let mut pointers: Vec<_> = found.iter().map(|fault| fault.pointer.as_str()).collect();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/a~1b~0c", "/isuer", "/name"]);
    assert!(found.iter().any(|fault| fault.detail.contains("isuer")), "{found:?}");
    assert!(found.iter().any(|fault| fault.detail.contains("more than once")), "{found:?}");
}

#[test]
fn rules_are_judged_beside_the_shape() {
    let object = Object::parse(br#"{"name":1,"deploymentIds":[0,"",0,""],"issuer":"x"}"#, MANY).unwrap();
    let rules = |draft: NewRegistration| -> Result<(), _> {
        assert_eq!(draft.deployment_ids, ["", ""]);
        let broken = |pointer: &str| ProblemFault {
            detail: "broken".to_owned(),
            pointer: pointer.to_owned(),
        };
        // As the rules see them: the elements that couldn't be read aren't there.
        Err(["/name", "/issuer", "/deploymentIds/0", "/deploymentIds/1"]
            .map(broken)
            .to_vec())
    };
    let found = object.shape::<NewRegistration>(Language::English).judge(rules).unwrap_err();
    let pointers: Vec<_> = found.iter().map(|fault| fault.pointer.as_str()).collect();
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
    assert!(faults(r#"{"name":"a","id":"x","createdBy":{"id":"y"},"waitingDeployments":0}"#).is_empty());
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
        Malformed::At { line: 2, column: 9 }
    );
}

#[test]
fn deep_nesting_does_not_exhaust_the_stack() {
    let deep = format!("{{\"id\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(Object::parse(deep.as_bytes(), MANY).is_err());
}

#[test]
fn faults_are_named_up_to_a_number() {
    let fields: Vec<_> = (0..10_000).map(|n| format!("\"unknown{n}\":0")).collect();
    assert_eq!(faults(&format!("{{{}}}", fields.join(","))).len(), MOST_FAULTS);
    let repeated = "\"name\":\"a\",".repeat(10_000);
    assert_eq!(faults(&format!("{{{repeated}\"name\":\"a\"}}")).len(), 1);
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
fn more_values_than_are_wanted_are_not_read() {
    let body = |count: usize| format!("{{\"a\":[{}0]}}", "0,".repeat(count));
    assert!(Object::parse(body(96).as_bytes(), 100).is_ok());
    for count in [97, 98, 100_000] {
        assert_eq!(
            Object::parse(body(count).as_bytes(), 100).err(),
            Some(Malformed::TooMany),
            "{count}"
        );
    }
    assert!(matches!(Object::parse(b"{\"a\":[0,}", 100), Err(Malformed::At { .. })));
}
