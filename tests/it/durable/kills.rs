//! Kills the program again and again, at moments of chance, while requests stream through it, and goes on where whoever asks
//! knows of no answer. Kills at every call that changes a file are in `tests/it/durable/points.rs`.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use tsuho_tests::count;

use super::client::{Record, answers_of};
use super::disk::Draws;
use super::judge::{Sum, judge, told};
use super::scene::{APPLY, CASES, NOT_SHOWN, Scene, report, script};
use super::shim::{Fate, Fault, tsuho};

/// Lines of a part of the stream: some open a case each, and the rest is asked of these.
const PART: usize = 100;
const OPENED: usize = 8;

/// Callers of the stream.
const CALLERS: &str = "16";

/// Lines that are sent to one life at most: more than it can answer before it is killed.
const AHEAD: usize = 2_000;

/// Returns a line of the stream. A case has few requests, so that each life finds it quickly.
fn line(nth: usize) -> String {
    let (part, place) = (nth / PART, nth % PART);
    let key = format!("k{nth}");
    let case = CASES + part * OPENED + place % OPENED + 1;
    match place {
        0..OPENED => {
            format!(r#"{{"key":"{key}","as":"Sato","do":"open","workflow":"periodic-report"}}"#)
        }
        OPENED..16 => format!(
            r#"{{"key":"{key}","as":"Sato","do":"record","case":{case},"facts":{{"began_on":"2999-01-01"}}}}"#
        ),
        _ if place % 3 == 0 => report(&key, case),
        _ => format!(
            r#"{{"key":"{key}","as":"Sato","do":"note","case":{case},"text":"noted {nth}"}}"#
        ),
    }
}

/// When a life ends: so many answers were read, then perhaps a commit began, and then a moment went by.
#[derive(Debug, Clone, Copy)]
struct End {
    answers: usize,
    aim: Aim,
    after: Duration,
}

/// What a kill is to hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Aim {
    Anything,
    /// A commit, if one begins soon: commits take a small part of the time, and are where most can go wrong.
    Commit,
}

impl End {
    /// Draws one. What is left of the requests is spread over the kills that are left, `each` for one.
    fn draw(draws: &mut Draws, each: usize) -> Self {
        let (answers, aim, most_us) = match draws.below(8) {
            // Some come while the program begins.
            0 => (0, Aim::Anything, 40_000),
            1..4 => (draws.below(2 * each + 1), Aim::Anything, 3_000),
            _ => (draws.below(2 * each + 1), Aim::Commit, 600),
        };
        let after = Duration::from_micros(draws.below(most_us) as u64);
        Self {
            answers,
            aim,
            after,
        }
    }

    /// Waits for the moment, once the answers were read.
    #[expect(
        clippy::disallowed_methods,
        reason = "a kill at a moment of chance is what is shown"
    )]
    fn wait(self, shared: &Path) {
        /// Looks at the state: some milliseconds, in which a stream has a commit or has ended.
        const LOOKS: usize = 4_000;
        if self.aim == Aim::Commit {
            let _ = (0..LOOKS).find(|_| state(shared).0);
        }
        thread::sleep(self.after);
    }
}

/// Returns whether the log held something that was not flushed, and how often it had been flushed.
fn state(file: &Path) -> (bool, u32) {
    let bytes = fs::read(file).expect("it is there");
    let number = |at: usize| u32::from_ne_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    (number(0) == 1, number(4))
}

/// Makes the file that tells the state.
fn begin_state(file: &Path) {
    fs::write(file, [0; 4096]).expect("it can be written");
}

/// Lets the program live until it is killed, and keeps what was acknowledged; returns whether it was killed.
fn live(scene: &Scene, folder: &Path, state: &Path, record: &mut Record, end: End) -> bool {
    let from = record.acknowledged.len();
    let fate = Fate {
        state: Some(state),
        ..Fate::KIND
    };
    let mut child = tsuho(folder, &["apply", "--callers", CALLERS])
        .envs(scene.shim.variables(folder, fate, None))
        .stderr(Stdio::null())
        .spawn()
        .expect("the program can be started");
    let mut input = child.stdin.take().expect("it is piped");
    let mut output = BufReader::new(child.stdout.take().expect("it is piped"));
    let lines = &record.lines[from..record.lines.len().min(from + AHEAD)];
    let text = lines.join("\n") + "\n";
    let said = thread::scope(|scope| {
        scope.spawn(move || {
            // Whoever is killed does not read the rest.
            let _ = input.write_all(text.as_bytes());
        });
        let mut said = Vec::new();
        for _ in 0..end.answers {
            output
                .read_until(b'\n', &mut said)
                .expect("a pipe can be read");
        }
        end.wait(state);
        // It may have ended by itself.
        let _ = child.kill();
        output.read_to_end(&mut said).expect("a pipe can be read");
        said
    });
    let status = child.wait().expect("it ends");
    record.keep(from, &answers_of(&said));
    status.code().is_none()
}

#[test]
fn nothing_is_lost_or_done_twice_by_kills_at_any_moment_of_a_stream() {
    let Some(scene) = Scene::new() else {
        println!("{NOT_SHOWN}");
        return;
    };
    let (kills, requests) = (count(12, 520), count(600, 50_000));
    let mut record = Record {
        lines: (0..requests).map(line).collect(),
        ..Record::default()
    };
    let copy = scene.copy();
    let shared = copy.path().with_extension("state");
    let mut draws = Draws(4_711);
    let (mut all, mut aimed, mut lives) = ((0, 0), (0, 0), 0);
    while record.acknowledged.len() < requests {
        begin_state(&shared);
        let killed = all.0 + aimed.0;
        let left = requests - record.acknowledged.len();
        let end = End::draw(&mut draws, left / (kills.saturating_sub(killed) + 1));
        if live(&scene, copy.path(), &shared, &mut record, end) {
            let (count, within) = match end.aim {
                Aim::Anything => &mut all,
                Aim::Commit => &mut aimed,
            };
            *count += 1;
            *within += usize::from(state(&shared).0);
        }
        lives += 1;
        assert!(lives < 8 * kills, "it does not go on");
        // It is looked at now and then; the whole of it is judged at the end.
        if lives % count(4, 50) == 0 {
            told(copy.path(), &["database", "check", "--quick"]).expect("it is sound");
        }
    }
    fs::remove_file(&shared).expect("it is there");
    let mut sum = Sum::default();
    sum.add("the stream", judge(copy.path(), &record, scene.records));
    let (killed, within) = (all.0 + aimed.0, all.1 + aimed.1);
    println!(
        "FIGURE kills in a stream of {requests} requests: {killed}, of which {within} within a commit ({} of {} at any \
         moment, {} of {} soon after a commit began); lost {}, duplicated {}, unrecoverable {}",
        all.1, all.0, aimed.1, aimed.0, sum.lost, sum.doubled, sum.unrecoverable
    );
    assert_eq!(sum.why, [""; 0]);
    assert!(killed >= count(6, 500), "{killed}");
    assert!(within >= count(0, 50), "{within}");
}

#[test]
fn it_is_known_whether_a_kill_hit_a_commit() {
    let Some(scene) = Scene::new() else {
        println!("{NOT_SHOWN}");
        return;
    };
    let lines = script(12);
    let (mut planted, mut within, mut right) = (0, 0, 0);
    let calls = scene.calls(&lines);
    for at in (1..=calls).step_by(calls / 12) {
        let copy = scene.copy();
        let shared = copy.path().with_extension("state");
        begin_state(&shared);
        let fate = Fate {
            state: Some(&shared),
            ..Fate::of(Fault::Kill, at)
        };
        let (_, call) = scene.run(copy.path(), APPLY, fate, &lines);
        let (is_within, _) = state(&shared);
        fs::remove_file(shared).expect("it is there");
        // The log is flushed at the end of a commit, and once more before it is brought over.
        if call != "fsync a.db-wal" {
            planted += 1;
            within += usize::from(is_within);
            right += usize::from(is_within == (call == "pwrite a.db-wal"));
        }
    }
    println!("kills, {within} of them within a commit: planted {planted}, caught {right}");
    assert_eq!(right, planted);
    assert!(within > 0 && within < planted);
}
