//! Deep linking: the app answers the gateway, which answers the LMS.

use lti13::{claims::names::DEEP_LINKING_SETTINGS, services::deep_linking::settings_for_tool, tool::Launch};
use serde_json::{Map, Value as Json};

use super::{context::LaunchContext, resolve::Registered};
use crate::services::deep_linking::DeepLinkingRequest;

/// The settings for the app, with a return URL and data of the gateway; the request is kept for the answer.
pub(super) async fn settings(
    context: &LaunchContext<'_>,
    Registered { registration, app }: &Registered<'_>,
    launch: &Launch,
) -> anyhow::Result<Map<String, Json>> {
    let claim = launch.claims.get(DEEP_LINKING_SETTINGS).unwrap_or(&Json::Null);
    let locale = context
        .presentation
        .as_ref()
        .and_then(|presentation| presentation.locale.as_deref());
    let request = DeepLinkingRequest::new(
        (registration.tenant_id, registration.id),
        (&app.id, registration.app_deployment_id),
        &launch.deployment_id,
        claim.clone(),
        (locale, context.reference.as_str()),
    );
    let id = context.app.deep_linking.open(&request).await?;
    let return_url = context.app.public_url(&format!("/platform/deep-links/{id}"));
    Ok(settings_for_tool(claim, &return_url, &request.data))
}
