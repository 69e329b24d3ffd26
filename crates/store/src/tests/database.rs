//! A fresh, migrated database for each test.

use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, Database};
use uuid::Uuid;

use super::{CONTOSO, FABRIKAM, tenant};
use crate::{ConnectOptions, Store};

/// One database, with both tenants registered.
pub(super) struct TestDatabase {
    pub(super) store: Store,
    url: String,
}

impl TestDatabase {
    async fn create(url: String) -> Self {
        let store = Store::connect(&ConnectOptions {
            url: url.clone(),
            max_connections: 8,
        })
        .await
        .unwrap();
        migrations::migrate(store.connection()).await.unwrap();
        for id in [CONTOSO, FABRIKAM] {
            store.insert_tenant(&tenant(id)).await.unwrap();
        }
        Self { store, url }
    }

    /// The store of a second instance of the gateway: with connections of its own, unless the database is in memory.
    pub(super) async fn second_instance(&self) -> Store {
        if self.url.contains(":memory:") {
            return self.store.clone();
        }
        Store::connect(&ConnectOptions {
            url: self.url.clone(),
            max_connections: 8,
        })
        .await
        .unwrap()
    }
}

/// Runs a test on each database. In continuous integration PostgreSQL may not be left out.
pub(super) async fn on_each_database(test: impl AsyncFn(&TestDatabase)) {
    test(&TestDatabase::create("sqlite::memory:".to_owned()).await).await;

    on_sqlite_file(async |db, _| test(db).await).await;

    match std::env::var("TEST_POSTGRES_URL") {
        Ok(server) => on_postgres(&server, test).await,
        Err(_) if std::env::var("CI").is_ok_and(|ci| ci == "true") => panic!("TEST_POSTGRES_URL must be set in CI"),
        Err(_) => eprintln!("PostgreSQL was left out: TEST_POSTGRES_URL isn't set"),
    }
}

/// Runs a test on SQLite in a file, which it is given the path of.
pub(super) async fn on_sqlite_file(test: impl AsyncFn(&TestDatabase, &Path)) {
    let directory = TemporaryDirectory::create();
    let file = directory.0.join("gateway.db");
    let database = TestDatabase::create(format!("sqlite://{}?mode=rwc", file.display())).await;
    test(&database, &file).await;
}

async fn on_postgres(server: &str, test: impl AsyncFn(&TestDatabase)) {
    let name = format!("test_{}", Uuid::new_v4().simple());
    let admin = Database::connect(server).await.unwrap();
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    let mut url = url::Url::parse(server).unwrap();
    url.set_path(&name);
    let database = TestDatabase::create(url.to_string()).await;
    test(&database).await;
    admin
        .execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)"))
        .await
        .unwrap();
    admin.close().await.unwrap();
}

struct TemporaryDirectory(PathBuf);

impl TemporaryDirectory {
    fn create() -> Self {
        let path = std::env::temp_dir().join(format!("store-{}", Uuid::new_v4().simple()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for TemporaryDirectory {
    fn drop(&mut self) {
        // A directory that can't be deleted is left to the system.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
