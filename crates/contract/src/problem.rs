use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An error answer, `application/problem+json` (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// A URI that names the kind of problem; `about:blank` where the status says it all.
    pub r#type: String,
    /// The phrase of the status (RFC 9110), as `about:blank` demands (RFC 9457, section 4.2.1).
    pub title: String,
    /// The HTTP status, repeated.
    pub status: u16,
    /// The problem in this request and its remedy.
    pub detail: String,
    /// Stable machine-readable code, e.g. `registration.not_found`.
    pub code: String,
    /// The id of this request, also in the header `x-request-id`.
    pub request_id: String,
    /// Every fault that was found in the request, at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemFault>,
    /// Of a conflict: the registration of the caller's own organization that is in the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration_id: Option<Uuid>,
}

/// One fault in a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProblemFault {
    /// The fault of the value, and the right form.
    pub detail: String,
    /// Where it is: a JSON pointer (RFC 6901) into the body, e.g. `/keysetUrl`, or the name of a query parameter.
    pub pointer: String,
}
