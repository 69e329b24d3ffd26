//! `/registrations`: the list, the drawer over it, and the page after adding a registration.

mod added;
mod contested;
mod delete;
mod deleting;
mod deployments;
mod details;
mod health;
mod list;
mod overlay;
mod row;

pub(crate) use added::AddedPage;
pub(crate) use list::RegistrationsPage;
pub(crate) use row::host;
