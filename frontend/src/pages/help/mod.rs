//! `/help`: the guide, the keyboard shortcuts and information about the portal. It needs no sign-in.

mod about;
mod guide;
mod keyboard;

use leptos::prelude::*;

pub(crate) use about::AboutPage;
pub(crate) use guide::GuidePage;
pub(crate) use keyboard::KeyboardPage;

use crate::components::{Header, Heading};

/// A page of text.
#[component]
fn Reading(title: &'static str, lead: &'static str, children: Children) -> impl IntoView {
    view! {
        <Header />
        <main class="main main-narrow reading" id="main" tabindex="-1">
            <div class="page-head">
                <div>
                    <Heading text=title.to_owned() />
                    <p class="lead">{lead}</p>
                </div>
            </div>
            <div class="stack">{children()}</div>
        </main>
    }
}
