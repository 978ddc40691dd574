//! Takes each edge out of the graph of each shipped workflow: some scenario must miss it, or nobody has tried it.
//! What else a scenario must notice is planted beside the scenarios' reader, in `crates/core`.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_core::calendar::{Calendar, all_shipped};
use tsuho_core::catalogue::Language;
use tsuho_core::name::CalendarName;
use tsuho_core::scenario::{self, Scenario};
use tsuho_core::workflow::{Rules, compile, source};

use crate::by_hand::texts;
use crate::cmd::repository;

/// Every shipped workflow and every scenario.
struct Shipped {
    workflows: Vec<Rules>,
    scenarios: Vec<Scenario>,
    calendars: BTreeMap<CalendarName, Calendar>,
}

impl Shipped {
    fn read() -> Self {
        let texts = texts(&repository().join("workflows"));
        let (scenarios, workflows): (Vec<_>, Vec<_>) = texts
            .iter()
            .partition(|(name, _)| name.ends_with(".test.yaml"));
        let given: Vec<(&str, &[u8])> = workflows
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_bytes()))
            .collect();
        let compiled = compile::workspace(&given);
        let read = scenarios.iter().flat_map(|(name, text)| {
            let (documents, _) = source::read(name, text.as_bytes());
            let (rules, names) = (&compiled.workflows, &compiled.names);
            scenario::read(&documents, rules, names, Language::En).0
        });
        Self {
            scenarios: read.collect(),
            workflows: compiled.workflows.clone(),
            calendars: all_shipped()
                .iter()
                .map(|calendar| (calendar.name.clone(), calendar.clone()))
                .collect(),
        }
    }

    /// Returns the scenarios that play a workflow.
    fn of(&self, rules: &Rules) -> Vec<&Scenario> {
        let plays = |scenario: &&Scenario| {
            let mut cases = scenario.cases.iter();
            cases.any(|case| case.workflow == rules.name)
        };
        self.scenarios.iter().filter(plays).collect()
    }

    /// Tells whether one of some scenarios goes otherwise with these rules in the place of those of that name.
    fn missed(&self, changed: &Rules, scenarios: &[&Scenario]) -> bool {
        let all: Vec<Rules> = self
            .workflows
            .iter()
            .map(|rules| {
                if rules.name == changed.name {
                    changed
                } else {
                    rules
                }
            })
            .cloned()
            .collect();
        let mut each = scenarios.iter();
        each.any(|scenario| !scenario::run(&all, &self.calendars, scenario).passed())
    }

    /// Returns how many edges a workflow has, and those that no scenario misses.
    fn unmissed(&self, rules: &Rules, scenarios: &[&Scenario]) -> (usize, Vec<String>) {
        let edges: BTreeSet<_> = rules
            .graph
            .edges()
            .into_iter()
            .map(|edge| (edge.from, edge.action))
            .collect();
        let unmissed = edges.iter().filter(|(state, action)| {
            let mut without = rules.clone();
            without.graph = rules.graph.without(state, action);
            !self.missed(&without, scenarios)
        });
        let unmissed = unmissed.map(|(state, action)| format!("{} {state} {action}", rules.name));
        (edges.len(), unmissed.collect())
    }
}

#[test]
fn every_edge_of_every_shipped_workflow_is_missed_by_a_scenario() {
    let shipped = Shipped::read();
    let (mut planted, mut unmissed) = (0, Vec::new());
    for rules in &shipped.workflows {
        let scenarios = shipped.of(rules);
        assert!(
            !shipped.missed(rules, &scenarios),
            "{} passes before",
            rules.name
        );
        let (edges, found) = shipped.unmissed(rules, &scenarios);
        planted += edges;
        unmissed.extend(found);
    }
    println!(
        "edges of shipped workflows taken out: planted {planted}, caught {}",
        planted - unmissed.len()
    );
    assert_eq!(unmissed, [""; 0]);
    // The check itself: without its scenarios nobody misses an edge.
    let first = &shipped.workflows[0];
    let (edges, found) = shipped.unmissed(first, &[]);
    assert_eq!(found.len(), edges);
}
