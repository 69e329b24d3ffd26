//! The main job: a launch from the practice LMS to the launch inspector.

use crate::handshake::School;

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
