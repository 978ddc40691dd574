//! Kills the program at each call that changes a file while it makes a database, a backup or a restored one, and lets those
//! calls fail: there is none of that name then, or a sound one, and it can be made.
//! What a power cut leaves is in `tests/it/durable/copies_power.rs`; what is copied is in `tests/it/rescued.rs`.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;
use tsuho_tests::count;

use super::making::{Left, MAKINGS, Met, calls, look, meet, place, ran, tsuho};
use super::scene::{NOT_SHOWN, each, spread};
use super::shim::{Fate, Fault, Lasting, Shim};

/// The last call that can fail, when the name is given.
const FLUSH_OF_FOLDER: &str = "fsync";

/// What is met at a call. After a failure of the disk nothing is there, or the program said that it was done; but for a
/// failure at the very last.
const FAULTS: [Fault; 5] = [
    Fault::Kill,
    Fault::Broken(Lasting::Once),
    Fault::Full(Lasting::ForEver),
    Fault::Half,
    Fault::Short(Lasting::ForEver),
];

/// Tells what is wrong with how a command ended.
fn misspoken(met: &Met, left: Left) -> Option<String> {
    let (said, failed) = &met.said;
    let is_right = match met.code {
        None => said.is_empty() || left == Left::Sound,
        Some(0) => left == Left::Sound,
        Some(1 | 3 | 8) => {
            let is_told = failed.contains("error: ") && failed.contains("\nhelp: ");
            let is_last = met.call == FLUSH_OF_FOLDER;
            said.is_empty() && is_told && (left == Left::Nothing || is_last)
        }
        Some(_) => false,
    };
    (!is_right).then(|| format!("{left:?}, but {met:?}"))
}

#[test]
fn a_database_or_a_copy_that_is_killed_in_the_making_is_whole_or_not_there() {
    let Some(shim) = Shim::compiled() else {
        println!("{NOT_SHOWN}");
        return;
    };
    let (mut wrong, mut of, mut kinds) = (Vec::new(), 0, BTreeMap::<String, usize>::new());
    for making in &MAKINGS {
        let calls = calls(&shim, making.line);
        println!(
            "FIGURE calls that change a file, `{}`: {calls}",
            making.line
        );
        let faults = &FAULTS[..count(3, FAULTS.len())];
        let points: Vec<(Fault, usize)> = spread(calls, count(6, usize::MAX))
            .into_iter()
            .flat_map(|at| faults.iter().map(move |fault| (*fault, at)))
            .collect();
        let found = each(&points, |(fault, at)| {
            let place = place();
            let met = meet(&shim, place.path(), making.line, Fate::of(*fault, *at));
            let what = format!("{fault:?}");
            let found = look(place.path(), making).and_then(|left| {
                let wrong = misspoken(&met, left);
                wrong.map_or(Ok(left), Err)
            });
            (
                what,
                format!("{} at {at}, {}", making.line, met.call),
                found,
            )
        });
        let renamed = killed_at_its_name(making.line).map(|place| {
            let found = look(place.path(), making);
            (
                format!("{:?}", Fault::Kill),
                "when it is named".to_owned(),
                found,
            )
        });
        for (fault, at, found) in found.into_iter().chain(renamed) {
            of += 1;
            match found {
                Ok(left) => {
                    *kinds
                        .entry(format!("{}, {fault}: {left:?}", making.name))
                        .or_default() += 1;
                }
                Err(why) => wrong.push(format!("{fault}, {at}: {why}")),
            }
        }
    }
    for (kind, count) in kinds {
        println!("{kind}: {count}");
    }
    println!(
        "FIGURE databases killed in the making, or whose disk failed: half a one or told otherwise {} of {of}",
        wrong.len()
    );
    assert_eq!(wrong, [""; 0]);
    assert!(of >= count(54, 400), "{of}");
}

/// Kills a command when it gives a file its name, which it does past the C library; `None` where nothing may be traced.
fn killed_at_its_name(line: &str) -> Option<TempDir> {
    let place = place();
    let plain = tsuho(place.path(), line);
    let traced = Command::new("strace")
        .args(["--follow-forks", "--quiet=all", "--output=/dev/null"])
        .args(["--trace=renameat2", "--inject=renameat2:signal=KILL:when=1"])
        .arg(plain.get_program())
        .args(plain.get_args())
        .current_dir(place.path())
        .output();
    let traced = traced.expect("`cargo xtask setup` installs strace");
    (traced.status.code() != Some(0)).then_some(place)
}

#[test]
fn half_a_database_is_found() {
    type Plant = fn(&Path);
    let planted: [(&str, Plant); 4] = [
        ("an empty file", |file| {
            fs::write(file, "").expect("it can be written");
        }),
        ("the first half of a database", |file| {
            let whole = fs::read(file.with_file_name("a.db")).expect("it is there");
            fs::write(file, &whole[..whole.len() / 8192 * 4096]).expect("it can be written");
        }),
        ("a database in which a page is missing", |file| {
            let mut whole = fs::read(file.with_file_name("a.db")).expect("it is there");
            let middle = whole.len() / 8192 * 4096;
            whole[middle..middle + 4096].fill(0);
            fs::write(file, whole).expect("it can be written");
        }),
        ("a folder where the unfinished file would lie", |file| {
            fs::create_dir_all(file.with_file_name(".n.db.unfinished/kept")).expect("a folder");
        }),
    ];
    let making = &MAKINGS[0];
    let caught = planted.iter().filter(|(what, plant)| {
        let place = place();
        plant(&place.path().join(making.name));
        let found = look(place.path(), making);
        println!("{what}: {found:?}");
        found.is_err()
    });
    let caught = caught.count();
    println!(
        "half a database: planted {}, caught {caught}",
        planted.len()
    );
    assert_eq!(caught, planted.len());
}

/// Runs commands at the same moment; returns how many succeeded, and what the others said.
fn at_once(folder: &Path, lines: &[&str]) -> (usize, Vec<String>) {
    let children: Vec<_> = lines
        .iter()
        .map(|line| {
            let mut command = tsuho(folder, line);
            let piped = command.stdout(Stdio::null()).stderr(Stdio::piped());
            piped.spawn().expect("the program can be started")
        })
        .collect();
    let ended = children
        .into_iter()
        .map(|child| child.wait_with_output().expect("it ends"));
    let (done, refused): (Vec<_>, Vec<_>) = ended.partition(|output| output.status.success());
    let said = refused
        .into_iter()
        .map(|output| String::from_utf8_lossy(&output.stderr).into_owned());
    (done.len(), said.collect())
}

#[test]
fn of_those_who_make_one_database_at_once_one_succeeds() {
    let (mut rounds, mut wrong) = (0, Vec::new());
    for making in &MAKINGS {
        for _ in 0..count(2, 40) {
            rounds += 1;
            let place = place();
            let (done, refused) = at_once(place.path(), &[making.line; 4]);
            let is_told = |said: &String| {
                ["exists already", "another process is making"]
                    .iter()
                    .any(|words| said.contains(words))
            };
            if done != 1 || !refused.iter().all(is_told) {
                wrong.push(format!("{}: {done} succeeded, {refused:?}", making.line));
            }
            if let Err(why) = look(place.path(), making) {
                wrong.push(why);
            }
        }
    }
    println!(
        "FIGURE databases made by four at once: other than one of them succeeded {} of {rounds}",
        wrong.len()
    );
    assert_eq!(wrong, [""; 0]);
    let place = place();
    let twice = at_once(
        place.path(),
        &["init --bare --database n.db", "init --bare --database m.db"],
    );
    println!(
        "two that succeed at once: planted 1, caught {}",
        usize::from(twice.0 != 1)
    );
    assert_eq!(twice.0, 2);
}

#[test]
fn who_comes_while_another_makes_a_database_is_told_so_and_disturbs_nothing() {
    for making in &MAKINGS {
        let place = place();
        let unfinished = place.path().join(format!(".{}.unfinished", making.name));
        fs::write(&unfinished, "another's").expect("it can be written");
        let lock = File::create(unfinished.with_extension("unfinished-lock"));
        let lock = lock.expect("it can be made");
        lock.lock().expect("nobody has it");
        for (language, words) in [
            ("en", "another process is making"),
            ("ja", "別のプロセスが作成中です"),
        ] {
            let ended = ran(place.path(), &format!("{} --lang {language}", making.line));
            assert_eq!(ended.0, Some(1), "{ended:?}");
            assert!(ended.1.contains(words), "{ended:?}");
        }
        let left = fs::read_to_string(&unfinished).expect("it is there");
        assert_eq!(left, "another's");
        // Whoever had it was killed.
        drop(lock);
        assert_eq!(look(place.path(), making), Ok(Left::Nothing));
    }
}
