//! Makes random expressions that are well typed, and random facts around one instant.
//! What has to hold of them is said beside the comparison.

use super::second::{DAY, E, Facts, MINUTE, V};
use crate::workflow::guard::tests::*;

/// Makes random expressions that are well typed.
struct Maker<'c> {
    chance: &'c mut Chance,
    /// Names of the rows around.
    rows: Vec<&'static str>,
    /// Without the functions that know a value from its absence.
    plain: bool,
}

const COMPARISONS: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];

impl Maker<'_> {
    fn boxed(&mut self, make: fn(&mut Self, usize) -> E, depth: usize) -> Box<E> {
        Box::new(make(self, depth.saturating_sub(1)))
    }

    fn name_or_cell(&mut self, names: &[&'static str], column: &'static str) -> E {
        if !self.rows.is_empty() && self.chance.below(2) == 0 {
            let row = self.chance.pick(&self.rows);
            return E::Cell(row, column);
        }
        E::Name(self.chance.pick(names))
    }

    fn condition(&mut self, depth: usize) -> E {
        if depth == 0 {
            return self.name_or_cell(&["p", "q", "r", "applies"], "b");
        }
        match self.chance.below(if self.plain { 11 } else { 15 }) {
            0 => E::Not(self.boxed(Self::condition, depth)),
            1 | 2 => E::And(
                (0..2 + self.chance.below(2))
                    .map(|_| self.condition(depth - 1))
                    .collect(),
            ),
            3 | 4 => E::Or(
                (0..2 + self.chance.below(2))
                    .map(|_| self.condition(depth - 1))
                    .collect(),
            ),
            5 => {
                let operator = self.chance.pick(&COMPARISONS);
                let kind =
                    [Self::number, Self::length, Self::instant, Self::date][self.chance.below(4)];
                E::Compare(operator, self.boxed(kind, depth), self.boxed(kind, depth))
            }
            6 => E::Past(if self.chance.below(3) == 0 {
                self.boxed(Self::date, depth)
            } else {
                self.boxed(Self::instant, depth)
            }),
            7 => {
                let list = (0..=self.chance.below(3))
                    .map(|_| self.number(depth - 1))
                    .collect();
                E::In(self.boxed(Self::number, depth), list)
            }
            8 | 9 => {
                let row = ["u", "v", "w"][self.rows.len().min(2)];
                if self.rows.contains(&row) {
                    return self.condition(0);
                }
                self.rows.push(row);
                let body = self.boxed(Self::condition, depth);
                self.rows.pop();
                E::Quantified(
                    if self.chance.below(2) == 0 {
                        "exists"
                    } else {
                        "all"
                    },
                    row,
                    body,
                )
            }
            10 => E::Compare(
                "==",
                Box::new(self.name_or_cell(&["c"], "c")),
                Box::new(E::Literal(V::Choice(self.chance.pick(&["x", "y"])))),
            ),
            11 => E::Known(self.boxed(Self::condition, depth)),
            12 => E::Unknown(self.boxed(Self::instant, depth)),
            _ => {
                let operator = self.chance.pick(&[">=", ">"]);
                let (from, until) = (
                    self.boxed(Self::instant, depth),
                    self.boxed(Self::instant, depth),
                );
                E::Lasted(from, until, operator, self.boxed(Self::length, depth))
            }
        }
    }

    fn number(&mut self, depth: usize) -> E {
        if depth == 0 {
            return match self.chance.below(3) {
                0 => E::Literal(V::Number(self.chance.pick(&[0, 1, 2, 3, 7, 11, 13]), 1)),
                _ => self.name_or_cell(&["n", "m"], "n"),
            };
        }
        match self.chance.below(6) {
            0 | 1 => E::Compute(
                self.chance.pick(&["+", "-", "*", "/"]),
                self.boxed(Self::number, 1),
                self.boxed(Self::number, 1),
            ),
            2 if self.rows.is_empty() => {
                self.rows.push("u");
                let body = self.boxed(Self::condition, depth.min(2));
                self.rows.pop();
                E::SizeOfFilter("u", body)
            }
            3 if self.rows.is_empty() => {
                self.rows.push("u");
                let body = self.boxed(Self::number, 1);
                self.rows.pop();
                E::SumOfMap("u", body)
            }
            _ => self.number(0),
        }
    }

    fn length(&mut self, depth: usize) -> E {
        match self.chance.below(if depth == 0 { 3 } else { 6 }) {
            0 => E::Name("l"),
            1 => {
                // Sevenths and thirteenths of a unit are no whole microseconds.
                let fraction = Box::new(E::Literal(V::Number(self.chance.pick(&[7, 13]), 1)));
                E::Unit(
                    "minutes",
                    MINUTE,
                    Box::new(E::Compute("/", self.boxed(Self::number, 0), fraction)),
                )
            }
            2 => {
                let (name, micros) =
                    self.chance
                        .pick(&[("minutes", MINUTE), ("hours", 60 * MINUTE), ("days", DAY)]);
                E::Unit(name, micros, self.boxed(Self::number, depth.min(2)))
            }
            3 => E::Compute(
                self.chance.pick(&["+", "-"]),
                self.boxed(Self::length, depth),
                self.boxed(Self::length, depth),
            ),
            4 => E::Compute(
                "-",
                self.boxed(Self::instant, depth),
                self.boxed(Self::instant, depth),
            ),
            _ => E::Compute(
                "*",
                self.boxed(Self::length, 1),
                self.boxed(Self::number, 1),
            ),
        }
    }

    fn instant(&mut self, depth: usize) -> E {
        match self.chance.below(if depth == 0 { 2 } else { 4 }) {
            0 | 1 => self.name_or_cell(&["i", "j", "did.notify"], "i"),
            2 => E::Compute(
                self.chance.pick(&["+", "-"]),
                self.boxed(Self::instant, depth),
                self.boxed(Self::length, depth),
            ),
            _ if self.plain => self.instant(0),
            _ => {
                let of = (0..=self.chance.below(3))
                    .map(|_| self.instant(depth - 1))
                    .collect();
                E::Extreme(self.chance.pick(&["earliest", "latest"]), of)
            }
        }
    }

    fn date(&mut self, depth: usize) -> E {
        match self.chance.below(if depth == 0 { 1 } else { 2 }) {
            0 => E::Name(self.chance.pick(&["d", "e"])),
            _ => E::DateOf(self.boxed(Self::instant, depth)),
        }
    }
}

/// 2026-11-20 00:00 in UTC, around which everything random happens.
pub(super) const MIDDLE: i128 = 1_795_132_800_000_000;

pub(super) fn random_value(kind: char, chance: &mut Chance) -> V {
    match kind {
        'b' => V::Boolean(chance.below(2) == 0),
        'n' => V::Number(chance.below(9) as i128 - 2, 1),
        'i' => V::Instant(MIDDLE + (chance.below(40) as i128 - 20) * 30 * MINUTE),
        'd' => V::Date(MIDDLE / DAY + chance.below(5) as i128 - 2),
        'l' => V::Length((chance.below(20) as i128 - 4) * 20 * MINUTE),
        _ => V::Choice(chance.pick(&["x", "y", "z"])),
    }
}

pub(super) const NAMES: [(&str, char); 14] = [
    ("p", 'b'),
    ("q", 'b'),
    ("r", 'b'),
    ("applies", 'b'),
    ("n", 'n'),
    ("m", 'n'),
    ("i", 'i'),
    ("j", 'i'),
    ("did.notify", 'i'),
    ("d", 'd'),
    ("e", 'd'),
    ("l", 'l'),
    ("c", 'c'),
    ("k", 'n'),
];

fn random_facts(chance: &mut Chance) -> Facts {
    let mut facts = Facts::default();
    for (name, kind) in NAMES {
        if chance.below(3) > 0 {
            facts.values.insert(name, random_value(kind, chance));
        }
    }
    if chance.below(6) > 0 {
        let rows = (0..chance.below(4)).map(|_| {
            let cells = [("b", 'b'), ("n", 'n'), ("i", 'i'), ("c", 'c')];
            let kept: Vec<_> = cells.into_iter().filter(|_| chance.below(4) > 0).collect();
            kept.into_iter()
                .map(|(column, kind)| (column, random_value(kind, chance)))
                .collect()
        });
        facts.rows = Some(rows.collect());
    }
    facts
}

pub(super) fn micros(value: i128) -> i64 {
    i64::try_from(value).expect("within the range")
}

fn out(value: &V) -> Option<Value> {
    Some(match value {
        V::Boolean(value) => Value::Boolean(*value),
        V::Number(over, under) if over % under == 0 => {
            Value::Integer(i64::try_from(over / under).ok()?)
        }
        V::Number(..) => return None,
        V::Length(value) => Value::Duration(Span::from_micros(micros(*value))),
        V::Instant(value) => {
            let at = Timestamp::from_micros(micros(*value)).expect("within the range");
            Value::Instant(Instant::new(at, Zone::utc()))
        }
        V::Date(value) => {
            let epoch = Date::new(1970, 1, 1).expect("a date");
            let days = jiff::Span::new().days(i64::try_from(*value).expect("few days"));
            Value::Date(epoch.checked_add(days).expect("a date"))
        }
        V::Choice(value) => Value::Choice(value.parse().expect("a choice")),
    })
}

/// Makes the world of the first evaluator out of the facts of the second.
pub(super) fn world_of(facts: &Facts) -> World {
    let mut world = World::new(&[
        "p: boolean",
        "q: boolean",
        "r: boolean",
        "n: integer",
        "m: integer",
        "k: integer",
        "i: instant",
        "j: instant",
        "d: date",
        "e: date",
        "l: duration",
        "c: choice x y z",
        "rows: table id: text, b: boolean, n: integer, i: instant, c: choice x y z",
    ])
    .history(&["did.notify"]);
    world.zone = "Etc/GMT-9".parse().expect("a zone nine hours ahead");
    for (name, value) in &facts.values {
        match (*name, value) {
            ("applies", V::Boolean(value)) => world.applies = Truth::from(Some(*value)),
            ("did.notify", V::Instant(value)) => {
                world.moments.insert(
                    (*name).to_owned(),
                    Timestamp::from_micros(micros(*value)).expect("in range"),
                );
            }
            (name, value) => world.set(name, out(value)),
        }
    }
    if let Some(rows) = &facts.rows {
        let cells: Vec<Vec<(&str, Option<Value>)>> = rows
            .iter()
            .map(|row| {
                row.iter()
                    .map(|(column, value)| (*column, out(value)))
                    .collect()
            })
            .collect();
        let rows: Vec<_> = ["x", "y", "z"]
            .into_iter()
            .zip(cells.iter().map(|cells| &cells[..]))
            .collect();
        world.set("rows", Some(table(&rows)));
    }
    world
}

/// One thing to try: an expression, facts, an instant.
pub(super) struct Case {
    pub(super) made: E,
    pub(super) facts: Facts,
    pub(super) at: Timestamp,
    pub(super) plain: bool,
}

pub(super) fn random_case(chance: &mut Chance) -> Case {
    let facts = random_facts(chance);
    let at = Timestamp::from_micros(micros(
        MIDDLE + (chance.below(60) as i128 - 30) * 20 * MINUTE,
    ))
    .expect("in range");
    let plain = chance.below(3) == 0;
    let depth = 1 + chance.below(4);
    let made = Maker {
        chance,
        rows: Vec::new(),
        plain,
    }
    .condition(depth);
    Case {
        made,
        facts,
        at,
        plain,
    }
}
