//! LMSs whose schools share one issuer.

use domain::{Service, presets::LmsFieldName as Name};
use messages::lms::{any, blackboard, canvas, schoology};

use super::{GRADES, GatewayKeyName as Key, Guide, MEMBERS, Need, check, choose};

pub(super) fn canvas() -> Guide {
    Guide {
        site: None,
        fields: vec![
            (Name::Issuer, canvas::ISSUER, any::SAME_FOR_EVERY_SCHOOL),
            (Name::ClientId, canvas::CLIENT_ID, canvas::WHERE_CLIENT_ID),
            (Name::DeploymentIds, canvas::DEPLOYMENT_ID, canvas::WHERE_DEPLOYMENT),
            (Name::KeysetUrl, canvas::PUBLIC_JWK_URL, any::SAME_FOR_EVERY_SCHOOL),
            (
                Name::AuthenticationUrl,
                canvas::AUTHENTICATION_ENDPOINT,
                any::SAME_FOR_EVERY_SCHOOL,
            ),
            (
                Name::AccessTokenUrl,
                canvas::ACCESS_TOKEN_ENDPOINT,
                any::SAME_FOR_EVERY_SCHOOL,
            ),
        ],
        gateway_keys: vec![
            (Key::ClientId, canvas::CLIENT_ID),
            (Key::RedirectUrl, canvas::REDIRECT_URIS),
            (Key::TargetLinkUrl, canvas::TARGET_LINK_URI),
            (Key::LoginUrl, canvas::OPENID_CONNECT_INITIATION_URL),
            (Key::JwksUrl, canvas::PUBLIC_JWK_URL),
            (Key::CustomParameters, canvas::CUSTOM_FIELDS),
            (Key::IconUrl, canvas::ICON_URL),
        ],
        settings: vec![
            choose(Need::Launch, canvas::JWK_METHOD, canvas::PUBLIC_JWK_URL),
            check(
                Need::AnyService(&[Service::LineItems]),
                canvas::CAN_CREATE_AND_VIEW_ASSIGNMENT,
            ),
            check(
                Need::AnyService(&[Service::LineItemsRead]),
                canvas::CAN_VIEW_ASSIGNMENT_DATA_IN,
            ),
            check(
                Need::AnyService(&[Service::ResultsRead]),
                canvas::CAN_VIEW_SUBMISSION_DATA_FOR,
            ),
            check(Need::AnyService(&[Service::Scores]), canvas::CAN_CREATE_AND_UPDATE_SUBMISSION),
            check(MEMBERS, canvas::CAN_RETRIEVE_USER_DATA_ASSOCIATED),
            choose(Need::Launch, canvas::PRIVACY_LEVEL, canvas::PUBLIC),
            choose(
                Need::DeepLinking,
                canvas::PLACEMENTS_SELECT_MESSAGE_TYPE,
                canvas::LTI_DEEP_LINKING_REQUEST,
            ),
        ],
        steps: vec![canvas::STEP_1, canvas::STEP_2, canvas::STEP_3, canvas::STEP_4, canvas::STEP_5],
    }
}

pub(super) fn blackboard() -> Guide {
    Guide {
        site: None,
        fields: vec![
            (Name::ClientId, blackboard::CLIENT_ID, blackboard::WHERE_CLIENT_ID),
            (
                Name::DeploymentIds,
                blackboard::DEPLOYMENT_ID,
                blackboard::WHERE_DEPLOYMENT_IDS,
            ),
            (Name::Issuer, blackboard::ISSUER, any::SAME_FOR_EVERY_SCHOOL),
            (Name::KeysetUrl, blackboard::PUBLIC_KEYSET_URL, blackboard::WHERE_KEYSET_URL),
            (
                Name::AuthenticationUrl,
                blackboard::OIDC_AUTH_REQUEST_ENDPOINT,
                any::SAME_FOR_EVERY_SCHOOL,
            ),
            (
                Name::AccessTokenUrl,
                blackboard::AUTH_TOKEN_ENDPOINT,
                any::SAME_FOR_EVERY_SCHOOL,
            ),
        ],
        gateway_keys: vec![
            (Key::ClientId, blackboard::CLIENT_ID),
            (Key::LoginUrl, blackboard::LOGIN_INITIATION_URL),
            (Key::RedirectUrl, blackboard::TOOL_REDIRECT_URL_S),
            (Key::JwksUrl, blackboard::TOOL_JWKS_URL),
            (Key::CustomParameters, blackboard::CUSTOM_PARAMETERS),
            (Key::TargetLinkUrl, blackboard::TARGET_LINK_URI),
            (Key::IconUrl, blackboard::ICON),
        ],
        settings: vec![
            choose(Need::Launch, blackboard::SIGNING_ALGORITHM, blackboard::RS256),
            choose(Need::Launch, blackboard::TOOL_STATUS, blackboard::APPROVED),
            choose(
                Need::Launch,
                blackboard::USER_FIELDS_TO_SEND,
                blackboard::ROLE_IN_COURSE_NAME_EMAIL,
            ),
            choose(GRADES, blackboard::ALLOW_GRADE_SERVICE_ACCESS, blackboard::YES),
            choose(MEMBERS, blackboard::ALLOW_MEMBERSHIP_SERVICE_ACCESS, blackboard::YES),
            choose(
                Need::DeepLinking,
                blackboard::CREATE_PLACEMENT_TYPE,
                blackboard::DEEP_LINKING_CONTENT_TOOL,
            ),
        ],
        steps: vec![
            blackboard::STEP_1,
            blackboard::STEP_2,
            blackboard::STEP_3,
            blackboard::STEP_4,
            blackboard::STEP_5,
        ],
    }
}

pub(super) fn schoology() -> Guide {
    Guide {
        site: None,
        fields: vec![
            (Name::ClientId, schoology::CLIENT_ID, schoology::WHERE_CLIENT_ID),
            (Name::DeploymentIds, schoology::DEPLOYMENT_ID, schoology::WHERE_DEPLOYMENT_IDS),
            (Name::Issuer, schoology::ISSUER_ID, any::SAME_FOR_EVERY_SCHOOL),
            (Name::KeysetUrl, schoology::JWKS_URL, any::SAME_FOR_EVERY_SCHOOL),
            (
                Name::AuthenticationUrl,
                schoology::OIDC_AUTHORIZATION_ENDPOINT,
                any::SAME_FOR_EVERY_SCHOOL,
            ),
            (
                Name::AccessTokenUrl,
                schoology::OAUTH_2_ACCESS_TOKEN_ENDPOINT,
                any::SAME_FOR_EVERY_SCHOOL,
            ),
        ],
        gateway_keys: vec![
            (Key::ClientId, schoology::CLIENT_ID),
            (Key::JwksUrl, schoology::JWKS_URL),
            (Key::TargetLinkUrl, schoology::DOMAIN_URL),
            (Key::CustomParameters, schoology::CUSTOM_PARAMETERS),
            (Key::LoginUrl, schoology::OIDC_LOGIN_INIT_URL),
            (Key::RedirectUrl, schoology::REDIRECT_URLS),
        ],
        settings: vec![
            choose(Need::Launch, schoology::TYPE_OF_APP, schoology::LTI_1_3_APP),
            choose(
                Need::DeepLinking,
                schoology::CAN_BE_INSTALLED_FOR,
                schoology::COURSE_MATERIALS,
            ),
            choose(Need::Launch, schoology::CONFIGURATION_TYPE, schoology::MANUAL),
            choose(Need::Launch, schoology::PRIVACY, schoology::SEND_NAME_AND_EMAIL_USERNAME),
            check(Need::DeepLinking, schoology::DEEP_LINKING),
            check(GRADES, schoology::ASSIGNMENT_AND_GRADE_SERVICES),
            check(MEMBERS, schoology::NAMES_AND_ROLES_SERVICES),
        ],
        steps: vec![
            schoology::STEP_1,
            schoology::STEP_2,
            schoology::STEP_3,
            schoology::STEP_4,
            schoology::STEP_5,
        ],
    }
}
