//! The rooms of the crates that have some.

use super::rooms::House;

pub(super) const HOUSES: &[House] = &[GATEWAY, PORTAL];

const GATEWAY: House = House {
    folder: "crates/gateway/src",
    library: "gateway",
    levels: &[
        &["config"],
        &["telemetry"],
        &["http"],
        &["records"],
        &["services"],
        &["state"],
        &["request"],
        &["api", "inspector", "lti", "operations", "platform", "portal"],
        &["openapi"],
        &["app"],
        &["serve"],
        &["cli"],
    ],
    never: &[("api", "lti"), ("lti", "api")],
    exceptions: &[],
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
