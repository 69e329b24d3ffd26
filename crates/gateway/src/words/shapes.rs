use crate::language::Language;

/// Characters of a sentence at the most: an unknown field is quoted, and the known ones are listed.
const LONGEST: usize = 300;
/// Characters of an unknown field's name or value in German, so that the known ones come after it.
const LONGEST_UNKNOWN: usize = 80;

/// Why a value doesn't fit the type of a body, in one sentence: serde's own words in English.
pub fn misfit(error: &serde_json::Error, language: Language) -> String {
    let mut said = error.to_string();
    said.retain(|c| !c.is_control());
    let sentence = match language {
        Language::English => format!("{said}."),
        Language::German => german(&said),
    };
    shorten(&sentence, LONGEST)
}

fn shorten(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn german(said: &str) -> String {
    if let Some((unknown, known)) = said.strip_prefix("unknown field ").and_then(split) {
        return format!("Ein Feld `{unknown}` gibt es hier nicht. Bekannt: {known}.");
    }
    if let Some((unknown, known)) = said.strip_prefix("unknown variant ").and_then(split) {
        return format!("Den Wert `{unknown}` gibt es hier nicht. Bekannt: {known}.");
    }
    if let Some(field) = said.strip_prefix("missing field ") {
        return format!("Das Feld {field} fehlt.");
    }
    let misfit = said
        .strip_prefix("invalid type: ")
        .or_else(|| said.strip_prefix("invalid value: "));
    // The value itself may have a comma.
    let wanted = misfit
        .and_then(|misfit| misfit.rsplit_once(", expected "))
        .map(|(_, wanted)| wanted);
    let wanted = match wanted {
        Some("a string") => "ein Text",
        Some("a boolean") => "`true` oder `false`",
        Some("a sequence") => "eine Liste",
        Some("string or map") => "einer der bekannten Werte, als Text",
        Some("a formatted UUID string") => "eine UUID",
        Some(number) if number.len() <= 5 && number.starts_with(['u', 'i']) => "eine ganze Zahl",
        Some(object) if object.starts_with("struct ") || object == "a map" => "ein Objekt",
        _ if said.starts_with("UUID parsing failed") => "eine UUID",
        _ => return "Der Wert passt hier nicht.".to_owned(),
    };
    format!("Der Wert passt hier nicht: Erwartet wird {wanted}.")
}

/// What wasn't known, and what is.
fn split(said: &str) -> Option<(String, &str)> {
    let (unknown, known) = said.strip_prefix('`')?.split_once("`, ")?;
    let known = known
        .strip_prefix("expected one of ")
        .or_else(|| known.strip_prefix("expected "))
        .unwrap_or("nichts");
    Some((shorten(unknown, LONGEST_UNKNOWN), known))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use contract::{NewPortableRegistration, NewRegistration, RegistrationImport, ReportState};
    use serde::de::DeserializeOwned;

    use super::*;

    /// The same fault in both languages.
    fn told<T: DeserializeOwned>(json: &str) -> [String; 2] {
        let json: serde_json::Value = serde_json::from_str(json).unwrap();
        let error = serde_json::from_value::<T>(json).err().unwrap();
        [Language::English, Language::German].map(|language| misfit(&error, language))
    }

    #[test]
    fn what_does_not_fit_is_told_in_german() {
        const MISFIT: &str = "Der Wert passt hier nicht: Erwartet wird";
        for (told, english, german) in [
            (
                told::<NewRegistration>(r#"{"name":1}"#),
                "invalid type: integer `1`, expected a string.",
                format!("{MISFIT} ein Text."),
            ),
            (
                told::<NewRegistration>(r#"{"allowAnonymous":"yes, expected a string"}"#),
                r#"invalid type: string "yes, expected a string", expected a boolean."#,
                format!("{MISFIT} `true` oder `false`."),
            ),
            (
                told::<NewRegistration>(r#"{"deploymentIds":"1"}"#),
                r#"invalid type: string "1", expected a sequence."#,
                format!("{MISFIT} eine Liste."),
            ),
            (
                told::<NewRegistration>(r#"{"replaces":"1"}"#),
                "UUID parsing failed: invalid length: found 1.",
                format!("{MISFIT} eine UUID."),
            ),
            (
                told::<NewRegistration>(r#"{"replaces":1}"#),
                "invalid type: integer `1`, expected a formatted UUID string.",
                format!("{MISFIT} eine UUID."),
            ),
            (
                told::<RegistrationImport>(r#"{"version":"1"}"#),
                r#"invalid type: string "1", expected u32."#,
                format!("{MISFIT} eine ganze Zahl."),
            ),
            (
                told::<NewPortableRegistration>(r#"{"deployments":[1]}"#),
                "invalid type: integer `1`, expected struct PortableDeployment.",
                format!("{MISFIT} ein Objekt."),
            ),
            (
                told::<NewRegistration>(r#"{"allowAnonymous":"seen at line 1 column 2"}"#),
                r#"invalid type: string "seen at line 1 column 2", expected a boolean."#,
                format!("{MISFIT} `true` oder `false`."),
            ),
        ] {
            assert_eq!(told, [english.to_owned(), german]);
        }
    }

    #[test]
    fn what_is_not_known_is_named_beside_what_is() {
        let [english, german] = told::<NewRegistration>(r#"{"isu`, er":1}"#);
        assert!(
            english.starts_with("unknown field `isu`, er`, expected one of `name`, `appId`"),
            "{english}"
        );
        assert!(german.starts_with("Ein Feld `isu`"), "{german}");
        let [_, german] = told::<NewRegistration>(r#"{"isuer":1}"#);
        assert!(
            german.starts_with("Ein Feld `isuer` gibt es hier nicht. Bekannt: `name`, `appId`"),
            "{german}"
        );
        let long = "x".repeat(400);
        let [english, german] = told::<NewRegistration>(&format!(r#"{{"{long}":1}}"#));
        assert!(
            english.starts_with("unknown field `xxx") && english.ends_with("x…"),
            "{english}"
        );
        assert!(
            german.starts_with("Ein Feld `xxx") && german.contains("x…` gibt es hier nicht. Bekannt: `name`"),
            "{german}"
        );
        let [_, german] = told::<ReportState>(r#""closed""#);
        assert_eq!(
            german,
            "Den Wert `closed` gibt es hier nicht. Bekannt: `open`, `in_progress`, `resolved`."
        );
    }
}
