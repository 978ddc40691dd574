//! How long this disk takes to flush: the least that any acknowledged write can take here.

use super::stopwatch;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;

/// How many flushes are timed.
const FLUSHES: usize = 500;
/// What is written before each: about what one advance writes to the log.
const BYTES: usize = 16 * 1024;

/// Returns the median time of a flush after a small write, in milliseconds.
pub(super) fn flush_p50(folder: &Path) -> anyhow::Result<f64> {
    let path = folder.join("flush");
    let mut file = File::create(&path)?;
    let mut times = Vec::with_capacity(FLUSHES);
    for _ in 0..FLUSHES {
        file.write_all(&[1; BYTES])?;
        let begun = stopwatch::now();
        file.sync_data()?;
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    std::fs::remove_file(path)?;
    Ok(super::median(&times))
}
