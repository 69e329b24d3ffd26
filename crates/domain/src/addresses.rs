use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use lti13::claims::MAX_ISSUER_LENGTH;
use url::{Host, Url};

use crate::text::{self, Alphabet};
use crate::{FieldError, FieldErrorReason, Rules};

const MAX_LENGTH: usize = 2048;

/// Parses a URL that the gateway will fetch or send browsers to.
pub(crate) fn parse_url(field: &'static str, raw: &str, rules: &Rules<'_>) -> Result<Url, FieldError> {
    let text = text::parse(field, raw, MAX_LENGTH, Alphabet::Any)?;
    let url = validate(field, &text, rules)?;
    // Percent-encoding makes foreign letters longer, and what is stored is the encoded form.
    if url.as_str().len() > MAX_LENGTH {
        return Err(FieldError::new(field, FieldErrorReason::TooLong { max: MAX_LENGTH }));
    }
    Ok(url)
}

/// Parses an issuer: the form of a URL without query and fragment (OpenID Connect Core, section 2), but a text that is
/// compared byte for byte and therefore kept as it was entered.
pub(crate) fn parse_issuer(raw: &str, rules: &Rules<'_>) -> Result<String, FieldError> {
    let text = text::parse("issuer", raw, MAX_ISSUER_LENGTH, Alphabet::Ascii)?;
    let url = validate("issuer", &text, rules)?;
    if url.query().is_some() {
        return Err(FieldError::new("issuer", FieldErrorReason::Query));
    }
    Ok(text)
}

fn validate(field: &'static str, text: &str, rules: &Rules<'_>) -> Result<Url, FieldError> {
    if text.contains(char::is_whitespace) {
        return Err(FieldError::new(field, FieldErrorReason::UrlWithSpaces));
    }
    let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("https") => {}
        Some("http") if rules.allow_http => {}
        Some(_) => return Err(FieldError::new(field, FieldErrorReason::NotHttps)),
        None => return Err(FieldError::new(field, FieldErrorReason::NotAUrl)),
    }
    let url = Url::parse(text).map_err(|_| FieldError::new(field, FieldErrorReason::NotAUrl))?;
    let Some(host) = url.host() else {
        return Err(FieldError::new(field, FieldErrorReason::UrlWithoutHost));
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(FieldError::new(field, FieldErrorReason::Credentials));
    }
    if url.fragment().is_some() {
        return Err(FieldError::new(field, FieldErrorReason::Fragment));
    }
    if !rules.allow_http && !is_public_host(&host) && !is_allowed(&url, rules) {
        let host = host.to_string();
        return Err(FieldError::new(field, FieldErrorReason::PrivateAddress { host }));
    }
    Ok(url)
}

fn is_allowed(url: &Url, rules: &Rules<'_>) -> bool {
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
        return false;
    };
    let asked = format!("{host}:{port}");
    rules.allowed_hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(&asked))
}

/// True if the URL points to this very machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn is_public_host(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(address) => is_public_address(IpAddr::V4(*address)),
        Host::Ipv6(address) => is_public_address(IpAddr::V6(*address)),
        Host::Domain(name) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            let top = name.rsplit('.').next().unwrap_or_default();
            // Names without a dot are found by a local search list only.
            name.contains('.')
                && !matches!(top, "localhost" | "local" | "internal" | "lan" | "home")
                && !name.ends_with(".home.arpa")
        }
    }
}

/// True if an address is one of the public Internet: not loopback, private, link-local, shared, documentation,
/// multicast, reserved, or an IPv6 form that carries such an IPv4 address (IANA special-purpose registries).
#[must_use]
pub fn is_public_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    let special = v4.is_private()
        || v4.is_loopback()
        || v4.is_link_local()
        || v4.is_documentation()
        || matches!(
            (a, b, c),
            (0 | 224..=255, ..) | (100, 64..=127, _) | (192, 0, 0) | (192, 88, 99) | (198, 18..=19, _)
        );
    !special
}

fn is_public_v6(v6: Ipv6Addr) -> bool {
    let segments = v6.segments();
    let embedded = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match segments {
        // ::ffff:a.b.c.d mapped, 64:ff9b::/96 translated, 2002::/16 6to4: the IPv4 address inside decides.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            is_public_v4(embedded(high, low))
        }
        // 2001::/23 protocol assignments (Teredo among them), 2001:db8::/32 and 3fff::/20 documentation.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // Only 2000::/3 is given out as global unicast.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const PRODUCTION: Rules<'static> = Rules {
        allow_http: false,
        allowed_hosts: &[],
        app_ids: None,
        max_deployments: 200,
    };
    const DEVELOPMENT: Rules<'static> = Rules {
        allow_http: true,
        allowed_hosts: &[],
        app_ids: None,
        max_deployments: 200,
    };

    #[test]
    fn public_https_urls_pass() {
        for url in [
            "https://moodle.contoso.edu/mod/lti/certs.php",
            "HTTPS://lms.contoso.edu",
            "https://lms.contoso.edu:8443/a?b=c",
            "https://93.184.216.34/",
        ] {
            assert!(parse_url("keysetUrl", url, &PRODUCTION).is_ok(), "{url}");
        }
    }

    #[test]
    fn each_url_rule_has_its_code() {
        for (url, code) in [
            ("", "required"),
            ("moodle.contoso.edu", "not_a_url"),
            ("https:moodle.contoso.edu", "not_a_url"),
            ("https://", "not_a_url"),
            ("https://a b.edu/", "not_a_url"),
            ("http://moodle.contoso.edu/", "not_https"),
            ("javascript://contoso.edu/%0aalert(1)", "not_https"),
            ("https://admin@contoso.edu/", "credentials"),
            ("https://:secret@contoso.edu/", "credentials"),
            ("https://contoso.edu/#keys", "fragment"),
            ("https://con\u{200b}toso.edu/", "invisible_character"),
        ] {
            assert_eq!(
                parse_url("keysetUrl", url, &PRODUCTION).unwrap_err().reason.code(),
                code,
                "{url}"
            );
        }
        for path in ["a".repeat(2048), "é".repeat(400)] {
            let long = format!("https://contoso.edu/{path}");
            assert_eq!(
                parse_url("keysetUrl", &long, &PRODUCTION).unwrap_err().reason.code(),
                "too_long"
            );
        }
    }

    #[test]
    fn the_operator_lets_single_hosts_and_ports_through() {
        let hosts = ["moodle.campus.internal:443".to_owned(), "10.0.0.7:8443".to_owned()];
        let rules = Rules {
            allowed_hosts: &hosts,
            ..PRODUCTION
        };
        for url in [
            "https://moodle.campus.internal/certs",
            "https://MOODLE.campus.internal:443/",
            "https://10.0.0.7:8443/",
        ] {
            assert!(parse_url("keysetUrl", url, &rules).is_ok(), "{url}");
        }
        for (url, code) in [
            ("https://moodle.campus.internal:8443/", "private_address"),
            ("https://db.campus.internal/", "private_address"),
            ("https://10.0.0.7/", "private_address"),
            ("http://moodle.campus.internal/", "not_https"),
        ] {
            assert_eq!(parse_url("keysetUrl", url, &rules).unwrap_err().reason.code(), code, "{url}");
        }
        assert!(parse_issuer("https://moodle.campus.internal", &rules).is_ok());
    }

    #[test]
    fn private_hosts_are_refused_outside_development() {
        for host in [
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "printer.local",
            "db.internal",
            "moodle",
            "nas.home.arpa",
            "127.0.0.1",
            "127.1",
            "0x7f.1",
            "2130706433",
            "10.0.0.1",
            "172.16.3.4",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "[::1]",
            "[::]",
            "[fe80::1]",
            "[fd00::1]",
            "[::ffff:10.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "[2001:db8::1]",
            "[ff02::1]",
        ] {
            let url = format!("https://{host}/keys");
            assert_eq!(
                parse_url("keysetUrl", &url, &PRODUCTION).unwrap_err().reason.code(),
                "private_address",
                "{url}"
            );
            assert!(parse_url("keysetUrl", &url, &DEVELOPMENT).is_ok(), "{url}");
        }
        assert!(is_public_address("2606:4700::1111".parse().unwrap()));
        assert!(is_public_address("::ffff:1.1.1.1".parse().unwrap()));
    }

    #[test]
    fn issuers_are_kept_byte_for_byte() {
        for issuer in [
            "https://Moodle.Contoso.edu",
            "https://contoso.edu/",
            "https://contoso.edu/moodle/",
            "https://contoso.edu:443",
        ] {
            assert_eq!(parse_issuer(&format!(" {issuer}\u{200b}"), &PRODUCTION).unwrap(), issuer);
        }
        assert_eq!(
            parse_issuer("https://contoso.edu/?a=b", &PRODUCTION)
                .unwrap_err()
                .reason
                .code(),
            "query"
        );
        assert_eq!(
            parse_issuer("https://contoso.edu#a", &PRODUCTION).unwrap_err().reason.code(),
            "fragment"
        );
        assert_eq!(
            parse_issuer("http://127.0.0.1:8090", &DEVELOPMENT).unwrap(),
            "http://127.0.0.1:8090"
        );
        assert_eq!(
            parse_issuer("http://127.0.0.1:8090", &PRODUCTION).unwrap_err().reason.code(),
            "not_https"
        );
    }
}
