#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;

fn dev(environment: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
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

pub(super) fn production(extra: &str) -> Result<Config, ConfigErrors> {
    Config::from_parts(false, &format!("{PRODUCTION}\n{extra}"), [])
}

pub(super) fn sentence(result: Result<Config, ConfigErrors>) -> String {
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
fn production_names_every_error_at_once() {
    let errors = Config::from_parts(false, "", []).unwrap_err().0;
    for key in [
        "server.public_url",
        "database.url",
        "security.secret",
        "identity.audiences",
        "identity.portal_client_id",
    ] {
        assert!(errors.iter().any(|error| error.contains(key)), "{key} in {errors:?}");
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
fn a_fault_of_the_text_is_named_without_the_text() {
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
fn no_address_carries_a_password_or_is_printed_with_one() {
    let app = "[[apps]]\nid = \"notebook\"\nname = \"Notebook\"\nlaunch_url = \"https://app.example/\"";
    let issuer = "[[issuers]]\nissuer = \"https://keycloak.example\"\naudiences = [\"a\"]\ntenant_ids = [\"5c400100-0000-4000-8000-000000000001\"]";
    let settings = |key: &str, address: &str| match key {
        "server.public_url" => PRODUCTION.replace("https://lms-gateway.example", address),
        "identity.authority" => format!("{PRODUCTION}\nauthority = \"{address}\""),
        "operator.report_url" => format!("{PRODUCTION}\n[operator]\nreport_url = \"{address}\""),
        "issuers: issuer" => format!("{PRODUCTION}\n{}", issuer.replace("https://keycloak.example", address)),
        "apps: icon_url" => format!("{PRODUCTION}\n{app}\nicon_url = \"{address}\""),
        _ => format!("{PRODUCTION}\n{}", app.replace("https://app.example/", address)),
    };
    for key in [
        "server.public_url",
        "identity.authority",
        "operator.report_url",
        "issuers: issuer",
        "apps: icon_url",
        "apps: launch_url",
    ] {
        let load = |address: &str| Config::from_parts(false, &settings(key, address), []);
        load("https://host.example").unwrap();
        for address in [
            "https://gateway:hunter2@host.example",
            "http://gateway:hunter2@host.example",
            "https://:hunter2@host.example",
            "https://hunter2@host.example",
        ] {
            let said = sentence(load(address));
            assert!(
                said.contains(&format!("{key} must be without user name and password")),
                "{said}"
            );
            assert!(!said.contains("hunter2"), "{said}");
        }
        if let Err(faults) = load("https//gateway:hunter/2@host example") {
            assert!(!faults.to_string().contains("hunter"), "{faults}");
        }
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

/// The cells of `docs/configuration.md`'s tables, of the rows that begin with a code.
fn documented() -> Vec<Vec<String>> {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| row.split('|').skip(1).map(|cell| cell.trim().replace('`', "")).collect())
        .collect()
}

#[test]
fn every_setting_is_documented_with_its_default_and_no_other() {
    let defaults = toml::Table::try_from(Config::default()).unwrap();
    let mut settings = Vec::new();
    for (section, keys) in &defaults {
        // `[[apps]]` and `[[issuers]]` have none by default.
        for (key, default) in keys.as_table().into_iter().flatten() {
            settings.push((format!("{section}.{key}"), default.clone()));
        }
    }
    let documented: Vec<_> = documented()
        .into_iter()
        .filter(|row| row[1].starts_with(ENVIRONMENT_PREFIX))
        .collect();
    let names = |mut names: Vec<String>| {
        names.sort();
        names
    };
    assert_eq!(
        names(documented.iter().map(|row| row[0].clone()).collect()),
        names(settings.iter().map(|(name, _)| name.clone()).collect())
    );
    for (name, default) in settings {
        let row = documented.iter().find(|row| row[0] == name).unwrap();
        assert_eq!(
            row[1],
            format!("{ENVIRONMENT_PREFIX}{}", name.to_uppercase().replace('.', "__"))
        );
        let is_documented = match default {
            toml::Value::String(text) if text.is_empty() => row[2] == "empty" || row[2].starts_with("required"),
            toml::Value::Array(list) if list.is_empty() => row[2] == "none" || row[2] == "required",
            // The directory roles, by their names.
            toml::Value::Array(_) => name == "identity.admin_directory_roles",
            toml::Value::String(text) => row[2] == text,
            other => row[2] == other.to_string(),
        };
        assert!(is_documented, "{name}: {row:?}");
    }
}

#[test]
fn every_key_of_an_app_and_of_an_issuer_is_documented_and_no_other() {
    let config = production(
        r#"
[[apps]]
id = "a"
name = "A"
launch_url = "https://app.example/"
deep_linking_url = "https://app.example/"
keyset_url = "https://app.example/jwks"
client_id = "a"
[[issuers]]
issuer = "https://issuer.example"
audiences = ["a"]
tenant_ids = ["5c400100-0000-4000-8000-000000000001"]
"#,
    );
    let table = toml::Table::try_from(config.unwrap()).unwrap();
    let mut keys: Vec<_> = ["apps", "issuers"]
        .iter()
        .flat_map(|list| table[*list][0].as_table().unwrap().keys().cloned())
        .collect();
    keys.sort();
    let mut documented: Vec<_> = documented()
        .into_iter()
        .map(|row| row[0].clone())
        .filter(|name| !name.contains('.'))
        .collect();
    documented.sort();
    assert_eq!(documented, keys);
}

#[test]
fn the_documented_example_has_no_error() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md")).unwrap();
    let example = page.split("## Example").nth(1).unwrap();
    let example = example.split("```toml").nth(1).unwrap().split("```").next().unwrap();
    let example = example.replace(
        "secret_file = \"/run/secrets/lms-gateway\"",
        "secret = \"0123456789abcdef0123456789abcdef\"",
    );
    Config::from_parts(false, &example, []).unwrap();
}
