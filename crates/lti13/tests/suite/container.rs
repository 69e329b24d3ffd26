//! Containers that arrive in pieces, and the address of the next page.

use lti13::services::container::{Container, ContainerError, MAX_ITEM_LENGTH, MAX_REST_LENGTH};
use lti13::services::paging::{is_of_container, next_page};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use url::Url;

/// The objects and the rest, read in pieces of `size` bytes.
fn read_in(mut container: Container, bytes: &[u8], size: usize) -> Result<(Vec<Value>, Map<String, Value>), ContainerError> {
    let mut items = Vec::new();
    for piece in bytes.chunks(size) {
        container.push(piece, |item| items.push(Value::Object(item)))?;
    }
    container.finish().map(|rest| (items, rest))
}

fn members(text: &str) -> Result<(Vec<Value>, Map<String, Value>), ContainerError> {
    read_in(Container::new("members"), text.as_bytes(), 7)
}

fn code(text: &str) -> &'static str {
    members(text).map_or_else(|error| error.code(), |_| "read")
}

#[test]
fn objects_are_taken_out_wherever_the_list_is() {
    let expected = vec![json!({ "user_id": "1" }), json!({ "a": { "b": ["]", "}", "\"", {}] } })];
    for text in [
        r#"{"id":"x","members":[{"user_id":"1"},{"a":{"b":["]","}","\"",{}]}}]}"#,
        "\u{feff} {\n\"members\" :\t[ {\"user_id\":\"1\",\"n\":null} , {\"a\":{\"b\":[\"]\",\"}\",\"\\\"\",{}]}} ] , \"id\":\"x\" }\n",
        r#"{"context":{"members":[7]},"other":["members"],"text":"members","members":[{"user_id":"1"},{"a":{"b":["]","}","\"",{}]}}],"id":"x"}"#,
    ] {
        let (items, rest) = members(text).unwrap();
        assert_eq!(items, expected, "{text}");
        assert_eq!(rest.get("id"), Some(&json!("x")));
        assert!(!rest.contains_key("members"));
    }
    assert_eq!(members(r#"{"members":[],"id":null}"#), Ok((vec![], Map::new())));
    let list = read_in(Container::list(), br#" [{"id":"1"},{"id":"2"}] "#, 1).unwrap();
    assert_eq!(list, (vec![json!({ "id": "1" }), json!({ "id": "2" })], Map::new()));
    assert_eq!(read_in(Container::list(), b"[]", 1).unwrap().0.len(), 0);
}

#[test]
fn a_container_that_is_cut_off_is_none() {
    let text = r#"{"id":"x","members":[{"user_id":"1"},{"user_id":"2"}],"z":1}"#;
    for end in 0..text.len() {
        assert!(members(&text[..end]).is_err(), "{end}");
    }
    assert!(members(text).is_ok());
}

#[test]
fn what_is_no_container_is_named() {
    for (text, expected) in [
        ("", "not_json"),
        ("OK", "not_json"),
        (" <!DOCTYPE html>", "web_page"),
        (r#"{"errors":{"type":"x"}}"#, "no_list"),
        (r#"{"members":{}}"#, "no_list"),
        (r#"{"members":null}"#, "no_list"),
        (r#"{"x":{"members":[{}]}}"#, "no_list"),
        (r#"[{"user_id":"1"}]"#, "no_list"),
        ("7", "no_list"),
        (r#"{"members":[{}],"members":[{}]}"#, "no_list"),
        (r#"{"members":[7]}"#, "not_objects"),
        (r#"{"members":[null]}"#, "not_objects"),
        (r#"{"members":[{},]}"#, "not_objects"),
        (r#"{"members":[{} {}]}"#, "not_json"),
        (r#"{"members":[{"a":}]}"#, "not_json"),
        (r#"{"members":[{}]]}"#, "not_json"),
        (r#"{"members":[{}]} {"members":[{}]}"#, "no_list"),
        (r#"{"members":[{}]}x"#, "not_json"),
        (r#"{"members" [{}]}"#, "not_json"),
    ] {
        assert_eq!(code(text), expected, "{text}");
    }
    assert_eq!(read_in(Container::list(), br#"{"a":[{}]}"#, 3).unwrap_err().code(), "no_list");
}

#[test]
fn each_part_is_bounded() {
    let member = |length: usize| format!(r#"{{"members":[{{"a":"{}"}}]}}"#, "x".repeat(length));
    let around = r#"{"a":""}"#.len();
    assert_eq!(code(&member(MAX_ITEM_LENGTH - around)), "read");
    assert_eq!(code(&member(MAX_ITEM_LENGTH - around + 1)), "too_large");
    let rest = |length: usize| format!(r#"{{"members":[{{}}],"a":"{}"}}"#, "x".repeat(length));
    let around = r#"{"members":[],"a":""}"#.len();
    assert_eq!(code(&rest(MAX_REST_LENGTH - around)), "read");
    assert_eq!(code(&rest(MAX_REST_LENGTH - around + 1)), "too_large");
}

fn next(header: &str) -> Option<String> {
    let page = "https://lms.example.edu/members?page=1".parse().unwrap();
    next_page(&page, [header]).map(Into::into)
}

#[test]
fn the_next_page_is_found() {
    const NEXT: &str = "https://lms.example.edu/members?page=2&limit=3";
    for header in [
        "<https://lms.example.edu/members?page=2&limit=3>; rel=\"next\"",
        "<https://lms.example.edu/members?page=2&limit=3>;rel=next",
        "<https://lms.example.edu/members?page=2&limit=3>; title=\"a, b\"; REL=\"differences Next\"",
        "<https://lms.example.edu/x,y>; rel=\"differences\", <https://lms.example.edu/members?page=2&limit=3>; rel=\"next\"",
        "</members?page=2&limit=3>; rel=next",
        "<?page=2&limit=3>; rel=next",
        "<https://lms.example.edu/members?page=2&amp;limit=3>; rel=\u{201c}next\u{201d}",
    ] {
        assert_eq!(next(header).as_deref(), Some(NEXT), "{header}");
    }
    for header in [
        "",
        "<https://lms.example.edu/>",
        "<x>; rel=prev",
        "<x; rel=next",
        "<http://[>; rel=next",
        "x; rel=next",
        "<x>; rel=prev; rel=next",
    ] {
        assert_eq!(next(header), None, "{header}");
    }
    let page: Url = "https://lms.example.edu/".parse().unwrap();
    assert!(next_page(&page, ["<a>; rel=first", "<b>; rel=next"]).is_some_and(|url| url.path() == "/b"));
}

#[test]
fn pages_stay_on_the_host_of_their_container() {
    let container: Url = "https://lms.example.edu/members".parse().unwrap();
    let stays = |address: &str| is_of_container(&container, &address.parse().unwrap());
    assert!(stays("https://LMS.example.edu:443/elsewhere?x"));
    for other in [
        "http://lms.example.edu/members",
        "https://lms.example.edu:8443/members",
        "https://other.example/members",
        "https://user@lms.example.edu/members",
        "https://lms.example.edu.other.example/",
        "data:text/plain,x",
    ] {
        assert!(!stays(other), "{other}");
    }
}

proptest! {
    /// In whatever pieces a container arrives, the objects are those that a JSON reader sees.
    #[test]
    fn pieces_make_no_difference(
        values in prop::collection::vec(("[ -~]{0,8}", "[ -~\u{e4}\u{1f600}\\\\\"]{0,12}"), 0..5),
        name in "[ -~\\\\\"]{0,8}",
        size in 1_usize..20,
    ) {
        let objects: Vec<_> = values.iter().map(|(name, value)| json!({ name.as_str(): [value, { "x": value }] })).collect();
        let mut container = json!({ "members": objects });
        if name != "members" {
            container[&name] = json!([{ "members": [1] }, "\"members\":["]);
        }
        let (items, rest) = read_in(Container::new("members"), container.to_string().as_bytes(), size).unwrap();
        prop_assert_eq!(items, objects);
        prop_assert_eq!(rest.len(), usize::from(name != "members"));
    }
}
