//! `/api/v1/apps`, `…/platforms` and the tool configuration: what an LMS's administrator enters.

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, CONTOSO, TestGateway};

const CONFIGURATION: &str = "
[operator]
addresses = [\"203.0.113.7\"]

[[apps]]
id = \"quiz\"
name = \"Quiz\"
launch_url = \"http://localhost:9/launch\"
deep_linking = true
placements = [\"course_navigation\", \"editor_button\"]
scopes = [\"https://purl.imsglobal.org/spec/lti-ags/scope/score\"]
custom_parameters = { t = \"$ResourceLink.title\" }
[apps.client_ids]
blackboard = \"027328b7-c2e3-4c9e-aaa1-07802dae6c89\"
";

#[tokio::test]
async fn the_tool_configuration_names_the_client_id_that_schools_share() {
    let gateway = TestGateway::start_with(CONFIGURATION).await;
    let token = gateway.tenant(CONTOSO).await;
    let client_ids = async |platform: &str| -> Vec<serde_json::Value> {
        let path = format!("/api/v1/apps/quiz/tool-configuration?platform={platform}");
        let configuration = gateway.get(&path, &token).await.json();
        let keys = configuration["keys"].as_array().unwrap().iter();
        keys.filter(|key| key["name"] == "Client ID")
            .map(|key| key["value"].clone())
            .collect()
    };
    assert_eq!(client_ids("blackboard").await, ["027328b7-c2e3-4c9e-aaa1-07802dae6c89"]);
    assert!(client_ids("schoology").await.is_empty() && client_ids("moodle").await.is_empty());
}

#[tokio::test]
async fn the_tool_configuration_asks_for_the_scopes_of_the_services() {
    let services = "
[[apps]]
id = \"notes\"
name = \"Notes\"
launch_url = \"http://localhost:9/launch\"
services = [\"names_and_roles\", \"line_items\", \"results.read\"]
";
    let gateway = TestGateway::start_with(services).await;
    let token = gateway.tenant(CONTOSO).await;
    let path = "/api/v1/apps/notes/tool-configuration?platform=canvas";
    let configuration = gateway.get(path, &token).await.json();
    let scopes = json!([
        "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
        "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
        "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly",
    ]);
    assert_eq!(
        (&configuration["scopes"], &configuration["document"]["scopes"]),
        (&scopes, &scopes)
    );
}

#[tokio::test]
async fn a_tool_configuration_says_everything_that_an_lms_asks_for() {
    let gateway = TestGateway::start_with(CONFIGURATION).await;
    let token = gateway.tenant(CONTOSO).await;
    let platforms = gateway.get("/api/v1/platforms", &token).await.json()["value"].clone();
    let ids: Vec<_> = platforms.as_array().unwrap().iter().map(|platform| &platform["id"]).collect();
    assert_eq!(ids.len(), 12);
    for id in ids {
        let id = id.as_str().unwrap();
        let path = format!("/api/v1/apps/quiz/tool-configuration?platform={id}");
        let configuration = gateway.get(&path, &token).await.json();
        let keys = configuration["keys"].as_array().unwrap();
        for (name, value) in [
            ("Target link URL", gateway.at("/lti/launch")),
            ("OpenID Connect login URL", gateway.at("/lti/login")),
            ("Redirect URL", gateway.at("/lti/launch")),
            ("Custom parameters", "t=$ResourceLink.title".to_owned()),
        ] {
            let key = keys.iter().find(|key| key["name"] == name);
            let key = key.unwrap_or_else(|| panic!("{id}: {name}"));
            assert_eq!(key["value"], value, "{id}: {name}");
            assert!(!key["label"].as_str().unwrap().is_empty(), "{id}: {name}");
        }
        let icons: Vec<_> = keys
            .iter()
            .filter(|key| key["name"] == "Icon URL")
            .map(|key| &key["value"])
            .collect();
        assert!(
            icons.iter().all(|value| **value == gateway.at("/apps/quiz/icon.svg")),
            "{id}: {icons:?}"
        );
        assert_eq!(configuration["customParameters"], json!({ "t": "$ResourceLink.title" }));
        assert_eq!(
            configuration["scopes"],
            json!(["https://purl.imsglobal.org/spec/lti-ags/scope/score"])
        );
        assert_eq!(configuration["network"]["addresses"], json!(["203.0.113.7"]));
        let agent = configuration["network"]["userAgent"].as_str().unwrap();
        assert!(agent.starts_with("LMS-Gateway/") && agent.contains(&gateway.url), "{agent}");
        assert!(!configuration["steps"].as_array().unwrap().is_empty(), "{id}");
        assert_eq!(configuration.get("document").is_some(), id.starts_with("canvas"), "{id}");
    }
}

#[tokio::test]
async fn platforms_say_where_many_schools_share_a_client_id() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let platforms = gateway.get("/api/v1/platforms", &token).await.json()["value"].clone();
    let marked = |mark: &str| -> Vec<String> {
        let platforms = platforms.as_array().unwrap().iter();
        let mut ids: Vec<_> = platforms
            .filter(|platform| platform[mark].as_bool().unwrap())
            .map(|platform| platform["id"].as_str().unwrap().to_owned())
            .collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(marked("sharedClientIds"), ["blackboard", "schoology"]);
    assert_eq!(marked("inheritedClientIds"), ["canvas", "canvas-beta", "canvas-test"]);
}

#[tokio::test]
async fn canvas_on_own_servers_is_asked_for_its_address_beside_the_issuer() {
    let gateway = TestGateway::start().await;
    let token = gateway.tenant(CONTOSO).await;
    let platforms = gateway.get("/api/v1/platforms", &token).await.json()["value"].clone();
    for platform in platforms.as_array().unwrap() {
        assert_eq!(
            platform.get("site").is_some(),
            platform["id"] == "canvas-self-hosted",
            "{platform}"
        );
    }
    let canvas = platforms
        .as_array()
        .unwrap()
        .iter()
        .find(|platform| platform["id"] == "canvas-self-hosted");
    let canvas = canvas.unwrap();
    assert_eq!(canvas["site"]["label"], "Canvas URL");
    let pattern = |name: &str| {
        let fields = canvas["fields"].as_array().unwrap();
        fields.iter().find(|field| field["field"] == name).unwrap()["pattern"].clone()
    };
    for (field, expected) in [
        ("issuer", "https://canvas.instructure.com"),
        ("keysetUrl", "{site}/api/lti/security/jwks"),
        ("authenticationUrl", "{site}/api/lti/authorize_redirect"),
        ("accessTokenUrl", "{site}/login/oauth2/token"),
    ] {
        assert_eq!(pattern(field), expected, "{field}");
    }
}

#[tokio::test]
async fn canvas_gets_its_developer_key_as_a_document() {
    let gateway = TestGateway::start_with(CONFIGURATION).await;
    let token = gateway.tenant(CONTOSO).await;
    let path = |app: &str| format!("/api/v1/apps/{app}/tool-configuration?platform=canvas");
    let document = gateway.get(&path("quiz"), &token).await.json()["document"].clone();
    let launch = gateway.at("/lti/launch");
    assert_eq!(
        (
            &document["oidc_initiation_url"],
            &document["redirect_uris"],
            &document["target_link_uri"]
        ),
        (&json!(gateway.at("/lti/login")), &json!([launch]), &json!(launch))
    );
    assert_eq!(
        document["scopes"],
        json!(["https://purl.imsglobal.org/spec/lti-ags/scope/score"])
    );
    assert_eq!(document["custom_fields"], json!({ "t": "$ResourceLink.title" }));
    let extension = &document["extensions"][0];
    assert_eq!(
        (&extension["platform"], &extension["privacy_level"]),
        (&json!("canvas.instructure.com"), &json!("public"))
    );
    let placements = |document: &serde_json::Value| {
        let placements = document["extensions"][0]["settings"]["placements"]
            .as_array()
            .unwrap()
            .clone();
        placements
            .iter()
            .map(|placement| {
                (
                    placement["placement"].as_str().unwrap().to_owned(),
                    placement["message_type"].as_str().unwrap().to_owned(),
                )
            })
            .collect::<Vec<_>>()
    };
    let pair = |name: &str, message: &str| (name.to_owned(), message.to_owned());
    let (link, content) = ("LtiResourceLinkRequest", "LtiDeepLinkingRequest");
    assert_eq!(
        placements(&document),
        [pair("course_navigation", link), pair("editor_button", content)]
    );
    assert_eq!(extension["settings"]["placements"][0]["default"], "enabled");
    let inspector = gateway.get(&path("launch-inspector"), &token).await.json()["document"].clone();
    assert_eq!(
        placements(&inspector),
        [pair("course_navigation", link), pair("link_selection", content)]
    );
}

#[tokio::test]
async fn deep_linking_and_services_are_asked_for_in_the_words_of_the_lms() {
    let plain = "[[apps]]\nid = \"plain\"\nname = \"Plain\"\nlaunch_url = \"http://localhost:9/launch\"\n";
    let gateway = TestGateway::start_with(&format!("{CONFIGURATION}{plain}")).await;
    let token = gateway.tenant(CONTOSO).await;
    let launch = gateway.at("/lti/launch");
    for (platform, url, deep_linking, grades) in [
        (
            "canvas",
            None,
            "Placements: Select Message Type",
            "Can create and update submission results for assignments associated with the tool.",
        ),
        ("blackboard", None, "Create Placement: Type", "Allow grade service access"),
        (
            "moodle",
            Some("Content Selection URL"),
            "Supports Deep Linking (Content-Item Message)",
            "Accept grades from the tool",
        ),
        (
            "open-lms",
            Some("Content Selection URL"),
            "Supports Deep Linking (Content-Item Message)",
            "Accept grades from the tool",
        ),
        (
            "brightspace",
            None,
            "Extensions: Deep Linking",
            "Extensions: Assignment and Grade Services",
        ),
        ("schoology", None, "Deep Linking", "Assignment and Grade Services"),
        (
            "sakai",
            None,
            "Allow the tool to be selected from Lessons",
            "Allow External Tool to return grades",
        ),
        (
            "open-edx",
            Some("Deep Linking Launch URL"),
            "Deep linking",
            "LTI Assignment and Grades Service",
        ),
        (
            "other",
            Some("Deep linking URL"),
            "Deep Linking",
            "Assignment and Grade Services",
        ),
    ] {
        let of = async |app: &str| {
            let path = format!("/api/v1/apps/{app}/tool-configuration?platform={platform}");
            gateway.get(&path, &token).await.json()
        };
        let (quiz, plain) = (of("quiz").await, of("plain").await);
        let labels = |configuration: &serde_json::Value| -> Vec<String> {
            let settings = configuration["settings"].as_array().unwrap().iter();
            settings
                .map(|setting| setting["label"].as_str().unwrap().to_owned())
                .collect()
        };
        for label in [deep_linking, grades] {
            assert!(labels(&quiz).iter().any(|one| one == label), "{platform}: {label}");
            assert!(!labels(&plain).iter().any(|one| one == label), "{platform}: {label}");
        }
        let key = |configuration: &serde_json::Value| {
            let keys = configuration["keys"].as_array().unwrap();
            keys.iter().find(|key| key["name"] == "Deep linking URL").cloned()
        };
        assert_eq!(
            key(&quiz).map(|key| (key["label"].clone(), key["value"].clone())),
            url.map(|label| (json!(label), json!(launch))),
            "{platform}"
        );
        assert_eq!(key(&plain), None, "{platform}");
        let names: Vec<_> = plain["keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| key["name"].clone())
            .collect();
        assert!(
            !names.contains(&json!("Custom parameters")) && !names.contains(&json!("Scopes")),
            "{platform}: {names:?}"
        );
    }
}

#[tokio::test]
async fn what_to_turn_on_in_an_lms_is_said_in_the_language_of_the_reader() {
    let gateway = TestGateway::start_with(CONFIGURATION).await;
    let token = gateway.tenant(CONTOSO).await;
    for (language, word) in [("en", "On"), ("de", "Ein")] {
        let path = "/api/v1/apps/quiz/tool-configuration?platform=moodle";
        let request = gateway.request(Method::GET, path, &token).header("accept-language", language);
        let settings = Answer::of(request.send().await.unwrap()).await.json()["settings"].clone();
        let value = |label: &str| settings.as_array().unwrap().iter().find(|one| one["label"] == label).unwrap()["value"].clone();
        assert_eq!(value("Force SSL"), word);
        assert_eq!(value("Public key type"), "Keyset URL", "the LMS's own words stay");
    }
}

#[tokio::test]
async fn the_icon_of_an_app_is_a_monogram_in_the_font_of_the_portal() {
    let gateway = TestGateway::start_with(CONFIGURATION).await;
    let icon = Answer::of(gateway.client.get(gateway.at("/apps/quiz/icon.svg")).send().await.unwrap()).await;
    assert_eq!(icon.header("content-type"), "image/svg+xml");
    assert!(icon.text.contains(" font-family=\"Segoe UI, sans-serif\""), "{}", icon.text);
    assert!(icon.text.contains(">Qu</text>"), "{}", icon.text);
}
