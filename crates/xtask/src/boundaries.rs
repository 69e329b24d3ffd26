//! Which crate sees which, and which room of a crate. The arrows between crates: `frontend → contract ← gateway → store → domain → lti13`, and `frontend → messages ← gateway`.

mod houses;
mod rooms;
mod source;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Result, bail};

use crate::process;
use crate::workspace::{cargo, root};

struct Rule {
    package: &'static str,
    never_sees: &'static [&'static str],
    because: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        package: "contract",
        never_sees: &[
            "lti13",
            "domain",
            "store",
            "gateway",
            "dev-identity",
            "practice-lms",
            "migrations",
            "actix-web",
            "sea-orm",
            "tokio",
            "reqwest",
        ],
        because: "it is the wire and nothing else, and the portal builds it for the browser",
    },
    Rule {
        package: "messages",
        never_sees: &[
            "contract",
            "lti13",
            "domain",
            "store",
            "gateway",
            "dev-identity",
            "practice-lms",
            "migrations",
            "actix-web",
            "sea-orm",
            "tokio",
            "reqwest",
            "serde",
        ],
        because: "it is texts and nothing else, and the portal builds it for the browser",
    },
    Rule {
        package: "lti13",
        never_sees: &[
            "messages",
            "contract",
            "domain",
            "store",
            "gateway",
            "dev-identity",
            "practice-lms",
            "migrations",
            "actix-web",
            "sea-orm",
            "reqwest",
            "tokio",
        ],
        because: "it is pure: time and randomness are passed in, nothing goes out",
    },
    Rule {
        package: "domain",
        never_sees: &[
            "messages",
            "contract",
            "store",
            "gateway",
            "dev-identity",
            "practice-lms",
            "migrations",
            "actix-web",
            "sea-orm",
            "reqwest",
            "tokio",
        ],
        because: "it is pure: it knows neither the wire nor the database",
    },
    Rule {
        package: "store",
        never_sees: &["messages", "contract", "gateway", "actix-web", "reqwest"],
        because: "it saves domain values, whoever asks",
    },
    Rule {
        package: "migrations",
        never_sees: &["store", "domain", "lti13", "contract"],
        because: "a published migration must not change when an entity does",
    },
    Rule {
        package: "gateway",
        never_sees: &["practice-lms", "leptos", "portal"],
        because: "it is what the operator runs",
    },
    Rule {
        package: "dev-identity",
        never_sees: &["store", "domain", "lti13", "gateway"],
        because: "it plays the part of Entra, which knows nothing of ours",
    },
    Rule {
        package: "practice-lms",
        never_sees: &["lti13", "domain", "store", "gateway", "contract"],
        because: "a typing mistake in a claim must not fool both sides",
    },
    Rule {
        package: "bench",
        never_sees: &["lti13", "domain", "store", "gateway", "contract", "migrations"],
        because: "it measures from outside, whatever the tool is",
    },
    Rule {
        package: "portal",
        never_sees: &[
            "lti13",
            "domain",
            "store",
            "gateway",
            "dev-identity",
            "practice-lms",
            "migrations",
            "actix-web",
            "sea-orm",
        ],
        because: "it knows the gateway by its contract only",
    },
];

/// The operator's programs read environment and clock and make HTTP clients in one place each: clippy.toml has the list.
const WITHOUT_AMBIENT_AUTHORITY: &[&str] = &[
    "crates/contract",
    "crates/messages",
    "crates/lti13",
    "crates/domain",
    "crates/store",
    "crates/gateway",
    "migrations",
];
const AMBIENT_AUTHORITY_LINT: &str = "#![cfg_attr(not(test), warn(clippy::disallowed_methods))]";

/// Fails with one sentence a violation.
pub(crate) fn check() -> Result<()> {
    let violations = process::step("boundaries", || {
        let mut violations = Vec::new();
        for folder in WITHOUT_AMBIENT_AUTHORITY {
            let lib = format!("{folder}/src/lib.rs");
            if !fs::read_to_string(root().join(&lib))?.contains(AMBIENT_AUTHORITY_LINT) {
                violations.push(format!(
                    "{lib} must say {AMBIENT_AUTHORITY_LINT}, or the list in clippy.toml doesn't hold there"
                ));
            }
        }
        for rule in RULES {
            violations.extend(validate(rule, &seen_by(rule.package)?));
        }
        for house in houses::HOUSES {
            violations.extend(rooms::check(&root(), house)?);
        }
        Ok(violations)
    })?;
    if !violations.is_empty() {
        bail!(violations.join("\n"));
    }
    crate::install::ensure_wasm_target()?;
    process::run(
        "contract and messages for the browser",
        &mut cargo([
            "check",
            "--quiet",
            "--package",
            "contract",
            "--package",
            "messages",
            "--features",
            "messages/portal",
            "--target",
            "wasm32-unknown-unknown",
        ]),
    )
}

/// Every package that ends up in the program, tests apart.
fn seen_by(package: &str) -> Result<BTreeSet<String>> {
    let mut tree = cargo([
        "tree",
        "--quiet",
        "--edges",
        "normal,build",
        "--target",
        "all",
        "--prefix",
        "none",
        "--format",
        "{p}",
        "--package",
        package,
    ]);
    let tree = process::output(&mut tree)?;
    Ok(tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(ToOwned::to_owned)
        .collect())
}

fn validate(rule: &Rule, seen: &BTreeSet<String>) -> Vec<String> {
    rule.never_sees
        .iter()
        .filter(|name| seen.contains(**name))
        .map(|name| format!("{} sees {name}, but must not: {}", rule.package, rule.because))
        .collect()
}
