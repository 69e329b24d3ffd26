//! Another LTI tool, described in a file.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use practice_lms::{PracticeLms, Settings};
use serde::Deserialize;
use url::Url;

use crate::load::Target;

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tool {
    /// Its name in the table.
    name: String,
    login_url: Url,
    launch_url: Url,
    /// Address and port at which the load generator plays the LMS, as a Moodle: its issuer is `http://` and this, its keyset is at
    /// `/mod/lti/certs.php`, its authentication URL is `/mod/lti/auth.php`.
    lms: String,
    client_id: String,
    deployment_id: String,
    /// The processes whose CPU time and memory count, with their children.
    processes: Vec<u32>,
    /// The processes of its database server.
    #[serde(default)]
    database: Vec<u32>,
}

/// Reads the file and plays its LMS.
pub(crate) fn open(file: &Path) -> Result<Target> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let Tool {
        name,
        login_url,
        launch_url,
        lms,
        client_id,
        deployment_id,
        processes,
        database,
    } = toml::from_str(&text).with_context(|| format!("{} describes no tool", file.display()))?;
    let lms = PracticeLms::start(Settings {
        listen: lms,
        client_id: Some(client_id),
        deployment_id,
        ..Settings::on_any_port("http://localhost:8080")
    })?;
    Ok(Target {
        name,
        instances: vec![(login_url, launch_url)],
        lms: Arc::new(lms),
        accepted: "",
        processes,
        database,
    })
}
