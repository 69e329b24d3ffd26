//! Properties that hold for every body.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use contract::{NewRegistration, ProblemFault};
use domain::{CheckFinding, FailureReason, FieldErrorReason, KeyName, LmsProduct, OwnTerm, Surplus, presets::LmsFieldName};
use lti13::{FindingReason, KeySetError};
use messages::pseudo::foreign;
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Map, Value, json};

use store::InsertError;

use super::{findings::GatewayFinding, wire};
use crate::{
    api::field_errors,
    http::{error::ApiError, json::Object, language::Language},
    services::{
        document_cache::{DocumentError, KeyError},
        outbound::FetchError,
    },
};

/// Texts that must be there, and those that may.
const TEXTS: [&str; 9] = [
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
const OTHERS: [&str; 4] = ["deploymentIds", "allowAnonymous", "acceptAnyDeployment", "replaces"];
const READ_ONLY: [&str; 3] = ["id", "createdBy", "health"];

fn good() -> Map<String, Value> {
    let Value::Object(body) = json!({
        "name": "Contoso Moodle", "appId": "launch-inspector", "platform": "moodle",
        "issuer": "https://moodle.contoso.edu", "clientId": "0aEVzPOYmhw5mJi", "deploymentIds": ["1"],
        "authenticationUrl": "https://moodle.contoso.edu/mod/lti/auth.php",
        "keysetUrl": "https://moodle.contoso.edu/mod/lti/certs.php",
    }) else {
        unreachable!("it is an object")
    };
    body
}

fn validate(body: &Map<String, Value>, language: Language) -> Result<domain::NewRegistration, Vec<ProblemFault>> {
    let rules = domain::Rules {
        allow_http: false,
        allowed_hosts: &[],
        app_ids: Some(&["launch-inspector".to_owned()]),
        max_deployments: domain::MAX_DEPLOYMENTS,
    };
    let text = serde_json::to_vec(body).unwrap();
    let shaped = Object::parse(&text, 100_000).unwrap().shape::<NewRegistration>(language);
    shaped.validate(|body| {
        domain::NewRegistration::parse(wire::draft(body), &rules)
            .map_err(|errors| crate::api::wire::problem_faults(&errors, language))
    })
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((field_name(), inner), 0..6).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn field_name() -> impl Strategy<Value = String> {
    let known = [&TEXTS[..], &OTHERS, &READ_ONLY].concat();
    prop_oneof![6 => select(known).prop_map(str::to_owned), 1 => "[a-z~/0]{0,4}", 1 => any::<String>()]
}

proptest! {
    #[test]
    fn no_bytes_are_too_odd_to_be_refused(bytes in prop_oneof![any::<Vec<u8>>(), "\\{[ -~]{0,40}\\}?".prop_map(String::into_bytes)]) {
        if let Ok(object) = Object::parse(&bytes, 1_000) {
            prop_assert!(serde_json::from_slice::<Map<String, Value>>(&bytes).is_ok());
            let _ = object.shape::<NewRegistration>(Language::De).validate(Ok);
        }
    }

    #[test]
    fn every_error_points_into_the_body_or_to_a_field_that_it_lacks(changes in vec((field_name(), any_json()), 0..8), from_good in any::<bool>()) {
        let mut body = if from_good { good() } else { Map::new() };
        body.extend(changes);
        let whole = Value::Object(body.clone());
        let in_language = |language| validate(&body, language).err().unwrap_or_default();
        let errors = in_language(Language::En);
        for error in &errors {
            let field = error.pointer.strip_prefix('/').unwrap_or_default();
            prop_assert!(whole.pointer(&error.pointer).is_some() || TEXTS.contains(&field), "{:?}", error);
            prop_assert!(!error.detail.is_empty() && !error.detail.contains(char::is_control), "{:?}", error);
        }
        let pointers = |errors: &[ProblemFault]| errors.iter().map(|error| error.pointer.clone()).collect::<Vec<_>>();
        prop_assert_eq!(pointers(&errors), pointers(&in_language(Language::De)));
        prop_assert_eq!(pointers(&errors).iter().collect::<BTreeSet<_>>().len(), errors.len());
    }

    #[test]
    fn errors_of_shape_and_of_values_are_all_named_at_once(
        texts in vec((select(TEXTS.to_vec()), select(vec![json!(7), json!({}), json!([1]), json!("\u{7}a\u{7}b")])), 0..6),
        deployments in vec(select(vec![json!("1"), json!("2"), json!(1), json!(null), json!(".."), json!("\u{20ac}")]), 0..6),
        flags in vec(select(vec!["allowAnonymous", "acceptAnyDeployment", "replaces"]), 0..2),
        unknown in vec("[a-z]{1,3}[~/][a-z]{0,3}", 0..3),
    ) {
        let mut body = good();
        let mut expected = BTreeSet::new();
        let names = texts.iter().map(|(name, _)| *name).chain(flags.iter().copied()).chain(unknown.iter().map(String::as_str));
        expected.extend(names.map(|name| format!("/{}", name.replace('~', "~0").replace('/', "~1"))));
        let invalid = |id: &Value| *id != "1" && *id != "2";
        expected.extend(deployments.iter().enumerate().filter(|(_, id)| invalid(id)).map(|(index, _)| format!("/deploymentIds/{index}")));
        body.extend(texts.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        body.extend(flags.iter().map(|name| ((*name).to_owned(), json!("perhaps"))));
        body.extend(unknown.iter().map(|name| (name.clone(), json!(1))));
        body.insert("deploymentIds".to_owned(), Value::from(deployments.clone()));
        let named: BTreeSet<_> = validate(&body, Language::En).err().unwrap_or_default().into_iter().map(|error| error.pointer).collect();
        prop_assert_eq!(named, expected);
    }
}

/// The value from outside in each finding.
const OUTSIDE: &str = "outside";

/// One of each finding, of each kind.
fn findings() -> Vec<GatewayFinding> {
    let outside = || OUTSIDE.to_owned();
    let fetch = |error| GatewayFinding::NoKeyset(KeyError::Fetch(error));
    let unreadable = |error| GatewayFinding::NoKeyset(KeyError::Unreadable(error));
    let of_domain = vec![
        CheckFinding::TrailingSlash,
        CheckFinding::Http {
            field: LmsFieldName::Issuer,
        },
        CheckFinding::OtherHost {
            field: LmsFieldName::KeysetUrl,
            host: outside(),
        },
        CheckFinding::SameAddress {
            field: LmsFieldName::KeysetUrl,
            other: LmsFieldName::Issuer,
        },
        CheckFinding::Unusual {
            field: LmsFieldName::KeysetUrl,
            usual: outside(),
            product: LmsProduct::Other,
        },
        CheckFinding::HostedCanvas {
            field: LmsFieldName::KeysetUrl,
            host: outside(),
        },
        CheckFinding::OwnAddress {
            field: LmsFieldName::KeysetUrl,
        },
        CheckFinding::DefaultCanvasIssuer,
        CheckFinding::PastedTooMuch {
            field: LmsFieldName::KeysetUrl,
            what: Surplus::Label,
        },
        CheckFinding::PastedTooMuch {
            field: LmsFieldName::KeysetUrl,
            what: Surplus::Placeholder,
        },
        CheckFinding::PastedTooMuch {
            field: LmsFieldName::KeysetUrl,
            what: Surplus::Quotes,
        },
        CheckFinding::PastedTooMuch {
            field: LmsFieldName::KeysetUrl,
            what: Surplus::SecondScheme,
        },
        CheckFinding::NoAudience,
        CheckFinding::NoAccessTokenUrl,
        CheckFinding::NoDeployment { shared: true },
        CheckFinding::NoDeployment { shared: false },
        CheckFinding::MetadataAgrees,
        CheckFinding::MetadataDiffers {
            field: LmsFieldName::KeysetUrl,
            theirs: outside(),
        },
        CheckFinding::NoUsableKey,
        CheckFinding::Keyset { usable: 1 },
        CheckFinding::Keyset { usable: 2 },
        CheckFinding::Fails(FailureReason::DeploymentsRejected),
        CheckFinding::Fails(FailureReason::LaunchesRefused),
    ];
    let mut all: Vec<GatewayFinding> = of_domain.into_iter().map(GatewayFinding::from).collect();
    all.extend([
        GatewayFinding::NoKeyset(KeyError::KeyNotFound),
        fetch(FetchError::Unreachable(outside())),
        fetch(FetchError::Crowded),
        fetch(FetchError::TimedOut),
        fetch(FetchError::Status(500)),
        fetch(FetchError::Redirected(302)),
        fetch(FetchError::TooLong),
        unreadable(DocumentError::Shape(outside())),
    ]);
    all.extend(
        OwnTerm::ALL
            .iter()
            .flat_map(|term| [fetch(FetchError::Blocked(*term)), fetch(FetchError::Certificate(*term))]),
    );
    let keyset_errors = [
        KeySetError::TooLarge,
        KeySetError::WebPage,
        KeySetError::NotJson,
        KeySetError::NotAKeySet,
    ];
    all.extend(keyset_errors.map(|error| unreadable(DocumentError::KeySet(error))));
    for reason in [
        FindingReason::NoKid,
        FindingReason::OtherKeyType,
        FindingReason::OtherAlgorithm,
        FindingReason::NotForSignatures,
        FindingReason::Size,
        FindingReason::Unreadable,
        FindingReason::Ambiguous,
        FindingReason::NotListed,
    ] {
        all.extend(
            [KeyName::Id(outside()), KeyName::Place(1)].map(|key| GatewayFinding::from(CheckFinding::KeyIgnored { key, reason })),
        );
    }
    for entered in [String::new(), outside()] {
        all.extend(reasons().into_iter().map(|reason| {
            GatewayFinding::from(CheckFinding::FieldError {
                field: "name".to_owned(),
                entered: entered.clone(),
                reason,
            })
        }));
    }
    for refused in [
        InsertError::DeploymentTaken {
            deployment_id: outside(),
            own: Some(domain::RegistrationId(uuid::Uuid::nil())),
        },
        InsertError::DeploymentTaken {
            deployment_id: outside(),
            own: None,
        },
        InsertError::PlatformDiffers { field: "keysetUrl" },
        InsertError::ReplacesNotFound,
        InsertError::TooMany { limit: 1 },
        InsertError::TooManyUnconfirmed { limit: 1 },
    ] {
        let ApiError::Conflict { code, detail, .. } = super::refused(refused) else {
            panic!("a conflict")
        };
        all.push(GatewayFinding::Taken {
            code,
            field: "name".to_owned(),
            detail,
        });
    }
    all
}

/// One of each reason.
fn reasons() -> Vec<FieldErrorReason> {
    let product = LmsProduct::Other;
    vec![
        FieldErrorReason::Required,
        FieldErrorReason::CategoryRequired,
        FieldErrorReason::TooLong { max: 1 },
        FieldErrorReason::TooMany { max: 1 },
        FieldErrorReason::InvisibleCharacter {
            character: '\u{200b}',
            position: 1,
        },
        FieldErrorReason::NotAscii { character: '-' },
        FieldErrorReason::PathStep,
        FieldErrorReason::UrlWithSpaces,
        FieldErrorReason::UrlWithoutHost,
        FieldErrorReason::NotAUrl,
        FieldErrorReason::NotHttps,
        FieldErrorReason::Credentials,
        FieldErrorReason::Fragment,
        FieldErrorReason::Query,
        FieldErrorReason::PrivateAddress {
            host: OUTSIDE.to_owned(),
        },
        FieldErrorReason::UnknownApp,
        FieldErrorReason::UnknownPlatform,
        FieldErrorReason::SharedClient,
        FieldErrorReason::IssuerOfAnotherPlatform { owner: product },
        FieldErrorReason::FixedValue {
            product,
            value: OUTSIDE.to_owned(),
        },
        FieldErrorReason::NotAnAddress,
        FieldErrorReason::MalformedReference,
    ]
}

#[test]
fn every_finding_and_error_has_its_texts_from_the_catalogue() {
    let known = [OUTSIDE, "200B", "issuer", LmsProduct::Other.name()];
    let assert_known = |text: &str| {
        let left = known.iter().fold(foreign(text), |left, known| left.replace(known, ""));
        assert!(text.starts_with('⟦') && !left.contains(char::is_alphabetic), "{text}");
    };
    for finding in findings().iter().map(|found| found.finding(Language::Qps)) {
        assert_known(&finding.seen);
        assert_known(&finding.remedy);
    }
    for reason in reasons() {
        assert_known(&field_errors::text(&reason).of(Language::Qps));
    }
}
