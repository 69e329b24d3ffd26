use contract::Registration;
use leptos::prelude::*;

use super::contested::Contested;
use super::deleting::Deleting;
use super::overlay::{Overlay, OverlayContent};
use super::row::{Row, columns, view_id};
use crate::api::REGISTRATIONS;
use crate::browser;
use crate::components::{ButtonLink, Filter, Filters, Heading, List, ListShape, LoadFailed, NoticeRegion, Search, set_title};
use crate::i18n::texts;
use crate::load::Load;
use crate::reactive::{dynamic, effect};
use crate::router::{Page, Router};
use crate::session::{Catalogue, Membership};

/// `/registrations`, also under the drawer of one registration.
#[component]
pub(crate) fn RegistrationsPage() -> impl IntoView {
    let t = &texts().registrations;
    let router = expect_context::<Router>();
    let list = List::new(&REGISTRATIONS, |api, path| async move {
        api.registrations(&path).await.map(|page| (page.value, page.next_link))
    });
    let deleting = Deleting::new(list);
    provide_context(deleting);

    let open = Memo::new(move |_| match router.page() {
        Page::Registrations(open) => open,
        _ => None,
    });
    let before = StoredValue::new(None::<String>);
    effect(move || {
        let now = open.get();
        if let (Some(closed), None) = (before.get_value(), &now) {
            set_title(t.title);
            browser::focus_soon(vec![view_id(&closed), "page-heading".to_owned()]);
        }
        before.set_value(now);
    });

    // Search and filters aren't redrawn with the results, so that they keep the focus.
    let with_commands = Memo::new(move |_| !list.is_empty());
    let shape = ListShape {
        table: t.title,
        columns: columns(),
        count: |count| texts().registrations.count.of(count),
        back: texts().common.previous,
        on: texts().common.next,
        nothing_fits: t.none_found,
        empty: || view! { <Empty /> }.into_any(),
    };
    // The list shows its own error. The catalogue may fail alone.
    let catalogue = expect_context::<Catalogue>();
    let without_names = move || match catalogue.get() {
        Load::Failed(error) if list.rows().is_some() => {
            Some(view! { <div class="space-below"><LoadFailed error again=Callback::new(move |()| catalogue.again()) /></div> })
        }
        Load::Failed(_) | Load::Pending | Load::Ready(_) => None,
    };
    view! {
        <main class="main" id="main" tabindex="-1">
            <div class="page-head">
                <div>
                    <Heading text=t.title.to_owned() keeps_focus=open.get_untracked().is_some() />
                    <p class="lead">{t.lead}</p>
                </div>
            </div>
            <NoticeRegion />
            <Contested />
            {dynamic(move || with_commands.get().then(|| view! { <Commands list /> }))}
            {dynamic(without_names)}
            {list.view(shape, |registration| view! { <Row registration /> }.into_any())}
        </main>
        {dynamic(move || open.get().map(|id| view! { <Overlay of=OverlayContent::Details(id) /> }))}
        {dynamic(move || deleting.registration().map(|registration| view! { <Overlay of=OverlayContent::Deletion(Box::new(registration)) /> }))}
    }
}

#[component]
fn Empty() -> impl IntoView {
    let t = &texts().registrations;
    let (title, text) = if expect_context::<Membership>().is_administrator() {
        (t.empty, t.empty_text)
    } else {
        (t.none_yet, t.none_yet_text)
    };
    view! {
        <div class="card empty">
            <div class="art-frame" inner_html=include_str!("../../../assets/empty.svg")></div>
            <h2>{title}</h2>
            <p>{text}</p>
            <div class="row">
                <AddLink />
            </div>
        </div>
    }
}

/// Shown to administrators only.
#[component]
fn AddLink() -> impl IntoView {
    expect_context::<Membership>().is_administrator().then(|| {
        view! {
            <ButtonLink href="/registrations/new" label=texts().common.add_registration icon="add" class="button-primary" />
        }
    })
}

/// Actions, search and filters. They stay when loading fails.
#[component]
fn Commands(list: List<Registration>) -> impl IntoView {
    let t = &texts().registrations;
    let catalogue = expect_context::<Catalogue>();
    let parameters = list.parameters;
    let apps = move || catalogue.apps().into_iter().map(|app| (app.id, app.name)).collect::<Vec<_>>();
    let platforms = move || {
        let platforms = catalogue.platforms().into_iter();
        platforms.map(|platform| (platform.id, platform.name)).collect::<Vec<_>>()
    };
    let health = [("good", t.healthy), ("bad", t.failing), ("unknown", t.unchecked)];
    let health = health.map(|(state, name)| (state.to_owned(), name.to_owned())).to_vec();
    view! {
        <div class="commands">
            <AddLink />
            {list.refresh()}
            <div class="end">
                <Search parameters label=t.search hint=t.search_hint />
            </div>
        </div>
        <Filters>
            <Filter parameters name="appId" label=texts().common.app all=t.all_apps options=Signal::derive(apps) />
            <Filter parameters name="platform" label=texts().common.lms all=t.all_lms options=Signal::derive(platforms) />
            <Filter parameters name="health" label=t.health all=t.all_health options=Signal::stored(health) />
        </Filters>
    }
}
