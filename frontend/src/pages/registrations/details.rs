//! The drawer with the details of one registration.

use contract::{Actor, ActorKind, GatewayNetwork, Registration, ServiceGroup, ServiceState};
use leptos::prelude::*;

use super::deleting::Deleting;
use super::deployments::DeploymentSections;
use super::health::HealthSection;
use crate::api::{Api, ApiError};
use crate::components::{
    Button, ButtonLink, CopyAll, Drawer, Intent, LaunchChart, LoadFailed, Loading, MessageBar, OutcomePill, Section, Value,
    ValueList, initials, set_title, sums, tone,
};
use crate::dates;
use crate::i18n::{listed, texts};
use crate::json;
use crate::load::{Load, load};
use crate::pages::launches::reason;
use crate::reactive::{dynamic, effect};
use crate::router::Router;
use crate::session::{Catalogue, Membership};

/// The number of days in the small chart.
const CHART_DAYS: u32 = 14;

/// The state of the drawer. A newer answer about the same registration doesn't redraw all of it.
#[derive(Clone, Debug, PartialEq)]
enum Phase {
    Pending,
    Shown,
    Failed(ApiError),
}

/// `/registrations/{id}`.
#[component]
pub(crate) fn Details(id: String) -> impl IntoView {
    let t = &texts().details;
    let api = expect_context::<Api>();
    let router = expect_context::<Router>();
    let deleting = expect_context::<Deleting>();
    let loaded = load(move || {
        let (api, id) = (api.clone(), id.clone());
        async move { api.registration(&id).await }
    });
    let phase = Memo::new(move |_| match loaded.get() {
        Load::Pending => Phase::Pending,
        Load::Ready(_) => Phase::Shown,
        Load::Failed(error) => Phase::Failed(error),
    });
    // The list behind also shows the health.
    let again = Callback::new(move |()| {
        loaded.again();
        deleting.list().again();
    });
    let close = Callback::new(move |()| router.go_without_scrolling(&deleting.list().parameters.address()));
    let title = move || match phase.get() {
        Phase::Pending => t.loading.to_owned(),
        Phase::Shown => loaded.ready().map(|registration| registration.name).unwrap_or_default(),
        Phase::Failed(error) if error.status() == Some(404) => t.not_found.to_owned(),
        Phase::Failed(_) => texts().errors.title.to_owned(),
    };
    effect(move || set_title(&title()));
    let head = view! {
        <div class="entity">
            {dynamic(move || loaded.ready().map(|registration| view! { <Tile app_id=registration.app_id /> }))}
            <div>
                <h2 id="drawer-title" tabindex="-1" autofocus>
                    {dynamic(title)}
                </h2>
                {dynamic(move || loaded.ready().map(|registration| view! { <AppInLms registration /> }))}
            </div>
        </div>
    };
    let foot = move || match phase.get() {
        Phase::Shown => untrack(|| loaded.ready()).map(|registration| view! { <Foot registration /> }),
        Phase::Pending | Phase::Failed(_) => None,
    };
    view! {
        <Drawer
            labelled_by="drawer-title"
            close_label=texts().common.close
            close
            head=head.into_any()
            foot=dynamic(foot).into_any()
        >
            {dynamic(move || match phase.get() {
                Phase::Pending => view! { <Loading /> }.into_any(),
                Phase::Failed(error) if error.status() == Some(404) => view! { <p>{t.not_found_text}</p> }.into_any(),
                Phase::Failed(error) => view! { <LoadFailed error again /> }.into_any(),
                Phase::Shown => {
                    let now = Signal::derive(move || loaded.ready());
                    untrack(|| loaded.ready()).map(|registration| view! { <Body registration now again /> }).into_any()
                }
            })}
        </Drawer>
    }
}

#[component]
fn Tile(app_id: String) -> impl IntoView {
    let catalogue = expect_context::<Catalogue>();
    let class = format!("mono-tile large {}", tone(&app_id));
    view! { <span class=class aria-hidden="true">{dynamic(move || initials(&catalogue.app_name(&app_id)))}</span> }
}

#[component]
fn AppInLms(registration: Registration) -> impl IntoView {
    let catalogue = expect_context::<Catalogue>();
    let Registration { app_id, platform, .. } = registration;
    let text = move || {
        texts()
            .details
            .app_in
            .with([&catalogue.app_name(&app_id), &catalogue.lms_in_sentence(&platform)])
    };
    view! { <p class="muted">{dynamic(text)}</p> }
}

#[component]
fn Foot(registration: Registration) -> impl IntoView {
    let t = &texts().details;
    let deleting = expect_context::<Deleting>();
    let href = format!("/registrations/new?replaces={}", registration.id);
    let delete = Callback::new(move |()| deleting.confirm(registration.clone()));
    expect_context::<Membership>().is_administrator().then(|| {
        view! {
            <div class="drawer-foot">
                <ButtonLink href label=t.again icon="arrow-sync" />
                <Button label=t.delete.to_owned() icon="delete" class="button-subtle" opens_dialog=true press=delete />
            </div>
        }
    })
}

#[component]
fn Body(
    /// The registration when the drawer was opened. Only its health can change.
    registration: Registration,
    now: Signal<Option<Registration>>,
    again: Callback<()>,
) -> impl IntoView {
    let id = registration.id.to_string();
    let withdrawn = registration.app_withdrawn.then(|| {
        let t = &texts().registrations;
        view! { <MessageBar intent=Intent::Warning strong=t.withdrawn text=t.withdrawn_text /> }
    });
    let outdated = registration
        .tool_keyset_url
        .as_deref()
        .filter(|_| registration.tool_keyset_outdated)
        .map(|url| {
            let t = &texts().details;
            view! { <MessageBar intent=Intent::Warning strong=t.keyset_outdated text=t.keyset_outdated_text.with([url]) /> }
        });
    view! {
        {withdrawn}
        {outdated}
        <HealthSection now again />
        <DeploymentSections registration_id=id.clone() changed=again />
        <Services registration=registration.clone() />
        <LaunchSection registration_id=id />
        <LmsKeys registration=registration.clone() />
        <GatewayKeys registration=registration.clone() />
        <About registration />
    }
}

#[component]
fn LaunchSection(registration_id: String) -> impl IntoView {
    let t = &texts().details;
    let api = expect_context::<Api>();
    let all = format!("/launches?registrationId={registration_id}");
    let days = {
        let (api, id) = (api.clone(), registration_id.clone());
        load(move || {
            let (api, id) = (api.clone(), id.clone());
            async move { api.daily_launches(&id, CHART_DAYS).await }
        })
    };
    // If there were no launches, the list below says so. A chart that fails to load is left out.
    let chart = move || {
        let days = days.ready()?.value;
        (sums(&days) != (0, 0)).then(|| view! { <LaunchChart days small=true /> })
    };
    let launches = load(move || {
        let (api, id) = (api.clone(), registration_id.clone());
        async move { api.last_launches(&id).await }
    });
    let list = move || match launches.get() {
        Load::Pending => view! { <Loading /> }.into_any(),
        Load::Failed(error) => view! { <LoadFailed error again=Callback::new(move |()| launches.again()) /> }.into_any(),
        Load::Ready(page) if page.value.is_empty() => view! { <p class="muted">{t.no_launches}</p> }.into_any(),
        Load::Ready(page) => {
            let entry = |launch: contract::Launch| {
                let href = format!("/launches/{}", launch.reference);
                view! {
                    <li>
                        <span>
                            <a class="mono" href=href>
                                {launch.reference.clone()}
                            </a>
                            <span class="sub muted">{dates::exact_element(launch.at)} {reason(launch.code.as_deref()).map(|why| format!(" · {why}"))}</span>
                        </span>
                        <OutcomePill outcome=launch.outcome />
                    </li>
                }
            };
            view! {
                <ul class="approvals" role="list">
                    {page.value.into_iter().map(entry).collect_view()}
                </ul>
            }
            .into_any()
        }
    };
    view! {
        <Section id="drawer-launches" title=t.launches end=view! { <a href=all>{t.all_launches}</a> }.into_any()>
            <div class="stack">
                {dynamic(chart)}
                <div>{dynamic(list)}</div>
            </div>
        </Section>
    }
}

/// The services that the app uses, and the offer of the LMS. An app without services has no such section.
#[component]
fn Services(registration: Registration) -> impl IntoView {
    let t = &texts().details;
    let api = expect_context::<Api>();
    let catalogue = expect_context::<Catalogue>();
    let Registration { id, platform, .. } = registration;
    let services = load(move || {
        let api = api.clone();
        async move { api.services(&id.to_string()).await }
    });
    let section = move || match services.get() {
        Load::Pending => None,
        Load::Failed(error) => Some(view! { <LoadFailed error again=Callback::new(move |()| services.again()) /> }.into_any()),
        Load::Ready(page) if page.value.is_empty() => None,
        Load::Ready(page) => {
            let lms = catalogue.lms_in_sentence(&platform);
            let service = move |service: contract::RegistrationService| {
                let name = match service.service {
                    ServiceGroup::NamesAndRoles => t.names_and_roles,
                    ServiceGroup::Grades => t.grades,
                };
                let text = match (service.state, service.remedy) {
                    (ServiceState::Offered, _) => t.service_offered.to_owned(),
                    (ServiceState::Unknown, _) => t.service_unknown.to_owned(),
                    (ServiceState::NotOffered, remedy) => t.service_not_offered.with([&lms, &remedy.unwrap_or_default()]),
                };
                view! { <Value name=name text=text /> }
            };
            let list = view! { <ValueList>{page.value.into_iter().map(service).collect_view()}</ValueList> };
            Some(view! { <Section id="drawer-services" title=t.services>{list}</Section> }.into_any())
        }
    };
    dynamic(section)
}

#[component]
fn LmsKeys(registration: Registration) -> impl IntoView {
    let t = texts();
    view! {
        <Section id="drawer-lms-keys" title=t.details.lms_keys>
            <ValueList>
                <Value name=t.fields.issuer text=registration.issuer mono=true copy=true />
                <Value name=t.fields.client_id text=registration.client_id mono=true copy=true />
                <Value name=t.fields.keyset_url text=registration.keyset_url mono=true copy=true />
                <Value name=t.fields.authentication_url text=registration.authentication_url mono=true copy=true />
                <Value
                    name=t.fields.access_token_url
                    text=registration.access_token_url.unwrap_or_default()
                    mono=true
                    copy=true
                    none=t.details.none
                />
                {registration
                    .access_token_audience
                    .map(|audience| {
                        view! { <Value name=t.fields.access_token_audience text=audience mono=true copy=true /> }
                    })}
            </ValueList>
        </Section>
    }
}

#[component]
fn GatewayKeys(registration: Registration) -> impl IntoView {
    let t = &texts().details;
    let api = expect_context::<Api>();
    let Registration { app_id, platform, .. } = registration;
    let configuration = load(move || {
        let (api, app_id, platform) = (api.clone(), app_id.clone(), platform.clone());
        async move { api.tool_configuration(&app_id, &platform).await }
    });
    let keys = move || match configuration.get() {
        Load::Pending => view! { <Loading /> }.into_any(),
        Load::Failed(error) => view! { <LoadFailed error again=Callback::new(move |()| configuration.again()) /> }.into_any(),
        Load::Ready(configuration) => {
            let value = |key: contract::GatewayKey| view! { <Value name=key.label text=key.value mono=true copy=true /> };
            let setting = |setting: contract::LmsSetting| view! { <Value name=setting.label text=setting.value /> };
            let GatewayNetwork { addresses, user_agent } = configuration.network;
            let t = &texts().wizard;
            let network = view! {
                {(!addresses.is_empty()).then(|| view! { <Value name=t.network_addresses text=listed(addresses) mono=true copy=true /> })}
                <Value name=t.network_user_agent text=user_agent mono=true copy=true />
            };
            view! {
                <ValueList>
                    {configuration.keys.into_iter().map(value).collect_view()}
                    {configuration.settings.into_iter().map(setting).collect_view()}
                    {network}
                </ValueList>
            }
            .into_any()
        }
    };
    // Some LMSs take one document instead of all fields.
    let document = move || {
        let json = configuration.ready()?.document?;
        Some(view! { <CopyAll label=texts().wizard.copy_document value=json::pretty(&json) /> })
    };
    view! {
        <Section id="drawer-gateway-keys" title=t.gateway_keys end=dynamic(document).into_any()>
            {dynamic(keys)}
        </Section>
    }
}

#[component]
fn About(registration: Registration) -> impl IntoView {
    let t = &texts().details;
    let Actor { name, kind, .. } = registration.created_by;
    // The name of an application may be just its ID.
    let by = match kind {
        ActorKind::User => name,
        ActorKind::App => t.application.with([&name]),
    };
    let created = t.created_by.with([&dates::full(registration.created_at), &by]);
    let anonymous = if registration.allow_anonymous {
        t.anonymous_yes
    } else {
        t.anonymous_no
    };
    let any = match (registration.client_id_shared, registration.accept_any_deployment) {
        (true, _) => t.any_deployment_shared,
        (false, true) => t.any_deployment_yes,
        (false, false) => t.any_deployment_no,
    };
    view! {
        <Section id="drawer-about" title=t.about>
            <ValueList>
                <Value name=texts().common.created text=created />
                <Value name=t.id text=registration.id.to_string() mono=true copy=true />
                <Value name=t.anonymous text=anonymous />
                <Value name=t.any_deployment text=any />
            </ValueList>
        </Section>
    }
}
