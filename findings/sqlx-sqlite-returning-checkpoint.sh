#!/usr/bin/env bash
# sqlx 0.9.0 on SQLite: `INSERT … RETURNING` by `fetch_one` or `fetch_optional` never runs the automatic checkpoint, and a commit that fails is
# an Ok. By `fetch_all`, which reads the statement to its end, both are right.
#
# Ends with 0 while sqlx behaves so, else with 1. Needs cargo and a C compiler, and the registry once. Not part of CI.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/src"

cat >"$folder/Cargo.toml" <<'TOML'
[package]
name = "finding"
version = "0.0.0"
edition = "2024"

[dependencies]
libsqlite3-sys = "=0.37.0"
sqlx = { version = "=0.9.0", default-features = false, features = ["runtime-tokio", "sqlite"] }
tokio = { version = "=1.54.1", features = ["macros", "rt"] }

[workspace]
TOML

cat >"$folder/src/main.rs" <<'RUST'
use std::{fs, path::Path, process::ExitCode, str::FromStr};

use sqlx::{ConnectOptions, Connection, Row, SqliteConnection, sqlite::SqliteConnectOptions};

const ROWS: u64 = 2_000;
const PAYLOAD: usize = 4_000;

#[derive(Clone, Copy, Debug)]
enum How {
    One,
    Optional,
    All,
}

async fn open(folder: &Path, name: &str) -> SqliteConnection {
    let url = format!("sqlite://{}/{name}.db?mode=rwc", folder.display());
    let options = SqliteConnectOptions::from_str(&url).unwrap().pragma("journal_mode", "WAL");
    options.pragma("foreign_keys", "ON").connect().await.unwrap()
}

async fn run(connection: &mut SqliteConnection, how: How, text: &'static str, payload: &[u8]) -> Result<(), sqlx::Error> {
    let query = sqlx::query(text).bind(payload);
    match how {
        How::One => query.fetch_one(connection).await.map(drop),
        How::Optional => query.fetch_optional(connection).await.map(drop),
        How::All => query.fetch_all(connection).await.map(drop),
    }
}

/// How large the journal is after all rows.
async fn journal(folder: &Path, how: How) -> u64 {
    let name = format!("journal-{how:?}");
    let mut connection = open(folder, &name).await;
    sqlx::query("CREATE TABLE t (id INTEGER PRIMARY KEY, payload BLOB)").execute(&mut connection).await.unwrap();
    for _ in 0..ROWS {
        run(&mut connection, how, "INSERT INTO t (payload) VALUES ($1) RETURNING id", &[7; PAYLOAD]).await.unwrap();
    }
    let size = fs::metadata(folder.join(format!("{name}.db-wal"))).unwrap().len();
    connection.close().await.unwrap();
    size
}

/// What the caller is told of an insertion whose commit fails, and how many rows are there afterwards.
async fn failed_commit(folder: &Path, how: How) -> (bool, i64) {
    let mut connection = open(folder, &format!("commit-{how:?}")).await;
    let tables = "CREATE TABLE parent (id BLOB PRIMARY KEY);
        CREATE TABLE child (parent BLOB REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)";
    sqlx::raw_sql(tables).execute(&mut connection).await.unwrap();
    let told = run(&mut connection, how, "INSERT INTO child (parent) VALUES ($1) RETURNING parent", &[7]).await;
    let count = sqlx::query("SELECT COUNT(*) FROM child").fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    (told.is_ok(), count.get(0))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let folder = std::env::args().nth(1).unwrap();
    let folder = Path::new(&folder);
    let mut connection = open(folder, "version").await;
    let version = sqlx::query("SELECT sqlite_version()").fetch_one(&mut connection).await.unwrap();
    println!("sqlx 0.9.0, libsqlite3-sys 0.37.0, SQLite {}", version.get::<String, _>(0));
    let mut as_known = true;
    for how in [How::One, How::Optional, How::All] {
        let size = journal(folder, how).await;
        let (ok, rows) = failed_commit(folder, how).await;
        let told = if ok { "Ok" } else { "Err" };
        println!("{how:?}: journal of {size} bytes after {ROWS} insertions; a commit that fails: {told}, {rows} rows");
        let stopped = !matches!(how, How::All);
        // The automatic checkpoint is due at 1,000 pages of 4,096 bytes.
        as_known &= (size > 6_000_000) == stopped && ok == stopped && rows == 0;
    }
    println!("{}", if as_known { "as known" } else { "CHANGED: see findings/README.md" });
    ExitCode::from(u8::from(!as_known))
}
RUST

cargo run --quiet --manifest-path "$folder/Cargo.toml" -- "$folder"
