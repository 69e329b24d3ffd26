//! LMSs' public keysets in the cache of key documents, and their faults as refusals.

use ::lti::{Evidence, KeySet, Phrase, Refusal, Rule};

use crate::key_sets::{DocumentFault, KeyDocument, KeyFault};

impl KeyDocument for KeySet {
    fn parse(bytes: &[u8]) -> Result<Self, DocumentFault> {
        Ok(Self::parse(bytes)?)
    }

    fn has(&self, kid: &str) -> bool {
        self.find(kid).is_some()
    }
}

/// Why there is no key, as the refusal of a launch.
pub(super) fn refusal(fault: &KeyFault, kid: &str) -> Refusal {
    match fault {
        KeyFault::Fetch(fault) => {
            Refusal::new(Rule::KeysetUnreachable).with(Evidence::expected(Phrase::KeySet).and_seen(fault.to_string()))
        }
        KeyFault::Unreadable(why) => {
            Refusal::new(Rule::KeysetUnreadable).with(Evidence::expected(Phrase::KeySet).and_seen(why.to_string()))
        }
        KeyFault::KeyNotFound => Refusal::new(Rule::KeyNotFound).with(Evidence::expected(kid).and_seen(Phrase::NoSuchKey)),
    }
}
