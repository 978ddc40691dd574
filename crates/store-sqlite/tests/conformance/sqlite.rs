//! Makes installations in one temporary file each, and statements that go past the store.
//!
//! Knows nothing of promises.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use tempfile::TempDir;
use tsuho_store::conformance::sample::moment;
use tsuho_store::conformance::{Backend, Installation};
use tsuho_store::{Kind, Store};
use tsuho_store_sqlite::{Mode, SqliteStore, create, open};

/// SQLite, each installation in a folder of its own.
pub(crate) struct Sqlite;

/// One file.
pub(crate) struct OneFile {
    pub(crate) store: Arc<SqliteStore>,
    folder: TempDir,
}

impl OneFile {
    pub(crate) async fn create(kind: Kind) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("tsuho.db");
        let store = create(&path, kind, moment(1_000_000))
            .await
            .expect("a database in an empty folder");
        Self {
            store: Arc::new(store),
            folder,
        }
    }

    /// Returns the names of all triggers, sorted.
    pub(crate) async fn triggers(&self) -> Vec<String> {
        let options = SqliteConnectOptions::new().filename(self.path());
        let mut connection = options.connect().await.expect("the file is there");
        sqlx::query_scalar("select name from sqlite_schema where type = 'trigger' order by name")
            .fetch_all(&mut connection)
            .await
            .expect("every database has a schema")
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("tsuho.db")
    }
}

#[async_trait]
impl Backend for Sqlite {
    async fn create(&self, kind: Kind) -> Box<dyn Installation> {
        Box::new(OneFile::create(kind).await)
    }
}

#[async_trait]
impl Installation for OneFile {
    fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    async fn second(&self) -> Arc<dyn Store> {
        Arc::new(
            open(&self.path(), Mode::ReadWrite)
                .await
                .expect("the same file"),
        )
    }

    async fn tamper(&self, statement: &'static str) -> Result<(), String> {
        // As another program would: without looking at foreign keys.
        let options = SqliteConnectOptions::new()
            .filename(self.path())
            .foreign_keys(false);
        let mut connection = options.connect().await.map_err(|error| error.to_string())?;
        let done = sqlx::query(statement).execute(&mut connection).await;
        connection
            .close()
            .await
            .map_err(|error| error.to_string())?;
        done.map(drop).map_err(|error| error.to_string())
    }
}
