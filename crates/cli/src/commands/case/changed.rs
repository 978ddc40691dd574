//! Says what is stated otherwise than before, fact by fact and row by row: in one way for proposals and documents.
//! What either states is found by them.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_core::catalogue::{Arg, Args};

use crate::message::Message;

/// Says how one fact, or one row of it, is stated otherwise.
pub(crate) fn line(fact: impl Into<Arg>, before: impl Into<Arg>, after: impl Into<Arg>) -> Message {
    Message::new("changed.fact")
        .with("fact", fact)
        .with("before", before)
        .with("after", after)
}

/// Says how each row is stated otherwise that differs: of rows by their key, each side as it is told.
pub(crate) fn rows<R: PartialEq>(
    fact: impl Into<Arg>,
    (before, after): (&BTreeMap<String, R>, &BTreeMap<String, R>),
    told: impl Fn(Option<&R>) -> Arg,
) -> Vec<Message> {
    let fact = fact.into();
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let keys = keys.into_iter();
    let differ = keys.filter(|key| before.get(*key) != after.get(*key));
    let lines = differ.map(|key| {
        let args = Args::from([("fact", fact.clone()), ("key", key.as_str().into())]);
        let row = Arg::Message("changed.row", args);
        line(row, told(before.get(key)), told(after.get(key)))
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tsuho_core::catalogue::Language;

    #[test]
    fn each_row_that_differs_is_told_with_both_sides_and_no_other() {
        let table = |rows: &[(&str, &str)]| -> BTreeMap<String, String> {
            let rows = rows.iter();
            rows.map(|(key, cell)| ((*key).to_owned(), (*cell).to_owned()))
                .collect()
        };
        let before = table(&[("kept", "a"), ("amended", "b"), ("dropped", "c")]);
        let after = table(&[("kept", "a"), ("amended", "d"), ("begun", "e")]);
        let told = |row: Option<&String>| Arg::from(row.map_or("-", String::as_str));
        let lines = rows("Measures", (&before, &after), told);
        let said =
            |language| -> Vec<String> { lines.iter().map(|line| line.text(language)).collect() };
        let en = [
            "Measures[amended]: b → d",
            "Measures[begun]: - → e",
            "Measures[dropped]: c → -",
        ];
        assert_eq!(said(Language::En), en);
        assert_eq!(said(Language::Ja)[0], "Measures［amended］: b → d");
        println!("planted 3, caught {}", lines.len());
    }
}
