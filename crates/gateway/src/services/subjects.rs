//! The names by which apps know people.

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::TenantId;

/// A stable, opaque name of a person: the same in every launch and roster, without telling the LMS's own id, different in every tenant.
/// Anonymous launches share one.
pub fn subject(tenant: TenantId, issuer: &str, subject: Option<&str>) -> String {
    let mut hash = digest::Context::new(&digest::SHA256);
    hash.update(b"lms-gateway launch subject 1");
    for part in [tenant.to_string().as_str(), issuer, subject.unwrap_or_default()] {
        hash.update(&(part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    URL_SAFE_NO_PAD.encode(hash.finish())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_subject_is_stable_and_different_in_every_tenant_and_issuer() {
        let tenant = TenantId(Uuid::from_u128(1));
        let of = |tenant, issuer, sub| subject(tenant, issuer, Some(sub));
        assert_eq!(of(tenant, "https://a", "3"), of(tenant, "https://a", "3"));
        for other in [
            of(TenantId(Uuid::from_u128(2)), "https://a", "3"),
            of(tenant, "https://b", "3"),
            of(tenant, "https://a", "4"),
            of(tenant, "https://", "a3"),
            subject(tenant, "https://a", None),
        ] {
            assert_ne!(other, of(tenant, "https://a", "3"));
        }
        assert!(!of(tenant, "https://a", "teacher").contains("teacher"));
    }
}
