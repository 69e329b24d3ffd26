//! The services that a tool calls by itself: access tokens and the members of the course; strict by the specifications where Moodle isn't,
//! and the ways in which an LMS can misbehave.

use std::collections::{HashMap, HashSet};

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, AUTHORIZATION, LINK, LOCATION};
use actix_web::{HttpRequest, HttpResponse, web};
use jwt_simple::algorithms::{RS256PublicKey, RSAPublicKeyLike as _};
use jwt_simple::claims::Audiences;
use jwt_simple::prelude::VerificationOptions;
use jwt_simple::token::Token;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::lms::Lms;
use crate::people::Person;
use crate::server::now;
use crate::token::{COURSE_LABEL, COURSE_NUMBER, COURSE_TITLE};

/// The scopes that this LMS grants: what its claims announce.
const SCOPES: [&str; 5] = [
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly",
    "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly",
    "https://purl.imsglobal.org/spec/lti-ags/scope/score",
    MEMBERS_SCOPE,
];
const MEMBERS_SCOPE: &str = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly";
/// The media type of a page of members.
const MEMBERS_TYPE: &str = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json";
/// How long an access token lives, in seconds.
const TOKEN_LIFETIME: i64 = 3600;
/// How long an assertion may live, in seconds.
const ASSERTION_LIFETIME: i64 = 300;
/// The most members that a page has.
const MOST_MEMBERS: usize = 100_000;

/// The state of the services while the LMS runs.
#[derive(Default)]
pub(crate) struct Services {
    /// The scopes of each token, and until when it counts.
    tokens: HashMap<String, (HashSet<String>, i64)>,
    used_ids: HashSet<String>,
    /// Students beside the people of the course.
    pub(crate) students: usize,
    pub(crate) behaviour: RosterBehaviour,
    pub(crate) token_behaviour: TokenBehaviour,
    /// The assertion of the last request for a token.
    pub(crate) last_assertion: String,
    /// Requests for members, whatever became of them.
    pub(crate) roster_requests: u64,
    /// Requests for tokens that were granted, and those that were refused.
    pub(crate) granted: u64,
    pub(crate) refused: u64,
}

/// How the token endpoint answers. It can be changed while the LMS runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum TokenBehaviour {
    /// A token for a good assertion.
    #[default]
    Good,
    /// A token that lives so many seconds.
    Lifetime(i64),
    /// This status and text.
    Status(u16, String),
    /// `302 Found` to this address.
    Redirect(String),
}

/// How the members of the course are answered. It can be changed while the LMS runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum RosterBehaviour {
    /// Pages where they are asked for, by `limit`; everybody at once otherwise.
    #[default]
    Good,
    /// Pages of so many members, whatever is asked for.
    Pages(usize),
    /// The same, and the page with this number (the first is 0) is an error page with status 200.
    Fault(usize, usize),
    /// Pages of so many members whose last one leads to the first.
    Loop(usize),
    /// A next page at this address.
    NextElsewhere(String),
    /// This status with this text.
    Status(u16, String),
    /// This text with status 200.
    Text(String),
    /// `302 Found` to this address.
    Redirect(String),
    /// More members than anybody should read: white space without an end.
    Endless,
    /// No answer at all.
    Hang,
}

/// The form of a token request.
#[derive(Deserialize)]
pub(crate) struct TokenForm {
    #[serde(default)]
    grant_type: String,
    #[serde(default)]
    client_assertion_type: String,
    #[serde(default)]
    client_assertion: String,
    #[serde(default)]
    scope: String,
}

/// `POST /mod/lti/token.php`. Moodle answers JSON as `text/html`.
pub(crate) async fn token(lms: web::Data<Lms>, form: web::Form<TokenForm>) -> HttpResponse {
    let behaviour = {
        let services = &mut lms.changing().services;
        services.last_assertion.clone_from(&form.client_assertion);
        services.token_behaviour.clone()
    };
    let lifetime = match behaviour {
        TokenBehaviour::Good => TOKEN_LIFETIME,
        TokenBehaviour::Lifetime(seconds) => seconds,
        TokenBehaviour::Status(status, text) => return status_text(status, text),
        TokenBehaviour::Redirect(to) => return HttpResponse::Found().insert_header((LOCATION, to)).finish(),
    };
    let granted = grant(&lms, &form).await;
    let mut changing = lms.changing();
    let answer = match granted {
        Ok(scopes) => {
            changing.services.granted += 1;
            let token = Uuid::new_v4().simple().to_string();
            let kept = scopes.iter().map(|scope| (*scope).to_owned()).collect();
            changing.services.tokens.insert(token.clone(), (kept, now() + lifetime));
            let body = json!({
                "access_token": token, "token_type": "Bearer", "expires_in": lifetime, "scope": scopes.join(" "),
            });
            (StatusCode::OK, body)
        }
        Err((error, why)) => {
            changing.services.refused += 1;
            (StatusCode::BAD_REQUEST, json!({ "error": error, "error_description": why }))
        }
    };
    HttpResponse::build(answer.0)
        .content_type("text/html; charset=utf-8")
        .body(answer.1.to_string())
}

type Refusal = (&'static str, String);

async fn grant<'a>(lms: &Lms, form: &'a TokenForm) -> Result<Vec<&'a str>, Refusal> {
    let invalid = |why: &str| ("invalid_client", why.to_owned());
    if form.grant_type != "client_credentials" {
        return Err(("unsupported_grant_type", form.grant_type.clone()));
    }
    if form.client_assertion_type != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
        return Err(invalid("client_assertion_type"));
    }
    let keyset = lms
        .tool()
        .public_keyset
        .ok_or_else(|| invalid("no public keyset was entered"))?;
    let claims = verified(&keyset, &form.client_assertion).await.map_err(|why| invalid(&why))?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(&lms.client_id) || text("sub") != Some(&lms.client_id) {
        return Err(invalid("iss and sub must be the client ID"));
    }
    let audience = format!("{}/mod/lti/token.php", lms.public_url);
    let names_audience = match claims.get("aud") {
        Some(Value::String(one)) => *one == audience,
        Some(Value::Array(list)) => list.iter().any(|one| one.as_str() == Some(&audience)),
        _ => false,
    };
    if !names_audience {
        return Err(invalid("aud must be the access token URL"));
    }
    let id = text("jti").ok_or_else(|| invalid("no jti"))?;
    if !lms.changing().services.used_ids.insert(id.to_owned()) {
        return Err(invalid("the jti was used already"));
    }
    let scopes: Vec<_> = form.scope.split(' ').filter(|scope| SCOPES.contains(scope)).collect();
    if scopes.is_empty() {
        return Err(("invalid_scope", form.scope.clone()));
    }
    Ok(scopes)
}

/// The claims of an assertion that the tool's keyset verifies.
async fn verified(keyset: &str, assertion: &str) -> Result<Map<String, Value>, String> {
    let key = tool_key(keyset, assertion).await?;
    let options = VerificationOptions {
        time_tolerance: Some(jwt_simple::prelude::Duration::from_secs(60)),
        ..VerificationOptions::default()
    };
    let verified = key
        .verify_token::<Map<String, Value>>(assertion, Some(options))
        .map_err(|error| error.to_string())?;
    let (from, until) = (verified.issued_at.ok_or("no iat")?, verified.expires_at.ok_or("no exp")?);
    if until.as_secs().saturating_sub(from.as_secs()) > ASSERTION_LIFETIME.unsigned_abs() {
        return Err("it lives longer than five minutes".to_owned());
    }
    let mut claims = verified.custom;
    claims.extend([
        ("iss".to_owned(), json!(verified.issuer)),
        ("sub".to_owned(), json!(verified.subject)),
        ("jti".to_owned(), json!(verified.jwt_id)),
        ("aud".to_owned(), json!(verified.audiences.map(Audiences::into_set))),
    ]);
    Ok(claims)
}

/// The key of the tool's keyset that a token names.
pub(crate) async fn tool_key(keyset: &str, token: &str) -> Result<RS256PublicKey, String> {
    let metadata = Token::decode_metadata(token).map_err(|error| error.to_string())?;
    let kid = metadata.key_id().ok_or("no kid")?;
    let keys = reqwest::get(keyset).await.map_err(|error| error.to_string())?;
    let keys: Value = keys.json().await.map_err(|error| error.to_string())?;
    let keys = keys["keys"].as_array().ok_or("no keyset")?;
    let key = keys
        .iter()
        .find(|key| key["kid"].as_str() == Some(kid))
        .ok_or("the keyset lacks the key")?;
    let number = |name: &str| {
        let text = key[name].as_str().unwrap_or_default();
        base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, text).unwrap_or_default()
    };
    RS256PublicKey::from_components(&number("n"), &number("e")).map_err(|error| error.to_string())
}

/// The query of a page of members.
#[derive(Deserialize)]
pub(crate) struct MembersQuery {
    limit: Option<usize>,
    #[serde(default)]
    from: usize,
    role: Option<String>,
    rlid: Option<String>,
}

/// `GET …/memberships`.
pub(crate) async fn members(lms: web::Data<Lms>, request: HttpRequest, query: web::Query<MembersQuery>) -> HttpResponse {
    lms.changing().services.roster_requests += 1;
    if let Err((status, why)) = validate_token(&lms, &request) {
        return HttpResponse::build(status).body(why);
    }
    let (behaviour, students) = {
        let changing = lms.changing();
        (changing.services.behaviour.clone(), changing.services.students)
    };
    let size = match &behaviour {
        RosterBehaviour::Pages(size) | RosterBehaviour::Fault(size, _) | RosterBehaviour::Loop(size) => Some(*size),
        _ => query.limit,
    };
    let (status, text) = match behaviour {
        RosterBehaviour::Status(status, text) => (status, text),
        RosterBehaviour::Text(text) => (200, text),
        RosterBehaviour::Fault(size, page) if query.from / size == page => (200, "<h1>Something went wrong</h1>".to_owned()),
        RosterBehaviour::Redirect(to) => return HttpResponse::Found().insert_header((LOCATION, to)).finish(),
        RosterBehaviour::Hang => std::future::pending().await,
        RosterBehaviour::Endless => return endless(),
        other => return page_of_members(&lms, &query, students, size, &other),
    };
    status_text(status, text)
}

fn page_of_members(
    lms: &Lms,
    query: &MembersQuery,
    students: usize,
    size: Option<usize>,
    behaviour: &RosterBehaviour,
) -> HttpResponse {
    let address = format!(
        "{}/mod/lti/services.php/CourseSection/{COURSE_NUMBER}/bindings/1/memberships",
        lms.public_url
    );
    let everybody = everybody(students, query);
    let size = size.unwrap_or(MOST_MEMBERS).clamp(1, MOST_MEMBERS);
    let page: Vec<_> = everybody.iter().skip(query.from).take(size).cloned().collect();
    let next = query.from + page.len();
    let next = match behaviour {
        RosterBehaviour::NextElsewhere(elsewhere) => Some(elsewhere.clone()),
        RosterBehaviour::Loop(_) if next >= everybody.len() => Some(format!("{address}?limit={size}&from=0")),
        _ if next < everybody.len() => {
            let role = query
                .role
                .as_ref()
                .map(|role| format!("&role={}", encoded(role)))
                .unwrap_or_default();
            Some(format!("{address}?limit={size}&from={next}{role}"))
        }
        _ => None,
    };
    let mut answer = HttpResponse::Ok();
    answer.content_type(MEMBERS_TYPE);
    if let Some(next) = next {
        answer.insert_header((LINK, format!("<{next}>; rel=\"next\"")));
    }
    let body = json!({
        "id": address,
        "context": { "id": COURSE_NUMBER, "label": COURSE_LABEL, "title": COURSE_TITLE, "description": null },
        "members": page,
    });
    answer.body(body.to_string())
}

fn everybody(students: usize, query: &MembersQuery) -> Vec<Value> {
    let of_course = [Person::Teacher, Person::Student].into_iter().map(|person| {
        let (number, role) = (person.number().to_owned(), person.roles()[0]);
        member(&number, role, person.given_name(), person.family_name())
    });
    let learner = Person::Student.roles()[0];
    let further = (0..students).map(|n| member(&(1000 + n).to_string(), learner, "Student", &n.to_string()));
    let is_asked_for = |member: &Value| {
        let role = member["roles"][0].as_str().unwrap_or_default();
        query
            .role
            .as_ref()
            .is_none_or(|asked| role == asked || role.rsplit('#').next() == Some(asked))
    };
    let mut everybody: Vec<_> = of_course.chain(further).filter(is_asked_for).collect();
    if let Some(link) = &query.rlid {
        for member in &mut everybody {
            member["message"] = json!([{
                "https://purl.imsglobal.org/spec/lti/claim/message_type": "LtiResourceLinkRequest",
                "https://purl.imsglobal.org/spec/lti/claim/custom": { "link": link },
            }]);
        }
    }
    everybody
}

/// As Moodle has members: without `status`, with `null` where somebody has no such value.
fn member(id: &str, role: &str, given_name: &str, family_name: &str) -> Value {
    json!({
        "user_id": id, "roles": [role], "name": format!("{given_name} {family_name}"),
        "given_name": given_name, "family_name": family_name, "email": format!("{id}@contoso.example"), "picture": null,
    })
}

fn validate_token(lms: &Lms, request: &HttpRequest) -> Result<(), (StatusCode, &'static str)> {
    validate_scope(lms, request, &[MEMBERS_SCOPE])?;
    let accepted = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    // Moodle answers 400 to anything else.
    if !accepted
        .unwrap_or_default()
        .split(',')
        .any(|accepted| accepted.trim() == MEMBERS_TYPE)
    {
        return Err((StatusCode::BAD_REQUEST, "No such media type."));
    }
    Ok(())
}

/// Requires an access token with one of these scopes.
pub(crate) fn validate_scope(lms: &Lms, request: &HttpRequest, any: &[&str]) -> Result<(), (StatusCode, &'static str)> {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|header| header.strip_prefix("Bearer ")).unwrap_or_default();
    let known = lms.changing().services.tokens.get(token).cloned();
    let Some((scopes, _)) = known.filter(|(_, until)| now() < *until) else {
        return Err((StatusCode::UNAUTHORIZED, "The access token is unknown or over."));
    };
    match any.iter().any(|scope| scopes.contains(*scope)) {
        true => Ok(()),
        false => Err((StatusCode::FORBIDDEN, "The access token has another scope.")),
    }
}

fn status_text(status: u16, text: String) -> HttpResponse {
    HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
        .content_type("text/html; charset=utf-8")
        .body(text)
}

fn endless() -> HttpResponse {
    let piece = web::Bytes::from(vec![b' '; 64 * 1024]);
    let pieces = futures_util::stream::repeat_with(move || Ok::<_, actix_web::Error>(piece.clone()));
    HttpResponse::Ok().content_type(MEMBERS_TYPE).streaming(pieces)
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

impl Services {
    /// Withdraws every access token.
    pub(crate) fn withdraw_tokens(&mut self) {
        self.tokens.clear();
    }
}
