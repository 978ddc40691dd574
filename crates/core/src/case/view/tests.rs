//! States that looking at a case is bounded work, however things lean on each other and however long the history is.
//! Work is counted in evaluations, which are the same on every machine.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::*;
use crate::case::decide::{decide, decide_open};
use crate::case::event::{
    Actor, Body, Certainty, Change, Event, FactRecorded, FactsRecorded, Sheet,
};
use crate::case::evolve::{apply, open};
use crate::case::request::{Asker, Content, Request};
use crate::case::settle::owed;
use crate::diagnostic::Severity;
use crate::ids::{CaseId, CommandId};
use crate::people::People;
use crate::time::Span;
use crate::workflow::{Rules, compile};

thread_local! {
    /// How many expressions were evaluated on this thread.
    pub(super) static EVALUATED: Cell<usize> = const { Cell::new(0) };
}

const LIBRARY: &str = "tsuho: 1
library: office
authorities: { office: { title: Office, zone: Asia/Tokyo, channels: { phone: sent } } }
roles: { clerk: { title: Clerk } }
";

/// Returns a workflow with these facts and obligations, each a line, whose `applies` is `when`.
fn workflow(when: &str, facts: &str, obligations: &str) -> Rules {
    let names: Vec<&str> = obligations
        .lines()
        .filter_map(|line| line.trim().split_once(':').map(|(name, _)| name))
        .collect();
    let text = format!(
        "{LIBRARY}---
tsuho: 1
workflow: chained
version: 1
uses: [office]
authority: office
applies: {{ when: \"{when}\" }}
facts:
{facts}
states:
  begun: {{ phase: detect, initial: true }}
  over: {{ phase: closed, outcome: completed }}
actions:
  tell: {{ from: begun, by: clerk, files: [{}] }}
  close: {{ from: begun, to: over, by: clerk }}
obligations:
{obligations}
",
        names.join(", ")
    );
    let compiled = compile::workspace(&[("chained.yaml", text.as_bytes())]);
    let found = compiled.findings.into_sorted();
    let wrong = found
        .iter()
        .find(|finding| finding.code.severity == Severity::Error);
    assert!(wrong.is_none(), "{wrong:#?}\n{text}");
    let mut workflows = compiled.workflows.into_iter();
    workflows.next().expect("there is one workflow")
}

/// Everything that a decision reads beside the case.
struct Around {
    rules: Rules,
    people: People,
    calendars: BTreeMap<crate::name::CalendarName, crate::calendar::Calendar>,
}

impl Around {
    fn new(rules: Rules) -> Self {
        Self {
            rules,
            people: People::default(),
            calendars: BTreeMap::new(),
        }
    }

    fn context(&self) -> Context<'_> {
        Context {
            rules: &self.rules,
            people: &self.people,
            calendars: &self.calendars,
        }
    }
}

/// Returns the moment so many minutes after the beginning of everything.
fn minute(count: i64) -> Timestamp {
    let begin = Timestamp::from_micros(1_698_375_600_000_000).expect("in 2023");
    begin.plus(Span::from_minutes(count))
}

fn moment(count: i64) -> Value {
    let zone = "Asia/Tokyo".parse().expect("a zone");
    Value::Instant(crate::time::Instant::new(minute(count), zone))
}

fn request(content: Content) -> Request {
    Request {
        command: CommandId::from_bytes([1; 16]),
        asker: Asker::Clock,
        occurred_at: None,
        reason: None,
        seen: None,
        content,
    }
}

fn opened(around: &Around) -> Case {
    let content = Content::Open {
        number: 1,
        delivered: None,
    };
    let id = CaseId::from_bytes([1; 16]);
    let events = decide_open(&around.context(), id, &request(content), minute(0));
    let events = events.expect("a case opens");
    let mut case = open(id, &events[0]).expect("the first event opens");
    events[1..].iter().for_each(|event| apply(&mut case, event));
    case
}

/// Records a fact that was learnt then; nothing is settled.
fn record(case: &mut Case, fact: &str, value: Value, learnt: i64) {
    let recorded = FactRecorded {
        change: Change::Set(value),
        as_of: minute(learnt),
        certainty: Certainty::Exact,
        source: None,
    };
    let body = FactsRecorded {
        facts: [(fact.parse().expect("a fact name"), recorded)].into(),
        delivered: None,
        approval: None,
        reason: None,
    };
    let event: Event<Body> = Event {
        body: body.into(),
        actor: Actor::Clock,
        occurred_at: minute(learnt),
        recorded_at: minute(learnt),
        command: CommandId::from_bytes([2; 16]),
        personal: Sheet::new(),
        privileged: Sheet::new(),
    };
    apply(case, &event);
}

/// Counts the evaluations of something.
fn counted<T>(look: impl FnOnce() -> T) -> (usize, T) {
    let before = EVALUATED.get();
    let found = look();
    (EVALUATED.get() - before, found)
}

/// Facts of which each reads the one before twice, in one of two ways.
fn chain_of_facts(length: usize, link: impl Fn(usize) -> String) -> String {
    let mut facts = String::from("  pages: integer\n  f0: { type: boolean, is: pages >= 10 }\n");
    for at in 1..=length {
        let _ = writeln!(
            facts,
            "  f{at}: {{ type: boolean, is: \"{}\" }}",
            link(at - 1)
        );
    }
    facts
}

#[test]
fn a_chain_of_facts_and_duties_each_read_twice_is_found_once() {
    let facts = chain_of_facts(28, |before| format!("f{before} && f{before} == f{before}"))
        + "  began_at: instant\n";
    let mut duties =
        String::from("  o0: { force: internal, clock: { anchor: began_at, within: 24 hours } }\n");
    for at in 1..=28 {
        let before = at - 1;
        let _ = writeln!(
            duties,
            "  o{at}: {{ force: internal, clock: {{ anchor: \"earliest(due.o{before}, due.o{before} + hours(0), due.o{before})\", within: 1 hour }} }}"
        );
    }
    let around = Around::new(workflow("f28", &facts, &duties));
    let mut case = opened(&around);
    record(&mut case, "pages", Value::Integer(12), 1);
    record(&mut case, "began_at", moment(0), 1);
    let context = around.context();
    let (evaluated, duties) = counted(|| {
        let view = View::new(&context, &case, minute(2));
        owed(&context, &view).duties
    });
    assert_eq!(duties.len(), 29);
    assert!(duties.iter().all(|duty| duty.face.is_some()));
    println!(
        "FIGURE settling: evaluations for 29 facts and 29 duties in a chain, each read three times {evaluated}"
    );
    assert!(evaluated < 400, "{evaluated} evaluations");
}

#[test]
fn since_of_a_chain_over_a_long_history_is_found_once_for_each_moment() {
    let link = |before: usize| format!("known(since.f{before}) && past(since.f{before})");
    for (length, versions) in [(29, 400), (1, 20_000)] {
        let facts = chain_of_facts(length, link);
        let duties =
            "  told: { force: internal, clock: { anchor: since.applies, within: 24 hours } }\n";
        let around = Around::new(workflow(&format!("f{length}"), &facts, duties));
        let mut case = opened(&around);
        for at in 1..=versions {
            record(&mut case, "pages", Value::Integer(at % 100), at);
        }
        let context = around.context();
        let (at, until) = (minute(versions), minute(versions + 1));
        let (evaluated, since) =
            counted(|| View::new(&context, &case, at).since(&SinceOf::Applies));
        // The hundredth version is 0, and ten later it is 10 again; the last one of all is 0.
        assert_eq!(since, None, "{length} {versions}");
        record(&mut case, "pages", Value::Integer(50), versions + 1);
        let view = View::new(&context, &case, until);
        assert_eq!(view.since(&SinceOf::Applies), Some(until));
        println!(
            "FIGURE settling: evaluations for `since` of a chain of {length} over {versions} versions {evaluated}"
        );
        let bound = (length + 2) * usize::try_from(versions).expect("a few") * 2;
        assert!(evaluated <= bound, "{evaluated} of at most {bound}");
        let (decided, events) = counted(|| {
            let wake = request(Content::Wake);
            decide(&context, &case, &wake, minute(versions + 2))
        });
        assert!(!events.expect("it is granted").is_empty());
        println!("FIGURE settling: evaluations for one decision on it {decided}");
        assert!(
            decided <= 12 * bound,
            "{decided} of at most 12 times {bound}"
        );
    }
}

#[test]
fn versions_of_what_a_condition_does_not_read_cost_it_nothing() {
    let facts = "  pages: integer\n  grave: boolean\n";
    let duties =
        "  told: { force: internal, clock: { anchor: since.applies, within: 24 hours } }\n";
    let around = Around::new(workflow("grave", facts, duties));
    let mut case = opened(&around);
    record(&mut case, "grave", Value::Boolean(true), 5);
    for at in 1..=20_000 {
        record(&mut case, "pages", Value::Integer(at), at);
    }
    let context = around.context();
    let look = || View::new(&context, &case, minute(20_000)).since(&SinceOf::Applies);
    let (evaluated, since) = counted(look);
    assert_eq!(since, Some(minute(5)));
    println!("FIGURE settling: evaluations for `since` beside 20000 other versions {evaluated}");
    assert!(evaluated < 10, "{evaluated} evaluations");
}

/// How the slow way is made wrong, to see that a difference shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    /// What time alone changes is not looked at.
    TimeStandsStill,
    /// Later falsehood is overlooked.
    OnceTrue,
    /// Only the present is looked at.
    PresentOnly,
    /// What was learnt last is not looked at.
    LastIsLost,
}

/// Finds since when a condition holds by looking at every moment at which anything was learnt, each look by itself.
fn since_everywhere(
    around: &Around,
    case: &Case,
    (at, of): (Timestamp, &SinceOf),
    flaw: Flaw,
) -> Option<Timestamp> {
    let context = around.context();
    let histories = case.facts.values();
    let versions = histories.flat_map(crate::case::fact::History::versions);
    let mut moments: BTreeSet<Timestamp> = versions.map(|version| version.as_of).collect();
    moments.extend(case.entered.values());
    moments.retain(|moment| *moment <= at);
    match flaw {
        Flaw::PresentOnly => moments = BTreeSet::from([at]),
        Flaw::LastIsLost => drop(moments.pop_last()),
        Flaw::None | Flaw::TimeStandsStill | Flaw::OnceTrue => {}
    }
    let mut since = None;
    while let Some(moment) = moments.pop_first() {
        let view = View::new(&context, case, at).of_then(moment);
        match view.holds(of) {
            Truth::True => since = since.or(Some(moment)),
            Truth::False | Truth::Unknown if flaw == Flaw::OnceTrue => {}
            Truth::False | Truth::Unknown => since = None,
        }
        if flaw != Flaw::TimeStandsStill {
            moments.extend(view.next_change().filter(|next| *next <= at));
        }
    }
    since
}

/// The conditions that are followed, and what they rest on.
const FOLLOWED: &str = "  pages: integer
  grave: boolean
  other: boolean
  began_at: instant
  long: { type: boolean, is: \"past(began_at + minutes(7)) && pages >= 3\" }
  twice: { type: boolean, is: \"known(since.long) && past(since.long + minutes(3))\" }
  always: { type: boolean, is: \"unknown(other) || known(other)\" }
  late: { type: boolean, is: \"past(due.told - hours(23))\" }
";

/// Compares both ways on random histories; returns how many were compared, how many were known, how many differed.
fn compared(flaw: Flaw) -> (usize, usize, usize) {
    let duties = "  told: { force: internal, clock: { anchor: began_at, within: 24 hours } }\n";
    let around = Around::new(workflow("grave || long", FOLLOWED, duties));
    let context = around.context();
    let mut state = 20_261_123_u64;
    let mut below = |bound: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        i64::try_from(state % bound).expect("small")
    };
    let (mut compared, mut found, mut different) = (0, 0, 0);
    for _ in 0..400 {
        let mut case = opened(&around);
        for _ in 0..below(9) {
            let at = below(60) - 10;
            let (fact, value) = match below(4) {
                0 => ("pages", Value::Integer(below(6))),
                1 => ("grave", Value::Boolean(below(2) == 0)),
                2 => ("other", Value::Boolean(below(2) == 0)),
                _ => ("began_at", moment(below(50) - 60)),
            };
            record(&mut case, fact, value, at);
        }
        let at = minute(50 + below(30));
        let view = View::new(&context, &case, at);
        for of in ["applies", "grave", "long", "twice", "always", "late"] {
            let of = match of {
                "applies" => SinceOf::Applies,
                fact => SinceOf::Fact(fact.parse().expect("a fact name")),
            };
            let since = view.since(&of);
            let expected = since_everywhere(&around, &case, (at, &of), flaw);
            compared += 1;
            found += usize::from(since.is_some());
            different += usize::from(since != expected);
        }
    }
    (compared, found, different)
}

#[test]
fn since_is_what_looking_at_every_moment_finds() {
    let (compared, found, different) = compared(Flaw::None);
    println!(
        "FIGURE settling: `since` compared with a look at every moment {compared}, of them known {found}, different {different} of {compared}"
    );
    assert_eq!(different, 0);
    assert!(
        found > compared / 5 && found < compared,
        "{found} of {compared}"
    );
}

#[test]
fn a_wrong_way_to_find_since_differs() {
    let planted = [
        Flaw::TimeStandsStill,
        Flaw::OnceTrue,
        Flaw::PresentOnly,
        Flaw::LastIsLost,
    ];
    let caught = planted.iter().filter(|flaw| compared(**flaw).2 > 0).count();
    println!("planted {}, caught {caught}", planted.len());
    assert_eq!(caught, planted.len());
}
