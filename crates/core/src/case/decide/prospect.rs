//! Says what could be done next and what bars the rest: "why can I not press close?" always has an answer.
//! Nothing is decided here; the checks are those of the action itself.

use super::advance::{check_possible, may_be_repeated, target};
use super::take::{Taking, check_closing};
use super::{Context, Draft};
use crate::case::Case;
use crate::case::rejection::Rejection;
use crate::ids::CommandId;
use crate::name::{ActionName, RoleName};
use crate::time::Timestamp;
use crate::workflow::rules::{ActionRule, By};

/// An action that leaves the present state, and what bars it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prospect {
    /// The action.
    pub action: ActionName,
    /// Who may take it; `None` for the clock.
    pub role: Option<RoleName>,
    /// Whose consent it needs besides.
    pub approval: Option<RoleName>,
    /// Why it is not possible yet; `None` if only the right person is missing. What a filing must contain is checked
    /// when it is filed.
    pub barred: Option<Rejection>,
}

/// Returns every action that leaves the present state or may be repeated in it (S4), in the workflow's order.
#[must_use]
pub fn prospects(context: &Context<'_>, case: &Case, now: Timestamp) -> Vec<Prospect> {
    let draft = Draft::new((case.clone(), None), now, CommandId::from_bytes([0; 16]));
    let leaving = context.rules.graph.actions_from(&case.state);
    let actions = context.rules.actions.iter();
    actions
        .filter(|action| leaving.contains(&action.name) || may_be_repeated(context, case, action))
        .map(|action| Prospect {
            action: action.name.clone(),
            role: match &action.by {
                By::Clock => None,
                By::Role(role) => Some(role.clone()),
            },
            approval: action.approval.as_ref().map(|rule| rule.by.clone()),
            barred: check(context, &draft, action).err(),
        })
        .collect()
}

/// Checks everything about an action that does not depend on who takes it and what is given with it.
fn check(context: &Context<'_>, draft: &Draft, action: &ActionRule) -> Result<(), Rejection> {
    let (to, moves) = target(context, &draft.case, action)?;
    check_possible(context, draft, action, draft.now)?;
    let taking = Taking {
        action,
        to,
        moves,
        approval: None,
        proposed_by: None,
    };
    // An action that files may discharge the very duties that would bar the way.
    if action.files.is_empty() {
        check_closing(context, draft, &taking, &std::collections::BTreeSet::new())?;
    }
    Ok(())
}
