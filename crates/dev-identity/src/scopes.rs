//! The scopes that a client asks for: of the API and of OpenID Connect.

use crate::{
    directory::{API_CLIENT_ID, API_SCOPE},
    refusal::Refusal,
};

const OPENID_SCOPES: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// Scopes that were understood, in the client's order and spelling.
#[derive(Clone, Debug)]
pub(crate) struct Scopes(Vec<String>);

impl Scopes {
    pub(crate) fn parse(requested: &str) -> Result<Self, Refusal> {
        let scopes: Vec<String> = requested.split_ascii_whitespace().map(str::to_owned).collect();
        match scopes
            .iter()
            .find(|scope| !is_api_scope(scope) && !OPENID_SCOPES.contains(&scope.as_str()))
        {
            Some(unknown) => {
                let message = format!(
                    "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope '{unknown}' does not exist."
                );
                Err(Refusal::new("invalid_scope", 70011, message))
            }
            None => Ok(Self(scopes)),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|scope| scope == name)
    }

    pub(crate) fn wants_id_token(&self) -> bool {
        self.has("openid")
    }

    pub(crate) fn wants_refresh_token(&self) -> bool {
        self.has("offline_access")
    }

    /// Without a scope of the API, Entra answers with a token for Microsoft Graph.
    pub(crate) fn is_for_api(&self) -> bool {
        self.0.iter().any(|scope| is_api_scope(scope))
    }

    /// The `scp` claim: the resource's own short names.
    pub(crate) fn claim(&self) -> String {
        if self.is_for_api() {
            return "access_as_user".to_owned();
        }
        let of_graph: Vec<&str> = self
            .0
            .iter()
            .map(String::as_str)
            .filter(|scope| *scope != "offline_access")
            .collect();
        of_graph.join(" ")
    }

    /// The `scope` member of the token response: what was asked for, and what `.default` stands for.
    pub(crate) fn granted(&self) -> String {
        let mut granted = self.0.join(" ");
        if self.is_for_api() && !self.has(API_SCOPE) {
            granted = format!("{API_SCOPE} {granted}");
        }
        granted
    }
}

/// True if a client credentials request names exactly the API's `.default`, as Entra demands.
pub(crate) fn is_api_default(scope: &str) -> bool {
    scope.strip_suffix("/.default").is_some_and(is_api)
}

fn is_api_scope(scope: &str) -> bool {
    is_api_default(scope) || scope.strip_suffix("/access_as_user").is_some_and(is_api)
}

fn is_api(resource: &str) -> bool {
    resource == "api://lms-gateway" || resource.strip_prefix("api://").unwrap_or(resource) == API_CLIENT_ID
}
