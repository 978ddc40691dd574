//! Shows by a trace of system calls that the log is flushed between the last write of each batch and its acknowledgements.
//! What a flush is worth is shown by `tests/it/durable/power.rs`.

use std::ffi::OsString;
use std::fs;
use std::ops::{Range, RangeInclusive};
use std::process::{Command, Stdio};

use tsuho_tests::count;

use super::client::live;
use super::scene::{NOT_SHOWN, Scene, script};
use super::shim::{Fate, Flush, tsuho};
use super::trace::{CALLS, Call, Shown, check, read};

/// Runs the program under `strace` and returns what the kernel saw of it, and what the log held before; `None` where
/// nothing may be traced.
fn traced(scene: &Scene, lines: &[String], flush: Flush) -> Option<(Vec<Call>, Vec<u8>)> {
    let copy = scene.copy();
    let trace = copy.path().with_extension("trace");
    let plain = tsuho(copy.path(), &["apply", "--callers", "16"]);
    let mut command = Command::new("strace");
    command
        .args([
            "--follow-forks",
            "--decode-fds=path",
            "--strings-in-hex=all",
        ])
        .args([
            "--string-limit=1048576",
            "--signal=none",
            "--quiet=attach,exit",
        ])
        .args(["--trace", CALLS, "--output"])
        .arg(&trace);
    for (name, value) in scene.shim.variables(copy.path(), Fate::with(flush), None) {
        // Only the program itself is to meet them.
        let mut variable = OsString::from(format!("{name}="));
        variable.push(value);
        command.arg("-E").arg(variable);
    }
    command.arg(plain.get_program()).args(plain.get_args());
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .current_dir(copy.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let life = live(command, lines);
    if life.said.contains("Operation not permitted") {
        return None;
    }
    assert_eq!(life.code, Some(0), "{}", life.end());
    assert_eq!(life.answers.len(), lines.len());
    let text = fs::read_to_string(&trace).expect("it was traced");
    fs::remove_file(&trace).expect("it is there");
    Some((read(&text), scene.bytes("a.db-wal")))
}

#[test]
fn the_log_is_flushed_between_the_last_write_of_every_batch_and_its_acknowledgements() {
    let Some(scene) = Scene::new() else {
        println!("{NOT_SHOWN}");
        return;
    };
    let lines = script(count(40, 400));
    let Some((calls, log)) = traced(&scene, &lines, Flush::Done) else {
        println!("flushes: not shown, because this machine permits no tracing");
        return;
    };
    let shown = check(&calls, &log);
    let held = shown.acknowledged - shown.early.len();
    println!(
        "FIGURE flushed before they were acknowledged: {held} of {} commands, in {} commits with {} flushes of the log",
        shown.acknowledged, shown.commits, shown.flushes
    );
    assert_eq!(shown.early, [""; 0]);
    assert_eq!(shown.acknowledged, lines.len());
    // What is found by the check, and by how many acknowledgements.
    let whole = shown.acknowledged;
    let of_one_batch = 1..=16;
    let mut planted = edited(&calls, &shown.between[whole / 2])
        .into_iter()
        .map(|(name, calls)| (name, check(&calls, &log), of_one_batch.clone()))
        .collect::<Vec<_>>();
    // One that flushes before the next batch is sometimes quicker than the thread that acknowledges.
    for (name, flush, least) in [
        ("a program that flushes nothing", Flush::Never, whole),
        (
            "a program that flushes before the next batch",
            Flush::Late,
            1,
        ),
    ] {
        let (calls, log) = traced(&scene, &lines, flush).expect("it could be traced before");
        planted.push((name, check(&calls, &log), least..=whole));
    }
    let is_caught = |(name, shown, expected): &(&str, Shown, RangeInclusive<usize>)| {
        let early = shown.early.len();
        println!(
            "{name}: {early} of {} acknowledged early",
            shown.acknowledged
        );
        shown.acknowledged == whole && expected.contains(&early)
    };
    let caught = planted.iter().filter(|one| is_caught(one)).count();
    println!(
        "early acknowledgements: planted {}, caught {caught}",
        planted.len()
    );
    assert_eq!(caught, planted.len());
}

/// Returns traces in which what was to be flushed between two lines was not.
fn edited(calls: &[Call], between: &Range<usize>) -> Vec<(&'static str, Vec<Call>)> {
    let is_meant = |call: &Call| call.is_flush_of_log() && between.contains(&call.begun);
    let mut without = calls.to_vec();
    without.retain(|call| !is_meant(call));
    let (mut failed, mut late) = (calls.to_vec(), calls.to_vec());
    for call in failed.iter_mut().filter(|call| is_meant(call)) {
        call.result = -1;
    }
    for call in late.iter_mut().filter(|call| is_meant(call)) {
        call.ended = between.end + 1;
    }
    vec![
        ("a flush that is missing", without),
        ("a flush that failed", failed),
        ("a flush that ends after the acknowledgement", late),
    ]
}
