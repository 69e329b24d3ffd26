//! The claims of a verified id_token, validated one by one. Mandatory values decide; loose ones are tolerated.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use serde_json::{Map, Value as Json};

use super::verify::Expected;
use super::{Launch, MAX_AGE_SECONDS, Message, Warning};
use crate::claims::names::{
    CONTEXT, DEEP_LINKING_SETTINGS, DEPLOYMENT_ID, MESSAGE_TYPE, RESOURCE_LINK, ROLES, TARGET_LINK_URI, VERSION,
};
use crate::claims::{DeepLinkingSettings, MAX_ID_LENGTH, Presentation, ResourceLink, is_id, texts, web_url};
use crate::hash::sha256;
use crate::jose::parse_claims;
use crate::report::{described, shown_or_described};
use crate::{Checks, Evidence, Hint, LEEWAY_SECONDS, LaunchError, Rule, Term, Value};

/// OpenID Connect profile claims that go to the app as the LMS sent them.
const PROFILE: [&str; 8] = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "email",
    "email_verified",
    "picture",
    "locale",
];

pub(super) struct IdTokenClaims(Map<String, Json>);

impl IdTokenClaims {
    pub(super) fn parse(payload: &[u8], checks: &mut Checks) -> Result<Self, LaunchError> {
        parse_claims(payload).map(Self).map_err(|error| checks.refuse(error.into()))
    }

    pub(super) fn presentation(&self) -> Presentation {
        Presentation::from_claims(&self.0)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Json::as_str)
    }

    /// Core 5.3; OpenID Connect Core 3.1.3.7 (2): exactly the registered issuer.
    pub(super) fn validate_issuer(&self, expected: &Expected<'_>, checks: &mut Checks) -> Result<(), LaunchError> {
        let seen = self.0.get("iss");
        let mut evidence = Evidence::expected(expected.issuer).and_seen(shown_or_described(seen));
        if let Some(near) = seen.and_then(Json::as_str).and_then(|seen| near_miss(expected.issuer, seen)) {
            evidence = evidence.and_hint(near);
        }
        checks.validate(self.text("iss") == Some(expected.issuer), Rule::Issuer, evidence)
    }

    /// Security Framework 5.1.3 (3) to (5): the client ID, no audience beside it, and azp the same.
    pub(super) fn validate_audience(&self, expected: &Expected<'_>, checks: &mut Checks) -> Result<(), LaunchError> {
        let audience: Vec<Option<&str>> = match self.0.get("aud") {
            Some(Json::Array(audience)) => audience.iter().map(Json::as_str).collect(),
            other => vec![other.and_then(Json::as_str)],
        };
        let fits = !audience.is_empty() && audience.iter().all(|one| *one == Some(expected.client_id));
        let seen = match self.0.get("aud") {
            Some(Json::Array(_)) => Value::list(audience.iter().map(|one| one.map_or(Term::NotText.into(), Value::text))),
            other => shown_or_described(other),
        };
        let mut evidence = Evidence::expected(expected.client_id).and_seen(seen);
        if audience.contains(&Some(expected.client_id)) && !fits {
            evidence = evidence.and_hint(Hint::FurtherAudiences);
        } else if let [Some(only)] = *audience.as_slice()
            && let Some(near) = near_miss(expected.client_id, only)
        {
            evidence = evidence.and_hint(near);
        }
        checks.validate(fits, Rule::Audience, evidence)?;

        match self.0.get("azp") {
            None => {
                checks.skip(Rule::AuthorizedParty);
                Ok(())
            }
            azp => {
                let evidence = Evidence::expected(expected.client_id).and_seen(shown_or_described(azp));
                checks.validate(self.text("azp") == Some(expected.client_id), Rule::AuthorizedParty, evidence)
            }
        }
    }

    /// Security Framework 5.1.3 (7) and (8), with the caller's clock. Fractions are tolerated (RFC 7519: NumericDate).
    pub(super) fn validate_times(&self, now: i64, checks: &mut Checks) -> Result<(), LaunchError> {
        let expires = self.time("exp", Rule::Expiry, checks)?;
        let at = |at: i64| Evidence::seen(Value::Instant { at, now });
        checks.validate(now.saturating_sub(LEEWAY_SECONDS) < expires, Rule::Expired, at(expires))?;

        let issued = self.time("iat", Rule::IssuedAt, checks)?;
        checks.validate(now.saturating_sub(issued) <= MAX_AGE_SECONDS, Rule::TooOld, at(issued))?;
        checks.validate(issued <= now.saturating_add(LEEWAY_SECONDS), Rule::IssuedInFuture, at(issued))?;

        match self.0.get("nbf") {
            None => {
                checks.skip(Rule::NotYetValid);
                Ok(())
            }
            Some(_) => {
                let not_before = self.time("nbf", Rule::NotYetValid, checks)?;
                checks.validate(
                    not_before <= now.saturating_add(LEEWAY_SECONDS),
                    Rule::NotYetValid,
                    at(not_before),
                )
            }
        }
    }

    fn time(&self, name: &str, rule: Rule, checks: &mut Checks) -> Result<i64, LaunchError> {
        let value = self.0.get(name);
        let number = value.and_then(Json::as_number);
        // `as` saturates, so a time beyond the range of i64 is still far away.
        let seconds = number.and_then(|number| {
            number
                .as_i64()
                .or_else(|| number.as_f64().map(|seconds| seconds.floor() as i64))
        });
        seconds.ok_or_else(|| checks.fail(rule, Evidence::expected(Term::Number).and_seen(described(value))))
    }

    /// Security Framework 5.1.3 (9). An absent nonce is a wrong one.
    pub(super) fn validate_nonce(&self, expected: &Expected<'_>, checks: &mut Checks) -> Result<(), LaunchError> {
        let same = |nonce: &str| verify_slices_are_equal(nonce.as_bytes(), expected.nonce.as_bytes()).is_ok();
        let holds = !expected.nonce.is_empty() && self.text("nonce").is_some_and(same);
        checks.validate(holds, Rule::Nonce, Evidence::seen(described(self.0.get("nonce"))))
    }

    /// The LTI message, core 5.3 and deep linking 4.4.1.
    pub(super) fn into_launch(self, expected: &Expected<'_>, checks: &mut Checks) -> Result<Launch, LaunchError> {
        let version = Evidence::expected("1.3.0").and_seen(shown_or_described(self.0.get(VERSION)));
        checks.validate(self.text(VERSION) == Some("1.3.0"), Rule::Version, version)?;
        let message = self.message(checks)?;
        let is_resource_link = matches!(message, Message::ResourceLink(_));
        let mut warnings = Vec::new();
        let target_link_uri = self.target_link_uri(is_resource_link, expected, &mut warnings, checks)?;
        let roles = self.roles(is_resource_link, &mut warnings, checks)?;
        let subject = match self.0.get("sub") {
            None => None,
            Some(_) => Some(self.id(self.0.get("sub"), "sub", Rule::Subject, checks)?.to_owned()),
        };
        let deployment_id = self.deployment_id(expected, checks)?.to_owned();
        if self
            .0
            .get(CONTEXT)
            .is_some_and(|context| !context.get("id").is_some_and(is_id))
        {
            warnings.push(Warning::CourseId);
        }
        let (issued_at, expires_at) = (
            self.time("iat", Rule::IssuedAt, checks)?,
            self.time("exp", Rule::Expiry, checks)?,
        );
        let is_for_the_app = |name: &str| name.contains("://") || PROFILE.contains(&name);
        let claims = self.0.into_iter().filter(|(name, _)| is_for_the_app(name)).collect();
        Ok(Launch {
            message,
            deployment_id,
            subject,
            roles,
            target_link_uri,
            issued_at,
            expires_at,
            claims,
            warnings,
        })
    }

    fn message(&self, checks: &mut Checks) -> Result<Message, LaunchError> {
        let message_type = self.0.get(MESSAGE_TYPE);
        let evidence = Evidence::seen(shown_or_described(message_type));
        match message_type.and_then(Json::as_str) {
            Some("LtiResourceLinkRequest") => {
                checks.pass(Rule::MessageType, evidence);
                self.resource_link(checks).map(Message::ResourceLink)
            }
            Some("LtiDeepLinkingRequest") => {
                checks.pass(Rule::MessageType, evidence);
                self.deep_linking_settings(checks).map(Message::DeepLinking)
            }
            _ => Err(checks.fail(Rule::MessageType, evidence)),
        }
    }

    /// Core 5.3.5.
    fn resource_link(&self, checks: &mut Checks) -> Result<ResourceLink, LaunchError> {
        let claim = self.0.get(RESOURCE_LINK);
        let id = claim.and_then(|claim| claim.get("id"));
        self.id(id, "resource_link.id", Rule::ResourceLink, checks)?;
        match claim.and_then(ResourceLink::from_claim) {
            Some(link) => {
                checks.pass(Rule::ResourceLink, Evidence::none());
                Ok(link)
            }
            None => Err(checks.fail(Rule::ResourceLink, Evidence::seen(described(claim)))),
        }
    }

    /// Deep linking 4.4.1: the required members; everything else goes to the application as it came.
    fn deep_linking_settings(&self, checks: &mut Checks) -> Result<DeepLinkingSettings, LaunchError> {
        let claim = self.0.get(DEEP_LINKING_SETTINGS);
        match claim.and_then(DeepLinkingSettings::from_claim) {
            Some(settings) => {
                checks.pass(Rule::DeepLinkingSettings, Evidence::none());
                Ok(settings)
            }
            None => Err(checks.fail(Rule::DeepLinkingSettings, Evidence::seen(described(claim)))),
        }
    }

    /// Core 5.3.4: required in a resource link launch. The login named one too, unsigned: a difference is worth a look, not a refusal.
    fn target_link_uri(
        &self,
        required: bool,
        expected: &Expected<'_>,
        warnings: &mut Vec<Warning>,
        checks: &mut Checks,
    ) -> Result<Option<String>, LaunchError> {
        let claim = self.0.get(TARGET_LINK_URI);
        if claim.is_none() && !required {
            checks.skip(Rule::TargetLinkUri);
            return Ok(None);
        }
        let Some(uri) = claim.and_then(Json::as_str).filter(|uri| web_url(uri).is_some()) else {
            return Err(checks.fail(Rule::TargetLinkUri, Evidence::seen(described(claim))));
        };
        let mut evidence = Evidence::none();
        if expected.target_link_uri_hash != sha256(uri) {
            warnings.push(Warning::TargetLinkUri);
            evidence = evidence.and_hint(Hint::OtherTarget);
        }
        checks.pass(Rule::TargetLinkUri, evidence);
        Ok(Some(uri.to_owned()))
    }

    /// Core 5.3.7: required in a resource link launch, but `[]` and `[""]` are launches without a role (certification: "No Role").
    fn roles(&self, required: bool, warnings: &mut Vec<Warning>, checks: &mut Checks) -> Result<Vec<String>, LaunchError> {
        match self.0.get(ROLES) {
            None if !required => {
                checks.skip(Rule::Roles);
                Ok(Vec::new())
            }
            Some(Json::Array(values)) => {
                let roles = texts(values);
                if roles.len() < values.len() {
                    warnings.push(Warning::Roles);
                }
                checks.pass(Rule::Roles, Evidence::seen(described(self.0.get(ROLES))));
                Ok(roles)
            }
            other => Err(checks.fail(Rule::Roles, Evidence::expected(Term::Array).and_seen(described(other)))),
        }
    }

    /// Core 5.3.3; Security Framework 5.1.1.1: the same as at login, if one was named there.
    fn deployment_id(&self, expected: &Expected<'_>, checks: &mut Checks) -> Result<&str, LaunchError> {
        let claim = self.0.get(DEPLOYMENT_ID);
        let id = self.id(claim, "deployment_id", Rule::DeploymentMissing, checks)?;
        checks.pass(Rule::DeploymentMissing, Evidence::seen(id));
        match expected.deployment_hint {
            None => checks.skip(Rule::DeploymentMismatch),
            Some(hint) => checks.validate(hint == id, Rule::DeploymentMismatch, Evidence::expected(hint).and_seen(id))?,
        }
        Ok(id)
    }

    /// A required id: text, not empty, printable ASCII, at most 255 characters.
    fn id<'a>(
        &self,
        value: Option<&'a Json>,
        name: &'static str,
        rule: Rule,
        checks: &mut Checks,
    ) -> Result<&'a str, LaunchError> {
        let text = value.and_then(Json::as_str).unwrap_or_default();
        let error = if text.chars().count() > MAX_ID_LENGTH {
            LaunchError::new(Rule::TooLong).at(rule.stage()).about(name)
        } else if value.is_some_and(is_id) {
            return Ok(text);
        } else {
            LaunchError::new(rule)
        };
        let evidence = Evidence::expected(Term::Id).and_seen(described(value));
        Err(checks.refuse(error.with(evidence)))
    }
}

/// The usual slips, named.
fn near_miss(registered: &str, sent: &str) -> Option<Hint> {
    let same = |change: fn(&str) -> String| registered != sent && change(registered) == change(sent);
    Some(if same(|text| text.trim_end_matches('/').to_owned()) {
        Hint::ByTrailingSlash
    } else if same(|text| text.trim().to_owned()) {
        Hint::BySpaces
    } else if same(|text| text.replacen("http://", "https://", 1)) {
        Hint::ByScheme
    } else if same(str::to_lowercase) {
        Hint::ByCapitals
    } else {
        return None;
    })
}
