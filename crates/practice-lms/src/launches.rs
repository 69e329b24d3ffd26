//! Launches that were begun and not yet used: each can be used once, as in Moodle.

use std::collections::{HashMap, VecDeque};

use uuid::Uuid;

use crate::people::Person;
use crate::storage::Storage;
use crate::token::{Container, Message};

/// Launches that nobody finishes are forgotten, oldest first, beyond this number.
const MOST_LAUNCHES: usize = 10_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Launch {
    pub(crate) person: Person,
    pub(crate) container: Container,
    pub(crate) storage: Storage,
    pub(crate) message: Message,
    /// The number of the item of the course that is opened, if one is.
    pub(crate) item: Option<usize>,
}

#[derive(Debug, Default)]
pub(crate) struct Launches {
    unused: HashMap<String, Launch>,
    oldest_first: VecDeque<String>,
}

impl Launches {
    /// Begins a launch and returns its id.
    pub(crate) fn begin(&mut self, launch: Launch) -> String {
        if self.oldest_first.len() == MOST_LAUNCHES
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            self.unused.remove(&oldest);
        }
        let id = format!("ltilaunch1_{}", Uuid::new_v4().simple());
        self.oldest_first.push_back(id.clone());
        self.unused.insert(id.clone(), launch);
        id
    }

    /// The launch of this id, once.
    pub(crate) fn take(&mut self, id: &str) -> Option<Launch> {
        self.unused.remove(id)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const LAUNCH: Launch = Launch {
        person: Person::Student,
        container: Container::Window,
        storage: Storage::Moodle,
        message: Message::ResourceLink,
        item: None,
    };

    #[test]
    fn a_launch_is_there_once() {
        let mut launches = Launches::default();
        let id = launches.begin(LAUNCH);
        assert_eq!(launches.take(&id), Some(LAUNCH));
        assert_eq!(launches.take(&id), None);
    }

    #[test]
    fn unfinished_launches_do_not_pile_up() {
        let mut launches = Launches::default();
        let first = launches.begin(LAUNCH);
        let ids: Vec<String> = (0..MOST_LAUNCHES).map(|_| launches.begin(LAUNCH)).collect();
        assert_eq!(launches.take(&first), None);
        assert_eq!(launches.unused.len(), MOST_LAUNCHES);
        assert_eq!(launches.take(ids.last().unwrap()), Some(LAUNCH));
        assert!(launches.oldest_first.len() <= MOST_LAUNCHES);
    }
}
