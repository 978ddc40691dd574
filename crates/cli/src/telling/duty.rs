//! Says where a duty stands at a moment: how long is left, how late it is, or how it was discharged.
//! The judgement itself is `tsuho-core`'s; here it is put into words.

use tsuho_core::case::authority_decision::DecisionKind;
use tsuho_core::case::clock::{DutyKey, Judgement, Proof, TargetForce, Verdict};
use tsuho_core::case::event::{DecisionApplied, Face};
use tsuho_core::case::{Duty, Running};
use tsuho_core::catalogue::{Arg, Args};
use tsuho_core::name::ObligationName;
use tsuho_core::time::{Span, Timestamp, Zone};
use tsuho_core::workflow::rules::Force;

use super::{Words, due, span};

/// Where a duty stands at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Not due yet by any reading; this long is left until the earliest.
    Running(Span),
    /// Due by one reading and not by another.
    Arguable,
    /// Due by every reading, since this long, with no filing that counts.
    Late(Span),
    /// The law gives no number; how long after the earliest target it is, if there is one.
    NoNumber(Option<Span>),
    /// A filing discharged it.
    Discharged {
        filing: Option<u64>,
        at: Timestamp,
        judgement: Judgement,
    },
    /// It is no longer owed.
    Lapsed,
    /// An authority holds it, and nobody knows until when.
    Held,
    /// An authority exempted from it by this decision.
    Waived(String),
}

/// Returns where a duty stands at a moment.
pub(crate) fn standing(duty: &Duty, now: Timestamp) -> Standing {
    match &duty.running {
        Running::Running => running(&duty.face, now),
        Running::Stopped {
            filing,
            at,
            judgement,
        } => Standing::Discharged {
            filing: *filing,
            at: *at,
            judgement: judgement.clone(),
        },
        Running::Lapsed => Standing::Lapsed,
        Running::Waived { decision } => Standing::Waived(decision.clone()),
    }
}

fn running(face: &Face, now: Timestamp) -> Standing {
    let earliest = face.readings.iter().map(|reading| reading.due).min();
    if face.is_held() {
        return Standing::Held;
    }
    match face.verdict(now) {
        Verdict::InTime => Standing::Running(earliest.unwrap_or(now).since(now)),
        Verdict::Arguable => Standing::Arguable,
        Verdict::Late(by) => Standing::Late(by),
        Verdict::NoNumber { after_target } => Standing::NoNumber(after_target),
        Verdict::Held => Standing::Held,
    }
}

impl Standing {
    /// Returns the word that programs read.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Running(_) | Self::NoNumber(_) => "running",
            Self::Arguable => "arguable",
            Self::Late(_) => "late",
            Self::Discharged { .. } => "discharged",
            Self::Lapsed => "lapsed",
            Self::Held => "held",
            Self::Waived(_) => "waived",
        }
    }

    /// Returns the words that people read.
    fn words(&self, zone: &Zone, bond: Bond) -> Arg {
        let of = |key: &'static str, name: &'static str, arg: Arg| {
            Arg::Message(key, Args::from([(name, arg)]))
        };
        match self {
            Self::Running(left) => of("telling.standing.running", "left", span(*left)),
            Self::Arguable => Arg::Key("telling.standing.arguable"),
            Self::Late(by) => {
                let late = bond.lateness(*by);
                let args = [("late", late), ("undone", Arg::Key(bond.undone()))];
                Arg::Message("telling.standing.late", args.into())
            }
            Self::NoNumber(None) => Arg::Key("telling.standing.no_number"),
            Self::NoNumber(Some(after)) if after.as_micros() > 0 => {
                let args = [("by", span(*after)), ("whose", Arg::Key(bond.aim.key()))];
                Arg::Message("telling.standing.target_passed", args.into())
            }
            Self::NoNumber(Some(after)) => {
                let args = [("left", span(*after)), ("whose", Arg::Key(bond.aim.key()))];
                Arg::Message("telling.standing.target_ahead", args.into())
            }
            Self::Discharged {
                filing,
                at,
                judgement,
            } => {
                let mut args = Args::from([
                    ("at", super::clock_time(*at, zone)),
                    ("judgement", bond.judgement(judgement)),
                ]);
                match filing {
                    Some(filing) => {
                        args.insert("filing", Arg::Text(filing.to_string()));
                        Arg::Message("telling.standing.discharged", args)
                    }
                    None => Arg::Message("telling.standing.met", args),
                }
            }
            Self::Lapsed => Arg::Key("telling.standing.lapsed"),
            Self::Held => Arg::Key("telling.standing.held"),
            Self::Waived(_) => Arg::Key("telling.standing.waived"),
        }
    }
}

/// Returns what a clock shows: its due moments, each once, or its aims where the law gives no number.
pub(crate) fn face(face: &Face) -> Arg {
    let readings = face.readings.iter();
    let mut dues: Vec<Arg> = readings
        .map(|reading| due(reading.due, &reading.derivation))
        .collect();
    let mut joined = "telling.or";
    if dues.is_empty() {
        joined = "telling.and_target";
        let targets = face.targets.iter().map(|target| {
            let key = match target.force {
                TargetForce::Internal => "telling.target",
                TargetForce::Guidance => "telling.target_guidance",
            };
            let due = due(target.due, &target.derivation);
            Arg::Message(key, Args::from([("due", due)]))
        });
        dues = targets.collect();
    }
    dues.dedup();
    let mut dues = dues.into_iter();
    let Some(first) = dues.next() else {
        return Arg::Key("telling.no_number");
    };
    // Dates have commas of their own.
    dues.fold(first, |first, next| {
        Arg::Message(joined, Args::from([("first", first), ("next", next)]))
    })
}

/// How an obligation binds, and whether something is filed for it: what lateness may be called hangs on both.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bond {
    force: Force,
    discharge: Discharge,
    aim: Aim,
}

/// Whose aim the earliest target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Aim {
    Ours,
    Guideline,
    /// Its targets are of both kinds, and which was the earliest is not known.
    Either,
}

impl Aim {
    const fn of(force: TargetForce) -> Self {
        match force {
            TargetForce::Internal => Self::Ours,
            TargetForce::Guidance => Self::Guideline,
        }
    }

    /// Returns the aim that all of them are.
    fn shared(mut aims: impl Iterator<Item = Self>) -> Self {
        let first = aims.next().unwrap_or(Self::Ours);
        if aims.all(|aim| aim == first) {
            first
        } else {
            Self::Either
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Ours => "telling.whose.ours",
            Self::Guideline => "telling.whose.guideline",
            Self::Either => "telling.whose.earliest",
        }
    }
}

/// What discharges a duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Discharge {
    Filing,
    Deed,
}

impl Bond {
    /// Returns the word for nothing having been done.
    const fn undone(self) -> &'static str {
        match self.discharge {
            Discharge::Filing => "telling.undone.filing",
            Discharge::Deed => "telling.undone.deed",
        }
    }

    /// Returns whether nothing is filed for it.
    pub(crate) fn is_deed(self) -> bool {
        self.discharge == Discharge::Deed
    }

    /// Says how late something is: what the law does not ask for is past its date, and late before no law.
    fn lateness(self, by: Span) -> Arg {
        let key = match self.force {
            Force::Statutory => "telling.verdict.late",
            Force::Guidance | Force::Internal | Force::Voluntary => "telling.verdict.past",
        };
        Arg::Message(key, Args::from([("by", span(by))]))
    }

    /// Says of what the law does not ask for that it does not.
    fn marked(self, said: Arg) -> Arg {
        match self.word() {
            None => said,
            Some(force) => {
                let args = [("said", said), ("force", Arg::Key(force))];
                Arg::Message("telling.bond", args.into())
            }
        }
    }

    /// Returns what it is that is not law.
    pub(crate) const fn word(self) -> Option<&'static str> {
        match self.force {
            Force::Statutory => None,
            Force::Guidance => Some("telling.bond.guidance"),
            Force::Internal => Some("telling.bond.internal"),
            Force::Voluntary => Some("telling.bond.voluntary"),
        }
    }
}

impl Words<'_> {
    /// Returns how a duty binds.
    pub(crate) fn bond(&self, obligation: &ObligationName) -> Bond {
        let rule = self.rules.obligation(obligation);
        let clocks = rule.into_iter().flat_map(|rule| &rule.clock);
        let targets = clocks.flat_map(|clock| &clock.item.targets);
        Bond {
            aim: Aim::shared(targets.map(|target| match target.force {
                Force::Guidance => Aim::Guideline,
                Force::Statutory | Force::Internal | Force::Voluntary => Aim::Ours,
            })),
            force: rule.map_or(Force::Statutory, |rule| rule.force),
            discharge: match rule.and_then(|rule| rule.met.as_ref()) {
                Some(_) => Discharge::Deed,
                None => Discharge::Filing,
            },
        }
    }

    /// Returns where a duty stands, and how it binds where that is not by law.
    pub(crate) fn standing(&self, key: &DutyKey, duty: &Duty, now: Timestamp) -> Arg {
        let mut bond = self.bond(&key.obligation);
        let standing = standing(duty, now);
        let earliest = duty.face.targets.iter().min_by_key(|target| target.due);
        match (&standing, earliest) {
            // A judgement is told in the words in which it was told when it was made.
            (Standing::Discharged { .. }, _) | (_, None) => {}
            (_, Some(earliest)) => bond.aim = Aim::of(earliest.force),
        }
        let waived = match &standing {
            Standing::Waived(decision) => Some(self.exempted(key, decision)),
            _ => None,
        };
        let applied = duty.face.decisions.iter();
        let decided: Vec<Arg> = match waived {
            Some(waived) => vec![waived],
            None => applied.map(|one| self.decided(key, one)).collect(),
        };
        let said = standing.words(self.zone_of(key), bond);
        let said = decided.into_iter().fold(said, |said, decided| {
            let args = [("standing", said), ("decided", decided)];
            Arg::Message("telling.standing.decided", args.into())
        });
        bond.marked(said)
    }

    /// Returns under which decision of the authority a duty stands.
    pub(crate) fn decided(&self, key: &DutyKey, applied: &DecisionApplied) -> Arg {
        let mut args = self.deciding(key, &applied.decision);
        let until = applied.until;
        args.extend(until.map(|until| ("until", super::due_at(until, self.zone_of(key)))));
        let said = match (applied.kind, until) {
            (DecisionKind::Hold, Some(_)) => "decided.held",
            (DecisionKind::Hold, None) => "decided.held_open",
            (DecisionKind::Extension | DecisionKind::Exemption, _) => "decided.extended",
        };
        Arg::Message(said, args)
    }

    /// Returns by which decision of the authority a duty is waived.
    pub(crate) fn exempted(&self, key: &DutyKey, decision: &str) -> Arg {
        Arg::Message("decided.exempted", self.deciding(key, decision))
    }

    fn deciding(&self, key: &DutyKey, decision: &str) -> Args {
        let authority = key.recipient.as_ref().map(|name| self.authority(name));
        Args::from([
            ("decision", decision.into()),
            (
                "authority",
                authority.unwrap_or(Arg::Key("decided.authority")),
            ),
        ])
    }

    /// Returns how a duty was judged, and how it binds where that is not by law.
    pub(crate) fn judgement(&self, key: &DutyKey, judgement: &Judgement) -> Arg {
        let bond = self.bond(&key.obligation);
        bond.marked(bond.judgement(judgement))
    }
}

impl Bond {
    /// Returns a judgement in words, with what it rests on.
    fn judgement(self, judgement: &Judgement) -> Arg {
        let verdict = match &judgement.verdict {
            Verdict::InTime => Arg::Key("telling.verdict.in_time"),
            Verdict::Arguable => Arg::Key("telling.verdict.arguable"),
            Verdict::Late(by) => self.lateness(*by),
            Verdict::Held => Arg::Key("telling.verdict.held"),
            Verdict::NoNumber { after_target: None } => Arg::Key("telling.verdict.no_number"),
            Verdict::NoNumber {
                after_target: Some(after),
            } if after.as_micros() > 0 => Arg::Message(
                "telling.verdict.after_target",
                Args::from([("by", span(*after)), ("whose", Arg::Key(self.aim.key()))]),
            ),
            Verdict::NoNumber {
                after_target: Some(_),
            } => Arg::Message(
                "telling.verdict.target_kept",
                Args::from([("whose", Arg::Key(self.aim.key()))]),
            ),
        };
        let proof = match judgement.proof {
            Proof::Receipt => "telling.proof.receipt",
            Proof::CallSheet => "telling.proof.call_sheet",
            Proof::Document => "telling.proof.document",
            Proof::Statement => "telling.proof.statement",
        };
        let args = Args::from([("verdict", verdict), ("proof", Arg::Key(proof))]);
        Arg::Message("telling.judgement", args)
    }
}
