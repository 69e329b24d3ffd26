//! The JSON that Canvas takes as a developer key (Canvas documentation, "Configuring LTI Advantage Tools").

use domain::PlatformFamily;
use serde_json::{Value, json};

use crate::{config::App, state::AppState};

/// The developer key of an app, for the families that are Canvas.
pub(super) fn developer_key(state: &AppState, app: &App, family: PlatformFamily) -> Option<Value> {
    use PlatformFamily::{Canvas, CanvasBeta, CanvasSelfHosted, CanvasTest};
    if !matches!(family, Canvas | CanvasBeta | CanvasTest | CanvasSelfHosted) {
        return None;
    }
    let launch = state.public_url("/lti/launch");
    let icon = super::icon_url(state, app);
    let mut placements = vec![json!({
        "placement": "course_navigation", "message_type": "LtiResourceLinkRequest", "target_link_uri": launch,
        "text": app.name, "icon_url": icon, "default": "disabled",
    })];
    if app.deep_linking {
        placements.push(json!({
            "placement": "link_selection", "message_type": "LtiDeepLinkingRequest", "target_link_uri": launch,
            "text": app.name, "icon_url": icon,
        }));
    }
    Some(json!({
        "title": app.name,
        "description": app.description,
        "oidc_initiation_url": state.public_url("/lti/login"),
        "target_link_uri": launch,
        "redirect_uris": [launch],
        "public_jwk_url": state.public_url("/.well-known/jwks.json"),
        "scopes": app.scopes,
        "custom_fields": app.custom_parameters,
        "extensions": [{
            "platform": "canvas.instructure.com",
            "privacy_level": "public",
            "settings": { "text": app.name, "icon_url": icon, "placements": placements },
        }],
    }))
}
