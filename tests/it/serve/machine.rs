//! Lets the machine fail under a server: its clock jumps, its disk is full. Then it says so and ends, and goes on when it
//! is started again.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tsuho_core::time::Span;

use super::alarms::{ALARM, Alarms, happened, now, written_again};
use super::serving::until;
use crate::child::{Ended, bounded};
use crate::cmd::{PROGRAM, repository};

/// A shared object that lets the clock jump; `None` where no compiler can make one.
fn jumper(folder: &Path) -> Option<PathBuf> {
    let object = folder.join("jump.so");
    let made = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .arg(&object)
        .arg(repository().join("tests/it/serve/jump.c"))
        .status();
    made.is_ok_and(|status| status.success()).then_some(object)
}

/// Starts the program with a clock that jumps when the file `jumped` is there.
fn start(alarms: &Alarms, object: &Path, arguments: &[&str]) -> Child {
    Command::new(PROGRAM)
        .args(arguments)
        .args(["--database", "a.db"])
        .env_clear()
        .env("TSUHO_LOG", "info")
        .env("LD_PRELOAD", object)
        .env("JUMPED", alarms.folder().join("jumped"))
        .current_dir(alarms.folder())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program can be started")
}

fn ended(child: Child) -> Ended {
    let output = child.wait_with_output().expect("it ends");
    Ended {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
fn a_server_whose_clock_jumps_writes_nothing_and_goes_on_when_it_is_started_again() {
    let begun = now().plus(ALARM.negated()).plus(Span::from_hours(1));
    let alarms = Alarms::new(&[begun; 3]);
    let Some(object) = jumper(alarms.folder()) else {
        println!("clock: not shown, because this machine has no compiler for C");
        return;
    };
    let records = alarms.records();
    let mut server = start(&alarms, &object, &["serve"]);
    let mut log = BufReader::new(server.stderr.take().expect("it is piped"));
    let mut requests = start(&alarms, &object, &["apply"]);
    let mut input = requests.stdin.take().expect("it is piped");
    let mut answers = BufReader::new(requests.stdout.take().expect("it is piped"));
    let mut ask = |case: usize| {
        writeln!(input, "{{\"do\":\"note\",\"case\":{case},\"text\":\"a\"}}").expect("it reads");
        let mut answer = String::new();
        answers.read_line(&mut answer).expect("it answers");
        answer
    };
    let answer = ask(1);
    assert!(answer.contains("committed"), "{answer}");
    let mut line = String::new();
    log.read_line(&mut line).expect("it says that it began");
    std::fs::write(alarms.folder().join("jumped"), "").expect("it can be written");
    let answer = ask(2);
    assert!(answer.contains("\"outcome\":\"failed\""), "{answer}");
    drop(input);
    let requests = ended(requests);
    assert_eq!(requests.code, Some(3), "{requests:?}");
    let status = server.wait().expect("it ends by itself");
    let mut said = String::new();
    std::io::Read::read_to_string(&mut log, &mut said).expect("it says why");
    assert_eq!(status.code(), Some(3), "{said}");
    for text in [&requests.err, &said] {
        assert!(text.contains("error: the machine's clock jumped"), "{text}");
        assert!(text.contains("then start tsuho again"), "{text}");
    }
    assert!(said.contains("lease given back"), "{said}");
    assert_eq!(alarms.records(), records + 1, "the first note alone");
    // Whoever starts it again takes what the clock says for true, and that is now what is due.
    let again = ended(start(&alarms, &object, &["serve", "--once"]));
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(again.out.contains("fell due: 3"), "{again:?}");
}

/// Moves the database onto a disk with little room left, serves there, makes room, serves again and brings it back.
const FULL: &str = "set -e
size=$(stat -c %s a.db)
mount -t tmpfs -o size=$((size / 1024 + 600))k none disk
cp a.db disk
cd disk
code=0
timeout 60 \"$0\" serve --database a.db || code=$?
echo \"ended with $code\"
mount -o remount,size=256m .
\"$0\" serve --once --database a.db
cp a.db ..";

#[test]
fn a_server_whose_disk_is_full_ends_and_goes_on_when_there_is_room() {
    let permitted = Command::new("unshare").args(["-Urm", "true"]).status();
    if !permitted.is_ok_and(|status| status.success()) {
        println!("full disk: not shown, because this machine permits no small disk");
        return;
    }
    let count = 300;
    let begun = now().plus(Span::from_hours(-5));
    let alarms = Alarms::new(&vec![begun; count]);
    std::fs::create_dir(alarms.folder().join("disk")).expect("a folder");
    let arguments = ["-Urm", "sh", "-c", FULL, PROGRAM];
    let ended = bounded(alarms.folder(), "unshare", &arguments, 120);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.out.contains("ended with 3"), "{ended:?}");
    assert!(
        ended.err.contains("error: no room is left for `a.db`"),
        "{ended:?}"
    );
    let woken = ended.out.split("fell due: ").nth(1);
    let woken = woken.and_then(|told| told.split(';').next());
    println!(
        "FIGURE still due once there was room: {} of {count}",
        woken.unwrap_or("?")
    );
    until("everything that is due is written", || alarms.due() == 0);
    let histories = alarms.histories();
    assert_eq!(written_again(&histories), 0);
    for history in &histories {
        assert_eq!(happened(history).len(), 3, "{:?}", happened(history));
    }
    alarms.verified();
}
