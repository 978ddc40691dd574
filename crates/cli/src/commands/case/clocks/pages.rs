//! Lists the clocks of all cases page by page: those that run by due instant as the view has them, those that have ended by
//! case, then open cases by number with what is owed in them and has no clock. Only the cases of a page are read; the order
//! within it is the parent's.

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use std::str::FromStr;

use tsuho_core::ids::CaseId;
use tsuho_core::time::Timestamp;
use tsuho_ledger::Moment;
use tsuho_store::{CaseFilter, ClockFilter, ClockPlace, ClockRow, Limit, Openness, Run};

use super::{Arguments, Shown, Stand, Without, without};
use crate::asking::{self, CaseRef};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::session::Session;

/// What one list shows.
pub(super) struct Listed {
    pub(super) shown: Vec<Shown>,
    pub(super) without: Vec<Without>,
    /// Behind which place there is more.
    pub(super) next: Option<Place>,
}

/// Where a list ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// With a clock: `2023-11-15T15:00:00.000000Z/2/detailed_report@jp-mic-kanto`, or `none/2/...` without a date.
    Clock {
        due: Option<Timestamp>,
        number: u64,
        duty: String,
    },
    /// With a clock that has ended: `ended/2/first_report@jp-mic-kanto`.
    Ended { number: u64, duty: String },
    /// With a case that was looked into for what has no clock: `without/2`.
    Without(u64),
}

/// How many open cases are looked into at most for what has no clock: whether anything is owed stands in no view.
const LOOKED_INTO: usize = 500;

/// How many cases are read together: no more than are kept.
const AT_ONCE: usize = 64;

/// How a date that is not there is written in a place.
const NO_DATE: &str = "none";

/// How the place of a clock that has ended begins.
const ENDED: &str = "ended";

/// How the place of a case is written.
const WITHOUT: &str = "without";

impl Place {
    /// Says what follows behind it.
    pub(super) fn more(&self) -> Message {
        let key = match self {
            Self::Clock { .. } | Self::Ended { .. } => "clocks.more",
            Self::Without(_) => "clocks.more_without",
        };
        Message::new(key).with("after", self.to_string())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clock {
                due: Some(due),
                number,
                duty,
            } => write!(f, "{due}/{number}/{duty}"),
            Self::Clock {
                due: None,
                number,
                duty,
            } => write!(f, "{NO_DATE}/{number}/{duty}"),
            Self::Ended { number, duty } => write!(f, "{ENDED}/{number}/{duty}"),
            Self::Without(number) => write!(f, "{WITHOUT}/{number}"),
        }
    }
}

impl FromStr for Place {
    type Err = Message;

    fn from_str(text: &str) -> std::result::Result<Self, Message> {
        let read = || {
            let (first, rest) = text.split_once('/')?;
            if first == WITHOUT {
                return rest.parse().ok().map(Self::Without);
            }
            let (number, duty) = rest.split_once('/')?;
            let (number, duty) = (number.parse().ok()?, duty.to_owned());
            if first == ENDED {
                return Some(Self::Ended { number, duty });
            }
            let due = match first {
                NO_DATE => None,
                date => Some(Timestamp::from(date.parse::<Moment>().ok()?)),
            };
            Some(Self::Clock { due, number, duty })
        };
        read().ok_or_else(|| Message::new("clocks.no-place").with("text", text))
    }
}

/// Returns the page of clocks that is asked for.
pub(super) async fn page(session: &Session, arguments: &Arguments) -> Result<Listed> {
    let after = arguments.after.as_deref().map(str::parse);
    let after = after
        .transpose()
        .map_err(|problem| Failure::new(Exit::Usage, problem))?;
    let most = arguments.limit as usize;
    let mut listed = Listed {
        shown: Vec::new(),
        without: Vec::new(),
        next: None,
    };
    let from = match after {
        Some(Place::Without(number)) => number,
        Some(Place::Clock { due, number, duty }) => {
            let place = ClockPlace::Running {
                due_at: due.map(Timestamp::moment),
                case_id: case_id(session, number).await?,
                duty,
            };
            clocks(session, arguments, (Some(place), &mut listed)).await?;
            0
        }
        Some(Place::Ended { number, duty }) => {
            let case_id = case_id(session, number).await?;
            let place = ClockPlace::Ended { case_id, duty };
            clocks(session, arguments, (Some(place), &mut listed)).await?;
            0
        }
        None => {
            clocks(session, arguments, (None, &mut listed)).await?;
            0
        }
    };
    if listed.next.is_none() {
        without_clock(session, (from, most), &mut listed).await?;
    }
    Ok(listed)
}

/// Finds the case that a place names.
async fn case_id(session: &Session, number: u64) -> Result<String> {
    let Some((id, _)) = asking::find(session, CaseRef::Number(number)).await? else {
        let refusal = asking::Refusal::unknown_case(&number.to_string());
        return Err(Failure::new(refusal.exit, refusal.message));
    };
    Ok(id.to_string())
}

/// Lists clocks behind a place.
async fn clocks(
    session: &Session,
    arguments: &Arguments,
    (after, listed): (Option<ClockPlace>, &mut Listed),
) -> Result<()> {
    let filter = ClockFilter {
        run: if arguments.all { Run::Any } else { Run::Runs },
        ..ClockFilter::default()
    };
    let store = session.executor().store();
    // One more than is shown tells whether there are more.
    let limit = Limit::new(arguments.limit + 1);
    let rows = store.clocks(&filter, after.as_ref(), limit).await;
    let mut rows = rows.map_err(|error| session.failed(error.into()))?;
    let most = arguments.limit as usize;
    let are_more = rows.len() > most;
    rows.truncate(most);
    let mut stands: BTreeMap<CaseId, Rc<Stand>> = BTreeMap::new();
    for some in rows.chunks(AT_ONCE) {
        let ids = some
            .iter()
            .map(|row| id_of(session, "clocks", &row.case_id));
        let ids = ids.collect::<Result<Vec<CaseId>>>()?;
        let unread = ids.iter().filter(|id| !stands.contains_key(id));
        let unread: Vec<CaseId> = unread.copied().collect();
        session.executor().warm(unread).await;
        for (row, id) in some.iter().zip(ids) {
            let stand = if let Some(stand) = stands.get(&id) {
                stand.clone()
            } else {
                let stand = Rc::new(Stand::of(session, id).await?);
                stands.insert(id, stand.clone());
                stand
            };
            listed.shown.push(shown(session, row, stand)?);
        }
    }
    if let (true, Some(row), Some(last)) = (are_more, rows.last(), listed.shown.last()) {
        let (number, duty) = (last.stand.case.number, row.duty.clone());
        listed.next = Some(match row.place() {
            ClockPlace::Running { due_at, .. } => Place::Clock {
                due: due_at.map(Timestamp::from),
                number,
                duty,
            },
            ClockPlace::Ended { .. } => Place::Ended { number, duty },
        });
    }
    Ok(())
}

fn shown(session: &Session, row: &ClockRow, stand: Rc<Stand>) -> Result<Shown> {
    let duty = row.duty.parse();
    let duty = duty.map_err(|_| tsuho_store::Error::corrupt("clocks", "duty", &row.duty));
    let duty = duty.map_err(|error| session.failed(error.into()))?;
    Ok(Shown { stand, duty })
}

/// Lists the open cases behind a number in which something is owed and has no clock, as many as there is room for: a list
/// of clocks alone would not show them.
async fn without_clock(
    session: &Session,
    (mut after, most): (u64, usize),
    listed: &mut Listed,
) -> Result<()> {
    let filter = CaseFilter {
        openness: Some(Openness::Open),
        ..CaseFilter::default()
    };
    let limit = u32::try_from(LOOKED_INTO + 1).unwrap_or(u32::MAX);
    let store = session.executor().store();
    let rows = store.cases(&filter, Some(after), Limit::new(limit)).await;
    let rows = rows.map_err(|error| session.failed(error.into()))?;
    let are_more = rows.len() > LOOKED_INTO;
    let mut room = most.saturating_sub(listed.shown.len());
    for some in rows[..rows.len().min(LOOKED_INTO)].chunks(AT_ONCE) {
        let ids = some.iter().map(|row| id_of(session, "cases", &row.case_id));
        let ids = ids.collect::<Result<Vec<CaseId>>>()?;
        session.executor().warm(ids.iter().copied()).await;
        for (row, id) in some.iter().zip(ids) {
            let found = without(&Rc::new(Stand::of(session, id).await?));
            if let Some((stand, waiting)) = found {
                // A case is never parted, so that the first of a page is shown however much is owed in it.
                let is_first = listed.shown.is_empty() && listed.without.is_empty();
                if waiting.len() > room && !is_first {
                    listed.next = Some(Place::Without(after));
                    return Ok(());
                }
                room = room.saturating_sub(waiting.len());
                listed.without.push((stand, waiting));
            }
            after = row.number;
        }
    }
    listed.next = are_more.then_some(Place::Without(after));
    Ok(())
}

fn id_of(session: &Session, view: &'static str, text: &str) -> Result<CaseId> {
    let id = text.parse();
    let id = id.map_err(|_| tsuho_store::Error::corrupt(view, "case_id", &text));
    id.map_err(|error| session.failed(error.into()))
}
