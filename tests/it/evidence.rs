//! Evidence is measured again whenever it is read: whatever somebody changed in the file of the database is told, and
//! nothing of it is handed out.

use std::fs;

use serde_json::Value;

use crate::audit::python;
use crate::office::Office;

/// A case with a small file, and one of three chunks of which no two are the same.
fn office() -> Office {
    let office = Office::with_case();
    let folder = office.0.path();
    fs::write(folder.join("letter.txt"), "a letter").expect("it is written");
    let large: Vec<u8> = (0..2_500_000_u32)
        .map(|number| number.wrapping_mul(2_654_435_761).to_be_bytes()[0])
        .collect();
    fs::write(folder.join("disk.img"), large).expect("it is written");
    office.done("case attach 1 letter.txt --as Sato");
    office.done("case attach 1 disk.img --as Tanaka --fact cause");
    office
}

/// Changes in the file, and which of the two files is then told to differ or to be missing.
const PLANTED: [(&str, &str, u64, &str); 8] = [
    (
        "a flipped byte",
        "update blobs set bytes = cast(x'41' || substr(bytes, 2) as blob) where size = 8",
        1,
        "differs",
    ),
    (
        "a flipped byte in the last chunk",
        "update blobs set bytes = cast(substr(bytes, 1, length(bytes) - 1) || x'fe' as blob) where chunk = 2",
        2,
        "differs",
    ),
    (
        "a dropped chunk",
        "delete from blobs where chunk = 1",
        2,
        "missing",
    ),
    (
        "a dropped last chunk",
        "delete from blobs where chunk = 2",
        2,
        "missing",
    ),
    (
        "a swapped file",
        "update blobs set bytes = (select bytes from blobs where chunk = 2) where size = 8",
        1,
        "differs",
    ),
    (
        "two chunks swapped",
        "update blobs set chunk = 9 where chunk = 0 and size > 8; update blobs set chunk = 0 where chunk = 1; \
         update blobs set chunk = 1 where chunk = 9",
        2,
        "differs",
    ),
    (
        "a wrong length",
        "update blobs set size = size + 1 where size = 8",
        1,
        "differs",
    ),
    (
        "a file that is gone",
        "delete from blobs where size = 8",
        1,
        "missing",
    ),
];

#[test]
fn a_file_that_was_changed_is_told_and_not_handed_out() {
    let office = office();
    let folder = office.0.path();
    let sound: Value =
        serde_json::from_str(&office.done("case evidence 1 --format json")).expect("an object");
    let measured = |listed: &Value, number: u64| {
        let files = listed["files"].as_array().expect("files");
        let of = files.iter().find(|file| file["number"] == number);
        of.expect("it is listed")["measured"]
            .as_str()
            .expect("a word")
            .to_owned()
    };
    assert_eq!(
        (measured(&sound, 1), measured(&sound, 2)),
        ("same".into(), "same".into())
    );
    office.done("case evidence 1 2 --output copy.img --as Tanaka");
    let copy = fs::read(folder.join("copy.img")).expect("it was written");
    assert!(copy == fs::read(folder.join("disk.img")).expect("it is there"));
    fs::rename(folder.join("a.db"), folder.join("sound.db")).expect("it can be moved");
    let mut caught = 0;
    for (what, statements, number, word) in PLANTED {
        fs::copy(folder.join("sound.db"), folder.join("a.db")).expect("it can be copied");
        let done = python(
            folder,
            "forge_history.py",
            &format!("sql a.db \"{statements}\""),
        );
        assert_eq!(done.code, Some(0), "{what}: {}", done.err);
        let listed = office.tsuho("case evidence 1 --format json");
        let told: Value = serde_json::from_str(&listed.out).expect("an object");
        let other = if number == 1 { 2 } else { 1 };
        let line = format!("case evidence 1 {number} --output stolen --as Tanaka");
        let handed = office.tsuho(&line);
        let is_caught = listed.code == Some(1)
            && measured(&told, number) == word
            && measured(&told, other) == "same"
            && handed.code == Some(1)
            && handed.err.contains("nothing was handed out")
            && !folder.join("stolen").exists();
        assert!(is_caught, "{what}: {told} {handed:?}");
        caught += 1;
    }
    println!("evidence: planted {}, caught {caught}", PLANTED.len());
    assert_eq!(caught, PLANTED.len());
}

#[test]
fn nothing_is_overwritten_and_nobody_is_handed_what_they_may_not_read() {
    let office = office();
    let folder = office.0.path();
    fs::write(folder.join("mine.txt"), "mine").expect("it is written");
    let over = office.tsuho("case evidence 1 letter.txt --output mine.txt --as Tanaka");
    assert_eq!(over.code, Some(1), "{over:?}");
    assert_eq!(fs::read(folder.join("mine.txt")).expect("there"), b"mine");
    office.done("user add Abe");
    office.done("user grant Abe administrator");
    let outsider = office.tsuho("case evidence 1 1 --output out.txt --as Abe");
    assert_eq!(outsider.code, Some(1), "{outsider:?}");
    assert!(!folder.join("out.txt").exists());
    let unknown = office.tsuho("case evidence 1 nothing.txt --as Tanaka");
    assert_eq!(unknown.code, Some(4), "{unknown:?}");
}
