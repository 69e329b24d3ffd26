//! A probe that writes to the database.

use sea_orm::{ConnectionTrait, DbErr, RuntimeErr, sqlx};
use time::OffsetDateTime;

use crate::rows::to_micros;
use crate::{Store, StoreError, sql};

/// Why the database can't be written, as far as it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// It doesn't answer in time, or can't be reached.
    #[error("The database doesn't answer.")]
    NoAnswer,
    /// Another program holds a lock on it.
    #[error("The database is locked by another program.")]
    Locked,
    /// There is no room for more.
    #[error("The database can't be written: the disk is full.")]
    Full,
    /// It may be read only.
    #[error("The database can't be written: it is read-only.")]
    ReadOnly,
    /// The disk fails.
    #[error("The database can't be written: the disk reports an error.")]
    Disk,
}

impl Store {
    /// Writes a row, which is committed as a launch is.
    ///
    /// # Errors
    /// Why it can't, beside the error itself.
    pub async fn probe_write(&self, at: OffsetDateTime) -> Result<(), (WriteError, StoreError)> {
        let written = async {
            let (_turn, db) = self.writing_session().await?;
            let statement = "INSERT INTO write_probes (id, written_at) VALUES (1, $1)
                ON CONFLICT (id) DO UPDATE SET written_at = excluded.written_at";
            db.execute_raw(sql(&db, statement, [to_micros(at).into()])).await?;
            Ok(())
        };
        written.await.map_err(|error: StoreError| (why(&error), error))
    }
}

fn why(error: &StoreError) -> WriteError {
    let StoreError::Unavailable(cause) = error else {
        return WriteError::NoAnswer;
    };
    let Some(DbErr::Query(RuntimeErr::SqlxError(cause)) | DbErr::Exec(RuntimeErr::SqlxError(cause))) = cause.downcast_ref()
    else {
        return WriteError::NoAnswer;
    };
    let sqlx::Error::Database(cause) = &**cause else {
        return WriteError::NoAnswer;
    };
    let code = cause.code().unwrap_or_default();
    by_code(&code)
}

/// The result codes of SQLite are numbers, whose lowest byte is the primary one; PostgreSQL's are five characters.
fn by_code(code: &str) -> WriteError {
    match code {
        "53100" => WriteError::Full,
        "25006" => WriteError::ReadOnly,
        "58030" => WriteError::Disk,
        "55P03" => WriteError::Locked,
        _ if code.len() == 5 => WriteError::NoAnswer,
        _ => match code.parse::<u32>().map(|code| code & 0xff) {
            Ok(5 | 6) => WriteError::Locked,
            Ok(8) => WriteError::ReadOnly,
            Ok(10) => WriteError::Disk,
            Ok(13) => WriteError::Full,
            _ => WriteError::NoAnswer,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_databases_say_why() {
        for (code, why) in [
            ("5", WriteError::Locked),
            ("517", WriteError::Locked),
            ("13", WriteError::Full),
            ("778", WriteError::Disk),
            ("1032", WriteError::ReadOnly),
            ("53100", WriteError::Full),
            ("25006", WriteError::ReadOnly),
            ("57014", WriteError::NoAnswer),
            ("", WriteError::NoAnswer),
        ] {
            assert_eq!(by_code(code), why, "{code}");
        }
    }
}
