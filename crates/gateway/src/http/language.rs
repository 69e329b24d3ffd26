//! The language of pages inside an LMS, and of the API's texts for people.

use std::{
    cell::Cell,
    convert::Infallible,
    future::{Ready, ready},
};

use actix_web::{
    Error, FromRequest, HttpRequest,
    body::MessageBody,
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderValue},
    middleware::Next,
};
pub use messages::Language;

tokio::task_local! {
    static ANSWER: Answer;
}

/// The answer that is being made.
struct Answer {
    /// The best of the languages that its request accepts.
    accepted: Language,
    /// The language of its texts, where somebody asked for one.
    language: Cell<Option<Language>>,
}

/// The best of the languages that the caller accepts, as an argument of a handler.
pub struct AcceptLanguage(pub Language);

/// The language of an answer: the launch's own where the LMS said one that exists here, else the browser's.
pub fn of_request(launch: Option<&str>, request: &HttpRequest) -> Language {
    let language = launch.and_then(Language::of_tag).unwrap_or_else(|| accepted(request));
    ANSWER.try_with(|answer| answer.language.set(Some(language))).ok();
    language
}

/// Of the answer that is being made: for refusals, whose texts are made when no request is at hand any more.
pub fn current() -> Language {
    let current = ANSWER.try_with(|answer| {
        answer.language.set(Some(answer.accepted));
        answer.accepted
    });
    current.unwrap_or_default()
}

/// The best of the languages that a request accepts, for texts that may not come into its answer.
pub fn accepted(request: &HttpRequest) -> Language {
    let accepted = request.headers().get(header::ACCEPT_LANGUAGE);
    accepted.and_then(|value| best_of(value.to_str().ok()?)).unwrap_or_default()
}

/// The best of `Accept-Language` (RFC 9110, section 12.5.4).
fn best_of(header: &str) -> Option<Language> {
    let mut offers: Vec<_> = header
        .split(',')
        .take(20)
        .filter_map(|offer| {
            let (tag, parameters) = offer.split_once(';').unwrap_or((offer, ""));
            let quality = parameters
                .trim()
                .strip_prefix("q=")
                .map_or(1.0, |quality| quality.parse().unwrap_or(0.0));
            Some((Language::of_tag(tag)?, quality)).filter(|(_, quality): &(_, f32)| *quality > 0.0)
        })
        .collect();
    offers.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    offers.first().map(|(language, _)| *language)
}

/// Middleware that chooses the language of a request's refusals, and names the language of its answer.
pub async fn choose<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    let answer = Answer {
        accepted: accepted(request.request()),
        language: Cell::default(),
    };
    let answered = async {
        let mut response = next.call(request).await?;
        if let Some(language) = ANSWER.with(|answer| answer.language.get()) {
            name_language(response.headers_mut(), language);
        }
        Ok(response)
    };
    ANSWER.scope(answer, answered).await
}

/// Says which language an answer has, and that another request may get another (RFC 9110, sections 8.5 and 12.5.5).
fn name_language(headers: &mut HeaderMap, language: Language) {
    if headers.contains_key(header::CONTENT_TYPE) {
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        headers.append(header::VARY, HeaderValue::from_static("accept-language"));
    }
}

impl FromRequest for AcceptLanguage {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(of_request(None, request))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_accepted_language_that_exists() {
        for (header, language) in [
            ("de-AT,de;q=0.9,en;q=0.8", Some(Language::De)),
            ("fr, en;q=0.5, de;q=0.7", Some(Language::De)),
            ("en-GB, de", Some(Language::En)),
            ("de;q=0, en;q=0.1", Some(Language::En)),
            ("fr, *", None),
            ("", None),
        ] {
            assert_eq!(best_of(header), language, "{header}");
        }
        assert_eq!(Language::of_tag("de_CH"), Some(Language::De));
        assert_eq!(Language::of_tag("den"), None);
    }
}
