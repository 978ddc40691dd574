//! What the kernel says of a running process: the processor's time it took, the most memory it held, what it wrote.

use std::fs;

use anyhow::Context;

/// What a process took until now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken {
    /// Time on a processor, its own and the kernel's for it, in milliseconds.
    pub(super) processor: f64,
    /// The most memory that it held at once, in mebibytes.
    pub(super) memory: f64,
    /// Bytes that it had written to a disk.
    pub(super) written: f64,
}

/// Ticks of the kernel's clock in a millisecond: `CLK_TCK` is 100 on every Linux that Rust runs on.
const TICKS_PER_MS: f64 = 0.1;

impl Taken {
    /// Reads what a process took until now.
    pub(super) fn by(process: u32) -> anyhow::Result<Self> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
        // The second field is the program's name in brackets, which may hold spaces.
        let (_, fields) = stat.rsplit_once(')').context("a name in brackets")?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let ticks: f64 = [fields[11], fields[12]]
            .iter()
            .map(|field| field.parse::<f64>())
            .sum::<Result<_, _>>()?;
        let status = fs::read_to_string(format!("/proc/{process}/status"))?;
        let io = fs::read_to_string(format!("/proc/{process}/io"))?;
        Ok(Self {
            processor: ticks / TICKS_PER_MS,
            memory: field(&status, "VmHWM:")? / 1024.0,
            written: field(&io, "write_bytes:")?,
        })
    }
}

/// Returns the number behind a name.
fn field(lines: &str, name: &str) -> anyhow::Result<f64> {
    let mut lines = lines.lines();
    let found = lines.find_map(|line| line.strip_prefix(name));
    let number = found.and_then(|rest| rest.split_whitespace().next());
    Ok(number.with_context(|| format!("no `{name}`"))?.parse()?)
}
