use leptos::prelude::*;
use leptos::task::spawn_local;

use super::state::Wizard;
use crate::api::{Api, ApiError};
use crate::components::{Button, Intent, LoadFailed, MessageBar};
use crate::i18n::texts;
use crate::reactive::dynamic;
use crate::router::Router;
use crate::session::FreshContest;

/// Offers to contest what another organization registered.
#[component]
pub(super) fn ContestOffer() -> impl IntoView {
    let t = &texts().contests;
    let api = expect_context::<Api>();
    let wizard = expect_context::<Wizard>();
    let fresh = expect_context::<FreshContest>();
    let router = expect_context::<Router>();
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let press = Callback::new(move |()| {
        busy.set(true);
        error.set(None);
        let api = api.clone();
        // The contest replaces nothing: the old registration stays until somebody deletes it.
        let mut registration = untrack(|| wizard.draft.with(|draft| draft.request(&wizard.fields())));
        registration.replaces = None;
        spawn_local(async move {
            let answer = api.create_contest(&registration).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(contest) => {
                    wizard.discard();
                    fresh.set(contest);
                    router.replace("/contests");
                }
                Err(reason) => error.set(Some(reason)),
            }
        });
    });
    view! {
        <div class="space-below">
            <MessageBar intent=Intent::Info strong=t.offer text=t.offer_text>
                <Button label=t.offer_button.to_owned() class="button-small" press busy />
            </MessageBar>
            {dynamic(move || error.get().map(|error| view! { <LoadFailed error again=press busy /> }))}
        </div>
    }
}
