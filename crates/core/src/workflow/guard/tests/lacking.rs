//! Shows what a condition lacks that does not hold: row by row, fact by fact, and nothing where it holds.
//! What a condition comes to is shown in `evaluated`.

use super::*;
use crate::workflow::guard::{Lack, Want};

const CLOSE: &str =
    "size(measures) > 0 && measures.all(m, known(m.checked) || known(m.waived)) && safe";

fn world() -> World {
    World::new(&[
        "measures: table id: text, checked: date, waived: personal text",
        "safe: boolean",
    ])
}

/// Writes lacks as the language names things: alternatives with `|`.
fn written(lacks: &[Lack]) -> Vec<String> {
    let want = |want: &Want| match want {
        Want::Known(of) => format!("known {of}"),
        Want::Unknown(of) => format!("unknown {of}"),
        Want::Is(of, value) => format!("{of} is {value}"),
        Want::IsNot(of, value) => format!("{of} is not {value}"),
        Want::Compares(one, sign, other) => format!("{one} {sign} {other}"),
        Want::Rows(table) => format!("rows of {table}"),
        Want::Other => "other".to_owned(),
    };
    let lacks = lacks.iter().map(|lack| {
        let any_of: Vec<String> = lack.any_of.iter().map(want).collect();
        any_of.join(" | ")
    });
    lacks.collect()
}

fn lacking(world: &World, text: &str) -> Vec<String> {
    written(&world.guard(text).lacking(world, at("2026-11-20 12:00")))
}

#[test]
fn each_row_says_which_of_its_cells_is_lacking() {
    let mut world = world();
    assert_eq!(
        lacking(&world, CLOSE),
        ["rows of measures", "known measures", "safe is true"]
    );
    let checked = || Some(date("2026-11-01"));
    let rows = table(&[
        ("block", &[("checked", checked())]),
        ("lend", &[]),
        (
            "part",
            &[("waived", Some(Value::Held(PartClass::Personal)))],
        ),
        ("search", &[("checked", None)]),
    ]);
    world.set("measures", Some(rows));
    let row = |key| format!("known measures[{key}].checked | known measures[{key}].waived");
    let expected = [row("lend"), row("search"), "safe is true".to_owned()];
    assert_eq!(lacking(&world, CLOSE), expected);
    // Planted: each of them is put right in turn, and no longer lacking.
    let planted = [
        ("measures", table(&[("block", &[("checked", checked())])])),
        ("safe", Value::Boolean(true)),
    ];
    let mut left = Vec::new();
    for (name, value) in planted {
        world.set(name, Some(value));
        left.push(lacking(&world, CLOSE).len());
    }
    println!(
        "planted 2, caught {}",
        usize::from(left[0] == 1) + usize::from(left[1] == 0)
    );
    assert_eq!(left, [1, 0]);
}

#[test]
fn a_lack_is_told_the_right_way_round() {
    let mut world = World::new(&["safe: boolean", "kind: choice leaked feared none"]);
    for (text, expected) in [
        ("!safe", "safe is false"),
        ("safe != true", "safe is not true"),
        (
            "kind == \"leaked\" || kind == \"feared\"",
            "kind is leaked | kind is feared",
        ),
        ("!(kind == \"none\")", "kind is not none"),
        ("unknown(kind)", "unknown kind"),
        ("applies == false", "applies is false"),
    ] {
        world.applies = Truth::True;
        world.set("safe", Some(Value::Boolean(true)));
        world.set(
            "kind",
            Some(Value::Choice("none".parse().expect("a choice"))),
        );
        assert_eq!(lacking(&world, text), [expected], "{text}");
    }
}

#[test]
fn nothing_is_lacking_exactly_where_a_condition_holds() {
    let conditions = [
        CLOSE,
        "safe",
        "!safe",
        "known(safe)",
        "size(measures) >= 2",
        "measures.exists(m, known(m.checked))",
        "!measures.exists(m, known(m.checked) && unknown(m.waived))",
        "measures.all(m, known(m.checked)) || (safe && size(measures) < 3)",
    ];
    let cell = |chance: &mut Chance| (chance.below(2) == 0).then(|| date("2026-11-01"));
    let mut checked = 0_usize;
    for seed in 0..counts(200, 20_000) {
        let mut chance = Chance(seed as u64);
        let mut world = world();
        world.set(
            "safe",
            chance
                .pick(&[None, Some(true), Some(false)])
                .map(Value::Boolean),
        );
        if chance.below(4) > 0 {
            let cells = [
                [cell(&mut chance)],
                [cell(&mut chance)],
                [cell(&mut chance)],
            ];
            let cells = cells.map(|[value]| [("checked", value)]);
            let rows = [
                ("a", &cells[0][..]),
                ("b", &cells[1][..]),
                ("c", &cells[2][..]),
            ];
            world.set("measures", Some(table(&rows[..chance.below(4)])));
        }
        for text in conditions {
            let holds = world.evaluate(text, at("2026-11-20 12:00")).truth() == Truth::True;
            assert_eq!(
                lacking(&world, text).is_empty(),
                holds,
                "{text}, seed {seed}"
            );
            checked += 1;
        }
    }
    println!("FIGURE conditions whose lacks agree with their value: {checked}");
}

#[test]
fn two_cells_that_are_compared_say_which_has_no_value_or_how_they_should_stand() {
    let mut world = World::new(&["measures: table id: text, done: date, checked: date"]);
    let text = "measures.all(m, known(m.done) && m.checked >= m.done)";
    let rows = table(&[
        (
            "block",
            &[
                ("done", Some(date("2026-10-01"))),
                ("checked", Some(date("2026-10-01"))),
            ],
        ),
        (
            "early",
            &[
                ("done", Some(date("2026-10-01"))),
                ("checked", Some(date("2026-08-01"))),
            ],
        ),
        ("lend", &[("done", Some(date("2026-10-01")))]),
        ("part", &[]),
    ]);
    world.set("measures", Some(rows));
    assert_eq!(
        lacking(&world, text),
        [
            "measures[early].checked >= measures[early].done",
            "known measures[lend].checked",
            // Said once, though both conditions lack it.
            "known measures[part].done",
            "known measures[part].checked",
        ]
    );
}
