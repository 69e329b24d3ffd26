//! Requests of LMSs, or of anybody, to `/lti/login` and `/lti/launch`.

use reqwest::{Method, header};
use serde_json::json;

use crate::{
    handshake::{School, assert_refused, draft, logged_in, reference},
    support::Answer,
};

fn set(parameters: &mut Vec<(String, String)>, name: &str, value: &str) {
    parameters.retain(|(other, _)| other != name);
    parameters.push((name.to_owned(), value.to_owned()));
}

async fn send(school: &School, method: Method, path: &str, content_type: &str, body: String) -> Answer {
    let request = school.gateway.client.request(method, school.gateway.at(path));
    Answer::of(
        request
            .header(header::CONTENT_TYPE, content_type)
            .body(body)
            .send()
            .await
            .unwrap(),
    )
    .await
}

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn hints_are_echoed_byte_for_byte() {
    let school = School::open().await;
    let hint = "{\"cmid\":2} &=+%20é\u{1f600}<\"'>";
    let mut parameters = school.login_parameters();
    set(&mut parameters, "login_hint", hint);
    set(&mut parameters, "lti_message_hint", hint);
    let url = reqwest::Url::parse_with_params(&school.gateway.at("/lti/login"), &parameters).unwrap();
    let by_get = Answer::of(school.gateway.client.get(url).send().await.unwrap()).await;
    for answer in [school.send_login(&parameters).await, by_get] {
        let login = logged_in(&answer);
        assert!(
            login
                .location
                .as_str()
                .starts_with(&format!("{}?", school.lms.authentication_url()))
        );
        for (name, value) in [
            ("login_hint", hint),
            ("lti_message_hint", hint),
            ("scope", "openid"),
            ("response_type", "id_token"),
            ("response_mode", "form_post"),
            ("prompt", "none"),
            ("client_id", &school.lms.client_id),
            ("redirect_uri", &school.gateway.at("/lti/launch")),
        ] {
            assert_eq!(login.parameter(name), value, "{name}");
        }
    }
    parameters.retain(|(name, _)| name != "lti_message_hint");
    let login = logged_in(&school.send_login(&parameters).await);
    assert!(
        !login.location.as_str().contains("lti_message_hint"),
        "what didn't come isn't made up"
    );
}

/// Canvas, Moodle and others send UTF-8; nothing obliges an LMS to.
#[tokio::test]
async fn hints_that_are_no_text_are_echoed_byte_for_byte() {
    let school = School::open().await;
    let mut parameters = school.login_parameters();
    parameters.retain(|(name, _)| !name.ends_with("_hint"));
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&parameters)
        .finish();
    let query = format!("{query}&login_hint=%ff%FEz&lti_message_hint=%E4+%00");
    let by_get = school.gateway.client.get(school.gateway.at(&format!("/lti/login?{query}")));
    let by_post = school
        .gateway
        .client
        .post(school.gateway.at("/lti/login"))
        .header(header::CONTENT_TYPE, FORM)
        .body(query);
    // In a frame, the login goes through the browser once more, sealed.
    let probed = {
        let answer = Answer::of(
            by_get
                .try_clone()
                .unwrap()
                .header("sec-fetch-dest", "iframe")
                .send()
                .await
                .unwrap(),
        )
        .await;
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        school
            .gateway
            .client
            .get(answer.header("location"))
            .header(header::COOKIE, cookie)
    };
    for request in [by_get, by_post, probed] {
        let answer = Answer::of(request.send().await.unwrap()).await;
        let location = answer.header("location");
        assert!(
            location.contains("&login_hint=%FF%FEz&") && location.contains("&lti_message_hint=%E4%20%00"),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn what_the_form_leaves_out_may_stand_in_the_login_url() {
    let school = School::open().await;
    let posted = async |query: &str, parameters: &[(String, String)]| {
        let request = school.gateway.client.post(school.gateway.at(&format!("/lti/login?{query}")));
        Answer::of(request.form(parameters).send().await.unwrap()).await
    };
    // As Celtic's library does (saLTIre, WordPress).
    let answer = posted("lti_storage_target=_parent", &school.login_parameters()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.text.contains("lti.put_data"), "{}", answer.text);
    let mut parameters = school.login_parameters();
    set(&mut parameters, "lti_storage_target", "");
    assert_eq!(posted("lti_storage_target=_parent&x=1", &parameters).await.status, 200);
    // The same value in both places is one.
    let client = format!("client_id={}", school.lms.client_id);
    for query in [client.clone(), format!("{client}&{client}"), format!("{client}&client_id=")] {
        let login = logged_in(&posted(&query, &school.login_parameters()).await);
        assert_eq!(login.parameter("client_id"), school.lms.client_id, "{query}");
        set(&mut parameters, "client_id", "");
        set(&mut parameters, "lti_storage_target", "");
        let login = logged_in(&posted(&query, &parameters).await);
        assert_eq!(login.parameter("client_id"), school.lms.client_id, "{query}");
    }
    set(&mut parameters, "client_id", "");
    assert_refused(
        &posted(&format!("{client}&client_id=x"), &parameters).await,
        "launch_invalid.duplicate_parameter",
    );
}

#[tokio::test]
async fn missing_and_repeated_parameters_are_named() {
    let school = School::open().await;
    let good = school.login_parameters();
    for name in ["iss", "login_hint", "target_link_uri"] {
        let without: Vec<_> = good.iter().filter(|(other, _)| other != name).cloned().collect();
        let mut empty = without.clone();
        empty.push((name.to_owned(), String::new()));
        for parameters in [without, empty] {
            let answer = school.send_login(&parameters).await;
            assert_refused(&answer, "launch_invalid.missing_parameter");
            assert!(answer.text.contains(&format!("({name})")), "{name}: {}", answer.text);
        }
    }
    for (name, value) in &good {
        let mut twice = good.clone();
        for again in ["", value] {
            twice.push((name.clone(), again.to_owned()));
            logged_in(&school.send_login(&twice).await);
        }
        twice.push((name.clone(), "another".to_owned()));
        let answer = school.send_login(&twice).await;
        assert_refused(&answer, "launch_invalid.duplicate_parameter");
        assert!(answer.text.contains(&format!("({name})")), "{name}: {}", answer.text);
    }
    for name in ["iss", "client_id", "lti_deployment_id", "login_hint"] {
        let mut long = good.clone();
        set(&mut long, name, &"x".repeat(10_000));
        assert_refused(&school.send_login(&long).await, "launch_invalid.too_large");
    }
    for name in ["iss", "client_id", "lti_deployment_id"] {
        let mut unprintable = good.clone();
        set(&mut unprintable, name, "a\u{0}b");
        assert_refused(&school.send_login(&unprintable).await, "launch_invalid.malformed_parameter");
    }
    let login = school.log_in().await;
    let (state, id_token) = (login.state(), school.lms.id_token(&school.spec(&login)));
    let cookie = Some(login.cookie.as_str());
    for (form, missing) in [
        (vec![("state", state.as_str())], "id_token"),
        (vec![("id_token", id_token.as_str())], "state"),
        (vec![], "id_token"),
    ] {
        let answer = school.send_form(&form, cookie).await;
        assert_refused(&answer, "launch_invalid.missing_parameter");
        assert!(answer.text.contains(&format!("({missing})")), "{}", answer.text);
    }
    for name in ["state", "id_token"] {
        let mut form = vec![("state", state.as_str()), ("id_token", id_token.as_str())];
        form.push((name, "another"));
        assert_refused(&school.send_form(&form, cookie).await, "launch_invalid.duplicate_parameter");
    }
    assert_eq!(school.send_launch(&login, &id_token).await.status, 200);
}

#[tokio::test]
async fn an_unknown_lms_is_refused_by_what_is_known_of_it() {
    let school = School::open().await;
    for (name, value) in [
        ("iss", "https://unknown.example".to_owned()),
        ("iss", format!("{}/", school.lms.issuer())),
        ("iss", school.lms.issuer().to_uppercase()),
        ("iss", "not a url".to_owned()),
        ("client_id", "unknown".to_owned()),
        ("client_id", school.lms.client_id.to_uppercase() + "x"),
    ] {
        let mut parameters = school.login_parameters();
        set(&mut parameters, name, &value);
        let answer = school.send_login(&parameters).await;
        let reference = assert_refused(&answer, "registration_not_found.unknown");
        assert!(answer.headers.get("set-cookie").is_none() && answer.headers.get("location").is_none());
        // It belongs to nobody, so only its reference finds it.
        let details = school
            .gateway
            .get(&format!("/api/v1/launches/{reference}"), &school.token)
            .await;
        assert_eq!(details.status, 200, "{details:?}");
    }
    let list = school.gateway.get("/api/v1/launches", &school.token).await.json();
    assert_eq!(list["value"], json!([]));
}

#[tokio::test]
async fn a_near_miss_is_named_to_the_admin_whose_registration_it_is() {
    let school = School::open().await;
    let mut parameters = school.login_parameters();
    set(&mut parameters, "iss", &format!("{}/", school.lms.issuer()));
    let reference = assert_refused(&school.send_login(&parameters).await, "registration_not_found.unknown");
    let path = format!("/api/v1/launches/{reference}");
    let own = school.gateway.get(&path, &school.token).await;
    assert!(
        own.text.contains("differs by a trailing slash") && own.text.contains("Practice LMS"),
        "{own:?}"
    );
    let stranger = school.gateway.tenant(crate::support::FABRIKAM).await;
    let other = school.gateway.get(&path, &stranger).await;
    assert!(!other.text.contains("Practice LMS"), "{other:?}");
}

#[tokio::test]
async fn a_deleted_registration_is_named_as_itself_and_none_that_works_is_to_be_deleted() {
    let school = School::open().await;
    let explain = async |issuer: &str, client_id: &str, code: &str, language: &str| {
        let mut parameters = school.login_parameters();
        set(&mut parameters, "iss", issuer);
        set(&mut parameters, "client_id", client_id);
        let reference = assert_refused(&school.send_login(&parameters).await, code);
        let path = format!("/api/v1/launches/{reference}");
        let request = school.gateway.request(Method::GET, &path, &school.token);
        Answer::of(request.header(header::ACCEPT_LANGUAGE, language).send().await.unwrap())
            .await
            .text
    };
    let (issuer, client_id) = (school.lms.issuer().to_owned(), school.lms.client_id.clone());
    let unknown = "registration_not_found.unknown";
    let untried = explain(&issuer, "another", unknown, "en").await;
    assert!(
        untried.contains("the same issuer but another client ID") && untried.contains("delete it and add it again"),
        "{untried}"
    );
    assert_eq!(school.launch(|spec| spec).await.status, 200);
    for (issuer, client_id, differs) in [
        (issuer.clone(), "another", "the same issuer but another client ID"),
        (
            issuer.replace("http://", "https://"),
            client_id.as_str(),
            "one begins with http, the other with https",
        ),
        (format!("{issuer}/moodle"), &client_id, "by the path in the issuer"),
        (
            issuer.rsplit_once(':').unwrap().0.to_owned(),
            &client_id,
            "by the port in the issuer",
        ),
        (format!("{issuer}/"), &client_id, "by a trailing slash"),
    ] {
        let told = explain(&issuer, client_id, unknown, "en").await;
        assert!(
            told.contains(differs) && told.contains("leave it as it is"),
            "{issuer}: {told}"
        );
        assert!(!told.contains("delete it"), "{issuer}: {told}");
    }
    let path = format!("/api/v1/registrations/{}", school.id());
    assert_eq!(school.gateway.delete(&path, &school.token).await.status, 204);
    let mut second = draft(&school.lms);
    second["clientId"] = json!("second");
    second["name"] = json!("A second one");
    assert_eq!(
        school
            .gateway
            .post("/api/v1/registrations", &school.token, &second)
            .await
            .status,
        201
    );
    let deleted = "registration_not_found.deleted";
    let told = explain(&issuer, &client_id, deleted, "en").await;
    assert!(
        told.contains("“Practice LMS” of this LMS was deleted at 2") && told.contains("Z by "),
        "{told}"
    );
    assert!(!told.contains("A second one"), "{told}");
    let german = explain(&issuer, &client_id, deleted, "de").await;
    assert!(
        german.contains("„Practice LMS“ dieses LMS wurde um 2") && german.contains("gelöscht"),
        "{german}"
    );
}

#[tokio::test]
async fn without_a_client_id_the_issuer_or_the_deployment_must_tell_the_platform() {
    let school = School::open().await;
    let mut parameters = school.login_parameters();
    parameters.retain(|(name, _)| name != "client_id" && name != "lti_deployment_id");
    let login = logged_in(&school.send_login(&parameters).await);
    assert_eq!(login.parameter("client_id"), school.lms.client_id);
    let launched = school.send_launch(&login, &school.lms.id_token(&school.spec(&login))).await;
    assert_eq!(launched.status, 200);

    let mut second = draft(&school.lms);
    second["clientId"] = json!("another-client");
    second["deploymentIds"] = json!(["another-deployment"]);
    let added = school.gateway.post("/api/v1/registrations", &school.token, &second).await;
    assert_eq!(added.status, 201);
    let ambiguous = async |parameters: &[(String, String)]| {
        let answer = school.send_login(parameters).await;
        assert_refused(&answer, "launch_invalid.missing_parameter");
        assert!(answer.text.contains("(client_id)"), "{}", answer.text);
    };
    ambiguous(&parameters).await;
    for (deployment_id, client_id) in [
        (school.lms.deployment_id.as_str(), school.lms.client_id.as_str()),
        ("another-deployment", "another-client"),
    ] {
        set(&mut parameters, "lti_deployment_id", deployment_id);
        assert_eq!(
            logged_in(&school.send_login(&parameters).await).parameter("client_id"),
            client_id
        );
    }
    set(&mut parameters, "lti_deployment_id", "nobody-knows-it");
    ambiguous(&parameters).await;
    assert_eq!(school.launch(|spec| spec).await.status, 200);
}

#[tokio::test]
async fn another_organization_that_registers_the_same_issuer_makes_no_login_ambiguous() {
    let school = School::open().await;
    let stranger = school.gateway.tenant(crate::support::FABRIKAM).await;
    let mut copied = draft(&school.lms);
    copied["clientId"] = json!("made-up");
    copied["deploymentIds"] = json!([school.lms.deployment_id, "another"]);
    let added = school.gateway.post("/api/v1/registrations", &stranger, &copied).await;
    assert_eq!(added.status, 201, "{added:?}");

    let mut parameters = school.login_parameters();
    parameters.retain(|(name, _)| name != "client_id" && name != "lti_deployment_id");
    let mut with_deployment = parameters.clone();
    set(&mut with_deployment, "lti_deployment_id", &school.lms.deployment_id);
    let mut with_unlisted = parameters.clone();
    set(&mut with_unlisted, "lti_deployment_id", "unlisted");
    // Where the LMS is new to a deployment, the stranger may have listed its ID, and the school not yet.
    let mut with_other_deployment = parameters.clone();
    set(&mut with_other_deployment, "lti_deployment_id", "another");
    // An LMS whose form has the field, but no value in it, sends none.
    let mut with_empty_client = parameters.clone();
    set(&mut with_empty_client, "client_id", "");
    // Nothing tells which of them is the LMS's, until it signs a launch. The admin sees what to do.
    for parameters in [&parameters, &with_deployment] {
        let reference = assert_refused(&school.send_login(parameters).await, "launch_invalid.missing_parameter");
        let record = school
            .gateway
            .get(&format!("/api/v1/launches/{reference}"), &school.token)
            .await;
        assert!(record.text.contains("append ?client_id="), "{record:?}");
    }
    let by_address = async |query: &str, parameters: &[(String, String)]| {
        let request = school.gateway.client.post(school.gateway.at(&format!("/lti/login?{query}")));
        Answer::of(request.form(parameters).send().await.unwrap()).await
    };
    let query = format!("client_id={}&iss=ignored", school.lms.client_id);
    let with_empty = logged_in(&by_address(&query, &with_empty_client).await);
    assert_eq!(with_empty.parameter("client_id"), school.lms.client_id);
    let login = logged_in(&by_address(&query, &parameters).await);
    assert_eq!(login.parameter("client_id"), school.lms.client_id);
    let launched = school.send_launch(&login, &school.lms.id_token(&school.spec(&login))).await;
    assert_eq!(launched.status, 200, "{launched:?}");

    for parameters in [&parameters, &with_deployment, &with_unlisted, &with_other_deployment] {
        let answer = by_address("", parameters).await;
        assert_eq!(
            logged_in(&answer).parameter("client_id"),
            school.lms.client_id,
            "{parameters:?}"
        );
    }
    // The posted parameters win over those in the address.
    let posted = by_address("client_id=made-up", &school.login_parameters()).await;
    assert_eq!(logged_in(&posted).parameter("client_id"), school.lms.client_id);
}

#[tokio::test]
async fn errors_of_the_lms_get_a_page_of_their_own() {
    let school = School::open().await;
    for (error, code) in [
        ("login_required", "platform_error.login_required"),
        ("interaction_required", "platform_error.login_required"),
        ("access_denied", "platform_error.access_denied"),
        ("unauthorized_client", "platform_error.unauthorized_client"),
        ("invalid_request", "platform_error.invalid_request"),
        ("server_error", "platform_error.server_error"),
        ("<script>alert(1)</script>", "platform_error.other"),
    ] {
        let login = school.log_in().await;
        let state = login.state();
        let form = [
            ("error", error),
            ("error_description", "<script>alert(2)</script>"),
            ("state", &state),
        ];
        let answer = school.send_form(&form, Some(&login.cookie)).await;
        school.assert_explained(&answer, code).await;
        assert!(!answer.text.contains("<script>alert"), "{}", answer.text);
    }
    let answer = school.send_form(&[("error", "login_required")], None).await;
    assert_refused(&answer, "platform_error.login_required");
    let answer = school
        .send_form(&[("error", "login_required"), ("state", "forged")], None)
        .await;
    assert_refused(&answer, "launch_invalid.state");
}

#[tokio::test]
async fn the_longest_issuer_that_can_be_registered_is_launched() {
    let of_length = |length: usize| format!("{:x<length$}", "https://lms.example.edu/");
    let issuer = of_length(2048);
    let school = School::open_with(|draft| draft["issuer"] = json!(issuer)).await;
    let longer = json!({ "issuer": of_length(2049) });
    let refused = school
        .gateway
        .post("/api/v1/registrations", &school.token, &longer)
        .await
        .json();
    let errors = refused["errors"].as_array().unwrap();
    let error = errors.iter().find(|error| error["pointer"] == "/issuer").unwrap();
    assert_eq!(error["detail"], "At most 2048 characters.", "{refused}");

    let mut parameters = school.login_parameters();
    set(&mut parameters, "iss", &issuer);
    let login = logged_in(&school.send_login(&parameters).await);
    let spec = school.spec(&login).claim("iss", issuer.as_str());
    let page = school.send_launch(&login, &school.lms.id_token(&spec)).await;
    assert_eq!(page.status, 200, "{page:?}");
}

#[tokio::test]
async fn a_form_that_is_too_long_gets_a_page_not_a_cut_connection() {
    let school = School::open().await;
    for (path, limit) in [
        ("/lti/login", 256 * 1024),
        ("/lti/launch", 1024 * 1024),
        ("/lti/launch/confirm", 1024 * 1024),
    ] {
        for size in [limit + 1, limit + 50_000, 3_000_000] {
            let answer = send(
                &school,
                Method::POST,
                path,
                FORM,
                format!("id_token={}", "a".repeat(size - 9)),
            )
            .await;
            assert_refused(&answer, "launch_invalid.too_large");
            assert!(!answer.text.contains("in line with LTI 1.3"), "{}", answer.text);
        }
    }
    // One that is as long as allowed is validated by its content.
    let answer = send(
        &school,
        Method::POST,
        "/lti/launch",
        FORM,
        format!("x={}", "a".repeat(1024 * 1024 - 2)),
    )
    .await;
    assert_refused(&answer, "launch_invalid.missing_parameter");
    assert_eq!(school.launch(|spec| spec).await.status, 200);
}

#[tokio::test]
async fn what_is_no_form_gets_a_page() {
    let school = School::open().await;
    for path in ["/lti/login", "/lti/launch"] {
        for (content_type, body) in [
            ("application/json", "{\"iss\":\"x\"}"),
            ("text/plain", "iss=x"),
            ("multipart/form-data; boundary=x", "--x--"),
            ("", "iss=x"),
        ] {
            let answer = send(&school, Method::POST, path, content_type, body.to_owned()).await;
            assert_refused(&answer, "launch_invalid.malformed_parameter");
        }
        for body in ["", "%", "%zz=%ff", "&&&===", "\u{0}", "iss"] {
            let answer = send(&school, Method::POST, path, FORM, body.to_owned()).await;
            assert_refused(&answer, "launch_invalid.missing_parameter");
        }
        let charset = send(
            &school,
            Method::POST,
            path,
            "application/x-www-form-urlencoded; charset=UTF-8",
            "a=b".to_owned(),
        )
        .await;
        assert_refused(&charset, "launch_invalid.missing_parameter");
    }
}

#[tokio::test]
async fn other_methods_are_refused_with_those_allowed() {
    let school = School::open().await;
    for (method, path, allow) in [
        (Method::GET, "/lti/launch", "POST"),
        (Method::PUT, "/lti/launch", "POST"),
        (Method::DELETE, "/lti/launch", "POST"),
        (Method::PUT, "/lti/login", "GET, HEAD, POST"),
        (Method::PATCH, "/lti/login", "GET, HEAD, POST"),
    ] {
        let answer = send(&school, method.clone(), path, FORM, String::new()).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("allow")),
            (405, allow),
            "{method} {path}"
        );
        assert!(answer.header("content-type").starts_with("text/html"), "{answer:?}");
        // Somebody may report it, so its reference must be found.
        let path = format!("/api/v1/launches/{}", reference(&answer));
        assert_eq!(school.gateway.get(&path, &school.token).await.status, 200, "{method}");
    }
}
