use contract::{LmsField, LmsFieldName, LmsSite};
use leptos::prelude::*;

use super::state::Wizard;
use crate::browser;
use crate::components::{Checkbox, Icon, IconButton, LinkButton, TextField, TextInput};
use crate::i18n::texts;
use crate::reactive::dynamic;
use crate::session::Catalogue;
use crate::wizard::DraftField;

/// The gateway's name of a field.
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
    let (site, fields) = untrack(|| (wizard.site(), wizard.fields()));
    let inputs = fields.into_iter().map(|field| match field.field {
        LmsFieldName::DeploymentIds => view! { <DeploymentIds field /> }.into_any(),
        _ => view! { <Field field /> }.into_any(),
    });
    view! {
        <div class="card card-pad stack-l">{site.map(|site| view! { <Site site /> })} {inputs.collect_view()}</div>
        <Advanced />
    }
}

/// The LMS's address, if values are derived from it and not from the issuer.
#[component]
fn Site(site: LmsSite) -> impl IntoView {
    let wizard = expect_context::<Wizard>();
    let optional = texts().fields.optional;
    view! {
        <TextField
            id="site"
            label=view! { {site.label} " " <span class="optional">{optional}</span> }.into_any()
            value=Signal::derive(move || wizard.draft.with(|draft| draft.site.clone()))
            enter=Callback::new(move |text: String| wizard.enter(DraftField::Site, |draft| draft.site = text))
            error=Signal::derive(move || wizard.error(DraftField::Site))
            hint=Signal::derive(move || site.hint.clone())
            mono=true
        />
    }
}

/// The label of a field: the LMS's term, with the gateway's term in small print.
fn label(field: &LmsField, prefilled: Signal<bool>) -> AnyView {
    let t = &texts().fields;
    let ours = our_name(field.field);
    let small = if field.label.eq_ignore_ascii_case(ours) { "" } else { ours };
    let optional = if field.required || field.fixed.is_some() {
        ""
    } else {
        t.optional
    };
    let badge = move || {
        prefilled
            .get()
            .then(|| view! { <span class="badge badge-brand">{t.prefilled}</span> })
    };
    view! { {field.label.clone()} " " <span class="optional">{small} " " {optional}</span> " " {dynamic(badge)} }.into_any()
}

#[component]
fn Field(field: LmsField) -> impl IntoView {
    let t = texts();
    let wizard = expect_context::<Wizard>();
    let name = field.field;
    let draft_field = DraftField::Lms(name);
    let fixed = field.fixed.is_some();
    let left = field.clone();
    let hint = field.hint.replace(" > ", " › ");
    let prefilled = Signal::derive(move || {
        let fields = wizard.fields();
        wizard.draft.with(|draft| draft.is_prefilled(name, &fields))
    });
    let value = move || {
        let fields = wizard.fields();
        wizard.draft.with(|draft| draft.value(name, &fields).into_owned())
    };
    let hint = move || match (prefilled.get(), fixed) {
        (true, false) => format!("{hint} {}", t.wizard.follows),
        (false, _) | (true, true) => hint.clone(),
    };
    view! {
        <TextField
            id=draft_field.id()
            label=label(&field, prefilled)
            value=Signal::derive(value)
            enter=Callback::new(move |text: String| wizard.enter(draft_field, |draft| draft.enter(name, &text)))
            leave=Callback::new(move |()| wizard.draft.update(|draft| draft.leave(&left)))
            error=Signal::derive(move || wizard.error(draft_field))
            hint=Signal::derive(hint)
            required=field.required
            readonly=fixed
            mono=true
        >
            {(name == LmsFieldName::Issuer).then(|| view! { <SlashWarning /> })}
        </TextField>
    }
}

/// A warning about a trailing slash. The value isn't changed.
#[component]
fn SlashWarning() -> impl IntoView {
    let t = &texts().fields;
    let wizard = expect_context::<Wizard>();
    let shown = Memo::new(move |_| {
        let fields = wizard.fields();
        wizard.draft.with(|draft| draft.issuer_has_slash(&fields))
    });
    let remove = Callback::new(move |()| {
        wizard.enter(DraftField::Lms(LmsFieldName::Issuer), crate::wizard::Draft::remove_slash);
        browser::focus_soon(vec!["issuer".to_owned()]);
    });
    let warning = move || {
        shown.get().then(|| {
            view! {
                <p class="field-warning">
                    <Icon name="warning" class="icon-solid" />
                    <span>
                        {t.slash} " " <LinkButton label=t.remove_slash.to_owned() press=remove />
                    </span>
                </p>
            }
        })
    };
    view! {
        <div id="issuer-warning" role="status">
            {dynamic(warning)}
        </div>
    }
}

/// The deployment IDs. They stay empty if the LMS issues them later.
#[component]
fn DeploymentIds(field: LmsField) -> impl IntoView {
    let t = &texts().wizard;
    let wizard = expect_context::<Wizard>();
    let catalogue = expect_context::<Catalogue>();
    let draft_field = DraftField::Lms(LmsFieldName::DeploymentIds);
    let rows = Memo::new(move |_| wizard.draft.with(|draft| draft.deployment_ids.len().max(1)));
    let more = move || (1..rows.get()).map(|row| view! { <DeploymentRow row /> }).collect_view();
    let add = Callback::new(move |()| {
        let row = rows.get_untracked();
        wizard
            .draft
            .update(|draft| draft.deployment_ids.resize(row + 1, String::new()));
        browser::focus_soon(vec![format!("deployment-id-{}", row + 1)]);
    });
    let label = label(&field, Signal::derive(|| false));
    let hint = field.hint.replace(" > ", " › ");
    let hint = move || {
        // With shared client IDs, unknown deployments don't wait for approval.
        let later = match catalogue.platform(&wizard.draft.with(|draft| draft.platform.clone())) {
            Some(platform) if platform.shared_client_ids => t.later_shared,
            Some(platform) if platform.inherited_client_ids => t.later_inherited,
            _ => t.later,
        };
        format!("{hint} {later}")
    };
    let first = move || {
        wizard
            .draft
            .with(|draft| draft.deployment_ids.first().cloned().unwrap_or_default())
    };
    let enter = move |text: String| wizard.enter(draft_field, |draft| draft.enter(LmsFieldName::DeploymentIds, &text));
    view! {
        <div class="stack-s">
            <TextField
                id=draft_field.id()
                label
                value=Signal::derive(first)
                enter=Callback::new(enter)
                error=Signal::derive(move || wizard.error(draft_field))
                hint=Signal::derive(hint)
                mono=true
            >
                {dynamic(more)}
            </TextField>
            <div>
                <LinkButton label=t.add_deployment.to_owned() press=add />
            </div>
        </div>
    }
}

#[component]
fn DeploymentRow(row: usize) -> impl IntoView {
    let t = &texts().wizard;
    let wizard = expect_context::<Wizard>();
    let draft_field = DraftField::Lms(LmsFieldName::DeploymentIds);
    let value = move || {
        wizard
            .draft
            .with(|draft| draft.deployment_ids.get(row).cloned().unwrap_or_default())
    };
    let enter = move |text: String| {
        wizard.enter(draft_field, |draft| {
            if let Some(id) = draft.deployment_ids.get_mut(row) {
                *id = text;
            }
        });
    };
    let remove = Callback::new(move |()| {
        wizard.enter(draft_field, |draft| {
            if row < draft.deployment_ids.len() {
                draft.deployment_ids.remove(row);
            }
        });
        browser::focus_soon(vec![draft_field.id().to_owned()]);
    });
    view! {
        <div class="row-input">
            <TextInput
                id=format!("deployment-id-{}", row + 1)
                value=Signal::derive(value)
                enter=Callback::new(enter)
                mono=true
                name=t.more_deployment.of(row + 1)
            />
            <IconButton icon="dismiss" name=t.remove_deployment.of(row + 1) press=remove />
        </div>
    }
}

/// Rarely used options.
#[component]
fn Advanced() -> impl IntoView {
    let t = &texts().wizard;
    let wizard = expect_context::<Wizard>();
    let platform = expect_context::<Catalogue>().platform(&wizard.draft.with_untracked(|draft| draft.platform.clone()));
    // With shared client IDs, a new deployment may belong to another school.
    let may_accept_any = !platform.is_some_and(|platform| platform.shared_client_ids);
    let accept_any = may_accept_any.then(|| {
        view! {
                <Checkbox
                    id="accept-any"
                    label=t.accept_any.to_owned()
                    checked=Signal::derive(move || wizard.draft.with(|draft| draft.accept_any_deployment))
                    change=Callback::new(move |on| wizard.draft.update(|draft| draft.accept_any_deployment = on))
                    hint=t.accept_any_hint
                />
        }
    });
    view! {
        <details class="card card-pad disclosure space-above">
            <summary>{t.advanced}</summary>
            <div class="stack">
                {accept_any}
                <Checkbox
                    id="allow-anonymous"
                    label=t.allow_anonymous.to_owned()
                    checked=Signal::derive(move || wizard.draft.with(|draft| draft.allow_anonymous))
                    change=Callback::new(move |on| wizard.draft.update(|draft| draft.allow_anonymous = on))
                    hint=t.allow_anonymous_hint
                />
            </div>
        </details>
    }
}
