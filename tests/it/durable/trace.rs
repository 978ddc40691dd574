//! Reads what the kernel saw of a run, as `strace` writes it down, and follows each acknowledgement back to the flush before it.
//! Knows the form of SQLite's log by its description (<https://www.sqlite.org/fileformat2.html#walformat>), and nothing of ours but
//! that a command has an id, which stands in its rows and in its acknowledgement.

use std::collections::BTreeMap;
use std::ops::Range;

use super::client::{answers_of, is_acknowledged};

/// Bytes before the first page of a log.
const HEADER: usize = 32;
/// Bytes before each page.
const PAGE_HEADER: usize = 24;

/// The calls that are traced: all that can change a file or say something, so that none goes by unseen.
pub(super) const CALLS: &str = "write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync,sync_file_range,ftruncate,fallocate,\
    copy_file_range,sendfile,splice,msync,rename,renameat,renameat2,unlink,unlinkat";

/// One system call.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) name: String,
    /// The number of the file, and its path.
    pub(super) file: (u32, String),
    bytes: Vec<u8>,
    offset: usize,
    pub(super) result: i64,
    /// When it began and when it ended, in lines of the trace.
    pub(super) begun: usize,
    pub(super) ended: usize,
}

impl Call {
    /// Tells whether it flushed a database's log.
    pub(super) fn is_flush_of_log(&self) -> bool {
        matches!(self.name.as_str(), "fsync" | "fdatasync") && self.file.1.ends_with("-wal")
    }

    fn is_write_to_log(&self) -> bool {
        self.name == "pwrite64" && self.file.1.ends_with("-wal")
    }

    /// Tells whether it wrote to standard output.
    pub(super) fn is_said(&self) -> bool {
        self.name == "write" && self.file.0 == 1
    }
}

/// Reads a trace. A call that another one interrupted is put together again.
pub(super) fn read(trace: &str) -> Vec<Call> {
    let (mut calls, mut unfinished) = (Vec::new(), BTreeMap::<&str, (usize, &str)>::new());
    for (at, line) in trace.lines().enumerate() {
        let (thread, rest) = line.split_once(' ').expect("a thread and what it did");
        let rest = rest.trim_start();
        if rest.starts_with("+++") || rest.starts_with("---") {
            continue;
        }
        if let Some(begun) = rest.strip_suffix(" <unfinished ...>") {
            unfinished.insert(thread, (at, begun));
        } else if rest.starts_with("<...") {
            let (_, end) = rest.split_once(" resumed>").expect("what goes on");
            let (first, begin) = unfinished.remove(thread).expect("it began before");
            calls.push(call(&format!("{begin}{end}"), first, at));
        } else {
            calls.push(call(rest, at, at));
        }
    }
    calls.sort_by_key(|call| call.begun);
    calls
}

/// Reads one call: `pwrite64(14<path>, "bytes", 24, 32) = 24`, with path and bytes in hexadecimal digits.
fn call(text: &str, begun: usize, ended: usize) -> Call {
    let (name, rest) = text.split_once('(').expect("a name");
    let (arguments, result) = rest.rsplit_once(" = ").expect("a result");
    let result = result.split(' ').next().expect("a number");
    let mut call = Call {
        name: name.to_owned(),
        file: (u32::MAX, String::new()),
        bytes: Vec::new(),
        offset: 0,
        result: result.parse().unwrap_or(-1),
        begun,
        ended,
    };
    if let Some((file, rest)) = arguments.split_once('<')
        && let (Ok(number), Some((path, rest))) = (file.parse(), rest.split_once('>'))
    {
        call.file = (number, String::from_utf8_lossy(&bytes(path)).into_owned());
        let mut quoted = rest.split('"');
        call.bytes = bytes(quoted.nth(1).unwrap_or(""));
        let last = rest.trim_end().trim_end_matches(')').rsplit(", ").next();
        call.offset = last.and_then(|last| last.parse().ok()).unwrap_or(0);
    }
    call
}

/// Reads `\x1f\x20`; whatever else stands there, such as a deleted file's mark, is no digit of it.
fn bytes(text: &str) -> Vec<u8> {
    let digits = text.split("\\x").skip(1);
    digits
        .map(|digits| u8::from_str_radix(&digits[..2], 16).expect("two digits"))
        .collect()
}

/// What a trace shows.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// Acknowledgements.
    pub(super) acknowledged: usize,
    /// Commits to the log.
    pub(super) commits: usize,
    /// Flushes of the log.
    pub(super) flushes: usize,
    /// The lines of the trace between which each was to be flushed.
    pub(super) between: Vec<Range<usize>>,
    /// Acknowledgements before which nothing was flushed, and why not.
    pub(super) early: Vec<String>,
}

/// Follows every acknowledgement of a trace back: to the write to the log in which its command stands first, on to the last
/// write of that commit, and on to a flush that began after that, ended well, and did so before the acknowledgement began.
/// `log` is what the log held when the run began.
pub(super) fn check(calls: &[Call], log: &[u8]) -> Shown {
    let log_calls = calls
        .iter()
        .filter(|call| call.file.1.ends_with("-wal"))
        .filter(|call| !call.is_write_to_log() && !call.is_flush_of_log());
    let strange: Vec<&str> = log_calls.map(|call| call.name.as_str()).collect();
    let known = ["unlink", "ftruncate"];
    assert!(
        strange.iter().all(|name| known.contains(name)),
        "calls that the check does not understand: {strange:?}"
    );
    let writes: Vec<&Call> = calls.iter().filter(|call| call.is_write_to_log()).collect();
    let (first_of, ends) = commits(&writes, log.to_vec());
    let flushes = calls.iter().filter(|call| call.is_flush_of_log());
    let flushes: Vec<&Call> = flushes.filter(|call| call.result == 0).collect();
    let mut shown = Shown {
        commits: ends.len(),
        flushes: flushes.len(),
        ..Shown::default()
    };
    // A line may be said in two writes: it is read where it ends.
    let mut said = Vec::new();
    for call in calls.iter().filter(|call| call.is_said()) {
        said.extend(&call.bytes);
        for answer in answers_of(&said).iter().filter(|one| is_acknowledged(one)) {
            shown.acknowledged += 1;
            let command = answer["command"].as_str().expect("an id");
            let last = first_of
                .get(command)
                .and_then(|first| ends.iter().find(|end| *end >= first));
            let Some(last) = last else {
                shown.early.push(format!("{command} stands in no commit"));
                continue;
            };
            let between = writes[*last].ended + 1..call.begun;
            let is_flushed =
                |flush: &&Call| between.contains(&flush.begun) && between.contains(&flush.ended);
            if !flushes.iter().any(is_flushed) {
                shown.early.push(format!("{command} was not flushed"));
            }
            shown.between.push(between);
        }
        let whole = said.iter().rposition(|byte| *byte == b'\n');
        said.drain(..whole.map_or(0, |end| end + 1));
    }
    shown
}

/// Returns which write is the first with each command in it, and which writes are the last of a commit.
fn commits(writes: &[&Call], mut log: Vec<u8>) -> (BTreeMap<String, usize>, Vec<usize>) {
    let (mut first_of, mut ends) = (BTreeMap::new(), Vec::new());
    for (nth, write) in writes.iter().enumerate() {
        for command in commands(&write.bytes) {
            first_of.entry(command).or_insert(nth);
        }
        let end = write.offset + write.bytes.len();
        log.resize(log.len().max(end), 0);
        log[write.offset..end].copy_from_slice(&write.bytes);
        let number = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().expect("four"));
        let whole = PAGE_HEADER + number(8) as usize;
        // A page that ends a commit says in its header how many pages the database has then.
        if end > HEADER && (end - HEADER).is_multiple_of(whole) && number(end - whole + 4) > 0 {
            ends.push(nth);
        }
    }
    (first_of, ends)
}

/// Returns the ids of commands that stand in bytes.
fn commands(bytes: &[u8]) -> Vec<String> {
    const PREFIX: &[u8] = b"cmd_";
    let starts = bytes.windows(PREFIX.len()).enumerate();
    starts
        .filter(|(_, window)| *window == PREFIX)
        .map(|(at, _)| {
            let rest = bytes[at..].iter();
            let id = rest.take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_');
            id.map(|byte| char::from(*byte)).collect()
        })
        .collect()
}
