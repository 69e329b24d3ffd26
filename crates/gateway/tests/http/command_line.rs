//! The built binary: what it says when it can't start.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::mpsc,
    time::Duration,
};

use crate::{
    crashes::Process,
    support::{CONTOSO, FABRIKAM, TestGateway, free_port},
};

/// The binary, in a folder without configuration.
pub fn gateway(arguments: &[&str], environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lms-gateway"));
    command.args(arguments).current_dir(env!("CARGO_TARGET_TMPDIR")).env_clear();
    command.env("LMS_GATEWAY__METRICS__LISTEN", "");
    for (key, value) in environment {
        command.env(format!("LMS_GATEWAY__{key}"), value);
    }
    command
}

/// A new, empty folder, which ends with the test.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(uuid::Uuid::new_v4().to_string());
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The URL of a database in it.
    pub fn database(&self) -> String {
        format!("sqlite://{}/gateway.db?mode=rwc", self.0.display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// Runs a command that is to end by itself, soon.
pub fn ended(mut command: Command) -> Output {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (finished, wait) = mpsc::channel();
    let id = child.id().to_string();
    std::thread::spawn(move || finished.send(child.wait_with_output()));
    wait.recv_timeout(Duration::from_secs(30)).map_or_else(
        |_| {
            Command::new("kill").arg(id).status().ok();
            panic!("{command:?} still runs")
        },
        Result::unwrap,
    )
}

/// The output of a command that succeeds.
pub fn said(command: Command) -> String {
    let output = ended(command);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Asserts that a command fails with one sentence on standard error for each of `keys`, which it names.
#[track_caller]
pub fn assert_error(command: Command, keys: &[&str]) -> String {
    let output = ended(command);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(output.stdout.is_empty(), "{:?}", output.stdout);
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines.len(), keys.len(), "{said}");
    for key in keys {
        assert!(lines.iter().any(|line| line.contains(key)), "{key} in {said}");
    }
    for line in lines {
        assert!(line.ends_with('.') && line.contains(' '), "a sentence: {line}");
    }
    for word in ["panicked", "RUST_BACKTRACE", "Os {", "src/"] {
        assert!(!said.contains(word), "{word} in {said}");
    }
    said
}

#[test]
fn a_taken_port_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = assert_error(
        gateway(&["serve", "--dev"], &[("SERVER__LISTEN", &address)]),
        &["server.listen"],
    );
    assert!(said.contains(&address) && said.contains("in use"), "{said}");
    let free = format!("127.0.0.1:{}", free_port());
    let metrics = gateway(
        &["serve", "--dev"],
        &[("SERVER__LISTEN", &free), ("METRICS__LISTEN", &address)],
    );
    assert_error(metrics, &["metrics.listen"]);
}

#[test]
fn a_database_that_cannot_be_used_is_named() {
    let here = Folder::new();
    let no_folder = here.0.join("file");
    std::fs::write(&no_folder, "no database").unwrap();
    let free = format!("127.0.0.1:{}", free_port());
    for url in [
        format!("sqlite://{}/gateway.db?mode=rwc", no_folder.display()),
        format!("sqlite://{}?mode=rwc", no_folder.display()),
        format!("sqlite://{}?mode=rwc", here.0.display()),
        "sqlite:///proc/none/gateway.db?mode=rwc".to_owned(),
        format!("postgres://gateway:hunter2@127.0.0.1:{}/gateway", free_port()),
    ] {
        for command in ["serve", "migrate"] {
            let command = gateway(&[command, "--dev"], &[("SERVER__LISTEN", &free), ("DATABASE__URL", &url)]);
            let said = assert_error(command, &["database.url"]);
            assert!(!said.contains("hunter2"), "{said}");
        }
    }
}

#[test]
fn a_key_that_does_not_exist_is_named() {
    for (key, value) in [
        ("SERVER__LISTN", "127.0.0.1:0"),
        ("SERVR__LISTEN", "127.0.0.1:0"),
        ("LISTEN", "127.0.0.1:0"),
        ("SERVER__LISTEN__X", "1"),
    ] {
        let full = format!("LMS_GATEWAY__{key}");
        assert_error(gateway(&["serve", "--dev"], &[(key, value)]), &[&full]);
    }
    assert_error(
        gateway(&["serve", "--dev"], &[("DATABASE__MAX_CONNECTIONS", "many")]),
        &["LMS_GATEWAY__DATABASE__MAX_CONNECTIONS"],
    );
    let folder = Folder::new();
    let file = folder.0.join("gateway.toml");
    let path = file.display().to_string();
    for (text, named) in [
        ("[server]\nlistn = 1", "listn"),
        ("[sever]", "sever"),
        ("server = [", "TOML"),
        ("[database]\nmax_connections = \"x\"", "max_connections"),
    ] {
        std::fs::write(&file, text).unwrap();
        assert_error(gateway(&["serve", "--dev", "--config", &path], &[]), &[named]);
    }
    assert_error(
        gateway(&["serve", "--dev", "--config", "/none/gateway.toml"], &[]),
        &["/none/gateway.toml"],
    );
}

#[test]
fn dev_listens_to_this_computer_only() {
    let port = free_port();
    for listen in [format!("0.0.0.0:{port}"), format!("[::]:{port}"), format!("192.0.2.1:{port}")] {
        assert_error(
            gateway(&["serve", "--dev"], &[("SERVER__LISTEN", &listen)]),
            &["server.listen"],
        );
    }
    for url in [
        "https://gateway.example",
        "http://192.168.1.2:8080",
        "http://localhost.evil.example",
    ] {
        let environment = [("SERVER__LISTEN", &*format!("127.0.0.1:{port}")), ("SERVER__PUBLIC_URL", url)];
        assert_error(gateway(&["serve", "--dev"], &environment), &["server.public_url"]);
    }
}

#[test]
fn every_error_of_a_production_configuration_is_named_at_once() {
    let keys = [
        "server.public_url",
        "database.url",
        "identity.audiences",
        "identity.application_id_uri",
        "identity.portal_client_id",
        "security.secret",
    ];
    for command in ["check-config", "serve", "migrate", "keys"] {
        assert_error(gateway(&[command], &[]), &keys);
    }
    let said = assert_error(
        gateway(
            &["check-config"],
            &[
                ("SERVER__LISTEN", "everywhere"),
                ("SERVER__PUBLIC_URL", "http://gateway.example/path"),
                ("DATABASE__URL", "mysql://gateway:hunter2@db/gateway"),
                ("SECURITY__SECRET", "short-secret"),
                ("IDENTITY__AUTHORITY", "http://localhost:8080/dev/identity"),
                ("IDENTITY__AUDIENCES", "c0ffee00-0000-4000-8000-0000000000a0"),
                ("IDENTITY__APPLICATION_ID_URI", "api://gateway"),
                ("IDENTITY__PORTAL_CLIENT_ID", "portal"),
                ("LAUNCHES__RETENTION_DAYS", "0"),
                ("TENANTS__MAX_REGISTRATIONS", "0"),
                ("TENANTS__MAX_UNCONFIRMED", "0"),
                ("OPERATOR__REPORT_URL", "http://help.example"),
                ("SUPPORT__WEBHOOK_URL", "http://desk.example/hook"),
                ("SUPPORT__WEBHOOK_SECRET", "whsec_hunter2"),
                ("SUPPORT__MAIL_TO", "desk@example.org\r\nBcc: x@example.org"),
                ("SUPPORT__MAIL_FROM", "nobody"),
                ("SUPPORT__SMTP_TLS", "none"),
                ("SUPPORT__SMTP_USER", "gateway"),
                ("SUPPORT__GIVE_UP_HOURS", "0"),
                ("METRICS__LISTEN", "nowhere"),
            ],
        ),
        &[
            "server.listen",
            "begin with https",
            "host and port only",
            "metrics.listen",
            "database.url",
            "security.secret",
            "identity.authority",
            "identity.audiences",
            "launches.retention_days",
            "tenants.max_registrations",
            "tenants.max_unconfirmed",
            "operator.report_url",
            "support.webhook_url",
            "support.webhook_secret",
            "support.mail_to",
            "support.mail_from",
            "support.smtp_host",
            "support.smtp_tls",
            "support.smtp_user",
            "support.give_up_hours",
        ],
    );
    assert!(!said.contains("hunter2") && !said.contains("short-secret"), "{said}");
    // The secret of --dev is public knowledge.
    let dev_secret = ("SECURITY__SECRET", "dev-only-secret-that-production-refuses");
    let said = String::from_utf8(ended(gateway(&["check-config"], &[dev_secret])).stderr).unwrap();
    assert!(said.contains("security.secret") && !said.contains(dev_secret.1), "{said}");
    let said = String::from_utf8(ended(gateway(&["check-config"], &[("SECURITY__SECRET_FILE", "/none/secret")])).stderr).unwrap();
    assert!(
        said.contains("security.secret_file") && said.contains("/none/secret"),
        "{said}"
    );
}

#[test]
fn a_configuration_without_error_passes() {
    let output = ended(gateway(
        &["check-config"],
        &[
            ("SERVER__PUBLIC_URL", "https://gateway.example"),
            ("DATABASE__URL", "postgres://gateway:hunter2@db/gateway"),
            ("SECURITY__SECRET", "0123456789abcdef0123456789abcdef"),
            ("IDENTITY__AUDIENCES", "11111111-2222-4333-8444-555555555555"),
            ("IDENTITY__APPLICATION_ID_URI", "api://gateway.example"),
            ("IDENTITY__PORTAL_CLIENT_ID", "11111111-2222-4333-8444-666666666666"),
        ],
    ));
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(!said.contains("hunter2") && !said.contains("0123456789"), "{said}");
}

#[test]
fn the_description_needs_no_configuration() {
    let output = ended(gateway(
        &["openapi"],
        &[("NO__SUCH__KEY", "x"), ("DATABASE__URL", "nonsense")],
    ));
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(
        document["openapi"].as_str().unwrap().starts_with("3.1"),
        "{}",
        document["openapi"]
    );
    assert!(document["paths"]["/api/v1/registrations"]["post"].is_object());
}

#[test]
fn keys_prints_public_keys_only() {
    let folder = Folder::new();
    let database = folder.database();
    let print = || {
        let output = ended(gateway(&["keys", "--dev"], &[("DATABASE__URL", &database)]));
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let printed = print();
    let keys: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let [keyset] = keys["keysets"].as_array().unwrap().as_slice() else {
        panic!("one of the app's is there, for client IDs that schools share: {keys}")
    };
    assert_eq!(
        (&keyset["appId"], &keyset["tenantId"]),
        (&"launch-inspector".into(), &serde_json::Value::Null)
    );
    assert!(
        keyset["url"].as_str().unwrap().starts_with("http://localhost:8080/lti/keys/"),
        "{keyset}"
    );
    for (set, algorithm) in [(&keys["lms"], "RS256"), (&keys["apps"], "ES256"), (&keyset["jwks"], "RS256")] {
        assert_eq!(set["keys"].as_array().unwrap().len(), 1);
        for key in set["keys"].as_array().unwrap() {
            assert_eq!(key["alg"], algorithm);
            for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
                assert!(key.get(private).is_none(), "{private} in {key}");
            }
        }
    }
    assert_eq!(print(), printed, "they are kept");
}

#[tokio::test]
async fn an_operator_lets_organizations_in_and_shuts_them_out() {
    let folder = Folder::new();
    let database = folder.database();
    let port = free_port();
    let listen = format!("127.0.0.1:{port}");
    let environment = [
        ("SERVER__LISTEN", listen.as_str()),
        ("DATABASE__URL", &database),
        ("TENANTS__REGISTRATION", "approval"),
    ];
    let serving = TestGateway::in_other_process(format!("http://localhost:{port}"));
    let _running = Process::start(gateway(&["serve", "--dev"], &environment), &serving).await;
    let run = |arguments: &[&str]| {
        let output = ended(gateway(&[arguments, &["--dev"]].concat(), &environment));
        let said = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.success(), said(output.stdout), said(output.stderr))
    };
    let token = serving.tenant(CONTOSO).await;
    serving
        .get("/api/v1/registrations", &token)
        .await
        .assert_problem(403, "tenant.pending");

    let (_, waiting, _) = run(&["list-tenants", "--waiting"]);
    let columns: Vec<_> = waiting.trim_end().split('\t').collect();
    assert_eq!(
        (columns[0], columns[1], columns[3]),
        (CONTOSO, "pending", "A University"),
        "{waiting}"
    );
    assert!(run(&["approve-tenant", CONTOSO]).0);
    assert_eq!(serving.get("/api/v1/registrations", &token).await.status, 200, "at once");
    assert_eq!(run(&["list-tenants", "--waiting"]).1, "");
    assert!(run(&["list-tenants"]).1.contains("registered"));
    assert!(run(&["withdraw-approval", CONTOSO]).0);
    serving
        .get("/api/v1/registrations", &token)
        .await
        .assert_problem(403, "tenant.pending");
    for (command, says) in [
        ("withdraw-approval", "is approved."),
        ("approve-tenant", "waits for approval."),
    ] {
        let (passed, _, said) = run(&[command, FABRIKAM]);
        assert!(!passed && said.trim_end().ends_with(says), "{said}");
    }
    assert!(run(&["approve-tenant", CONTOSO]).0);
    let events = serving.get("/api/v1/audit-events", &token).await.json();
    let actions: Vec<_> = events["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["action"])
        .collect();
    assert_eq!(
        actions,
        [
            "tenant.approved",
            "tenant.approval_withdrawn",
            "tenant.approved",
            "tenant.registered"
        ]
    );
    assert_eq!(events["value"][0]["by"]["id"], "operator");
}

#[tokio::test]
async fn an_organization_that_is_shut_out_cannot_register_anew() {
    let folder = Folder::new();
    let database = folder.database();
    let serving = TestGateway::start_on(&database, "").await;
    let admin = serving.user_token(CONTOSO, "admin").await;
    let register = async || {
        let contoso = serde_json::json!({ "displayName": "Contoso" });
        serving.post("/api/v1/tenant", &admin, &contoso).await.json()["state"].clone()
    };
    assert_eq!(register().await, "registered", "at once: it need not be approved");
    let withdrawn = ended(gateway(
        &["withdraw-approval", CONTOSO, "--dev"],
        &[("DATABASE__URL", &database)],
    ));
    assert!(withdrawn.status.success(), "{withdrawn:?}");
    let refused = serving.delete("/api/v1/tenant", &admin).await;
    refused.assert_problem(403, "tenant.pending");
    assert!(refused.text.contains("Ask the operator"), "{refused:?}");
    assert_eq!(register().await, "pending");

    // Where everybody waits, who waits may leave.
    let asking = TestGateway::start_on(&database, "[tenants]\nregistration = \"approval\"").await;
    let admin = asking.user_token(CONTOSO, "admin").await;
    assert_eq!(asking.delete("/api/v1/tenant", &admin).await.status, 204);
}

#[test]
fn nonsense_on_the_command_line_is_explained() {
    for arguments in [&["srve"][..], &["serve", "--prod"], &[]] {
        let output = ended(gateway(arguments, &[]));
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("Usage:"), "{said}");
    }
}
