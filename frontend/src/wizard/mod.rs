//! Adding a registration, without the drawing: what was entered, what follows from it, what is wrong with it.

mod draft;
mod faults;
mod step;

pub(crate) use draft::Draft;
pub(crate) use faults::{Fault, FaultKind, Place, problem_faults};
pub(crate) use step::Step;
