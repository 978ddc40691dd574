//! Draws what people ask in random histories: mostly what somebody who knows the case would ask next, else anything.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_core::case::clock::DutyKey;
use tsuho_core::case::event::{Certainty, Change, Undone, Via};
use tsuho_core::case::request::{Asker, Content, Dispatch, Facts, Given, Text};
use tsuho_core::case::{Case, Consent, Request};
use tsuho_core::time::{Instant, Period, Span, Unit, Zone};
use tsuho_core::value::{Row, Value};
use tsuho_executor::{How, PersonChange};

use crate::desk::{Desk, ROLES};
use crate::given::{
    PAPER, advance_with, approve, choice, company, fact, facts, known_on, measure, moment, note,
    paper, receive, text, through,
};

/// Draws numbers from a seed, as `SplitMix64` does.
pub(crate) struct Draws(pub(crate) u64);

impl Draws {
    /// Draws a number below a bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let mixed = mixed ^ (mixed >> 31);
        usize::try_from(mixed % bound as u64).expect("smaller than the bound")
    }

    fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// Does something outside the case, sometimes; tells whether it did.
pub(crate) async fn outside(desk: &Desk, draws: &mut Draws) -> bool {
    match draws.below(12) {
        0 => {
            let hours = u32::try_from(draws.below(48) + 1).expect("a small number");
            let unit = Unit::Hours;
            let target = Value::Period(Period { count: hours, unit });
            let changed = facts([("first_report_target", target)]);
            let mut given: Facts = if draws.below(2) == 0 {
                company()
            } else {
                changed
            };
            if draws.below(4) == 0 {
                given.insert(
                    fact("mic_bureau"),
                    Given::new(Change::Set(Value::Authority(
                        draws
                            .one_of(&["jp-mic-kanto", "jp-mic-kinki"])
                            .parse()
                            .expect("an authority"),
                    ))),
                );
            }
            let request = desk.reasoned("counsel", Content::Record { facts: given });
            // Whoever lost the role meanwhile is refused, which is an answer too.
            let answer = desk
                .executor
                .record_operator_facts(&request, &How::default())
                .await;
            answer.expect("no failure");
            true
        }
        1 => {
            // Everybody keeps the role that is theirs most of the time, so that histories go on.
            let (place, role) = (draws.below(5), draws.below(5));
            let role = if place == role && draws.below(4) > 0 {
                (role + 1) % 5
            } else {
                role
            };
            let person = desk.people[place];
            let role = ROLES[role].parse().expect("a role");
            let change = if desk.holds(person, &role).await {
                PersonChange::Revoke { person, role }
            } else {
                PersonChange::Grant { person, role }
            };
            desk.change(change).await;
            true
        }
        2 => {
            desk.executor
                .wake_due(tsuho_store::Limit::MAX)
                .await
                .expect("a look");
            true
        }
        _ => false,
    }
}

/// Draws a request: mostly what somebody might ask next, else anything.
pub(crate) fn ask(desk: &Desk, draws: &mut Draws, case: &Case) -> Request {
    if draws.below(3) > 0 {
        return sensible(desk, draws, case);
    }
    let (role, content) = anything(draws);
    let mut request = if draws.below(3) == 0 {
        desk.reasoned(role, content)
    } else {
        desk.request(role, content)
    };
    if draws.below(8) == 0 {
        let back = i64::try_from(draws.below(4_000)).expect("a small number");
        request.occurred_at = Some(desk.executor.now().plus(Span::from_minutes(-back)));
    }
    if draws.below(10) == 0 {
        request.seen = Some(case.revision.saturating_sub(draws.below(2) as u64));
    }
    if draws.below(12) == 0 {
        let role = draws.one_of(&ROLES).parse().expect("a role");
        request.asker = Asker::Person {
            person: desk.people[draws.below(5)],
            via: Via::Os,
            role,
        };
    }
    request
}

/// Draws who asks, and what, whether or not it makes sense.
fn anything(draws: &mut Draws) -> (&'static str, Content) {
    const ACTIONS: [(&str, &str); 11] = [
        ("confirm", "privacy_officer"),
        ("notify", "duty_officer"),
        ("update", "duty_officer"),
        ("report", "privacy_officer"),
        ("supplement", "privacy_officer"),
        ("conclude_investigation", "privacy_officer"),
        ("prevent", "head_of_compliance"),
        ("close", "head_of_compliance"),
        ("decide_not_reportable", "head_of_compliance"),
        ("reopen", "duty_officer"),
        ("dance", "counsel"),
    ];
    let filing = draws.below(4) as u64;
    match draws.below(17) {
        0..=3 => ("privacy_officer", learnt(draws)),
        15 | 16 => ("counsel", decided(draws)),
        4..=7 => {
            let (action, role) = draws.one_of(&ACTIONS);
            (role, advance_with(action, dispatch(draws)))
        }
        8 => (
            draws.one_of(&["executive", "head_of_compliance"]),
            approve(draws.one_of(&ACTIONS).0),
        ),
        9 => (
            "executive",
            Content::Refuse {
                action: draws.one_of(&ACTIONS).0.parse().expect("an action"),
            },
        ),
        10 => ("duty_officer", receive(filing)),
        11 => {
            let how = if draws.below(2) == 0 {
                Undone::Withdrawn
            } else {
                Undone::Failed
            };
            ("duty_officer", Content::Undo { filing, how })
        }
        12 => ("counsel", attached(draws)),
        _ => ("counsel", note("words")),
    }
}

/// Returns what somebody who knows the case would ask next, so that histories go far.
fn sensible(desk: &Desk, draws: &mut Draws, case: &Case) -> Request {
    let waiting = case
        .approvals
        .values()
        .find(|approval| approval.consent == Consent::Pending);
    if let Some(approval) = waiting.filter(|_| draws.below(3) > 0) {
        let action = approval.proposal.action.clone();
        let content = if draws.below(5) == 0 {
            Content::Refuse { action }
        } else {
            Content::Approve {
                action,
                digest: None,
            }
        };
        return desk.reasoned(approval.by.as_str(), content);
    }
    let counting = || {
        case.filings
            .iter()
            .filter(|(_, filing)| filing.undone.is_none())
    };
    let sent = counting().find(|(_, filing)| filing.effective_at.is_none());
    if let Some((&number, _)) = sent.filter(|_| draws.below(3) > 0) {
        return desk.request("duty_officer", receive(number));
    }
    if let Some((&filing, _)) = counting().next().filter(|_| draws.below(8) == 0) {
        return desk.reasoned(
            "duty_officer",
            Content::Undo {
                filing,
                how: Undone::Failed,
            },
        );
    }
    if draws.below(8) == 0 {
        return desk.reasoned("counsel", decided(draws));
    }
    let (role, content) = next_step(draws, case);
    desk.request(role, content)
}

/// Returns what leads on from the present state, and who does it.
fn next_step(draws: &mut Draws, case: &Case) -> (&'static str, Content) {
    let lacks = |name: &str| {
        case.facts
            .get(&fact(name))
            .is_none_or(|fact| fact.value().is_none())
    };
    let duty = draws.one_of(&["first_report@jp-mic-kanto", "detailed_report@jp-mic-kanto"]);
    let serving = |channel: &str| Dispatch {
        duties: [duty.parse().expect("a duty")].into(),
        ..through(channel)
    };
    let plainly = |action| advance_with(action, Dispatch::default());
    let record = |facts| Content::Record { facts };
    match case.state.as_str() {
        _ if lacks("known_at") || lacks("outline") => ("privacy_officer", known_on("2023-10-17")),
        "detected" if draws.below(4) == 0 && !lacks("reason_not_reportable") => {
            ("head_of_compliance", plainly("decide_not_reportable"))
        }
        "detected" if draws.below(3) == 0 => {
            let reason = text("Nothing leaked.");
            (
                "privacy_officer",
                record(facts([
                    ("secrecy_leak", choice("none")),
                    ("reason_not_reportable", reason),
                ])),
            )
        }
        "detected" => ("duty_officer", advance_with("notify", serving("phone"))),
        _ if !case.evidence.contains(&tsuho_ledger::Digest::of(PAPER)) => {
            ("privacy_officer", paper())
        }
        _ if lacks("cause") || lacks("measures") => (
            "privacy_officer",
            record(facts([
                ("cause", text("A cause.")),
                ("measures", measure(None)),
            ])),
        ),
        "notified" if draws.below(4) == 0 => {
            ("duty_officer", advance_with("update", serving("email")))
        }
        "notified" => ("privacy_officer", advance_with("report", through("email"))),
        "reported" if draws.below(2) == 0 => (
            "privacy_officer",
            advance_with("supplement", serving("fax")),
        ),
        "reported" => ("head_of_compliance", plainly("prevent")),
        "preventing" if !is_checked(case) => (
            "head_of_compliance",
            record(facts([("measures", measure(Some("2024-03-31")))])),
        ),
        "preventing" => ("head_of_compliance", plainly("close")),
        _ => (
            "privacy_officer",
            record(facts([("secrecy_leak", choice("leaked"))])),
        ),
    }
}

/// Tells whether the measure was checked for its effect.
fn is_checked(case: &Case) -> bool {
    let measures = case
        .facts
        .get(&fact("measures"))
        .and_then(|history| history.value());
    let Some(Value::Table(rows)) = measures else {
        return false;
    };
    rows.values().all(|row| {
        row.keys()
            .any(|column| column.as_str() == "effect_checked_on")
    })
}

/// Draws facts: some that start clocks, some that move them, some that are refused.
fn learnt(draws: &mut Draws) -> Content {
    let given = match draws.below(9) {
        0 => return known_on(draws.one_of(&["2023-10-16", "2023-10-17"])),
        1 => facts([(
            "known_at",
            moment(draws.one_of(&["2023-10-17T09:00", "2023-10-17T17:30"])),
        )]),
        2 => facts([(
            "secrecy_leak",
            choice(draws.one_of(&["leaked", "feared", "none"])),
        )]),
        3 => facts([("cause", text("A cause.")), ("measures", measure(None))]),
        4 => facts([(
            "measures",
            measure(draws.one_of(&[None, Some("2024-03-31")])),
        )]),
        5 => facts([("reason_not_reportable", text("Nothing leaked."))]),
        6 => {
            let name = draws.one_of(&["known_at", "secrecy_leak", "cause", "measures"]);
            let absent = Given::new(Change::Absent);
            [(fact(name), absent)].into()
        }
        7 => {
            let mut given = facts([(
                "users_affected",
                Value::Integer(i64::try_from(draws.below(100_000)).expect("a small number")),
            )]);
            for given in given.values_mut() {
                given.certainty = Certainty::Estimate;
                given.source = Some(Text::personal("a newspaper"));
            }
            given
        }
        _ => facts([("persons", text("many"))]),
    };
    Content::Record { facts: given }
}

fn dispatch(draws: &mut Draws) -> Dispatch {
    let mut dispatch = Dispatch::default();
    if draws.below(4) > 0 {
        dispatch = through(draws.one_of(&["phone", "email", "fax"]));
    }
    if draws.below(4) == 0 {
        let duty = draws.one_of(&["first_report@jp-mic-kanto", "detailed_report@jp-mic-kanto"]);
        dispatch
            .duties
            .insert(duty.parse::<DutyKey>().expect("a duty"));
    }
    dispatch
}

/// Draws what the bureau decided about a duty, or that it took its decision back.
fn decided(draws: &mut Draws) -> Content {
    let name = |text: &str| text.parse().expect("a name");
    let id = draws.one_of(&["d1", "d2"]);
    let mut row = Row::from([("id".parse().expect("a column"), Value::Text(id.to_owned()))]);
    let mut put = |column: &str, value| drop(row.insert(column.parse().expect("a column"), value));
    let obligation = draws.one_of(&["first_report", "detailed_report"]);
    put("obligation", Value::Choice(name(obligation)));
    let kind = draws.one_of(&["extension", "exemption", "exemption", "hold"]);
    put("kind", Value::Choice(name(kind)));
    let zone: Zone = "Asia/Tokyo".parse().expect("a zone");
    let day = |text: &str| Instant::day(text.parse().expect("a date"), zone.clone());
    put("decided_at", Value::Instant(day("2023-10-17")));
    if kind != "exemption" && draws.below(4) > 0 {
        let until = draws.one_of(&["2023-10-20", "2023-11-30", "2024-01-31"]);
        put("until", Value::Instant(day(until)));
    }
    let change = if draws.below(4) == 0 {
        Change::Rows {
            set: BTreeMap::new(),
            dropped: BTreeSet::from([id.to_owned()]),
        }
    } else {
        Change::Rows {
            set: BTreeMap::from([(id.to_owned(), row)]),
            dropped: BTreeSet::new(),
        }
    };
    let given = Given {
        source: Some(Text::personal("a letter of the bureau")),
        ..Given::new(change)
    };
    Content::Record {
        facts: [(fact("decisions"), given)].into(),
    }
}

fn attached(draws: &mut Draws) -> Content {
    let bytes = [u8::try_from(draws.below(256)).expect("a byte")];
    Content::Attach {
        digest: tsuho_ledger::Digest::of(&bytes),
        size: 1,
        name: Text::personal("paper.pdf"),
        filing: None,
        fact: None,
    }
}
