//! The edit-and-see loop: save, reload the page.

use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use anyhow::Result;

use crate::start::{Ports, Servers, build_servers};
use crate::workspace::root;
use crate::{install, portal, process};

/// Folders whose changes cause work to be done again.
struct Watch {
    folders: &'static [&'static str],
    last: Option<SystemTime>,
}

impl Watch {
    fn new(folders: &'static [&'static str]) -> Self {
        Self {
            folders,
            last: newest(folders),
        }
    }

    fn changed(&mut self) -> bool {
        let newest = newest(self.folders);
        std::mem::replace(&mut self.last, newest) != newest
    }
}

/// Runs until ctrl-c.
pub(crate) fn dev(ports: &Ports) -> Result<()> {
    ports.ensure_free()?;
    install::ensure_wasm_target()?;
    let mut portal = Watch::new(&["frontend", "crates/contract", "crates/messages"]);
    let mut gateway = Watch::new(&[
        "crates/contract",
        "crates/lti13",
        "crates/domain",
        "crates/store",
        "crates/gateway",
        "crates/dev-identity",
        "migrations",
    ]);
    let mut practice_lms = Watch::new(&["crates/practice-lms"]);
    portal::build(portal::Mode::Dev)?;
    build_servers(false)?;
    let mut servers = Servers::start(ports, false)?;
    println!("{}", ports.welcome());
    println!("Watching       frontend, crates and migrations: save a file, then reload the page");
    while !process::interrupted() {
        sleep(Duration::from_millis(300));
        let (for_portal, for_gateway, for_lms) = (portal.changed(), gateway.changed(), practice_lms.changed());
        // A mistake in the middle of an edit is printed, and the loop goes on with the servers that ran before.
        if for_portal {
            tell(portal::build(portal::Mode::Dev));
        }
        if for_gateway {
            tell(build_servers(false).and_then(|()| servers.restart_gateway(ports)));
        }
        if for_lms {
            tell(build_servers(false).and_then(|()| servers.restart_practice_lms(ports)));
        }
    }
    Ok(())
}

fn tell(outcome: Result<()>) {
    if let Err(error) = outcome {
        eprintln!("✗ {error:#}");
    }
}

/// When anything in these folders was written last; a file that was removed shows in its folder.
fn newest(folders: &[&str]) -> Option<SystemTime> {
    folders.iter().filter_map(|folder| newest_in(&root().join(folder))).max()
}

fn newest_in(path: &Path) -> Option<SystemTime> {
    let metadata = fs::metadata(path).ok()?;
    let inside = metadata
        .is_dir()
        .then(|| fs::read_dir(path).ok())
        .flatten()
        .into_iter()
        .flatten()
        .flatten();
    inside
        .filter_map(|entry| newest_in(&entry.path()))
        .chain(metadata.modified().ok())
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_written_deep_inside_is_newest() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let deep = folder.path().join("src/pages");
        fs::create_dir_all(&deep)?;
        let later = SystemTime::now() + Duration::from_secs(60);
        fs::File::create(deep.join("list.rs"))?.set_modified(later)?;
        assert_eq!(newest_in(folder.path()), Some(later));
        assert_eq!(newest_in(&folder.path().join("nothing")), None);
        Ok(())
    }
}
