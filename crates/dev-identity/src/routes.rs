//! Every route of the development sign-in.

use actix_web::{
    middleware::from_fn,
    web::{Data, PayloadConfig, ServiceConfig, get, method, post, resource, scope},
};

use crate::{Identity, MOUNT, authorize, consent, cors, logout, metadata, pages, parameters, token};

pub(crate) fn mount(config: &mut ServiceConfig, identity: Data<Identity>) {
    let options = || method(actix_web::http::Method::OPTIONS).to(cors::preflight);
    let metadata_at = |path| {
        resource(path)
            .route(get().to(metadata::get_metadata))
            .route(options())
            .wrap(from_fn(cors::share))
    };
    config.service(
        scope(MOUNT)
            .app_data(identity)
            .app_data(PayloadConfig::new(parameters::MAX_LENGTH))
            .route("/assets/sign-in.css", get().to(pages::get_style_sheet))
            .route("/assets/form-post.js", get().to(pages::get_form_post_script))
            .service(metadata_at("/{tenant}/v2.0/.well-known/openid-configuration"))
            .service(metadata_at("/{tenant}/.well-known/openid-configuration"))
            .service(
                resource("/{tenant}/discovery/v2.0/keys")
                    .route(get().to(metadata::get_keys))
                    .route(options())
                    .wrap(from_fn(cors::share)),
            )
            .service(
                resource("/{tenant}/oauth2/v2.0/authorize")
                    .route(get().to(authorize::authorize))
                    .route(post().to(authorize::authorize)),
            )
            .service(resource("/{tenant}/login").route(post().to(authorize::choose_account)))
            .service(
                resource("/{tenant}/oauth2/v2.0/token")
                    .route(post().to(token::issue_token))
                    .route(options())
                    .wrap(from_fn(cors::share)),
            )
            .service(resource("/{tenant}/oauth2/v2.0/logout").route(get().to(logout::sign_out)))
            .service(resource("/{tenant}/sign-out").route(post().to(logout::choose_sign_out)))
            .service(resource("/{tenant}/v2.0/adminconsent").route(get().to(consent::ask_consent)))
            .service(resource("/{tenant}/consent").route(post().to(consent::answer_consent))),
    );
}
