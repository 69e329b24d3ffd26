//! Parameters added to a URL that may have some already.

use url::{Url, form_urlencoded};

/// `url` with `ours` appended to its query. The rest of the query stays byte for byte, except parameters of the same names: those are
/// dropped.
pub(crate) fn with_parameters(url: &Url, ours: &[(&str, impl AsRef<[u8]>)]) -> Url {
    let is_ours = |part: &&str| {
        form_urlencoded::parse(part.as_bytes())
            .next()
            .is_some_and(|(name, _)| ours.iter().any(|(our, _)| *our == name))
    };
    let mut encoded = String::new();
    for (name, value) in ours {
        if !encoded.is_empty() {
            encoded.push('&');
        }
        encoded.push_str(name);
        encoded.push('=');
        // A space as %20 means the same to those who decode forms and to those who only undo percent-encoding.
        let pieces = form_urlencoded::byte_serialize(value.as_ref());
        encoded.extend(pieces.map(|piece| if piece == "+" { "%20" } else { piece }));
    }
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
