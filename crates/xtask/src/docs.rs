//! Tests of the documentation: the commands, recipes, settings, files and headings that it names exist, and its sentences begin with
//! their subject. The gateway's commands are tested in its own crate.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use clap::CommandFactory as _;

use crate::{Task, workspace::root};

/// Every page, by its path.
fn pages() -> BTreeMap<PathBuf, String> {
    let folders = ["", "docs", "docs/decisions", "crates/lti13", "findings"];
    let files = folders.iter().flat_map(|folder| fs::read_dir(root().join(folder)).unwrap());
    files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect()
}

/// The words that follow `command` wherever it stands in code: in backticks, or in a block of commands.
fn arguments(page: &str, command: &str) -> Vec<String> {
    let word = |text: &str| {
        text.chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
            .collect::<String>()
    };
    let mut found = Vec::new();
    for (index, part) in page.split("```").enumerate() {
        // Outside of blocks, every second part between single backticks is code.
        let code: Vec<_> = if index % 2 == 1 {
            part.lines().map(str::trim).collect()
        } else {
            part.split('`').skip(1).step_by(2).collect()
        };
        let following = code.iter().filter_map(|code| code.strip_prefix(command)?.strip_prefix(' '));
        found.extend(following.map(word).filter(|word| !word.is_empty() && !word.starts_with('-')));
    }
    found
}

/// As GitHub makes an anchor of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase();
    kept.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

fn assert_known(command: &str, known: &BTreeSet<String>) {
    let mut count = 0;
    for (path, page) in pages() {
        for argument in arguments(&page, command) {
            assert!(known.contains(&argument), "{}: {command} {argument}", path.display());
            count += 1;
        }
    }
    assert!(count > 3, "{command} is named {count} times: is it still found?");
}

#[test]
fn every_command_is_there() {
    let tasks = Task::command();
    assert_known(
        "cargo xtask",
        &tasks.get_subcommands().map(|task| task.get_name().to_owned()).collect(),
    );
    let justfile = fs::read_to_string(root().join("justfile")).unwrap();
    let recipes = justfile
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    let name = |line: &str| line.split([' ', ':']).next().unwrap().to_owned();
    assert_known("just", &recipes.map(name).collect());
}

#[test]
fn every_setting_is_there() {
    let configuration = fs::read_to_string(root().join("docs/configuration.md")).unwrap();
    for (path, page) in pages() {
        for name in page.split("LMS_GATEWAY__").skip(1) {
            let name: String = name.chars().take_while(|c| c.is_ascii_uppercase() || *c == '_').collect();
            let known = name == "SECTION__KEY" || name.is_empty() || configuration.contains(&format!("`LMS_GATEWAY__{name}`"));
            assert!(known, "{}: LMS_GATEWAY__{name}", path.display());
        }
    }
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    for (path, page) in &pages {
        let folder = path.parent().unwrap();
        // Blocks of code have brackets of their own.
        let prose: String = page.split("```").step_by(2).collect();
        for link in prose.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target: &Path = if file.is_empty() { path } else { &folder.join(file) };
            let target = target.canonicalize().unwrap_or_else(|_| panic!("{}: {link}", path.display()));
            if heading.is_empty() {
                continue;
            }
            let page = fs::read_to_string(target).unwrap();
            let there = page
                .lines()
                .filter(|line| line.starts_with('#'))
                .any(|line| anchor(line) == heading);
            assert!(there, "{}: {link}", path.display());
        }
    }
}

/// The rows of the table of questions in architecture.md: question and path.
fn questions(page: &str) -> Vec<(String, String)> {
    let section = page.split("\n## Questions and files\n").nth(1).unwrap();
    let rows = section
        .split("\n## ")
        .next()
        .unwrap()
        .lines()
        .filter(|line| line.starts_with("| "));
    let cells = rows
        .skip(1)
        .map(|row| row.trim_matches('|').rsplit_once('|').unwrap_or_else(|| panic!("{row}")));
    let trimmed = cells.map(|(question, path)| (question.trim(), path.trim().trim_matches('`')));
    trimmed
        .map(|(question, path)| (question.to_owned(), path.to_owned()))
        .collect()
}

#[test]
fn every_question_leads_to_a_file() {
    let page = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let questions = questions(&page);
    assert!(
        questions.len() >= 20,
        "{} questions: is the table still found?",
        questions.len()
    );
    let broken: Vec<_> = questions.iter().filter(|(_, path)| !root().join(path).is_file()).collect();
    assert!(
        broken.is_empty(),
        "docs/architecture.md names files that are not there: {broken:#?}"
    );
}

/// The tests that the tables of security.md name: file, and function where it is a Rust test.
fn controls(page: &str) -> Vec<(&str, Option<&str>)> {
    let rows = page
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| Threat |"));
    let cells = rows.map(|row| {
        row.trim_end_matches(" |")
            .rsplit_once(" | ")
            .unwrap_or_else(|| panic!("{row}"))
            .1
    });
    cells
        .map(|cell| match cell.split_once(": ") {
            Some((file, test)) => (file.trim_matches('`'), Some(test.trim_matches('`'))),
            None => (cell.trim_matches('`'), None),
        })
        .collect()
}

#[test]
fn every_control_has_its_test() {
    let page = fs::read_to_string(root().join("docs/security.md")).unwrap();
    let controls = controls(&page);
    assert!(controls.len() >= 40, "{} rows: are the tables still found?", controls.len());
    let broken: Vec<_> = controls
        .iter()
        .filter(|(file, test)| {
            let source = fs::read_to_string(root().join(file)).unwrap_or_default();
            let named = test.map_or(file.ends_with(".spec.ts"), |test| source.contains(&format!("fn {test}(")));
            source.is_empty() || !named
        })
        .collect();
    assert!(
        broken.is_empty(),
        "docs/security.md names tests that are not there: {broken:#?}"
    );
}

/// The codes of problems, wherever they stand in a description of an API.
fn codes(description: &serde_json::Value, found: &mut BTreeSet<String>) {
    match description {
        serde_json::Value::Object(members) => {
            if let (Some(code), Some(_)) = (members.get("code").and_then(|code| code.as_str()), members.get("requestId")) {
                found.insert(code.to_owned());
            }
            members.values().for_each(|value| codes(value, found));
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| codes(value, found)),
        _ => {}
    }
}

#[test]
fn every_error_code_is_explained() {
    let description = fs::read_to_string(root().join("openapi/gateway.json")).unwrap();
    let mut described = BTreeSet::new();
    codes(&serde_json::from_str(&description).unwrap(), &mut described);
    assert!(described.len() > 40, "{described:?}");
    let page = fs::read_to_string(root().join("docs/api.md")).unwrap();
    let (_, section) = page.split_once("\n## Error codes\n").unwrap();
    let section = section.split("\n## ").next().unwrap_or_default();
    let code = |row: &str| Some(row.strip_prefix("| `")?.split_once('`')?.0.to_owned());
    let explained: BTreeSet<_> = section.lines().filter_map(code).collect();
    assert_eq!(explained, described);
}

/// Every written file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let generated = [
        "target",
        "node_modules",
        "dist",
        "data",
        "generated",
        "results",
        "test-results",
        "shots",
    ];
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.starts_with('.') || generated.contains(&name) {
            continue;
        }
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.push(path);
        }
    }
    files
}

/// The prose in a line of a file with that extension: the whole line of a page, else the comment.
fn prose<'a>(line: &'a str, extension: &str) -> &'a str {
    let markers: &[&str] = match extension {
        "md" => return line,
        "py" | "toml" | "sh" | "justfile" => &["# ", "\"\"\""],
        _ => &["// ", "//! ", "/* ", "/** "],
    };
    let continued = line.trim_start().strip_prefix("* ");
    let opened = || markers.iter().find_map(|marker| Some(line.split_once(marker)?.1));
    continued.or_else(opened).unwrap_or_default()
}

/// The lines in which a sentence begins with a question word and isn't a question, by their numbers.
fn odd_sentences(text: &str, extension: &str) -> Vec<usize> {
    let mut odd = Vec::new();
    let mut at_start = true;
    let mut question = None;
    for (index, line) in text.lines().enumerate() {
        let prose = prose(line, extension);
        let separates = prose.trim().is_empty() || prose.starts_with('#');
        if separates {
            at_start = true;
            odd.extend(question.take());
        }
        for word in prose.split_whitespace() {
            if at_start && ["What", "Who", "Whoever", "Whether"].contains(&word.trim_start_matches(['*', '(', '|'])) {
                odd.extend(question.replace(index + 1));
            }
            let word = word.trim_end_matches(['*', ')', '"', '`']);
            if word.ends_with('?') {
                question = None;
            } else if word.ends_with(['.', '!', '|']) {
                odd.extend(question.take());
            }
            // Marks of lists, tables and headings have no letters.
            at_start = word.ends_with(['.', '!', '?', ':']) || !word.contains(char::is_alphanumeric);
        }
        at_start |= separates;
    }
    odd.extend(question);
    odd
}

#[test]
fn a_sentence_that_begins_with_a_question_word_is_a_question() {
    let odd = "# What is stored.\nstored = 1  # Text. Whether it is\n# stored.\n#\n# # Errors\n# What is wrong.";
    assert_eq!(odd_sentences(odd, "py"), [1, 2, 6]);
    let odd = "# Title\n\n- **Reason.** Who\n  asks\n\n| Whoever comes | 1 |\n";
    assert_eq!(odd_sentences(odd, "md"), [3, 6]);
    let fine = "# What is stored? The part\n# for What. \"Who\" and what.\nwhat = 'What is stored.'";
    assert!(odd_sentences(fine, "py").is_empty());

    let known = ["rs", "ts", "js", "css", "py", "toml", "sh", "md", "justfile"];
    let mut odd = Vec::new();
    let mut count = 0;
    for path in files(&root()) {
        let extension = path.extension().or(path.file_name()).unwrap().to_str().unwrap();
        if known.contains(&extension) {
            count += 1;
            let shown = path.strip_prefix(root()).unwrap().display();
            let lines = odd_sentences(&fs::read_to_string(&path).unwrap(), extension);
            odd.extend(lines.iter().map(|line| format!("{shown}:{line}")));
        }
    }
    assert!(count > 700, "{count} files: are they still found?");
    assert!(odd.is_empty(), "begin these sentences with their subject: {odd:#?}");
}
