//! Token requests and answers of token endpoints, those of real LMSs too.

use lti13::services::access_token::{
    AccessToken, AccessTokenError, CONTEXT_MEMBERSHIP_READONLY, LINE_ITEM, LINE_ITEM_READONLY, MAX_ANSWER_LENGTH,
    MAX_TOKEN_LENGTH, SCORE, TokenRequest, TokenRequestError, parse_scopes,
};
use lti13::services::assertion::{ASSERTION_TYPE, MAX_ASSERTION_LENGTH};
use serde_json::{Value, json};

use crate::support::pairs;

fn form(scope: &str) -> Vec<(&'static str, &str)> {
    vec![
        ("grant_type", "client_credentials"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", "a.b.c"),
        ("scope", scope),
    ]
}

/// A good form with one parameter set.
fn parse_with(name: &'static str, value: &str) -> Result<TokenRequest, TokenRequestError> {
    let mut form = form(SCORE);
    form.retain(|(other, _)| *other != name);
    form.push((name, value));
    TokenRequest::parse(pairs(&form))
}

#[test]
fn the_platform_reads_what_the_tool_posts() {
    let request = TokenRequest {
        assertion: "a.b.c".to_owned(),
        scopes: vec![SCORE.to_owned(), LINE_ITEM.to_owned()],
    };
    let parameters = request.parameters();
    let posted: Vec<_> = parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(posted, form(&format!("{SCORE} {LINE_ITEM}")));
    assert_eq!(TokenRequest::parse(pairs(&posted)), Ok(request.clone()));
    assert!(!format!("{request:?}").contains("a.b.c"));
}

#[test]
fn each_parameter_is_needed() {
    let code = |name, value: &str| parse_with(name, value).map_err(|error| error.code());
    assert_eq!(code("grant_type", ""), Err("invalid_request"));
    assert_eq!(code("grant_type", "authorization_code"), Err("unsupported_grant_type"));
    assert_eq!(code("client_assertion_type", ""), Err("invalid_client"));
    assert_eq!(code("client_assertion_type", "jwt"), Err("invalid_client"));
    assert_eq!(code("client_assertion", ""), Err("invalid_request"));
    assert_eq!(
        code("client_assertion", &"a".repeat(MAX_ASSERTION_LENGTH + 1)),
        Err("invalid_request")
    );
    assert_eq!(code("scope", ""), Err("invalid_scope"));
    assert_eq!(code("scope", "  "), Err("invalid_scope"));
    assert_eq!(code("scope", "a\u{0}"), Err("invalid_request"));
    assert_eq!(code("unknown", "x").map(|request| request.scopes), Ok(vec![SCORE.to_owned()]));
    let mut twice = form(SCORE);
    twice.push(("scope", LINE_ITEM));
    assert_eq!(
        TokenRequest::parse(pairs(&twice)),
        Err(TokenRequestError::InvalidRequest { name: "scope" })
    );
}

#[test]
fn scopes_are_separated_by_spaces() {
    assert_eq!(parse_scopes(" a  b a "), ["a", "b"]);
    assert_eq!(parse_scopes(""), Vec::<String>::new());
}

fn answer(value: &Value) -> Result<AccessToken, AccessTokenError> {
    AccessToken::parse(value.to_string().as_bytes(), &[SCORE, LINE_ITEM_READONLY])
}

#[test]
fn answers_of_real_lmss_are_read() {
    let full = answer(&json!({ "access_token": "t", "token_type": "Bearer", "expires_in": 3600, "scope": SCORE })).unwrap();
    assert_eq!((full.token.as_str(), full.lifetime_seconds), ("t", 3600));
    assert_eq!(full.scopes, [SCORE]);
    assert!(full.grants(SCORE) && !full.grants(LINE_ITEM_READONLY));
    // Open edX writes the type in small letters; others leave members out, or send null or text.
    let bare = answer(&json!({ "access_token": "t", "token_type": "bearer", "expires_in": null, "scope": null })).unwrap();
    assert_eq!((bare.lifetime_seconds, bare.scopes.len()), (300, 2));
    let text = answer(&json!({ "access_token": "t", "expires_in": "60" })).unwrap();
    assert_eq!(text.lifetime_seconds, 60);
    let past = answer(&json!({ "access_token": "t", "expires_in": -5.5 })).unwrap();
    assert_eq!(past.lifetime_seconds, 0);
    let odd = answer(&json!({ "access_token": "t", "expires_in": [] })).unwrap();
    assert_eq!(odd.lifetime_seconds, 300);
    assert!(!format!("{full:?}").contains("token:"));
}

#[test]
fn who_may_change_line_items_may_read_them() {
    let scope = format!("{LINE_ITEM} {SCORE}");
    let token = answer(&json!({ "access_token": "t", "scope": scope })).unwrap();
    assert!(token.grants(LINE_ITEM_READONLY) && token.grants(LINE_ITEM));
    assert!(!token.grants(CONTEXT_MEMBERSHIP_READONLY));
}

#[test]
fn an_answer_without_a_token_says_why() {
    for (bad, code) in [
        (json!({ "error": "invalid_scope" }), "refused"),
        (json!({ "error": "x", "access_token": "t" }), "refused"),
        (json!({}), "no_token"),
        (json!({ "access_token": "" }), "no_token"),
        (json!({ "access_token": null }), "no_token"),
        (json!({ "access_token": "with space" }), "no_token"),
        (json!({ "access_token": "line\nbreak" }), "no_token"),
        (json!({ "access_token": "t".repeat(MAX_TOKEN_LENGTH + 1) }), "no_token"),
        (json!({ "access_token": "t", "token_type": "mac" }), "token_type"),
        (json!({ "access_token": "t", "scope": "" }), "no_scope"),
        (
            json!({ "access_token": "t", "scope": CONTEXT_MEMBERSHIP_READONLY }),
            "no_scope",
        ),
        (json!([]), "not_json"),
    ] {
        assert_eq!(answer(&bad).unwrap_err().code(), code, "{bad}");
    }
    let long = "x".repeat(1000);
    let AccessTokenError::Refused(shown) = answer(&json!({ "error": format!("a\u{7}{long}") })).unwrap_err() else {
        panic!("another error");
    };
    assert_eq!(shown, format!("a{}", &long[..99]));
    assert_eq!(AccessToken::parse(b"<html>", &[SCORE]), Err(AccessTokenError::NotJson));
    let large = vec![b' '; MAX_ANSWER_LENGTH + 1];
    assert_eq!(AccessToken::parse(&large, &[SCORE]), Err(AccessTokenError::TooLarge));
}
