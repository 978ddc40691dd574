//! Puts what bars something into words: titles for what the decision names, and of a guard what is lacking.
//! Why it is barred is decided in `tsuho-core`; what to do about it is said by `crates/cli/src/asking/refusal.rs`.

use tsuho_core::case::Rejection;
use tsuho_core::case::clock::DutyKey;
use tsuho_core::catalogue::Arg;
use tsuho_core::name::FactName;

use super::lacking::Lacking;
use super::value::several;
use super::{Words, channel_named};
use crate::message::Message;

impl Words<'_> {
    /// Returns why something is refused, with titles for what the refusal names.
    pub(crate) fn refusal(&self, rejection: &Rejection, lacking: &Lacking) -> Message {
        let message = Message::of(rejection.key(), rejection.args());
        let facts = |facts: &[FactName]| several(facts.iter().map(|fact| self.fact(fact)));
        match rejection {
            Rejection::Guard { action, .. } => Message::new("barred.guard")
                .with("action", self.action(action))
                .with("lacking", self.lacking(lacking)),
            Rejection::Undecided { action, .. } => Message::new("barred.undecided")
                .with("action", self.action(action))
                .with("lacking", self.lacking(lacking)),
            Rejection::State {
                action,
                state,
                leaves,
                possible,
            } => message
                .with("action", self.action(action))
                .with("state", self.state(state))
                .with(
                    "leaves",
                    several(leaves.iter().map(|state| self.state(state))),
                )
                .with(
                    "possible",
                    several(possible.iter().map(|name| self.action(name))),
                ),
            Rejection::UnknownAction { possible, .. } => message.with(
                "possible",
                several(possible.iter().map(|name| self.action(name))),
            ),
            Rejection::Role {
                action,
                needed,
                used,
            } => message
                .with("action", self.action(action))
                .with("needed", self.role(needed))
                .with("used", self.role(used)),
            Rejection::RoleNotHeld { role, .. } => message.with("role", self.role(role)),
            Rejection::Needs { action, facts: of } => message
                .with("action", self.action(action))
                .with("facts", facts(of)),
            Rejection::NotBefore { action, until, .. } => message
                .with("action", self.action(action))
                .with("until", self.at(*until)),
            Rejection::StandstillWaits { action, waits_for } => message
                .with("action", self.action(action))
                .with("waits_for", self.named(waits_for)),
            // What else a refusal names is told around filings, or the same in every language.
            _ => self.refusal_to_file(rejection, message),
        }
    }

    /// Returns the same for what bars a filing or consent.
    fn refusal_to_file(&self, rejection: &Rejection, message: Message) -> Message {
        let facts = |facts: &[FactName]| several(facts.iter().map(|fact| self.fact(fact)));
        match rejection {
            Rejection::Contains {
                obligation,
                facts: of,
            }
            | Rejection::LateNeeds {
                obligation,
                facts: of,
            } => message
                .with("obligation", self.obligation(obligation))
                .with("facts", facts(of)),
            Rejection::ContainsUndecided { obligation, .. }
            | Rejection::DocumentUndecided { obligation, .. } => {
                message.with("obligation", self.obligation(obligation))
            }
            Rejection::DocumentNeeded {
                action,
                obligation,
                document,
            } => message
                .with("action", self.action(action))
                .with("obligation", self.obligation(obligation))
                .with("document", self.document(document)),
            Rejection::Duties {
                action,
                state,
                duties,
            } => message
                .with("action", self.action(action))
                .with("state", self.state(state))
                .with(
                    "duties",
                    several(duties.iter().map(|duty| self.duty_of(duty))),
                ),
            Rejection::Held { action, duty, .. } | Rejection::HeldUntil { action, duty, .. } => {
                message
                    .with("action", self.action(action))
                    .with("duty", self.duty_of(duty))
            }
            Rejection::AwaitsApproval { action, by } => message
                .with("action", self.action(action))
                .with("by", self.role(by)),
            Rejection::Channel { action, channels } => message
                .with("action", self.action(action))
                .with("channels", several(channels.iter().map(channel_named))),
            Rejection::ByClock { action }
            | Rejection::SamePerson { action, .. }
            | Rejection::WhichDuty { action, .. }
            | Rejection::FilesNothing { action }
            | Rejection::NoProposal { action }
            | Rejection::OtherProposal { action, .. } => {
                message.with("action", self.action(action))
            }
            // What else a refusal names is as the person wrote it, or the same in every language.
            _ => message,
        }
    }

    /// Returns a duty that is only known as it is printed.
    fn duty_of(&self, printed: &str) -> Arg {
        let key: Option<DutyKey> = printed.parse().ok();
        super::titled(key.map(|key| self.duty(&key)), printed)
    }
}
