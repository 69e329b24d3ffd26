//! `who-has` and `release`: the holders of an LMS, and how to take it away from one.

use std::process::ExitCode;

use domain::{TenantId, TenantState};
use store::{Claim, ClaimHolder, Release, ReleaseError};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{ConfigFile, operator, say, with_store};
use crate::{serve::StartError, services::clock::Clock, telemetry::log::chain};

/// Nobody has it.
const NOT_HELD: u8 = 3;
/// Nothing was done: `--yes` is missing.
const NOT_DONE: u8 = 4;

/// An LMS's client, or a deployment of it.
#[derive(clap::Args)]
pub(super) struct ClientArguments {
    /// The LMS's issuer, to the letter.
    issuer: String,
    /// Its client ID.
    client_id: String,
    /// One deployment of it.
    deployment: Option<String>,
}

/// Says who has it.
pub(super) fn who_has(client: &ClientArguments, file: ConfigFile) -> Result<ExitCode, StartError> {
    let ClientArguments {
        issuer,
        client_id,
        deployment,
    } = client;
    let (claim, client_claim) = with_store(file, "The registrations can't be read", async |store| {
        let client_claim = store.find_claim(issuer, client_id, None).await?;
        Ok(match deployment {
            Some(_) => (
                store.find_claim(issuer, client_id, deployment.as_deref()).await?,
                client_claim.filter(|claim| claim.is_private),
            ),
            None => (client_claim, None),
        })
    })?;
    match (claim.filter(|claim| !claim.holders.is_empty()), client_claim) {
        (Some(claim), _) => say_holders(&claim, deployment.as_deref()),
        (None, Some(claim)) => {
            say("No registration accepts this deployment, but all of the client ID is one organization's own.");
            say_holders(&claim, None);
        }
        (None, None) => {
            say(&nobody_has(client));
            return Ok(ExitCode::from(NOT_HELD));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Takes it away from a tenant, or says what that would mean.
pub(super) fn release(
    client: &ClientArguments,
    holder: Uuid,
    beneficiary: Option<Uuid>,
    confirmed: bool,
    file: ConfigFile,
) -> Result<ExitCode, StartError> {
    if beneficiary == Some(holder) {
        return Err(StartError(
            "--for names the organization that it is taken away from; name the one that is to have it.".to_owned(),
        ));
    }
    let deployment = client.deployment.as_deref();
    let release = Release {
        issuer: &client.issuer,
        client_id: &client.client_id,
        deployment_id: deployment,
        holder: TenantId(holder),
        beneficiary: beneficiary.map(TenantId),
    };
    let released = with_store(file, "It can't be released", async |store| {
        let now = Clock::system().now();
        match store.release_claim(&release, !confirmed, &operator(), now).await {
            Ok(holders) => Ok(Ok(holders)),
            Err(ReleaseError::Store(error)) => Err(error),
            Err(refused) => Ok(Err(refused)),
        }
    })?;
    let holders = match released {
        Ok(holders) => holders,
        Err(ReleaseError::NotHeld) => {
            say(&format!(
                "The organization {holder} has no such registration; lms-gateway who-has says who has."
            ));
            return Ok(ExitCode::from(NOT_HELD));
        }
        Err(ReleaseError::ClientIsPrivate) => {
            return Err(StartError(
                "All of this client ID is the organization's own, so that one deployment can't go to another: release it without \
                 naming a deployment."
                    .to_owned(),
            ));
        }
        Err(ReleaseError::BeneficiaryNotFound) => {
            return Err(StartError(
                "The organization that --for names isn't registered; lms-gateway list-tenants lists those that are.".to_owned(),
            ));
        }
        Err(ReleaseError::Store(error)) => return Err(StartError(format!("It can't be released: {}.", chain(&error)))),
    };
    for registration in &holders {
        say(&what_ends(registration, deployment, confirmed));
    }
    if confirmed {
        say("It is free: whoever registers it next has it.");
        Ok(ExitCode::SUCCESS)
    } else {
        say("Nothing was changed. Add --yes to do it.");
        Ok(ExitCode::from(NOT_DONE))
    }
}

fn what_ends(registration: &ClaimHolder, deployment: Option<&str>, done: bool) -> String {
    let of = format!(
        "registration {} ({}) of the organization {} ({})",
        registration.registration_id, registration.name, registration.tenant_id, registration.tenant_name
    );
    match (deployment, done) {
        (Some(id), true) => format!("The deployment {id} was taken away from the {of}; its launches are refused from now on."),
        (Some(id), false) => format!("The deployment {id} would be taken away from the {of}; its launches would be refused."),
        (None, true) => format!("The {of} was deleted; its launches are refused from now on."),
        (None, false) => format!("The {of} would be deleted; its launches would be refused."),
    }
}

fn nobody_has(client: &ClientArguments) -> String {
    let what = if client.deployment.is_some() {
        "this deployment of this issuer and client ID"
    } else {
        "this issuer and client ID"
    };
    format!("Nobody has {what}. Compare them to the letter: a slash at the end of the issuer counts.")
}

fn say_holders(claim: &Claim, deployment: Option<&str>) {
    say(if claim.is_private {
        "The client ID is private: one organization has all its deployments."
    } else {
        "Schools share the client ID: each has deployments of its own."
    });
    for holder in &claim.holders {
        let state = match holder.tenant_state {
            TenantState::Registered => "registered",
            TenantState::Pending => "shut out",
        };
        say(&format!(
            "Organization {} ({state}): {}",
            holder.tenant_id, holder.tenant_name
        ));
        let launched = holder
            .last_launch_at
            .map_or_else(|| "never launched".to_owned(), |at| format!("last launched on {}", day(at)));
        say(&format!(
            "  Registration {}: {}; added on {}, {launched}",
            holder.registration_id,
            holder.name,
            day(holder.created_at)
        ));
        let accepted = deployment.map_or_else(
            || match holder.accepted {
                1 => "1 deployment".to_owned(),
                count => format!("{count} deployments"),
            },
            |id| format!("the deployment {id}"),
        );
        let confirmed = match (holder.confirmed_at, deployment) {
            (None, _) => "no launch confirmed that the LMS is theirs".to_owned(),
            (Some(at), Some(_)) => format!("confirmed by a launch on {}", day(at)),
            (Some(at), None) => format!("{} confirmed by launches, the first on {}", holder.confirmed, day(at)),
        };
        say(&format!("  Accepts {accepted}; {confirmed}"));
    }
}

fn day(at: OffsetDateTime) -> String {
    at.date().to_string()
}
