//! A database as the schema before numbers were keys held it is brought to this one, and nothing is lost on the way.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use tsuho_store::conformance::sample::{append, behind, case, clock, command, stream, win};
use tsuho_store::{
    CaseFilter, ClockFilter, Command, Expected, Limit, Position, Request, Store, StreamName,
};

use super::trial::Trial;
use crate::open::MIGRATOR;
use crate::{Mode, SqliteStore};

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

/// Rows that contradict each other, in which an upgrade that joins them could lose some.
const CONTRADICTIONS: &[&str] = &[
    "delete from streams where stream = 'case/two'",
    "insert into streams values ('case/none', 1, zeroblob(32), 0, null)",
    "insert into clocks values ('case_none', 'd', 'o', 'r', null, 'running', 0)",
    "update cases set case_id = 'case_other' where number = 1",
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
        digest: tsuho_ledger::Digest::of(b"k"),
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

/// Makes a database of the schema before, with the rows of `today` and then what `meddled` does to them.
async fn earlier(today: &Trial, meddled: &str) -> Trial {
    let trial = Trial::empty();
    let options = SqliteConnectOptions::new()
        .filename(trial.path())
        .create_if_missing(true)
        .foreign_keys(false);
    let mut connection = options.connect().await.expect("an empty folder");
    let migrated = MIGRATOR.run_to(BEFORE, &mut connection).await;
    migrated.expect("the migrations are sound");
    let statements = format!(
        "attach '{}' as today; {BACKWARDS} {meddled}",
        today.path().display()
    );
    let filled = sqlx::raw_sql(AssertSqlSafe(statements));
    let filled = filled.execute(&mut connection).await;
    filled.expect("the statements are sound");
    connection.close().await.expect("nothing is open");
    trial
}

#[tokio::test]
async fn an_upgrade_loses_nothing_and_fails_where_rows_contradict_each_other() {
    let today = Trial::new().await;
    let store = today.open(Mode::ReadWrite).await.expect("it opens");
    fill(&store).await;
    let before = told(&store).await;
    store.close().await;
    let trial = earlier(&today, "").await;
    let store = trial.open(Mode::ReadWrite).await.expect("it is upgraded");
    assert_eq!(told(&store).await, before);
    // It goes on where it was.
    let next = append(&stream("case/three"), Expected::New, 1, "three");
    win(&store, command(vec![next])).await.expect("it goes on");
    store.close().await;
    let mut caught = 0;
    for meddled in CONTRADICTIONS {
        let trial = earlier(&today, meddled).await;
        let held = trial.connect().await;
        held.close().await.expect("nothing is open");
        let bytes = std::fs::read(trial.path()).expect("it is there");
        let upgraded = trial.open(Mode::ReadWrite).await.map(drop);
        let is_as_it_was = std::fs::read(trial.path()).expect("it is there")[100..] == bytes[100..];
        println!("{meddled}: {upgraded:?}, as it was: {is_as_it_was}");
        caught += usize::from(upgraded.is_err() && is_as_it_was);
    }
    println!(
        "rows that contradict each other: planted {}, caught {caught}",
        CONTRADICTIONS.len()
    );
    assert_eq!(caught, CONTRADICTIONS.len());
}
