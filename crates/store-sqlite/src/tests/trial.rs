//! A database in a folder of its own, with one committed record, for the tests of this crate.
//!
//! Whatever a test does to the file, it asks here whether anything was half written.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tempfile::TempDir;
use tsuho_ledger::{Digest, FormatVersion, Header, Moment, Part, PartClass, Record, Salt};
use tsuho_store::{
    Append, Batch, Command, Error, Expected, Kind, Limit, Outcome, Position, Store, StreamName,
};

use crate::open::open_waiting;
use crate::{Mode, SqliteStore, create};

/// How long the tests wait for a lock that nobody gives back.
pub(crate) const IMPATIENCE: Duration = Duration::from_millis(30);

/// The folder, removed when it is dropped.
pub(crate) struct Trial {
    folder: TempDir,
}

impl Trial {
    /// Makes a folder without a database.
    pub(crate) fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    /// Makes a folder with a database that holds one record, and closes it.
    pub(crate) async fn new() -> Self {
        Self::filled(Self::empty()).await
    }

    /// Makes one within another folder.
    pub(crate) async fn within(folder: &Path) -> Self {
        let folder = tempfile::tempdir_in(folder).expect("a temporary folder");
        Self::filled(Self { folder }).await
    }

    async fn filled(trial: Self) -> Self {
        let now = Moment::from_micros(0).expect("1970 is in range");
        let store = create(&trial.path(), Kind::Real, now)
            .await
            .expect("an empty folder");
        store
            .commit(&append("case/first", 1, 1))
            .await
            .expect("nothing stands in the way");
        store.close().await;
        trial
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("tsuho.db")
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub(crate) async fn open(&self, mode: Mode) -> Result<SqliteStore, Error> {
        open_waiting(&self.path(), mode, IMPATIENCE).await
    }

    /// Opens the file past the store, as another program would: without looking at foreign keys.
    pub(crate) async fn connect(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new()
            .filename(self.path())
            .busy_timeout(IMPATIENCE)
            .foreign_keys(false);
        options.connect().await.expect("the file can be opened")
    }

    /// Runs statements past the store.
    pub(crate) async fn execute(&self, statements: &str) {
        let mut connection = self.connect().await;
        sqlx::raw_sql(AssertSqlSafe(statements.to_owned()))
            .execute(&mut connection)
            .await
            .expect("the statements are sound");
        connection.close().await.expect("nothing is open");
    }

    /// Returns every file of the folder with the digest of its bytes.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Digest> {
        fs::read_dir(self.folder.path())
            .expect("the folder is there")
            .map(|entry| entry.expect("an entry of the folder").path())
            .map(|path| {
                let bytes = fs::read(&path).expect("a file of the folder");
                (path, Digest::of(&bytes))
            })
            .collect()
    }
}

/// Returns a batch of one command that appends `count` records with parts of `size` bytes to a stream without any.
pub(crate) fn append(stream: &str, count: u64, size: usize) -> Batch {
    let stream: StreamName = stream.parse().expect("a stream's name");
    let label = |text: &str| text.parse().expect("a label");
    let now = Moment::from_micros(0).expect("1970 is in range");
    let mut prev = Digest::ZERO;
    let records = (0..count)
        .map(|seq| {
            let header = Header {
                v: FormatVersion::default(),
                stream: stream.label().clone(),
                seq,
                prev,
                system: None,
                r#type: label("NoteAdded"),
                type_v: 1,
                recorded_at: now,
                occurred_at: now,
                person: label("person_1"),
                via: label("os"),
                role: None,
                command: label("cmd_1"),
                semantics: 1,
                workflow: None,
                state: None,
                parts: BTreeMap::new(),
            };
            let part = Part {
                class: PartClass::Operational,
                salt: Salt::from_bytes([7; 32]),
                bytes: format!("\"{}\"", "x".repeat(size)).into_bytes(),
            };
            let record = Record::seal(header, vec![part]).expect("a sound record");
            prev = record.hash();
            record
        })
        .collect();
    let append = Append::new(stream, Expected::New, records).expect("a chain");
    let command = Command {
        appends: vec![append],
        ..Command::default()
    };
    Batch::new(vec![command]).expect("one command")
}

/// Commits records to a stream without any and says whether they won.
pub(crate) async fn won(store: &SqliteStore, stream: &str) -> bool {
    let outcomes = store
        .commit(&append(stream, 2, 1))
        .await
        .expect("the store accepts writes");
    matches!(outcomes[..], [Outcome::Committed { .. }])
}

/// Returns the streams of the ledger's records, once every record could be opened and none is missing.
pub(crate) async fn history(store: &SqliteStore) -> Vec<String> {
    let records = store
        .ledger_records(Position(0), Limit::MAX)
        .await
        .expect("the ledger can be read");
    let size = store.ledger().await.expect("the ledger can be read").size;
    assert_eq!(
        size,
        Position(records.len() as u64),
        "records and the ledger's size"
    );
    records
        .into_iter()
        .map(|record| {
            assert_eq!(record.parts.len(), 1, "parts of {}", record.position);
            record
                .open()
                .expect("a sound record")
                .record
                .header()
                .stream
                .to_string()
        })
        .collect()
}
