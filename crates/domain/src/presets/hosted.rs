//! LMSs whose schools share one issuer.

use super::{LmsFieldName as Name, Preset, PresetField};
use crate::LmsProduct;

macro_rules! hosted_canvas {
    ($product:ident, $issuer:literal, $sso:literal) => {
        Preset {
            product: LmsProduct::$product,
            fields: &[
                PresetField::new(Name::Issuer).fixed($issuer),
                PresetField::new(Name::ClientId),
                PresetField::new(Name::DeploymentIds),
                PresetField::new(Name::KeysetUrl).fixed(concat!($sso, "/api/lti/security/jwks")),
                PresetField::new(Name::AuthenticationUrl).fixed(concat!($sso, "/api/lti/authorize_redirect")),
                PresetField::new(Name::AccessTokenUrl).fixed(concat!($sso, "/login/oauth2/token")),
            ],
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
    product: LmsProduct::Blackboard,
    fields: &[
        PresetField::new(Name::ClientId),
        PresetField::new(Name::DeploymentIds),
        PresetField::new(Name::Issuer).fixed("https://blackboard.com"),
        PresetField::new(Name::KeysetUrl)
            .fixed("https://developer.blackboard.com/api/v1/management/applications/{clientId}/jwks.json"),
        PresetField::new(Name::AuthenticationUrl).fixed("https://developer.blackboard.com/api/v1/gateway/oidcauth"),
        PresetField::new(Name::AccessTokenUrl).fixed("https://developer.blackboard.com/api/v1/gateway/oauth2/jwttoken"),
    ],
};

pub(super) const SCHOOLOGY: Preset = Preset {
    product: LmsProduct::Schoology,
    fields: &[
        PresetField::new(Name::ClientId),
        PresetField::new(Name::DeploymentIds),
        PresetField::new(Name::Issuer).fixed("https://schoology.schoology.com"),
        PresetField::new(Name::KeysetUrl).fixed("https://lti-service.svc.schoology.com/lti-service/.well-known/jwks"),
        PresetField::new(Name::AuthenticationUrl).fixed("https://lti-service.svc.schoology.com/lti-service/authorize-redirect"),
        PresetField::new(Name::AccessTokenUrl).fixed("https://lti-service.svc.schoology.com/lti-service/access-token"),
    ],
};
