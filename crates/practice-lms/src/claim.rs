//! The names of LTI claims as this platform writes them (LTI 1.3 core, sections 5.3 and 5.4, and its services).

/// LTI 1.3 core, 5.3.1.
pub const MESSAGE_TYPE: &str = "https://purl.imsglobal.org/spec/lti/claim/message_type";
/// LTI 1.3 core, 5.3.2.
pub const VERSION: &str = "https://purl.imsglobal.org/spec/lti/claim/version";
/// LTI 1.3 core, 5.3.3.
pub const DEPLOYMENT_ID: &str = "https://purl.imsglobal.org/spec/lti/claim/deployment_id";
/// LTI 1.3 core, 5.3.4.
pub const TARGET_LINK_URI: &str = "https://purl.imsglobal.org/spec/lti/claim/target_link_uri";
/// LTI 1.3 core, 5.3.5.
pub const RESOURCE_LINK: &str = "https://purl.imsglobal.org/spec/lti/claim/resource_link";
/// LTI 1.3 core, 5.3.7.
pub const ROLES: &str = "https://purl.imsglobal.org/spec/lti/claim/roles";
/// LTI 1.3 core, 5.4.1.
pub const CONTEXT: &str = "https://purl.imsglobal.org/spec/lti/claim/context";
/// LTI 1.3 core, 5.4.2.
pub const TOOL_PLATFORM: &str = "https://purl.imsglobal.org/spec/lti/claim/tool_platform";
/// LTI 1.3 core, 5.4.4.
pub const LAUNCH_PRESENTATION: &str = "https://purl.imsglobal.org/spec/lti/claim/launch_presentation";
/// LTI 1.3 core, 5.4.5.
pub const LIS: &str = "https://purl.imsglobal.org/spec/lti/claim/lis";
/// LTI 1.3 core, 5.4.6.
pub const CUSTOM: &str = "https://purl.imsglobal.org/spec/lti/claim/custom";
/// Moodle's own: user name and kind of LMS.
pub const EXT: &str = "https://purl.imsglobal.org/spec/lti/claim/ext";
/// LTI 1.1 Basic Outcomes, which Moodle still announces.
pub const BASIC_OUTCOME: &str = "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome";
/// Assignment and Grade Services 2.0, 3.1.
pub const GRADES: &str = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint";
/// Names and Role Provisioning Services 2.0, 3.6.1.1.
pub const NAMES_AND_ROLES: &str = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice";
/// Deep Linking 2.0, 4.5.1.
pub const CONTENT_ITEMS: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items";
/// The `data` of the request, in the answer of a tool.
pub const DEEP_LINKING_DATA: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/data";
/// A message of the tool.
pub const DEEP_LINKING_MSG: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/msg";
/// An error of the tool.
pub const DEEP_LINKING_ERRORMSG: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/errormsg";
/// Deep Linking 2.0, 4.4.1.
pub const DEEP_LINKING_SETTINGS: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings";
