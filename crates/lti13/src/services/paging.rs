//! Answers in pages: the `Link` header (RFC 8288; Names and Role Provisioning Services 2.0, 2.4.2; Assignment and Grade Services 2.0,
//! 3.1.2), and the addresses that a container may name.

use url::Url;

/// True if an address that a container names may be asked with the container's access token: the same scheme, host and port.
#[must_use]
pub fn is_of_container(container: &Url, address: &Url) -> bool {
    let has_user = !address.username().is_empty() || address.password().is_some();
    !has_user && matches!(address.scheme(), "https" | "http") && container.origin() == address.origin()
}

/// The address of the next page by the values of the `Link` headers, made absolute by the page's own; `None` on the last page.
///
/// Moodle's line items have typographic quotes around `next` and `&amp;` in the address; both are read.
#[must_use]
pub fn next_page<'a>(page: &Url, link_headers: impl IntoIterator<Item = &'a str>) -> Option<Url> {
    let mut targets = link_headers.into_iter().flat_map(links);
    let (target, _) = targets.find(|(_, parameters)| is_next(parameters))?;
    page.join(&target.trim().replace("&amp;", "&")).ok()
}

/// The links of a header: the target and its parameters.
fn links(header: &str) -> Vec<(&str, &str)> {
    let mut links = Vec::new();
    let mut rest = header;
    while let Some((target, after)) = rest.split_once('<').and_then(|(_, after)| after.split_once('>')) {
        let mut is_quoted = false;
        let end = after.find(|character| {
            is_quoted ^= character == '"';
            character == ',' && !is_quoted
        });
        let (parameters, next) = after.split_at(end.unwrap_or(after.len()));
        links.push((target, parameters));
        rest = next;
    }
    links
}

/// `rel` is a list of names (RFC 8288, 3.3), and the first one counts.
fn is_next(parameters: &str) -> bool {
    let mut relations = parameters.split(';').filter_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("rel").then_some(value)
    });
    let is_quote = |character: char| matches!(character, '"' | '\'' | '\u{201c}' | '\u{201d}' | '\u{201e}');
    relations.next().is_some_and(|value| {
        let names = value.trim().trim_matches(is_quote);
        names.split_ascii_whitespace().any(|name| name.eq_ignore_ascii_case("next"))
    })
}
