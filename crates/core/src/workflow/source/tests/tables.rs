//! States which mistake is found where, text by text.
//! Bytes that are no text and the measured corners of the two readers have a file of their own.

use super::super::read;
use crate::catalogue::{self, Language};

/// Texts, and for each the findings as code, line:column and the text at that place.
pub(super) type Table<'table> = &'table [(&'table str, &'table [&'table str])];

fn findings(text: &str) -> Vec<String> {
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (_, findings) = read("table.yaml", text.as_bytes());
    let found = findings.into_sorted();
    for finding in &found {
        for key in [
            finding.code.id.to_owned(),
            format!("{}.help", finding.code.id),
        ] {
            for language in [Language::En, Language::Ja] {
                let sentence = catalogue::text(language, &key, &finding.args);
                let unfilled = [
                    "[source.", "[WF", "{text}", "{quoted}", "{what}", "{advice}", "{after}",
                    "{most}",
                ];
                assert!(
                    !unfilled.iter().any(|part| sentence.contains(part)),
                    "{sentence}"
                );
            }
        }
    }
    found
        .iter()
        .map(|finding| {
            let at = &finding.at;
            format!(
                "{} {}:{} {}",
                finding.code.id,
                at.line,
                at.column,
                &bare[at.span.clone()]
            )
        })
        .collect()
}

/// Compares what is found in each text with what the table states.
pub(super) fn check(table: Table<'_>) {
    for (text, expected) in table {
        assert_eq!(findings(text), *expected, "{text}");
    }
}

#[test]
fn what_the_language_does_without_is_refused() {
    check(&[
        (
            "when: &a x\nb: *a\nc: *zz\n",
            &["WF0031 1:7 &a", "WF0032 2:4 *a", "WF0032 3:4 *zz"],
        ),
        ("d: * x\n", &["WF0032 1:4 *"]),
        ("d: & x\n", &["WF0031 1:4 &"]),
        ("a: !!str 1\n", &["WF0033 1:4 !!str"]),
        (
            "a: !<tag:yaml.org,2002:str> x\n",
            &["WF0033 1:4 !<tag:yaml.org,2002:str>"],
        ),
        ("<<: {a: 1}\nb: {\"<<\": 1}\n", &["WF0035 1:1 <<"]),
        ("%YAML 1.2\n---\na: 1\n---\nb: 1\n", &["WF0030 1:1 %YAML"]),
        ("a: 1\n---\n%FOO bar\n---\nb: 1\n", &["WF0030 3:1 %FOO"]),
    ]);
}

#[test]
fn an_expression_that_begins_with_an_exclamation_mark_is_to_be_quoted() {
    check(&[
        ("when: !known(x)\nb: 1\n", &["WF0034 1:7 !known(x)"]),
        ("when: !applies && x\n", &["WF0034 1:7 !applies && x"]),
        ("when: !(x || y)\n", &["WF0034 1:7 !(x || y)"]),
        (
            "- { when: !x, to: b }\n",
            &["WF0012 1:1 - { when: !x, to: b }", "WF0034 1:11 !x"],
        ),
        (
            "a: {b: !f(c, d)}\n",
            &["WF0034 1:8 !f(c", "WF0043 1:8 !f(c, d)"],
        ),
        ("a: !e!x y\n", &["WF0034 1:4 !e!x y"]),
    ]);
}

#[test]
fn what_a_comma_tears_is_to_be_quoted() {
    check(&[
        (
            "a: {when: earliest(a, b), to: x}\n",
            &["WF0043 1:11 earliest(a, b)"],
        ),
        (
            "a: {k: (x, y), z: f(g(1, 2), 3), needs: [known(a, b), c]}\n",
            &[
                "WF0043 1:8 (x, y)",
                "WF0043 1:19 f(g(1, 2), 3)",
                "WF0043 1:42 known(a, b)",
            ],
        ),
        ("a: {en: one (two, ja: 日本}\n", &["WF0043 1:9 one (two"]),
        (
            "a: { en: Leak of a, b and c, ja: x }\n",
            &["WF0042 1:21 b and c"],
        ),
        ("a: { en: \"quoted\", stray }\n", &["WF0042 1:20 stray"]),
        ("a: {when: f(\"a\", \"b\"), to: x}\n", &["WF0025 1:21 ),"]),
        ("a: {when: \"a\" in b, to: x}\n", &["WF0025 1:15 in"]),
        ("a: {x, z: }\n", &["WF0042 1:5 x"]),
        ("a: {x # c\n  , z: 1}\n", &["WF0042 1:5 x"]),
        ("a: {when: size(x) > 0 && f(\")\"), to: x}\n", &[]),
    ]);
}

#[test]
fn a_missing_space_is_found() {
    check(&[
        ("a: 1\nb:2\nc: 3\n", &["WF0026 2:1 b:"]),
        ("b:2\n", &["WF0026 1:1 b:"]),
        ("a:\n  b:2\n  c:3\n", &["WF0026 2:3 b:"]),
        ("a:\n  b:2\n  c: 3\n", &["WF0026 2:3 b:"]),
        ("{a:1, b:2}\n", &["WF0026 1:2 a:", "WF0026 1:7 b:"]),
        ("- a\n-b\n", &["WF0026 2:1 -"]),
        ("a: x\nlink:\n  https://example.org\ntime: 10:00\n", &[]),
        ("a:\n- b: 1\n- c:2\n  d: 3\n", &["WF0026 3:3 c:"]),
    ]);
}

#[test]
fn brackets_and_quotes_are_closed() {
    check(&[
        ("a: [1, 2\nb: 3\n", &["WF0022 1:4 ["]),
        ("a: \"x\nb: 3\n", &["WF0021 1:4 \""]),
        ("a: 'x\n---\nb: 'y\n", &["WF0021 1:4 '", "WF0021 3:4 '"]),
        ("a: {b: 1\nc: 2\n---\nd: 1\n", &["WF0022 1:4 {"]),
        ("a: {b: [1, 2 }\n", &["WF0022 1:8 ["]),
        ("a: [[1, 2], 3\nb: {c: d}\ne: f\n", &["WF0022 1:4 ["]),
        ("[a]]\n", &["WF0020 1:4 ]"]),
        ("a: }\n", &["WF0020 1:4 }"]),
        ("a: {b: 1,, c: 2}\n", &["WF0020 1:10 ,"]),
        ("a: [ x: y z: 1]\n", &["WF0020 1:12 :"]),
    ]);
}

#[test]
fn lines_are_indented_by_spaces_and_fit_each_other() {
    check(&[
        ("a: 1\n\tb: 2\n", &["WF0023 2:1 \t"]),
        ("a:\n\tb: 2\n", &["WF0023 2:1 \t"]),
        ("a:\n  b: 1\n c: 2\n", &["WF0024 3:2 c:"]),
        ("a: 1\n  b: 2\n", &["WF0024 2:3 b"]),
        ("a: |\n  x\n y\n", &["WF0024 3:2 y"]),
        ("- a\nb: 1\n", &["WF0024 2:1 b:"]),
        ("a:\t1\n", &[]),
    ]);
}

#[test]
fn nothing_follows_a_complete_value_or_document() {
    check(&[
        ("a: 1\n...\nb: 2\n", &["WF0025 3:1 b:"]),
        ("a: \"a\" in b\n", &["WF0025 1:8 in"]),
        ("a: 'it's'\n", &["WF0025 1:8 s'"]),
        ("a: \"b\"c\n", &["WF0025 1:7 c"]),
        ("{a: 1} x\n", &["WF0025 1:8 x"]),
    ]);
}

#[test]
fn other_syntax_errors_have_words_of_their_own() {
    check(&[
        ("a: b: c\n", &["WF0020 1:5 :"]),
        ("a: >= 5\n", &["WF0020 1:4 >"]),
        ("a: @x\n", &["WF0020 1:4 @"]),
        ("a: `x`\n", &["WF0020 1:4 `"]),
        ("a: [- b]\n", &["WF0020 1:5 -"]),
        ("a: -\n", &["WF0020 1:4 -"]),
        ("a: x # c\n  y\n", &["WF0020 1:6 #"]),
        ("a: 1\njust words\n", &["WF0020 2:1 j"]),
        ("a: \"x\\q\"\n", &["WF0027 1:6 \\q"]),
        ("a: \"日本\\u12\"\n", &["WF0027 1:7 \\u12"]),
        ("a: \"\\ud800\"\n", &["WF0027 1:5 \\ud800"]),
    ]);
}

#[test]
fn a_key_is_a_text_and_stands_once() {
    check(&[
        (
            "a: 1\nb: {x: 1, x: 2}\na: 3\n\"b\": 4\n",
            &["WF0040 2:11 x", "WF0040 3:1 a", "WF0040 4:1 \"b\""],
        ),
        (
            "\u{30ac}: 1\n\u{30ab}\u{3099}: 2\n",
            &["WF0040 2:1 \u{30ab}\u{3099}"],
        ),
        (
            "1: x\n1.5: y\nnull: z\n~: z\ntrue: a\n0x1: b\nyes: c\n",
            &[
                "WF0041 1:1 1",
                "WF0041 2:1 1.5",
                "WF0044 2:6 y",
                "WF0041 3:1 null",
                "WF0041 4:1 ~",
                "WF0041 5:1 true",
                "WF0041 6:1 0x1",
            ],
        ),
        (
            "? a\n: b\n? [x]\n: c\n? {y: z}\n: d\n",
            &["WF0041 3:3 [x]", "WF0041 5:3 {y: z}"],
        ),
        (": x\n", &["WF0041 1:1 "]),
    ]);
}

#[test]
fn a_word_that_readers_take_differently_is_refused() {
    check(&[
        (
            "a: yes\nb: [no, on, OFF, y]\nc: {d: 1.10, e: 1e3, f: .inf}\n",
            &[
                "WF0044 1:4 yes",
                "WF0044 2:5 no",
                "WF0044 2:9 on",
                "WF0044 2:13 OFF",
                "WF0044 2:18 y",
                "WF0045 3:8 1.10",
                "WF0045 3:17 1e3",
                "WF0045 3:25 .inf",
            ],
        ),
        (
            "a: [0755, 0o17, 0x1F, 1_000, +5]\nb: 9007199254740992\nc: -9007199254740991\n",
            &[
                "WF0047 1:5 0755",
                "WF0047 1:11 0o17",
                "WF0047 1:17 0x1F",
                "WF0047 1:23 1_000",
                "WF0047 1:30 +5",
                "WF0046 2:4 9007199254740992",
            ],
        ),
        (
            "a: \"yes\"\nb: 'no'\nc: 2023-10-27\nd: 12:30:45\ne: none\nf: 1.2.3\n",
            &[],
        ),
    ]);
}

#[test]
fn a_document_is_a_mapping_of_one_kind() {
    check(&[
        ("a: 1\n---\n", &["WF0011 2:4 "]),
        ("a: 1\n---\n---\nb: 1\n", &["WF0011 2:4 "]),
        ("---\n---\n", &["WF0010 1:1 "]),
        ("# c\n", &["WF0010 1:1 "]),
        ("- a\n", &["WF0012 1:1 - a"]),
        ("just words\n", &["WF0012 1:1 just words"]),
        ("42\n", &["WF0012 1:1 42"]),
        (
            "workflow: x\nlibrary: z\n---\nscenario: q\nworkflow: x\n---\nscenario: q\nworkflow: x\n---\nworkflow: x\nversion: 1\n---\nworkflow: x\nversion: 2\n",
            &["WF0013 2:1 library", "WF0014 7:11 q"],
        ),
    ]);
}

#[test]
fn several_mistakes_give_several_diagnostics() {
    check(&[
        (
            "a: @x\n---\nb: `c\n---\nc: [1\n",
            &["WF0020 1:4 @", "WF0020 3:4 `", "WF0022 5:4 ["],
        ),
        (
            "a: {x: no, x: 1, when: f(a, b), en: p, q}\nb: !!str 1\nb: *c\n1: 0755\n",
            &[
                "WF0044 1:8 no",
                "WF0040 1:12 x",
                "WF0043 1:24 f(a, b)",
                "WF0042 1:40 q",
                "WF0033 2:4 !!str",
                "WF0040 3:1 b",
                "WF0032 3:4 *c",
                "WF0041 4:1 1",
                "WF0047 4:4 0755",
            ],
        ),
    ]);
}

#[test]
fn one_reader_alone_is_not_believed() {
    check(&[
        ("a: {z:}\n", &["WF0051 1:6 :}"]),
        ("a: {?b: 1}\n", &["WF0050 1:5 ?b"]),
        ("a: [x, :y]\n", &["WF0051 1:8 :y]"]),
        ("k: {a\n  b: 1}\n", &["WF0051 2:4 :"]),
    ]);
}

#[test]
fn a_duplicate_points_at_the_first_too() {
    let (_, findings) = read("table.yaml", "b: 0\na: 1\na: 2\n".as_bytes());
    let found = findings.into_sorted();
    let labels: Vec<(usize, usize)> = found[0]
        .labels
        .iter()
        .map(|label| (label.at.line, label.at.column))
        .collect();
    assert_eq!(labels, [(2, 1)]);
}
