//! What somebody reads first of a case: where it stands, what is due next, what waits for consent, what they can do now,
//! and what is lacking for the rest. Everything else of the page is in `parts` and `duties`.

use std::collections::BTreeSet;

use tsuho_core::case::clock::DutyKey;
use tsuho_core::case::decide::{Prospect, late_now, prospects};
use tsuho_core::case::view::View;
use tsuho_core::case::{Consent, Duty, Filing, Rejection};
use tsuho_core::catalogue::Arg;
use tsuho_core::name::{FactName, RoleName};
use tsuho_core::workflow::guard::Truth;

use super::duties;
use super::page::Page;
use super::parts::{self, Seen};
use super::proposal;
use crate::message::Message;
use crate::telling::{self, Lacking, Voluntary};

/// Most duties that are told; `tsuho case clocks` has the rest.
const MOST_DUTIES: usize = 2;

/// Puts the summary on a page.
pub(crate) fn tell(page: &mut Page, seen: &Seen<'_>) {
    head(page, seen);
    due(page, seen);
    for (key, filing, number) in undone(seen) {
        page.put(1, runs_again(seen, key, (number, filing)));
    }
    sent(page, seen);
    let can_consent = consent(page, seen);
    possible(page, seen, can_consent);
}

fn head(page: &mut Page, seen: &Seen<'_>) {
    let (stand, words) = (seen.stand, seen.stand.words());
    let title = Message::new("show.case").with("number", stand.case.number.to_string());
    page.put(0, title.with("title", words.rules.title.clone()));
    if let Some(of) = stand.case.incident {
        let message = Message::new("summary.incident");
        page.put(1, message.with("number", of.number.to_string()));
    }
    let state = Message::new("summary.state")
        .with("state", words.state(&stand.case.state))
        .with("since", words.at(stand.case.entered_at))
        .with("now", words.at(stand.now))
        .with("zone", stand.zone.to_string());
    page.put(1, state);
    if let Some(note) = parts::not_in_force(stand) {
        page.put(1, note);
    }
}

/// Puts what is due next on the page, with how long.
fn due(page: &mut Page, seen: &Seen<'_>) {
    let (stand, words) = (seen.stand, seen.stand.words());
    let mut running: Vec<(&DutyKey, &Duty)> = stand.case.duties.iter().collect();
    running.retain(|(_, duty)| duty.is_running());
    running.sort_by_key(|(key, duty)| words.place(key, duty));
    for (key, duty) in running.iter().take(MOST_DUTIES) {
        let message = Message::new("summary.due")
            .with("duty", words.duty(key))
            .with("due", telling::face(&duty.face))
            .with("standing", words.standing(key, duty, stand.now));
        page.put(1, message);
    }
    if let Some(more) = running
        .len()
        .checked_sub(MOST_DUTIES)
        .filter(|more| *more > 0)
    {
        let message = Message::new("summary.more_due").with("count", more);
        page.put(1, message.with("case", stand.case.number.to_string()));
    }
    let waiting = duties::waiting(stand);
    for message in words.waiting(stand.case.number, &waiting) {
        page.put(
            1,
            Message::new("summary.waiting").with("said", message.into_part()),
        );
    }
    if running.is_empty() && waiting.is_empty() {
        page.put(1, Message::new("summary.nothing_due"));
    }
}

/// Returns the running duties whose filing was undone: a state such as “reported” alone would hide that they are owed.
pub(crate) fn undone<'a>(seen: &'a Seen<'_>) -> Vec<(&'a DutyKey, &'a Filing, u64)> {
    let case = &seen.stand.case;
    let running = case.duties.iter().filter(|(_, duty)| duty.is_running());
    let undone = running.filter_map(|(key, _)| {
        let mut filings = case.filings.iter().rev();
        let (number, filing) = filings.find(|(_, filing)| filing.duties.contains(key))?;
        filing.undone.map(|_| (key, filing, *number))
    });
    undone.collect()
}

fn runs_again(seen: &Seen<'_>, key: &DutyKey, (number, filing): (u64, &Filing)) -> Message {
    let words = seen.stand.words();
    let face = seen.stand.case.duties.get(key).map(|duty| &*duty.face);
    Message::new("summary.runs_again")
        .with("duty", words.duty(key))
        .with("due", face.map_or(Arg::Key("none"), telling::face))
        .with("filing", number.to_string())
        .with("how", parts::undone_word(filing))
        .with("case", seen.stand.case.number.to_string())
        .with("action", filing.action.to_string())
}

/// Puts filings on the page that were sent and are not received.
fn sent(page: &mut Page, seen: &Seen<'_>) {
    let words = seen.stand.words();
    for (number, filing) in &seen.stand.case.filings {
        if filing.undone.is_none() && filing.effective_at.is_none() {
            let owed = filing.obligations.iter().map(|name| words.obligation(name));
            let message = match words.unlisted(&filing.into()) {
                Some(unlisted) => Message::new("summary.unlisted").with("unlisted", unlisted),
                None => Message::new("summary.sent"),
            };
            let message = message
                .with("duties", Arg::List(owed.collect()))
                .with("at", words.at(filing.sent_at))
                .with("case", seen.stand.case.number.to_string())
                .with("filing", number.to_string());
            page.put(1, message);
        }
    }
}

/// Whether whoever asks can consent to something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MayConsent {
    Yes,
    No,
}

/// Puts consent on the page that is waited for, and how whoever asks gives it.
fn consent(page: &mut Page, seen: &Seen<'_>) -> MayConsent {
    let mut may_consent = MayConsent::No;
    let (case, words) = (&seen.stand.case, seen.stand.words());
    let open = case
        .approvals
        .values()
        .filter(|approval| approval.is_open());
    for approval in open {
        let said = proposal::waits(seen, approval);
        page.put(
            1,
            Message::new("summary.consent").with("said", said.into_part()),
        );
        let proposal = &approval.proposal;
        if let Some(voluntary) = Voluntary::proposed(words.rules, case, proposal) {
            page.put(2, words.voluntary(case.number, &voluntary));
        }
        let is_theirs = seen.reader.roles().contains(&approval.by)
            && seen.reader.person() != Some(approval.proposed_by);
        if is_theirs && approval.consent == Consent::Pending {
            let message = Message::new("summary.you_consent")
                .with("case", case.number.to_string())
                .with("action", approval.proposal.action.to_string());
            page.put(2, message);
            may_consent = MayConsent::Yes;
        }
    }
    may_consent
}

/// Puts on the page what whoever asks can do now, and what is lacking for the rest of what they may do.
fn possible(page: &mut Page, seen: &Seen<'_>, may_consent: MayConsent) {
    let (stand, words) = (seen.stand, seen.stand.words());
    let context = stand.ground.context();
    let prospects = prospects(&context, &stand.case, stand.now);
    let roles: Vec<&RoleName> = seen
        .reader
        .roles()
        .iter()
        .filter(|role| words.rules.roles.contains_key(*role))
        .collect();
    let is_theirs = |one: &&Prospect| one.role.as_ref().is_some_and(|role| roles.contains(&role));
    let (theirs, others): (Vec<&Prospect>, Vec<&Prospect>) = prospects.iter().partition(is_theirs);
    match (seen.reader.person(), theirs.as_slice(), may_consent) {
        (Some(_), [], MayConsent::Yes) => {}
        (Some(person), list, _) if !roles.is_empty() => {
            let held = roles.iter().map(|role| words.role(role)).collect();
            let message = Message::new(if list.is_empty() {
                "summary.you_nothing"
            } else {
                "summary.you"
            });
            let message = message.with("person", seen.session.called(person));
            page.put(1, message.with("roles", Arg::List(held)));
        }
        _ if seen.session.is_drill() => page.put(1, Message::new("summary.nobody_in_drill")),
        _ => page.put(1, Message::new("summary.nobody")),
    }
    for prospect in theirs {
        page.put(2, told(seen, prospect));
    }
    let (ready, barred): (Vec<&Prospect>, Vec<&Prospect>) =
        others.into_iter().partition(|one| one.barred.is_none());
    for (key, list) in [("summary.others", ready), ("summary.others_barred", barred)] {
        let said = list.iter().map(|one| {
            let role = one.role.as_ref();
            let role = role.map_or(Arg::Key("show.clock"), |role| words.role_title(role));
            let args = [("action", words.action(&one.action)), ("role", role)];
            Arg::Message("summary.other", args.into())
        });
        let said: Vec<Arg> = said.collect();
        if !said.is_empty() {
            page.put(1, Message::new(key).with("actions", Arg::List(said)));
        }
    }
}

/// Tells an action: how it is taken, or what is lacking for it.
fn told(seen: &Seen<'_>, prospect: &Prospect) -> Message {
    let words = seen.stand.words();
    if let Some(barred) = &prospect.barred {
        return told_barred(seen, prospect, barred);
    }
    let lacking = must_state(seen, prospect);
    let number = seen.stand.case.number.to_string();
    let message = match (lacking.is_empty(), &prospect.approval) {
        (false, _) => {
            let facts = lacking.iter().map(|fact| words.fact(fact)).collect();
            Message::new("summary.must_state").with("facts", Arg::List(facts))
        }
        (true, Some(by)) => Message::new("summary.propose").with("approval", words.role_title(by)),
        (true, None) => Message::new("summary.can"),
    };
    message.with("action", words.action(&prospect.action)).with(
        "command",
        format!("tsuho case advance {number} {}", prospect.action),
    )
}

/// Tells what is lacking for an action.
fn told_barred(seen: &Seen<'_>, prospect: &Prospect, barred: &Rejection) -> Message {
    let words = seen.stand.words();
    let lacking = match barred {
        Rejection::Guard { .. } | Rejection::Undecided { .. } => {
            words.lacking(&lacking(seen, prospect))
        }
        Rejection::Needs { facts, .. } => {
            let facts = facts.iter().map(|fact| words.fact(fact)).collect();
            Arg::Message("summary.needs", [("facts", Arg::List(facts))].into())
        }
        _ => {
            let reason = why(seen, prospect, barred).into_part();
            return Message::new("summary.barred").with("reason", reason);
        }
    };
    Message::new("summary.lacking")
        .with("action", words.action(&prospect.action))
        .with("lacking", lacking)
}

fn lacking(seen: &Seen<'_>, prospect: &Prospect) -> Lacking {
    let stand = seen.stand;
    Lacking::of(
        &stand.ground.context(),
        &stand.case,
        stand.now,
        &prospect.action,
    )
}

/// Returns why an action is barred, in words.
pub(crate) fn why(seen: &Seen<'_>, prospect: &Prospect, barred: &Rejection) -> Message {
    seen.stand.words().refusal(barred, &lacking(seen, prospect))
}

/// Returns what a filing of the action must state and what has no value yet.
pub(crate) fn must_state(seen: &Seen<'_>, prospect: &Prospect) -> BTreeSet<FactName> {
    let stand = seen.stand;
    let context = stand.ground.context();
    let view = View::new(&context, &stand.case, stand.now);
    let files = context.rules.action(&prospect.action);
    let files = files.into_iter().flat_map(|action| &action.files);
    let mut lacking = BTreeSet::new();
    for obligation in files.filter_map(|name| context.rules.obligation(name)) {
        let mut cases = obligation.contains.iter();
        let holds = cases.find(|case| view.truth(case.when.as_ref()).truth != Truth::False);
        let always = holds.into_iter().flat_map(|case| &case.item.always);
        let late = late_now(&context, &stand.case, stand.now, obligation);
        let stated = always.cloned().chain(late);
        lacking.extend(stated.filter(|fact| view.fact(fact).is_none()));
    }
    lacking
}

/// Returns what a drill and a real database say to somebody who is no person of theirs.
pub(crate) fn withheld(seen: &Seen<'_>) -> Option<Message> {
    let rules = seen.stand.words().rules;
    match (
        seen.reader.is_told_names(),
        seen.reader.is_told_values(rules),
    ) {
        (_, true) => None,
        (true, false) => Some(Message::new("session.withheld-values")),
        (false, false) => Some(Message::new("session.withheld")),
    }
}
