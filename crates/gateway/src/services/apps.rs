//! The apps behind this gateway.

use std::collections::{BTreeMap, BTreeSet};

use domain::{App, apps::INSPECTOR_ID};
use messages::{Language, api};
use url::Url;

use crate::config::{Config, host_of};

/// All apps, the built-in one first.
pub struct Apps {
    apps: Vec<App>,
    ids: Vec<String>,
}

impl Apps {
    /// The apps of a configuration.
    pub fn new(config: &Config) -> Self {
        let apps: Vec<_> = inspector(config)
            .into_iter()
            .chain(config.apps.iter().map(App::from))
            .collect();
        let ids = apps.iter().map(|app| app.id.clone()).collect();
        Self { apps, ids }
    }

    /// The app of that id.
    pub fn find(&self, id: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.id == id)
    }

    /// The app of that client ID.
    pub fn find_client(&self, client_id: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.client_id == client_id)
    }

    /// All ids.
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// All of them.
    pub fn all(&self) -> &[App] {
        &self.apps
    }
}

fn inspector(config: &Config) -> Option<App> {
    let launch_url: Url = config.public_url(&format!("/apps/{INSPECTOR_ID}/launch")).parse().ok()?;
    Some(App {
        id: INSPECTOR_ID.to_owned(),
        name: "Launch inspector".to_owned(),
        description: api::app::INSPECTOR.of(Language::FALLBACK).into_owned(),
        description_de: String::new(),
        hosts: host_of(&launch_url).into_iter().collect(),
        deep_linking_url: launch_url.clone(),
        launch_url,
        keyset_url: None,
        client_id: INSPECTOR_ID.to_owned(),
        services: BTreeSet::new(),
        client_ids: BTreeMap::new(),
        icon_url: String::new(),
        deep_linking: true,
        placements: Vec::new(),
        custom_parameters: [
            ("t", "$ResourceLink.title"),
            ("csid", "$CourseSection.sourcedId"),
            ("usid", "$Person.sourcedId"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into(),
    })
}

/// The address of an app's icon.
pub fn icon_url(public_url: &str, app: &App) -> String {
    if app.icon_url.is_empty() {
        format!("{public_url}/apps/{}/icon.svg", app.id)
    } else {
        app.icon_url.clone()
    }
}
