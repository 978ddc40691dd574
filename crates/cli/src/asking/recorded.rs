//! Looks at what a granted request left: where its records stand, and what is owed since with no clock running.
//! How that is told is left to `outcome` and to `crates/cli/src/telling/waiting.rs`.

use tsuho_core::case::Body;
use tsuho_executor::{Done, Standing};
use tsuho_store::{Limit, Position};

use super::outcome::{Events, Granted, Target};
use crate::failure::Result;
use crate::session::Session;
use crate::telling::Waiting;

/// Returns where the first record stands in the ledger; an answer that is given again says so too.
pub(super) async fn position<B>(session: &Session, done: &Done<B>) -> Result<Option<Position>> {
    match done.standing {
        Standing::Written { first } => Ok(Some(first)),
        Standing::Repeated => {
            let store = session.executor().store();
            let records = store
                .stream_records(&done.stream, done.first_seq, Limit::new(1))
                .await;
            let records = records.map_err(|error| session.failed(error.into()))?;
            Ok(records.first().map(|record| record.position))
        }
        Standing::Tried | Standing::Nothing => Ok(None),
    }
}

/// Returns what was granted on a case.
pub(super) async fn on_record(
    session: &Session,
    target: Target,
    done: Done<Body>,
) -> Result<Granted> {
    Ok(Granted {
        first_position: position(session, &done).await?,
        waiting: waiting(session, target, done.standing).await?,
        target,
        command: done.command,
        standing: done.standing,
        first_seq: done.first_seq,
        before: done.before,
        events: Events::Case(done.events),
    })
}

/// Returns what is owed of a case that was changed and has no clock.
async fn waiting(session: &Session, target: Target, standing: Standing) -> Result<Vec<Waiting>> {
    let (Target::Case { id, .. }, Standing::Written { .. } | Standing::Repeated) =
        (target, standing)
    else {
        return Ok(Vec::new());
    };
    let executor = session.executor();
    let ground = executor.ground(id).await;
    let ground = ground.map_err(|error| session.failed(error))?;
    let now = executor.now().max(ground.case.last_recorded);
    Ok(Waiting::of(&ground.context(), &ground.case, now))
}
