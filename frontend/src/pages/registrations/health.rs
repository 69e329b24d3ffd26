use contract::{Finding, HealthState, Registration, RegistrationCheck, Severity};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{Api, ApiError};
use crate::components::{HealthPill, Icon, LinkButton, LoadFailed, Section};
use crate::dates;
use crate::i18n::texts;
use crate::reactive::dynamic;
use crate::session::Membership;

/// The state of the keyset and a button that checks it.
#[component]
pub(super) fn HealthSection(now: Signal<Option<Registration>>, again: Callback<()>) -> impl IntoView {
    let t = &texts().details;
    let api = expect_context::<Api>();
    let may_write = expect_context::<Membership>().is_administrator();
    let (busy, set_busy) = signal(false);
    let (report, set_report) = signal(None::<Result<RegistrationCheck, ApiError>>);
    let check = Callback::new(move |()| {
        let Some(registration) = now.get_untracked() else { return };
        if busy.get_untracked() {
            return;
        }
        set_busy.set(true);
        let api = api.clone();
        spawn_local(async move {
            let answer = api.check_saved_registration(&registration.id.to_string()).await;
            set_busy.try_set(false);
            set_report.try_set(Some(answer));
            again.try_run(());
        });
    });
    let failure = move || match report.get() {
        Some(Err(error)) => Some(view! { <LoadFailed error again=check /> }),
        None | Some(Ok(_)) => None,
    };
    let outcome = move || match report.get() {
        Some(Ok(report)) => Some(view! { <Report report /> }),
        None | Some(Err(_)) => None,
    };
    let check_label = move || if busy.get() { t.checking } else { t.check_now };
    let pill = dynamic(move || now.get().map(|registration| view! { <HealthPill registration short=true /> }));
    view! {
        <Section id="drawer-health" title=t.health end=pill.into_any()>
            <div class="stack-s">
                <div class="row-tight">
                    {dynamic(move || now.get().map(|registration| view! { <Keyset registration /> }))}
                    {may_write
                        .then(|| {
                            view! { <LinkButton label=Signal::derive(move || check_label().to_owned()) press=check /> }
                        })}
                </div>
                {dynamic(failure)}
                <div role="status">{dynamic(outcome)}</div>
            </div>
        </Section>
    }
}

/// The keyset's state in one line.
#[component]
fn Keyset(registration: Registration) -> impl IntoView {
    let t = &texts().details;
    let health = registration.health;
    let since = health
        .since
        .map(|since| view! { <span class="muted">" · " {dates::day_within(&t.since, since)}</span> });
    match health.state {
        HealthState::Good => view! {
            <span class="good status-mark">
                <Icon name="check-circle" class="icon-solid icon-16" />
            </span>
            <span>{t.keyset_good} {since}</span>
        }
        .into_any(),
        HealthState::Bad => view! {
            <span class="bad status-mark">
                <Icon name="error-circle" class="icon-solid icon-16" />
            </span>
            <span>{health.detail} {since}</span>
        }
        .into_any(),
        HealthState::Unknown => view! { <span class="muted">{t.keyset_unknown}</span> }.into_any(),
    }
}

#[component]
fn Report(report: RegistrationCheck) -> impl IntoView {
    let finding = |finding: Finding| {
        let t = &texts().wizard;
        let (class, icon, prefix) = match finding.severity {
            Severity::Error => ("bad", "dismiss-circle", t.error),
            Severity::Warning => ("muted", "warning", t.warning),
            Severity::Info => ("muted", "info-solid", t.note),
        };
        view! {
            <li class="row-start">
                <span class=class>
                    <Icon name=icon class="icon-solid icon-16" />
                </span>
                <span>
                    <span class="sr-only">{prefix} " "</span>
                    {finding.seen} " " {finding.remedy}
                </span>
            </li>
        }
    };
    let good = report.passed && report.findings.iter().all(|finding| finding.severity == Severity::Info);
    view! {
        {good.then(|| view! { <p>{texts().details.checked_good}</p> })}
        <ul class="stack-s space-above-s" role="list">
            {report.findings.into_iter().map(finding).collect_view()}
        </ul>
    }
}
