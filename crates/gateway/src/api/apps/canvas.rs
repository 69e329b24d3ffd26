//! The JSON that Canvas accepts as a developer key (Canvas documentation, "Configuring LTI Advantage Tools").

use domain::{
    App, LmsProduct,
    apps::{CANVAS_PLACEMENTS, COURSE_NAVIGATION},
};
use serde_json::{Value, json};

use crate::{config::Config, services::apps::icon_url};

/// The app's placements, each with whether it begins with a deep linking request.
fn placements(app: &App) -> Vec<(&str, bool)> {
    if app.placements.is_empty() {
        let links = app.deep_linking.then_some(("link_selection", true));
        return [(COURSE_NAVIGATION, false)].into_iter().chain(links).collect();
    }
    let is_requested = |name: &str| {
        CANVAS_PLACEMENTS
            .iter()
            .any(|(known, requested)| *known == name && *requested)
    };
    app.placements
        .iter()
        .map(|name| (name.as_str(), app.deep_linking && is_requested(name)))
        .collect()
}

/// The developer key of an app, for the products that are Canvas.
pub(super) fn developer_key(config: &Config, app: &App, product: LmsProduct, keyset_url: &str) -> Option<Value> {
    use LmsProduct::{Canvas, CanvasBeta, CanvasSelfHosted, CanvasTest};
    if !matches!(product, Canvas | CanvasBeta | CanvasTest | CanvasSelfHosted) {
        return None;
    }
    let launch = config.public_url("/lti/launch");
    let icon = icon_url(&config.server.public_url, app);
    let placements: Vec<_> = placements(app)
        .into_iter()
        .map(|(name, deep_linking)| {
            let message_type = if deep_linking {
                "LtiDeepLinkingRequest"
            } else {
                "LtiResourceLinkRequest"
            };
            let mut placement = json!({
                "placement": name, "message_type": message_type, "target_link_uri": launch, "text": app.name, "icon_url": icon,
            });
            if name == COURSE_NAVIGATION {
                placement["default"] = json!("enabled");
            }
            placement
        })
        .collect();
    Some(json!({
        "title": app.name,
        "description": app.description,
        "oidc_initiation_url": config.public_url("/lti/login"),
        "target_link_uri": launch,
        "redirect_uris": [launch],
        "public_jwk_url": keyset_url,
        "scopes": app.scopes().collect::<Vec<_>>(),
        "custom_fields": app.custom_parameters,
        "extensions": [{
            "platform": "canvas.instructure.com",
            "privacy_level": "public",
            "settings": { "text": app.name, "icon_url": icon, "placements": placements },
        }],
    }))
}
