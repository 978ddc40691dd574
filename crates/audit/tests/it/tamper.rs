//! Every kind of tampering that a history kept by somebody else invites; each is found, at its record and its field.
//! The attacks are those of `tamper/`, in the order of the layers that find them.

mod decisions;
mod definitions;
mod due;
mod events;
mod forge;
mod persons;
mod plain;
mod stored;
mod views;

use tsuho_audit::{Fault, Finding, Report, verify};

use crate::kept::Kept;
use crate::sound::told;
use crate::story::{begun, played};

/// One tampering with the played history, and what has to be found first.
pub(crate) struct Attack {
    pub(crate) name: &'static str,
    pub(crate) plant: fn(&mut Kept),
    pub(crate) fault: Fault,
    /// The record; `None` where no record is to blame.
    pub(crate) position: Option<u64>,
    /// How the field begins.
    pub(crate) field: &'static str,
}

/// Makes an attack that is found at a record.
pub(crate) const fn attack(
    name: &'static str,
    plant: fn(&mut Kept),
    fault: Fault,
    position: u64,
    field: &'static str,
) -> Attack {
    Attack {
        name,
        plant,
        fault,
        position: Some(position),
        field,
    }
}

#[test]
fn every_tampering_is_found_at_its_record_and_field() {
    let sound = played().kept();
    let attacks: Vec<&Attack> = [
        plain::ATTACKS,
        persons::ATTACKS,
        definitions::ATTACKS,
        events::ATTACKS,
        decisions::ATTACKS,
        due::ATTACKS,
        views::ATTACKS,
        stored::ATTACKS,
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut missed = Vec::new();
    for attack in &attacks {
        let mut kept = sound.clone();
        (attack.plant)(&mut kept);
        let Ok(report) = verify(&kept);
        let first = report.findings.first();
        let position = |finding: &Finding| finding.place.as_ref().map(|place| place.position);
        let is_first = first.is_some_and(|first| position(first) == attack.position);
        let is_named = report.findings.iter().any(|finding| {
            finding.fault == attack.fault
                && position(finding) == attack.position
                && finding.field.starts_with(attack.field)
        });
        if !is_first || !is_named {
            missed.push(format!("{}: {:#?}", attack.name, told(&report)));
        }
    }
    let (planted, caught) = (attacks.len(), attacks.len() - missed.len());
    println!("tampering with a history: planted {planted}, caught {caught}");
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    assert!(planted >= 40);
}

#[test]
fn an_end_cut_off_with_every_view_put_back_is_not_seen_and_the_report_says_so() {
    let (begun, played) = (begun().kept(), played().kept());
    assert!(played.records.starts_with(&begun.records));
    let Ok(report) = verify(&begun);
    assert_eq!(told(&report), Vec::<String>::new());
    assert!(Report::limits().contains(&"audit.limit.end"));
}

type Damage = (&'static str, fn(&mut Kept));

#[test]
fn what_rests_on_something_damaged_is_left_undecided_and_blames_nobody() {
    let sound = played().kept();
    let Ok(whole) = verify(&sound);
    let damages: [Damage; 6] = [
        ("a grant", |kept| kept.at(4).parts[0].bytes[3] ^= 1),
        ("a fact of the operator", |kept| {
            kept.at(9).parts[0].bytes[3] ^= 1;
        }),
        ("the first record of a case", |kept| {
            kept.at(10).parts[0].bytes[3] ^= 1;
        }),
        ("a digit of a header", |kept| kept.at(13).header[20] ^= 1),
        ("the workflow", |kept| kept.workflows.clear()),
        ("the calendar", |kept| kept.calendars.clear()),
    ];
    for (name, damage) in damages {
        let mut kept = sound.clone();
        damage(&mut kept);
        let Ok(report) = verify(&kept);
        assert_eq!(report.total(), 1, "{name}: {:#?}", told(&report));
        let decisions = |report: &Report| report.counts.decisions() + report.counts.undecided;
        assert!(report.counts.undecided > 0, "{name}");
        // Of a record that cannot be read it is unknown to which decision it belongs.
        assert!(decisions(&report) + 1 >= decisions(&whole), "{name}");
    }
}
