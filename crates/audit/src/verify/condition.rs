//! Checks a database as a file, for whoever runs it: everything is there, readable, and set as the program sets it.
//! No record is read; what the history says is checked by the layers.

use super::files::{self, Records};
use super::{Notes, database};
use crate::finding::{Fault, Finding};
use crate::report::Report;
use crate::said::{Said, words, words_with};
use crate::source::{Aspect, Condition, Source};

/// How closely a database is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Every page, every index held against its table, every stored file measured.
    Whole,
    /// Every page, but no index held against its table, and no file measured.
    Quick,
}

/// Checks a database without reading a record.
///
/// # Errors
///
/// If the source cannot be read. Whatever is wrong with the database is in the report.
pub fn check<S: Source>(source: &S, depth: Depth) -> Result<Report, S::Error> {
    let mut notes = Notes::default();
    database::check_schema(source, &mut notes)?;
    let damage = match depth {
        Depth::Whole => source.damage(),
        Depth::Quick => source.damage_at_a_glance(),
    };
    database::check_pages(damage, &mut notes)?;
    for condition in source.conditions().into_iter().flatten() {
        match condition? {
            Ok(condition) => notes.findings.extend(finding(condition)),
            Err(cell) => notes.push(cell.finding(None)),
        }
    }
    if depth == Depth::Whole {
        // Without records nobody can say which files they name.
        files::check(source, Records::Some, &mut notes)?;
    }
    let mut report = Report {
        counts: notes.counts,
        ..Report::default()
    };
    for finding in notes.findings {
        report.add(finding);
    }
    report.sort();
    Ok(report)
}

/// Returns what is wrong with a condition that does not hold.
fn finding(condition: Condition) -> Option<Finding> {
    let Condition {
        aspect,
        name,
        expected,
        found,
    } = condition;
    if found.as_ref() == Some(&expected) {
        return None;
    }
    let found = found.map_or_else(|| words("audit.said.nothing"), Said::Value);
    let finding =
        |fault, field: &str| Finding::new(fault, None, field, expected.clone(), found.clone());
    Some(match aspect {
        Aspect::Reference => {
            let expected = words_with("audit.said.row_of", [("table", &expected)]);
            Finding::new(Fault::Reference, None, name, expected, found)
        }
        Aspect::Setting => finding(Fault::Setting, &name),
        Aspect::Log => finding(Fault::LogBroken, &name),
        Aspect::Ledger => finding(Fault::LedgerSize, &name),
        Aspect::Rows => finding(Fault::RowCount, &name),
    })
}
