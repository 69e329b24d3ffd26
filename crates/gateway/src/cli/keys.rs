//! `keys` and `rotate-keys`.

use domain::KeysetOwner;
use serde_json::{Value, json};

use super::{ConfigFile, load, say};
use crate::{
    config::Config,
    serve::{StartError, open_database},
    services::{
        apps::Apps,
        clock::Clock,
        secrets::Secrets,
        signing_keys::{self, Purpose, SigningKeys},
        tool_keys::{self, ToolKeys},
    },
};

/// Prints all public keys. Every app gets a keyset for client IDs that schools share, since the app is registered with the LMS's vendor
/// before a school uses it.
pub(super) fn print(file: ConfigFile) -> Result<(), StartError> {
    let config = load(file.dev, file.config)?;
    let failed = |error: anyhow::Error| StartError(format!("{error:#}."));
    let shown = actix_web::rt::System::new().block_on(async {
        let store = open_database(&config).await?;
        let keys = SigningKeys::load_or_create(store.clone(), Secrets::new(&config), Clock::system())
            .await
            .map_err(failed)?;
        let keysets = tool_keysets(&config, &store).await.map_err(failed)?;
        Ok(json!({ "lms": keys.lms_jwks().await, "apps": keys.launch_jwks().await, "keysets": keysets }))
    })?;
    say(&serde_json::to_string_pretty(&shown).map_err(|error| StartError(error.to_string()))?);
    Ok(())
}

async fn tool_keysets(config: &Config, store: &store::Store) -> anyhow::Result<Vec<Value>> {
    let tool_keys = ToolKeys::new(store.clone(), Secrets::new(config), Clock::system());
    for id in Apps::new(config).ids() {
        tool_keys.ensure_keyset(&KeysetOwner::App(id.clone())).await?;
    }
    let mut shown = Vec::new();
    for keyset in store.list_tool_keysets().await? {
        let (tenant, app) = match keyset.owner {
            KeysetOwner::Tenant(tenant) => (Some(tenant.0), None),
            KeysetOwner::App(id) => (None, Some(id)),
        };
        let url = tool_keys::keyset_url(config, &keyset.id);
        shown.push(json!({ "tenantId": tenant, "appId": app, "url": url, "jwks": tool_keys.jwks(&keyset.id).await? }));
    }
    Ok(shown)
}

/// Makes new keys.
pub(super) fn rotate(purpose: Purpose, keyset: Option<&str>, at_once: bool, file: ConfigFile) -> Result<(), StartError> {
    let config = load(file.dev, file.config)?;
    actix_web::rt::System::new().block_on(async {
        let store = open_database(&config).await?;
        replace(&store, &Secrets::new(&config), purpose, keyset, at_once)
            .await
            .map_err(|error| StartError(format!("The key can't be replaced: {error:#}.")))
    })?;
    say(if at_once {
        "The new key signs within a minute, on every instance. The keys before it are withdrawn."
    } else {
        "The new key is published within a minute, on every instance, and signs in a day."
    });
    Ok(())
}

async fn replace(
    store: &store::Store,
    secrets: &Secrets,
    purpose: Purpose,
    keyset: Option<&str>,
    at_once: bool,
) -> anyhow::Result<()> {
    let now = Clock::system().now();
    match (purpose, keyset) {
        (Purpose::Launch, Some(_)) => anyhow::bail!("the keys for apps have one keyset, which needs no name"),
        (Purpose::Lms, Some(id)) => {
            anyhow::ensure!(store.find_tool_keyset(id).await?.is_some(), "there is no keyset {id}");
            tool_keys::rotate(store, secrets, now, id, at_once).await
        }
        (purpose, None) => {
            signing_keys::rotate(store, secrets, now, purpose, at_once).await?;
            if matches!(purpose, Purpose::Lms) {
                for keyset in store.list_tool_keysets().await? {
                    tool_keys::rotate(store, secrets, now, &keyset.id, at_once).await?;
                }
            }
            Ok(())
        }
    }
}
