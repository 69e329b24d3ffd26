//! The browser of a launch: state, cookie and single use.

use std::collections::HashSet;

use futures_util::future::join_all;
use serde_json::json;

use crate::handshake::{LoggedIn, School, assert_refused};

async fn lookup(school: &School, reference: &str) -> serde_json::Value {
    school
        .gateway
        .get(&format!("/api/v1/launches/{reference}"), &school.token)
        .await
        .json()
}

#[tokio::test]
async fn a_launch_is_used_once() {
    let school = School::open().await;
    let login = school.log_in().await;
    let id_token = school.lms.id_token(&school.spec(&login));
    let first = school.send_launch(&login, &id_token).await;
    let second = school.send_launch(&login, &id_token).await;
    assert_eq!(first.status, 200);
    school.assert_explained(&second, "launch_invalid.replayed").await;
    assert!(
        second.text.contains("A launch opens the app once"),
        "no fault of the LMS: {}",
        second.text
    );
    // Nor does a fresh id_token for the same login help.
    let again = school.send_launch(&login, &school.lms.id_token(&school.spec(&login))).await;
    school.assert_explained(&again, "launch_invalid.replayed").await;

    // Three records: the accepted one first, each found by its own reference.
    let list = school.gateway.get("/api/v1/launches", &school.token).await.json();
    let outcomes: Vec<_> = list["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|launch| launch["outcome"].clone())
        .collect();
    assert_eq!(outcomes, ["refused", "refused", "accepted"]);
    let accepted = list["value"][2]["reference"].as_str().unwrap();
    let details = lookup(&school, accepted).await;
    assert_eq!((&details["outcome"], &details["code"]), (&json!("accepted"), &json!(null)));
    assert!(
        details["checks"]
            .as_array()
            .unwrap()
            .iter()
            .all(|check| check["result"] != "failed"),
        "{details}"
    );
}

#[tokio::test]
async fn of_launches_posted_at_once_one_gets_through() {
    let school = School::open().await;
    let login = school.log_in().await;
    let id_token = school.lms.id_token(&school.spec(&login));
    let answers = join_all((0..12).map(|_| school.send_launch(&login, &id_token))).await;
    let (through, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!(through.len(), 1);
    for answer in refused {
        assert_refused(&answer, "launch_invalid.replayed");
    }
}

#[tokio::test]
async fn a_state_belongs_to_the_browser_that_began() {
    let school = School::open().await;
    let (victim, attacker) = (school.log_in().await, school.log_in().await);
    assert_ne!(victim.cookie, attacker.cookie);
    // Login CSRF: the victim's browser, which has a login of its own, is made to post the attacker's launch.
    let of_attacker = school.lms.id_token(&school.spec(&attacker));
    let form = [("state", attacker.state()), ("id_token", of_attacker)];
    let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (name, _) = attacker.cookie.split_once('=').unwrap();
    let (_, of_victim) = victim.cookie.split_once('=').unwrap();
    let swapped = format!("{name}={of_victim}");
    for (what, cookie, code) in [
        ("no cookie", None, "cookies_not_found.cookie_missing"),
        (
            "the cookie of another login",
            Some(victim.cookie.as_str()),
            "cookies_not_found.cookie_missing",
        ),
        ("another value", Some(swapped.as_str()), "cookies_not_found.cookie_mismatch"),
        (
            "an empty value",
            Some(&*format!("{name}=")),
            "cookies_not_found.cookie_mismatch",
        ),
        (
            "the state as its cookie",
            Some(&*format!("{name}={}", attacker.state())),
            "cookies_not_found.cookie_mismatch",
        ),
    ] {
        let answer = school.send_form(&form, cookie).await;
        assert_eq!(answer.code(), code, "{what}");
        school.assert_explained(&answer, code).await;
    }
    assert_eq!(school.send_form(&form, Some(&attacker.cookie)).await.status, 200);
}

#[tokio::test]
async fn made_up_states_are_refused() {
    let school = School::open().await;
    let login = school.log_in().await;
    let id_token = school.lms.id_token(&school.spec(&login));
    let state = login.state();
    let flip = |at: usize| {
        let mut bytes = state.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    };
    let other_gateway = School::open().await;
    let foreign = other_gateway.log_in().await;
    for forged in [
        "x".to_owned(),
        "AAAA".repeat(50),
        flip(0),
        flip(10),
        flip(state.len() / 2),
        flip(state.len() - 8),
        state[..state.len() - 4].to_owned(),
        format!("{state}AAAA"),
        state.to_lowercase(),
        id_token.clone(),
    ] {
        let answer = school
            .send_form(&[("state", &forged), ("id_token", &id_token)], Some(&login.cookie))
            .await;
        assert_refused(&answer, "launch_invalid.state");
    }
    // Gateways of one operator share the secret, but a state still needs the cookie of its own login.
    let answer = school
        .send_form(&[("state", &foreign.state()), ("id_token", &id_token)], Some(&login.cookie))
        .await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(school.send_launch(&login, &id_token).await.status, 200);
}

#[tokio::test]
async fn a_login_waits_ten_minutes_for_its_launch() {
    let school = School::open().await;
    let (soon, late) = (school.log_in().await, school.log_in().await);
    school.gateway.advance(595);
    let answer = school.send_launch(&soon, &school.lms.id_token(&school.spec(&soon))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    school.gateway.advance(70);
    let answer = school.send_launch(&late, &school.lms.id_token(&school.spec(&late))).await;
    assert_refused(&answer, "launch_invalid.state_expired");
}

#[tokio::test]
async fn parallel_frames_of_one_page_all_finish() {
    let school = School::open().await;
    let logins: Vec<LoggedIn> = join_all((0..4).map(|_| school.log_in())).await;
    let distinct: HashSet<_> = logins
        .iter()
        .flat_map(|login| [login.state(), login.nonce(), login.cookie.clone()])
        .collect();
    assert_eq!(distinct.len(), 12, "states, nonces and cookies are all different");
    let jar = logins
        .iter()
        .map(|login| login.cookie.as_str())
        .collect::<Vec<_>>()
        .join("; ");
    let launches = logins.iter().map(|login| {
        let (state, id_token) = (login.state(), school.lms.id_token(&school.spec(login)));
        let (school, jar) = (&school, &jar);
        async move {
            school
                .send_form(&[("state", &state), ("id_token", &id_token)], Some(jar))
                .await
        }
    });
    for (answer, login) in join_all(launches).await.iter().zip(&logins) {
        assert_eq!(answer.status, 200, "{answer:?}");
        // Only its own cookie is cleared.
        let (name, _) = login.cookie.split_once('=').unwrap();
        let cleared = answer.header("set-cookie");
        assert!(
            cleared.starts_with(&format!("{name}=;")) && cleared.contains("Max-Age=0"),
            "{cleared}"
        );
    }
}

#[tokio::test]
async fn the_cookie_is_kept_in_frames_and_out_of_scripts() {
    let school = School::open().await;
    let answer = school.send_login(&school.login_parameters()).await;
    assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 1);
    let cookie = answer.header("set-cookie");
    for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=None", "Partitioned", "Max-Age=600"] {
        assert!(cookie.split("; ").any(|part| part == attribute), "{attribute} in {cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert!(cookie.len() < 200, "small, since a page can have many: {cookie}");
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_deletion_stops_a_launch_under_way() {
    let school = School::open().await;
    let login = school.log_in().await;
    let path = format!("/api/v1/registrations/{}", school.id());
    assert_eq!(school.gateway.delete(&path, &school.token).await.status, 204);
    let answer = school.send_launch(&login, &school.lms.id_token(&school.spec(&login))).await;
    assert_refused(&answer, "registration_not_found.deleted");
    assert_refused(
        &school.send_login(&school.login_parameters()).await,
        "registration_not_found.deleted",
    );
    // The same client registered again: a login of before still ends, also where the keys are the same.
    let mut draft = crate::handshake::draft(&school.lms);
    draft["keysetUrl"] = json!(format!("{}?v=2", school.lms.keyset_url()));
    assert_eq!(
        school
            .gateway
            .post("/api/v1/registrations", &school.token, &draft)
            .await
            .status,
        201
    );
    let answer = school.send_launch(&login, &school.lms.id_token(&school.spec(&login))).await;
    assert_refused(&answer, "registration_not_found.deleted");
    assert_eq!(school.launch(|spec| spec).await.status, 200);
}
