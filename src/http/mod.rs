//! The HTTP API: everything a client, a test or a load script may rely on.

#![allow(unreachable_pub, reason = "the route macros put the handlers inside of what they define")]

pub mod activities;
pub mod address;
pub mod answers;
pub mod auth;
pub mod body;
pub mod docs;
pub mod duplicates;
pub mod export;
pub mod front;
pub mod health;
pub mod held;
pub mod login;
pub mod methods;
pub mod moderation;
pub mod objects;
pub mod openapi;
pub mod origin;
pub mod people;
pub mod principals;
pub mod problem;
pub mod qr;
pub mod query;
pub mod request_id;
pub mod runner_tokens;
pub mod sessions;
pub mod state;
pub mod summary;
pub mod throttle;
pub mod tokens;
pub mod wire;
pub mod wording;

use actix_web::{middleware::from_fn, web};
use utoipa_actix_web::{scope, service_config::ServiceConfig};

use crate::{cluster::forward, ui};

/// The route table.
///
/// Polls come first and without middleware, answers second: they are most of what is asked.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(state::poll);
    config.service(
        scope("/api/v1")
            .wrap(from_fn(forward::wrap))
            .wrap(from_fn(request_id::wrap))
            .service(answers::put)
            .service(people::join)
            .service(people::show_me)
            .service(people::invitation)
            .service(people::check_nickname)
            .service(people::edit_me)
            .service(people::leave)
            .service(answers::withdraw)
            .service(people::list)
            .service(people::edit)
            .service(people::remove)
            .service(moderation::list)
            .service(moderation::decide)
            .service(sessions::create)
            .service(sessions::list)
            .service(sessions::show)
            .service(sessions::edit)
            .service(sessions::remove)
            .service(sessions::open)
            .service(sessions::complete)
            .service(sessions::duplicate)
            .service(sessions::announce)
            .service(sessions::set_screen)
            .service(summary::summary)
            .service(export::download)
            .service(login::create)
            .service(login::remove)
            .service(login::show)
            .service(runner_tokens::create)
            .service(runner_tokens::list)
            .service(runner_tokens::revoke)
            .service(qr::svg)
            .service(qr::png)
            .service(activities::reorder)
            // Else another method would take `order` for an activity's id.
            .route("/sessions/{id}/activities/order", web::to(methods::nothing_here))
            .service(activities::create)
            .service(activities::list)
            .service(activities::show)
            .service(activities::edit)
            .service(activities::remove)
            .service(activities::publish)
            .service(activities::unpublish)
            .service(activities::activate)
            .service(activities::expire)
            .service(activities::reopen)
            .service(activities::control)
            .service(activities::types)
            .service(openapi::serve)
            // `HEAD` gets here, because the service of the polls above takes `GET` only.
            .route("/sessions/{id}/state", web::get().to(state::show))
            .default_service(web::to(methods::nothing_here)),
    );
    config.service(
        scope("")
            .wrap(from_fn(request_id::wrap))
            .service(health::live)
            .service(health::ready)
            .service(health::metrics)
            .service(ui::home)
            .service(ui::join)
            .service(ui::run)
            .service(ui::admin)
            .route("/admin/", web::get().to(ui::without_slash))
            .route("/assets/{name}", web::get().to(ui::asset))
            .route("/{name}", web::get().to(ui::top))
            .default_service(web::to(methods::nothing_here)),
    );
}

/// The routes as the handlers describe them; [`openapi::Document`] completes them.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    use utoipa_actix_web::AppExt;
    let (_, collected) = actix_web::App::new()
        .into_utoipa_app()
        .openapi(openapi::base())
        .configure(routes)
        .split_for_parts();
    collected
}
