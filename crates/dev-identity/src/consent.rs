//! `/v2.0/adminconsent`: an administrator's consent for the whole tenant, with nothing behind it but the page and its answer.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Bytes, Data, Path},
};
use askama::Template;

use crate::{
    API_CLIENT_ID, Identity, PORTAL_CLIENT_ID,
    authorize::PAGE_LIFETIME,
    directory::{Authority, Tenant},
    pages::{self, Framing, Scripting},
    parameters::Parameters,
    refusal::Refusal,
    return_address::{ResponseMode, ReturnAddress},
};

/// A consent page that waits for its answer.
pub(crate) struct ConsentRequest {
    authority: Authority,
    scope: String,
    return_address: ReturnAddress,
}

#[derive(Template)]
#[template(path = "consent.html")]
struct ConsentPage<'a> {
    base: &'a str,
    authority: &'a str,
    request_id: String,
    scope: &'a str,
    tenants: &'a [Tenant],
}

pub(crate) async fn ask_consent(identity: Data<Identity>, segment: Path<String>, request: HttpRequest) -> HttpResponse {
    match parse(&identity, &segment, request.query_string()) {
        Ok(consent) => ask(&identity, consent),
        Err(refusal) => refusal.to_page(&identity, Framing::Never),
    }
}

fn parse(identity: &Identity, segment: &str, query: &str) -> Result<ConsentRequest, Refusal> {
    let authority = match Authority::find(segment) {
        None => return Err(Refusal::unknown_tenant(segment)),
        Some(Authority::Common) => {
            return Err(Refusal::new(
                "invalid_request",
                900_971,
                "Admin consent needs a tenant or 'organizations', not 'common'.",
            ));
        }
        Some(authority) => authority,
    };
    let parameters = Parameters::parse(query.as_bytes())?;
    let client_id = parameters.require("client_id")?;
    if client_id != PORTAL_CLIENT_ID && client_id != API_CLIENT_ID {
        return Err(Refusal::unknown_client(client_id, authority));
    }
    let uri = parameters.require("redirect_uri")?;
    if !identity.is_registered(uri) {
        return Err(Refusal::redirect_uri(uri, client_id));
    }
    let state = parameters.get("state").map(str::to_owned);
    let return_address = ReturnAddress {
        uri: uri.to_owned(),
        mode: ResponseMode::Query,
        state,
    };
    Ok(ConsentRequest {
        authority,
        scope: parameters.require("scope")?.to_owned(),
        return_address,
    })
}

fn ask(identity: &Identity, consent: ConsentRequest) -> HttpResponse {
    let now = identity.now();
    let (authority, scope) = (consent.authority, consent.scope.clone());
    let request_id = identity.consents.insert(now, now + PAGE_LIFETIME, consent);
    let page = ConsentPage {
        base: &identity.base,
        authority: authority.segment(),
        request_id,
        scope: &scope,
        tenants: authority.tenants(),
    };
    pages::show(&page, Framing::Never, Scripting::None)
}

/// The page's answer: the tenant that accepts, or none. `admin_consent=True` comes with a refusal too, so clients have to look
/// at `error` first.
pub(crate) async fn answer_consent(identity: Data<Identity>, body: Bytes) -> HttpResponse {
    let answer = match Parameters::parse(&body) {
        Ok(answer) => answer,
        Err(refusal) => return refusal.to_page(&identity, Framing::Never),
    };
    let waiting = answer
        .get("request")
        .and_then(|id| identity.consents.take(identity.now(), id));
    let Some(consent) = waiting else {
        return Refusal::answered_already().to_page(&identity, Framing::Never);
    };
    let tenant = answer
        .get("tenant")
        .and_then(|id| consent.authority.tenants().iter().find(|tenant| tenant.id == id));
    match tenant {
        Some(tenant) => consent.return_address.answer(
            &identity,
            &[("admin_consent", "True"), ("tenant", tenant.id), ("scope", &consent.scope)],
        ),
        None => consent.return_address.answer(
            &identity,
            &[
                ("error", "access_denied"),
                (
                    "error_description",
                    "AADSTS65004: User declined to consent to access the app.",
                ),
                ("admin_consent", "True"),
            ],
        ),
    }
}
