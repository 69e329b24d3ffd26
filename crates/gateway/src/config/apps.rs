//! `[[apps]]`: the LTI apps behind the gateway.

use std::collections::{BTreeMap, HashSet};

use domain::{
    App, LmsProduct, Service,
    apps::{INSPECTOR_ID, is_canvas_placement},
};
use lti13::services::target::HostPattern;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Config, is_loopback};

/// The longest client ID.
const MAX_CLIENT_ID: usize = 255;

/// An LTI app behind the gateway.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppSection {
    /// Lower-case letters, digits and hyphens; the audience of its launch tokens.
    pub id: String,
    /// How it takes launches.
    #[serde(default)]
    pub kind: AppKind,
    /// Its name.
    pub name: String,
    /// Its purpose.
    #[serde(default)]
    pub description: String,
    /// The same in German; empty for none.
    #[serde(default)]
    pub description_de: String,
    /// Where launch tokens are posted.
    pub launch_url: Url,
    /// Its icon; empty for a monogram.
    #[serde(default)]
    pub icon_url: String,
    /// True if it takes deep linking requests.
    #[serde(default)]
    pub deep_linking: bool,
    /// Where launch tokens of deep linking requests are posted; none for `launch_url`.
    #[serde(default)]
    pub deep_linking_url: Option<Url>,
    /// Its public keys.
    #[serde(default)]
    pub keyset_url: Option<Url>,
    /// Its client ID at this gateway; none for its id.
    #[serde(default)]
    pub client_id: Option<String>,
    /// The LTI services that it uses, by name.
    #[serde(default)]
    pub services: Vec<String>,
    /// Where content may be that it opens; none for the host of `launch_url`.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Where Canvas shows it, by Canvas's names; empty for the course navigation, and links where it takes deep linking requests.
    #[serde(default)]
    pub placements: Vec<String>,
    /// Custom parameters that the LMS is asked to send.
    #[serde(default)]
    pub custom_parameters: BTreeMap<String, String>,
    /// Scopes of further LTI services that it uses: what `services` was before.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// The operator's own client IDs for it at LMSs where schools share one, by the LMS's id.
    #[serde(default)]
    pub client_ids: BTreeMap<String, String>,
}

/// How an app takes launches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppKind {
    /// By one form post of the launch token.
    #[default]
    LaunchToken,
}

impl From<&AppSection> for App {
    fn from(section: &AppSection) -> Self {
        let AppSection {
            id,
            kind: AppKind::LaunchToken,
            name,
            description,
            description_de,
            launch_url,
            icon_url,
            deep_linking,
            deep_linking_url,
            keyset_url,
            client_id,
            services,
            hosts,
            placements,
            custom_parameters,
            scopes,
            client_ids,
        } = section.clone();
        let by_name = services.iter().filter_map(|name| Service::from_name(name));
        let by_scope = scopes.iter().filter_map(|scope| Service::from_scope(scope));
        let hosts = match hosts.as_slice() {
            [] => host_of(&launch_url).into_iter().collect(),
            hosts => hosts.iter().filter_map(|host| host.parse().ok()).collect(),
        };
        let client_ids = client_ids.into_iter();
        Self {
            client_id: client_id.unwrap_or_else(|| id.clone()),
            id,
            name,
            description,
            description_de,
            deep_linking_url: deep_linking_url.unwrap_or_else(|| launch_url.clone()),
            launch_url,
            icon_url,
            deep_linking,
            keyset_url,
            services: by_name.chain(by_scope).collect(),
            hosts,
            placements,
            custom_parameters,
            client_ids: client_ids
                .filter_map(|(product, client_id)| Some((LmsProduct::from_id(&product)?, client_id)))
                .collect(),
        }
    }
}

impl AppSection {
    /// Its addresses that must begin with https.
    pub(super) fn urls(&self) -> impl Iterator<Item = (&'static str, Url)> {
        [
            ("apps: launch_url", Some(&self.launch_url)),
            ("apps: deep_linking_url", self.deep_linking_url.as_ref()),
            ("apps: keyset_url", self.keyset_url.as_ref()),
        ]
        .into_iter()
        .filter_map(|(key, url)| Some((key, url?.clone())))
    }

    fn client_id(&self) -> &str {
        self.client_id.as_deref().unwrap_or(&self.id)
    }

    /// The errors of this app alone.
    fn validate(&self, config: &Config, errors: &mut Vec<String>) {
        let id = &self.id;
        let mut error = |sentence: String| errors.push(format!("apps: {sentence}"));
        let shape = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || id.len() > 64 || !id.chars().all(shape) {
            error(format!(
                "the id \"{id}\" must be 1 to 64 lower-case letters, digits and hyphens."
            ));
        }
        for placement in &self.placements {
            if !is_canvas_placement(placement) {
                error(format!(
                    "\"{id}\" has the placement \"{placement}\", which Canvas doesn't know."
                ));
            }
        }
        for (key, url) in self.urls() {
            let key = key.trim_start_matches("apps: ");
            if url.scheme() != "https" && !(config.dev && url.scheme() == "http") {
                error(format!("{key} of \"{id}\" must begin with https://."));
            }
        }
        if let Some(url) = &self.keyset_url
            && !config.dev
            && url.host().is_some_and(|host| is_loopback(&host))
            && !config.outbound.allows(url)
        {
            error(format!(
                "keyset_url of \"{id}\" is on this computer, which is possible with --dev only, or if outbound.allowed_hosts lists it."
            ));
        }
        let client_id = self.client_id();
        if !is_client_id(client_id) {
            error(format!(
                "client_id of \"{id}\" must be 1 to {MAX_CLIENT_ID} printable ASCII characters without spaces."
            ));
        }
        for service in &self.services {
            if Service::from_name(service).is_none() {
                let known = Service::ALL.map(Service::name).join(", ");
                error(format!("\"{id}\" has the service \"{service}\"; there are {known}."));
            }
        }
        for host in &self.hosts {
            match host.parse::<HostPattern>() {
                Err(_) => error(format!(
                    "hosts of \"{id}\" has an entry that isn't of the form host[:port][/path/]; a path ends with a slash."
                )),
                Ok(_) if is_on_this_computer(host) && !config.dev => error(format!(
                    "hosts of \"{id}\" has {host}, which is possible with --dev only: it is this computer."
                )),
                Ok(_) => {}
            }
        }
        for (product, client_id) in &self.client_ids {
            match LmsProduct::from_id(product) {
                Some(known) if !known.client_ids_are_shared(client_id) => error(format!(
                    "client_ids of \"{id}\" has \"{product}\", where schools don't share this client ID."
                )),
                None => error(format!(
                    "client_ids of \"{id}\" has \"{product}\", which is the id of no LMS."
                )),
                Some(_) if !is_client_id(client_id) => error(format!(
                    "client_ids of \"{id}\": \"{product}\" must be 1 to {MAX_CLIENT_ID} printable ASCII characters without spaces."
                )),
                Some(_) => {}
            }
        }
    }
}

/// The host and port of an address.
pub fn host_of(url: &Url) -> Option<HostPattern> {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}{port}", url.host_str()?).parse().ok()
}

/// True if `host[:port][/path/]` is on this computer.
fn is_on_this_computer(host: &str) -> bool {
    Url::parse(&format!("https://{host}")).is_ok_and(|url| url.host().is_some_and(|host| is_loopback(&host)))
}

fn is_client_id(text: &str) -> bool {
    (1..=MAX_CLIENT_ID).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

impl Config {
    pub(super) fn validate_apps(&self, errors: &mut Vec<String>) {
        let mut ids = HashSet::from([INSPECTOR_ID]);
        let mut client_ids = HashSet::from([INSPECTOR_ID]);
        for app in &self.apps {
            let id = &app.id;
            app.validate(self, errors);
            if !ids.insert(id) {
                errors.push(format!("apps: the id \"{id}\" is taken already."));
            } else if !client_ids.insert(app.client_id()) {
                errors.push(format!("apps: the client_id of \"{id}\" is another app's already."));
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use lti13::services::target::{Schemes, validate_target};

    use super::super::tests::{production, sentence};
    use super::*;

    const NOTES: &str = r#"
[[apps]]
id = "notes"
kind = "launch_token"
name = "Notes"
launch_url = "https://tool.example/lti/launch"
deep_linking = true
deep_linking_url = "https://tool.example/lti/deep-link"
keyset_url = "https://tool.example/jwks"
client_id = "notes-client"
services = ["names_and_roles", "line_items", "line_items.read", "results.read", "scores"]
hosts = ["tool.example", "content.example:8443/notes/"]
custom_parameters = { section = "$CourseSection.sourcedId" }
[apps.client_ids]
blackboard = "027328b7-c2e3-4c9e-aaa1-07802dae6c89"
"#;

    fn app(text: &str) -> App {
        App::from(&production(text).unwrap().apps[0])
    }

    #[test]
    fn every_key_of_an_app_is_read() {
        let app = app(NOTES);
        assert_eq!(app.client_id, "notes-client");
        assert_eq!(app.services, BTreeSet::from(Service::ALL));
        assert_eq!(app.deep_linking_url.as_str(), "https://tool.example/lti/deep-link");
        assert_eq!(app.keyset_url.unwrap().as_str(), "https://tool.example/jwks");
        assert_eq!(app.hosts.len(), 2);
        assert_eq!(
            app.client_ids[&LmsProduct::Blackboard],
            "027328b7-c2e3-4c9e-aaa1-07802dae6c89"
        );
    }

    #[test]
    fn an_app_needs_little() {
        let app = app("[[apps]]\nid = \"notes\"\nname = \"Notes\"\nlaunch_url = \"https://tool.example:8443/lti\"");
        assert_eq!(
            (app.client_id.as_str(), app.deep_linking_url.as_str(), app.keyset_url),
            ("notes", "https://tool.example:8443/lti", None)
        );
        assert!(app.services.is_empty() && app.client_ids.is_empty());
        let covers = |url: &str| validate_target(url, &app.hosts, Schemes::Https).is_ok();
        assert!(covers("https://tool.example:8443/a") && !covers("https://tool.example/a"));
    }

    #[test]
    fn scopes_of_before_mean_the_services_whose_scopes_they_are() {
        let scopes = r#"services = ["scores"]
scopes = ["https://purl.imsglobal.org/spec/lti-ags/scope/score", "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem", "https://other.example/scope"]"#;
        let text = "[[apps]]\nid = \"notes\"\nname = \"Notes\"\nlaunch_url = \"https://tool.example/\"\n";
        let app = app(&format!("{text}{scopes}"));
        assert_eq!(app.services, BTreeSet::from([Service::LineItems, Service::Scores]));
    }

    #[test]
    fn errors_of_an_app_are_named() {
        for (from, to, says) in [
            (
                "https://tool.example/jwks",
                "http://tool.example/jwks",
                "keyset_url of \"notes\"",
            ),
            (
                "https://tool.example/jwks",
                "https://localhost/jwks",
                "keyset_url of \"notes\" is on this computer",
            ),
            (
                "https://tool.example/lti/deep-link",
                "http://tool.example/lti/deep-link",
                "deep_linking_url of \"notes\"",
            ),
            ("\"notes-client\"", "\"\"", "client_id of \"notes\""),
            ("\"notes-client\"", "\"notes client\"", "client_id of \"notes\""),
            ("\"notes-client\"", "\"launch-inspector\"", "another app's"),
            ("\"scores\"]", "\"grades\"]", "the service \"grades\""),
            ("\"tool.example\",", "\"tool.example/notes\",", "hosts of \"notes\""),
            ("\"tool.example\",", "\"https://tool.example\",", "hosts of \"notes\""),
            ("\"tool.example\",", "\"localhost:3000\",", "with --dev only"),
            ("blackboard =", "moodle =", "don't share"),
            ("blackboard =", "ilias =", "the id of no LMS"),
            ("\"027328b7-c2e3-4c9e-aaa1-07802dae6c89\"", "\"\"", "client_ids of \"notes\""),
            ("\"launch_token\"", "\"lti\"", "kind"),
            (
                "id = \"notes\"",
                "id = \"notes\"\nlogin_url = \"https://tool.example/\"",
                "login_url",
            ),
        ] {
            let text = NOTES.replace(from, to);
            assert_ne!(text, NOTES, "{from}");
            let said = sentence(production(&text));
            assert!(said.contains(says), "{to}: {said}");
        }
        let other = NOTES.replace("id = \"notes\"", "id = \"other\"");
        let said = sentence(production(&format!("{NOTES}{other}")));
        assert!(said.contains("the client_id of \"other\" is another app's"), "{said}");
    }

    #[test]
    fn dev_takes_http_and_loopback_everywhere() {
        let text = NOTES
            .replace("https://tool.example", "http://localhost:3000")
            .replace("\"tool.example\"", "\"localhost:3000\"");
        Config::from_parts(true, &text, []).unwrap();
        let said = sentence(production(&text));
        for key in ["launch_url", "deep_linking_url", "keyset_url", "hosts"] {
            assert!(said.contains(key), "{key}: {said}");
        }
    }

    #[test]
    fn a_keyset_on_this_computer_is_possible_where_the_operator_allows_the_host() {
        let text = NOTES.replace("https://tool.example/jwks", "https://localhost:8443/jwks");
        let allowed = |host: &str| production(&format!("[outbound]\nallowed_hosts = [\"{host}\"]\n{text}"));
        allowed("localhost:8443").unwrap();
        assert!(sentence(allowed("localhost:443")).contains("keyset_url"));
    }
}
