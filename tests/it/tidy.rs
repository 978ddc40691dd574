//! Keeps the repository in the shape that its design and its style ask for.
//! What the compiler and Clippy can check is left to them.
//!
//! To add a rule: a `Rule` in the list of a file of `tests/it/tidy/`, with at least one planted fault.

mod code;
mod documents;
mod edges;
mod purity;
pub(crate) mod shape;
pub(crate) mod tree;

use tree::{Finding, Tree};

/// A rule, with small repositories that break it and others that do not.
struct Rule {
    name: &'static str,
    /// Judges one file, of which it is given path and text, in a repository.
    check: fn(&Tree, &str, &str) -> Vec<Finding>,
    /// Each of these repositories has at least one finding.
    planted: &'static [Files],
    /// None of these has one.
    clean: &'static [Files],
}

type Files = &'static [(&'static str, &'static str)];

fn rules() -> impl Iterator<Item = &'static Rule> {
    [shape::RULES, edges::RULES, purity::RULES, documents::RULES]
        .into_iter()
        .flatten()
}

impl Rule {
    fn findings(&self, tree: &Tree) -> Vec<Finding> {
        tree.files()
            .flat_map(|(path, text)| (self.check)(tree, path, text))
            .collect()
    }
}

#[test]
fn the_repository_is_tidy() {
    let tree = Tree::of_the_repository();
    let findings: Vec<String> = rules()
        .flat_map(|rule| {
            rule.findings(&tree)
                .into_iter()
                .map(|finding| format!("{}: {finding}", rule.name))
        })
        .collect();
    assert!(
        findings.is_empty(),
        "{} findings\n{}",
        findings.len(),
        findings.join("\n")
    );
}

#[test]
fn every_rule_finds_the_faults_planted_for_it() {
    let mut planted = 0;
    let mut missed = Vec::new();
    for rule in rules() {
        assert!(
            !rule.planted.is_empty(),
            "`{}` has never caught anything",
            rule.name
        );
        for files in rule.planted {
            planted += 1;
            if rule.findings(&Tree::of(files)).is_empty() {
                missed.push(format!("{}: {files:?}", rule.name));
            }
        }
    }
    println!("tidy: planted {planted}, caught {}", planted - missed.len());
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn no_rule_finds_fault_with_what_is_tidy() {
    for rule in rules() {
        for files in rule.clean {
            let findings: Vec<String> = rule
                .findings(&Tree::of(files))
                .iter()
                .map(Finding::to_string)
                .collect();
            assert!(findings.is_empty(), "{}: {findings:?}", rule.name);
        }
    }
}
