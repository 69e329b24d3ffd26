//! The draft of a registration. It is saved in the tab's storage and survives reloads and the end of the session.

use std::borrow::Cow;

use contract::{LmsField, LmsFieldName, NewRegistration, Registration};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::text::clean;

/// A registration that is being added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Draft {
    pub(crate) app_id: String,
    pub(crate) name: String,
    pub(crate) platform: String,
    /// The LMS's address, if it differs from the issuer. Other values are derived from it. It isn't sent.
    pub(crate) site: String,
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) keyset_url: String,
    pub(crate) authentication_url: String,
    pub(crate) access_token_url: String,
    pub(crate) access_token_audience: String,
    /// One per row. Empty rows are ignored.
    pub(crate) deployment_ids: Vec<String>,
    /// The fields that were typed. The values of the others are derived from the issuer and the client ID.
    pub(super) typed: Vec<LmsFieldName>,
    /// The step with the LMS keys was left without errors.
    pub(crate) lms_keys_entered: bool,
    pub(crate) allow_anonymous: bool,
    pub(crate) accept_any_deployment: bool,
    /// The ID and name of the registration that this one replaces.
    pub(crate) replaces: Option<(Uuid, String)>,
}

impl Draft {
    /// A draft with the same values, for *Delete and add again*.
    pub(crate) fn replacing(old: Registration) -> Self {
        Self {
            replaces: Some((old.id, old.name.clone())),
            name: old.name,
            app_id: old.app_id,
            platform: old.platform,
            site: site_of(&old.keyset_url),
            issuer: old.issuer,
            client_id: old.client_id,
            keyset_url: old.keyset_url,
            authentication_url: old.authentication_url,
            access_token_url: old.access_token_url.unwrap_or_default(),
            access_token_audience: old.access_token_audience.unwrap_or_default(),
            deployment_ids: old.deployment_ids,
            typed: vec![
                LmsFieldName::Issuer,
                LmsFieldName::KeysetUrl,
                LmsFieldName::AuthenticationUrl,
                LmsFieldName::AccessTokenUrl,
                LmsFieldName::AccessTokenAudience,
            ],
            lms_keys_entered: true,
            allow_anonymous: old.allow_anonymous,
            accept_any_deployment: old.accept_any_deployment,
        }
    }

    /// A draft for another app in the same LMS. It takes over the values of the LMS, not those of the app.
    pub(crate) fn same_lms(other: Registration) -> Self {
        // In Open edX each app has addresses of its own.
        if other.platform == "open-edx" {
            return Self {
                platform: other.platform,
                issuer: other.issuer,
                typed: vec![LmsFieldName::Issuer],
                ..Self::default()
            };
        }
        Self {
            platform: other.platform,
            site: site_of(&other.keyset_url),
            issuer: other.issuer,
            keyset_url: other.keyset_url,
            authentication_url: other.authentication_url,
            access_token_url: other.access_token_url.unwrap_or_default(),
            access_token_audience: other.access_token_audience.unwrap_or_default(),
            typed: vec![
                LmsFieldName::Issuer,
                LmsFieldName::KeysetUrl,
                LmsFieldName::AuthenticationUrl,
                LmsFieldName::AccessTokenUrl,
                LmsFieldName::AccessTokenAudience,
            ],
            ..Self::default()
        }
    }

    /// True if this draft began as `other`: it replaces the same registration, or nothing was changed yet.
    pub(crate) fn began_as(&self, other: &Self) -> bool {
        self == other || (self.replaces.is_some() && self.replaces == other.replaces)
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Chooses the LMS. Values that another LMS prefilled are removed.
    pub(crate) fn choose_platform(&mut self, platform: &str) {
        if self.platform != platform {
            platform.clone_into(&mut self.platform);
            self.lms_keys_entered = false;
            self.accept_any_deployment = false;
        }
    }

    fn entered(&self, name: LmsFieldName) -> &str {
        match name {
            LmsFieldName::Issuer => &self.issuer,
            LmsFieldName::ClientId => &self.client_id,
            LmsFieldName::KeysetUrl => &self.keyset_url,
            LmsFieldName::AuthenticationUrl => &self.authentication_url,
            LmsFieldName::AccessTokenUrl => &self.access_token_url,
            LmsFieldName::AccessTokenAudience => &self.access_token_audience,
            LmsFieldName::DeploymentIds => self.deployment_ids.first().map_or("", String::as_str),
        }
    }

    /// Takes a typed value. An emptied field stays empty until it is left.
    pub(crate) fn enter(&mut self, name: LmsFieldName, value: &str) {
        if !self.typed.contains(&name) {
            self.typed.push(name);
        }
        let place = match name {
            LmsFieldName::Issuer => &mut self.issuer,
            LmsFieldName::ClientId => &mut self.client_id,
            LmsFieldName::KeysetUrl => &mut self.keyset_url,
            LmsFieldName::AuthenticationUrl => &mut self.authentication_url,
            LmsFieldName::AccessTokenUrl => &mut self.access_token_url,
            LmsFieldName::AccessTokenAudience => &mut self.access_token_audience,
            LmsFieldName::DeploymentIds => {
                if self.deployment_ids.is_empty() {
                    self.deployment_ids.push(String::new());
                }
                &mut self.deployment_ids[0]
            }
        };
        value.clone_into(place);
    }

    /// Handles leaving a field. An emptied required field is prefilled again.
    pub(crate) fn leave(&mut self, field: &LmsField) {
        if field.required && self.entered(field.field).is_empty() {
            self.typed.retain(|typed| *typed != field.field);
        }
    }

    pub(crate) fn remove_slash(&mut self) {
        self.issuer = clean(&self.issuer).trim_end_matches('/').to_owned();
    }

    /// The entered deployment IDs, without empty rows.
    pub(crate) fn deployment_ids(&self) -> Vec<String> {
        let ids = self.deployment_ids.iter().map(|id| clean(id)).filter(|id| !id.is_empty());
        ids.map(str::to_owned).collect()
    }

    /// The value of a field: the LMS's fixed value, the typed value, or the value derived from the issuer and the client ID.
    pub(crate) fn value(&self, name: LmsFieldName, fields: &[LmsField]) -> Cow<'_, str> {
        let field = fields.iter().find(|field| field.field == name);
        if let Some(fixed) = field.and_then(|field| field.fixed.as_deref()) {
            let client_id = clean(self.entered(LmsFieldName::ClientId));
            return if client_id.is_empty() && fixed.contains("{clientId}") {
                Cow::Borrowed("")
            } else {
                Cow::Owned(fixed.replace("{clientId}", client_id))
            };
        }
        if !self.typed.contains(&name)
            && let Some(suggested) = field.and_then(|field| self.suggested(field.pattern.as_deref()?))
        {
            return Cow::Owned(suggested);
        }
        Cow::Borrowed(self.entered(name))
    }

    /// True if the value of a field was not typed.
    pub(crate) fn is_prefilled(&self, name: LmsFieldName, fields: &[LmsField]) -> bool {
        let field = fields.iter().find(|field| field.field == name);
        (field.is_some_and(|field| field.fixed.is_some()) && !self.value(name, fields).is_empty())
            || (!self.typed.contains(&name)
                && field
                    .and_then(|field| field.pattern.as_deref())
                    .is_some_and(|pattern| self.suggested(pattern).is_some()))
    }

    fn suggested(&self, pattern: &str) -> Option<String> {
        let (name, address) = if pattern.contains("{issuer}") {
            ("{issuer}", clean(&self.issuer).trim_end_matches('/').to_owned())
        } else if pattern.contains(SITE) {
            (SITE, site_of(&self.site))
        } else {
            return Some(pattern.to_owned());
        };
        // Before the host is typed, each key press would show a wrong address.
        let (_, host) = address.split_once("://")?;
        (!host.is_empty()).then(|| pattern.replace(name, &address))
    }

    /// The request. `fields` are those of the chosen LMS.
    pub(crate) fn request(&self, fields: &[LmsField]) -> NewRegistration {
        let value = |name| clean(&self.value(name, fields)).to_owned();
        let optional = |name| {
            let has_field = fields.iter().any(|field| field.field == name);
            Some(value(name)).filter(|value| has_field && !value.is_empty())
        };
        NewRegistration {
            name: clean(&self.name).to_owned(),
            app_id: self.app_id.clone(),
            platform: self.platform.clone(),
            issuer: value(LmsFieldName::Issuer),
            client_id: value(LmsFieldName::ClientId),
            deployment_ids: self.deployment_ids(),
            authentication_url: value(LmsFieldName::AuthenticationUrl),
            keyset_url: value(LmsFieldName::KeysetUrl),
            access_token_url: optional(LmsFieldName::AccessTokenUrl),
            access_token_audience: optional(LmsFieldName::AccessTokenAudience),
            allow_anonymous: self.allow_anonymous,
            accept_any_deployment: self.accept_any_deployment,
            replaces: self.replaces.as_ref().map(|(id, _)| *id),
            ..NewRegistration::default()
        }
    }
}

/// The placeholder in a pattern for the LMS's address, if it differs from the issuer.
pub(super) const SITE: &str = "{site}";

/// Scheme and host of an address. Pasted addresses usually have the path of the open page.
fn site_of(address: &str) -> String {
    clean(address).splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: LmsFieldName, fixed: Option<&str>, pattern: Option<&str>) -> LmsField {
        LmsField {
            field: name,
            label: String::new(),
            hint: String::new(),
            required: true,
            fixed: fixed.map(str::to_owned),
            pattern: pattern.map(str::to_owned),
        }
    }

    fn moodle() -> Vec<LmsField> {
        vec![
            field(LmsFieldName::Issuer, None, None),
            field(LmsFieldName::ClientId, None, None),
            field(LmsFieldName::KeysetUrl, None, Some("{issuer}/mod/lti/certs.php")),
            field(LmsFieldName::AuthenticationUrl, None, Some("{issuer}/mod/lti/auth.php")),
        ]
    }

    #[test]
    fn fills_in_what_follows_from_the_issuer() {
        let mut draft = Draft::default();
        assert_eq!(draft.value(LmsFieldName::KeysetUrl, &moodle()), "");
        draft.enter(LmsFieldName::Issuer, " https://moodle.example/ ");
        assert_eq!(
            draft.value(LmsFieldName::KeysetUrl, &moodle()),
            "https://moodle.example/mod/lti/certs.php"
        );
        assert!(draft.is_prefilled(LmsFieldName::KeysetUrl, &moodle()));
        assert!(!draft.is_prefilled(LmsFieldName::Issuer, &moodle()));
    }

    fn canvas() -> Vec<LmsField> {
        vec![
            field(LmsFieldName::Issuer, None, Some("https://canvas.instructure.com")),
            field(LmsFieldName::KeysetUrl, None, Some("{site}/api/lti/security/jwks")),
        ]
    }

    #[test]
    fn fills_in_what_follows_from_the_site_where_the_issuer_is_another() {
        let mut draft = Draft::default();
        assert_eq!(draft.request(&canvas()).issuer, "https://canvas.instructure.com");
        for site in ["", "canvas.contoso.edu", "https://"] {
            site.clone_into(&mut draft.site);
            assert_eq!(draft.request(&canvas()).keyset_url, "", "{site}");
        }
        for site in ["https://canvas.contoso.edu", " https://canvas.contoso.edu/courses/1?x=/ "] {
            site.clone_into(&mut draft.site);
            assert_eq!(
                draft.request(&canvas()).keyset_url,
                "https://canvas.contoso.edu/api/lti/security/jwks"
            );
        }
        draft.enter(LmsFieldName::Issuer, "https://canvas.contoso.edu");
        assert_eq!(draft.request(&canvas()).issuer, "https://canvas.contoso.edu");
    }

    #[test]
    fn an_lms_that_is_known_is_not_asked_for_again() {
        let known: Registration = serde_json::from_value(serde_json::json!({
            "id": Uuid::nil(), "tenantId": Uuid::nil(), "name": "Canvas", "appId": "inspector", "platform": "canvas-self-hosted",
            "issuer": "https://canvas.contoso.edu", "clientId": "1", "deploymentIds": [],
            "authenticationUrl": "https://canvas.contoso.edu/auth", "keysetUrl": "https://canvas.contoso.edu/api/lti/security/jwks",
            "accessTokenUrl": null, "accessTokenAudience": null, "allowAnonymous": false, "acceptAnyDeployment": false,
            "createdAt": "2026-11-23T08:00:00Z", "createdBy": { "id": "1", "name": "Ada", "kind": "user" }, "lastLaunchAt": null,
            "health": { "state": "unknown", "since": null, "detail": null }, "waitingDeployments": 0,
        }))
        .unwrap_or_else(|error| panic!("{error}"));
        for draft in [Draft::same_lms(known.clone()), Draft::replacing(known)] {
            let request = draft.request(&canvas());
            assert_eq!(request.issuer, "https://canvas.contoso.edu");
            assert_eq!(request.keyset_url, "https://canvas.contoso.edu/api/lti/security/jwks");
        }
    }

    #[test]
    fn never_overwrites_what_was_typed() {
        let mut draft = Draft::default();
        draft.enter(LmsFieldName::KeysetUrl, "https://keys.example");
        draft.enter(LmsFieldName::Issuer, "https://moodle.example");
        assert_eq!(draft.value(LmsFieldName::KeysetUrl, &moodle()), "https://keys.example");
        assert!(!draft.is_prefilled(LmsFieldName::KeysetUrl, &moodle()));
        draft.enter(LmsFieldName::KeysetUrl, "");
        assert_eq!(
            draft.value(LmsFieldName::KeysetUrl, &moodle()),
            "",
            "or it could never be typed anew"
        );
        draft.leave(&field(LmsFieldName::KeysetUrl, None, None));
        assert!(draft.is_prefilled(LmsFieldName::KeysetUrl, &moodle()));

        draft.enter(LmsFieldName::AccessTokenUrl, "");
        draft.leave(&LmsField {
            required: false,
            ..field(LmsFieldName::AccessTokenUrl, None, None)
        });
        assert!(
            !draft.is_prefilled(LmsFieldName::AccessTokenUrl, &moodle()),
            "there may be none"
        );
    }

    #[test]
    fn fixed_values_need_no_typing_and_may_hold_the_client_id() {
        let fields = [
            field(LmsFieldName::Issuer, Some("https://blackboard.com"), None),
            field(LmsFieldName::KeysetUrl, Some("https://bb.example/{clientId}/jwks.json"), None),
        ];
        let mut draft = Draft {
            issuer: "https://left.over".to_owned(),
            ..Draft::default()
        };
        draft.enter(LmsFieldName::ClientId, " abc ");
        let request = draft.request(&fields);
        assert_eq!(request.issuer, "https://blackboard.com");
        assert_eq!(request.keyset_url, "https://bb.example/abc/jwks.json");
    }

    #[test]
    fn the_request_holds_trimmed_values_and_no_empty_ones() {
        let mut draft = Draft {
            name: " Contoso ".to_owned(),
            deployment_ids: vec![" 1 ".to_owned(), String::new()],
            access_token_audience: "left over from another LMS".to_owned(),
            ..Draft::default()
        };
        draft.enter(LmsFieldName::Issuer, "https://moodle.example/\u{200b}");
        let request = draft.request(&moodle());
        assert_eq!(request.name, "Contoso");
        assert_eq!(request.issuer, "https://moodle.example/");
        assert_eq!(request.deployment_ids, ["1"]);
        assert_eq!((request.access_token_url, request.access_token_audience), (None, None));
        assert_eq!(request.replaces, None);
    }

    #[test]
    fn the_slash_goes_only_when_asked() {
        let mut draft = Draft::default();
        draft.enter(LmsFieldName::Issuer, "https://moodle.example/ ");
        assert_eq!(draft.request(&moodle()).issuer, "https://moodle.example/");
        draft.remove_slash();
        assert_eq!(draft.request(&moodle()).issuer, "https://moodle.example");
    }

    #[test]
    fn another_lms_is_checked_again() {
        let mut draft = Draft {
            lms_keys_entered: true,
            platform: "moodle".to_owned(),
            ..Draft::default()
        };
        draft.choose_platform("moodle");
        assert!(draft.lms_keys_entered);
        draft.choose_platform("sakai");
        assert!(!draft.lms_keys_entered);
    }

    #[test]
    fn survives_the_tabs_storage() {
        let mut draft = Draft {
            replaces: Some((Uuid::nil(), "Old".to_owned())),
            ..Draft::default()
        };
        draft.enter(LmsFieldName::DeploymentIds, "1");
        let text = serde_json::to_string(&draft).unwrap_or_default();
        assert_eq!(serde_json::from_str::<Draft>(&text).ok(), Some(draft));
        // A draft of an older portal lacks fields and can still be read.
        assert_eq!(serde_json::from_str::<Draft>("{}").ok(), Some(Draft::default()));
    }
}
