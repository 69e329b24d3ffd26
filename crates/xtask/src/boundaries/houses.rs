//! The rooms of the crates that have some.

use super::rooms::House;

pub(super) const HOUSES: &[House] = &[GATEWAY, PORTAL];

const GATEWAY: House = House {
    folder: "crates/gateway/src",
    library: "gateway",
    levels: &[
        &["config"],
        &["telemetry"],
        &["http", "records"],
        &["services"],
        &["state"],
        &["identity", "request"],
        &["api", "catalogue", "health", "inspector", "lti", "platform", "portal"],
        &["openapi"],
        &["app"],
        &["serve"],
        &["cli"],
    ],
    never: &[("api", "lti"), ("lti", "api")],
    exceptions: &[
        ("config", "catalogue"),
        ("http", "request"),
        ("http", "state"),
        ("lti", "api"),
        ("request", "lti"),
        ("request", "portal"),
        ("services", "api"),
        ("services", "state"),
        ("state", "api"),
        ("state", "catalogue"),
        ("state", "identity"),
        ("state", "inspector"),
        ("state", "request"),
        ("telemetry", "services"),
        ("telemetry", "state"),
    ],
};

const PORTAL: House = House {
    folder: "frontend/src",
    library: "portal",
    levels: &[
        &[
            "browser",
            "config",
            "dates",
            "fetch",
            "i18n",
            "json",
            "numbers",
            "reactive",
            "reference",
            "router",
            "text",
        ],
        &["auth"],
        &["api"],
        &["load"],
        &["session"],
        &["components", "wizard"],
        &["pages"],
        &["app"],
    ],
    never: &[],
    exceptions: &[],
};
