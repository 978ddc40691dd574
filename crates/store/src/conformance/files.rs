//! Promises about files that are addressed by their digest.
//!
//! Which case a file belongs to is told by events.

use tsuho_ledger::Digest;

use crate::conformance::{Backend, Breach, same};
use crate::{BLOB_CHUNK_BYTES, Error, Kind, MAX_BLOB_BYTES};

pub(super) async fn a_file_comes_back_as_it_was_stored(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    for size in [
        0,
        1,
        BLOB_CHUNK_BYTES - 1,
        BLOB_CHUNK_BYTES,
        2 * BLOB_CHUNK_BYTES + 1,
    ] {
        let bytes: Vec<u8> = (0..=250).cycle().take(size).collect();
        let digest = store.put_blob(&bytes).await?;
        same!(
            digest,
            Digest::of(&bytes),
            format!("digest of {size} bytes")
        );
        same!(
            store.put_blob(&bytes).await?,
            digest,
            format!("digest of {size} bytes, stored again")
        );
        let found = store.blob(&digest).await?;
        same!(
            found.map(|found| found == bytes),
            Some(true),
            format!("{size} bytes")
        );
    }
    same!(
        store.blob(&Digest::of(b"nobody stored this")).await?,
        None,
        "a file that is not there"
    );
    Ok(())
}

pub(super) async fn a_file_that_is_too_large_is_refused(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let size = usize::try_from(MAX_BLOB_BYTES).expect("100 MiB fit any address space") + 1;
    let bytes = vec![0; size];
    let refused = installation.store().put_blob(&bytes).await;
    same!(
        matches!(refused, Err(Error::TooLarge { .. })),
        true,
        "a file of 100 MiB and a byte"
    );
    same!(
        installation.store().blob(&Digest::of(&bytes)).await?,
        None,
        "what is left of it"
    );
    Ok(())
}
