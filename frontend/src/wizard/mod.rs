//! Adding a registration, without the drawing: what was entered, what follows from it, what is wrong with it.

mod draft;
mod errors;
mod step;

pub(crate) use draft::Draft;
pub(crate) use errors::{DraftError, DraftErrorKind, Place, draft_errors};
pub(crate) use step::Step;
