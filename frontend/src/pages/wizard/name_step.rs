use contract::Platform;
use leptos::prelude::*;

use super::state::Wizard;
use crate::components::{FieldError, TextField, initials, tone};
use crate::i18n::texts;
use crate::reactive::dynamic;
use crate::session::Catalogue;
use crate::wizard::DraftField;

#[component]
pub(super) fn NameStep(
    /// The name of the chosen app, for the placeholder.
    app: String,
) -> impl IntoView {
    let t = &texts().wizard;
    let wizard = expect_context::<Wizard>();
    let catalogue = expect_context::<Catalogue>();
    let pick = move |(index, platform): (usize, Platform)| {
        let Platform { id, name, .. } = platform;
        let (checked, chosen) = (id.clone(), id.clone());
        view! {
            <label class="pick">
                <span class=format!("mono-tile {}", tone(&id)) aria-hidden="true">
                    {initials(&name)}
                </span>
                <span>
                    <span class="name">{name}</span>
                </span>
                <input
                    type="radio"
                    name="platform"
                    id=(index == 0).then_some("platform")
                    value=id
                    prop:checked=move || wizard.draft.with(|draft| draft.platform == checked)
                    on:change=move |_| wizard.enter(DraftField::Platform, |draft| draft.choose_platform(&chosen))
                />
            </label>
        }
    };
    view! {
        <div class="stack-l">
            <div class="narrow-field">
                <TextField
                    id="name"
                    label=t.name_label.into_any()
                    value=Signal::derive(move || wizard.draft.with(|draft| draft.name.clone()))
                    enter=Callback::new(move |text| wizard.enter(DraftField::Name, |draft| draft.name = text))
                    error=Signal::derive(move || wizard.error(DraftField::Name))
                    hint=t.name_hint.to_owned()
                    required=true
                    placeholder=t.name_example.with([&app])
                />
            </div>
            <fieldset class="stack-s" aria-describedby="platform-error">
                <legend class="field-label space-below-s">{t.platform_label}</legend>
                <div class="picker picker-compact">
                    {dynamic(move || catalogue.platforms().into_iter().enumerate().map(pick).collect_view())}
                </div>
                {dynamic(move || wizard.error(DraftField::Platform).map(|text| view! { <FieldError id="platform-error".to_owned() text /> }))}
            </fieldset>
        </div>
    }
}
