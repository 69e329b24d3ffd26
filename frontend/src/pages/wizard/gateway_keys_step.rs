use contract::{GatewayKey, GatewayNetwork, LmsSetting, ToolConfiguration};
use leptos::prelude::*;

use super::state::Wizard;
use crate::api::Api;
use crate::components::{Card, CopyAll, CopyField, LoadFailed, Loading, Value, ValueList};
use crate::i18n::{listed, texts};
use crate::json;
use crate::load::{Load, load};
use crate::reactive::dynamic;

#[component]
pub(super) fn GatewayKeysStep(lms: String) -> impl IntoView {
    let api = expect_context::<Api>();
    let wizard = expect_context::<Wizard>();
    let configuration = load(move || {
        let (app_id, platform) = wizard
            .draft
            .with_untracked(|draft| (draft.app_id.clone(), draft.platform.clone()));
        let api = api.clone();
        async move { api.tool_configuration(&app_id, &platform).await }
    });
    dynamic(move || match configuration.get() {
        Load::Pending => view! { <Loading /> }.into_any(),
        Load::Failed(error) => view! { <LoadFailed error again=Callback::new(move |()| configuration.again()) /> }.into_any(),
        Load::Ready(configuration) => view! { <Keys configuration lms=lms.clone() /> }.into_any(),
    })
}

#[component]
fn Keys(configuration: ToolConfiguration, lms: String) -> impl IntoView {
    let t = &texts().wizard;
    let ToolConfiguration {
        keys,
        settings,
        steps,
        document,
        network,
        ..
    } = configuration;
    let as_text = keys
        .iter()
        .map(|key| (&key.label, &key.value))
        .chain(settings.iter().map(|setting| (&setting.label, &setting.value)))
        .map(|(label, value)| texts().common.named.with([label, value]))
        .collect::<Vec<_>>()
        .join("\n");
    let json = document.map(|document| json::pretty(&document));
    let fields = match json {
        Some(json) => view! {
            <Card id="document" title=t.document_heading.with([&lms]) end=view! { <CopyAll label=t.copy_document value=json.clone() /> }.into_any()>
                <pre class="code" tabindex="0" aria-labelledby="document">
                    {json}
                </pre>
            </Card>
            <details class="card card-pad disclosure">
                <summary>{t.one_by_one}</summary>
                <Rows keys />
                <Settings settings />
            </details>
        }
        .into_any(),
        None => view! {
            <Card id="fields" title=t.fields_title.with([&lms]) end=view! { <CopyAll label=t.copy_all value=as_text /> }.into_any()>
                <Rows keys />
            </Card>
            <Card id="settings" title=t.settings_title.with([&lms])>
                <Settings settings />
            </Card>
        }
        .into_any(),
    };
    view! {
        <div class="stack">
            {(!steps.is_empty())
                .then(|| {
                    view! {
                        <div class="card card-pad stack-s">
                            <h2 class="subtitle">{t.steps_title.with([&lms])}</h2>
                            <ol class="instructions">
                                {steps.into_iter().map(|step| view! { <li>{step.replace(" > ", " › ")}</li> }).collect_view()}
                            </ol>
                        </div>
                    }
                })} {fields} <Firewall network lms />
        </div>
    }
}

/// The firewall settings that allow the gateway to fetch the LMS's keyset.
#[component]
fn Firewall(network: GatewayNetwork, lms: String) -> impl IntoView {
    let t = &texts().wizard;
    let GatewayNetwork { addresses, user_agent } = network;
    view! {
        <details class="card card-pad disclosure">
            <summary>{t.network_title.with([&lms])}</summary>
            <p>{t.network_text.with([&lms])}</p>
            <div class="copy-rows">
                {(!addresses.is_empty())
                    .then(|| {
                        view! { <CopyField id="network-addresses".to_owned() label=t.network_addresses.to_owned() value=listed(addresses) /> }
                    })} <CopyField id="network-user-agent".to_owned() label=t.network_user_agent.to_owned() value=user_agent />
            </div>
        </details>
    }
}

/// The settings in the LMS that have no value to copy.
#[component]
fn Settings(settings: Vec<LmsSetting>) -> impl IntoView {
    let value = |setting: LmsSetting| view! { <Value name=setting.label text=setting.value /> };
    view! { <ValueList>{settings.into_iter().map(value).collect_view()}</ValueList> }
}

#[component]
fn Rows(keys: Vec<GatewayKey>) -> impl IntoView {
    let row = |(place, key): (usize, GatewayKey)| {
        view! { <CopyField id=format!("gateway-key-{place}") label=key.label ours=key.name value=key.value /> }
    };
    view! { <div class="copy-rows">{keys.into_iter().enumerate().map(row).collect_view()}</div> }
}
