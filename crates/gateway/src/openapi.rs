//! The OpenAPI document: what the handlers don't say themselves. `routes()` in `app.rs` adds every path.

use utoipa::{
    Modify, OpenApi,
    openapi::{
        ContentBuilder, OpenApi as Document, Ref, RefOr, Response, ResponseBuilder, SecurityRequirement,
        path::ParameterIn,
        security::{AuthorizationCode, ClientCredentials, Flow, HttpAuthScheme, HttpBuilder, OAuth2, Scopes, SecurityScheme},
    },
};

use crate::config::Config;

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
        (name = "deployments", description = "The LMS's installations of an app"),
        (name = "launches", description = "What was launched, and why something wasn't"),
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
        document.security = Some(vec![SecurityRequirement::new::<_, [String; 0], String>("bearer", [])]);
    }
}

/// The document before any path.
pub fn base() -> Document {
    Base::openapi()
}

/// Adds to every operation the refusals that all of its kind share.
pub fn with_refusals(mut document: Document) -> Document {
    let operations = document
        .paths
        .paths
        .values_mut()
        .flat_map(|item| {
            [
                &mut item.get,
                &mut item.post,
                &mut item.put,
                &mut item.patch,
                &mut item.delete,
            ]
        })
        .flatten();
    for operation in operations {
        let has_query = operation
            .parameters
            .iter()
            .flatten()
            .any(|parameter| matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query));
        let has_body = operation.request_body.is_some();
        let refusals = [
            ("400", has_query || has_body, "The request can't be read"),
            ("401", true, "No token, or one that doesn't hold"),
            (
                "403",
                true,
                "The caller may not do this, or its organization isn't registered",
            ),
            ("413", has_body, "The body is too long"),
            ("415", has_body, "The body isn't JSON"),
            ("422", has_body, "Some values need a change; all are named"),
            (
                "503",
                true,
                "The database or the sign-in service can't be reached at the moment",
            ),
        ];
        for (status, applies, description) in refusals {
            if applies && !operation.responses.responses.contains_key(status) {
                operation
                    .responses
                    .responses
                    .insert(status.to_owned(), problem(description).into());
            }
        }
    }
    document
}

fn problem(description: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new()
        .description(description)
        .content("application/problem+json", content)
        .build()
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
