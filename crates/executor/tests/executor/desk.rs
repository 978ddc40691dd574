//! A desk with people behind it: an installation in a file, a clock that the test moves, and one person for each role.
//! What they ask is in `given.rs`.

use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;
use tsuho_core::case::event::Via;
use tsuho_core::case::request::{Asker, Content, Request, Text};
use tsuho_core::case::{Body, Rejection};
use tsuho_core::ids::{CaseId, PersonId};
use tsuho_core::name::RoleName;
use tsuho_core::time::Timestamp;
use tsuho_core::workflow::bundle::{Bundle, BundledFile};
use tsuho_executor::{
    Answer, Done, Error, Executor, Founder, How, Keeping, ManualClock, Opening, PersonChange,
    SeededChance, Sender,
};
use tsuho_store::{Kind, Store};
use tsuho_store_sqlite::{Mode, SqliteStore};

/// The shipped workflow.
pub(crate) const WORKFLOW: &str = "jp-tba-secrecy-leak";

/// The roles of the library, in the order of the desk's people.
pub(crate) const ROLES: [&str; 5] = [
    "duty_officer",
    "privacy_officer",
    "head_of_compliance",
    "executive",
    "counsel",
];

/// An installation in a file, and one process at work on it.
pub(crate) struct Desk {
    folder: TempDir,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) executor: Arc<Executor>,
    pub(crate) founder: PersonId,
    pub(crate) people: [PersonId; 5],
}

/// The shipped workflow of the commission's law, which shares its facts with the other.
pub(crate) const SISTER: &str = "jp-appi-breach";

/// Returns the files of the commission's workflow.
pub(crate) fn sister_bundle() -> Bundle {
    let mut bundle = bundle();
    bundle.files[1] = BundledFile {
        name: format!("{SISTER}.yaml"),
        text: include_str!("../../../../workflows/jp-appi-breach.yaml").to_owned(),
    };
    bundle.files.sort_by(|one, other| one.name.cmp(&other.name));
    bundle.workflow = SISTER.parse().expect("a name");
    bundle
}

/// Returns the files of the shipped workflow.
pub(crate) fn bundle() -> Bundle {
    let file = |name: &str, text: &str| BundledFile {
        name: name.to_owned(),
        text: text.to_owned(),
    };
    Bundle {
        files: vec![
            file(
                "incident-report.yaml",
                include_str!("../../../../workflows/incident-report.yaml"),
            ),
            file(
                "jp-tba-secrecy-leak.yaml",
                include_str!("../../../../workflows/jp-tba-secrecy-leak.yaml"),
            ),
            file(
                "library/incident.yaml",
                include_str!("../../../../workflows/library/incident.yaml"),
            ),
            file(
                "library/jp.yaml",
                include_str!("../../../../workflows/library/jp.yaml"),
            ),
        ],
        workflow: WORKFLOW.parse().expect("a name"),
    }
}

/// Reads a moment of Tokyo written as `2023-10-27T18:00`.
pub(crate) fn tokyo(text: &str) -> Timestamp {
    let utc: tsuho_ledger::Moment = format!("{text}:00.000000Z").parse().expect("a moment");
    Timestamp::from(utc).plus(tsuho_core::time::Span::from_hours(-9))
}

impl Desk {
    /// Makes an installation with the shipped workflow published, at 17 October 2023 in Tokyo.
    pub(crate) async fn open(seed: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let now = tokyo("2023-10-17T18:00");
        let path = folder.path().join("desk.db");
        let store = tsuho_store_sqlite::create(&path, Kind::Real, now.moment())
            .await
            .expect("a database");
        let store: Arc<dyn Store> = Arc::new(store);
        let clock = Arc::new(ManualClock::new(now));
        let chance = Arc::new(SeededChance::new(seed));
        let executor = Arc::new(Executor::new(store.clone(), clock.clone(), chance));
        let founder = executor.new_person();
        let people = ROLES.map(|_| executor.new_person());
        let desk = Self {
            folder,
            store,
            clock,
            executor,
            founder,
            people,
        };
        desk.found().await;
        desk
    }

    async fn found(&self) {
        let founder = Founder {
            person: self.founder,
            via: Via::Os,
            name: "Founder".to_owned(),
            account: Some("founder".to_owned()),
        };
        granted(self.executor.create(&founder).await);
        for (person, role) in self.people.into_iter().zip(ROLES) {
            let add = PersonChange::Add {
                person,
                name: format!("The {role}"),
                account: None,
            };
            self.change(add).await;
            self.change(PersonChange::Grant {
                person,
                role: role.parse().expect("a role"),
            })
            .await;
        }
        let published = self
            .executor
            .publish_workflow(&self.sender(), &bundle(), &How::default())
            .await;
        granted(published);
    }

    /// Publishes the commission's workflow too.
    pub(crate) async fn publish_sister(&self) {
        let (executor, how) = (&self.executor, How::default());
        let (sender, bundle) = (self.sender(), sister_bundle());
        granted(executor.publish_workflow(&sender, &bundle, &how).await);
    }

    /// Returns who administers the installation, with the name of a decision.
    pub(crate) fn sender(&self) -> Sender {
        Sender {
            command: self.executor.new_command(),
            person: self.founder,
            via: Via::Os,
        }
    }

    /// Changes a person, as the administrator.
    pub(crate) async fn change(&self, change: PersonChange) {
        granted(
            self.executor
                .change_person(&self.sender(), change, &How::default())
                .await,
        );
    }

    /// Tells whether a person holds a role.
    pub(crate) async fn holds(&self, person: PersonId, role: &RoleName) -> bool {
        let installation = self.executor.installation().await;
        let people = &installation.expect("an installation").people;
        let person = people.person(person);
        person.is_some_and(|person| person.holds(role))
    }

    /// Gives the person of a role that role again, if it was taken away.
    pub(crate) async fn give_back(&self, role: &str) {
        let Asker::Person { person, role, .. } = self.asker(role) else {
            panic!("somebody asks");
        };
        if !self.holds(person, &role).await {
            self.change(PersonChange::Grant { person, role }).await;
        }
    }

    /// Returns a second process on the same file, with chance of its own and the same clock.
    pub(crate) async fn other_process(&self, seed: &str) -> Arc<Executor> {
        let store: Arc<dyn Store> = Arc::new(self.reopened().await);
        self.executor_on(store, seed)
    }

    /// Returns an executor on a store, with the desk's clock.
    pub(crate) fn executor_on(&self, store: Arc<dyn Store>, seed: &str) -> Arc<Executor> {
        Arc::new(Executor::new(
            store,
            self.clock.clone(),
            Arc::new(SeededChance::new(seed)),
        ))
    }

    /// Returns a process on the same file that keeps no case in memory, and a snapshot of each after so many events.
    pub(crate) async fn forgetful_process(&self, seed: &str, events: u32) -> Arc<Executor> {
        let store: Arc<dyn Store> = Arc::new(self.reopened().await);
        self.forgetful(store, seed, events)
    }

    /// Returns such a process on a store.
    pub(crate) fn forgetful(
        &self,
        store: Arc<dyn Store>,
        seed: &str,
        snapshot_events: u32,
    ) -> Arc<Executor> {
        let executor = Executor::new(store, self.clock.clone(), Arc::new(SeededChance::new(seed)));
        Arc::new(executor.keeping(Keeping {
            cache_bytes: 0,
            snapshot_events,
        }))
    }

    /// Opens the file once more.
    pub(crate) async fn reopened(&self) -> SqliteStore {
        tsuho_store_sqlite::open(&self.path(), Mode::ReadWrite)
            .await
            .expect("the database opens")
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("desk.db")
    }

    /// Returns the person of a role, using it.
    pub(crate) fn asker(&self, role: &str) -> Asker {
        let place = ROLES
            .iter()
            .position(|other| *other == role)
            .expect("a role of the desk");
        Asker::Person {
            person: self.people[place],
            via: Via::Os,
            role: role.parse().expect("a role"),
        }
    }

    /// Returns a request of the person of a role.
    pub(crate) fn request(&self, role: &str, content: Content) -> Request {
        Request {
            command: self.executor.new_command(),
            asker: self.asker(role),
            occurred_at: None,
            reason: None,
            seen: None,
            content,
        }
    }

    /// Returns a request of the person of a role, with a reason.
    pub(crate) fn reasoned(&self, role: &str, content: Content) -> Request {
        Request {
            reason: Some(Text::personal("because")),
            ..self.request(role, content)
        }
    }

    /// Returns what opens a case.
    pub(crate) fn opening(&self) -> Opening {
        Opening {
            command: self.executor.new_command(),
            asker: self.asker("duty_officer"),
            workflow: WORKFLOW.parse().expect("a name"),
            version: None,
            occurred_at: None,
            reason: None,
        }
    }

    /// Opens a case.
    pub(crate) async fn case(&self) -> CaseId {
        let opened = granted(
            self.executor
                .open_case(&self.opening(), &How::default())
                .await,
        );
        opened.case_id().expect("the stream of a case")
    }

    /// Asks something of a case that is granted.
    pub(crate) async fn does(&self, id: CaseId, role: &str, content: Content) -> Done<Body> {
        granted(
            self.executor
                .submit(id, &self.request(role, content), &How::default())
                .await,
        )
    }

    /// Asks something of a case that is refused.
    pub(crate) async fn refused(&self, id: CaseId, request: &Request) -> Rejection {
        refusal(self.executor.submit(id, request, &How::default()).await)
    }

    /// Returns the state in which a case is.
    pub(crate) async fn state(&self, id: CaseId) -> String {
        self.executor
            .ground(id)
            .await
            .expect("the case")
            .case
            .state
            .to_string()
    }
}

/// Returns what was granted.
pub(crate) fn granted<B: std::fmt::Debug, R: std::fmt::Debug>(
    answer: Result<Answer<B, R>, Error>,
) -> Done<B> {
    match answer.expect("no failure") {
        Answer::Done(done) => done,
        Answer::Refused(refusal) => panic!("refused: {refusal:?}"),
    }
}

/// Returns why it was refused.
pub(crate) fn refusal<B: std::fmt::Debug, R>(answer: Result<Answer<B, R>, Error>) -> R {
    match answer.expect("no failure") {
        Answer::Done(done) => panic!("granted: {done:?}"),
        Answer::Refused(refusal) => refusal,
    }
}

/// Returns the types of events.
pub(crate) fn types<B: tsuho_core::case::event::EventBody>(
    events: &[tsuho_core::case::Event<B>],
) -> Vec<&'static str> {
    events.iter().map(|event| event.body.type_name()).collect()
}
