//! Brings together what a workflow says itself, what it takes over from its parents and which libraries it uses (rule F5).
//! What the parts mean is left to `compile`; every part keeps the place from which it came.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{
    DECLARED_TWICE, Diagnostic, EXTENDS_CYCLE, EXTENDS_TOO_DEEP, Findings, REMOVES_NOTHING,
};
use crate::name::{ActionName, FactName, LibraryName, ObligationName, StateName, WorkflowName};
use crate::workflow::document::{
    ActionDocument, AppliesDocument, At, DecisionsDocument, Declared, Document, FactDocument,
    InForceDocument, Item, LibraryDocument, Named, ObligationDocument, StateDocument, Whole,
    WorkflowDocument, unnamed,
};

/// Most parents of a workflow, one above the other (F5).
pub const MOST_PARENTS: usize = 4;

/// Every document of a set of files by its name.
#[derive(Debug)]
pub struct Index<'d> {
    /// Workflows and templates.
    pub workflows: BTreeMap<&'d WorkflowName, &'d WorkflowDocument>,
    /// Libraries.
    pub libraries: BTreeMap<&'d LibraryName, &'d LibraryDocument>,
}

impl<'d> Index<'d> {
    /// Orders documents by name; of two with one name the first is kept and the second reported.
    #[must_use]
    pub fn new(documents: &'d [Document]) -> (Self, Findings) {
        let mut index = Self {
            workflows: BTreeMap::new(),
            libraries: BTreeMap::new(),
        };
        let mut findings = Findings::new();
        for document in documents {
            let twice = match document {
                Document::Workflow(workflow) => match index.workflows.get(&workflow.name.value) {
                    // The reader of the text has reported those of one file and version.
                    Some(first)
                        if first.version == workflow.version
                            && same_file(&first.name, &workflow.name) =>
                    {
                        None
                    }
                    Some(first) => Some(declared_twice(&workflow.name, &first.name)),
                    None => index
                        .workflows
                        .insert(&workflow.name.value, workflow)
                        .and(None),
                },
                Document::Library(library) => match index.libraries.get(&library.name.value) {
                    Some(first) if same_file(&first.name, &library.name) => None,
                    Some(first) => Some(declared_twice(&library.name, &first.name)),
                    None => index
                        .libraries
                        .insert(&library.name.value, library)
                        .and(None),
                },
                Document::Scenario(_) => None,
            };
            if let Some(twice) = twice {
                findings.push(twice);
            }
        }
        (index, findings)
    }
}

fn same_file<N>(one: &At<N>, other: &At<N>) -> bool {
    one.at.file == other.at.file
}

/// Makes the diagnostic of a name that is declared again.
pub fn declared_twice<N: Named>(again: &At<N>, first: &At<N>) -> Diagnostic {
    Diagnostic::new(DECLARED_TWICE, again.at.clone())
        .with("kind", crate::catalogue::Arg::Key(N::KIND))
        .with("name", again.value.to_string())
        .label(first.at.clone(), "workflow.label.first")
}

/// A workflow with what it takes over, and the libraries that it can name.
#[derive(Debug)]
pub struct Resolved<'d> {
    /// The document itself, and its parents from the nearest on.
    pub chain: Vec<&'d WorkflowDocument>,
    /// Recipients of its obligations.
    pub authority: Option<&'d [At<String>]>,
    /// For which days it is asserted.
    pub in_force: Option<&'d InForceDocument>,
    /// When it applies.
    pub applies: Option<&'d AppliesDocument>,
    /// Its facts, without those of libraries.
    pub facts: Vec<&'d Item<FactName, FactDocument>>,
    /// Its states.
    pub states: Vec<&'d Item<StateName, StateDocument>>,
    /// Its actions: the parents' first, a replaced one in its parent's place.
    pub actions: Vec<&'d Item<ActionName, ActionDocument>>,
    /// Its obligations.
    pub obligations: Vec<&'d Item<ObligationName, ObligationDocument>>,
    /// Who records what authorities decide.
    pub decisions: Option<&'d DecisionsDocument>,
    /// Every library that it uses, and those that they use.
    pub libraries: Vec<&'d LibraryDocument>,
    /// Whether a parent or library could not be found, so that a missing name proves nothing.
    pub whole: Whole,
}

impl<'d> Resolved<'d> {
    /// Returns the document itself.
    ///
    /// # Panics
    ///
    /// Never: resolution puts the document first.
    #[must_use]
    pub fn document(&self) -> &'d WorkflowDocument {
        self.chain
            .first()
            .expect("resolution puts the document first")
    }
}

/// Resolves a workflow or template.
#[must_use]
pub fn resolve<'d>(index: &Index<'d>, document: &'d WorkflowDocument) -> (Resolved<'d>, Findings) {
    let mut findings = Findings::new();
    let (chain, parents) = parents(index, document, &mut findings);
    let uses = chain.iter().flat_map(|document| &document.uses);
    let (libraries, found) = libraries(index, uses, &mut findings);
    let whole = chain.iter().fold(parents.and(found), |whole, document| {
        whole.and(document.leans_on)
    });
    let resolved = Resolved {
        authority: chain
            .iter()
            .find_map(|document| document.authority.as_deref()),
        in_force: chain.iter().find_map(|document| document.in_force.as_ref()),
        applies: chain.iter().find_map(|document| document.applies.as_ref()),
        facts: merge(&chain, |document| &document.facts, &mut findings),
        states: merge(&chain, |document| &document.states, &mut findings),
        actions: merge(&chain, |document| &document.actions, &mut findings),
        obligations: merge(&chain, |document| &document.obligations, &mut findings),
        decisions: chain
            .iter()
            .find_map(|document| document.decisions.as_ref()),
        libraries,
        whole,
        chain,
    };
    (resolved, findings)
}

/// Returns a document and its parents, from the nearest on.
fn parents<'d>(
    index: &Index<'d>,
    document: &'d WorkflowDocument,
    findings: &mut Findings,
) -> (Vec<&'d WorkflowDocument>, Whole) {
    let mut chain = vec![document];
    let mut at = document;
    while let Some(extends) = &at.extends {
        let seen = chain
            .iter()
            .any(|document| document.name.value == extends.value);
        let Some(parent) = index.workflows.get(&extends.value) else {
            let known = index.workflows.keys().map(|name| name.as_str());
            findings.push(unnamed(
                extends,
                known.filter(|name| *name != at.name.value.as_str()),
            ));
            return (chain, Whole::Incomplete);
        };
        if seen || chain.len() > MOST_PARENTS {
            let code = if seen {
                EXTENDS_CYCLE
            } else {
                EXTENDS_TOO_DEEP
            };
            let path = chain
                .iter()
                .map(|document| document.name.value.as_str())
                .chain([extends.value.as_str()]);
            let path = path.collect::<Vec<_>>().join(" → ");
            findings.push(
                Diagnostic::new(code, extends.at.clone())
                    .with("path", path)
                    .with("most", MOST_PARENTS)
                    .label(parent.name.at.clone(), "workflow.label.parent"),
            );
            return (chain, Whole::Incomplete);
        }
        chain.push(parent);
        at = parent;
    }
    (chain, Whole::Complete)
}

/// Returns the libraries of these names and those that they use, by name.
pub fn libraries<'d: 'u, 'u>(
    index: &Index<'d>,
    uses: impl IntoIterator<Item = &'u At<LibraryName>>,
    findings: &mut Findings,
) -> (Vec<&'d LibraryDocument>, Whole) {
    let mut whole = Whole::Complete;
    let mut waiting: Vec<&At<LibraryName>> = uses.into_iter().collect();
    let mut found: BTreeMap<&LibraryName, &LibraryDocument> = BTreeMap::new();
    // Each library enters once, so the loop ends after at most as many rounds as there are `uses`.
    while let Some(name) = waiting.pop() {
        let Some(library) = index.libraries.get(&name.value) else {
            findings.push(unnamed(
                name,
                index.libraries.keys().map(|name| name.as_str()),
            ));
            whole = Whole::Incomplete;
            continue;
        };
        if found.insert(&library.name.value, library).is_none() {
            waiting.extend(&library.uses);
            whole = whole.and(library.leans_on);
        }
    }
    (found.into_values().collect(), whole)
}

/// Lays the items of a document over those of its parents.
fn merge<'d, N: Named, T>(
    chain: &[&'d WorkflowDocument],
    items: impl Fn(&'d WorkflowDocument) -> &'d Vec<Item<N, T>>,
    findings: &mut Findings,
) -> Vec<&'d Item<N, T>> {
    let mut order: Vec<Option<&'d Item<N, T>>> = Vec::new();
    let mut place: BTreeMap<&'d N, usize> = BTreeMap::new();
    let mut removed: BTreeSet<&'d N> = BTreeSet::new();
    for &document in chain.iter().rev() {
        for item in items(document) {
            let name = &item.name.value;
            match (&item.declared, place.get(name)) {
                (Declared::Removed, Some(&at)) if order[at].is_some() => {
                    order[at] = None;
                    removed.insert(name);
                }
                (Declared::Removed, _) => {
                    findings.push(removes_nothing(item, &place, &removed));
                }
                (Declared::As(_) | Declared::Broken, Some(&at)) if order[at].is_some() => {
                    order[at] = Some(item);
                }
                (Declared::As(_) | Declared::Broken, _) => {
                    place.insert(name, order.len());
                    order.push(Some(item));
                }
            }
        }
    }
    order.into_iter().flatten().collect()
}

/// Makes the diagnostic of a `none` for which the parents have no item.
fn removes_nothing<N: Named, T>(
    item: &Item<N, T>,
    place: &BTreeMap<&N, usize>,
    removed: &BTreeSet<&N>,
) -> Diagnostic {
    let names: Vec<String> = place
        .keys()
        .filter(|name| !removed.contains(*name))
        .map(ToString::to_string)
        .collect();
    let mut diagnostic = unnamed(&item.name, names.iter().map(String::as_str));
    diagnostic.code = REMOVES_NOTHING;
    diagnostic
}
