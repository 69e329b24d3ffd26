//! LMSs' public keysets in the cache of key documents, and their errors as refusals.

use domain::{OwnTerm, Refusal};
use lti13::{Evidence, KeySet, Rule, Term};

use crate::services::document_cache::{CachedDocument, DocumentError, KeyError};

impl CachedDocument for KeySet {
    fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        Ok(Self::parse(bytes)?)
    }

    fn has(&self, kid: &str) -> bool {
        self.find(kid).is_some()
    }

    fn size(&self) -> usize {
        self.size()
    }
}

/// Why there is no key, as the refusal of a launch.
pub(super) fn refusal(error: &KeyError, kid: &str) -> Refusal {
    let (rule, evidence) = match error {
        KeyError::Fetch(error) => (Rule::KeysetUnreachable, Evidence::expected(Term::KeySet).and_seen(error)),
        KeyError::Unreadable(error) => (Rule::KeysetUnreadable, Evidence::expected(Term::KeySet).and_seen(error)),
        KeyError::KeyNotFound => (Rule::KeyNotFound, Evidence::expected(kid).and_seen(OwnTerm::NoSuchKey)),
    };
    Refusal::new(rule).with(evidence)
}
