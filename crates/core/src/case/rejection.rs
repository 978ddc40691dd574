//! Says why a request is refused, with the facts: which state, which role, which fact, until when, what instead.
//! A refusal is an answer and not a failure; its words are in the catalogue under `refused.<code>`.

use tsuho_ledger::Digest;

use crate::case::clock::DutyKey;
use crate::catalogue::{Arg, Args};
use crate::ids::PersonId;
use crate::name::{
    ActionName, AuthorityName, ChannelName, DocumentName, FactName, ObligationName, RoleName,
    StateName,
};
use crate::time::{Date, Timestamp};

/// Why a reason is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReasonFor {
    /// The action is to have happened before the present state was entered.
    BeforeEntry,
    /// It is to have happened more than a day ago.
    LongAgo,
    /// A value is withdrawn or a row dropped.
    Withdrawal,
    /// A filing is undone.
    Undoing,
    /// An approval is refused.
    Refusing,
}

impl ReasonFor {
    /// Returns the key of its words.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::BeforeEntry => "reason.before_entry",
            Self::LongAgo => "reason.long_ago",
            Self::Withdrawal => "reason.withdrawal",
            Self::Undoing => "reason.undoing",
            Self::Refusing => "reason.refusing",
        }
    }
}

/// Where words stand that cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// In a fact, or in a column of one.
    Fact(String),
    /// In another text of the request; the key of what it is called.
    Text(&'static str),
}

macro_rules! rejections {
    ($($(#[$doc:meta])* $variant:ident = $code:literal { $($field:ident: $type:ty),* $(,)? };)+) => {
        /// Why a request is refused.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each field is named for what it holds")]
        pub enum Rejection {
            $($(#[$doc])* $variant { $($field: $type),* },)+
        }

        impl Rejection {
            /// Every code, with what its message may name.
            pub const ALL: &[(&str, &[&str])] = &[$(($code, &[$(stringify!($field)),*])),+];

            /// Returns the stable word of the refusal, by which scenarios and programs know it.
            #[must_use]
            pub const fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $code,)+
                }
            }

            /// Returns the key of its message in the catalogue.
            #[must_use]
            pub const fn key(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => concat!("refused.", $code),)+
                }
            }

            /// Returns what its message names.
            #[must_use]
            pub fn args(&self) -> Args {
                match self {
                    $(Self::$variant { $($field),* } => Args::from([$((stringify!($field), $field.shown())),*]),)+
                }
            }
        }
    };
}

rejections! {
    /// The workflow has no such action.
    UnknownAction = "unknown_action" { action: ActionName, possible: Vec<ActionName>, };
    /// The action does not leave the present state.
    State = "state" { action: ActionName, state: StateName, leaves: Vec<StateName>, possible: Vec<ActionName>, };
    /// The action is taken by the clock alone.
    ByClock = "by_clock" { action: ActionName };
    /// The action asks for another role.
    Role = "role" { action: ActionName, needed: RoleName, used: RoleName, };
    /// The person does not hold the role that they use.
    RoleNotHeld = "role_not_held" { person: PersonId, role: RoleName };
    /// The role has no part in the workflow.
    RoleOutside = "role_outside" { role: RoleName, roles: Vec<RoleName> };
    /// Nobody of that name is known.
    UnknownPerson = "unknown_person" { person: PersonId };
    /// The second person is the first.
    SamePerson = "same_person" { action: ActionName, person: PersonId, };
    /// A time lies in the future.
    Future = "future" { given: Timestamp, now: Timestamp };
    /// A reason is needed.
    Reason = "reason" { what: ReasonFor };
    /// Somebody was faster.
    Revision = "revision" { seen: u64, now: u64, last_recorded: Timestamp, };
    /// The machine's clock is behind what is on record.
    ClockBehind = "clock_behind" { now: Timestamp, last_recorded: Timestamp, };
    /// Facts are missing that the action needs.
    Needs = "needs" { action: ActionName, facts: Vec<FactName>, };
    /// The guard is false.
    Guard = "guard" { action: ActionName, guard: String };
    /// The guard is unknown because of these.
    Undecided = "undecided" { action: ActionName, guard: String, because: Vec<String>, };
    /// The time that must pass before the action has not passed.
    NotBefore = "not_before" { action: ActionName, until: Timestamp, how: Vec<Arg>, };
    /// From when, or for how long, the action is barred is unknown.
    StandstillWaits = "standstill_waits" { action: ActionName, waits_for: Vec<String>, };
    /// An authority holds what would be filed, and nobody knows until when.
    Held = "held" { action: ActionName, duty: String, decision: String, };
    /// An authority holds what would be filed until then.
    HeldUntil = "held_until" { action: ActionName, duty: String, decision: String, until: Timestamp, };
    /// The workflow does not say who records an authority's decisions.
    NoDecisions = "no_decisions" {};
    /// An authority's decisions are recorded together with something else.
    DecisionAlone = "decision_alone" {};
    /// A decision lacks what its kind needs.
    DecisionLacks = "decision_lacks" { decision: String, columns: Vec<String>, };
    /// A decision says what means nothing for its kind.
    DecisionIdle = "decision_idle" { decision: String, columns: Vec<String>, };
    /// A decision is about a row, a recipient or an occurrence that is not there.
    DecisionAbout = "decision_about" { decision: String, column: &'static str, given: String, there: Vec<String>, };
    /// Nothing bears a decision out.
    DecisionEvidence = "decision_evidence" { decision: String };
    /// Duties still run or wait.
    Duties = "duties" { action: ActionName, state: StateName, duties: Vec<String>, };
    /// Several duties run, or none; the request must name them.
    WhichDuty = "which_duty" { action: ActionName, duties: Vec<DutyKey>, };
    /// There is no such duty, or the action does not file for it.
    UnknownDuty = "unknown_duty" { duty: DutyKey, duties: Vec<DutyKey> };
    /// Something is to be filed, and nothing says how.
    Channel = "channel" { action: ActionName, channels: Vec<ChannelName>, };
    /// The action files nothing, and something was said of a filing.
    FilesNothing = "files_nothing" { action: ActionName };
    /// There is no such authority.
    UnknownAuthority = "unknown_authority" { authority: AuthorityName };
    /// A filing lacks what it must contain.
    Contains = "contains" { obligation: ObligationName, facts: Vec<FactName>, };
    /// What a filing must contain is undecided.
    ContainsUndecided = "contains_undecided" { obligation: ObligationName, because: Vec<String>, };
    /// A late filing lacks its reasons.
    LateNeeds = "late_needs" { obligation: ObligationName, facts: Vec<FactName>, };
    /// What is filed has a form, and its bytes are not given.
    DocumentNeeded = "document_needed" { action: ActionName, obligation: ObligationName, document: DocumentName, };
    /// Which form a filing has is undecided.
    DocumentUndecided = "document_undecided" { obligation: ObligationName, because: Vec<String>, };
    /// There is no open proposal of the action.
    NoProposal = "no_proposal" { action: ActionName };
    /// The proposal is another than the one that was seen.
    OtherProposal = "other_proposal" { action: ActionName, seen: Digest, now: Digest, };
    /// The action waits for consent already.
    AwaitsApproval = "awaits_approval" { action: ActionName, by: RoleName };
    /// What was filed is said to have left before consent was given.
    BeforeConsent = "before_consent" { action: ActionName, sent_at: Timestamp, person: PersonId, given_at: Timestamp, };
    /// There is no such fact.
    UnknownFact = "unknown_fact" { fact: FactName, similar: Vec<String>, };
    /// The fact is computed, or kept by somebody else.
    NotRecordable = "not_recordable" { fact: FactName, why: &'static str };
    /// The value is not of the fact's type.
    Type = "type" { fact: String, expected: &'static str, given: &'static str, };
    /// The value is not among the choices.
    Choice = "choice" { fact: String, given: String, choices: Vec<Arg>, };
    /// A text or number exceeds what is kept.
    TooLarge = "too_large" { text: Spot, most: usize };
    /// With these rows the case would have more duties than it can keep.
    ManyDuties = "many_duties" { most: usize };
    /// A number is less than its fact may be.
    Below = "below" { fact: String, given: i64, least: i64 };
    /// A number is more than its fact may be.
    Above = "above" { fact: String, given: i64, most: i64 };
    /// What is to have happened lies in the future.
    NotYet = "not_yet" { fact: String, given: String, now: Timestamp };
    /// A text says nothing.
    Blank = "blank" { fact: String };
    /// Another text of the request says nothing.
    BlankText = "blank_text" { text: Spot };
    /// A text holds a character that nobody sees.
    Control = "control" { text: Spot, character: String };
    /// An estimate is given without a value.
    Estimate = "estimate" { fact: FactName };
    /// There is no value to take away.
    NotRecorded = "not_recorded" { fact: FactName };
    /// A table has no such row or column.
    Cell = "cell" { fact: FactName, name: String };
    /// There is nothing in the request.
    Nothing = "nothing" {};
    /// There is no such filing.
    UnknownFiling = "unknown_filing" { filing: u64 };
    /// The filing was undone before.
    FilingUndone = "filing_undone" { filing: u64 };
    /// The filing counts already.
    FilingEffective = "filing_effective" { filing: u64, effective_at: Timestamp, };
    /// One time lies before another that it follows.
    Order = "order" { earlier: Timestamp, later: Timestamp, };
    /// There is no such file on the case.
    UnknownEvidence = "unknown_evidence" { digest: Digest };
    /// Confirming a channel that the authority does not list needs evidence.
    ReceiptNeeded = "receipt_needed" { filing: u64, channel: ChannelName };
    /// The workflow's text is not asserted for that day.
    NotInForce = "not_in_force" { day: Date, from: Date, until: Vec<String> };
    /// More fell due than one decision handles; the clock writes it first.
    CatchUpFirst = "catch_up_first" { moments: usize };
    /// The case belongs to an incident already.
    Linked = "linked" { case: u64, incident: u64 };
    /// The incident has as many cases as it can keep.
    ManyCases = "many_cases" { most: usize };
    /// The request would write more than one decision may.
    TooMuch = "too_much" { events: usize };
}

/// What a message can show.
trait Shown {
    fn shown(&self) -> Arg;
}

/// Shows what prints the same in every language.
macro_rules! shown {
    ($($type:ty),+) => {$(
        impl Shown for $type {
            fn shown(&self) -> Arg {
                Arg::Text(self.to_string())
            }
        }
    )+};
}

shown!(
    ActionName,
    AuthorityName,
    ChannelName,
    DocumentName,
    FactName,
    ObligationName,
    RoleName,
    StateName
);
shown!(
    PersonId, DutyKey, Digest, Timestamp, Date, String, i64, u64, usize
);

impl Shown for Spot {
    fn shown(&self) -> Arg {
        match self {
            Self::Fact(name) => {
                Arg::Message("words.fact", [("fact", Arg::Text(name.clone()))].into())
            }
            Self::Text(key) => Arg::Key(key),
        }
    }
}

impl<T: Shown> Shown for Vec<T> {
    fn shown(&self) -> Arg {
        if self.is_empty() {
            Arg::Key("none")
        } else {
            Arg::List(self.iter().map(Shown::shown).collect())
        }
    }
}

impl Shown for Arg {
    fn shown(&self) -> Arg {
        self.clone()
    }
}

impl Shown for &'static str {
    fn shown(&self) -> Arg {
        Arg::Key(self)
    }
}

impl Shown for ReasonFor {
    fn shown(&self) -> Arg {
        Arg::Key(self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Language, placeholders};

    #[test]
    fn every_refusal_has_a_message_that_names_only_what_it_carries() {
        for (code, fields) in Rejection::ALL {
            let named = placeholders(Language::En, &format!("refused.{code}"));
            let named = named.unwrap_or_else(|| panic!("`{code}` has no message"));
            assert!(
                named.iter().all(|name| fields.contains(name)),
                "`{code}` names {named:?}"
            );
        }
    }
}
