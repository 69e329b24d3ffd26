//! The launch inspector as a picker: sample content for a deep linking request. Each choice is an answer that is signed already, as an app
//! signs it, for the gateway's return URL.

use domain::apps::INSPECTOR_ID;
use lti13::claims::names::{DEEP_LINKING_SETTINGS, DEPLOYMENT_ID, MESSAGE_TYPE, VERSION};
use messages::{Text, inspector::picker};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::token::LaunchToken;
use crate::{http::language::Language, state::AppState};

const CONTENT_ITEMS: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items";
const DATA: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/data";
/// How long an answer counts, in seconds: as long as the gateway takes one.
const LIFETIME: i64 = 600;

/// The choices of a teacher.
pub(super) struct Picker {
    /// Where a choice is posted.
    pub(super) return_url: String,
    pub(super) choices: Vec<Choice>,
}

/// A button, and the answer that it sends.
pub(super) struct Choice {
    pub(super) label: String,
    pub(super) answer: String,
}

/// The picker for a launch that asks for content; `None` for any other.
///
/// # Errors
///
/// Where nothing can be signed.
pub(super) async fn picker(app: &AppState, token: &LaunchToken, language: Language) -> anyhow::Result<Option<Picker>> {
    let Some(settings) = token.claims.get(DEEP_LINKING_SETTINGS) else {
        return Ok(None);
    };
    let Some(return_url) = settings.get("deep_link_return_url").and_then(Json::as_str) else {
        return Ok(None);
    };
    let accepted = settings.get("accept_types").and_then(Json::as_array);
    let accepts = |kind: &str| accepted.is_some_and(|types| types.iter().any(|one| one == kind));
    let link =
        || json!({ "type": "link", "title": picker::LINK_TITLE.of(language), "url": "https://www.1edtech.org/standards/lti" });
    let resource_link = || {
        json!({
            "type": "ltiResourceLink",
            "title": picker::QUIZ_TITLE.of(language),
            "url": app.public_url(&format!("/apps/{INSPECTOR_ID}/launch?content=quiz")),
            "custom": { "content": "quiz" },
            "lineItem": { "label": picker::QUIZ_TITLE.of(language), "scoreMaximum": 100, "resourceId": "quiz" },
        })
    };
    let mut offers: Vec<(Text, Vec<Json>)> = Vec::new();
    if accepts("ltiResourceLink") {
        offers.push((picker::QUIZ, vec![resource_link()]));
    }
    if accepts("link") {
        offers.push((picker::LINK, vec![link()]));
    }
    offers.push((picker::NOTHING, Vec::new()));
    let mut choices = Vec::new();
    for (label, items) in offers {
        let now = app.clock.unix();
        let claims = json!({
            "iss": INSPECTOR_ID,
            "aud": app.config.server.public_url,
            "iat": now,
            "exp": now + LIFETIME,
            "nonce": Uuid::new_v4(),
            MESSAGE_TYPE: "LtiDeepLinkingResponse",
            VERSION: "1.3.0",
            DEPLOYMENT_ID: token.claims.get(DEPLOYMENT_ID),
            DATA: settings.get("data"),
            CONTENT_ITEMS: items,
        });
        choices.push(Choice {
            label: label.of(language).into_owned(),
            answer: app.signing_keys.sign_launch_token(&claims).await?,
        });
    }
    Ok(Some(Picker {
        return_url: return_url.to_owned(),
        choices,
    }))
}
