//! Random histories: nothing is found in them.
//! What is found when they are edited is in `edited.rs`.

use tsuho_audit::verify;
use tsuho_core::case::event::{Certainty, Change, Undone};
use tsuho_core::case::request::{Content, Dispatch, Facts, Given, Text};
use tsuho_core::time::{Instant, Period, Span, Timestamp, Unit};
use tsuho_core::value::Value;
use tsuho_ledger::PartClass;

use crate::desk::{DESK, Desk, EXECUTIVE, OFFICER, case_id, facts, tokyo, zone};
use crate::sound::told;

const ROLES: [(u8, &str); 3] = [
    (DESK, "desk"),
    (OFFICER, "officer"),
    (EXECUTIVE, "executive"),
];

/// Draws numbers from a seed, as `SplitMix64` does.
pub(crate) struct Draws(pub(crate) u64);

impl Draws {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let mixed = mixed ^ (mixed >> 31);
        usize::try_from(mixed % bound as u64).expect("smaller than the bound")
    }

    pub(crate) fn number(&mut self, bound: usize) -> i64 {
        i64::try_from(self.below(bound)).expect("a small number")
    }

    /// Draws a moment of the last days.
    fn earlier(&mut self, now: Timestamp) -> Timestamp {
        let minutes = [90, 3_000, 30_000][self.below(3)];
        now.plus(Span::from_minutes(-self.number(minutes)))
    }
}

fn random_facts(draws: &mut Draws, now: Timestamp) -> Facts {
    let mut facts = Facts::new();
    for _ in 0..=draws.below(2) {
        let (name, value) = match draws.below(4) {
            0 | 1 => {
                let at = draws.earlier(now);
                let instant = if draws.below(4) == 0 {
                    Instant::day(at.date(&zone()), zone())
                } else {
                    Instant::new(at, zone())
                };
                ("known_at", Value::Instant(instant))
            }
            2 => ("users", Value::Integer(draws.number(2_000))),
            _ => ("outline", Value::Text("Sato took it home".to_owned())),
        };
        let change = if draws.below(8) == 0 {
            Change::Absent
        } else {
            Change::Set(value)
        };
        let mut given = Given::new(change);
        if draws.below(5) == 0 {
            given.certainty = Certainty::Estimate;
        }
        if draws.below(5) == 0 {
            given.as_of = Some(draws.earlier(now));
        }
        facts.insert(name.parse().expect("a name"), given);
    }
    facts
}

fn random_dispatch(draws: &mut Draws, now: Timestamp) -> Dispatch {
    let channel = ["phone", "email", "fax"][draws.below(3)];
    Dispatch {
        channel: Some(channel.parse().expect("a name")),
        sent_at: (draws.below(4) == 0).then(|| draws.earlier(now)),
        received_at: (draws.below(4) == 0).then_some(now),
        ..Dispatch::default()
    }
}

type Asked = ((u8, &'static str), Content);

fn action(name: &str) -> tsuho_core::name::ActionName {
    name.parse().expect("a name")
}

/// Draws an action, or what comes after one.
fn random_action(draws: &mut Draws, now: Timestamp) -> Asked {
    let [clerk, officer, executive] = ROLES;
    let (who, name) = match draws.below(11) {
        0..=2 => (clerk, "tell"),
        3..=5 => (officer, "file"),
        6 => (officer, "add"),
        7 => (officer, "dismiss"),
        8 | 9 => {
            let action = action(["file", "dismiss", "decisions"][draws.below(3)]);
            let digest = None;
            return (executive, Content::Approve { action, digest });
        }
        _ => {
            let action = action("file");
            return (executive, Content::Refuse { action });
        }
    };
    let dispatch = match name {
        "dismiss" => Dispatch::default(),
        _ => random_dispatch(draws, now),
    };
    let (action, facts) = (action(name), Facts::new());
    let content = Content::Advance {
        action,
        facts,
        dispatch,
    };
    (who, content)
}

fn random_content(draws: &mut Draws, desk: &mut Desk) -> Asked {
    let now = desk.now;
    let [clerk, officer, _] = ROLES;
    let filing = 1 + draws.below(3) as u64;
    let (mut who, content) = match draws.below(24) {
        20 | 21 => (officer, crate::decided::drawn(draws, now)),
        22 => {
            let action = action("decisions");
            let digest = None;
            (ROLES[2], Content::Approve { action, digest })
        }
        0..=4 => {
            let facts = random_facts(draws, now);
            (clerk, Content::Record { facts })
        }
        5..=15 => random_action(draws, now),
        16 => {
            let received_at = Some(draws.earlier(now));
            let receipt = None;
            let content = Content::Receive {
                filing,
                received_at,
                receipt,
            };
            (officer, content)
        }
        17 => {
            let how = [Undone::Withdrawn, Undone::Failed][draws.below(2)];
            (officer, Content::Undo { filing, how })
        }
        18 => {
            let byte = u8::try_from(draws.below(4)).expect("small");
            (officer, desk.file_of(&[byte]))
        }
        _ => {
            let class = PartClass::ALL[1 + draws.below(2)];
            let words = Some("a note".to_owned());
            let text = Text { class, words };
            (officer, Content::Note { text })
        }
    };
    // Sometimes somebody asks who should not.
    if draws.below(10) == 0 {
        who = ROLES[draws.below(3)];
    }
    (who, content)
}

/// Plays a random history.
pub(crate) fn random(seed: u64) -> Desk {
    let mut draws = Draws(seed);
    let mut desk = Desk::new();
    desk.now = tokyo("2023-10-20 10:00");
    for number in 1..=2 {
        desk.open(10 + number);
    }
    for _ in 0..40 {
        let minutes = [0, 30, 600, 12_000][draws.below(4)];
        desk.now = desk.now.plus(Span::from_minutes(draws.number(minutes + 1)));
        let id = case_id(11 + u8::try_from(draws.below(2)).expect("small"));
        match draws.below(16) {
            0 => {
                let (number, role) = (ROLES[draws.below(3)].0, ROLES[draws.below(3)].1);
                desk.toggle(number, role);
            }
            1 => {
                let count = u32::try_from(1 + draws.below(9)).expect("small");
                let aim = Value::Period(Period {
                    count,
                    unit: Unit::Hours,
                });
                let name = Value::Text(format!("Example {count}"));
                let given = [facts([("aim", aim)]), facts([("operator_name", name)])];
                desk.record_operator(&given[draws.below(2)]);
            }
            2 => desk.other_holidays(draws.below(3)),
            3 | 4 => desk.clock(id, Content::Wake),
            _ => {
                let (who, content) = random_content(&mut draws, &mut desk);
                let now = desk.now;
                let occurred = (draws.below(3) == 0).then(|| draws.earlier(now));
                desk.try_ask(id, who, occurred, content);
            }
        }
    }
    desk
}

pub(crate) fn count(small: u64, full: u64) -> u64 {
    if option_env!("TSUHO_COUNTS") == Some("full") {
        full
    } else {
        small
    }
}

#[test]
fn nothing_is_found_in_random_histories() {
    let histories = count(20, 2_000);
    let (mut records, mut decisions, mut dues, mut types) =
        (0, 0, 0, std::collections::BTreeSet::new());
    for seed in 0..histories {
        let kept = random(seed).kept();
        let Ok(report) = verify(&kept);
        assert_eq!(told(&report), Vec::<String>::new(), "seed {seed}");
        assert_eq!(report.counts.undecided, 0);
        records += report.counts.records;
        decisions += report.counts.decisions();
        dues += report.counts.due_dates;
        types.extend(
            kept.records
                .iter()
                .map(|one| crate::kept::header(one).r#type.to_string()),
        );
    }
    println!(
        "FIGURE audit: random histories {histories}, records {records}, decisions made again {decisions}, due dates rebuilt \
         {dues}, false findings 0 of {histories}"
    );
    assert!(types.len() >= 22, "{types:?}");
}
