//! The file of a SQLite database: registrations, names and sealed keys, for the gateway's own user only.

use std::fs::OpenOptions;
use std::str::FromStr as _;

use sea_orm::sqlx::sqlite::SqliteConnectOptions;

/// Creates the file with the permissions 0600 where `url` says that it may be created. SQLite would create it with 0644, and gives
/// its journals (`-wal`, `-shm`) the permissions of the file. An existing file stays as it is, for its operator may want a group to
/// read it. Where no file can be created, SQLite can't open one either, and says why.
pub(super) fn create_private(url: &str) {
    let Ok(options) = SqliteConnectOptions::from_str(url) else {
        return;
    };
    if !url.contains("mode=rwc") {
        return;
    }
    let mut file = OpenOptions::new();
    file.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        file.mode(0o600);
    }
    file.open(options.get_filename()).ok();
}
