//! Sound histories: nothing is found in them, and the report says how much was looked at.

use tsuho_audit::{Absence, Absent, Report, verify};
use tsuho_core::catalogue::{Language, text};
use tsuho_ledger::PartClass;

use crate::kept::Kept;
use crate::story::played;

/// Audits what is kept.
pub(crate) fn audit(kept: &Kept) -> Report {
    match verify(kept) {
        Ok(report) => report,
    }
}

/// Prints what was found, for a failing test.
pub(crate) fn told(report: &Report) -> Vec<String> {
    let findings = report.findings.iter();
    findings
        .map(|finding| {
            let (key, args) = finding.message();
            format!(
                "{}: {}",
                finding.fault.word(),
                text(Language::En, key, &args)
            )
        })
        .collect()
}

#[test]
fn a_sound_history_has_no_findings_and_every_count_says_of_what() {
    let report = audit(&played().kept());
    assert_eq!(told(&report), Vec::<String>::new());
    let counts = &report.counts;
    for line in report.lines() {
        println!("{}", text(Language::En, line.message.0, &line.message.1));
    }
    assert!(
        counts.records > 30 && counts.parts > counts.records,
        "{counts:?}"
    );
    assert_eq!((counts.streams, counts.undecided), (4, 0), "{counts:?}");
    assert_eq!(
        (counts.workflows, counts.calendars, counts.files),
        (1, 1, 1)
    );
    assert!(
        counts.case_decisions >= 10 && counts.system_decisions == 10,
        "{counts:?}"
    );
    assert_eq!(
        (counts.operator_decisions, counts.approvals),
        (2, 2),
        "{counts:?}"
    );
    assert!(
        counts.due_dates > 3 && counts.counted == counts.due_dates,
        "{counts:?}"
    );
    assert_eq!(counts.stream_rows, 4);
    assert_eq!((counts.case_rows, counts.clock_rows), (2, 4), "{counts:?}");
    assert!(counts.request_rows >= 9, "{counts:?}");
}

/// Takes every part of a class away, for a reason; returns how many there were.
fn take_away(kept: &mut Kept, class: PartClass, why: Absent) -> u64 {
    let mut gone = 0;
    for stored in &mut kept.records {
        let before = stored.parts.len();
        stored.parts.retain(|part| part.class != class);
        if stored.parts.len() < before {
            stored.absent.push(Absence { class, why });
            gone += 1;
        }
    }
    gone
}

#[test]
fn a_row_that_an_earlier_version_wrote_need_not_say_what_waits_for_consent() {
    let mut kept = played().kept();
    for row in &mut kept.cases {
        row.pending = None;
    }
    let Ok(report) = verify(&kept);
    assert_eq!(told(&report), Vec::<String>::new());
}

#[test]
fn withheld_parts_are_counted_and_do_not_fail() {
    let mut kept = played().kept();
    let gone = take_away(&mut kept, PartClass::Personal, Absent::Withheld)
        + take_away(&mut kept, PartClass::Privileged, Absent::Withheld);
    let report = audit(&kept);
    assert_eq!(told(&report), Vec::<String>::new());
    assert!(gone >= 8, "{gone}");
    assert_eq!(report.counts.withheld, gone);
}

#[test]
fn a_part_erased_without_an_event_that_erased_it_is_found() {
    let mut kept = played().kept();
    let by = kept.records.len() as u64 - 1;
    let gone = take_away(&mut kept, PartClass::Personal, Absent::Erased { by });
    let report = audit(&kept);
    assert_eq!(report.counts.erased, gone);
    let found = told(&report).len() as u64;
    println!("erased past the program: planted {gone}, caught {found}");
    assert_eq!(found, gone);
}

#[test]
fn a_report_has_words_for_every_layer_in_both_languages() {
    let report = audit(&played().kept());
    for language in [Language::En, Language::Ja] {
        for line in report.lines() {
            let words = text(language, line.message.0, &line.message.1);
            assert!(!words.contains(['[', '{']), "{words}");
            assert!(!text(language, line.layer.key(), &line.message.1).starts_with('['));
        }
        for key in Report::limits() {
            assert!(!text(language, key, &tsuho_core::catalogue::Args::new()).starts_with('['));
        }
    }
}
