#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::HashSet;

use serde_json::Value;

fn document() -> Value {
    serde_json::to_value(crate::app::document()).unwrap()
}

/// Path, method and what the document says of it.
fn operations(document: &Value) -> Vec<(String, Value)> {
    let items = document["paths"].as_object().unwrap().iter();
    items
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().iter();
            methods.map(move |(method, operation)| (format!("{method} {path}"), operation.clone()))
        })
        .collect()
}

#[test]
fn every_operation_has_a_name_of_its_own_and_says_what_it_does() {
    let document = document();
    let mut names = HashSet::new();
    for (place, operation) in operations(&document) {
        let name = operation["operationId"].as_str().unwrap().to_owned();
        let (verb, noun) = name.split_once('_').unwrap_or_else(|| panic!("{place}: {name}"));
        assert!(!verb.is_empty() && !noun.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
        assert!(names.insert(name.clone()), "{place}: {name} is taken");
        for text in ["summary", "description"] {
            assert!(!operation[text].as_str().unwrap_or_default().is_empty(), "{place}: {text}");
        }
        assert!(!operation["tags"].as_array().unwrap().is_empty(), "{place}");
    }
}

#[test]
fn every_request_and_every_refusal_has_an_example() {
    let document = document();
    for (place, operation) in operations(&document) {
        if let Some(body) = operation.get("requestBody") {
            let content = &body["content"]["application/json"];
            assert!(
                content.get("example").is_some() || content.get("examples").is_some(),
                "{place}: request"
            );
        }
        for (status, response) in operation["responses"].as_object().unwrap() {
            assert_ne!(status, "default", "{place}: every answer is named");
            if status.starts_with('2') {
                continue;
            }
            let examples = response["content"]["application/problem+json"]["examples"].as_object();
            let examples = examples.unwrap_or_else(|| panic!("{place}: {status}"));
            assert!(!examples.is_empty(), "{place}: {status}");
            for (code, example) in examples {
                assert_eq!(example["value"]["status"].to_string(), *status, "{place}: {example}");
                assert_eq!(example["value"]["code"], *code, "{place}: {example}");
            }
        }
        for status in ["401", "403", "500", "503"] {
            assert!(operation["responses"].get(status).is_some(), "{place}: {status}");
        }
    }
}

#[test]
fn every_code_of_a_refusal_has_an_example() {
    const TOKEN: [&str; 2] = ["client.not_allowed", "scope.missing"];
    let document = document();
    let operations = operations(&document);
    let codes = |name: &str, status: &str| -> Vec<String> {
        let operation = operations.iter().find(|(_, operation)| operation["operationId"] == name);
        let (_, operation) = operation.unwrap_or_else(|| panic!("{name}"));
        let examples = &operation["responses"][status]["content"]["application/problem+json"]["examples"];
        let examples = examples.as_object().unwrap_or_else(|| panic!("{name}: {status}"));
        examples.keys().cloned().collect()
    };
    for (name, status, expected) in [
        (
            "create_registration",
            "409",
            &[
                "registration.duplicate",
                "registration.platform_differs",
                "registration.replaces_not_found",
                "registration.taken",
                "registration.too_many",
                "registration.too_many_unconfirmed",
            ][..],
        ),
        (
            "accept_deployment",
            "409",
            &["deployment.too_many", "registration.duplicate", "registration.taken"],
        ),
        (
            "create_problem_report",
            "409",
            &["idempotency_key.reused", "report.reference_used"],
        ),
        ("set_report_state", "409", &["report.full"]),
        ("get_tool_configuration", "404", &["app.not_found", "platform.not_found"]),
        ("remove_deployment", "404", &["registration.not_found"]),
        ("import_registrations", "400", &["request.malformed", "request.query"]),
        ("list_launches", "400", &["request.query"]),
        ("check_draft", "415", &["request.content_encoding", "request.content_type"]),
        ("get_launch", "401", &["token.invalid", "token.missing"]),
        ("get_account", "403", &TOKEN),
        ("get_tenant", "403", &["client.not_allowed", "role.missing", "scope.missing"]),
        (
            "register_tenant",
            "403",
            &[
                "client.not_allowed",
                "role.missing",
                "scope.missing",
                "tenant.government_cloud",
                "tenant.not_listed",
            ],
        ),
        (
            "delete_tenant",
            "403",
            &["client.not_allowed", "role.missing", "scope.missing", "tenant.pending"],
        ),
        (
            "list_registrations",
            "403",
            &[
                "client.not_allowed",
                "role.missing",
                "scope.missing",
                "tenant.government_cloud",
                "tenant.not_registered",
                "tenant.pending",
            ],
        ),
        (
            "list_apps",
            "503",
            &[
                "identity.busy",
                "identity.unavailable",
                "internal.busy",
                "internal.unavailable",
            ],
        ),
    ] {
        assert_eq!(codes(name, status), expected, "{name}: {status}");
    }
}

#[test]
fn every_parameter_and_field_is_described() {
    let document = document();
    for (place, operation) in operations(&document) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].is_string(), "{place}: {parameter}");
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        assert!(schema["description"].is_string(), "{name}");
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            // Where the field may be absent, the description stands with what it is otherwise.
            let described = property["description"].is_string() || property["oneOf"][0]["description"].is_string();
            assert!(described, "{name}.{field}: {property}");
        }
    }
}
