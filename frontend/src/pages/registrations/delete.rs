use contract::Registration;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::row::view_id;
use crate::api::{Api, ApiError};
use crate::browser;
use crate::components::{AlertDialog, List, LoadFailed, Notice, live};
use crate::i18n::texts;
use crate::pages::Catalogue;
use crate::router::Router;

/// The registration that is asked about, and the list that it is on.
#[derive(Clone, Copy)]
pub(super) struct Deleting {
    asked: RwSignal<Option<Registration>>,
    list: List<Registration>,
}

impl Deleting {
    pub(super) fn new(list: List<Registration>) -> Self {
        Self {
            asked: RwSignal::new(None),
            list,
        }
    }

    pub(super) fn ask(self, registration: Registration) {
        self.asked.set(Some(registration));
    }

    pub(super) fn list(self) -> List<Registration> {
        self.list
    }

    /// Takes a deleted registration off the page; gives the one that stands in its place.
    fn take_off(self, id: uuid::Uuid) -> Option<uuid::Uuid> {
        let mut rows = self.list.rows()?;
        let place = rows.iter().position(|registration| registration.id == id)?;
        rows.remove(place);
        let next = rows.get(place).or_else(|| rows.last()).map(|registration| registration.id);
        self.list.set_rows(rows);
        next
    }
}

/// The question before a deletion, while there is one.
#[component]
pub(super) fn DeleteDialog() -> impl IntoView {
    let deleting = expect_context::<Deleting>();
    live(move || deleting.asked.get().map(|registration| view! { <Question registration /> }))
}

#[component]
fn Question(registration: Registration) -> impl IntoView {
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

    let deleted_name = name.clone();
    let confirm = move || {
        let (api, name) = (api.clone(), deleted_name.clone());
        set_busy.set(true);
        spawn_local(async move {
            match api.delete_registration(&id.to_string()).await {
                // Somebody else was quicker: it is gone as wanted.
                Err(error) if error.status() != Some(404) => {
                    set_busy.set(false);
                    set_error.set(Some(error));
                }
                Ok(()) | Err(_) => {
                    deleting.asked.set(None);
                    notice.tell(
                        texts().registrations.deleted.with(&[&name]),
                        texts().registrations.deleted_rest,
                    );
                    let next = deleting.take_off(id);
                    let list = deleting.list.asked.address();
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
            .with(&[&catalogue.app_name(&app_id), &catalogue.lms_in_words(&platform)])
    };
    view! {
        <AlertDialog
            title=t.title.with(&[&name])
            confirm=t.confirm
            busy
            on_confirm=run
            on_cancel=Callback::new(move |()| deleting.asked.set(None))
        >
            <p>{live(effect)}</p>
            <p class="muted">
                {t.undo} " "
                <a href=format!("/registrations/new?replaces={id}")>{t.again}</a> "."
            </p>
            {live(move || error.get().map(|error| view! { <LoadFailed error again=run /> }))}
        </AlertDialog>
    }
}
