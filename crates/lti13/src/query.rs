//! Parameters added to a URL that may have some already.

use url::{Url, form_urlencoded};

/// `url` with `ours` appended to its query. What it had stays byte for byte, except parameters of the same names: those are dropped.
pub(crate) fn with_parameters(url: &Url, ours: &[(&str, impl AsRef<[u8]>)]) -> Url {
    let is_ours = |part: &&str| {
        form_urlencoded::parse(part.as_bytes())
            .next()
            .is_some_and(|(name, _)| ours.iter().any(|(our, _)| *our == name))
    };
    // A space as %20 means the same to those who decode forms and to those who only undo percent-encoding.
    let encode = |value: &[u8]| form_urlencoded::byte_serialize(value).collect::<String>().replace('+', "%20");
    let encoded: Vec<_> = ours
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name.as_bytes()), encode(value.as_ref())))
        .collect();
    let mut parts: Vec<&str> = url
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|part| !part.is_empty() && !is_ours(part))
        .collect();
    parts.extend(encoded.iter().map(String::as_str));
    let mut with_ours = url.clone();
    with_ours.set_query(Some(&parts.join("&")));
    with_ours
}
