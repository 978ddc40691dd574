//! Reads scenarios out of their documents and checks every name against the workflow that they play.
//! Single steps are read by `step`, what they expect by `expect`.

use std::collections::{BTreeMap, BTreeSet};

use super::shape::{Reader, start_of};
use super::spoken::spoken;
use super::{About, Case, Happening, Opening, Player, Plays, Scenario, Step, What, Who, step};
use crate::case::event::Change;
use crate::case::given;
use crate::case::request::{Facts, Given};
use crate::catalogue::{Arg, Language};
use crate::diagnostic::{
    Diagnostic, Findings, Location, SCENARIO_BAD_VALUE, SCENARIO_MISPLACED_KEY,
    SCENARIO_NOT_OPERATORS, SCENARIO_OPENED_TWICE, SCENARIO_OUT_OF_ORDER,
};
use crate::incident::Shared;
use crate::name::{AuthorityName, FactName, RoleName, WorkflowName};
use crate::time::{Timestamp, Zone};
use crate::value::Value;
use crate::value::parse::Written;
use crate::workflow::rules::{FactRule, Owner, Rules};
use crate::workflow::source::{Document, Entry, Kind, Node};

/// The keys of a scenario.
pub(super) const KEYS: &[&str] = &[
    "tsuho", "scenario", "workflow", "incident", "zone", "sources", "operator", "open", "steps",
];

/// Reads the scenarios among documents, each against its workflow; one that has mistakes is left out.
///
/// `names` are those of every workflow that was found, whether or not it can be used: a scenario whose workflow has
/// mistakes of its own is left out without another word. Texts that are written in both languages are read in
/// `language`; what a case decides is the same in each, since no decision reads a text.
#[must_use]
pub fn read<'d>(
    documents: impl IntoIterator<Item = &'d Document>,
    workflows: &[Rules],
    names: &BTreeSet<WorkflowName>,
    language: Language,
) -> (Vec<Scenario>, Findings) {
    let mut scenarios = Vec::new();
    let mut findings = Findings::new();
    for document in documents {
        let mut reader = Reader::default();
        let scenario = scenario(&mut reader, (document, language), workflows, names);
        if !reader.findings.has_errors() && !has_fault(&document.root) {
            scenarios.extend(scenario);
        }
        findings.extend(reader.findings);
    }
    (scenarios, findings)
}

/// Tells whether the YAML reader has reported a mistake at a value or within it.
fn has_fault(node: &Node) -> bool {
    node.is_faulty()
        || node.items().iter().any(has_fault)
        || node.entries().iter().any(|entry| has_fault(&entry.value))
}

/// What the parts of a scenario are read against.
#[derive(Clone, Copy)]
pub(super) struct Against<'a> {
    /// The rules of the case; of what concerns the incident, those of its first case.
    pub(super) rules: &'a Rules,
    /// The facts that can be named.
    pub(super) facts: &'a BTreeMap<FactName, FactRule>,
    pub(super) zone: &'a Zone,
}

/// The cases of a scenario with their rules, and what they share.
pub(super) struct Stage<'a> {
    pub(super) plays: Plays,
    pub(super) cases: Vec<(Case, &'a Rules)>,
    /// What the incident keeps for them.
    shared: Shared,
    pub(super) zone: Zone,
}

impl Stage<'_> {
    /// Returns what is read of a case.
    pub(super) fn case(&self, place: usize) -> Against<'_> {
        let (_, rules) = self.cases[place];
        Against {
            rules,
            facts: &rules.facts,
            zone: &self.zone,
        }
    }

    /// Returns what is read of the incident.
    pub(super) fn incident(&self) -> Against<'_> {
        Against {
            facts: self.shared.facts(),
            ..self.case(0)
        }
    }

    /// Returns what is read of something.
    pub(super) fn about(&self, about: About) -> Against<'_> {
        match about {
            About::Case(place) => self.case(place),
            About::Incident => self.incident(),
        }
    }

    /// Reads the name of a case.
    pub(super) fn place(&self, reader: &mut Reader, text: &str, at: &Location) -> Option<usize> {
        let names = || self.cases.iter().map(|(case, _)| case.name.as_str());
        let name: String = reader.named(text, at, "scenario.kind.case", names())?;
        names().position(|known| known == name)
    }
}

fn scenario(
    reader: &mut Reader,
    (document, language): (&Document, Language),
    workflows: &[Rules],
    names: &BTreeSet<WorkflowName>,
) -> Option<Scenario> {
    let root = &spoken(&document.root, language);
    if !reader.is_map(root, KEYS, &[]) {
        return None;
    }
    // What it is called is kept in both languages: who plays it in one may be told of it in the other.
    let title_node = reader.required(&document.root, "scenario")?;
    let title = reader.title(title_node);
    let (plays, cases) = cases(reader, root, (workflows, names))?;
    // Reading goes on after a mistake; what is read then is reported and not played.
    let zone = reader
        .required(root, "zone")
        .and_then(|node| zone(reader, node))
        .unwrap_or_else(Zone::utc);
    let stage = Stage {
        plays,
        shared: Shared::of(cases.iter().map(|(_, rules)| *rules)),
        cases,
        zone,
    };
    let sources = root
        .get("sources")
        .map_or_else(Vec::new, |node| reader.several(node, Reader::text));
    let operator = root
        .get("operator")
        .map_or_else(Facts::new, |node| operator(reader, node, &stage));
    let opening = reader
        .required(root, "open")
        .and_then(|node| opening(reader, node, &stage));
    let steps = reader
        .required(root, "steps")
        .map_or_else(Vec::new, |node| steps(reader, node, &stage));
    in_order(reader, opening.as_ref(), &steps);
    opened_once(reader, opening.as_ref(), &steps);
    Some(Scenario {
        title: title?,
        at: title_node.at.clone(),
        language,
        plays,
        cases: stage.cases.into_iter().map(|(case, _)| case).collect(),
        sources,
        operator,
        opening: opening?,
        steps,
        zone: stage.zone,
    })
}

/// Reads which cases are played: one of a workflow, or those of an incident by name.
fn cases<'a>(
    reader: &mut Reader,
    root: &Node,
    (workflows, names): (&'a [Rules], &BTreeSet<WorkflowName>),
) -> Option<(Plays, Vec<(Case, &'a Rules)>)> {
    let case = |reader: &mut Reader, name: &str, node: &Node| {
        let among = names.iter().map(WorkflowName::as_str);
        let workflow: WorkflowName = reader.name(node, "scenario.kind.workflow", among)?;
        let rules = workflows.iter().find(|rules| rules.name == workflow)?;
        let name = name.to_owned();
        Some((Case { name, workflow }, rules))
    };
    let Some(incident) = root.get("incident") else {
        let node = reader.required(root, "workflow")?;
        return Some((Plays::OneCase, vec![case(reader, "", node)?]));
    };
    if let Some(entry) = root.entries().iter().find(|entry| entry.key == "workflow") {
        let misplaced = Diagnostic::new(SCENARIO_MISPLACED_KEY, entry.key_at.clone());
        reader.report(misplaced.with("key", "workflow").with("beside", "incident"));
    }
    if !matches!(incident.kind, Kind::Map(_)) || incident.entries().is_empty() {
        reader.expected(incident, "value.shape.map");
        return None;
    }
    let entries = incident.entries().iter();
    let cases: Option<Vec<_>> = entries
        .map(|entry| case(reader, &entry.key, &entry.value))
        .collect();
    Some((Plays::Incident, cases?))
}

fn zone(reader: &mut Reader, node: &Node) -> Option<Zone> {
    let text = reader.text(node)?;
    let zone = text.parse().ok();
    if zone.is_none() {
        let bad = Diagnostic::new(SCENARIO_BAD_VALUE, node.at.clone());
        let args = [
            ("text", Arg::from(text)),
            ("form", Arg::Key("value.form.zone")),
        ];
        reader.report(bad.with("why", Arg::Message("value.wrong_form", args.into())));
    }
    zone
}

/// Reads facts by name; what is wrong with them is reported.
pub(super) fn facts(reader: &mut Reader, node: &Node, against: Against<'_>) -> Facts {
    facts_of(reader, node, against, |_| true)
}

/// Reads those entries of a mapping that are facts.
pub(super) fn facts_of(
    reader: &mut Reader,
    node: &Node,
    against: Against<'_>,
    is_fact: impl Fn(&Entry) -> bool,
) -> Facts {
    if !matches!(node.kind, Kind::Map(_)) {
        reader.expected(node, "value.shape.map");
        return Facts::new();
    }
    let entries: Vec<&Entry> = node
        .entries()
        .iter()
        .filter(|entry| is_fact(entry))
        .collect();
    let written = entries
        .iter()
        .map(|entry| (entry.key.clone(), Written::from(&entry.value)));
    let written = Written::Map(written.collect());
    let (facts, malformed) = given::facts(against.facts, &written, against.zone);
    for one in &malformed {
        reader.bad_value(node, one);
    }
    for Entry { key, value, .. } in entries {
        if let Some(given) = facts.get(key.as_str()) {
            known_authority(reader, value, given, against);
        }
    }
    facts
}

/// Reports an authority that no library declares.
fn known_authority(reader: &mut Reader, node: &Node, given: &Given, against: Against<'_>) {
    if let Change::Set(Value::Authority(name)) = &given.change
        && !against.rules.authorities.contains_key(name)
    {
        let known = against.rules.authorities.keys().map(AuthorityName::as_str);
        let at = &node.get("value").unwrap_or(node).at;
        let _: Option<AuthorityName> =
            reader.named(name.as_str(), at, "scenario.kind.authority", known);
    }
}

/// Reads facts of the operator, as one of the cases declares each.
fn operator(reader: &mut Reader, node: &Node, stage: &Stage<'_>) -> Facts {
    let declared: BTreeMap<FactName, FactRule> = stage
        .cases
        .iter()
        .rev()
        .flat_map(|(_, rules)| rules.facts.clone())
        .collect();
    let against = Against {
        facts: &declared,
        ..stage.case(0)
    };
    let facts = facts(reader, node, against);
    for entry in node.entries() {
        let rule = declared.get(entry.key.as_str());
        if rule.is_some_and(|rule| rule.owner != Owner::Operator || rule.is.is_some()) {
            let wrong = Diagnostic::new(SCENARIO_NOT_OPERATORS, entry.key_at.clone());
            reader.report(wrong.with("fact", entry.key.as_str()));
        }
    }
    facts
}

fn opening(reader: &mut Reader, node: &Node, stage: &Stage<'_>) -> Option<Opening> {
    let keys: &[&str] = match stage.plays {
        Plays::OneCase => &["at", "by"],
        Plays::Incident => &["at", "by", "cases"],
    };
    if !reader.is_map(node, keys, &[]) {
        return None;
    }
    let against = stage.incident();
    let moment = reader
        .required(node, "at")
        .and_then(|at| reader.moment(at, against.zone));
    let by = reader
        .required(node, "by")
        .and_then(|by| player(reader, by, against));
    let cases = match node.get("cases") {
        None => (0..stage.cases.len()).collect(),
        Some(cases) => reader.several(cases, |reader, node| {
            let text = reader.text(node)?;
            stage.place(reader, &text, &node.at)
        }),
    };
    Some(Opening {
        at: start_of(&node.at),
        moment: moment?,
        by: by?,
        cases: (!cases.is_empty()).then_some(cases)?,
    })
}

/// Reads a role, played by a person of its own, or a person in a role.
pub(super) fn player(reader: &mut Reader, node: &Node, against: Against<'_>) -> Option<Player> {
    let roles = against.rules.roles.keys().map(RoleName::as_str);
    if !matches!(node.kind, Kind::Map(_)) {
        let role: RoleName = reader.name(node, "scenario.kind.role", roles)?;
        return Some(Player {
            who: Who::OfRole(role.clone()),
            role,
        });
    }
    reader.is_map(node, &["person", "role"], &[]);
    let person = reader
        .required(node, "person")
        .and_then(|person| reader.text(person));
    let role = reader
        .required(node, "role")
        .and_then(|role| reader.name(role, "scenario.kind.role", roles));
    Some(Player {
        who: Who::Named(person?),
        role: role?,
    })
}

fn steps(reader: &mut Reader, node: &Node, stage: &Stage<'_>) -> Vec<Step> {
    if !matches!(node.kind, Kind::List(_)) {
        reader.expected(node, "value.shape.list");
    }
    let items = node.items().iter();
    items
        .filter_map(|item| step::read(reader, item, stage))
        .collect()
}

/// Reports cases of an incident that are opened again.
fn opened_once(reader: &mut Reader, opening: Option<&Opening>, steps: &[Step]) {
    let mut open: BTreeSet<usize> = BTreeSet::new();
    let first = opening.into_iter().flat_map(|opening| {
        let at = &opening.at;
        opening.cases.iter().map(move |place| (*place, at))
    });
    let later = steps.iter().filter_map(|step| match &step.happening {
        Happening::Asked(asked) => match asked.what {
            What::Opens(place) => Some((place, &step.at)),
            What::Asks(..) => None,
        },
        Happening::TimePasses => None,
    });
    for (place, at) in first.chain(later) {
        if !open.insert(place) {
            reader.report(Diagnostic::new(SCENARIO_OPENED_TWICE, at.clone()));
        }
    }
}

/// Reports steps that lie before the one that they follow.
fn in_order(reader: &mut Reader, opening: Option<&Opening>, steps: &[Step]) {
    let mut before: Option<(Timestamp, &Location)> =
        opening.map(|opening| (opening.moment, &opening.at));
    for step in steps {
        if let Some((_, earlier)) = before.filter(|(moment, _)| step.moment < *moment) {
            let wrong = Diagnostic::new(SCENARIO_OUT_OF_ORDER, step.at.clone());
            reader.report(wrong.label(earlier.clone(), "scenario.label.before"));
        } else {
            before = Some((step.moment, &step.at));
        }
    }
}
