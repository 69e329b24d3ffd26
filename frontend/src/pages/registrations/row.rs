use contract::Registration;
use leptos::prelude::*;

use super::deleting::Deleting;
use crate::components::{Column, HealthPill, Icon, IconButton, initials, tone};
use crate::dates;
use crate::i18n::texts;
use crate::reactive::dynamic;
use crate::session::{Catalogue, Membership};

/// The id of a row's View link, which gets the focus when the drawer is closed.
pub(super) fn view_id(registration_id: &str) -> String {
    format!("view-{registration_id}")
}

pub(super) fn columns() -> Vec<Column> {
    let t = &texts().common;
    vec![
        Column::sorting(t.name, "", "name"),
        Column::new(t.app, "column-app"),
        Column::new(t.lms, "column-lms"),
        Column::sorting(t.created, "column-day optional", "createdAt"),
        Column::sorting(t.last_launch, "column-ago", "lastLaunchAt"),
        Column::new(texts().registrations.health, "column-health"),
        Column::actions("actions column-actions"),
    ]
}

/// The host of an issuer, or the whole issuer if it is not a URL.
pub(crate) fn host(issuer: &str) -> String {
    let rest = issuer.split_once("://").map_or(issuer, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest).to_owned()
}

#[component]
pub(super) fn Row(registration: Registration) -> impl IntoView {
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
            let name = t.registrations.delete_value.with([&name]);
            let confirm = Callback::new(move |()| deleting.confirm(registration.clone()));
            let class = "icon-button-danger";
            view! { <IconButton icon="delete" name class tip=t.details.delete opens_dialog=true press=confirm /> }
        })
    };
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                <a class="row-link" href=href.clone() title=name.clone() data-noscroll>
                    {name.clone()}
                </a>
                <span class="sub">{host(&issuer)}</span>
            </th>
            <td role="cell" data-label=t.common.app>
                <span class="entity">
                    <span class=app_tone aria-hidden="true">
                        {dynamic(move || initials(&app_name.get()))}
                    </span>
                    <span class="clamp">{app_name}</span>
                </span>
            </td>
            <td role="cell" data-label=t.common.lms>
                <span class="clamp">{dynamic(move || catalogue.platform_name(&platform))}</span>
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
                    aria-label=t.common.view_value.with([&name])
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
