//! The main job: a launch from the practice LMS to the launch inspector.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::{
    handshake::School,
    support::{Answer, HtmlForm},
};

/// The claims of the token for the app.
fn claims(handed_over: &Answer) -> Value {
    let token = HtmlForm::of(&handed_over.text).field("launch_token");
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&claims).unwrap()
}

#[tokio::test]
async fn a_teacher_arrives_in_the_inspector() {
    let school = School::open().await;
    let handed_over = school.launch(|spec| spec).await;
    assert_eq!(handed_over.header("cache-control"), "no-store");
    let page = school.open_app(&handed_over).await;
    assert_eq!(page.status, 200, "{page:?}");
    for shown in ["This launch is valid", "Tess Teacher", "BIO 101", "Instructor"] {
        assert!(page.text.contains(shown), "{shown} in {}", page.text);
    }
}

#[tokio::test]
async fn an_app_learns_whether_the_issuers_own_keys_signed() {
    // The same keys, but at another host than the issuer's.
    let elsewhere = |draft: &mut Value| {
        let url = draft["keysetUrl"].as_str().unwrap().replace("//127.0.0.1:", "//localhost:");
        assert_ne!(draft["keysetUrl"], url);
        draft["keysetUrl"] = json!(url);
    };
    for (school, confirmed) in [(School::open().await, true), (School::open_with(elsewhere).await, false)] {
        let handed_over = school.launch(|spec| spec).await;
        assert_eq!(handed_over.status, 200, "{handed_over:?}");
        let platform = &claims(&handed_over)["platform"];
        assert_eq!(platform["issuer"], school.lms.issuer());
        assert_eq!(platform["issuer_confirmed"], confirmed, "{platform}");
    }
}
