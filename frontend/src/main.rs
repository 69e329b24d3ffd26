//! The portal of the LMS Gateway: where an administrator registers an LMS, and where educators and support see what is registered.
//!
//! It runs in the browser and calls nothing but the public REST API, with the bearer token of the person who signed in.

// What `#[component]` writes is `pub`, and components own what is passed to them.
#![allow(unreachable_pub, clippy::needless_pass_by_value)]

mod api;
mod app;
mod auth;
mod browser;
mod components;
mod config;
mod dates;
mod fetch;
mod i18n;
mod json;
mod load;
mod numbers;
mod pages;
mod reactive;
mod reference;
mod router;
mod session;
mod text;
mod wizard;

fn main() {
    // A panic is written to the browser's console.
    std::panic::set_hook(Box::new(|panic| web_sys::console::error_1(&panic.to_string().into())));
    if let Some(place) = browser::element("portal") {
        place.set_inner_html("");
        leptos::mount::mount_to(place, app::App).forget();
    }
}
