//! Finds what the guard of a refused action lacks, with the facts that were given with it.
//! Nothing of them was written: they are recorded on trial, and the guard is looked at after that.

use tsuho_core::case::{Case, Content, Rejection, Request, evolve};
use tsuho_core::ids::CaseId;
use tsuho_executor::{Answer, Executor, How};

use super::meaning::OnCase;
use crate::telling::Lacking;

/// Returns what is lacking; nothing unless a guard bars the action.
pub(super) async fn of(
    executor: &Executor,
    (id, place): (CaseId, &OnCase<'_>),
    request: &Request,
    rejection: &Rejection,
) -> Lacking {
    let (Rejection::Guard { action, .. } | Rejection::Undecided { action, .. }) = rejection else {
        return Lacking::default();
    };
    let mut case = Case::clone(place.case);
    if let Content::Advance { facts, .. } = &request.content
        && !facts.is_empty()
    {
        let record = Request {
            command: executor.new_command(),
            seen: None,
            content: Content::Record {
                facts: facts.clone(),
            },
            ..request.clone()
        };
        match executor.submit(id, &record, &How::dry_run()).await {
            Ok(Answer::Done(done)) => {
                case = done.before.iter().chain(&done.events).fold(case, evolve);
            }
            // What cannot be recorded alone leaves the condition as the only answer.
            Ok(Answer::Refused(_)) | Err(_) => return Lacking::unsaid(rejection),
        }
    }
    Lacking::of(place.context, &case, place.now, action)
}
