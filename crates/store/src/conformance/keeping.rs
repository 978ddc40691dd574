//! Promises that hold even for somebody who has the database's password.
//!
//! Every statement goes past the store, straight to the database.

use tsuho_ledger::Digest;

use crate::conformance::sample::{append, command, request, stream, win};
use crate::conformance::{Backend, Breach, Installation, same};
use crate::{Calendar, Command, Expected, Kind, Limit, Position, StreamName, Workflow};

/// Fills an installation with two events, a request, a file, a workflow and a calendar.
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
    win(
        store,
        command(vec![append(&stream("case/one"), Expected::New, 1, "x")]),
    )
    .await?;
    Ok(installation)
}

/// Runs statements that the database must refuse.
async fn refused(
    installation: &dyn Installation,
    statements: &[&'static str],
) -> Result<(), Breach> {
    for statement in statements {
        if installation.tamper(statement).await.is_ok() {
            return Err(Breach(format!("the database accepted `{statement}`")));
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
    let statements = [
        "update events set header = header where position = 1",
        "delete from events where position = 1",
        "delete from events",
        // Another event in the place of one, which a database may do without calling it a deletion.
        "insert or replace into events select position, stream, seq, header, hash from events where position = 1",
        "insert or replace into events select 2, stream, seq, header, hash from events where position = 1",
        // A gap in the ledger, and one in a stream.
        "insert into events select 7, stream, seq + 1, header, hash from events where position = 1",
        "insert into events select 2, stream, seq + 2, header, hash from events where position = 1",
    ];
    refused(installation.as_ref(), &statements).await?;
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
    let statements = [
        "update parts set bytes = bytes where position = 0",
        "delete from parts where position = 0",
        "insert or replace into parts select * from parts where position = 0",
        "insert into parts select 99, class, salt, bytes from parts where position = 1",
        "insert into erasures values (0, 'personal', 99)",
    ];
    refused(installation.as_ref(), &statements).await?;
    let erase = [
        "insert into erasures values (0, 'personal', 1)",
        "delete from parts where position = 0 and class = 'personal'",
    ];
    for statement in erase {
        installation.tamper(statement).await.map_err(Breach)?;
    }
    let statements = [
        "delete from parts where position = 0 and class = 'operational'",
        "delete from parts where position = 1",
        "insert into parts select 0, class, salt, bytes from parts where position = 1 and class = 'personal'",
        "update erasures set class = 'operational'",
        "delete from erasures",
        "insert or replace into erasures values (0, 'personal', 0)",
    ];
    refused(installation.as_ref(), &statements).await?;
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
    let statements = [
        "update requests set command = command",
        "delete from requests",
        "insert or replace into requests select * from requests",
        "update blobs set bytes = bytes",
        "delete from blobs",
        "insert or replace into blobs select * from blobs",
        "update workflows set source = source",
        "delete from workflows",
        "insert or replace into workflows select * from workflows",
        "update calendars set source = source",
        "delete from calendars",
        "insert or replace into calendars select * from calendars",
    ];
    refused(installation.as_ref(), &statements).await
}

pub(super) async fn the_ledger_never_runs_back(backend: &dyn Backend) -> Result<(), Breach> {
    let installation = filled(backend).await?;
    let statements = [
        "update ledger set size = 1",
        "update ledger set next_case_number = 0",
        "update ledger set kind = 'real', virtual_now = null",
        "update ledger set virtual_now = virtual_now - 1",
        "update ledger set created_at = created_at + 1",
        "delete from ledger",
        "insert or replace into ledger select * from ledger",
    ];
    refused(installation.as_ref(), &statements).await
}
