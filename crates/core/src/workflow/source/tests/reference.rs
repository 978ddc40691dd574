//! Compares the reference of the YAML that is read with what the reader does.

use std::collections::BTreeSet;

use super::super::{bounds, read};
use crate::diagnostic::ALL_CODES;

const PAGE: &str = include_str!("../../../../../../docs/reference/yaml.md");

/// Returns the rows of the page's tables of codes, `WF0040 duplicate-key` each.
fn listed(page: &str) -> BTreeSet<String> {
    let rows = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `WF")?.split_once("` | `"));
    rows.filter_map(|(id, rest)| Some(format!("WF{id} {}", rest.split_once('`')?.0)))
        .collect()
}

/// Returns the codes of this reader.
fn known() -> BTreeSet<String> {
    let own = ALL_CODES
        .iter()
        .filter(|code| ("WF0002".."WF0100").contains(&code.id));
    own.map(|code| format!("{} {}", code.id, code.name))
        .collect()
}

#[test]
fn the_reference_lists_every_code_of_the_reader_and_no_other() {
    assert_eq!(listed(PAGE), known());
    let planted = [
        PAGE.replacen("| `WF0040`", "| WF0040", 1),
        PAGE.replacen("`duplicate-key`", "`duplicated-key`", 1),
        format!("{PAGE}\n| `WF0099` | `imaginary` | nothing |\n"),
    ];
    let caught = planted
        .iter()
        .filter(|page| listed(page) != known())
        .count();
    println!("planted {}, caught {caught}", planted.len());
    assert_eq!(caught, planted.len());
}

#[test]
fn the_reference_states_every_bound() {
    let grouped = |number: usize| {
        let digits = number.to_string();
        let (thousands, rest) = digits.split_at(digits.len().saturating_sub(3));
        if thousands.is_empty() {
            rest.to_owned()
        } else {
            format!("{thousands},{rest}")
        }
    };
    assert!(PAGE.contains("1 MiB") && bounds::MOST_BYTES == 1 << 20);
    for bound in [
        bounds::MOST_LINE,
        bounds::MOST_TEXT,
        bounds::MOST_DEPTH,
        bounds::MOST_NODES,
        bounds::MOST_DOCUMENTS,
    ] {
        assert!(
            PAGE.contains(&format!("| {} ", grouped(bound))),
            "{bound} is not on the page"
        );
    }
}

#[test]
fn the_examples_of_the_reference_do_what_it_says() {
    let mut blocks = PAGE
        .split("```yaml")
        .skip(1)
        .map(|block| block.split("```").next().unwrap_or_default());
    let good = blocks
        .next()
        .expect("the page opens with a text that is read");
    assert!(read("good.yaml", good.as_bytes()).1.is_empty());
    let rows = PAGE.lines().filter(|line| line.starts_with("| `WF"));
    let mut shown = 0;
    for row in rows {
        let cells: Vec<&str> = row.split(" | ").collect();
        let id = cells[0].trim_matches(['|', ' ', '`']);
        let Some(example) = cells
            .get(2)
            .and_then(|cell| cell.strip_prefix('`')?.strip_suffix('`'))
        else {
            continue;
        };
        let text = example.replace('⏎', "\n").replace('⇥', "\t");
        let found = read("example.yaml", text.as_bytes()).1.into_sorted();
        assert!(
            found.iter().any(|finding| finding.code.id == id),
            "{id}: {text:?} gives {found:?}"
        );
        shown += 1;
    }
    assert!(shown > 25, "{shown} examples");
}
