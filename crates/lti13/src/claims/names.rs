//! The full names of the claims (LTI 1.3 core, 5; Deep Linking 2.0, 4).

/// Core 5.3.1.
pub const MESSAGE_TYPE: &str = "https://purl.imsglobal.org/spec/lti/claim/message_type";
/// Core 5.3.2.
pub const VERSION: &str = "https://purl.imsglobal.org/spec/lti/claim/version";
/// Core 5.3.3.
pub const DEPLOYMENT_ID: &str = "https://purl.imsglobal.org/spec/lti/claim/deployment_id";
/// Core 5.3.4.
pub const TARGET_LINK_URI: &str = "https://purl.imsglobal.org/spec/lti/claim/target_link_uri";
/// Core 5.3.5.
pub const RESOURCE_LINK: &str = "https://purl.imsglobal.org/spec/lti/claim/resource_link";
/// Core 5.3.7.
pub const ROLES: &str = "https://purl.imsglobal.org/spec/lti/claim/roles";
/// Core 5.4.1.
pub const CONTEXT: &str = "https://purl.imsglobal.org/spec/lti/claim/context";
/// Core 5.4.2.
pub const TOOL_PLATFORM: &str = "https://purl.imsglobal.org/spec/lti/claim/tool_platform";
/// Core 5.4.4.
pub const LAUNCH_PRESENTATION: &str = "https://purl.imsglobal.org/spec/lti/claim/launch_presentation";
/// Core 5.4.6.
pub const CUSTOM: &str = "https://purl.imsglobal.org/spec/lti/claim/custom";
/// Deep Linking 4.4.1.
pub const DEEP_LINKING_SETTINGS: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings";
