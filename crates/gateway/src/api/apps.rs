//! `/api/v1/apps`, `/api/v1/platforms`: the apps behind the gateway, the supported LMSs, and the values that an admin enters in an LMS for an app.

use std::borrow::Cow;

use actix_web::{HttpResponse, get, http::header, web};
use contract::{
    App, AppPage, GatewayKey, GatewayNetwork, LmsField, LmsFieldName, LmsSetting, LmsSite, Platform, PlatformPage, Problem,
    ToolConfiguration,
};
use domain::{KeysetOwner, LmsProduct, ServiceGroup, apps::INSPECTOR_ID, presets};
use messages::{Text, api};
use serde::Deserialize;

use crate::{
    config::Config,
    http::{
        error::ApiError,
        language::{AcceptLanguage, Language},
    },
    request::{
        authorization::{Allowed, ReadRegistrations},
        body::Query,
    },
    services::{apps::icon_url, outbound, tool_keys},
    state::AppState,
};

mod canvas;
mod guides;

/// List the apps behind this gateway.
///
/// The operator decides which there are. The built-in launch inspector comes first. The description of an app is in the language of
/// `Accept-Language`, if the operator configured it.
#[utoipa::path(
    tag = "catalogue", operation_id = "list_apps",
    responses(
        (status = 200, description = "All apps", body = AppPage),
    ),
)]
#[get("/apps")]
pub async fn list_apps(
    _reader: Allowed<ReadRegistrations>,
    app: web::Data<AppState>,
    AcceptLanguage(language): AcceptLanguage,
) -> web::Json<AppPage> {
    let public_url = &app.config.server.public_url;
    let listed = |app: &domain::App| App {
        id: app.id.clone(),
        name: app.name.clone(),
        description: match app.id.as_str() {
            INSPECTOR_ID => api::app::INSPECTOR.of(language).into_owned(),
            _ => description(app, language).to_owned(),
        },
        icon_url: icon_url(public_url, app),
    };
    web::Json(AppPage {
        value: app.apps.all().iter().map(listed).collect(),
        next_link: None,
    })
}

/// The app's description in that language, else in English.
fn description(app: &domain::App, language: Language) -> &str {
    match language {
        Language::De if !app.description_de.is_empty() => &app.description_de,
        _ => &app.description,
    }
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
        value: LmsProduct::ALL
            .into_iter()
            .map(|product| platform(product, language))
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
    reader: Allowed<ReadRegistrations>,
    app: web::Data<AppState>,
    AcceptLanguage(language): AcceptLanguage,
    app_id: web::Path<String>,
    query: Query<ToolConfigurationQuery>,
) -> Result<web::Json<ToolConfiguration>, ApiError> {
    let configured = find_app(&app, &app_id)?;
    let product = LmsProduct::from_id(&query.validate()?.platform).ok_or(ApiError::NotFound {
        code: "platform.not_found",
        detail: api::platform::NOT_FOUND,
    })?;
    // On hosted Canvas the values go into a developer key of the school: an inherited one is the vendor's.
    let owner = KeysetOwner::new(product, "", reader.caller.tenant, &configured.id);
    let keyset_url = tool_keys::keyset_url(&app.config, &app.tool_keys.ensure_keyset(&owner).await?);
    Ok(web::Json(tool_configuration(
        &app.config,
        configured,
        product,
        &keyset_url,
        language,
    )))
}

fn find_app<'a>(app: &'a AppState, id: &str) -> Result<&'a domain::App, ApiError> {
    app.apps.find(id).ok_or(ApiError::NotFound {
        code: "app.not_found",
        detail: api::app::NOT_FOUND,
    })
}

fn tool_configuration(
    config: &Config,
    app: &domain::App,
    product: LmsProduct,
    keyset_url: &str,
    language: Language,
) -> ToolConfiguration {
    use guides::GatewayKeyName as Name;
    let guide = guides::guide(product);
    let parameters = || app.custom_parameters.iter().map(|(name, value)| format!("{name}={value}"));
    let value = |name| match name {
        Name::TargetLinkUrl | Name::RedirectUrl => Some(config.public_url("/lti/launch")),
        Name::LoginUrl => Some(config.public_url("/lti/login")),
        Name::JwksUrl => Some(keyset_url.to_owned()),
        Name::IconUrl => Some(icon_url(&config.server.public_url, app)),
        Name::DeepLinkingUrl => app.deep_linking.then(|| config.public_url("/lti/launch")),
        Name::CustomParameters => lines(parameters()),
        Name::Scopes => lines(app.scopes().map(str::to_owned)),
        Name::ClientId => app.client_ids.get(&product).cloned(),
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
        .filter(|setting| setting.need.is_of(app))
        .map(|setting| LmsSetting {
            label: setting.label.of(language).into_owned(),
            value: setting.choice.of(language).into_owned(),
        })
        .collect();
    ToolConfiguration {
        app_id: app.id.clone(),
        platform: product.id().to_owned(),
        keys,
        settings,
        custom_parameters: app.custom_parameters.clone(),
        scopes: app.scopes().map(str::to_owned).collect(),
        network: GatewayNetwork {
            addresses: config.operator.addresses.clone(),
            user_agent: outbound::user_agent(config),
        },
        steps: guide.steps.iter().map(|step| step.of(language).into_owned()).collect(),
        document: canvas::developer_key(config, app, product, keyset_url),
    }
}

/// The settings of an LMS that switch a service on, under its own names.
pub fn service_settings(product: LmsProduct, group: ServiceGroup, language: Language) -> String {
    let settings = guides::guide(product)
        .settings
        .into_iter()
        .filter(|setting| setting.need == guides::need_of(group));
    let settings = settings.map(|setting| format!("{}: {}", setting.label.of(language), setting.choice.of(language)));
    settings.collect::<Vec<_>>().join("; ")
}

/// One value of several, a line each; none where there are none.
fn lines(values: impl Iterator<Item = String>) -> Option<String> {
    Some(values.collect::<Vec<_>>().join("\n")).filter(|text| !text.is_empty())
}

fn platform(product: LmsProduct, language: Language) -> Platform {
    let guide = guides::guide(product);
    let preset = presets::preset(product);
    let field = |(name, label, hint): &(_, Text, Text)| {
        let field = preset.fields.iter().find(|field| field.field == *name)?;
        Some(self::field(
            field,
            label.of(language).into_owned(),
            hint.of(language).into_owned(),
        ))
    };
    Platform {
        id: product.id().to_owned(),
        name: platform_name(product, language).into_owned(),
        shared_client_ids: matches!(product, LmsProduct::Blackboard | LmsProduct::Schoology),
        inherited_client_ids: product.has_inherited_client_ids(),
        fields: guide.fields.iter().filter_map(field).collect(),
        site: guide.site.map(|(label, hint)| LmsSite {
            label: label.of(language).into_owned(),
            hint: hint.of(language).into_owned(),
        }),
    }
}

/// The name of an LMS to choose. Products keep theirs.
fn platform_name(product: LmsProduct, language: Language) -> Cow<'static, str> {
    match product {
        LmsProduct::Other => api::platform::OTHER.of(language),
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
pub async fn get_app_icon(app: web::Data<AppState>, app_id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let app = find_app(&app, &app_id)?;
    let monogram: String = app.name.chars().filter(|c| c.is_alphanumeric()).take(2).collect();
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\" role=\"img\" aria-label=\"{monogram}\"><rect width=\"32\" height=\"32\" rx=\"4\" fill=\"#94c8d4\"/><text x=\"16\" y=\"21\" font-family=\"Segoe UI, sans-serif\" font-size=\"13\" font-weight=\"600\" text-anchor=\"middle\" fill=\"#00333f\">{monogram}</text></svg>"
    );
    Ok(HttpResponse::Ok()
        .content_type("image/svg+xml")
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .body(svg))
}
