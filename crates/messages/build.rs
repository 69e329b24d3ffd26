//! Makes Rust of the files of texts: what is wrong with them stops the build.

#[path = "src/catalogue.rs"]
pub mod catalogue;
#[path = "build/generate.rs"]
mod generate;

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use catalogue::{Catalogue, FALLBACK, File};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut cargo = io::stdout();
    writeln!(cargo, "cargo::rerun-if-changed=build.rs")?;
    writeln!(cargo, "cargo::rerun-if-changed=build")?;
    writeln!(cargo, "cargo::rerun-if-changed=src/catalogue.rs")?;
    writeln!(cargo, "cargo::rerun-if-changed=texts")?;
    let mut files = read_files(Path::new("texts"))?;
    if std::env::var_os("CARGO_FEATURE_PSEUDO").is_some() {
        files.extend(files.iter().find(|file| file.tag == FALLBACK).map(pseudo));
    }
    let catalogue = match Catalogue::read(&files) {
        Ok(catalogue) => catalogue,
        Err(errors) => {
            for error in errors {
                writeln!(cargo, "cargo::error={error}")?;
            }
            return Ok(ExitCode::FAILURE);
        }
    };
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("language.rs"), generate::language(&catalogue))?;
    fs::write(out.join("sections.rs"), generate::sections(&catalogue))?;
    fs::write(out.join("portal.rs"), generate::portal(&catalogue))?;
    Ok(ExitCode::SUCCESS)
}

fn read_files(folder: &Path) -> Result<Vec<File>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let tag = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let content = fs::read_to_string(path)?;
        files.push(File { tag, content });
    }
    Ok(files)
}

/// The language of tests: a text is in brackets, and in it each value in brackets of another kind.
fn pseudo(english: &File) -> File {
    let bracketed = |line: &str| match line.split_once(" = ") {
        Some((key, text)) => format!("{key} = ⟦{}⟧\n", text.replace('{', "⟨{").replace('}', "}⟩")),
        None => "\n".to_owned(),
    };
    File {
        tag: "qps".to_owned(),
        content: english.content.lines().map(bracketed).collect(),
    }
}
