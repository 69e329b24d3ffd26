use contract::Platform;
use leptos::prelude::*;

use super::state::Wizard;
use crate::components::{FieldError, initials, live, tone};
use crate::i18n::texts;
use crate::pages::Catalogue;
use crate::wizard::Place;

#[component]
pub(super) fn NameStep(
    /// The chosen app's name, for an example.
    app: String,
) -> impl IntoView {
    let t = &texts().wizard;
    let wizard = expect_context::<Wizard>();
    let catalogue = expect_context::<Catalogue>();
    let pick = move |(place, platform): (usize, Platform)| {
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
                    id=(place == 0).then_some("platform")
                    value=id
                    prop:checked=move || wizard.draft.with(|draft| draft.platform == checked)
                    on:change=move |_| wizard.enter(Place::Platform, |draft| draft.choose_platform(&chosen))
                />
            </label>
        }
    };
    view! {
        <div class="stack-l">
            <div class="field narrow-field">
                <label for="name">{t.name_label}</label>
                <input
                    class="input"
                    id="name"
                    maxlength="200"
                    required
                    autocomplete="off"
                    placeholder=format!("Contoso Moodle – {app}")
                    aria-describedby="name-error name-hint"
                    aria-invalid=move || wizard.fault(Place::Name).is_some().to_string()
                    prop:value=move || wizard.draft.with(|draft| draft.name.clone())
                    on:input=move |event| wizard.enter(Place::Name, |draft| draft.name = event_target_value(&event))
                />
                {live(move || wizard.fault(Place::Name).map(|text| view! { <FieldError id="name-error".to_owned() text /> }))}
                <p class="hint" id="name-hint">
                    {t.name_hint}
                </p>
            </div>
            <fieldset class="stack-s" aria-describedby="platform-error">
                <legend class="field-label space-below-s">{t.platform_label}</legend>
                <div class="picker picker-compact">
                    {live(move || catalogue.platforms().into_iter().enumerate().map(pick).collect_view())}
                </div>
                {live(move || wizard.fault(Place::Platform).map(|text| view! { <FieldError id="platform-error".to_owned() text /> }))}
            </fieldset>
        </div>
    }
}
