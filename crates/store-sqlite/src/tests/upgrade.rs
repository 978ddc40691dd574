//! A database of each earlier schema is brought to this one, and nothing is lost or hidden on the way.

use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use tsuho_ledger::Digest;
use tsuho_store::conformance::sample::{append, behind, case, clock, command, stream, win};
use tsuho_store::{
    CaseFilter, ClockFilter, Command, Error, Expected, Limit, Position, Request, Store, StreamName,
};

use super::trial::Trial;
use crate::failure::Context;
use crate::open::{MIGRATOR, open_waiting};
use crate::{Inspection, Mode, SCHEMA_VERSION, SqliteStore, schema};

/// The schema in which the names of streams and the ids of cases were keys.
const BEFORE: i64 = 6;

/// Takes a schema-6 file's rows from a database of today, which is attached as `today`.
const BACKWARDS: &str = "
    insert into ledger select * from today.ledger;
    insert into streams select stream, version, head, revision, wake_at from today.streams;
    insert into events
        select position, streams.stream, seq, header, hash
        from today.events join today.streams on first_position = events.stream
        order by position;
    insert into parts select * from today.parts;
    insert into requests select * from today.requests;
    insert into cases
        select case_id, number, workflow, workflow_version, workflow_digest, state, phase, title, opened_at, closed_at,
               7, incident_id, pending
        from today.cases order by number desc;
    insert into clocks
        select case_id, duty, obligation, recipient, due_at, status, provisional
        from today.clocks join today.cases on number = case_number;
";

/// Rows that contradict each other, in which an upgrade that joins them could lose some, and one that is named.
const CONTRADICTIONS: &[(&str, &str)] = &[
    ("delete from streams where stream = 'case/two'", "events 4"),
    (
        "insert into streams values ('case/none', 1, zeroblob(32), 0, null)",
        "streams case/none",
    ),
    (
        "insert into clocks values ('case_none', 'd', 'o', 'r', null, 'running', 0)",
        "clocks case_none/d",
    ),
    (
        "update cases set case_id = 'case_other' where number = 1",
        "clocks case_1/a",
    ),
];

/// What an upgrade would hide or trip over: the first schema in which it can be done, what is done, and what is named.
const ALTERATIONS: &[(i64, &str, &str)] = &[
    (1, "drop trigger events_stay", "trigger events_stay missing"),
    (
        1,
        "drop trigger events_follow;
         create trigger events_follow before insert on events begin select 1; end",
        "trigger events_follow changed",
    ),
    (
        1,
        "drop trigger ledger_forward;
         create trigger ledger_forward before update on ledger begin select 1; end",
        "trigger ledger_forward changed",
    ),
    (
        1,
        "create trigger copied after insert on parts begin select 1; end",
        "trigger copied extra",
    ),
    (
        1,
        "alter table cases add column note text",
        "table cases changed",
    ),
    (
        1,
        "alter table streams rename column wake_at to woken_at",
        "table streams changed",
    ),
    (
        1,
        "pragma writable_schema = on;
         update sqlite_schema set sql = replace(sql, 'check (length(hash) = 32)', '') where name = 'events'",
        "table events changed",
    ),
    (1, "drop table erasures", "table erasures missing"),
    (2, "drop table incidents", "table incidents missing"),
    (3, "drop table leases", "table leases missing"),
    (4, "drop table snapshots", "table snapshots missing"),
    (1, "create table notes (text)", "table notes extra"),
    (1, "drop index streams_wake", "index streams_wake missing"),
    (5, "drop index cases_open", "index cases_open missing"),
    (
        6,
        "drop index clocks_running",
        "index clocks_running missing",
    ),
    (
        1,
        "drop index clocks_due; create index clocks_due on clocks (due_at)",
        "index clocks_due changed",
    ),
    (
        1,
        "create index by_hash on events (hash)",
        "index by_hash extra",
    ),
    (
        1,
        "create view records as select * from events",
        "view records extra",
    ),
    (
        1,
        "update _sqlx_migrations set checksum = zeroblob(48) where version = 1",
        "migration 1 changed",
    ),
    (
        2,
        "delete from _sqlx_migrations where version = 1",
        "migration 1 missing",
    ),
    (
        1,
        "insert into _sqlx_migrations values (70, 'more', 'then', 1, x'', 0)",
        "migration 70 extra",
    ),
    (1, "delete from _sqlx_migrations", "migration 1 missing"),
    (
        1,
        "pragma user_version = 0; delete from _sqlx_migrations",
        "table events extra",
    ),
    (
        2,
        "pragma user_version = 1",
        "pragma user_version changed",
    ),
    (
        1,
        "pragma user_version = 0",
        "pragma user_version changed",
    ),
    (
        1,
        "insert into _sqlx_migrations values (7, 'done', 'then', 1, x'', 0)",
        "pragma_user_version",
    ),
];

/// What the migrations up to each version make, as a digest of its text. A library that writes it in other words would have
/// every file of that version refused.
const MADE: [&str; 7] = [
    "4f899249129b689ba92855bb841acea35407ab6f27eaaccd65f84dbd7019d6b6",
    "2e1b7152e9507252fe2626c5c1dc53f7f0a9792722a6c0aed51ec35f60c09e60",
    "631f5f32e43fc2922ca2bd08de8eb608ba08312076ad85151c45cda84e59b593",
    "21f0d425fa5efb1b13c42e1a633f157487fb589e062db9a9ae1c4d99064822a1",
    "b65bf63b2be1d5e3b9d4798c7c967bb50c6be340cf98acb600c39c84fdd39aeb",
    "2f23f02b5fa23dee738f511b1ab0e6281deb5807b547ef7ba6ead496097e2914",
    "d1c8f108b30cab4d7c4d0ce9d9aac79eb8fd150d21f4fd078aa271a200554e4f",
];

/// Writes two cases with clocks, and an event of the installation between those of the first.
async fn fill(store: &SqliteStore) {
    let one = append(&stream("case/one"), Expected::New, 2, "one");
    let more = append(&stream("case/one"), behind(&one), 1, "more");
    let opening = |number, first| Command {
        case_numbers: vec![number],
        cases: vec![case(number, "open")],
        clocks: vec![clock(number, "b", Some(9)), clock(number, "a", None)],
        ..command(vec![first])
    };
    let system = append(&StreamName::system(), Expected::New, 1, "system");
    let two = append(&stream("case/two"), Expected::New, 1, "two");
    let request = Request {
        person: "person_1".to_owned(),
        key: "k".to_owned(),
        digest: Digest::of(b"k"),
        command: "cmd_k".to_owned(),
    };
    let asked = Command {
        request: Some(request),
        ..opening(1, one)
    };
    for written in [
        asked,
        command(vec![system]),
        opening(2, two),
        command(vec![more]),
    ] {
        win(store, written)
            .await
            .expect("nothing stands in the way");
    }
}

/// Returns everything that a reader of the store is told.
async fn told(store: &SqliteStore) -> String {
    let records = store.ledger_records(Position(0), Limit::MAX).await;
    let one = store
        .stream_records(&stream("case/one"), 0, Limit::MAX)
        .await;
    let heads = store.streams(None, Limit::MAX).await;
    let cases = store.cases(&CaseFilter::default(), None, Limit::MAX).await;
    let clocks = store
        .clocks(&ClockFilter::default(), None, Limit::MAX)
        .await;
    format!("{records:#?} {one:#?} {heads:#?} {cases:#?} {clocks:#?}")
}

/// Makes a database of an earlier schema, with what `filled` puts into it.
async fn earlier(version: i64, filled: &str) -> Trial {
    let trial = Trial::empty();
    let options = SqliteConnectOptions::new()
        .filename(trial.path())
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .foreign_keys(false);
    let mut connection = options.connect().await.expect("an empty folder");
    let migrated = MIGRATOR.run_to(version, &mut connection).await;
    migrated.expect("the migrations are sound");
    let filled = sqlx::raw_sql(AssertSqlSafe(filled.to_owned()));
    let filled = filled.execute(&mut connection).await;
    filled.expect("the statements are sound");
    connection.close().await.expect("nothing is open");
    trial
}

/// Makes a database of the schema before, with the rows of `today` and then what `meddled` does to them.
async fn before(today: &Trial, meddled: &str) -> Trial {
    let today = today.path();
    let filled = format!(
        "attach '{}' as today; {BACKWARDS} {meddled}",
        today.display()
    );
    earlier(BEFORE, &filled).await
}

/// Makes a database of an earlier schema that holds no record.
async fn bare(version: i64, meddled: &str) -> Trial {
    let column = if version > 1 { ", 1" } else { "" };
    let filled = format!("insert into ledger values (0, 0, 1, 'real', null, 0{column}); {meddled}");
    earlier(version, &filled).await
}

/// Says in one line for each what a refusal names.
fn named(refused: &Error) -> Vec<String> {
    match refused {
        Error::Contradictory { rows, .. } => rows
            .iter()
            .map(|row| format!("{} {}", row.table, row.row))
            .collect(),
        Error::Altered { objects, .. } => objects
            .iter()
            .map(|object| {
                let how = match (&object.expected, &object.found) {
                    (Some(_), Some(_)) => "changed",
                    (Some(_), None) => "missing",
                    (None, _) => "extra",
                };
                format!("{} {} {how}", object.kind, object.name)
            })
            .collect(),
        Error::Corrupt { table, .. } => vec![(*table).to_owned()],
        other => vec![other.to_string()],
    }
}

/// Opens a database that is not to be upgraded, and says whether what is wrong was named and every file of the folder stayed
/// as it was.
async fn is_refused(trial: &Trial, expected: &str) -> bool {
    let before = trial.files();
    let Err(refused) = trial.open(Mode::ReadWrite).await.map(drop) else {
        println!("not refused: {expected}");
        return false;
    };
    let named = named(&refused);
    let is_as_it_was = trial.files() == before;
    if !named.iter().any(|one| one == expected) || !is_as_it_was {
        println!("{expected}: {named:?}, as it was: {is_as_it_was}");
        return false;
    }
    true
}

#[tokio::test]
async fn an_upgrade_loses_nothing_and_is_refused_where_rows_contradict_each_other() {
    let today = Trial::new().await;
    let store = today.open(Mode::ReadWrite).await.expect("it opens");
    fill(&store).await;
    let expected = told(&store).await;
    store.close().await;
    let trial = before(&today, "").await;
    let store = trial.open(Mode::ReadWrite).await.expect("it is upgraded");
    assert_eq!(told(&store).await, expected);
    // It goes on where it was.
    let next = append(&stream("case/three"), Expected::New, 1, "three");
    win(&store, command(vec![next])).await.expect("it goes on");
    store.close().await;
    let mut caught = 0;
    for (meddled, row) in CONTRADICTIONS {
        let trial = before(&today, meddled).await;
        caught += usize::from(is_refused(&trial, row).await);
    }
    println!(
        "rows that contradict each other: planted {}, caught {caught}",
        CONTRADICTIONS.len()
    );
    assert_eq!(caught, CONTRADICTIONS.len());
}

#[tokio::test]
async fn a_schema_that_somebody_changed_is_not_hidden_by_an_upgrade() {
    let (mut planted, mut caught) = (0, 0);
    for version in 1..SCHEMA_VERSION {
        let trial = bare(version, "").await;
        let store = trial.open(Mode::ReadWrite).await.expect("it is upgraded");
        store.close().await;
        let mut inspection = Inspection::open(&trial.path()).await.expect("a database");
        let mut objects = inspection.schema().await.expect("it can be read");
        objects.retain(|object| object.expected != object.found);
        assert_eq!(objects, [], "from schema {version}");
        inspection.close().await;
        for (first, meddled, object) in ALTERATIONS {
            if version >= *first {
                let trial = bare(version, meddled).await;
                planted += 1;
                caught += usize::from(is_refused(&trial, object).await);
            }
        }
    }
    println!("changed schemas of earlier versions: planted {planted}, caught {caught}");
    assert_eq!(caught, planted);
}

#[tokio::test]
async fn what_a_version_makes_stays_the_same() {
    let context = Context::new("".as_ref(), Duration::ZERO);
    let mut made = Vec::new();
    for version in 1..=SCHEMA_VERSION {
        let mut objects = schema::made_afresh(version, context).await.expect("made");
        objects.sort();
        made.push(Digest::of(format!("{objects:?}").as_bytes()).to_string());
    }
    assert_eq!(made, MADE);
}

#[tokio::test]
async fn of_several_that_upgrade_at_once_one_does_and_all_go_on() {
    let today = Trial::new().await;
    let store = today.open(Mode::ReadWrite).await.expect("it opens");
    fill(&store).await;
    let expected = told(&store).await;
    store.close().await;
    let trial = before(&today, "").await;
    let path = trial.path();
    let opening = || async {
        let store = open_waiting(&path, Mode::ReadWrite, Duration::from_secs(20)).await;
        let store = store.expect("it is upgraded");
        assert_eq!(told(&store).await, expected);
        store.close().await;
    };
    tokio::join!(opening(), opening(), opening(), opening());
}
