//! The LTI 1.3 endpoints: a thin layer over the crate `lti13`, which has the rules.
//!
//! `login` reads the login initiation; `begin` finds the registration, seals the state and binds the browser: by a cookie, which
//! `handshake` tests in a frame, and by the LMS's storage if it offers one (`pages/storage`). `launch` opens the state, recognizes the
//! browser, verifies, resolves the registration, records and hands over. `LaunchContext` carries the data of all steps. An error ends
//! in `refusal`: a page, and a record that the school's admin can look up.

mod app_claims;
mod authentication;
mod begin;
mod contest;
mod context;
mod cookie;
mod deep_linking;
mod failure;
mod form;
mod hand_over;
mod handshake;
mod jwks;
mod keyset;
mod launch;
mod login;
mod mistakes;
mod pages;
mod refusal;
mod resolve;
mod target;
mod texts;

pub use mistakes::unknown_address;
pub use refusal::reject;

use actix_web::web;

/// Mounts the LTI endpoints.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/lti/login")
                .route(web::get().to(login::login))
                .route(web::post().to(login::login))
                .default_service(web::to(mistakes::method_not_allowed)),
        )
        .service(
            web::resource("/lti/login/probe")
                .route(web::get().to(handshake::look))
                .route(web::post().to(handshake::look))
                .default_service(web::to(mistakes::method_not_allowed)),
        )
        .service(
            web::resource("/lti/login/again")
                .route(web::post().to(handshake::begin_again))
                .default_service(web::to(mistakes::method_not_allowed)),
        )
        .service(
            web::resource("/lti/launch/confirm")
                .route(web::post().to(launch::confirm))
                .default_service(web::to(mistakes::method_not_allowed)),
        )
        .service(
            web::resource("/lti/launch/over")
                .route(web::get().to(pages::launch_is_over))
                .default_service(web::to(mistakes::method_not_allowed)),
        )
        .service(
            web::resource("/lti/claim")
                .route(web::post().to(contest::ask))
                .default_service(web::to(mistakes::method_not_allowed)),
        )
        .service(
            web::resource("/lti/claim/confirm")
                .route(web::post().to(contest::confirm))
                .default_service(web::to(mistakes::method_not_allowed)),
        )
        .service(
            web::resource("/lti/launch")
                .route(web::post().to(launch::launch))
                .default_service(web::to(launch::other_method)),
        )
        .service(jwks::tool_jwks)
        .service(
            web::resource("/lti/open/{app}")
                .route(web::post().to(launch::launch))
                .default_service(web::to(mistakes::method_not_allowed)),
        )
        .service(jwks::lms_jwks)
        .service(jwks::launch_jwks);
}
