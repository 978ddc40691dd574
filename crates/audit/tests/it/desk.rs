//! An office in memory: it decides with core, seals with the ledger, and keeps what a store would keep.
//! No store and no program take part, so that the audit is tested against nothing but the history.

mod books;
mod incidents;
mod office;

use std::collections::BTreeMap;

use tsuho_audit::{LedgerRow, RequestRow, SnapshotRow};
use tsuho_core::calendar::Calendar;
use tsuho_core::case::decide::decide_open;
use tsuho_core::case::event::{Change, Via};
use tsuho_core::case::record::{InCase, seal_case};
use tsuho_core::case::request::{Asker, Content, Dispatch, Facts, Given, Request, Text};
use tsuho_core::case::settle::wake_at;
use tsuho_core::case::{Body, Case, Context, Event, decide, evolve, open, snapshot};
use tsuho_core::ids::{CaseId, CommandId, PersonId};
use tsuho_core::incident::Incident;
use tsuho_core::name::CalendarName;
use tsuho_core::operator::Operator;
use tsuho_core::people::{InstallationKind, People, SystemContent};
use tsuho_core::time::{Instant, Timestamp, Zone};
use tsuho_core::value::Value;
use tsuho_core::workflow::Rules;
use tsuho_core::workflow::rules::FactRule;
use tsuho_ledger::Digest;

use self::books::salt;
use self::office::{CALENDAR, WORKFLOW};
use crate::kept::{Beside, Kept};

/// The office.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) now: Timestamp,
    pub(crate) people: People,
    pub(crate) operator: Operator,
    pub(crate) calendars: BTreeMap<CalendarName, Calendar>,
    pub(crate) rules: Option<Rules>,
    pub(crate) cases: BTreeMap<CaseId, Case>,
    pub(crate) incident: Option<Incident>,
    /// What happened to each case, with the words that parts keep.
    histories: BTreeMap<CaseId, Vec<Event<Body>>>,
    operator_facts: BTreeMap<tsuho_core::name::FactName, FactRule>,
    revisions: BTreeMap<String, u64>,
    kept: Kept,
    drawn: u64,
}

/// A moment in Tokyo, such as `2023-10-27 22:40`.
pub(crate) fn tokyo(text: &str) -> Timestamp {
    let zone = zone();
    let civil = format!("{}:00", text.replace(' ', "T"));
    zone.resolve(civil.parse().expect("a civil time"))
}

pub(crate) fn zone() -> Zone {
    "Asia/Tokyo".parse().expect("a zone")
}

pub(crate) fn person(number: u8) -> PersonId {
    PersonId::from_bytes([number; 16])
}

pub(crate) fn case_id(number: u8) -> CaseId {
    CaseId::from_bytes([number; 16])
}

/// Facts by name.
pub(crate) fn facts<const N: usize>(facts: [(&str, Value); N]) -> Facts {
    facts
        .into_iter()
        .map(|(name, value)| {
            (
                name.parse().expect("a name"),
                Given::new(Change::Set(value)),
            )
        })
        .collect()
}

pub(crate) fn instant(text: &str) -> Value {
    Value::Instant(Instant::new(tokyo(text), zone()))
}

pub(crate) const ADMINISTRATOR: u8 = 1;
pub(crate) const DESK: u8 = 2;
pub(crate) const OFFICER: u8 = 3;
pub(crate) const EXECUTIVE: u8 = 4;

impl Desk {
    /// Opens an office with four persons, each in a role of their own, the calendar and the workflow.
    pub(crate) fn new() -> Self {
        Self::of(WORKFLOW)
    }

    /// Opens such an office under another workflow.
    pub(crate) fn of(workflow: &str) -> Self {
        let ledger = LedgerRow {
            size: 0,
            next_case_number: 1,
            next_incident_number: 1,
            kind: InstallationKind::Real,
            virtual_now: None,
            created_at: tokyo("2023-10-01 09:00").moment(),
        };
        let mut desk = Self {
            now: tokyo("2023-10-01 09:00"),
            people: People::default(),
            operator: Operator::default(),
            calendars: BTreeMap::new(),
            rules: None,
            cases: BTreeMap::new(),
            incident: None,
            histories: BTreeMap::new(),
            operator_facts: BTreeMap::new(),
            revisions: BTreeMap::new(),
            kept: Kept {
                records: Vec::new(),
                workflows: BTreeMap::new(),
                calendars: BTreeMap::new(),
                files: BTreeMap::new(),
                ledger,
                streams: Vec::new(),
                cases: Vec::new(),
                incidents: Vec::new(),
                clocks: Vec::new(),
                requests: Vec::new(),
                beside: Beside::default(),
            },
            drawn: 0,
        };
        desk.system(SystemContent::Create {
            kind: InstallationKind::Real,
            person: person(ADMINISTRATOR),
            name: Some("Admin".to_owned()),
            account: Some("root".to_owned()),
        });
        desk.publish_calendar(CALENDAR);
        desk.publish_workflow(workflow);
        for (number, role) in [
            (DESK, "desk"),
            (OFFICER, "officer"),
            (EXECUTIVE, "executive"),
        ] {
            desk.system(SystemContent::AddPerson {
                person: person(number),
                name: Some(format!("Person {number}")),
                account: None,
            });
            desk.grant(number, role);
        }
        desk.record_operator(&facts([(
            "operator_name",
            Value::Text("Example".to_owned()),
        )]));
        desk
    }

    fn draw(&mut self) -> [u8; 16] {
        self.drawn += 1;
        let digest = Digest::of(&self.drawn.to_be_bytes());
        digest.as_bytes()[..16].try_into().expect("sixteen bytes")
    }

    fn command(&mut self) -> CommandId {
        CommandId::from_bytes(self.draw())
    }

    /// Opens a case.
    pub(crate) fn open(&mut self, number: u8) -> CaseId {
        let id = case_id(number);
        let delivered = self.operator.delivery(&self.operator_facts, None);
        let content = Content::Open {
            number: self.kept.ledger.next_case_number,
            delivered,
        };
        if self.try_ask(id, (DESK, "desk"), None, content) {
            self.kept.ledger.next_case_number += 1;
        }
        id
    }

    /// Asks something of a case as a person in a role.
    pub(crate) fn ask(&mut self, id: CaseId, number: u8, role: &str, content: Content) {
        self.ask_at(id, (number, role), None, content);
    }

    /// Asks something that happened earlier, giving a reason.
    pub(crate) fn ask_at(
        &mut self,
        id: CaseId,
        who: (u8, &str),
        occurred_at: Option<Timestamp>,
        content: Content,
    ) {
        let asked = format!("{content:?}");
        let granted = self.try_ask(id, who, occurred_at, content);
        assert!(granted, "{asked} is refused");
    }

    /// Asks something, and tells whether it was granted.
    pub(crate) fn try_ask(
        &mut self,
        id: CaseId,
        (number, role): (u8, &str),
        occurred_at: Option<Timestamp>,
        content: Content,
    ) -> bool {
        let request = Request {
            command: self.command(),
            asker: Asker::Person {
                person: person(number),
                via: Via::Os,
                role: role.parse().expect("a role"),
            },
            occurred_at,
            reason: occurred_at.map(|_| Text::personal("told on the phone")),
            seen: None,
            content,
        };
        let before = self.cases.get(&id).map_or(0, |case| case.version);
        if !self.decide(id, &request) {
            return false;
        }
        let rows = self.kept.requests.len();
        self.kept.requests.push(RequestRow {
            number: i64::try_from(rows + 1).expect("a few requests"),
            person: person(number).to_string(),
            key: format!("key-{}", self.drawn),
            command: request.command.to_string(),
            stream: format!("case/{id}"),
            first_seq: before,
            last_seq: self.cases[&id].version - 1,
        });
        true
    }

    /// Lets the clock do something on a case.
    pub(crate) fn clock(&mut self, id: CaseId, content: Content) {
        let request = Request {
            command: self.command(),
            asker: Asker::Clock,
            occurred_at: None,
            reason: None,
            seen: None,
            content,
        };
        self.decide(id, &request);
    }

    pub(crate) fn file(&mut self, id: CaseId, who: (u8, &str), action: &str, dispatch: Dispatch) {
        let content = Content::Advance {
            action: action.parse().expect("a name"),
            facts: Facts::new(),
            dispatch,
        };
        self.ask(id, who.0, who.1, content);
    }

    /// Keeps a file and returns the request that attaches it.
    pub(crate) fn file_of(&mut self, bytes: &[u8]) -> Content {
        let digest = Digest::of(bytes);
        self.kept.files.insert(digest, bytes.to_vec());
        Content::Attach {
            digest,
            size: bytes.len() as u64,
            name: Text::personal("report.pdf"),
            filing: None,
            fact: None,
        }
    }

    /// Attaches a file and returns its digest.
    pub(crate) fn attach(&mut self, id: CaseId, bytes: &[u8]) -> Digest {
        let digest = Digest::of(bytes);
        let content = self.file_of(bytes);
        self.ask(id, OFFICER, "officer", content);
        digest
    }

    /// Decides a request and keeps what comes of it; tells whether anything did.
    fn decide(&mut self, id: CaseId, request: &Request) -> bool {
        let rules = self.rules.as_ref().expect("a workflow was published");
        let context = Context {
            rules,
            people: &self.people,
            calendars: &self.calendars,
        };
        let before = self.cases.get(&id);
        let events = match before {
            None => decide_open(&context, id, request, self.now),
            Some(case) => decide(&context, case, request, self.now),
        };
        let events = match events {
            Ok(events) if !events.is_empty() => events,
            Ok(_) | Err(_) => return false,
        };
        self.keep_events(id, &events);
        true
    }

    /// Keeps what was decided on a case.
    fn keep_events(&mut self, id: CaseId, events: &[Event<Body>]) {
        let rules = self.rules.as_ref().expect("a workflow was published");
        let context = Context {
            rules,
            people: &self.people,
            calendars: &self.calendars,
        };
        let before = self.cases.get(&id);
        let (case, rest) = match before {
            None => (open(id, &events[0]).expect("an opening"), &events[1..]),
            Some(case) => (case.clone(), events),
        };
        let in_case = InCase {
            workflow: case.digest,
            state: before.map(|case| case.state.clone()),
        };
        let case = rest.iter().fold(case, evolve);
        let stream = format!("case/{id}");
        let wake_at = wake_at(&context, &case, None).map(Timestamp::moment);
        let link = self.link(&stream);
        let mut salts = self.drawn;
        let records = seal_case(events, link, in_case, &mut || salt(&mut salts));
        self.drawn = salts;
        let (revision, records) = (case.revision, records.expect("it can be sealed"));
        self.keep_case(&case);
        self.cases.insert(id, case);
        self.keep(&stream, records);
        let row = self.stream(&stream);
        (row.revision, row.wake_at) = (revision, wake_at);
        let history = self.histories.entry(id).or_default();
        history.extend(events.iter().cloned());
    }

    /// Hands over what was kept.
    pub(crate) fn kept(&self) -> Kept {
        self.kept.clone()
    }

    /// Hands over what was kept, with a snapshot of every case as it stands.
    pub(crate) fn kept_with_snapshots(&self) -> Kept {
        let mut kept = self.kept();
        for (id, case) in &self.cases {
            let stream = format!("case/{id}");
            let head = kept.stream(&stream).head;
            let snapshot = SnapshotRow {
                stream,
                version: case.version,
                head,
                format: snapshot::FORMAT.to_owned(),
                digest: Digest::ZERO,
                bytes: snapshot::write(case),
            };
            kept.beside.snapshots.push(bound(snapshot));
        }
        kept
    }
}

/// Binds a snapshot to what it says of its place and format.
pub(crate) fn bound(row: SnapshotRow) -> SnapshotRow {
    let place = snapshot::Place {
        stream: &row.stream,
        version: row.version,
        head: row.head,
    };
    let digest = snapshot::digest(&row.format, place, &row.bytes);
    SnapshotRow { digest, ..row }
}
