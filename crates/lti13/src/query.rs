//! Parameters added to a URL that may have some already.

use url::{Url, form_urlencoded};

/// `url` with `ours` appended to its query. What it had stays byte for byte, except parameters of the same names: those are dropped.
pub(crate) fn with_parameters(url: &Url, ours: &[(&str, &str)]) -> Url {
    let is_ours = |part: &&str| {
        form_urlencoded::parse(part.as_bytes())
            .next()
            .is_some_and(|(name, _)| ours.iter().any(|(our, _)| *our == name))
    };
    let encoded = form_urlencoded::Serializer::new(String::new()).extend_pairs(ours).finish();
    // A space as %20 means the same to those who decode forms and to those who only undo percent-encoding.
    let encoded = encoded.replace('+', "%20");
    let mut parts: Vec<&str> = url
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|part| !part.is_empty() && !is_ours(part))
        .collect();
    parts.push(&encoded);
    let mut with_ours = url.clone();
    with_ours.set_query(Some(&parts.join("&")));
    with_ours
}
