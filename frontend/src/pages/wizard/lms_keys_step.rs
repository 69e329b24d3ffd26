use contract::{LmsField, LmsFieldName};
use leptos::prelude::*;

use super::state::Wizard;
use crate::browser;
use crate::components::{FieldError, Icon, live};
use crate::i18n::texts;
use crate::pages::Catalogue;
use crate::wizard::Place;

/// What we call a field.
fn our_name(name: LmsFieldName) -> &'static str {
    let t = &texts().fields;
    match name {
        LmsFieldName::Issuer => t.issuer,
        LmsFieldName::ClientId => t.client_id,
        LmsFieldName::KeysetUrl => t.keyset_url,
        LmsFieldName::AuthenticationUrl => t.authentication_url,
        LmsFieldName::AccessTokenUrl => t.access_token_url,
        LmsFieldName::AccessTokenAudience => t.access_token_audience,
        LmsFieldName::DeploymentIds => t.deployment_id,
    }
}

#[component]
pub(super) fn LmsKeysStep() -> impl IntoView {
    let wizard = expect_context::<Wizard>();
    let fields = untrack(|| wizard.fields());
    let inputs = fields.into_iter().map(|field| match field.field {
        LmsFieldName::DeploymentIds => view! { <DeploymentIds field /> }.into_any(),
        _ => view! { <Field field /> }.into_any(),
    });
    view! {
        <div class="card card-pad stack-l">{inputs.collect_view()}</div>
        <Advanced />
    }
}

/// The LMS's own word, ours as the small print beside it.
#[component]
fn Label(field: LmsField, prefilled: Signal<bool>) -> impl IntoView {
    let ours = our_name(field.field);
    let small = (!field.label.eq_ignore_ascii_case(ours)).then(|| view! { " " <span class="optional">{ours}</span> });
    let optional = (!field.required).then(|| view! { " " <span class="optional">{texts().fields.optional}</span> });
    let badge = move || {
        prefilled
            .get()
            .then(|| view! { " " <span class="badge badge-brand">{texts().fields.prefilled}</span> })
    };
    view! { <label for=Place::Lms(field.field).id()>{field.label} {small} {optional} {badge}</label> }
}

#[component]
fn Field(field: LmsField) -> impl IntoView {
    let t = texts();
    let wizard = expect_context::<Wizard>();
    let name = field.field;
    let place = Place::Lms(name);
    let id = place.id();
    let fixed = field.fixed.is_some();
    let required = field.required;
    let hint = field.hint.replace(" > ", " › ");
    let prefilled = Memo::new(move |_| {
        let fields = wizard.fields();
        wizard.draft.with(|draft| draft.is_prefilled(name, &fields))
    });
    let value = move || {
        let fields = wizard.fields();
        wizard.draft.with(|draft| draft.value(name, &fields).into_owned())
    };
    let follows = move || {
        prefilled
            .get()
            .then_some(if fixed { t.wizard.same_everywhere } else { t.wizard.follows })
    };
    view! {
        <div class="field">
            <Label field prefilled=prefilled.into() />
            <input
                class="input mono"
                id=id
                spellcheck="false"
                autocomplete="off"
                autocapitalize="off"
                maxlength="2048"
                required=required
                readonly=fixed
                aria-describedby=format!("{id}-error {id}-warning {id}-hint")
                aria-invalid=move || wizard.fault(place).is_some().to_string()
                prop:value=value
                on:input=move |event| wizard.enter(place, |draft| draft.enter(name, &event_target_value(&event)))
            />
            {live(move || wizard.fault(place).map(|text| view! { <FieldError id=format!("{id}-error") text /> }))}
            {(name == LmsFieldName::Issuer).then(|| view! { <SlashWarning /> })}
            <p class="hint" id=format!("{id}-hint")>
                {hint} " " {live(follows)}
            </p>
        </div>
    }
}

/// A trailing slash is pointed out, never changed without a word.
#[component]
fn SlashWarning() -> impl IntoView {
    let t = &texts().fields;
    let wizard = expect_context::<Wizard>();
    let shown = Memo::new(move |_| {
        let fields = wizard.fields();
        wizard.draft.with(|draft| draft.issuer_has_slash(&fields))
    });
    let remove = move |_| {
        wizard.enter(Place::Lms(LmsFieldName::Issuer), crate::wizard::Draft::remove_slash);
        browser::focus_soon(vec!["issuer".to_owned()]);
    };
    view! {
        <div id="issuer-warning" role="status">
            {live(move || {
                shown
                    .get()
                    .then(|| {
                        view! {
                            <p class="field-warning">
                                <Icon name="warning" class="icon-solid" />
                                <span>
                                    {t.slash} " " <button class="link-button" type="button" on:click=remove>
                                        {t.remove_slash}
                                    </button>
                                </span>
                            </p>
                        }
                    })
            })}
        </div>
    }
}

/// One or several; empty where the LMS issues them later.
#[component]
fn DeploymentIds(field: LmsField) -> impl IntoView {
    let t = &texts().wizard;
    let wizard = expect_context::<Wizard>();
    let catalogue = expect_context::<Catalogue>();
    let place = Place::Lms(LmsFieldName::DeploymentIds);
    let hint = field.hint.replace(" > ", " › ");
    let later = move || {
        let platform = catalogue.platform(&wizard.draft.with(|draft| draft.platform.clone()));
        // Where client IDs are shared nothing waits.
        platform
            .is_some_and(|platform| !platform.shared_client_ids)
            .then_some(t.later)
    };
    let rows = Memo::new(move |_| wizard.draft.with(|draft| draft.deployment_ids.len().max(1)));
    let more = move || (1..rows.get()).map(|row| view! { <DeploymentRow row /> }).collect_view();
    let add = move |_| {
        let row = rows.get_untracked();
        wizard
            .draft
            .update(|draft| draft.deployment_ids.resize(row + 1, String::new()));
        browser::focus_soon(vec![format!("deployment-id-{}", row + 1)]);
    };
    view! {
        <div class="field">
            <Label field prefilled=Signal::derive(|| false) />
            <input
                class="input mono"
                id=place.id()
                spellcheck="false"
                autocomplete="off"
                autocapitalize="off"
                maxlength="255"
                aria-describedby="deployment-id-error deployment-id-hint"
                aria-invalid=move || wizard.fault(place).is_some().to_string()
                prop:value=move || wizard.draft.with(|draft| draft.deployment_ids.first().cloned().unwrap_or_default())
                on:input=move |event| {
                    wizard.enter(place, |draft| draft.enter(LmsFieldName::DeploymentIds, &event_target_value(&event)));
                }
            />
            {live(more)}
            {live(move || wizard.fault(place).map(|text| view! { <FieldError id="deployment-id-error".to_owned() text /> }))}
            <p class="hint" id="deployment-id-hint">
                {hint} " " {live(later)}
            </p>
            <div>
                <button class="link-button" type="button" on:click=add>
                    {t.add_deployment}
                </button>
            </div>
        </div>
    }
}

#[component]
fn DeploymentRow(row: usize) -> impl IntoView {
    let t = &texts().wizard;
    let wizard = expect_context::<Wizard>();
    let place = Place::Lms(LmsFieldName::DeploymentIds);
    let value = move || {
        wizard
            .draft
            .with(|draft| draft.deployment_ids.get(row).cloned().unwrap_or_default())
    };
    let enter = move |event| {
        wizard.enter(place, |draft| {
            if let Some(id) = draft.deployment_ids.get_mut(row) {
                *id = event_target_value(&event);
            }
        });
    };
    let remove = move |_| {
        wizard.enter(place, |draft| {
            if row < draft.deployment_ids.len() {
                draft.deployment_ids.remove(row);
            }
        });
        browser::focus_soon(vec![place.id().to_owned()]);
    };
    view! {
        <div class="row-input">
            <input
                class="input mono"
                id=format!("deployment-id-{}", row + 1)
                aria-label=(t.more_deployment)(row + 1)
                spellcheck="false"
                autocomplete="off"
                autocapitalize="off"
                maxlength="255"
                prop:value=value
                on:input=enter
            />
            <button class="icon-button" type="button" aria-label=(t.remove_deployment)(row + 1) on:click=remove>
                <Icon name="dismiss" />
            </button>
        </div>
    }
}

/// What only few need.
#[component]
fn Advanced() -> impl IntoView {
    let t = &texts().wizard;
    let wizard = expect_context::<Wizard>();
    view! {
        <details class="card card-pad disclosure space-above">
            <summary>{t.advanced}</summary>
            <div class="stack">
                <div class="check">
                    <input
                        type="checkbox"
                        id="accept-any"
                        aria-describedby="accept-any-hint"
                        prop:checked=move || wizard.draft.with(|draft| draft.accept_any_deployment)
                        on:change=move |event| {
                            wizard.draft.update(|draft| draft.accept_any_deployment = event_target_checked(&event));
                        }
                    />
                    <div>
                        <label for="accept-any">{t.accept_any}</label>
                        <p class="hint" id="accept-any-hint">
                            {t.accept_any_hint}
                        </p>
                    </div>
                </div>
                <div class="check">
                    <input
                        type="checkbox"
                        id="allow-anonymous"
                        aria-describedby="allow-anonymous-hint"
                        prop:checked=move || wizard.draft.with(|draft| draft.allow_anonymous)
                        on:change=move |event| {
                            wizard.draft.update(|draft| draft.allow_anonymous = event_target_checked(&event));
                        }
                    />
                    <div>
                        <label for="allow-anonymous">{t.allow_anonymous}</label>
                        <p class="hint" id="allow-anonymous-hint">
                            {t.allow_anonymous_hint}
                        </p>
                    </div>
                </div>
            </div>
        </details>
    }
}
