//! Compiles the workflows of a set of files into rules, with every mistake that is found on the way (invariant 4).
//! Reading files is left to the program, running a case to `case`, storing a workflow to `bundle`.

mod clocks;
mod dated;
mod decisions;
mod entries;
mod facts;
mod found;
mod machine;
mod obligations;
mod order;
mod paths;
mod rows;
mod scope;
mod series;
mod standstill;
mod types;
mod vocabulary;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tsuho_ledger::Digest;

use self::found::Found;
use self::rows::RowScope;
use self::scope::Known;
use self::vocabulary::{Vocabulary, titled};
use crate::diagnostic::{Diagnostic, Findings, Location};
use crate::lint::{self, Subject};
use crate::name::WorkflowName;
use crate::workflow::document::{
    self, Document, LibraryDocument, Whole, WorkflowDocument, WorkflowKind,
};
use crate::workflow::resolve::{self, Index};
use crate::workflow::rules::{Applies, InForce, Recipient, Rules};
use crate::workflow::{canonical, source};

/// What a set of files holds.
#[derive(Debug)]
pub struct Compiled {
    /// Every workflow that can be used, by name, whatever is wrong with others.
    pub workflows: Vec<Rules>,
    /// Every workflow that was found, whether or not it can be used.
    pub names: BTreeSet<WorkflowName>,
    /// Every template that was found.
    pub templates: BTreeSet<WorkflowName>,
    /// Scenarios, as their own reader gets them.
    pub scenarios: Vec<source::Document>,
    /// Everything that was found.
    pub findings: Findings,
    /// The text of each file, in which the findings' places lie.
    pub texts: BTreeMap<Arc<str>, Arc<str>>,
}

impl Compiled {
    /// Returns the workflow of that name, if it can be used.
    #[must_use]
    pub fn workflow(&self, name: &WorkflowName) -> Option<&Rules> {
        self.workflows.iter().find(|rules| rules.name == *name)
    }
}

/// The documents of a set of files.
#[derive(Debug, Default)]
pub(super) struct Documents {
    list: Vec<Document>,
    scenarios: Vec<source::Document>,
    texts: BTreeMap<Arc<str>, Arc<str>>,
    findings: Findings,
    /// Where the names of documents with mistakes stand: nothing that leans on them can be used.
    unsound: BTreeSet<Place>,
    whole: Option<Whole>,
}

/// A place as a key.
type Place = (Arc<str>, usize);

fn place(at: &Location) -> Place {
    (Arc::clone(&at.file), at.span.start)
}

impl Documents {
    /// Reads files, given by name and bytes.
    pub(super) fn read(files: &[(&str, &[u8])]) -> Self {
        let mut documents = Self::default();
        for (file, bytes) in files {
            let text = source::SourceText::new(file, bytes);
            documents
                .texts
                .insert(Arc::from(*file), Arc::from(text.text()));
            let (read, found) = source::read(file, bytes);
            let torn = found.has_errors();
            documents.findings.extend(found);
            if torn && read.is_empty() {
                documents.whole = Some(Whole::Incomplete);
            }
            for document in read {
                documents.add(document, torn);
            }
        }
        documents
    }

    fn add(&mut self, document: source::Document, torn: bool) {
        let (document, found) = document::read(document);
        let unsound = torn || found.has_errors();
        self.findings.extend(found);
        let at = match &document {
            Some(Document::Workflow(workflow)) => &workflow.name.at,
            Some(Document::Library(library)) => &library.name.at,
            Some(Document::Scenario(scenario)) => {
                self.scenarios.push(scenario.clone());
                return;
            }
            None => {
                self.whole = Some(Whole::Incomplete);
                return;
            }
        };
        if unsound {
            self.unsound.insert(place(at));
        }
        self.list.extend(document);
    }

    /// Returns the documents.
    pub(super) fn list(&self) -> &[Document] {
        &self.list
    }
}

/// Compiles every workflow of a set of files, given by name and bytes.
///
/// A name of a parent or library is looked for in every file of the set, whatever their order.
///
/// ```
/// let files: [(&str, &[u8]); 1] = [("empty.yaml", b"tsuho: 1\nworkflow: x\nversion: 1\n")];
/// let compiled = tsuho_core::workflow::compile::workspace(&files);
/// let codes: Vec<&str> = compiled.findings.into_sorted().iter().map(|finding| finding.code.name).collect();
/// assert_eq!(codes, ["no-initial-state", "no-completed-state"]);
/// ```
#[must_use]
pub fn workspace(files: &[(&str, &[u8])]) -> Compiled {
    compiled(files, Looking::ForMistakes)
}

/// Compiles them, and looks in each workflow that can be used for what is wrong all the same.
#[must_use]
pub fn linted(files: &[(&str, &[u8])]) -> Compiled {
    compiled(files, Looking::ForEverything)
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Looking {
    /// What forbids using a text.
    ForMistakes,
    /// That, and everything that a rule of `lint` finds.
    ForEverything,
}

fn compiled(files: &[(&str, &[u8])], looking: Looking) -> Compiled {
    let mut documents = Documents::read(files);
    let mut findings = std::mem::take(&mut documents.findings);
    let (index, found) = Index::new(&documents.list);
    findings.extend(found);
    let named = |kind: WorkflowKind| {
        let all = index
            .workflows
            .values()
            .filter(move |document| document.kind == kind);
        all.map(|document| document.name.value.clone())
            .collect::<BTreeSet<_>>()
    };
    let extended: BTreeSet<&WorkflowName> = index
        .workflows
        .values()
        .filter_map(|document| document.extends.as_ref())
        .map(|name| &name.value)
        .collect();
    let set = documents.whole.unwrap_or(Whole::Complete);
    for library in index.libraries.values() {
        let found = self::library(&index, library, set);
        if found.has_errors() {
            documents.unsound.insert(place(&library.name.at));
        }
        findings.extend(found);
    }
    let mut workflows = Vec::new();
    for document in index.workflows.values() {
        // What is wrong with a template shows in those who extend it, where its gaps are filled.
        if document.kind == WorkflowKind::Template && extended.contains(&document.name.value) {
            continue;
        }
        let one = workflow(&index, document, set, looking);
        findings.extend(one.findings);
        let sound = one
            .leans_on
            .iter()
            .all(|place| !documents.unsound.contains(place));
        if sound {
            one.lints.into_iter().for_each(|found| findings.push(found));
            workflows.extend(one.rules);
        }
    }
    Compiled {
        names: named(WorkflowKind::Workflow),
        templates: named(WorkflowKind::Template),
        workflows,
        findings,
        scenarios: documents.scenarios,
        texts: documents.texts,
    }
}

/// What compiling one workflow gave.
struct One {
    rules: Option<Rules>,
    findings: Findings,
    /// What rules found, if it can be used.
    lints: Vec<Diagnostic>,
    leans_on: BTreeSet<Place>,
}

/// Compiles one workflow or template.
fn workflow(index: &Index<'_>, document: &WorkflowDocument, set: Whole, looking: Looking) -> One {
    let (resolved, resolving) = resolve::resolve(index, document);
    let chain = resolved
        .chain
        .iter()
        .map(|document| place(&document.name.at));
    let leans_on = chain
        .chain(
            resolved
                .libraries
                .iter()
                .map(|library| place(&library.name.at)),
        )
        .collect();
    let mut found = Found::default();
    let vocabulary = Vocabulary::new(&resolved.libraries, &mut found);
    let mut facts = facts::of_libraries(&resolved.libraries, &vocabulary, &mut found);
    let mut found = found.conflicts();
    facts::add_own(&mut facts, &resolved.facts, &vocabulary, &mut found);
    decisions::add_table(&mut facts, &resolved, &mut found);
    let known = Known::new(&resolved, vocabulary, facts);
    let rules = rules(&known, &mut found);
    let usable =
        document.kind == WorkflowKind::Workflow && !found.has_errors() && !resolving.has_errors();
    let mut findings = found::proven(resolving.into_sorted(), set);
    findings.extend(found.into_findings(set.and(resolved.whole)));
    let rules = rules.filter(|_| usable);
    let looked_at = rules
        .as_ref()
        .filter(|_| looking == Looking::ForEverything)
        .map(|rules| Subject {
            rules,
            resolved: &resolved,
        });
    One {
        lints: looked_at.iter().flat_map(lint::check).collect(),
        rules,
        findings,
        leans_on,
    }
}

/// Turns a resolved workflow into rules; `None` where nothing could be decided by them.
fn rules(known: &Known<'_>, found: &mut Found) -> Option<Rules> {
    let document = known.resolved.document();
    let recipients = known.resolved.authority.unwrap_or_default();
    let authority = obligations::recipients(&RowScope::without(known), recipients, found);
    let in_force = known.resolved.in_force.and_then(|document| {
        let by = facts::fitting(&known.facts, &document.by, facts::Use::PicksVersion, found)?;
        Some(InForce {
            from: document.from,
            until: document.until,
            by: by.name.clone(),
        })
    });
    let applies = known.resolved.applies;
    let applies = Applies {
        when: known.condition(applies.and_then(|applies| applies.when.as_ref()), found),
        because: applies
            .and_then(|applies| applies.because.clone())
            .unwrap_or_default(),
    };
    let facts = facts::computed(known, found);
    let states = machine::states(known, found);
    let first = first_authority(known, &authority);
    let actions = machine::actions(known, &first, found);
    let mut obligations = obligations::obligations(known, found);
    let order = order::order(known, applies.when.as_ref(), &facts, &obligations, found);
    obligations.sort_by_key(|rule| order.obligations.iter().position(|name| *name == rule.name));
    let decisions = decisions::decisions_rule(known, found);
    let graph = paths::graph(known, &actions, found)?;
    let mut rules = Rules {
        name: document.name.value.clone(),
        version: document.version.unwrap_or(1),
        title: titled(document.title.as_ref(), &document.name.value),
        digest: Digest::ZERO,
        authority,
        in_force,
        applies,
        facts,
        computed: order.facts,
        states,
        actions,
        graph,
        decisions,
        obligations,
        authorities: known.vocabulary.authorities.rules(),
        roles: known.vocabulary.roles.rules(),
        sources: known.vocabulary.sources.rules(),
        documents: known.vocabulary.documents.rules(),
        countings: known.vocabulary.countings.rules(),
    };
    rules.digest = canonical::digest(&rules);
    Some(rules)
}

/// Returns the authority in whose days standstills are counted: the workflow's first, else the first that it knows.
fn first_authority(known: &Known<'_>, authority: &[Recipient]) -> Vec<Recipient> {
    let named = authority.first().cloned();
    let any = known.vocabulary.authorities.names().next().cloned();
    named
        .or_else(|| any.map(Recipient::Authority))
        .into_iter()
        .collect()
}

/// Checks a library together with those that it uses: what it names must stand in them, whoever uses it.
fn library(index: &Index<'_>, library: &LibraryDocument, set: Whole) -> Findings {
    let mut resolving = Findings::new();
    let (mut libraries, used) = resolve::libraries(index, &library.uses, &mut resolving);
    if !libraries
        .iter()
        .any(|other| other.name.value == library.name.value)
    {
        libraries.extend(index.libraries.get(&library.name.value));
    }
    let mut found = Found::default();
    let vocabulary = Vocabulary::new(&libraries, &mut found);
    facts::of_libraries(&libraries, &vocabulary, &mut found);
    let mut findings = found::proven(resolving.into_sorted(), set);
    let own = found
        .into_findings(set.and(used).and(library.leans_on))
        .into_sorted();
    // The libraries that it uses are checked for themselves.
    for diagnostic in own
        .into_iter()
        .filter(|diagnostic| diagnostic.at.file == library.name.at.file)
    {
        findings.push(diagnostic);
    }
    findings
}
