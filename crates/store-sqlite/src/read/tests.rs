//! How the queries that page through a table are answered: along an index, and without sorting.

use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Row};
use tsuho_ledger::Moment;
use tsuho_store::{Limit, Store};

use crate::Mode;
use crate::tests::trial::Trial;

/// Queries that page, each with the index that it walks.
const PAGED: &[(&str, &str)] = &[
    (
        include_str!("../../queries/select_due_streams.sql"),
        "USING INDEX streams_wake",
    ),
    (
        include_str!("../../queries/select_running_clocks.sql"),
        "USING INDEX clocks_running (<expr>>?)",
    ),
    (
        include_str!("../../queries/select_ended_clocks.sql"),
        "USING INDEX sqlite_autoindex_clocks_1 ((case_number,duty)>(?,?))",
    ),
    (
        include_str!("../../queries/select_stream_events.sql"),
        "USING INDEX sqlite_autoindex_events_1",
    ),
    (
        include_str!("../../queries/select_ledger_events.sql"),
        "USING INTEGER PRIMARY KEY",
    ),
    (
        include_str!("../../queries/select_parts.sql"),
        "USING INDEX sqlite_autoindex_parts_1",
    ),
    (
        include_str!("../../queries/select_streams_by_name.sql"),
        "USING INDEX sqlite_autoindex_streams_1",
    ),
    (
        include_str!("../../queries/select_requests.sql"),
        "USING INDEX sqlite_autoindex_requests_1",
    ),
    (
        include_str!("../../queries/select_cases.sql"),
        "USING INTEGER PRIMARY KEY",
    ),
    (
        include_str!("../../queries/select_waiting_cases.sql"),
        "USING INDEX cases_waiting",
    ),
    (
        include_str!("../../queries/select_cases_in_state.sql"),
        "USING INDEX cases_state (state=? AND number>?)",
    ),
    (
        include_str!("../../queries/select_open_cases.sql"),
        "USING INDEX cases_open",
    ),
    (
        include_str!("../../queries/select_closed_cases.sql"),
        "USING INDEX cases_closed",
    ),
];

#[tokio::test]
async fn paged_queries_walk_an_index() {
    let trial = Trial::new().await;
    let mut connection = trial.connect().await;
    for (query, index) in PAGED {
        let plan = sqlx::query(AssertSqlSafe(format!("explain query plan {query}")))
            .fetch_all(&mut connection)
            .await
            .expect("a sound query");
        let plan: Vec<String> = plan
            .iter()
            .map(|row| row.try_get("detail").expect("every step says what it is"))
            .collect();
        let plan = plan.join("; ").replace("COVERING INDEX", "INDEX");
        assert!(plan.contains(index), "{query}\n{plan}");
        assert!(
            !plan.contains("TEMP B-TREE") && !plan.contains("SCAN streams"),
            "{query}\n{plan}"
        );
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "what is measured is the machine's time, and no test depends on it"
)]
fn now() -> Instant {
    Instant::now()
}

/// Returns how many bytes this process holds in memory, by the kernel's count of its pages.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = pages.split(' ').nth(1).and_then(|pages| pages.parse().ok());
    pages.map_or(0, |pages: u64| pages * 4096)
}

#[tokio::test]
async fn what_is_due_next_is_found_among_very_many_that_wait() {
    let full = option_env!("TSUHO_COUNTS") == Some("full");
    let count: u32 = if full { 1_000_000 } else { 20_000 };
    let trial = Trial::new().await;
    // Each has its moment, in no order of their names; the first quarter of the moments is past.
    trial
        .execute(&format!(
            "with recursive n (n) as (select 1 union all select n + 1 from n where n < {count}) \
             insert into streams select n, printf('case/case_%08x', n), 1, zeroblob(32), 0, (n * 7919) % {count} from n"
        ))
        .await;
    let before = resident();
    let begun = now();
    let store = trial.open(Mode::ReadWrite).await.expect("it opens");
    let opened = begun.elapsed();
    let at = Moment::from_micros(i64::from(count / 4)).expect("a moment");
    let (mut slowest, mut last, mut found) = (Duration::ZERO, None, 0_u32);
    loop {
        let begun = now();
        let page = store.due_streams(at, last.as_ref(), Limit::new(256)).await;
        slowest = slowest.max(begun.elapsed());
        let page = page.expect("a page");
        assert!(page.is_sorted(), "the earliest first");
        found += u32::try_from(page.len()).expect("few");
        let Some(next) = page.last() else { break };
        assert!(last.as_ref().is_none_or(|last| last < next));
        last = Some(next.clone());
    }
    assert_eq!(
        found,
        count / 4 + 1,
        "everything that is due, and nothing else"
    );
    let grown = resident().saturating_sub(before) / 1024;
    println!(
        "FIGURE {count} streams that wait: the next 256 found in {:.2} ms at most, over {found} that are due; opened in {:.1} ms; \
         memory grown by {grown} KiB",
        slowest.as_secs_f64() * 1000.0,
        opened.as_secs_f64() * 1000.0,
    );
}
