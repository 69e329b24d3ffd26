//! A text that nothing uses is gone from the files.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use messages::catalogue::{Catalogue, File, Group, Member};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn catalogue() -> Catalogue {
    let file = |tag: &str| File {
        tag: tag.to_owned(),
        content: fs::read_to_string(root().join(format!("crates/messages/texts/{tag}.txt"))).unwrap(),
    };
    Catalogue::read(&[file("en")]).unwrap()
}

/// The files of Rust and the templates below a folder, this crate's apart.
fn sources(folder: &Path) -> Vec<String> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("crates/messages") && !path.ends_with("target") {
            sources.extend(self::sources(&path));
        } else if path
            .extension()
            .is_some_and(|extension| extension == "rs" || extension == "html")
        {
            sources.push(fs::read_to_string(&path).unwrap());
        }
    }
    sources
}

/// True if a source contains the path, and the path ends there.
fn has(source: &str, path: &str) -> bool {
    source.match_indices(path).any(|(at, found)| {
        let next = source.get(at + found.len()..).and_then(|rest| rest.chars().next());
        !next.is_some_and(|next| next.is_alphanumeric() || next == '_')
    })
}

/// Each member with the segments that lead to it.
fn each(group: &Group, path: &mut Vec<String>, visit: &mut dyn FnMut(&[String], &Member)) {
    for (name, member) in &group.0 {
        path.push(name.clone());
        match member {
            Member::Group(inner) => each(inner, path, visit),
            _ => visit(path, member),
        }
        path.pop();
    }
}

/// The texts of the portal, or all others, that no file uses.
fn unused(portal: bool, sources: &[String], uses: fn(&str, &[String], &Member) -> bool) -> Vec<String> {
    let catalogue = catalogue();
    let mut unused = Vec::new();
    each(&catalogue.root, &mut Vec::new(), &mut |path, member| {
        let is_portal = path.first().is_some_and(|first| first == "portal");
        if is_portal == portal && !sources.iter().any(|source| uses(source, path, member)) {
            unused.push(path.join("."));
        }
    });
    unused
}

#[test]
fn every_text_of_the_gateway_is_used() {
    let unused = unused(false, &sources(&root().join("crates")), |source, path, member| {
        let name = path.last().cloned().unwrap_or_default();
        let name = match member {
            Member::Text(text) if text.gaps.is_empty() => name.to_uppercase(),
            _ => name,
        };
        let group = path.len().checked_sub(2).and_then(|index| path.get(index)).cloned();
        has(source, &format!("{}::{name}", group.unwrap_or_default()))
    });
    assert!(unused.is_empty(), "nothing uses {unused:#?}");
}

/// A page names the group and the text: `texts().launch.accepted`, or `t.accepted` where `t` is `&texts().launch`.
#[test]
fn every_text_of_the_portal_is_used() {
    let unused = unused(true, &sources(&root().join("frontend/src")), |source, path, _| {
        path.iter().skip(1).all(|name| has(source, &format!(".{name}")))
    });
    assert!(unused.is_empty(), "nothing uses {unused:#?}");
}
