//! The Python that runs the samples of the documentation, asks the API, plays an SMTP server, and takes webhooks in tests: an
//! environment of its own, so that nothing is installed elsewhere.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::process;
use crate::workspace::{command, find_program, target};

/// The packages of the samples, the tool that asks the API all that its description allows, the SMTP server of the tests, and the library
/// that others wrote for webhooks; pinned.
const PACKAGES: [&str; 5] = [
    "pyjwt[crypto]==2.15.1",
    "msal==1.39.0",
    "schemathesis==4.32.5",
    "aiosmtpd==1.4.6",
    "standardwebhooks==1.1.0",
];

/// The interpreter of the environment, made where it is missing.
pub(crate) fn ensure_environment() -> Result<PathBuf> {
    let environment = target().join("samples-python");
    let python = environment.join("bin/python");
    if command(python.to_string_lossy().as_ref())
        .args([
            "-c",
            "import jwt, cryptography, msal, schemathesis, aiosmtpd, standardwebhooks",
        ])
        .output()
        .is_ok_and(|output| output.status.success())
    {
        return Ok(python);
    }
    if find_program("python3").is_none() {
        bail!("python3 is missing: install it with its venv module (Debian: `sudo apt-get install python3-venv`)");
    }
    process::run(
        "making a Python environment",
        command("python3").args(["-m", "venv", "--clear"]).arg(&environment),
    )?;
    process::run(
        "installing Python packages",
        command(python.to_string_lossy().as_ref())
            .args(["-m", "pip", "install", "--quiet"])
            .args(PACKAGES),
    )?;
    Ok(python)
}
