//! One module a page.

mod audit;
mod callback;
mod consent;
mod guard;
mod help;
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
pub(crate) use guard::SignedIn;
pub(crate) use landing::LandingPage;
pub(crate) use parts::Part;
