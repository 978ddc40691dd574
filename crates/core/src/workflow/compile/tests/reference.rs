//! Compares the reference of the language with what the compiler does.

use std::collections::BTreeSet;

use super::{compiled, found};
use crate::diagnostic::ALL_CODES;
use crate::workflow::document;

const PAGE: &str = include_str!("../../../../../../docs/reference/language.md");

/// Returns the blocks of YAML on a page.
fn blocks(page: &str) -> Vec<&str> {
    let after = page.split("```yaml\n").skip(1);
    after.filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn the_examples_of_the_reference_have_no_mistake() {
    let blocks = blocks(PAGE);
    for block in &blocks {
        assert_eq!(found(&compiled(block)), Vec::<String>::new(), "{block}");
    }
    assert!(!blocks.is_empty());
    let broken = blocks[0].replacen("by: duty_officer", "by: duty_oficer", 1);
    assert_eq!(found(&compiled(&broken)).len(), 1);
    println!("planted 1, caught 1");
}

/// Returns the rows of the table of codes.
fn listed(page: &str) -> BTreeSet<String> {
    let rows = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `WF")?.split_once("` | `"));
    rows.filter_map(|(id, rest)| Some(format!("WF{id} {}", rest.split_once('`')?.0)))
        .collect()
}

#[test]
fn the_reference_lists_every_code_of_the_compiler_and_no_other() {
    let known: BTreeSet<String> = ALL_CODES
        .iter()
        .filter(|code| super::is_ours(code.id))
        .map(|code| format!("{} {}", code.id, code.name))
        .collect();
    assert_eq!(listed(PAGE), known);
    let planted = [
        PAGE.replacen("| `WF1008`", "| WF1008", 1),
        format!("{PAGE}| `WF4999` | `imaginary` | nothing |\n"),
    ];
    let caught = planted.iter().filter(|page| listed(page) != known).count();
    println!("planted {}, caught {caught}", planted.len());
    assert_eq!(caught, planted.len());
}

/// Returns the keys that the prose of a page does not name.
fn unnamed(page: &str) -> Vec<&'static str> {
    let prose: String = page.split("```").step_by(2).collect();
    let named: BTreeSet<&str> = prose
        .split('`')
        .skip(1)
        .step_by(2)
        .map(|word| word.trim_end_matches(':'))
        .collect();
    document::keys()
        .into_iter()
        .filter(|key| !named.contains(key))
        .collect()
}

#[test]
fn the_reference_names_every_key() {
    assert_eq!(unnamed(PAGE), Vec::<&str>::new());
    let planted = unnamed(&PAGE.replace("`late_needs`", "late needs"));
    assert_eq!(planted, ["late_needs"]);
    println!("planted 1, caught {}", planted.len());
}
