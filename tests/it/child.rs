//! Runs the program as a child process that may neither take too long nor too much memory.
//! What it should have printed is left to the tests.

use std::path::Path;
use std::process::{Command, Output};

use crate::cmd::PROGRAM;

/// Memory that the program may ask for, in KiB. The largest hostile file has 50 MB, which is read once and held twice.
const MEMORY_KIB: u32 = 1 << 20;

/// Seconds that the program may take; the longest wait of its own is five seconds for a lock.
const SECONDS: u32 = 30;

/// How a child ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// The exit code; none if a signal or the bound on time ended it.
    pub(crate) code: Option<i32>,
    /// What it printed on standard output.
    pub(crate) out: String,
    /// What it printed on standard error.
    pub(crate) err: String,
}

/// Runs the product in a folder, in English and with nothing else said by the environment.
pub(crate) fn tsuho(folder: &Path, arguments: &[&str]) -> Ended {
    bounded(folder, PROGRAM, arguments, SECONDS)
}

/// Runs a program within bounds.
pub(crate) fn bounded(folder: &Path, program: &str, arguments: &[&str], seconds: u32) -> Ended {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new("timeout")
        .args(["--kill-after=1", &seconds.to_string(), "sh", "-c"])
        .arg(format!("ulimit -v {MEMORY_KIB}; exec \"$0\" \"$@\""))
        .arg(program)
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .current_dir(folder)
        .output()
        .expect("`timeout` is part of every Linux");
    Ended {
        // 124: the time was over. 128 and a signal's number: it was killed.
        code: status.code().filter(|code| !(124..=160).contains(code)),
        out: String::from_utf8_lossy(&stdout).into_owned(),
        err: String::from_utf8_lossy(&stderr).into_owned(),
    }
}

impl Ended {
    /// Tells whether the program gave an answer of its own: a code that it documents, and no word of a defect.
    pub(crate) fn is_an_answer(&self) -> bool {
        self.code.is_some_and(|code| (0..=8).contains(&code))
            && !self.err.contains("this is a defect")
            && !self.err.contains("panicked")
    }
}

#[test]
fn the_log_tells_no_name_and_no_account() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let script = "\"$0\" init --name Murasaki --database a.db >out && \
        \"$0\" user add Genji --account rokujo --database a.db >>out && \
        \"$0\" user grant rokujo executive --database a.db >>out && \"$0\" user show Genji --database a.db >>out";
    let traced = format!("export TSUHO_LOG=trace\n{script}");
    let ended = bounded(folder.path(), "sh", &["-c", &traced, PROGRAM], SECONDS);
    let personal = ["Murasaki", "Genji", "rokujo"];
    let found = |text: &str| personal.iter().filter(|word| text.contains(**word)).count();
    // The trace is long, and what was printed shows that the names were there to be logged.
    assert!(ended.err.len() > 10_000, "{ended:?}");
    let printed = std::fs::read_to_string(folder.path().join("out")).expect("it was printed");
    println!(
        "personal values in the log: planted {}, caught {}",
        personal.len(),
        found(&printed)
    );
    assert_eq!(found(&printed), personal.len());
    assert_eq!(found(&ended.err), 0, "{}", ended.err);
}

#[test]
fn a_program_that_crashes_hangs_or_eats_memory_is_found() {
    let folder = std::env::temp_dir();
    let planted = [
        "kill -SEGV $$",
        "kill -ABRT $$",
        "sleep 60",
        "python3 -c \"b'x' * (1 << 31)\"; kill -KILL $$",
        "echo 'error: this is a defect of tsuho' >&2; exit 3",
        "exit 101",
    ];
    let caught = planted
        .iter()
        .filter(|script| !bounded(&folder, "sh", &["-c", script], 1).is_an_answer())
        .count();
    println!("crashes: planted {}, caught {caught}", planted.len());
    assert_eq!(caught, planted.len());
}
