//! Names what a closing leaves behind: duties of law that once ran, are no longer owed, and were never filed for.
//! Whoever consents to the closing is to know of them; whether the law asks for more is theirs to judge.

use tsuho_core::case::Running;
use tsuho_core::case::clock::DutyKey;
use tsuho_core::name::ActionName;
use tsuho_core::workflow::rules::Phase;

use super::Stand;
use super::page::Page;
use crate::message::Message;
use crate::telling;

/// Returns them for an action that closes the case; none for any other.
pub(crate) fn by_closing<'a>(stand: &'a Stand, action: &ActionName) -> Vec<&'a DutyKey> {
    let rules = stand.words().rules;
    let target = rules.graph.target(&stand.case.state, action);
    if target.is_none_or(|(state, _)| rules.state(state).phase != Phase::Closed) {
        return Vec::new();
    }
    let duties = stand.case.duties.iter().filter(|(key, duty)| {
        duty.running == Running::Lapsed && telling::is_unfiled(rules, &stand.case, key)
    });
    duties.map(|(key, _)| key).collect()
}

/// Puts them on a page.
pub(crate) fn tell(page: &mut Page, depth: usize, stand: &Stand, action: &ActionName) {
    for key in by_closing(stand, action) {
        let message = Message::new("proposal.unfiled").with("duty", stand.words().duty(key));
        page.put(depth, message);
    }
}
