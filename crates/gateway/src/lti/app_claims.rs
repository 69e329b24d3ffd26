//! The claims of a launch, as far as an app can receive them.

use std::borrow::Cow;

use lti13::claims::names::{
    CONTEXT, DEEP_LINKING_SETTINGS, DEPLOYMENT_ID, MESSAGE_TYPE, RESOURCE_LINK, ROLES, TARGET_LINK_URI, VERSION,
};
use serde_json::{Map, Value as Json};

/// The greatest length of the claims, as JSON. As a token they are a third longer; Express, for one, takes forms of 100 kB.
const MAX_LENGTH: usize = 64 * 1024;
/// The length of a text after it is cut, in characters.
const CUT: usize = 1000;
/// Texts that are shown and nothing else.
const TEXTS: [(&str, &[&str]); 3] = [
    (RESOURCE_LINK, &["title", "description"]),
    (CONTEXT, &["title", "label"]),
    (DEEP_LINKING_SETTINGS, &["title", "text"]),
];
/// Claims without which a launch has no meaning. The `data` of deep linking goes back to the LMS unaltered.
const NEEDED: [&str; 8] = [
    MESSAGE_TYPE,
    VERSION,
    DEPLOYMENT_ID,
    TARGET_LINK_URI,
    RESOURCE_LINK,
    CONTEXT,
    DEEP_LINKING_SETTINGS,
    ROLES,
];
/// Names the claims that were cut or left out.
const SHORTENED: &str = "shortened_claims";

/// The claims as the LMS sent them. Where they are too long for an app, long texts are cut, and then the longest claims are left out.
pub(super) fn for_app(claims: &Map<String, Json>) -> Cow<'_, Map<String, Json>> {
    if length(claims) <= MAX_LENGTH {
        return Cow::Borrowed(claims);
    }
    let mut claims = claims.clone();
    let mut shortened = cut_texts(&mut claims);
    while length(&claims) > MAX_LENGTH
        && let Some(longest) = longest(&claims)
    {
        claims.remove(&longest);
        shortened.push(longest);
    }
    if !shortened.is_empty() {
        claims.insert(SHORTENED.to_owned(), shortened.into());
    }
    Cow::Owned(claims)
}

/// Cuts long texts, and names the claims that had them.
fn cut_texts(claims: &mut Map<String, Json>) -> Vec<String> {
    let mut cut = Vec::new();
    for (name, members) in TEXTS {
        let Some(claim) = claims.get_mut(name).and_then(Json::as_object_mut) else {
            continue;
        };
        for member in members {
            if let Some(Json::String(text)) = claim.get_mut(*member)
                && let Some((end, _)) = text.char_indices().nth(CUT)
            {
                text.truncate(end);
                text.push('…');
                if cut.last().is_none_or(|last| last != name) {
                    cut.push(name.to_owned());
                }
            }
        }
    }
    cut
}

/// The longest claim that can be left out.
fn longest(claims: &Map<String, Json>) -> Option<String> {
    let dispensable = claims.iter().filter(|(name, _)| !NEEDED.contains(&name.as_str()));
    let longest = dispensable.max_by_key(|(name, value)| name.len() + value.to_string().len())?;
    Some(longest.0.clone())
}

fn length(claims: &Map<String, Json>) -> usize {
    serde_json::to_vec(claims).map_or(usize::MAX, |json| json.len())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shortened(claims: &Json) -> Json {
        let claims = claims.as_object().unwrap();
        let for_app = for_app(claims);
        assert!(length(&for_app) <= MAX_LENGTH + 1024, "{}", length(&for_app));
        json!(for_app)
    }

    #[test]
    fn claims_that_an_app_can_receive_are_as_the_lms_sent_them() {
        let claims = json!({ RESOURCE_LINK: { "id": "1", "description": "x".repeat(60_000) }, "name": "é".repeat(300) });
        assert_eq!(shortened(&claims), claims);
    }

    #[test]
    fn long_texts_are_cut_at_a_character() {
        for (claim, members) in TEXTS {
            for member in members {
                let mut claims = json!({ claim: { "id": "1", "title": "A title" }, "email": "a@b.example" });
                claims[claim][member] = json!("ü".repeat(250_000));
                let cut = shortened(&claims);
                claims[claim][member] = json!(format!("{}…", "ü".repeat(CUT)));
                claims[SHORTENED] = json!([claim]);
                assert_eq!(cut, claims);
            }
        }
    }

    #[test]
    fn then_the_longest_claims_are_left_out_and_named() {
        let data = "d".repeat(50_000);
        let claims = json!({
            MESSAGE_TYPE: "LtiDeepLinkingRequest",
            DEEP_LINKING_SETTINGS: { "data": data, "title": "t".repeat(2000), "text": "x".repeat(2000) },
            "https://vendor.example/a": "a".repeat(100_000),
            "https://vendor.example/b": { "b": "b".repeat(20_000) },
            "https://vendor.example/c": "c",
        });
        let left = shortened(&claims);
        assert_eq!(left[DEEP_LINKING_SETTINGS]["data"], json!(data));
        assert_eq!(left["https://vendor.example/c"], "c");
        assert_eq!(
            left[SHORTENED],
            json!([DEEP_LINKING_SETTINGS, "https://vendor.example/a", "https://vendor.example/b"])
        );
        assert_eq!(left.as_object().unwrap().len(), 4);
    }

    #[test]
    fn what_must_go_back_unaltered_is_never_cut() {
        let claims = json!({ DEEP_LINKING_SETTINGS: { "data": "d".repeat(200_000) } });
        assert_eq!(json!(*for_app(claims.as_object().unwrap())), claims);
    }
}
