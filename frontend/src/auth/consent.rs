//! Admin consent for the whole organization.
//!
//! Anybody can forge an address with a response, so it decides nothing: the tenant of a validated token registers the
//! organization. A response is shown only if it belongs to a request from this tab, by this person, about this tenant.

use serde::{Deserialize, Serialize};

use super::callback::code;
use super::{Auth, Session, form, pkce};
use crate::browser::{self, tab};

const KEY: &str = "lms-gateway.consent";
/// The path of the redirect URI.
const RETURN_PATH: &str = "/tenant";

/// The outcome of a consent request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Consent {
    Given,
    /// With a code to quote to support.
    Declined(String),
    /// The response belongs to another request.
    NotOurs,
}

/// A pending consent request.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ConsentRequest {
    state: String,
    /// The key of the person who sent the request.
    person: String,
    tenant: String,
}

impl Auth {
    /// Redirects to the admin consent page of the tenant.
    pub(crate) fn request_consent(&self, tenant: &str) {
        let Some(session) = Session::load() else { return };
        let request = ConsentRequest {
            state: pkce::random_text(),
            person: session.person.key,
            tenant: tenant.to_owned(),
        };
        tab::set(KEY, &request);
        browser::leave(&self.consent_url(&request));
    }

    /// Asks for all permissions of the portal's app registration in Entra (`.default`).
    fn consent_url(&self, request: &ConsentRequest) -> String {
        let config = &self.inner.config;
        let resource = config.scope.rsplit_once('/').map_or("", |(resource, _)| resource);
        let parameters = [
            ("client_id", config.client_id.as_str()),
            ("scope", &format!("{resource}/.default")),
            ("redirect_uri", &format!("{}{RETURN_PATH}", config.public_url)),
            ("state", &request.state),
        ];
        format!(
            "{}/{}/v2.0/adminconsent?{}",
            config.authority,
            request.tenant,
            form(&parameters)
        )
    }
}

/// The response in the address, if there is one. A request can be answered once.
pub(crate) fn take_consent(tenant: &str) -> Option<Consent> {
    let (query, _) = browser::query_and_fragment();
    let answer = Answer::parse(&query)?;
    let request: Option<ConsentRequest> = tab::get(KEY);
    tab::remove(KEY);
    let person = Session::load().map(|session| session.person.key);
    Some(answer.validate(request.as_ref(), person.as_deref(), tenant))
}

#[derive(Debug, Default)]
struct Answer {
    state: String,
    tenant: String,
    error: String,
    error_description: String,
    admin_consent: String,
}

impl Answer {
    fn parse(query: &str) -> Option<Self> {
        let mut answer = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let place = match name.as_ref() {
                "state" => &mut answer.state,
                "tenant" => &mut answer.tenant,
                "error" => &mut answer.error,
                "error_description" => &mut answer.error_description,
                "admin_consent" => &mut answer.admin_consent,
                _ => continue,
            };
            *place = value.into_owned();
        }
        (!answer.admin_consent.is_empty() || !answer.error.is_empty()).then_some(answer)
    }

    /// `error` is checked first: Entra also sends `admin_consent=True` with an error.
    fn validate(&self, request: Option<&ConsentRequest>, person: Option<&str>, tenant: &str) -> Consent {
        let ours = request.is_some_and(|request| {
            request.state == self.state && Some(request.person.as_str()) == person && request.tenant == tenant
        });
        if !ours {
            return Consent::NotOurs;
        }
        if !self.error.is_empty() {
            return Consent::Declined(code(&self.error, &self.error_description));
        }
        if !self.tenant.eq_ignore_ascii_case(tenant) {
            return Consent::NotOurs;
        }
        if self.admin_consent.eq_ignore_ascii_case("true") {
            Consent::Given
        } else {
            Consent::Declined("admin_consent".to_owned())
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::tests::auth;
    use super::*;

    fn request() -> ConsentRequest {
        ConsentRequest {
            state: "s1".to_owned(),
            person: "t1.megan".to_owned(),
            tenant: "t1".to_owned(),
        }
    }

    fn validated(query: &str) -> Consent {
        Answer::parse(query)
            .unwrap()
            .validate(Some(&request()), Some("t1.megan"), "t1")
    }

    #[test]
    fn asks_the_tenant_of_the_person_for_everything_at_once() {
        assert_eq!(
            auth().consent_url(&request()),
            "https://login.example/t1/v2.0/adminconsent?client_id=portal&scope=api%3A%2F%2Flms-gateway%2F.default\
             &redirect_uri=https%3A%2F%2Fgateway.example%2Ftenant&state=s1"
        );
    }

    #[test]
    fn an_answer_to_our_question() {
        assert_eq!(validated("admin_consent=True&tenant=t1&scope=x&state=s1"), Consent::Given);
        assert_eq!(validated("admin_consent=True&tenant=T1&state=s1"), Consent::Given);
        assert_eq!(
            validated("admin_consent=False&tenant=t1&state=s1"),
            Consent::Declined("admin_consent".to_owned())
        );
    }

    #[test]
    fn an_error_beats_other_parameters() {
        assert_eq!(
            validated("error=access_denied&error_description=AADSTS65004%3A+User+declined&admin_consent=True&tenant=t1&state=s1"),
            Consent::Declined("access_denied (AADSTS65004)".to_owned())
        );
    }

    #[test]
    fn an_answer_that_anybody_made_up_says_nothing() {
        for query in [
            "admin_consent=True&tenant=t1&state=s2",
            "admin_consent=True&tenant=t1",
            "admin_consent=True&tenant=t2&state=s1",
            "admin_consent=True&state=s1",
            "error=access_denied&state=s2",
        ] {
            assert_eq!(validated(query), Consent::NotOurs, "{query}");
        }
        let answer = Answer::parse("admin_consent=True&tenant=t1&state=s1").unwrap();
        assert_eq!(
            answer.validate(None, Some("t1.megan"), "t1"),
            Consent::NotOurs,
            "without a request"
        );
        assert_eq!(
            answer.validate(Some(&request()), Some("t1.isaiah"), "t1"),
            Consent::NotOurs,
            "somebody else"
        );
        assert_eq!(answer.validate(Some(&request()), None, "t1"), Consent::NotOurs);
        assert_eq!(
            answer.validate(Some(&request()), Some("t1.megan"), "t2"),
            Consent::NotOurs,
            "another tenant"
        );
    }

    #[test]
    fn most_addresses_hold_no_answer() {
        for query in ["", "state=s1", "tenant=t1&state=s1", "reference=x"] {
            assert!(Answer::parse(query).is_none(), "{query}");
        }
    }
}
