//! Shows numbers, tables and values that cannot be read: exact, bounded, unknown rather than wrong (E1, E4, A3).

use super::*;
use crate::workflow::guard::Trouble;

fn numbers() -> World {
    World::new(&[
        "n: integer",
        "zero: integer",
        "t: instant",
        "on: date",
        "far: date",
        "d: duration",
    ])
    .with("n", Value::Integer(9_007_199_254_740_991))
    .with("zero", Value::Integer(0))
    .with("t", instant("2026-11-20 12:00"))
    .with("on", date("2024-03-01"))
    .with("far", date("2024-02-28"))
    .with("d", Value::Duration(Span::from_micros(-1)))
}

#[test]
fn numbers_are_exact() {
    let world = numbers();
    for text in [
        "1 / 3 + 1 / 3 + 1 / 3 == 1",
        "n * n / n == n",
        "10 / 4 == 5 / 2",
        "-7 / 2 < -3",
        "on - far == days(2)",
        "minutes(1 / 3) * 3 == minutes(1)",
        "hours(1) * (1 / 3) == minutes(20)",
        "d * (1 / 2) == d",
        "t + hours(1) - t == hours(1)",
        "2 - 3 == -1",
        "1 / 3 < 34 / 100",
        "-(1 / 2) < 0",
        "days(1) == hours(24)",
        "t - hours(1) < t",
        "-d > d",
        "n in [1, n]",
        "sum([1 / 2, 1 / 2]) == 1",
        "sum([]) == 0",
    ] {
        assert_eq!(
            world.evaluate(text, noon()).truth(),
            Truth::True,
            "`{text}`"
        );
    }
}

#[test]
fn what_leaves_the_range_is_unknown() {
    let world = numbers();
    for (text, trouble) in [
        ("1 / zero == 1", Trouble::DivisionByZero),
        ("minutes(n) > hours(1)", Trouble::Overflow),
        ("t + days(n / 1000000) > t", Trouble::Overflow),
        ("t - days(300000) > t", Trouble::Overflow),
        ("n * n * n * n * n > 1", Trouble::Overflow),
        ("days(n / 100000) * 1000000 > d", Trouble::Overflow),
    ] {
        let found = world.evaluate(text, noon());
        assert_eq!(
            (found.truth(), found.trouble),
            (Truth::Unknown, BTreeSet::from([trouble])),
            "`{text}`"
        );
        let decided = world.evaluate(&format!("zero == 0 || {text}"), noon());
        assert_eq!(
            (decided.truth(), decided.trouble),
            (Truth::True, BTreeSet::new()),
            "`{text}`"
        );
    }
    let count = compile("n + 1", Wanted::Type(Type::Integer), &world).expect("a number");
    assert_eq!(
        count.evaluate(&world, noon()).trouble,
        BTreeSet::from([Trouble::Overflow]),
        "no fact could hold it"
    );
}

#[test]
fn a_hidden_value_is_known_and_nothing_else() {
    let world = World::new(&["note: personal text"]).with("note", Value::Held(PartClass::Personal));
    assert_eq!(world.evaluate("known(note)", noon()).truth(), Truth::True);
    assert_eq!(
        world.evaluate("unknown(note)", noon()).truth(),
        Truth::False
    );
    assert_eq!(
        World::new(&["note: personal text"])
            .evaluate("known(note)", noon())
            .truth(),
        Truth::False
    );
}

#[test]
fn a_value_of_another_type_than_declared_is_unknown() {
    let world = World::new(&[
        "n: integer",
        "t: instant",
        "b: boolean",
        "rows: table id: text, x: integer",
    ]);
    let wrong = [
        Value::Boolean(true),
        Value::Held(PartClass::Personal),
        Value::Text("1".into()),
        Value::Integer(1),
    ];
    for value in wrong {
        for (name, text) in [
            ("n", "n > 1"),
            ("n", "n + 1 > 1"),
            ("t", "past(t)"),
            ("t", "t + hours(1) > t"),
            ("b", "b && b"),
            ("rows", "rows.exists(r, r.x > 1)"),
            ("t", "past(earliest(t, t))"),
            ("n", "minutes(n) > hours(1)"),
        ] {
            let world = world.clone().with(name, value.clone());
            let found = world.evaluate(text, noon());
            if found.truth() == Truth::Unknown {
                assert_eq!(
                    found.trouble,
                    BTreeSet::from([Trouble::Unreadable]),
                    "`{text}` with {value:?}"
                );
            } else {
                let fits = matches!(
                    (name, &value),
                    ("n", Value::Integer(_)) | ("b", Value::Boolean(_))
                );
                assert!(fits, "`{text}` with {value:?}");
            }
        }
    }
}

#[test]
fn too_many_rows_are_unknown_and_not_a_hang() {
    let world = World::new(&["rows: table id: text, x: integer"]);
    let keys: Vec<String> = (0..400).map(|key| format!("{key:03}")).collect();
    let cells = [("x", Some(Value::Integer(1)))];
    let rows: Vec<_> = keys.iter().map(|key| (key.as_str(), &cells[..])).collect();
    let world = world.with("rows", table(&rows));
    let deep = "rows.exists(a, rows.exists(b, rows.exists(c, rows.exists(d, rows.exists(e, a.x + b.x + c.x + d.x + e.x > 5)))))";
    let found = world.evaluate(deep, noon());
    assert_eq!(
        (found.truth(), found.trouble),
        (Truth::Unknown, BTreeSet::from([Trouble::TooManySteps]))
    );
    let near = world.evaluate("rows.all(a, rows.all(b, a.x == b.x))", noon());
    assert_eq!(
        near.truth(),
        Truth::True,
        "160,400 steps are within the bound"
    );
}

#[test]
fn a_table_can_be_computed() {
    let world = World::new(&["rows: table id: text, x: integer"]);
    let rows = table(&[
        ("a", &[("x", Some(Value::Integer(1)))]),
        ("b", &[("x", Some(Value::Integer(2)))]),
    ]);
    let world = world.with("rows", rows);
    let wanted = Wanted::Type(read_type("table id: text, x: integer"));
    let expr = compile("rows.filter(r, r.x > 1)", wanted, &world).expect("read");
    let kept = table(&[("b", &[("x", Some(Value::Integer(2)))])]);
    assert_eq!(expr.evaluate(&world, noon()).value, Some(kept));
}
