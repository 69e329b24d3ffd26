#![allow(clippy::unwrap_used)]

use store::Channel;

use super::*;

fn mail() -> Mail {
    let config = Config::from_parts(
        true,
        "[support]\nmail_to = \"desk@example.org\"\nmail_from = \"gateway@example.org\"\nsmtp_host = \"localhost\"\nsmtp_tls = \"none\"",
        [],
    );
    Mail::new(&config.unwrap()).unwrap().unwrap()
}

/// A report whose texts all hold this, with these checks.
fn with_checks(evil: &str, checks: &serde_json::Value) -> serde_json::Value {
    serde_json::json!({
        "id": Uuid::from_u128(1), "number": "4821-9377", "tenantId": Uuid::from_u128(2), "tenantName": evil,
        "category": "launch", "summary": evil, "description": evil, "contactEmail": "ada@contoso.edu",
        "launchReference": "5TFA-R7YN-2K8Q", "attachDiagnostics": true, "browser": evil, "portalVersion": evil,
        "createdAt": "2026-11-24T08:00:00Z", "createdBy": { "id": "oid", "name": evil, "kind": "user" },
        "updatedAt": "2026-11-24T08:00:00Z", "state": "open", "history": [], "comments": [],
        "diagnostics": { "reference": "5TFA-R7YN-2K8Q", "at": "2026-11-24T08:00:00Z", "outcome": "refused",
            "code": "launch_invalid.too_old", "messageType": null, "registrationId": null, "registrationName": evil,
            "appId": null, "platform": "moodle", "gatewayVersion": "1", "checks": checks },
    })
}

/// The mail for a report whose texts all hold this.
fn sent(evil: &str, comment: bool) -> String {
    let check = serde_json::json!({ "stage": "times", "rule": "Time of issue", "result": "failed", "expected": evil, "seen": evil,
        "remedy": null });
    let report = with_checks(evil, &serde_json::json!([check]));
    let comment = comment.then(|| {
        serde_json::json!({ "at": "2026-11-24T08:00:00Z", "text": evil, "bySupport": false,
            "by": { "id": "oid", "name": evil, "kind": "user" } })
    });
    let payload = serde_json::json!({
        "type": "report.created", "timestamp": "2026-11-24T08:00:00Z", "version": 1,
        "data": { "report": report, "portalUrl": "https://gateway.example/reports/1", "comment": comment },
    });
    let delivery = Delivery {
        id: Uuid::from_u128(3),
        event: "report.created".to_owned(),
        channel: Channel::Email,
        payload: payload.to_string(),
        attempt: 1,
        created_at: time::OffsetDateTime::UNIX_EPOCH,
    };
    String::from_utf8(mail().email(&delivery).unwrap().formatted()).unwrap()
}

/// The names of a message's headers, in order; folded lines belong to the one before.
fn headers(email: &str) -> Vec<&str> {
    let head = email.split("\r\n\r\n").next().unwrap();
    head.split("\r\n")
        .filter(|line| !line.starts_with([' ', '\t']))
        .map(|line| line.split(':').next().unwrap())
        .collect()
}

#[test]
fn no_text_becomes_a_header() {
    let plain = headers(&sent("harmless", false))
        .iter()
        .map(|&name| name.to_owned())
        .collect::<Vec<_>>();
    assert!(
        plain.contains(&"Subject".to_owned()) && plain.contains(&"Reply-To".to_owned()),
        "{plain:?}"
    );
    for evil in [
        "x\r\nBcc: everybody@contoso.edu",
        "x\nBcc: everybody@contoso.edu",
        "x\r\n\r\n<script>alert(1)</script>",
        "x\rBcc: everybody@contoso.edu",
        "=?utf-8?q?x=0D=0ABcc:_everybody@contoso.edu?=",
        "x\r\n.\r\nMAIL FROM:<a@b>",
        "x\u{2028}Bcc: everybody@contoso.edu\u{2029}Bcc: everybody@contoso.edu",
        "x\u{85}Bcc: everybody@contoso.edu\u{b}\u{c}\0",
        "\u{202e}ude.osotnoc@ydobyreve :ccB\u{2066}",
        &"ü".repeat(5000),
    ] {
        for comment in [false, true] {
            let email = sent(evil, comment);
            let names = headers(&email);
            assert!(!names.contains(&"Bcc"), "{evil}: {names:?}");
            if !comment {
                assert_eq!(names, plain, "{evil}");
            }
            assert!(email.lines().all(|line| line.len() <= 998), "RFC 5322, section 2.1.1");
        }
    }
}

#[test]
fn a_report_and_its_answers_are_one_thread() {
    let report = sent("Meetings doesn’t open", false);
    let answer = sent("Still so", true);
    let id = format!("<{}@localhost>", Uuid::from_u128(1));
    assert!(report.contains(&format!("Message-ID: {id}")), "{report}");
    assert!(
        answer.contains(&format!("In-Reply-To: {id}")) && answer.contains(&format!("References: {id}")),
        "{answer}"
    );
    assert!(
        answer.contains(&format!("Message-ID: <{}@localhost>", Uuid::from_u128(3))),
        "{answer}"
    );
    assert!(
        report.contains("Reply-To: ada@contoso.edu") && report.contains("To: desk@example.org"),
        "{report}"
    );
    assert_eq!(
        report,
        sent("Meetings doesn’t open", false),
        "a repetition is the same message"
    );
}

#[test]
fn text_of_the_lms_stands_in_quotation_marks() {
    let check = |seen_kind: serde_json::Value| {
        let check = serde_json::json!({ "stage": "issuer", "rule": "iss", "result": "failed", "expected": "https://lms.example.edu",
            "expectedKind": "text", "seen": "(absent)", "seenKind": seen_kind, "remedy": null });
        let report = with_checks("x", &serde_json::json!([check]));
        text(&serde_json::from_value(report).unwrap(), "https://gateway.example").unwrap()
    };
    let received = |kind| {
        let text = check(kind);
        assert!(text.contains("\nExpected:     “https://lms.example.edu”\n"), "{text}");
        text.lines().find(|line| line.starts_with("Came:")).unwrap().to_owned()
    };
    assert_eq!(received("text".into()), "Came:         “(absent)”");
    for kind in ["absent".into(), serde_json::Value::Null] {
        assert_eq!(received(kind), "Came:         (absent)");
    }
}
