//! The parameters of an LTI request: from the query of a GET, from the form of a POST.

use std::borrow::Cow;

use actix_web::{FromRequest, HttpMessage as _, HttpRequest, dev::Payload, http::Method, web::BytesMut};
use domain::{OwnTerm, Refusal};
use futures_util::{
    StreamExt as _,
    future::{FutureExt as _, LocalBoxFuture},
};
use lti13::{Evidence, Rule, Value};

use crate::services::concurrency::form_limit;

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
        let is_form = request.content_type() == "application/x-www-form-urlencoded";
        let payload = payload.take();
        async move {
            Ok(Self(match query {
                Some(query) if query.len() > limit => Err(too_large(limit)),
                Some(query) => Ok(query),
                None => read_form(payload, is_form, limit).await,
            }))
        }
        .boxed_local()
    }
}

async fn read_form(mut payload: Payload, is_form: bool, limit: usize) -> Result<BytesMut, Refusal> {
    let mut form = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let Ok(chunk) = chunk else {
            return Err(
                Refusal::new(Rule::MalformedParameter).with(Evidence::expected(OwnTerm::WholeForm).and_seen(OwnTerm::BrokenForm))
            );
        };
        if form.len() + chunk.len() > limit {
            return Err(too_large(limit));
        }
        form.extend_from_slice(&chunk);
    }
    if !is_form {
        let evidence = Evidence::expected(OwnTerm::Form).and_seen(OwnTerm::OtherBody);
        return Err(Refusal::new(Rule::MalformedParameter).with(evidence));
    }
    Ok(form)
}

fn too_large(limit: usize) -> Refusal {
    Refusal::new(Rule::TooLarge).with(Evidence::expected(Value::BytesAtMost(limit)).and_seen(OwnTerm::LongForm))
}
