//! Role names (LTI 1.3 core, appendix A). Roles are told apart by exact text; an unknown role gives no rights.

const MEMBERSHIP: &str = "http://purl.imsglobal.org/vocab/lis/v2/membership";
const LMS_ADMINISTRATORS: [&str; 5] = [
    "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator",
    "http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator",
    "http://purl.imsglobal.org/vocab/lis/v2/system/person#SysAdmin",
    "urn:lti:instrole:ims/lis/Administrator",
    "urn:lti:sysrole:ims/lis/Administrator",
];

/// The last part of a role's name: `Instructor` of `http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor`, of
/// `urn:lti:role:ims/lis/Instructor` and of the short `Instructor`. For showing, not for deciding.
#[must_use]
pub fn short_role(role: &str) -> &str {
    role.rsplit(['#', '/', ':']).next().unwrap_or(role)
}

/// Whether the role is an administrator of the institution or of the LMS, not merely of a course.
#[must_use]
pub fn is_lms_administrator(role: &str) -> bool {
    LMS_ADMINISTRATORS.contains(&role)
}

/// Whether the role teaches the course: the new, the deprecated short and the deprecated URN name.
#[must_use]
pub fn is_instructor(role: &str) -> bool {
    matches!(role, "Instructor" | "urn:lti:role:ims/lis/Instructor") || role.strip_prefix(MEMBERSHIP) == Some("#Instructor")
}
