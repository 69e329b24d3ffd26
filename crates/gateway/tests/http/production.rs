//! A gateway as an operator runs it: behind https, with https to the LMS, without the development sign-in.

use std::{net::SocketAddr, sync::Arc};

use practice_lms::{PracticeLms, Settings, claim};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, rustls};

use crate::{
    authority::{Authority, KID},
    command_line::{Folder, gateway},
    crashes::Process,
    handshake::{School, assert_refused, draft, logged_in},
    registrations::{PATH, moodle},
    support::{CONTOSO, HtmlForm, TestGateway, free_port},
};

const PUBLIC_URL: &str = "https://gateway.example";
const SECRET: &str = "a secret of this test alone, long enough";

/// Ends TLS in front of a server that speaks http, as a reverse proxy does. Answers the certificate that clients must trust.
pub fn end_tls(listener: TcpListener, server: SocketAddr) -> String {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                if let (Ok(mut outside), Ok(mut inside)) = (acceptor.accept(stream).await, TcpStream::connect(server).await) {
                    tokio::io::copy_bidirectional(&mut outside, &mut inside).await.ok();
                }
            });
        }
    });
    made.cert.pem()
}

/// An https LMS, registered in a database, and what it takes to serve that database in production.
struct Campus {
    school: School,
    folder: Folder,
    port: u16,
    lms_host: String,
    _dev: Option<Process>,
}

impl Campus {
    /// The registration is added with `--dev`, since production has no sign-in that a test could use.
    async fn open() -> Self {
        let tls = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let lms_host = format!("localhost:{}", tls.local_addr().unwrap().port());
        let listen = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let settings = Settings {
            listen: listen.to_string(),
            public_url: Some(format!("https://{lms_host}")),
            ..Settings::on_any_port(PUBLIC_URL)
        };
        let lms = PracticeLms::start(settings).unwrap();
        let folder = Folder::new();
        std::fs::write(folder.path().join("trusted.pem"), end_tls(tls, listen)).unwrap();

        let port = free_port();
        let address = format!("http://localhost:{port}");
        let serving = TestGateway::in_other_process(address);
        let command = gateway(
            &["serve", "--dev"],
            &[
                ("SERVER__LISTEN", &format!("127.0.0.1:{port}")),
                ("DATABASE__URL", &folder.database()),
                ("SECURITY__SECRET", SECRET),
            ],
        );
        let dev = Process::start(command, &serving).await;
        let token = serving.tenant(CONTOSO).await;
        let created = serving.post("/api/v1/registrations", &token, &draft(&lms)).await;
        assert_eq!(created.status, 201, "{created:?}");
        let school = School {
            registration: created.json(),
            gateway: Arc::new(serving),
            lms,
            token,
        };
        Self {
            school,
            folder,
            port,
            lms_host,
            _dev: Some(dev),
        }
    }

    /// Serves it in production, where the operator allows `allowed` on a private network.
    async fn serve(&mut self, allowed: &str) -> Process {
        self.serve_with(allowed, "").await
    }

    /// The same with more configuration, as TOML.
    async fn serve_with(&mut self, allowed: &str, toml: &str) -> Process {
        self._dev = None;
        let file = self.folder.path().join("gateway.toml");
        std::fs::write(&file, toml).unwrap();
        let mut command = gateway(
            &["serve", "--config", file.to_str().unwrap()],
            &[
                ("SERVER__LISTEN", &format!("127.0.0.1:{}", self.port)),
                ("SERVER__PUBLIC_URL", PUBLIC_URL),
                ("DATABASE__URL", &self.folder.database()),
                ("SECURITY__SECRET", SECRET),
                ("IDENTITY__AUDIENCES", "11111111-2222-4333-8444-555555555555"),
                ("IDENTITY__APPLICATION_ID_URI", "api://lms-gateway.example"),
                ("IDENTITY__PORTAL_CLIENT_ID", "66666666-2222-4333-8444-555555555555"),
                ("OUTBOUND__ALLOWED_HOSTS", allowed),
            ],
        );
        command.env("SSL_CERT_FILE", self.folder.path().join("trusted.pem"));
        Process::start(command, &self.school.gateway).await
    }
}

#[tokio::test]
async fn a_launch_behind_https_has_the_strictest_cookie_and_only_https_ways_back() {
    let mut campus = Campus::open().await;
    let allowed = campus.lms_host.clone();
    let _serving = campus.serve(&allowed).await;
    let school = &campus.school;

    let answer = school.send_login(&school.login_parameters()).await;
    let login = logged_in(&answer);
    let set = answer.header("set-cookie").to_owned();
    assert!(set.starts_with("__Host-lti_"), "{set}");
    for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=None", "Partitioned"] {
        assert!(set.split("; ").any(|given| given == attribute), "{attribute} in {set}");
    }
    assert!(!set.contains("Domain"), "{set}");
    assert_eq!(
        answer.header("strict-transport-security"),
        "max-age=31536000; includeSubDomains"
    );
    assert_eq!(login.parameter("redirect_uri"), format!("{PUBLIC_URL}/lti/launch"));

    let id_token = school.lms.id_token(&school.spec(&login));
    let form = [("state", login.state()), ("id_token", id_token.clone())];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    let plain = login.cookie.replace("__Host-", "");
    assert_refused(
        &school.send_form(&form, Some(&plain)).await,
        "cookies_not_found.cookie_missing",
    );
    let handed_over = school.send_launch(&login, &id_token).await;
    assert_eq!(handed_over.status, 200, "{handed_over:?}");
    assert!(HtmlForm::of(&handed_over.text).action.starts_with(&format!("{PUBLIC_URL}/")));
    let cleared = handed_over.header("set-cookie");
    let name = login.cookie.split('=').next().unwrap();
    assert!(
        cleared.starts_with(&format!("{name}=;")) && cleared.contains("Max-Age=0"),
        "{cleared}"
    );

    // A refusal whose launch is verified: a deployment that nobody accepted yet.
    let mut parameters = school.login_parameters();
    parameters.retain(|(name, _)| name != "lti_deployment_id");
    for (return_url, offered) in [
        ("https://lms.example/course?id=7", true),
        ("http://lms.example/course?id=7", false),
    ] {
        let login = logged_in(&school.send_login(&parameters).await);
        let spec = school.spec(&login).claim(claim::DEPLOYMENT_ID, "unlisted");
        let spec = spec.claim(claim::LAUNCH_PRESENTATION, json!({ "return_url": return_url }));
        let refused = school.send_launch(&login, &school.lms.id_token(&spec)).await;
        assert_refused(&refused, "registration_not_found.deployment_unlisted");
        assert_eq!(refused.text.contains("lms.example/course"), offered, "{}", refused.text);
    }

    let dev = school
        .gateway
        .get(&format!("/dev/identity/{CONTOSO}/v2.0/.well-known/openid-configuration"), "")
        .await;
    assert_eq!(dev.status, 404, "no development sign-in: {dev:?}");
}

#[tokio::test]
async fn production_takes_public_https_addresses_only_and_says_what_it_may_not_call() {
    let mut campus = Campus::open().await;
    let provider = Authority::start().await;
    let tls = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = format!("localhost:{}", tls.local_addr().unwrap().port());
    let trusted = end_tls(tls, provider.url.strip_prefix("http://").unwrap().parse().unwrap());
    std::fs::write(campus.folder.path().join("trusted.pem"), trusted).unwrap();
    let issuer = format!("https://{host}");
    let metadata = json!({ "issuer": issuer, "jwks_uri": format!("{issuer}/certs") });
    provider.serve("/.well-known/openid-configuration", 200, metadata);
    provider.serve_keys("/certs", &[(KID, &practice_lms::shared_key(), None)]);
    let toml = format!(
        "[[issuers]]\nissuer = \"{issuer}\"\naudiences = [\"lms-gateway\"]\nroles_claim = \"/roles\"\ntenant_ids = [\"{CONTOSO}\"]\n"
    );
    let _serving = campus.serve_with(&host, &toml).await;
    let gateway = &campus.school.gateway;
    let now = gateway.now();
    let token = provider.token(&json!({
        "iss": issuer, "aud": "lms-gateway", "sub": "ada-1", "azp": "portal", "name": "Ada", "iat": now, "exp": now + 300,
        "scope": "openid access_as_user", "roles": ["Admin"],
    }));

    for (field, address, detail) in [
        ("issuer", "http://moodle.contoso.example", "must begin with https://"),
        ("keysetUrl", "http://moodle.contoso.example/keys", "must begin with https://"),
        ("keysetUrl", "https://10.0.0.7/keys", "private network"),
        ("keysetUrl", "https://[::1]/keys", "private network"),
        ("authenticationUrl", "https://localhost/auth", "private network"),
        ("accessTokenUrl", "https://169.254.169.254/token", "private network"),
    ] {
        let mut draft = moodle(1);
        draft[field] = json!(address);
        let answer = gateway.post(PATH, &token, &draft).await;
        answer.assert_problem(422, "request.invalid");
        let error = &answer.json()["errors"][0];
        assert_eq!(error["pointer"], format!("/{field}"), "{answer:?}");
        assert!(error["detail"].as_str().unwrap().contains(detail), "{answer:?}");
    }
    assert_eq!(gateway.post(PATH, &token, &moodle(1)).await.status, 201);

    // One that was added when this was allowed still is there, but isn't called.
    let path = format!("{PATH}/{}/check", campus.school.id());
    let answer = gateway.post(&path, &token, &json!({})).await;
    let findings = answer.json()["findings"].as_array().unwrap().clone();
    let blocked = findings.iter().find(|found| found["code"] == "keyset.blocked");
    let blocked = blocked.unwrap_or_else(|| panic!("{answer:?}"));
    assert_eq!(
        (&blocked["severity"], &blocked["field"]),
        (&json!("error"), &json!("keysetUrl"))
    );
    assert!(blocked["seen"].as_str().unwrap().contains("private network"), "{blocked}");
    assert!(blocked["remedy"].as_str().unwrap().contains("ask the operator"), "{blocked}");
    assert_eq!(campus.school.lms.keyset_requests(), 0);
}

#[tokio::test]
async fn a_keyset_on_a_private_network_is_never_asked_unless_the_operator_allows_its_host_and_port() {
    let mut campus = Campus::open().await;
    let (_, port) = campus.lms_host.split_once(':').unwrap();
    let other_port = format!("localhost:{}", port.parse::<u16>().unwrap() - 1);
    for allowed in ["", other_port.as_str()] {
        let serving = campus.serve(allowed).await;
        let refused = campus.school.launch(|spec| spec).await;
        assert_refused(&refused, "keyset_unavailable.unreachable");
        assert_eq!(campus.school.lms.keyset_requests(), 0);
        drop(serving);
    }
    let allowed = campus.lms_host.clone();
    let _serving = campus.serve(&allowed).await;
    assert_eq!(campus.school.launch(|spec| spec).await.status, 200);
    assert_eq!(campus.school.lms.keyset_requests(), 1);
}
