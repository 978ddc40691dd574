//! Reads a stream's records, checks that each follows the one before, and hands on the events.
//! What the events of a case come to is said by `evolve`.

use tsuho_core::case::event::{Body, EventBody};
use tsuho_core::case::{Case, Event, evolve, open, record};
use tsuho_core::ids::CaseId;
use tsuho_ledger::Chain;
use tsuho_store::{Expected, Limit, Store, StoredRecord, StreamName};

use crate::Error;

/// Reads what a stream holds behind the end of a chain, in pages, and gives each event to `fold`.
pub(crate) async fn follow<B: EventBody + Send>(
    store: &dyn Store,
    stream: &StreamName,
    chain: &mut Chain,
    mut fold: impl FnMut(Event<B>) -> Result<(), Error> + Send,
) -> Result<(), Error> {
    loop {
        let page = store
            .stream_records(stream, chain.length(), Limit::MAX)
            .await?;
        let is_last = page.len() < usize::try_from(Limit::MAX.get()).unwrap_or(usize::MAX);
        take(page, chain, &mut fold)?;
        if is_last {
            return Ok(());
        }
    }
}

/// Gives the events of a page that was read to `fold`.
pub(crate) fn take<B: EventBody>(
    page: Vec<StoredRecord>,
    chain: &mut Chain,
    fold: &mut impl FnMut(Event<B>) -> Result<(), Error>,
) -> Result<(), Error> {
    for stored in page {
        let placed = stored.open()?;
        chain.follow(&placed.record)?;
        fold(record::read(&placed.record)?)?;
    }
    Ok(())
}

/// Folds the next event of a case; the first has to be its opening.
pub(crate) fn fold_next(
    id: CaseId,
    case: Option<Case>,
    event: &Event<Body>,
) -> Result<Case, Error> {
    match case {
        None => open(id, event).ok_or(Error::NotOpened { case: id }),
        Some(case) => Ok(evolve(case, event)),
    }
}

/// Returns the head that a commit compares, for a stream that was read up to the end of a chain.
pub(crate) fn expected(chain: &Chain) -> Expected {
    match chain.length() {
        0 => Expected::New,
        version => Expected::At {
            version,
            digest: chain.head(),
        },
    }
}
