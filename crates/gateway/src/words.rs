//! What launches and keysets left in the database, for people.

mod records;

pub use records::{read_checks, stored, translate_checks};
