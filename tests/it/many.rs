//! Lists very many cases: a page is read from the views alone, by number, whichever kind of case is asked for.
//!
//! The rows are copies of one case's, made with SQL past the program; there is no history behind them, so that a command
//! which read one would fail.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::audit::python;
use crate::child::{Ended, tsuho as run};
use crate::demo::one_case_played;

/// The number of the first copy.
const FIRST: u64 = 1_000;

/// Copies the row of a case, and a clock that runs, so many times: one in ten is closed, and one in a thousand is in a state of
/// its own.
fn copied(folder: &Path, count: u64) {
    let last = FIRST + count - 1;
    let cases = format!(
        "with recursive n (n) as (select {FIRST} union all select n + 1 from n where n < {last}) \
         insert into cases select 'case_' || n.n, n.n, workflow, workflow_version, workflow_digest, \
         iif(n.n % 1000 = 999, 'preventing', 'notified'), 'notify', title, opened_at, iif(n.n % 10 = 9, opened_at, null), 1, null, 0 \
         from n, (select * from cases where number = 1);"
    );
    let clocks = format!(
        "with recursive n (n) as (select {FIRST} union all select n + 1 from n where n < {last}) \
         insert into clocks select 'case_' || n.n, 'detailed_report@jp-mic-kanto', 'detailed_report', 'jp-mic-kanto', \
         1701010800000000 + n.n, 'running', 0 from n;"
    );
    let done = python(
        folder,
        "forge_history.py",
        &format!("sql tsuho-demo.db \"{cases} {clocks}\""),
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
