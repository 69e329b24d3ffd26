//! The logic of the wizard without its views: the draft, derived values and validation.

mod draft;
mod errors;
mod step;

pub(crate) use draft::Draft;
pub(crate) use errors::{DraftError, DraftErrorKind, DraftField, draft_errors};
pub(crate) use step::Step;
