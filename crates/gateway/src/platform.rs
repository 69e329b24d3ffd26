//! The gateway as the LTI platform of its apps: access tokens, and the services that they open.
//!
//! Nothing here is about a person who is signed in: apps prove who they are by their keys, and a token opens the services of its own app.

mod app_keys;
mod authorization;
mod deep_links;
mod line_items;
mod lms_services;
mod memberships;
mod problem;
mod scores;
mod token;

use actix_web::web;

/// Mounts the endpoints for apps.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/platform/memberships/{service}")
                .route(web::get().to(memberships::list_members))
                .default_service(web::to(memberships::other_method)),
        )
        .service(
            web::resource("/platform/lineitems/{service}")
                .route(web::get().to(line_items::list_line_items))
                .route(web::post().to(line_items::add_line_item))
                .default_service(web::to(line_items::other_method_of_list)),
        )
        .service(
            web::resource("/platform/lineitems/{service}/{item}")
                .route(web::get().to(line_items::get_line_item))
                .route(web::put().to(line_items::change_line_item))
                .route(web::delete().to(line_items::delete_line_item))
                .default_service(web::to(line_items::other_method_of_item)),
        )
        .service(
            web::resource("/platform/lineitems/{service}/{item}/scores")
                .route(web::post().to(scores::add_score))
                .default_service(web::to(scores::other_method)),
        )
        .service(
            web::resource("/platform/lineitems/{service}/{item}/results")
                .route(web::get().to(line_items::list_results))
                .default_service(web::to(line_items::other_method_of_results)),
        )
        .service(
            web::scope("/platform")
                .service(
                    web::resource("/token")
                        .route(web::post().to(token::issue_token))
                        .default_service(web::to(token::other_method)),
                )
                .route("/deep-links/{request}", web::post().to(deep_links::answer_deep_linking))
                .default_service(web::to(problem::nothing_here)),
        );
}
