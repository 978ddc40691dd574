//! The page of a case for programs: one object, whose keys and words are never translated.
//! The same for people is in `parts` and `duties`.

use serde_json::{Value, json};
use tsuho_core::case::Filing;
use tsuho_core::case::decide::{Prospect, prospects};
use tsuho_core::case::event::Certainty;
use tsuho_core::catalogue::Language;

use super::duties;
use super::parts::{self, Depth, Seen};
use super::proposal::Proposed;
use super::summary;
use crate::telling::{FactTable, Waiting};

/// Returns the page of a case.
pub(crate) fn of(seen: &Seen<'_>, depth: Depth, language: Language) -> Value {
    let (stand, case) = (seen.stand, &seen.stand.case);
    let context = stand.ground.context();
    let duties = case.duties.iter().map(|duty| duties::json(stand, duty));
    let waiting = duties::waiting(stand);
    let waiting = waiting.iter().map(Waiting::json);
    let approvals = Proposed::open(seen);
    let approvals = approvals.iter().map(Proposed::json);
    let next = prospects(&context, case, stand.now);
    let next = next
        .into_iter()
        .map(|prospect| next_action(seen, &prospect, language));
    json!({
        "case": case.id,
        "number": case.number,
        "incident": case.incident.map(|of| json!({ "incident": of.id, "number": of.number })),
        "workflow": { "name": case.workflow, "version": case.workflow_version, "digest": case.digest },
        "state": { "name": case.state, "phase": case.phase, "since": case.entered_at },
        "opened_at": case.opened_at,
        "revision": case.revision,
        "now": stand.now,
        "zone": stand.zone,
        "unwritten": stand.unwritten.len(),
        "outside_in_force": parts::not_in_force(stand).is_some(),
        "duties": duties.collect::<Vec<_>>(),
        "waiting": waiting.collect::<Vec<_>>(),
        "facts": facts(seen, depth),
        "filings": case.filings.iter().map(filing).collect::<Vec<_>>(),
        "approvals": approvals.collect::<Vec<_>>(),
        "next": next.collect::<Vec<_>>(),
        "runs_again": summary::undone(seen).into_iter().map(|(duty, filing, number)| json!({
            "duty": duty, "filing": number, "action": filing.action
        })).collect::<Vec<_>>(),
        "withheld": seen.reader.withheld(seen.stand.words().rules),
    })
}

fn facts(seen: &Seen<'_>, depth: Depth) -> Vec<Value> {
    let table = FactTable::of(seen.events);
    let names = seen.stand.ground.compiled.rules.facts.keys();
    let known = names.filter_map(|name| Some((name, table.history(name)?)));
    let facts = known.map(|(name, history)| {
        let versions = history.versions().iter().rev().map(|version| {
            json!({
                "change": version.change,
                "as_of": version.as_of,
                "estimate": version.certainty == Certainty::Estimate,
                "source": table.source(name, version.seq),
                "seq": version.seq,
            })
        });
        let shown = match depth {
            Depth::Summary | Depth::Present => 1,
            Depth::History => usize::MAX,
        };
        let versions: Vec<Value> = versions.take(shown).collect();
        json!({ "fact": name, "value": history.value(), "versions": versions })
    });
    facts.collect()
}

fn filing((number, filing): (&u64, &Filing)) -> Value {
    json!({
        "filing": number,
        "action": filing.action,
        "duties": filing.duties,
        "recipients": filing.recipients,
        "channel": filing.channel,
        "sent_at": filing.sent_at,
        "effective_at": filing.effective_at,
        "document": filing.document,
        "receipt": filing.receipt,
        "gaps": filing.gaps,
        "version": filing.version,
        "undone": filing.undone,
    })
}

fn next_action(seen: &Seen<'_>, prospect: &Prospect, language: Language) -> Value {
    let barred = prospect.barred.as_ref().map(|rejection| {
        let message = summary::why(seen, prospect, rejection).text(language);
        json!({ "code": rejection.code(), "message": message })
    });
    let roles = seen.reader.roles();
    json!({
        "action": prospect.action,
        "role": prospect.role,
        "approval": prospect.approval,
        "barred": barred,
        "must_state": summary::must_state(seen, prospect),
        "yours": prospect.role.as_ref().is_some_and(|role| roles.contains(role)),
    })
}
