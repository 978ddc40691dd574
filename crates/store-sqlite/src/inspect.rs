//! Reads everything that a file holds, row by row and unchecked, as it was at one moment: what an auditor begins with.
//!
//! Leaves saying what a cell holds to `crates/store-sqlite/src/row.rs`, and judging what was read to `tsuho-audit`. A table
//! that is not there, or lacks a column, has no rows to read; [`Inspection::schema`] says so.

mod names;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Sqlite, Transaction};
use tsuho_ledger::Digest;
use tsuho_store::{
    Calendar, Condition, Error, Extent, InspectedRecord, Limit, Readable, SchemaObject, StrayRow,
    StreamName, Workflow,
};

use self::names::Names;
use crate::batch_rows::integer;
use crate::cell;
use crate::failure::{Context, is_of_another_schema};
use crate::table::{self, Table};
use crate::{blob, condition, extent, open, row, schema};

/// Most rows without a record that are named: who has seen a thousand knows.
const MOST_STRAYS: u32 = 1000;

/// A database as it was when reading began, whatever is written meanwhile.
#[derive(Debug)]
pub struct Inspection {
    path: PathBuf,
    wait: Duration,
    pool: SqlitePool,
    snapshot: Transaction<'static, Sqlite>,
    /// The tables that are there, as tables: a view of the same name could take for ever to read.
    tables: BTreeSet<String>,
    names: Names,
}

impl Inspection {
    /// Begins to read the database at `path`. Nothing in it has to be sound but what makes it a database of ours: a
    /// ledger that disagrees with its events is for the auditor to find.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`], [`Error::NotOurs`], [`Error::Newer`], [`Error::Older`], and [`Error::Damaged`] if SQLite
    /// cannot read it.
    pub async fn open(path: &Path) -> Result<Self, Error> {
        let (pool, wait) = open::for_inspection(path).await?;
        let context = Context::new(path, wait);
        let failed = |error| context.failure(error);
        let mut snapshot = pool.begin().await.map_err(failed)?;
        let tables = schema::tables(&mut snapshot).await.map_err(failed)?;
        Ok(Self {
            path: path.to_owned(),
            wait,
            pool,
            snapshot,
            tables,
            names: Names::default(),
        })
    }

    /// Returns where the database is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Ends reading.
    pub async fn close(self) {
        // What only read has nothing to keep or to take back.
        drop(self.snapshot);
        self.pool.close().await;
    }

    /// Returns what the schema consists of, beside what the migrations make of an empty database.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub async fn schema(&mut self) -> Result<Vec<SchemaObject>, Error> {
        let context = Context::new(&self.path, self.wait);
        let found = schema::objects(&mut self.snapshot, context).await?;
        let expected = schema::made_afresh(open::SCHEMA_VERSION, context).await?;
        Ok(schema::side_by_side(expected, found))
    }

    /// Returns what SQLite itself finds wrong with pages, indexes and constraints.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub async fn damage(&mut self) -> Result<Vec<String>, Error> {
        let query = include_str!("../queries/inspect_pages.sql");
        self.broken(query, "integrity_check").await
    }

    /// Returns what SQLite itself finds wrong with pages and constraints, without holding indexes against their tables.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub async fn damage_at_a_glance(&mut self) -> Result<Vec<String>, Error> {
        let query = include_str!("../queries/inspect_pages_quickly.sql");
        self.broken(query, "quick_check").await
    }

    async fn broken(&mut self, query: &'static str, column: &str) -> Result<Vec<String>, Error> {
        let rows = sqlx::query(query)
            .fetch_all(&mut *self.snapshot)
            .await
            .map_err(|error| self.context().failure(error))?;
        let said = rows.iter().map(|row| cell::plain(row, column));
        Ok(said.filter(|text| text != "ok").collect())
    }

    /// Returns what can be held against what it should be without reading a record, each as it should be and as it is.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub async fn conditions(&mut self) -> Result<Vec<Condition>, Error> {
        let context = Context::new(&self.path, self.wait);
        condition::all(&mut self.snapshot, context, &self.tables).await
    }

    /// Returns how far the ledger goes.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or its ledger has no row.
    pub async fn extent(&mut self) -> Result<Extent, Error> {
        let context = Context::new(&self.path, self.wait);
        extent::of(&mut self.snapshot, context).await
    }

    /// Returns parts and erasures of records that are not there.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub async fn strays(&mut self) -> Result<Vec<StrayRow>, Error> {
        let query = sqlx::query(include_str!("../queries/inspect_strays.sql")).bind(MOST_STRAYS);
        let rows = query.fetch_all(&mut *self.snapshot).await;
        let rows = self.readable(rows)?;
        Ok(rows
            .iter()
            .map(|row| StrayRow {
                table: cell::plain(row, "table"),
                row: cell::key(row, &["position", "class"]),
            })
            .collect())
    }

    /// Returns rows of a table with their numbers, beginning with the number `from`.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub async fn rows<T>(
        &mut self,
        table: &Table<T>,
        from: i64,
        limit: Limit,
    ) -> Result<Vec<(i64, Readable<T>)>, Error> {
        if !self.tables.contains(table.name) {
            return Ok(Vec::new());
        }
        let query = sqlx::query(table.query).bind(from).bind(limit.get());
        let rows = query.fetch_all(&mut *self.snapshot).await;
        let rows = self.readable(rows)?;
        let read = |row| (cell::number(row, "row_number"), table.read(row));
        Ok(rows.iter().map(read).collect())
    }

    /// Returns records in the order of their rows, beginning with the row `from`.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub async fn records(
        &mut self,
        from: i64,
        limit: Limit,
    ) -> Result<Vec<InspectedRecord>, Error> {
        let events = self.rows(&table::EVENTS, from, limit).await?;
        let mut records = Vec::with_capacity(events.len());
        for (_, read) in events {
            let Ok((first, mut record)) = read else {
                continue;
            };
            if let Some(first) = first {
                let named = self.names.give(&mut self.snapshot, first, &mut record);
                let context = Context::new(&self.path, self.wait);
                named.await.map_err(|error| context.failure(error))?;
            }
            records.push(record);
        }
        self.with_parts(records).await
    }

    /// Returns the headers of a stretch of a stream, by their numbers, as far as they can be read.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub async fn headers(
        &mut self,
        stream: &StreamName,
        (first, last): (u64, u64),
        most: u32,
    ) -> Result<Vec<(u64, Vec<u8>)>, Error> {
        let query = sqlx::query(include_str!("../queries/inspect_headers.sql"))
            .bind(stream.as_str().to_owned())
            .bind(integer(first))
            .bind(integer(last))
            .bind(most);
        let rows = query.fetch_all(&mut *self.snapshot).await;
        let rows = self.readable(rows)?;
        Ok(rows
            .iter()
            .filter_map(|row| row::header(row).ok())
            .collect())
    }

    /// Gives records their parts and erasures.
    async fn with_parts(
        &mut self,
        mut records: Vec<InspectedRecord>,
    ) -> Result<Vec<InspectedRecord>, Error> {
        let numbers: Vec<i64> = records.iter().map(|record| record.number).collect();
        let numbers = json!(numbers).to_string();
        let query = sqlx::query(include_str!("../queries/select_parts.sql")).bind(&numbers);
        let parts = query.fetch_all(&mut *self.snapshot).await;
        let mut parts = by_position(self.readable(parts)?);
        let query = sqlx::query(include_str!("../queries/select_erasures.sql")).bind(&numbers);
        let erasures = query.fetch_all(&mut *self.snapshot).await;
        let mut erasures = by_position(self.readable(erasures)?);
        for record in &mut records {
            let parts = parts.remove(&record.number).unwrap_or_default();
            record.parts = parts.iter().map(row::inspected_part).collect();
            let erasures = erasures.remove(&record.number).unwrap_or_default();
            record.erased = erasures.iter().map(row::inspected_erasure).collect();
        }
        Ok(records)
    }

    /// Returns the workflow that is stored under a digest.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub async fn workflow(&mut self, digest: &Digest) -> Result<Option<Readable<Workflow>>, Error> {
        let query = include_str!("../queries/select_workflow_by_digest.sql");
        let row = self.by_digest(query, digest).await?;
        Ok(row.map(|row| cell::read(&row, &["name", "version"], row::workflow)))
    }

    /// Returns the calendar that is stored under a digest.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub async fn calendar(&mut self, digest: &Digest) -> Result<Option<Readable<Calendar>>, Error> {
        let query = include_str!("../queries/select_calendar_by_digest.sql");
        let row = self.by_digest(query, digest).await?;
        Ok(row.map(|row| cell::read(&row, &["name", "version"], row::calendar)))
    }

    async fn by_digest(
        &mut self,
        query: &'static str,
        digest: &Digest,
    ) -> Result<Option<SqliteRow>, Error> {
        let query = sqlx::query(query).bind(digest.as_bytes().to_vec());
        let rows = query.fetch_all(&mut *self.snapshot).await;
        Ok(self.readable(rows)?.into_iter().next())
    }

    /// Returns a file, measured again.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] if its bytes no longer have its digest.
    pub async fn blob(&mut self, digest: &Digest) -> Result<Option<Vec<u8>>, Error> {
        if !self.tables.contains("blobs") {
            return Ok(None);
        }
        let context = Context::new(&self.path, self.wait);
        blob::get(&mut self.snapshot, context, digest).await
    }

    /// Returns the rows that a query gave: none if the schema lacks what it asks for.
    fn readable(&self, rows: Result<Vec<SqliteRow>, sqlx::Error>) -> Result<Vec<SqliteRow>, Error> {
        match rows {
            Err(error) if is_of_another_schema(&error) => Ok(Vec::new()),
            rows => rows.map_err(|error| self.context().failure(error)),
        }
    }

    fn context(&self) -> Context<'_> {
        Context::new(&self.path, self.wait)
    }
}

fn by_position(rows: Vec<SqliteRow>) -> BTreeMap<i64, Vec<SqliteRow>> {
    let mut sorted: BTreeMap<i64, Vec<SqliteRow>> = BTreeMap::new();
    for row in rows {
        let position = cell::number(&row, "position");
        sorted.entry(position).or_default().push(row);
    }
    sorted
}

#[cfg(test)]
mod tests;
