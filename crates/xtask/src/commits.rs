//! The subjects of commits: `area: verb object`, short enough for a list.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::process;
use crate::workspace::root;

/// The last commit before the rule. Commits after it are linted.
const LAST_BEFORE_THE_RULE: &str = "6d8c30fbb7f519d28c9268e7bf05d8c5ad025525";
const MAX_CHARACTERS: usize = 72;

/// Fails with one line for each subject that breaks the rule.
pub(crate) fn check() -> Result<()> {
    if !root().join(".git").exists() {
        eprintln!("this is no clone of the repository: there are no commits whose subjects could be linted");
        return Ok(());
    }
    process::step("commit subjects", || {
        let commits = new_commits(&root(), LAST_BEFORE_THE_RULE)?;
        let errors: Vec<_> = commits.iter().filter_map(Commit::lint).collect();
        ensure!(errors.is_empty(), "{}", errors.join("\n"));
        Ok(())
    })
}

struct Commit {
    id: String,
    subject: String,
}

impl Commit {
    fn lint(&self) -> Option<String> {
        let reason = lint_subject(&self.subject).err()?;
        Some(format!("{} `{}`: {reason}", self.id, self.subject))
    }
}

/// The commits after `base`, merges apart. Where a clone is too shallow to have `base`, all of its commits are after it.
/// A complete history without `base` was rewritten: its newest commit is the only one that is certainly new.
fn new_commits(repository: &Path, base: &str) -> Result<Vec<Commit>> {
    let from = if git(repository, &["merge-base", "--is-ancestor", base, "HEAD"]).is_ok() {
        vec![format!("{base}..HEAD")]
    } else if git(repository, &["rev-parse", "--is-shallow-repository"])?.trim() == "true" {
        vec!["HEAD".to_owned()]
    } else {
        vec!["--max-count=1".to_owned(), "HEAD".to_owned()]
    };
    let mut arguments = vec!["log", "--no-merges", "--format=%h %s"];
    arguments.extend(from.iter().map(String::as_str));
    let log = git(repository, &arguments)?;
    log.lines()
        .map(|line| {
            let (id, subject) = line.split_once(' ').with_context(|| format!("git printed `{line}`"))?;
            Ok(Commit {
                id: id.to_owned(),
                subject: subject.to_owned(),
            })
        })
        .collect()
}

fn git(repository: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(repository)
        // The checkout may belong to somebody else, as in a container; what runs here trusts it anyway.
        .args(["-c", "safe.directory=*"])
        .args(arguments)
        // A hook sets these for the repository that it belongs to.
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .env_remove("GIT_WORK_TREE")
        .stdin(Stdio::null())
        .output()
        .context("cannot run git, which knows the commits")?;
    let shown = arguments.join(" ");
    ensure!(
        output.status.success(),
        "`git {shown}` ended with {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr).trim()
    );
    String::from_utf8(output.stdout).with_context(|| format!("`git {shown}` printed something that is no UTF-8"))
}

fn lint_subject(subject: &str) -> Result<()> {
    let length = subject.chars().count();
    ensure!(
        length <= MAX_CHARACTERS,
        "{length} characters, at most {MAX_CHARACTERS}: the reason belongs in the body"
    );
    let Some((area, rest)) = subject.split_once(": ") else {
        bail!("must be `area: verb object`");
    };
    ensure!(
        area.starts_with(|c: char| c.is_ascii_lowercase())
            && area.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
        "the area is one lower-case noun: the crate, or `docs`, `e2e`, `ci`"
    );
    let (verb, object) = rest.split_once(' ').unwrap_or((rest, ""));
    ensure!(
        !verb.is_empty() && verb.chars().all(|c| c.is_ascii_lowercase() || c == '-'),
        "the verb after the area is in lower case"
    );
    ensure!(!object.trim().is_empty(), "the verb needs an object");
    ensure!(!rest.ends_with('.'), "a subject has no full stop");
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::fs;

    use tempfile::TempDir;

    use super::*;

    #[test]
    fn subjects_have_an_area_a_verb_and_an_object() {
        for subject in [
            "xtask: lint commit subjects",
            "practice-lms: sign id_tokens with any header",
            "e2e: hold every text of the portal to the catalogue",
            "lti13: re-export RegistrationDraft",
        ] {
            assert!(lint_subject(subject).is_ok(), "{subject}");
        }
        for (subject, reason) in [
            ("Lint commit subjects", "`area: verb object`"),
            ("xtask:lint subjects", "`area: verb object`"),
            ("Xtask: lint subjects", "area"),
            ("the tasks: lint subjects", "area"),
            (": lint subjects", "area"),
            ("fixup! xtask: lint subjects", "area"),
            ("xtask: Lint subjects", "lower case"),
            ("xtask:  lint subjects", "lower case"),
            ("xtask: lint", "object"),
            ("xtask: lint subjects.", "full stop"),
        ] {
            let error = lint_subject(subject).unwrap_err().to_string();
            assert!(error.contains(reason), "{subject}: {error}");
        }
    }

    #[test]
    fn subjects_have_72_characters_at_most() {
        let longest = format!("xtask: lint {}", "ü".repeat(60));
        assert_eq!(longest.chars().count(), 72);
        assert!(lint_subject(&longest).is_ok());
        let error = lint_subject(&format!("{longest}ü")).unwrap_err().to_string();
        assert!(error.contains("73 characters, at most 72"), "{error}");
    }

    /// A repository with one commit for each subject.
    fn repository(subjects: &[&str]) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        git(folder.path(), &["init", "--quiet", "--initial-branch=main"]).unwrap();
        for subject in subjects {
            commit(folder.path(), subject);
        }
        folder
    }

    fn commit(repository: &Path, subject: &str) {
        let identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];
        let arguments = ["commit", "--quiet", "--allow-empty", "--no-verify", "--message", subject];
        git(repository, &[&identity[..], &arguments].concat()).unwrap();
    }

    fn head(repository: &Path) -> String {
        git(repository, &["rev-parse", "HEAD"]).unwrap().trim().to_owned()
    }

    fn subjects(repository: &Path, base: &str) -> Vec<String> {
        let commits = new_commits(repository, base).unwrap();
        commits.into_iter().map(|commit| commit.subject).collect()
    }

    #[test]
    fn what_came_after_the_base_is_new() {
        let repository = repository(&["One", "Two"]);
        let base = head(repository.path());
        assert!(subjects(repository.path(), &base).is_empty());
        commit(repository.path(), "three");
        commit(repository.path(), "four");
        assert_eq!(subjects(repository.path(), &base), ["four", "three"]);
    }

    #[test]
    fn a_shallow_clone_is_new_as_far_as_it_goes() {
        let repository = repository(&["One", "Two"]);
        let base = head(repository.path());
        for subject in ["three", "four", "five"] {
            commit(repository.path(), subject);
        }
        let folder = tempfile::tempdir().unwrap();
        let clone = |name: &str, depth: &str| {
            let target = folder.path().join(name);
            let url = format!("file://{}", repository.path().display());
            let target_argument = target.display().to_string();
            git(folder.path(), &["clone", "--quiet", "--depth", depth, &url, &target_argument]).unwrap();
            target
        };
        // With the base just outside, and just inside.
        assert_eq!(subjects(&clone("two", "2"), &base), ["five", "four"]);
        assert_eq!(subjects(&clone("four", "4"), &base), ["five", "four", "three"]);
    }

    #[test]
    fn of_a_history_without_the_base_the_newest_commit_is_new() {
        let other = repository(&["One"]);
        let repository = repository(&["Two", "three"]);
        let base = head(other.path());
        assert_eq!(subjects(repository.path(), &base), ["three"]);
    }

    #[test]
    fn a_repository_that_git_cannot_read_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(".git")).unwrap();
        assert!(new_commits(folder.path(), "HEAD").is_err());
    }

    #[test]
    fn a_line_of_the_lint_names_the_commit() {
        let repository = repository(&["One", "Two"]);
        let base = head(repository.path());
        commit(repository.path(), "Three is no subject");
        let commits = new_commits(repository.path(), &base).unwrap();
        let line = commits[0].lint().unwrap();
        let id = head(repository.path());
        assert!(line.starts_with(&id[..7]), "{line}");
        assert!(line.contains("`Three is no subject`: must be `area: verb object`"), "{line}");
    }
}
