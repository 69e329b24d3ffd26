//! LMSs in which every site has its own values.

use super::{LmsFieldName as Name, Preset, PresetField};
use crate::LmsProduct;

const MOODLE_FIELDS: &[PresetField] = &[
    PresetField::new(Name::Issuer),
    PresetField::new(Name::ClientId),
    PresetField::new(Name::DeploymentIds),
    PresetField::new(Name::KeysetUrl).pattern("{issuer}/mod/lti/certs.php"),
    PresetField::new(Name::AccessTokenUrl).pattern("{issuer}/mod/lti/token.php"),
    PresetField::new(Name::AuthenticationUrl).pattern("{issuer}/mod/lti/auth.php"),
];

pub(super) const MOODLE: Preset = Preset {
    product: LmsProduct::Moodle,
    fields: MOODLE_FIELDS,
};

pub(super) const OPEN_LMS: Preset = Preset {
    product: LmsProduct::OpenLms,
    fields: MOODLE_FIELDS,
};

pub(super) const BRIGHTSPACE: Preset = Preset {
    product: LmsProduct::Brightspace,
    fields: &[
        PresetField::new(Name::ClientId),
        PresetField::new(Name::KeysetUrl).pattern("{issuer}/d2l/.well-known/jwks"),
        PresetField::new(Name::AccessTokenUrl).pattern("https://auth.brightspace.com/core/connect/token"),
        PresetField::new(Name::AuthenticationUrl).pattern("{issuer}/d2l/lti/authenticate"),
        PresetField::new(Name::AccessTokenAudience),
        PresetField::new(Name::Issuer),
        PresetField::new(Name::DeploymentIds),
    ],
};

pub(super) const SAKAI: Preset = Preset {
    product: LmsProduct::Sakai,
    fields: &[
        PresetField::new(Name::ClientId),
        PresetField::new(Name::DeploymentIds),
        PresetField::new(Name::Issuer),
        PresetField::new(Name::KeysetUrl).pattern("{issuer}/imsblis/lti13/keyset"),
        PresetField::new(Name::AuthenticationUrl).pattern("{issuer}/imsoidc/lti13/oidc_auth"),
        PresetField::new(Name::AccessTokenUrl),
    ],
};

pub(super) const OPEN_EDX: Preset = Preset {
    product: LmsProduct::OpenEdx,
    fields: &[
        PresetField::new(Name::ClientId),
        PresetField::new(Name::DeploymentIds),
        PresetField::new(Name::KeysetUrl),
        PresetField::new(Name::AccessTokenUrl),
        PresetField::new(Name::AuthenticationUrl).pattern("{issuer}/api/lti_consumer/v1/launch/"),
        PresetField::new(Name::Issuer),
    ],
};

pub(super) const CANVAS_SELF_HOSTED: Preset = Preset {
    product: LmsProduct::CanvasSelfHosted,
    fields: &[
        PresetField::new(Name::Issuer).pattern("https://canvas.instructure.com"),
        PresetField::new(Name::ClientId),
        PresetField::new(Name::DeploymentIds),
        PresetField::new(Name::KeysetUrl).pattern("{site}/api/lti/security/jwks"),
        PresetField::new(Name::AuthenticationUrl).pattern("{site}/api/lti/authorize_redirect"),
        PresetField::new(Name::AccessTokenUrl).pattern("{site}/login/oauth2/token"),
    ],
};

pub(super) const OTHER: Preset = Preset {
    product: LmsProduct::Other,
    fields: &[
        PresetField::new(Name::Issuer),
        PresetField::new(Name::ClientId),
        PresetField::new(Name::KeysetUrl),
        PresetField::new(Name::AuthenticationUrl),
        PresetField::new(Name::DeploymentIds),
        PresetField::new(Name::AccessTokenUrl),
        PresetField::new(Name::AccessTokenAudience),
    ],
};
