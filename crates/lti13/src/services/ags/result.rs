//! Results (AGS 2.0, 3.3): the grade of one person as it stands in the gradebook.

use serde_json::{Map, Value as Json};

/// A result of a platform's list.
#[derive(Clone, PartialEq)]
pub struct GradeResult(Map<String, Json>);

impl GradeResult {
    /// A result; `None` where `userId` is absent. A number counts as its digits.
    #[must_use]
    pub fn new(mut result: Map<String, Json>) -> Option<Self> {
        let user_id = match result.get("userId") {
            Some(Json::String(text)) if !text.is_empty() => return Some(Self(result)),
            Some(Json::Number(number)) if number.is_i64() || number.is_u64() => number.to_string(),
            _ => return None,
        };
        result.insert("userId".to_owned(), user_id.into());
        Some(Self(result))
    }

    /// The person, as the platform knows them.
    #[must_use]
    pub fn user_id(&self) -> &str {
        self.0.get("userId").and_then(Json::as_str).unwrap_or_default()
    }

    /// The person who graded, as the platform knows them.
    #[must_use]
    pub fn scoring_user_id(&self) -> Option<&str> {
        self.0.get("scoringUserId").and_then(Json::as_str)
    }

    /// The result for a tool: `id`, `scoreOf` and `userId` as it knows them. The platform's hold its addresses and ids of people.
    #[must_use]
    pub fn for_tool(self, line_item: &str, user_id: &str, scoring_user_id: Option<&str>) -> Map<String, Json> {
        let mut result = self.0;
        let id = format!("{line_item}/results/{user_id}");
        for (name, value) in [("id", id.as_str()), ("scoreOf", line_item), ("userId", user_id)] {
            result.insert(name.to_owned(), value.into());
        }
        match scoring_user_id {
            Some(id) => result.insert("scoringUserId".to_owned(), id.into()),
            None => result.remove("scoringUserId"),
        };
        result
    }
}

/// Shows neither the person nor the grade.
impl std::fmt::Debug for GradeResult {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GradeResult").finish_non_exhaustive()
    }
}
