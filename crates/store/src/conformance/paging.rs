//! Promises about listings: complete, in order, and the same in small pages as in large ones.
//!
//! What a row holds is in `crates/store/src/conformance/views.rs`.

use std::collections::BTreeSet;

use tsuho_ledger::Digest;

use crate::conformance::sample::{append, case, clock, command, moment, stream, win};
use crate::conformance::{Backend, Breach, same};
use crate::{
    CaseFilter, ClockFilter, ClockRow, Command, Consent, Expected, Kind, Limit, Openness, Position,
    Run, Store, StreamName, Workflow,
};

/// Pages that a listing of the suite can have at most; more means that it does not end.
const PAGES: usize = 50;

pub(super) async fn records_are_paged_without_gap_or_overlap(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let (one, two) = (stream("case/one"), stream("case/two"));
    let appends = vec![
        append(&two, Expected::New, 3, "x"),
        append(&one, Expected::New, 7, "x"),
    ];
    win(store, command(appends)).await?;

    let mut seqs = Vec::new();
    for _ in 0..PAGES {
        let page = store
            .stream_records(&one, seqs.len() as u64, Limit::new(3))
            .await?;
        same!(page.len() <= 3, true, "a page within its limit");
        if page.is_empty() {
            break;
        }
        seqs.extend(
            page.into_iter()
                .map(|record| (record.seq, record.parts.len())),
        );
    }
    same!(
        seqs,
        (0..7).map(|seq| (seq, 2)).collect::<Vec<_>>(),
        "records of the stream"
    );

    let mut positions = Vec::new();
    for _ in 0..PAGES {
        let page = store
            .ledger_records(Position(positions.len() as u64), Limit::new(4))
            .await?;
        if page.is_empty() {
            break;
        }
        positions.extend(
            page.into_iter()
                .map(|record| (record.position.0, record.parts.len())),
        );
    }
    same!(
        positions,
        (0..10).map(|position| (position, 2)).collect::<Vec<_>>(),
        "records of the ledger"
    );
    Ok(())
}

pub(super) async fn many_streams_are_read_at_once_as_each_by_itself(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let streams = ["case/one", "case/two", "case/three", "case/none"].map(stream);
    let appends = streams[..3].iter().zip([7, 3, 1]);
    let appends = appends.map(|(stream, count)| append(stream, Expected::New, count, "x"));
    win(store, command(appends.collect())).await?;
    let limit = Limit::new(3);
    let mut expected = Vec::new();
    let asked: BTreeSet<StreamName> = streams.into();
    for stream in &asked {
        expected.extend(store.stream_records(stream, 0, limit).await?);
    }
    same!(
        expected.len(),
        7,
        "records of three streams, three of each at most"
    );
    let found = store.first_records(&asked, limit).await?;
    same!(found, expected, "the first records of many streams");
    let none = store.first_records(&BTreeSet::new(), limit).await?;
    same!(none, Vec::new(), "the first records of no stream");
    Ok(())
}

pub(super) async fn views_are_paged_without_gap_or_overlap(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    for number in 1..=7 {
        let mut row = case(number, if number % 2 == 0 { "even" } else { "odd" });
        row.closed_at = (number % 3 == 0).then(|| moment(99));
        row.pending = (number > 1).then_some(u64::from(number % 3 == 0));
        // Due instants repeat, so that the place within an instant counts; every third clock has none.
        let due_at = match number % 3 {
            0 => None,
            1 => Some(99),
            _ => Some(98),
        };
        let mut rows = vec![
            clock(number, "later", due_at),
            clock(number, "first", Some(5)),
            clock(number, "none", None),
        ];
        // Of one case two have ended, of another one has passed.
        for (of, row, status) in [(4, 1, "stopped"), (4, 2, "lapsed"), (5, 1, "passed")] {
            if number == of {
                status.clone_into(&mut rows[row].status);
            }
        }
        let open = Command {
            case_numbers: vec![number],
            cases: vec![row],
            clocks: rows,
            ..command(vec![append(
                &stream(&format!("case/{number}")),
                Expected::New,
                1,
                "x",
            )])
        };
        win(store, open).await?;
    }
    cases(store).await?;
    clocks(store).await?;
    let mut ids = store.case_ids(&[3, 99, 1, u64::MAX]).await?;
    ids.sort_unstable();
    let expected = [case(1, "odd").case_id, case(3, "odd").case_id];
    same!(ids, expected, "ids of cases by their numbers");

    let mut names: Vec<StreamName> = Vec::new();
    for _ in 0..PAGES {
        let page = store.streams(names.last(), Limit::new(3)).await?;
        if page.is_empty() {
            break;
        }
        names.extend(page.into_iter().map(|(name, _)| name));
    }
    same!(
        names,
        (1..=7)
            .map(|n| stream(&format!("case/{n}")))
            .collect::<Vec<_>>(),
        "streams"
    );
    workflows(store).await
}

async fn cases(store: &dyn Store) -> Result<(), Breach> {
    let (any, waiting) = (Consent::Any, Consent::Waiting);
    for (state, openness, consent, expected) in [
        (None, None, any, vec![1, 2, 3, 4, 5, 6, 7]),
        (Some("odd"), None, any, vec![1, 3, 5, 7]),
        (None, Some(Openness::Closed), any, vec![3, 6]),
        (None, Some(Openness::Open), any, vec![1, 2, 4, 5, 7]),
        (Some("even"), Some(Openness::Open), any, vec![2, 4]),
        (Some("unknown"), None, any, vec![]),
        // The first says nothing of it; in each third something waits.
        (None, None, waiting, vec![1, 3, 6]),
        (Some("odd"), None, waiting, vec![1, 3]),
        (None, Some(Openness::Open), waiting, vec![1]),
        (Some("odd"), Some(Openness::Closed), waiting, vec![3]),
    ] {
        let filter = CaseFilter {
            state: state.map(str::to_owned),
            openness,
            consent,
        };
        let mut numbers = Vec::new();
        for _ in 0..PAGES {
            let page = store
                .cases(&filter, numbers.last().copied(), Limit::new(2))
                .await?;
            if page.is_empty() {
                break;
            }
            numbers.extend(page.into_iter().map(|case| case.number));
        }
        same!(numbers, expected, format!("cases by {filter:?}"));
    }
    Ok(())
}

async fn clocks(store: &dyn Store) -> Result<(), Breach> {
    let everything = store
        .clocks(&ClockFilter::default(), None, Limit::MAX)
        .await?;
    same!(everything.len(), 21, "clocks");
    let mut sorted = everything.clone();
    sorted.sort_by_key(|row| {
        let due_at = row.due_at.filter(|_| row.is_running());
        (
            !row.is_running(),
            due_at.is_none(),
            due_at,
            row.case_id.clone(),
            row.duty.clone(),
        )
    });
    same!(
        everything,
        sorted,
        "clocks by due instant, those without one last, and those that have ended"
    );

    let of_one = ClockFilter {
        case_id: Some("case_4".to_owned()),
        ..ClockFilter::default()
    };
    let running = ClockFilter {
        run: Run::Runs,
        ..ClockFilter::default()
    };
    let running_of_one = ClockFilter {
        run: Run::Runs,
        ..of_one.clone()
    };
    let stopped = ClockFilter {
        status: Some("stopped".to_owned()),
        ..ClockFilter::default()
    };
    let of = |wanted: &dyn Fn(&ClockRow) -> bool| -> Vec<ClockRow> {
        let rows = everything.iter();
        rows.filter(|row| wanted(row)).cloned().collect()
    };
    same!(of(&ClockRow::is_running).len(), 19, "clocks that run");
    for (filter, expected) in [
        (ClockFilter::default(), everything.clone()),
        (of_one, of(&|row| row.case_id == "case_4")),
        (stopped, of(&|row| row.status == "stopped")),
        (running, of(&ClockRow::is_running)),
        (
            running_of_one,
            of(&|row| row.case_id == "case_4" && row.is_running()),
        ),
    ] {
        let mut rows: Vec<ClockRow> = Vec::new();
        for _ in 0..PAGES {
            let after = rows.last().map(ClockRow::place);
            let page = store.clocks(&filter, after.as_ref(), Limit::new(2)).await?;
            if page.is_empty() {
                break;
            }
            rows.extend(page);
        }
        same!(rows, expected, format!("clocks by {filter:?}"));
    }
    Ok(())
}

async fn workflows(store: &dyn Store) -> Result<(), Breach> {
    let workflow = |name: &str, version: &str| Workflow {
        digest: Digest::of(format!("{name} {version}").as_bytes()),
        name: name.to_owned(),
        version: version.to_owned(),
        source: format!("workflow: {name}"),
        canonical: version.as_bytes().to_vec(),
    };
    let published = vec![workflow("a", "1"), workflow("a", "2"), workflow("b", "1")];
    let publish = Command {
        workflows: published.iter().rev().cloned().collect(),
        ..command(vec![append(
            &StreamName::system(),
            Expected::New,
            1,
            "published",
        )])
    };
    win(store, publish).await?;
    let mut found: Vec<Workflow> = Vec::new();
    for _ in 0..PAGES {
        let after = found.last().map(Workflow::key);
        let page = store.workflows(after.as_ref(), Limit::new(1)).await?;
        if page.is_empty() {
            break;
        }
        found.extend(page);
    }
    same!(found, published, "workflows");
    Ok(())
}

pub(super) async fn due_streams_come_earliest_first(backend: &dyn Backend) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let wakes = [
        ("case/a", Some(30)),
        ("case/b", Some(10)),
        ("case/c", None),
        ("case/d", Some(20)),
        ("case/e", Some(10)),
    ];
    for (name, wake_at) in wakes {
        let mut append = append(&stream(name), Expected::New, 1, "x");
        append.wake_at = wake_at.map(moment);
        win(store, command(vec![append])).await?;
    }
    let due = store.due_streams(moment(20), None, Limit::MAX).await?;
    let expected = [(10, "case/b"), (10, "case/e"), (20, "case/d")]
        .map(|(wake_at, name)| (moment(wake_at), stream(name)));
    same!(due, expected, "streams due at 20");
    let due = store.due_streams(moment(99), None, Limit::new(2)).await?;
    same!(due, expected[..2], "the first two streams due at 99");
    same!(
        store.due_streams(moment(9), None, Limit::MAX).await?,
        [],
        "streams due at 9"
    );
    let mut found = Vec::new();
    for _ in 0..PAGES {
        let after = found.last();
        let page = store.due_streams(moment(20), after, Limit::new(1)).await?;
        if page.is_empty() {
            break;
        }
        found.extend(page);
    }
    same!(found, expected, "streams due at 20, one by one");
    Ok(())
}
