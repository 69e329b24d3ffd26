//! The file that keeps the client ID, the key and the saved tool settings over a restart.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jwt_simple::algorithms::RS256KeyPair;
use serde::{Deserialize, Serialize};

use crate::tool::ToolSettings;

#[derive(Debug, Clone)]
pub(crate) struct DataFile(PathBuf);

/// The content of the file.
pub(crate) struct SavedData {
    pub(crate) client_id: String,
    pub(crate) key: RS256KeyPair,
    /// Absent until somebody saved the tool settings.
    pub(crate) tool: Option<ToolSettings>,
}

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// It could not be read.
    #[error("The data file {0} cannot be read: {1}.")]
    Unreadable(PathBuf, io::Error),
    /// It holds something else.
    #[error("The data file {0} is damaged or of another program: move it away, or name another with --data.")]
    Damaged(PathBuf),
    /// It could not be written.
    #[error("The data file {0} cannot be written: {1}.")]
    Unwritable(PathBuf, io::Error),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Content {
    client_id: String,
    private_key_pem: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<ToolSettings>,
}

impl DataFile {
    pub(crate) fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// The saved data; `None` if there is no such file yet.
    pub(crate) fn read(&self) -> Result<Option<SavedData>, DataError> {
        let text = match fs::read_to_string(&self.0) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(DataError::Unreadable(self.0.clone(), error)),
        };
        self.parse(&text).map(Some)
    }

    fn parse(&self, text: &str) -> Result<SavedData, DataError> {
        let damaged = || DataError::Damaged(self.0.clone());
        let content: Content = serde_json::from_str(text).map_err(|_| damaged())?;
        let key = RS256KeyPair::from_pem(&content.private_key_pem).map_err(|_| damaged())?;
        Ok(SavedData {
            client_id: content.client_id,
            key,
            tool: content.tool,
        })
    }

    /// Writes beside the file and renames, so that a crash leaves the old file or the new one.
    pub(crate) fn write(&self, client_id: &str, key: &RS256KeyPair, tool: Option<&ToolSettings>) -> Result<(), DataError> {
        let content = Content {
            client_id: client_id.to_owned(),
            private_key_pem: key.to_pem().expect("a checked RSA key has a PEM text"),
            tool: tool.cloned(),
        };
        self.replace(&content)
            .map_err(|error| DataError::Unwritable(self.0.clone(), error))
    }

    fn replace(&self, content: &Content) -> io::Result<()> {
        if let Some(folder) = self.0.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut beside = self.0.clone().into_os_string();
        beside.push(".new");
        let beside = Path::new(&beside);
        let mut file = readable_by_owner_only().open(beside)?;
        file.write_all(&serde_json::to_vec_pretty(content)?)?;
        file.sync_all()?;
        fs::rename(beside, &self.0)
    }
}

fn readable_by_owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
