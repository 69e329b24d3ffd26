use std::borrow::Cow;

/// One thing that is wrong with what somebody entered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {detail}")]
pub struct Fault {
    /// The field by its name on the wire, as a JSON pointer without the leading slash: `issuer`, `deploymentIds/0`.
    pub field: Cow<'static, str>,
    /// Stable code: `required`, `too_long`, `not_https` …
    pub code: &'static str,
    /// What is wrong and what to do, in one sentence for people.
    pub detail: String,
}

impl Fault {
    pub(crate) fn new(field: impl Into<Cow<'static, str>>, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            code,
            detail: detail.into(),
        }
    }
}
