//! LMSs in which every site has values of its own.

use super::hosted::{CANVAS_KEYS, CANVAS_SETTINGS, CANVAS_STEPS};
use super::{GRADES, GatewayKeyName as Key, LmsFieldName as Name, MEMBERS, Need, Preset, PresetField, PresetSetting as Setting};
use crate::PlatformFamily;

const MOODLE_DETAILS: &str =
    "Site administration > Plugins > Activity modules > External tool > Manage tools > View configuration details.";

const MOODLE_FIELDS: &[PresetField] = &[
    PresetField::new(Name::Issuer, "Platform ID", MOODLE_DETAILS),
    PresetField::new(Name::ClientId, "Client ID", MOODLE_DETAILS),
    PresetField::new(Name::DeploymentIds, "Deployment ID", MOODLE_DETAILS),
    PresetField::new(Name::KeysetUrl, "Public keyset URL", MOODLE_DETAILS).pattern("{issuer}/mod/lti/certs.php"),
    PresetField::new(Name::AccessTokenUrl, "Access token URL", MOODLE_DETAILS).pattern("{issuer}/mod/lti/token.php"),
    PresetField::new(Name::AuthenticationUrl, "Authentication request URL", MOODLE_DETAILS).pattern("{issuer}/mod/lti/auth.php"),
];

const MOODLE_KEYS: &[(Key, &str)] = &[
    (Key::TargetLinkUrl, "Tool URL"),
    (Key::JwksUrl, "Public keyset"),
    (Key::LoginUrl, "Initiate login URL"),
    (Key::RedirectUrl, "Redirection URI(s)"),
    (Key::CustomParameters, "Custom parameters"),
    (Key::DeepLinkingUrl, "Content Selection URL"),
    (Key::IconUrl, "Secure icon URL"),
];

const MOODLE_SETTINGS: &[Setting] = &[
    Setting::choose(Need::Launch, "LTI version", "LTI 1.3"),
    Setting::choose(Need::Launch, "Public key type", "Keyset URL"),
    Setting::check(Need::DeepLinking, "Supports Deep Linking (Content-Item Message)"),
    Setting::choose(
        GRADES,
        "IMS LTI Assignment and Grade Services",
        "Use this service for grade sync and column management",
    ),
    Setting::choose(
        MEMBERS,
        "IMS LTI Names and Role Provisioning",
        "Use this service to retrieve members' information as per privacy settings",
    ),
    Setting::choose(Need::Launch, "Share launcher's name with tool", "Always"),
    Setting::choose(Need::Launch, "Share launcher's email with tool", "Always"),
    Setting::choose(GRADES, "Accept grades from the tool", "Always"),
    Setting::check(Need::Launch, "Force SSL"),
];

const MOODLE_STEPS: &[&str] = &[
    "Go to Site administration > Plugins > Activity modules > External tool > Manage tools and choose configure a tool manually.",
    "Choose the LTI version and the Public key type first: the fields follow from them. Enter the gateway keys, make the settings below and choose Save changes.",
    "On the tool's card choose View configuration details: these are the values to enter here.",
    "In each course, turn on Show in activity chooser under More > LTI External tools.",
];

pub(super) const MOODLE: Preset = Preset {
    family: PlatformFamily::Moodle,
    site: None,
    fields: MOODLE_FIELDS,
    gateway_keys: MOODLE_KEYS,
    settings: MOODLE_SETTINGS,
    steps: MOODLE_STEPS,
};

pub(super) const OPEN_LMS: Preset = Preset {
    family: PlatformFamily::OpenLms,
    site: None,
    fields: MOODLE_FIELDS,
    gateway_keys: MOODLE_KEYS,
    settings: MOODLE_SETTINGS,
    steps: MOODLE_STEPS,
};

const BRIGHTSPACE_DETAILS: &str = "Admin Tools > Manage Extensibility > LTI Advantage > the registered tool.";

pub(super) const BRIGHTSPACE: Preset = Preset {
    family: PlatformFamily::Brightspace,
    site: None,
    fields: &[
        PresetField::new(Name::ClientId, "Client ID", BRIGHTSPACE_DETAILS),
        PresetField::new(Name::KeysetUrl, "Brightspace Keyset URL", BRIGHTSPACE_DETAILS).pattern("{issuer}/d2l/.well-known/jwks"),
        PresetField::new(
            Name::AccessTokenUrl,
            "Brightspace OAuth2 Access Token URL",
            BRIGHTSPACE_DETAILS,
        )
        .pattern("https://auth.brightspace.com/core/connect/token"),
        PresetField::new(
            Name::AuthenticationUrl,
            "OpenID Connect Authentication Endpoint",
            BRIGHTSPACE_DETAILS,
        )
        .pattern("{issuer}/d2l/lti/authenticate"),
        PresetField::new(Name::AccessTokenAudience, "Brightspace OAuth2 Audience", BRIGHTSPACE_DETAILS),
        PresetField::new(Name::Issuer, "Issuer", BRIGHTSPACE_DETAILS),
        PresetField::new(
            Name::DeploymentIds,
            "Deployment ID",
            "Admin Tools > External Learning Tools > New Deployment; it is shown once the deployment was created.",
        ),
    ],
    gateway_keys: &[
        (Key::TargetLinkUrl, "Domain"),
        (Key::RedirectUrl, "Redirect URLs"),
        (Key::LoginUrl, "OpenID Connect Login URL"),
        (Key::TargetLinkUrl, "Target Link URI"),
        (Key::JwksUrl, "Keyset URL"),
        (Key::CustomParameters, "Substitution Parameters"),
    ],
    settings: &[
        Setting::check(GRADES, "Extensions: Assignment and Grade Services"),
        Setting::check(Need::DeepLinking, "Extensions: Deep Linking"),
        Setting::check(MEMBERS, "Extensions: Names and Role Provisioning Services"),
        Setting::choose(Need::Launch, "New Deployment: Security Settings", "All except Anonymous"),
        Setting::choose(Need::Launch, "New Link: Type", "Basic Launch"),
        Setting::choose(Need::DeepLinking, "A second New Link: Type", "Deep Linking Quicklink"),
    ],
    steps: &[
        "Go to Admin Tools > Manage Extensibility > LTI Advantage, choose Register Tool > Standard, enter the gateway keys and check the extensions below.",
        "Choose Register: the values to enter here are shown.",
        "Go to Admin Tools > External Learning Tools > New Deployment; make the settings below, and leave Open as External Resource unchecked.",
        "Add the org units, choose Create Deployment and copy the Deployment ID.",
        "Choose View Links > New Link, and enter the Redirect URL with the type below.",
    ],
};

const SAKAI_DETAILS: &str = "Administration Workspace > External Tools: open the tool once it was saved.";

pub(super) const SAKAI: Preset = Preset {
    family: PlatformFamily::Sakai,
    site: None,
    fields: &[
        PresetField::new(Name::ClientId, "LTI 1.3 Client ID", SAKAI_DETAILS),
        PresetField::new(Name::DeploymentIds, "LTI 1.3 Deployment Id", SAKAI_DETAILS),
        PresetField::new(Name::Issuer, "LTI 1.3 Platform Issuer", SAKAI_DETAILS),
        PresetField::new(Name::KeysetUrl, "LTI 1.3 LMS Keyset URL", SAKAI_DETAILS).pattern("{issuer}/imsblis/lti13/keyset"),
        PresetField::new(Name::AuthenticationUrl, "LTI 1.3 LMS OIDC Endpoint URL", SAKAI_DETAILS)
            .pattern("{issuer}/imsoidc/lti13/oidc_auth"),
        PresetField::new(Name::AccessTokenUrl, "LTI 1.3 LMS OAuth Token URL", SAKAI_DETAILS),
    ],
    gateway_keys: &[
        (Key::TargetLinkUrl, "Launch URL (1.1) / Target Link URI (1.3)"),
        (Key::CustomParameters, "Custom Parameters"),
        (Key::LoginUrl, "LTI 1.3 Tool OpenID Connect/Initialization Endpoint"),
        (Key::RedirectUrl, "LTI 1.3 Tool Redirect Endpoint(s)"),
        (Key::JwksUrl, "LTI 1.3 Tool Keyset / JWK URL"),
    ],
    settings: &[
        Setting::check(Need::Launch, "Send User Names to External Tool"),
        Setting::check(Need::Launch, "Send Email Addresses to External Tool"),
        Setting::check(GRADES, "Allow External Tool to return grades"),
        Setting::check(GRADES, "Allow External Tool to create grade columns"),
        Setting::check(MEMBERS, "Provide Roster to External Tool"),
        Setting::check(Need::Launch, "The tool URL supports a single LTI tool (Resource Link launch)"),
        Setting::check(
            Need::DeepLinking,
            "The tool URL supports a \"resource picker\" experience with one or more tools (Deep Link launch)",
        ),
        Setting::check(Need::DeepLinking, "Allow the tool to be selected from Lessons"),
        Setting::check(Need::Launch, "Tool supports LTI 1.3"),
    ],
    steps: &[
        "In the Administration Workspace open External Tools and choose Install LTI 1.x Tool.",
        "Enter the gateway keys, make the settings below and save.",
        "Open the tool again: the values to enter here are shown.",
    ],
};

const OPEN_EDX_DETAILS: &str = "Studio: shown under the LTI Consumer component, or in the shared LTI configuration.";

pub(super) const OPEN_EDX: Preset = Preset {
    family: PlatformFamily::OpenEdx,
    site: None,
    fields: &[
        PresetField::new(
            Name::ClientId,
            "Client ID",
            "Studio: shown under the LTI Consumer component; each component has its own.",
        ),
        PresetField::new(
            Name::DeploymentIds,
            "Deployment ID",
            "1, unless a shared LTI configuration sets another.",
        ),
        PresetField::new(Name::KeysetUrl, "Keyset URL", OPEN_EDX_DETAILS),
        PresetField::new(Name::AccessTokenUrl, "Access Token URL", OPEN_EDX_DETAILS),
        PresetField::new(Name::AuthenticationUrl, "Login URL", OPEN_EDX_DETAILS).pattern("{issuer}/api/lti_consumer/v1/launch/"),
        PresetField::new(Name::Issuer, "Issuer", "The root URL of the LMS."),
    ],
    gateway_keys: &[
        (Key::TargetLinkUrl, "Tool Launch URL"),
        (Key::LoginUrl, "Tool Initiate Login URL"),
        (Key::RedirectUrl, "Registered Redirect URIs"),
        (Key::JwksUrl, "Tool Keyset URL"),
        (Key::DeepLinkingUrl, "Deep Linking Launch URL"),
        (Key::CustomParameters, "Custom Parameters"),
    ],
    settings: &[
        Setting::choose(Need::Launch, "LTI Version", "LTI 1.3"),
        Setting::choose(Need::Launch, "Tool Public Key Mode", "Keyset URL"),
        Setting::choose(MEMBERS, "Enable LTI NRPS", "True"),
        Setting::choose(Need::DeepLinking, "Deep linking", "True"),
        Setting::choose(
            GRADES,
            "LTI Assignment and Grades Service",
            "Allow tools to manage and submit grade (programmatic)",
        ),
        Setting::choose(Need::Launch, "Request user's username", "True"),
        Setting::choose(Need::Launch, "Request user's full name", "True"),
        Setting::choose(Need::Launch, "Request user's email", "True"),
    ],
    steps: &[
        "In Studio add an LTI Consumer component and choose Edit.",
        "Enter the gateway keys, make the settings below and save.",
        "The values to enter here are shown below the component.",
    ],
};

pub(super) const CANVAS_SELF_HOSTED: Preset = Preset {
    family: PlatformFamily::CanvasSelfHosted,
    site: Some((
        "Canvas URL",
        "The address at which people open Canvas, such as https://canvas.contoso.edu; the addresses below follow from it.",
    )),
    fields: &[
        PresetField::new(
            Name::Issuer,
            "Issuer",
            "lti_iss in config/security.yml on the Canvas server; https://canvas.instructure.com unless it was changed.",
        )
        .pattern("https://canvas.instructure.com"),
        PresetField::new(
            Name::ClientId,
            "Client ID",
            "Admin > Developer Keys: the number in the Details column.",
        ),
        PresetField::new(
            Name::DeploymentIds,
            "Deployment Id",
            "Settings > Apps > View App Configurations > the app's gear > Deployment Id.",
        ),
        PresetField::new(
            Name::KeysetUrl,
            "Public JWK URL",
            "https:// + your Canvas host + /api/lti/security/jwks",
        )
        .pattern("{site}/api/lti/security/jwks"),
        PresetField::new(
            Name::AuthenticationUrl,
            "Authentication Endpoint",
            "https:// + your Canvas host + /api/lti/authorize_redirect",
        )
        .pattern("{site}/api/lti/authorize_redirect"),
        PresetField::new(
            Name::AccessTokenUrl,
            "Access Token Endpoint",
            "https:// + your Canvas host + /login/oauth2/token",
        )
        .pattern("{site}/login/oauth2/token"),
    ],
    gateway_keys: CANVAS_KEYS,
    settings: CANVAS_SETTINGS,
    steps: CANVAS_STEPS,
};

const OTHER_DETAILS: &str = "The LMS shows it where the tool was added.";

pub(super) const OTHER: Preset = Preset {
    family: PlatformFamily::Other,
    site: None,
    fields: &[
        PresetField::new(
            Name::Issuer,
            "Issuer",
            "Also called Platform ID. Enter it exactly as shown, with or without the last slash.",
        ),
        PresetField::new(Name::ClientId, "Client ID", OTHER_DETAILS),
        PresetField::new(Name::KeysetUrl, "Keyset URL", "Also called JWKS URL or public key URL."),
        PresetField::new(
            Name::AuthenticationUrl,
            "Authentication URL",
            "Also called OIDC authentication or authorization endpoint.",
        ),
        PresetField::new(
            Name::DeploymentIds,
            "Deployment ID",
            "Some LMSs show it only after the tool was added to a course.",
        ),
        PresetField::new(Name::AccessTokenUrl, "Access token URL", "Also called OAuth2 token endpoint."),
        PresetField::new(
            Name::AccessTokenAudience,
            "Access token audience",
            "Leave it empty unless the LMS shows one.",
        ),
    ],
    gateway_keys: &[
        (Key::TargetLinkUrl, "Target link URL"),
        (Key::LoginUrl, "OpenID Connect login URL"),
        (Key::RedirectUrl, "Redirect URL"),
        (Key::JwksUrl, "JWKS URL"),
        (Key::DeepLinkingUrl, "Deep linking URL"),
        (Key::CustomParameters, "Custom parameters"),
        (Key::Scopes, "Scopes"),
        (Key::IconUrl, "Icon URL"),
    ],
    settings: &[
        Setting::check(Need::Launch, "Name"),
        Setting::check(Need::Launch, "Email"),
        Setting::check(Need::DeepLinking, "Deep Linking"),
        Setting::check(GRADES, "Assignment and Grade Services"),
        Setting::check(MEMBERS, "Names and Role Provisioning Services"),
    ],
    steps: &[
        "Add an LTI 1.3 tool in the LMS, enter the gateway keys and make the settings below, whatever the LMS calls them.",
        "Make the tool visible to instructors and learners.",
        "Enter the values that the LMS shows here.",
    ],
};
