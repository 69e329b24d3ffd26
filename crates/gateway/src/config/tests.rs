#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;

fn dev(environment: &[(&str, &str)]) -> Result<Config, ConfigFaults> {
    Config::from_parts(
        true,
        "",
        environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    )
}

const PRODUCTION: &str = r#"
[server]
public_url = "https://lms-gateway.example"
[database]
url = "postgres://gateway@db/gateway"
[security]
secret = "0123456789abcdef0123456789abcdef"
[identity]
audiences = ["11111111-2222-4333-8444-555555555555"]
application_id_uri = "api://lms-gateway.example"
portal_client_id = "11111111-2222-4333-8444-666666666666"
"#;

pub(super) fn production(extra: &str) -> Result<Config, ConfigFaults> {
    Config::from_parts(false, &format!("{PRODUCTION}\n{extra}"), [])
}

pub(super) fn sentence(result: Result<Config, ConfigFaults>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn dev_needs_nothing_and_follows_the_port() {
    let config = dev(&[("LMS_GATEWAY__SERVER__LISTEN", "127.0.0.1:18080")]).unwrap();
    assert_eq!(config.server.public_url, "http://localhost:18080");
    assert_eq!(config.identity.authority, "http://localhost:18080/dev/identity");
    assert_eq!(config.tenants.registration, TenantRegistration::Open);
}

#[test]
fn the_environment_beats_dev_defaults_and_the_file() {
    let config = Config::from_parts(
        true,
        "[database]\nurl = \"sqlite://file.db\"\nmax_connections = 3",
        [(
            "LMS_GATEWAY__DATABASE__URL".to_owned(),
            "sqlite://other.db?mode=rwc".to_owned(),
        )],
    )
    .unwrap();
    assert_eq!(config.database.url, "sqlite://other.db?mode=rwc");
    assert_eq!(config.database.max_connections, 3);
}

#[test]
fn other_variables_are_ignored_and_lists_are_split() {
    let config = dev(&[
        ("PATH", "/bin"),
        ("LMS_GATEWAY__OPERATOR__ADDRESSES", "203.0.113.7, 203.0.113.8"),
        ("LMS_GATEWAY__DATABASE__MAX_CONNECTIONS", "4"),
    ])
    .unwrap();
    assert_eq!(config.operator.addresses, ["203.0.113.7", "203.0.113.8"]);
    assert_eq!(config.database.max_connections, 4);
}

#[test]
fn unknown_keys_are_named() {
    for (name, says) in [
        ("LMS_GATEWAY__SERVER__LISTN", "[server] has"),
        ("LMS_GATEWAY__SEVER__LISTEN", "no [sever]"),
        ("LMS_GATEWAY__LISTEN", "SECTION__KEY"),
    ] {
        let sentence = sentence(dev(&[(name, "x")]));
        assert!(sentence.contains(name) && sentence.contains(says), "{sentence}");
    }
    let sentence = sentence(production("[log]\nlevel = \"info\""));
    assert!(sentence.contains("level") && !sentence.contains('\n'), "{sentence}");
    assert!(self::sentence(production("[servr]\nlisten = \"x\"")).contains("servr"));
}

#[test]
fn values_of_the_wrong_type_are_named() {
    assert!(sentence(dev(&[("LMS_GATEWAY__DATABASE__MAX_CONNECTIONS", "many")])).contains("whole number"));
    assert!(sentence(production("[tenants]\nregistration = \"anyone\"")).contains("anyone"));
    assert!(sentence(Config::from_parts(false, "not toml", [])).contains("TOML"));
}

#[test]
fn dev_is_for_loopback_only() {
    assert!(sentence(dev(&[("LMS_GATEWAY__SERVER__LISTEN", "0.0.0.0:8080")])).contains("loopback"));
    assert!(sentence(dev(&[("LMS_GATEWAY__SERVER__PUBLIC_URL", "https://lms.example")])).contains("--dev"));
}

#[test]
fn production_names_every_fault_at_once() {
    let faults = Config::from_parts(false, "", []).unwrap_err().0;
    for key in [
        "server.public_url",
        "database.url",
        "security.secret",
        "identity.audiences",
        "identity.portal_client_id",
    ] {
        assert!(faults.iter().any(|fault| fault.contains(key)), "{key} in {faults:?}");
    }
    assert!(production("").is_ok());
}

#[test]
fn production_refuses_what_belongs_to_dev() {
    let env = |name: &str, value: &str| {
        Config::from_parts(false, PRODUCTION, [(format!("{ENVIRONMENT_PREFIX}{name}"), value.to_owned())])
    };
    assert!(sentence(env("SECURITY__SECRET", DEV_SECRET)).contains("--dev"));
    assert!(sentence(env("IDENTITY__AUTHORITY", "https://lms-gateway.example/dev/identity")).contains("development"));
    assert!(sentence(env("IDENTITY__AUDIENCES", DEV_AUDIENCE)).contains("development"));
    assert!(sentence(env("SERVER__PUBLIC_URL", "http://lms-gateway.example")).contains("https"));
    assert!(sentence(env("SERVER__PUBLIC_URL", "https://lms-gateway.example/path")).contains("host and port only"));
}

#[test]
fn apps_are_checked() {
    let app = |id: &str, url: &str| production(&format!("[[apps]]\nid = \"{id}\"\nname = \"App\"\nlaunch_url = \"{url}\""));
    assert!(app("notebook", "https://app.example/launch").is_ok());
    assert!(sentence(app("launch-inspector", "https://app.example/")).contains("taken"));
    assert!(sentence(app("Note book", "https://app.example/")).contains("lower-case"));
    assert!(sentence(app("notebook", "http://app.example/")).contains("https"));
}

#[test]
fn the_secret_is_never_printed() {
    let config = production("").unwrap();
    assert!(!format!("{config:?}").contains("0123456789abcdef"));
    assert!(!format!("{config:?}").contains("gateway@db"));
}

#[test]
fn what_is_wrong_with_the_text_is_told_without_the_text() {
    for (text, says) in [
        ("[security]\nsecret = \"hunter2-and-no-end\n", "line 2"),
        ("[support]\n\nsmtp_password = hunter2", "line 3"),
        ("[support]\nsmtp_password = 11072", "smtp_password"),
        ("[database]\nurl = [\"postgres://gateway:hunter2@db/gateway\"]", "url"),
        ("[database]\nmax_connections = \"hunter2\"", "max_connections"),
    ] {
        let said = sentence(Config::from_parts(false, text, []));
        assert!(said.contains(says), "{said}");
        assert!(!said.contains("hunter2") && !said.contains("11072"), "{said}");
    }
}

#[test]
fn nothing_is_kept_until_the_calendar_ends() {
    for (text, key) in [
        ("[launches]\nretention_days = 99999999", "launches.retention_days"),
        ("[support]\nretention_days = 99999999", "support.retention_days"),
        ("[support]\ngive_up_hours = 99999999", "support.give_up_hours"),
    ] {
        assert!(sentence(production(text)).contains(key), "{text}");
    }
    assert!(production("[launches]\nretention_days = 36500").is_ok());
}
