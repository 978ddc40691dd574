//! Keeps states as nodes and actions as edges; the only file that names petgraph, answering in our own types.
//! What an action needs is in the rules; which action leaves which state is here and nowhere else.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::Direction;
use petgraph::algo::kosaraju_scc;
use petgraph::stable_graph::{NodeIndex, StableDiGraph};
use petgraph::visit::{Dfs, EdgeRef, IntoEdgeReferences, Reversed};

use crate::name::{ActionName, StateName};

/// Whether taking an action enters a state or leaves the case where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Move {
    /// The target is entered, even if it is the state that was left.
    Enters,
    /// The state stays, and so does the moment of its entry.
    Stays,
}

/// An action as an edge leads it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The state that it leaves.
    pub from: StateName,
    /// The action.
    pub action: ActionName,
    /// The state to which it leads.
    pub to: StateName,
    /// Whether that state is entered.
    pub moves: Move,
}

/// The state machine of a workflow.
#[derive(Debug, Clone)]
pub struct Graph {
    graph: StableDiGraph<StateName, (ActionName, Move)>,
    nodes: BTreeMap<StateName, NodeIndex>,
    initial: StateName,
}

impl Graph {
    /// Builds the machine; edges that name an unknown state are left out, which the compiler has reported before.
    #[must_use]
    pub fn new(initial: StateName, states: &[StateName], edges: Vec<Edge>) -> Self {
        let mut graph = StableDiGraph::new();
        let mut nodes = BTreeMap::new();
        for state in states.iter().chain([&initial]) {
            nodes
                .entry(state.clone())
                .or_insert_with(|| graph.add_node(state.clone()));
        }
        for edge in edges {
            if let (Some(&from), Some(&to)) = (nodes.get(&edge.from), nodes.get(&edge.to)) {
                graph.add_edge(from, to, (edge.action, edge.moves));
            }
        }
        Self {
            graph,
            nodes,
            initial,
        }
    }

    /// Returns the state in which a case begins.
    #[must_use]
    pub const fn initial(&self) -> &StateName {
        &self.initial
    }

    /// Returns every state, by name.
    pub fn states(&self) -> impl Iterator<Item = &StateName> {
        self.nodes.keys()
    }

    /// Returns every edge, sorted by state, action and target.
    #[must_use]
    pub fn edges(&self) -> Vec<Edge> {
        let mut edges: Vec<Edge> = self
            .graph
            .edge_references()
            .map(|edge| Edge {
                from: self.graph[edge.source()].clone(),
                action: edge.weight().0.clone(),
                to: self.graph[edge.target()].clone(),
                moves: edge.weight().1,
            })
            .collect();
        edges.sort();
        edges
    }

    /// Returns where an action leads from a state; `None` if it does not leave it.
    #[must_use]
    pub fn target(&self, state: &StateName, action: &ActionName) -> Option<(&StateName, Move)> {
        let node = *self.nodes.get(state)?;
        self.graph
            .edges_directed(node, Direction::Outgoing)
            .find(|edge| edge.weight().0 == *action)
            .map(|edge| (&self.graph[edge.target()], edge.weight().1))
    }

    /// Returns the actions that leave a state, by name.
    #[must_use]
    pub fn actions_from(&self, state: &StateName) -> BTreeSet<&ActionName> {
        self.nodes.get(state).map_or_else(BTreeSet::new, |&node| {
            self.graph
                .edges_directed(node, Direction::Outgoing)
                .map(|edge| &edge.weight().0)
                .collect()
        })
    }

    /// Returns the states that an action leaves, by name.
    #[must_use]
    pub fn sources_of(&self, action: &ActionName) -> BTreeSet<&StateName> {
        self.graph
            .edge_references()
            .filter(|edge| edge.weight().0 == *action)
            .map(|edge| &self.graph[edge.source()])
            .collect()
    }

    /// Returns every state that can be reached from one, itself among them.
    #[must_use]
    pub fn reachable_from(&self, state: &StateName) -> BTreeSet<&StateName> {
        let mut reached = BTreeSet::new();
        if let Some(&node) = self.nodes.get(state) {
            let mut search = Dfs::new(&self.graph, node);
            while let Some(next) = search.next(&self.graph) {
                reached.insert(&self.graph[next]);
            }
        }
        reached
    }

    /// Returns every state from which one of some states can be reached, these among them.
    #[must_use]
    pub fn leading_to(&self, ends: &BTreeSet<&StateName>) -> BTreeSet<&StateName> {
        let reversed = Reversed(&self.graph);
        let mut search = Dfs::empty(reversed);
        let mut leading = BTreeSet::new();
        for node in ends.iter().filter_map(|end| self.nodes.get(*end)) {
            search.move_to(*node);
            while let Some(next) = search.next(reversed) {
                leading.insert(&self.graph[next]);
            }
        }
        leading
    }

    /// Returns the circles that some actions can lead a case in without any other: the edges of each, sorted.
    #[must_use]
    pub fn cycles_of(&self, actions: &BTreeSet<ActionName>) -> Vec<Vec<Edge>> {
        let edges: Vec<Edge> = self
            .edges()
            .into_iter()
            .filter(|edge| edge.moves == Move::Enters && actions.contains(&edge.action))
            .collect();
        let states: Vec<StateName> = self.nodes.keys().cloned().collect();
        let part = Self::new(self.initial.clone(), &states, edges.clone());
        kosaraju_scc(&part.graph)
            .into_iter()
            .map(|component| {
                let within = |state: &StateName| {
                    part.nodes
                        .get(state)
                        .is_some_and(|node| component.contains(node))
                };
                edges
                    .iter()
                    .filter(|edge| within(&edge.from) && within(&edge.to))
                    .cloned()
                    .collect::<Vec<_>>()
            })
            .filter(|cycle| !cycle.is_empty())
            .collect()
    }

    /// Returns the machine without one action's edges from a state: what a test plants to see that nothing else
    /// remembers them.
    #[must_use]
    pub fn without(&self, state: &StateName, action: &ActionName) -> Self {
        let kept = self
            .edges()
            .into_iter()
            .filter(|edge| edge.from != *state || edge.action != *action)
            .collect();
        let states: Vec<StateName> = self.nodes.keys().cloned().collect();
        Self::new(self.initial.clone(), &states, kept)
    }
}
