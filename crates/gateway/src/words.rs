//! What the REST API says to people, beside English also in German: faults of values, findings of a check, how to set up an LMS.
//!
//! English stands where the rule is; what only programs read, such as the title of a problem, is English always.

mod faults;
mod findings;
mod presets;

pub use faults::fault;
pub use findings::{Words, found};
pub use presets::preset;
