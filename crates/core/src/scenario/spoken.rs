//! Chooses one language of the texts that a scenario writes in both: `{ en: …, ja: … }` stands for one text.
//! What the texts mean is left to whoever reads them afterwards.

use crate::catalogue::Language;
use crate::workflow::source::{Entry, Kind, Node};

/// Returns a document in which each text that is written in both languages is a text in this one.
///
/// A mapping counts as such a text if it has nothing but `en` and `ja`, and a text under each. No shape of a scenario
/// or of a fact has just these keys.
pub(super) fn spoken(node: &Node, language: Language) -> Node {
    if let Some(text) = in_language(node, language) {
        return text.clone();
    }
    let mut node = node.clone();
    match &mut node.kind {
        Kind::Null | Kind::Boolean(_) | Kind::Integer(_) | Kind::Text { .. } => {}
        Kind::List(items) => {
            for item in items {
                *item = spoken(item, language);
            }
        }
        Kind::Map(entries) => {
            for entry in entries {
                entry.value = spoken(&entry.value, language);
            }
        }
    }
    node
}

fn in_language(node: &Node, language: Language) -> Option<&Node> {
    let [one, other] = node.entries() else {
        return None;
    };
    let is = |entry: &Entry, key: &str| entry.key == key && entry.value.as_text().is_some();
    let (en, ja) = if is(one, "en") && is(other, "ja") {
        (one, other)
    } else if is(one, "ja") && is(other, "en") {
        (other, one)
    } else {
        return None;
    };
    Some(match language {
        Language::En => &en.value,
        Language::Ja => &ja.value,
    })
}
