//! Turns libraries into what workflows name: authorities, sources, counting rules, forms, roles and lists of choices.
//! Their facts are left to `facts`, because a workflow's own stand beside them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::entries::{Entries, as_words};
use super::found::Found;
use crate::calendar::{self, CountingRule};
use crate::catalogue::Arg;
use crate::diagnostic::{
    CALENDAR_WITHOUT_DATES, CHANNEL_LACKING, Diagnostic, SOURCE_NOT_CONFIRMED, UNDER_CYCLE,
    UNKNOWN_READING, ZONE_MISSING,
};
use crate::name::{
    AuthorityName, CalendarName, ChannelName, ChoiceListName, ChoiceName, CountingName,
    DocumentName, RoleName, SourceName,
};
use crate::value::{ChoiceList, Title};
use crate::workflow::document::{
    At, AuthorityDocument, CountingDocument, FormDocument, FormItemDocument, LibraryDocument,
    ReasonDocument, SourceDocument,
};
use crate::workflow::rules::{
    AuthorityKind, AuthorityRule, Confidence, CountingOrigin, DocumentItem, DocumentRule,
    Effective, ReadingReason, SourceRule,
};

/// What the libraries in use declare.
#[derive(Debug)]
pub(super) struct Vocabulary {
    pub(super) roles: Entries<RoleName, Title>,
    pub(super) sources: Entries<SourceName, SourceRule>,
    pub(super) documents: Entries<DocumentName, DocumentRule>,
    pub(super) calendars: Entries<CalendarName, ()>,
    pub(super) countings: Entries<CountingName, CountingOrigin>,
    pub(super) authorities: Entries<AuthorityName, AuthorityRule>,
    pub(super) choices: Entries<ChoiceListName, Arc<ChoiceList>>,
}

impl Vocabulary {
    /// Reads the libraries.
    pub(super) fn new(libraries: &[&LibraryDocument], found: &mut Found) -> Self {
        let mut vocabulary = Self {
            roles: Entries::new(),
            sources: Entries::new(),
            documents: Entries::new(),
            calendars: Entries::new(),
            countings: Entries::new(),
            authorities: Entries::new(),
            choices: Entries::new(),
        };
        for library in libraries {
            for item in &library.sources {
                vocabulary
                    .sources
                    .add(&item.name, item.sound().map(source), found);
            }
            for item in &library.roles {
                let title = item
                    .sound()
                    .map(|role| titled(role.title.as_ref(), &item.name.value));
                vocabulary.roles.add(&item.name, title, found);
            }
            for item in &library.choices {
                let list = item
                    .sound()
                    .map(|list| choice_list(Some(&item.name.value), &list.of));
                vocabulary.choices.add(&item.name, list, found);
            }
        }
        for library in libraries {
            vocabulary.lean_on_sources(library, found);
        }
        vocabulary.authorities = authorities(libraries, &vocabulary.calendars, found);
        vocabulary
    }

    /// Reads what names sources of law.
    fn lean_on_sources(&mut self, library: &LibraryDocument, found: &mut Found) {
        for item in &library.calendars {
            if let Some(calendar) = item.sound() {
                self.sources.known(&calendar.law, found);
            }
            if calendar::shipped(item.name.value.as_str()).is_none() {
                let missing = Diagnostic::new(CALENDAR_WITHOUT_DATES, item.name.at.clone());
                found.push(missing.with("calendar", item.name.value.as_str()));
            }
            self.calendars.add(&item.name, Some(()), found);
        }
        for item in &library.documents {
            let form = item
                .sound()
                .map(|form| self.form(&item.name.value, form, found));
            self.documents.add(&item.name, form, found);
        }
        for item in &library.counting {
            let origin = item
                .sound()
                .map(|counting| self.counting(&item.name, counting, found));
            self.countings.add(&item.name, origin, found);
        }
    }

    fn form(&self, name: &DocumentName, form: &FormDocument, found: &mut Found) -> DocumentRule {
        DocumentRule {
            title: titled(form.title.as_ref(), name),
            law: self.sources.known(&form.law, found),
            note: form.note.clone(),
            items: form.items.iter().map(item).collect(),
        }
    }

    fn counting(
        &self,
        name: &At<CountingName>,
        counting: &CountingDocument,
        found: &mut Found,
    ) -> CountingOrigin {
        let rule = CountingRule {
            name: name.value.clone(),
            hours: counting.hours.clone(),
            days: counting.days.clone(),
            working_days: counting.working_days.clone(),
            months: counting.months.clone(),
        };
        let possible: BTreeSet<&str> = reading_words(counting).collect();
        for (reading, _) in &counting.readings {
            if !possible.contains(reading.value.word()) {
                let unknown = Diagnostic::new(UNKNOWN_READING, reading.at.clone());
                found.push(
                    unknown
                        .with("reading", reading.value.word())
                        .with("counting", name.value.as_str()),
                );
            }
        }
        let reason = |reason: &ReasonDocument, found: &mut Found| ReadingReason {
            law: self.sources.known(&reason.law, found),
            because: reason.because.clone(),
        };
        CountingOrigin {
            title: titled(counting.title.as_ref(), &name.value),
            law: self.confirmed(&counting.law, found),
            readings: counting
                .readings
                .iter()
                .map(|(name, document)| (name.value, reason(document, found)))
                .collect(),
            rule,
        }
    }

    /// Finds sources of law for a rule, which may rest only on what is confirmed (P2).
    pub(super) fn confirmed(&self, names: &[At<SourceName>], found: &mut Found) -> Vec<SourceName> {
        for name in names {
            let confidence = self
                .sources
                .get(&name.value)
                .map(|source| source.confidence);
            if confidence == Some(Confidence::NotConfirmed) {
                found.push(
                    Diagnostic::new(SOURCE_NOT_CONFIRMED, name.at.clone())
                        .with("source", name.value.as_str()),
                );
            }
        }
        self.sources.known(names, found)
    }

    /// Tells whether an authority is one of some or lies below one of them.
    pub(super) fn is_under(
        &self,
        authority: &AuthorityName,
        roots: &BTreeSet<AuthorityName>,
    ) -> bool {
        let mut at = Some(authority);
        // A circle of authorities has been reported; the bound only ends the walk.
        for _ in 0..MOST_ABOVE {
            match at {
                Some(name) if roots.contains(name) => return true,
                Some(name) => {
                    let rule = self.authorities.get(name);
                    at = rule.and_then(|rule| rule.under.as_ref());
                }
                None => return false,
            }
        }
        false
    }
}

/// Most authorities one above the other: a ministry, its bureaus, their offices, and room beyond.
const MOST_ABOVE: usize = 16;

/// Returns a title, or the name in words.
pub(super) fn titled(title: Option<&Title>, name: &impl ToString) -> Title {
    title.cloned().unwrap_or_else(|| as_words(name))
}

/// Makes a list of choices.
pub(super) fn choice_list(
    name: Option<&ChoiceListName>,
    of: &[(At<ChoiceName>, Title)],
) -> Arc<ChoiceList> {
    let of = of
        .iter()
        .map(|(name, title)| (name.value.clone(), title.clone()))
        .collect();
    Arc::new(ChoiceList {
        name: name.cloned(),
        of,
    })
}

/// Returns the names of the readings that a counting rule can give.
fn reading_words(counting: &CountingDocument) -> impl Iterator<Item = &'static str> {
    let days = [&counting.days, &counting.working_days, &counting.months];
    let firsts = days
        .into_iter()
        .flatten()
        .flat_map(|rule| &rule.first)
        .map(|first| match first {
            calendar::FirstDay::Excluded => "excluded",
            calendar::FirstDay::Included => "included",
        });
    let starts = counting.hours.iter().flatten().map(|start| match start {
        calendar::HourStart::Moment => "moment",
        calendar::HourStart::NextFullHour => "next_full_hour",
    });
    firsts.chain(starts)
}

fn item(item: &FormItemDocument) -> DocumentItem {
    DocumentItem {
        title: item.title.clone(),
        facts: item.facts.iter().map(|fact| fact.value.clone()).collect(),
    }
}

fn source(source: &SourceDocument) -> SourceRule {
    SourceRule {
        citation: source.citation.clone(),
        link: source.link.clone(),
        read: source.read,
        revision: source.revision.clone(),
        confidence: source.confidence,
    }
}

/// Reads the authorities, each with what it has from those above it.
fn authorities(
    libraries: &[&LibraryDocument],
    calendars: &Entries<CalendarName, ()>,
    found: &mut Found,
) -> Entries<AuthorityName, AuthorityRule> {
    let mut written: Entries<AuthorityName, &AuthorityDocument> = Entries::new();
    for item in libraries.iter().flat_map(|library| &library.authorities) {
        // A name that is declared twice is reported here and nowhere else.
        written.add(&item.name, item.sound(), found);
    }
    let mut authorities = Entries::new();
    let names: Vec<AuthorityName> = written.names().cloned().collect();
    for name in names {
        let place = written
            .place(&name)
            .expect("the name was taken from this list")
            .clone();
        let rule = written
            .get(&name)
            .and_then(|document| inherited(&place, document, &written, calendars, found));
        authorities.add(&place, rule, found);
    }
    authorities
}

/// Gives an authority what it does not say itself and one above it says.
fn inherited(
    name: &At<AuthorityName>,
    document: &AuthorityDocument,
    written: &Entries<AuthorityName, &AuthorityDocument>,
    calendars: &Entries<CalendarName, ()>,
    found: &mut Found,
) -> Option<AuthorityRule> {
    let mut chain = vec![document];
    while let Some(under) = chain.last().and_then(|document| document.under.as_ref()) {
        if chain.len() > MOST_ABOVE {
            let cycle = Diagnostic::new(UNDER_CYCLE, name.at.clone());
            found.push(
                cycle
                    .with("name", name.value.as_str())
                    .with("most", MOST_ABOVE),
            );
            return None;
        }
        chain.push(written.find(under, found)?);
    }
    if let Some(calendar) = &document.calendar {
        calendars.find(calendar, found);
    }
    let Some(zone) = chain.iter().find_map(|document| document.zone.clone()) else {
        found.push(
            Diagnostic::new(ZONE_MISSING, name.at.clone()).with("authority", name.value.as_str()),
        );
        return None;
    };
    let channels = chain.iter().find_map(|document| document.channels.as_ref());
    check_addresses(name, document, channels.map_or(&[], Vec::as_slice), found);
    Some(AuthorityRule {
        title: titled(document.title.as_ref(), &name.value),
        kind: chain
            .iter()
            .find_map(|document| document.kind)
            .unwrap_or(AuthorityKind::Authority),
        under: document.under.as_ref().map(|under| under.value.clone()),
        zone,
        calendar: chain
            .iter()
            .find_map(|document| document.calendar.as_ref())
            .map(|calendar| calendar.value.clone()),
        channels: channels
            .into_iter()
            .flatten()
            .map(|(name, effective)| (name.value.clone(), *effective))
            .collect(),
        // An address is one's own: what is sent to the ministry has not reached the bureau.
        addresses: document
            .addresses
            .iter()
            .map(|(channel, listed)| {
                let listed = listed.iter().map(|address| address.value.clone());
                (channel.value.clone(), listed.collect())
            })
            .collect(),
    })
}

/// Checks that an authority's addresses are of channels through which it can be told.
fn check_addresses(
    name: &At<AuthorityName>,
    document: &AuthorityDocument,
    channels: &[(At<ChannelName>, Effective)],
    found: &mut Found,
) {
    let names = || channels.iter().map(|(name, _)| &name.value);
    for (channel, _) in &document.addresses {
        if names().any(|name| *name == channel.value) {
            continue;
        }
        let listed: Vec<Arg> = names().map(|name| Arg::Text(format!("`{name}`"))).collect();
        let listed = if listed.is_empty() {
            Arg::Key("workflow.hint.nothing")
        } else {
            Arg::List(listed)
        };
        let lacking = Diagnostic::new(CHANNEL_LACKING, channel.at.clone())
            .with("channel", channel.value.as_str())
            .with("authority", name.value.as_str());
        found.push(lacking.with("names", listed));
    }
}
