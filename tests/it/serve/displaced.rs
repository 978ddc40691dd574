//! Removes, moves and replaces the files of a database under a server that runs: it says so and ends, and what anybody else
//! was told is on record stays so.
//! What one process is told at a write is stated in `crates/store-sqlite/src/place/tests.rs`.

use std::fs;
use std::path::Path;

use tsuho_core::time::Span;

use super::alarms::{Alarms, now};
use super::serving::Serving;

/// What somebody does in the folder of a database, and what they leave there.
type Deed = (&'static str, fn(&Path), Left);

/// What lies there afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    /// The database and its log.
    Everything,
    /// A database, without what was in its log.
    NoLog,
    /// No database.
    Nothing,
}

const DEEDS: &[Deed] = &[
    (
        "the index is removed",
        |folder| remove(folder, &["a.db-shm"]),
        Left::Everything,
    ),
    (
        "log and index are removed",
        |folder| remove(folder, &["a.db-wal", "a.db-shm"]),
        Left::NoLog,
    ),
    (
        "everything is removed",
        |folder| remove(folder, &["a.db", "a.db-wal", "a.db-shm"]),
        Left::Nothing,
    ),
    (
        "it is renamed",
        |folder| rename(folder, "a.db", "b.db"),
        Left::Nothing,
    ),
    (
        "a copy takes its place",
        |folder| {
            fs::copy(folder.join("a.db"), folder.join("c.db")).expect("it is there");
            remove(folder, &["a.db-wal", "a.db-shm"]);
            rename(folder, "c.db", "a.db");
        },
        Left::NoLog,
    ),
];

fn remove(folder: &Path, names: &[&str]) {
    for name in names {
        fs::remove_file(folder.join(name)).expect("it is there");
    }
}

fn rename(folder: &Path, from: &str, to: &str) {
    fs::rename(folder.join(from), folder.join(to)).expect("it is there");
}

#[test]
fn a_server_whose_files_were_replaced_ends_and_takes_nothing_from_others() {
    let mut caught = 0;
    for (what, deed, left) in DEEDS {
        // Nothing falls due: what is in the file is what others wrote.
        let alarms = Alarms::new(&[now().plus(Span::from_minutes(-1))]);
        let serving = Serving::on(&alarms, "log");
        serving.wait_until_started();
        super::serving::until("the lease is taken", || serving.has_logged("lease taken"));
        // Whatever lies in the log is brought over by whoever ends, and the server holds it open.
        alarms.done("user add Before");
        let before = alarms.records();
        deed(alarms.folder());
        let before = match left {
            Left::Everything | Left::Nothing => before,
            Left::NoLog => alarms.records(),
        };
        let told = (*left != Left::Nothing).then(|| alarms.tsuho("user add Behind"));
        let (status, log) = serving.ended();
        assert_ne!(status.code(), Some(0), "{what}: {log}");
        caught += usize::from(log.contains("is not the file that was opened"));
        if let Some(told) = told {
            assert!(told.is_an_answer(), "{what}: {told:?}");
            let acknowledged = u64::from(told.code == Some(0));
            alarms.done("database check");
            alarms.verified();
            let records = alarms.records();
            assert!(records >= before + acknowledged, "{what}: {told:?}");
        }
    }
    println!(
        "files replaced under a server: planted {}, caught {caught}",
        DEEDS.len()
    );
    assert_eq!(caught, DEEDS.len());
}
