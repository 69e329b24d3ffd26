//! LMSs whose schools share one issuer.

use super::{GatewayKeyName as Key, LmsFieldName as Name, Preset, PresetField};
use crate::PlatformFamily;

const CANVAS_CLIENT_HINT: &str =
    "Admin > Developer Keys: the number in the Details column. For an inherited key, the published client ID.";
const CANVAS_DEPLOYMENT_HINT: &str =
    "Settings > Apps > View App Configurations > the app's gear > Deployment Id; it looks like 10408:7db438…";

pub(super) const CANVAS_KEYS: &[(Key, &str)] = &[
    (Key::RedirectUrl, "Redirect URIs"),
    (Key::TargetLinkUrl, "Target Link URI"),
    (Key::LoginUrl, "OpenID Connect Initiation Url"),
    (Key::JwksUrl, "JWK Method: Public JWK URL"),
    (Key::IconUrl, "Icon URL"),
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
            steps: CANVAS_STEPS,
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
        (Key::TargetLinkUrl, "Target Link URI"),
        (Key::IconUrl, "Icon"),
    ],
    steps: &[
        "In Blackboard, go to Admin Panel > LTI Tool Providers > Register LTI 1.3/Advantage Tool.",
        "Enter the app's Client ID and choose Submit; the other settings come filled in.",
        "Set the Tool Status to Approved; under Institution Policies send Role in Course, Name and Email Address.",
        "Copy the Deployment ID. Every Learn site has its own.",
    ],
};

pub(super) const SCHOOLOGY: Preset = Preset {
    family: PlatformFamily::Schoology,
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
        (Key::TargetLinkUrl, "Target Link URI"),
        (Key::LoginUrl, "OIDC Login Initiation URL"),
        (Key::RedirectUrl, "Redirect URIs"),
        (Key::JwksUrl, "Tool Public Key URL"),
        (Key::IconUrl, "Icon"),
    ],
    steps: &[
        "In Schoology, open the App Center and choose Install LTI 1.3 App on the app's page.",
        "Choose I agree, Continue and Add to Organization.",
        "In Organization Apps choose Configure and copy the Deployment ID.",
        "Choose Install/Remove > All Courses.",
    ],
};
