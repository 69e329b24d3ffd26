//! The portal of the LMS Gateway. Administrators register LMSs; educators and support staff see the registrations and launches.
//!
//! It runs in the browser and calls only the public REST API, with the bearer token of the signed-in person.

// `#[component]` generates `pub` items, and components take their properties by value.
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
