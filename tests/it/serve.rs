//! Runs `tsuho serve` on real files by the machine's clock: alone, beside others, told to end, killed and paused.
//! That nothing happens twice whoever holds the lease is shown in `crates/executor/tests/executor/wake_loop.rs` too.

mod alarms;
mod displaced;
mod machine;
mod serving;

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};
use tsuho_core::time::Span;

use crate::office::Office;
use crate::unfit::Holder;
use alarms::{ALARM, Alarms, OVER, happened, longest_delay, millis, now, written_again};
use serving::{Serving, measured, pause, until};

/// A delay that nobody should see, on whatever machine the tests run.
const LONGEST: Duration = Duration::from_secs(10);

/// What happens on a case two hours after its beginning.
fn alarmed() -> Vec<(&'static str, Span)> {
    vec![("ReminderDue", ALARM), ("ActionTaken", ALARM)]
}

#[test]
fn what_falls_due_is_written_at_its_time_by_the_clock() {
    let due = now().plus(millis(6_000));
    let begun = due.plus(ALARM.negated());
    let alarms = Alarms::new(&[begun, begun, begun]);
    let records = alarms.records();
    let serving = Serving::on(&alarms, "log");
    until("something falls due", || alarms.records() > records);
    until("everything that is due is written", || alarms.due() == 0);
    let log = serving.end();
    assert!(!alarms.folder().join("a.db-wal").exists(), "it was closed");
    assert!(
        log.contains("ended; cases on which something fell due: 3"),
        "{log}"
    );
    let histories = alarms.histories();
    for history in &histories {
        assert_eq!(happened(history), alarmed());
    }
    let delay = longest_delay(&histories);
    println!("FIGURE delay of a reminder beside an idle server: {delay:?}");
    assert!(delay < LONGEST, "{delay:?}");
    alarms.verified();
}

#[test]
fn what_nobody_wrote_at_its_time_is_written_later_with_its_own_moment() {
    let begun = now().plus(Span::from_hours(-5));
    let count = tsuho_tests::count(20, 2_000);
    let alarms = Alarms::new(&vec![begun; count]);
    let records = alarms.records();
    let begun = measured();
    let once = alarms.done("serve --once --format json");
    println!("FIGURE {count} cases due, written in {:?}", begun.elapsed());
    let told: Value = serde_json::from_str(&once).expect("it is JSON");
    let written = alarms.records() - records;
    let expected = json!({
        "cases": count, "records": written, "failed": 0, "failures": [], "drill": false,
    });
    assert_eq!(told, expected);
    for history in alarms.histories() {
        let overdue = ("ClockPassed", OVER);
        assert_eq!(happened(&history), [alarmed(), vec![overdue]].concat());
    }
    let again = alarms.done("serve --once");
    assert_eq!(
        again,
        "cases on which something fell due: 0; records written: 0\n"
    );
    alarms.verified();
}

#[test]
fn a_drill_has_nothing_to_wait_for_and_can_be_woken_once() {
    let office = Office::with_case();
    let refused = office.tsuho("serve");
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.err.contains("stands still"), "{refused:?}");
    let once = office.done("serve --once");
    assert!(once.contains("records written: 0"), "{once}");
}

/// Returns the lines that write so many notes on each of so many cases in turn.
fn notes(cases: usize, each: usize) -> String {
    let mut lines = String::new();
    for note in 1..=each {
        for case in 1..=cases {
            let request = json!({
                "key": format!("n{case}-{note}"), "do": "note", "case": case, "text": format!("note {note}"),
            });
            let _ = writeln!(lines, "{request}");
        }
    }
    lines
}

#[test]
fn two_servers_and_commands_on_one_file_write_everything_once() {
    let count = tsuho_tests::count(300, 2_000);
    let begun = now().plus(Span::from_hours(-5));
    let alarms = Alarms::new(&vec![begun; count]);
    let apply = [alarms.apply(&notes(count, 2), "16")];
    let servers = [Serving::on(&alarms, "one"), Serving::on(&alarms, "two")];
    let (mut longest, mut asked) = ([Duration::ZERO; 2], 0);
    until("everything that is due is written", || {
        for (command, longest) in ["case show 1", "case note 1 seen"].iter().zip(&mut longest) {
            let begun = measured();
            alarms.done(command);
            *longest = begun.elapsed().max(*longest);
        }
        asked += 1;
        alarms.due() == 0
    });
    for apply in apply {
        let ended = apply.wait_with_output().expect("it ends");
        assert!(ended.status.success(), "{ended:?}");
        let answers = String::from_utf8_lossy(&ended.stdout);
        let written = answers.lines().filter(|line| line.contains("committed"));
        assert_eq!(written.count(), 2 * count);
    }
    let mut woken = Vec::new();
    for server in servers {
        let log = server.end();
        let told = log.split("something fell due: ").nth(1).expect("it counts");
        let told = told
            .split(',')
            .next()
            .and_then(|told| told.parse::<u64>().ok());
        woken.push(told.expect("a number"));
    }
    let mut histories = alarms.histories();
    println!("FIGURE cases due: {count}; woken by the servers: {woken:?}");
    let [page, note] = longest;
    println!("FIGURE beside them a page took at most {page:?}, a note {note:?}, of {asked} each");
    assert!(note < LONGEST, "{note:?}");
    println!("FIGURE written again: {}", written_again(&histories));
    assert_eq!(written_again(&histories), 0);
    for history in &histories {
        assert_eq!(happened(history).len(), 3, "{:?}", happened(history));
    }
    alarms.verified();
    let twice = histories[0].last().cloned().into_iter();
    let twice = twice.chain(histories[1].clone()).collect::<Vec<_>>();
    histories[1].extend(twice);
    let caught = usize::from(written_again(&histories) > 0);
    println!("written again: planted 1, caught {caught}");
    assert_eq!(caught, 1);
}

#[test]
fn a_server_that_is_told_to_end_loses_nothing_and_another_goes_on_at_once() {
    let count = tsuho_tests::count(600, 2_000);
    let begun = now().plus(Span::from_hours(-5));
    let alarms = Alarms::new(&vec![begun; count]);
    let records = alarms.records();
    let first = Serving::on(&alarms, "first");
    until("it begins", || alarms.records() > records);
    let second = Serving::on(&alarms, "second");
    second.wait_until_started();
    first.signal("-TERM");
    let told = measured();
    let (status, log) = first.ended();
    println!("FIGURE from SIGTERM to the end: {:?}", told.elapsed());
    assert_eq!(status.code(), Some(0), "{log}");
    let (records, left) = (alarms.records(), alarms.due());
    let goes_on = until("the other goes on", || {
        alarms.records() > records || alarms.due() == 0
    });
    println!(
        "FIGURE due when the first ended: {left} of {count}; the other goes on in {goes_on:?}"
    );
    assert!(goes_on < LONGEST);
    until("everything that is due is written", || alarms.due() == 0);
    second.end();
    let histories = alarms.histories();
    assert_eq!(written_again(&histories), 0);
    for history in &histories {
        assert_eq!(happened(history).len(), 3, "{:?}", happened(history));
    }
    alarms.verified();
}

/// What happens to a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Disturbance {
    Killed,
    Paused,
}

/// Does something to a server that holds the lease while a case falls due every quarter of a second, and another server
/// waits; returns the longest delay with which one was written.
fn delay_after(disturbance: Disturbance) -> Duration {
    let first_due = now().plus(millis(8_000));
    let begun: Vec<_> = (0..40)
        .map(|case| first_due.plus(millis(case * 250)).plus(ALARM.negated()))
        .collect();
    let alarms = Alarms::new(&begun);
    let records = alarms.records();
    let holder = Serving::on(&alarms, "holder");
    until("the holder begins", || alarms.records() > records);
    let other = Serving::on(&alarms, "other");
    other.wait_until_started();
    match disturbance {
        Disturbance::Killed => holder.signal("-KILL"),
        Disturbance::Paused => holder.pause(&alarms),
    }
    let last_due = first_due.plus(millis(40 * 250));
    until("the last is due", || now() > last_due);
    until("everything that is due is written", || alarms.due() == 0);
    if disturbance == Disturbance::Paused {
        holder.signal("-CONT");
        until("it finds the lease lost", || {
            holder.has_logged("lease lost")
        });
        holder.signal("-TERM");
        let (status, log) = holder.ended();
        assert_eq!(status.code(), Some(0), "{log}");
    }
    other.end();
    let histories = alarms.histories();
    assert_eq!(written_again(&histories), 0);
    for history in &histories {
        assert_eq!(happened(history), alarmed());
    }
    alarms.verified();
    longest_delay(&histories)
}

#[test]
fn a_server_that_is_killed_delays_nothing_by_more_than_its_lease() {
    let delay = delay_after(Disturbance::Killed);
    println!("FIGURE longest delay after the holder was killed: {delay:?}");
    assert!(delay < LONGEST, "{delay:?}");
}

#[test]
fn a_server_that_is_paused_delays_nothing_by_more_than_its_lease_and_writes_nothing_again() {
    let delay = delay_after(Disturbance::Paused);
    println!("FIGURE longest delay after the holder was paused: {delay:?}");
    assert!(delay < LONGEST, "{delay:?}");
}

#[test]
fn a_server_that_is_told_twice_ends_at_once() {
    let begun = now().plus(Span::from_hours(-5));
    let alarms = Alarms::new(&[begun; 3]);
    let holder = Holder::of(&alarms.path());
    let serving = Serving::on(&alarms, "log");
    serving.wait_until_started();
    serving.signal("-TERM");
    pause(Duration::from_millis(200));
    serving.signal("-INT");
    let told = measured();
    let (status, log) = serving.ended();
    let took = told.elapsed();
    holder.let_go();
    println!("FIGURE from the second signal to the end: {took:?}");
    assert_eq!(status.code(), Some(3), "{log}");
    assert!(log.contains("nothing is lost"), "{log}");
    assert!(took < Duration::from_secs(3), "{took:?}");
    let once = alarms.done("serve --once");
    assert!(once.contains("fell due: 3"), "{once}");
    alarms.verified();
}
