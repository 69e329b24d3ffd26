//! Contests: the claim of a tenant to an LMS that another tenant registered. A launch of an administrator of the LMS proves it.

use std::fmt;

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{Actor, NewRegistration, RegistrationId, TenantId, presets};

/// Contests that a tenant may have open at once.
pub const MAX_OPEN_CONTESTS: u32 = 20;

/// How long the code of a contest counts.
pub const CONTEST_LIFETIME: Duration = Duration::days(7);

/// How long the confirmation of a proven launch counts.
pub const CONFIRMATION_LIFETIME: Duration = Duration::minutes(10);

/// A contest's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContestId(pub Uuid);

impl fmt::Display for ContestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A stored contest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contest {
    /// Its id.
    pub id: ContestId,
    /// The contender.
    pub tenant_id: TenantId,
    /// The registration that the contender gets by the proof.
    pub new: NewRegistration,
    /// When it was started.
    pub created_at: OffsetDateTime,
    /// The actor who began it.
    pub created_by: Actor,
    /// Until when its code counts.
    pub expires_at: OffsetDateTime,
    /// How it ended, once it was proven.
    pub proof: Option<ContestProof>,
}

/// The end of a contest that was proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContestProof {
    /// When the proof was confirmed.
    pub at: OffsetDateTime,
    /// The registration that the contender got.
    pub registration_id: RegistrationId,
}

/// Where a contest stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContestState {
    /// Its code counts.
    Open,
    /// The contender has the LMS.
    Proven,
    /// Its code doesn't count any more.
    Expired,
}

impl Contest {
    /// Where it stands at that time.
    #[must_use]
    pub fn state(&self, now: OffsetDateTime) -> ContestState {
        match self.proof {
            Some(_) => ContestState::Proven,
            None if now < self.expires_at => ContestState::Open,
            None => ContestState::Expired,
        }
    }

    /// True if a launch from that deployment proves the contest. A launch proves what it signs: issuer and client ID, and of a client ID
    /// that schools share only its deployment.
    #[must_use]
    pub fn covers(&self, deployment_id: &str) -> bool {
        !self.new.client_is_shared() || self.new.deployment_ids.iter().any(|id| id == deployment_id)
    }
}

/// Why no launch could prove a contest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnprovableError {
    /// The keys are not the issuer's own: a person who enters an issuer can enter a keyset of their own.
    ForeignKeyset,
    /// Schools share the client ID, so a launch proves exactly one deployment.
    NotOneDeployment,
    /// A contest replaces no registration.
    Replaces,
}

/// Validates that a launch could prove a contest for this registration.
///
/// # Errors
/// [`UnprovableError`].
pub fn validate_contest(new: &NewRegistration) -> Result<(), UnprovableError> {
    if new.replaces.is_some() {
        return Err(UnprovableError::Replaces);
    }
    if !presets::signs_for_issuer(&new.lms.platform) {
        return Err(UnprovableError::ForeignKeyset);
    }
    if new.client_is_shared() && new.deployment_ids.len() != 1 {
        return Err(UnprovableError::NotOneDeployment);
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use lti13::tool::ToolRegistration;

    use super::*;
    use crate::{ActorKind, LmsProduct, LmsValues};

    fn registration(product: LmsProduct, issuer: &str, keyset: &str, deployment_ids: &[&str]) -> NewRegistration {
        NewRegistration {
            name: "LMS".to_owned(),
            app_id: "launch-inspector".to_owned(),
            product,
            lms: LmsValues {
                platform: ToolRegistration {
                    issuer: issuer.to_owned(),
                    client_id: "c-1".to_owned(),
                    authentication_url: "https://moodle.contoso.edu/auth".parse().unwrap(),
                    keyset_url: keyset.parse().unwrap(),
                },
                access_token_url: None,
                access_token_audience: None,
            },
            deployment_ids: deployment_ids.iter().map(|&id| id.to_owned()).collect(),
            allow_anonymous: false,
            accept_any_deployment: false,
            replaces: None,
        }
    }

    #[test]
    fn only_the_issuers_own_keys_can_prove() {
        use LmsProduct::{Blackboard, Canvas, Moodle};
        let blackboard = "https://developer.blackboard.com/api/v1/management/applications/c-1/jwks.json";
        let (moodle, canvas) = ("https://moodle.contoso.edu", "https://canvas.instructure.com");
        let foreign = Err(UnprovableError::ForeignKeyset);
        for (product, issuer, keyset, deployments, expected) in [
            (Moodle, moodle, "https://moodle.contoso.edu/certs", &[][..], Ok(())),
            (Moodle, moodle, "https://moodle.contoso.edu:8443/certs", &["1"], foreign),
            (Moodle, moodle, "https://keys.fabrikam.example/certs", &["1"], foreign),
            (
                Canvas,
                canvas,
                "https://sso.canvaslms.com/api/lti/security/jwks",
                &["1", "2"],
                Ok(()),
            ),
            (Canvas, canvas, "https://canvas.instructure.com/keys", &["1"], foreign),
            (Blackboard, "https://blackboard.com", blackboard, &["1"], Ok(())),
            (
                Blackboard,
                "https://blackboard.com",
                blackboard,
                &[],
                Err(UnprovableError::NotOneDeployment),
            ),
            (
                Blackboard,
                "https://blackboard.com",
                blackboard,
                &["1", "2"],
                Err(UnprovableError::NotOneDeployment),
            ),
        ] {
            let new = registration(product, issuer, keyset, deployments);
            assert_eq!(validate_contest(&new), expected, "{issuer} {keyset} {deployments:?}");
        }
    }

    #[test]
    fn a_launch_proves_no_more_than_it_signs() {
        let at = OffsetDateTime::UNIX_EPOCH;
        let contest = |product| Contest {
            id: ContestId(Uuid::nil()),
            tenant_id: TenantId(Uuid::nil()),
            new: registration(product, "https://lms.contoso.edu", "https://lms.contoso.edu/keys", &["1"]),
            created_at: at,
            created_by: Actor {
                id: "oid".to_owned(),
                name: "Ada".to_owned(),
                kind: ActorKind::User,
            },
            expires_at: at + CONTEST_LIFETIME,
            proof: None,
        };
        let (private, shared) = (contest(LmsProduct::Moodle), contest(LmsProduct::Blackboard));
        assert!(private.covers("2") && shared.covers("1") && !shared.covers("2"));
        assert_eq!(private.state(at), ContestState::Open);
        assert_eq!(private.state(private.expires_at), ContestState::Expired);
        let proof = ContestProof {
            at,
            registration_id: RegistrationId(Uuid::nil()),
        };
        let proven = Contest {
            proof: Some(proof),
            ..private
        };
        assert_eq!(proven.state(proven.expires_at), ContestState::Proven);
    }
}
