use leptos::prelude::*;

use crate::auth::{Auth, Consent, take_consent};
use crate::components::{Button, Intent, MessageBar};
use crate::i18n::texts;
use crate::reactive::dynamic;
use crate::router::Router;
use crate::session::Membership;

/// The button for admin consent and the outcome of the last request.
#[component]
pub(super) fn ConsentSection() -> impl IntoView {
    let t = &texts().tenant;
    let auth = expect_context::<Auth>();
    let tenant = expect_context::<Membership>().account().tenant_id.to_string();
    let outcome = take_consent(&tenant);
    if outcome.is_some() {
        // The outcome is shown once, not again after a reload.
        expect_context::<Router>().replace("/tenant");
    }
    let given = matches!(outcome, Some(Consent::Given));
    // The region is empty first, so that the message is announced.
    let (drawn, set_drawn) = signal(false);
    request_animation_frame(move || {
        set_drawn.try_set(true);
    });
    let message = move |outcome| match outcome {
        Consent::Given => view! { <MessageBar intent=Intent::Success strong=t.consent_given text=t.consent_given_rest /> },
        Consent::Declined(code) => {
            view! { <MessageBar intent=Intent::Warning strong=t.consent_declined text=t.consent_declined_rest.with([&code]) /> }
        }
        Consent::NotOurs => view! { <MessageBar intent=Intent::Warning strong=t.consent_other text=t.consent_other_rest /> },
    };
    let request = Callback::new(move |()| auth.request_consent(&tenant));
    view! {
        <section class="section" aria-labelledby="consent">
            <h2 class="subtitle space-below-s" id="consent">
                {t.consent}
            </h2>
            <div class="status-region" role="status">
                {dynamic(move || drawn.get().then(|| outcome.clone()).flatten().map(message))}
            </div>
            <div class="stack-s">
                {(!given)
                    .then(|| {
                        view! {
                            <p>{t.consent_text}</p>
                            <div class="row">
                                <Button label=t.consent_give.to_owned() press=request />
                            </div>
                        }
                    })}
            </div>
        </section>
    }
}
