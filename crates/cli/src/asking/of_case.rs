//! Has a request on a case carried out: what it means there, who asks in which role, and what came of it.
//! What it says is read by `crates/cli/src/asking/sent.rs`, values by `meaning`; whether it is granted is decided in
//! `tsuho-core`.

use tsuho_core::case::request::{Request, Text};
use tsuho_core::case::view::first_zone;
use tsuho_executor::{Answer, Ground, Mode};

use super::outcome::{Granted, Target};
use super::recorded::on_record;
use super::reference::CaseRef;
use super::refusal::{Around, Refusal};
use super::resolve::{Early, Step, asker, find, granted};
use super::sent::{Deed, Sent, how};
use super::{cells, lacking, meaning};
use crate::session::Session;
use crate::telling::Lacking;

/// Has a request on a case carried out, or only tried.
pub(super) async fn carry_out(
    session: &Session,
    sent: &Sent,
    (case, deed): (CaseRef, &Deed),
    mode: Mode,
) -> Step<Granted> {
    let executor = session.executor();
    let found = find(session, case).await?;
    let (id, number) = found.ok_or_else(|| Refusal::unknown_case(&case.to_string()))?;
    // What was last seen is taken for what stands, and only what stands may refuse.
    let guessed = match mode {
        Mode::Write => executor.guessed_ground(id).await,
        Mode::DryRun => Ok(None),
    };
    if let Some(guessed) = guessed.map_err(|error| session.failed(error))? {
        match on(session, sent, (&guessed, number, deed), mode).await {
            Err(Early::Outcome(_)) => {}
            answered => return answered,
        }
    }
    let ground = executor.ground(id).await;
    let ground = ground.map_err(|error| session.failed(error))?;
    on(session, sent, (&ground, number, deed), mode).await
}

/// Has a request carried out on a case as it was seen.
async fn on(
    session: &Session,
    sent: &Sent,
    (ground, number, deed): (&Ground, u64, &Deed),
    mode: Mode,
) -> Step<Granted> {
    let (executor, id) = (session.executor(), ground.case.id);
    let context = ground.context();
    let zone = first_zone(&context, Some(&ground.case));
    let place = meaning::OnCase {
        context: &context,
        case: &ground.case,
        zone: &zone,
        now: executor.now(),
    };
    let occurred_at = meaning::moment("occurred_at", sent.occurred_at.as_deref(), &zone)?;
    let meant = cells::content(session, &place, deed).await?;
    let asker = asker(
        session,
        sent,
        &ground.installation.people,
        vec![&ground.compiled.rules],
        Some((&ground.case, deed)),
    )?;
    if let (Deed::Attach { file, .. }, Mode::Write) = (deed, mode) {
        // The bytes are there before the command that names them; without it they are named by nobody.
        let kept = executor.store().put_blob(&file.bytes).await;
        kept.map_err(|error| session.failed(error.into()))?;
    }
    let request = Request {
        command: executor.new_command(),
        asker,
        occurred_at,
        reason: sent.reason.clone().map(Text::personal),
        seen: sent.seen.or(meant.seen),
        content: meant.content,
    };
    let how = how(sent, mode)?;
    let answer = executor.submit(id, &request, &how).await;
    let lacking = match &answer {
        Ok(Answer::Refused(rejection)) => {
            lacking::of(executor, (id, &place), &request, rejection).await
        }
        Ok(Answer::Done(_)) | Err(_) => Lacking::default(),
    };
    let done = granted(
        session,
        answer,
        &Around {
            session,
            case: &number.to_string(),
            zone: &zone,
            rules: Some(&ground.compiled.rules),
            lacking: &lacking,
        },
    )?;
    let granted = on_record(session, Target::Case { id, number }, done).await?;
    Ok(Granted {
        lost: meant.lost,
        ..granted
    })
}
