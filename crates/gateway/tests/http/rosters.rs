//! The members of a course, as an app reads them through the gateway.

use std::{collections::HashSet, sync::Arc};

use futures_util::future::join_all;
use practice_lms::{PracticeLms, RosterBehaviour, Running, Settings, TokenBehaviour};
use serde_json::{Value, json};

use crate::{
    course::{Course, GRADES, MEMBERS_SCOPE, NAMES_AND_ROLES, keys, next_link},
    handshake::{School, draft},
    registrations::create,
    support::{Answer, FABRIKAM},
};

const MEDIA_TYPE: &str = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json";
const SCORE_SCOPE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/score";

fn members(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-type"), MEDIA_TYPE);
    answer.json()["members"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_launch_names_the_services_at_the_gateway() {
    let course = Course::open().await;
    let claims = course.launch(|spec| spec).await;
    let members = claims[NAMES_AND_ROLES]["context_memberships_url"].as_str().unwrap();
    let id = members.strip_prefix(&course.gateway().at("/platform/memberships/")).unwrap();
    assert!(
        id.len() == 26 && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()),
        "{id}"
    );
    assert_eq!(claims[NAMES_AND_ROLES]["service_versions"], json!(["1.0", "2.0"]));
    let items = claims[GRADES]["lineitems"].as_str().unwrap();
    assert!(items.starts_with(&course.gateway().at("/platform/lineitems/")), "{items}");
    assert!(
        claims[GRADES]["lineitem"].as_str().unwrap().starts_with(&format!("{items}/")),
        "{claims}"
    );
    let ags = "https://purl.imsglobal.org/spec/lti-ags/scope";
    assert_eq!(
        claims[GRADES]["scope"],
        json!([
            format!("{ags}/lineitem"),
            format!("{ags}/lineitem.readonly"),
            format!("{ags}/score")
        ])
    );
    assert!(!claims[GRADES].to_string().contains(course.school.lms.issuer()), "{claims}");
    let again = course.launch(|spec| spec).await;
    assert_eq!(
        (&again[NAMES_AND_ROLES], &again[GRADES]),
        (&claims[NAMES_AND_ROLES], &claims[GRADES])
    );
}

#[tokio::test]
async fn a_launch_names_only_what_app_and_lms_both_grant() {
    let course = Course::open().await;
    let score = "https://purl.imsglobal.org/spec/lti-ags/scope/score";
    let host = course.school.lms.issuer().to_owned();
    let claims = course.launch(|spec| {
        let grades = json!({ "scope": [score, "https://lms.example/scope"], "lineitem": format!("{host}/item?a=1") });
        spec.claim(GRADES, grades).without(NAMES_AND_ROLES)
    });
    let claims = claims.await;
    assert!(claims.get(NAMES_AND_ROLES).is_none(), "{claims}");
    assert_eq!(claims[GRADES]["scope"], json!([score]));
    assert!(
        claims[GRADES].get("lineitems").is_none() && claims[GRADES]["lineitem"].is_string(),
        "{claims}"
    );
    for grades in [
        json!({ "scope": [], "lineitems": format!("{host}/items") }),
        json!({ "scope": [score] }),
        json!({ "scope": [score], "lineitems": "javascript:alert(1)" }),
        json!({ "scope": score, "lineitems": format!("{host}/items") }),
        json!("grades"),
    ] {
        let claims = course.launch(|spec| spec.claim(GRADES, grades.clone())).await;
        assert!(claims.get(GRADES).is_none(), "{grades}: {claims}");
    }
    let mut course = course;
    course.replace(|draft| draft["appId"] = json!("grades-only")).await;
    let claims = course.launch(|spec| spec).await;
    assert!(
        claims.get(NAMES_AND_ROLES).is_none() && claims[GRADES]["scope"] == json!([score]),
        "{claims}"
    );
    course.replace(|draft| draft["appId"] = json!("none")).await;
    let claims = course.launch(|spec| spec).await;
    assert!(
        claims[NAMES_AND_ROLES]["context_memberships_url"]
            .as_str()
            .unwrap()
            .starts_with(&host),
        "as before: {claims}"
    );
}

#[tokio::test]
async fn an_app_reads_everybody_by_the_names_that_launches_have() {
    let course = Course::open().await;
    course.school.lms.set_students(2_000);
    let claims = course.launch(|spec| spec).await;
    let url = claims[NAMES_AND_ROLES]["context_memberships_url"].as_str().unwrap();
    let token = course.token("notes", MEMBERS_SCOPE).await;
    for behaviour in [RosterBehaviour::Good, RosterBehaviour::Pages(300), RosterBehaviour::Pages(1)] {
        if behaviour == RosterBehaviour::Pages(1) {
            course.school.lms.set_students(3);
        }
        course.school.lms.set_roster(behaviour.clone());
        let answer = course.get(url, &token).await;
        let everybody = members(&answer);
        let ids: HashSet<_> = everybody.iter().map(|member| member["user_id"].as_str().unwrap()).collect();
        let count = if behaviour == RosterBehaviour::Pages(1) { 5 } else { 2_002 };
        assert_eq!((everybody.len(), ids.len()), (count, count), "{behaviour:?}");
        assert!(ids.contains(claims["sub"].as_str().unwrap()), "the teacher who launched");
        let document = answer.json();
        assert_eq!((&document["id"], &document["context"]["id"]), (&json!(url), &json!("2")));
        assert!(document["context"].get("description").is_none(), "no nulls: {document}");
        for member in &everybody {
            assert_eq!(member["status"], "Active");
            assert!(
                member.get("picture").is_none() && member["name"].is_string(),
                "no nulls: {member}"
            );
        }
        assert_eq!(next_link(&answer), None);
    }
}

#[tokio::test]
async fn pages_are_answered_where_a_limit_asks_for_them() {
    let course = Course::open().await;
    course.school.lms.set_students(8);
    let url = course.members_url().await;
    let token = course.token("notes", MEMBERS_SCOPE).await;
    let (mut next, mut seen, mut pages) = (Some(format!("{url}?limit=4")), HashSet::new(), 0);
    while let Some(page) = next {
        let answer = course.get(&page, &token).await;
        pages += 1;
        for member in members(&answer) {
            assert!(seen.insert(member["user_id"].as_str().unwrap().to_owned()));
        }
        next = next_link(&answer);
        if let Some(next) = &next {
            assert!(next.starts_with(&format!("{url}?")) && *next == next.to_lowercase(), "{next}");
        }
    }
    assert_eq!((seen.len(), pages), (10, 3));
    let teachers = course.get(&format!("{url}?role=Instructor"), &token).await;
    assert_eq!(members(&teachers).len(), 1);
    let of_link = course.get(&format!("{url}?rlid=1"), &token).await;
    let message = &members(&of_link)[0]["message"][0];
    assert_eq!(
        message["https://purl.imsglobal.org/spec/lti/claim/custom"],
        json!({ "link": "1" })
    );
    for wrong in ["limit=0", "limit=x", "cursor=00", "cursor=x"] {
        let answer = course.get(&format!("{url}?{wrong}"), &token).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (400, "request.query".to_owned()),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn a_service_opens_for_its_own_app_deployment_and_scope_only() {
    let course = Course::open().await;
    let url = course.members_url().await;
    let deployment = course.school.registration["appDeploymentId"].as_str().unwrap();
    let own = course.ask_token("notes", MEMBERS_SCOPE, Some(deployment)).await;
    let own = own.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(members(&course.get(&url, &own).await).len(), 2);

    let quiz = course.token("quiz", MEMBERS_SCOPE).await;
    let missing = course.get(&url, &quiz).await;
    assert_eq!(
        (missing.status.as_u16(), missing.code()),
        (404, "service.not_found".to_owned()),
        "another app"
    );
    for other in [
        format!("{url}x"),
        url[..url.len() - 1].to_owned(),
        format!("{}%00", &url[..url.len() - 3]),
    ] {
        assert_eq!(course.get(&other, &own).await.status, 404, "{other}");
    }
    let items = course.launch(|spec| spec).await[GRADES]["lineitems"]
        .as_str()
        .unwrap()
        .to_owned();
    let as_members = items.replace("/lineitems/", "/memberships/");
    assert_eq!(course.get(&as_members, &own).await.status, 404, "a service of another kind");
    let scores = course.token("notes", SCORE_SCOPE).await;
    let refused = course.get(&url, &scores).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (403, "token.scope".to_owned()));
    let refused = course.get(&url, "none").await;
    assert_eq!(refused.status, 401);

    let Course { school, keys } = course;
    let gateway = Arc::clone(&school.gateway);
    let other = Course::open_at(gateway, keys, FABRIKAM, |_| ()).await;
    let deployment = other.school.registration["appDeploymentId"].as_str().unwrap();
    let theirs = other.ask_token("notes", MEMBERS_SCOPE, Some(deployment)).await;
    let theirs = theirs.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(
        other.get(&url, &theirs).await.status,
        404,
        "another deployment of the same app"
    );
    assert_eq!(members(&other.get(&other.members_url().await, &theirs).await).len(), 2);
}

#[tokio::test]
async fn a_service_lives_as_long_as_its_deployment_has_a_registration_of_the_issuer() {
    let mut course = Course::open().await;
    let url = course.members_url().await;
    let token = course.token("notes", MEMBERS_SCOPE).await;
    course.replace(|draft| draft["name"] = json!("Renamed")).await;
    assert_eq!(members(&course.get(&url, &token).await).len(), 2, "it was replaced");
    assert_eq!(course.members_url().await, url);

    let path = format!("/api/v1/registrations/{}", course.school.id());
    assert_eq!(course.gateway().delete(&path, &course.school.token).await.status, 204);
    assert_eq!(course.get(&url, &token).await.status, 404, "it was deleted");
    let again = course
        .gateway()
        .post("/api/v1/registrations", &course.school.token, &course.school.registration)
        .await;
    assert_eq!(again.status, 201, "{again:?}");
    course.school.registration = again.json();
    assert_eq!(members(&course.get(&url, &token).await).len(), 2, "it was added again");

    course.replace(|draft| draft["issuer"] = json!("http://127.0.0.1:9")).await;
    assert_eq!(course.get(&url, &token).await.status, 404, "of another issuer");
}

#[tokio::test]
async fn calls_share_a_token_of_the_lms_and_renew_it() {
    let course = Course::open().await;
    let url = course.members_url().await;
    let token = course.token("notes", MEMBERS_SCOPE).await;
    let calls = join_all((0..10).map(|_| course.get(&url, &token))).await;
    assert!(calls.iter().all(|answer| members(answer).len() == 2));
    assert_eq!(course.school.lms.token_requests(), (1, 0), "one request for all");
    course.school.lms.set_tokens(TokenBehaviour::Lifetime(40));
    course.school.lms.withdraw_tokens();
    assert_eq!(members(&course.get(&url, &token).await).len(), 2);
    assert_eq!(course.school.lms.token_requests(), (2, 0), "asked for anew after a 401");
    for (seconds, requests, why) in [(20, 2, "it is kept"), (14, 3, "it is renewed before it ends")] {
        course.gateway().advance(seconds);
        assert_eq!(members(&course.get(&url, &token).await).len(), 2);
        assert_eq!(course.school.lms.token_requests(), (requests, 0), "{why}");
    }
}

#[tokio::test]
async fn the_lms_s_refusals_and_junk_are_told_apart() {
    let course = Course::open().await;
    let url = course.members_url().await;
    let token = course.token("notes", MEMBERS_SCOPE).await;
    let host = course.school.lms.issuer().to_owned();
    let text = |text: &str| RosterBehaviour::Text(text.to_owned());
    let status = |status| RosterBehaviour::Status(status, "<h1>No way</h1>".to_owned());
    for (behaviour, answered, code, upstream) in [
        (status(400), 400, "lms_refused", json!(400)),
        (status(404), 404, "lms_refused", json!(404)),
        (status(403), 502, "lms_refused", json!(403)),
        (status(406), 502, "lms_refused", json!(406)),
        (status(401), 502, "lms_refused", json!(401)),
        (
            RosterBehaviour::Redirect(format!("{host}/course")),
            502,
            "lms_refused",
            json!(302),
        ),
        (status(500), 502, "lms_unusable", json!(500)),
        (status(429), 503, "lms_unusable", json!(429)),
        (text("<h1>No way</h1>"), 502, "lms_unusable", json!(200)),
        (text("{}"), 502, "lms_unusable", json!(200)),
        (text("[]"), 502, "lms_unusable", json!(200)),
        (text(r#"{"members":[{"name":"Nobody"}]}"#), 502, "lms_unusable", json!(200)),
        (text(r#"{"members":[{"user_id":""}]}"#), 502, "lms_unusable", json!(200)),
        (RosterBehaviour::Endless, 502, "lms_unusable", json!(200)),
    ] {
        course.school.lms.set_roster(behaviour.clone());
        let answer = course.get(&url, &token).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (answered, code),
            "{behaviour:?}: {answer:?}"
        );
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.json()["upstreamStatus"], upstream, "{behaviour:?}: {answer:?}");
        assert_eq!(
            answer.text.contains("No way"),
            behaviour.clone() == status(answered) || format!("{behaviour:?}").contains("No way")
        );
    }
    course.school.lms.set_roster(RosterBehaviour::Good);
    assert_eq!(members(&course.get(&url, &token).await).len(), 2);
}

#[tokio::test]
async fn a_token_endpoint_that_gives_none_is_told() {
    let course = Course::open().await;
    let url = course.members_url().await;
    let token = course.token("notes", MEMBERS_SCOPE).await;
    let lms = &course.school.lms;
    for (behaviour, upstream) in [
        (
            TokenBehaviour::Status(400, r#"{"error":"invalid_client"}"#.to_owned()),
            json!(400),
        ),
        (
            TokenBehaviour::Status(200, r#"{"error":"invalid_client"}"#.to_owned()),
            json!(200),
        ),
        (TokenBehaviour::Status(200, "<h1>Log in</h1>".to_owned()), json!(200)),
        (TokenBehaviour::Status(500, String::new()), json!(500)),
        (TokenBehaviour::Redirect(lms.access_token_url()), json!(302)),
    ] {
        lms.set_tokens(behaviour.clone());
        let answer = course.get(&url, &token).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (502, "lms_token_refused"),
            "{behaviour:?}: {answer:?}"
        );
        assert_eq!(answer.json()["upstreamStatus"], upstream, "{behaviour:?}");
    }
    lms.set_tokens(TokenBehaviour::Good);
    assert_eq!(
        members(&course.get(&url, &token).await).len(),
        2,
        "a failure isn't remembered"
    );
}

#[tokio::test]
async fn a_roster_is_never_short() {
    let course = Course::open().await;
    course.school.lms.set_students(60);
    let url = course.members_url().await;
    let token = course.token("notes", MEMBERS_SCOPE).await;
    let elsewhere = keys();
    let members_elsewhere = format!(
        "{}/mod/lti/services.php/CourseSection/2/bindings/1/memberships",
        elsewhere.issuer()
    );
    for (behaviour, requests) in [
        (RosterBehaviour::Fault(10, 6), 7),
        (RosterBehaviour::Fault(10, 1), 2),
        (RosterBehaviour::Loop(10), 8),
        (RosterBehaviour::NextElsewhere(members_elsewhere), 1),
    ] {
        course.school.lms.set_roster(behaviour.clone());
        let before = course.school.lms.roster_requests();
        let request = course.gateway().client.get(&url).bearer_auth(&token);
        let read = match request.send().await {
            Ok(answer) if answer.status() == 200 => answer.text().await.ok(),
            Ok(answer) => {
                assert_eq!(answer.status(), 502, "{behaviour:?}");
                None
            }
            Err(_) => None,
        };
        assert!(read.is_none(), "{behaviour:?}: {read:?}");
        assert_eq!(course.school.lms.roster_requests() - before, requests, "{behaviour:?}");
        assert_eq!(elsewhere.roster_requests(), 0, "no token goes to another host");
    }
    course.school.lms.set_roster(RosterBehaviour::Fault(10, 0));
    let answer = course.get(&url, &token).await;
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (502, "lms_unusable".to_owned()),
        "before the answer begins"
    );
}

#[tokio::test]
async fn a_registration_says_which_services_its_lms_offers() {
    let mut course = Course::open().await;
    let services = async |course: &Course| {
        let path = format!("/api/v1/registrations/{}/services", course.school.id());
        let answer = course.gateway().get(&path, &course.school.token).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["value"].clone()
    };
    let both = |state: &str| {
        json!([
            { "service": "names_and_roles", "state": state, "remedy": null },
            { "service": "grades", "state": state, "remedy": null },
        ])
    };
    assert_eq!(services(&course).await, both("unknown"));
    course.launch(|spec| spec).await;
    assert_eq!(services(&course).await, both("offered"));
    course.replace(|draft| draft["appId"] = json!("quiz")).await;
    assert_eq!(services(&course).await, both("unknown"), "another app");
    let readonly = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly";
    let grades = json!({ "scope": [readonly], "lineitems": format!("{}/items", course.school.lms.issuer()) });
    course.launch(|spec| spec.claim(GRADES, grades)).await;
    let found = services(&course).await;
    assert_eq!(
        (&found[0]["state"], &found[1]["state"]),
        (&json!("offered"), &json!("not_offered"))
    );
    let remedy = found[1]["remedy"].as_str().unwrap();
    assert!(
        remedy.contains("IMS LTI Assignment and Grade Services"),
        "in Moodle's words: {remedy}"
    );
    course.replace(|draft| draft["appId"] = json!("none")).await;
    assert_eq!(services(&course).await, json!([]));
}

#[tokio::test]
async fn a_token_of_the_lms_proves_that_it_knows_the_keyset() {
    let mut course = Course::open().await;
    let path = format!("/api/v1/registrations/{}", course.school.id());
    let export = course
        .gateway()
        .get("/api/v1/registrations/export", &course.school.token)
        .await
        .json();
    assert_eq!(course.gateway().delete(&path, &course.school.token).await.status, 204);
    let mut portable = export["registrations"][0].clone();
    portable["toolKeysetUrl"] = json!(course.gateway().at("/.well-known/jwks.json"));
    let document = json!({ "version": 1, "registrations": [portable] });
    let report = course
        .gateway()
        .post("/api/v1/registrations/import", &course.school.token, &document)
        .await
        .json();
    let path = format!("/api/v1/registrations/{}", report["value"][0]["id"].as_str().unwrap());
    course.school.registration = course.gateway().get(&path, &course.school.token).await.json();
    assert_eq!(course.school.registration["toolKeysetOutdated"], true);
    let url = course.members_url().await;
    let token = course.token("notes", MEMBERS_SCOPE).await;
    assert_eq!(members(&course.get(&url, &token).await).len(), 2);
    assert_eq!(
        course.gateway().get(&path, &course.school.token).await.json()["toolKeysetOutdated"],
        false
    );
}

/// An organization that knows another school's client ID and access token URL.
struct Attacker {
    course: Course,
    /// The address of the other school's members, which its own LMS names.
    members: String,
}

impl Attacker {
    /// With an LMS of its own, which has the victim's client ID.
    async fn of(victim: &Course) -> Self {
        let gateway = Arc::clone(&victim.school.gateway);
        let settings = Settings {
            client_id: Some(victim.school.lms.client_id.clone()),
            ..Settings::on_any_port(&gateway.url)
        };
        let lms = PracticeLms::start(settings).unwrap();
        let token = gateway.tenant(FABRIKAM).await;
        let mut draft = draft(&lms);
        draft["appId"] = json!("notes");
        draft["accessTokenUrl"] = json!(victim.school.lms.access_token_url());
        let registration = create(&gateway, &token, &draft).await;
        let members = "mod/lti/services.php/CourseSection/2/bindings/1/memberships";
        Self {
            members: format!("{}/{members}", victim.school.lms.issuer()),
            course: Course {
                school: School {
                    gateway,
                    lms,
                    token,
                    registration,
                },
                keys: keys(),
            },
        }
    }

    /// Reads the members through the gateway, by a launch of its own LMS.
    async fn read(&self) -> Answer {
        let claim = json!({ "context_memberships_url": self.members, "service_versions": ["2.0"] });
        let claims = self.course.launch(|spec| spec.claim(NAMES_AND_ROLES, claim)).await;
        let url = claims[NAMES_AND_ROLES]["context_memberships_url"]
            .as_str()
            .unwrap()
            .to_owned();
        let token = self.course.token("notes", MEMBERS_SCOPE).await;
        self.course.get(&url, &token).await
    }

    /// The status with which an LMS answers the assertion that the gateway sent to the attacker's own.
    async fn replay(&self, lms: &Running) -> u16 {
        let form = [
            ("grant_type", "client_credentials"),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", &self.course.school.lms.last_assertion()),
            ("scope", MEMBERS_SCOPE),
        ];
        let request = self.course.gateway().client.post(lms.access_token_url()).form(&form);
        request.send().await.unwrap().status().as_u16()
    }
}

#[tokio::test]
async fn nobody_gets_a_token_of_another_schools_lms() {
    let victim = Course::open().await;
    let lms = &victim.school.lms;
    let mut attacker = Attacker::of(&victim).await;
    let own_url = attacker.course.school.lms.access_token_url();
    let keysets =
        [&victim, &attacker.course].map(|course| course.school.registration["toolKeysetUrl"].as_str().unwrap().to_owned());
    assert_ne!(keysets[0], keysets[1]);
    for (keyset, is_shared) in [(&keysets[0], false), (&keysets[1], true)] {
        lms.set_tool_keyset(keyset);
        // By the other school's access token URL.
        attacker
            .course
            .replace(|draft| draft["accessTokenUrl"] = json!(lms.access_token_url()))
            .await;
        let read = attacker.read().await;
        if is_shared {
            assert_eq!(members(&read).len(), 2, "with one key for both, it is read");
        } else {
            assert_eq!(
                (read.status.as_u16(), read.code().as_str()),
                (502, "lms_token_refused"),
                "{read:?}"
            );
            assert_eq!(lms.token_requests(), (0, 1), "it was asked and refused");
        }
        // By its own, with the other school's audience, to send on what the gateway signs.
        let audience = lms.access_token_url();
        let with_audience = |draft: &mut Value| {
            draft["accessTokenUrl"] = json!(own_url);
            draft["accessTokenAudience"] = json!(audience);
        };
        attacker.course.replace(with_audience).await;
        assert_eq!(
            attacker.read().await.status,
            502,
            "its own LMS gives no token for another audience"
        );
        assert_eq!(attacker.replay(lms).await, if is_shared { 200 } else { 400 });
    }
}
