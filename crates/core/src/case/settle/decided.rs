//! Lets an authority's decisions work on what is owed (C9): extensions and holds put due moments off, exemptions waive.
//! Reading decisions is left to `authority_decision`, refusing a filing under a hold to `decide`.

use super::owed::{Owed, Owing, WithoutRecipient};
use crate::calendar::{PutOff, end_of, put_off};
use crate::case::authority_decision::{AuthorityDecision, DecisionKind};
use crate::case::clock::DutyKey;
use crate::case::event::{DecisionApplied, Face};
use crate::case::view::View;
use crate::time::{Timestamp, Zone};

/// Returns what a clock shows under the decisions that concern its duty. A hold does not reach a duty that was done
/// before it was decided.
pub(super) fn under_decisions(
    view: &View<'_>,
    key: &DutyKey,
    mut face: Face,
    done_at: Option<Timestamp>,
    zone: &Zone,
) -> Face {
    for decision in AuthorityDecision::all(view) {
        if !decision.concerns(key) {
            continue;
        }
        let by = match decision.kind {
            DecisionKind::Exemption => continue,
            DecisionKind::Extension => PutOff::Extended,
            DecisionKind::Hold if done_at.is_some_and(|done| done < decision.decided_at.at) => {
                continue;
            }
            DecisionKind::Hold => PutOff::Held,
        };
        let until = decision.ends_with(zone);
        if let Some(until) = until {
            for reading in face.readings.iter_mut().chain(&mut face.candidates) {
                put_off(reading, by, &decision.id, until);
            }
        }
        face.decisions.push(DecisionApplied {
            until: until.and_then(|until| end_of(until, zone)),
            decision: decision.id,
            kind: decision.kind,
        });
    }
    face.readings.sort_by_key(|reading| reading.due);
    face
}

/// Takes what authorities exempted out of what is owed.
pub(super) fn exempt(view: &View<'_>, owing: &mut Owing) {
    let mut exemptions = AuthorityDecision::all(view);
    exemptions.retain(|decision| decision.kind == DecisionKind::Exemption);
    if exemptions.is_empty() {
        return;
    }
    let by = |key: &DutyKey| exemptions.iter().find(|decision| decision.concerns(key));
    let (waived, owed): (Vec<Owed>, Vec<Owed>) = std::mem::take(&mut owing.duties)
        .into_iter()
        .partition(|owed| by(&owed.duty).is_some());
    owing.duties = owed;
    for owed in waived {
        if let Some(decision) = by(&owed.duty) {
            owing.waived.insert(owed.duty.clone(), decision.id.clone());
        }
    }
    let to_all = |one: &WithoutRecipient| {
        exemptions.iter().any(|decision| {
            let names_nobody = decision.recipient.is_none() && decision.occurrence.is_none();
            names_nobody && decision.obligation == one.obligation && decision.names_row(&one.rows)
        })
    };
    owing.without_recipient.retain(|one| !to_all(one));
}
