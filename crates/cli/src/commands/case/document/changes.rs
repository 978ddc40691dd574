//! Says what a document states otherwise than the last filing did, item by item.
//! What either states is put together in `paper`.

use std::collections::BTreeMap;

use tsuho_core::case::Body;
use tsuho_core::case::event::{FilingMade, Undone};
use tsuho_core::catalogue::Arg;

use super::paper::{Entry, Item, Paper, Stated};
use crate::commands::case::changed;
use crate::commands::case::page::Page;
use crate::commands::case::parts::Seen;
use crate::message::Message;

/// Puts what changed on a page.
pub(super) fn page(seen: &Seen<'_>, then: &Paper, now: &Paper, last: &FilingMade) -> Page {
    let mut page = Page::default();
    let since = |key: &'static str| {
        Message::new(key)
            .with("title", now.title.as_str())
            .with("filing", last.filing.to_string())
            .with("at", seen.stand.words().at(last.sent_at))
    };
    let mut changes = Vec::new();
    // What is stated because the filing is late stands at the end, and one of the two may be without it.
    for place in 0..now.items.len().max(then.items.len()) {
        let sides = (then.items.get(place), now.items.get(place));
        let lines: Vec<Message> = match sides {
            (Some(before), Some(after)) => {
                let entries = before.entries.iter().zip(&after.entries);
                entries
                    .flat_map(|(one, other)| otherwise(one, other))
                    .collect()
            }
            (Some(before), None) => told(before, |entry| otherwise(entry, &blank(entry))),
            (None, Some(after)) => told(after, |entry| otherwise(&blank(entry), entry)),
            (None, None) => Vec::new(),
        };
        if let Some(item) = sides.1.or(sides.0).filter(|_| !lines.is_empty()) {
            let item = Message::new("document.changed_item")
                .with("number", (place + 1).to_string())
                .with("title", item.title.as_str());
            changes.push((item, lines));
        }
    }
    let key = if changes.is_empty() {
        "document.unchanged"
    } else {
        "document.changed"
    };
    page.put(0, since(key));
    for line in standing(seen, last) {
        page.put(1, line);
    }
    for (item, lines) in changes {
        page.put(1, item);
        for line in lines {
            page.put(2, line);
        }
    }
    page
}

/// Says of the last filing what its number does not: that it counts no longer, or serves no duty.
fn standing(seen: &Seen<'_>, last: &FilingMade) -> Vec<Message> {
    let words = seen.stand.words();
    let undone = seen.events.iter().filter_map(|event| match &event.body {
        Body::FilingUndone(body) if body.filing == last.filing => {
            let key = match body.how {
                Undone::Withdrawn => "document.since_withdrawn",
                Undone::Failed => "document.since_failed",
            };
            let message = Message::new(key).with("filing", last.filing.to_string());
            Some(message.with("at", words.at(event.occurred_at)))
        }
        _ => None,
    });
    let voluntary = (last.duties.is_empty()).then(|| Message::new("filing.voluntary"));
    undone.chain(voluntary).collect()
}

/// Says of each entry of an item how it is stated otherwise.
fn told(item: &Item, otherwise: impl Fn(&Entry) -> Vec<Message>) -> Vec<Message> {
    item.entries.iter().flat_map(otherwise).collect()
}

/// Returns what stands for an entry where a document does not have it.
fn blank(entry: &Entry) -> Entry {
    Entry {
        title: entry.title.clone(),
        stated: Stated::Words("-".to_owned()),
    }
}

/// Says how one fact is stated otherwise; rows are told one by one.
fn otherwise(before: &Entry, after: &Entry) -> Vec<Message> {
    if before.stated == after.stated {
        return Vec::new();
    }
    match (&before.stated, &after.stated) {
        (Stated::Words(one), Stated::Words(other)) => {
            let (one, other) = (one.as_str(), other.as_str());
            vec![changed::line(after.title.as_str(), one, other)]
        }
        (one, other) => {
            let told = |row: Option<&String>| Arg::from(row.map_or("-", String::as_str));
            changed::rows(after.title.as_str(), (&rows(one), &rows(other)), told)
        }
    }
}

/// Returns rows in words, by their key: what stands in each column.
fn rows(stated: &Stated) -> BTreeMap<String, String> {
    let Stated::Rows { heads, rows } = stated else {
        return BTreeMap::new();
    };
    let told = rows.iter().map(|(key, cells)| {
        let cells = heads.iter().zip(cells).filter(|(_, cell)| !cell.is_empty());
        let cells: Vec<String> = cells
            .map(|(head, cell)| format!("{head}: {cell}"))
            .collect();
        (key.clone(), cells.join("; "))
    });
    told.collect()
}
