//! An app that leaves the operator's configuration: its registrations stay, marked, and their launches get a page that says so.

use serde_json::json;

use crate::{
    command_line::Folder,
    handshake::School,
    registrations::{PATH, moodle},
    support::{Answer, CONTOSO, TestGateway},
};

const QUIZ: &str = "[[apps]]\nid = \"quiz\"\nname = \"Quiz\"\nlaunch_url = \"http://localhost:9/launch\"";

#[tokio::test]
async fn registrations_of_a_withdrawn_app_stay_and_say_so() {
    let folder = Folder::new();
    let gateway = TestGateway::start_on(&folder.database(), QUIZ).await;
    let mut school = School::open_at(gateway.into(), CONTOSO, |draft| draft["appId"] = json!("quiz")).await;
    assert_eq!(school.registration["appWithdrawn"], false);
    assert_eq!(school.launch(|spec| spec).await.status, 200);

    school.gateway = TestGateway::start_on(&folder.database(), "").await.into();
    school.token = school.gateway.app_token(CONTOSO).await;
    let path = format!("{PATH}/{}", school.id());
    assert_eq!(school.gateway.get(&path, &school.token).await.json()["appWithdrawn"], true);
    let list = school.gateway.get(&format!("{PATH}?appId=quiz"), &school.token).await.json();
    assert_eq!(list["value"][0]["appWithdrawn"], true, "{list}");
    let answer = school.launch(|spec| spec).await;
    let check = school.assert_explained(&answer, "registration_not_found.app_withdrawn").await;
    assert_eq!(check["seen"], "quiz", "{check}");
    for (language, sentence) in [
        ("en", "The app is no longer offered."),
        ("de", "Die App wird nicht mehr angeboten."),
    ] {
        let login = school.log_in().await;
        let spec = school
            .spec(&login)
            .claim(practice_lms::claim::LAUNCH_PRESENTATION, json!({ "locale": language }));
        let (state, id_token) = (login.state(), school.lms.id_token(&spec));
        let launch = school.gateway.client.post(school.gateway.at("/lti/launch"));
        let launch = launch
            .header("cookie", &login.cookie)
            .form(&[("state", &state), ("id_token", &id_token)]);
        let page = Answer::of(launch.send().await.unwrap()).await;
        assert!(page.text.contains(sentence), "{page:?}");
    }

    // It moves with the others, and is marked there too.
    let document = school.gateway.get("/api/v1/registrations/export", &school.token).await.json();
    let other = TestGateway::start().await;
    let token = other.tenant(CONTOSO).await;
    let report = other.post("/api/v1/registrations/import", &token, &document).await.json();
    assert_eq!(report["created"], 1, "{report}");
    let moved = &other.get(PATH, &token).await.json()["value"][0];
    assert_eq!((&moved["appId"], &moved["appWithdrawn"]), (&json!("quiz"), &json!(true)));

    // There can't be a new one, and the old one can be deleted.
    let mut draft = moodle(1);
    draft["appId"] = json!("quiz");
    let answer = school.gateway.post(PATH, &school.token, &draft).await;
    answer.assert_problem(422, "request.invalid");
    assert_eq!(school.gateway.delete(&path, &school.token).await.status, 204);
}
