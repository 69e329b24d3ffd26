//! id_tokens: what Moodle 4.5 puts in, and a builder for everything that a test wants to be different.

use serde_json::{Map, Value, json};

use crate::claim;
use crate::content;
use crate::lms::Lms;
use crate::people::Person;
use crate::signing::{self, Signature};

/// Moodle's id_tokens live one minute.
const LIFETIME_SECONDS: i64 = 60;
pub(crate) const COURSE_NUMBER: &str = "2";
pub(crate) const COURSE_LABEL: &str = "BIO 101";
pub(crate) const COURSE_TITLE: &str = "Introduction to Biology";
pub(crate) const ACTIVITY_TITLE: &str = "Practice activity";
pub(crate) const LMS_NAME: &str = "Practice LMS";
pub(crate) const LMS_OWNER: &str = "Contoso University";

/// The kind of message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Message {
    /// `LtiResourceLinkRequest`: somebody opens the activity.
    #[default]
    ResourceLink,
    /// `LtiDeepLinkingRequest`: a teacher chooses content for a new activity.
    DeepLinking,
}

/// Where the tool is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Container {
    /// In an iframe on a page of the LMS.
    #[default]
    Iframe,
    /// In a window of its own.
    Window,
}

/// One id_token to be made: by default one as Moodle makes it, with every wish to deviate applied in the order it was
/// expressed, first to the claims, then to the header.
#[derive(Debug, Clone)]
pub struct LaunchSpec {
    person: Person,
    nonce: String,
    message: Message,
    container: Container,
    issued_seconds_later: i64,
    claims: Vec<(String, Option<Value>)>,
    header: Vec<(String, Option<Value>)>,
    body: Option<String>,
    signature: Signature,
}

impl LaunchSpec {
    /// A proper launch by this person, for the authentication request that carried this nonce.
    pub fn new(person: Person, nonce: impl Into<String>) -> Self {
        Self {
            person,
            nonce: nonce.into(),
            message: Message::default(),
            container: Container::default(),
            issued_seconds_later: 0,
            claims: Vec::new(),
            header: Vec::new(),
            body: None,
            signature: Signature::default(),
        }
    }

    /// Sends another kind of message.
    pub fn message(mut self, message: Message) -> Self {
        self.message = message;
        self
    }

    /// Shows the tool elsewhere.
    pub fn container(mut self, container: Container) -> Self {
        self.container = container;
        self
    }

    /// Moves `iat` and `exp` by this number of seconds; negative: into the past.
    pub fn issued_later(mut self, seconds: i64) -> Self {
        self.issued_seconds_later = seconds;
        self
    }

    /// Opens an item of the course, which was selected by deep linking.
    pub(crate) fn item(mut self, lms: &Lms, number: usize) -> Self {
        let Some(item) = lms.changing().content.items.get(number).cloned() else {
            return self;
        };
        if let Some(url) = item.get("url") {
            self = self.claim(claim::TARGET_LINK_URI, url.clone());
        }
        let id = format!("item-{number}");
        self = self.claim(claim::RESOURCE_LINK, json!({ "id": id, "title": content::title(&item) }));
        match item.get("custom") {
            Some(custom) => self.claim(claim::CUSTOM, custom.clone()),
            None => self,
        }
    }

    /// Sets a claim, whatever its value was.
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.push((name.to_owned(), Some(value.into())));
        self
    }

    /// Leaves a claim out.
    pub fn without(mut self, name: &str) -> Self {
        self.claims.push((name.to_owned(), None));
        self
    }

    /// Sets a field of the JOSE header, such as `kid`, `alg`, `jwk` or `jku`.
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header.push((name.to_owned(), Some(value.into())));
        self
    }

    /// Leaves a field of the JOSE header out.
    pub fn without_header(mut self, name: &str) -> Self {
        self.header.push((name.to_owned(), None));
        self
    }

    /// Signs this text in place of the claims.
    pub fn body(mut self, text: impl Into<String>) -> Self {
        self.body = Some(text.into());
        self
    }

    /// Signs in another way.
    pub fn signature(mut self, signature: Signature) -> Self {
        self.signature = signature;
        self
    }

    /// The id_token of this launch by `lms`, made at `now` (seconds since 1970).
    pub(crate) fn id_token(&self, lms: &Lms, now: i64) -> String {
        let key = lms.key();
        let mut header = object(json!({ "typ": "JWT", "alg": "RS256", "kid": signing::key_id(&key) }));
        apply(&mut header, &self.header);
        let payload = self.body.clone().unwrap_or_else(|| {
            let mut claims = self.claims(lms, now);
            apply(&mut claims, &self.claims);
            Value::Object(claims).to_string()
        });
        signing::sign(header, &payload, &key, &self.signature)
    }

    fn claims(&self, lms: &Lms, now: i64) -> Map<String, Value> {
        let person = self.person;
        let user_name = person.word();
        let issued = now + self.issued_seconds_later;
        let platform = &lms.public_url;
        let memberships = format!("{platform}/mod/lti/services.php/CourseSection/{COURSE_NUMBER}/bindings/1/memberships");
        let mut claims = object(json!({
            "nonce": self.nonce,
            "iat": issued,
            "exp": issued + LIFETIME_SECONDS,
            "iss": platform,
            "aud": lms.client_id,
            "sub": person.number(),
            "given_name": person.given_name(),
            "family_name": person.family_name(),
            "name": person.name(),
            "email": format!("{user_name}@contoso.example"),
            claim::DEPLOYMENT_ID: lms.deployment_id,
            claim::TARGET_LINK_URI: lms.tool().tool_url,
            claim::VERSION: "1.3.0",
            claim::ROLES: person.roles(),
            claim::CONTEXT: {
                "id": COURSE_NUMBER, "label": COURSE_LABEL, "title": COURSE_TITLE, "type": ["CourseSection"],
            },
            claim::LIS: { "person_sourcedid": format!("sis-{user_name}"), "course_section_sourcedid": "bio-101" },
            claim::EXT: { "user_username": user_name, "lms": "moodle-2" },
            claim::LAUNCH_PRESENTATION: {
                "locale": "en", "document_target": self.container.document_target(), "return_url": self.return_url(lms),
            },
            claim::TOOL_PLATFORM: {
                "product_family_code": "moodle", "version": "2024100706", "guid": "practice-lms.contoso.example",
                "name": LMS_NAME, "description": LMS_OWNER,
            },
            claim::CUSTOM: {
                "username": user_name,
                "context_memberships_url": &memberships,
                "system_setting_url": format!("{platform}/mod/lti/services.php/tool/1/custom"),
                // Moodle leaves this one unexpanded.
                "link_setting_url": format!("{platform}/mod/lti/services.php/links/{{link_id}}/custom"),
            },
            claim::NAMES_AND_ROLES: { "context_memberships_url": &memberships, "service_versions": ["1.0", "2.0"] },
        }));
        claims.append(&mut match self.message {
            Message::ResourceLink => self.resource_link_claims(platform),
            Message::DeepLinking => deep_linking_claims(platform, &lms.changing().content.begin()),
        });
        claims
    }

    fn resource_link_claims(&self, platform: &str) -> Map<String, Value> {
        let result = json!({ "data": { "instanceid": "1", "userid": self.person.number(), "typeid": "1" } });
        object(json!({
            claim::MESSAGE_TYPE: "LtiResourceLinkRequest",
            claim::RESOURCE_LINK: { "id": "1", "title": ACTIVITY_TITLE, "description": "An activity behind the gateway" },
            claim::BASIC_OUTCOME: {
                "lis_result_sourcedid": result.to_string(),
                "lis_outcome_service_url": format!("{platform}/mod/lti/service.php"),
            },
            claim::GRADES: {
                "scope": [
                    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
                    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly",
                    "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly",
                    "https://purl.imsglobal.org/spec/lti-ags/scope/score",
                ],
                "lineitems": format!("{platform}/mod/lti/services.php/{COURSE_NUMBER}/lineitems?type_id=1"),
                "lineitem": format!("{platform}/mod/lti/services.php/{COURSE_NUMBER}/lineitems/2/lineitem?type_id=1"),
            },
        }))
    }

    fn return_url(&self, lms: &Lms) -> String {
        let container = match self.container {
            Container::Iframe => 3,
            Container::Window => 4,
        };
        format!(
            "{}/mod/lti/return.php?course={COURSE_NUMBER}&launch_container={container}&instanceid=1",
            lms.public_url
        )
    }
}

impl Container {
    fn document_target(self) -> &'static str {
        match self {
            Self::Iframe => "iframe",
            Self::Window => "window",
        }
    }
}

fn deep_linking_claims(platform: &str, data: &str) -> Map<String, Value> {
    object(json!({
        claim::MESSAGE_TYPE: "LtiDeepLinkingRequest",
        claim::DEEP_LINKING_SETTINGS: {
            "accept_types": ["ltiResourceLink", "link"],
            "accept_lineitem": true,
            "accept_presentation_document_targets": ["frame", "iframe", "window"],
            "accept_copy_advice": false,
            "accept_multiple": true,
            "accept_unsigned": false,
            "auto_create": false,
            "can_confirm": false,
            "deep_link_return_url": format!("{platform}/mod/lti/contentitem_return.php?course={COURSE_NUMBER}&id=1"),
            "title": ACTIVITY_TITLE,
            "text": "",
            "data": data,
        },
    }))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn apply(fields: &mut Map<String, Value>, wishes: &[(String, Option<Value>)]) {
    for (name, wish) in wishes {
        match wish {
            Some(value) => fields.insert(name.clone(), value.clone()),
            None => fields.remove(name),
        };
    }
}
