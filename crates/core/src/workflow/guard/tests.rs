//! Proves the expression language: what is accepted, refused, computed, and that no text harms the reader.
//! Each file proves one thing; the world that all of them read is here.

mod accepted;
mod evaluated;
mod hostile;
mod lacking;
mod oracle;
mod refused;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tsuho_ledger::PartClass;

use super::{
    Availability, BoundRow, Env, Evaluated, Expr, FactInfo, Fault, NameKind, RowInfo, Scope,
    SinceOf, Truth, Wanted, compile,
};
use crate::name::{ActionName, ColumnName, FactName, ObligationName, StateName};
use crate::time::{Date, Instant, Precision, Span, Timestamp, Zone};
use crate::value::{ChoiceList, Column, Limits, Row, TableType, Title, Type, Value};

/// A scope and an environment in one, described in words: `known_at: instant`, `kind: choice guidance order`.
#[derive(Clone)]
struct World {
    facts: BTreeMap<FactName, FactInfo>,
    rows: BTreeMap<FactName, (FactName, Option<String>)>,
    names: BTreeMap<String, Availability>,
    values: BTreeMap<FactName, Value>,
    moments: BTreeMap<String, Timestamp>,
    gaps: BTreeMap<String, i64>,
    applies: Truth,
    zone: Zone,
}

fn choices(words: &str) -> Arc<ChoiceList> {
    let of = words
        .split(' ')
        .map(|word| (word.parse().expect("a choice"), Title::both(word)))
        .collect();
    Arc::new(ChoiceList { name: None, of })
}

/// Reads a type: a word, with values behind a choice and columns in brackets behind a table.
fn read_type(text: &str) -> Type {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    match word {
        "boolean" => Type::Boolean,
        "integer" => Type::Integer,
        "text" => Type::Text,
        "choice" => Type::Choice(choices(rest)),
        "choices" => Type::Choices(choices(rest)),
        "date" => Type::Date,
        "instant" => Type::Instant,
        "duration" => Type::Duration,
        "period" => Type::Period,
        "authority" => Type::Authority(BTreeSet::new()),
        "table" => {
            let columns: BTreeMap<_, _> = rest
                .split(", ")
                .map(|column| {
                    let (name, column) = column.split_once(": ").expect("a column and its type");
                    let (value_type, class) = read_class(column);
                    (
                        name.parse::<ColumnName>().expect("a column name"),
                        Column {
                            value_type,
                            limits: Limits::default(),
                            class,
                            title: Title::both(name),
                        },
                    )
                })
                .collect();
            let key = columns.keys().next().expect("a table has columns").clone();
            Type::Table(Arc::new(TableType { key, columns }))
        }
        other => panic!("`{other}` is no type"),
    }
}

fn read_class(text: &str) -> (Type, PartClass) {
    match text.strip_prefix("personal ") {
        Some(rest) => (read_type(rest), PartClass::Personal),
        None => (read_type(text), PartClass::Operational),
    }
}

impl World {
    fn new(facts: &[&str]) -> Self {
        let facts = facts
            .iter()
            .map(|fact| {
                let (name, value_type) = fact.split_once(": ").expect("a fact and its type");
                let (value_type, class) = read_class(value_type);
                (
                    name.parse().expect("a fact name"),
                    FactInfo { value_type, class },
                )
            })
            .collect();
        Self {
            facts,
            rows: BTreeMap::new(),
            names: BTreeMap::new(),
            values: BTreeMap::new(),
            moments: BTreeMap::new(),
            gaps: BTreeMap::new(),
            applies: Truth::Unknown,
            zone: "Asia/Tokyo".parse().expect("a zone"),
        }
    }

    /// Adds names of the history: `did.notify`, `due.daily: series`, `due.first: promptly`.
    fn history(mut self, names: &[&str]) -> Self {
        for name in names {
            let (name, available) = match name.split_once(": ") {
                Some((name, "series")) => (name, Availability::Series),
                Some((name, _)) => (name, Availability::NoNumber),
                None => (*name, Availability::Present),
            };
            self.names.insert(name.to_owned(), available);
        }
        self
    }

    /// Binds a row of a table to a name, with the key that it has when the world is evaluated.
    fn each(mut self, row: &str, table: &str, key: Option<&str>) -> Self {
        let table = table.parse().expect("a fact name");
        self.rows.insert(
            row.parse().expect("a row name"),
            (table, key.map(str::to_owned)),
        );
        self
    }

    fn set(&mut self, name: &str, value: Option<Value>) {
        let name: FactName = name.parse().expect("a fact name");
        match value {
            Some(value) => self.values.insert(name, value),
            None => self.values.remove(&name),
        };
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.set(name, Some(value));
        self
    }

    fn available(&self, prefix: &str, name: &str) -> Availability {
        *self
            .names
            .get(&format!("{prefix}.{name}"))
            .unwrap_or(&Availability::Missing)
    }

    fn moment(&self, prefix: &str, name: &str) -> Option<Timestamp> {
        self.moments.get(&format!("{prefix}.{name}")).copied()
    }

    fn compile(&self, text: &str) -> Result<Expr, Vec<Fault>> {
        compile(text, Wanted::Boolean, self)
    }

    fn guard(&self, text: &str) -> Expr {
        self.compile(text)
            .unwrap_or_else(|faults| panic!("`{text}`: {faults:#?}"))
    }

    fn evaluate(&self, text: &str, at: Timestamp) -> Evaluated {
        self.guard(text).evaluate(self, at)
    }
}

impl Scope for World {
    fn fact(&self, name: &str) -> Option<FactInfo> {
        self.facts.get(name).cloned()
    }

    fn row(&self, name: &str) -> Option<RowInfo> {
        let (table, _) = self.rows.get(name)?;
        match &self.facts[table].value_type {
            Type::Table(table_type) => Some(RowInfo {
                table: table.clone(),
                table_type: Arc::clone(table_type),
            }),
            _ => panic!("`{table}` is no table"),
        }
    }

    fn did(&self, action: &str) -> Availability {
        self.available("did", action)
    }

    fn entered(&self, state: &str) -> Availability {
        self.available("entered", state)
    }

    fn filed(&self, obligation: &str) -> Availability {
        self.available("filed", obligation)
    }

    fn due(&self, obligation: &str) -> Availability {
        self.available("due", obligation)
    }

    fn gaps(&self, obligation: &str) -> Availability {
        self.available("gaps", obligation)
    }

    fn suggestions(&self, kind: NameKind) -> Vec<String> {
        let prefixes: &[&str] = match kind {
            NameKind::Fact => {
                return self
                    .facts
                    .keys()
                    .chain(self.rows.keys())
                    .map(ToString::to_string)
                    .collect();
            }
            NameKind::Action => &["did."],
            NameKind::State => &["entered."],
            NameKind::Obligation => &["filed.", "due.", "gaps."],
        };
        self.names
            .keys()
            .filter_map(|name| prefixes.iter().find_map(|prefix| name.strip_prefix(prefix)))
            .map(str::to_owned)
            .collect()
    }
}

impl Env for World {
    fn fact(&self, name: &FactName) -> Option<&Value> {
        self.values.get(name)
    }

    fn row(&self, name: &FactName) -> Option<BoundRow<'_>> {
        let (table, key) = self.rows.get(name)?;
        match self.values.get(table)? {
            Value::Table(rows) => {
                let (key, cells) = rows.get_key_value(key.as_deref()?)?;
                Some(BoundRow { key, cells })
            }
            _ => None,
        }
    }

    fn applies(&self) -> Truth {
        self.applies
    }

    fn did(&self, action: &ActionName) -> Option<Timestamp> {
        self.moment("did", action.as_str())
    }

    fn entered(&self, state: &StateName) -> Option<Timestamp> {
        self.moment("entered", state.as_str())
    }

    fn filed(&self, obligation: &ObligationName) -> Option<Timestamp> {
        self.moment("filed", obligation.as_str())
    }

    fn due(&self, obligation: &ObligationName) -> Option<Timestamp> {
        self.moment("due", obligation.as_str())
    }

    fn since(&self, of: &SinceOf) -> Option<Timestamp> {
        self.moment("since", &of.to_string())
    }

    fn gaps(&self, obligation: &ObligationName) -> Option<i64> {
        self.gaps.get(obligation.as_str()).copied()
    }

    fn zone(&self) -> &Zone {
        &self.zone
    }
}

/// Reads a time in Tokyo: `2026-11-20 14:00`, with seconds and a fraction if need be.
fn at(text: &str) -> Timestamp {
    let civil: jiff::civil::DateTime = text.parse().expect("a civil time");
    "Asia/Tokyo".parse::<Zone>().expect("a zone").resolve(civil)
}

fn instant(text: &str) -> Value {
    Value::Instant(Instant::new(
        at(text),
        "Asia/Tokyo".parse().expect("a zone"),
    ))
}

fn date(text: &str) -> Value {
    Value::Date(text.parse::<Date>().expect("a date"))
}

/// The cells of a row by column; one that is `None` is absent.
type Cells<'c> = &'c [(&'c str, Option<Value>)];

/// Makes a table of rows by key.
fn table(rows: &[(&str, Cells)]) -> Value {
    let rows = rows.iter().map(|(key, cells)| {
        let cells: Row = cells
            .iter()
            .filter_map(|(column, value)| {
                Some((column.parse().expect("a column name"), value.clone()?))
            })
            .collect();
        ((*key).to_owned(), cells)
    });
    Value::Table(rows.collect())
}

fn micros_later(at: Timestamp, micros: i64) -> Timestamp {
    at.plus(Span::from_micros(micros))
}

/// Chance for tests: the same numbers in every run, from a seed that a failure prints.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("below a usize")
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

/// Returns how often something random is tried: `many` times when all counts are asked for.
#[expect(
    clippy::disallowed_methods,
    reason = "the size of a test run is asked for in its environment"
)]
fn counts(few: usize, many: usize) -> usize {
    match std::env::var("TSUHO_COUNTS") {
        Ok(size) if size == "full" => many,
        Ok(_) | Err(_) => few,
    }
}

/// Runs a test on the stack that a worker or test thread has.
fn on_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(test)
        .expect("a thread");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}
