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
        counts.rebuilt > 3 && counts.counted == counts.rebuilt,
        "{counts:?}"
    );
    assert_eq!(counts.stream_rows, 4);
    assert_eq!((counts.case_rows, counts.clock_rows), (2, 4), "{counts:?}");
    assert!(counts.request_rows >= 9, "{counts:?}");
}

#[test]
fn erased_and_withheld_parts_are_counted_and_do_not_fail() {
    let mut kept = played().kept();
    let mut gone = 0;
    let last = kept.records.len() as u64 - 1;
    for stored in &mut kept.records {
        for class in [PartClass::Personal, PartClass::Privileged] {
            let before = stored.parts.len();
            stored.parts.retain(|part| part.class != class);
            if stored.parts.len() < before {
                let why = match class {
                    PartClass::Personal => Absent::Erased { by: last },
                    PartClass::Privileged | PartClass::Operational => Absent::Withheld,
                };
                stored.absent.push(Absence { class, why });
                gone += 1;
            }
        }
    }
    let report = audit(&kept);
    assert_eq!(told(&report), Vec::<String>::new());
    assert_eq!(report.counts.erased + report.counts.withheld, gone);
    assert!(
        report.counts.withheld >= 2 && report.counts.erased >= 6,
        "{:?}",
        report.counts
    );
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
