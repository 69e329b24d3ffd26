//! LMSs in which every site has its own values.

use domain::presets::LmsFieldName as Name;
use messages::lms::{any, brightspace, canvas, moodle, open_edx, other, sakai};

use super::{GRADES, GatewayKeyName as Key, Guide, MEMBERS, Need, check, choose, hosted};

pub(super) fn moodle() -> Guide {
    Guide {
        site: None,
        fields: vec![
            (Name::Issuer, moodle::PLATFORM_ID, moodle::WHERE_DETAILS),
            (Name::ClientId, moodle::CLIENT_ID, moodle::WHERE_DETAILS),
            (Name::DeploymentIds, moodle::DEPLOYMENT_ID, moodle::WHERE_DETAILS),
            (Name::KeysetUrl, moodle::PUBLIC_KEYSET_URL, moodle::WHERE_DETAILS),
            (Name::AccessTokenUrl, moodle::ACCESS_TOKEN_URL, moodle::WHERE_DETAILS),
            (
                Name::AuthenticationUrl,
                moodle::AUTHENTICATION_REQUEST_URL,
                moodle::WHERE_DETAILS,
            ),
        ],
        gateway_keys: vec![
            (Key::TargetLinkUrl, moodle::TOOL_URL),
            (Key::JwksUrl, moodle::PUBLIC_KEYSET),
            (Key::LoginUrl, moodle::INITIATE_LOGIN_URL),
            (Key::RedirectUrl, moodle::REDIRECTION_URI_S),
            (Key::CustomParameters, moodle::CUSTOM_PARAMETERS),
            (Key::DeepLinkingUrl, moodle::CONTENT_SELECTION_URL),
            (Key::IconUrl, moodle::SECURE_ICON_URL),
        ],
        settings: vec![
            choose(Need::Launch, moodle::LTI_VERSION, moodle::LTI_1_3),
            choose(Need::Launch, moodle::PUBLIC_KEY_TYPE, moodle::KEYSET_URL),
            check(Need::DeepLinking, moodle::SUPPORTS_DEEP_LINKING_CONTENT_ITEM),
            choose(
                GRADES,
                moodle::IMS_LTI_ASSIGNMENT_AND_GRADE,
                moodle::USE_THIS_SERVICE_FOR_GRADE,
            ),
            choose(MEMBERS, moodle::IMS_LTI_NAMES_AND_ROLE, moodle::USE_THIS_SERVICE_TO_RETRIEVE),
            choose(Need::Launch, moodle::SHARE_LAUNCHERS_NAME_WITH_TOOL, moodle::ALWAYS),
            choose(Need::Launch, moodle::SHARE_LAUNCHERS_EMAIL_WITH_TOOL, moodle::ALWAYS),
            choose(GRADES, moodle::ACCEPT_GRADES_FROM_THE_TOOL, moodle::ALWAYS),
            check(Need::Launch, moodle::FORCE_SSL),
        ],
        steps: vec![moodle::STEP_1, moodle::STEP_2, moodle::STEP_3, moodle::STEP_4],
    }
}

pub(super) fn brightspace() -> Guide {
    Guide {
        site: None,
        fields: vec![
            (Name::ClientId, brightspace::CLIENT_ID, brightspace::WHERE_DETAILS),
            (
                Name::KeysetUrl,
                brightspace::BRIGHTSPACE_KEYSET_URL,
                brightspace::WHERE_DETAILS,
            ),
            (
                Name::AccessTokenUrl,
                brightspace::BRIGHTSPACE_OAUTH2_ACCESS_TOKEN_URL,
                brightspace::WHERE_DETAILS,
            ),
            (
                Name::AuthenticationUrl,
                brightspace::OPENID_CONNECT_AUTHENTICATION_ENDPOINT,
                brightspace::WHERE_DETAILS,
            ),
            (
                Name::AccessTokenAudience,
                brightspace::BRIGHTSPACE_OAUTH2_AUDIENCE,
                brightspace::WHERE_DETAILS,
            ),
            (Name::Issuer, brightspace::ISSUER, brightspace::WHERE_DETAILS),
            (
                Name::DeploymentIds,
                brightspace::DEPLOYMENT_ID,
                brightspace::WHERE_DEPLOYMENT_IDS,
            ),
        ],
        gateway_keys: vec![
            (Key::TargetLinkUrl, brightspace::DOMAIN),
            (Key::RedirectUrl, brightspace::REDIRECT_URLS),
            (Key::LoginUrl, brightspace::OPENID_CONNECT_LOGIN_URL),
            (Key::TargetLinkUrl, brightspace::TARGET_LINK_URI),
            (Key::JwksUrl, brightspace::KEYSET_URL),
            (Key::CustomParameters, brightspace::SUBSTITUTION_PARAMETERS),
        ],
        settings: vec![
            check(GRADES, brightspace::EXTENSIONS_ASSIGNMENT_AND_GRADE_SERVICES),
            check(Need::DeepLinking, brightspace::EXTENSIONS_DEEP_LINKING),
            check(MEMBERS, brightspace::EXTENSIONS_NAMES_AND_ROLE_PROVISIONING),
            choose(
                Need::Launch,
                brightspace::NEW_DEPLOYMENT_SECURITY_SETTINGS,
                brightspace::ALL_EXCEPT_ANONYMOUS,
            ),
            choose(Need::Launch, brightspace::NEW_LINK_TYPE, brightspace::BASIC_LAUNCH),
            choose(
                Need::DeepLinking,
                brightspace::A_SECOND_NEW_LINK_TYPE,
                brightspace::DEEP_LINKING_QUICKLINK,
            ),
        ],
        steps: vec![
            brightspace::STEP_1,
            brightspace::STEP_2,
            brightspace::STEP_3,
            brightspace::STEP_4,
            brightspace::STEP_5,
        ],
    }
}

pub(super) fn sakai() -> Guide {
    Guide {
        site: None,
        fields: vec![
            (Name::ClientId, sakai::LTI_1_3_CLIENT_ID, sakai::WHERE_DETAILS),
            (Name::DeploymentIds, sakai::LTI_1_3_DEPLOYMENT_ID, sakai::WHERE_DETAILS),
            (Name::Issuer, sakai::LTI_1_3_PLATFORM_ISSUER, sakai::WHERE_DETAILS),
            (Name::KeysetUrl, sakai::LTI_1_3_LMS_KEYSET, sakai::WHERE_DETAILS),
            (Name::AuthenticationUrl, sakai::LTI_1_3_LMS_OIDC, sakai::WHERE_DETAILS),
            (Name::AccessTokenUrl, sakai::LTI_1_3_LMS_OAUTH, sakai::WHERE_DETAILS),
        ],
        gateway_keys: vec![
            (Key::TargetLinkUrl, sakai::LAUNCH_URL_1_1_TARGET),
            (Key::CustomParameters, sakai::CUSTOM_PARAMETERS),
            (Key::LoginUrl, sakai::LTI_1_3_TOOL_OPENID),
            (Key::RedirectUrl, sakai::LTI_1_3_TOOL_REDIRECT),
            (Key::JwksUrl, sakai::LTI_1_3_TOOL_KEYSET),
        ],
        settings: vec![
            check(Need::Launch, sakai::SEND_USER_NAMES_TO_EXTERNAL),
            check(Need::Launch, sakai::SEND_EMAIL_ADDRESSES_TO_EXTERNAL),
            check(GRADES, sakai::ALLOW_EXTERNAL_TOOL_TO_RETURN),
            check(GRADES, sakai::ALLOW_EXTERNAL_TOOL_TO_CREATE),
            check(MEMBERS, sakai::PROVIDE_ROSTER_TO_EXTERNAL_TOOL),
            check(Need::Launch, sakai::THE_TOOL_URL_SUPPORTS_A),
            check(Need::DeepLinking, sakai::THE_TOOL_URL_SUPPORTS_A_RESOURCE_PICKER_EXPERIENCE),
            check(Need::DeepLinking, sakai::ALLOW_THE_TOOL_TO_BE),
            check(Need::Launch, sakai::TOOL_SUPPORTS_LTI_1_3),
        ],
        steps: vec![sakai::STEP_1, any::ENTER_AND_SAVE, sakai::STEP_3],
    }
}

pub(super) fn open_edx() -> Guide {
    Guide {
        site: None,
        fields: vec![
            (Name::ClientId, open_edx::CLIENT_ID, open_edx::WHERE_CLIENT_ID),
            (Name::DeploymentIds, open_edx::DEPLOYMENT_ID, open_edx::WHERE_DEPLOYMENT_IDS),
            (Name::KeysetUrl, open_edx::KEYSET_URL, open_edx::WHERE_DETAILS),
            (Name::AccessTokenUrl, open_edx::ACCESS_TOKEN_URL, open_edx::WHERE_DETAILS),
            (Name::AuthenticationUrl, open_edx::LOGIN_URL, open_edx::WHERE_DETAILS),
            (Name::Issuer, open_edx::ISSUER, open_edx::WHERE_ISSUER),
        ],
        gateway_keys: vec![
            (Key::TargetLinkUrl, open_edx::TOOL_LAUNCH_URL),
            (Key::LoginUrl, open_edx::TOOL_INITIATE_LOGIN_URL),
            (Key::RedirectUrl, open_edx::REGISTERED_REDIRECT_URIS),
            (Key::JwksUrl, open_edx::TOOL_KEYSET_URL),
            (Key::DeepLinkingUrl, open_edx::DEEP_LINKING_LAUNCH_URL),
            (Key::CustomParameters, open_edx::CUSTOM_PARAMETERS),
        ],
        settings: vec![
            choose(Need::Launch, open_edx::LTI_VERSION, open_edx::LTI_1_3),
            choose(Need::Launch, open_edx::TOOL_PUBLIC_KEY_MODE, open_edx::KEYSET_URL),
            choose(MEMBERS, open_edx::ENABLE_LTI_NRPS, open_edx::TRUE_),
            choose(Need::DeepLinking, open_edx::DEEP_LINKING, open_edx::TRUE_),
            choose(
                GRADES,
                open_edx::LTI_ASSIGNMENT_AND_GRADES_SERVICE,
                open_edx::ALLOW_TOOLS_TO_MANAGE_AND,
            ),
            choose(Need::Launch, open_edx::REQUEST_USERS_FULL_NAME, open_edx::TRUE_),
            choose(Need::Launch, open_edx::REQUEST_USERS_EMAIL, open_edx::TRUE_),
        ],
        steps: vec![open_edx::STEP_1, any::ENTER_AND_SAVE, open_edx::STEP_3],
    }
}

pub(super) fn canvas_self_hosted() -> Guide {
    Guide {
        site: Some((canvas::CANVAS_URL, canvas::WHERE_SITE)),
        fields: vec![
            (Name::Issuer, canvas::ISSUER, canvas::WHERE_OWN_ISSUER),
            (Name::ClientId, canvas::CLIENT_ID, canvas::WHERE_OWN_CLIENT_ID),
            (Name::DeploymentIds, canvas::DEPLOYMENT_ID, canvas::WHERE_OWN_DEPLOYMENT_IDS),
            (Name::KeysetUrl, canvas::PUBLIC_JWK_URL, canvas::WHERE_OWN_KEYSET_URL),
            (
                Name::AuthenticationUrl,
                canvas::AUTHENTICATION_ENDPOINT,
                canvas::WHERE_OWN_AUTHENTICATION_URL,
            ),
            (
                Name::AccessTokenUrl,
                canvas::ACCESS_TOKEN_ENDPOINT,
                canvas::WHERE_OWN_ACCESS_TOKEN_URL,
            ),
        ],
        ..hosted::canvas()
    }
}

pub(super) fn other() -> Guide {
    Guide {
        site: None,
        fields: vec![
            (Name::Issuer, other::ISSUER, other::WHERE_ISSUER),
            (Name::ClientId, other::CLIENT_ID, other::WHERE_SHOWN),
            (Name::KeysetUrl, other::KEYSET_URL, other::WHERE_KEYSET_URL),
            (
                Name::AuthenticationUrl,
                other::AUTHENTICATION_URL,
                other::WHERE_AUTHENTICATION_URL,
            ),
            (Name::DeploymentIds, other::DEPLOYMENT_ID, other::WHERE_DEPLOYMENT_IDS),
            (Name::AccessTokenUrl, other::ACCESS_TOKEN_URL, other::WHERE_ACCESS_TOKEN_URL),
            (
                Name::AccessTokenAudience,
                other::ACCESS_TOKEN_AUDIENCE,
                other::WHERE_ACCESS_TOKEN_AUDIENCE,
            ),
        ],
        gateway_keys: vec![
            (Key::TargetLinkUrl, other::TARGET_LINK_URL),
            (Key::LoginUrl, other::OPENID_CONNECT_LOGIN_URL),
            (Key::RedirectUrl, other::REDIRECT_URL),
            (Key::JwksUrl, other::JWKS_URL),
            (Key::DeepLinkingUrl, other::DEEP_LINKING_URL),
            (Key::CustomParameters, other::CUSTOM_PARAMETERS),
            (Key::Scopes, other::SCOPES),
            (Key::IconUrl, other::ICON_URL),
        ],
        settings: vec![
            check(Need::Launch, other::NAME),
            check(Need::Launch, other::EMAIL),
            check(Need::DeepLinking, other::DEEP_LINKING),
            check(GRADES, other::ASSIGNMENT_AND_GRADE_SERVICES),
            check(MEMBERS, other::NAMES_AND_ROLE_PROVISIONING_SERVICES),
        ],
        steps: vec![other::STEP_1, other::STEP_2, other::STEP_3],
    }
}
