//! Lets one run of the program meet a fault: what stands between it and the kernel is `tests/it/durable/fault.c`.
//! Which fault is right to survive, and how, is left to the tests.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::cmd::{PROGRAM, repository};

/// The variable that names another program to be tested, such as a release build; without it, the one that Cargo built.
const ANOTHER_PROGRAM: &str = "TSUHO_PROGRAM";

/// Returns the program that is tested.
pub(super) fn program() -> OsString {
    std::env::var_os(ANOTHER_PROGRAM).unwrap_or_else(|| PROGRAM.into())
}

/// Returns a command of the program on the database `a.db` of a folder, with nothing else said by the environment.
pub(super) fn tsuho(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command
        .args(arguments)
        .args(["--database", "a.db"])
        .env_clear()
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// The compiled shim, and a folder for what it writes down.
pub(super) struct Shim(TempDir);

/// What is to happen at a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The program ends before it.
    Kill,
    /// The program ends when half of what it writes is written.
    Half,
    /// The device fails.
    Broken(Lasting),
    /// No room is left.
    Full(Lasting),
    /// Half of what it writes is written, and it is told so.
    Short(Lasting),
    /// The device takes its time.
    Slow,
}

/// How long a fault lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lasting {
    Once,
    ForEver,
}

/// What becomes of a flush.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flush {
    /// It is done.
    Done,
    /// It is said to be done, and never is: as with `synchronous=OFF`, the kernel is not asked.
    Never,
    /// It is said to be done, and is when the log is written to again: whatever is acknowledged meanwhile is so too early.
    Late,
}

/// What a run is to meet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fate<'a> {
    /// The fault and the number of the call that changes a file, from 1 on.
    pub(super) fault: Option<(Fault, usize)>,
    pub(super) flush: Flush,
    /// The file in which every call is to be kept.
    pub(super) journal: Option<&'a Path>,
    /// The file that tells whether the log holds something that is not flushed.
    pub(super) state: Option<&'a Path>,
}

impl Fate<'_> {
    /// Nothing happens.
    pub(super) const KIND: Self = Self {
        fault: None,
        flush: Flush::Done,
        journal: None,
        state: None,
    };

    /// A fault happens at a call.
    pub(super) const fn of(fault: Fault, at: usize) -> Self {
        Self {
            fault: Some((fault, at)),
            ..Self::KIND
        }
    }

    /// Flushes are not what they should be.
    pub(super) const fn with(flush: Flush) -> Self {
        Self {
            flush,
            ..Self::KIND
        }
    }
}

impl Shim {
    /// Compiles the shim; `None` where no compiler can.
    pub(super) fn compiled() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let made = Command::new("cc")
            .args(["-O1", "-shared", "-fPIC", "-o"])
            .arg(folder.path().join("fault.so"))
            .arg(repository().join("tests/it/durable/fault.c"))
            .status();
        made.is_ok_and(|status| status.success())
            .then_some(Self(folder))
    }

    /// Returns the variables that let a program meet its fate in a folder.
    pub(super) fn variables(
        &self,
        folder: &Path,
        fate: Fate<'_>,
        report: Option<&Path>,
    ) -> Vec<(&'static str, OsString)> {
        let folder = folder.canonicalize().expect("the folder is there");
        let object: PathBuf = self.0.path().join("fault.so");
        let mut variables = vec![
            ("LD_PRELOAD", object.into_os_string()),
            ("FAULT_FOLDER", folder.into_os_string()),
        ];
        if let Some((fault, at)) = fate.fault {
            let (what, lasting) = match fault {
                Fault::Kill => ("kill", Lasting::Once),
                Fault::Half => ("half", Lasting::Once),
                Fault::Broken(lasting) => ("eio", lasting),
                Fault::Full(lasting) => ("enospc", lasting),
                Fault::Short(lasting) => ("short", lasting),
                Fault::Slow => ("slow", Lasting::Once),
            };
            variables.push(("FAULT_DO", what.into()));
            variables.push(("FAULT_AT", at.to_string().into()));
            if lasting == Lasting::ForEver {
                variables.push(("FAULT_LASTS", "1".into()));
            }
        }
        match fate.flush {
            Flush::Done => {}
            Flush::Never => variables.push(("FAULT_SYNC", "off".into())),
            Flush::Late => variables.push(("FAULT_SYNC", "late".into())),
        }
        for (name, path) in [
            ("FAULT_JOURNAL", fate.journal),
            ("FAULT_STATE", fate.state),
            ("FAULT_REPORT", report),
        ] {
            if let Some(path) = path {
                variables.push((name, path.as_os_str().to_owned()));
            }
        }
        variables
    }
}
