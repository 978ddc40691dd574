//! Puts together what a document states: its items in the authority's order, each with the facts as they stand or stood.
//! How it is written is left to `markdown`.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_core::calendar::era;
use tsuho_core::case::decide::late_now;
use tsuho_core::case::event::{Certainty, FilingMade};
use tsuho_core::catalogue::{Arg, Language};
use tsuho_core::name::{DocumentName, FactName};
use tsuho_core::time::{Date, Instant, Precision};
use tsuho_core::value::{Row, TableType, Title, Type, Value};
use tsuho_core::workflow::rules::{DocumentItem, DocumentRule, ObligationRule};

use crate::commands::case::parts::Seen;
use crate::message::Message;
use crate::telling::{FactTable, Words, grouped};

/// Which versions of the facts it states.
#[derive(Debug, Clone, Copy)]
pub(super) enum Versions<'a> {
    /// Those that hold now.
    Now,
    /// The same, in a text that is to be filed.
    ToFile,
    /// Those that a filing used.
    Of(&'a FilingMade),
}

/// What a document states, in one language.
pub(super) struct Paper {
    /// What it is called.
    pub(super) title: String,
    /// Whether it is a drill, a draft, or what was filed.
    pub(super) standing: Vec<String>,
    /// For which day, to whom, and by which law.
    pub(super) head: Vec<String>,
    /// What whoever files it should know.
    pub(super) note: Option<String>,
    /// Its items, in order.
    pub(super) items: Vec<Item>,
}

/// One item.
pub(super) struct Item {
    /// What it is called.
    pub(super) title: String,
    /// What it states, fact by fact.
    pub(super) entries: Vec<Entry>,
}

/// One fact of an item.
pub(super) struct Entry {
    /// What the fact is called.
    pub(super) title: String,
    /// What is stated.
    pub(super) stated: Stated,
}

/// What is stated of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stated {
    /// Words: a value, or that it is under investigation.
    Words(String),
    /// Rows by their key, under the columns in which anything stands.
    Rows {
        /// What the columns are called.
        heads: Vec<String>,
        /// The cells of each row.
        rows: BTreeMap<String, Vec<String>>,
    },
}

/// Puts documents together in one language.
pub(super) struct Drawing<'a> {
    seen: &'a Seen<'a>,
    words: Words<'a>,
    table: FactTable,
    language: Language,
}

impl<'a> Drawing<'a> {
    pub(super) fn of(seen: &'a Seen<'a>, language: Language) -> Self {
        Self {
            seen,
            words: seen.stand.words(),
            table: FactTable::of(seen.events),
            language,
        }
    }

    /// Puts a document together.
    pub(super) fn paper(
        &self,
        rule: &ObligationRule,
        name: &DocumentName,
        versions: Versions<'_>,
    ) -> Paper {
        let document = &self.words.rules.documents[name];
        let (moment, standing) = match versions {
            Versions::Now => {
                let draft = Message::new("document.draft");
                (self.seen.stand.now, Some(draft))
            }
            Versions::ToFile => (self.seen.stand.now, None),
            Versions::Of(filing) => {
                let number = filing.filing.to_string();
                let filed = Message::new("document.filed").with("filing", number);
                (filing.sent_at, Some(filed))
            }
        };
        let drill = self.seen.session.is_drill();
        let drill = drill.then(|| Message::new("document.drill"));
        let standing = drill.into_iter().chain(standing);
        let item = |item: &DocumentItem| Item {
            title: self.title(&item.title),
            entries: item
                .facts
                .iter()
                .map(|fact| self.entry(fact, versions))
                .collect(),
        };
        let mut head = vec![self.dated(moment.date(self.words.zone))];
        head.extend(self.recipients(rule, versions));
        head.extend(self.law(document));
        Paper {
            title: self.title(&document.title),
            standing: standing.map(|message| self.say(&message)).collect(),
            head,
            note: document.note.as_ref().and_then(|note| match versions {
                // What is filed says nothing to whoever files it.
                Versions::ToFile => None,
                Versions::Now | Versions::Of(_) => Some(self.title(note)),
            }),
            items: document
                .items
                .iter()
                .map(item)
                .chain(self.late(rule, document, versions))
                .collect(),
        }
    }

    /// Returns what a late filing states besides, as an item at the end, unless the form has a place of its own for it.
    fn late(
        &self,
        rule: &ObligationRule,
        document: &DocumentRule,
        versions: Versions<'_>,
    ) -> Option<Item> {
        let stand = self.seen.stand;
        let late = match versions {
            Versions::Now | Versions::ToFile => {
                late_now(&stand.ground.context(), &stand.case, stand.now, rule)
            }
            Versions::Of(filing) => {
                let needed = rule.late_needs.iter();
                let stated = needed.filter(|fact| filing.used.contains_key(*fact));
                stated.cloned().collect()
            }
        };
        let has_place = |fact: &&FactName| {
            let mut stated = document.items.iter().flat_map(|item| &item.facts);
            stated.any(|one| one == *fact)
        };
        let rest: Vec<&FactName> = late.iter().filter(|fact| !has_place(fact)).collect();
        (!rest.is_empty()).then(|| Item {
            title: self.say(&Message::new("document.late")),
            entries: rest
                .into_iter()
                .map(|fact| self.entry(fact, versions))
                .collect(),
        })
    }

    fn say(&self, message: &Message) -> String {
        message.text(self.language)
    }

    fn title(&self, title: &Title) -> String {
        match self.language {
            Language::En => title.en.to_string(),
            Language::Ja => title.ja.to_string(),
        }
    }

    /// Returns to whom it goes: those of the duties on record, or those of the filing.
    fn recipients(&self, rule: &ObligationRule, versions: Versions<'_>) -> Vec<String> {
        let names: BTreeSet<_> = match versions {
            Versions::Of(filing) => filing.recipients.clone(),
            Versions::Now | Versions::ToFile => {
                let duties = self.seen.stand.case.duties.keys();
                let own = duties.filter(|key| key.obligation == rule.name);
                own.filter_map(|key| key.recipient.clone()).collect()
            }
        };
        let to = |name| Message::new("document.to").with("recipient", self.words.authority(name));
        names.iter().map(|name| self.say(&to(name))).collect()
    }

    fn law(&self, document: &DocumentRule) -> Option<String> {
        let sources = &self.words.rules.sources;
        let law: Vec<Arg> = document
            .law
            .iter()
            .filter_map(|name| Some(Arg::Title(sources.get(name)?.citation.clone())))
            .collect();
        let message = Message::new("document.law").with("law", Arg::List(law.clone()));
        (!law.is_empty()).then(|| self.say(&message))
    }

    fn entry(&self, fact: &FactName, versions: Versions<'_>) -> Entry {
        let rule = self.words.rules.facts.get(fact);
        let version = match versions {
            Versions::Now | Versions::ToFile => self.seen.stand.case.fact_version(fact),
            Versions::Of(filing) => filing.used.get(fact).copied(),
        };
        let found = version.and_then(|version| self.table.value_at(fact, version));
        let default = || Some((rule?.default.clone()?, Certainty::Exact));
        let value_type = rule.map(|rule| &rule.value_type);
        let stated = match (found.or_else(default), value_type) {
            (Some((Value::Table(rows), _)), Some(Type::Table(table))) if !rows.is_empty() => {
                self.rows(table, &rows)
            }
            (Some((Value::Table(_), _)) | None, _) => {
                Stated::Words(self.say(&Message::new("document.under_investigation")))
            }
            (Some((value, Certainty::Exact)), _) => Stated::Words(self.said(value_type, &value)),
            (Some((value, Certainty::Estimate)), _) => {
                let value = self.said(value_type, &value);
                let message = Message::new("document.estimate").with("value", Arg::Lines(value));
                Stated::Words(self.say(&message))
            }
        };
        Entry {
            title: rule.map_or_else(|| fact.to_string(), |rule| self.title(&rule.title)),
            stated,
        }
    }

    fn rows(&self, table: &TableType, rows: &BTreeMap<String, Row>) -> Stated {
        let columns = table.columns.iter().filter(|(name, _)| {
            **name != table.key && rows.values().any(|row| row.contains_key(*name))
        });
        let mut columns: Vec<_> = columns.collect();
        // What is to be read stands before the days that go with it.
        columns.sort_by_key(|(_, column)| column.value_type != Type::Text);
        let cells = |row: &Row| {
            let cells = columns.iter().map(|(name, column)| {
                let value = row.get(*name);
                value.map_or_else(String::new, |value| {
                    self.said(Some(&column.value_type), value)
                })
            });
            cells.collect()
        };
        Stated::Rows {
            heads: columns
                .iter()
                .map(|(_, column)| self.title(&column.title))
                .collect(),
            rows: rows
                .iter()
                .map(|(key, row)| (key.clone(), cells(row)))
                .collect(),
        }
    }

    /// Returns one value in words: dates by their era where Japanese is spoken.
    fn said(&self, value_type: Option<&Type>, value: &Value) -> String {
        match value {
            Value::Date(date) => self.dated(*date),
            Value::Instant(instant) => self.moment(instant),
            Value::Integer(number) => grouped(*number),
            Value::Text(text) => text.clone(),
            other => {
                let said = self.words.value(value_type, other);
                self.say(&Message::new("telling.plain").with("text", said))
            }
        }
    }

    /// Returns a date: 令和5年10月27日, or 2023-10-27.
    fn dated(&self, date: Date) -> String {
        match self.language {
            Language::Ja => era::format(date).unwrap_or_else(|| date.to_string()),
            Language::En => date.to_string(),
        }
    }

    /// Returns a moment as clocks show it in the zone of the case, no more exactly than it is known.
    fn moment(&self, instant: &Instant) -> String {
        let zone = self.words.zone;
        if instant.precision == Precision::Day {
            return self.dated(instant.at.date(&instant.zone));
        }
        let civil = instant.at.civil(zone);
        let (date, hour, minute) = (
            self.dated(instant.at.date(zone)),
            civil.hour(),
            civil.minute(),
        );
        match (self.language, instant.precision) {
            (Language::Ja, Precision::Hour) => format!("{date}{hour}時頃"),
            (Language::Ja, _) => format!("{date}{hour}時{minute:02}分"),
            (Language::En, _) => format!("{date} {hour:02}:{minute:02}"),
        }
    }
}
