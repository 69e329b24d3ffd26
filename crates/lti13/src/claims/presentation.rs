use serde_json::{Map, Value as Json};
use url::Url;

use super::names::LAUNCH_PRESENTATION;
use super::text_in;

/// How a launch is shown in the platform, as far as the platform says: the language of the person, and the way back (core 5.4.4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Presentation {
    /// The language of the person, as a BCP 47 tag.
    pub locale: Option<String>,
    /// The way back to the course, as it came.
    return_url: Option<String>,
}

impl Presentation {
    /// Reads it from the claims of a launch.
    #[must_use]
    pub fn from_claims(claims: &Map<String, Json>) -> Self {
        let presentation = claims.get(LAUNCH_PRESENTATION);
        let locale = text_in(presentation, "locale").or_else(|| claims.get("locale")?.as_str().map(str::to_owned));
        Self {
            locale,
            return_url: text_in(presentation, "return_url"),
        }
    }

    /// The way back to the course: an https URL (http only if `allow_http`) without credentials.
    #[must_use]
    pub fn return_url(&self, allow_http: bool) -> Option<Url> {
        let url = Url::parse(self.return_url.as_deref()?).ok()?;
        let scheme_fits = url.scheme() == "https" || (allow_http && url.scheme() == "http");
        let without_credentials = url.username().is_empty() && url.password().is_none();
        (scheme_fits && without_credentials).then_some(url)
    }
}
