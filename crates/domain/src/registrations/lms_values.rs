use lti13::tool::ToolRegistration;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Rules, given, keep};
use crate::FieldError;
use crate::addresses::{parse_issuer, parse_url};
use crate::presets::LmsFieldName;
use crate::text::{self, Alphabet};

/// The values of a registration that its LMS provides, as somebody entered them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LmsDraft {
    /// The platform's issuer.
    pub issuer: String,
    /// The client ID that the platform gave the tool.
    pub client_id: String,
    /// Where browsers are sent to be authenticated by the LMS.
    pub authentication_url: String,
    /// Where the platform publishes its keys.
    pub keyset_url: String,
    /// Where the platform gives out access tokens; empty counts as absent.
    pub access_token_url: Option<String>,
    /// The audience of access token requests; empty counts as absent.
    pub access_token_audience: Option<String>,
}

/// The values of a registration that its LMS provides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LmsValues {
    /// Issuer, client ID and URLs: what launches are verified by.
    pub platform: ToolRegistration,
    /// Where the platform gives out access tokens.
    pub access_token_url: Option<Url>,
    /// The audience of access token requests.
    pub access_token_audience: Option<String>,
}

/// As many of the LMS's values as keep to the rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartialLmsValues {
    /// The platform's issuer.
    pub issuer: Option<String>,
    /// The client ID.
    pub client_id: Option<String>,
    /// Where browsers are sent to be authenticated by the LMS.
    pub authentication_url: Option<Url>,
    /// Where the platform publishes its keys.
    pub keyset_url: Option<Url>,
    /// Where the platform gives out access tokens.
    pub access_token_url: Option<Url>,
    /// The audience of access token requests.
    pub access_token_audience: Option<String>,
}

impl PartialLmsValues {
    /// Reads every value by itself.
    pub(super) fn parse(draft: LmsDraft, rules: &Rules<'_>, errors: &mut Vec<FieldError>) -> Self {
        let LmsDraft {
            issuer,
            client_id,
            authentication_url,
            keyset_url,
            access_token_url,
            access_token_audience,
        } = draft;
        Self {
            issuer: keep(errors, parse_issuer(&issuer, rules)),
            client_id: keep(errors, text::parse("clientId", &client_id, 255, Alphabet::Ascii)),
            authentication_url: keep(errors, parse_url("authenticationUrl", &authentication_url, rules)),
            keyset_url: keep(errors, parse_url("keysetUrl", &keyset_url, rules)),
            access_token_url: given(access_token_url.as_deref())
                .and_then(|url| keep(errors, parse_url("accessTokenUrl", url, rules))),
            access_token_audience: given(access_token_audience.as_deref())
                .and_then(|audience| keep(errors, text::parse("accessTokenAudience", audience, 2048, Alphabet::Any))),
        }
    }

    /// The values, where none that must be there is missing.
    pub(super) fn complete(self) -> Option<LmsValues> {
        Some(LmsValues {
            platform: ToolRegistration {
                issuer: self.issuer?,
                client_id: self.client_id?,
                authentication_url: self.authentication_url?,
                keyset_url: self.keyset_url?,
            },
            access_token_url: self.access_token_url,
            access_token_audience: self.access_token_audience,
        })
    }

    pub(super) fn value_of(&self, field: LmsFieldName) -> Option<&str> {
        match field {
            LmsFieldName::Issuer => self.issuer.as_deref(),
            LmsFieldName::ClientId => self.client_id.as_deref(),
            LmsFieldName::KeysetUrl => self.keyset_url.as_ref().map(Url::as_str),
            LmsFieldName::AuthenticationUrl => self.authentication_url.as_ref().map(Url::as_str),
            LmsFieldName::AccessTokenUrl => self.access_token_url.as_ref().map(Url::as_str),
            LmsFieldName::AccessTokenAudience => self.access_token_audience.as_deref(),
            LmsFieldName::DeploymentIds => None,
        }
    }
}

impl From<LmsValues> for PartialLmsValues {
    fn from(values: LmsValues) -> Self {
        let LmsValues {
            platform:
                ToolRegistration {
                    issuer,
                    client_id,
                    authentication_url,
                    keyset_url,
                },
            access_token_url,
            access_token_audience,
        } = values;
        Self {
            issuer: Some(issuer),
            client_id: Some(client_id),
            authentication_url: Some(authentication_url),
            keyset_url: Some(keyset_url),
            access_token_url,
            access_token_audience,
        }
    }
}
