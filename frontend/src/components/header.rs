use contract::{Account, Role};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::menu::Menu;
use super::{Icon, ReportLink, initials};
use crate::auth::{Auth, Person, Prompt, Session};
use crate::browser;
use crate::i18n::texts;
use crate::reactive::dynamic;
use crate::router::{Page, Router};
use crate::session::{Membership, SignInFailure, Standing};

/// The logo of the gateway.
#[component]
fn Mark() -> impl IntoView {
    view! {
        <svg width="24" height="24" viewBox="0 0 24 24" fill="none" aria-hidden="true">
            <path d="M5 20V9a7 7 0 0 1 14 0v11" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" />
            <path
                d="M9 14h8m0 0-3-3m3 3-3 3"
                stroke="currentColor"
                stroke-opacity=".7"
                stroke-width="2"
                stroke-linecap="round"
                stroke-linejoin="round"
            />
            <path d="M3 20.5h18" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" />
        </svg>
    }
}

/// The bar at the top of every page, with the help menu and the account menu.
#[component]
pub(crate) fn Header(
    /// The page has a navigation. On narrow screens a button opens it.
    #[prop(optional)]
    with_nav: bool,
    /// *Report a problem* is shown in the bar.
    #[prop(optional)]
    with_report: bool,
) -> impl IntoView {
    let person = Session::load().map(|session| session.person);
    let membership = use_context::<Membership>();
    let report = ReportLink::here(None);
    let nav_toggle = with_nav.then(|| {
        view! {
            <button class="header-button nav-toggle" type="button" popovertarget="nav" aria-label=texts().header.navigation>
                <Icon name="navigation" />
            </button>
        }
    });
    let report_button = with_report.then(|| {
        let ReportLink { href, target } = report.clone();
        view! {
            <a class="header-button" href=href target=target rel="noopener">
                <Icon name="send" />
                <span class="label">{texts().common.report_problem}</span>
            </a>
        }
    });
    let looks_up = membership.is_some_and(|membership| membership.standing() == Standing::Member);
    view! {
        <a class="skip-link" href="#main">
            {texts().common.skip_to_content}
        </a>
        <header class="header">
            {nav_toggle} <a class="header-brand" href="/">
                <Mark />
                <span>{texts().app_name}</span>
            </a>
            {dynamic(move || {
                let name = membership.and_then(|membership| membership.organization());
                name.map(|name| view! { <span class="header-org">{name}</span> })
            })} <div class="header-end">
                {report_button} <HelpMenu report looks_up />
                {match person {
                    Some(person) => view! { <AccountMenu person membership /> }.into_any(),
                    None => view! { <SignInButton /> }.into_any(),
                }}
            </div>
        </header>
    }
}

#[component]
fn HelpMenu(report: ReportLink, looks_up: bool) -> impl IntoView {
    let t = &texts().header;
    let look_up = looks_up.then(|| {
        let router = expect_context::<Router>();
        // On the same page the link alone has no effect.
        let focus = move |_| {
            if untrack(|| router.page()) == Page::Launches {
                browser::focus_soon(vec!["reference".to_owned()]);
            }
        };
        view! { <a class="menu-item" role="menuitem" href="/launches" on:click=focus><Icon name="search" />{t.look_up}</a> }
    });
    let page = |href: &'static str, icon: &'static str, text: &'static str| {
        view! { <a class="menu-item" role="menuitem" href=href><Icon name=icon />{text}</a> }
    };
    view! {
        <Menu id="help-menu" label=t.help.to_owned() button=view! { <Icon name="question-circle" /> }.into_any()>
            {page("/help", "question-circle", t.help)} {look_up}
            <a class="menu-item" role="menuitem" href=report.href target=report.target rel="noopener">
                <Icon name="send" />
                {texts().common.report_problem}
            </a>
            <hr />
            {page("/help/keyboard", "navigation", t.keyboard)}
            <a class="menu-item" role="menuitem" href="/docs/" target="_blank" rel="noopener">
                <Icon name="document" />
                {t.api}
            </a>
            {page("/help/about", "info-solid", t.about)}
        </Menu>
    }
}

fn role_name(account: &Account) -> Option<&'static str> {
    let t = &texts().header;
    let names = [
        (Role::Admin, t.administrator),
        (Role::Support, t.support),
        (Role::Educator, t.educator),
    ];
    names
        .into_iter()
        .find(|(role, _)| account.roles.contains(role))
        .map(|(_, name)| name)
}

#[component]
fn AccountMenu(person: Person, membership: Option<Membership>) -> impl IntoView {
    let t = &texts().header;
    let auth = expect_context::<Auth>();
    let failure = expect_context::<SignInFailure>();
    let letters = initials(&person.name);
    let label = t.account_of.with([&person.name]);
    let head = view! {
        <div class="menu-account" id="account-menu-head">
            <span class="avatar" aria-hidden="true">
                {letters.clone()}
            </span>
            <div>
                {dynamic(move || membership.and_then(|membership| membership.organization()).map(|name| view! { <p>{name}</p> }))}
                <p class="name">{person.name}</p> <p>{person.username}</p>
                {membership.and_then(|membership| role_name(&membership.account())).map(|role| view! { <p>{role}</p> })}
            </div>
        </div>
        <hr />
    };
    let switch = {
        let auth = auth.clone();
        move |_| {
            let auth = auth.clone();
            spawn_local(async move { failure.note(auth.switch_account().await) });
        }
    };
    let sign_out = move |_| {
        let auth = auth.clone();
        spawn_local(async move { auth.sign_out().await });
    };
    view! {
        <Menu
            id="account-menu"
            label
            button=view! {
                <span class="avatar" aria-hidden="true">
                    {letters}
                </span>
            }
                .into_any()
            head=head.into_any()
        >
            <button class="menu-item" role="menuitem" type="button" on:click=switch>
                <Icon name="swap" />
                {t.switch_account}
            </button>
            <button class="menu-item" role="menuitem" type="button" on:click=sign_out>
                <Icon name="sign-out" />
                {t.sign_out}
            </button>
        </Menu>
    }
}

#[component]
fn SignInButton() -> impl IntoView {
    let auth = expect_context::<Auth>();
    let failure = expect_context::<SignInFailure>();
    let sign_in = move |_| {
        let auth = auth.clone();
        spawn_local(async move { failure.note(auth.sign_in("/registrations", Prompt::Any).await) });
    };
    view! {
        <button class="header-button" type="button" on:click=sign_in>
            <Icon name="person" />
            <span>{texts().header.sign_in}</span>
        </button>
    }
}
