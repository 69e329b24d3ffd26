//! The state of the signed-in session that components and pages share.

mod catalogue;
mod fresh_contest;
mod membership;
mod saved_form;
mod sign_in_failure;

pub(crate) use catalogue::Catalogue;
pub(crate) use fresh_contest::FreshContest;
pub(crate) use membership::{Membership, Standing};
pub(crate) use saved_form::SavedForm;
pub(crate) use sign_in_failure::SignInFailure;
