//! States what is given to cases and what is not, by the operator's facts alone.
//! That it reaches them is stated by the executor's tests.

use std::sync::Arc;

use super::*;
use crate::case::event::{Actor, Certainty, FactRecorded, FactsRecorded};
use crate::case::request::Text;
use crate::ids::CommandId;
use crate::operator::{Operator, STREAM};
use crate::time::Timestamp;
use crate::value::{Column, Limits, TableType, Title};
use crate::workflow::rules::Owner;

fn name(text: &str) -> FactName {
    text.parse().expect("a fact name")
}

fn rule(fact: &str, value_type: Type, class: PartClass) -> FactRule {
    FactRule {
        name: name(fact),
        value_type,
        limits: Limits::default(),
        owner: Owner::Operator,
        class,
        title: Title::default(),
        is: None,
        default: None,
        values: Vec::new(),
    }
}

/// A count, the name of somebody, and a table of offices with whom to call there.
fn declared() -> BTreeMap<FactName, FactRule> {
    let column = |class| Column {
        value_type: Type::Text,
        limits: Limits::default(),
        class,
        title: Title::default(),
    };
    let columns = [
        ("id", PartClass::Operational),
        ("call", PartClass::Personal),
    ];
    let columns = columns.map(|(name, class)| (name.parse().expect("a column"), column(class)));
    let offices = Type::Table(Arc::new(TableType {
        key: "id".parse().expect("a column"),
        columns: columns.into(),
    }));
    [
        rule("count", Type::Integer, PartClass::Operational),
        rule("who", Type::Text, PartClass::Personal),
        rule("offices", offices, PartClass::Operational),
    ]
    .map(|rule| (rule.name.clone(), rule))
    .into()
}

/// Records a change that was learnt then.
fn record(operator: Operator, fact: &str, learnt: i64, change: &Change) -> Operator {
    let mut sheets = Sheets::default();
    let change = split(&declared()[&name(fact)], change, &mut sheets);
    let as_of = Timestamp::from_micros(learnt).expect("a small time");
    let recorded = FactRecorded {
        change,
        as_of,
        certainty: Certainty::Exact,
        source: None,
    };
    operator.evolve(&Event {
        body: FactsRecorded {
            facts: [(name(fact), recorded)].into(),
            delivered: None,
            approval: None,
            reason: None,
        }
        .into(),
        actor: Actor::Clock,
        occurred_at: as_of,
        recorded_at: as_of,
        command: CommandId::from_bytes([0; 16]),
        personal: sheets.0,
        privileged: sheets.1,
    })
}

fn number(value: i64) -> Change {
    Change::Set(Value::Integer(value))
}

fn text(words: &str) -> Value {
    Value::Text(words.to_owned())
}

fn office(id: &str, call: &str) -> Change {
    let cells = [("id", id), ("call", call)];
    let row = cells.map(|(column, words)| (column.parse().expect("a column"), text(words)));
    Change::Rows {
        set: [(id.to_owned(), row.into())].into(),
        dropped: BTreeSet::new(),
    }
}

fn drop_office(id: &str) -> Change {
    Change::Rows {
        set: BTreeMap::new(),
        dropped: [id.to_owned()].into(),
    }
}

/// Returns what is given of a fact to a case that was given everything up to an event.
fn given(operator: &Operator, since: Option<u64>, fact: &str) -> Option<Change> {
    let (mut facts, delivered) = operator.delivery(&declared(), since)?;
    assert_eq!(delivered.stream, STREAM);
    facts.remove(&name(fact)).map(|given| given.change)
}

#[test]
fn a_late_note_that_overwrites_nothing_is_given_to_nobody() {
    let operator = record(Operator::default(), "count", 20, &number(5));
    let operator = record(operator, "count", 10, &number(3));
    assert_eq!(operator.delivery(&declared(), Some(0)), None);
    // Who was given nothing is given what counts.
    assert_eq!(given(&operator, None, "count"), Some(number(5)));
    let operator = record(operator, "count", 20, &number(6));
    assert_eq!(given(&operator, Some(1), "count"), Some(number(6)));
    assert_eq!(operator.delivery(&declared(), Some(2)), None);
}

#[test]
fn of_a_table_the_rows_are_given_that_count_and_were_not_given() {
    let operator = record(Operator::default(), "offices", 10, &office("a", "Ito"));
    let operator = record(operator, "offices", 30, &office("b", "Mori"));
    // Learnt before the row of `b` that is on record, and of another row after it.
    let operator = record(operator, "offices", 20, &office("b", "Kato"));
    assert_eq!(operator.delivery(&declared(), Some(1)), None);
    let operator = record(operator, "offices", 25, &office("c", "Abe"));
    assert_eq!(
        given(&operator, Some(1), "offices"),
        Some(office("c", "Abe"))
    );
    let operator = record(operator, "offices", 40, &drop_office("a"));
    let Some(Change::Rows { set, dropped }) = given(&operator, Some(1), "offices") else {
        panic!("rows are given");
    };
    assert_eq!(
        (set.into_keys().collect::<Vec<_>>(), dropped),
        (vec!["c".to_owned()], ["a".to_owned()].into())
    );
    let operator = record(operator, "offices", 50, &Change::Absent);
    assert_eq!(given(&operator, Some(4), "offices"), Some(Change::Absent));
}

#[test]
fn words_that_a_part_keeps_are_given_and_shown_to_nobody_else() {
    let operator = record(Operator::default(), "who", 10, &Change::Set(text("Sato")));
    let operator = record(operator, "offices", 10, &office("a", "Ito"));
    assert_eq!(
        given(&operator, None, "who"),
        Some(Change::Set(text("Sato")))
    );
    assert_eq!(given(&operator, None, "offices"), Some(office("a", "Ito")));
    let held = Change::Set(Value::Held(PartClass::Personal));
    let changes = operator.changes(&declared(), None, 1);
    assert_eq!(changes[&name("who")].change, held);
    let shown = format!("{operator:?}");
    assert!(!shown.contains("Sato") && !shown.contains("Ito"), "{shown}");
}

#[test]
fn what_is_personal_is_not_given_where_it_would_be_read_by_all() {
    let operator = record(Operator::default(), "who", 10, &Change::Set(text("Sato")));
    let mut open = declared();
    open.get_mut(&name("who")).expect("declared").class = PartClass::Operational;
    assert_eq!(operator.delivery(&open, None), None);
}

#[test]
fn a_text_beside_a_fact_is_no_fact() {
    // The source of a delivered fact stays on the operator's stream, under the event that the delivery names.
    let operator = record(Operator::default(), "who", 10, &Change::Set(text("Sato")));
    let (facts, _) = operator.delivery(&declared(), None).expect("a delivery");
    let source: Option<&Text> = facts[&name("who")].source.as_ref();
    assert_eq!(source, None);
}
