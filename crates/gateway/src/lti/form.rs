//! The parameters of an LTI request: from the query of a GET, from the form of a POST.

use std::borrow::Cow;

use actix_web::{FromRequest, HttpMessage as _, HttpRequest, dev::Payload, http::Method, web::BytesMut};
use domain::{OwnTerm, Refusal};
use futures_util::future::{FutureExt as _, LocalBoxFuture};
use lti13::{Evidence, Rule, Value};

use crate::{
    request::form::{FormError, read_form},
    services::concurrency::form_limit,
};

/// The undecoded parameters, or why there are none. Never fails as an extractor: a page must come out.
pub(super) struct LtiForm(Result<BytesMut, Refusal>);

impl LtiForm {
    /// The decoded pairs, in order.
    ///
    /// # Errors
    ///
    /// Too long, no form, or not received completely.
    pub(super) fn pairs(&self) -> Result<impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)>, Refusal> {
        Ok(form_urlencoded::parse(self.encoded()?))
    }

    /// The parameters as they came.
    ///
    /// # Errors
    ///
    /// As those of [`pairs`](Self::pairs).
    pub(super) fn encoded(&self) -> Result<&[u8], Refusal> {
        self.0.as_deref().map_err(Clone::clone)
    }
}

impl FromRequest for LtiForm {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let query = (request.method() == Method::GET).then(|| BytesMut::from(request.query_string().as_bytes()));
        let limit = form_limit(request.path());
        let content_type = request.content_type().to_owned();
        let payload = payload.take();
        async move {
            Ok(Self(match query {
                Some(query) if query.len() > limit => Err(too_large(limit)),
                Some(query) => Ok(query),
                None => read_form(payload, &content_type, limit)
                    .await
                    .map_err(|error| refusal(error, limit)),
            }))
        }
        .boxed_local()
    }
}

fn refusal(error: FormError, limit: usize) -> Refusal {
    let evidence = match error {
        FormError::TooLong => return too_large(limit),
        FormError::Broken => Evidence::expected(OwnTerm::WholeForm).and_seen(OwnTerm::BrokenForm),
        FormError::NotForm => Evidence::expected(OwnTerm::Form).and_seen(OwnTerm::OtherBody),
    };
    Refusal::new(Rule::MalformedParameter).with(evidence)
}

fn too_large(limit: usize) -> Refusal {
    Refusal::new(Rule::TooLarge).with(Evidence::expected(Value::BytesAtMost(limit)).and_seen(OwnTerm::LongForm))
}
