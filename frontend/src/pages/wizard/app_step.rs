use contract::App;
use leptos::prelude::*;

use super::state::Wizard;
use crate::components::{FieldError, initials, tone};
use crate::i18n::texts;
use crate::reactive::dynamic;
use crate::session::Catalogue;
use crate::wizard::DraftField;

#[component]
pub(super) fn AppStep() -> impl IntoView {
    let wizard = expect_context::<Wizard>();
    let catalogue = expect_context::<Catalogue>();
    let pick = move |(index, app): (usize, App)| {
        let App {
            id, name, description, ..
        } = app;
        let (checked, chosen) = (id.clone(), id.clone());
        view! {
            <label class="pick">
                <span class=format!("mono-tile large {}", tone(&id)) aria-hidden="true">
                    {initials(&name)}
                </span>
                <span>
                    <span class="name">{name}</span>
                    <span class="desc">{description}</span>
                </span>
                <input
                    type="radio"
                    name="app"
                    id=(index == 0).then_some("app")
                    value=id
                    prop:checked=move || wizard.draft.with(|draft| draft.app_id == checked)
                    on:change=move |_| wizard.enter(DraftField::App, |draft| chosen.clone_into(&mut draft.app_id))
                />
            </label>
        }
    };
    view! {
        <fieldset aria-describedby="app-error">
            <legend class="sr-only">{texts().common.app}</legend>
            <div class="picker">{dynamic(move || catalogue.apps().into_iter().enumerate().map(pick).collect_view())}</div>
            {dynamic(move || wizard.error(DraftField::App).map(|text| view! { <FieldError id="app-error".to_owned() text /> }))}
        </fieldset>
    }
}
