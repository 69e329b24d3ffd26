//! Finds the registration of a verified launch: by issuer, client ID and the signed deployment.

use domain::{App, DeploymentState, LaunchRegistration, OwnHint, OwnTerm, Refusal, RegistrationId, Rule, TenantId};
use lti13::{
    Evidence, Term, Value,
    tool::{LaunchOrigin, RecognizedLogin, ToolRegistration},
};
use store::{LaunchTarget, StoreError};
use time::OffsetDateTime;

use super::{context::LaunchContext, failure::store_failed};
use crate::{state::AppState, telemetry::log::chain};

/// The registration of a launch, and its app.
pub(super) struct Registered<'a> {
    pub(super) registration: LaunchRegistration,
    pub(super) app: &'a App,
}

/// The registration that lately took launches of this deployment, without asking the database. It may be out of date.
pub(super) async fn cached<'a>(
    context: &mut LaunchContext<'a>,
    login: &RecognizedLogin,
    origin: &LaunchOrigin,
) -> Option<Result<Registered<'a>, Refusal>> {
    let ToolRegistration { issuer, client_id, .. } = login.registration();
    let store = &context.app.store;
    let registration = store.cached_launch_target(issuer, client_id, &origin.deployment_id).await?;
    Some(registered(context, login, registration, origin))
}

/// Resolves a launch. An unlisted deployment of a client that belongs to one tenant waits for that tenant's decision, or is
/// accepted at once where the registration says so.
pub(super) async fn resolve<'a>(
    context: &mut LaunchContext<'a>,
    login: &RecognizedLogin,
    origin: &LaunchOrigin,
) -> Result<Registered<'a>, Refusal> {
    let ToolRegistration { issuer, client_id, .. } = login.registration();
    let deployment_id = &origin.deployment_id;
    let store = &context.app.store;
    let target = store.find_launch_target(issuer, client_id, deployment_id).await;
    let registration = match target.map_err(|error| store_failed(&error))? {
        LaunchTarget::Accepted(registration) => registration,
        LaunchTarget::Unlisted(Some(registration)) => {
            let noted = store
                .note_deployment(registration.tenant_id, registration.id, deployment_id, context.at)
                .await;
            let hint = match noted.map_err(|error| store_failed(&error))? {
                Some(DeploymentState::Accepted) => return registered(context, login, registration, origin),
                Some(DeploymentState::Waiting) => Some(OwnHint::DeploymentNowWaits),
                Some(DeploymentState::Rejected) => Some(OwnHint::DeploymentRemoved),
                // There is nothing to decide on in the list.
                None => None,
            };
            return Err(unlisted(context, &registration, deployment_id, hint).await);
        }
        LaunchTarget::Waiting(registration) => {
            return Err(unlisted(context, &registration, deployment_id, Some(OwnHint::DeploymentWaits)).await);
        }
        LaunchTarget::Rejected(registration) => {
            return Err(unlisted(context, &registration, deployment_id, Some(OwnHint::DeploymentRemoved)).await);
        }
        LaunchTarget::Unlisted(None) => {
            return Err(context.record.fail(Rule::DeploymentUnlisted, Evidence::seen(deployment_id)));
        }
        LaunchTarget::Deleted | LaunchTarget::Unknown => {
            return Err(context.record.fail(Rule::RegistrationDeleted, Evidence::none()));
        }
    };
    registered(context, login, registration, origin)
}

/// Refuses a launch for its deployment, which this registration doesn't accept; names the ones that it accepts.
async fn unlisted(
    context: &mut LaunchContext<'_>,
    registration: &LaunchRegistration,
    deployment_id: &str,
    hint: Option<OwnHint>,
) -> Refusal {
    context.registration = Some((registration.tenant_id, registration.id));
    let accepted = context
        .app
        .store
        .list_accepted_deployments(registration.tenant_id, registration.id, u64::from(NAMED_DEPLOYMENTS) + 1)
        .await;
    // It is refused whether they can be named or not.
    let accepted = accepted.unwrap_or_else(|error| {
        tracing::warn!(error = %chain(&error), "the accepted deployments couldn't be read");
        Vec::new()
    });
    let evidence = if accepted.is_empty() {
        Evidence::none()
    } else {
        Evidence::expected(first_of(&accepted))
    };
    let evidence = evidence.and_seen(deployment_id);
    let evidence = match hint {
        Some(hint) => evidence.and_hint(hint),
        None => evidence,
    };
    context.record.fail(Rule::DeploymentUnlisted, evidence)
}

/// How many accepted deployments a refused launch is held against.
const NAMED_DEPLOYMENTS: u8 = 3;

/// The first deployments of a list, and whether there are more.
fn first_of(deployments: &[String]) -> Value {
    let first = usize::from(NAMED_DEPLOYMENTS);
    let more = (deployments.len() > first).then_some(Term::More.into());
    Value::list(deployments.iter().take(first).map(Value::from).chain(more))
}

/// The deployment is accepted. The registration's platform is compared with the one of the login: if somebody registered the same
/// client with another keyset in between, this launch was verified with the wrong keys; if it took the client from another tenant, the
/// login was that one's. The registration is immutable and must still
/// be there when the launch is recorded, so the answer holds until then.
fn registered<'a>(
    context: &mut LaunchContext<'a>,
    login: &RecognizedLogin,
    registration: LaunchRegistration,
    origin: &LaunchOrigin,
) -> Result<Registered<'a>, Refusal> {
    context.registration = Some((registration.tenant_id, registration.id));
    let record = &mut context.record;
    let begun_before = |claimed: OffsetDateTime| login.issued_at() < claimed.unix_timestamp();
    if registration.claimed_at.is_some_and(begun_before) || registration.platform != *login.registration() {
        let evidence = Evidence::seen(OwnTerm::RegistrationChanged);
        return Err(record.fail(Rule::RegistrationDeleted, evidence));
    }
    record.pass(Rule::DeploymentUnlisted, Evidence::seen(&origin.deployment_id));
    let app = context.app.apps.find(&registration.app_id);
    let app = app.ok_or_else(|| record.fail(Rule::AppWithdrawn, Evidence::seen(&registration.app_id)))?;
    Ok(Registered { registration, app })
}

/// The owner of a launch by its client ID alone: `None` where schools share it.
pub(super) async fn owner(
    app: &AppState,
    issuer: &str,
    client_id: &str,
) -> Result<Option<(TenantId, RegistrationId)>, StoreError> {
    Ok(match app.store.find_launch_target(issuer, client_id, "").await? {
        LaunchTarget::Accepted(registration)
        | LaunchTarget::Waiting(registration)
        | LaunchTarget::Rejected(registration)
        | LaunchTarget::Unlisted(Some(registration)) => Some((registration.tenant_id, registration.id)),
        LaunchTarget::Unlisted(None) | LaunchTarget::Deleted | LaunchTarget::Unknown => None,
    })
}

#[cfg(test)]
mod tests {
    use lti13::{Term, Value};

    use super::first_of;

    #[test]
    fn the_first_deployments_and_that_there_are_more() {
        let ids = ["1", "2", "3", "4"].map(str::to_owned);
        let [one, two, three] = ["1", "2", "3"].map(Value::from);
        assert_eq!(first_of(&ids[..1]), one);
        let first = vec![one, two, three];
        assert_eq!(first_of(&ids[..3]), Value::List(first.clone()));
        assert_eq!(first_of(&ids), Value::List([first, vec![Term::More.into()]].concat()));
    }
}
