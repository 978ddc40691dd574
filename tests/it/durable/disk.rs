//! A disk whose power is cut: what was flushed is there, and of the rest whatever subset of sectors chance left.
//! What was asked of it is read from the journal of `tests/it/durable/fault.c`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// One call of a run, in the order in which the calls began.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) what: What,
    thread: u32,
    pub(super) name: String,
    offset: usize,
    pub(super) bytes: Vec<u8>,
}

impl Call {
    /// Tells whether it is one of the calls that are counted, at each of which a fault can happen.
    pub(super) fn is_numbered(&self) -> bool {
        match self.what {
            What::Made | What::Written | What::Cut | What::Removed | What::Flush => true,
            What::Named | What::Flushed | What::Index | What::Said | What::Fault => false,
        }
    }

    /// Tells whether it is about the first bytes of a database's log.
    pub(super) fn is_begin_of_log(&self) -> bool {
        self.is_of_log() && self.offset == 0
    }

    /// Tells whether it is about a database's log.
    pub(super) fn is_of_log(&self) -> bool {
        self.name.ends_with("-wal")
    }
}

/// What was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A file was made.
    Made,
    Written,
    Cut,
    Removed,
    /// A file was given another name, which stands in the bytes.
    Named,
    /// A flush began.
    Flush,
    /// A flush ended well.
    Flushed,
    /// The index in memory as it was then.
    Index,
    /// Something was said on standard output.
    Said,
    /// A fault happened at the call that comes next, or would have come.
    Fault,
}

/// Reads a journal.
pub(super) fn read(journal: &[u8]) -> Vec<Call> {
    const HEAD: usize = 24;
    let (mut calls, mut at) = (Vec::new(), 0);
    while at < journal.len() {
        let head = &journal[at..at + HEAD];
        let number = |range: std::ops::Range<usize>| {
            let bytes = head[range].iter().rev();
            bytes.fold(0, |number, byte| (number << 8) | usize::from(*byte))
        };
        let (length, name) = (number(8..16), number(20..22));
        let name_at = at + HEAD;
        let bytes_at = name_at + name;
        let what = match head[22] {
            b'C' => What::Made,
            b'W' => What::Written,
            b'T' => What::Cut,
            b'U' => What::Removed,
            b'R' => What::Named,
            b'F' => What::Flush,
            b'f' => What::Flushed,
            b'S' => What::Index,
            b'O' => What::Said,
            b'X' => What::Fault,
            other => panic!("no call is kept as {other}"),
        };
        calls.push(Call {
            what,
            thread: u32::try_from(number(16..20)).expect("four bytes"),
            name: String::from_utf8_lossy(&journal[name_at..bytes_at]).into_owned(),
            offset: number(0..8),
            bytes: journal[bytes_at..bytes_at + length].to_vec(),
        });
        at = bytes_at + length;
    }
    calls
}

/// Numbers drawn from a seed, so that what was found can be found again.
#[derive(Debug, Clone)]
pub(super) struct Draws(pub(super) u64);

impl Draws {
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).expect("it is below the bound")
    }
}

/// How much of what is not flushed outlives a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    Nothing,
    Everything,
    /// Each sector with so many chances of a hundred.
    Some(usize),
}

impl Left {
    fn is_kept(self, draws: &mut Draws) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Some(chances) => draws.below(100) < chances,
        }
    }
}

/// What a file is on the disk, and what was asked of it since it was flushed.
#[derive(Debug, Clone, Default)]
struct Contents {
    flushed: Vec<u8>,
    asked: Vec<Change>,
    /// How much was asked before that and is flushed.
    done: usize,
}

#[derive(Debug, Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Cut(usize),
}

/// What becomes of a folder's entries at once: names and the file behind each, or none.
type Entry = Vec<(String, Option<usize>)>;

/// A disk with one folder.
#[derive(Debug, Clone, Default)]
pub(super) struct Disk {
    files: Vec<Contents>,
    /// The files as the program sees them.
    names: BTreeMap<String, usize>,
    /// The files as the flushed folder names them, and what became of its entries since.
    flushed_names: BTreeMap<String, usize>,
    entries: Vec<Entry>,
    /// How much became of them before that and is flushed.
    done: usize,
    /// What each thread began to flush: the file, or the folder, and how much had been asked of it by then, ever.
    begun: BTreeMap<u32, (Option<usize>, usize)>,
    /// The index of the log, which nothing flushes; it may be there or not.
    index: Option<(String, Vec<u8>)>,
}

impl Disk {
    /// A disk on which files lie that were flushed.
    pub(super) fn with(files: &[(&str, Vec<u8>)]) -> Self {
        let mut disk = Self::default();
        for (name, flushed) in files {
            disk.names.insert((*name).to_owned(), disk.files.len());
            disk.files.push(Contents {
                flushed: flushed.clone(),
                ..Contents::default()
            });
        }
        disk.flushed_names = disk.names.clone();
        disk
    }

    /// Takes a call.
    pub(super) fn take(&mut self, call: &Call) {
        if call.name.ends_with("-shm") {
            match call.what {
                What::Index => {
                    self.index = Some((call.name.clone(), call.bytes.clone()));
                    self.entries
                        .iter_mut()
                        .for_each(|entry| entry.retain(|(name, _)| *name != call.name));
                }
                // It goes before the log does.
                What::Removed => self.entries.push(vec![(call.name.clone(), None)]),
                What::Made
                | What::Written
                | What::Cut
                | What::Named
                | What::Flush
                | What::Flushed
                | What::Said
                | What::Fault => {}
            }
            return;
        }
        let file = self.names.get(&call.name).copied();
        match (call.what, file) {
            (What::Made, _) => {
                self.names.insert(call.name.clone(), self.files.len());
                self.entries
                    .push(vec![(call.name.clone(), Some(self.files.len()))]);
                self.files.push(Contents::default());
            }
            (What::Removed, _) => {
                self.names.remove(&call.name);
                self.entries.push(vec![(call.name.clone(), None)]);
            }
            (What::Named, Some(file)) => {
                let name = String::from_utf8_lossy(&call.bytes).into_owned();
                let old = self
                    .names
                    .remove(&call.name)
                    .map(|_| (call.name.clone(), None));
                self.names.insert(name.clone(), file);
                self.entries
                    .push(old.into_iter().chain([(name, Some(file))]).collect());
            }
            (What::Written, Some(file)) => {
                let change = Change::Write(call.offset, call.bytes.clone());
                self.files[file].asked.push(change);
            }
            (What::Cut, Some(file)) => self.files[file].asked.push(Change::Cut(call.offset)),
            (What::Flush, file) => {
                let asked = match file {
                    Some(file) => self.files[file].done + self.files[file].asked.len(),
                    None => self.done + self.entries.len(),
                };
                self.begun.insert(call.thread, (file, asked));
            }
            (What::Flushed, _) => self.flush(call.thread),
            (What::Index | What::Said | What::Fault, _) => {}
            (What::Written | What::Cut | What::Named, None) => {
                panic!("no such file: {}", call.name)
            }
        }
    }

    /// Ends a flush: what was asked before it began is there for good, some of it perhaps by the flush of another thread.
    fn flush(&mut self, thread: u32) {
        let (file, asked) = self.begun.remove(&thread).expect("it began");
        let mut draws = Draws(1);
        if let Some(file) = file {
            let Contents {
                flushed,
                asked: all,
                done,
            } = &mut self.files[file];
            let more = asked.saturating_sub(*done);
            for change in all.drain(..more) {
                apply(flushed, &change, Left::Everything, &mut draws);
            }
            *done += more;
        } else {
            let more = asked.saturating_sub(self.done);
            for entry in self.entries.drain(..more) {
                enter(&mut self.flushed_names, &entry);
                self.index = self.index.take().filter(|(name, _)| !is_of(&entry, name));
            }
            self.done += more;
        }
    }

    /// Cuts the power, and lays what is left into a folder.
    pub(super) fn cut(&self, left: Left, draws: &mut Draws, folder: &Path) {
        let mut names = self.flushed_names.clone();
        // Entries of a folder are kept in their order.
        let entries = match left {
            Left::Nothing => 0,
            Left::Everything => self.entries.len(),
            Left::Some(_) => draws.below(self.entries.len() + 1),
        };
        for entry in &self.entries[..entries] {
            enter(&mut names, entry);
        }
        for (name, file) in &names {
            let Contents { flushed, asked, .. } = &self.files[*file];
            let mut bytes = flushed.clone();
            for change in asked {
                apply(&mut bytes, change, left, draws);
            }
            fs::write(folder.join(name), bytes).expect("it can be written");
        }
        if let Some((name, bytes)) = &self.index
            && !self.entries[..entries]
                .iter()
                .any(|entry| is_of(entry, name))
            && left.is_kept(draws)
        {
            fs::write(folder.join(name), bytes).expect("it can be written");
        }
    }
}

fn is_of(entry: &Entry, name: &str) -> bool {
    entry.iter().any(|(of, _)| of == name)
}

fn enter(names: &mut BTreeMap<String, usize>, entry: &Entry) {
    for (name, file) in entry {
        match file {
            Some(file) => names.insert(name.clone(), *file),
            None => names.remove(name),
        };
    }
}

/// Does a change to a file, or what is left of it; a hole is filled with zeros.
fn apply(file: &mut Vec<u8>, change: &Change, left: Left, draws: &mut Draws) {
    match change {
        Change::Cut(length) => {
            if left.is_kept(draws) {
                file.resize(*length, 0);
            }
        }
        Change::Write(offset, bytes) => {
            let (mut at, end) = (*offset, offset + bytes.len());
            while at < end {
                let next = ((at / SECTOR + 1) * SECTOR).min(end);
                if left.is_kept(draws) {
                    file.resize(file.len().max(next), 0);
                    file[at..next].copy_from_slice(&bytes[at - offset..next - offset]);
                }
                at = next;
            }
        }
    }
}
