//! The organization: its registration and its state.

use contract::{NewTenant, TenantState};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};

use super::consent::ConsentSection;
use super::sign_in_error::{Denied, Refusal};
use crate::api::{Api, ApiError};
use crate::auth::Session;
use crate::components::{
    Button, Checkbox, ErrorSummary, FieldError, Heading, Icon, LoadFailed, Narrow, Notice, NoticeRegion, Shell, StatusPage,
    TextField, Value, ValueList, explain,
};
use crate::dates;
use crate::i18n::texts;
use crate::load::Load;
use crate::reactive::dynamic;
use crate::session::Membership;
use crate::session::SavedForm;
use crate::session::Standing;
use crate::text::clean;

/// `/tenant`.
#[component]
pub(crate) fn TenantPage() -> impl IntoView {
    match expect_context::<Membership>().standing() {
        Standing::Member => view! {
            <Shell>
                <main class="main main-narrow" id="main" tabindex="-1">
                    <Organization />
                </main>
            </Shell>
        }
        .into_any(),
        Standing::Pending => view! { <Waiting /> }.into_any(),
        Standing::AdminOfUnregistered => view! {
            <Narrow>
                <Register />
            </Narrow>
        }
        .into_any(),
        Standing::Support | Standing::Refused => view! { <Denied refusal=Refusal::NoRole /> }.into_any(),
    }
}

#[component]
fn Organization() -> impl IntoView {
    let t = &texts().tenant;
    view! {
        <div class="page-head">
            <div>
                <Heading text=t.organization.to_owned() />
                <p class="lead">{t.organization_lead}</p>
            </div>
        </div>
        <NoticeRegion />
        <div class="card card-pad stack">
            <TenantValues />
            {expect_context::<Membership>().is_administrator().then(|| view! { <ConsentSection /> })}
            <div class="row">
                <a class="button button-primary" href="/registrations">
                    {texts().sign_in.go}
                </a>
            </div>
        </div>
    }
}

/// Name, ID, state and registration date of the organization.
#[component]
fn TenantValues() -> impl IntoView {
    let t = &texts().tenant;
    let tenant = expect_context::<Membership>().tenant();
    dynamic(move || match tenant.get() {
        Load::Pending | Load::Ready(None) => view! { <div class="placeholder"></div> }.into_any(),
        Load::Failed(error) => view! { <LoadFailed error again=Callback::new(move |()| tenant.again()) /> }.into_any(),
        Load::Ready(Some(tenant)) => {
            let (since, class, icon, icon_class, state) = match tenant.state {
                TenantState::Registered => (t.since, "pill pill-success", "check-circle", "icon-solid", t.registered),
                TenantState::Pending => (t.asked_on, "pill pill-warning", "clock", "", t.pending),
            };
            view! {
                <ValueList>
                    <Value name=t.organization text=tenant.display_name />
                    <Value name=t.tenant_id text=tenant.id.to_string() mono=true copy=true />
                    <Value name=t.state>
                        <span class=class>
                            <Icon name=icon class=icon_class />
                            {state}
                        </span>
                    </Value>
                    <Value name=since>{dates::day_element(tenant.registered_at)}</Value>
                </ValueList>
            }
            .into_any()
        }
    })
}

#[component]
fn Waiting() -> impl IntoView {
    let t = &texts().tenant;
    let membership = expect_context::<Membership>();
    let again = Callback::new(move |()| membership.reload());
    let more = view! { <TenantValues /> };
    view! {
        <StatusPage title=t.pending_title text=t.pending_text more=more.into_any()>
            <Button label=t.check_again.to_owned() class="button-primary" press=again />
        </StatusPage>
    }
}

/// The errors of the form.
#[derive(Clone, Debug, Default, PartialEq)]
struct FormErrors {
    name: Option<String>,
    allowed: Option<&'static str>,
    whole: Option<String>,
}

impl FormErrors {
    fn of(error: &ApiError) -> Self {
        let detail = error
            .problem()
            .and_then(|problem| problem.errors.first())
            .map(|error| error.detail.clone());
        match detail {
            Some(name) => Self {
                name: Some(name),
                ..Self::default()
            },
            None => Self {
                whole: Some(explain(error)),
                ..Self::default()
            },
        }
    }

    fn list(&self) -> Vec<(String, String)> {
        let name = self.name.as_ref().map(|text| {
            (
                "organization-name".to_owned(),
                texts().common.named.with([texts().tenant.name, text]),
            )
        });
        let allowed = self.allowed.map(|text| ("allowed".to_owned(), text.to_owned()));
        let whole = self.whole.clone().map(|text| (String::new(), text));
        [name, allowed, whole].into_iter().flatten().collect()
    }
}

/// The entered values. They survive the redirect to the consent page.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Entered {
    name: String,
    allowed: bool,
}

#[component]
fn Register() -> impl IntoView {
    let t = &texts().tenant;
    let api = expect_context::<Api>();
    let membership = expect_context::<Membership>();
    let notice = expect_context::<Notice>();
    let account = membership.account();
    let by = Session::load().map_or(account.display_name, |session| session.person.name);
    let saved = SavedForm::of("tenant");
    let entered = RwSignal::new(saved.get::<Entered>().unwrap_or_default());
    let enter = {
        let saved = saved.clone();
        Callback::new(move |now: Entered| {
            saved.set(&now);
            entered.set(now);
        })
    };
    let (busy, set_busy) = signal(false);
    let (errors, set_errors) = signal(FormErrors::default());

    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Entered { name, allowed } = entered.get_untracked();
        let display_name = clean(&name).to_owned();
        let form_errors = FormErrors {
            name: display_name.is_empty().then(|| texts().fields.missing.to_owned()),
            allowed: (!allowed).then_some(t.allowed_missing),
            whole: None,
        };
        let in_order = form_errors == FormErrors::default();
        set_errors.set(form_errors);
        if !in_order || busy.get_untracked() {
            return;
        }
        set_busy.set(true);
        let (api, saved) = (api.clone(), saved.clone());
        spawn_local(async move {
            let answer = api
                .register_tenant(&NewTenant {
                    display_name,
                    ..NewTenant::default()
                })
                .await;
            set_busy.set(false);
            match answer {
                Ok(tenant) => {
                    saved.clear();
                    if tenant.state == TenantState::Registered {
                        notice.show(t.done.with([&tenant.display_name]), t.done_rest);
                    }
                    membership.reload();
                }
                Err(error) => set_errors.set(FormErrors::of(&error)),
            }
        });
    };
    let organization = Signal::derive(move || {
        let name = entered.with(|entered| clean(&entered.name).to_owned());
        if name.is_empty() {
            t.this_organization.to_owned()
        } else {
            name
        }
    });
    view! {
        <form class="card wide" novalidate on:submit=submit>
            <Heading text=t.title.to_owned() />
            <p class="lead space-below">{t.lead}</p>
            {dynamic(move || {
                let list = errors.get().list();
                (!list.is_empty()).then(|| view! { <ErrorSummary errors=list /> })
            })}
            <div class="space-below">
                <TextField
                    id="organization-name"
                    label=t.name.into_any()
                    value=Signal::derive(move || entered.with(|entered| entered.name.clone()))
                    enter=Callback::new(move |name| {
                        enter.run(Entered { name, ..entered.get_untracked() });
                    })
                    error=Signal::derive(move || errors.get().name)
                    hint=t.name_hint.to_owned()
                    required=true
                    autocomplete="organization"
                />
            </div>
            <ValueList>
                <Value name=t.tenant_id text=account.tenant_id.to_string() mono=true />
                <Value name=t.by text=by />
            </ValueList>
            <ConsentSection />
            <Keeps />
            <Checkbox
                id="allowed"
                label=Signal::derive(move || t.allowed.with([&organization.get()]))
                checked=Signal::derive(move || entered.with(|entered| entered.allowed))
                change=Callback::new(move |allowed| {
                    enter.run(Entered { allowed, ..entered.get_untracked() });
                })
                required=true
                invalid=Signal::derive(move || errors.with(|errors| errors.allowed.is_some()))
            />
            {dynamic(move || {
                errors.get().allowed.map(|text| view! { <FieldError id="allowed-error".to_owned() text=text.to_owned() /> })
            })}
            <div class="row space-above">
                <button class="button button-primary" aria-disabled=move || busy.get().to_string()>
                    {dynamic(move || t.register.with([&organization.get()]))}
                </button>
                <a class="button button-subtle" href="/">
                    {t.not_now}
                </a>
            </div>
        </form>
    }
}

/// The data that the gateway stores after the registration.
#[component]
fn Keeps() -> impl IntoView {
    let t = &texts().tenant;
    view! {
        <section class="section" aria-labelledby="keeps">
            <h2 class="subtitle space-below-s" id="keeps">
                {t.keeps}
            </h2>
            <ul role="list" class="stack-s">
                <li class="row-start">
                    <span class="good">
                        <Icon name="checkmark" />
                    </span>
                    <span>{t.keeps_registrations}</span>
                </li>
                <li class="row-start">
                    <span class="good">
                        <Icon name="checkmark" />
                    </span>
                    <span>{t.keeps_outcomes}</span>
                </li>
                <li class="row-start">
                    <span class="muted">
                        <Icon name="dismiss" />
                    </span>
                    <span>{t.keeps_no_people}</span>
                </li>
            </ul>
        </section>
    }
}
