use contract::{ProblemReport, ReportDiagnostics};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::draft::{Draft, PORTAL_VERSION, describe_browser};
use super::{CATEGORIES, Diagnostics, category_name};
use crate::api::{Api, ApiError};
use crate::components::{Checkbox, CopyField, ErrorSummary, FieldError, Heading, Icon, TextField, explain};
use crate::i18n::texts;
use crate::load::{Load, Loaded, load};
use crate::reactive::{dynamic, effect};
use crate::router::Router;

/// `/reports/new`.
#[component]
pub(crate) fn NewReportPage() -> impl IntoView {
    let t = &texts().reports;
    let (sent, set_sent) = signal(None::<ProblemReport>);
    view! {
        <main class="main" id="main" tabindex="-1">
            <nav class="breadcrumb" aria-label=texts().launches.breadcrumb>
                <ol>
                    <li>
                        <a href="/reports">{t.title}</a>
                    </li>
                    <li aria-current="page">{t.new}</li>
                </ol>
            </nav>
            {dynamic(move || match sent.get() {
                Some(report) => view! { <Sent report /> }.into_any(),
                None => view! { <Form done=Callback::new(move |report| set_sent.set(Some(report))) /> }.into_any(),
            })}
        </main>
    }
}

#[component]
fn Sent(report: ProblemReport) -> impl IntoView {
    let t = &texts().reports;
    view! {
        <div class="card card-pad stack main-narrow">
            <Heading text=t.sent.to_owned() />
            <p>{t.sent_text}</p>
            <CopyField id="number".to_owned() label=t.number.to_owned() value=report.number />
            <div class="row">
                <a class="button button-primary" href=format!("/reports/{}", report.id)>
                    {t.follow}
                </a>
                <a class="button button-subtle" href="/reports">
                    {t.title}
                </a>
            </div>
        </div>
    }
}

/// The id of the field at a JSON pointer.
fn field_of(pointer: &str) -> &'static str {
    match pointer {
        "/category" => "category",
        "/summary" => "summary",
        "/description" => "description",
        "/contactEmail" => "contact",
        "/launchReference" => "reference",
        _ => "",
    }
}

/// The label of a field.
fn label(id: &str) -> Option<&'static str> {
    let t = &texts().reports;
    match id {
        "category" => Some(t.category),
        "summary" => Some(t.summary),
        "description" => Some(t.description),
        "contact" => Some(t.contact),
        "reference" => Some(t.reference),
        _ => None,
    }
}

/// An error in the summary, with the label of its field.
fn named((id, text): (String, String)) -> (String, String) {
    let named = match (id.as_str(), label(&id)) {
        ("category" | "description", Some(question)) => texts().reports.question_error.with([question, &text]),
        (_, Some(label)) => texts().common.named.with([label, &text]),
        (_, None) => text,
    };
    (id, named)
}

/// The errors of a response, as ids of fields and texts.
fn errors_of(error: &ApiError) -> Vec<(String, String)> {
    let errors: Vec<_> = error
        .problem()
        .into_iter()
        .flat_map(|problem| &problem.errors)
        .map(|error| (field_of(&error.pointer).to_owned(), error.detail.clone()))
        .collect();
    if errors.is_empty() {
        vec![(String::new(), explain(error))]
    } else {
        errors
    }
}

#[component]
fn Form(done: Callback<ProblemReport>) -> impl IntoView {
    let t = &texts().reports;
    let api = expect_context::<Api>();
    let reference = untrack(|| expect_context::<Router>().query("reference"));
    let draft = RwSignal::new(Draft::load(reference.as_deref()));
    let browser = describe_browser(&window().navigator().user_agent().unwrap_or_default());
    let (errors, set_errors) = signal(Vec::<(String, String)>::new());
    // The summary takes the focus when it is drawn, so only a response may redraw it.
    let (summary, set_summary) = signal(Vec::<(String, String)>::new());
    let (busy, set_busy) = signal(false);
    let enter = move |id: &'static str, field: fn(&mut Draft) -> &mut String| {
        Callback::new(move |text: String| {
            draft.update(|draft| {
                draft.change(|draft| *field(draft) = text);
                draft.save();
            });
            set_errors.update(|errors| errors.retain(|(field, _)| field != id));
        })
    };
    let attach = move |on| {
        draft.update(|draft| {
            draft.change(|draft| draft.attach_diagnostics = Some(on));
            draft.save();
        });
    };
    let value = move |field: fn(&Draft) -> &String| Signal::derive(move || draft.with(|draft| field(draft).clone()));
    let error = move |id: &'static str| {
        Signal::derive(move || errors.with(|errors| errors.iter().find(|(field, _)| field == id).map(|(_, text)| text.clone())))
    };
    let reference = Memo::new(move |_| draft.with(Draft::launch));
    let diagnostics: Loaded<Option<ReportDiagnostics>> = {
        let api = api.clone();
        load(move || {
            let (api, reference) = (api.clone(), reference.get());
            async move {
                match reference {
                    Some(reference) => api.report_diagnostics(&reference).await.map(Some),
                    None => Ok(None),
                }
            }
        })
    };
    // The details of a launch are attached by default once its reference is known.
    effect(move || {
        if diagnostics.ready().flatten().is_some() && draft.with_untracked(|draft| draft.attach_diagnostics.is_none()) {
            attach(true);
        }
    });
    let submit = {
        let browser = browser.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            if busy.get_untracked() {
                return;
            }
            set_busy.set(true);
            let (api, draft) = (api.clone(), draft.get_untracked());
            let request = draft.request(&browser);
            spawn_local(async move {
                let answer = api.create_report(&request, &draft.key()).await;
                set_busy.set(false);
                match answer {
                    Ok(report) => {
                        draft.clear();
                        // The person may have left the form.
                        done.try_run(report);
                    }
                    Err(error) => {
                        set_errors.set(errors_of(&error));
                        set_summary.set(errors_of(&error));
                    }
                }
            });
        }
    };
    let optional =
        move |text: &'static str| view! { {text} " " <span class="optional">{texts().reports.optional}</span> }.into_any();
    let consented = Signal::derive(move || draft.with(|draft| draft.attach_diagnostics == Some(true)));
    let hint = Signal::derive(move || match (reference.get(), diagnostics.get()) {
        (None, _) => t.reference_hint.to_owned(),
        (Some(_), _) if diagnostics.busy() => texts().common.loading.to_owned(),
        (Some(_), Load::Ready(Some(_))) if consented.get() => t.reference_found.to_owned(),
        (Some(_), Load::Ready(Some(_))) => t.reference_left_out.with([t.consent]),
        (Some(_), Load::Failed(error)) if error.status() == Some(404) => t.reference_unknown.to_owned(),
        (Some(_), Load::Failed(error)) => explain(&error),
        (Some(_), Load::Pending | Load::Ready(None)) => texts().common.loading.to_owned(),
    });
    view! {
        <div class="page-head">
            <div>
                <Heading text=t.new_title.to_owned() />
                <p class="lead">{t.new_lead}</p>
            </div>
        </div>
        <div class="columns">
            <form class="card card-pad stack-l" novalidate on:submit=submit>
                {dynamic(move || {
                    let errors: Vec<_> = summary.get().into_iter().map(named).collect();
                    (!errors.is_empty()).then(|| view! { <ErrorSummary errors /> })
                })}
                <TextField
                    id="reference"
                    label=optional(t.reference)
                    value=value(|draft| &draft.reference)
                    enter=enter("reference", |draft| &mut draft.reference)
                    error=error("reference")
                    hint
                    mono=true
                />
                <CategoryField
                    chosen=value(|draft| &draft.category)
                    choose=enter("category", |draft| &mut draft.category)
                    error=error("category")
                />
                <TextField
                    id="summary"
                    label=t.summary.into_any()
                    value=value(|draft| &draft.summary)
                    enter=enter("summary", |draft| &mut draft.summary)
                    error=error("summary")
                    hint=t.summary_hint.to_owned()
                    required=true
                />
                <ProseField
                    id="description"
                    label=t.description
                    hint=t.description_hint
                    value=value(|draft| &draft.description)
                    enter=enter("description", |draft| &mut draft.description)
                    error=error("description")
                />
                <TextField
                    id="contact"
                    label=optional(t.contact)
                    value=value(|draft| &draft.contact_email)
                    enter=enter("contact", |draft| &mut draft.contact_email)
                    error=error("contact")
                    hint=t.contact_hint.to_owned()
                    autocomplete="email"
                />
                <Checkbox
                    id="consent"
                    label=t.consent.to_owned()
                    checked=consented
                    change=Callback::new(attach)
                    hint=t.consent_hint
                />
                <div class="row">
                    <button class="button button-primary" aria-disabled=move || busy.get().to_string()>
                        <Icon name="send" class="icon-16" />
                        {t.send}
                    </button>
                    <a class="button button-subtle" href="/reports">
                        {texts().common.cancel}
                    </a>
                </div>
            </form>
            <section class="card card-pad" aria-labelledby="will-be-sent">
                <h2 class="subtitle space-below-s" id="will-be-sent">
                    {t.will_be_sent}
                </h2>
                <dl class="kv kv-stack">
                    <div>
                        <dt>{t.browser}</dt>
                        <dd>{browser}</dd>
                    </div>
                    <div>
                        <dt>{t.portal_version}</dt>
                        <dd>{PORTAL_VERSION}</dd>
                    </div>
                </dl>
                {dynamic(move || match diagnostics.ready().flatten() {
                    Some(diagnostics) if consented.get() => view! { <Diagnostics diagnostics /> }.into_any(),
                    _ => view! { <p class="muted">{t.no_diagnostics}</p> }.into_any(),
                })}
                <p class="hint space-above-s">{t.not_sent}</p>
            </section>
        </div>
    }
}

#[component]
fn CategoryField(chosen: Signal<String>, choose: Callback<String>, error: Signal<Option<String>>) -> impl IntoView {
    let t = &texts().reports;
    let before = chosen.get_untracked();
    let option = move |(category, code)| view! { <option value=code selected=code == before>{category_name(category)}</option> };
    view! {
        <div class="field">
            <label for="category">{t.category}</label>
            <span class="select-wrap">
                <select
                    class="select"
                    id="category"
                    required
                    aria-invalid=move || error.with(Option::is_some).to_string()
                    aria-describedby="category-error"
                    prop:value=chosen
                    on:change=move |event| choose.run(event_target_value(&event))
                >
                    <option value="">{t.choose}</option>
                    {CATEGORIES.into_iter().map(option).collect_view()}
                </select>
                <Icon name="chevron-down" class="icon-16" />
            </span>
            {dynamic(move || error.get().map(|text| view! { <FieldError id="category-error".to_owned() text /> }))}
        </div>
    }
}

/// A text field with several lines.
#[component]
pub(super) fn ProseField(
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    value: Signal<String>,
    enter: Callback<String>,
    error: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <textarea
                class="input textarea"
                id=id
                rows="5"
                required
                aria-invalid=move || error.with(Option::is_some).to_string()
                aria-describedby=format!("{id}-error {id}-hint")
                prop:value=value
                on:input=move |event| enter.run(event_target_value(&event))
            ></textarea>
            {dynamic(move || error.get().map(|text| view! { <FieldError id=format!("{id}-error") text /> }))}
            <p class="hint" id=format!("{id}-hint")>
                {hint}
            </p>
        </div>
    }
}
