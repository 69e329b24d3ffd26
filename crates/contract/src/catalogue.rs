use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// An LTI app behind the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct App {
    /// The app's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its purpose, in one or two sentences.
    pub description: String,
    /// The address of its icon.
    pub icon_url: String,
}

/// All apps of this gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AppPage {
    /// The apps.
    pub value: Vec<App>,
    /// The absolute URL of the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
}

/// A field of a registration that an LMS provides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum LmsFieldName {
    /// `issuer`
    Issuer,
    /// `clientId`
    ClientId,
    /// `keysetUrl`
    KeysetUrl,
    /// `authenticationUrl`
    AuthenticationUrl,
    /// `accessTokenUrl`
    AccessTokenUrl,
    /// `accessTokenAudience`
    AccessTokenAudience,
    /// `deploymentIds`
    DeploymentIds,
}

/// How an LMS calls a value that the admin enters, and where it is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LmsField {
    /// The field of the registration.
    pub field: LmsFieldName,
    /// The LMS's name for it.
    pub label: String,
    /// Where its admin finds it.
    pub hint: String,
    /// True if it must be entered.
    pub required: bool,
    /// The value, where it is the same for every school; `{clientId}` stands for the client ID.
    pub fixed: Option<String>,
    /// The usual value: `{issuer}` stands for the issuer, `{site}` for the LMS's own address, where that is another.
    pub pattern: Option<String>,
}

/// The LMS's own address, from which values follow. It is asked for where the issuer is another, and no part of a registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LmsSite {
    /// Its name.
    pub label: String,
    /// Where its admin finds it.
    pub hint: String,
}

/// An LMS that the gateway knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Platform {
    /// The id, e.g. `moodle`.
    pub id: String,
    /// The LMS's name, e.g. `Moodle`.
    pub name: String,
    /// True if many schools share one client ID there, so that the deployment tells them apart.
    pub shared_client_ids: bool,
    /// True if that applies to inherited client IDs only: 15 digits that begin with 17.
    pub inherited_client_ids: bool,
    /// The LMS's own address, where the issuer is another (Canvas on own servers): patterns name it `{site}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<LmsSite>,
    /// The values that the admin enters, in the order in which that LMS shows them.
    pub fields: Vec<LmsField>,
}

/// All platforms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PlatformPage {
    /// The platforms.
    pub value: Vec<Platform>,
    /// The absolute URL of the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
}

/// A value of the gateway that the admin copies into the LMS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GatewayKey {
    /// The gateway's name for it, e.g. `Redirect URL`.
    pub name: String,
    /// The LMS's name for it, e.g. `Redirection URI(s)`.
    pub label: String,
    /// The value.
    pub value: String,
}

/// Something that the admin sets in the LMS for the app, beside the values to copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LmsSetting {
    /// The LMS's name for it, e.g. `Supports Deep Linking (Content-Item Message)`.
    pub label: String,
    /// The choice to make, in this LMS's words, or that its box is to be ticked.
    pub value: String,
}

/// The addresses and the User-Agent of the gateway's own requests to an LMS, for the school's firewall.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GatewayNetwork {
    /// The public addresses that they come from, where the operator named them.
    pub addresses: Vec<String>,
    /// Their User-Agent.
    pub user_agent: String,
}

/// `GET /api/v1/apps/{appId}/tool-configuration?platform=…`: what the admin enters in the LMS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ToolConfiguration {
    /// The app.
    pub app_id: String,
    /// The platform.
    pub platform: String,
    /// The values to copy, in the order in which that LMS asks for them.
    pub keys: Vec<GatewayKey>,
    /// The settings to make in that LMS beside them, for the deep linking and the services that the app uses.
    #[serde(default)]
    pub settings: Vec<LmsSetting>,
    /// The custom parameters that the app wants, by name; also one of `keys`, a line each.
    #[serde(default)]
    pub custom_parameters: BTreeMap<String, String>,
    /// Scopes of the LTI services that the app needs.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// The gateway's requests that the school's network must let through.
    #[serde(default)]
    pub network: GatewayNetwork,
    /// The steps in that LMS, in their order.
    pub steps: Vec<String>,
    /// A ready-made document to paste, where the LMS accepts one (Canvas).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<serde_json::Value>,
}
