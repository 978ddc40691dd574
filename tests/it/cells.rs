//! One cell of a table is amended and the others stay; a row that is given whole and loses cells is told.

use serde_json::Value;

use crate::office::Office;

const ROW: &str = r#"case record 1 measures=[{"id":"m.1","what":"Block","in_charge":"Mori","due":"2023-11-30"}] --as Tanaka"#;

/// Returns the cells of the measure, by column.
fn cells(office: &Office) -> Vec<String> {
    let shown = office.done("case show 1 --all --format json --as Tanaka");
    let shown: Value = serde_json::from_str(&shown).expect("an object");
    let facts = shown["facts"].as_array().expect("facts");
    let measures = facts.iter().find(|fact| fact["fact"] == "measures");
    let row = &measures.expect("they are recorded")["value"]["table"]["m.1"];
    row.as_object().expect("a row").keys().cloned().collect()
}

#[test]
fn one_cell_is_amended_and_the_others_stay() {
    let office = Office::with_case();
    office.done(ROW);
    office.done("case record 1 measures.m.1.done_on=2023-10-27 --as Tanaka");
    assert_eq!(
        cells(&office),
        ["done_on", "due", "id", "in_charge", "what"]
    );
    office.done("case record 1 measures.m.1.due= measures.m.1.what=Wall --as Tanaka");
    assert_eq!(cells(&office), ["done_on", "id", "in_charge", "what"]);
    office.verified();
}

#[test]
fn a_row_that_loses_cells_or_cannot_be_completed_is_noticed() {
    let planted = [
        r#"case record 1 measures=[{"id":"m.1","what":"Block","in_charge":"Mori"}] --as Tanaka"#,
        r#"case record 1 measures=[{"id":"m.1","what":"Block"}] --as Tanaka"#,
        r#"case record 1 measures=[{"id":"m.1"}] --as Tanaka"#,
    ];
    let mut caught = 0;
    for line in planted {
        let office = Office::with_case();
        office.done(ROW);
        let whole = office.tsuho(ROW);
        assert!(!whole.err.contains("no longer has"), "{whole:?}");
        let told = office.tsuho(line);
        caught += usize::from(told.code == Some(0) && told.err.contains("no longer has"));
    }
    let office = Office::with_case();
    office.done(ROW);
    let refused = [
        "case record 1 measures.m.1.colour=red --as Tanaka",
        "case record 1 measures.m.1.due=soon --as Tanaka",
        "case record 1 measures.m.1.id=m.2 --as Tanaka",
        "case record 1 measures.what=x --as Tanaka",
        "case record 1 outline.m.1.what=x --as Tanaka",
    ];
    for line in refused {
        caught += usize::from(office.tsuho(line).code != Some(0));
    }
    println!(
        "cells: planted {}, caught {caught}",
        planted.len() + refused.len()
    );
    assert_eq!(caught, planted.len() + refused.len());
}
