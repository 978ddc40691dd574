//! A database of the first version is brought to this one by the program, or refused with words that say what to do.
//! Which rows and which parts of a schema are looked at is tested in `crates/store-sqlite/src/tests/upgrade.rs`.

use std::fs;
use std::process::Command;

use crate::cmd::repository;
use crate::rescued::Place;

/// Makes `c.db` by the first migration alone, with all that it can hold of `b.db`.
const EARLIER: &str = "import pathlib, sqlite3, sys
first = next(pathlib.Path(sys.argv[1]).glob('0001_*.sql'))
connection = sqlite3.connect('c.db', isolation_level=None)
connection.executescript(first.read_text())
connection.execute(\"attach 'b.db' as b\")
made = connection.execute(\"select sql from b.sqlite_master where name = '_sqlx_migrations'\").fetchone()[0]
connection.execute(made)
was = {'events.stream': '(select stream from b.streams where first_position = events.stream)',
       'cases.revision': \"(select revision from b.streams where stream = 'case/' || case_id)\",
       'clocks.case_id': '(select case_id from b.cases where number = case_number)'}
for (table,) in connection.execute(\"select name from main.sqlite_master where type = 'table'\").fetchall():
    columns = [row[1] for row in connection.execute(f'pragma main.table_info({table})')]
    names, values = ', '.join(columns), ', '.join(was.get(f'{table}.{name}', name) for name in columns)
    where = 'where version = 1' if table == '_sqlx_migrations' else ''
    connection.execute(f'insert into main.{table} ({names}) select {values} from b.{table} {where}')
connection.execute('pragma journal_mode = wal')
connection.executescript(sys.argv[2])";

/// Makes `c.db` of the first schema, and does something to it past the program.
fn make_earlier(place: &Place, meddled: &str) {
    let made = Command::new("python3")
        .args(["-c", EARLIER])
        .arg(repository().join("crates/store-sqlite/migrations"))
        .arg(meddled)
        .current_dir(place.at())
        .output()
        .expect("`cargo xtask setup` installs Python");
    assert!(made.status.success(), "{made:?}");
}

/// What is done to a database of an earlier version, how the program ends, and what it says.
const UNFIT_FOR_UPGRADE: &[(&str, i32, &str)] = &[
    (
        "delete from streams where stream = 'system'",
        8,
        "`c.db` was not upgraded from schema 1 to 7: rows of it contradict each other; what they belong to is not there (table and row): events 0",
    ),
    (
        "drop trigger events_stay; alter table cases add column note text",
        1,
        "`c.db` was not upgraded from schema 1 to 7: its schema was changed past tsuho, and an upgrade would hide that: changed: table cases, missing: trigger events_stay",
    ),
];

#[test]
fn an_upgrade_that_would_lose_or_hide_something_is_refused_and_the_file_stays_as_it_was() {
    for (meddled, code, words) in UNFIT_FOR_UPGRADE {
        let place = Place::new();
        make_earlier(&place, meddled);
        let bytes = || fs::read(place.at().join("c.db")).expect("it is there");
        let before = bytes();
        place.refused("user add Tanaka --database c.db", *code, words);
        // Of a backup it is said of the backup, not of the copy.
        place.refused("database restore c.db --to d.db", *code, words);
        assert_eq!(bytes(), before, "{meddled}");
    }
    let planted = UNFIT_FOR_UPGRADE.len();
    println!("upgrades that would lose or hide something: planted {planted}, caught {planted}");
}

#[test]
fn a_backup_of_an_earlier_version_is_restored_into_this_one() {
    let place = Place::new();
    make_earlier(&place, "");
    let before = fs::read(place.at().join("c.db")).expect("it is there");
    place.refused("database check --database c.db", 8, "`c.db` has schema 1");
    place.done("database backup --to earlier.db --database c.db");
    let restored = place.run("database restore earlier.db --to d.db");
    assert_eq!(restored.code, Some(0), "{restored:?}");
    assert!(
        restored.out.contains("of an earlier version"),
        "{restored:?}"
    );
    place.done("database check --database d.db");
    place.done("user add Tanaka --database d.db");
    assert_eq!(
        fs::read(place.at().join("c.db")).expect("it is there"),
        before
    );
}

#[test]
fn of_several_programs_that_upgrade_at_once_one_does_and_all_are_acknowledged() {
    let place = Place::new();
    make_earlier(&place, "");
    let place = &place;
    std::thread::scope(|scope| {
        let adding: Vec<_> = ["Tanaka", "Suzuki", "Ito", "Kato", "Sato", "Mori"]
            .map(|name| {
                scope.spawn(move || place.done(&format!("user add {name} --database c.db")))
            })
            .into();
        for one in adding {
            one.join().expect("it is acknowledged");
        }
    });
    let verified = place.done("audit verify --database c.db");
    assert!(
        verified.out.contains("sound: nothing differs"),
        "{verified:?}"
    );
    place.done("database check --database c.db");
    let listed = place.done("user list --database c.db").out;
    for name in ["Tanaka", "Suzuki", "Ito", "Kato", "Sato", "Mori"] {
        assert!(listed.contains(name), "{name}: {listed}");
    }
}
