//! Promises that hold even for somebody who has the database's password.
//!
//! What they would do is in `crates/store/src/conformance/tampering.rs`.

use tsuho_ledger::Digest;

use crate::conformance::sample::{append, command, request, stream, win};
use crate::conformance::{Backend, Breach, Installation, Table, Tampering, same};
use crate::{Calendar, Command, Expected, Kind, Limit, Position, StreamName, Workflow};

/// Fills an installation with two events, a case number, a request, a file, a workflow and a calendar.
async fn filled(backend: &dyn Backend) -> Result<Box<dyn Installation>, Breach> {
    let installation = backend.create(Kind::Drill).await;
    let store = installation.store();
    store.put_blob(b"evidence").await?;
    let digest = Digest::of(b"definition");
    let publish = Command {
        request: Some(request("key", "body")),
        workflows: vec![Workflow {
            digest,
            name: "leak".to_owned(),
            version: "1".to_owned(),
            source: "workflow: leak".to_owned(),
            canonical: b"{}".to_vec(),
        }],
        calendars: vec![Calendar {
            digest,
            name: "jp".to_owned(),
            version: "2026".to_owned(),
            source: "calendar: jp".to_owned(),
        }],
        ..command(vec![append(
            &StreamName::system(),
            Expected::New,
            1,
            "published",
        )])
    };
    win(store, publish).await?;
    let open = Command {
        case_numbers: vec![1],
        ..command(vec![append(&stream("case/one"), Expected::New, 1, "x")])
    };
    win(store, open).await?;
    Ok(installation)
}

/// Does what the database must refuse.
async fn refused(installation: &dyn Installation, attempts: &[Tampering]) -> Result<(), Breach> {
    for attempt in attempts {
        if installation.tamper(*attempt).await.is_ok() {
            return Err(Breach(format!("the database accepted {attempt:?}")));
        }
    }
    Ok(())
}

pub(super) async fn events_are_never_changed_or_removed(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = filled(backend).await?;
    let before = installation
        .store()
        .ledger_records(Position(0), Limit::MAX)
        .await?;
    let attempts = [
        Tampering::Change(Table::Events),
        Tampering::Remove(Table::Events),
        Tampering::Replace(Table::Events),
        Tampering::ReplaceInStream,
        Tampering::SkipPosition,
        Tampering::SkipSeq,
        Tampering::BeginTwice,
        Tampering::RenameStream,
        Tampering::RemoveStream,
    ];
    refused(installation.as_ref(), &attempts).await?;
    let after = installation
        .store()
        .ledger_records(Position(0), Limit::MAX)
        .await?;
    same!(after, before, "events");
    Ok(())
}

pub(super) async fn a_part_goes_only_where_an_erasure_names_it(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = filled(backend).await?;
    let attempts = [
        Tampering::Change(Table::Parts),
        Tampering::Remove(Table::Parts),
        Tampering::Replace(Table::Parts),
        Tampering::AddPartWithoutEvent,
        Tampering::NameErasureBy(Position(99)),
    ];
    refused(installation.as_ref(), &attempts).await?;
    for lawful in [
        Tampering::NameErasureBy(Position(1)),
        Tampering::RemoveErasedPart,
    ] {
        installation.tamper(lawful).await.map_err(Breach)?;
    }
    let attempts = [
        Tampering::Remove(Table::Parts),
        Tampering::RestoreErasedPart,
        Tampering::Change(Table::Erasures),
        Tampering::Remove(Table::Erasures),
        Tampering::Replace(Table::Erasures),
    ];
    refused(installation.as_ref(), &attempts).await?;
    let stored = installation
        .store()
        .ledger_records(Position(0), Limit::MAX)
        .await?;
    let shape: Vec<_> = stored
        .iter()
        .map(|record| (record.parts.len(), record.erased.len()))
        .collect();
    same!(shape, [(1, 1), (2, 0)], "parts and erasures of each record");
    for record in stored {
        record.open()?;
    }
    Ok(())
}

pub(super) async fn requests_files_and_definitions_are_never_changed_or_removed(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = filled(backend).await?;
    for table in [
        Table::Requests,
        Table::Blobs,
        Table::Workflows,
        Table::Calendars,
    ] {
        let attempts = [
            Tampering::Change(table),
            Tampering::Remove(table),
            Tampering::Replace(table),
        ];
        refused(installation.as_ref(), &attempts).await?;
    }
    Ok(())
}

pub(super) async fn the_ledger_never_runs_back(backend: &dyn Backend) -> Result<(), Breach> {
    let installation = filled(backend).await?;
    let attempts = [
        Tampering::ShrinkLedger,
        Tampering::ReuseCaseNumber,
        Tampering::MakeDrillReal,
        Tampering::TurnBackPresent,
        Tampering::MoveCreation,
        Tampering::Remove(Table::Ledger),
        Tampering::Replace(Table::Ledger),
    ];
    refused(installation.as_ref(), &attempts).await
}
