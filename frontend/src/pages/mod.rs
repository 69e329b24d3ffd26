//! One module a page.

mod callback;
mod catalogue;
mod guard;
mod landing;
mod launches;
mod not_found;
mod registrations;
mod sign_in_error;
mod tenant;
mod wizard;

pub(crate) use callback::CallbackPage;
pub(crate) use catalogue::Catalogue;
pub(crate) use guard::{Member, Membership, SignedIn};
pub(crate) use landing::LandingPage;
pub(crate) use launches::{LaunchPage, LaunchesPage};
pub(crate) use not_found::NotFoundPage;
pub(crate) use registrations::{AddedPage, DetailsRoute, RegistrationsPage};
pub(crate) use sign_in_error::{SignInErrorPage, SignInFailure};
pub(crate) use tenant::TenantPage;
pub(crate) use wizard::WizardPage;
