use leptos::prelude::*;

use super::Reading;
use crate::components::Card;
use crate::i18n::texts;

/// A problem and its solution.
type GuideEntry = (&'static str, &'static str);

/// `/help`.
#[component]
pub(crate) fn GuidePage() -> impl IntoView {
    let t = &texts().help;
    let launches = &texts().launches;
    let sign_in = &texts().sign_in;
    let registrations = [
        (t.add, t.add_text),
        (t.pending, t.pending_text),
        (t.view, t.view_text),
        (t.delete, t.delete_text),
        (t.change, t.change_text),
        (t.contest, t.contest_text),
    ];
    let failed_launches = [
        (launches.cookies_not_found, t.cookies_not_found),
        (launches.registration_not_found, t.registration_not_found),
        (launches.launch_invalid, t.launch_invalid),
        (launches.keyset_unavailable, t.keyset_unavailable),
    ];
    let cookies = [
        ("Edge", t.edge),
        ("Chrome", t.chrome),
        ("Firefox", t.firefox),
        ("Safari", t.safari),
    ];
    let failed_sign_ins = [
        (sign_in.denied, t.denied),
        (sign_in.failed, t.failed),
        (sign_in.other, t.other),
    ];
    view! {
        <Reading title=t.title lead=t.lead>
            <GuideSection id="help-registrations" title=texts().registrations.title entries=&registrations />
            <GuideSection id="help-launches" title=t.launches entries=&failed_launches />
            <GuideSection id="help-cookies" title=t.cookies entries=&cookies />
            <GuideSection id="help-sign-in" title=t.sign_in entries=&failed_sign_ins />
        </Reading>
    }
}

#[component]
fn GuideSection<'a>(id: &'static str, title: &'static str, entries: &'a [GuideEntry]) -> impl IntoView + use<> {
    let entry = |(name, text): &GuideEntry| {
        view! {
            <h3>{*name}</h3>
            <p>{*text}</p>
        }
    };
    let entries = entries.iter().map(entry).collect_view();
    view! {
        <Card id title>
            <div class="guide">{entries}</div>
        </Card>
    }
}
