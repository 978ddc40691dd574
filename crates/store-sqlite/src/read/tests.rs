//! How the queries that page through a table are answered: along an index, and without sorting.

use sqlx::{AssertSqlSafe, Row};

use crate::tests::trial::Trial;

#[tokio::test]
async fn paged_queries_walk_an_index() {
    let trial = Trial::new().await;
    let mut connection = trial.connect().await;
    for (query, index) in [
        (
            include_str!("../../queries/select_due_streams.sql"),
            "USING INDEX streams_wake",
        ),
        (
            include_str!("../../queries/select_clocks.sql"),
            "USING INDEX clocks_due",
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
            "USING INDEX sqlite_autoindex_cases_2",
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
    ] {
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
