//! LMSs whose schools share one issuer.

use super::{
    GRADES, GatewayKeyName as Key, LmsFieldName as Name, MEMBERS, Need, Preset, PresetField, PresetSetting as Setting, scopes,
};
use crate::PlatformFamily;

const CANVAS_CLIENT_HINT: &str =
    "Admin > Developer Keys: the number in the Details column. For an inherited key, the published client ID.";
const CANVAS_DEPLOYMENT_HINT: &str =
    "Settings > Apps > View App Configurations > the app's gear > Deployment Id; it looks like 10408:7db438…";

pub(super) const CANVAS_KEYS: &[(Key, &str)] = &[
    (Key::RedirectUrl, "Redirect URIs"),
    (Key::TargetLinkUrl, "Target Link URI"),
    (Key::LoginUrl, "OpenID Connect Initiation Url"),
    (Key::JwksUrl, "Public JWK URL"),
    (Key::CustomParameters, "Custom Fields"),
    (Key::IconUrl, "Icon URL"),
];

pub(super) const CANVAS_SETTINGS: &[Setting] = &[
    Setting::choose(Need::Launch, "JWK Method", "Public JWK URL"),
    Setting::check(
        Need::AnyScope(&[scopes::LINE_ITEM]),
        "Can create and view assignment data in the gradebook associated with the tool.",
    ),
    Setting::check(
        Need::AnyScope(&[scopes::LINE_ITEM_READ]),
        "Can view assignment data in the gradebook associated with the tool.",
    ),
    Setting::check(
        Need::AnyScope(&[scopes::RESULT_READ]),
        "Can view submission data for assignments associated with the tool.",
    ),
    Setting::check(
        Need::AnyScope(&[scopes::SCORE]),
        "Can create and update submission results for assignments associated with the tool.",
    ),
    Setting::check(
        MEMBERS,
        "Can retrieve user data associated with the context the tool is installed in.",
    ),
    Setting::choose(Need::Launch, "Privacy Level", "Public"),
    Setting::choose(Need::DeepLinking, "Placements: Select Message Type", "LtiDeepLinkingRequest"),
];

pub(super) const CANVAS_STEPS: &[&str] = &[
    "In Canvas, go to Admin > Developer Keys and choose + Developer Key > LTI Key.",
    "Choose the method Paste JSON, paste the configuration, set the Privacy Level to Public and save.",
    "Turn the key's State On and copy the number in the Details column: it is the client ID.",
    "Go to Settings > Apps > View App Configurations, choose + App, the Configuration Type By Client ID, and submit the client ID.",
    "Open the app's gear > Deployment Id and copy it.",
];

macro_rules! hosted_canvas {
    ($family:ident, $issuer:literal, $sso:literal) => {
        Preset {
            family: PlatformFamily::$family,
            fields: &[
                PresetField::new(Name::Issuer, "Issuer", "The same for every school.").fixed($issuer),
                PresetField::new(Name::ClientId, "Client ID", CANVAS_CLIENT_HINT),
                PresetField::new(Name::DeploymentIds, "Deployment Id", CANVAS_DEPLOYMENT_HINT),
                PresetField::new(Name::KeysetUrl, "Public JWK URL", "The same for every school.")
                    .fixed(concat!($sso, "/api/lti/security/jwks")),
                PresetField::new(
                    Name::AuthenticationUrl,
                    "Authentication Endpoint",
                    "The same for every school.",
                )
                .fixed(concat!($sso, "/api/lti/authorize_redirect")),
                PresetField::new(Name::AccessTokenUrl, "Access Token Endpoint", "The same for every school.")
                    .fixed(concat!($sso, "/login/oauth2/token")),
            ],
            gateway_keys: CANVAS_KEYS,
            settings: CANVAS_SETTINGS,
            steps: CANVAS_STEPS,
            site: None,
        }
    };
}

pub(super) const CANVAS: Preset = hosted_canvas!(Canvas, "https://canvas.instructure.com", "https://sso.canvaslms.com");
pub(super) const CANVAS_BETA: Preset = hosted_canvas!(
    CanvasBeta,
    "https://canvas.beta.instructure.com",
    "https://sso.beta.canvaslms.com"
);
pub(super) const CANVAS_TEST: Preset = hosted_canvas!(
    CanvasTest,
    "https://canvas.test.instructure.com",
    "https://sso.test.canvaslms.com"
);

pub(super) const BLACKBOARD: Preset = Preset {
    family: PlatformFamily::Blackboard,
    site: None,
    fields: &[
        PresetField::new(
            Name::ClientId,
            "Client ID",
            "The application ID from the Developer Portal; it is the same for every school.",
        ),
        PresetField::new(
            Name::DeploymentIds,
            "Deployment ID",
            "Admin Panel > LTI Tool Providers: shown when the tool is registered, one for each Learn site.",
        ),
        PresetField::new(Name::Issuer, "Issuer", "The same for every school.").fixed("https://blackboard.com"),
        PresetField::new(Name::KeysetUrl, "Public keyset URL", "Follows from the client ID.")
            .fixed("https://developer.blackboard.com/api/v1/management/applications/{clientId}/jwks.json"),
        PresetField::new(
            Name::AuthenticationUrl,
            "OIDC auth request endpoint",
            "The same for every school.",
        )
        .fixed("https://developer.blackboard.com/api/v1/gateway/oidcauth"),
        PresetField::new(Name::AccessTokenUrl, "Auth token endpoint", "The same for every school.")
            .fixed("https://developer.blackboard.com/api/v1/gateway/oauth2/jwttoken"),
    ],
    gateway_keys: &[
        (Key::LoginUrl, "Login Initiation URL"),
        (Key::RedirectUrl, "Tool Redirect URL(s)"),
        (Key::JwksUrl, "Tool JWKS URL"),
        (Key::CustomParameters, "Custom Parameters"),
        (Key::TargetLinkUrl, "Target Link URI"),
        (Key::IconUrl, "Icon"),
    ],
    settings: &[
        Setting::choose(Need::Launch, "Signing Algorithm", "RS256"),
        Setting::choose(Need::Launch, "Tool Status", "Approved"),
        Setting::choose(Need::Launch, "User Fields to Send", "Role in Course, Name, Email Address"),
        Setting::choose(GRADES, "Allow grade service access", "Yes"),
        Setting::choose(MEMBERS, "Allow Membership Service Access", "Yes"),
        Setting::choose(Need::DeepLinking, "Create Placement: Type", "Deep Linking content tool"),
    ],
    steps: &[
        "In the Developer Portal the app is registered once for all schools, with the gateway keys; ask whoever runs this gateway whether that was done.",
        "In Blackboard, go to Admin Panel > LTI Tool Providers > Register LTI 1.3/Advantage Tool.",
        "Enter the app's Client ID and choose Submit; the other settings come filled in.",
        "Make the settings below; those of the person and of services are under Institution Policies.",
        "Copy the Deployment ID. Every Learn site has its own.",
    ],
};

pub(super) const SCHOOLOGY: Preset = Preset {
    family: PlatformFamily::Schoology,
    site: None,
    fields: &[
        PresetField::new(
            Name::ClientId,
            "Client ID",
            "App Center > My Developer Apps > Options > API Info; for a published app, the publisher's.",
        ),
        PresetField::new(
            Name::DeploymentIds,
            "Deployment ID",
            "App Center > Organization Apps > Configure.",
        ),
        PresetField::new(Name::Issuer, "Issuer ID", "The same for every school.").fixed("https://schoology.schoology.com"),
        PresetField::new(Name::KeysetUrl, "JWKS URL", "The same for every school.")
            .fixed("https://lti-service.svc.schoology.com/lti-service/.well-known/jwks"),
        PresetField::new(
            Name::AuthenticationUrl,
            "OIDC Authorization Endpoint",
            "The same for every school.",
        )
        .fixed("https://lti-service.svc.schoology.com/lti-service/authorize-redirect"),
        PresetField::new(
            Name::AccessTokenUrl,
            "OAuth 2 Access Token Endpoint",
            "The same for every school.",
        )
        .fixed("https://lti-service.svc.schoology.com/lti-service/access-token"),
    ],
    gateway_keys: &[
        (Key::JwksUrl, "JWKS URL"),
        (Key::TargetLinkUrl, "Domain/URL"),
        (Key::CustomParameters, "Custom Parameters"),
        (Key::LoginUrl, "OIDC Login Init URL"),
        (Key::RedirectUrl, "Redirect URLs"),
    ],
    settings: &[
        Setting::choose(Need::Launch, "Type of App", "LTI 1.3 App"),
        Setting::choose(Need::DeepLinking, "Can be installed for", "Course Materials"),
        Setting::choose(Need::Launch, "Configuration Type", "Manual"),
        Setting::choose(
            Need::Launch,
            "Privacy",
            "Send Name and Email/Username of user who launches the tool",
        ),
        Setting::check(Need::DeepLinking, "Deep Linking"),
        Setting::check(GRADES, "Assignment and Grade Services"),
        Setting::check(MEMBERS, "Names and Roles Services"),
    ],
    steps: &[
        "If the app isn't in Schoology yet, choose App Center > My Developer Apps > Add App, enter the gateway keys and make the settings below.",
        "In Schoology, open the App Center and choose Install LTI 1.3 App on the app's page.",
        "Choose I agree, Continue and Add to Organization.",
        "In Organization Apps choose Configure and copy the Deployment ID.",
        "Choose Install/Remove > All Courses.",
    ],
};
