//! The files of `dist/portal`: names by content, so that a browser may keep them for ever; compressed once, here.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use messages::catalogue::{Catalogue, FALLBACK};
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::{Bindgen, Output};

use super::{Mode, files, hex, texts};

/// A module of its own, because the content security policy allows no inline script.
const MAIN_JS: &str = include_str!("main.js");

/// The content of `dist/portal`.
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
    pub(super) fn new(wasm: &Path, frontend: &Path, catalogue: &Catalogue, mode: Mode) -> Result<Self> {
        texts::ensure_none_in(&read(wasm)?, catalogue)?;
        let mut bundle = Self { files: Vec::new() };
        let mut names = texts::placeholders(catalogue)?;
        let index = read_text(&frontend.join("index.html"))?;
        let styles = files(&frontend.join("styles"))?;
        let css = styles.iter().map(|path| read_text(path)).collect::<Result<String>>()?;

        for asset in files(&frontend.join("assets"))? {
            let name = file_name(&asset);
            let mentioned = format!("/assets/{name}");
            // Files that the portal's Rust includes are in the wasm already.
            if index.contains(&mentioned) || css.contains(&mentioned) {
                names.push((mentioned, bundle.add_asset(&name, read(&asset)?, mode)?));
            }
        }
        let css = replaced(&smaller(&css), &names);
        names.push(("{{css}}".to_owned(), bundle.add_asset("portal.css", css.into_bytes(), mode)?));

        names.extend(bundle.add_texts(catalogue, mode)?);
        names.extend(bundle.add_program(wasm, mode)?);
        let main = replaced(MAIN_JS, &names);
        names.push(("{{main}}".to_owned(), bundle.add_asset("main.js", main.into_bytes(), mode)?));

        let index = replaced(&index, &names);
        ensure!(
            !index.contains("{{"),
            "frontend/index.html has a placeholder that nothing fills"
        );
        bundle.add("index.html".to_owned(), index.into_bytes(), mode)?;
        Ok(bundle)
    }

    /// Adds the texts of each language, without their keys: the program knows the order.
    fn add_texts(&mut self, catalogue: &Catalogue, mode: Mode) -> Result<Vec<(String, String)>> {
        let add = |tag: &String| {
            let address = self.add_asset(&format!("{tag}.txt"), texts::lines(catalogue, tag).into_bytes(), mode)?;
            Ok(format!("\"{tag}\": \"{address}\""))
        };
        let addresses = catalogue.tags.iter().map(add).collect::<Result<Vec<_>>>()?;
        Ok(vec![
            ("{{texts}}".to_owned(), addresses.join(", ")),
            ("{{fallback}}".to_owned(), FALLBACK.to_owned()),
        ])
    }

    /// Adds the program in its parts, and the JavaScript that loads them.
    fn add_program(&mut self, wasm: &Path, mode: Mode) -> Result<Vec<(String, String)>> {
        let split = split(wasm, mode)?;
        let mut bound = bind(&split.first, mode)?;
        let mut loader = split.loader;
        for (name, part) in split.parts {
            let address = self.add_asset(&shown(&name, &split.needs), part, mode)?;
            loader = loader.replace(&format!("./{name}"), &address);
        }
        // Each of the two scripts imports the other, so they have one hash.
        let js = bound.js().to_owned();
        let hash = hash(format!("{js}{loader}").as_bytes());
        let [js_name, loader_name] = ["portal", "parts"].map(|stem| format!("/assets/{stem}-{hash}.js"));
        let js = js.replace(&format!("from \"{LOADER}\""), &format!("from \"{loader_name}\""));
        let loader = loader.replace(&format!("from \"{GLUE}\""), &format!("from \"{js_name}\""));
        ensure!(
            js.contains(&loader_name) && loader.contains(&js_name),
            "the portal's scripts don't import each other"
        );
        self.add(js_name[1..].to_owned(), js.into_bytes(), mode)?;
        self.add(loader_name[1..].to_owned(), loader.into_bytes(), mode)?;
        let wasm = self.add_asset("portal_bg.wasm", bound.wasm_mut().emit_wasm(), mode)?;
        Ok(vec![
            ("{{js}}".to_owned(), js_name),
            ("{{parts}}".to_owned(), loader_name),
            ("{{wasm}}".to_owned(), wasm),
        ])
    }

    /// Adds a file of `/assets` under a name that changes with its content; its address.
    fn add_asset(&mut self, name: &str, plain: Vec<u8>, mode: Mode) -> Result<String> {
        let hash = hash(&plain);
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
        for (file, compressed) in self.compressed() {
            let (plain, gzip, brotli) = (file.plain.len(), compressed.gzip.len(), compressed.brotli.len());
            table += &row(&file.path, plain, gzip, brotli);
        }
        table
    }

    fn compressed(&self) -> impl Iterator<Item = (&BundledFile, &Compressed)> {
        self.files.iter().filter_map(|file| Some((file, file.compressed.as_ref()?)))
    }
}

/// The program in parts: the first is there from the start, the others are fetched when a page needs them.
struct Split {
    first: Vec<u8>,
    /// By the names that the loader has for them.
    parts: Vec<(String, Vec<u8>)>,
    /// Of each part, the files that hold it and what it has in common with others.
    needs: HashMap<String, Vec<String>>,
    /// The script that fetches them.
    loader: String,
}

/// How the name of a file begins that several parts have in common; theirs follow.
pub(super) const SHARED: &str = "shared";

/// The name of a file of the program: its part, or the parts that share it.
fn shown(name: &str, needs: &HashMap<String, Vec<String>>) -> String {
    if let Some(part) = name.strip_prefix("split_") {
        return part.to_owned();
    }
    let stem = name.trim_end_matches(".wasm");
    let by = needs.iter().filter(|(_, files)| files.iter().any(|file| file == stem));
    let mut by: Vec<_> = by.map(|(part, _)| part.trim_start_matches("split_")).collect();
    by.sort_unstable();
    format!("{SHARED}_{}.wasm", by.join("_"))
}

/// As the scripts call each other before they have their names.
const GLUE: &str = "./portal.js";
const LOADER: &str = "./parts.js";

/// Splits the program at the functions of `frontend/src/pages/chunks.rs` and `registrations/overlay.rs`.
fn split(wasm: &Path, mode: Mode) -> Result<Split> {
    let whole = read(wasm)?;
    let folder = tempfile::tempdir()?;
    let first = folder.path().join("first.wasm");
    let mut options = wasm_split_cli_support::Options::new(&whole);
    options.output_dir = folder.path();
    options.main_out_path = &first;
    options.main_module = GLUE;
    options.link_name = LOADER;
    let split = wasm_split_cli_support::transform(options).map_err(|report| anyhow!("cannot split the portal: {report:#}"))?;
    let part = |path: &PathBuf| {
        let part = read(path)?;
        let part = if mode == Mode::Release { without_names(&part)? } else { part };
        Ok((file_name(path), part))
    };
    let mut parts = split.split_modules.iter().map(part).collect::<Result<Vec<_>>>()?;
    parts.sort();
    Ok(Split {
        first: read(&first)?,
        parts,
        needs: split.prefetch_map,
        loader: read_text(&folder.path().join(LOADER))?,
    })
}

/// Leaves out the custom sections, the names of functions above all: half of the file, and of no use to the browser.
fn without_names(wasm: &[u8]) -> Result<Vec<u8>> {
    const HEADER: usize = 8;
    const CUSTOM: u8 = 0;
    let mut rest = wasm.get(HEADER..).context("a part of the portal is no wasm")?;
    let mut kept = wasm[..HEADER].to_vec();
    while let Some((id, after)) = rest.split_first() {
        let mut body = after;
        let size = leb128(&mut body).context("a part of the portal breaks off")?;
        let end = rest.len() - body.len() + size;
        let section = rest.get(..end).context("a part of the portal breaks off")?;
        if *id != CUSTOM {
            kept.extend(section);
        }
        rest = &rest[end..];
    }
    Ok(kept)
}

/// A number as WebAssembly writes its sizes.
fn leb128(bytes: &mut &[u8]) -> Option<usize> {
    let mut number = 0;
    for shift in (0..35).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// The JavaScript that loads the wasm, and the wasm that fits it.
fn bind(wasm: &[u8], mode: Mode) -> Result<Output> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes("portal", wasm.to_owned())
        .out_name("portal")
        // The other parts put their functions into the table of the first.
        .keep_lld_exports(true)
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

/// A style sheet without comments, indentation and empty lines.
fn smaller(css: &str) -> String {
    let mut rest = css;
    let mut kept = String::with_capacity(css.len());
    while let Some((before, comment)) = rest.split_once("/*") {
        kept += before;
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    kept += rest;
    let lines = kept.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| format!("{line}\n")).collect()
}

fn hash(content: &[u8]) -> String {
    hex(&Sha256::digest(content)[..8])
}

pub(super) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
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
    use crate::workspace::root;

    fn bundle(files: &[(&str, &str)]) -> Result<Bundle> {
        let mut bundle = Bundle { files: Vec::new() };
        for (name, content) in files {
            bundle.add_asset(name, content.as_bytes().to_vec(), Mode::Release)?;
        }
        Ok(bundle)
    }

    #[test]
    fn a_part_has_its_name_and_what_parts_share_theirs() {
        let needs = [
            ("list", &["chunk_1", "split_list"][..]),
            ("rest", &["chunk_1", "chunk_2", "split_rest"]),
        ];
        let needs = needs.map(|(part, files)| (part.to_owned(), files.iter().map(|&file| file.to_owned()).collect()));
        let needs = HashMap::from(needs);
        assert_eq!(shown("split_list.wasm", &needs), "list.wasm");
        assert_eq!(shown("chunk_1.wasm", &needs), "shared_list_rest.wasm");
        assert_eq!(shown("chunk_2.wasm", &needs), "shared_rest.wasm");
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
    fn a_part_goes_without_its_names() -> Result<()> {
        let header = *b"\0asm\x01\0\0\0";
        let types = [1, 4, 1, 0x60, 0, 0];
        let name = [[0, 0x85, 0x80, 0].as_slice(), b"\x04name"].concat();
        let with_names = [&header[..], &name, &types, &name].concat();
        assert_eq!(without_names(&with_names)?, [&header[..], &types].concat());
        assert!(without_names(&with_names[..with_names.len() - 1]).is_err());
        assert!(without_names(b"").is_err());
        Ok(())
    }

    #[test]
    fn another_file_of_texts_is_another_language_that_is_offered() -> Result<()> {
        let own = root().join("crates/messages/texts");
        let folder = tempfile::tempdir()?;
        for path in files(&own)? {
            fs::copy(&path, folder.path().join(file_name(&path)))?;
        }
        let bracketed = |line: &str| line.split_once(" = ").map(|(key, text)| format!("{key} = ⟦{text}⟧\n"));
        let pseudo: String = read_text(&own.join("en.txt"))?.lines().filter_map(bracketed).collect();
        fs::write(folder.path().join("qps.txt"), pseudo)?;
        let mut bundle = Bundle { files: Vec::new() };
        let names = bundle.add_texts(&texts::read(folder.path())?, Mode::Dev)?;
        assert!(replaced(MAIN_JS, &names).contains("\"qps\": \"/assets/qps-"));
        let texts = |tag: &str| {
            bundle
                .files
                .iter()
                .find(|file| file.path.starts_with(&format!("assets/{tag}-")))
        };
        let (pseudo, english) = (texts("qps").context("no qps")?, texts("en").context("no en")?);
        let (pseudo, english) = (str::from_utf8(&pseudo.plain)?, str::from_utf8(&english.plain)?);
        assert!(pseudo.lines().all(|text| text.starts_with('⟦') && text.ends_with('⟧')));
        assert_eq!(pseudo.lines().count(), english.lines().count());
        Ok(())
    }

    #[test]
    fn a_style_sheet_loses_only_what_no_browser_reads() {
        let css = "/* a */\na {\n  color: red; /* b */\n\n  content: \" \";\n}\n/* c";
        assert_eq!(smaller(css), "a {\ncolor: red;\ncontent: \" \";\n}\n");
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
