//! Keeps states as nodes and actions as edges; the only file that names petgraph, answering in our own types.
//! What an action needs is in the rules; which action leaves which state is here and nowhere else.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::Direction;
use petgraph::algo::{astar, kosaraju_scc};
use petgraph::stable_graph::{EdgeReference, NodeIndex, StableDiGraph};
use petgraph::visit::{Dfs, EdgeFiltered, EdgeRef, IntoEdgeReferences, NodeFiltered, Reversed};

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
    machine: StableDiGraph<StateName, (ActionName, Move)>,
    nodes: BTreeMap<StateName, NodeIndex>,
    initial: StateName,
}

impl Graph {
    /// Builds the machine; edges that name an unknown state are left out, which the compiler has reported before.
    #[must_use]
    pub fn new(initial: StateName, states: &[StateName], edges: Vec<Edge>) -> Self {
        let mut machine = StableDiGraph::new();
        let mut nodes = BTreeMap::new();
        for state in states.iter().chain([&initial]) {
            nodes
                .entry(state.clone())
                .or_insert_with(|| machine.add_node(state.clone()));
        }
        for edge in edges {
            if let (Some(&from), Some(&to)) = (nodes.get(&edge.from), nodes.get(&edge.to)) {
                machine.add_edge(from, to, (edge.action, edge.moves));
            }
        }
        Self {
            machine,
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
            .machine
            .edge_references()
            .map(|edge| self.named(edge))
            .collect();
        edges.sort();
        edges
    }

    fn named(&self, edge: EdgeReference<'_, (ActionName, Move)>) -> Edge {
        let (action, moves) = edge.weight();
        Edge {
            from: self.machine[edge.source()].clone(),
            action: action.clone(),
            to: self.machine[edge.target()].clone(),
            moves: *moves,
        }
    }

    /// Returns where an action leads from a state; `None` if it does not leave it.
    #[must_use]
    pub fn target(&self, state: &StateName, action: &ActionName) -> Option<(&StateName, Move)> {
        let node = *self.nodes.get(state)?;
        self.machine
            .edges_directed(node, Direction::Outgoing)
            .find(|edge| edge.weight().0 == *action)
            .map(|edge| (&self.machine[edge.target()], edge.weight().1))
    }

    /// Returns the actions that leave a state, by name.
    #[must_use]
    pub fn actions_from(&self, state: &StateName) -> BTreeSet<&ActionName> {
        self.nodes.get(state).map_or_else(BTreeSet::new, |&node| {
            self.machine
                .edges_directed(node, Direction::Outgoing)
                .map(|edge| &edge.weight().0)
                .collect()
        })
    }

    /// Returns the states that an action leaves, by name.
    #[must_use]
    pub fn sources_of(&self, action: &ActionName) -> BTreeSet<&StateName> {
        self.machine
            .edge_references()
            .filter(|edge| edge.weight().0 == *action)
            .map(|edge| &self.machine[edge.source()])
            .collect()
    }

    /// Returns every state that can be reached from one, itself among them.
    #[must_use]
    pub fn reachable_from(&self, state: &StateName) -> BTreeSet<&StateName> {
        let mut reached = BTreeSet::new();
        if let Some(&node) = self.nodes.get(state) {
            let mut search = Dfs::new(&self.machine, node);
            while let Some(next) = search.next(&self.machine) {
                reached.insert(&self.machine[next]);
            }
        }
        reached
    }

    /// Returns a shortest way from where a case begins to a state that is looked for, around states that it must not enter;
    /// `None` if there is no such way.
    #[must_use]
    pub fn way(
        &self,
        to: impl Fn(&StateName) -> bool,
        around: impl Fn(&StateName) -> bool,
    ) -> Option<Vec<Edge>> {
        let open = NodeFiltered::from_fn(&self.machine, |node| !around(&self.machine[node]));
        let open = EdgeFiltered::from_fn(&open, |edge| edge.weight().1 == Move::Enters);
        let begin = *self.nodes.get(&self.initial)?;
        let is_end = |node| to(&self.machine[node]);
        let (_, nodes) = astar(&open, begin, is_end, |_| 1_usize, |_| 0)?;
        let steps = nodes.windows(2).filter_map(|pair| {
            let mut edges = self.machine.edges_connecting(pair[0], pair[1]);
            let edge = edges.find(|edge| edge.weight().1 == Move::Enters)?;
            Some(self.named(edge))
        });
        Some(steps.collect())
    }

    /// Returns every state from which one of some states can be reached, these among them.
    #[must_use]
    pub fn leading_to(&self, ends: &BTreeSet<&StateName>) -> BTreeSet<&StateName> {
        let reversed = Reversed(&self.machine);
        let mut search = Dfs::empty(reversed);
        let mut leading = BTreeSet::new();
        for node in ends.iter().filter_map(|end| self.nodes.get(*end)) {
            search.move_to(*node);
            while let Some(next) = search.next(reversed) {
                leading.insert(&self.machine[next]);
            }
        }
        leading
    }

    /// Returns the circles that some actions can lead a case in without any other: the edges of each, sorted.
    #[must_use]
    pub fn cycles_of(&self, actions: &BTreeSet<ActionName>) -> Vec<Vec<Edge>> {
        self.cycles(|edge| edge.moves == Move::Enters && actions.contains(&edge.action))
    }

    /// Returns the same without those that pass through a state.
    #[must_use]
    pub fn cycles_avoiding(
        &self,
        actions: &BTreeSet<ActionName>,
        state: &StateName,
    ) -> Vec<Vec<Edge>> {
        self.cycles(|edge| {
            let passes = edge.from == *state || edge.to == *state;
            edge.moves == Move::Enters && actions.contains(&edge.action) && !passes
        })
    }

    /// Returns the circles of some edges: the edges of each, sorted.
    fn cycles(&self, of: impl Fn(&Edge) -> bool) -> Vec<Vec<Edge>> {
        let edges: Vec<Edge> = self.edges().into_iter().filter(|edge| of(edge)).collect();
        let states: Vec<StateName> = self.nodes.keys().cloned().collect();
        let part = Self::new(self.initial.clone(), &states, edges.clone());
        let mut component: BTreeMap<NodeIndex, usize> = BTreeMap::new();
        for (number, members) in kosaraju_scc(&part.machine).into_iter().enumerate() {
            component.extend(members.into_iter().map(|node| (node, number)));
        }
        let of = |state: &StateName| part.nodes.get(state).and_then(|node| component.get(node));
        let mut cycles: BTreeMap<usize, Vec<Edge>> = BTreeMap::new();
        for edge in edges {
            if let (Some(from), Some(to)) = (of(&edge.from), of(&edge.to))
                && from == to
            {
                cycles.entry(*from).or_default().push(edge);
            }
        }
        cycles.into_values().collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn name<N: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> N {
        text.parse().expect("a name")
    }

    /// Builds a machine of `from action to`, beginning in `a`.
    fn machine(edges: &[(&str, &str, &str)]) -> Graph {
        let edge = |(from, action, to): &(&str, &str, &str)| Edge {
            from: name(from),
            action: name(action),
            to: name(to),
            moves: if from == to {
                Move::Stays
            } else {
                Move::Enters
            },
        };
        let states = ["a", "b", "c", "d"].map(name);
        Graph::new(name("a"), &states, edges.iter().map(edge).collect())
    }

    fn words<'n>(states: impl IntoIterator<Item = &'n StateName>) -> Vec<&'n str> {
        states.into_iter().map(StateName::as_str).collect()
    }

    #[test]
    fn what_can_be_reached_and_what_leads_there_are_each_other_turned_round() {
        let graph = machine(&[("a", "go", "b"), ("b", "stay", "b"), ("c", "end", "d")]);
        assert_eq!(words(graph.reachable_from(&name("a"))), ["a", "b"]);
        assert_eq!(
            words(graph.leading_to(&BTreeSet::from([&name("d")]))),
            ["c", "d"]
        );
        assert_eq!(words(graph.sources_of(&name("stay"))), ["b"]);
        assert_eq!(
            graph.target(&name("b"), &name("stay")),
            Some((&name("b"), Move::Stays))
        );
        assert_eq!(graph.target(&name("a"), &name("stay")), None);
    }

    #[test]
    fn a_way_leads_around_what_it_must_not_enter_and_is_a_shortest() {
        let edges = [
            ("a", "go", "b"),
            ("b", "on", "c"),
            ("c", "end", "d"),
            ("a", "leap", "c"),
            ("a", "stay", "a"),
        ];
        let graph = machine(&edges);
        let way = |around: &str| {
            let way = graph.way(
                |state| state.as_str() == "d",
                |state| state.as_str() == around,
            )?;
            Some(
                way.iter()
                    .map(|edge| edge.action.to_string())
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(way("none"), Some(vec!["leap".to_owned(), "end".to_owned()]));
        assert_eq!(way("b"), way("none"));
        assert_eq!(way("c"), None);
    }

    #[test]
    fn a_circle_is_one_of_the_actions_that_are_asked_about() {
        let graph = machine(&[
            ("a", "go", "b"),
            ("b", "back", "a"),
            ("b", "on", "c"),
            ("c", "again", "b"),
        ]);
        let circles = |actions: &[&str]| {
            graph.cycles_of(&actions.iter().map(|action| name(action)).collect())
        };
        assert_eq!(circles(&["go", "on"]), Vec::<Vec<Edge>>::new());
        assert_eq!(circles(&["go", "back", "on"]).len(), 1);
        assert_eq!(
            circles(&["go", "back", "on"])[0].len(),
            2,
            "`on` leads out of it"
        );
        assert_eq!(circles(&["go", "back", "on", "again"])[0].len(), 4);
    }

    #[test]
    fn a_planted_machine_lacks_the_edge_and_nothing_else() {
        let graph = machine(&[("a", "go", "b"), ("b", "go", "c")]);
        let planted = graph.without(&name("a"), &name("go"));
        assert_eq!(planted.target(&name("a"), &name("go")), None);
        assert_eq!(planted.edges().len(), 1);
        assert_eq!(planted.states().count(), 4);
    }
}
