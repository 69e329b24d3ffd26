//! Builds the portal: compiles it to wasm, binds it to JavaScript and writes `dist/portal`, which the gateway serves as it is.

mod bundle;
mod texts;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

use self::bundle::Bundle;
use crate::workspace::{cargo, root, target};
use crate::{install, process};

const WASM_BINDGEN: &str = "0.2.130";
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// As small as it gets, compressed.
    Release,
    /// Quick to build.
    Dev,
}

/// Builds `dist/portal`, or leaves it as it is when nothing changed.
pub(crate) fn build(mode: Mode) -> Result<()> {
    ensure_one_wasm_bindgen(&fs::read_to_string(root().join("Cargo.lock")).context("cannot read Cargo.lock")?)?;
    install::ensure_wasm_target()?;
    let profile = match mode {
        Mode::Release => "portal",
        Mode::Dev => "dev",
    };
    process::run(
        "compiling the portal",
        &mut cargo([
            "build",
            "--package",
            "portal",
            "--target",
            "wasm32-unknown-unknown",
            "--profile",
            profile,
        ]),
    )?;
    let folder = if mode == Mode::Dev { "debug" } else { profile };
    let wasm = target().join("wasm32-unknown-unknown").join(folder).join("portal.wasm");
    write_unless_unchanged(&wasm, mode)
}

fn write_unless_unchanged(wasm: &Path, mode: Mode) -> Result<()> {
    let frontend = root().join("frontend");
    let dist = root().join("dist");
    let texts = root().join("crates/messages/texts");
    let stamp = stamp(wasm, &frontend, &texts, mode)?;
    let stamp_file = dist.join("portal.stamp");
    if fs::read_to_string(&stamp_file).is_ok_and(|last| last == stamp) && dist.join("portal/index.html").is_file() {
        return Ok(());
    }
    let bundle = process::step("bundling the portal", || {
        let bundle = Bundle::new(wasm, &frontend, &texts::read(&texts)?, mode)?;
        bundle.write(&dist.join("portal"))?;
        Ok(bundle)
    })?;
    if mode == Mode::Release {
        println!("{}", bundle.sizes());
    }
    fs::write(&stamp_file, stamp).with_context(|| format!("cannot write {}", stamp_file.display()))
}

/// The glue that wasm-bindgen writes fits only wasm made with the very same version of it.
fn ensure_one_wasm_bindgen(lock: &str) -> Result<()> {
    let (_, after) = lock
        .split_once("name = \"wasm-bindgen\"\nversion = \"")
        .context("Cargo.lock has no wasm-bindgen")?;
    let version = after.split('"').next().unwrap_or_default();
    ensure!(
        version == WASM_BINDGEN,
        "Cargo.lock has wasm-bindgen {version}, but xtask bundles with {WASM_BINDGEN}: set wasm-bindgen-cli-support to ={version} \
         in crates/xtask/Cargo.toml and WASM_BINDGEN to {version} in crates/xtask/src/portal.rs"
    );
    Ok(())
}

/// Builds the portal as it is released and holds the first pages that people see against the budget.
pub(crate) fn build_within_budget() -> Result<()> {
    build(Mode::Release)?;
    let portal = root().join("dist/portal");
    let files = [files(&portal)?, files(&portal.join("assets"))?].concat();
    let compressed = files
        .iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "br"));
    let sizes = compressed
        .map(|path| Ok((bundle::file_name(path), fs::metadata(path)?.len())))
        .collect::<Result<Vec<_>>>()?;
    for (page, name) in [
        (FirstPage::Landing, "landing page"),
        (FirstPage::List, "list of registrations"),
    ] {
        let bytes = page.bytes(&sizes);
        println!("{name:<42}{bytes:>30}");
        ensure_within_budget(name, bytes, page.budget())?;
    }
    Ok(())
}

/// A page that somebody opens first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FirstPage {
    Landing,
    /// With a session in the tab, by a bookmark of `/registrations`.
    List,
}

impl FirstPage {
    /// All its bytes, as a browser gets them: compressed by brotli.
    fn budget(self) -> u64 {
        match self {
            Self::Landing => 160_000,
            Self::List => 250_000,
        }
    }

    /// The bytes that a browser loads for it, of these files.
    fn bytes(self, files: &[(String, u64)]) -> u64 {
        let is_texts = |name: &str| name.ends_with(".txt.br");
        // Of the languages one, the longest.
        let texts = files.iter().filter(|(name, _)| is_texts(name)).map(|(_, size)| *size).max();
        let others = files
            .iter()
            .filter(|(name, _)| !is_texts(name) && self.loads(name))
            .map(|(_, size)| size);
        others.sum::<u64>() + texts.unwrap_or_default()
    }

    fn loads(self, name: &str) -> bool {
        let part = name.split('-').next().unwrap_or_default();
        match part {
            "list" => self == Self::List,
            "details" | "rest" => false,
            shared if shared.starts_with(bundle::SHARED) => self == Self::List && shared.split('_').any(|part| part == "list"),
            _ => true,
        }
    }
}

fn ensure_within_budget(page: &str, bytes: u64, budget: u64) -> Result<()> {
    ensure!(
        bytes <= budget,
        "the portal's {page} takes {bytes} bytes in brotli, above its budget of {budget}"
    );
    Ok(())
}

/// Changes with everything that goes into the bundle.
fn stamp(wasm: &Path, frontend: &Path, texts: &Path, mode: Mode) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update(fs::read(std::env::current_exe()?)?);
    hash.update([u8::from(mode == Mode::Dev)]);
    let sources = [
        vec![wasm.to_owned(), frontend.join("index.html")],
        files(&frontend.join("styles"))?,
        files(texts)?,
        files(&frontend.join("assets"))?,
    ];
    for path in sources.concat() {
        hash.update(path.as_os_str().as_encoded_bytes());
        hash.update(fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?);
    }
    Ok(hex(&hash.finalize()))
}

/// The files of a folder, sorted; none if there is no such folder.
fn files(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let mut files: Vec<_> = entries
        .into_iter()
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    Ok(files)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_wasm_bindgen_in_the_lock_file_is_named() {
        let lock = |version: &str| format!("[[package]]\nname = \"wasm-bindgen\"\nversion = \"{version}\"\n");
        assert!(ensure_one_wasm_bindgen(&lock(WASM_BINDGEN)).is_ok());
        let refused = ensure_one_wasm_bindgen(&lock("0.2.131")).map_err(|error| error.to_string());
        assert!(refused.is_err_and(|sentence| sentence.contains("=0.2.131")));
    }

    #[test]
    fn a_first_page_loads_one_language_and_only_its_parts() {
        let files = [
            "index.html.br",
            "en-0.txt.br",
            "de-0.txt.br",
            "list-0.wasm.br",
            "shared_details_list-0.wasm.br",
            "rest-0.wasm.br",
            "details-0.wasm.br",
            "shared_details_rest-0.wasm.br",
        ];
        let files: Vec<_> = (0..)
            .zip(files)
            .map(|(place, name)| (name.to_owned(), 10_u64.pow(place)))
            .collect();
        assert_eq!(FirstPage::Landing.bytes(&files), 101);
        assert_eq!(FirstPage::List.bytes(&files), 11_101);
    }

    #[test]
    fn the_budget_is_the_last_size_that_passes() {
        for page in [FirstPage::Landing, FirstPage::List] {
            assert!(ensure_within_budget("page", page.budget(), page.budget()).is_ok());
            assert!(ensure_within_budget("page", page.budget() + 1, page.budget()).is_err());
        }
    }
}
