use leptos::ev;
use leptos::prelude::*;

use super::{Header, Icon};
use crate::browser;
use crate::i18n::texts;
use crate::router::{Page, Router};
use crate::session::{Membership, Standing};

/// Header, navigation and the page.
#[component]
pub(crate) fn Shell(children: Children) -> impl IntoView {
    let t = &texts().header;
    // Support staff see only the reports.
    let member = expect_context::<Membership>().standing() == Standing::Member;
    // On narrow screens the navigation is a panel over the page. Choosing a page closes it.
    let close = move || {
        if let Some(nav) = browser::element("nav")
            && nav.matches(":popover-open").unwrap_or_default()
        {
            let _ = nav.hide_popover();
        }
    };
    // A wider window shows the navigation beside the page.
    let resized = window_event_listener(ev::resize, move |_| close());
    on_cleanup(move || resized.remove());
    view! {
        <Header with_nav=true />
        <div class="shell">
            <nav class="nav" id="nav" popover="auto" aria-label=t.portal on:click=move |_| close()>
                <ul>
                    {member
                        .then(|| {
                            let of = |page: &Page| matches!(page, Page::Registrations(_) | Page::Added(_) | Page::Contests);
                            view! { <NavLink href="/registrations" icon="plug" text=t.registrations of /> }
                        })}
                    {member
                        .then(|| {
                            let of = |page: &Page| matches!(page, Page::Launches | Page::Launch(_));
                            view! { <NavLink href="/launches" icon="history" text=t.launches of /> }
                        })}
                    <NavLink href="/reports" icon="send" text=t.reports of=|page| matches!(page, Page::Reports | Page::NewReport | Page::Report(_)) />
                    {member
                        .then(|| view! { <NavLink href="/audit" icon="shield" text=t.audit of=|page| *page == Page::Audit /> })}
                    {member
                        .then(|| view! { <NavLink href="/tenant" icon="building" text=t.organization of=|page| *page == Page::Tenant /> })}
                </ul>
            </nav>
            {children()}
        </div>
    }
}

#[component]
fn NavLink(href: &'static str, icon: &'static str, text: &'static str, of: fn(&Page) -> bool) -> impl IntoView {
    let router = expect_context::<Router>();
    let current = move || of(&router.page()).then_some("page");
    view! {
        <li>
            <a href=href aria-current=current title=text>
                <Icon name=icon />
                <span class="label">{text}</span>
            </a>
        </li>
    }
}

/// A page without navigation: one centred card.
#[component]
pub(crate) fn Narrow(#[prop(optional)] with_report: bool, children: Children) -> impl IntoView {
    view! {
        <Header with_report />
        <main class="center-page" id="main" tabindex="-1">
            {children()}
        </main>
    }
}
