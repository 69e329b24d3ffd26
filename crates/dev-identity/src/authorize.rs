//! `/oauth2/v2.0/authorize`: checks the request, asks who signs in, and answers with a code.

use actix_web::{
    HttpRequest, HttpResponse,
    http::Method,
    web::{Bytes, Data, Path},
};
use askama::Template;

use crate::{
    Identity,
    account::Account,
    directory::{Authority, Client, Position},
    pages::{self, Framing, Scripting},
    parameters::Parameters,
    refusal::Refusal,
    scopes::Scopes,
    sessions::Session,
    sign_in::{BadSignIn, Prompt, SignIn},
};

const CODE_LIFETIME: u64 = 10 * 60;
/// How long a page waits for its answer.
pub(crate) const PAGE_LIFETIME: u64 = 60 * 60;

/// The grant behind a code.
#[derive(Clone)]
pub(crate) struct Grant {
    pub(crate) account: Account,
    pub(crate) client: &'static Client,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: String,
    pub(crate) scopes: Scopes,
    pub(crate) nonce: Option<String>,
    pub(crate) sid: String,
    pub(crate) redeemed: bool,
}

/// `GET` with a query, `POST` with a form (OpenID Connect Core, section 3.1.2.1).
pub(crate) async fn authorize(
    identity: Data<Identity>,
    segment: Path<String>,
    request: HttpRequest,
    body: Bytes,
) -> HttpResponse {
    let encoded = if request.method() == Method::POST {
        &body
    } else {
        request.query_string().as_bytes()
    };
    let parameters = match Parameters::parse(encoded) {
        Ok(parameters) => parameters,
        Err(refusal) => return refusal.to_page(&identity, Framing::Never),
    };
    let framing = if parameters.get("prompt") == Some("none") {
        Framing::Allowed
    } else {
        Framing::Never
    };
    let Some(authority) = Authority::find(&segment) else {
        return Refusal::unknown_tenant(&segment).to_page(&identity, framing);
    };
    match SignIn::parse(&identity, authority, &parameters) {
        Ok(sign_in) => proceed(&identity, &request, sign_in),
        Err(BadSignIn::ShowPage(refusal)) => refusal.to_page(&identity, framing),
        Err(BadSignIn::TellClient(return_address, refusal)) => return_address.refuse(&identity, &refusal),
    }
}

fn proceed(identity: &Identity, request: &HttpRequest, sign_in: SignIn) -> HttpResponse {
    let session = identity.session(request);
    match (sign_in.prompt, sign_in.candidates(&session).as_slice()) {
        (Prompt::WhenNeeded | Prompt::Never, [account]) => grant(identity, &sign_in, &session, *account),
        (Prompt::Never, []) => {
            let message = "Session information is not sufficient for single-sign-on. A silent sign-in request was sent but no user is signed in.";
            sign_in
                .return_address
                .refuse(identity, &Refusal::new("login_required", 50058, message))
        }
        (Prompt::Never, _) => {
            let message = "Several people are signed in. A silent sign-in request must name one by login_hint.";
            sign_in
                .return_address
                .refuse(identity, &Refusal::new("interaction_required", 16000, message))
        }
        (Prompt::WhenNeeded | Prompt::Always, _) => ask(identity, &session, sign_in),
    }
}

fn grant(identity: &Identity, sign_in: &SignIn, session: &Session, account: Account) -> HttpResponse {
    let now = identity.now();
    let grant = Grant {
        account,
        client: sign_in.client,
        redirect_uri: sign_in.return_address.uri.clone(),
        challenge: sign_in.challenge.clone(),
        scopes: sign_in.scopes.clone(),
        nonce: sign_in.nonce.clone(),
        sid: session.sid.clone(),
        redeemed: false,
    };
    let code = identity.grants.insert(now, now + CODE_LIFETIME, grant);
    sign_in.return_address.answer(identity, &[("code", &code)])
}

#[derive(Template)]
#[template(path = "sign-in.html")]
struct SignInPage<'a> {
    base: &'a str,
    authority: &'a str,
    client: &'a str,
    request_id: String,
    hinted: Option<Card>,
    tenants: Vec<TenantCards>,
}

struct TenantCards {
    id: &'static str,
    name: &'static str,
    cards: Vec<Card>,
}

/// One person on a page.
pub(crate) struct Card {
    pub(crate) account: Account,
    pub(crate) is_signed_in: bool,
}

impl Card {
    pub(crate) fn accent(&self) -> &'static str {
        match self.account.person.position {
            Position::Administrator => "accent-admin",
            Position::Educator => "accent-educator",
            Position::Student => "accent-student",
            Position::Guest => "accent-guest",
            Position::Support => "accent-support",
        }
    }
}

fn ask(identity: &Identity, session: &Session, sign_in: SignIn) -> HttpResponse {
    let card = |account: Account| Card {
        account,
        is_signed_in: session.accounts.contains(&account),
    };
    let hinted = sign_in.hinted();
    let cards_of = |tenant: &'static crate::directory::Tenant| {
        let others = Account::all(Authority::Tenant(tenant)).filter(|account| Some(*account) != hinted);
        TenantCards {
            id: tenant.id,
            name: tenant.name,
            cards: others.map(card).collect(),
        }
    };
    let tenants = sign_in.authority.tenants().iter().map(cards_of).collect();
    let (authority, client) = (sign_in.authority.segment(), sign_in.client.name);
    let now = identity.now();
    let request_id = identity.sign_ins.insert(now, now + PAGE_LIFETIME, sign_in);
    let page = SignInPage {
        base: &identity.base,
        authority,
        client,
        request_id,
        hinted: hinted.map(card),
        tenants,
    };
    pages::show(&page, Framing::Never, Scripting::None)
}

/// The page's answer. The request ID was given to this page only and works once, so no other site can choose for the person.
pub(crate) async fn choose_account(identity: Data<Identity>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let answer = match Parameters::parse(&body) {
        Ok(answer) => answer,
        Err(refusal) => return refusal.to_page(&identity, Framing::Never),
    };
    let waiting = answer
        .get("request")
        .and_then(|id| identity.sign_ins.take(identity.now(), id));
    let Some(sign_in) = waiting else {
        return Refusal::answered_already().to_page(&identity, Framing::Never);
    };
    let Some(account) = answer.get("person").and_then(|oid| Account::by_oid(sign_in.authority, oid)) else {
        let refusal = Refusal::new("access_denied", 65004, "User declined to sign in.");
        return sign_in.return_address.refuse(&identity, &refusal);
    };
    let (session, cookie) = identity.sign_in(&request, account);
    let mut response = grant(&identity, &sign_in, &session, account);
    // Adding fails for a malformed cookie only, which ours is not; without it the person just chooses again next time.
    if let Err(error) = response.add_cookie(&cookie) {
        tracing::error!(%error, "the session cookie cannot be set");
    }
    response
}
