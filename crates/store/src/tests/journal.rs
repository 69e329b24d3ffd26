//! SQLite's journal stays small under writes, and is truncated after a long reader made it grow.

use std::path::{Path, PathBuf};

use sea_orm::TransactionTrait as _;

use super::database::on_sqlite_file;
use super::*;
use crate::database::JOURNAL_SIZE_LIMIT;
use crate::{LaunchQuery, query_first, sql};

/// A launch writes some ten pages of 4 KiB: without a checkpoint these would be more than 60 MB.
const LAUNCHES: u64 = 2_000;

#[tokio::test]
async fn launches_leave_a_small_journal() {
    on_sqlite_file(async |db, file| {
        let registration = add(&db.store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let largest = record(&db.store, &registration, 0..LAUNCHES, file).await;
        assert!(
            largest <= u64::from(JOURNAL_SIZE_LIMIT),
            "the journal grew to {largest} bytes"
        );
    })
    .await;
}

/// Readers that come and go all the time: mostly some part of the journal is in use.
#[tokio::test(flavor = "multi_thread")]
async fn launches_beside_readers_leave_a_small_journal() {
    on_sqlite_file(async |db, file| {
        let registration = add(&db.store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let readers: Vec<_> = (0..4)
            .map(|_| {
                let store = db.store.clone();
                tokio::spawn(async move {
                    let query = LaunchQuery {
                        limit: 50,
                        ..LaunchQuery::default()
                    };
                    loop {
                        store.list_launches(CONTOSO, &query).await.unwrap();
                    }
                })
            })
            .collect();
        let largest = record(&db.store, &registration, 0..LAUNCHES, file).await;
        for reader in readers {
            reader.abort();
        }
        assert!(
            largest <= 4 * u64::from(JOURNAL_SIZE_LIMIT),
            "the journal grew to {largest} bytes"
        );
    })
    .await;
}

#[tokio::test]
async fn a_journal_that_a_long_reader_made_large_is_given_back() {
    on_sqlite_file(async |db, file| {
        let registration = add(&db.store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let reader = db.store.connection().begin().await.unwrap();
        query_first(&reader, sql(&reader, "SELECT COUNT(*) FROM launches", []))
            .await
            .unwrap();
        let largest = record(&db.store, &registration, 0..LAUNCHES, file).await;
        assert!(
            largest > 2 * u64::from(JOURNAL_SIZE_LIMIT),
            "the reader held back only {largest} bytes"
        );
        reader.commit().await.unwrap();
        record(&db.store, &registration, LAUNCHES..LAUNCHES + 10, file).await;
        let left = journal_size(file);
        assert!(left <= u64::from(JOURNAL_SIZE_LIMIT), "{left} bytes of {largest} are left");
    })
    .await;
}

/// Launches that wait are written together: the pages that all of them change go to the journal once.
#[tokio::test]
async fn launches_at_once_share_a_commit() {
    on_sqlite_file(async |db, file| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let before = journal_size(file);
        // Somebody else writes at the moment.
        let turn = store.begin().await.unwrap();
        let launches: Vec<_> = (0..64_u128)
            .map(|number| {
                let launch = AcceptedLaunch {
                    state_id: number.to_be_bytes(),
                    ..accepted(&registration, "1", 0, at(0))
                };
                let store = store.clone();
                tokio::spawn(async move { store.record_launch(&launch).await.unwrap() })
            })
            .collect();
        tokio::task::yield_now().await;
        drop(turn);
        for recorded in futures_util::future::join_all(launches).await {
            assert_eq!(recorded.unwrap(), RecordedLaunch::Recorded);
        }
        let written = journal_size(file) - before;
        assert!(
            written < 400_000,
            "{written} bytes for 64 launches; alone each takes at least 24,000"
        );
    })
    .await;
}

/// Records a launch for each number; answers how large the journal was at the most.
async fn record(store: &Store, registration: &Registration, numbers: std::ops::Range<u64>, file: &Path) -> u64 {
    let mut largest = 0;
    for number in numbers {
        let launch = AcceptedLaunch {
            state_id: u128::from(number).to_be_bytes(),
            checks: format!("[{}]", "0,".repeat(1_500)),
            ..accepted(registration, "1", 0, at(0))
        };
        assert_eq!(store.record_launch(&launch).await.unwrap(), RecordedLaunch::Recorded);
        largest = largest.max(journal_size(file));
    }
    largest
}

fn journal_size(file: &Path) -> u64 {
    let mut journal = file.as_os_str().to_owned();
    journal.push("-wal");
    std::fs::metadata(PathBuf::from(journal)).unwrap().len()
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_the_file_and_its_journals() {
    use std::os::unix::fs::PermissionsExt as _;

    on_sqlite_file(async |_, file| {
        for suffix in ["", "-wal", "-shm"] {
            let mut path = file.as_os_str().to_owned();
            path.push(suffix);
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{path:?}: {mode:o}");
        }
    })
    .await;
}
