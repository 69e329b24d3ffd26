//! The worst that anybody may send, for every operation that takes a body, and the longest answers.

use std::fmt::Write as _;

use hyper::Method;
use hyper::body::Bytes;
use serde_json::{Value, json};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
/// Bytes of the long bodies of an import, and of those of everything else.
const IMPORT: usize = 3_900_000;
const OTHERS: usize = 255 * 1024;

/// A request, and what is bad about it.
pub(crate) struct Sent {
    pub(crate) name: String,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) content_type: &'static str,
    pub(crate) authorized: bool,
    pub(crate) body: Bytes,
}

/// The ids in the paths.
pub(crate) struct Ids {
    pub(crate) registration: String,
    pub(crate) report: String,
}

/// A problem report.
pub(crate) fn report() -> Value {
    json!({ "category": "other", "summary": "A", "description": "B", "attachDiagnostics": false })
}

/// Everything that is sent, the answers last, since the bodies fill them.
pub(crate) fn all(ids: &Ids) -> Vec<Sent> {
    let mut all = imports();
    all.extend(others(ids));
    all.extend(forms());
    all.extend(answers(ids));
    all
}

fn imports() -> Vec<Sent> {
    let document = |fields: &str, registrations: &str| format!("{{{fields}\"version\":1,\"registrations\":[{registrations}]}}");
    let zeros = "0,".repeat(1_900_000);
    let unknown = fields("unknown", 60);
    let nested = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let bodies = [
        (
            "60 unknown fields, 1.9 million zeros",
            document(&unknown, &format!("{zeros}0")),
        ),
        (
            "49 unknown fields, 1.9 million zeros",
            document(&fields("unknown", 49), &format!("{zeros}0")),
        ),
        ("an array in an array in an array …", document("", &"[".repeat(IMPORT))),
        ("arrays of depth 100", document("", &repeat(&nested, ",", IMPORT))),
        (
            "one long string",
            document("", &format!("{{\"name\":\"{}\"}}", "x".repeat(IMPORT))),
        ),
        (
            "one long string of escapes",
            document("", &format!("{{\"name\":\"{}\"}}", "\\u00e9".repeat(IMPORT / 6))),
        ),
        ("very many fields", document(&fields("k", IMPORT / 12), "")),
        ("one field over and over", document(&"\"a\":0,".repeat(IMPORT / 6), "")),
        ("one long name over and over", {
            let name = format!("\"{}\":0,", "x".repeat(1_000_000));
            document(&name.repeat(3), "")
        }),
        ("repeated fields below a long name", {
            let below = "\"a\":0,\"b\":0,".repeat(IMPORT / 24);
            document(&format!("\"{}\":{{{below}\"c\":0}},", "x".repeat(IMPORT / 2)), "")
        }),
        (
            "a read-only field of 1.9 million zeros",
            document(&format!("\"tenantId\":[{zeros}0],"), ""),
        ),
        (
            "10,000 registrations of 48 unknown fields",
            document("", &repeat(&format!("{{{}\"z\":0}}", fields("a", 48)), ",", IMPORT)),
        ),
        ("10,000 empty registrations", document("", &repeat("{}", ",", 30_000))),
        ("registrations of 10,000 faulty deployments", {
            let deployments = repeat("{}", ",", 30_000);
            document("", &repeat(&format!("{{\"deployments\":[{deployments}]}}"), ",", IMPORT))
        }),
        ("thousands of registrations", document("", &registrations(9_000, 1))),
        ("registrations of 9,000 deployments", document("", &registrations(11, 9_000))),
        ("16 MiB of zeros", document("", &format!("{}0", "0,".repeat(8_300_000)))),
    ];
    let sent = |(name, body): (&str, String)| Sent {
        name: format!("import: {name}"),
        method: Method::POST,
        path: "/api/v1/registrations/import".to_owned(),
        content_type: JSON,
        authorized: true,
        body: Bytes::from(body),
    };
    bodies.into_iter().map(sent).collect()
}

/// So many valid registrations with so many deployments each.
fn registrations(count: usize, deployments: usize) -> String {
    let deployments: Vec<_> = (0..deployments).map(|n| format!("{{\"deploymentId\":\"d{n}\"}}")).collect();
    let deployments = deployments.join(",");
    let registration = |n: usize| {
        let site = format!("https://m{n}x{}.example", deployments.len());
        format!(
            "{{\"name\":\"Moodle {n}\",\"appId\":\"launch-inspector\",\"platform\":\"moodle\",\"issuer\":\"{site}\",\
             \"clientId\":\"c{n}\",\"deployments\":[{deployments}],\"authenticationUrl\":\"{site}/mod/lti/auth.php\",\
             \"keysetUrl\":\"{site}/mod/lti/certs.php\"}}"
        )
    };
    (0..count).map(registration).collect::<Vec<_>>().join(",")
}

/// The other operations that take JSON, each with the shapes that cost most.
fn others(ids: &Ids) -> Vec<Sent> {
    let Ids { registration, report } = ids;
    let operations = [
        (Method::POST, "/api/v1/registrations".to_owned(), "deploymentIds"),
        (Method::POST, "/api/v1/registrations/check".to_owned(), "deploymentIds"),
        (
            Method::POST,
            format!("/api/v1/registrations/{registration}/deployments"),
            "deploymentId",
        ),
        (Method::POST, "/api/v1/tenant".to_owned(), "displayName"),
        (Method::POST, "/api/v1/problem-reports".to_owned(), "description"),
        (Method::POST, format!("/api/v1/problem-reports/{report}/comments"), "text"),
        (Method::PUT, format!("/api/v1/problem-reports/{report}/state"), "state"),
    ];
    let mut all = Vec::new();
    for (method, path, field) in operations {
        let texts = repeat("\"\"", ",", 90_000);
        for (name, body) in [
            (
                "60 unknown fields, zeros",
                format!("{{{}\"{field}\":[{}0]}}", fields("unknown", 60), "0,".repeat(30_000)),
            ),
            (
                "49 unknown fields, texts",
                format!("{{{}\"{field}\":[{texts}]}}", fields("unknown", 49)),
            ),
            ("texts", format!("{{\"{field}\":[{texts}]}}")),
            (
                "one long string",
                format!("{{\"{field}\":\"{}\"}}", "é".repeat(OTHERS / 2 - 50)),
            ),
            (
                "very many fields",
                format!("{{{}\"{field}\":\"a\"}}", fields("k", OTHERS / 12)),
            ),
        ] {
            all.push(Sent {
                name: format!("{method} {}: {name}", path.replace(registration, "…").replace(report, "…")),
                method: method.clone(),
                path: path.clone(),
                content_type: JSON,
                authorized: true,
                body: Bytes::from(body),
            });
        }
    }
    all
}

/// Forms, which need no sign-in.
fn forms() -> Vec<Sent> {
    let pages = [
        ("/lti/login", "iss"),
        ("/lti/login/probe", "login"),
        ("/lti/login/again", "login"),
        ("/lti/launch", "id_token"),
        ("/lti/launch/confirm", "login"),
        ("/report", "summary"),
        ("/apps/launch-inspector/launch", "launch_token"),
    ];
    let mut all = Vec::new();
    for (path, field) in pages {
        let segment = |json: String| base64(json.as_bytes());
        let header = segment("{\"alg\":\"RS256\",\"kid\":\"a\",\"typ\":\"JWT\"}".to_owned());
        let token = |json: String| format!("state=x&{field}={header}.{}.{}", segment(json), base64(&[0; 256]));
        for (name, body) in [
            ("very many parameters", "a=&".repeat(OTHERS / 3)),
            ("one parameter over and over", repeat(&format!("{field}=a"), "&", OTHERS)),
            ("one long value", format!("{field}={}", "%C3%A9".repeat(OTHERS / 6 - 5))),
            ("a token of zeros", token(format!("{{\"aud\":[{}0]}}", "0,".repeat(90_000)))),
            ("a token of many claims", token(format!("{{{}\"z\":0}}", fields("k", 15_000)))),
            ("a token of arrays in arrays", token("[".repeat(180_000))),
            (
                "dots",
                format!("state={}&{field}={}", ".".repeat(1_000), ".".repeat(OTHERS - 2_000)),
            ),
        ] {
            all.push(Sent {
                name: format!("{path}: {name}"),
                method: Method::POST,
                path: path.to_owned(),
                content_type: FORM,
                authorized: false,
                body: Bytes::from(body),
            });
        }
    }
    all
}

/// The longest answers there are after the imports.
fn answers(ids: &Ids) -> Vec<Sent> {
    let paths = [
        "/api/v1/registrations/export".to_owned(),
        "/api/v1/registrations?limit=200".to_owned(),
        "/api/v1/registrations?limit=200&sort=-createdAt".to_owned(),
        format!("/api/v1/registrations/{}", ids.registration),
        "/api/v1/launches?limit=200".to_owned(),
        "/api/v1/audit-events?limit=200".to_owned(),
        "/api/v1/problem-reports?limit=200".to_owned(),
        format!("/api/v1/problem-reports/{}", ids.report),
    ];
    let sent = |path: String| Sent {
        name: format!("GET {}", path.replace(&ids.registration, "…").replace(&ids.report, "…")),
        method: Method::GET,
        path,
        content_type: "",
        authorized: true,
        body: Bytes::new(),
    };
    paths.into_iter().map(sent).collect()
}

/// Claims of launches that are signed as they should be, a little below the limit of a form.
pub(crate) fn claims() -> [(&'static str, Value); 3] {
    [
        ("a launch with 85,000 zeros in a claim", json!(vec![0; 85_000])),
        ("a launch with a long text in a claim", json!("x".repeat(175_000))),
        (
            "a launch with 10,000 fields in a claim",
            (0..10_000).map(|n| (format!("field{n}"), json!(n))).collect(),
        ),
    ]
}

/// So many fields, each with a comma after it.
fn fields(name: &str, count: usize) -> String {
    let mut fields = String::new();
    for n in 0..count {
        let _infallible = write!(fields, "\"{name}{n}\":0,");
    }
    fields
}

/// As many of them as so many bytes hold.
fn repeat(text: &str, between: &str, bytes: usize) -> String {
    vec![text; bytes / (text.len() + between.len())].join(between)
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}
