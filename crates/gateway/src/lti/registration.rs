//! From a verified launch to the registration that it belongs to: by issuer, client ID and the signed deployment.

use domain::{DeploymentState, LaunchRegistration, RegistrationId, TenantId};
use lti13::{Evidence, Hint, Launch, LoginState, Platform, Refusal, Rule, Term, Value};
use store::{LaunchTarget, StoreError};

use super::{attempt::Attempt, refusal::store_failed};
use crate::{config::App, error::chain, state::AppState};

/// The registration of a launch, and its app.
pub(super) struct Registered<'a> {
    pub(super) registration: LaunchRegistration,
    pub(super) app: &'a App,
}

/// The registration that lately took launches of this deployment, without asking the database. It may be out of date.
pub(super) async fn remembered<'a>(
    state: &'a AppState,
    login: &LoginState,
    launch: &Launch,
    attempt: &mut Attempt,
) -> Option<Result<Registered<'a>, Refusal>> {
    let Platform { issuer, client_id, .. } = &login.platform;
    let registration = state
        .store
        .recall_launch_target(issuer, client_id, &launch.deployment_id)
        .await?;
    Some(registered(
        state,
        login,
        registration,
        Evidence::seen(&launch.deployment_id),
        attempt,
    ))
}

/// Resolves a launch. An unlisted deployment of a client that belongs to one tenant waits for that tenant's decision, or is
/// accepted at once where the registration says so.
pub(super) async fn of_launch<'a>(
    state: &'a AppState,
    login: &LoginState,
    launch: &Launch,
    attempt: &mut Attempt,
) -> Result<Registered<'a>, Refusal> {
    let platform = &login.platform;
    let target = state
        .store
        .find_launch_target(&platform.issuer, &platform.client_id, &launch.deployment_id)
        .await;
    let registration = match target.map_err(|error| store_failed(&error))? {
        LaunchTarget::Accepted(registration) => registration,
        LaunchTarget::Unlisted(Some(registration)) => {
            let noted = state
                .store
                .note_deployment(registration.tenant_id, registration.id, &launch.deployment_id, attempt.at)
                .await;
            let hint = match noted.map_err(|error| store_failed(&error))? {
                Some(DeploymentState::Accepted) => {
                    let evidence = Evidence::seen(&launch.deployment_id);
                    return registered(state, login, registration, evidence, attempt);
                }
                Some(DeploymentState::Waiting) => Some(Hint::DeploymentNowWaits),
                Some(DeploymentState::Rejected) => Some(Hint::DeploymentRemoved),
                // There is nothing to decide on in the list.
                None => None,
            };
            return Err(unlisted(state, &registration, launch, hint, attempt).await);
        }
        LaunchTarget::Waiting(registration) => {
            return Err(unlisted(state, &registration, launch, Some(Hint::DeploymentWaits), attempt).await);
        }
        LaunchTarget::Rejected(registration) => {
            return Err(unlisted(state, &registration, launch, Some(Hint::DeploymentRemoved), attempt).await);
        }
        LaunchTarget::Unlisted(None) => {
            let evidence = Evidence::seen(&launch.deployment_id);
            return Err(attempt.checks.fail(Rule::DeploymentUnlisted, evidence));
        }
        LaunchTarget::Deleted | LaunchTarget::Unknown => {
            return Err(attempt.checks.fail(Rule::RegistrationDeleted, Evidence::none()));
        }
    };
    registered(state, login, registration, Evidence::seen(&launch.deployment_id), attempt)
}

/// Refuses a launch for its deployment, which this registration doesn't accept; tells the ones that it accepts.
async fn unlisted(
    state: &AppState,
    registration: &LaunchRegistration,
    launch: &Launch,
    hint: Option<Hint>,
    attempt: &mut Attempt,
) -> Refusal {
    attempt.registration = Some((registration.tenant_id, registration.id));
    let accepted = state
        .store
        .list_accepted_deployments(registration.tenant_id, registration.id, u64::from(TOLD_DEPLOYMENTS) + 1)
        .await;
    // It is refused whether they can be told or not.
    let accepted = accepted.unwrap_or_else(|error| {
        tracing::warn!(error = %chain(&error), "the accepted deployments couldn't be told");
        Vec::new()
    });
    let evidence = if accepted.is_empty() {
        Evidence::none()
    } else {
        Evidence::expected(first_of(&accepted))
    };
    let evidence = evidence.and_seen(&launch.deployment_id);
    let evidence = match hint {
        Some(hint) => evidence.and_hint(hint),
        None => evidence,
    };
    attempt.checks.fail(Rule::DeploymentUnlisted, evidence)
}

/// How many accepted deployments a refused launch is held against.
const TOLD_DEPLOYMENTS: u8 = 3;

/// The first deployments of a list, and whether there are more.
fn first_of(deployments: &[String]) -> Value {
    let first = usize::from(TOLD_DEPLOYMENTS);
    let more = (deployments.len() > first).then_some(Term::More.into());
    Value::list(deployments.iter().take(first).map(Value::from).chain(more))
}

/// The deployment is accepted. The registration's platform is compared with the one of the login: if somebody registered the same
/// client with another keyset in between, this launch was verified with the wrong keys. The registration is immutable and must still
/// be there when the launch is recorded, so the answer holds until then.
fn registered<'a>(
    state: &'a AppState,
    login: &LoginState,
    registration: LaunchRegistration,
    evidence: Evidence,
    attempt: &mut Attempt,
) -> Result<Registered<'a>, Refusal> {
    attempt.registration = Some((registration.tenant_id, registration.id));
    if registration.platform != login.platform {
        return Err(attempt
            .checks
            .fail(Rule::RegistrationDeleted, Evidence::seen(Term::RegistrationChanged)));
    }
    attempt.checks.pass(Rule::DeploymentUnlisted, evidence);
    let app = state.catalogue.find(&registration.app_id);
    let app = app.ok_or_else(|| attempt.checks.fail(Rule::AppWithdrawn, Evidence::seen(&registration.app_id)))?;
    Ok(Registered { registration, app })
}

/// Whose launch it is as far as the client ID alone tells: `None` where schools share it.
pub(super) async fn owner(
    state: &AppState,
    issuer: &str,
    client_id: &str,
) -> Result<Option<(TenantId, RegistrationId)>, StoreError> {
    Ok(match state.store.find_launch_target(issuer, client_id, "").await? {
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
