#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use super::rooms::{House, check_files};
use super::*;

const RULE: Rule = Rule {
    package: "domain",
    never_sees: &["sea-orm", "actix-web"],
    because: "it is pure",
};

fn seen(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_forbidden_package_is_one_sentence() {
    assert_eq!(
        validate(&RULE, &seen(&["domain", "url", "sea-orm"])),
        ["domain sees sea-orm, but must not: it is pure"]
    );
}

#[test]
fn a_package_with_a_similar_name_is_allowed() {
    assert!(validate(&RULE, &seen(&["domain", "sea-orm-migration", "url"])).is_empty());
}

#[test]
fn every_arrow_of_the_real_tree_is_seen() -> Result<()> {
    let seen = seen_by("gateway")?;
    assert!(
        ["gateway", "store", "domain", "lti13", "contract", "actix-web"]
            .iter()
            .all(|name| seen.contains(*name)),
        "{seen:?}"
    );
    Ok(())
}

/// Services below the state below the API and LTI, as in the gateway.
const HOUSE: House = House {
    folder: "src",
    library: "sample",
    levels: &[&["services"], &["state"], &["api", "lti", "portal"], &["app"]],
    never: &[("api", "lti"), ("lti", "api")],
    exceptions: &[],
};

/// The faults of a crate with these files and the usual rooms.
fn check_sample(house: &House, files: &[(&str, &str)]) -> Vec<String> {
    let usual = [
        (
            "lib.rs",
            "mod services; mod state; mod api; mod lti; mod portal; mod app; pub use state::AppState;",
        ),
        ("services.rs", "pub struct Clock;"),
        (
            "state.rs",
            "use crate::services::Clock; pub struct AppState(Clock); pub mod deep { pub fn now() {} }",
        ),
        ("api.rs", "use crate::state::AppState; pub fn list(app: &AppState) {}"),
        ("lti.rs", "pub fn launch(app: &crate::AppState) {}"),
        ("portal.rs", ""),
        ("app.rs", "use crate::{api, lti}; fn routes() { api::list; lti::launch; }"),
    ];
    let files: BTreeMap<_, _> = usual
        .iter()
        .chain(files)
        .map(|(name, text)| (format!("src/{name}"), (*text).to_owned()))
        .collect();
    check_files(house, &files).unwrap()
}

/// One violation of a crate in which a service has this text.
fn violation_of_service(text: &str) -> String {
    let violations = check_sample(&HOUSE, &[("services/clock.rs", text)]);
    assert_eq!(violations.len(), 1, "{text}: {violations:?}");
    violations.into_iter().next().unwrap()
}

#[test]
fn arrows_that_go_down_are_allowed() {
    assert_eq!(check_sample(&HOUSE, &[]), [""; 0]);
}

#[test]
fn a_use_that_goes_up_is_refused_with_its_place() {
    assert_eq!(
        violation_of_service("\nuse crate::state::AppState;"),
        "src/services/clock.rs:2 `crate::state::AppState`: services must not see state"
    );
    violation_of_service("use crate::{services::Clock, state::{self as s}};");
    violation_of_service("use crate::state::*;");
    violation_of_service("fn now() { use crate::state::AppState; }");
    violation_of_service("mod inner { use super::super::super::state; }");
}

#[test]
fn an_inline_path_that_goes_up_is_refused() {
    for text in [
        "fn now(app: &crate::state::AppState) {}",
        "fn now() -> u8 { crate::state::deep::now(); 0 }",
        "fn now<T: Into<crate::state::AppState>>(t: T) {}",
        "impl From<crate::state::AppState> for u8 { }",
        "const NOW: fn() = crate::state::deep::now;",
        "#[serde(with(crate::state::deep))] struct Now;",
        "#[serde(with = \"crate::state::deep\")] struct Now;",
        "struct Now { #[serde(default = \"crate::state::deep::now\")] a: u8 }",
    ] {
        let violation = violation_of_service(text);
        assert!(violation.contains("services/clock.rs:1 `crate::state::"), "{violation}");
    }
}

#[test]
fn a_path_by_super_that_goes_up_is_refused() {
    for text in [
        "fn now() { super::super::state::deep::now() }",
        "use super::super::state::AppState;",
        "mod inner { fn now() { super::super::super::state::deep::now() } }",
    ] {
        violation_of_service(text);
    }
}

#[test]
fn a_facade_is_followed_to_the_owner() {
    // The root's own, under another name, and as a glob.
    violation_of_service("use crate::AppState;");
    violation_of_service("fn now(app: crate::AppState) {}");
    violation_of_service("fn now(app: sample::AppState) {}");
    let renamed = [
        ("services.rs", "pub use crate::state::AppState as Held; mod clock;"),
        ("services/clock.rs", "fn now(held: super::Held) {}"),
    ];
    let violations = check_sample(&HOUSE, &renamed);
    assert!(
        violations
            .iter()
            .any(|line| line.starts_with("src/services/clock.rs:1 `super::Held`")),
        "{violations:?}"
    );
    // One that a room imports for itself serves the modules below it too.
    let below = [
        ("services.rs", "use crate::state; mod clock;"),
        ("services/clock.rs", "fn now() { super::state::deep::now() }"),
    ];
    let violations = check_sample(&HOUSE, &below);
    assert!(
        violations
            .iter()
            .any(|line| line.starts_with("src/services/clock.rs:1 `super::state::deep::now`")),
        "{violations:?}"
    );
}

#[test]
fn a_facade_of_globs_is_followed_to_the_owner() {
    // The name comes through a glob of the room's own.
    let through = [
        ("services.rs", "pub use crate::state::*; mod clock;"),
        ("services/clock.rs", "fn now() { super::deep::now() }"),
    ];
    let violations = check_sample(&HOUSE, &through);
    let named = "src/services/clock.rs:1 `super::deep::now`: services must not see state".to_owned();
    assert!(violations.contains(&named), "{violations:?}");
    // A glob brings what is re-exported behind it, and to a room's own modules its private imports.
    let public = [
        ("portal.rs", "pub use crate::lti::launch;"),
        ("api.rs", "use crate::portal::*;"),
    ];
    let violations = check_sample(&HOUSE, &public);
    let named = "src/api.rs:1 `crate::portal`: api must not see lti".to_owned();
    assert!(violations.contains(&named), "{violations:?}");
    let private = [
        ("services.rs", "use crate::state::AppState; mod clock;"),
        ("services/clock.rs", "use super::*;"),
    ];
    let violations = check_sample(&HOUSE, &private);
    let named = "src/services/clock.rs:1 `super`: services must not see state".to_owned();
    assert!(violations.contains(&named), "{violations:?}");
}

#[test]
fn a_room_that_re_exports_what_another_owns_is_refused() {
    for text in [
        "pub use crate::services::Clock;",
        "pub(crate) use crate::services::*;",
        "pub(super) use super::services::Clock as Watch;",
    ] {
        let violations = check_sample(&HOUSE, &[("portal.rs", text)]);
        assert_eq!(violations.len(), 1, "{text}: {violations:?}");
        assert!(
            violations[0].ends_with("portal re-exports what services owns"),
            "{violations:?}"
        );
    }
    assert_eq!(
        check_sample(
            &HOUSE,
            &[
                ("portal.rs", "mod page; pub use page::Page;"),
                ("portal/page.rs", "pub struct Page;")
            ]
        ),
        [""; 0]
    );
}

#[test]
fn a_path_in_a_macro_that_goes_up_is_refused() {
    for text in [
        "fn now() { println!(\"{}\", crate::state::deep::now()); }",
        "fn now() { view! { <A b=move || { super::super::state::deep::now() } /> } }",
        "macro_rules! now { () => { $crate::state::deep::now() } }",
        "import! { crate::state::{AppState} }",
        "fn now() { check!(sample::state::deep::now) }",
    ] {
        violation_of_service(text);
    }
}

#[test]
fn a_circle_of_one_level_is_refused_with_its_arrows() {
    let files = [
        ("lti.rs", "fn a() { crate::portal::b() }"),
        ("portal.rs", "pub fn b() { crate::lti::a() }"),
    ];
    assert_eq!(
        check_sample(&HOUSE, &files),
        [
            "src: a circle lti → portal → lti\n  lti sees portal: src/lti.rs:1 `crate::portal::b`\n  portal sees lti: src/portal.rs:1 `crate::lti::a`"
        ]
    );
}

#[test]
fn what_must_never_see_each_other_does_not() {
    let violations = check_sample(&HOUSE, &[("api.rs", "use crate::lti::launch;")]);
    assert_eq!(violations, ["src/api.rs:1 `crate::lti::launch`: api must not see lti"]);
}

#[test]
fn nothing_sees_what_the_root_owns() {
    let violation = violation_of_service("fn now() { crate::start() }");
    assert!(violation.ends_with("services must not see the crate's root"), "{violation}");
}

#[test]
fn other_crates_and_names_of_ones_own_are_no_rooms() {
    let text = "use state::AppState; use ::lti::Launch; use std::time; \
        enum Step { api } fn now() { state::now(); Step::api; time::now(); tracing::info!(api = 1) }";
    assert_eq!(check_sample(&HOUSE, &[("services/clock.rs", text)]), [""; 0]);
}

#[test]
fn code_for_tests_may_see_anything() {
    let files = [
        (
            "services/clock.rs",
            "#[cfg(test)] mod tests { use crate::state::AppState; } #[cfg(test)] use crate::api; #[cfg(test)] mod apart;",
        ),
        ("services/clock/apart.rs", "use crate::lti::launch;"),
    ];
    assert_eq!(check_sample(&HOUSE, &files), [""; 0]);
}

#[test]
fn an_exception_lets_one_arrow_pass_and_goes_with_it() {
    let house = House {
        exceptions: &[("services", "state")],
        ..HOUSE
    };
    let up = ("services/clock.rs", "use crate::state::AppState;");
    assert_eq!(check_sample(&house, &[up]), [""; 0]);
    assert_eq!(
        check_sample(&house, &[]),
        ["src: the exception services → state is no longer needed: take it from the list `exceptions`"]
    );
    let violations = check_sample(&house, &[("services/clock.rs", "use crate::api::list;")]);
    assert!(
        violations.contains(&"src/services/clock.rs:1 `crate::api::list`: services must not see api".to_owned()),
        "{violations:?}"
    );
}

#[test]
fn an_exception_for_an_allowed_arrow_is_refused() {
    let house = House {
        exceptions: &[("api", "services")],
        ..HOUSE
    };
    assert_eq!(
        check_sample(&house, &[("api.rs", "use crate::services::Clock;")]),
        ["src: the exception api → services is no longer needed: take it from the list `exceptions`"]
    );
}

#[test]
fn an_exception_for_an_arrow_of_a_circle_is_needed() {
    let house = House {
        exceptions: &[("lti", "portal")],
        ..HOUSE
    };
    let files = [
        ("lti.rs", "fn a() { crate::portal::b() }"),
        ("portal.rs", "pub fn b() { crate::lti::a() }"),
    ];
    assert_eq!(check_sample(&house, &files), [""; 0]);
}

#[test]
fn a_new_room_wants_a_level() {
    let violations = check_sample(&HOUSE, &[("cellar.rs", "")]);
    assert_eq!(violations, ["src: the room cellar has no level: give it one in the table"]);
}
