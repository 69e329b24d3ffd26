use contract::Registration;
use leptos::prelude::*;

use super::delete::Deleting;
use super::list::Found;
use crate::api::{RegistrationQuery, SortBy};
use crate::components::{HealthPill, Icon, IconButton, PageLinks, SkeletonRows, initials, live, tone};
use crate::dates;
use crate::i18n::texts;
use crate::load::Loaded;
use crate::pages::{Catalogue, Membership};

/// The id of a row's View link, to which the focus goes back.
pub(super) fn view_id(registration_id: &str) -> String {
    format!("view-{registration_id}")
}

#[component]
pub(super) fn RegistrationTable(
    page: Loaded<Found>,
    query: RwSignal<RegistrationQuery>,
    links: RwSignal<PageLinks>,
) -> impl IntoView {
    let t = texts();
    let row = |registration| view! { <Row registration /> };
    let body = move || match page.ready() {
        Some(found) => found.page.value.into_iter().map(row).collect_view().into_any(),
        None => view! { <SkeletonRows columns=6 /> }.into_any(),
    };
    view! {
        <div class="table-wrap">
            <table class="table" role="table">
                <caption class="sr-only">{t.registrations.title}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <SortHeader text=t.common.name by=SortBy::Name query links />
                        <th scope="col" role="columnheader">
                            {t.common.app}
                        </th>
                        <th scope="col" role="columnheader">
                            {t.common.lms}
                        </th>
                        <SortHeader text=t.common.created by=SortBy::CreatedAt query links class="optional" />
                        <SortHeader text=t.common.last_launch by=SortBy::LastLaunchAt query links />
                        <th scope="col" role="columnheader">
                            {t.registrations.health}
                        </th>
                        <th scope="col" role="columnheader" class="actions">
                            <span class="sr-only">{t.registrations.actions}</span>
                        </th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{live(body)}</tbody>
            </table>
        </div>
    }
}

#[component]
fn SortHeader(
    text: &'static str,
    by: SortBy,
    query: RwSignal<RegistrationQuery>,
    links: RwSignal<PageLinks>,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    let order = move || {
        let sort = query.with(|query| query.sort);
        (sort.by == by).then_some(if sort.descending { "descending" } else { "ascending" })
    };
    let click = move |_| {
        links.set(PageLinks::default());
        query.update(|query| query.sort = query.sort.clicked(by));
    };
    view! {
        <th scope="col" role="columnheader" class=class aria-sort=order>
            <button class="sort" type="button" on:click=click>
                {text}
                <Icon name="arrow-down" />
            </button>
        </th>
    }
}

/// The host of an issuer, or all of it where it is no URL.
fn host(issuer: &str) -> String {
    let rest = issuer.split_once("://").map_or(issuer, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest).to_owned()
}

#[component]
fn Row(registration: Registration) -> impl IntoView {
    let t = texts();
    let catalogue = expect_context::<Catalogue>();
    let deleting = expect_context::<Deleting>();
    let may_write = expect_context::<Membership>().is_administrator();
    let Registration {
        id,
        name,
        app_id,
        platform,
        issuer,
        created_at,
        last_launch_at,
        ..
    } = registration.clone();
    let href = format!("/registrations/{id}");
    let app_tone = format!("mono-tile {}", tone(&app_id));
    let app_name = Signal::derive(move || catalogue.app_name(&app_id));
    let last_launch = match last_launch_at {
        Some(at) => dates::ago_element(at).into_any(),
        None => t.common.never.into_any(),
    };
    let delete = {
        let registration = registration.clone();
        may_write.then(|| {
            let name = t.registrations.delete_value.with(&[&name]);
            let ask = Callback::new(move |()| deleting.ask(registration.clone()));
            let class = "icon-button-danger tooltip";
            view! { <IconButton icon="delete" name class tip=t.details.delete opens_dialog=true press=ask /> }
        })
    };
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                <a class="row-link" href=href.clone() data-noscroll>
                    {name.clone()}
                </a>
                <span class="sub">{host(&issuer)}</span>
            </th>
            <td role="cell" data-label=t.common.app>
                <span class="entity">
                    <span class=app_tone aria-hidden="true">
                        {live(move || initials(&app_name.get()))}
                    </span>
                    <span>{app_name}</span>
                </span>
            </td>
            <td role="cell" data-label=t.common.lms>
                {live(move || catalogue.platform_name(&platform))}
            </td>
            <td role="cell" data-label=t.common.created class="nowrap optional">
                {dates::day_element(created_at)}
            </td>
            <td role="cell" data-label=t.common.last_launch class="nowrap">
                {last_launch}
            </td>
            <td role="cell" data-label=t.registrations.health>
                <HealthPill registration />
            </td>
            <td role="cell" class="actions">
                <a
                    class="icon-button tooltip"
                    id=view_id(&id.to_string())
                    data-tip=t.common.view
                    href=href
                    data-noscroll
                    aria-label=t.common.view_value.with(&[&name])
                >
                    <Icon name="eye" />
                </a>
                {delete}
            </td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn shows_the_host_of_an_issuer() {
        assert_eq!(host("https://moodle.example:8443/sub/"), "moodle.example:8443");
        assert_eq!(host("urn:example"), "urn:example");
    }
}
