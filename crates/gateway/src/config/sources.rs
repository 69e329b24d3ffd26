//! Merges defaults, file and environment, before anything is validated.

use super::{ConfigErrors, ENVIRONMENT_PREFIX};

pub(super) fn one_line(error: &impl ToString) -> String {
    error
        .to_string()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .trim_end_matches('.')
        .to_owned()
}

/// The error and its place in the text. The library quotes the whole line, which may hold a secret.
pub(super) fn syntax_error(error: &toml::de::Error, text: &str) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    format!("{} in line {}", one_line(&error.message()), before.matches('\n').count() + 1)
}

/// The same without the value, which may be a secret and is in quotation marks: what was expected, and of which key.
pub(super) fn without_value(error: &str) -> String {
    let about_value = ["invalid type:", "invalid value:"]
        .iter()
        .any(|begin| error.starts_with(begin));
    match error.rsplit_once(", expected ") {
        Some((_, expected)) if about_value => format!("expected {expected}"),
        _ => {
            let quoted = error.split_once('"').zip(error.rsplit_once('"'));
            quoted.map_or_else(|| error.to_owned(), |((before, _), (_, after))| format!("{before}…{after}"))
        }
    }
}

pub(super) fn merge(into: &mut toml::Table, from: toml::Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(toml::Value::Table(into)), toml::Value::Table(from)) => merge(into, from),
            (_, value) => drop(into.insert(key, value)),
        }
    }
}

/// Sets `section.key` in the type that its default has.
pub(super) fn set_from_environment(table: &mut toml::Table, name: &str, path: &str, value: &str) -> Result<(), ConfigErrors> {
    let path = path.to_ascii_lowercase();
    let Some((section, key)) = path.split_once("__").filter(|(_, key)| !key.contains("__")) else {
        return Err(format!("The environment variable {name} isn't of the form {ENVIRONMENT_PREFIX}SECTION__KEY.").into());
    };
    let Some(toml::Value::Table(section_table)) = table.get_mut(section) else {
        return Err(
            format!("The environment variable {name} names no section of the configuration: there is no [{section}].").into(),
        );
    };
    let Some(default) = section_table.get(key) else {
        let known = section_table.keys().cloned().collect::<Vec<_>>().join(", ");
        return Err(
            format!("The environment variable {name} names no key of the configuration: [{section}] has {known}.").into(),
        );
    };
    let parsed = match default {
        toml::Value::Integer(_) => value.parse().map(toml::Value::Integer).map_err(|_| "a whole number"),
        toml::Value::Boolean(_) => value.parse().map(toml::Value::Boolean).map_err(|_| "true or false"),
        toml::Value::Array(_) => Ok(toml::Value::Array(
            value
                .split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(|item| toml::Value::String(item.to_owned()))
                .collect(),
        )),
        _ => Ok(toml::Value::String(value.to_owned())),
    };
    let parsed = parsed.map_err(|kind| ConfigErrors(vec![format!("The environment variable {name} must be {kind}.")]))?;
    section_table.insert(key.to_owned(), parsed);
    Ok(())
}
