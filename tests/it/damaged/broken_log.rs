//! What commands do with a database of whose log a page is broken.

use std::fs;

use tsuho_tests::count;

use super::Scene;
use crate::child::tsuho;

#[test]
fn no_command_goes_on_over_a_log_in_which_something_acknowledged_is_broken() {
    let scene = Scene::new();
    let at = scene.folder.path().join("tried");
    let note = ["case", "note", "1", "more", "--as", "duty_officer"];
    let commands: [&[&str]; 3] = [&["case", "list"], &note, &["audit", "verify"]];
    let asked = |command: &[&str]| tsuho(&at, &[command, &["--database", "a.db"]].concat());
    let (mut planted, mut caught) = (0, 0);
    let length = scene.log().len();
    for place in (100..length).step_by(length / count(4, 60)) {
        let mut files = scene.files.clone();
        files.log.as_mut().expect("a log")[place] ^= 0x41;
        files.lay(&at);
        for command in commands {
            planted += 1;
            let ended = asked(command);
            let log = fs::read(at.join("a.db-wal")).expect("nobody takes it away");
            caught += usize::from(ended.code == Some(8) && Some(log) == files.log);
        }
    }
    println!("FIGURE commands on a broken log: planted {planted}, caught {caught}");
    assert_eq!(caught, planted);
    // What is left of a commit that was cut off, of which nobody was told, keeps nobody from working.
    let mut files = scene.files.clone();
    let cut_off = files.log.as_mut().expect("a log");
    cut_off.extend_from_within(32..32 + 2_000);
    files.index = None;
    files.lay(&at);
    for command in commands {
        assert_eq!(asked(command).code, Some(0), "{command:?}");
    }
}
