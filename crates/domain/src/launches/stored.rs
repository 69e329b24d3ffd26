//! The stored form of a record, as JSON: `{"v":1,"list":1,"now":1790000000,"checks":[[".algorithm","RS256"],…]}`.
//!
//! - `v` is the version of this form.
//! - `now` is the clock of the times among the values: `{"at":1789999990}` is one of them. A time that was checked by another clock
//!   has its own.
//! - `list`, of a completed launch: the list of rules that such a launch passes. Those of its rules that are in neither
//!   `checks` nor `without` passed, without values.
//! - `checks` are the others, a row each: code, seen, expected, hint, stage; empty ends are left out. `-` before the code means
//!   skipped, `!` failed, and `.kid` stands for `launch_invalid.kid`. `true` for expected means the same as seen. A number stands for a
//!   text that was already written: 0 for the first of them. The stage is written if it is not the rule's own.
//!
//! Stages that were not reached are not stored: [`LaunchRecord::finish`] adds them.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value as Json, json};

use lti13::Rule as Lti;
use lti13::{Check, CheckResult, Checks, Evidence, Stage, Step, Value};

use super::{LaunchRecord, Rule};

/// The version of the form.
const FORM: u32 = 1;

/// The product whose name is left out.
const COMMON: &str = "launch_invalid.";

/// The lists by their number, from 1. A list that was published stays; another one follows it.
const LISTS: [&[Rule]; 1] = [&[
    Rule::Lti(Lti::MissingParameter),
    Rule::Lti(Lti::State),
    Rule::Lti(Lti::CookieMismatch),
    Rule::Lti(Lti::Algorithm),
    Rule::Lti(Lti::KeyId),
    Rule::Lti(Lti::KeyNotFound),
    Rule::Lti(Lti::Signature),
    Rule::Lti(Lti::Issuer),
    Rule::Lti(Lti::Audience),
    Rule::Lti(Lti::AuthorizedParty),
    Rule::Lti(Lti::Expired),
    Rule::Lti(Lti::TooOld),
    Rule::Lti(Lti::IssuedInFuture),
    Rule::Lti(Lti::NotYetValid),
    Rule::Lti(Lti::Nonce),
    Rule::Lti(Lti::Version),
    Rule::Lti(Lti::MessageType),
    Rule::Lti(Lti::ResourceLink),
    Rule::Lti(Lti::TargetLinkUri),
    Rule::Lti(Lti::Roles),
    Rule::Lti(Lti::MessageNotOffered),
    Rule::Lti(Lti::Subject),
    Rule::Lti(Lti::DeploymentMissing),
    Rule::Lti(Lti::DeploymentMismatch),
    Rule::DeploymentUnlisted,
    Rule::Lti(Lti::Replayed),
    Rule::Unexpected,
]];

#[derive(Serialize, Deserialize)]
struct Stored {
    v: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    list: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    now: Option<i64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    without: Vec<String>,
    checks: Vec<Vec<Json>>,
}

impl Serialize for LaunchRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let checks = self.0.as_slice();
        let number = self.passed(Stage::HandOver).then_some(LISTS.len());
        let list = listed(number);
        let of_rule = |rule: Rule| checks.iter().filter(move |check| check.step == rule.into());
        let is_implied = |check: &Check| {
            let listed = list.iter().find(|rule| check.step == (**rule).into());
            listed.is_some_and(|rule| *check == passed(*rule) && of_rule(*rule).count() == 1)
        };
        let absent = list.iter().filter(|rule| of_rule(**rule).next().is_none());
        let mut values = Values {
            now: checks.iter().find_map(clock),
            texts: Vec::new(),
        };
        Stored {
            v: FORM,
            list: number,
            now: values.now,
            without: absent.map(|rule| shortened(rule.code())).collect(),
            checks: checks
                .iter()
                .filter(|check| !is_implied(check))
                .map(|check| row(check, &mut values))
                .collect(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for LaunchRecord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        if stored.v != FORM {
            return Err(D::Error::custom(format!("a record of form {}", stored.v)));
        }
        let mut written = Vec::new();
        let mut stage = Stage::Login;
        let mut values = Values {
            now: stored.now,
            texts: Vec::new(),
        };
        for row in &stored.checks {
            let check = check(row, stage, &mut values).ok_or_else(|| D::Error::custom("a check without a code"))?;
            stage = check.stage;
            written.push(check);
        }
        Ok(Self(Checks::from(complete(written, listed(stored.list), &stored.without))))
    }
}

/// The list of that number. Of one that only a newer version knows, there is what was written.
fn listed(number: Option<usize>) -> &'static [Rule] {
    let list = number.and_then(|number| LISTS.get(number.checked_sub(1)?));
    list.copied().unwrap_or_default()
}

/// The written checks, with the rules of the list that passed without values. A check that isn't in the list keeps its place behind the
/// one before it.
fn complete(written: Vec<Check>, list: &[Rule], without: &[String]) -> Vec<Check> {
    let is_written = |rule: Rule| written.iter().any(|check| check.step == rule.into());
    let is_absent = |rule: Rule| without.iter().any(|code| *code == shortened(rule.code()));
    let implied = list
        .iter()
        .enumerate()
        .filter(|(_, rule)| !is_written(**rule) && !is_absent(**rule));
    let mut checks: Vec<_> = implied.map(|(place, rule)| (place, passed(*rule))).collect();
    let mut place = 0;
    for check in written {
        let listed = list.iter().position(|rule| check.step == (*rule).into());
        place = listed.unwrap_or(place);
        checks.push((place, check));
    }
    checks.sort_by_key(|(place, _)| *place);
    checks.into_iter().map(|(_, check)| check).collect()
}

fn passed(rule: Rule) -> Check {
    Check::new(rule.stage(), rule.into(), CheckResult::Passed, Evidence::none())
}

fn shortened(code: &str) -> String {
    match code.strip_prefix(COMMON) {
        Some(detail) => format!(".{detail}"),
        None => code.to_owned(),
    }
}

/// The common parts of a record's values, so that each is written once.
struct Values {
    /// The clock of its times.
    now: Option<i64>,
    /// The texts so far, in their order.
    texts: Vec<String>,
}

impl Values {
    fn write(&mut self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Instant { at, now }) if self.now == Some(*now) => json!({ "at": at }),
            Some(Value::Text(text)) => match self.texts.iter().position(|before| before == text) {
                Some(place) => json!(place),
                None => {
                    self.texts.push(text.clone());
                    json!(text)
                }
            },
            other => json!(other),
        }
    }

    fn read(&mut self, json: Option<&Json>) -> Option<Value> {
        match json? {
            Json::Number(place) => {
                let place = usize::try_from(place.as_u64()?).ok()?;
                self.texts.get(place).cloned().map(Value::Text)
            }
            Json::String(text) => {
                self.texts.push(text.clone());
                Some(Value::Text(text.clone()))
            }
            Json::Object(members) if members.len() == 1 && members.contains_key("at") => Some(Value::Instant {
                at: members.get("at")?.as_i64()?,
                now: self.now?,
            }),
            json => read(Some(json)),
        }
    }
}

/// The clock by which a check looked at a time.
fn clock(check: &Check) -> Option<i64> {
    [&check.expected, &check.seen].into_iter().find_map(|value| match value {
        Some(Value::Instant { now, .. }) => Some(*now),
        _ => None,
    })
}

fn row(check: &Check, values: &mut Values) -> Vec<Json> {
    let mark = match check.result {
        CheckResult::Passed => "",
        CheckResult::Failed => "!",
        CheckResult::Skipped => "-",
    };
    let code = check.step.code();
    let own_stage = Rule::by_code(&code).is_some_and(|rule| rule.stage() == check.stage);
    let seen = values.write(check.seen.as_ref());
    let expected = match &check.expected {
        Some(_) if check.expected == check.seen => json!(true),
        expected => values.write(expected.as_ref()),
    };
    let mut row = vec![
        json!(format!("{mark}{}", shortened(&code))),
        seen,
        expected,
        json!(check.hint),
        json!((!own_stage).then_some(check.stage)),
    ];
    while row.last() == Some(&Json::Null) {
        row.pop();
    }
    row
}

fn check(row: &[Json], stage_before: Stage, values: &mut Values) -> Option<Check> {
    let marked = row.first()?.as_str()?;
    let (result, code) = if let Some(code) = marked.strip_prefix('!') {
        (CheckResult::Failed, code)
    } else if let Some(code) = marked.strip_prefix('-') {
        (CheckResult::Skipped, code)
    } else {
        (CheckResult::Passed, marked)
    };
    let code = match code.strip_prefix('.') {
        Some(detail) => format!("{COMMON}{detail}"),
        None => code.to_owned(),
    };
    let rule = Rule::by_code(&code);
    let seen = values.read(row.get(1));
    Some(Check {
        stage: read(row.get(4)).or_else(|| Some(rule?.stage())).unwrap_or(stage_before),
        step: rule.map_or(Step::Other(code.into()), Step::from),
        result,
        expected: match row.get(2) {
            Some(Json::Bool(true)) => seen.clone(),
            expected => values.read(expected),
        },
        seen,
        hint: read(row.get(3)),
    })
}

/// Nothing where there is nothing, or what only a newer version knows.
fn read<T: DeserializeOwned>(json: Option<&Json>) -> Option<T> {
    let json = json.filter(|json| !json.is_null())?;
    T::deserialize(json).ok()
}
