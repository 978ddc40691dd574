//! Checks a case against its records alone: chain, state, views, and every decision made again.
//! Faults are planted in what was read, as a forger plants them who seals every record anew.

use std::collections::BTreeMap;
use std::sync::Arc;

use tsuho_core::case::again::again;
use tsuho_core::case::{Body, Case, Context, Event, record};
use tsuho_core::ids::CaseId;
use tsuho_core::people::People;
use tsuho_core::workflow::Rules;
use tsuho_executor::{Executor, view};
use tsuho_ledger::{Chain, Digest, Record};
use tsuho_store::{CaseKey, ClockFilter, Limit, Store, StreamName};

/// What the decisions of a history read beside the case.
pub(crate) struct Library {
    pub(crate) rules: Rules,
    calendars: BTreeMap<tsuho_core::name::CalendarName, tsuho_core::calendar::Calendar>,
    /// The people as they stood at each head of the system stream.
    people: BTreeMap<Digest, People>,
}

/// A history's events with the head of the system stream that each decision saw.
pub(crate) type History = Vec<(Option<Digest>, Event<Body>)>;

impl Library {
    /// Reads the installation's history.
    pub(crate) async fn read(executor: &Executor, id: CaseId) -> Self {
        let ground = executor.ground(id).await.expect("the case");
        let mut people = BTreeMap::new();
        let mut folded = People::default();
        for record in records(&**executor.store(), &StreamName::system()).await {
            folded = folded.evolve(&record::read_system(&record).expect("a system event"));
            people.insert(record.hash(), folded.clone());
        }
        Self {
            rules: ground.compiled.rules.clone(),
            calendars: ground.installation.calendars.clone(),
            people,
        }
    }

    /// Returns the people as they stood at a head of the system stream.
    pub(crate) fn people_at(&self, system: Option<Digest>) -> Result<&People, String> {
        let system = system.ok_or("a decision names no head of the system stream")?;
        let known = self.people.get(&system);
        Ok(known.ok_or("a decision names a head that is none")?)
    }

    /// Makes the decisions of a history again, beginning with the case before it; returns the case after it.
    pub(crate) fn again(
        &self,
        id: CaseId,
        before: Option<Case>,
        history: &History,
    ) -> Result<Option<Case>, String> {
        let mut case = before;
        for decision in history.chunk_by(|(_, one), (_, other)| one.command == other.command) {
            let people = self.people_at(decision[0].0)?;
            let context = Context {
                rules: &self.rules,
                people,
                calendars: &self.calendars,
            };
            let events: Vec<Event<Body>> =
                decision.iter().map(|(_, event)| event.clone()).collect();
            let made = again(&context, id, case.as_ref(), &events);
            case = Some(made.map_err(|difference| format!("{difference:?}"))?);
        }
        Ok(case)
    }
}

/// Returns every record of a stream, opened and chained.
pub(crate) async fn records(store: &dyn Store, stream: &StreamName) -> Vec<Record> {
    let mut chain = Chain::new(stream.label().clone());
    let mut records = Vec::new();
    loop {
        let page = store
            .stream_records(stream, chain.length(), Limit::MAX)
            .await
            .expect("records");
        if page.is_empty() {
            return records;
        }
        for stored in page {
            let placed = stored.open().expect("a sound record");
            chain.follow(&placed.record).expect("a whole chain");
            records.push(placed.record);
        }
    }
}

/// Returns the history of a case and the state that its last header names.
pub(crate) async fn history(store: &dyn Store, id: CaseId) -> (History, String) {
    let records = records(store, &format!("case/{id}").parse().expect("a stream")).await;
    let state = records
        .last()
        .and_then(|record| record.header().state.clone())
        .expect("a state");
    let history = records
        .iter()
        .map(|record| {
            (
                record.header().system,
                record::read_case(record).expect("an event of a case"),
            )
        })
        .collect();
    (history, state.to_string())
}

/// Checks that headers, views, the executor's case and the fold of all events agree; returns the history.
pub(crate) async fn agree(executor: &Arc<Executor>, id: CaseId) -> (History, Case) {
    let store = &**executor.store();
    let (history, state) = history(store, id).await;
    let ((_, first), rest) = history.split_first().expect("an opening");
    let opened = tsuho_core::case::open(id, first).expect("an opening");
    let folded = rest.iter().fold(opened, |case, (_, event)| {
        tsuho_core::case::evolve(case, event)
    });
    assert_eq!(state, folded.state.to_string(), "the last header's state");
    let ground = executor.ground(id).await.expect("the case");
    assert_eq!(*ground.case, folded, "what the executor keeps");
    let row = store
        .case(&CaseKey::Id(id.to_string()))
        .await
        .expect("a read")
        .expect("a row");
    assert_eq!(row, view::case_row(&folded), "the row of the cases view");
    let filter = ClockFilter {
        case_id: Some(id.to_string()),
        ..ClockFilter::default()
    };
    let mut clocks = store
        .clocks(&filter, None, Limit::MAX)
        .await
        .expect("a read");
    clocks.sort_by(|one, other| one.duty.cmp(&other.duty));
    let mut expected = view::clock_rows(&folded);
    expected.sort_by(|one, other| one.duty.cmp(&other.duty));
    assert_eq!(clocks, expected, "the rows of the clocks view");
    let stream = format!("case/{id}").parse().expect("a stream");
    let head = store.head(&stream).await.expect("a read").expect("a head");
    assert_eq!(
        (head.version, head.revision),
        (folded.version, folded.revision),
        "the stream's row"
    );
    let wake_at = tsuho_core::case::settle::wake_at(&ground.context(), &folded, None)
        .map(tsuho_core::time::Timestamp::moment);
    assert_eq!(head.wake_at, wake_at, "the stream's wake-up");
    (history, folded)
}
