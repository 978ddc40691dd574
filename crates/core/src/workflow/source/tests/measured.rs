//! States what becomes of bytes that are no text, and of every corner in which the two readers were measured.
//! The mistakes of everyday texts are in the tables.

use super::super::read;
use super::tables::check;
use crate::catalogue::{self, Language};

#[test]
fn what_is_no_text_is_not_given_to_a_parser() {
    let long = "x".repeat(10_001);
    check(&[
        ("a: \u{0}\n", &["WF0004 1:4 \u{0}"]),
        (
            "a: 1\nb: 日\u{7}\u{1b}\n",
            &["WF0004 2:5 \u{7}", "WF0004 2:6 \u{1b}"],
        ),
        ("a: 1\rb: 2\n", &["WF0004 1:5 \r"]),
        (
            "a: x\u{85}y\u{2028}z\u{2029}\n",
            &[
                "WF0004 1:5 \u{85}",
                "WF0004 1:7 \u{2028}",
                "WF0004 1:9 \u{2029}",
            ],
        ),
        (
            "a: \u{202e}x\u{feff}\n",
            &["WF0004 1:4 \u{202e}", "WF0004 1:6 \u{feff}"],
        ),
        ("\u{feff}\u{feff}a: 1\n", &["WF0004 1:1 \u{feff}"]),
        (
            "a: \"\\u0007x\"\nb: \"\\L\"\n",
            &["WF0004 1:4 \"\\u0007x\"", "WF0004 2:4 \"\\L\""],
        ),
        (&format!("a: 1\nb: {long}\n"), &["WF0005 2:1 "]),
        (
            &format!("a: [1,\n  \"{}\"]\n", "x y\n".repeat(16_400)),
            &["WF0006 2:3 "],
        ),
    ]);
    let (documents, findings) = read("table.yaml", b"\xEF\xBB\xBFa: 1\nb: \x93\xFA\n");
    let found = findings.into_sorted();
    assert!(documents.is_empty());
    assert_eq!((found[0].at.line, found[0].at.column), (2, 4));
    let sentence = catalogue::text(Language::En, found[0].code.id, &found[0].args);
    assert_eq!(
        sentence,
        "the file is not UTF-8: byte 93 at offset 11 belongs to no character"
    );
}

/// The measured behaviour of the two readers that the selection of crates lists, and what becomes of each here.
#[test]
fn every_measured_behaviour_of_the_readers_is_met() {
    let nested = format!("a: {}{}\n", "[".repeat(100), "]".repeat(100));
    check(&[
        ("a: 1\nb:\n  c: 1\n  c: 2\n", &["WF0040 4:3 c"]),
        ("\"a\": 1\na: 2\n", &["WF0040 2:1 a"]),
        ("1: a\n0x1: b\n", &["WF0041 1:1 1", "WF0041 2:1 0x1"]),
        ("a: &x [1]\nb: *x\n", &["WF0031 1:4 &x", "WF0032 2:4 *x"]),
        (
            "a: &x {b: 1}\nc:\n  <<: *x\n",
            &["WF0031 1:4 &x", "WF0035 3:3 <<", "WF0032 3:7 *x"],
        ),
        ("a: 1\n---\nb: 2\n", &[]),
        (&nested, &["WF0007 1:67 ["]),
        ("a: &a [*a]\n", &["WF0031 1:4 &a", "WF0032 1:8 *a"]),
        ("\u{feff}a: 1\nb: 2\n", &[]),
        ("\u{feff}# comment\na: 1\nb: 2\n", &[]),
        ("a:\n\tb: 1\n", &["WF0023 2:1 \t"]),
        ("a:\tx\n", &[]),
        ("a: |\r\n  x\r\n  y\r\nb: [1,\r\n 2]\r\n", &[]),
        (
            "a: [NO, yes, on, y]\n",
            &[
                "WF0044 1:5 NO",
                "WF0044 1:9 yes",
                "WF0044 1:14 on",
                "WF0044 1:18 y",
            ],
        ),
        (
            "a: [0755, 0o755, 0x1F, 12:30:45, 1_000, 1.10]\n",
            &[
                "WF0047 1:5 0755",
                "WF0047 1:11 0o755",
                "WF0047 1:18 0x1F",
                "WF0047 1:34 1_000",
                "WF0045 1:41 1.10",
            ],
        ),
        (
            "a: 18446744073709551616\n",
            &["WF0046 1:4 18446744073709551616"],
        ),
        ("a: !x 1\n", &["WF0034 1:4 !x 1"]),
        ("", &["WF0010 1:1 "]),
        ("# only\n# comments\n", &["WF0010 1:1 "]),
        ("[x, z]: d\n", &["WF0041 1:1 [x, z]"]),
    ]);
}
