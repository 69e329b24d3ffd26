//! An authorization request, checked: what `/authorize` understood.

use crate::{
    Identity,
    account::Account,
    directory::{Authority, Client, find_client},
    parameters::Parameters,
    refusal::Refusal,
    return_address::{ResponseMode, ReturnAddress},
    scopes::Scopes,
    sessions::Session,
};

/// How much the person may be bothered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prompt {
    /// Ask only when the session leaves a choice.
    WhenNeeded,
    /// `none`: never ask.
    Never,
    /// `login`, `select_account`, `consent`: always ask. There is no password and no consent to ask for, so it is one page.
    Always,
}

#[derive(Clone, Debug)]
pub(crate) struct SignIn {
    pub(crate) authority: Authority,
    pub(crate) client: &'static Client,
    pub(crate) return_address: ReturnAddress,
    pub(crate) scopes: Scopes,
    pub(crate) nonce: Option<String>,
    /// PKCE: base64url of the verifier's SHA-256.
    pub(crate) challenge: String,
    pub(crate) prompt: Prompt,
    pub(crate) login_hint: Option<String>,
    sid: Option<String>,
}

/// The recipient of a refused request's error.
#[derive(Debug)]
pub(crate) enum BadSignIn {
    /// The person: the client, or where it can be reached, is not known for sure.
    ShowPage(Refusal),
    /// The client, at its registered address.
    TellClient(ReturnAddress, Refusal),
}

impl SignIn {
    pub(crate) fn parse(identity: &Identity, authority: Authority, parameters: &Parameters) -> Result<Self, BadSignIn> {
        let (client, uri) = addressee(identity, authority, parameters).map_err(BadSignIn::ShowPage)?;
        let state = parameters.get("state").map(str::to_owned);
        let mode = ResponseMode::parse(parameters.get("response_mode"));
        let return_address = ReturnAddress {
            uri,
            mode: mode.unwrap_or(ResponseMode::Query),
            state,
        };
        let tell_client = |refusal| BadSignIn::TellClient(return_address.clone(), refusal);
        if mode.is_none() {
            let message = "The provided value for the input parameter 'response_mode' is not supported. Expected: query, fragment, form_post.";
            return Err(tell_client(Refusal::new("invalid_request", 70007, message)));
        }
        Ok(Self {
            authority,
            client,
            scopes: scopes(parameters).map_err(tell_client)?,
            nonce: parameters.get("nonce").map(str::to_owned),
            challenge: challenge(parameters).map_err(tell_client)?,
            prompt: prompt(parameters).map_err(tell_client)?,
            login_hint: parameters.get("login_hint").map(str::to_owned),
            sid: parameters.get("sid").map(str::to_owned),
            return_address,
        })
    }

    /// The signed-in accounts that this request may be answered with.
    pub(crate) fn candidates(&self, session: &Session) -> Vec<Account> {
        if self.sid.as_ref().is_some_and(|sid| *sid != session.sid) {
            return Vec::new();
        }
        let is_meant = |account: &&Account| self.login_hint.as_deref().is_none_or(|hint| account.is_hinted(hint));
        let admitted = session
            .accounts
            .iter()
            .filter(|account| self.authority.admits(account.tenant));
        admitted.filter(is_meant).copied().collect()
    }

    /// The account that `login_hint` names, signed in or not.
    pub(crate) fn hinted(&self) -> Option<Account> {
        let hint = self.login_hint.as_deref()?;
        Account::all(self.authority).find(|account| account.is_hinted(hint))
    }
}

fn addressee(identity: &Identity, authority: Authority, parameters: &Parameters) -> Result<(&'static Client, String), Refusal> {
    let client_id = parameters.require("client_id")?;
    let client = find_client(client_id).ok_or_else(|| Refusal::unknown_client(client_id, authority))?;
    let uri = parameters.require("redirect_uri")?;
    if client.id != crate::PORTAL_CLIENT_ID || !identity.is_registered(uri) {
        return Err(Refusal::redirect_uri(uri, client.id));
    }
    Ok((client, uri.to_owned()))
}

fn scopes(parameters: &Parameters) -> Result<Scopes, Refusal> {
    match parameters.require("response_type")? {
        "code" => Scopes::parse(parameters.require("scope")?),
        other => {
            let message = format!("response_type '{other}' is not enabled for the application. Use the code flow.");
            Err(Refusal::new("unsupported_response_type", 700_054, message))
        }
    }
}

/// S256 only: `plain` would protect nothing (RFC 9700, section 2.1.1).
fn challenge(parameters: &Parameters) -> Result<String, Refusal> {
    let challenge = parameters
        .get("code_challenge")
        .filter(|_| parameters.get("code_challenge_method") == Some("S256"));
    let is_sha256 = |challenge: &&str| challenge.len() == 43;
    challenge.filter(is_sha256).map(str::to_owned).ok_or_else(|| {
        let message = "Proof Key for Code Exchange with code_challenge_method S256 is required for this application.";
        Refusal::new("invalid_request", 9_002_325, message)
    })
}

fn prompt(parameters: &Parameters) -> Result<Prompt, Refusal> {
    match parameters.get("prompt") {
        None => Ok(Prompt::WhenNeeded),
        Some("none") => Ok(Prompt::Never),
        Some("login" | "select_account" | "consent") => Ok(Prompt::Always),
        Some(other) => Err(Refusal::new(
            "invalid_request",
            90023,
            format!("Unsupported 'prompt' value '{other}'."),
        )),
    }
}
