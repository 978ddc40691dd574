//! Runs `tsuho serve` beside a test, sends it signals, and waits for what it does.
//! What it wrote is read by `alarms`.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::alarms::Alarms;
use crate::cmd::PROGRAM;

/// The longest that anything here may take; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_mins(2);

/// The program, waking cases.
pub(crate) struct Serving {
    child: Child,
    log: PathBuf,
}

/// Returns the moment, to measure how long other processes take from here on.
#[expect(
    clippy::disallowed_methods,
    reason = "other processes take the machine's time, which no test can move"
)]
pub(crate) fn measured() -> Instant {
    Instant::now()
}

/// Lets other processes have some time.
#[expect(
    clippy::disallowed_methods,
    reason = "other processes take the machine's time, which no test can move"
)]
pub(crate) fn pause(length: Duration) {
    std::thread::sleep(length);
}

/// Waits until something is so; returns how long that took.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) -> Duration {
    let begun = measured();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain: {what}");
        pause(Duration::from_millis(10));
    }
    begun.elapsed()
}

impl Serving {
    /// Starts the program, which writes its log into a file of that name.
    pub(crate) fn on(alarms: &Alarms, name: &str) -> Self {
        let log = alarms.folder().join(name);
        let child = Command::new(PROGRAM)
            .args(["serve", "--database", "a.db"])
            .env_clear()
            .env("TSUHO_LOG", "info")
            .current_dir(alarms.folder())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).expect("a log can be written"))
            .spawn()
            .expect("the program can be started");
        Self { child, log }
    }

    /// Sends the process a signal.
    pub(crate) fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .arg(signal)
            .arg(self.child.id().to_string())
            .status();
        assert!(sent.expect("`kill` is part of every Linux").success());
    }

    /// Pauses the process while it does not write: in the middle of a write it would hold the file until it goes on, as
    /// every program does that SQLite serves.
    pub(crate) fn pause(&self, alarms: &Alarms) {
        for _ in 0..100 {
            self.signal("-STOP");
            if alarms.is_free() {
                return;
            }
            self.signal("-CONT");
            pause(Duration::from_millis(20));
        }
        panic!("it writes without end");
    }

    /// Waits for its end; returns how it ended and what it logged.
    pub(crate) fn ended(mut self) -> (ExitStatus, String) {
        until("the program ends", || {
            self.child.try_wait().expect("it is ours").is_some()
        });
        let status = self.child.wait().expect("it ended");
        let log = std::fs::read_to_string(&self.log).expect("it logged");
        (status, log)
    }

    /// Tells it to end, and checks that it does so as it should.
    pub(crate) fn end(self) -> String {
        self.signal("-TERM");
        let (status, log) = self.ended();
        assert_eq!(status.code(), Some(0), "{log}");
        for word in ["WARN tsuho", "ERROR", "panicked"] {
            assert!(!log.contains(word), "{log}");
        }
        log
    }

    /// Waits until it is awake and listens.
    pub(crate) fn wait_until_started(&self) {
        until("the program starts", || self.has_logged(" "));
    }

    /// Tells whether it has logged something.
    pub(crate) fn has_logged(&self, words: &str) -> bool {
        std::fs::read_to_string(&self.log).is_ok_and(|log| log.contains(words))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // A test that failed leaves nothing behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
