use contract::Registration;
use leptos::prelude::*;

use crate::api::Api;
use crate::components::{ButtonLink, Card, Heading, Icon, Loading, NoticeRegion, PageFailed, Value, ValueList};
use crate::i18n::{listed, texts};
use crate::load::{Load, load};
use crate::reactive::dynamic;
use crate::session::Catalogue;

/// `/registrations/{id}/added`: the saved values and the next steps.
#[component]
pub(crate) fn AddedPage(id: String) -> impl IntoView {
    let api = expect_context::<Api>();
    let registration = load(move || {
        let (api, id) = (api.clone(), id.clone());
        async move { api.registration(&id).await }
    });
    view! {
        <main class="main main-narrow" id="main" tabindex="-1">
            <NoticeRegion />
            {dynamic(move || match registration.get() {
                Load::Pending => view! { <Heading text=texts().details.loading.to_owned() /> <Loading /> }.into_any(),
                Load::Failed(error) => {
                    view! { <PageFailed error again=Callback::new(move |()| registration.again()) /> }.into_any()
                }
                Load::Ready(registration) => view! { <Added registration /> }.into_any(),
            })}
        </main>
    }
}

#[component]
fn Added(registration: Registration) -> impl IntoView {
    let t = texts();
    let catalogue = expect_context::<Catalogue>();
    let (app_id, platform, of_lead) = (
        registration.app_id.clone(),
        registration.platform.clone(),
        registration.platform.clone(),
    );
    let app = Signal::derive(move || catalogue.app_name(&app_id));
    let lms = Signal::derive(move || catalogue.platform_name(&platform));
    let missing = registration.deployment_ids.is_empty();
    let decided = !missing || registration.accept_any_deployment;
    // With shared client IDs, unknown deployments don't wait for approval: they must be entered.
    let enter = missing && registration.client_id_shared;
    let accept = !decided && !enter;
    let next = |title: &'static str, text| view! { <Next title=Signal::stored(title.to_owned()) text /> };
    let deployments = if enter {
        t.wizard.not_known_yet.to_owned()
    } else if missing {
        t.added.known_later.to_owned()
    } else {
        listed(registration.deployment_ids)
    };
    let id = registration.id;
    view! {
        <div class="stack">
            <section class="card card-pad">
                <Heading text=registration.name.clone() />
                <p class="lead space-below">{dynamic(move || t.details.app_in.with([&app.get(), &catalogue.lms_in_sentence(&of_lead)]))}</p>
                <h2 class="subtitle space-below-s">{t.added.next}</h2>
                <ol class="timeline" role="list">
                    {enter.then(|| next(t.added.enter, t.added.enter_text))}
                    {next(t.added.open, t.added.open_text)}
                    {accept.then(|| next(t.added.approve, t.added.approve_text))}
                </ol>
                <div class="row space-above">
                    <ButtonLink href=format!("/registrations/{id}") label=t.added.view class="button-primary" />
                    <ButtonLink href=format!("/registrations/new?like={id}") label=t.added.another />
                    <ButtonLink href="/registrations" label=t.added.back class="button-subtle" />
                </div>
            </section>
            <Card id="summary" title=t.added.summary>
                <ValueList>
                    <Value name=t.common.app>{app}</Value>
                    <Value name=t.wizard.platform_label>{lms}</Value>
                    <Value name=t.fields.issuer text=registration.issuer mono=true />
                    <Value name=t.fields.client_id text=registration.client_id mono=true />
                    <Value name=t.fields.keyset_url text=registration.keyset_url mono=true />
                    <Value name=t.fields.authentication_url text=registration.authentication_url mono=true />
                    <Value
                        name=t.fields.access_token_url
                        text=registration.access_token_url.unwrap_or_default()
                        mono=true
                        none=t.details.none
                    />
                    <Value name=t.fields.deployment_id text=deployments />
                </ValueList>
            </Card>
        </div>
    }
}

#[component]
fn Next(title: Signal<String>, text: &'static str) -> impl IntoView {
    view! {
        <li>
            <span class="check-icon">
                <Icon name="circle" />
            </span>
            <div>
                <h3>{title}</h3>
                <p>{text}</p>
            </div>
        </li>
    }
}
