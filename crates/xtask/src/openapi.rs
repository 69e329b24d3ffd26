//! `openapi/gateway.json` is what the gateway says of itself.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::workspace::root;
use crate::{process, start, test};

/// Writes the description, or (`check`) fails when the committed one differs.
pub(crate) fn openapi(check: bool) -> Result<()> {
    // Where it is checked the tests follow, which want the same programs.
    if check {
        test::build()?;
    } else {
        start::build_servers(false)?;
    }
    process::step("OpenAPI description", || {
        let described = process::output(start::program("lms-gateway", false).arg("openapi"))?;
        let file = root().join("openapi/gateway.json");
        if !check {
            return fs::write(&file, described).with_context(|| format!("cannot write {}", file.display()));
        }
        let committed = fs::read_to_string(&file).unwrap_or_default();
        match first_difference(&committed, &described) {
            Some(line) => bail!(
                "openapi/gateway.json differs from the gateway's description in line {line}: run `cargo xtask openapi` and commit it"
            ),
            None => Ok(()),
        }
    })
}

/// The number of the first line in which two texts differ.
fn first_difference(left: &str, right: &str) -> Option<usize> {
    if left == right {
        return None;
    }
    Some(
        left.lines()
            .zip(right.lines())
            .take_while(|(left, right)| left == right)
            .count()
            + 1,
    )
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn drift_is_found_by_line() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some(2));
        assert_eq!(first_difference("", "a\n"), Some(1));
        assert_eq!(first_difference("a\nb\n", "a\n"), Some(2));
    }
}
