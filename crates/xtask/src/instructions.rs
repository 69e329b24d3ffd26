//! The cost of a login and a launch of `crates/lti13` in instructions, by callgrind. Instructions are the same on a busy machine.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::install::{self, DebianPackages};
use crate::process;
use crate::test::HOST;
use crate::workspace::{cargo, root};

/// The functions of the benchmark that are counted, `counted_login` and `counted_launch`.
const PARTS: [&str; 2] = ["login", "launch"];
const BASELINE: &str = "crates/lti13/benches/instructions.txt";
/// How many percent above the baseline are too many.
const MARGIN: u64 = 20;

/// The permission to install programs, and the choice to write the baseline.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Writes today's counts as the baseline, instead of comparing with it
    #[arg(long)]
    renew: bool,
    /// Installs valgrind where it is missing, as in CI; without it, it is only named
    #[arg(long)]
    install: bool,
}

pub(crate) fn instructions(options: &Options) -> Result<()> {
    install::ensure_valgrind(DebianPackages::policy(options.install))?;
    if options.renew { renew() } else { check() }
}

/// Fails where a login or a launch takes many more instructions than in the baseline.
pub(crate) fn check() -> Result<()> {
    process::step("instructions of a login and a launch", || {
        let baseline = fs::read_to_string(baseline()).with_context(|| format!("cannot read {BASELINE}"))?;
        for part in PARTS {
            let counted = count(part)?;
            let expected = in_baseline(&baseline, part).with_context(|| format!("{BASELINE} has no line for {part}"))?;
            println!("  {part}: {counted}, {expected} in the baseline");
            compare(part, counted, expected)?;
        }
        Ok(())
    })
}

fn renew() -> Result<()> {
    let mut baseline = String::new();
    for part in PARTS {
        let line = format!("{part} {}\n", count(part)?);
        print!("{line}");
        baseline.push_str(&line);
    }
    fs::write(self::baseline(), baseline).with_context(|| format!("cannot write {BASELINE}"))
}

fn baseline() -> PathBuf {
    root().join(BASELINE)
}

fn in_baseline(baseline: &str, part: &str) -> Option<u64> {
    let count = baseline.lines().find_map(|line| line.strip_prefix(part)?.strip_prefix(' '))?;
    count.parse().ok()
}

fn compare(part: &str, counted: u64, expected: u64) -> Result<()> {
    ensure!(
        counted * 100 <= expected * (100 + MARGIN),
        "a {part} takes {counted} instructions, over {MARGIN} % more than the {expected} of {BASELINE}. \
         Where that is worth it, `cargo xtask instructions --renew` writes the file anew; the commit says why"
    );
    Ok(())
}

/// Runs the benchmark, unoptimised and with the features of the tests, so that nothing is compiled for it alone.
fn count(part: &str) -> Result<u64> {
    let folder = tempfile::tempdir()?;
    let profile = folder.path().join("profile");
    let runner = [
        "valgrind".to_owned(),
        "--quiet".to_owned(),
        "--tool=callgrind".to_owned(),
        "--demangle=no".to_owned(),
        "--compress-strings=no".to_owned(),
        "--compress-pos=no".to_owned(),
        format!("--toggle-collect=*counted_{part}*"),
        format!("--callgrind-out-file={}", profile.display()),
    ];
    let runner = format!("target.'cfg(all())'.runner = {runner:?}");
    process::run_quietly(
        cargo(["--quiet", "--config", &runner, "test"])
            .args(HOST)
            .args(["--bench", "instructions"]),
    )?;
    own_instructions(&fs::read_to_string(profile).context("callgrind wrote no profile")?)
}

/// The instructions of a profile without those of the cryptography, which takes other instructions on another CPU. That is all that Rust
/// functions call in aws-lc, whose symbols have a prefix.
fn own_instructions(profile: &str) -> Result<u64> {
    let (mut total, mut cryptography) = (0, 0);
    let (mut function, mut callee, mut is_call) = ("", "", false);
    for line in profile.lines() {
        if let Some(name) = line.strip_prefix("fn=") {
            function = name;
        } else if let Some(name) = line.strip_prefix("cfn=") {
            callee = name;
        } else if line.starts_with("calls=") {
            is_call = true;
        } else if line.starts_with(|c: char| c.is_ascii_digit()) {
            let count = line.rsplit(' ').next().and_then(|count| count.parse::<u64>().ok());
            let count = count.with_context(|| format!("callgrind's profile has a line without a count: {line}"))?;
            // The line after a call is what was spent in it.
            if !is_call {
                total += count;
            } else if is_rust(function) && callee.starts_with("aws_lc_") {
                cryptography += count;
            }
            is_call = false;
        }
    }
    ensure!(cryptography > 0, "callgrind saw no cryptography, so it can't be taken out");
    Ok(total - cryptography)
}

/// Symbols of Rust functions, mangled in the old way or the new one.
fn is_rust(symbol: &str) -> bool {
    symbol.starts_with("_ZN") || symbol.starts_with("_R")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const PROFILE: &str = "\
events: Ir
summary: 1000

ob=/target/instructions
fl=verify.rs
fn=_ZN5lti136verifyE
10 100
cfn=aws_lc_0_1_0_EVP_DigestVerify
calls=2 0
11 800
cfn=malloc
calls=1 0
12 30

fn=aws_lc_0_1_0_EVP_DigestVerify
0 300
cfn=pthread_once
calls=1 0
0 500

fn=pthread_once
0 20
cfn=aws_lc_0_1_0_bn_mul
calls=1 0
0 480

fn=aws_lc_0_1_0_bn_mul
0 480

fn=malloc
0 30

fn=_RNvCs_5lti134open
20 70
totals: 1000
";

    #[test]
    fn what_is_spent_in_the_cryptography_is_not_counted() {
        assert_eq!(own_instructions(PROFILE).unwrap(), 200);
    }

    #[test]
    fn a_profile_without_cryptography_is_refused() {
        let error = own_instructions(&PROFILE.replace("aws_lc_", "AWS_LC_")).unwrap_err();
        assert!(error.to_string().contains("no cryptography"), "{error}");
    }

    #[test]
    fn a_fifth_more_is_taken_and_one_above_says_how_to_renew() {
        assert!(compare("login", 1_200, 1_000).is_ok());
        let error = compare("login", 1_201, 1_000).unwrap_err().to_string();
        assert!(error.contains("a login takes 1201 instructions"), "{error}");
        assert!(error.contains("`cargo xtask instructions --renew`"), "{error}");
    }

    #[test]
    fn a_part_is_named_in_full_in_the_baseline() {
        let baseline = "login 400\nlaunch 900\n";
        assert_eq!(PARTS.map(|part| in_baseline(baseline, part)), [Some(400), Some(900)]);
        assert_eq!(in_baseline(baseline, "log"), None);
    }
}
