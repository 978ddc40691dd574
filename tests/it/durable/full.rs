//! Streams requests onto a disk that is really full, and goes on where there is room again.
//! Other commands on such a disk are in `tests/it/unfit.rs`, a server in `tests/it/serve/machine.rs`.

use std::fs;
use std::process::Command;

use tsuho_tests::count;

use super::client::{Record, answers_of};
use super::judge::{Sum, judge};
use super::scene::{NOT_SHOWN, Scene, script};
use super::shim::program;
use crate::child::bounded;

/// Lines that are sent: more than there is room for.
const LINES: usize = 60;

/// Moves the database onto a disk with little room left, streams there, makes room and brings it back.
const FULL: &str = "set -e
size=$(cat a.db a.db-wal a.db-shm | wc -c)
mkdir disk
mount -t tmpfs -o size=$((size / 1024 + $1))k none disk
cp a.db a.db-wal a.db-shm disk
cd disk
code=0
\"$0\" apply --callers 4 --database a.db <../lines >../answers || code=$?
echo \"ended with $code\"
mount -o remount,size=256m .
cp a.db* ..";

#[test]
fn a_stream_onto_a_full_disk_ends_and_loses_nothing_once_there_is_room() {
    let permitted = Command::new("unshare").args(["-Urm", "true"]).status();
    if !permitted.is_ok_and(|status| status.success()) {
        println!("full disk: not shown, because this machine permits no small disk");
        return;
    }
    let Some(scene) = Scene::new() else {
        println!("{NOT_SHOWN}");
        return;
    };
    let lines = script(LINES);
    let mut sum = Sum::default();
    for round in 0..count(1, 10) {
        let room_kib = 120 + 40 * round;
        let copy = scene.copy();
        let at = copy.path();
        fs::write(at.join("lines"), lines.join("\n") + "\n").expect("it can be written");
        let program = program().into_string().expect("its path is text");
        let room = room_kib.to_string();
        let arguments = ["-Urm", "sh", "-c", FULL, &program, &room];
        let ended = bounded(at, "unshare", &arguments, 60);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let answers = answers_of(&fs::read(at.join("answers")).expect("it answered"));
        let record = Record::of(&lines, &answers);
        let fitted = record.acknowledged.len();
        let is_full = ended.out.contains("ended with 3")
            && ended.err.contains("error: no room is left for `a.db`")
            && ended.err.contains("\nhelp: ")
            && fitted < LINES;
        println!("room for {room_kib} KiB: {fitted} of {LINES} were acknowledged");
        // Where there is room to bring the log over, everything fits.
        let is_enough = ended.out.contains("ended with 0") && fitted == LINES;
        assert!(is_full || (is_enough && round > 0), "{ended:?}");
        sum.add(
            &format!("{room_kib} KiB"),
            judge(at, &record, scene.records),
        );
    }
    println!("FIGURE full disks, then room again: {sum}");
    assert_eq!(sum.why, [""; 0]);
}
