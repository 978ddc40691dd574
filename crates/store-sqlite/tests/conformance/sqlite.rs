//! Makes installations in one temporary file each, and statements that go past the store.
//!
//! Knows nothing of promises.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tempfile::TempDir;
use tsuho_store::conformance::sample::moment;
use tsuho_store::conformance::{Backend, Installation, Table, Tampering};
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

    /// Runs a statement as another program would: without looking at foreign keys.
    pub(crate) async fn execute(&self, statement: String) -> Result<(), String> {
        let options = SqliteConnectOptions::new()
            .filename(self.path())
            .foreign_keys(false);
        let mut connection = options.connect().await.map_err(|error| error.to_string())?;
        let done = sqlx::query(AssertSqlSafe(statement))
            .execute(&mut connection)
            .await;
        connection
            .close()
            .await
            .map_err(|error| error.to_string())?;
        done.map(drop).map_err(|error| error.to_string())
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

    async fn tamper(&self, tampering: Tampering) -> Result<(), String> {
        self.execute(statement(tampering)).await
    }
}

/// Returns the statement that tries it.
fn statement(tampering: Tampering) -> String {
    let text = match tampering {
        Tampering::Change(table) => {
            return format!("update {} set {1} = {1}", name(table), column(table));
        }
        Tampering::Remove(table) => return format!("delete from {}", name(table)),
        Tampering::Replace(table) => {
            return format!("insert or replace into {0} select * from {0}", name(table));
        }
        Tampering::ReplaceInStream => {
            "insert or replace into events select 2, stream, seq, header, hash from events where position = 1"
        }
        Tampering::SkipPosition => {
            "insert into events select 7, stream, seq + 1, header, hash from events where position = 1"
        }
        Tampering::SkipSeq => {
            "insert into events select 2, stream, seq + 2, header, hash from events where position = 1"
        }
        Tampering::BeginTwice => {
            "insert into events select 2, stream, 0, header, hash from events where position = 1"
        }
        Tampering::RenameStream => "update streams set stream = stream || 'x'",
        Tampering::RemoveStream => "delete from streams",
        Tampering::AddPartWithoutEvent => {
            "insert into parts select 99, class, salt, bytes from parts where position = 1"
        }
        Tampering::NameErasureBy(position) => {
            return format!("insert into erasures values (0, 'personal', {position})");
        }
        Tampering::RemoveErasedPart => {
            "delete from parts where position = 0 and class = 'personal'"
        }
        Tampering::RestoreErasedPart => {
            "insert into parts select 0, class, salt, bytes from parts where position = 1 and class = 'personal'"
        }
        Tampering::ShrinkLedger => "update ledger set size = size - 1",
        Tampering::ReuseCaseNumber => "update ledger set next_case_number = next_case_number - 1",
        Tampering::MakeDrillReal => "update ledger set kind = 'real', virtual_now = null",
        Tampering::TurnBackPresent => "update ledger set virtual_now = virtual_now - 1",
        Tampering::MoveCreation => "update ledger set created_at = created_at + 1",
    };
    text.to_owned()
}

fn name(table: Table) -> &'static str {
    match table {
        Table::Events => "events",
        Table::Parts => "parts",
        Table::Erasures => "erasures",
        Table::Requests => "requests",
        Table::Blobs => "blobs",
        Table::Workflows => "workflows",
        Table::Calendars => "calendars",
        Table::Ledger => "ledger",
    }
}

/// Returns a column that can be written to.
fn column(table: Table) -> &'static str {
    match table {
        Table::Events => "header",
        Table::Parts | Table::Blobs => "bytes",
        Table::Erasures => "erased_by_position",
        Table::Requests => "command",
        Table::Workflows | Table::Calendars => "source",
        Table::Ledger => "size",
    }
}
