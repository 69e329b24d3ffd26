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

/// Where a role is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RoleScope {
    /// In the platform.
    System,
    /// In the institution.
    Institution,
    /// In the course, the group or whatever the context is.
    Context,
}

/// Where the role is held (core, appendix A.2), in the new and the deprecated names; `None` for a name of another vocabulary.
#[must_use]
pub fn role_scope(role: &str) -> Option<RoleScope> {
    let begins = |beginnings: [&str; 3]| beginnings.iter().any(|beginning| role.starts_with(beginning));
    if begins([
        "http://purl.imsglobal.org/vocab/lis/v2/system/",
        "http://purl.imsglobal.org/vocab/lti/system/",
        "urn:lti:sysrole:",
    ]) {
        Some(RoleScope::System)
    } else if begins([
        "http://purl.imsglobal.org/vocab/lis/v2/institution/",
        "http://purl.imsglobal.org/vocab/lti/institution/",
        "urn:lti:instrole:",
    ]) {
        Some(RoleScope::Institution)
    } else if begins([MEMBERSHIP, "http://purl.imsglobal.org/vocab/lti/membership", "urn:lti:role:"])
        || !role.contains(['#', '/', ':'])
    {
        Some(RoleScope::Context)
    } else {
        None
    }
}

/// True if the role is an administrator of the institution or of the LMS, not merely of a course.
#[must_use]
pub fn is_lms_administrator(role: &str) -> bool {
    LMS_ADMINISTRATORS.contains(&role)
}

/// True if the role teaches the course: the new, the deprecated short and the deprecated URN name.
#[must_use]
pub fn is_instructor(role: &str) -> bool {
    matches!(role, "Instructor" | "urn:lti:role:ims/lis/Instructor") || role.strip_prefix(MEMBERSHIP) == Some("#Instructor")
}
