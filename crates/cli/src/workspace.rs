//! Puts the files that a person named together with those that come with the program, and compiles them.
//! Reading files is left to `crates/cli/src/files.rs`, finding mistakes to `tsuho-core`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use tsuho_core::catalogue::Language;
use tsuho_core::name::WorkflowName;
use tsuho_core::scenario::{self, Scenario};
use tsuho_core::workflow::Rules;
use tsuho_core::workflow::bundle::Bundle;
use tsuho_core::workflow::compile::{self, Compiled};

use crate::failure::Result;
use crate::files::{self, Text};
use crate::shipped;

/// The roots of documents that a named file may bring instead of a shipped one.
const ROOTS: [&str; 3] = ["workflow", "template", "library"];

/// What compiles files, given by name and bytes.
type Compile = fn(&[(&str, &[u8])]) -> Compiled;

/// Files and what they hold.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// How many files the person named.
    pub(crate) named: usize,
    /// Everything that the files hold, with what is wrong with it.
    pub(crate) compiled: Compiled,
    /// The scenarios that can be played.
    pub(crate) scenarios: Vec<Scenario>,
    /// The files that the person named, then the shipped ones that they do not replace.
    files: Vec<Text>,
    /// The workflows and templates in the files that the person named.
    own: BTreeSet<String>,
}

impl Workspace {
    /// Reads and compiles the files and folders that a person named.
    pub(crate) fn read(paths: &[PathBuf]) -> Result<Self> {
        Ok(Self::of(files::read_yaml(paths)?))
    }

    /// Does so, and looks in each workflow for what is wrong although it can be used.
    pub(crate) fn linted(paths: &[PathBuf]) -> Result<Self> {
        let files = files::read_yaml(paths)?;
        Ok(Self::compiled(files, Language::En, compile::linted))
    }

    /// Compiles what comes with the program, as if a person had named it.
    pub(crate) fn shipped() -> Self {
        Self::of(shipped::files())
    }

    /// Compiles nothing.
    pub(crate) fn empty() -> Self {
        Self {
            named: 0,
            compiled: compile::workspace(&[]),
            scenarios: Vec::new(),
            files: Vec::new(),
            own: BTreeSet::new(),
        }
    }

    /// Compiles files, together with those shipped ones whose documents they do not bring themselves.
    pub(crate) fn of(files: Vec<Text>) -> Self {
        Self::spoken(files, Language::En)
    }

    /// Does so, and reads what its scenarios say in both languages in this one.
    pub(crate) fn spoken(files: Vec<Text>, language: Language) -> Self {
        Self::compiled(files, language, compile::workspace)
    }

    fn compiled(mut files: Vec<Text>, language: Language, compile: Compile) -> Self {
        let named = files.len();
        let brought: BTreeSet<(&str, String)> = files.iter().flat_map(roots).collect();
        let own = brought
            .iter()
            .filter(|(kind, _)| *kind != "library")
            .map(|(_, name)| name.clone())
            .collect();
        let missing = shipped::files()
            .into_iter()
            .filter(|file| roots(file).iter().all(|root| !brought.contains(root)));
        files.extend(missing.collect::<Vec<_>>());
        let mut compiled = compile(&given(&files));
        let (scenarios, found) = scenario::read(
            &compiled.scenarios,
            &compiled.workflows,
            &compiled.names,
            language,
        );
        compiled.findings.extend(found);
        Self {
            named,
            compiled,
            scenarios,
            files,
            own,
        }
    }

    /// Returns the usable workflows in the files that the person named.
    pub(crate) fn own(&self) -> impl Iterator<Item = &Rules> {
        let workflows = self.compiled.workflows.iter();
        workflows.filter(|rules| self.own.contains(rules.name.as_str()))
    }

    /// Returns how many workflows the person named, whether or not they can be used.
    pub(crate) fn workflows(&self) -> usize {
        let names = self.compiled.names.iter();
        names
            .filter(|name| self.own.contains(name.as_str()))
            .count()
    }

    /// Packs a workflow with all that it leans on.
    pub(crate) fn bundle(&self, workflow: &WorkflowName) -> Option<Bundle> {
        Bundle::collect(&given(&self.files), workflow)
    }

    /// Packs each usable workflow that the person named with all that it leans on.
    pub(crate) fn bundles(&self) -> Vec<Bundle> {
        let files = given(&self.files);
        self.own()
            .filter_map(|rules| Bundle::collect(&files, &rules.name))
            .collect()
    }
}

fn given(files: &[Text]) -> Vec<(&str, &[u8])> {
    files
        .iter()
        .map(|file| (file.name.as_str(), file.bytes.as_slice()))
        .collect()
}

/// Returns kind and name of the documents of a file, as their lines say it. Whoever writes them in another way than
/// everybody does is told of a second document of that name, and nothing is replaced silently.
fn roots(file: &Text) -> Vec<(&'static str, String)> {
    let text = String::from_utf8_lossy(&file.bytes);
    let lines: Vec<&str> = text.lines().collect();
    lines
        .split(|line| line.starts_with("---"))
        // A scenario names the workflow that it plays and brings none.
        .filter(|document| !document.iter().any(|line| line.starts_with("scenario:")))
        .flatten()
        .filter_map(|line| {
            let (key, value) = line.split_once(':')?;
            let kind = ROOTS.into_iter().find(|kind| *kind == key)?;
            let value = value.split(" #").next().unwrap_or_default();
            let name = value.trim().trim_matches(['"', '\'']);
            (!name.is_empty()).then(|| (kind, name.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> Text {
        Text {
            name: name.to_owned(),
            bytes: text.as_bytes().to_vec(),
        }
    }

    #[test]
    fn a_file_that_is_named_replaces_the_shipped_one_of_its_name() {
        let library = shipped::files()
            .into_iter()
            .find(|file| file.name.ends_with("library/jp.yaml"))
            .expect("it is shipped");
        let own = Workspace::of(vec![Text {
            name: "mine.yaml".to_owned(),
            ..library
        }]);
        assert_eq!(own.compiled.findings.into_sorted(), []);
        assert!(
            own.files
                .iter()
                .all(|file| file.name != "tsuho:library/jp.yaml")
        );
        assert_eq!(own.files.len(), shipped::files().len());
    }

    #[test]
    fn a_workflow_that_is_named_finds_the_shipped_libraries() {
        let workflow = shipped::files()
            .into_iter()
            .find(|file| file.name.ends_with("jp-tba-secrecy-leak.yaml"))
            .expect("it is shipped");
        let own = Workspace::of(vec![Text {
            name: "-".to_owned(),
            ..workflow
        }]);
        assert_eq!(own.own().count(), 1);
        assert_eq!((own.named, own.workflows()), (1, 1));
    }

    #[test]
    fn the_name_of_a_document_is_read_as_people_write_it() {
        let text = "tsuho: 1\nlibrary: jp # ours\n---\nworkflow:  \"a-b\"\n---\n  workflow: no\n---\nscenario: x\nworkflow: c\n";
        assert_eq!(
            roots(&file("x", text)),
            [("library", "jp".to_owned()), ("workflow", "a-b".to_owned())]
        );
    }
}
