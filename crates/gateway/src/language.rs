//! The language of the pages that people see inside an LMS, and of what the API says to people.

use std::{
    convert::Infallible,
    future::{Ready, ready},
};

use actix_web::{
    Error, FromRequest, HttpRequest,
    body::MessageBody,
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::header,
    middleware::Next,
};

tokio::task_local! {
    static CURRENT: Language;
}

/// A language in which every text exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// The launch's own language where the LMS said one that exists here, else the browser's.
    pub fn of(launch: Option<&str>, request: &HttpRequest) -> Self {
        let accepted = request
            .headers()
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        launch
            .and_then(Self::of_tag)
            .or_else(|| Self::accepted(accepted))
            .unwrap_or_default()
    }

    /// Of the request that is being answered: for refusals, which are put into words when no request is at hand any more.
    pub fn current() -> Self {
        CURRENT.try_with(|language| *language).unwrap_or_default()
    }

    /// The tag of BCP 47, for `lang`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// By a tag of BCP 47, or what LMSs take for one (`de_AT`).
    fn of_tag(tag: &str) -> Option<Self> {
        match tag
            .trim()
            .split(['-', '_'])
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
            .as_str()
        {
            "en" => Some(Self::English),
            "de" => Some(Self::German),
            _ => None,
        }
    }

    /// The best of `Accept-Language` (RFC 9110, section 12.5.4).
    fn accepted(header: &str) -> Option<Self> {
        let mut offers: Vec<_> = header
            .split(',')
            .take(20)
            .filter_map(|offer| {
                let (tag, parameters) = offer.split_once(';').unwrap_or((offer, ""));
                let quality = parameters
                    .trim()
                    .strip_prefix("q=")
                    .map_or(1.0, |quality| quality.parse().unwrap_or(0.0));
                Some((Self::of_tag(tag)?, quality)).filter(|(_, quality): &(_, f32)| *quality > 0.0)
            })
            .collect();
        offers.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        offers.first().map(|(language, _)| *language)
    }
}

/// Middleware that chooses the language of a request's refusals.
pub async fn choose<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    let language = Language::of(None, request.request());
    CURRENT.scope(language, next.call(request)).await
}

/// The best that the caller accepts.
impl FromRequest for Language {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(None, request)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_accepted_language_that_exists() {
        for (header, language) in [
            ("de-AT,de;q=0.9,en;q=0.8", Some(Language::German)),
            ("fr, en;q=0.5, de;q=0.7", Some(Language::German)),
            ("en-GB, de", Some(Language::English)),
            ("de;q=0, en;q=0.1", Some(Language::English)),
            ("fr, *", None),
            ("", None),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
        assert_eq!(Language::of_tag("de_CH"), Some(Language::German));
        assert_eq!(Language::of_tag("den"), None);
    }
}
