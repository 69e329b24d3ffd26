use leptos::prelude::*;

use super::sign_in_error::SignInAgain;
use crate::auth::Session;
use crate::components::{Header, Heading, Icon};
use crate::i18n::texts;

/// The landing page, which needs no sign-in.
#[component]
pub(crate) fn LandingPage() -> impl IntoView {
    let t = &texts().landing;
    let go = if Session::load().is_some() {
        view! {
            <a class="button button-primary button-large" href="/registrations">
                {t.go}
            </a>
        }
        .into_any()
    } else {
        view! { <SignInAgain label=t.go class="button-primary button-large" /> }.into_any()
    };
    view! {
        <Header />
        <main id="main" tabindex="-1">
            <section class="hero">
                <div>
                    <Heading text=t.heading.to_owned() />
                    <p class="sub">{t.lead}</p>
                    <div class="row">{go}</div>
                    <p class="hint space-above">{t.who}</p>
                </div>
                <div class="hero-picture" role="img" aria-label=t.picture inner_html=include_str!("../../assets/hero.svg")></div>
            </section>
            <section class="points" aria-label=t.points>
                <Point icon="plug" title=t.point_connect text=t.point_connect_text />
                <Point icon="shield" title=t.point_check text=t.point_check_text />
                <Point icon="search" title=t.point_find text=t.point_find_text />
            </section>
        </main>
        <footer class="site-foot">
            <a href="/docs" rel="external">
                {texts().header.api}
            </a>
        </footer>
    }
}

#[component]
fn Point(icon: &'static str, title: &'static str, text: &'static str) -> impl IntoView {
    view! {
        <div class="card point">
            <Icon name=icon />
            <h2 class="subtitle">{title}</h2>
            <p>{text}</p>
        </div>
    }
}
