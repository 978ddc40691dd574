//! Shows three-valued logic (E5): its tables, and what would decide an unknown value.
//! Time and numbers have files of their own.

mod time;
mod values;

use super::*;
use crate::workflow::guard::Reference;

fn noon() -> Timestamp {
    at("2026-11-20 12:00")
}

fn boolean(value: Option<bool>) -> Option<Value> {
    value.map(Value::Boolean)
}

const THREE: [Option<bool>; 3] = [Some(true), Some(false), None];

fn and(terms: &[Option<bool>]) -> Option<bool> {
    if terms.contains(&Some(false)) {
        Some(false)
    } else {
        (!terms.contains(&None)).then_some(true)
    }
}

fn or(terms: &[Option<bool>]) -> Option<bool> {
    if terms.contains(&Some(true)) {
        Some(true)
    } else {
        (!terms.contains(&None)).then_some(false)
    }
}

#[test]
fn the_tables_of_three_valued_logic_hold_in_either_order() {
    let mut world = World::new(&["a: boolean", "b: boolean", "c: boolean"]);
    let mut checked = 0;
    for a in THREE {
        for b in THREE {
            for c in THREE {
                for (name, value) in [("a", a), ("b", b), ("c", c)] {
                    world.set(name, boolean(value));
                }
                for (text, expected) in [
                    ("a && b && c", and(&[a, b, c])),
                    ("a || b || c", or(&[a, b, c])),
                    ("(a && b) || c", or(&[and(&[a, b]), c])),
                    ("(a || b) && c", and(&[or(&[a, b]), c])),
                    ("c && (a || b)", and(&[or(&[a, b]), c])),
                    ("!a", a.map(|a| !a)),
                    ("!(a && b)", and(&[a, b]).map(|value| !value)),
                    ("a == b", a.zip(b).map(|(a, b)| a == b)),
                    ("known(a)", Some(a.is_some())),
                    ("unknown(a)", Some(a.is_none())),
                    ("known(a && b)", Some(and(&[a, b]).is_some())),
                ] {
                    let found = world.evaluate(text, noon());
                    assert_eq!(
                        found.truth(),
                        Truth::from(expected),
                        "`{text}` with {a:?} {b:?} {c:?}"
                    );
                    assert_eq!(
                        found.value.is_none(),
                        !found.because.is_empty(),
                        "`{text}` with {a:?} {b:?} {c:?}"
                    );
                    checked += 1;
                }
            }
        }
    }
    println!("FIGURE guards: truth table entries checked {checked} of {checked}");
}

#[test]
fn exists_is_an_or_and_all_an_and_over_the_rows() {
    let world = World::new(&["rows: table id: text, is: boolean"]);
    for count in 0..=3_u32 {
        for code in 0..3_usize.pow(count) {
            let values: Vec<Option<bool>> = (0..count)
                .map(|at| THREE[code / 3_usize.pow(at) % 3])
                .collect();
            let cells: Vec<_> = values
                .iter()
                .map(|value| [("is", boolean(*value))])
                .collect();
            let rows: Vec<_> = ["x", "y", "z"]
                .into_iter()
                .zip(cells.iter().map(|cells| &cells[..]))
                .collect();
            let world = world.clone().with("rows", table(&rows));
            for (text, expected) in [
                ("rows.exists(r, r.is)", or(&values)),
                ("rows.all(r, r.is)", and(&values)),
            ] {
                assert_eq!(
                    world.evaluate(text, noon()).truth(),
                    Truth::from(expected),
                    "`{text}` with {values:?}"
                );
            }
            let known = values.iter().all(Option::is_some);
            let kept = values.iter().filter(|value| **value == Some(true)).count();
            let size = world.evaluate(&format!("size(rows.filter(r, r.is)) == {kept}"), noon());
            assert_eq!(
                size.truth(),
                Truth::from(known.then_some(true)),
                "{values:?}"
            );
            assert_eq!(
                world
                    .evaluate(&format!("size(rows.map(r, r.is)) == {count}"), noon())
                    .truth(),
                Truth::True
            );
        }
    }
    assert_eq!(
        world.evaluate("rows.all(r, r.is)", noon()).truth(),
        Truth::Unknown,
        "a table never recorded is unknown"
    );
}

#[test]
fn an_unknown_value_names_what_would_decide_it() {
    let world = World::new(&[
        "a: boolean",
        "b: boolean",
        "persons: integer",
        "dates: table id: text, on: date, seen: boolean",
        "began_at: instant",
        "restored_at: instant",
    ])
    .history(&["did.notify"])
    .with("a", Value::Boolean(true))
    .with(
        "dates",
        table(&[
            ("p", &[("seen", None)]),
            ("q", &[("seen", Some(Value::Boolean(true)))]),
        ]),
    );
    for (text, expected) in [
        ("a && persons > 1000", vec!["persons"]),
        ("b && persons > 1000", vec!["b", "persons"]),
        ("!a || (persons > 1 && a)", vec!["persons"]),
        ("dates.all(d, d.seen)", vec!["dates[p].seen"]),
        (
            "past(earliest(dates.map(d, d.on)))",
            vec!["dates[p].on", "dates[q].on"],
        ),
        ("sum(dates.map(d, persons)) > 1", vec!["persons"]),
        ("persons in [1, 2]", vec!["persons"]),
        ("applies", vec!["applies"]),
        ("past(did.notify)", vec!["did.notify"]),
        (
            "lasted(began_at, restored_at) >= hours(1)",
            vec!["began_at"],
        ),
        ("a || persons > 3", vec![]),
        ("unknown(persons)", vec![]),
    ] {
        let found = world.evaluate(text, noon());
        let names: Vec<String> = found.because.iter().map(ToString::to_string).collect();
        assert_eq!(names, expected, "`{text}`");
    }
    let empty = world.with("dates", table(&[]));
    let found = empty.evaluate("past(earliest(dates.map(d, d.on)))", noon());
    assert_eq!(
        found.because,
        BTreeSet::from([Reference::Fact("dates".parse().expect("a name"))]),
        "no row, no date"
    );
}

#[test]
fn the_cell_of_a_duty_is_named_with_its_row() {
    let world =
        World::new(&["calls: table id: text, closed: boolean"]).each("row", "calls", Some("north"));
    assert_eq!(
        world.evaluate("row.closed", noon()).because.len(),
        1,
        "no table yet"
    );
    let world = world.with("calls", table(&[("north", &[("closed", None)])]));
    let names: Vec<String> = world
        .evaluate("row.closed", noon())
        .because
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(names, ["calls[north].closed"]);
    let world = world.with(
        "calls",
        table(&[("north", &[("closed", Some(Value::Boolean(false)))])]),
    );
    assert_eq!(
        world.evaluate("row.closed == false", noon()).truth(),
        Truth::True
    );
}
