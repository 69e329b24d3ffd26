use contract::{Check, CheckResult, LaunchDetails, LaunchOutcome, ValueKind};
use leptos::prelude::*;

use super::list::{LookUp, RegistrationName};
use super::{message_name, reason};
use crate::api::{Api, ApiError};
use crate::components::{Card, CopyField, Heading, Icon, Loading, OutcomePill, PageFailed, ReportButton, Value, ValueList};
use crate::dates;
use crate::i18n::texts;
use crate::load::{Load, load};
use crate::reactive::dynamic;
use crate::reference;
use crate::session::Catalogue;

/// `/launches/{reference}`.
#[component]
pub(crate) fn LaunchPage(reference: String) -> impl IntoView {
    let t = texts();
    let api = expect_context::<Api>();
    // The address may be typed by hand.
    let reference = reference::parse(&reference).unwrap_or(reference);
    let shown = reference.clone();
    let launch = load(move || {
        let (api, reference) = (api.clone(), reference.clone());
        async move { api.launch(&reference).await }
    });
    view! {
        <main class="main" id="main" tabindex="-1">
            <nav class="breadcrumb" aria-label=t.launches.breadcrumb>
                <ol>
                    <li>
                        <a href="/launches">{t.launches.title}</a>
                    </li>
                    <li aria-current="page">{shown}</li>
                </ol>
            </nav>
            {dynamic(move || match launch.get() {
                Load::Pending => view! { <Heading text=t.launch.loading.to_owned() /> <Loading /> }.into_any(),
                Load::Ready(launch) => view! { <Shown launch /> }.into_any(),
                Load::Failed(error) => view! { <Missing error again=Callback::new(move |()| launch.again()) /> }.into_any(),
            })}
        </main>
    }
}

#[component]
fn Missing(error: ApiError, again: Callback<()>) -> impl IntoView {
    let t = &texts().launch;
    // The API answers 400 to a malformed reference.
    if !matches!(error.status(), Some(400 | 404)) {
        return view! { <PageFailed error again /> }.into_any();
    }
    view! {
        <div class="page-head">
            <div>
                <Heading text=t.not_found.to_owned() />
                <p class="lead">{t.not_found_text}</p>
            </div>
        </div>
        <h2 class="subtitle space-below-s">{t.look_up_another}</h2>
        <LookUp />
    }
    .into_any()
}

#[component]
fn Shown(launch: LaunchDetails) -> impl IntoView {
    let t = &texts().launch;
    let title = match launch.outcome {
        LaunchOutcome::Accepted => t.accepted,
        LaunchOutcome::Refused => reason(launch.code.as_deref()).unwrap_or(texts().launches.refused),
    };
    let count = |result| launch.checks.iter().filter(|check| check.result == result).count();
    let [passed, failed, skipped] =
        [CheckResult::Passed, CheckResult::Failed, CheckResult::Skipped].map(|result| count(result).to_string());
    // Skipped checks of an accepted launch aren't counted.
    let (counts, reference_hint) = match launch.outcome {
        LaunchOutcome::Accepted => (t.count_passed.with([&passed]), t.reference_hint_accepted),
        LaunchOutcome::Refused => (t.counts.with([&passed, &failed, &skipped]), t.reference_hint),
    };
    let reference = launch.reference.clone();
    let checks = launch.checks.clone();
    view! {
        <div class="page-head">
            <div>
                <Heading text=title.to_owned() />
                <div class="head-status">
                    <OutcomePill outcome=launch.outcome />
                    <span class="muted">
                        {launch.registration.as_ref().map(|registration| format!("{} · ", registration.name))} {dates::exact_element(launch.at)}
                    </span>
                </div>
            </div>
            <ReportButton launch=launch.reference.clone() />
        </div>
        <div class="columns">
            <Card id="checks" title=t.checks heading="" end=view! { <span class="muted">{counts}</span> }.into_any()>
                <Checks checks />
            </Card>
            <div class="stack">
                <Card id="reference-heading" title=t.reference heading="">
                    <CopyField
                        id="copy-reference".to_owned()
                        label=t.reference.to_owned()
                        value=reference
                        hide_label=true
                    />
                    <p class="hint space-above-s">{reference_hint}</p>
                </Card>
                <Facts launch />
            </div>
        </div>
    }
}

#[component]
fn Facts(launch: LaunchDetails) -> impl IntoView {
    let t = &texts().launch;
    let catalogue = expect_context::<Catalogue>();
    let message = launch.message_type.map(message_name);
    let registration = match (&launch.registration, launch.registration_id) {
        (Some(registration), Some(id)) if !registration.deleted => {
            view! { <a href=format!("/registrations/{id}")>{registration.name.clone()}</a> }.into_any()
        }
        (registration, id) => view! { <RegistrationName id registration=registration.clone() /> }.into_any(),
    };
    let of_registration = launch.registration.map(|registration| {
        let app = Signal::derive(move || catalogue.app_name(&registration.app_id));
        let lms = Signal::derive(move || catalogue.platform_name(&registration.platform));
        view! {
            <Value name=texts().common.app>{dynamic(move || app.get())}</Value>
            <Value name=texts().common.lms>{dynamic(move || lms.get())}</Value>
        }
    });
    view! {
        <Card id="facts" title=t.launch heading="">
            <ValueList>
                <Value name=texts().launches.registration>{registration}</Value>
                {of_registration}
                <Value name=t.message text=message.unwrap_or_default() none="–" />
                {launch.code.map(|code| view! { <Value name=t.error_code text=code mono=true /> })}
            </ValueList>
        </Card>
    }
}

/// The checks in order: each stage with its rules.
#[component]
pub(crate) fn Checks(checks: Vec<Check>) -> impl IntoView {
    let went_through = !checks.iter().any(|check| check.result == CheckResult::Failed);
    let stages = checks.chunk_by(|before, after| before.stage == after.stage);
    let stages: Vec<_> = stages
        .map(|checks| view! { <Stage checks=checks.to_vec() went_through /> })
        .collect();
    view! {
        <ol class="timeline" role="list">
            {stages}
        </ol>
    }
}

/// The result of a stage. It failed if one of its rules failed.
fn result_of(checks: &[Check]) -> CheckResult {
    let has = |result| checks.iter().any(|check| check.result == result);
    if has(CheckResult::Failed) {
        CheckResult::Failed
    } else if has(CheckResult::Passed) {
        CheckResult::Passed
    } else {
        CheckResult::Skipped
    }
}

fn result_name(result: CheckResult, went_through: bool) -> &'static str {
    let t = &texts().launch;
    match result {
        CheckResult::Passed => t.passed,
        CheckResult::Failed => t.failed,
        CheckResult::Skipped if went_through => t.not_needed,
        CheckResult::Skipped => t.skipped,
    }
}

#[component]
fn Stage(checks: Vec<Check>, went_through: bool) -> impl IntoView {
    let result = result_of(&checks);
    let (class, icon, icon_class) = match result {
        CheckResult::Passed => ("passed", "check-circle", "icon-solid"),
        CheckResult::Failed => ("failed", "dismiss-circle", "icon-solid"),
        CheckResult::Skipped => ("skipped", "circle", ""),
    };
    let stage = checks.first().map(|check| stage_name(&check.stage).to_owned());
    let rules = checks.into_iter().map(|check| {
        let differs = (check.result != result).then(|| result_name(check.result, went_through));
        view! { <Rule check differs /> }
    });
    view! {
        <li class=class>
            <span class="check-icon">
                <Icon name=icon class=icon_class />
            </span>
            <div>
                <h3>
                    <span class="sr-only">{result_name(result, went_through)} " "</span>
                    {stage}
                </h3>
                {rules.collect_view()}
            </div>
        </li>
    }
}

#[component]
fn Rule(
    check: Check,
    /// The result of the rule, if it differs from the result of its stage.
    differs: Option<&'static str>,
) -> impl IntoView {
    let t = &texts().launch;
    let failed = check.result == CheckResult::Failed;
    let class = if check.result == CheckResult::Skipped {
        "rule skipped"
    } else {
        "rule"
    };
    let pair = |name: &'static str, value: Option<String>, kind| {
        value.map(|value| view! { <div><dt>{name}</dt><dd>{check_value(value, kind)}</dd></div> })
    };
    let finding = failed.then(|| {
        view! {
            <div class="finding">
                <dl class="pair">{pair(t.expected, check.expected, check.expected_kind)} {pair(t.received, check.seen.clone(), check.seen_kind)}</dl>
                {check
                    .remedy
                    .map(|remedy| {
                        view! {
                            <div class="remedy">
                                <strong>{t.what_to_do}</strong>
                                <p>{remedy}</p>
                            </div>
                        }
                    })}
            </div>
        }
    });
    let seen = (!failed)
        .then_some(check.seen)
        .flatten()
        .map(|seen| view! { " " <span class="muted">{check_value(seen, check.seen_kind)}</span> });
    view! {
        <div class=class>
            <p>{differs.map(|result| view! { <span class="sr-only">{result} " "</span> })} {check.rule} {seen}</p>
            {finding}
        </div>
    }
}

/// Text of the LMS is set as code, what the gateway says is not.
fn check_value(value: String, kind: Option<ValueKind>) -> AnyView {
    match kind {
        Some(ValueKind::Text) => view! { <code>{value}</code> }.into_any(),
        Some(ValueKind::Absent | ValueKind::Description) | None => value.into_any(),
    }
}

/// The name of a stage. An unknown one is shown by its code.
fn stage_name(stage: &str) -> &str {
    let t = &texts().stages;
    match stage {
        "login" => t.login,
        "response" => t.response,
        "state" => t.state,
        "browser" => t.browser,
        "token" => t.token,
        "keyset" => t.keyset,
        "signature" => t.signature,
        "issuer" => t.issuer,
        "audience" => t.audience,
        "times" => t.times,
        "nonce" => t.nonce,
        "message" => t.message,
        "deployment" => t.deployment,
        "single_use" => t.single_use,
        "hand_over" => t.hand_over,
        newer => newer,
    }
}

#[cfg(test)]
mod tests {
    use contract::CheckResult;

    use super::{result_name, stage_name};

    #[test]
    fn skipped_checks_of_an_accepted_launch_are_no_failures() {
        assert_eq!(result_name(CheckResult::Skipped, true), "Not needed:");
        assert_eq!(result_name(CheckResult::Skipped, false), "Not reached:");
    }

    #[test]
    fn a_stage_has_a_name_and_an_unknown_one_its_code() {
        assert_eq!(stage_name("single_use"), "Single use");
        assert_eq!(stage_name("something_new"), "something_new");
    }
}
