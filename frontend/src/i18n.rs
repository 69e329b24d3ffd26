//! Every word of the portal. The texts of a language are a file, `frontend/texts/<language>.txt`, which a browser fetches together
//! with the program, in its own language only; here is what such a file holds.

use std::sync::OnceLock;

/// The lines of a language, in the order of the catalogue.
type Lines<'a> = dyn Iterator<Item = &'static str> + 'a;

/// What a catalogue holds: a text, or something made of texts.
trait Entry {
    fn read(lines: &mut Lines<'_>) -> Self;

    /// The names of its lines, for a field of this name.
    #[cfg(test)]
    fn names(field: &str) -> Vec<String>;
}

impl Entry for &'static str {
    // The tests compare the files with the catalogue, line by line.
    #[inline(never)]
    fn read(lines: &mut Lines<'_>) -> Self {
        lines.next().unwrap_or_default()
    }

    #[cfg(test)]
    fn names(field: &str) -> Vec<String> {
        vec![field.to_owned()]
    }
}

/// The places for values that a text may have.
const PLACES: [&str; 4] = ["{0}", "{1}", "{2}", "{3}"];

/// A text with places for values: `{0}`, `{1}`.
pub(crate) struct Template(&'static str);

impl Template {
    pub(crate) fn with(&self, values: &[&str]) -> String {
        let mut text = self.0.to_owned();
        for (place, value) in PLACES.into_iter().zip(values) {
            text = text.replace(place, value);
        }
        text
    }

    /// With one number.
    pub(crate) fn of(&self, number: usize) -> String {
        self.with(&[&number.to_string()])
    }
}

impl Entry for Template {
    fn read(lines: &mut Lines<'_>) -> Self {
        Self(Entry::read(lines))
    }

    #[cfg(test)]
    fn names(field: &str) -> Vec<String> {
        vec![field.to_owned()]
    }
}

/// A text about a number of things. English and German need no more forms than these.
pub(crate) struct Plural {
    one: &'static str,
    other: &'static str,
}

impl Plural {
    pub(crate) fn of(&self, count: usize) -> String {
        Template(if count == 1 { self.one } else { self.other }).of(count)
    }
}

impl Entry for Plural {
    fn read(lines: &mut Lines<'_>) -> Self {
        let (one, other) = (Entry::read(lines), Entry::read(lines));
        Self { one, other }
    }

    #[cfg(test)]
    fn names(field: &str) -> Vec<String> {
        ["one", "other"].map(|form| format!("{field}.{form}")).to_vec()
    }
}

/// Declares the groups of a catalogue: a plain name is a text.
macro_rules! catalogue {
    (@) => { &'static str };
    (@ $type:ty) => { $type };
    ($($(#[$doc:meta])* $group:ident { $($field:ident $(: $type:ty)?),+ $(,)? })+) => {
        $(
            $(#[$doc])*
            pub(crate) struct $group { $(pub(crate) $field: catalogue!(@ $($type)?)),+ }

            impl Entry for $group {
                fn read(lines: &mut Lines<'_>) -> Self {
                    Self { $($field: Entry::read(lines)),+ }
                }

                #[cfg(test)]
                fn names(group: &str) -> Vec<String> {
                    let fields = [$(<catalogue!(@ $($type)?) as Entry>::names(stringify!($field))),+].concat();
                    let prefix = if group.is_empty() { String::new() } else { format!("{group}.") };
                    fields.into_iter().map(|field| format!("{prefix}{field}")).collect()
                }
            }
        )+
    };
}

catalogue! {
    /// All texts of one language; `language` is its BCP 47 tag.
    Texts {
        language, app_name, common: Common, header: Header, landing: Landing, sign_in: SignIn, errors: Errors,
        list: List, registrations: Registrations, details: Details, delete: Delete, fields: Fields, wizard: Wizard, added: Added,
        launches: Launches, launch: LaunchPage, stages: Stages, chart: Chart, audit: Audit, help: Help, keyboard: Keyboard, about: About, tenant: Tenant, reports: Reports,
    }
    Common {
        add_registration, app, back, cancel, close, copied, copied_value: Template, copy_failed, copy, copy_value: Template, created, dismiss, just_now,
        last_launch, lms, loading, name, never, newer, next, older, pages, previous, refresh, report_problem, skip_to_content,
        try_again, view, view_value: Template, yes, your_lms,
    }
    Header {
        about, account_of: Template, administrator, api, audit, educator, help, keyboard, launches, look_up, navigation, organization, portal,
        registrations, reports, sign_in, sign_out, support, switch_account,
    }
    Landing {
        heading, lead, go, who, picture, points, point_connect, point_connect_text, point_check, point_check_text, point_find,
        point_find_text,
    }
    SignIn {
        title, working, denied, denied_why, administrators_only, admin_of_unregistered, admin_of_unregistered_rest, switch, register,
        failed, again, other, home, go, clear, code: Template,
    }
    Errors {
        title, unreachable, unreachable_text, wrong, not_found, not_found_text, request: Template,     }
    List {
        filters, actions, page: Template, nothing_fits, clear_filters,
    }
    Registrations {
        title, lead, search, search_hint, all_apps, all_lms, all_health, count: Plural, empty, empty_text, none_yet, none_yet_text,
        none_found, delete_value: Template, deleted: Template, deleted_rest, health,
        healthy, failing, attention, no_launches, unchecked, waiting: Plural, withdrawn, withdrawn_text,
    }
    Details {
        app_in: Template, health, waits: Template, waits_for_admin: Template, deployment_value: Template, accept, accept_value: Template, reject, reject_value: Template, keyset_good,
        keyset_unknown, since, launches, all_launches, no_launches, waiting_deployments, deployments, deployments_none, enter_deployment, enter_deployment_hint, seen, rejected, remove_value: Template,
        lms_keys, gateway_keys, about, check_now, checking, checked_good, created_by: Template, application: Template, id, anonymous, anonymous_yes, anonymous_no, any_deployment,
        any_deployment_yes, any_deployment_no, any_deployment_shared, none, again, delete, not_found, not_found_text, accepted: Template, now_rejected: Template, removed: Template,
        loading,
    }
    Delete {
        title: Template, effect: Template, undo, again, confirm, deleting, launched: Plural,
    }
    Fields {
        issuer, client_id, keyset_url, authentication_url, access_token_url, access_token_audience, deployment_id, optional, prefilled,
        missing, missing_app, missing_platform, too_long: Template, not_https, not_address, slash, remove_slash,
    }
    Wizard {
        title, title_replace, leave, steps, step_of: Template, done, kept, resumed, start_over, unfinished, unfinished_text, go_on, replacing: Template, replacing_rest,
        step_app, step_name, step_gateway_keys, step_lms_keys, step_check,
        app_title, app_lead,
        name_title, name_lead, name_label, name_hint, platform_label,
        keys_title: Template, keys_lead: Template, steps_title: Template, fields_title: Template, settings_title: Template, document_heading: Template,
        copy_all, copy_document, one_by_one, network_title: Template, network_text: Template, network_addresses,
        lms_title: Template, lms_lead, follows, later, later_shared, later_inherited, add_deployment, more_deployment: Template, remove_deployment: Template,
        check_next, faults: Plural, advanced, allow_anonymous, allow_anonymous_hint, accept_any, accept_any_hint,
        check_title, check_lead, check_heading, check_again, checking, all_good, all_good_text, has_errors, passed, note, warning, error,
        app_and_lms, change, change_app, change_lms_keys, not_known_yet, save, saving,     }
    Added {
        saved, saved_rest, next, open, open_text, enter, enter_text, accept, accept_text, view, another, back, summary, waits,
    }
    Launches {
        breadcrumb, title, lead, outcome, all, accepted, refused, find, find_hint, find_button, not_a_reference, all_registrations, more_registrations, all_times, last_day, table,
        reference, time, registration, reason, count: Plural, empty, empty_text, none_found, view_value: Template, deleted_registration,
        cookies_not_found, registration_not_found, launch_invalid, keyset_unavailable, platform_error, internal,
    }
    LaunchPage {
        accepted, checks, counts: Template, passed, failed, skipped, expected, came, what_to_do, reference, reference_hint,
        launch, message, resource_link, deep_linking, error_code, not_found, not_found_text, look_up_another, loading,
    }
    /// The stages of a launch, by their names on the wire.
    Stages {
        login, response, state, browser, token, keyset, signature, issuer, audience, times, nonce, message, deployment, single_use, hand_over,
    }
    Chart {
        name: Template, day, table, as_table, accepted, refused, last_days: Template, failed, again,
    }
    Audit {
        title, lead, deed, all_deeds, subject, report, by, table, application, count: Plural, none_found, registration_created, registration_deleted,
        registration_released, deployment_accepted, deployment_removed, deployment_released, client_released, registrations_exported, tenant_registered, tenant_approved, tenant_approval_withdrawn,
        tenant_deleted, report_created, report_commented, report_state_changed,
    }
    Help {
        title, lead, add, add_text, waiting, waiting_text, view, view_text, delete, delete_text, change, change_text, launches, cookies_not_found, registration_not_found,
        launch_invalid, keyset_unavailable, cookies, edge, chrome, firefox, safari, sign_in, denied, failed, other,
    }
    Keyboard {
        title, lead, key, effect, shift_tab, enter_key, space, home, end, tab, enter, arrows, ends, escape, back,
    }
    About {
        title, lead, version, address, licence, description, no_affiliation,
    }
    Tenant {
        title, lead, name, name_hint, tenant_id, by, keeps, keeps_registrations, keeps_outcomes, keeps_no_people, allowed: Template,
        allowed_missing, this_organization, register: Template, not_now, organization, organization_lead, registered, pending, pending_text, since, state, done: Template, done_rest,
        consent, consent_text, consent_give, consent_given, consent_given_rest, consent_declined, consent_declined_rest: Template,
        consent_other, consent_other_rest, waiting_title, check_again, asked_on,
    }
    Reports {
        title, mine, all, whose, delivery, only_undelivered, lead_own, lead_admin, lead_support, new, new_title, new_lead, reference,
        optional, reference_hint, reference_found, reference_unknown, category, choose, launch, registration, sign_in, other,
        summary, summary_hint, description, description_hint, contact, contact_hint, consent, consent_hint, will_be_sent,
        no_diagnostics, not_sent, browser, portal_version, gateway_version, send, sent, sent_text, number, follow, search,
        search_hint, state, all_states, subject, all_categories, open, in_progress, resolved, problem, reporter,
        organization, changed, nobody, empty, none_found, count: Plural, not_found, not_found_text, facts, diagnostics,
        answers, no_answers, by_support: Template, changed_to: Template, answer, send_answer, answered,
        state_changed: Template, undelivered, reference_left_out: Template,
    }
}

/// The texts in the reader's language. Tests on the host have no reader; they get English.
#[inline(never)]
pub(crate) fn texts() -> &'static Texts {
    static CHOSEN: OnceLock<Texts> = OnceLock::new();
    CHOSEN.get_or_init(|| {
        #[cfg(target_arch = "wasm32")]
        let lines = Box::leak(crate::browser::fetched_texts().into_boxed_str()).lines();
        #[cfg(not(target_arch = "wasm32"))]
        let lines = values(include_str!("../texts/en.txt"));
        Texts::read(&mut { lines })
    })
}

/// The texts of a file without their names, as the bundle has them.
#[cfg(not(target_arch = "wasm32"))]
fn values(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().filter_map(|line| line.split_once(" = ")).map(|(_, text)| text)
}

#[cfg(test)]
mod tests {
    use super::{Entry, PLACES, Plural, Template, Texts, values};

    const ENGLISH: &str = include_str!("../texts/en.txt");
    const GERMAN: &str = include_str!("../texts/de.txt");

    fn names(file: &str) -> Vec<&str> {
        let lines = file.lines().filter(|line| !line.is_empty());
        lines
            .map(|line| line.split_once(" = ").map_or(line, |(name, _)| name))
            .collect()
    }

    /// The places for values of each text.
    fn places(file: &'static str) -> Vec<Vec<&'static str>> {
        let places = |text| PLACES.into_iter().filter(|place| str::contains(text, *place)).collect();
        values(file).map(places).collect()
    }

    #[test]
    fn no_text_has_more_places_than_are_filled() {
        for text in values(ENGLISH).chain(values(GERMAN)) {
            let filled = PLACES.iter().fold(text.to_owned(), |text, place| text.replace(place, ""));
            assert!(!filled.contains('{'), "“{text}”");
        }
    }

    #[test]
    fn each_language_has_the_texts_of_the_catalogue_in_its_order() {
        let catalogue = Texts::names("");
        assert_eq!(names(ENGLISH), catalogue);
        assert_eq!(names(GERMAN), catalogue);
    }

    #[test]
    fn both_languages_have_places_for_the_same_values() {
        assert_eq!(places(GERMAN), places(ENGLISH));
    }

    #[test]
    fn no_text_is_empty_or_has_spaces_around_it() {
        for text in values(ENGLISH).chain(values(GERMAN)) {
            assert!(!text.is_empty() && text.trim() == text, "“{text}”");
        }
    }

    #[test]
    fn a_text_stands_where_its_name_is() {
        let german = Texts::read(&mut values(GERMAN));
        assert_eq!((german.language, german.common.yes), ("de", "Ja"));
        assert_eq!(german.reports.reference_left_out.0, values(GERMAN).last().unwrap_or_default());
    }

    #[test]
    fn values_take_their_places() {
        assert_eq!(Template("{1} and {0}").with(&["a", "b"]), "b and a");
        assert_eq!(Template("{0}{1}{2}{3}").with(&["a", "b", "c", "d"]), "abcd");
        let things = Plural {
            one: "1 thing",
            other: "{0} things",
        };
        assert_eq!(
            (things.of(1), things.of(0), things.of(12)),
            ("1 thing".to_owned(), "0 things".to_owned(), "12 things".to_owned())
        );
    }
}
