//! States where the values of a sound text stand, and what they are.
//! Where mistakes are found is stated in the tables.

use super::super::{Document, Kind, Node, read};

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
