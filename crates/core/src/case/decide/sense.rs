//! Refuses what fits its type and yet makes no sense: fewer than no users, a text that says nothing, a deed of tomorrow.
//! Types are checked by `facts`; what an owner's stream took is not asked again when it is delivered.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::basis::recorded_facts;
use crate::case::event::{Certainty, Change};
use crate::case::fact::History;
use crate::case::rejection::{ReasonFor, Rejection, Spot};
use crate::case::request::{Facts, Request, Text};
use crate::name::FactName;
use crate::time::{Timestamp, Zone};
use crate::value::{Limits, Row, TableType, Tense, Type, Value};
use crate::wording::{Lines, Unfit, code_point, unfit};
use crate::workflow::Rules;
use crate::workflow::rules::{FactRule, Within};

/// What facts are compared with when somebody gives them.
pub(crate) struct Giving<'a> {
    /// What the workflow says of them.
    pub(crate) declared: &'a BTreeMap<FactName, FactRule>,
    /// Facts from which a clock counts; they tell what happened, whatever the workflow says.
    pub(crate) anchors: BTreeSet<FactName>,
    /// What is on record.
    pub(crate) on_record: &'a BTreeMap<FactName, History>,
    /// Why, if that is said.
    pub(crate) reason: Option<&'a Text>,
    /// The present.
    pub(crate) now: Timestamp,
    /// Where a date is today.
    pub(crate) zone: Zone,
}

/// Returns the facts from which the clocks of a workflow count: a slip of the year there would move a deadline out of
/// sight.
pub(crate) fn anchors(rules: &Rules) -> BTreeSet<FactName> {
    let clocks = rules.obligations.iter().flat_map(|rule| &rule.clock);
    clocks
        // What a letter names as due lies ahead.
        .filter(|clock| clock.item.within != Within::Named)
        .flat_map(|clock| recorded_facts(rules, clock.item.anchor.references()))
        .collect()
}

impl Giving<'_> {
    /// Checks facts that somebody gives.
    ///
    /// # Errors
    ///
    /// Returns the first that makes no sense.
    pub(crate) fn check(&self, facts: &Facts) -> Result<(), Rejection> {
        for (name, given) in facts {
            // What is not declared was refused before.
            let Some(rule) = self.declared.get(name) else {
                continue;
            };
            match &given.change {
                Change::Absent => self.absent(name, given.certainty)?,
                Change::Set(Value::Table(rows)) => self.rows(rule, rows, &BTreeSet::new())?,
                Change::Set(value) => {
                    let mut limits = rule.limits;
                    if self.anchors.contains(name) {
                        limits.tense = Tense::Past;
                    }
                    self.value(name.as_str(), limits, value)?;
                }
                Change::Rows { set, dropped } => self.rows(rule, set, dropped)?,
            }
        }
        Ok(())
    }

    /// Checks that a value is taken away where there is one, and otherwise that somebody says why it is not known (V3).
    fn absent(&self, name: &FactName, certainty: Certainty) -> Result<(), Rejection> {
        let fact = name.clone();
        if certainty == Certainty::Estimate {
            return Err(Rejection::Estimate { fact });
        }
        match (self.value_on_record(name), self.reason) {
            (_, Some(_)) => Ok(()),
            (Some(_), None) => Err(Rejection::Reason {
                what: ReasonFor::Withdrawal,
            }),
            (None, None) => Err(Rejection::NotRecorded { fact }),
        }
    }

    fn value_on_record(&self, name: &FactName) -> Option<&Value> {
        self.on_record.get(name)?.value()
    }

    /// Checks rows that are given, and that those dropped are there.
    fn rows(
        &self,
        rule: &FactRule,
        set: &BTreeMap<String, Row>,
        dropped: &BTreeSet<String>,
    ) -> Result<(), Rejection> {
        let there = |key: &String| matches!(self.value_on_record(&rule.name), Some(Value::Table(rows)) if rows.contains_key(key));
        if let Some(key) = dropped.iter().find(|key| !there(key)) {
            return Err(Rejection::Cell {
                fact: rule.name.clone(),
                name: key.clone(),
            });
        }
        if !dropped.is_empty() && self.reason.is_none() {
            return Err(Rejection::Reason {
                what: ReasonFor::Withdrawal,
            });
        }
        let Type::Table(table) = &rule.value_type else {
            return Ok(());
        };
        set.iter()
            .try_for_each(|(key, row)| self.row(&rule.name, table, key, row))
    }

    fn row(
        &self,
        fact: &FactName,
        table: &TableType,
        key: &str,
        row: &Row,
    ) -> Result<(), Rejection> {
        let spot = || Spot::Fact(format!("{fact}.{}", table.key));
        check_words(key, Lines::One, spot)?;
        for (name, value) in row {
            if let Some(column) = table.columns.get(name) {
                self.value(&format!("{fact}.{name}"), column.limits, value)?;
            }
        }
        Ok(())
    }

    /// Checks one value; `fact` is how a refusal names it.
    fn value(&self, fact: &str, limits: Limits, value: &Value) -> Result<(), Rejection> {
        let fact_name = || fact.to_owned();
        let is_ahead = match value {
            Value::Date(date) => *date > self.now.date(&self.zone),
            Value::Instant(instant) => instant.at > self.now,
            Value::Integer(given) => return check_number(fact, limits, *given),
            Value::Text(words) => {
                return check_words(words, Lines::Several, || Spot::Fact(fact_name()));
            }
            Value::Boolean(_)
            | Value::Choice(_)
            | Value::Choices(_)
            | Value::Duration(_)
            | Value::Period(_)
            | Value::Authority(_)
            | Value::Table(_)
            | Value::Held(_) => false,
        };
        if !is_ahead || limits.tense == Tense::Any {
            return Ok(());
        }
        Err(Rejection::NotYet {
            fact: fact_name(),
            given: value.to_string(),
            now: self.now,
        })
    }
}

/// Checks a number against what its fact keeps to.
fn check_number(fact: &str, limits: Limits, given: i64) -> Result<(), Rejection> {
    let fact = fact.to_owned();
    match limits {
        Limits {
            least: Some(least), ..
        } if given < least => Err(Rejection::Below { fact, given, least }),
        Limits {
            most: Some(most), ..
        } if most < given => Err(Rejection::Above { fact, given, most }),
        Limits { .. } => Ok(()),
    }
}

/// Refuses words that say nothing, or hold what a reader cannot see.
pub(super) fn check_words(
    words: &str,
    lines: Lines,
    spot: impl FnOnce() -> Spot,
) -> Result<(), Rejection> {
    match unfit(words, lines) {
        None => Ok(()),
        Some(Unfit::Blank) => Err(match spot() {
            Spot::Fact(fact) => Rejection::Blank { fact },
            text @ Spot::Text(_) => Rejection::BlankText { text },
        }),
        Some(Unfit::Control(character)) => Err(Rejection::Control {
            text: spot(),
            character: code_point(character),
        }),
    }
}

/// Checks facts that somebody gives to a case.
pub(super) fn check(
    context: &super::Context<'_>,
    case: &crate::case::Case,
    request: &Request,
    facts: &Facts,
    now: Timestamp,
) -> Result<(), Rejection> {
    let giving = Giving {
        declared: &context.rules.facts,
        anchors: anchors(context.rules),
        on_record: &case.facts,
        reason: request.reason.as_ref(),
        now,
        zone: crate::case::view::first_zone(context, Some(case)),
    };
    giving.check(facts)
}
