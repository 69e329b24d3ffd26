//! The files of `dist/portal`: names by content, so that a browser may keep them for ever; compressed once, here.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::{Bindgen, Output};

use super::{Mode, files, hex};

/// A module of its own, because the content security policy allows no inline script.
pub(super) const MAIN_JS: &str = "import init from \"{{js}}\";\nawait init({ module_or_path: \"{{wasm}}\" });\n";

/// What `dist/portal` holds.
pub(super) struct Bundle {
    files: Vec<BundledFile>,
}

struct BundledFile {
    /// Relative to `dist/portal`.
    path: String,
    plain: Vec<u8>,
    compressed: Option<Compressed>,
}

struct Compressed {
    brotli: Vec<u8>,
    gzip: Vec<u8>,
}

impl Bundle {
    pub(super) fn new(wasm: &Path, frontend: &Path, mode: Mode) -> Result<Self> {
        let mut bundle = Self { files: Vec::new() };
        let mut names = Vec::new();
        let index = read_text(&frontend.join("index.html"))?;
        let styles = files(&frontend.join("styles"))?;
        let css = styles.iter().map(|path| read_text(path)).collect::<Result<String>>()?;

        for asset in files(&frontend.join("assets"))? {
            let name = asset.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let mentioned = format!("/assets/{name}");
            // What the portal's Rust includes is in the wasm already.
            if index.contains(&mentioned) || css.contains(&mentioned) {
                names.push((mentioned, bundle.add_asset(&name, read(&asset)?, mode)?));
            }
        }
        let css = replaced(&css, &names);
        names.push(("{{css}}".to_owned(), bundle.add_asset("portal.css", css.into_bytes(), mode)?));

        let mut bound = bind(wasm, mode)?;
        names.push(("{{js}}".to_owned(), bundle.add_asset("portal.js", bound.js().into(), mode)?));
        names.push((
            "{{wasm}}".to_owned(),
            bundle.add_asset("portal_bg.wasm", bound.wasm_mut().emit_wasm(), mode)?,
        ));
        let main = replaced(MAIN_JS, &names);
        names.push(("{{main}}".to_owned(), bundle.add_asset("main.js", main.into_bytes(), mode)?));

        let index = replaced(&index, &names);
        ensure!(
            !index.contains("{{"),
            "frontend/index.html has a placeholder other than {{{{css}}}}, {{{{js}}}}, {{{{wasm}}}} and {{{{main}}}}"
        );
        bundle.add("index.html".to_owned(), index.into_bytes(), mode)?;
        Ok(bundle)
    }

    /// Adds a file of `/assets` under a name that changes with its content; its address.
    fn add_asset(&mut self, name: &str, plain: Vec<u8>, mode: Mode) -> Result<String> {
        let hash = hex(&Sha256::digest(&plain)[..8]);
        let (stem, extension) = name
            .rsplit_once('.')
            .with_context(|| format!("frontend/assets/{name} has no extension"))?;
        let path = format!("assets/{stem}-{hash}.{extension}");
        let address = format!("/{path}");
        self.add(path, plain, mode)?;
        Ok(address)
    }

    fn add(&mut self, path: String, plain: Vec<u8>, mode: Mode) -> Result<()> {
        let compressed = (mode == Mode::Release).then(|| compress(&plain)).transpose()?;
        self.files.push(BundledFile { path, plain, compressed });
        Ok(())
    }

    /// Puts the files beside the folder, then in its place, so that nobody is served half of them.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let fresh = folder.with_extension("new");
        remove(&fresh)?;
        for file in &self.files {
            let path = fresh.join(&file.path);
            write(&path, &file.plain)?;
            if let Some(compressed) = &file.compressed {
                write(&with_suffix(&path, ".br"), &compressed.brotli)?;
                write(&with_suffix(&path, ".gz"), &compressed.gzip)?;
            }
        }
        let stale = folder.with_extension("old");
        remove(&stale)?;
        if folder.exists() {
            fs::rename(folder, &stale).with_context(|| format!("cannot replace {}", folder.display()))?;
        }
        fs::rename(&fresh, folder).with_context(|| format!("cannot create {}", folder.display()))?;
        remove(&stale)
    }

    /// A table for people.
    pub(super) fn sizes(&self) -> String {
        let row = |name: &str, plain: usize, gzip: usize, brotli: usize| format!("{name:<42}{plain:>10}{gzip:>10}{brotli:>10}\n");
        let mut table = format!("{:<42}{:>10}{:>10}{:>10}\n", "bytes of the portal", "plain", "gzip", "brotli");
        let mut sums = (0, 0, 0);
        for (file, compressed) in self.compressed() {
            let (plain, gzip, brotli) = (file.plain.len(), compressed.gzip.len(), compressed.brotli.len());
            sums = (sums.0 + plain, sums.1 + gzip, sums.2 + brotli);
            table += &row(&file.path, plain, gzip, brotli);
        }
        table + &row("total", sums.0, sums.1, sums.2)
    }

    fn compressed(&self) -> impl Iterator<Item = (&BundledFile, &Compressed)> {
        self.files.iter().filter_map(|file| Some((file, file.compressed.as_ref()?)))
    }
}

/// The JavaScript that loads the wasm, and the wasm that fits it.
fn bind(wasm: &Path, mode: Mode) -> Result<Output> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(wasm)
        .out_name("portal")
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true);
    let release = mode == Mode::Release;
    bindgen
        .keep_debug(!release)
        .remove_name_section(release)
        .remove_producers_section(release);
    let bound = bindgen.generate_output().context("wasm-bindgen refuses the portal")?;
    // They would be loaded by names without a hash, from folders that the gateway doesn't serve.
    let brings_scripts = !bound.local_modules().is_empty() || bound.snippets().values().any(|scripts| !scripts.is_empty());
    ensure!(
        !brings_scripts,
        "a crate of the portal brings JavaScript files of its own, which the bundle has no place for"
    );
    Ok(bound)
}

fn compress(plain: &[u8]) -> Result<Compressed> {
    let mut brotli = Vec::new();
    let best = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &plain[..], &mut brotli, &best)?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(plain)?;
    Ok(Compressed {
        brotli,
        gzip: gzip.finish()?,
    })
}

fn replaced(text: &str, names: &[(String, String)]) -> String {
    names
        .iter()
        .fold(text.to_owned(), |text, (name, address)| text.replace(name, address))
}

fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(files: &[(&str, &str)]) -> Result<Bundle> {
        let mut bundle = Bundle { files: Vec::new() };
        for (name, content) in files {
            bundle.add_asset(name, content.as_bytes().to_vec(), Mode::Release)?;
        }
        Ok(bundle)
    }

    #[test]
    fn a_name_changes_with_the_content_only() -> Result<()> {
        let mut bundle = bundle(&[])?;
        let first = bundle.add_asset("logo.svg", b"<svg/>".to_vec(), Mode::Dev)?;
        assert_eq!(first, bundle.add_asset("logo.svg", b"<svg/>".to_vec(), Mode::Dev)?);
        assert_ne!(first, bundle.add_asset("logo.svg", b"<svg />".to_vec(), Mode::Dev)?);
        assert!(first.starts_with("/assets/logo-") && first.ends_with(".svg"));
        Ok(())
    }

    #[test]
    fn a_second_build_leaves_nothing_of_the_first() -> Result<()> {
        let parent = tempfile::tempdir()?;
        let folder = parent.path().join("portal");
        bundle(&[("a.css", "a")])?.write(&folder)?;
        bundle(&[("b.css", "b")])?.write(&folder)?;
        let names: Vec<_> = files(&folder.join("assets"))?
            .iter()
            .map(|path| path.extension().map(ToOwned::to_owned))
            .collect();
        assert_eq!(names.len(), 3, "plain, .br and .gz of b.css only");
        assert_eq!(fs::read_dir(parent.path())?.count(), 1);
        Ok(())
    }

    #[test]
    fn compressed_bytes_are_the_same_text() -> Result<()> {
        let text = "the same text again and again ".repeat(50);
        let compressed = compress(text.as_bytes())?;
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut &compressed.brotli[..], &mut plain)?;
        assert_eq!(plain, text.as_bytes());
        assert!(compressed.brotli.len() < text.len() && compressed.gzip.len() < text.len());
        Ok(())
    }
}
