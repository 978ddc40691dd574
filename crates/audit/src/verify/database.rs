//! Before all layers: the database is the one that this program makes, nothing in it is broken, and no row stands alone.
//! What the rows say is checked by the layers.

use super::Notes;
use crate::finding::{Fault, Finding};
use crate::said::{Said, words};
use crate::source::{Rows, SchemaObject, Source, Unreadable};

/// Letters of a text that are shown before the first one that differs.
const SHOWN_BEFORE: usize = 40;

/// Checks the schema and the file.
pub(super) fn check<S: Source>(source: &S, notes: &mut Notes) -> Result<(), S::Error> {
    check_schema(source, notes)?;
    check_pages(source.damage(), notes)
}

/// Checks the schema, and that no row stands alone.
pub(super) fn check_schema<S: Source>(source: &S, notes: &mut Notes) -> Result<(), S::Error> {
    for object in source.schema().into_iter().flatten() {
        match object? {
            Ok(object) => check_object(&object, notes),
            Err(cell) => unreadable(&cell, notes),
        }
    }
    for stray in source.strays().into_iter().flatten() {
        match stray? {
            Ok(stray) => notes.push(
                Finding::new(
                    Fault::RowExtra,
                    None,
                    stray.table,
                    words("audit.said.its_record"),
                    words("audit.said.nothing"),
                )
                .of(&stray.row),
            ),
            Err(cell) => unreadable(&cell, notes),
        }
    }
    Ok(())
}

/// Notes what the database itself says is broken.
pub(super) fn check_pages<E>(
    damage: Option<Rows<'_, String, E>>,
    notes: &mut Notes,
) -> Result<(), E> {
    for damage in damage.into_iter().flatten() {
        match damage? {
            Ok(said) => notes.push(Finding::new(
                Fault::Damage,
                None,
                "integrity_check",
                "ok",
                said,
            )),
            Err(cell) => unreadable(&cell, notes),
        }
    }
    Ok(())
}

/// Notes a cell of no record that cannot be read.
fn unreadable(cell: &Unreadable, notes: &mut Notes) {
    notes.push(cell.finding(None));
}

fn check_object(object: &SchemaObject, notes: &mut Notes) {
    notes.counts.objects += 1;
    let nothing = || words("audit.said.nothing");
    let finding = |fault, expected, found| {
        let SchemaObject { kind, name, .. } = object;
        Finding::new(fault, None, format!("{kind} {name}"), expected, found)
    };
    let value = |text: &str| Said::Value(text.replace('\n', "⏎"));
    notes.push(match (&object.expected, &object.found) {
        (Some(expected), Some(found)) if expected == found => return,
        (Some(expected), Some(found)) => {
            let (expected, found) = (
                from_difference(expected, found),
                from_difference(found, expected),
            );
            finding(Fault::SchemaDiffers, value(&expected), value(&found))
        }
        (Some(expected), None) => finding(Fault::SchemaMissing, value(expected), nothing()),
        (None, Some(found)) => finding(Fault::SchemaExtra, nothing(), value(found)),
        (None, None) => return,
    });
}

/// Returns a text from a little before the place where it differs from another, since long texts are cut at their end.
fn from_difference(text: &str, other: &str) -> String {
    let same = text.chars().zip(other.chars());
    let same = same.take_while(|(one, other)| one == other).count();
    match same.saturating_sub(SHOWN_BEFORE) {
        0 => text.to_owned(),
        left_out => format!("…{}", text.chars().skip(left_out).collect::<String>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_long_texts_are_shown_where_they_differ() {
        let (one, other) = (
            format!("{}a", "x".repeat(300)),
            format!("{}b", "x".repeat(300)),
        );
        assert_eq!(
            from_difference(&one, &other),
            format!("…{}a", "x".repeat(40))
        );
        assert_eq!(from_difference("short", "shirt"), "short");
    }
}
