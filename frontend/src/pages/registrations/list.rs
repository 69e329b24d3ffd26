use std::time::Duration;

use contract::RegistrationPage;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::delete::{DeleteDialog, Deleting};
use super::details::Details;
use super::table::{RegistrationTable, view_id};
use crate::api::{Api, RegistrationQuery};
use crate::browser;
use crate::components::{Button, ButtonLink, Heading, Icon, LoadFailed, Notice, NoticeRegion, PageLinks, Pager, follow, live};
use crate::i18n::texts;
use crate::load::{Load, Loaded, load};
use crate::pages::{Catalogue, Membership};
use crate::router::{Page, Router};

/// How long typing must rest before the search is sent.
const TYPING_PAUSE: Duration = Duration::from_millis(250);

/// A page of the list, as it was asked for.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) page: RegistrationPage,
    /// The first page, and nothing filtered out.
    all: bool,
}

/// What stands under the heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// The registrations, or their skeleton.
    Table,
    NothingFits,
    Invitation,
    Failure,
}

/// `/registrations`, also under the drawer of one of them.
#[component]
pub(crate) fn RegistrationsPage() -> impl IntoView {
    let t = &texts().registrations;
    let api = expect_context::<Api>();
    let may_write = expect_context::<Membership>().is_administrator();
    let router = expect_context::<Router>();
    let query = RwSignal::new(untrack(|| {
        RegistrationQuery::of_address(&|name| router.query(name).unwrap_or_default())
    }));
    router.keep(Page::Registrations(None), move || query.with(RegistrationQuery::address));
    let links = RwSignal::new(PageLinks::default());
    let page = load(move || {
        let path = links.with(|links| links.current(query.with(RegistrationQuery::path)));
        let all = links.with(PageLinks::is_first) && query.with(|query| !query.is_filter());
        let api = api.clone();
        async move { api.registrations(&path).await.map(|page| Found { page, all }) }
    });
    let deleting = Deleting::new(page);
    provide_context(deleting);
    let again = Callback::new(move |()| page.again());

    let open = Memo::new(move |_| match router.page() {
        Page::Registrations(open) => open,
        _ => None,
    });
    let before = StoredValue::new(None::<String>);
    follow(move || {
        let now = open.get();
        if let (Some(closed), None) = (before.get_value(), &now) {
            browser::set_title(t.title);
            browser::focus_soon(vec![view_id(&closed), "page-heading".to_owned()]);
        }
        before.set_value(now);
    });

    let shown = Memo::new(move |_| match page.get() {
        Load::Failed(_) => Shown::Failure,
        // A first registration is missing, not just one that fits.
        Load::Ready(found) if found.page.value.is_empty() => {
            if found.all {
                Shown::Invitation
            } else {
                Shown::NothingFits
            }
        }
        Load::Pending | Load::Ready(_) => Shown::Table,
    });
    // Search and filters stay as they are, with the focus in them, whatever they find.
    let with_commands = Memo::new(move |_| shown.get() != Shown::Invitation);
    let busy = Signal::derive(move || page.busy());
    // How many; of a list of several pages, on this one.
    let summary = Signal::derive(move || {
        let Some(found) = page.ready() else {
            return t.loading.to_owned();
        };
        let one_page = links.with(PageLinks::is_first) && found.page.next_link.is_none();
        let count = found.page.value.len();
        if one_page { t.count.of(count) } else { t.on_page.of(count) }
    });
    view! {
        <main class="main" id="main" tabindex="-1">
            <div class="page-head">
                <div>
                    <Heading text=t.title.to_owned() keeps_focus=open.get_untracked().is_some() />
                    <p class="lead">{t.lead}</p>
                </div>
            </div>
            <NoticeRegion />
            {live(move || with_commands.get().then(|| view! { <Commands query links may_write again busy /> }))}
            {live(move || match shown.get() {
                Shown::Table => view! { <Card page query links summary /> }.into_any(),
                Shown::NothingFits => view! { <NoneFound query links /> }.into_any(),
                Shown::Invitation => view! { <Empty may_write /> }.into_any(),
                Shown::Failure => view! { <Failure page again /> }.into_any(),
            })}
            <p class="sr-only" role="status">{live(move || summary.get())}</p>
        </main>
        {live(move || open.get().map(|id| view! { <Details id /> }))}
        <DeleteDialog />
    }
}

#[component]
fn Empty(may_write: bool) -> impl IntoView {
    let t = &texts().registrations;
    view! {
        <div class="card empty">
            <div class="art-frame" inner_html=include_str!("../../../assets/empty.svg")></div>
            <h2>{t.empty}</h2>
            <p>{t.empty_text}</p>
            {may_write.then(|| view! { <div class="row"><AddLink /></div> })}
        </div>
    }
}

#[component]
fn AddLink() -> impl IntoView {
    view! {
        <ButtonLink href="/registrations/new" label=texts().common.add_registration icon="add" class="button-primary" />
    }
}

/// What one can do, the search and the filters; they stay when loading fails.
#[component]
fn Commands(
    query: RwSignal<RegistrationQuery>,
    links: RwSignal<PageLinks>,
    may_write: bool,
    again: Callback<()>,
    busy: Signal<bool>,
) -> impl IntoView {
    let t = &texts().registrations;
    let catalogue = expect_context::<Catalogue>();
    let notice = expect_context::<Notice>();
    let change = move |change: &dyn Fn(&mut RegistrationQuery)| {
        notice.clear();
        links.set(PageLinks::default());
        query.update(|query| change(query));
    };
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let typed = move |event| {
        let text = event_target_value(&event);
        if let Some(waiting) = waiting.get_value() {
            waiting.clear();
        }
        let send = move || change(&|query| text.clone_into(&mut query.search));
        waiting.set_value(set_timeout_with_handle(send, TYPING_PAUSE).ok());
    };
    let apps = move || catalogue.apps().into_iter().map(|app| (app.id, app.name)).collect::<Vec<_>>();
    let platforms = move || {
        catalogue
            .platforms()
            .into_iter()
            .map(|platform| (platform.id, platform.name))
            .collect::<Vec<_>>()
    };
    let health = move || {
        let states = [("good", t.healthy), ("bad", t.failing), ("unknown", t.unchecked)];
        states.map(|(id, name)| (id.to_owned(), name.to_owned())).to_vec()
    };
    view! {
        <div class="commands">
            {may_write.then(|| view! { <AddLink /> })}
            <Button label=texts().common.refresh.to_owned() icon="arrow-sync" class="button-subtle" press=again busy />
            <div class="end">
                <div class="search">
                    <Icon name="search" />
                    <label class="sr-only" for="search">
                        {t.search}
                    </label>
                    <input
                        class="input"
                        id="search"
                        type="search"
                        maxlength="200"
                        autocomplete="off"
                        placeholder=t.search_hint
                        prop:value=query.get_untracked().search
                        on:input=typed
                    />
                </div>
            </div>
        </div>
        <div class="filters" role="group" aria-label=t.filters>
            <Filter
                id="filter-app"
                label=texts().common.app
                all=t.all_apps
                options=Signal::derive(apps)
                chosen=Signal::derive(move || query.with(|query| query.app_id.clone()))
                choose=Callback::new(move |id: String| change(&|query| id.clone_into(&mut query.app_id)))
            />
            <Filter
                id="filter-lms"
                label=texts().common.lms
                all=t.all_lms
                options=Signal::derive(platforms)
                chosen=Signal::derive(move || query.with(|query| query.platform.clone()))
                choose=Callback::new(move |id: String| change(&|query| id.clone_into(&mut query.platform)))
            />
            <Filter
                id="filter-health"
                label=t.health
                all=t.all_health
                options=Signal::derive(health)
                chosen=Signal::derive(move || query.with(|query| query.health.clone()))
                choose=Callback::new(move |id: String| change(&|query| id.clone_into(&mut query.health)))
            />
        </div>
    }
}

/// A filter by one of several.
#[component]
pub(crate) fn Filter(
    id: &'static str,
    label: &'static str,
    all: &'static str,
    options: Signal<Vec<(String, String)>>,
    chosen: Signal<String>,
    choose: Callback<String>,
) -> impl IntoView {
    let entries = move || {
        let chosen = chosen.get_untracked();
        let entry = |(id, name): (String, String)| {
            let selected = id == chosen;
            view! { <option value=id selected=selected>{format!("{label}: {name}")}</option> }
        };
        options.get().into_iter().map(entry).collect_view()
    };
    view! {
        <label class="sr-only" for=id>
            {label}
        </label>
        <span class="select-wrap">
            <select
                class="select filter-select"
                class:is-set=move || chosen.with(|chosen| !chosen.is_empty())
                id=id
                prop:value=chosen
                on:change=move |event| choose.run(event_target_value(&event))
            >
                <option value="">{all}</option>
                {live(entries)}
            </select>
            <Icon name="chevron-down" class="icon-16" />
        </span>
    }
}

#[component]
fn Failure(page: Loaded<Found>, again: Callback<()>) -> impl IntoView {
    live(move || match page.get() {
        Load::Failed(error) => Some(view! { <LoadFailed error again /> }),
        Load::Pending | Load::Ready(_) => None,
    })
}

/// The table and its foot.
#[component]
fn Card(
    page: Loaded<Found>,
    query: RwSignal<RegistrationQuery>,
    links: RwSignal<PageLinks>,
    summary: Signal<String>,
) -> impl IntoView {
    let next_link = Signal::derive(move || page.ready().and_then(|found| found.page.next_link));
    view! {
        <div class="card" aria-busy=move || page.busy().to_string()>
            <RegistrationTable page query links />
            <Pager links next_link summary back=texts().common.previous on=texts().common.next />
        </div>
    }
}

#[component]
fn NoneFound(query: RwSignal<RegistrationQuery>, links: RwSignal<PageLinks>) -> impl IntoView {
    let t = &texts().registrations;
    let clear = Callback::new(move |()| {
        links.set(PageLinks::default());
        query.update(|query| {
            *query = RegistrationQuery {
                sort: query.sort,
                ..RegistrationQuery::default()
            };
        });
        browser::clear_input("search");
        browser::focus_soon(vec!["search".to_owned()]);
    });
    view! {
        <div class="card empty">
            <h2>{t.none_found}</h2>
            <p>{t.none_found_text}</p>
            <div class="row">
                <Button label=t.clear_filters.to_owned() press=clear />
            </div>
        </div>
    }
}
