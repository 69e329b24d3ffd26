//! The addresses that a tool may be opened at: every rule broken once and kept once.

use lti13::services::target::{
    HostPattern, MAX_WRAPPED_LENGTH, Schemes, TargetError, TargetWrapper, validate_address, validate_target,
};
use proptest::prelude::*;

fn hosts(patterns: &[&str]) -> Vec<HostPattern> {
    patterns.iter().map(|pattern| pattern.parse().unwrap()).collect()
}

fn outcome(target: &str, patterns: &[&str]) -> &'static str {
    validate_target(target, &hosts(patterns), Schemes::Https).map_or_else(|error| error.code(), |()| "accepted")
}

#[test]
fn a_target_is_on_a_host_of_the_tool() {
    for good in [
        "https://tool.example",
        "https://tool.example/",
        "https://tool.example?x=1",
        "https://tool.example:443/launch?item=7&next=https://other.example/../x",
        "https://TOOL.example/a%20b;c=d/...",
        "HTTPS://tool.example/launch",
    ] {
        assert_eq!(outcome(good, &["other.example", "tool.example"]), "accepted", "{good}");
    }
    for bad in [
        "https://tool.example:8443/",
        "https://tool.example.other.example/",
        "https://other.example/tool.example",
        "https://sub.tool.example/",
        "https://tool.example./",
        "https://xtool.example/",
    ] {
        assert_eq!(outcome(bad, &["tool.example"]), "host", "{bad}");
    }
    assert_eq!(outcome("https://tool.example/", &[]), "host");
}

#[test]
fn a_host_may_have_a_port_and_a_path() {
    assert_eq!(outcome("https://tool.example:8443/", &["tool.example:8443"]), "accepted");
    assert_eq!(outcome("https://tool.example/", &["tool.example:8443"]), "host");
    assert_eq!(outcome("https://tool.example/", &["tool.example:443"]), "accepted");
    assert_eq!(outcome("https://[::1]:8443/a", &["[::1]:8443"]), "accepted");
    assert_eq!(outcome("https://[::1]/a", &["[::1]"]), "accepted");
    let path = ["tool.example/notes/"];
    assert_eq!(outcome("https://tool.example/notes/", &path), "accepted");
    assert_eq!(outcome("https://tool.example/notes/7?x", &path), "accepted");
    for bad in [
        "/notes",
        "/notes2/",
        "/Notes/",
        "/",
        "",
        "//notes/",
        "/n%6ftes/",
        "?x=/notes/",
    ] {
        assert_eq!(outcome(&format!("https://tool.example{bad}"), &path), "host", "{bad}");
    }
}

#[test]
fn http_is_for_development() {
    assert_eq!(outcome("http://tool.example/", &["tool.example"]), "scheme");
    let of_development = |target, patterns: &[&str]| validate_target(target, &hosts(patterns), Schemes::HttpToo);
    assert_eq!(of_development("http://tool.example/", &["tool.example"]), Ok(()));
    assert_eq!(of_development("http://localhost:8080/", &["localhost:8080"]), Ok(()));
    assert_eq!(
        of_development("http://tool.example:443/", &["tool.example"]),
        Err(TargetError::Host)
    );
    assert_eq!(
        of_development("javascript://tool.example/", &["tool.example"]),
        Err(TargetError::Scheme)
    );
    assert_eq!(
        of_development("ftp://tool.example/", &["tool.example"]),
        Err(TargetError::Scheme)
    );
}

#[test]
fn forms_that_parsers_read_differently_are_refused() {
    for (bad, code) in [
        ("", "malformed"),
        ("/launch", "malformed"),
        ("//tool.example/", "malformed"),
        ("https:/tool.example/", "malformed"),
        ("https:tool.example/", "malformed"),
        ("https:///tool.example/", "malformed"),
        ("https:\\\\tool.example/", "malformed"),
        ("https://other.example\\@tool.example/", "malformed"),
        ("https://tool.example\\.other.example/", "malformed"),
        ("https://tool.example/a b", "malformed"),
        (" https://tool.example/", "malformed"),
        ("https://tool.example/\n", "malformed"),
        ("https://tool.example/\t", "malformed"),
        ("https://tool.example/\"", "malformed"),
        ("https://tool.example/'", "malformed"),
        ("https://tool.example/\u{fc}", "malformed"),
        ("https://tool.example/\u{7f}", "malformed"),
        ("https://tool%2eexample/", "malformed"),
        ("https://tool.example:/", "malformed"),
        ("https://tool.example:0443/", "malformed"),
        ("https://tool.example:99999/", "malformed"),
        ("https://user@tool.example/", "user_info"),
        ("https://user:password@tool.example/", "user_info"),
        ("https://@tool.example/", "user_info"),
        ("https://tool.example@other.example/", "user_info"),
        ("https://tool.example/#", "fragment"),
        ("https://tool.example/?a#b", "fragment"),
        ("https://tool.example#b", "fragment"),
    ] {
        assert_eq!(outcome(bad, &["tool.example", "other.example"]), code, "{bad}");
    }
    assert_eq!(outcome("https://0x7f.1/", &["127.0.0.1"]), "malformed");
    assert_eq!(outcome("https://127.0.0.1/", &["127.0.0.1"]), "accepted");
}

#[test]
fn dot_segments_are_refused() {
    for bad in [
        "/notes/../admin",
        "/notes/./x",
        "/notes/..",
        "/notes/%2e%2e/admin",
        "/notes/%2E./admin",
        "/notes/..%2fadmin",
        "/notes/..%5cadmin",
        "/notes/%252e%252e/admin",
        "/notes/..;a=b/admin",
        "/notes/%2e%2e;/admin",
        "/notes/%25252525252e",
        "/.",
    ] {
        let target = format!("https://tool.example{bad}");
        assert_eq!(outcome(&target, &["tool.example"]), "dot_segment", "{bad}");
    }
    for good in ["/a..b/", "/.well-known/x", "/..a", "/a%2fb", "/a%25b", "/x?a=../.."] {
        assert_eq!(
            outcome(&format!("https://tool.example{good}"), &["tool.example"]),
            "accepted",
            "{good}"
        );
    }
}

#[test]
fn a_pattern_is_host_port_and_path() {
    for bad in [
        "",
        "https://tool.example",
        "tool.example/notes",
        "tool.example:port",
        "tool.example:",
        "tool.example:99999",
        "user@tool.example",
        "tool.example/?a/",
        "tool.example/#/",
        "tool.example/../",
        "tool.example/a b/",
        "a b",
        "/notes/",
        "*.tool.example/x",
        "tool%2eexample",
        ":443",
        "[::1",
        "tool.example/a\\/",
    ] {
        assert!(bad.parse::<HostPattern>().is_err(), "{bad}");
    }
    assert_eq!(outcome("https://tool.example/", &["Tool.Example"]), "accepted");
}

#[test]
fn any_host_will_do_for_an_address() {
    assert_eq!(validate_address("https://any.example/x?y", Schemes::Https), Ok(()));
    assert_eq!(
        validate_address("http://any.example/", Schemes::Https),
        Err(TargetError::Scheme)
    );
    assert_eq!(
        validate_address("https://any.example/#x", Schemes::Https),
        Err(TargetError::Fragment)
    );
}

fn wrapper() -> TargetWrapper {
    TargetWrapper::new("https://gateway.example/base/open/").unwrap()
}

#[test]
fn a_wrapped_target_comes_back_byte_for_byte() {
    let target = "https://tool.example/launch?a=%7e+b&c=d%26e";
    let wrapped = wrapper().wrap("notes", target).unwrap();
    assert_eq!(
        wrapped,
        "https://gateway.example/base/open/notes?url=https%3A%2F%2Ftool.example%2Flaunch%3Fa%3D%257e%2Bb%26c%3Dd%2526e"
    );
    let read = wrapper().unwrap(&wrapped).unwrap();
    assert_eq!((read.id.as_str(), read.target.as_deref()), ("notes", Some(target)));
    // Encoded anew by a platform, with a parameter of its own and one that is repeated.
    let anew = "https://GATEWAY.example:443/base/open/notes/?course=2&url=https://tool.example/launch?a%3D%257e%2Bb%26c=d%2526e";
    assert_eq!(wrapper().unwrap(anew).unwrap(), read);
    let repeated = format!("{wrapped}&{}", wrapped.split_once('?').unwrap().1);
    assert_eq!(wrapper().unwrap(&repeated).unwrap(), read);
}

#[test]
fn a_wrapped_target_is_not_too_long() {
    let room = MAX_WRAPPED_LENGTH - wrapper().wrap("notes", "").unwrap().len();
    assert_eq!(wrapper().wrap("notes", &"x".repeat(room)).unwrap().len(), MAX_WRAPPED_LENGTH);
    assert_eq!(wrapper().wrap("notes", &"x".repeat(room + 1)), Err(TargetError::TooLong));
    for id in ["", "a/b", "a?b", "..", "a b"] {
        assert_eq!(wrapper().wrap(id, "x"), Err(TargetError::Malformed), "{id}");
    }
}

#[test]
fn other_addresses_are_not_unwrapped() {
    for other in [
        "https://gateway.example/base/open/",
        "https://gateway.example/base/open",
        "https://gateway.example/base/open/notes/more?url=x",
        "https://gateway.example/lti/launch",
        "https://gateway.example:8443/base/open/notes?url=x",
        "http://gateway.example/base/open/notes?url=x",
        "https://user@gateway.example/base/open/notes?url=x",
        "https://other.example/base/open/notes?url=x",
        "open/notes",
    ] {
        assert_eq!(wrapper().unwrap(other), None, "{other}");
    }
    for without in ["notes", "notes?url=", "notes?other=x", "notes?url=a&url=b"] {
        let read = wrapper()
            .unwrap(&format!("https://gateway.example/base/open/{without}"))
            .unwrap();
        assert_eq!((read.id.as_str(), read.target), ("notes", None), "{without}");
    }
    for base in [
        "",
        "/open/",
        "https://gateway.example/open",
        "https://gateway.example/?x/",
        "https://gateway.example/#/",
    ] {
        assert_eq!(TargetWrapper::new(base), None, "{base}");
    }
}

proptest! {
    /// Whatever is accepted is read by the URL parser as the same host, without anything that it would alter before the path.
    #[test]
    fn what_is_accepted_is_on_the_host(text in "https://(tool\\.example|[a-z@:.%\\\\/#?]{0,6})[!-~]{0,20}") {
        if outcome(&text, &["tool.example/notes/"]) == "accepted" {
            let url = url::Url::parse(&text).unwrap();
            prop_assert_eq!(url.host_str(), Some("tool.example"));
            prop_assert!(url.path().starts_with("/notes/"));
            prop_assert!(url.username().is_empty() && url.fragment().is_none());
        }
    }

    /// Every target comes back.
    #[test]
    fn every_target_comes_back(path in "[!-~]{0,100}") {
        let target = format!("https://tool.example/{path}");
        let wrapped = wrapper().wrap("notes", &target).unwrap();
        prop_assert_eq!(wrapper().unwrap(&wrapped).unwrap().target, Some(target));
    }
}
