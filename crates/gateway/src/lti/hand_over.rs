//! The hand-over: a launch token, posted by the browser to the app's configured launch URL.

use askama::Template;
use domain::{App, presets};
use lti13::{
    claims::names::{DEEP_LINKING_SETTINGS, TARGET_LINK_URI},
    tool::{Message, ToolRegistration},
};
use messages::launch_page;
use serde::Serialize;
use serde_json::{Map, Value};
use url::Url;
use uuid::Uuid;

use super::{app_claims, context::LaunchContext, deep_linking, launch::Admitted, resolve::Registered, target};
use crate::{
    http::{assets, language::Language},
    services::{people::People, subjects::subject},
};

/// How long a launch token counts, in seconds.
const LIFETIME: i64 = 60;

/// The claims of a launch token. The validated LTI claims stand beside them under their full URIs.
#[derive(Serialize)]
struct LaunchToken<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: String,
    iat: i64,
    exp: i64,
    jti: String,
    tenant_id: Uuid,
    registration_id: Uuid,
    app_deployment_id: Uuid,
    platform: Platform<'a>,
    reference: String,
    #[serde(flatten)]
    claims: &'a Map<String, Value>,
}

#[derive(Serialize)]
struct Platform<'a> {
    issuer: &'a str,
    /// True if the issuer's own keys signed the launch.
    issuer_confirmed: bool,
    client_id: &'a str,
    deployment_id: &'a str,
    sub: Option<&'a str>,
    family: &'static str,
}

#[derive(Template)]
#[template(path = "hand_over.html")]
struct Page<'a> {
    app: &'a App,
    url: &'a Url,
    language: Language,
    open: String,
    token: &'a str,
    css: String,
    script: String,
}

/// The page that posts the launch token. Its target is the app's configured URL, never anything of the request.
pub(super) async fn page(
    context: &LaunchContext<'_>,
    registered: &Registered<'_>,
    platform: &ToolRegistration,
    Admitted { launch, target }: &Admitted<'_>,
) -> anyhow::Result<String> {
    let Registered { registration, app } = registered;
    let language = context.language();
    let replaced = context
        .app
        .lms_services
        .replace_claims(app, registration, &launch.claims)
        .await?;
    let mut claims = replaced.unwrap_or_else(|| launch.claims.clone());
    claims.insert(TARGET_LINK_URI.to_owned(), target.as_str().into());
    if let Message::DeepLinking(_) = launch.message {
        let settings = deep_linking::settings(context, registered, launch).await?;
        claims.insert(DEEP_LINKING_SETTINGS.to_owned(), settings.into());
    }
    let subject = subject(registration.tenant_id, &platform.issuer, launch.subject.as_deref());
    if let Some(person) = launch.subject.as_deref().filter(|_| People::concern(app)) {
        let learned = context.app.people.learn(registration.tenant_id, &platform.issuer, [person]);
        learned.await?;
    }
    let token = context
        .app
        .signing_keys
        .sign_launch_token(&LaunchToken {
            iss: &context.app.config.server.public_url,
            aud: &app.id,
            sub: subject,
            iat: context.now(),
            exp: context.now() + LIFETIME,
            jti: Uuid::new_v4().to_string(),
            tenant_id: registration.tenant_id.0,
            registration_id: registration.id.0,
            app_deployment_id: registration.app_deployment_id.0,
            platform: Platform {
                issuer: &platform.issuer,
                issuer_confirmed: presets::signs_for_issuer(platform),
                client_id: &platform.client_id,
                deployment_id: &launch.deployment_id,
                sub: launch.subject.as_deref(),
                family: registration.product.id(),
            },
            reference: context.reference.to_string(),
            claims: &app_claims::for_app(&claims),
        })
        .await?;
    let open = launch_page::open(app.name.as_str()).of(language).into_owned();
    Ok(Page {
        app,
        url: target::launch_url(app, launch),
        language,
        open,
        token: &token,
        css: assets::url("pages.css"),
        script: assets::url("hand-over.js"),
    }
    .render()?)
}
