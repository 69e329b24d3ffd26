//! Names and roles: the claim, the query, and members of every LMS's shape.

use lti13::services::nrps::{Member, MembershipQuery, MembershipService, membership_container};
use serde_json::{Value, json};
use url::Url;

use crate::support::pairs;

fn service(claim: &Value) -> Option<String> {
    MembershipService::from_claim(claim).map(|service| service.context_memberships_url.into())
}

#[test]
fn the_claim_names_the_address() {
    const URL: &str = "https://lms.example.edu/members?course=2";
    for good in [
        json!({ "context_memberships_url": URL, "service_versions": ["1.0", "2.0"] }),
        json!({ "context_memberships_url": URL, "service_versions": null }),
        json!({ "context_memberships_url": URL }),
        MembershipService::claim(URL),
    ] {
        assert_eq!(service(&good).as_deref(), Some(URL), "{good}");
    }
    for bad in [
        json!({ "service_versions": ["2.0"] }),
        json!({ "context_memberships_url": "" }),
        json!({ "context_memberships_url": "javascript:x" }),
        json!({ "context_memberships_url": URL, "service_versions": ["1.0"] }),
        json!({ "context_memberships_url": URL, "service_versions": [] }),
        json!(null),
    ] {
        assert_eq!(service(&bad), None, "{bad}");
    }
}

fn query(parameters: &[(&str, &str)]) -> Result<MembershipQuery, &'static str> {
    MembershipQuery::parse(pairs(parameters)).map_err(|error| error.name)
}

#[test]
fn the_query_is_read_and_passed_on() {
    let asked = query(&[("role", "http://x#Learner"), ("limit", "50"), ("rlid", "a b"), ("other", "x")]).unwrap();
    assert_eq!(asked.limit, Some(50));
    let base: Url = "https://lms.example.edu/members?course=2&limit=5".parse().unwrap();
    assert_eq!(
        asked.url(&base).as_str(),
        "https://lms.example.edu/members?course=2&role=http%3A%2F%2Fx%23Learner&limit=50&rlid=a%20b"
    );
    assert_eq!(query(&[("limit", "")]).unwrap().url(&base), base);
    for bad in ["0", "-1", "x", "1.5", "99999999999"] {
        assert_eq!(query(&[("limit", bad)]), Err("limit"), "{bad}");
    }
    assert_eq!(query(&[("role", "a\u{0}")]), Err("role"));
    assert_eq!(query(&[("rlid", "a\n")]), Err("rlid"));
    assert_eq!(query(&[("rlid", "a"), ("rlid", "b")]), Err("rlid"));
    assert_eq!(query(&[("rlid", &"a".repeat(1025))]), Err("rlid"));
}

fn member(value: &Value) -> Option<Member> {
    let mut members = Vec::new();
    let mut container = membership_container();
    let text = json!({ "members": [value] }).to_string();
    container.push(text.as_bytes(), |member| members.push(member)).unwrap();
    Member::new(members.remove(0))
}

fn for_tool(value: &Value) -> Value {
    Value::Object(member(value).unwrap().for_tool("person-1"))
}

#[test]
fn members_have_an_id() {
    assert_eq!(member(&json!({ "user_id": "3" })).unwrap().user_id(), "3");
    assert_eq!(member(&json!({ "user_id": 3 })).unwrap().user_id(), "3");
    // Sakai.
    assert_eq!(
        member(&json!({ "user_id": "https://lms.example.edu/u/3" }))
            .unwrap()
            .user_id(),
        "https://lms.example.edu/u/3"
    );
    for bad in [
        json!({}),
        json!({ "user_id": null }),
        json!({ "user_id": "" }),
        json!({ "user_id": 3.5 }),
        json!({ "user_id": [] }),
    ] {
        assert_eq!(member(&bad), None, "{bad}");
    }
}

#[test]
fn members_of_every_lms_become_whole() {
    assert_eq!(
        for_tool(&json!({
            "user_id": "3", "roles": ["Learner"], "status": null, "name": "Jo", "email": "", "picture": "", "middle_name": null,
            "lti11_legacy_user_id": "3", "lis_person_sourcedid": "s",
        })),
        json!({ "user_id": "person-1", "roles": ["Learner"], "status": "Active", "name": "Jo", "lis_person_sourcedid": "s" })
    );
    for (roles, expected) in [
        (json!(null), json!([])),
        (json!("Instructor"), json!(["Instructor"])),
        (json!(["", 7, "Mentor"]), json!(["Mentor"])),
        (json!([]), json!([])),
    ] {
        assert_eq!(for_tool(&json!({ "user_id": "3", "roles": roles }))["roles"], expected);
    }
    let kept = for_tool(
        &json!({ "user_id": "3", "status": "Inactive", "picture": "https://lms.example.edu/p.png", "vendor": { "a": null } }),
    );
    assert_eq!(
        kept,
        json!({ "user_id": "person-1", "roles": [], "status": "Inactive", "picture": "https://lms.example.edu/p.png", "vendor": {} })
    );
}

#[test]
fn messages_keep_their_type_and_custom_values() {
    const LTI: &str = "https://purl.imsglobal.org/spec/lti/claim/";
    let message = json!({
        format!("{LTI}message_type"): "LtiResourceLinkRequest",
        format!("{LTI}custom"): { "a": "b", "c": null },
        "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome": { "lis_outcome_service_url": "https://lms.example.edu/o" },
        "locale": "en",
    });
    let expected = json!([{
        format!("{LTI}message_type"): "LtiResourceLinkRequest",
        format!("{LTI}custom"): { "a": "b" },
    }]);
    assert_eq!(
        for_tool(&json!({ "user_id": "3", "message": [message, 7] }))["message"],
        expected
    );
    assert_eq!(for_tool(&json!({ "user_id": "3", "message": message }))["message"], expected);
    assert!(for_tool(&json!({ "user_id": "3", "message": null })).get("message").is_none());
}
