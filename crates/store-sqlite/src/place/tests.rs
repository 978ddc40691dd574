//! Nothing is acknowledged that lies in a file which nobody finds, whatever becomes of the files under a running program.
//! What other processes do meanwhile is in `tests/it/serve/displaced.rs`: within one, SQLite shares what it knows.

use std::fs;
use std::path::Path;

use tsuho_store::{Error, Store};

use super::suffixed;
use crate::Mode;
use crate::tests::trial::{Trial, append};

/// What somebody does to the files of a database that is open.
type Deed = fn(&Path);

/// What becomes of the files.
const DEEDS: &[(&str, Deed)] = &[
    ("the index of the log is removed", |path| {
        remove(path, "-shm");
    }),
    ("the log is removed", |path| remove(path, "-wal")),
    ("the database is removed", |path| remove(path, "")),
    ("everything is removed", |path| {
        for suffix in ["", "-wal", "-shm"] {
            remove(path, suffix);
        }
    }),
    ("the database is renamed", |path| {
        fs::rename(path, path.with_extension("old")).expect("it is there");
    }),
    ("another is put in its place", |path| {
        let other = path.with_extension("other");
        fs::copy(path, &other).expect("it is there");
        fs::rename(&other, path).expect("it is there");
    }),
    ("its folder is renamed", |path| {
        let folder = path.parent().expect("it is in a folder");
        fs::rename(folder, folder.with_extension("moved")).expect("it is there");
    }),
];

fn remove(path: &Path, suffix: &str) {
    fs::remove_file(suffixed(path, suffix)).expect("it is there");
}

#[tokio::test]
async fn nothing_is_acknowledged_once_other_files_lie_under_the_names() {
    let mut caught = 0;
    for (what, deed) in DEEDS {
        let outer = Trial::empty();
        let trial = Trial::within(&outer.folder()).await;
        let store = trial.open(Mode::ReadWrite).await.expect("a database");
        let first = store.commit(&append("case/a", 1, 1)).await;
        assert!(first.is_ok(), "{what}: {first:?}");
        deed(&trial.path());
        let second = store.commit(&append("case/b", 1, 1)).await;
        caught += usize::from(matches!(second, Err(Error::Displaced { .. })));
        let third = store.commit(&append("case/c", 1, 1)).await;
        assert!(
            matches!(third, Err(Error::Stopped { .. })),
            "{what}: {third:?}"
        );
        store.close().await;
        drop(trial);
    }
    println!("files replaced: planted {}, caught {caught}", DEEDS.len());
    assert_eq!(caught, DEEDS.len());
}

#[tokio::test]
async fn a_database_with_a_second_name_is_not_written_to() {
    let trial = Trial::new().await;
    fs::hard_link(trial.path(), trial.path().with_extension("second")).expect("a link");
    let refused = trial.open(Mode::ReadWrite).await.map(drop);
    assert!(
        matches!(refused, Err(Error::Displaced { .. })),
        "{refused:?}"
    );
    let read = trial
        .open(Mode::ReadOnly)
        .await
        .expect("reading is no harm");
    read.close().await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_database_is_written_through_a_link_to_it() {
    let trial = Trial::new().await;
    let link = trial.path().with_extension("link");
    std::os::unix::fs::symlink(trial.path(), &link).expect("a link");
    let store = crate::open(&link, Mode::ReadWrite).await.expect("opened");
    store
        .commit(&append("case/a", 1, 1))
        .await
        .expect("written");
    assert_eq!(
        super::beside(&link, "-wal"),
        suffixed(&trial.path(), "-wal")
    );
    store.close().await;
}
