//! Lists what the law says on which day, as far as a workflow reads it: each value with its first day and its source.
//! The rest of a workflow is shown by `show`.

use std::collections::BTreeMap;

use serde_json::json;
use tsuho_core::catalogue::{Arg, Language};
use tsuho_core::time::Zone;
use tsuho_core::value::{Title, Type, Value};
use tsuho_core::workflow::Rules;
use tsuho_core::workflow::rules::{DatedValue, FactRule};

use crate::message::Message;
use crate::output::{Cell, Listing};
use crate::telling::Words;

/// Returns the dated values that a workflow reads, of a table row by row; `None` if it reads none.
pub(super) fn listing(rules: &Rules, language: Language) -> Option<Listing> {
    let read = rules.law_read();
    if read.is_empty() {
        return None;
    }
    let shown = |title: &Title| match language {
        Language::En => title.en.to_string(),
        Language::Ja => title.ja.to_string(),
    };
    let mut listing = Listing::new("values", &["fact", "title", "in_force", "value", "law"]);
    for rule in read.iter().filter_map(|fact| rules.facts.get(fact)) {
        for dated in &rule.values {
            let law: Vec<String> = dated.law.iter().map(ToString::to_string).collect();
            let cited = dated.law.iter().map(|name| {
                let source = rules.sources.get(name);
                source.map_or_else(|| name.to_string(), |source| shown(&source.citation))
            });
            let cited: Vec<String> = cited.collect();
            let cited = cited.join(&Message::new("demo.join").text(language));
            for value in parts(dated) {
                listing.row([
                    Cell::from(rule.name.as_str()),
                    Cell::new(
                        shown(&rule.title),
                        json!({ "en": &*rule.title.en, "ja": &*rule.title.ja }),
                    ),
                    Cell::from(dated.from.to_string().as_str()),
                    Cell::new(said(rules, rule, &value, language), json!(value)),
                    Cell::new(cited.clone(), law.clone()),
                ]);
            }
        }
    }
    Some(listing)
}

/// Returns a value, or each row of a table as a table of one row.
fn parts(dated: &DatedValue) -> Vec<Value> {
    match &dated.value {
        Value::Table(rows) => {
            let each = rows.iter();
            let each = each.map(|(key, row)| BTreeMap::from([(key.clone(), row.clone())]));
            each.map(Value::Table).collect()
        }
        other => vec![other.clone()],
    }
}

fn said(rules: &Rules, rule: &FactRule, value: &Value, language: Language) -> String {
    let zone = Zone::utc();
    let words = Words { rules, zone: &zone };
    let of: &Type = &rule.value_type;
    let said = Arg::List(vec![words.value(Some(of), value)]);
    Message::new("workflow.value")
        .with("value", said)
        .text(language)
}
