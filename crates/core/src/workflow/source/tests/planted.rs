//! Plants faults in the reading, and shows that the checks of these tests and of the reader itself catch them.

use serde::Deserialize as _;
use serde_yaml::Value;

use super::super::{Document, Kind, Node, SourceText, bounds, read, second, tree};
use super::mutation::{agree, positions_are_right};

/// Pairs of texts that look alike and say different things.
const PAIRS: [(&str, &str); 14] = [
    ("a: 1\n", "a: '1'\n"),
    ("a: 1\n", "a: 2\n"),
    ("a: true\n", "a: 'true'\n"),
    ("a: true\n", "a: false\n"),
    ("a:\n", "a: ''\n"),
    ("a: x\n", "a: x y\n"),
    ("a: \"x\\ny\"\n", "a: |\n  x\n  y\n"),
    ("a: [1, 2]\n", "a: [2, 1]\n"),
    ("a: [1, 2]\n", "a: [1, 2, 3]\n"),
    ("a: [1]\n", "a: {1: 1}\n"),
    ("a: {b: 1, c: 2}\n", "a: {c: 2, b: 1}\n"),
    ("a: {b: 1}\n", "a: {b: 1, c: 2}\n"),
    ("a: {b: {c: [1]}}\n", "a: {b: {c: [[1]]}}\n"),
    ("a: 1\n", "a: 1\n---\nb: 1\n"),
];

/// Texts that granit and `serde_yaml` read, each in its own way.
const READ_DIFFERENTLY: [&str; 3] = [
    "a: {?b: 1}\n",
    "k: { x: 1, ?known_at: 2 }\n",
    "k: [ { ?a: b } ]\n",
];

/// Reads without the comparison, as the reader would if it were switched off.
fn walked(source: &SourceText) -> Vec<Document> {
    let (roots, findings) = tree::read(source);
    assert!(!findings.has_errors(), "the walk finds nothing wrong");
    roots
        .into_iter()
        .map(|root| Document {
            root: root.normalised(),
        })
        .collect()
}

#[test]
fn a_difference_between_the_readers_is_caught_by_the_reader_and_by_its_test() {
    let (mut planted, mut caught) = (0, 0);
    for text in READ_DIFFERENTLY {
        let source = SourceText::new("planted.yaml", text.as_bytes());
        let without_comparison = walked(&source);
        let compared = read("planted.yaml", text.as_bytes()).1;
        planted += 2;
        caught +=
            usize::from(!agree(&without_comparison, text)) + usize::from(compared.has_errors());
    }
    for (ours, theirs) in PAIRS {
        let source = SourceText::new("planted.yaml", ours.as_bytes());
        let (roots, _) = tree::read(&source);
        let other = SourceText::new("planted.yaml", theirs.as_bytes());
        planted += 2;
        caught += usize::from(!agree(&walked(&source), theirs));
        caught += usize::from(second::compare(&other, &roots).has_errors());
    }
    println!("planted {planted}, caught {caught}");
    assert_eq!(caught, planted);
}

#[test]
fn equal_trees_have_no_difference() {
    for (text, _) in PAIRS {
        let source = SourceText::new("planted.yaml", text.as_bytes());
        let value =
            Value::deserialize(serde_yaml::Deserializer::from_str(text)).expect("the text is YAML");
        assert!(
            second::differences(&tree::read(&source).0[0], &value).is_empty(),
            "{text}"
        );
    }
}

/// Moves the place of every node in one way, the first text's place within a line with it.
fn moved(node: &Node, by: fn(&mut Node)) -> Node {
    let mut node = node.clone();
    by(&mut node);
    node.kind = match node.kind {
        Kind::List(items) => Kind::List(items.iter().map(|item| moved(item, by)).collect()),
        Kind::Map(mut entries) => {
            for entry in &mut entries {
                entry.value = moved(&entry.value, by);
            }
            Kind::Map(entries)
        }
        other @ (Kind::Null | Kind::Boolean(_) | Kind::Integer(_) | Kind::Text { .. }) => other,
    };
    node
}

#[test]
fn a_position_that_is_off_by_one_is_caught() {
    let faults: [fn(&mut Node); 5] = [
        |node| node.at.line += 1,
        |node| node.at.column += 1,
        |node| node.at.column -= 1,
        |node| node.at.span.start += 1,
        |node| node.at.span = node.at.span.start + 1..node.at.span.end + 1,
    ];
    let text = "通信: の秘密\nlist:\n  - \"引用\"\n  - x\n";
    let documents = walked(&SourceText::new("planted.yaml", text.as_bytes()));
    assert!(positions_are_right(&documents[0].root, text));
    let wrong =
        |fault: &&fn(&mut Node)| !positions_are_right(&moved(&documents[0].root, **fault), text);
    let caught = faults.iter().filter(wrong).count();
    println!("planted {}, caught {caught}", faults.len());
    assert_eq!(caught, faults.len());
}

#[test]
fn a_byte_order_mark_that_stays_is_caught() {
    let text = "a: 1\nb: 通信\n";
    // Of two marks one is taken off: what remains is the text of a reader that takes off none.
    let marked = format!("\u{feff}\u{feff}{text}");
    let source = SourceText::new("planted.yaml", marked.as_bytes());
    let (roots, _) = tree::read(&source);
    let caught = [
        bounds::check(&source, marked.as_bytes()).has_errors(),
        second::compare(&source, &roots).has_errors(),
        !roots.iter().all(|root| positions_are_right(root, text)),
    ];
    println!(
        "planted {}, caught {}",
        caught.len(),
        caught.iter().filter(|caught| **caught).count()
    );
    assert_eq!(caught, [true; 3]);
}
