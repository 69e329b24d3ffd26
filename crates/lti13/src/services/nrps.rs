//! Names and Role Provisioning Services 2.0: the people of a course.

use std::borrow::Cow;

use serde_json::{Map, Value as Json, json};
use url::Url;

use super::container::Container;
use crate::claims::{text_in, texts, web_url};
use crate::parameters::{ParameterError, collect, printable};
use crate::query::with_parameters;

/// The claim of a launch (NRPS 2.0, 3.6.1.1).
pub const CLAIM: &str = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice";

/// The media type of an answer, and the `Accept` of a request: Moodle refuses others.
pub const MEDIA_TYPE: &str = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json";

/// Dropped from members: the id of the person in the platform's times of LTI 1.1.
const LEGACY_USER_ID: &str = "lti11_legacy_user_id";

/// The two members of a `message` that pass: what it is, and its custom values.
const MESSAGE_TYPE: &str = crate::claims::names::MESSAGE_TYPE;
const CUSTOM: &str = crate::claims::names::CUSTOM;

/// The claim of a launch about the service.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MembershipService {
    /// Where the members of the course are.
    pub context_memberships_url: Url,
}

impl MembershipService {
    /// Reads the claim; `None` where it has no address, or offers other versions alone.
    #[must_use]
    pub fn from_claim(claim: &Json) -> Option<Self> {
        let versions = claim.get("service_versions").and_then(Json::as_array);
        // Required by the specification; an absent list is taken for this version.
        let is_offered = versions.is_none_or(|versions| texts(versions).iter().any(|version| version.starts_with("2.")));
        let url = text_in(Some(claim), "context_memberships_url").filter(|_| is_offered)?;
        Some(Self {
            context_memberships_url: web_url(&url)?,
        })
    }

    /// The claim.
    #[must_use]
    pub fn claim(context_memberships_url: &str) -> Json {
        json!({ "context_memberships_url": context_memberships_url, "service_versions": ["2.0"] })
    }
}

/// Which members are asked for (NRPS 2.0, 2.4.1 to 2.4.3 and 2.5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MembershipQuery {
    /// Members with this role.
    pub role: Option<String>,
    /// At most so many in one page.
    pub limit: Option<u32>,
    /// Members who have access to this resource link, with its custom values for each.
    pub rlid: Option<String>,
}

/// A query that can't be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{name} is wrong, too long, or came more than once")]
#[non_exhaustive]
pub struct QueryError {
    /// The parameter.
    pub name: &'static str,
}

impl From<ParameterError> for QueryError {
    fn from(error: ParameterError) -> Self {
        let (ParameterError::Missing(name)
        | ParameterError::Duplicate(name)
        | ParameterError::Malformed(name, _)
        | ParameterError::TooLarge { name, .. }) = error;
        Self { name }
    }
}

/// A `limit`: a whole number from 1.
pub(super) fn limit(text: Option<String>) -> Result<Option<u32>, QueryError> {
    let limit = |text: &str| text.parse().ok().filter(|limit| *limit > 0);
    text.map(|text| limit(&text).ok_or(QueryError { name: "limit" })).transpose()
}

impl MembershipQuery {
    /// Reads the decoded pairs of a query. Unknown parameters are ignored.
    ///
    /// # Errors
    /// A [`QueryError`].
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Result<Self, QueryError> {
        let [role, text, rlid] = collect(pairs, [("role", 512), ("limit", 20), ("rlid", 1024)])?;
        Ok(Self {
            role: printable(role, "role")?,
            limit: limit(text)?,
            rlid: printable(rlid, "rlid")?,
        })
    }

    /// The address that is asked: the service's own query stays.
    #[must_use]
    pub fn url(&self, context_memberships_url: &Url) -> Url {
        let limit = self.limit.map(|limit| limit.to_string());
        let named = [
            ("role", self.role.as_deref()),
            ("limit", limit.as_deref()),
            ("rlid", self.rlid.as_deref()),
        ];
        let parameters: Vec<_> = named.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        match parameters.is_empty() {
            true => context_memberships_url.clone(),
            false => with_parameters(context_memberships_url, &parameters),
        }
    }
}

/// Reads an answer (NRPS 2.0, 2.2) in pieces, member by member.
#[must_use]
pub fn membership_container() -> Container {
    Container::new("members")
}

/// A person of a course as the platform sent it.
#[derive(Clone, Debug, PartialEq)]
pub struct Member(Map<String, Json>);

impl Member {
    /// A member of a container; `None` where `user_id` is absent. A number counts as its digits.
    #[must_use]
    pub fn new(mut member: Map<String, Json>) -> Option<Self> {
        let user_id = match member.get("user_id") {
            Some(Json::String(text)) if !text.is_empty() => return Some(Self(member)),
            Some(Json::Number(number)) if number.is_i64() || number.is_u64() => number.to_string(),
            _ => return None,
        };
        member.insert("user_id".to_owned(), user_id.into());
        Some(Self(member))
    }

    /// The platform's id of the person.
    #[must_use]
    pub fn user_id(&self) -> &str {
        self.0.get("user_id").and_then(Json::as_str).unwrap_or_default()
    }

    /// The member for a tool, with another `user_id`. `status` and `roles` are always there; empty texts, a picture without an address,
    /// and ids and services of LTI 1.1 are left out. Of `message` the type and the custom values stay.
    #[must_use]
    pub fn for_tool(self, user_id: &str) -> Map<String, Json> {
        let mut member = self.0;
        member.retain(|name, value| name != LEGACY_USER_ID && value.as_str() != Some(""));
        if member
            .get("picture")
            .is_some_and(|picture| picture.as_str().and_then(web_url).is_none())
        {
            member.remove("picture");
        }
        member.insert("user_id".to_owned(), user_id.into());
        // NRPS 2.0, 2.3: `Active` where it is not given.
        member.entry("status").or_insert_with(|| "Active".into());
        let roles = match member.remove("roles") {
            Some(Json::Array(roles)) => texts(&roles),
            Some(Json::String(role)) => vec![role],
            _ => Vec::new(),
        };
        member.insert("roles".to_owned(), roles.into());
        match member.remove("message") {
            Some(Json::Array(messages)) => {
                member.insert("message".to_owned(), messages.into_iter().filter_map(message).collect());
            }
            // Some send the only message without a list.
            Some(only @ Json::Object(_)) => {
                member.insert("message".to_owned(), message(only).into_iter().collect());
            }
            _ => {}
        }
        member
    }
}

fn message(message: Json) -> Option<Json> {
    let Json::Object(mut claims) = message else {
        return None;
    };
    claims.retain(|name, _| name == MESSAGE_TYPE || name == CUSTOM);
    Some(Json::Object(claims))
}
