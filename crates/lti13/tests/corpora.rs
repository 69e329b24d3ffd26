//! The fuzz corpora, replayed through the fuzz targets' own functions.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::Path;

#[allow(unreachable_pub, reason = "the fuzz targets use it from outside")]
#[path = "../fuzz/src/lib.rs"]
mod targets;

fn replay(target: &str, run: fn(&[u8])) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let inputs: Vec<_> = fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(inputs.len() >= 5, "the corpus of {target} is gone");
    for input in inputs {
        run(&fs::read(input).unwrap());
    }
}

#[test]
fn login_form() {
    replay("login_form", targets::login_form);
}

#[test]
fn state() {
    replay("state", targets::state);
}

#[test]
fn id_token() {
    replay("id_token", targets::id_token);
}

#[test]
fn keyset() {
    replay("keyset", targets::keyset);
}
