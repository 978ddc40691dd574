//! Turns obligations into rules: to whom, by which law, with which content, form, channels and reminders.
//! Their clocks are left to `clocks`.

use std::collections::BTreeSet;

use super::clocks;
use super::facts::{Use, fitting};
use super::found::Found;
use super::rows::{CellFound, RowScope};
use super::scope::{Due, Known};
use super::vocabulary::titled;
use crate::catalogue::Arg;
use crate::diagnostic::{
    BAD_RECIPIENT, CHANNEL_LACKING, CLOCK_MISSING, Diagnostic, FILES_NOTHING, FORM_FOREIGN,
    FORM_LACKS, Location, NEVER_FILED, NEVER_LATE, NO_RECIPIENT, NO_SOURCE, VOLUNTARY_WITH_CLOCK,
};
use crate::name::{AuthorityName, ChannelName, DocumentName, FactName, ObligationName};
use crate::value::Type;
use crate::workflow::document::{
    At, CasedDocument, ContainsDocument, ObligationDocument, WorkflowKind, nearest,
};
use crate::workflow::guard::Wanted;
use crate::workflow::rules::{
    Cased, Contains, DocumentRule, Force, ObligationRule, Recipient, Reminder,
};

/// Turns the obligations into rules, in the order of the file.
pub(super) fn obligations(known: &Known<'_>, found: &mut Found) -> Vec<ObligationRule> {
    let items = &known.resolved.obligations;
    let sound = items
        .iter()
        .filter_map(|item| Some((&item.name, item.sound()?)));
    let rules: Vec<ObligationRule> = sound
        .map(|(name, document)| obligation(known, name, document, found))
        .collect();
    check_met(known, found);
    if known.resolved.document().kind == WorkflowKind::Workflow {
        check_filed(known, found);
    }
    rules
}

/// Checks that no action files what is met by being done.
fn check_met(known: &Known<'_>, found: &mut Found) {
    let items = known.resolved.obligations.iter();
    let met: BTreeSet<&ObligationName> = items
        .filter(|item| item.sound().is_some_and(|one| one.met.is_some()))
        .map(|item| &item.name.value)
        .collect();
    let actions = known
        .resolved
        .actions
        .iter()
        .filter_map(|item| item.sound());
    for name in actions.flat_map(|action| &action.files) {
        if met.contains(&name.value) {
            let files = Diagnostic::new(FILES_NOTHING, name.at.clone());
            found.push(files.with("obligation", name.value.as_str()));
        }
    }
}

/// Checks that some action files each obligation.
fn check_filed(known: &Known<'_>, found: &mut Found) {
    let actions = &known.resolved.actions;
    if actions.iter().any(|item| item.sound().is_none()) {
        return; // an action that could not be read may file it
    }
    let filed: BTreeSet<&ObligationName> = actions
        .iter()
        .filter_map(|item| item.sound())
        .flat_map(|action| &action.files)
        .map(|name| &name.value)
        .collect();
    let items = known.resolved.obligations.iter();
    for item in items.filter(|item| item.sound().is_some_and(|one| one.met.is_none())) {
        if !filed.contains(&item.name.value) {
            let never = Diagnostic::new(NEVER_FILED, item.name.at.clone());
            found.push(never.with("obligation", item.name.value.as_str()));
        }
    }
}

fn obligation(
    known: &Known<'_>,
    name: &At<ObligationName>,
    document: &ObligationDocument,
    found: &mut Found,
) -> ObligationRule {
    let scope = &RowScope::of(known, document, found);
    let to = match &document.to {
        _ if document.met.is_some() => Vec::new(),
        Some(names) => recipients(scope, names, found),
        None => default_recipients(scope, name, found),
    };
    check_force(name, document, found);
    for (_, role) in &document.remind {
        known.vocabulary.roles.find(role, found);
    }
    let facts = |names: &[At<FactName>], found: &mut Found| known.facts.known(names, found);
    let late_needs = facts(&document.late_needs, found);
    check_late(known, name, &document.late_needs, found);
    if let Some(channels) = &document.channels {
        check_channels(known, channels, &to, found);
    }
    ObligationRule {
        name: name.value.clone(),
        title: titled(document.title.as_ref(), &name.value),
        law: known.vocabulary.confirmed(&document.law, found),
        force: document.force,
        each: scope.each(),
        when: scope.condition(document.when.as_ref(), found),
        clock: clocks::clocks(scope, document, &to, found),
        contains: cases(
            scope,
            &document.contains,
            found,
            |contents: &ContainsDocument, found| Contains {
                always: facts(&contents.always, found),
                as_known: facts(&contents.as_known, found),
            },
        ),
        document: cases(scope, &document.document, found, |form, found| {
            if let Some(rule) = known.vocabulary.documents.find(form, found) {
                check_items(known, (form, rule), &document.contains, found);
            }
            form.value.clone()
        }),
        remind: document
            .remind
            .iter()
            .map(|(offset, to)| Reminder {
                offset: *offset,
                to: to.value.clone(),
            })
            .collect(),
        late_needs,
        met: document
            .met
            .as_ref()
            .and_then(|met| scope.expression(met, Wanted::Anchor, found)),
        channels: document
            .channels
            .as_ref()
            .map(|names| names.iter().map(|name| name.value.clone()).collect()),
        to,
    }
}

/// Checks that a form with items states what a filing contains, and nothing that the workflow does not know.
fn check_items(
    known: &Known<'_>,
    (form, rule): (&At<DocumentName>, &DocumentRule),
    contains: &[CasedDocument<ContainsDocument>],
    found: &mut Found,
) {
    if rule.items.is_empty() {
        return;
    }
    let stated: BTreeSet<&FactName> = rule.items.iter().flat_map(|item| &item.facts).collect();
    if let Some(unknown) = stated.iter().find(|fact| !known.facts.has(fact)) {
        let foreign = Diagnostic::new(FORM_FOREIGN, form.at.clone());
        let foreign = foreign.with("document", form.value.as_str());
        found.push(foreign.with("fact", unknown.as_str()));
    }
    let contents = contains.iter().map(|case| &case.item);
    let names = contents.flat_map(|contents| contents.always.iter().chain(&contents.as_known));
    for name in names.filter(|name| !stated.contains(&name.value)) {
        let lacks = Diagnostic::new(FORM_LACKS, name.at.clone());
        let lacks = lacks.with("document", form.value.as_str());
        found.push(lacks.with("fact", name.value.as_str()));
    }
}

/// Checks that what a late filing needs can be asked for: without a number of the law nothing is late (C8).
fn check_late(
    known: &Known<'_>,
    name: &At<ObligationName>,
    needs: &[At<FactName>],
    found: &mut Found,
) {
    let is_without = known.obligations.get(&name.value) == Some(&Due::Without);
    if let Some(first) = needs.first().filter(|_| is_without) {
        let never = Diagnostic::new(NEVER_LATE, first.at.clone());
        let never = never.with("obligation", name.value.as_str());
        found.push(never.with("fact", first.value.as_str()));
    }
}

/// Turns a list of cases into rules.
fn cases<D, R>(
    scope: &RowScope<'_, '_>,
    documents: &[CasedDocument<D>],
    found: &mut Found,
    mut rule: impl FnMut(&D, &mut Found) -> R,
) -> Vec<Cased<R>> {
    let case = |document: &CasedDocument<D>| Cased {
        when: scope.condition(document.when.as_ref(), found),
        item: rule(&document.item, found),
    };
    documents.iter().map(case).collect()
}

/// Checks that force, clock and law fit one another (P2).
fn check_force(name: &At<ObligationName>, document: &ObligationDocument, found: &mut Found) {
    let about = |code, at: &Location| {
        Diagnostic::new(code, at.clone()).with("obligation", name.value.as_str())
    };
    match (document.force, &document.clock) {
        (Force::Voluntary, Some(clock)) => found.push(about(VOLUNTARY_WITH_CLOCK, &clock.at)),
        (Force::Statutory | Force::Guidance | Force::Internal, None) => {
            found.push(about(CLOCK_MISSING, &name.at));
        }
        (Force::Voluntary, None)
        | (Force::Statutory | Force::Guidance | Force::Internal, Some(_)) => {}
    }
    if document.force == Force::Statutory && document.law.is_empty() {
        found.push(about(NO_SOURCE, &name.at));
    }
}

/// Finds the workflow's own recipients for an obligation that names none.
fn default_recipients(
    scope: &RowScope<'_, '_>,
    name: &At<ObligationName>,
    found: &mut Found,
) -> Vec<Recipient> {
    let known = scope.known();
    match known.resolved.authority {
        Some(names) => recipients(scope, names, found),
        None if known.resolved.document().kind == WorkflowKind::Template => Vec::new(),
        None => {
            found.push(
                Diagnostic::new(NO_RECIPIENT, name.at.clone())
                    .with("obligation", name.value.as_str()),
            );
            Vec::new()
        }
    }
}

/// Finds who receives. A name with `-` is an authority, one with `_` a fact, one with `.` a cell of a row; one of a
/// single word may be an authority or a fact (F3).
pub(super) fn recipients(
    scope: &RowScope<'_, '_>,
    names: &[At<String>],
    found: &mut Found,
) -> Vec<Recipient> {
    let known = scope.known();
    let cells = scope.receiving();
    let mut recipients = Vec::new();
    for name in names {
        match scope.recipient(name, found) {
            CellFound::Cell(cell) => {
                recipients.push(cell);
                continue;
            }
            CellFound::Reported => continue,
            CellFound::NoCell => {}
        }
        let authority = name.value.parse::<AuthorityName>().ok();
        let fact = name.value.parse::<FactName>().ok();
        let declared = authority.filter(|authority| known.vocabulary.authorities.has(authority));
        if let Some(authority) = declared {
            recipients.push(Recipient::Authority(authority));
        } else if let Some(fact) = fact.filter(|fact| known.facts.has(fact)) {
            let fact = At {
                value: fact,
                at: name.at.clone(),
            };
            if fitting(&known.facts, &fact, Use::Receives, found).is_some() {
                recipients.push(Recipient::Fact(fact.value));
            }
        } else if !found.is_full() {
            let authorities = known
                .vocabulary
                .authorities
                .names()
                .map(AuthorityName::as_str);
            let meant = nearest(
                &name.value,
                authorities
                    .chain(known.facts.names().map(FactName::as_str))
                    .chain(cells.iter().map(String::as_str)),
            );
            let hint = meant.map_or(Arg::Key("workflow.hint.recipient"), |meant| {
                Arg::Message("workflow.hint.nearest", [("name", Arg::from(meant))].into())
            });
            let bad = Diagnostic::new(BAD_RECIPIENT, name.at.clone());
            found.push(bad.with("name", name.value.as_str()).with("hint", hint));
        }
    }
    recipients
}

/// Whether the authorities that may receive are named, or whatever a fact may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// Each of them receives, or may.
    Limited,
    /// A fact may hold any authority.
    Open,
}

/// Returns which authorities a recipient may turn out to be.
pub(super) fn candidates(known: &Known<'_>, recipient: &Recipient) -> (Vec<AuthorityName>, Choice) {
    let held = match recipient {
        Recipient::Authority(name) => return (vec![name.clone()], Choice::Limited),
        Recipient::Fact(fact) => known.facts.get(fact).map(|fact| &fact.value_type),
        Recipient::Cell(cell) => match known.facts.get(&cell.table).map(|fact| &fact.value_type) {
            Some(Type::Table(table)) => {
                let column = table.columns.get(&cell.column);
                column.map(|column| &column.value_type)
            }
            _ => None,
        },
    };
    let all = || known.vocabulary.authorities.names();
    match held {
        Some(Type::Authority(roots)) if !roots.is_empty() => {
            let under = all().filter(|name| known.vocabulary.is_under(name, roots));
            (under.cloned().collect(), Choice::Limited)
        }
        _ => (all().cloned().collect(), Choice::Open),
    }
}

/// Checks that each recipient can be told through one of the channels.
fn check_channels(
    known: &Known<'_>,
    channels: &[At<ChannelName>],
    to: &[Recipient],
    found: &mut Found,
) {
    for channel in channels {
        for recipient in to {
            let (authorities, choice) = candidates(known, recipient);
            let lacking = |name: &&AuthorityName| {
                let rule = known.vocabulary.authorities.get(name);
                rule.is_some_and(|rule| !rule.channels.contains_key(&channel.value))
            };
            let first = authorities.iter().find(lacking);
            let all = authorities.iter().all(|name| lacking(&name));
            let Some(first) = first.filter(|_| choice == Choice::Limited || all) else {
                continue;
            };
            let has = known
                .vocabulary
                .authorities
                .get(first)
                .map(|rule| rule.channels.keys());
            let names: Vec<Arg> = has
                .into_iter()
                .flatten()
                .map(|name| Arg::Text(format!("`{name}`")))
                .collect();
            let names = if names.is_empty() {
                Arg::Key("workflow.hint.nothing")
            } else {
                Arg::List(names)
            };
            let lacking = Diagnostic::new(CHANNEL_LACKING, channel.at.clone())
                .with("channel", channel.value.as_str());
            found.push(
                lacking
                    .with("authority", first.as_str())
                    .with("names", names),
            );
            break; // one recipient shows what is wrong with the channel
        }
    }
}
