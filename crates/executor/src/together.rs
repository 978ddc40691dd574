//! Carries out a request that writes on an incident and on its cases: load all of them, decide, seal, commit at once.
//! What is decided, and why, is in `tsuho-core`; who asks what is in `crates/executor/src/incident.rs`.

mod attempt;

use std::collections::BTreeMap;
use std::sync::Arc;

use tsuho_core::case::Rejection;
use tsuho_core::case::request::{Asker, Content, Request};
use tsuho_core::ids::{CaseId, IncidentId};
use tsuho_core::incident::{self, Fresh, Member, Members, Refused, Taken};

pub(crate) use self::attempt::Attempt;
use crate::answer::{How, Mode, Standing};
use crate::commit::{Fate, request_row};
use crate::definitions::Compiled;
use crate::ground::{CASE_PREFIX, Ground, Installation, case_stream};
use crate::handle::{Patience, Place, person};
use crate::incident::{IncidentOpening, LoadedIncident, incident_stream};
use crate::open::published;
use crate::wake::wake;
use crate::{Error, Executor, Opening};

/// What is asked of an incident, or of a case of one.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asked<'a> {
    /// To open it with its cases.
    Open {
        id: IncidentId,
        opening: &'a IncidentOpening,
    },
    /// To open a case in it.
    Add {
        incident: IncidentId,
        id: CaseId,
        opening: &'a Opening,
    },
    /// To record facts on it.
    Record {
        incident: IncidentId,
        request: &'a Request,
    },
    /// To do something on a case, with facts that the incident keeps.
    Ask {
        incident: IncidentId,
        id: CaseId,
        request: &'a Request,
    },
}

/// What became of it.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It was decided, and written or only tried.
    Done(Box<Attempt>, Standing),
    /// It was refused.
    Refused(Refused),
    /// The same request came before.
    Repeated(tsuho_store::Answer),
}

/// A case that is to be opened.
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    pub(crate) id: CaseId,
    pub(crate) number: u64,
    pub(crate) compiled: Arc<Compiled>,
}

/// Everything that a decision stands on.
#[derive(Debug)]
pub(crate) struct Party {
    pub(crate) installation: Arc<Installation>,
    pub(crate) id: IncidentId,
    pub(crate) incident: Option<LoadedIncident>,
    /// The cases of the incident, or the one for which it is opened.
    pub(crate) grounds: BTreeMap<CaseId, Ground>,
    pub(crate) opened: Vec<Opened>,
    pub(crate) incident_number: u64,
}

impl Party {
    fn members(&self) -> Members<'_> {
        self.grounds
            .iter()
            .map(|(id, ground)| (*id, member_of(ground)))
            .collect()
    }

    fn fresh(&self) -> Vec<Fresh<'_>> {
        self.opened
            .iter()
            .map(|opened| Fresh {
                id: opened.id,
                number: opened.number,
                context: self.installation.context(&opened.compiled),
                delivered: self.installation.delivery(&opened.compiled, None),
            })
            .collect()
    }

    /// Tells whether everything was read under one head of the system stream, which a command names.
    fn is_of_one_moment(&self) -> bool {
        let system = self.installation.system();
        self.grounds
            .values()
            .all(|ground| ground.installation.system() == system)
    }
}

fn member_of(ground: &Ground) -> Member<'_> {
    Member {
        case: &ground.case,
        context: ground.context(),
    }
}

impl Asked<'_> {
    fn asker(&self) -> &Asker {
        match self {
            Self::Open { opening, .. } => &opening.asker,
            Self::Add { opening, .. } => &opening.asker,
            Self::Record { request, .. } | Self::Ask { request, .. } => &request.asker,
        }
    }

    /// Returns the incident.
    pub(crate) const fn incident(&self) -> IncidentId {
        match self {
            Self::Open { id, .. } => *id,
            Self::Add { incident, .. }
            | Self::Record { incident, .. }
            | Self::Ask { incident, .. } => *incident,
        }
    }

    /// Returns what the stream begins with whose events answer the request.
    pub(crate) fn stream(&self) -> String {
        match self {
            Self::Open { .. } => incident::PREFIX.to_owned(),
            Self::Add { .. } => CASE_PREFIX.to_owned(),
            Self::Record { incident, .. } => incident_stream(*incident).to_string(),
            Self::Ask { id, .. } => case_stream(*id).to_string(),
        }
    }

    /// Returns the case whose events answer the request; none where the incident's do.
    pub(crate) const fn case(&self) -> Option<CaseId> {
        match self {
            Self::Open { .. } | Self::Record { .. } => None,
            Self::Add { id, .. } | Self::Ask { id, .. } => Some(*id),
        }
    }
}

impl Executor {
    /// Decides and writes on every stream at once, and again if somebody was faster on one of them.
    pub(crate) async fn decide_together(
        &self,
        asked: &Asked<'_>,
        how: &How,
    ) -> Result<Verdict, Error> {
        let (who, key) = (person(asked.asker()), how.key.as_ref());
        if let Some(answer) = self.answered(who, key).await? {
            return Ok(Verdict::Repeated(answer));
        }
        let stream = incident_stream(asked.incident());
        let mut patience = Patience::new(&stream);
        loop {
            let party = self.party(asked, how.mode).await?;
            if !party.is_of_one_moment() {
                patience.lose()?;
                continue;
            }
            let (request, decided) = self.decide_for(&party, asked).await?;
            let written = match decided {
                Ok(written) => written,
                Err(Refused {
                    case: Some(case),
                    rejection: Rejection::CatchUpFirst { .. },
                }) if how.mode == Mode::Write => {
                    // What fell due on one of them is more than one decision handles: the clock writes it first (Z2).
                    let wake = wake(self.new_command());
                    Box::pin(self.carry_out(case, &wake, &How::default())).await?;
                    patience.precede()?;
                    continue;
                }
                Err(refused) => return Ok(Verdict::Refused(refused)),
            };
            let attempt = Box::new(Attempt::new(party, written, asked.case(), request.command));
            if attempt.is_empty() {
                return Ok(Verdict::Done(attempt, Standing::Nothing));
            }
            if how.mode == Mode::DryRun {
                return Ok(Verdict::Done(attempt, Standing::Tried));
            }
            let (mut command, loaded) = self.seal_together(&attempt)?;
            command.request = request_row(who, key, request.command);
            match self.commit(command).await? {
                Fate::Written(first) => {
                    for one in loaded {
                        self.cases.put(one);
                    }
                    return Ok(Verdict::Done(attempt, Standing::Written { first }));
                }
                Fate::Repeated(answer) => return Ok(Verdict::Repeated(answer)),
                Fate::Again => patience.lose()?,
            }
        }
    }

    /// Loads everything that the decision stands on.
    async fn party(&self, asked: &Asked<'_>, mode: Mode) -> Result<Party, Error> {
        let (id, incident) = match *asked {
            Asked::Open { id, .. } => (id, None),
            Asked::Add { incident, .. }
            | Asked::Record { incident, .. }
            | Asked::Ask { incident, .. } => (incident, Some(self.load_incident(incident).await?)),
        };
        let cases: Vec<CaseId> = match (asked, &incident) {
            (Asked::Open { opening, .. }, _) => opening.taken.into_iter().collect(),
            (_, Some(loaded)) => loaded
                .incident
                .cases()
                .iter()
                .map(|link| link.case)
                .collect(),
            (_, None) => Vec::new(),
        };
        let mut grounds = BTreeMap::new();
        for case in cases {
            grounds.insert(case, self.ready(case, mode).await?);
        }
        let installation = self.installation().await?;
        let ledger = self.store.ledger().await?;
        let wanted: Vec<_> = match *asked {
            Asked::Open { opening, .. } => opening
                .workflows
                .iter()
                .map(|(name, version)| (self.new_case(), name, *version))
                .collect(),
            Asked::Add { id, opening, .. } => vec![(id, &opening.workflow, opening.version)],
            Asked::Record { .. } | Asked::Ask { .. } => Vec::new(),
        };
        let mut opened = Vec::with_capacity(wanted.len());
        for (number, (id, name, version)) in (ledger.next_case_number..).zip(wanted) {
            let digest = published(&installation.people, name, version)?;
            opened.push(Opened {
                id,
                number,
                compiled: self.compiled(digest).await?,
            });
        }
        Ok(Party {
            installation,
            id,
            incident,
            grounds,
            opened,
            incident_number: ledger.next_incident_number,
        })
    }

    /// Returns a case, once it was given what the operator knows: that goes before anything else (A2).
    async fn ready(&self, id: CaseId, mode: Mode) -> Result<Ground, Error> {
        let mut ground = self.ground(id).await?;
        if ground.delivery(|| self.new_command()).is_none() {
            return Ok(ground);
        }
        let wake = wake(self.new_command());
        match mode {
            Mode::Write => {
                Box::pin(self.carry_out(id, &wake, &How::default())).await?;
                ground = self.ground(id).await?;
            }
            // What would be written before is folded and left at that. A refusal is met again by the decision itself.
            Mode::DryRun => {
                if let Ok((Place::Before, draft)) = self.decide_next(&ground, &wake) {
                    ground.stand_at(draft);
                }
            }
        }
        Ok(ground)
    }

    /// Lets core decide.
    async fn decide_for(
        &self,
        party: &Party,
        asked: &Asked<'_>,
    ) -> Result<(Request, Result<incident::Written, Refused>), Error> {
        let now = self.now();
        let members = party.members();
        let of = party.incident.as_ref().map(|loaded| &loaded.incident);
        match *asked {
            Asked::Open { id, opening } => {
                let request = Request {
                    command: opening.command,
                    asker: opening.asker.clone(),
                    occurred_at: opening.occurred_at,
                    reason: opening.reason.clone(),
                    seen: None,
                    content: Content::Record {
                        facts: opening.facts.clone(),
                    },
                };
                let events = match opening.taken {
                    Some(case) => self.case_events(case).await?,
                    None => Vec::new(),
                };
                let taken = opening.taken.and_then(|case| party.grounds.get(&case));
                let opening = incident::Opening {
                    id,
                    number: party.incident_number,
                    title: opening.title.clone(),
                    taken: taken.map(|ground| Taken {
                        member: member_of(ground),
                        events: &events,
                    }),
                    fresh: party.fresh(),
                };
                let decided = incident::open(&opening, &request, now);
                Ok((request, decided))
            }
            Asked::Add { opening, .. } => {
                let request = Request {
                    command: opening.command,
                    asker: opening.asker.clone(),
                    occurred_at: opening.occurred_at,
                    reason: opening.reason.clone(),
                    seen: None,
                    content: Content::Wake,
                };
                let fresh = party.fresh();
                let decided = match (of, fresh.first()) {
                    (Some(of), Some(fresh)) => incident::add(of, &members, fresh, &request, now),
                    _ => Err(Rejection::Nothing {}.into()),
                };
                Ok((request, decided))
            }
            Asked::Record { request, .. } => {
                let nothing = || Err(Rejection::Nothing {}.into());
                let decided =
                    of.map_or_else(nothing, |of| incident::record(of, &members, request, now));
                Ok((request.clone(), decided))
            }
            Asked::Ask { id, request, .. } => {
                let nothing = || Err(Rejection::Nothing {}.into());
                let decided = of.map_or_else(nothing, |of| {
                    incident::ask(of, &members, (id, request), now)
                });
                Ok((request.clone(), decided))
            }
        }
    }
}
