//! Evaluates expressions a second time, by brute force: no short cuts, numbers of its own, every term looked at.
//! It shares no code with the evaluator that it is compared with.

use std::collections::{BTreeMap, BTreeSet};

pub(super) const MINUTE: i128 = 60_000_000;
pub(super) const DAY: i128 = 1440 * MINUTE;
pub(super) const NINE_HOURS: i128 = 540 * MINUTE;

/// An expression as the tests make it.
#[derive(Debug, Clone)]
pub(super) enum E {
    /// A fact, `applies` or `did.notify`.
    Name(&'static str),
    Cell(&'static str, &'static str),
    Literal(V),
    Not(Box<E>),
    And(Vec<E>),
    Or(Vec<E>),
    Compare(&'static str, Box<E>, Box<E>),
    Compute(&'static str, Box<E>, Box<E>),
    In(Box<E>, Vec<E>),
    Known(Box<E>),
    Unknown(Box<E>),
    Past(Box<E>),
    Lasted(Box<E>, Box<E>, &'static str, Box<E>),
    Unit(&'static str, i128, Box<E>),
    Extreme(&'static str, Vec<E>),
    DateOf(Box<E>),
    /// `exists` or `all`: its name, the row's name, the condition.
    Quantified(&'static str, &'static str, Box<E>),
    SizeOfFilter(&'static str, Box<E>),
    SumOfMap(&'static str, Box<E>),
}

/// A value as the tests compute it: fractions unreduced, times in microseconds, dates in days.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum V {
    Boolean(bool),
    Number(i128, i128),
    Length(i128),
    Instant(i128),
    Date(i128),
    Choice(&'static str),
}

impl std::fmt::Display for E {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let joined = |terms: &[E], by: &str| {
            terms
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(by)
        };
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Cell(row, column) => write!(f, "{row}.{column}"),
            Self::Literal(V::Boolean(value)) => write!(f, "{value}"),
            Self::Literal(V::Number(value, _)) => write!(f, "{value}"),
            Self::Literal(V::Choice(value)) => write!(f, "{value:?}"),
            Self::Literal(other) => panic!("{other:?} cannot be written"),
            Self::Not(of) => write!(f, "!({of})"),
            Self::And(terms) => write!(f, "({})", joined(terms, " && ")),
            Self::Or(terms) => write!(f, "({})", joined(terms, " || ")),
            Self::Compare(operator, left, right) | Self::Compute(operator, left, right) => {
                write!(f, "({left} {operator} {right})")
            }
            Self::In(of, list) => write!(f, "({of} in [{}])", joined(list, ", ")),
            Self::Known(of) => write!(f, "known({of})"),
            Self::Unknown(of) => write!(f, "unknown({of})"),
            Self::Past(of) => write!(f, "past({of})"),
            Self::Lasted(from, until, operator, length) => {
                write!(f, "(lasted({from}, {until}) {operator} {length})")
            }
            Self::Unit(name, _, of) => write!(f, "{name}({of})"),
            Self::Extreme(name, of) => write!(f, "{name}({})", joined(of, ", ")),
            Self::DateOf(of) => write!(f, "date_of({of})"),
            Self::Quantified(name, row, of) => write!(f, "rows.{name}({row}, {of})"),
            Self::SizeOfFilter(row, of) => write!(f, "size(rows.filter({row}, {of}))"),
            Self::SumOfMap(row, of) => write!(f, "sum(rows.map({row}, {of}))"),
        }
    }
}

/// What the second evaluator reads.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    pub(super) values: BTreeMap<&'static str, V>,
    pub(super) rows: Option<Vec<BTreeMap<&'static str, V>>>,
}

/// A fault in the second evaluator, to see that a difference shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Flaw {
    None,
    UnknownIsFalse,
    AndNeedsEveryTerm,
    OrNeedsEveryTerm,
    RoundsUp,
    PastIsExclusive,
    AnUnknownRowIsLeftOut,
}

pub(super) struct Oracle<'f> {
    pub(super) facts: &'f Facts,
    pub(super) now: i128,
    pub(super) flaw: Flaw,
    pub(super) bound: Vec<(&'static str, &'f BTreeMap<&'static str, V>)>,
    /// Every moment that was waited for.
    pub(super) moments: BTreeSet<i128>,
}

fn cut(over: i128, under: i128, flaw: Flaw) -> i128 {
    let (over, under) = if under < 0 {
        (-over, -under)
    } else {
        (over, under)
    };
    let mut whole = over / under;
    if over % under != 0 && over < 0 {
        whole -= 1;
    }
    if flaw == Flaw::RoundsUp && over % under != 0 {
        whole + 1
    } else {
        whole
    }
}

fn instant_in_range(at: i128) -> Option<V> {
    (-2_208_988_800_000_000..=253_370_764_799_999_999)
        .contains(&at)
        .then_some(V::Instant(at))
}

impl Oracle<'_> {
    pub(super) fn truth(&mut self, of: &E) -> Option<bool> {
        match self.value(of) {
            Some(V::Boolean(value)) => Some(value),
            Some(other) => panic!("{other:?} is no condition"),
            None => (self.flaw == Flaw::UnknownIsFalse).then_some(false),
        }
    }

    fn past(&mut self, moment: i128) -> bool {
        self.moments.insert(moment);
        if self.flaw == Flaw::PastIsExclusive {
            self.now > moment
        } else {
            self.now >= moment
        }
    }

    fn combine(&self, values: &[Option<bool>], decisive: bool) -> Option<V> {
        let strict = if decisive {
            Flaw::OrNeedsEveryTerm
        } else {
            Flaw::AndNeedsEveryTerm
        };
        if self.flaw == strict && values.contains(&None) {
            return None;
        }
        if values.contains(&Some(decisive)) {
            return Some(V::Boolean(decisive));
        }
        if values.contains(&None) {
            None
        } else {
            Some(V::Boolean(!decisive))
        }
    }

    fn in_rows<T>(&mut self, row: &'static str, ask: impl Fn(&mut Self) -> T) -> Option<Vec<T>> {
        let rows = self.facts.rows.as_ref()?;
        let mut answers = Vec::new();
        for cells in rows {
            self.bound.push((row, cells));
            answers.push(ask(self));
            self.bound.pop();
        }
        Some(answers)
    }

    fn value(&mut self, of: &E) -> Option<V> {
        match of {
            E::Name(name) => self.facts.values.get(name).cloned(),
            E::Cell(row, column) => {
                let (_, cells) = self
                    .bound
                    .iter()
                    .rfind(|(name, _)| name == row)
                    .expect("a bound row");
                cells.get(column).cloned()
            }
            E::Literal(value) => Some(value.clone()),
            E::Not(of) => self.truth(of).map(|value| V::Boolean(!value)),
            E::And(terms) => {
                let values: Vec<_> = terms.iter().map(|term| self.truth(term)).collect();
                self.combine(&values, false)
            }
            E::Or(terms) => {
                let values: Vec<_> = terms.iter().map(|term| self.truth(term)).collect();
                self.combine(&values, true)
            }
            E::Compare(operator, left, right) => {
                let (left, right) = (self.value(left), self.value(right));
                Some(V::Boolean(compares(operator, &left?, &right?)))
            }
            E::Compute(operator, left, right) => {
                let (left, right) = (self.value(left), self.value(right));
                self.computed(operator, left?, right?)
            }
            E::In(of, list) => {
                let of = self.value(of);
                let list: Vec<Option<V>> = list.iter().map(|element| self.value(element)).collect();
                let of = of?;
                let equal: Vec<Option<bool>> = list
                    .into_iter()
                    .map(|element| element.map(|element| compares("==", &of, &element)))
                    .collect();
                self.combine(&equal, true)
            }
            E::Known(of) => Some(V::Boolean(self.value(of).is_some())),
            E::Unknown(of) => Some(V::Boolean(self.value(of).is_none())),
            _ => self.time(of),
        }
    }

    /// Finds the value of what is about time, or about rows.
    fn time(&mut self, of: &E) -> Option<V> {
        match of {
            E::Past(of) => match self.value(of)? {
                V::Instant(at) => Some(V::Boolean(self.past(at))),
                V::Date(day) => Some(V::Boolean(self.past((day + 1) * DAY - NINE_HOURS))),
                other => panic!("{other:?} is no time"),
            },
            E::Lasted(from, until, operator, length) => {
                let (from, until, length) =
                    (self.value(from), self.value(until), self.value(length));
                let (V::Instant(from), V::Length(length)) = (from?, length?) else {
                    panic!("{of} is no length of time")
                };
                match until {
                    Some(V::Instant(until)) => Some(V::Boolean(compares(
                        operator,
                        &V::Length(until - from),
                        &V::Length(length),
                    ))),
                    Some(other) => panic!("{other:?} is no instant"),
                    None => {
                        instant_in_range(from + length)?;
                        Some(V::Boolean(self.past(from + length)))
                    }
                }
            }
            E::Unit(_, micros, of) => match self.value(of)? {
                V::Number(over, under) => Some(V::Length(cut(over * micros, under, self.flaw))),
                other => panic!("{other:?} is no number"),
            },
            E::Extreme(name, of) => {
                let mut known: Vec<i128> = Vec::new();
                for one in of {
                    if let Some(V::Instant(at)) = self.value(one) {
                        known.push(at);
                    }
                }
                if *name == "earliest" {
                    known.iter().min()
                } else {
                    known.iter().max()
                }
                .map(|at| V::Instant(*at))
            }
            E::DateOf(of) => match self.value(of)? {
                V::Instant(at) => Some(V::Date(cut(at + NINE_HOURS, DAY, Flaw::None))),
                other => panic!("{other:?} is no instant"),
            },
            _ => self.rows(of),
        }
    }

    fn rows(&mut self, of: &E) -> Option<V> {
        match of {
            E::Quantified(name, row, of) => {
                let mut values = self.in_rows(row, |oracle| oracle.truth(of))?;
                if self.flaw == Flaw::AnUnknownRowIsLeftOut {
                    values.retain(Option::is_some);
                }
                self.combine(&values, *name == "exists")
            }
            E::SizeOfFilter(row, of) => {
                let values = self.in_rows(row, |oracle| oracle.truth(of))?;
                let values: Vec<bool> = values.into_iter().collect::<Option<_>>()?;
                Some(V::Number(
                    values.iter().filter(|kept| **kept).count() as i128,
                    1,
                ))
            }
            E::SumOfMap(row, of) => {
                let values = self.in_rows(row, |oracle| oracle.value(of))?;
                let mut sum = V::Number(0, 1);
                for value in values {
                    sum = self.computed("+", sum, value?)?;
                }
                Some(sum)
            }
            other => panic!("`{other}` has no value"),
        }
    }

    fn computed(&self, operator: &str, left: V, right: V) -> Option<V> {
        match (operator, left, right) {
            ("+", V::Number(a, b), V::Number(c, d)) => Some(V::Number(a * d + c * b, b * d)),
            ("-", V::Number(a, b), V::Number(c, d)) => Some(V::Number(a * d - c * b, b * d)),
            ("*", V::Number(a, b), V::Number(c, d)) => Some(V::Number(a * c, b * d)),
            ("/", V::Number(a, b), V::Number(c, d)) => (c != 0).then_some(V::Number(a * d, b * c)),
            ("*", V::Length(length), V::Number(a, b)) => {
                Some(V::Length(cut(length * a, b, self.flaw)))
            }
            ("+", V::Length(a), V::Length(b)) => Some(V::Length(a + b)),
            ("-", V::Length(a), V::Length(b)) | ("-", V::Instant(a), V::Instant(b)) => {
                Some(V::Length(a - b))
            }
            ("-", V::Date(a), V::Date(b)) => Some(V::Length((a - b) * DAY)),
            ("+", V::Instant(at), V::Length(length)) => instant_in_range(at + length),
            ("-", V::Instant(at), V::Length(length)) => instant_in_range(at - length),
            (operator, left, right) => panic!("{left:?} {operator} {right:?}"),
        }
    }
}

fn compares(operator: &str, left: &V, right: &V) -> bool {
    let sign = match (left, right) {
        (V::Number(a, b), V::Number(c, d)) => (a * d - c * b).signum() * (b * d).signum(),
        (V::Length(a), V::Length(b))
        | (V::Instant(a), V::Instant(b))
        | (V::Date(a), V::Date(b)) => (a - b).signum(),
        (left, right) => i128::from(left != right),
    };
    match operator {
        "==" => sign == 0,
        "!=" => sign != 0,
        "<" => sign < 0,
        "<=" => sign <= 0,
        ">" => sign > 0,
        ">=" => sign >= 0,
        other => panic!("`{other}` is no comparison"),
    }
}
