//! The filters of a list. The chosen values are in the address ([`ListParameters`]).

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::Icon;
use super::list_parameters::ListParameters;
use crate::browser;
use crate::i18n::texts;
use crate::reactive::{dynamic, effect};

/// The row of filters and other controls.
#[component]
pub(crate) fn Filters(children: Children) -> impl IntoView {
    view! {
        <div class="filters" role="group" aria-label=texts().list.filters>
            {children()}
        </div>
    }
}

/// A filter with a dropdown. The name of its parameter is the id of the element.
#[component]
pub(crate) fn Filter(
    parameters: ListParameters,
    name: &'static str,
    label: &'static str,
    /// The option that selects nothing.
    all: &'static str,
    #[prop(into)] options: Signal<Vec<(String, String)>>,
) -> impl IntoView {
    let entries = move || {
        let chosen = untrack(|| parameters.get(name));
        let entry = |(value, text): (String, String)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{texts().common.named.with([label, &text])}</option> }
        };
        options.get().into_iter().map(entry).collect_view()
    };
    view! {
        <label class="sr-only" for=name>
            {label}
        </label>
        <span class="select-wrap">
            <select
                class="select filter-select"
                class:is-set=move || !parameters.get(name).is_empty()
                id=name
                prop:value=move || parameters.get(name)
                on:change=move |event| parameters.set(name, &event_target_value(&event))
            >
                <option value="">{all}</option>
                {dynamic(entries)}
            </select>
            <Icon name="chevron-down" class="icon-16" />
        </span>
    }
}

/// A filter with radio buttons.
#[component]
pub(crate) fn Segments(
    parameters: ListParameters,
    name: &'static str,
    legend: &'static str,
    /// Values and labels. The empty value turns the filter off.
    choices: Vec<(&'static str, &'static str)>,
) -> impl IntoView {
    let choice = |(value, text): (&'static str, &'static str)| {
        view! {
            <label>
                <input type="radio" name=name prop:checked=move || parameters.get(name) == value on:change=move |_| parameters.set(name, value) />
                {text}
            </label>
        }
    };
    view! {
        <fieldset class="segments">
            <legend class="sr-only">{legend}</legend>
            {choices.into_iter().map(choice).collect_view()}
        </fieldset>
    }
}

/// A search field. It searches after a pause in typing.
#[component]
pub(crate) fn Search(parameters: ListParameters, label: &'static str, hint: &'static str) -> impl IntoView {
    let pause = TypingPause::new();
    let typed = move |event| {
        let text = event_target_value(&event);
        pause.then(move || parameters.set("search", &text));
    };
    // The field follows a link or the back button, but never overwrites text that is being typed.
    effect(move || {
        let search = parameters.get("search");
        if !pause.is_waiting() {
            browser::set_input("search", &search);
        }
    });
    // Leaving the field or pressing Enter searches at once.
    let done = move |event| {
        pause.end();
        parameters.set("search", &event_target_value(&event));
    };
    view! {
        <div class="search">
            <Icon name="search" />
            <label class="sr-only" for="search">
                {label}
            </label>
            <input
                class="input"
                id="search"
                type="search"
                maxlength="200"
                autocomplete="off"
                placeholder=hint
                prop:value=untrack(|| parameters.get("search"))
                on:input=typed
                on:change=done
            />
        </div>
    }
}

/// Runs a function after a pause in typing.
#[derive(Clone, Copy)]
pub(crate) struct TypingPause(StoredValue<Option<TimeoutHandle>>);

impl TypingPause {
    const LENGTH: Duration = Duration::from_millis(250);

    pub(crate) fn new() -> Self {
        let pause = Self(StoredValue::new(None));
        on_cleanup(move || pause.end());
        pause
    }

    pub(crate) fn then(self, run: impl FnOnce() + 'static) {
        self.end();
        let rested = move || {
            self.0.set_value(None);
            run();
        };
        self.0.set_value(set_timeout_with_handle(rested, Self::LENGTH).ok());
    }

    pub(crate) fn is_waiting(self) -> bool {
        self.0.with_value(Option::is_some)
    }

    pub(crate) fn end(self) {
        if let Some(Some(waiting)) = self.0.try_update_value(Option::take) {
            waiting.clear();
        }
    }
}
