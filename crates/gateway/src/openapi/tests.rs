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
            let example = &response["content"]["application/problem+json"]["example"];
            assert_eq!(example["status"].to_string(), *status, "{place}: {example}");
        }
        for status in ["401", "403", "500", "503"] {
            assert!(operation["responses"].get(status).is_some(), "{place}: {status}");
        }
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
