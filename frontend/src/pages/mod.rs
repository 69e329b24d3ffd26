//! The pages, one module for each.

mod audit;
mod callback;
mod chunks;
mod consent;
mod contests;
mod guard;
mod help;
mod landing;
mod launches;
mod not_found;
mod registrations;
mod reports;
mod sign_in_error;
mod tenant;
mod wizard;

pub(crate) use callback::CallbackPage;
pub(crate) use chunks::LazyPage;
pub(crate) use guard::SignedIn;
pub(crate) use landing::LandingPage;
