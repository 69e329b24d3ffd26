//! `/oauth2/v2.0/logout`: ends the browser's session for one account, or for all (OpenID Connect RP-Initiated Logout).

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Bytes, Data, Path},
};
use askama::Template;

use crate::{
    Identity,
    account::Account,
    authorize::{Card, PAGE_LIFETIME},
    directory::Authority,
    pages::{self, Framing, Scripting},
    parameters::Parameters,
    refusal::Refusal,
    return_address::{ResponseMode, ReturnAddress},
};

/// A sign-out that waits for the choice of an account.
pub(crate) struct SignOut {
    return_address: Option<ReturnAddress>,
}

#[derive(Template)]
#[template(path = "sign-out.html")]
struct SignOutPage<'a> {
    base: &'a str,
    authority: &'a str,
    request_id: String,
    cards: Vec<Card>,
}

#[derive(Template)]
#[template(path = "signed-out.html")]
struct SignedOutPage<'a> {
    base: &'a str,
}

pub(crate) async fn sign_out(identity: Data<Identity>, segment: Path<String>, request: HttpRequest) -> HttpResponse {
    match begin(&identity, &segment, &request) {
        Ok(response) => response,
        Err(refusal) => refusal.to_page(&identity, Framing::Never),
    }
}

fn begin(identity: &Identity, segment: &str, request: &HttpRequest) -> Result<HttpResponse, Refusal> {
    let authority = Authority::find(segment).ok_or_else(|| Refusal::unknown_tenant(segment))?;
    let parameters = Parameters::parse(request.query_string().as_bytes())?;
    let return_address = return_address(identity, &parameters)?;
    let accounts = identity.session(request).accounts;
    let hinted = parameters
        .get("logout_hint")
        .and_then(|hint| Account::all(authority).find(|account| account.is_hinted(hint)));
    Ok(match (hinted, accounts.as_slice()) {
        (Some(account), _) => finish(identity, request, &[account], return_address.as_ref()),
        (None, [] | [_]) => finish(identity, request, &accounts, return_address.as_ref()),
        (None, _) => ask(identity, authority, &accounts, SignOut { return_address }),
    })
}

fn return_address(identity: &Identity, parameters: &Parameters) -> Result<Option<ReturnAddress>, Refusal> {
    let Some(uri) = parameters.get("post_logout_redirect_uri") else {
        return Ok(None);
    };
    if !identity.is_after_sign_out(uri) {
        return Err(Refusal::redirect_uri(uri, crate::PORTAL_CLIENT_ID));
    }
    let state = parameters.get("state").map(str::to_owned);
    Ok(Some(ReturnAddress {
        uri: uri.to_owned(),
        mode: ResponseMode::Query,
        state,
    }))
}

fn ask(identity: &Identity, authority: Authority, accounts: &[Account], sign_out: SignOut) -> HttpResponse {
    let now = identity.now();
    let request_id = identity.sign_outs.insert(now, now + PAGE_LIFETIME, sign_out);
    let cards = accounts
        .iter()
        .map(|account| Card {
            account: *account,
            is_signed_in: true,
        })
        .collect();
    let page = SignOutPage {
        base: &identity.base,
        authority: authority.segment(),
        request_id,
        cards,
    };
    pages::show(&page, Framing::Never, Scripting::None)
}

/// The page's answer: one account, or everyone.
pub(crate) async fn choose_sign_out(identity: Data<Identity>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let answer = match Parameters::parse(&body) {
        Ok(answer) => answer,
        Err(refusal) => return refusal.to_page(&identity, Framing::Never),
    };
    let waiting = answer
        .get("request")
        .and_then(|id| identity.sign_outs.take(identity.now(), id));
    let Some(sign_out) = waiting else {
        return Refusal::answered_already().to_page(&identity, Framing::Never);
    };
    let accounts = identity.session(&request).accounts;
    let is_leaving = |account: &Account| answer.get("person").is_none_or(|oid| oid == account.person.oid);
    let leaving: Vec<Account> = accounts.into_iter().filter(is_leaving).collect();
    finish(&identity, &request, &leaving, sign_out.return_address.as_ref())
}

fn finish(identity: &Identity, request: &HttpRequest, leaving: &[Account], to: Option<&ReturnAddress>) -> HttpResponse {
    let cookie = identity.sign_out(request, leaving);
    let mut response = match to {
        Some(address) if address.state.is_none() => crate::return_address::see_other(&address.uri),
        Some(address) => address.answer(identity, &[]),
        None => pages::show(&SignedOutPage { base: &identity.base }, Framing::Allowed, Scripting::None),
    };
    // Adding fails for a malformed cookie only; the session itself has ended already.
    if let Err(error) = response.add_cookie(&cookie) {
        tracing::error!(%error, "the session cookie cannot be set");
    }
    response
}
