//! Where an answer goes: a registered redirect URI, the way to hand over, and the client's state.

use actix_web::{HttpResponse, http::header};
use askama::Template;
use url::form_urlencoded;

use crate::{
    Identity,
    pages::{self, Framing, Scripting},
    refusal::Refusal,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResponseMode {
    Query,
    Fragment,
    FormPost,
}

impl ResponseMode {
    pub(crate) fn parse(mode: Option<&str>) -> Option<Self> {
        match mode {
            None | Some("query") => Some(Self::Query),
            Some("fragment") => Some(Self::Fragment),
            Some("form_post") => Some(Self::FormPost),
            Some(_) => None,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct ReturnAddress {
    pub(crate) uri: String,
    pub(crate) mode: ResponseMode,
    /// Echoed as it came.
    pub(crate) state: Option<String>,
}

#[derive(Template)]
#[template(path = "form-post.html")]
struct FormPostPage<'a> {
    base: &'a str,
    action: &'a str,
    fields: Vec<(&'a str, &'a str)>,
}

impl ReturnAddress {
    /// Sends the browser back with these parameters and the state.
    pub(crate) fn answer(&self, identity: &Identity, parameters: &[(&str, &str)]) -> HttpResponse {
        let state = self.state.as_deref().map(|state| ("state", state));
        let fields: Vec<(&str, &str)> = parameters.iter().copied().chain(state).collect();
        if self.mode == ResponseMode::FormPost {
            let page = FormPostPage {
                base: &identity.base,
                action: &self.uri,
                fields,
            };
            return pages::show(&page, Framing::Allowed, Scripting::FormPost);
        }
        let encoded = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let separator = match self.mode {
            ResponseMode::Fragment => '#',
            _ if self.uri.contains('?') => '&',
            _ => '?',
        };
        see_other(&format!("{}{separator}{encoded}", self.uri))
    }

    pub(crate) fn refuse(&self, identity: &Identity, refusal: &Refusal) -> HttpResponse {
        self.answer(
            identity,
            &[("error", refusal.error), ("error_description", &refusal.description())],
        )
    }
}

/// 303 also after a GET, so that a form is never sent on to the client.
pub(crate) fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, location))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .finish()
}

impl Identity {
    /// True if the portal may be answered at this address: registered exactly, or the root of `http://localhost` at any port,
    /// as Entra ignores the port of a registered `http://localhost`.
    pub(crate) fn is_registered(&self, uri: &str) -> bool {
        self.portal_redirect_uris.iter().any(|registered| registered == uri) || is_localhost_root(uri)
    }

    /// True if a browser may be sent here after sign-out: a registered address, or a page of the gateway itself.
    pub(crate) fn is_after_sign_out(&self, uri: &str) -> bool {
        let is_own = || url::Url::parse(uri).is_ok_and(|url| url.origin().ascii_serialization() == self.origin);
        self.is_registered(uri) || is_own()
    }
}

fn is_localhost_root(uri: &str) -> bool {
    let Some(rest) = uri.strip_prefix("http://localhost") else {
        return false;
    };
    let port = rest.strip_suffix('/').unwrap_or(rest);
    port.is_empty()
        || port
            .strip_prefix(':')
            .is_some_and(|digits| digits.parse::<u16>().is_ok() && !digits.starts_with('+'))
}

#[cfg(test)]
mod tests {
    use super::is_localhost_root;

    #[test]
    fn localhost_counts_with_any_port_and_nothing_behind() {
        for uri in [
            "http://localhost",
            "http://localhost/",
            "http://localhost:50123",
            "http://localhost:50123/",
        ] {
            assert!(is_localhost_root(uri), "{uri}");
        }
        for uri in [
            "https://localhost/",
            "http://localhost.evil.example/",
            "http://localhost:80@evil.example/",
            "http://localhost:/",
            "http://localhost:+80/",
            "http://localhost:99999",
            "http://localhost:80/callback",
            "http://localhost/?x",
            "http://localhost//",
            "http://127.0.0.1:80/",
        ] {
            assert!(!is_localhost_root(uri), "{uri}");
        }
    }
}
