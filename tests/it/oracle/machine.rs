//! Due dates must not change with the machine's zone data, time zone or language.
//! The test runs itself again as a child process, once in each setting.

use std::env;
use std::process::Command;

use tsuho_core::calendar::{Anchor, Counting, due};
use tsuho_core::time::{Instant, Timestamp, Zone};

/// Tells a child process from where it takes its zone.
const CHILD: &str = "TSUHO_TEST_CHILD";

/// A folder that hides the machine's zone data, for programs that would read them.
const NOWHERE: &str = "nowhere";

/// Returns due dates around every change of clocks of five years in the zone given.
fn due_dates(zone: &str) -> Vec<String> {
    let zone: Zone = zone.parse().expect("zone data are compiled in");
    let mut lines = Vec::new();
    for day in 0..5 * 365 {
        let at = Timestamp::from_micros((1_700_000_000 + day * 86_400) * 1_000_000)
            .expect("a time of these years");
        let anchor = Anchor::Instant(Instant::new(at, zone.clone()));
        for period in ["30 days", "1 month"] {
            let period = period.parse().expect("a period");
            let readings = due(&anchor, period, &Counting::AsWritten, None, &zone)
                .expect("as written counts all");
            lines.push(format!("{} {}", readings[0].due, at.civil(&zone)));
        }
    }
    lines
}

/// Runs this test in a child process and returns the due dates that it prints.
fn child(mut command: Command, mode: &str, settings: &[(&str, &str)]) -> Option<Vec<String>> {
    let test = env::current_exe().expect("a test is a program");
    command.arg(test).args(["--exact", "--nocapture"]);
    command.arg("oracle::machine::zone_data_and_language_of_the_machine_change_no_due_date");
    command
        .env_remove("TZ")
        .env_remove("TZDIR")
        .env_remove("LC_ALL");
    command.env(CHILD, mode).envs(settings.iter().copied());
    let output = command
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let printed = String::from_utf8(output.stdout).expect("the child prints UTF-8");
    Some(
        printed
            .lines()
            .filter_map(|line| line.split_once("DUE "))
            .map(|(_, due)| due.to_owned())
            .collect(),
    )
}

/// Starts a program as it is.
fn plain() -> Command {
    Command::new("env")
}

/// Starts a program where an empty file system covers the machine's zone data; needs rights that not everybody has.
fn hidden() -> Command {
    let mut command = Command::new("unshare");
    let cover = "mount -t tmpfs none /usr/share/zoneinfo && exec \"$@\"";
    command.args(["--mount", "sh", "-c", cover, "sh"]);
    command
}

#[test]
fn zone_data_and_language_of_the_machine_change_no_due_date() {
    let zone = match env::var(CHILD).as_deref() {
        Ok("ours") => Some("Europe/Berlin".to_owned()),
        Ok("machine") => env::var("TZ").ok(),
        Ok(_) | Err(_) => None,
    };
    if let Some(zone) = zone {
        for line in due_dates(&zone) {
            println!("DUE {line}");
        }
        return;
    }
    let expected = child(plain(), "ours", &[]).expect("the test runs again");
    assert_eq!(expected.len(), 2 * 5 * 365);
    let settings: [&[(&str, &str)]; 4] = [
        &[("TZ", "America/New_York"), ("LANG", "ja_JP.UTF-8")],
        &[("TZ", "Pacific/Kiritimati"), ("LC_ALL", "C")],
        &[("TZDIR", NOWHERE), ("LANG", "tr_TR.UTF-8")],
        &[
            ("TZ", ":broken"),
            ("TZDIR", NOWHERE),
            ("LC_ALL", "de_DE.UTF-8"),
        ],
    ];
    for setting in settings {
        assert_eq!(
            child(plain(), "ours", setting).as_ref(),
            Some(&expected),
            "{setting:?}"
        );
    }
    let covered = child(hidden(), "ours", &[("TZ", "America/New_York")]);
    assert!(
        covered.as_ref().is_none_or(|dues| *dues == expected),
        "with the machine's zone data hidden"
    );
    let hiding = if covered.is_some() {
        "hidden as well"
    } else {
        "not hidden for want of rights"
    };

    let planted =
        child(plain(), "machine", &[("TZ", "America/New_York")]).expect("the test runs again");
    println!("planted 1, caught {}", u8::from(planted != expected));
    assert_ne!(planted, expected);
    println!(
        "FIGURE machine: due dates compared {} in {} settings, zone files {hiding}, differences 0 of {}",
        expected.len(),
        settings.len(),
        expected.len() * settings.len()
    );
}
