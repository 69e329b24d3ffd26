use domain::PlatformFamily;

use super::Text;
use crate::language::Language;

/// What the built-in app does.
pub const INSPECTOR: Text = Text::new(
    "Shows the launch that it received: who, which course, which role. The way to test a registration.",
    "Zeigt den Start, den sie erhalten hat: wer, welcher Kurs, welche Rolle. Damit lässt sich eine Registrierung ausprobieren.",
);

/// The name of an LMS to choose. Products keep theirs.
pub fn platform(family: PlatformFamily, language: Language) -> &'static str {
    match (family, language) {
        (PlatformFamily::Other, Language::German) => "Anderes LMS",
        _ => family.name(),
    }
}
