//! One module a page.

mod audit;
mod callback;
mod catalogue;
mod consent;
mod guard;
mod help;
mod kept;
mod landing;
mod launches;
mod not_found;
mod parts;
mod registrations;
mod reports;
mod sign_in_error;
mod tenant;
mod wizard;

pub(crate) use callback::CallbackPage;
pub(crate) use catalogue::Catalogue;
pub(crate) use guard::{Membership, SignedIn, Standing};
pub(crate) use landing::LandingPage;
pub(crate) use parts::{Content, Over, Part};
pub(crate) use sign_in_error::SignInFailure;
