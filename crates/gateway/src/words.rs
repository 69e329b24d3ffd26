//! What the REST API says to people, in English and German: refusals, faults of values, findings of a check, how to set up an LMS,
//! what was found out about a launch or a keyset.
//!
//! What only programs read is English always: the title of a problem, why a request can't be read at all.

mod catalogue;
mod failures;
mod faults;
mod findings;
mod presets;
mod records;
pub mod refusals;
mod shapes;
mod text;

pub use catalogue::{INSPECTOR, platform};
pub use failures::failure;
pub use faults::fault;
pub use findings::{Words, entered, found};
pub use presets::{checked, preset};
pub use records::{near_miss, read_checks, stored, translate_checks};
pub use shapes::misfit;
pub use text::Text;
