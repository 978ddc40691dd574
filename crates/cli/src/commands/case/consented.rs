//! Reads what somebody consents to, so that it is printed with their consent and bound to it.
//! How it is told is in `proposal`; whether they may consent is decided in `tsuho-core`.

use serde_json::Value;
use tsuho_core::case::Body;
use tsuho_executor::Standing;
use tsuho_ledger::Digest;

use super::page::Page;
use super::parts::Seen;
use super::proposal::Proposed;
use super::stand::Stand;
use crate::asking::{self, Asked, Deed, Events, Outcome, Sent};
use crate::failure::Result;
use crate::session::Session;

/// What somebody consents to, as they are shown it.
pub(super) struct Consented {
    /// To which consent binds.
    pub(super) digest: Digest,
    pub(super) page: Page,
    pub(super) json: Value,
}

impl Consented {
    /// Reads the proposal for which consent is asked in a request, if that is what is asked and there is one: the one
    /// that waits, or that of an approval.
    pub(super) async fn of(
        session: &Session,
        sent: &Sent,
        approval: Option<u64>,
    ) -> Result<Option<Self>> {
        let Asked::Case { case, deed } = &sent.asked else {
            return Ok(None);
        };
        let (Deed::Approve { action, .. }, Some((id, _))) =
            (&**deed, asking::find(session, *case).await?)
        else {
            return Ok(None);
        };
        // Whoever may not act as they say is refused by the request itself.
        let Ok(reader) = session.reader() else {
            return Ok(None);
        };
        let stand = Stand::of(session, id).await?;
        let events = session.executor().case_events(id).await;
        let events = events.map_err(|error| session.failed(error))?;
        let events = reader.told(events, stand.words().rules);
        let seen = Seen {
            stand: &stand,
            events: &events,
            session,
            reader,
        };
        let proposed = match approval {
            Some(approval) => Proposed::numbered(&seen, approval),
            None => Proposed::find(&seen, action),
        };
        Ok(proposed.map(|proposed| {
            let mut page = Page::default();
            proposed.tell(&mut page, 0);
            Self {
                digest: proposed.digest(),
                page,
                json: proposed.json(),
            }
        }))
    }
}

/// Returns the approval to which an answer that is given again belongs: another proposal may wait by now.
pub(super) fn given_before(outcome: &Outcome) -> Option<u64> {
    let Outcome::Granted(granted) = outcome else {
        return None;
    };
    let Events::Case(events) = &granted.events else {
        return None;
    };
    let mut given = events.iter().filter_map(|event| match &event.body {
        Body::ApprovalGiven(given) => Some(given.approval),
        _ => None,
    });
    given
        .next()
        .filter(|_| granted.standing == Standing::Repeated)
}
