//! The filter by registration: a search field, since there can be too many for a list.

use contract::Registration;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::api::Api;
use crate::browser;
use crate::components::{Icon, ListParameters, TypingPause};
use crate::i18n::texts;
use crate::load::{Load, Loaded, load};
use crate::pages::registrations::host;
use crate::reactive::{dynamic, effect};

/// The name of the query parameter and the id of the input.
const NAME: &str = "registrationId";
const CHOICES: &str = "registration-choices";

/// A choice of the filter.
#[derive(Clone, PartialEq)]
struct Choice {
    /// Empty for all registrations.
    id: String,
    name: String,
    host: String,
}

impl From<Registration> for Choice {
    fn from(registration: Registration) -> Self {
        Self {
            id: registration.id.to_string(),
            host: host(&registration.issuer),
            name: registration.name,
        }
    }
}

/// The choices, and true if the search matched more.
type SearchResult = (Vec<Choice>, bool);

/// The state of the search field and its popup.
#[derive(Clone, Copy)]
struct Choices {
    parameters: ListParameters,
    /// The text in the field: the name of the chosen registration, or the typed text.
    text: RwSignal<String>,
    /// The search text after a pause in typing. `None` while the popup is closed.
    search: RwSignal<Option<String>>,
    /// The index of the choice that Enter takes.
    active: RwSignal<usize>,
    result: Loaded<SearchResult>,
    pause: TypingPause,
    /// The name of the chosen registration.
    chosen: Loaded<String>,
}

impl Choices {
    fn is_open(self) -> bool {
        self.search.with(Option::is_some)
    }

    fn all(self) -> Vec<Choice> {
        self.result.ready().map(|(choices, _)| choices).unwrap_or_default()
    }

    fn open(self, search: &str) {
        self.active.set(0);
        self.search.set(Some(search.to_owned()));
    }

    /// Closes the popup and shows the name of the chosen registration.
    fn close(self) {
        self.pause.end();
        self.search.set(None);
        self.text.set(self.chosen.ready().unwrap_or_default());
    }

    fn choose(self, choice: &Choice) {
        let name = if choice.id.is_empty() {
            String::new()
        } else {
            choice.name.clone()
        };
        self.chosen.set(name);
        self.close();
        self.parameters.set(NAME, &choice.id);
    }

    fn press(self, event: &KeyboardEvent) {
        let open = untrack(|| self.is_open());
        let count = untrack(|| self.all().len());
        match event.key().as_str() {
            "ArrowDown" | "ArrowUp" if !open => self.open(""),
            "ArrowDown" => self.active.update(|active| *active = (*active + 1) % count.max(1)),
            "ArrowUp" => self
                .active
                .update(|active| *active = (*active + count.max(1) - 1) % count.max(1)),
            // The results don't belong to the typed text yet.
            "Enter" if self.pause.is_waiting() || untrack(|| self.result.busy()) => {}
            "Enter" if open => {
                let active = self.active.get_untracked();
                if let Some(choice) = untrack(|| self.all().into_iter().nth(active)) {
                    self.choose(&choice);
                }
            }
            "Escape" if open || self.pause.is_waiting() => self.close(),
            _ => return,
        }
        event.prevent_default();
    }
}

#[component]
pub(super) fn RegistrationFilter(parameters: ListParameters) -> impl IntoView {
    let t = &texts().launches;
    let api = expect_context::<Api>();
    let search = RwSignal::new(None::<String>);
    let chosen = {
        let api = api.clone();
        let id = Memo::new(move |_| parameters.get(NAME));
        load(move || {
            let (api, id) = (api.clone(), id.get());
            async move {
                if id.is_empty() {
                    return Ok(String::new());
                }
                match api.registration(&id).await {
                    Err(error) if error.status() == Some(404) => Ok(t.deleted_registration.to_owned()),
                    answer => answer.map(|registration| registration.name),
                }
            }
        })
    };
    let result = load(move || {
        let (api, search) = (api.clone(), search.get());
        async move {
            let Some(search) = search else {
                return Ok(SearchResult::default());
            };
            let page = api.find_registrations(&search).await?;
            let all = Choice {
                id: String::new(),
                name: t.all_registrations.to_owned(),
                host: String::new(),
            };
            let choices = search.trim().is_empty().then_some(all);
            let choices = choices.into_iter().chain(page.value.into_iter().map(Choice::from));
            Ok((choices.collect(), page.next_link.is_some()))
        }
    });
    let choices = Choices {
        parameters,
        text: RwSignal::new(String::new()),
        search,
        active: RwSignal::new(0),
        result,
        pause: TypingPause::new(),
        chosen,
    };
    effect(move || {
        let name = chosen.ready().unwrap_or_default();
        if !untrack(|| choices.is_open()) {
            choices.text.set(name);
        }
    });
    let typed = move |event| {
        let text = event_target_value(&event);
        choices.text.set(text.clone());
        choices.pause.then(move || choices.open(&text));
    };
    let active_id = move || (choices.is_open() && !choices.all().is_empty()).then(|| option_id(choices.active.get()));
    view! {
        <div class="select-wrap">
            <label class="sr-only" for=NAME>
                {t.registration}
            </label>
            <input
                class="select filter-select"
                class:is-set=move || !parameters.get(NAME).is_empty()
                id=NAME
                type="text"
                role="combobox"
                maxlength="200"
                autocomplete="off"
                spellcheck="false"
                placeholder=t.all_registrations
                aria-autocomplete="list"
                aria-controls=CHOICES
                aria-expanded=move || choices.is_open().to_string()
                aria-activedescendant=active_id
                prop:value=choices.text
                on:input=typed
                on:click=move |_| choices.open("")
                on:keydown=move |event| choices.press(&event)
                on:blur=move |_| choices.close()
            />
            <Icon name="chevron-down" class="icon-16" />
            {dynamic(move || choices.is_open().then(|| view! { <Popup choices /> }))}
        </div>
    }
}

fn option_id(place: usize) -> String {
    format!("{CHOICES}-{place}")
}

#[component]
fn Popup(choices: Choices) -> impl IntoView {
    let t = &texts().registrations;
    let option = move |(place, choice): (usize, Choice)| {
        let is_active = move || choices.active.get() == place;
        let Choice { name, host, .. } = choice.clone();
        view! {
            // The field keeps the focus.
            <li
                id=option_id(place)
                role="option"
                aria-selected=move || is_active().to_string()
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| choices.choose(&choice)
            >
                {name}
                <span class="sub">{host}</span>
            </li>
        }
    };
    let status = move || match choices.result.get() {
        Load::Pending => texts().common.loading.to_owned(),
        Load::Failed(error) => crate::components::explain(&error),
        Load::Ready((choices, _)) if choices.is_empty() => t.none_found.to_owned(),
        Load::Ready((_, true)) => texts().launches.more_registrations.to_owned(),
        Load::Ready((_, false)) => String::new(),
    };
    effect(move || {
        browser::show_soon(option_id(choices.active.get()));
    });
    view! {
        <div class="found">
            <ul id=CHOICES role="listbox" aria-label=texts().launches.registration>
                {dynamic(move || choices.all().into_iter().enumerate().map(option).collect_view())}
            </ul>
            <p class="hint" role="status" on:mousedown=|event| event.prevent_default()>
                {dynamic(status)}
            </p>
        </div>
    }
}
