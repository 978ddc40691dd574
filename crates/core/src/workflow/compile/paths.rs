//! Builds the graph of states and actions, and checks that every case can be led to an end (S1, Z2).
//! What an action asks for is left to `machine`.

use std::collections::{BTreeMap, BTreeSet};

use super::found::Found;
use super::scope::Known;
use super::standstill::delays_from;
use crate::diagnostic::{
    CLOCK_CYCLE, Diagnostic, INITIAL_CLOSED, Location, NO_COMPLETED_STATE, NO_INITIAL_STATE,
    NO_WAY_TO_AN_END, PHASE_BACKWARDS, TOO_MANY_EDGES, TWO_INITIAL_STATES, UNREACHABLE_STATE,
};
use crate::name::{ActionName, StateName};
use crate::workflow::document::{ActionDocument, At, Leaves, StateDocument, WorkflowKind};
use crate::workflow::graph::{Edge, Graph, Move};
use crate::workflow::rules::{ActionRule, By, Outcome, Phase};

/// Most edges of a graph: the largest regime written so far has 30, and `from: any` multiplies states by actions.
const MOST_EDGES: usize = 10_000;

/// The states that could be read, with the place of their names.
type States<'d> = BTreeMap<&'d StateName, (&'d At<StateName>, &'d StateDocument)>;

/// Builds the graph and checks it; `None` without a state to begin in.
pub(super) fn graph(known: &Known<'_>, actions: &[ActionRule], found: &mut Found) -> Option<Graph> {
    let items = &known.resolved.states;
    let states: States<'_> = items
        .iter()
        .filter_map(|item| Some((&item.name.value, (&item.name, item.sound()?))))
        .collect();
    // A state that could not be read may be the one that is missing.
    let whole = states.len() == items.len();
    let document = known.resolved.document();
    let initial = initial(known, &states, found);
    let completed = |state: &StateDocument| {
        // A closed state that does not say how it ends a case was reported; it may be the one.
        let outcome = state.outcome.as_ref().map(|outcome| outcome.value);
        state.phase.value == Phase::Closed && outcome != Some(Outcome::NotReported)
    };
    // A template may leave states and ways to those who extend it.
    let finished = whole && document.kind == WorkflowKind::Workflow;
    if finished {
        if initial.is_none() {
            found.push(Diagnostic::new(NO_INITIAL_STATE, document.name.at.clone()));
        }
        if !states.values().any(|(_, state)| completed(state)) {
            found.push(Diagnostic::new(
                NO_COMPLETED_STATE,
                document.name.at.clone(),
            ));
        }
    }
    let initial = initial?;
    let edges = edges(known, &states);
    if edges.len() > MOST_EDGES {
        let many = Diagnostic::new(TOO_MANY_EDGES, document.name.at.clone());
        found.push(many.with("most", MOST_EDGES));
        return None;
    }
    let names: Vec<StateName> = known.states.iter().copied().cloned().collect();
    let graph = Graph::new(initial, &names, edges);
    check_phases(known, &graph, &states, found);
    if finished
        && known
            .resolved
            .actions
            .iter()
            .all(|item| item.sound().is_some_and(|action| leads(known, action)))
    {
        check_ways(&graph, &states, found);
    }
    check_cycles(known, &graph, actions, found);
    Some(graph)
}

/// Tells whether an action names only states that exist; one that does not may be the way that is missing.
fn leads(known: &Known<'_>, action: &ActionDocument) -> bool {
    let from = match &action.from {
        Leaves::Any(_) => [].as_slice(),
        Leaves::States(states) => states,
    };
    from.iter()
        .chain(&action.to)
        .all(|state| known.states.contains(&state.value))
}

fn initial(known: &Known<'_>, states: &States<'_>, found: &mut Found) -> Option<StateName> {
    let items = known
        .resolved
        .states
        .iter()
        .filter_map(|item| states.get(&item.name.value));
    let mut initial =
        items.filter_map(|(name, state)| Some((*name, *state, state.initial.as_ref()?)));
    let (first, state, at) = initial.next()?;
    if state.phase.value == Phase::Closed {
        found.push(Diagnostic::new(INITIAL_CLOSED, at.clone()).with("state", first.value.as_str()));
    }
    for (other, _, again) in initial {
        let two =
            Diagnostic::new(TWO_INITIAL_STATES, again.clone()).with("second", other.value.as_str());
        found.push(
            two.with("first", first.value.as_str())
                .label(at.clone(), "workflow.label.first"),
        );
    }
    Some(first.value.clone())
}

/// Returns the edges of every action, at most one more than a graph may have.
fn edges(known: &Known<'_>, states: &States<'_>) -> Vec<Edge> {
    let open: Vec<&StateName> = states
        .iter()
        .filter(|(_, (_, state))| state.phase.value != Phase::Closed)
        .map(|(name, _)| *name)
        .collect();
    let mut edges = Vec::new();
    for (name, document) in known
        .resolved
        .actions
        .iter()
        .filter_map(|item| Some((&item.name, item.sound()?)))
    {
        let from: Vec<&StateName> = match &document.from {
            Leaves::Any(_) => open.clone(),
            Leaves::States(states) => states.iter().map(|state| &state.value).collect(),
        };
        for from in from {
            let (to, moves) = document
                .to
                .as_ref()
                .map_or((from, Move::Stays), |to| (&to.value, Move::Enters));
            edges.push(Edge {
                from: from.clone(),
                action: name.value.clone(),
                to: to.clone(),
                moves,
            });
            if edges.len() > MOST_EDGES {
                return edges;
            }
        }
    }
    edges
}

/// Checks that phases go backwards only on leaving a closed state (S1).
fn check_phases(known: &Known<'_>, graph: &Graph, states: &States<'_>, found: &mut Found) {
    for edge in graph.edges() {
        let (Some((_, from)), Some((_, to))) = (states.get(&edge.from), states.get(&edge.to))
        else {
            continue;
        };
        let (before, after) = (from.phase.value, to.phase.value);
        if after < before && before != Phase::Closed && !found.is_full() {
            let backwards = Diagnostic::new(PHASE_BACKWARDS, target_of(known, &edge.action))
                .with("action", edge.action.as_str())
                .with("from", edge.from.as_str())
                .with("to", edge.to.as_str());
            found.push(
                backwards
                    .with("before", before.word())
                    .with("after", after.word()),
            );
        }
    }
}

/// Checks that every state can be reached and led to an end.
fn check_ways(graph: &Graph, states: &States<'_>, found: &mut Found) {
    let ends: BTreeSet<&StateName> = states
        .iter()
        .filter(|(_, (_, state))| state.phase.value == Phase::Closed)
        .map(|(name, _)| *name)
        .collect();
    let reached = graph.reachable_from(graph.initial());
    let leading = graph.leading_to(&ends);
    for (name, (place, _)) in states {
        if !reached.contains(name) {
            let unreachable = Diagnostic::new(UNREACHABLE_STATE, place.at.clone());
            found.push(
                unreachable
                    .with("state", name.as_str())
                    .with("initial", graph.initial().as_str()),
            );
        }
        if !ends.is_empty() && !leading.contains(name) {
            found.push(
                Diagnostic::new(NO_WAY_TO_AN_END, place.at.clone()).with("state", name.as_str()),
            );
        }
    }
}

/// Checks that the clock cannot lead a case in a circle without any delay (Z2). A standstill delays each circle that
/// its action is part of if it counts from the entry into a state which all of these pass through.
fn check_cycles(known: &Known<'_>, graph: &Graph, actions: &[ActionRule], found: &mut Found) {
    let by_clock = actions.iter().filter(|action| action.by == By::Clock);
    let mut at_once: BTreeSet<ActionName> =
        by_clock.clone().map(|action| action.name.clone()).collect();
    let delayed = by_clock.filter(|action| {
        let from = delays_from(&action.not_before);
        from.is_some_and(|state| {
            let elsewhere = graph.cycles_avoiding(&at_once, &state);
            let edges = elsewhere.iter().flatten();
            edges.clone().all(|edge| edge.action != action.name)
        })
    });
    let delayed: Vec<&ActionName> = delayed.map(|action| &action.name).collect();
    at_once.retain(|name| !delayed.contains(&name));
    for cycle in graph.cycles_of(&at_once) {
        let actions: BTreeSet<&str> = cycle.iter().map(|edge| edge.action.as_str()).collect();
        let states: BTreeSet<&str> = cycle.iter().map(|edge| edge.from.as_str()).collect();
        let first = cycle.first().expect("the graph returns no empty circle");
        found.push(
            Diagnostic::new(CLOCK_CYCLE, target_of(known, &first.action))
                .with("actions", actions.into_iter().collect::<Vec<_>>())
                .with("states", states.into_iter().collect::<Vec<_>>()),
        );
    }
}

/// Returns where an action names the state that it enters.
fn target_of(known: &Known<'_>, action: &ActionName) -> Location {
    let item = known
        .resolved
        .actions
        .iter()
        .find(|item| item.name.value == *action);
    let item = item.expect("the graph has only actions of the workflow");
    let to = item.sound().and_then(|document| document.to.as_ref());
    to.map_or_else(|| item.name.at.clone(), |to| to.at.clone())
}
