//! Draws what people ask of a case under any workflow, from its rules alone: mostly what leads on, found by trying, else
//! anything. What makes a duty
//! owed is `owed.rs`, what waits for somebody `awaited.rs`; who asks and when it is carried out is `desk.rs`.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_core::case::clock::DutyKey;
use tsuho_core::case::decide;
use tsuho_core::case::event::{Certainty, Change, Undone};
use tsuho_core::case::request::{Content, Dispatch, Facts, Given, Text};
use tsuho_core::name::{AuthorityName, FactName, RoleName};
use tsuho_core::time::{Instant, Period, Span, Timestamp, Unit, Zone};
use tsuho_core::value::{Limits, Row, TableType, Tense, Type, Value};
use tsuho_core::workflow::Rules;
use tsuho_core::workflow::rules::{ActionRule, By, FactRule, Owner};
use tsuho_executor::Ground;
use tsuho_ledger::Digest;

use super::awaited::awaited;
use super::desk::Desk;
use super::owed;

/// The bytes of the file that is sent and attached.
pub(super) const FILE: &[u8] = b"a paper";

/// How often something that leads on is looked for before anything is asked.
const TRIES: usize = 6;

/// Draws numbers from a seed, as `SplitMix64` does.
pub(super) struct Draws(pub(super) u64);

impl Draws {
    /// Draws a number below a bound.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let mixed = mixed ^ (mixed >> 31);
        usize::try_from(mixed % bound as u64).expect("smaller than the bound")
    }

    pub(super) fn one_of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    pub(super) fn once_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }
}

fn zone() -> Zone {
    "Asia/Tokyo".parse().expect("zone data are compiled in")
}

/// Draws a moment around now; not after it where it must have happened.
fn moment(draws: &mut Draws, limits: Limits, now: Timestamp) -> Timestamp {
    let hours = i64::try_from(draws.below(24 * 40)).expect("a few weeks");
    let ahead = limits.tense == Tense::Any && draws.once_in(2);
    now.plus(Span::from_hours(if ahead { hours } else { -hours }))
}

fn integer(draws: &mut Draws, limits: Limits) -> i64 {
    let found = *draws.one_of(&[
        0, 1, 2, 500, 1_000, 1_001, 29_999, 30_000, 100_000, 1_000_000,
    ]);
    found.clamp(
        limits.least.unwrap_or(i64::MIN),
        limits.most.unwrap_or(i64::MAX),
    )
}

/// Draws a value of a type; `None` for a table, whose rows are found one by one.
fn value(
    draws: &mut Draws,
    rules: &Rules,
    (of, limits): (&Type, Limits),
    now: Timestamp,
) -> Option<Value> {
    Some(match of {
        Type::Boolean => Value::Boolean(draws.once_in(2)),
        Type::Integer => Value::Integer(integer(draws, limits)),
        Type::Text => Value::Text((*draws.one_of(&["some words", "other words"])).to_owned()),
        Type::Choice(list) => Value::Choice(draws.one_of(&list.of).0.clone()),
        Type::Choices(list) => {
            let all = list.of.iter().map(|(name, _)| name.clone());
            Value::Choices(all.filter(|_| draws.once_in(2)).collect())
        }
        Type::Date => Value::Date(moment(draws, limits, now).date(&zone())),
        Type::Instant => {
            let at = moment(draws, limits, now);
            Value::Instant(match draws.below(3) {
                0 if at.date(&zone()) < now.date(&zone()) => Instant::day(at.date(&zone()), zone()),
                _ => Instant::new(at, zone()),
            })
        }
        Type::Duration => Value::Duration(Span::from_minutes(*draws.one_of(&[30, 60, 120]))),
        Type::Period => {
            let (count, unit) =
                *draws.one_of(&[(6, Unit::Hours), (7, Unit::Days), (3, Unit::Months)]);
            Value::Period(Period { count, unit })
        }
        Type::Authority(among) => {
            let below =
                |(name, rule): &(&AuthorityName, &tsuho_core::workflow::rules::AuthorityRule)| {
                    among.is_empty()
                        || among.contains(*name)
                        || rule
                            .under
                            .as_ref()
                            .is_some_and(|under| among.contains(under))
                };
            let fitting: Vec<_> = rules.authorities.iter().filter(below).collect();
            Value::Authority(draws.one_of(&fitting).0.clone())
        }
        Type::Table(_) => return None,
    })
}

/// Draws a change of a table: one or two rows with most of their cells, or a row dropped.
fn rows(draws: &mut Draws, rules: &Rules, table: &TableType, now: Timestamp) -> Change {
    let keys = ["A", "B", "C"];
    if draws.once_in(8) {
        let dropped = [(*draws.one_of(&keys)).to_owned()].into();
        return Change::Rows {
            set: BTreeMap::new(),
            dropped,
        };
    }
    let mut set = BTreeMap::new();
    let whole = draws.once_in(2);
    for _ in 0..=draws.below(2) {
        let key = *draws.one_of(&keys);
        let mut row = Row::new();
        for (name, column) in &table.columns {
            let cell = (column.value_type.clone(), column.limits);
            if *name == table.key {
                row.insert(name.clone(), Value::Text(key.to_owned()));
            } else if (whole || draws.below(4) > 0)
                && let Some(value) = value(draws, rules, (&cell.0, cell.1), now)
            {
                row.insert(name.clone(), value);
            }
        }
        set.insert(key.to_owned(), row);
    }
    Change::Rows {
        set,
        dropped: BTreeSet::new(),
    }
}

/// Draws what is said of a fact.
fn given(draws: &mut Draws, rules: &Rules, rule: &FactRule, now: Timestamp) -> Given {
    let change = match &rule.value_type {
        _ if draws.once_in(24) => Change::Absent,
        Type::Table(table) => rows(draws, rules, table, now),
        of => {
            let found = value(draws, rules, (of, rule.limits), now);
            Change::Set(found.expect("only tables have no value"))
        }
    };
    let estimated = draws.once_in(8) && change != Change::Absent;
    Given {
        certainty: if estimated {
            Certainty::Estimate
        } else {
            Certainty::Exact
        },
        source: draws.once_in(8).then(|| Text::personal("a newspaper")),
        ..Given::new(change)
    }
}

fn is_the_cases(rule: &FactRule) -> bool {
    rule.is.is_none() && matches!(rule.owner, Owner::Case | Owner::Incident)
}

pub(super) fn some_facts(draws: &mut Draws, rules: &Rules, now: Timestamp) -> Facts {
    let ours: Vec<&FactRule> = rules
        .facts
        .values()
        .filter(|rule| is_the_cases(rule))
        .collect();
    let count = 1 + draws.below(4);
    let found = (0..count).map(|_| {
        let rule = *draws.one_of(&ours);
        (rule.name.clone(), given(draws, rules, rule, now))
    });
    found.collect()
}

/// Draws the operator's facts of a workflow, most of them.
pub(super) fn operator_facts(draws: &mut Draws, rules: &Rules, now: Timestamp) -> Facts {
    let theirs = rules
        .facts
        .values()
        .filter(|rule| rule.is.is_none() && rule.owner == Owner::Operator);
    let mut facts = Facts::new();
    for rule in theirs {
        if draws.below(5) > 0 {
            facts.insert(rule.name.clone(), given(draws, rules, rule, now));
        }
    }
    facts
}

/// Draws the facts that an action still lacks, and now and then others.
fn facts_for(draws: &mut Draws, ground: &Ground, action: &ActionRule, now: Timestamp) -> Facts {
    let rules = &ground.compiled.rules;
    let stated = |name: &FactName| {
        ground
            .case
            .facts
            .get(name)
            .is_some_and(|fact| fact.value().is_some())
    };
    let contained = action
        .files
        .iter()
        .filter_map(|name| rules.obligation(name))
        .flat_map(|obligation| {
            let always = obligation
                .contains
                .iter()
                .flat_map(|cased| &cased.item.always);
            always.chain(&obligation.late_needs)
        });
    let mut facts = if draws.once_in(2) {
        some_facts(draws, rules, now)
    } else {
        Facts::new()
    };
    for name in action.needs.iter().chain(contained) {
        let rule = &rules.facts[name];
        if is_the_cases(rule) && !stated(name) {
            facts.insert(name.clone(), given(draws, rules, rule, now));
        }
    }
    facts
}

/// Draws what is sent: through a channel of somebody, for a duty that runs, most of the time with the paper.
fn dispatch_for(
    draws: &mut Draws,
    ground: &Ground,
    action: &ActionRule,
    now: Timestamp,
) -> Dispatch {
    if action.files.is_empty() {
        return Dispatch::default();
    }
    let files = |key: &DutyKey| action.files.contains(&key.obligation);
    let running = ground
        .case
        .duties
        .iter()
        .filter(|(key, duty)| files(key) && duty.is_running());
    let running: Vec<DutyKey> = running.map(|(key, _)| key.clone()).collect();
    let mut duties = BTreeSet::new();
    if !running.is_empty() {
        duties.extend((0..=draws.below(2)).map(|_| draws.one_of(&running).clone()));
    }
    let authorities = ground.compiled.rules.authorities.values();
    let channels: BTreeSet<_> = authorities.flat_map(|rule| rule.channels.keys()).collect();
    let channels: Vec<_> = channels.into_iter().collect();
    Dispatch {
        channel: Some((*draws.one_of(&channels)).clone()),
        duties,
        sent_at: draws.once_in(8).then(|| now.plus(Span::from_hours(-1))),
        document: (draws.below(6) > 0).then(|| Digest::of(FILE)),
        ..Dispatch::default()
    }
}

/// Draws an action that leaves the present state, and who takes it: two times of three one that leads elsewhere.
fn action(draws: &mut Draws, ground: &Ground, now: Timestamp) -> Option<(RoleName, Content)> {
    let rules = &ground.compiled.rules;
    let onward = draws.below(3) > 0;
    let leads = |action: &&ActionRule| {
        let target = rules.graph.target(&ground.case.state, &action.name);
        target.is_some_and(|(to, _)| !onward || *to != ground.case.state)
    };
    let taken: Vec<&ActionRule> = rules.actions.iter().filter(leads).collect();
    if taken.is_empty() {
        return None;
    }
    let action = *draws.one_of(&taken);
    let By::Role(role) = &action.by else {
        return None;
    };
    let content = Content::Advance {
        action: action.name.clone(),
        facts: facts_for(draws, ground, action, now),
        dispatch: dispatch_for(draws, ground, action, now),
    };
    Some((role.clone(), content))
}

/// Returns what attaches the paper.
pub(super) fn paper() -> Content {
    Content::Attach {
        digest: Digest::of(FILE),
        size: FILE.len() as u64,
        name: Text::personal("paper.txt"),
        filing: None,
        fact: None,
    }
}

/// Draws anything.
fn anything(draws: &mut Draws, ground: &Ground, now: Timestamp) -> (RoleName, Content) {
    let rules = &ground.compiled.rules;
    let known: Vec<&RoleName> = rules.roles.keys().collect();
    let role = (*draws.one_of(&known)).clone();
    let filing = 1 + draws.below(ground.case.filings.len() + 1) as u64;
    let how = *draws.one_of(&[Undone::Failed, Undone::Withdrawn]);
    let content = match draws.below(8) {
        0..=2 => Content::Record {
            facts: some_facts(draws, rules, now),
        },
        3 | 4 => Content::Undo { filing, how },
        5 => Content::Receive {
            filing,
            received_at: None,
            receipt: None,
        },
        6 => paper(),
        _ => Content::Note {
            text: Text::personal("words"),
        },
    };
    (role, content)
}

/// Draws what somebody asks of a case: what waits, what leads on, or anything.
pub(super) fn request(draws: &mut Draws, desk: &Desk, ground: &Ground) -> (RoleName, Content) {
    let now = desk.executor.now();
    if draws.once_in(6) {
        return anything(draws, ground, now);
    }
    if draws.once_in(2)
        && let Some(facts) = owed::facts(draws, desk, ground, now)
    {
        let role = "duty_officer".parse().expect("a role");
        return (role, Content::Record { facts });
    }
    if draws.below(4) > 0
        && let Some(waits) = awaited(draws, &ground.case)
    {
        return waits;
    }
    for _ in 0..TRIES {
        if let Some((role, content)) = action(draws, ground, now) {
            let request = desk.now(role.as_str(), content.clone());
            if decide(&ground.context(), &ground.case, &request, now).is_ok() {
                return (role, content);
            }
        }
    }
    let facts = some_facts(draws, &ground.compiled.rules, now);
    (
        "privacy_officer".parse().expect("a role"),
        Content::Record { facts },
    )
}
