//! The content of a verified launch, and the app and registration that take it.

use lti13::tool::{IdToken, LoginInitiation, Message, Policy, StartedLogin};
use serde_json::{Value, json};

use crate::support::*;

#[test]
fn anonymous_launches_are_admitted_only_where_allowed() {
    assert_eq!(launch(&without("sub")).unwrap().subject, None);
    let launch = verified(&without("sub")).unwrap();
    let mut checks = lti13::Checks::new();
    let refused = launch.admit(&Policy::default(), &mut checks).unwrap_err();
    assert_eq!(refused.code(), "launch_invalid.subject");
    launch
        .admit(
            &Policy {
                allow_anonymous: true,
                ..Policy::default()
            },
            &mut checks,
        )
        .unwrap();
}

#[test]
fn deep_linking_is_admitted_only_where_the_app_declares_it() {
    let launch = verified(&deep_linking_claims()).unwrap();
    let mut checks = lti13::Checks::new();
    let refused = launch
        .admit(
            &Policy {
                allow_anonymous: true,
                deep_linking: false,
            },
            &mut checks,
        )
        .unwrap_err();
    assert_eq!(refused.code(), "launch_invalid.message_not_offered");
    launch
        .admit(
            &Policy {
                allow_anonymous: false,
                deep_linking: true,
            },
            &mut checks,
        )
        .unwrap();
    verified(&claims()).unwrap().admit(&Policy::default(), &mut checks).unwrap();
}

#[test]
fn the_launch_says_who_where_and_back() {
    let mut claims = claims();
    claims[format!("{LTI}launch_presentation")] =
        json!({ "locale": "de", "return_url": "https://lms.example.edu/back?course=2" });
    claims[format!("{LTI}tool_platform")] = json!({ "product_family_code": "moodle" });
    claims["jti"] = json!("protocol");
    claims["https://vendor.example/claim"] = json!("kept");
    claims["tenant_id"] = json!("dropped");
    let launch = launch(&claims).unwrap();
    assert_eq!(launch.name().as_deref(), Some("Terry Teacher"));
    assert_eq!(launch.subject.as_deref(), Some("user-7"));
    assert_eq!(launch.deployment_id, "1");
    assert_eq!(launch.target_link_uri.as_deref(), Some("https://tool.example/launch"));
    assert_eq!((launch.issued_at, launch.expires_at), (NOW - 5, NOW + 55));
    let context = launch.context().unwrap();
    assert_eq!(
        (context.id.as_deref(), context.label.as_deref(), context.title.as_deref()),
        (Some("course-1"), Some("C1"), Some("Course one"))
    );
    assert_eq!(launch.locale().as_deref(), Some("de"));
    assert_eq!(
        launch.return_url(false).unwrap().as_str(),
        "https://lms.example.edu/back?course=2"
    );
    assert_eq!(launch.product_family_code().as_deref(), Some("moodle"));
    assert_eq!(launch.short_roles().collect::<Vec<_>>(), ["Instructor"]);
    let Message::ResourceLink(link) = &launch.message else {
        panic!("another message")
    };
    assert_eq!(
        (link.id.as_str(), link.title.as_deref(), link.description.as_deref()),
        ("link-1", Some("A link"), None)
    );
    assert_eq!(launch.message.message_type(), "LtiResourceLinkRequest");

    let mut kept: Vec<&str> = launch
        .claims
        .keys()
        .map(String::as_str)
        .filter(|name| !name.starts_with(LTI))
        .collect();
    kept.sort_unstable();
    assert_eq!(
        kept,
        ["email", "family_name", "given_name", "https://vendor.example/claim", "name"]
    );
    assert_eq!(launch.claims.keys().filter(|name| name.starts_with(LTI)).count(), 9);
    let shown = format!("{launch:?}");
    assert!(
        shown.contains("LtiResourceLinkRequest") && !shown.contains("Terry"),
        "{shown}"
    );
}

#[test]
fn before_admission_a_launch_says_where_it_comes_from_and_nothing_of_the_person() {
    let mut claims = claims();
    claims[format!("{LTI}launch_presentation")] =
        json!({ "locale": "de", "return_url": "https://lms.example.edu/back?course=2" });
    let origin = verified(&claims).unwrap().origin();
    assert_eq!(
        (origin.deployment_id.as_str(), origin.message_type),
        ("1", "LtiResourceLinkRequest")
    );
    assert_eq!(origin.presentation.locale.as_deref(), Some("de"));
    assert_eq!(
        origin.presentation.return_url(false).unwrap().as_str(),
        "https://lms.example.edu/back?course=2"
    );
    assert!(!origin.by_lms_administrator);
    claims[format!("{LTI}roles")] = json!(["http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator"]);
    claims[format!("{LTI}launch_presentation")]["return_url"] = json!("http://lms.example.edu/back");
    let verified = verified(&claims).unwrap();
    assert!(verified.origin().by_lms_administrator);
    assert!(
        verified.origin().presentation.return_url(false).is_none() && verified.origin().presentation.return_url(true).is_some()
    );
    let shown = format!("{verified:?} {:?}", verified.origin());
    assert!(!shown.contains("Terry") && !shown.contains("user-7"), "{shown}");
}

/// The page in between may speak the language of the person; nothing else is revealed, and a launch that can't be valid is refused.
#[test]
fn a_launch_is_checked_ahead_of_the_browser() {
    let login = LoginInitiation {
        lti_deployment_id: None,
        ..login()
    };
    let (started, _) = StartedLogin::new(&registration(), login, &[7; 64], NOW);
    let mut claims = lms().claims(&base64url([7; 16]), NOW);
    claims["locale"] = json!("sv");
    let check = |claims: &Value| {
        let token = token(claims);
        let checks = &mut lti13::Checks::new();
        let locale = started
            .pending()
            .check_ahead(&IdToken::parse(&token).unwrap(), &keyset(), NOW, checks);
        locale.map_err(|error| error.code())
    };
    assert_eq!(check(&claims), Ok(Some("sv".to_owned())));
    claims["nonce"] = json!("another");
    assert_eq!(check(&claims), Err("launch_invalid.nonce"));
}

#[test]
fn names_and_language_come_from_what_is_there() {
    let name = |change: fn(&mut Value)| {
        let mut claims = claims();
        remove(&mut claims, "name");
        change(&mut claims);
        launch(&claims).unwrap().name()
    };
    assert_eq!(name(|_| ()).as_deref(), Some("Terry Teacher"));
    assert_eq!(name(|claims| claims["given_name"] = json!("")).as_deref(), Some("Teacher"));
    assert_eq!(
        name(|claims| (remove(claims, "given_name"), remove(claims, "family_name")).0),
        None
    );

    let mut claims = claims();
    claims["locale"] = json!("sv");
    assert_eq!(launch(&claims).unwrap().locale().as_deref(), Some("sv"));
    assert_eq!(launch(&without("context")).unwrap().context(), None);
    assert_eq!(launch(&with("context", json!("course-1"))).unwrap().context(), None);
}

#[test]
fn return_urls_are_https_and_without_credentials() {
    let back = |url: &str, allow_http| {
        launch(&with("launch_presentation", json!({ "return_url": url })))
            .unwrap()
            .return_url(allow_http)
    };
    assert!(back("https://lms.example.edu/back", false).is_some());
    assert!(back("http://lms.example.edu/back", true).is_some());
    assert!(back("http://lms.example.edu/back", false).is_none());
    for bad in [
        "javascript:alert(1)",
        "data:text/html,x",
        "/back",
        "https://terry@lms.example.edu/",
        "https://:secret@lms.example.edu/",
    ] {
        assert!(back(bad, true).is_none(), "{bad}");
    }
}

#[test]
fn rights_come_from_known_roles_only() {
    let launch = |role: &str| launch(&with("roles", json!([role]))).unwrap();
    for instructor in [
        "Instructor",
        "urn:lti:role:ims/lis/Instructor",
        "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor",
    ] {
        assert!(launch(instructor).is_instructor(), "{instructor}");
    }
    for other in [
        "Learner",
        "http://purl.imsglobal.org/vocab/lis/v2/unknown/unknown#Instructor",
        "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor",
        "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant",
        "https://evil.example/membership#Instructor",
    ] {
        assert!(!launch(other).is_instructor(), "{other}");
    }
    assert!(launch("http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator").is_lms_administrator());
    assert!(launch("http://purl.imsglobal.org/vocab/lis/v2/system/person#SysAdmin").is_lms_administrator());
    assert!(!launch("http://purl.imsglobal.org/vocab/lis/v2/membership#Administrator").is_lms_administrator());
    assert!(!launch("Administrator").is_lms_administrator());
    assert_eq!(lti13::claims::short_role("urn:lti:role:ims/lis/Instructor"), "Instructor");
    assert_eq!(
        lti13::claims::short_role("http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant"),
        "TeachingAssistant"
    );
}
