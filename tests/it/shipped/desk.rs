//! An installation on a real file with every shipped workflow and one person for each role, and a clock that the test
//! moves. What they ask is drawn in `draw.rs`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;
use tsuho_core::case::event::Via;
use tsuho_core::case::request::{Asker, Content, Request, Text};
use tsuho_core::ids::{CaseId, PersonId};
use tsuho_core::name::RoleName;
use tsuho_core::time::{Span, Timestamp};
use tsuho_core::workflow::Rules;
use tsuho_core::workflow::bundle::Bundle;
use tsuho_core::workflow::compile;
use tsuho_executor::{
    Answer, Done, Error, Executor, Founder, How, ManualClock, Opening, PersonChange, SeededChance,
    Sender,
};
use tsuho_store::{Kind, Store};

use super::draw::{self, Draws, FILE};

/// An installation in a file.
pub(super) struct Desk {
    folder: TempDir,
    clock: Arc<ManualClock>,
    pub(super) executor: Arc<Executor>,
    people: Vec<(RoleName, PersonId)>,
    /// The name of every shipped workflow that can be opened as a case.
    pub(super) workflows: Vec<String>,
}

/// Returns the name and text of every shipped file.
fn files() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../workflows");
    let mut files = Vec::new();
    for below in ["", "library/"] {
        for entry in std::fs::read_dir(folder.join(below)).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|name| name.to_str());
            let name = name.expect("a name in UTF-8");
            let is_workflow = name
                .strip_suffix(".yaml")
                .is_some_and(|stem| !stem.contains('.'));
            if is_workflow {
                let bytes = std::fs::read(&path).expect("a file");
                files.push((format!("{below}{name}"), bytes));
            }
        }
    }
    files.sort();
    files
}

/// Returns the files as the compiler takes them.
fn shipped(files: &[(String, Vec<u8>)]) -> Vec<(&str, &[u8])> {
    let given = files.iter();
    given
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect()
}

impl Desk {
    /// Makes an installation in June 2025, when every shipped text is in force.
    pub(super) async fn open(seed: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let now: tsuho_ledger::Moment = "2025-06-02T00:00:00.000000Z".parse().expect("a moment");
        let path = folder.path().join("a.db");
        let store = tsuho_store_sqlite::create(&path, Kind::Real, now).await;
        let store: Arc<dyn Store> = Arc::new(store.expect("a database"));
        let clock = Arc::new(ManualClock::new(Timestamp::from(now)));
        let chance = Arc::new(SeededChance::new(seed));
        let executor = Arc::new(Executor::new(store.clone(), clock.clone(), chance));
        let mut desk = Self {
            folder,
            clock,
            executor,
            people: Vec::new(),
            workflows: Vec::new(),
        };
        desk.found().await;
        store.put_blob(FILE).await.expect("a file is kept");
        desk
    }

    async fn found(&mut self) {
        let founder = self.executor.new_person();
        let first = Founder {
            person: founder,
            via: Via::Os,
            name: "Founder".to_owned(),
            account: Some("founder".to_owned()),
        };
        granted(self.executor.create(&first).await);
        let sender = || Sender {
            command: self.executor.new_command(),
            person: founder,
            via: Via::Os,
        };
        let files = files();
        let given = shipped(&files);
        let all = compile::workspace(&given).workflows;
        let mut roles = std::collections::BTreeSet::new();
        for rules in &all {
            let bundle = Bundle::collect(&given, &rules.name).expect("a shipped workflow");
            let published = self
                .executor
                .publish_workflow(&sender(), &bundle, &How::default())
                .await;
            granted(published);
            roles.extend(rules.roles.keys().cloned());
        }
        let mut people = Vec::new();
        for role in roles {
            let person = self.executor.new_person();
            let add = PersonChange::Add {
                person,
                name: format!("The {role}"),
                account: None,
            };
            let grant = PersonChange::Grant {
                person,
                role: role.clone(),
            };
            for change in [add, grant] {
                granted(
                    self.executor
                        .change_person(&sender(), change, &How::default())
                        .await,
                );
            }
            people.push((role, person));
        }
        self.people = people;
        self.workflows = all.iter().map(|rules| rules.name.to_string()).collect();
    }

    /// Returns where the file lies.
    pub(super) fn database(&self) -> PathBuf {
        self.folder.path().join("a.db")
    }

    /// Lets time pass.
    pub(super) fn pass(&self, span: Span) {
        self.clock.set(self.executor.now().plus(span));
    }

    /// Returns a person who holds a role, using it.
    pub(super) fn asker(&self, role: &str) -> Asker {
        let found = self.people.iter().find(|(held, _)| held.as_str() == role);
        let (role, person) = found.expect("somebody holds every role");
        Asker::Person {
            person: *person,
            via: Via::Os,
            role: role.clone(),
        }
    }

    /// Returns what the person of a role asks, of what happens now.
    pub(super) fn now(&self, role: &str, content: Content) -> Request {
        Request {
            command: self.executor.new_command(),
            asker: self.asker(role),
            occurred_at: None,
            reason: Some(Text::personal("because")),
            seen: None,
            content,
        }
    }

    /// Returns what the person of a role asks; now and then of something that happened before.
    pub(super) fn request(&self, draws: &mut Draws, role: &str, content: Content) -> Request {
        let now = self.executor.now();
        let minutes = i64::try_from(draws.below(3_000)).expect("a few days");
        Request {
            occurred_at: (draws.below(6) == 0).then(|| now.plus(Span::from_minutes(-minutes))),
            reason: (draws.below(5) > 0).then(|| Text::personal("because")),
            ..self.now(role, content)
        }
    }

    /// Records facts of the operator, most of the time.
    pub(super) async fn record_operator(&self, draws: &mut Draws) {
        for rules in &compile::workspace(&shipped(&files())).workflows {
            let facts = draw::operator_facts(draws, rules, self.executor.now());
            if facts.is_empty() {
                continue;
            }
            let request = self.now("counsel", Content::Record { facts });
            let answer = self
                .executor
                .record_operator_facts(&request, &How::default())
                .await;
            answer.expect("no failure");
        }
    }

    /// Opens a case of a workflow, with the paper attached that is sent later.
    pub(super) async fn case(&self, workflow: &str) -> CaseId {
        let opening = Opening {
            command: self.executor.new_command(),
            asker: self.asker("duty_officer"),
            workflow: workflow.parse().expect("a name"),
            version: None,
            occurred_at: None,
            reason: None,
        };
        let opened = granted(self.executor.open_case(&opening, &How::default()).await);
        let id = opened.case_id().expect("the stream of a case");
        let attach = self.now("duty_officer", draw::paper());
        granted(self.executor.submit(id, &attach, &How::default()).await);
        id
    }

    /// Returns the rules to which a case is pinned.
    pub(super) async fn rules(&self, id: CaseId) -> Rules {
        let ground = self.executor.ground(id).await.expect("the case");
        ground.compiled.rules.clone()
    }
}

/// Returns what was granted.
fn granted<B: std::fmt::Debug, R: std::fmt::Debug>(answer: Result<Answer<B, R>, Error>) -> Done<B> {
    match answer.expect("no failure") {
        Answer::Done(done) => done,
        Answer::Refused(refusal) => panic!("refused: {refusal:?}"),
    }
}
