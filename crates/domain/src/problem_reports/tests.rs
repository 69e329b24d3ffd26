use super::*;
use crate::ActorKind;

fn draft() -> ReportDraft {
    ReportDraft {
        category: Some(ReportCategory::Launch),
        summary: "Meetings doesn’t open in Moodle".to_owned(),
        description: "Since this morning.\nIt worked on Friday.".to_owned(),
        ..ReportDraft::default()
    }
}

fn codes(draft: ReportDraft) -> Vec<(String, &'static str)> {
    NewReport::parse(draft)
        .unwrap_err()
        .into_iter()
        .map(|error| (error.field.into_owned(), error.reason.code()))
        .collect()
}

#[test]
fn a_report_needs_a_category_a_sentence_and_a_description() {
    let errors = codes(ReportDraft::default());
    let required = |field: &str| (field.to_owned(), "required");
    assert_eq!(errors, [required("category"), required("summary"), required("description")]);
    assert_eq!(
        NewReport::parse(draft()).unwrap().description,
        "Since this morning.\nIt worked on Friday."
    );
}

#[test]
fn every_error_is_named_at_once() {
    let errors = codes(ReportDraft {
        category: None,
        summary: "x".repeat(161),
        description: "x".repeat(5_001),
        contact_email: Some("nobody".to_owned()),
        launch_reference: Some("5TFA".to_owned()),
        attach_diagnostics: true,
        browser: Some("x".repeat(201)),
        portal_version: Some("x".repeat(61)),
    });
    let fields: Vec<_> = errors.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "category",
            "summary",
            "description",
            "contactEmail",
            "launchReference",
            "browser",
            "portalVersion"
        ]
    );
}

#[test]
fn lines_are_lines_and_prose_keeps_its_own() {
    let report = NewReport::parse(ReportDraft {
        summary: "Meetings\r\nBcc: everybody@school.example\u{202e}\u{0}".to_owned(),
        description: "one\r\ntwo\rthree\u{0}\u{7}\u{202e}\n\n\tfour 👩\u{200d}💻\u{2028}five  \n".to_owned(),
        browser: Some("Edge\n156".to_owned()),
        ..draft()
    })
    .unwrap();
    assert_eq!(report.summary, "Meetings Bcc: everybody@school.example");
    assert_eq!(report.description, "one\ntwo\nthree\n\n\tfour 👩\u{200d}💻\nfive");
    assert_eq!(report.browser.as_deref(), Some("Edge 156"));
}

#[test]
fn blank_fields_of_a_form_are_absent() {
    let report = NewReport::parse(ReportDraft {
        contact_email: Some(String::new()),
        launch_reference: Some(" ".to_owned()),
        browser: Some("\n".to_owned()),
        portal_version: Some("\u{200b}".to_owned()),
        ..draft()
    })
    .unwrap();
    assert_eq!(
        (
            report.contact_email,
            report.launch_reference,
            report.browser,
            report.portal_version
        ),
        (None, None, None, None)
    );
    let blank = ReportDraft {
        summary: " \u{200b}".to_owned(),
        description: "\n \u{0}\n".to_owned(),
        ..draft()
    };
    assert_eq!(codes(blank).len(), 2);
}

#[test]
fn a_reference_is_understood_as_people_type_it() {
    let report = NewReport::parse(ReportDraft {
        launch_reference: Some(" 5tfa r7yn 2k8q ".to_owned()),
        ..draft()
    })
    .unwrap();
    assert_eq!(report.launch_reference.unwrap().as_str(), "5TFA-R7YN-2K8Q");
}

#[test]
fn an_address_is_one_plain_address() {
    for address in [
        "megan.bowen@contoso.edu",
        "a+b@x-y.example.org",
        "o'neill@school.example",
        " trimmed@school.example\n",
    ] {
        let parsed = parse_email(address).unwrap();
        assert_eq!(parsed, address.trim());
    }
    for address in [
        "megan",
        "megan@",
        "@contoso.edu",
        "megan@localhost",
        "megan@contoso..edu",
        "megan@-contoso.edu",
        ".megan@contoso.edu",
        "megan@contoso.edu,other@contoso.edu",
        "megan@contoso.edu;other@contoso.edu",
        "Megan <megan@contoso.edu>",
        "\"megan\"@contoso.edu",
        "megan@contoso.edu\r\nBcc: everybody@contoso.edu",
        "megan@[127.0.0.1]",
        "megan bowen@contoso.edu",
        "a@b@contoso.edu",
        "mégan@contoso.edu",
        "<script>@contoso.edu",
        &format!("{}@contoso.edu", "x".repeat(65)),
    ] {
        assert!(parse_email(address).is_err(), "{address}");
    }
}

#[test]
fn an_answer_has_text() {
    assert_eq!(parse_comment(" Done.\r\nTry again. ").unwrap(), "Done.\nTry again.");
    assert_eq!(parse_comment(" \n").unwrap_err().reason.code(), "required");
    assert_eq!(parse_comment(&"ü".repeat(5_000)).unwrap().chars().count(), 5_000);
    assert_eq!(parse_comment(&"x".repeat(5_001)).unwrap_err().reason.code(), "too_long");
}

#[test]
fn numbers_have_eight_digits() {
    assert_eq!(ReportNumber::from_random([0; 8]).as_str(), "0000-0000");
    assert_eq!(ReportNumber::from_random([0, 0, 0, 0, 0, 0, 0, 7]).as_str(), "0000-0007");
    assert_eq!(ReportNumber::from_random(99_999_999_u64.to_be_bytes()).as_str(), "9999-9999");
    assert_eq!(ReportNumber::from_random(100_000_000_u64.to_be_bytes()).as_str(), "0000-0000");
}

#[test]
fn codes_are_read_back() {
    for category in ReportCategory::ALL {
        assert_eq!(ReportCategory::from_code(category.code()), Some(category));
    }
    for state in ReportState::ALL {
        assert_eq!(ReportState::from_code(state.code()), Some(state));
    }
    assert_eq!(ReportState::from_code("closed"), None);
    assert_eq!(ReportCategory::from_code("billing"), None);
}

#[test]
fn whoever_holds_a_reference_is_named_by_it() {
    let reference = Reference::parse("5TFA-R7YN-2K8Q").unwrap();
    let actor = Reporter::Holder(reference).actor();
    assert_eq!((actor.id.as_str(), actor.kind), ("5TFA-R7YN-2K8Q", ActorKind::User));
}
