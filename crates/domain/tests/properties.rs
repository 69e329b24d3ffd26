//! Properties that hold for every input.
#![allow(clippy::unwrap_used)]

use std::net::{Ipv4Addr, Ipv6Addr};

use domain::{Draft, LmsDraft, MAX_DEPLOYMENTS, NewRegistration, Reference, Rules};
use proptest::{collection::vec, prelude::*, sample::select};
use url::{Host, Url};

const FIELDS: [&str; 9] = [
    "name",
    "appId",
    "platform",
    "issuer",
    "clientId",
    "authenticationUrl",
    "keysetUrl",
    "accessTokenUrl",
    "accessTokenAudience",
];

fn good() -> Draft {
    Draft {
        name: "Contoso Moodle".to_owned(),
        app_id: "launch-inspector".to_owned(),
        platform: "moodle".to_owned(),
        lms: LmsDraft {
            issuer: "https://moodle.contoso.edu".to_owned(),
            client_id: "0aEVzPOYmhw5mJi".to_owned(),
            authentication_url: "https://moodle.contoso.edu/mod/lti/auth.php".to_owned(),
            keyset_url: "https://moodle.contoso.edu/mod/lti/certs.php".to_owned(),
            access_token_url: Some("https://moodle.contoso.edu/mod/lti/token.php".to_owned()),
            access_token_audience: Some("https://moodle.contoso.edu".to_owned()),
        },
        deployment_ids: vec!["1".to_owned()],
        ..Draft::default()
    }
}

/// The draft with `value` in that field.
fn with(mut draft: Draft, field: &str, value: &str) -> Draft {
    let place = match field {
        "name" => &mut draft.name,
        "appId" => &mut draft.app_id,
        "platform" => &mut draft.platform,
        "issuer" => &mut draft.lms.issuer,
        "clientId" => &mut draft.lms.client_id,
        "authenticationUrl" => &mut draft.lms.authentication_url,
        "keysetUrl" => &mut draft.lms.keyset_url,
        "accessTokenUrl" => draft.lms.access_token_url.get_or_insert_default(),
        _ => draft.lms.access_token_audience.get_or_insert_default(),
    };
    value.clone_into(place);
    draft
}

fn parse(draft: Draft) -> Result<NewRegistration, Vec<String>> {
    let rules = Rules {
        allow_http: false,
        allowed_hosts: &[],
        app_ids: Some(&["launch-inspector".to_owned()]),
        max_deployments: MAX_DEPLOYMENTS,
    };
    NewRegistration::parse(draft, &rules).map_err(|errors| errors.into_iter().map(|error| error.field.into_owned()).collect())
}

/// An accepted registration, entered again.
fn entered_again(new: &NewRegistration) -> Draft {
    Draft {
        name: new.name.clone(),
        app_id: new.app_id.clone(),
        platform: new.product.id().to_owned(),
        lms: LmsDraft {
            issuer: new.lms.platform.issuer.clone(),
            client_id: new.lms.platform.client_id.clone(),
            authentication_url: new.lms.platform.authentication_url.to_string(),
            keyset_url: new.lms.platform.keyset_url.to_string(),
            access_token_url: new.lms.access_token_url.as_ref().map(Url::to_string),
            access_token_audience: new.lms.access_token_audience.clone(),
        },
        deployment_ids: new.deployment_ids.clone(),
        allow_anonymous: new.allow_anonymous,
        accept_any_deployment: new.accept_any_deployment,
        replaces: new.replaces,
    }
}

/// Written without the rules: an address that anybody on the Internet could have.
fn is_anybodys(url: &Url) -> bool {
    let v4 = |address: Ipv4Addr| {
        let [a, b, ..] = address.octets();
        let shared = a == 100 && (64..128).contains(&b);
        let own = address.is_private() || address.is_loopback() || address.is_link_local() || address.is_unspecified();
        !(own || shared || address.is_multicast() || address.is_broadcast())
    };
    match url.host().unwrap() {
        Host::Domain(name) => name.contains('.') && !name.ends_with(".localhost") && !name.ends_with(".internal"),
        Host::Ipv4(address) => v4(address),
        Host::Ipv6(address) => {
            let own =
                address.is_loopback() || address.is_unspecified() || address.is_unique_local() || address.is_unicast_link_local();
            !(own || address.is_multicast()) && address.to_ipv4_mapped().is_none_or(v4)
        }
    }
}

/// Mostly near a URL: each part is good, odd or missing.
fn address() -> impl Strategy<Value = String> {
    let scheme = prop_oneof![
        6 => Just("https://".to_owned()),
        1 => select(vec!["http://", "HTTPS://", "https:", "https:/", "//", "ftp://", "javascript://", ""]).prop_map(str::to_owned),
    ];
    let user = prop_oneof![6 => Just(String::new()), 1 => select(vec!["a@", ":b@", "a:b@", "@", ":@"]).prop_map(str::to_owned)];
    let host = prop_oneof![
        4 => "[a-z]{1,8}\\.(edu|example|local|internal|home\\.arpa|localhost)\\.?",
        1 => select(vec!["localhost", "moodle", "MOODLE.Contoso.EDU", "bücher.example", "１２７.0.0.1", "0x7f.1", "2130706433", "", "."])
            .prop_map(str::to_owned),
        1 => any::<Ipv4Addr>().prop_map(|address| address.to_string()),
        1 => (select(vec![[127, 0], [10, 1], [172, 16], [192, 168], [169, 254], [100, 64], [0, 0]]), any::<[u8; 2]>())
            .prop_map(|([a, b], [c, d])| format!("{a}.{b}.{c}.{d}")),
        1 => any::<Ipv6Addr>().prop_map(|address| format!("[{address}]")),
        1 => (0x2000_u16..0x4000, any::<[u16; 7]>())
            .prop_map(|(a, [b, c, d, e, f, g, h])| format!("[{}]", Ipv6Addr::new(a, b, c, d, e, f, g, h))),
        1 => any::<Ipv4Addr>().prop_map(|address| format!("[{}]", address.to_ipv6_mapped())),
    ];
    let port = prop_oneof![4 => Just(String::new()), 1 => "(:[0-9]{0,6})"];
    let rest = prop_oneof![4 => "(/[a-z.]{0,8}){0,3}", 1 => "\\PC{0,12}", 1 => "/[a-z]{0,4}[?#][a-z=#?]{0,6}"];
    let whole =
        (scheme, user, host, port, rest).prop_map(|(scheme, user, host, port, rest)| format!("{scheme}{user}{host}{port}{rest}"));
    prop_oneof![12 => whole, 1 => any::<String>()]
}

/// Spaces and what is invisible, as copying brings it along.
fn margin() -> impl Strategy<Value = String> {
    vec(select(vec![' ', '\t', '\n', '\u{a0}', '\u{200b}', '\u{feff}']), 0..3).prop_map(String::from_iter)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[ -~]{0,300}", 2 => any::<String>(), 2 => address(), 1 => select(vec!["moodle", "canvas", "other", "launch-inspector"]).prop_map(str::to_owned)]
}

/// A draft with some fields at random, its good ones otherwise.
fn draft() -> impl Strategy<Value = Draft> {
    let changes = vec((select(FIELDS.to_vec()), text()), 0..4);
    let deployments = vec(
        prop_oneof![3 => "[ -~]{0,12}", 1 => any::<String>(), 1 => select(vec![".", "..", ""]).prop_map(str::to_owned)],
        0..5,
    );
    (changes, deployments, any::<(bool, bool)>()).prop_map(
        |(changes, deployment_ids, (allow_anonymous, accept_any_deployment))| {
            let start = Draft {
                deployment_ids,
                allow_anonymous,
                accept_any_deployment,
                ..good()
            };
            changes.iter().fold(start, |draft, (field, value)| with(draft, field, value))
        },
    )
}

proptest! {
    #[test]
    fn whatever_is_accepted_is_accepted_again_as_it_is(draft in draft()) {
        let deployments = draft.deployment_ids.len();
        match parse(draft) {
            Ok(new) => prop_assert_eq!(parse(entered_again(&new)), Ok(new)),
            Err(fields) => {
                prop_assert!(!fields.is_empty());
                for field in fields {
                    let deployment = field.strip_prefix("deploymentIds/").map(|index| index.parse::<usize>().unwrap());
                    let known = FIELDS.contains(&field.as_str()) || field == "acceptAnyDeployment";
                    prop_assert!(known || deployment.is_some_and(|index| index < deployments), "{}", field);
                }
            }
        }
    }

    #[test]
    fn every_error_is_named_at_once_and_nothing_else(
        broken in vec((select(FIELDS.to_vec()), select(vec!["\u{7}a\u{7}b", "https://contoso.edu/#\u{200b}x", "http://a\u{202e}b"])), 0..6),
        deployments in vec(any::<bool>(), 0..6),
    ) {
        let start = Draft {
            deployment_ids: deployments.iter().map(|good| if *good { "1" } else { "\u{20ac}" }.to_owned()).collect(),
            ..good()
        };
        let draft = broken.iter().fold(start, |draft, (field, value)| with(draft, field, value));
        let mut expected: Vec<_> = broken.iter().map(|(field, _)| (*field).to_owned()).collect();
        expected.extend(deployments.iter().enumerate().filter(|(_, good)| !**good).map(|(index, _)| format!("deploymentIds/{index}")));
        expected.sort();
        expected.dedup();
        let mut named = parse(draft).err().unwrap_or_default();
        named.sort();
        prop_assert_eq!(named, expected);
    }

    #[test]
    fn accepted_addresses_are_public_https_without_more(address in address(), before in margin(), after in margin()) {
        let raw = format!("{before}{address}{after}");
        for field in ["authenticationUrl", "keysetUrl", "accessTokenUrl"] {
            let Ok(new) = parse(with(good(), field, &raw)) else { continue };
            let url = match field {
                "authenticationUrl" => new.lms.platform.authentication_url,
                "keysetUrl" => new.lms.platform.keyset_url,
                _ => new.lms.access_token_url.unwrap_or_else(|| "https://none.example".parse().unwrap()),
            };
            prop_assert_eq!(url.scheme(), "https");
            prop_assert_eq!((url.username(), url.password(), url.fragment()), ("", None, None));
            prop_assert!(is_anybodys(&url), "{}", url);
            prop_assert!(url.as_str().len() <= 2048);
        }
    }

    #[test]
    fn an_accepted_issuer_is_what_was_entered_byte_for_byte(address in address(), before in margin(), after in margin()) {
        let Ok(new) = parse(with(good(), "issuer", &format!("{before}{address}{after}"))) else { return Ok(()) };
        prop_assert_eq!(&new.lms.platform.issuer, &address);
        let url: Url = address.parse().unwrap();
        prop_assert_eq!((url.scheme(), url.username(), url.password()), ("https", "", None));
        prop_assert_eq!((url.query(), url.fragment()), (None, None));
        prop_assert!(is_anybodys(&url), "{}", url);
    }

    #[test]
    fn a_reference_is_read_however_it_is_typed(random in any::<[u8; 8]>(), typed in vec((any::<bool>(), select(vec!["", "-", " "])), 14)) {
        let reference = Reference::from_random(random);
        let text: String = reference.as_str().chars().zip(typed).map(|(c, (changed, between))| {
            let c = match c {
                '0' if changed => 'o',
                '1' if changed => 'l',
                c if changed => c.to_ascii_lowercase(),
                c => c,
            };
            format!("{c}{between}")
        }).collect();
        prop_assert_eq!(Reference::parse(&text), Ok(reference));
    }

    #[test]
    fn a_reference_that_was_read_is_read_the_same_again(text in prop_oneof![any::<String>(), "[0-9A-Za-z -]{12,16}", "[0-9A-HJKMNP-TV-Zoil]{12}"]) {
        if let Ok(reference) = Reference::parse(&text) {
            prop_assert_eq!(Reference::parse(reference.as_str()), Ok(reference));
        }
    }
}

/// The properties of what is accepted say nothing where nothing is.
#[test]
fn the_values_tried_are_often_enough_good_ones() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let mut accepted = [0; 3];
    for _ in 0..200 {
        let address = address().new_tree(&mut runner).unwrap().current();
        accepted[0] += u32::from(parse(draft().new_tree(&mut runner).unwrap().current()).is_ok());
        accepted[1] += u32::from(parse(with(good(), "keysetUrl", &address)).is_ok());
        accepted[2] += u32::from(parse(with(good(), "issuer", &address)).is_ok());
    }
    assert!(accepted.iter().all(|count| (20..180).contains(count)), "{accepted:?}");
}
