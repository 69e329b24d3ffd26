use contract::Registration;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::deleting::Deleting;
use super::row::view_id;
use crate::api::{Api, ApiError};
use crate::browser;
use crate::components::{AlertDialog, LoadFailed, Notice, sums};
use crate::i18n::texts;
use crate::load::load;
use crate::reactive::dynamic;
use crate::router::Router;
use crate::session::Catalogue;

/// The number of days whose launches the dialog counts.
const DAYS: u32 = 14;

/// The confirmation of a deletion.
#[component]
pub(crate) fn DeleteDialog(registration: Registration) -> impl IntoView {
    let t = &texts().delete;
    let api = expect_context::<Api>();
    let catalogue = expect_context::<Catalogue>();
    let deleting = expect_context::<Deleting>();
    let notice = expect_context::<Notice>();
    let router = expect_context::<Router>();
    let (busy, set_busy) = signal(false);
    let (error, set_error) = signal(None::<ApiError>);
    let Registration {
        id,
        name,
        app_id,
        platform,
        ..
    } = registration;

    let counting = api.clone();
    let deleted_name = name.clone();
    let confirm = move || {
        let (api, name) = (api.clone(), deleted_name.clone());
        set_busy.set(true);
        spawn_local(async move {
            match api.delete_registration(&id.to_string()).await {
                // Somebody else has deleted it already.
                Err(error) if error.status() != Some(404) => {
                    set_busy.set(false);
                    set_error.set(Some(error));
                }
                Ok(()) | Err(_) => {
                    if !deleting.close() {
                        // The person has left the page meanwhile.
                        return;
                    }
                    notice.show(
                        texts().registrations.deleted.with([&name]),
                        texts().registrations.deleted_rest,
                    );
                    let next = deleting.take_off(id);
                    let list = deleting.list().parameters.address();
                    if browser::here() != list {
                        router.go_without_scrolling(&list);
                    }
                    let mut ids: Vec<_> = next.into_iter().map(|id| view_id(&id.to_string())).collect();
                    ids.push("page-heading".to_owned());
                    browser::focus_soon(ids);
                }
            }
        });
    };
    let confirm = StoredValue::new(confirm);
    let run = Callback::new(move |()| confirm.with_value(|confirm| confirm()));
    let effect = move || {
        t.effect
            .with([&catalogue.app_name(&app_id), &catalogue.lms_in_sentence(&platform)])
    };
    let launches = load(move || {
        let api = counting.clone();
        async move { api.daily_launches(&id.to_string(), DAYS).await }
    });
    // The number of launches helps to notice a wrong choice.
    let launched = move || {
        let (accepted, _) = sums(&launches.ready()?.value);
        (accepted > 0).then(|| view! { <p>{t.launched.of(usize::try_from(accepted).unwrap_or(usize::MAX))}</p> })
    };
    let (before, after) = t.undo.around();
    view! {
        <AlertDialog
            title=t.title.with([&name])
            confirm=Signal::derive(move || if busy.get() { t.deleting } else { t.confirm })
            busy
            on_confirm=run
            on_cancel=Callback::new(move |()| {
                deleting.close();
            })
        >
            <p>{dynamic(effect)}</p>
            {dynamic(launched)}
            <p class="muted">
                {before}
                <a href=format!("/registrations/new?replaces={id}")>{t.again}</a>
                {after}
            </p>
            {dynamic(move || error.get().map(|error| view! { <LoadFailed error again=run /> }))}
        </AlertDialog>
    }
}
