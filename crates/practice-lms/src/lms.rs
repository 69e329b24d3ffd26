//! The LMS itself: who it is, its tool, its launches.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jwt_simple::algorithms::RS256KeyPair;

use crate::content::Content;
use crate::data_file::{DataError, DataFile};
use crate::gradebook::Gradebook;
use crate::keyset::KeysetBehaviour;
use crate::launches::{Launch, Launches};
use crate::services::Services;
use crate::tool::ToolSettings;

pub(crate) struct Lms {
    /// The issuer, and the beginning of every address; without slash at the end.
    pub(crate) public_url: String,
    pub(crate) client_id: String,
    pub(crate) deployment_id: String,
    /// Proves that a form came from a page of this LMS, as Moodle's token of that name does.
    pub(crate) sesskey: String,
    pub(crate) data_file: Option<DataFile>,
    pub(crate) changing: Mutex<Changing>,
    pub(crate) keyset_requests: AtomicU64,
}

/// The state that changes while the LMS runs.
pub(crate) struct Changing {
    pub(crate) key: RS256KeyPair,
    pub(crate) tool: ToolSettings,
    pub(crate) launches: Launches,
    pub(crate) keyset_behaviour: KeysetBehaviour,
    pub(crate) services: Services,
    pub(crate) gradebook: Gradebook,
    pub(crate) content: Content,
}

impl Lms {
    pub(crate) fn key(&self) -> RS256KeyPair {
        self.changing().key.clone()
    }

    pub(crate) fn tool(&self) -> ToolSettings {
        self.changing().tool.clone()
    }

    /// Saves the tool's addresses; they are in use from then on. On an error nothing changes.
    pub(crate) fn save_tool(&self, tool: ToolSettings) -> Result<(), DataError> {
        let mut changing = self.changing();
        if let Some(data_file) = &self.data_file {
            data_file.write(&self.client_id, &changing.key, Some(&tool))?;
        }
        changing.tool = tool;
        Ok(())
    }

    pub(crate) fn begin_launch(&self, launch: Launch) -> String {
        self.changing().launches.begin(launch)
    }

    pub(crate) fn take_launch(&self, id: &str) -> Option<Launch> {
        self.changing().launches.take(id)
    }

    pub(crate) fn keyset_behaviour(&self) -> KeysetBehaviour {
        self.changing().keyset_behaviour.clone()
    }

    pub(crate) fn count_keyset_request(&self) {
        self.keyset_requests.fetch_add(1, Ordering::Relaxed);
    }

    /// No code that holds this lock can leave the values half changed, so a poisoned lock is as good as any.
    pub(crate) fn changing(&self) -> MutexGuard<'_, Changing> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
