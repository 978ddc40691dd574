//! States which mistake is found where, text by text, and where the values of a sound text stand.

use super::super::{Document, Kind, Node, read};
use crate::catalogue::{self, Language};

/// Texts, and for each the findings as code, line:column and the text at that place.
type Table<'table> = &'table [(&'table str, &'table [&'table str])];

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

fn check(table: Table<'_>) {
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

/// Writes every node below a node as its path, line:column and text in the file.
fn places(node: &Node, path: &str, text: &str, into: &mut Vec<String>) {
    into.push(format!(
        "{path} {}:{} {}",
        node.at.line,
        node.at.column,
        &text[node.at.span.clone()]
    ));
    for (index, item) in node.items().iter().enumerate() {
        places(item, &format!("{path}[{index}]"), text, into);
    }
    for entry in node.entries() {
        let path = format!("{path}.{}", entry.key);
        let at = &entry.key_at;
        into.push(format!(
            "{path}: {}:{} {}",
            at.line,
            at.column,
            &text[at.span.clone()]
        ));
        places(&entry.value, &path, text, into);
    }
}

fn sound(text: &str) -> Vec<Document> {
    let (documents, findings) = read("table.yaml", text.as_bytes());
    assert_eq!(findings.into_sorted(), Vec::new(), "{text}");
    documents
}

fn all_places(text: &str) -> Vec<String> {
    let mut into = Vec::new();
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    for document in sound(text) {
        places(&document.root, "", bare, &mut into);
    }
    into
}

#[test]
fn every_value_stands_where_the_file_has_it() {
    let expected = |root: &str| {
        let rest = [
            ".題名: 1:1 題名",
            ".題名 1:5 { 英: x, 日: [通信, \"の\"] }",
            ".題名.英: 1:7 英",
            ".題名.英 1:10 x",
            ".題名.日: 1:13 日",
            ".題名.日 1:16 [通信, \"の\"]",
            ".題名.日[0] 1:17 通信",
            ".題名.日[1] 1:21 \"の\"",
            ".b: 2:1 b",
            ".b 2:3 ",
            ".c: 3:1 c",
            ".c 4:3 - 1",
            ".c[0] 4:5 1",
        ];
        [format!(" 1:1 {root}")]
            .into_iter()
            .chain(rest.map(str::to_owned))
            .collect::<Vec<_>>()
    };
    let text = "題名: { 英: x, 日: [通信, \"の\"] }\nb:\nc:\n  - 1\n";
    assert_eq!(all_places(text), expected(text.trim_end()));
    assert_eq!(
        all_places(&format!("\u{feff}{text}")),
        expected(text.trim_end()),
        "a mark moves nothing"
    );
    let windows = text.replace('\n', "\r\n");
    assert_eq!(
        all_places(&windows),
        expected(windows.trim_end()),
        "two bytes may end a line"
    );
    let second = format!("a: 1\n---\n{text}");
    assert!(all_places(&second).contains(&".題名.日[1] 3:21 \"の\"".to_owned()));
}

#[test]
fn a_range_within_a_text_is_found_in_the_file() {
    let table = [
        ("when: a == 通信 && bad\n", "bad", Some("1:18")),
        ("when: \"a == 通信 && bad\"\n", "bad", Some("1:19")),
        ("when: 'a == \"x\" && bad'\n", "bad", Some("1:20")),
        ("k: { when: '  bad' }\n", "bad", Some("1:15")),
        (
            "when: >-\n  services.exists(s,\n    通.class == s.bad)\n",
            "bad",
            Some("3:18"),
        ),
        ("when: >-\r\n  one\r\n  two bad\r\n", "bad", Some("3:7")),
        ("when: |\n  one\n    two bad\n", "bad", Some("3:9")),
        ("when: a &&\n  bad\n", "bad", Some("2:3")),
        ("when: \"a &&\n  bad\"\n", "bad", Some("2:3")),
        ("when: 'it''s bad'\n", "bad", None),
        ("when: \"\\u901a bad\"\n", "bad", None),
        ("when: か\u{3099} bad\n", "bad", None),
    ];
    for (text, part, expected) in table {
        let documents = sound(text);
        let root = &documents[0].root;
        let node = root
            .get("when")
            .or_else(|| root.get("k")?.get("when"))
            .expect("the text has a `when`");
        let value = node.as_text().expect("it is a text");
        let start = value.find(part).expect("the part is in it");
        let place = node.location_of(start..start + part.len());
        match expected {
            Some(expected) => {
                assert_eq!(
                    format!("{}:{}", place.line, place.column),
                    expected,
                    "{text}"
                );
                assert_eq!(&text[place.span], part, "{text}");
            }
            None => assert_eq!(place, node.at, "{text}"),
        }
        assert_eq!(
            node.location_of(0..value.len()).line,
            node.at.line,
            "{text}"
        );
        assert!(
            text.get(node.location_of(0..usize::MAX).span).is_some(),
            "a range beyond the text is cut: {text}"
        );
    }
}

#[test]
fn values_are_what_they_look_like() {
    let documents = sound(
        "a: [x, 'y', \"z\", 5, true, ~, null, '', {}, [], 2023-10-27]\nb: >-\n  か\u{3099}\nか\u{3099}:\n",
    );
    let root = &documents[0].root;
    let words: Vec<&str> = root
        .get("a")
        .expect("a")
        .items()
        .iter()
        .map(Node::word)
        .collect();
    let kind = |name: &str| format!("source.kind.{name}");
    let expected = [
        "text", "text", "text", "integer", "boolean", "null", "null", "text", "map", "list", "text",
    ];
    assert_eq!(words, expected.map(kind));
    assert_eq!(
        root.get("b").and_then(Node::as_text),
        Some("\u{304c}"),
        "texts are composed"
    );
    assert!(
        matches!(
            root.get("\u{304c}").map(|node| &node.kind),
            Some(Kind::Null)
        ),
        "keys are composed"
    );
    assert_eq!(
        root.get("a").and_then(|list| list.items()[3].as_integer()),
        Some(5)
    );
    assert_eq!(
        root.get("a").and_then(|list| list.items()[4].as_boolean()),
        Some(true)
    );
    assert!(root.get("c").is_none());
}

#[test]
fn a_value_with_a_mistake_is_marked_and_the_others_are_not() {
    let (documents, _) = read(
        "table.yaml",
        "a: no\nb: { when: f(x, y), to: z }\nc: 1.5\nd: !x\n".as_bytes(),
    );
    let root = &documents[0].root;
    let faulty = |path: &[&str]| {
        let node = path
            .iter()
            .try_fold(root, |node, key| node.get(key))
            .expect("the path exists");
        node.is_faulty()
    };
    assert!(faulty(&["a"]) && faulty(&["b", "when"]) && faulty(&["c"]) && faulty(&["d"]));
    assert!(!faulty(&["b"]) && !faulty(&["b", "to"]));
    let keys: Vec<&str> = root
        .get("b")
        .expect("b")
        .entries()
        .iter()
        .map(|entry| entry.key.as_str())
        .collect();
    assert_eq!(keys, ["when", "to"], "the cut off piece is no key");
}
