//! The OpenAPI document: the parts that handlers don't declare. `routes()` in `app.rs` adds every path.

use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Document, SecurityRequirement,
        security::{
            ApiKey, ApiKeyValue, AuthorizationCode, ClientCredentials, Flow, HttpAuthScheme, HttpBuilder, OAuth2, Scopes,
            SecurityScheme,
        },
    },
};

use crate::config::Config;

mod refusals;

pub use refusals::with_refusals;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "LMS Gateway",
        description = "Register LTI 1.3 apps for an LMS, view and delete registrations, and find out why a launch failed.\n\n\
            Every list pages by `nextLink`. Every error is `application/problem+json` (RFC 9457) with a stable `code`. \
            Send `x-request-id` to find a request in the log; it comes back in the answer.",
        version = "1",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    servers((url = "/", description = "This gateway")),
    tags(
        (name = "tenant", description = "The caller and its organization"),
        (name = "catalogue", description = "Apps, LMSs, and what to enter in an LMS"),
        (name = "registrations", description = "Registrations: one app, in one LMS, for one organization"),
        (name = "contests", description = "Proofs that an LMS is the organization's own, which another one registered"),
        (name = "deployments", description = "The LMS's installations of an app"),
        (name = "launches", description = "What was launched, and why something wasn't"),
        (name = "service calls", description = "Calls of LMSs' services that did not go through at once"),
        (name = "problem reports", description = "Problem reports, answers, and where they stand"),
        (name = "audit", description = "Who did what"),
    ),
    modifiers(&Bearer),
)]
struct Base;

/// Every operation wants a bearer token.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut Document) {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("An access token of Microsoft Entra ID (v2.0) for this API"));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
        let reference = ApiKeyValue::with_description(
            "Authorization",
            "`Reference` and the signed reference of an error page: sends one report of that launch without sign-in",
        );
        components.add_security_scheme("signedReference", SecurityScheme::ApiKey(ApiKey::Header(reference)));
        document.security = Some(vec![SecurityRequirement::new::<_, [String; 0], String>("bearer", [])]);
    }
}

/// The document before any path.
pub fn base() -> Document {
    Base::openapi()
}

/// The document as this gateway serves it: with the addresses where its tokens come from, for Swagger UI.
pub fn with_sign_in(mut document: Document, config: &Config) -> Document {
    let authority = format!("{}/organizations/oauth2/v2.0", config.identity.authority);
    let scope = format!("{}/{}", config.identity.application_id_uri, config.identity.scope);
    let app_scope = format!("{}/.default", config.identity.application_id_uri);
    let flows = [
        Flow::AuthorizationCode(AuthorizationCode::new(
            format!("{authority}/authorize"),
            format!("{authority}/token"),
            Scopes::from_iter([(scope.clone(), "Act as the person who signs in".to_owned())]),
        )),
        Flow::ClientCredentials(ClientCredentials::new(
            format!("{authority}/token"),
            Scopes::from_iter([(app_scope, "Act as the application".to_owned())]),
        )),
    ];
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("entra", SecurityScheme::OAuth2(OAuth2::new(flows)));
    document
        .security
        .get_or_insert_default()
        .push(SecurityRequirement::new("entra", [scope]));
    document
}

#[cfg(test)]
#[path = "openapi/tests.rs"]
mod tests;
