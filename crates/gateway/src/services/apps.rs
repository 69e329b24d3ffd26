//! The apps behind this gateway.

use domain::{App, apps::INSPECTOR_ID};
use messages::{Language, api};

use crate::config::Config;

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
    Some(App {
        id: INSPECTOR_ID.to_owned(),
        name: "Launch inspector".to_owned(),
        description: api::app::INSPECTOR.of(Language::FALLBACK).into_owned(),
        description_de: String::new(),
        launch_url: format!("{}/apps/{INSPECTOR_ID}/launch", config.server.public_url)
            .parse()
            .ok()?,
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
        scopes: Vec::new(),
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
