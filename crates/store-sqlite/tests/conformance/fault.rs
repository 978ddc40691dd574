//! The faults that are planted, for the suite to find.
//! A fault that no promise breaks over would be a hole in the suite, not in a store. How they are planted is in
//! `faulty.rs`.

/// What is wrong with a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Appends to whatever head there is.
    HeadsUncompared,
    /// Reports a lost command as committed.
    LossesHidden,
    /// Writes the appends of a command one by one.
    CommandsTornApart,
    /// Forgets request rows.
    RequestsForgotten,
    /// Takes a repeated request for a reused key, by changing its digest.
    RequestDigestsIgnored,
    /// Takes any system head for the right one.
    SystemHeadUncompared,
    /// Takes any head of a stream that was only read for the right one.
    ReadHeadsUncompared,
    /// Gives a case whatever number is next.
    CaseNumbersUncompared,
    /// Gives an incident whatever number is next.
    IncidentNumbersUncompared,
    /// Points every request row at the first append.
    AnswersMisplaced,
    /// Ends a listing of incidents after its first page.
    IncidentsCutShort,
    /// Lists clocks by due instant, whether or not they run.
    ClocksMixed,
    /// Ends a listing of clocks after the first page of those that have ended.
    EndedClocksCutShort,
    /// Leaves the clocks of a case as they were.
    ClocksKept,
    /// Forgets snapshots.
    SnapshotsForgotten,
    /// Leaves the first snapshot of a stream where it is.
    SnapshotsKept,
    /// Changes a byte of a snapshot.
    SnapshotsChanged,
    /// Forgets when a stream has to be woken.
    WakeUpsForgotten,
    /// Counts no revision.
    RevisionsUncounted,
    /// Lists due streams in any order.
    DueStreamsUnordered,
    /// Begins a page of records one too late.
    PagesOneOff,
    /// Ends a listing of cases after its first page.
    CasesCutShort,
    /// Changes a byte of a file.
    FilesChanged,
    /// Lets a drill's time run back unseen.
    PresentUnchecked,
    /// Takes a lease also where somebody else holds it.
    LeasesShared,
    /// Never lets a lease end.
    LeasesEndless,
    /// Counts every tenure of a lease as the first.
    EpochsUncounted,
    /// Renews a lease that was lost.
    LossesOfLeasesHidden,
    /// Keeps a lease that is given back.
    ReleasesForgotten,
    /// Begins a page of due streams at the first.
    DueStreamsRepeated,
    /// Misses the trigger of this name.
    TriggerMissing(&'static str),
}

/// Every fault that is planted.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::HeadsUncompared,
    Fault::LossesHidden,
    Fault::CommandsTornApart,
    Fault::RequestsForgotten,
    Fault::RequestDigestsIgnored,
    Fault::SystemHeadUncompared,
    Fault::ReadHeadsUncompared,
    Fault::CaseNumbersUncompared,
    Fault::IncidentNumbersUncompared,
    Fault::AnswersMisplaced,
    Fault::IncidentsCutShort,
    Fault::ClocksMixed,
    Fault::EndedClocksCutShort,
    Fault::ClocksKept,
    Fault::SnapshotsForgotten,
    Fault::SnapshotsKept,
    Fault::SnapshotsChanged,
    Fault::WakeUpsForgotten,
    Fault::RevisionsUncounted,
    Fault::DueStreamsUnordered,
    Fault::PagesOneOff,
    Fault::CasesCutShort,
    Fault::FilesChanged,
    Fault::PresentUnchecked,
    Fault::LeasesShared,
    Fault::LeasesEndless,
    Fault::EpochsUncounted,
    Fault::LossesOfLeasesHidden,
    Fault::ReleasesForgotten,
    Fault::DueStreamsRepeated,
    Fault::TriggerMissing("streams_keep"),
    Fault::TriggerMissing("streams_stay"),
    Fault::TriggerMissing("events_follow"),
    Fault::TriggerMissing("events_keep"),
    Fault::TriggerMissing("events_stay"),
    Fault::TriggerMissing("parts_once"),
    Fault::TriggerMissing("parts_keep"),
    Fault::TriggerMissing("parts_stay"),
    Fault::TriggerMissing("erasures_once"),
    Fault::TriggerMissing("erasures_keep"),
    Fault::TriggerMissing("erasures_stay"),
    Fault::TriggerMissing("requests_once"),
    Fault::TriggerMissing("requests_keep"),
    Fault::TriggerMissing("requests_stay"),
    Fault::TriggerMissing("blobs_once"),
    Fault::TriggerMissing("blobs_keep"),
    Fault::TriggerMissing("blobs_stay"),
    Fault::TriggerMissing("workflows_once"),
    Fault::TriggerMissing("workflows_keep"),
    Fault::TriggerMissing("workflows_stay"),
    Fault::TriggerMissing("calendars_once"),
    Fault::TriggerMissing("calendars_keep"),
    Fault::TriggerMissing("calendars_stay"),
    Fault::TriggerMissing("ledger_once"),
    Fault::TriggerMissing("ledger_forward"),
    Fault::TriggerMissing("ledger_stay"),
];
