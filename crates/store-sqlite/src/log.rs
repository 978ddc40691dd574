//! Tells how far a write-ahead log can be read, and how far it was written: past a broken page SQLite reads nothing and
//! says nothing, and whatever was acknowledged behind it is gone without a word.
//!
//! Reads bytes alone, by <https://www.sqlite.org/walformat.html>; opening files is left to the caller.

use std::io::{self, Read};

/// Bytes before the first frame.
const HEADER: usize = 32;

/// Bytes of a frame before its page.
const FRAME_HEADER: usize = 24;

/// How far a log goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Log {
    /// The pages that can be read, from the first on.
    pub readable: u64,
    /// The pages that were written, as far as the log or its index still shows.
    pub written: u64,
    /// Whether it is certain that something is lost that was flushed. What a power cut left of a commit that was never
    /// acknowledged cannot be read either, and is no loss.
    pub is_lost: bool,
}

impl Log {
    /// Tells whether something was written that can no longer be read.
    #[must_use]
    pub fn is_broken(self) -> bool {
        self.readable < self.written
    }
}

/// Reads a log and, if there is one, the index beside it. A log that is not there is an empty one.
///
/// The index is shared memory that processes leave behind when they are killed: it knows how many pages were committed.
/// Whatever stands behind those is of a commit that was cut off, and no loss, unless a later commit went on from it. Without
/// an index every page that was written and cannot be read may be a loss.
///
/// # Errors
///
/// If reading fails.
pub fn examine(mut log: impl Read, index: Option<&[u8]>) -> io::Result<Log> {
    let index = index.and_then(Index::read);
    let mut header = [0; HEADER];
    let length = fill(&mut log, &mut header)?;
    let Some(mut frames) = Frames::begin(&header).filter(|_| length == HEADER) else {
        let mut more = [0; 1];
        let begun = length == HEADER && fill(&mut log, &mut more)? == 1;
        // Without pages nothing is lost, unless the index knows of some that were not yet brought into the file.
        let known = index.filter(|index| index.committed > index.brought_over);
        return Ok(Log {
            readable: 0,
            written: known
                .as_ref()
                .map_or(u64::from(begun), |index| index.committed),
            is_lost: known.is_some(),
        });
    };
    let mut found = Log {
        readable: 0,
        written: 0,
        is_lost: false,
    };
    let mut frame = vec![0; FRAME_HEADER + frames.page];
    // The sum with which the page before ended a commit, and whether another commit went on from such a sum.
    let (mut ended, mut went_on) = (None, false);
    for number in 1_u64.. {
        let length = fill(&mut log, &mut frame)?;
        if length < FRAME_HEADER {
            break;
        }
        let is_whole = length == frame.len();
        // What comes after the first page that does not follow is only looked at for whether it is of the same round.
        if is_whole && found.readable + 1 == number && frames.follows(&frame) {
            found.readable = number;
            found.written = number;
        } else if frames.is_of_the_same_round(&frame) {
            found.written = number;
            // Only what was flushed is gone on from: a page behind the end of a commit shows that the commit was whole.
            went_on |= is_whole
                && ended.is_some_and(|ended| frames.sum_of(ended, &frame) == sum_at(&frame, 16));
        }
        ended = (word(&frame, 4, Order::Big) > 0).then(|| sum_at(&frame, 16));
    }
    found.is_lost = went_on;
    if let Some(index) = index.filter(|index| index.salts == frames.salts) {
        if !went_on {
            found.written = found.readable;
        }
        found.written = found.written.max(index.committed);
        found.is_lost |= index.committed > found.readable;
    }
    Ok(found)
}

/// Reads as much as there is and fits.
fn fill(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match from.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

/// What the next frame of a log has to follow.
struct Frames {
    /// Bytes of a page.
    page: usize,
    /// Drawn anew whenever the log begins again from its start; what is left of earlier rounds has others.
    salts: [u8; 8],
    order: Order,
    sum: (u32, u32),
}

impl Frames {
    /// Reads a log's header.
    fn begin(header: &[u8; HEADER]) -> Option<Self> {
        let order = match word(header, 0, Order::Big) {
            0x377f_0682 => Order::Little,
            0x377f_0683 => Order::Big,
            _ => return None,
        };
        let page = word(header, 8, Order::Big);
        if !page.is_power_of_two() || !(512..=65_536).contains(&page) {
            return None;
        }
        let sum = checksum((0, 0), &header[..24], order);
        (sum == sum_at(header, 24)).then(|| Self {
            page: page as usize,
            salts: header[16..24].try_into().expect("eight bytes"),
            order,
            sum,
        })
    }

    /// Tells whether a frame follows on those before it, and goes on to it if it does.
    fn follows(&mut self, frame: &[u8]) -> bool {
        let sum = self.sum_of(self.sum, frame);
        let follows = frame[8..16] == self.salts && sum == sum_at(frame, 16);
        if follows {
            self.sum = sum;
        }
        follows
    }

    /// Returns the sum of everything up to a frame, given that of everything before it.
    fn sum_of(&self, before: (u32, u32), frame: &[u8]) -> (u32, u32) {
        let sum = checksum(before, &frame[..8], self.order);
        checksum(sum, &frame[FRAME_HEADER..], self.order)
    }

    /// Tells whether a frame was written since the log last began. Of two salts one alone may be what is broken.
    fn is_of_the_same_round(&self, frame: &[u8]) -> bool {
        frame[8..12] == self.salts[..4] || frame[12..16] == self.salts[4..]
    }
}

/// What the index beside a log knows.
struct Index {
    committed: u64,
    /// How many pages of the log are in the database's file already.
    brought_over: u64,
    salts: [u8; 8],
}

impl Index {
    /// Reads an index: two equal copies of its header, written by this kind of machine.
    fn read(bytes: &[u8]) -> Option<Self> {
        const COPY: usize = 48;
        const IS_BEGUN_AT: usize = 12;
        const BROUGHT_OVER_AT: usize = 2 * COPY;
        let order = Order::OWN;
        let header = bytes.get(..COPY)?;
        let is_whole = bytes.get(COPY..2 * COPY)? == header
            && header[IS_BEGUN_AT] == 1
            && checksum((0, 0), &header[..40], order)
                == (word(header, 40, order), word(header, 44, order));
        let brought_over = bytes.get(BROUGHT_OVER_AT..BROUGHT_OVER_AT + 4)?;
        is_whole.then(|| Self {
            committed: word(header, 16, order).into(),
            brought_over: word(brought_over, 0, order).into(),
            salts: header[32..40].try_into().expect("eight bytes"),
        })
    }
}

/// In which order the bytes of a number stand.
#[derive(Debug, Clone, Copy)]
enum Order {
    Little,
    Big,
}

impl Order {
    /// This machine's.
    const OWN: Self = if cfg!(target_endian = "big") {
        Self::Big
    } else {
        Self::Little
    };
}

fn word(bytes: &[u8], at: usize, order: Order) -> u32 {
    let bytes = bytes[at..at + 4].try_into().expect("four bytes");
    match order {
        Order::Little => u32::from_le_bytes(bytes),
        Order::Big => u32::from_be_bytes(bytes),
    }
}

/// Reads a stored sum, which always stands with its highest byte first.
fn sum_at(bytes: &[u8], at: usize) -> (u32, u32) {
    (word(bytes, at, Order::Big), word(bytes, at + 4, Order::Big))
}

/// Sums bytes as the log's format says, eight at a time.
fn checksum(mut sum: (u32, u32), bytes: &[u8], order: Order) -> (u32, u32) {
    for pair in bytes.chunks_exact(8) {
        sum.0 = sum.0.wrapping_add(word(pair, 0, order)).wrapping_add(sum.1);
        sum.1 = sum.1.wrapping_add(word(pair, 4, order)).wrapping_add(sum.0);
    }
    sum
}

#[cfg(test)]
mod tests;
