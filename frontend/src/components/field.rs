use leptos::prelude::*;

use super::Icon;
use crate::browser;
use crate::i18n::texts;
use crate::reactive::dynamic;

/// The error message below a field.
#[component]
pub(crate) fn FieldError(id: String, text: String) -> impl IntoView {
    view! {
        <p class="field-error" id=id>
            <Icon name="error-circle" class="icon-solid" />
            <span>{text}</span>
        </p>
    }
}

/// A single-line text field: label, input, error and hint, in this order.
#[component]
pub(crate) fn TextField(
    id: &'static str,
    label: AnyView,
    value: Signal<String>,
    enter: Callback<String>,
    error: Signal<Option<String>>,
    #[prop(into)] hint: Signal<String>,
    #[prop(optional)] required: bool,
    #[prop(optional)] readonly: bool,
    /// Shown in a monospaced font, for protocol values.
    #[prop(optional)]
    mono: bool,
    #[prop(optional)] placeholder: String,
    /// Runs on the `change` event.
    #[prop(optional)]
    leave: Option<Callback<()>>,
    /// The `autocomplete` token, e.g. `email`.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Shown between the error and the hint.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div
            class="field"
            on:change=move |_| {
                if let Some(leave) = leave {
                    leave.run(());
                }
            }
        >
            <label for=id>{label}</label>
            <TextInput id=id.to_owned() value enter required readonly mono placeholder autocomplete invalid=Signal::derive(move || error.get().is_some()) />
            {dynamic(move || error.get().map(|text| view! { <FieldError id=format!("{id}-error") text /> }))}
            {children.map(|children| children())}
            <p class="hint" id=format!("{id}-hint")>
                {hint}
            </p>
        </div>
    }
}

/// An input without a label. It has no `maxlength`: an error reports values that are too long; nothing is cut off.
#[component]
pub(crate) fn TextInput(
    id: String,
    value: Signal<String>,
    enter: Callback<String>,
    #[prop(optional)] required: bool,
    #[prop(optional)] readonly: bool,
    #[prop(optional)] mono: bool,
    #[prop(optional)] placeholder: String,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional, into)] invalid: Signal<bool>,
    /// The accessible name, if there is no label.
    #[prop(optional)]
    name: Option<String>,
) -> impl IntoView {
    view! {
        <input
            class=if mono { "input mono" } else { "input" }
            aria-describedby=format!("{id}-error {id}-warning {id}-hint")
            id=id
            required=required
            readonly=readonly
            placeholder=placeholder
            spellcheck="false"
            autocomplete=autocomplete
            autocapitalize="off"
            aria-label=name
            aria-invalid=move || invalid.get().to_string()
            prop:value=value
            on:input=move |event| enter.run(event_target_value(&event))
        />
    }
}

/// A checkbox with a label and a hint.
#[component]
pub(crate) fn Checkbox(
    id: &'static str,
    #[prop(into)] label: Signal<String>,
    checked: Signal<bool>,
    change: Callback<bool>,
    #[prop(optional)] hint: &'static str,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] invalid: Signal<bool>,
) -> impl IntoView {
    let hint = (!hint.is_empty()).then(|| view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> });
    view! {
        <div class="check">
            <input
                type="checkbox"
                id=id
                required=required
                aria-describedby=format!("{id}-error {id}-hint")
                aria-invalid=move || invalid.get().to_string()
                prop:checked=checked
                on:change=move |event| change.run(event_target_checked(&event))
            />
            <div>
                <label for=id>{label}</label>
                {hint}
            </div>
        </div>
    }
}

/// All errors of a form, above the form. It takes the focus when it is drawn.
#[component]
pub(crate) fn ErrorSummary(
    /// Targets and texts. A target is the id of a field, the address of a wizard step, or empty.
    errors: Vec<(String, String)>,
) -> impl IntoView {
    browser::focus_soon(vec!["error-summary".to_owned()]);
    let fields = errors.iter().filter(|(target, _)| !target.is_empty()).count();
    let head = (fields > 0).then(|| view! { <strong>{texts().wizard.field_errors.of(fields)}</strong> });
    let links = errors.into_iter().map(|(target, text)| {
        if target.is_empty() {
            return view! { <li>{text}</li> }.into_any();
        }
        if target.starts_with('/') {
            return view! { <li><a href=target>{text}</a></li> }.into_any();
        }
        let href = format!("#{target}");
        let focus = move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            browser::focus_soon(vec![target.clone()]);
        };
        view! { <li><a href=href on:click=focus>{text}</a></li> }.into_any()
    });
    view! {
        <div class="message-bar message-danger error-summary" id="error-summary" role="alert" tabindex="-1">
            <Icon name="error-circle" class="icon-solid" />
            <div>
                {head} <ul role="list">{links.collect_view()}</ul>
            </div>
        </div>
    }
}
