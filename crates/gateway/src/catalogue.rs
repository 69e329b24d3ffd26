//! The apps behind the gateway, the LMSs it knows, and what an admin enters in an LMS for an app.

use std::borrow::Cow;

use actix_web::{HttpResponse, get, http::header, web};
use contract::{
    App, AppPage, GatewayKey, GatewayNetwork, LmsField, LmsFieldName, LmsSetting, LmsSite, Platform, PlatformPage, Problem,
    ToolConfiguration,
};
use domain::{PlatformFamily, presets};
use messages::{Text, api};
use serde::Deserialize;

use crate::{
    config::{self, Config},
    http::{
        error::ApiError,
        language::{AcceptLanguage, Language},
    },
    identity::{Allowed, ReadRegistrations},
    request::body::Query,
    services::outbound,
    state::AppState,
};

mod canvas;
mod guides;

/// The built-in app's id.
pub const INSPECTOR_ID: &str = "launch-inspector";

/// All apps, the built-in one first.
pub struct Catalogue {
    apps: Vec<config::App>,
    ids: Vec<String>,
}

impl Catalogue {
    /// The apps of a configuration.
    pub fn new(config: &Config) -> Self {
        let apps: Vec<_> = inspector(config).into_iter().chain(config.apps.iter().cloned()).collect();
        let ids = apps.iter().map(|app| app.id.clone()).collect();
        Self { apps, ids }
    }

    /// The app of that id.
    pub fn find(&self, id: &str) -> Option<&config::App> {
        self.apps.iter().find(|app| app.id == id)
    }

    /// All ids.
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    fn apps(&self) -> &[config::App] {
        &self.apps
    }
}

fn inspector(config: &Config) -> Option<config::App> {
    Some(config::App {
        id: INSPECTOR_ID.to_owned(),
        name: "Launch inspector".to_owned(),
        description: api::app::INSPECTOR.of(Language::FALLBACK).into_owned(),
        description_de: String::new(),
        launch_url: format!("{}/apps/{INSPECTOR_ID}/launch", config.server.public_url)
            .parse()
            .ok()?,
        icon_url: String::new(),
        deep_linking: true,
        placements: Vec::new(),
        custom_parameters: [
            ("t", "$ResourceLink.title"),
            ("csid", "$CourseSection.sourcedId"),
            ("usid", "$Person.sourcedId"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into(),
        scopes: Vec::new(),
    })
}

/// Whether Canvas has a placement of that name.
pub fn is_placement(name: &str) -> bool {
    canvas::PLACEMENTS.iter().any(|(known, _)| *known == name)
}

/// The address of an app's icon.
pub fn icon_url(state: &AppState, app: &config::App) -> String {
    if app.icon_url.is_empty() {
        state.public_url(&format!("/apps/{}/icon.svg", app.id))
    } else {
        app.icon_url.clone()
    }
}

/// List the apps behind this gateway.
///
/// The operator decides which there are. The built-in launch inspector comes first. What an app does is told in the language of
/// `Accept-Language`, where the operator said it.
#[utoipa::path(
    tag = "catalogue", operation_id = "list_apps",
    responses(
        (status = 200, description = "All apps", body = AppPage),
    ),
)]
#[get("/apps")]
pub async fn list_apps(
    _reader: Allowed<ReadRegistrations>,
    state: web::Data<AppState>,
    AcceptLanguage(language): AcceptLanguage,
) -> web::Json<AppPage> {
    let app = |app: &config::App| App {
        id: app.id.clone(),
        name: app.name.clone(),
        description: match app.id.as_str() {
            INSPECTOR_ID => api::app::INSPECTOR.of(language).into_owned(),
            _ => app.description(language).to_owned(),
        },
        icon_url: icon_url(&state, app),
    };
    web::Json(AppPage {
        value: state.catalogue.apps().iter().map(app).collect(),
        next_link: None,
    })
}

/// List the LMSs with the values that each needs.
///
/// For each value: what that LMS calls it, where its administrator finds it, and what it is where it is the same for every school. The
/// texts are in the language of `Accept-Language`.
#[utoipa::path(
    tag = "catalogue", operation_id = "list_platforms",
    responses(
        (status = 200, description = "All platforms", body = PlatformPage),
    ),
)]
#[get("/platforms")]
pub async fn list_platforms(
    _reader: Allowed<ReadRegistrations>,
    AcceptLanguage(language): AcceptLanguage,
) -> web::Json<PlatformPage> {
    web::Json(PlatformPage {
        value: PlatformFamily::ALL
            .into_iter()
            .map(|family| platform(family, language))
            .collect(),
        next_link: None,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToolConfigurationQuery {
    platform: String,
}

/// Get what the LMS's administrator enters for an app.
///
/// The gateway's values under that LMS's own labels, what to set there for the app's deep linking and services, the app's custom
/// parameters and scopes, a ready-made document where the LMS takes one, and what the school's network must let through.
#[utoipa::path(
    tag = "catalogue", operation_id = "get_tool_configuration",
    params(
        ("app_id" = String, Path, description = "The app's id"),
        ("platform" = String, Query, description = "The platform's id", example = "moodle"),
    ),
    responses(
        (status = 200, description = "The values under that LMS's own names", body = ToolConfiguration),
        (status = 404, description = "No such app or platform", body = Problem, content_type = "application/problem+json"),
    ),
)]
#[get("/apps/{app_id}/tool-configuration")]
pub async fn get_tool_configuration(
    _reader: Allowed<ReadRegistrations>,
    state: web::Data<AppState>,
    AcceptLanguage(language): AcceptLanguage,
    app_id: web::Path<String>,
    query: Query<ToolConfigurationQuery>,
) -> Result<web::Json<ToolConfiguration>, ApiError> {
    let app = state.catalogue.find(&app_id).ok_or(ApiError::NotFound {
        code: "app.not_found",
        detail: api::app::NOT_FOUND,
    })?;
    let family = PlatformFamily::from_id(&query.judge()?.platform).ok_or(ApiError::NotFound {
        code: "platform.not_found",
        detail: api::platform::NOT_FOUND,
    })?;
    Ok(web::Json(tool_configuration(&state, app, family, language)))
}

fn tool_configuration(state: &AppState, app: &config::App, family: PlatformFamily, language: Language) -> ToolConfiguration {
    use guides::GatewayKeyName as Name;
    let guide = guides::guide(family);
    let parameters = || app.custom_parameters.iter().map(|(name, value)| format!("{name}={value}"));
    let value = |name| match name {
        Name::TargetLinkUrl | Name::RedirectUrl => Some(state.public_url("/lti/launch")),
        Name::LoginUrl => Some(state.public_url("/lti/login")),
        Name::JwksUrl => Some(state.public_url("/.well-known/jwks.json")),
        Name::IconUrl => Some(icon_url(state, app)),
        Name::DeepLinkingUrl => app.deep_linking.then(|| state.public_url("/lti/launch")),
        Name::CustomParameters => lines(parameters()),
        Name::Scopes => lines(app.scopes.iter().cloned()),
    };
    let keys = guide
        .gateway_keys
        .into_iter()
        .filter_map(|(name, label)| {
            Some(GatewayKey {
                name: name.name().to_owned(),
                label: label.of(language).into_owned(),
                value: value(name)?,
            })
        })
        .collect();
    let settings = guide
        .settings
        .into_iter()
        .filter(|setting| setting.need.is_of(app.deep_linking, &app.scopes))
        .map(|setting| LmsSetting {
            label: setting.label.of(language).into_owned(),
            value: setting.choice.of(language).into_owned(),
        })
        .collect();
    ToolConfiguration {
        app_id: app.id.clone(),
        platform: family.id().to_owned(),
        keys,
        settings,
        custom_parameters: app.custom_parameters.clone(),
        scopes: app.scopes.clone(),
        network: GatewayNetwork {
            addresses: state.config.operator.addresses.clone(),
            user_agent: outbound::user_agent(&state.config),
        },
        steps: guide.steps.iter().map(|step| step.of(language).into_owned()).collect(),
        document: canvas::developer_key(state, app, family),
    }
}

/// One value of several, a line each; none where there are none.
fn lines(values: impl Iterator<Item = String>) -> Option<String> {
    Some(values.collect::<Vec<_>>().join("\n")).filter(|text| !text.is_empty())
}

fn platform(family: PlatformFamily, language: Language) -> Platform {
    let guide = guides::guide(family);
    let preset = presets::preset(family);
    let field = |(name, label, hint): &(_, Text, Text)| {
        let field = preset.fields.iter().find(|field| field.field == *name)?;
        Some(self::field(
            field,
            label.of(language).into_owned(),
            hint.of(language).into_owned(),
        ))
    };
    Platform {
        id: family.id().to_owned(),
        name: platform_name(family, language).into_owned(),
        shared_client_ids: matches!(family, PlatformFamily::Blackboard | PlatformFamily::Schoology),
        inherited_client_ids: family.has_inherited_client_ids(),
        fields: guide.fields.iter().filter_map(field).collect(),
        site: guide.site.map(|(label, hint)| LmsSite {
            label: label.of(language).into_owned(),
            hint: hint.of(language).into_owned(),
        }),
    }
}

/// The name of an LMS to choose. Products keep theirs.
fn platform_name(family: PlatformFamily, language: Language) -> Cow<'static, str> {
    match family {
        PlatformFamily::Other => api::platform::OTHER.of(language),
        product => Cow::Borrowed(product.name()),
    }
}

fn field(field: &presets::PresetField, label: String, hint: String) -> LmsField {
    use presets::LmsFieldName as Name;
    LmsField {
        field: match field.field {
            Name::Issuer => LmsFieldName::Issuer,
            Name::ClientId => LmsFieldName::ClientId,
            Name::KeysetUrl => LmsFieldName::KeysetUrl,
            Name::AuthenticationUrl => LmsFieldName::AuthenticationUrl,
            Name::AccessTokenUrl => LmsFieldName::AccessTokenUrl,
            Name::AccessTokenAudience => LmsFieldName::AccessTokenAudience,
            Name::DeploymentIds => LmsFieldName::DeploymentIds,
        },
        label,
        hint,
        required: field.required,
        fixed: field.fixed.map(ToOwned::to_owned),
        pattern: field.pattern.map(ToOwned::to_owned),
    }
}

/// The monogram of an app that has no icon of its own.
#[get("/apps/{app_id}/icon.svg")]
pub async fn get_app_icon(state: web::Data<AppState>, app_id: web::Path<String>) -> HttpResponse {
    let Some(app) = state.catalogue.find(&app_id) else {
        return HttpResponse::NotFound()
            .content_type("text/plain; charset=utf-8")
            .body("There is no such app.");
    };
    let monogram: String = app.name.chars().filter(|c| c.is_alphanumeric()).take(2).collect();
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\" role=\"img\" aria-label=\"{monogram}\"><rect width=\"32\" height=\"32\" rx=\"4\" fill=\"#94c8d4\"/><text x=\"16\" y=\"21\" font-family=\"Segoe UI, sans-serif\" font-size=\"13\" font-weight=\"600\" text-anchor=\"middle\" fill=\"#00333f\">{monogram}</text></svg>"
    );
    HttpResponse::Ok()
        .content_type("image/svg+xml")
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .body(svg)
}
