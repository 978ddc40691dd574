//! Lists very many cases, clocks and incidents: a page of cases is read from the views alone, by number, whichever kind of
//! case is asked for; of clocks and incidents only the cases of the page are read.
//!
//! The rows are copies of one case's, made with SQL past the program; there is no history behind them, so that a command
//! which read one would fail.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::audit::python;
use crate::child::{Ended, tsuho as run};
use crate::demo::one_case_played;
use crate::office::Office;

/// The number of the first copy.
const FIRST: u64 = 1_000;

/// Copies the row of a case, and a clock that runs, so many times: one in ten is closed, and one in a thousand is in a state of
/// its own.
fn copied(folder: &Path, count: u64) {
    let last = FIRST + count - 1;
    let cases = format!(
        "with recursive n (n) as (select {FIRST} union all select n + 1 from n where n < {last}) \
         insert into cases select n.n, 'case_' || n.n, workflow, workflow_version, workflow_digest, \
         iif(n.n % 1000 = 999, 'preventing', 'notified'), 'notify', title, opened_at, iif(n.n % 10 = 9, opened_at, null), null, 0 \
         from n, (select * from cases where number = 1);"
    );
    let clocks = format!(
        "with recursive n (n) as (select {FIRST} union all select n + 1 from n where n < {last}) \
         insert into clocks select n.n, 'detailed_report@jp-mic-kanto', 'detailed_report', 'jp-mic-kanto', \
         1701010800000000 + n.n, 'running', 0 from n;"
    );
    forge(folder, "tsuho-demo.db", &format!("{cases} {clocks}"));
}

/// Changes a database past the program.
fn forge(folder: &Path, database: &str, sql: &str) {
    let done = python(
        folder,
        "forge_history.py",
        &format!("sql {database} \"{sql}\""),
    );
    assert_eq!(done.code, Some(0), "{}", done.err);
}

#[expect(
    clippy::disallowed_methods,
    reason = "what is measured is the machine's time, and no test depends on it"
)]
fn now() -> Instant {
    Instant::now()
}

/// Lists cases, and returns their numbers, behind which number there are more, and how long it took.
fn listed(folder: &Path, more: &[&str]) -> (Vec<u64>, Option<u64>, Duration) {
    let fixed = [
        "case",
        "list",
        "--format",
        "json",
        "--database",
        "tsuho-demo.db",
    ];
    let begun = now();
    let ended: Ended = run(folder, &[&fixed, more].concat());
    let took = begun.elapsed();
    assert_eq!(ended.code, Some(0), "{more:?}: {}", ended.err);
    let told: Value = serde_json::from_str(&ended.out).expect("JSON");
    let cases = told["cases"].as_array().expect("a list");
    let numbers = cases
        .iter()
        .map(|case| case["number"].as_u64().expect("a number"));
    (numbers.collect(), told["next"].as_u64(), took)
}

#[test]
fn a_page_of_very_many_cases_is_listed_from_the_views_alone() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path();
    one_case_played(folder);
    let full = option_env!("TSUHO_COUNTS") == Some("full");
    let count = if full { 1_000_000 } else { 10_000 };
    copied(folder, count);
    let last = FIRST + count - 1;
    let (numbers, next, took) = listed(folder, &["--after", "999"]);
    assert_eq!(numbers, (FIRST..FIRST + 100).collect::<Vec<_>>());
    assert_eq!(next, Some(FIRST + 99));
    let mut slowest = took;
    let middle = (FIRST + count / 2).to_string();
    for (more, expected, goes_on) in [
        (
            &["--after", middle.as_str(), "--limit", "1000"][..],
            1_000,
            true,
        ),
        (
            &["--state", "preventing", "--after", "999", "--limit", "5"],
            5,
            true,
        ),
        (&["--closed", "--after", middle.as_str()], 100, true),
        (&["--open", "--after", middle.as_str()], 100, true),
        (&["--waiting", "--after", "999"], 0, false),
        (&["--after", (last - 3).to_string().as_str()], 3, false),
        (
            &["--state", "preventing", "--open", "--after", "999"],
            0,
            false,
        ),
    ] {
        let (numbers, next, took) = listed(folder, more);
        assert_eq!(numbers.len(), expected, "{more:?}");
        assert_eq!(next.is_some(), goes_on, "{more:?}");
        assert!(numbers.is_sorted(), "{more:?}");
        assert!(
            next.is_none_or(|next| Some(&next) == numbers.last()),
            "{more:?}"
        );
        slowest = slowest.max(took);
    }
    // Page by page, everything is listed once.
    let (mut after, mut seen) = (last.saturating_sub(2_500), 0);
    loop {
        let (numbers, next, _) =
            listed(folder, &["--after", &after.to_string(), "--limit", "1000"]);
        assert_eq!(numbers.first(), Some(&(after + 1)));
        seen += numbers.len();
        match next {
            Some(next) => after = next,
            None => break,
        }
    }
    assert_eq!(seen, 2_500);
    let bytes = fs::metadata(folder.join("tsuho-demo.db"))
        .expect("a file")
        .len();
    println!(
        "FIGURE a page of {count} cases: {:.0} ms from start to end of `case list`, {:.0} ms the slowest of eight lists, a database of {bytes} bytes",
        took.as_secs_f64() * 1000.0,
        slowest.as_secs_f64() * 1000.0,
    );
}

/// Opens cases, half of them with clocks that run, and six incidents with two cases each in which nothing is known.
fn peopled(office: &Office, cases: usize) {
    let mut lines = String::new();
    let mut put = |request: &Value| {
        let _ = writeln!(lines, "{request}");
    };
    for case in 1..=cases {
        put(&json!({ "as": "Sato", "do": "open", "workflow": "jp-tba-secrecy-leak" }));
        if case % 2 == 0 {
            let known_at = format!("2023-10-{:02}", 1 + case % 26);
            let facts = json!({ "known_at": known_at, "secrecy_leak": "leaked" });
            put(&json!({ "as": "Tanaka", "do": "record", "case": case, "facts": facts }));
        }
    }
    for number in 1..=6 {
        let workflows = ["jp-tba-secrecy-leak", "jp-appi-breach"];
        let title = format!("Incident {number}");
        put(
            &json!({ "as": "Sato", "do": "open_incident", "title": title, "workflows": workflows }),
        );
    }
    let (code, answers) = office.answers(&[], lines.as_bytes());
    assert_eq!(code, Some(0), "{:?}", answers.last());
}

/// Adds rows without a history: closed cases, each with a clock that has ended and one that runs and is due later than any
/// other, and incidents.
fn forged(office: &Office, count: u64) {
    let (first, last) = (1_000_000, 1_000_000 + count - 1);
    let many = format!(
        "with recursive n (n) as (select {first} union all select n + 1 from n where n < {last})"
    );
    let clock = |duty: &str, due: &str, status: &str| {
        format!(
            "{many} insert into clocks select n, '{duty}@jp-mic-kanto', '{duty}', 'jp-mic-kanto', {due} + n, '{status}', 0 from n;"
        )
    };
    let sql = [
        format!(
            "{many} insert into cases select n.n, 'case_' || n.n, workflow, workflow_version, workflow_digest, \
             state, 'closed', title, opened_at, opened_at, null, 0 \
             from n, (select * from cases where number = 1);"
        ),
        clock("first_report", "1000000000000000", "stopped"),
        clock("detailed_report", "2000000000000000", "running"),
        format!("{many} insert into incidents select 'incident_' || n, n, 0, 0 from n;"),
    ];
    forge(office.0.path(), "a.db", &sql.concat());
}

fn told(office: &Office, line: &str) -> (Value, Duration) {
    let begun = now();
    let text = office.done(&format!("{line} --format json"));
    let took = begun.elapsed();
    (serde_json::from_str(&text).expect("JSON"), took)
}

fn list<'a>(told: &'a Value, key: &str) -> &'a [Value] {
    told[key].as_array().expect("a list")
}

/// What the pages of a list showed.
struct Paged {
    /// Each clock, by its case and its duty.
    clocks: Vec<(u64, String)>,
    waiting: BTreeSet<u64>,
    pages: usize,
    slowest: Duration,
}

/// Lists everything page by page.
fn paged(office: &Office, line: &str, limit: usize) -> Paged {
    let (mut place, mut clocks, mut waiting) = (String::new(), Vec::new(), BTreeSet::new());
    let (mut slowest, mut pages) = (Duration::ZERO, 0);
    loop {
        let (page, took) = told(office, &format!("{line} --limit {limit}{place}"));
        slowest = slowest.max(took);
        pages += 1;
        assert!(list(&page, "clocks").len() + list(&page, "waiting").len() <= limit);
        let number = |one: &Value| one["number"].as_u64().expect("a number");
        for one in list(&page, "clocks") {
            clocks.push((number(one), one["duty"].to_string()));
        }
        waiting.extend(list(&page, "waiting").iter().map(number));
        match page["next"].as_str() {
            Some(next) => place = format!(" --after {next}"),
            None => break,
        }
    }
    Paged {
        clocks,
        waiting,
        pages,
        slowest,
    }
}

/// Lists those too that have ended, which come behind the others.
fn ended_come_behind(office: &Office, (cases, limit): (usize, usize), waiting: &BTreeSet<u64>) {
    forge(
        office.0.path(),
        "a.db",
        "delete from clocks where case_number >= 1000000; update clocks set status = 'stopped' where case_number % 4 = 0;",
    );
    let has_ended = |(number, _): &(u64, String)| number.is_multiple_of(4);
    let Paged {
        clocks,
        waiting: also_waiting,
        ..
    } = paged(office, "case clocks --all", limit);
    // Within a page the history tells what runs, and of these rows it says that all do.
    let first_ended = clocks.iter().position(has_ended);
    let last_running = clocks.iter().rposition(|clock| !has_ended(clock));
    assert!(
        last_running < first_ended.map(|first| first + limit),
        "{clocks:?}"
    );
    assert_eq!(clocks.iter().collect::<BTreeSet<_>>().len(), cases);
    assert_eq!(clocks.len(), cases);
    assert_eq!(&also_waiting, waiting);
    let running = paged(office, "case clocks", limit).clocks;
    assert!(!running.iter().any(has_ended), "{running:?}");
}

/// Tells whether a list that goes on to the clocks of forged rows, which no history knows, ends there.
fn is_read_over_to_the_forged(office: &Office, cases: usize) -> bool {
    let limit = (cases / 2 + 1).min(1_000);
    let mut place = String::new();
    loop {
        let page = office.tsuho(&format!("case clocks --limit {limit}{place} --format json"));
        if page.code != Some(0) {
            return true;
        }
        let page: Value = serde_json::from_str(&page.out).expect("JSON");
        match page["next"].as_str() {
            Some(next) => place = format!(" --after {next}"),
            None => return false,
        }
    }
}

#[test]
fn a_page_of_very_many_clocks_reads_the_cases_of_the_page_alone() {
    let office = Office::new();
    let full = option_env!("TSUHO_COUNTS") == Some("full");
    let (cases, forged_rows, limit) = if full {
        (10_000, 1_000_000, 1_000)
    } else {
        (24, 10_000, 7)
    };
    peopled(&office, cases);
    forged(&office, forged_rows);
    // What has ended is passed over, and what is due later is not read.
    let some = cases.min(100) / 2;
    let (first, took) = told(&office, &format!("case clocks --limit {some}"));
    let dues = list(&first, "clocks").iter();
    let dues: Vec<&str> = dues
        .filter_map(|one| one["readings"][0]["due"].as_str())
        .collect();
    assert_eq!(dues.len(), some);
    assert!(dues.is_sorted(), "{dues:?}");
    assert!(first["next"].is_string() && list(&first, "waiting").is_empty());
    let caught = usize::from(is_read_over_to_the_forged(&office, cases));
    println!("clocks that are due later and are read: planted 1, caught {caught}");
    assert_eq!(caught, 1);
    forge(
        office.0.path(),
        "a.db",
        "delete from clocks where due_at > 1900000000000000;",
    );
    // Page by page, every clock is listed once, and every case in which something is owed without one.
    let Paged {
        clocks,
        waiting,
        pages,
        slowest,
    } = paged(&office, "case clocks", limit);
    let slowest = slowest.max(took);
    assert_eq!(clocks.len(), cases);
    let odd = (1..=cases as u64).step_by(2);
    let of_incidents = (1..=6).map(|number| cases as u64 + 2 * number - 1);
    let expected: BTreeSet<u64> = odd.chain(of_incidents).collect();
    assert_eq!(&expected - &waiting, BTreeSet::new());
    ended_come_behind(&office, (cases, limit), &waiting);
    let (incidents, incidents_took) = told(&office, "incident list --limit 4");
    assert_eq!(list(&incidents, "incidents").len(), 4);
    assert_eq!(incidents["next"], 4);
    let (incidents, _) = told(&office, "incident list --limit 2 --after 4");
    assert_eq!(list(&incidents, "incidents").len(), 2);
    assert_eq!(list(&incidents, "incidents")[1]["incident_number"], 6);
    assert_eq!(incidents["next"], 6);
    println!(
        "FIGURE clocks of {cases} open cases beside {forged_rows} that have ended: {:.0} ms the first {some}, {:.0} ms the slowest of {pages} pages of {limit}; {:.0} ms four incidents",
        took.as_secs_f64() * 1000.0,
        slowest.as_secs_f64() * 1000.0,
        incidents_took.as_secs_f64() * 1000.0,
    );
}
