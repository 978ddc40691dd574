//! Files by digest: written in chunks before the command that refers to them, measured again when they are read.
//!
//! Which files a case has is the business of its events.

use sqlx::SqliteConnection;
use tsuho_ledger::Digest;
use tsuho_store::{BLOB_CHUNK_BYTES, Error, MAX_BLOB_BYTES};

use crate::batch_rows::integer;
use crate::connections::Connections;
use crate::failure::Context;
use crate::lock::lock;
use crate::row::Cells;

/// Stores a file. Each chunk is a transaction of its own, so that commands need not wait for the whole; a file whose
/// last chunk is missing does not exist, and storing it again completes it.
pub(crate) async fn put(
    writer: &Connections,
    context: Context<'_>,
    bytes: &[u8],
) -> Result<Digest, Error> {
    let size = bytes.len() as u64;
    if size > MAX_BLOB_BYTES {
        return Err(Error::TooLarge {
            size,
            limit: MAX_BLOB_BYTES,
        });
    }
    let digest = Digest::of(bytes);
    // An empty file has one empty chunk.
    for chunk in 0..chunks(size) {
        let from = usize::try_from(chunk).expect("at most 100 chunks") * BLOB_CHUNK_BYTES;
        let to = bytes.len().min(from + BLOB_CHUNK_BYTES);
        let mut locked = lock(writer, context).await?;
        sqlx::query(include_str!("../queries/append_blob_chunk.sql"))
            .bind(digest.as_bytes().to_vec())
            .bind(integer(chunk))
            .bind(integer(size))
            .bind(bytes[from..to].to_vec())
            .execute(&mut *locked)
            .await
            .map_err(|error| context.failure(error))?;
        locked.commit(context).await?;
    }
    Ok(digest)
}

/// Returns a file whose bytes still have its digest.
pub(crate) async fn get(
    connection: &mut SqliteConnection,
    context: Context<'_>,
    digest: &Digest,
) -> Result<Option<Vec<u8>>, Error> {
    let mut bytes = Vec::new();
    let mut chunk = 0;
    let mut expected = 1;
    let mut length = 0;
    while chunk < expected {
        let row = sqlx::query(include_str!("../queries/select_blob_chunk.sql"))
            .bind(digest.as_bytes().to_vec())
            .bind(integer(chunk))
            .fetch_optional(&mut *connection)
            .await
            .map_err(|error| context.failure(error))?;
        let Some(row) = row else { return Ok(None) };
        let cells = Cells::new("blobs", &row, &format!("{digest}, {chunk}"));
        let size = cells.count("size")?;
        // A row that claims more than is ever written must not make us read without end.
        if size > MAX_BLOB_BYTES {
            return Err(Error::corrupt("blobs", "size", digest));
        }
        expected = chunks(size);
        length = size;
        bytes.extend(cells.bytes("bytes")?);
        chunk += 1;
    }
    if bytes.len() as u64 != length {
        return Err(Error::corrupt("blobs", "size", digest));
    }
    if Digest::of(&bytes) != *digest {
        return Err(Error::corrupt("blobs", "bytes", digest));
    }
    Ok(Some(bytes))
}

fn chunks(size: u64) -> u64 {
    size.div_ceil(BLOB_CHUNK_BYTES as u64).max(1)
}
