//! Refuses what would make a case larger than it can be settled in one decision.
//! What single values keep to is in `sense`.

use super::{Context, Draft};
use crate::case::rejection::Rejection;
use crate::case::settle::{MOST_DUTIES, exceeds};
use crate::case::view::View;

/// Refuses facts, once they are written, whose rows make more duties than a case can keep (O1).
pub(super) fn check(context: &Context<'_>, draft: &Draft) -> Result<(), Rejection> {
    let view = View::new(context, &draft.case, draft.now);
    if exceeds(&view, &context.rules.obligations) {
        return Err(Rejection::ManyDuties { most: MOST_DUTIES });
    }
    Ok(())
}
