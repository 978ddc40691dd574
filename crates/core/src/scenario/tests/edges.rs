//! Takes each edge out of the compiled graph: nothing but the graph remembers which action leaves which state.
//! Edges that no scenario takes are named, so that somebody writes the missing step.

use super::*;
use crate::name::{ActionName, StateName};

/// Returns how many edges there are, and those, as `detected notify`, without which every scenario goes as before.
pub(super) fn unnoticed(rules: &Rules, scenarios: &[Scenario]) -> (usize, Vec<String>) {
    let calendars = calendars();
    let fails = |rules: &Rules| {
        let mut each = scenarios.iter();
        each.any(|scenario| !run(std::slice::from_ref(rules), &calendars, scenario).passed())
    };
    assert!(
        !fails(rules),
        "the scenarios pass before anything is taken out"
    );
    let edges: std::collections::BTreeSet<(StateName, ActionName)> = rules
        .graph
        .edges()
        .into_iter()
        .map(|edge| (edge.from, edge.action))
        .collect();
    let unnoticed = edges.iter().filter(|(state, action)| {
        let mut without = rules.clone();
        without.graph = rules.graph.without(state, action);
        !fails(&without)
    });
    let unnoticed = unnoticed.map(|(state, action)| format!("{state} {action}"));
    (edges.len(), unnoticed.collect())
}

#[test]
fn every_edge_of_the_shipped_workflow_is_missed_by_a_scenario() {
    let (scenarios, _) = scenarios(SCENARIOS);
    let (planted, unnoticed) = unnoticed(rules(), &scenarios);
    println!("planted {planted}, caught {}", planted - unnoticed.len());
    assert_eq!(unnoticed, Vec::<String>::new());
    // The check itself: without the scenarios that close a case, nobody misses the edge that does.
    let some: Vec<Scenario> = scenarios
        .iter()
        .filter(|scenario| !scenario.name().starts_with("Closed"))
        .cloned()
        .collect();
    let (_, unnoticed) = self::unnoticed(rules(), &some);
    assert!(
        unnoticed.contains(&"preventing close".to_owned()),
        "{unnoticed:?}"
    );
}
