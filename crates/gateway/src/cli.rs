//! The command line: `serve | migrate | openapi | check-config | keys | rotate-keys | recount-launches | retry-deliveries`, and the commands for organizations.

mod claims;
mod keys;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use domain::{Actor, ActorKind, TenantId, TenantState};
use store::{Store, StoreError};
use uuid::Uuid;

use crate::{
    app,
    config::Config,
    serve::{Gateway, StartError, open_database},
    services::{clock::Clock, signing_keys::Purpose},
    telemetry::log::{self, chain},
};

#[derive(Parser)]
#[command(
    name = "lms-gateway",
    version,
    about = "Registers LTI 1.3 apps for a school's LMS and validates every launch"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the gateway.
    Serve {
        /// For trying and developing, on this computer only: SQLite file, development sign-in, http allowed.
        #[arg(long)]
        dev: bool,
        /// The configuration file; `gateway.toml` of the working directory where it exists.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Bring the database's schema up to date.
    Migrate(ConfigFile),
    /// Print the OpenAPI document.
    Openapi,
    /// Check the configuration and name every error at once.
    CheckConfig(ConfigFile),
    /// Print the public keys, for LMSs and for apps, and the addresses of all keysets for LMSs.
    Keys(ConfigFile),
    /// Make a new signing key: published at once, signing after a day; the one before is published for another day.
    RotateKeys {
        /// The kind of key.
        purpose: Purpose,
        /// With `lms`: only this keyset, by the random part of its address. All of them where it isn't given.
        #[arg(long, value_name = "KEYSET")]
        keyset: Option<String>,
        /// For a key that leaked: the new one signs within a minute, the ones before are withdrawn, and what they signed is worth nothing.
        #[arg(long)]
        at_once: bool,
        #[command(flatten)]
        file: ConfigFile,
    },
    /// List the organizations: tenant ID, state, since when, name.
    ListTenants {
        /// Only those that wait for approval.
        #[arg(long)]
        waiting: bool,
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Approve an organization that waits, where `tenants.registration` is `approval`.
    ApproveTenant {
        /// Its tenant ID.
        tenant: Uuid,
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Let an organization wait again: its people and applications are shut out, and its launches refused.
    WithdrawApproval {
        /// Its tenant ID.
        tenant: Uuid,
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Say which organization has an LMS's issuer and client ID, and whether a launch confirmed it. Ends with 3 where nobody has.
    WhoHas {
        #[command(flatten)]
        client: claims::ClientArguments,
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Take an LMS's issuer and client ID away from an organization, so that another one can register them: its registrations end.
    Release {
        #[command(flatten)]
        client: claims::ClientArguments,
        /// The tenant ID of the organization that has them.
        #[arg(long, value_name = "TENANT")]
        tenant: Uuid,
        /// The tenant ID of the organization that is to have them; its audit trail tells of it.
        #[arg(long = "for", value_name = "TENANT")]
        beneficiary: Option<Uuid>,
        /// Do it; else it is only said what would be done.
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Count the launches by day anew, by their records: after rows were changed by hand, or restored in part.
    RecountLaunches(ConfigFile),
    /// Try again to forward what was given up of problem reports.
    RetryDeliveries(ConfigFile),
}

#[derive(clap::Args)]
struct ConfigFile {
    /// As for `serve --dev`.
    #[arg(long)]
    dev: bool,
    /// The configuration file; `gateway.toml` of the working directory where it exists.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Runs the command of this process.
pub fn run() -> ExitCode {
    let done = |()| ExitCode::SUCCESS;
    let outcome = match Cli::parse().command {
        Command::Serve { dev, config } => serve(dev, config).map(done),
        Command::Migrate(file) => migrate(file).map(done),
        Command::Openapi => print_openapi().map(done),
        Command::CheckConfig(file) => check_config(file).map(done),
        Command::Keys(file) => keys::print(file).map(done),
        Command::RotateKeys {
            purpose,
            keyset,
            at_once,
            file,
        } => keys::rotate(purpose, keyset.as_deref(), at_once, file).map(done),
        Command::ListTenants { waiting, file } => list_tenants(waiting, file).map(done),
        Command::ApproveTenant { tenant, file } => approve_tenant(tenant, file).map(done),
        Command::WithdrawApproval { tenant, file } => withdraw_approval(tenant, file).map(done),
        Command::WhoHas { client, file } => claims::who_has(&client, file),
        Command::Release {
            client,
            tenant,
            beneficiary,
            yes,
            file,
        } => claims::release(&client, tenant, beneficiary, yes, file),
        Command::RecountLaunches(file) => recount_launches(file).map(done),
        Command::RetryDeliveries(file) => retry_deliveries(file).map(done),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            say_error(&error.0);
            ExitCode::FAILURE
        }
    }
}

fn serve(dev: bool, file: Option<PathBuf>) -> Result<(), StartError> {
    let config = load(dev, file)?;
    log::start(&config.log).map_err(|error| StartError(error.to_string()))?;
    actix_web::rt::System::new().block_on(async {
        let gateway = Gateway::start(config, Clock::system()).await?;
        tracing::info!(address = %gateway.address, public_url = gateway.public_url, "the gateway is ready");
        gateway
            .wait()
            .await
            .map_err(|error| StartError(format!("The gateway ended: {error}.")))
    })
}

fn migrate(file: ConfigFile) -> Result<(), StartError> {
    let config = load(file.dev, file.config)?;
    actix_web::rt::System::new().block_on(open_database(&config))?;
    say("The database is up to date.");
    Ok(())
}

fn print_openapi() -> Result<(), StartError> {
    let document = app::document().to_pretty_json();
    say(&document.map_err(|error| StartError(format!("The OpenAPI document can't be written: {error}.")))?);
    Ok(())
}

fn check_config(file: ConfigFile) -> Result<(), StartError> {
    load(file.dev, file.config)?;
    say("The configuration has no fault.");
    Ok(())
}

fn list_tenants(waiting: bool, file: ConfigFile) -> Result<(), StartError> {
    let state = waiting.then_some(TenantState::Pending);
    let tenants = with_store(file, "The organizations can't be listed", async |store| {
        store.list_tenants(state).await
    })?;
    for tenant in tenants {
        let state = match tenant.state {
            TenantState::Registered => "registered",
            TenantState::Pending => "pending",
        };
        say(&format!(
            "{}\t{state}\t{}\t{}",
            tenant.id,
            tenant.registered_at.date(),
            tenant.display_name
        ));
    }
    Ok(())
}

fn approve_tenant(tenant: Uuid, file: ConfigFile) -> Result<(), StartError> {
    let approved = with_store(file, "The organization can't be approved", async |store| {
        store
            .approve_tenant(TenantId(tenant), &operator(), Clock::system().now())
            .await
    })?;
    if !approved {
        return Err(StartError(format!(
            "No organization with the tenant ID {tenant} waits for approval."
        )));
    }
    say(&format!("The organization {tenant} may use the gateway now."));
    Ok(())
}

fn withdraw_approval(tenant: Uuid, file: ConfigFile) -> Result<(), StartError> {
    let withdrawn = with_store(file, "The approval can't be withdrawn", async |store| {
        store
            .withdraw_approval(TenantId(tenant), &operator(), Clock::system().now())
            .await
    })?;
    if !withdrawn {
        return Err(StartError(format!(
            "No organization with the tenant ID {tenant} is approved."
        )));
    }
    say(&format!("The organization {tenant} is shut out and waits for approval."));
    Ok(())
}

fn recount_launches(file: ConfigFile) -> Result<(), StartError> {
    let changed = with_store(file, "The launches can't be counted", Store::recount_launches)?;
    say(&match changed {
        0 => "The counts of all days were right.".to_owned(),
        1 => "The counts of 1 day were corrected.".to_owned(),
        days => format!("The counts of {days} days were corrected."),
    });
    Ok(())
}

fn retry_deliveries(file: ConfigFile) -> Result<(), StartError> {
    let revived = with_store(file, "The outbox can't be used", async |store| {
        store.revive_deliveries(Clock::system().now()).await
    })?;
    let what = if revived == 1 {
        "1 delivery is".to_owned()
    } else {
        format!("{revived} deliveries are")
    };
    say(&format!("{what} tried again."));
    Ok(())
}

/// The user of the command line, in the audit trail of the organization.
fn operator() -> Actor {
    Actor {
        id: "operator".to_owned(),
        name: "The operator of the gateway".to_owned(),
        kind: ActorKind::App,
    }
}

fn with_store<T>(
    file: ConfigFile,
    failure: &str,
    work: impl AsyncFnOnce(&Store) -> Result<T, StoreError>,
) -> Result<T, StartError> {
    let config = load(file.dev, file.config)?;
    actix_web::rt::System::new().block_on(async {
        let store = open_database(&config).await?;
        work(&store)
            .await
            .map_err(|error| StartError(format!("{failure}: {}.", chain(&error))))
    })
}

fn load(dev: bool, file: Option<PathBuf>) -> Result<Config, StartError> {
    Config::load(dev, file).map_err(|errors| StartError(errors.to_string()))
}

#[expect(clippy::print_stdout, reason = "what a command was asked for goes to its standard output")]
fn say(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "why a command failed goes to its standard error")]
fn say_error(text: &str) {
    eprintln!("{text}");
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn every_command_is_documented_and_no_other() {
        let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs");
        let pages = std::fs::read_dir(docs).unwrap().map(|file| file.unwrap().path());
        let pages = pages.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
        let text: String = pages.map(|path| std::fs::read_to_string(path).unwrap()).collect();
        let named: BTreeSet<_> = ["`lms-gateway ", "\nlms-gateway "]
            .iter()
            .flat_map(|begin| text.split(begin).skip(1))
            .map(|rest| rest.split([' ', '`', '\n']).next().unwrap().to_owned())
            .collect();
        let there: BTreeSet<_> = Cli::command()
            .get_subcommands()
            .map(|command| command.get_name().to_owned())
            .collect();
        assert_eq!(named, there);
    }
}
