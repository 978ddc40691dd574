//! Stores with one fault each, for the suite to find.
//! Which faults there are is in `fault.rs`.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tsuho_ledger::{Digest, Moment, Record};
use tsuho_store::conformance::{Backend, Installation, Tampering};
use tsuho_store::{
    Answer, Append, Batch, Calendar, CaseFilter, CaseKey, CaseRow, Claim, Claimed, ClockFilter,
    ClockPlace, ClockRow, Command, DefinitionKey, DefinitionRef, Error, Expected, IncidentKey,
    IncidentRow, Kind, LedgerState, Limit, Outcome, Position, Renewal, RequestKey, Snapshot, Store,
    StoredRecord, StreamHead, StreamName, Tenure, Workflow,
};
use tsuho_store_sqlite::SqliteStore;

use crate::fault::Fault;
use crate::sqlite::OneFile;

/// Makes SQLite installations with one fault.
pub(crate) struct Faulty {
    pub(crate) fault: Fault,
}

/// A file whose store has a fault.
struct FaultyFile {
    store: FaultyStore,
    file: OneFile,
}

/// A store in front of a sound one.
#[derive(Debug)]
struct FaultyStore {
    sound: Arc<SqliteStore>,
    fault: Fault,
}

#[async_trait]
impl Backend for Faulty {
    async fn create(&self, kind: Kind) -> Box<dyn Installation> {
        let file = OneFile::create(kind).await;
        if let Fault::TriggerMissing(name) = self.fault {
            file.execute(format!("drop trigger {name}"))
                .await
                .expect("the trigger is there to be dropped");
        }
        Box::new(FaultyFile {
            store: FaultyStore {
                sound: file.store.clone(),
                fault: self.fault,
            },
            file,
        })
    }
}

#[async_trait]
impl Installation for FaultyFile {
    fn store(&self) -> &dyn Store {
        &self.store
    }

    async fn second(&self) -> Arc<dyn Store> {
        self.file.second().await
    }

    async fn tamper(&self, tampering: Tampering) -> Result<(), String> {
        self.file.tamper(tampering).await
    }
}

impl FaultyStore {
    /// Returns the batches that the fault makes of one.
    async fn batches(&self, batch: &Batch) -> Result<Vec<Batch>, Error> {
        let mut commands = batch.commands().to_vec();
        for command in &mut commands {
            match self.fault {
                Fault::HeadsUncompared => {
                    for append in &mut command.appends {
                        let head = self.sound.head(append.stream()).await?;
                        *append = moved(append, head);
                    }
                }
                Fault::RequestsForgotten => command.request = None,
                Fault::RequestDigestsIgnored => {
                    if let Some(request) = &mut command.request {
                        request.digest = Digest::ZERO;
                    }
                }
                Fault::SystemHeadUncompared => command.system = None,
                Fault::ReadHeadsUncompared => command.read.clear(),
                Fault::CaseNumbersUncompared => {
                    let next = self.sound.ledger().await?.next_case_number;
                    let opened = command.case_numbers.len();
                    command.case_numbers = (next..).take(opened).collect();
                }
                Fault::IncidentNumbersUncompared => {
                    let next = self.sound.ledger().await?.next_incident_number;
                    command.incident_number = command.incident_number.map(|_| next);
                }
                Fault::AnswersMisplaced => command.answered_by = 0,
                Fault::SnapshotsForgotten => command.snapshots.clear(),
                Fault::SnapshotsKept => {
                    for append in &command.appends {
                        if self.sound.snapshot(append.stream()).await?.is_some() {
                            command.snapshots.clear();
                        }
                    }
                }
                Fault::ClocksKept => command.clocks.clear(),
                Fault::WakeUpsForgotten => {
                    command
                        .appends
                        .iter_mut()
                        .for_each(|append| append.wake_at = None);
                }
                Fault::RevisionsUncounted => {
                    command
                        .appends
                        .iter_mut()
                        .for_each(|append| append.revisions = 0);
                }
                _ => {}
            }
        }
        if self.fault == Fault::CommandsTornApart {
            let torn = commands.into_iter().flat_map(|command| {
                command.appends.into_iter().map(|append| Command {
                    appends: vec![append],
                    ..Command::default()
                })
            });
            return Ok(torn
                .map(|command| Batch::new(vec![command]).expect("one append"))
                .collect());
        }
        Ok(vec![
            Batch::new(commands).expect("as many commands as before"),
        ])
    }
}

/// Returns the same records at the end of a stream, wherever that is.
fn moved(append: &Append, head: Option<StreamHead>) -> Append {
    let expected = head.map_or(Expected::New, |head| Expected::At {
        version: head.version,
        digest: head.digest,
    });
    let mut prev = expected.digest().copied().unwrap_or(Digest::ZERO);
    let records = (expected.version()..)
        .zip(append.records())
        .map(|(seq, record)| {
            let mut header = record.header().clone();
            (header.seq, header.prev) = (seq, prev);
            let record = Record::seal(header, record.parts().to_vec()).expect("sealed before");
            prev = record.hash();
            record
        })
        .collect();
    let mut moved = Append::new(append.stream().clone(), expected, records).expect("chained again");
    (moved.revisions, moved.wake_at) = (append.revisions, append.wake_at);
    moved
}

#[async_trait]
impl Store for FaultyStore {
    async fn commit(&self, batch: &Batch) -> Result<Vec<Outcome>, Error> {
        let count = batch.commands().len();
        let mut outcomes = Vec::new();
        for batch in self.batches(batch).await? {
            outcomes.extend(self.sound.commit(&batch).await?);
        }
        if self.fault == Fault::LossesHidden {
            for outcome in &mut outcomes {
                if matches!(outcome, Outcome::Lost(_)) {
                    *outcome = Outcome::Committed {
                        positions: vec![Position(0)],
                    };
                }
            }
        }
        // A torn command reports what became of its last append.
        let surplus = outcomes.len().saturating_sub(count);
        Ok(outcomes.split_off(surplus))
    }

    async fn put_blob(&self, bytes: &[u8]) -> Result<Digest, Error> {
        self.sound.put_blob(bytes).await
    }

    async fn advance_virtual_now(&self, to: Moment) -> Result<(), Error> {
        match self.sound.advance_virtual_now(to).await {
            Err(Error::TimeRunsBack { .. }) if self.fault == Fault::PresentUnchecked => Ok(()),
            other => other,
        }
    }

    async fn take_lease(&self, claim: &Claim) -> Result<Claimed, Error> {
        let mut claim = claim.clone();
        if self.fault == Fault::LeasesEndless {
            claim.lasting += Duration::from_secs(1);
        }
        let claimed = self.sound.take_lease(&claim).await?;
        let (name, holder) = (claim.name, claim.holder);
        Ok(match claimed {
            Claimed::Held { .. } if self.fault == Fault::LeasesShared => {
                let epoch = 2;
                Claimed::Taken(Tenure {
                    name,
                    holder,
                    epoch,
                })
            }
            Claimed::Taken(tenure) if self.fault == Fault::EpochsUncounted => {
                Claimed::Taken(Tenure { epoch: 1, ..tenure })
            }
            claimed => claimed,
        })
    }

    async fn renew_lease(&self, tenure: &Tenure, lasting: Duration) -> Result<Renewal, Error> {
        match self.sound.renew_lease(tenure, lasting).await? {
            Renewal::Lost if self.fault == Fault::LossesOfLeasesHidden => Ok(Renewal::Renewed),
            renewal => Ok(renewal),
        }
    }

    async fn release_lease(&self, tenure: &Tenure) -> Result<(), Error> {
        if self.fault == Fault::ReleasesForgotten {
            return Ok(());
        }
        self.sound.release_lease(tenure).await
    }

    async fn ledger(&self) -> Result<LedgerState, Error> {
        self.sound.ledger().await
    }

    async fn head(&self, stream: &StreamName) -> Result<Option<StreamHead>, Error> {
        self.sound.head(stream).await
    }

    async fn streams(
        &self,
        after: Option<&StreamName>,
        limit: Limit,
    ) -> Result<Vec<(StreamName, StreamHead)>, Error> {
        self.sound.streams(after, limit).await
    }

    async fn due_streams(
        &self,
        at: Moment,
        after: Option<&(Moment, StreamName)>,
        limit: Limit,
    ) -> Result<Vec<(Moment, StreamName)>, Error> {
        let after = after.filter(|_| self.fault != Fault::DueStreamsRepeated);
        let mut due = self.sound.due_streams(at, after, limit).await?;
        if self.fault == Fault::DueStreamsUnordered {
            due.reverse();
        }
        Ok(due)
    }

    async fn stream_records(
        &self,
        stream: &StreamName,
        from: u64,
        limit: Limit,
    ) -> Result<Vec<StoredRecord>, Error> {
        let late = u64::from(self.fault == Fault::PagesOneOff && from > 0);
        self.sound.stream_records(stream, from + late, limit).await
    }

    async fn snapshot(&self, stream: &StreamName) -> Result<Option<Snapshot>, Error> {
        let mut snapshot = self.sound.snapshot(stream).await?;
        if let Some(snapshot) = &mut snapshot
            && self.fault == Fault::SnapshotsChanged
            && let Some(byte) = snapshot.bytes.last_mut()
        {
            *byte ^= 1;
        }
        Ok(snapshot)
    }

    async fn ledger_records(
        &self,
        from: Position,
        limit: Limit,
    ) -> Result<Vec<StoredRecord>, Error> {
        self.sound.ledger_records(from, limit).await
    }

    async fn case(&self, key: &CaseKey) -> Result<Option<CaseRow>, Error> {
        self.sound.case(key).await
    }

    async fn cases(
        &self,
        filter: &CaseFilter,
        after: Option<u64>,
        limit: Limit,
    ) -> Result<Vec<CaseRow>, Error> {
        if self.fault == Fault::CasesCutShort && after.is_some() {
            return Ok(Vec::new());
        }
        self.sound.cases(filter, after, limit).await
    }

    async fn incident(&self, key: &IncidentKey) -> Result<Option<IncidentRow>, Error> {
        self.sound.incident(key).await
    }

    async fn incidents(&self, after: Option<u64>, limit: Limit) -> Result<Vec<IncidentRow>, Error> {
        if self.fault == Fault::IncidentsCutShort && after.is_some() {
            return Ok(Vec::new());
        }
        self.sound.incidents(after, limit).await
    }

    async fn clocks(
        &self,
        filter: &ClockFilter,
        after: Option<&ClockPlace>,
        limit: Limit,
    ) -> Result<Vec<ClockRow>, Error> {
        let is_behind_ended = matches!(after, Some(ClockPlace::Ended { .. }));
        if self.fault == Fault::EndedClocksCutShort && is_behind_ended {
            return Ok(Vec::new());
        }
        let mut clocks = self.sound.clocks(filter, after, limit).await?;
        if self.fault == Fault::ClocksMixed {
            clocks.sort_by_key(|row| (row.due_at.is_none(), row.due_at));
        }
        Ok(clocks)
    }

    async fn request(&self, key: &RequestKey) -> Result<Option<Answer>, Error> {
        self.sound.request(key).await
    }

    async fn blob(&self, digest: &Digest) -> Result<Option<Vec<u8>>, Error> {
        let mut bytes = self.sound.blob(digest).await?;
        if self.fault == Fault::FilesChanged
            && let Some(first) = bytes.iter_mut().flatten().next()
        {
            *first ^= 1;
        }
        Ok(bytes)
    }

    async fn workflow(&self, which: &DefinitionRef) -> Result<Option<Workflow>, Error> {
        self.sound.workflow(which).await
    }

    async fn workflows(
        &self,
        after: Option<&DefinitionKey>,
        limit: Limit,
    ) -> Result<Vec<Workflow>, Error> {
        self.sound.workflows(after, limit).await
    }

    async fn calendar(&self, which: &DefinitionRef) -> Result<Option<Calendar>, Error> {
        self.sound.calendar(which).await
    }

    async fn calendars(
        &self,
        after: Option<&DefinitionKey>,
        limit: Limit,
    ) -> Result<Vec<Calendar>, Error> {
        self.sound.calendars(after, limit).await
    }
}
