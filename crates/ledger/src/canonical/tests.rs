//! Tests of the canonical form, against the vectors of RFC 8785 and an oracle that reads and writes again.

use std::cell::Cell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::*;

fn written(value: &Value) -> String {
    String::from_utf8(to_bytes(value).expect("a canonical value")).expect("UTF-8")
}

fn fault_of(text: impl AsRef<[u8]>) -> (Fault, usize, String) {
    let error = from_bytes::<Value>(text.as_ref()).expect_err("not canonical");
    (error.fault, error.offset, error.path)
}

#[test]
fn keys_are_sorted_as_in_rfc_8785_section_3_2_3() {
    let value = json!({
        "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
        "1": "One", "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control",
        "\u{f6}": "Latin Small Letter O With Diaeresis",
    });
    let expected = "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\
        \"\u{f6}\":\"Latin Small Letter O With Diaeresis\",\"\u{20ac}\":\"Euro Sign\",\
        \"\u{1f600}\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}";
    assert_eq!(written(&value), expected);
    assert_eq!(from_bytes(expected.as_bytes()), Ok(value));
}

#[test]
fn texts_are_escaped_as_in_rfc_8785_section_3_2_2() {
    let value: Value =
        serde_json::from_str(r#""\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/""#).expect("JSON");
    assert_eq!(written(&value), r#""€$\u000f\nA'B\"\\\\\"/""#);
    let controls: String = (0..0x20u8).chain([0x7f]).map(char::from).collect();
    let expected = "\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f\
        \\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\
        \\u001f\u{7f}\"";
    assert_eq!(written(&json!(controls)), expected);
    assert_eq!(from_bytes(expected.as_bytes()), Ok(controls));
}

#[test]
fn the_other_values_of_rfc_8785_are_narrowed() {
    let value =
        json!([56, {"d": true, "10": [], "1": {"f": {"f": "hi", "F": 5}, "\n": 56}, "": "empty"}]);
    let expected = r#"[56,{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":[],"d":true}]"#;
    assert_eq!(written(&value), expected);
    // Normalising text is not the canonical form's business: A with a ring and A with a combining ring stay apart.
    assert_eq!(written(&json!("A\u{30a}")), "\"A\u{30a}\"");
}

#[test]
fn a_text_that_is_not_canonical_is_refused_where_it_is_wrong() {
    use Fault::*;
    let at = |fault, offset, path: &str| (fault, offset, path.to_owned());
    for (text, expected) in [
        ("", at(Expected("a value"), 0, "")),
        ("{\"a\": 1}", at(Space, 5, "a")),
        ("{ \"a\":1}", at(Space, 1, "")),
        ("{\"a\" :1}", at(Space, 4, "a")),
        ("[1 ]", at(Space, 2, "")),
        ("1\n", at(Trailing, 1, "")),
        ("1 2", at(Trailing, 1, "")),
        ("\u{feff}1", at(Expected("a value"), 0, "")),
        ("{\"a\":{\"b\":[1,null]}}", at(Null, 13, "a.b[1]")),
        ("[[0,{\"a\":1.0}]]", at(Float, 9, "[0][1].a")),
        ("1e3", at(Float, 0, "")),
        ("1E3", at(Float, 0, "")),
        ("-", at(Expected("a digit"), 0, "")),
        ("-0", at(IntegerForm, 0, "")),
        ("007", at(IntegerForm, 0, "")),
        ("-01", at(IntegerForm, 0, "")),
        ("+1", at(Expected("a value"), 0, "")),
        ("9007199254740992", at(IntegerRange, 0, "")),
        ("-9007199254740992", at(IntegerRange, 0, "")),
        ("123456789012345678901234567890", at(IntegerRange, 0, "")),
        ("{\"a\":1,\"a\":1}", at(DuplicateKey("a".into()), 7, "")),
        (
            "{\"x\":{\"b\":1,\"a\":1}}",
            at(KeyOrder("a".into()), 12, "x"),
        ),
        (
            "{\"\u{fb33}\":1,\"\u{1f600}\":1}",
            at(KeyOrder("\u{1f600}".into()), 9, ""),
        ),
        ("\"\\u000a\"", at(Escape, 1, "")),
        ("\"\\u001F\"", at(Escape, 1, "")),
        ("\"\\u0041\"", at(Escape, 1, "")),
        ("\"\\ud83d\\ude00\"", at(Escape, 1, "")),
        ("\"\\/\"", at(Escape, 1, "")),
        ("\"a\nb\"", at(Control, 2, "")),
        ("\"a", at(Expected("`\"`"), 2, "")),
        ("\"a\\", at(Escape, 2, "")),
        ("{\"a\":tru}", at(Expected("a value"), 5, "a")),
        ("{\"a\":1,}", at(Expected("a key"), 7, "")),
        ("[1,]", at(Expected("a value"), 3, "[1]")),
        ("[1", at(Expected("`,` or `]`"), 2, "")),
        ("{\"a\":1", at(Expected("`,` or `}`"), 6, "")),
        ("NaN", at(Expected("a value"), 0, "")),
    ] {
        assert_eq!(fault_of(text), expected, "{text}");
    }
    assert_eq!(fault_of(b"\"\xff\""), at(NotUtf8, 1, ""));
    assert_eq!(fault_of(b"\"\xed\xa0\x80\""), at(NotUtf8, 1, ""));
}

#[test]
fn integers_reach_exactly_as_far_as_a_javascript_number() {
    for integer in [0, 1, -1, 1 << 52, MAX_INTEGER, -MAX_INTEGER] {
        let bytes = to_bytes(&integer).expect("within the range");
        assert_eq!(bytes, integer.to_string().as_bytes());
        assert_eq!(from_bytes(&bytes), Ok(integer));
    }
    for integer in [MAX_INTEGER + 1, -MAX_INTEGER - 1, i64::MAX, i64::MIN] {
        assert_eq!(
            to_bytes(&integer).expect_err("outside").fault,
            Fault::IntegerRange
        );
    }
    assert_eq!(
        to_bytes(&u64::MAX).expect_err("outside").fault,
        Fault::IntegerRange
    );
    assert_eq!(
        to_bytes(&u128::MAX).expect_err("outside").fault,
        Fault::IntegerRange
    );
}

#[test]
fn a_value_that_has_no_canonical_form_is_not_written() {
    let fault = |value: &Value| to_bytes(value).expect_err("no canonical form");
    assert_eq!(
        fault(&json!({"a": [1.5]})).to_string(),
        "a number that is not written as an integer at byte 6, in `a[0]`"
    );
    assert_eq!(fault(&json!(1.0)).fault, Fault::Float);
    assert_eq!(fault(&json!({"z": 1, "a": 1e300})).fault, Fault::Float);
    assert_eq!(fault(&json!({"z": null})).fault, Fault::Null);
    assert_eq!(
        to_bytes(&f64::NAN).expect_err("no number").fault,
        Fault::Null
    );
    assert_eq!(
        to_bytes(&Some(())).expect_err("no value").fault,
        Fault::Null
    );
    let pairs = BTreeMap::from([((1, 2), 3)]);
    assert!(matches!(
        to_bytes(&pairs).expect_err("keys are texts").fault,
        Fault::NotJson(_)
    ));
}

#[test]
fn a_key_that_a_type_writes_twice_is_not_written() {
    #[derive(Serialize)]
    struct Outer {
        name: u8,
        #[serde(flatten)]
        rest: BTreeMap<String, u8>,
    }
    for before in ["a", "z"] {
        let outer = Outer {
            name: 1,
            rest: BTreeMap::from([(before.into(), 0), ("name".into(), 2)]),
        };
        assert_eq!(
            to_bytes(&outer).expect_err("one key twice").fault,
            Fault::DuplicateKey("name".into())
        );
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    counts: Vec<u8>,
}

#[test]
fn a_text_that_serde_would_read_too_kindly_is_refused() {
    let good: Row = from_bytes(br#"{"counts":[1],"name":"x"}"#).expect("a row");
    assert_eq!(good.counts, [1]);
    // A list read as a struct.
    assert_eq!(
        from_bytes::<Row>(br#"["x",[1]]"#)
            .expect_err("a list")
            .fault,
        Fault::NotItself
    );
    // A default that is written out.
    let error = from_bytes::<Row>(br#"{"counts":[],"name":"x"}"#).expect_err("a default");
    assert_eq!((error.fault, error.offset), (Fault::NotItself, 2));
    // An integer read as a float is written back as one, which has no canonical form.
    assert_eq!(
        from_bytes::<f64>(b"1").expect_err("a float").fault,
        Fault::Float
    );
}

#[test]
fn a_value_of_another_shape_is_refused_without_being_repeated() {
    let shape = |text: &str| {
        let error = from_bytes::<Vec<Row>>(text.as_bytes()).expect_err("another shape");
        assert!(!error.to_string().contains("Sato"), "{error}");
        let Fault::Shape(message) = error.fault else {
            panic!("{error:?} should be about the shape");
        };
        (message, error.path)
    };
    let is = |message: &str, path: &str| (message.to_owned(), path.to_owned());
    assert_eq!(
        shape(r#"[{"name":12345}]"#),
        is("expected a string", "[0].name")
    );
    assert_eq!(
        shape(r#"[{"counts":["Sato, expected"],"name":"x"}]"#),
        is("expected u8", "[0].counts[0]")
    );
    assert_eq!(
        shape(r#"[{"counts":[300],"name":"x"}]"#),
        is("expected u8", "[0].counts[0]")
    );
    assert_eq!(shape(r#"[{"counts":[1]}]"#).0, "missing field `name`");
    let (message, path) = shape(r#"[{"age":"Sato","name":"x"}]"#);
    assert!(message.starts_with("unknown field `age`"), "{message}");
    assert_eq!(path, "[0]");
}

#[test]
fn depth_and_size_are_bounded() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(check(nested(MAX_DEPTH).as_bytes()), Ok(()));
    assert_eq!(fault_of(nested(MAX_DEPTH + 1)).0, Fault::TooDeep);
    assert_eq!(fault_of(nested(100_000)).0, Fault::TooDeep);
    let maps = format!("{}1{}", "{\"a\":".repeat(65), "}".repeat(65));
    assert_eq!(fault_of(maps).0, Fault::TooDeep);
    let text = |length: usize| format!("\"{}\"", "x".repeat(length - 2));
    assert_eq!(check(text(MAX_BYTES).as_bytes()), Ok(()));
    assert_eq!(fault_of(text(MAX_BYTES + 1)).0, Fault::TooLarge);
}

/// Returns how many cases to try: the second number where all evidence is collected.
fn cases(small: u32, full: u32) -> u32 {
    if option_env!("TSUHO_COUNTS") == Some("full") {
        full
    } else {
        small
    }
}

/// Makes narrowed JSON values with every kind of character in keys and texts.
fn values() -> impl Strategy<Value = Value> {
    let text = proptest::collection::vec(any::<char>(), 0..6).prop_map(String::from_iter);
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        (-MAX_INTEGER..=MAX_INTEGER).prop_map(Value::from),
        (-20i64..20).prop_map(Value::from),
        text.clone().prop_map(Value::from),
        "[\\x00-\\x7f]{0,6}".prop_map(Value::from),
    ];
    let key = prop_oneof![text, "[a-c\"\\\\\n]{0,3}"];
    leaf.prop_recursive(4, 24, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::btree_map(key.clone(), inner, 0..5)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}

/// A map of maps, whose keys are written in the order in which they stand here.
struct InOrder(Vec<(String, Vec<(String, Value)>)>);

impl serde::Serialize for InOrder {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Inner<'a>(&'a [(String, Value)]);
        impl serde::Serialize for Inner<'_> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
            }
        }
        serializer.collect_map(self.0.iter().map(|(key, inner)| (key, Inner(inner))))
    }
}

/// Says the same as [`check`] in another way: read, look at every value, write with another crate, compare.
fn oracle(bytes: &[u8]) -> bool {
    fn narrow(value: &Value) -> bool {
        match value {
            Value::Null => false,
            Value::Bool(_) | Value::String(_) => true,
            Value::Number(number) => number
                .as_i64()
                .is_some_and(|i| (-MAX_INTEGER..=MAX_INTEGER).contains(&i)),
            Value::Array(list) => list.iter().all(narrow),
            Value::Object(map) => map.values().all(narrow),
        }
    }
    serde_json::from_slice::<Value>(bytes).is_ok_and(|value| {
        narrow(&value) && serde_json_canonicalizer::to_vec(&value).is_ok_and(|again| again == bytes)
    })
}

proptest! {
    #![proptest_config(Config { cases: cases(2_000, 100_000), failure_persistence: None, ..Config::default() })]

    #[test]
    fn every_value_reads_back_from_its_one_text(value in values()) {
        let bytes = to_bytes(&value).expect("narrowed");
        prop_assert!(oracle(&bytes));
        prop_assert_eq!(from_bytes::<Value>(&bytes), Ok(value));
    }
}

proptest! {
    #![proptest_config(Config { cases: cases(300, 20_000), failure_persistence: None, ..Config::default() })]

    #[test]
    fn keys_are_written_in_their_order_whatever_order_a_type_has(
        (map, order) in proptest::collection::btree_map(any::<String>(), values(), 0..6)
            .prop_flat_map(|map| {
                let entries: Vec<(String, Value)> = map.clone().into_iter().collect();
                (Just(map), Just(entries).prop_shuffle())
            }),
    ) {
        let nested = InOrder(vec![("b".to_owned(), order.clone()), ("a".to_owned(), order)]);
        let sorted = serde_json::json!({ "a": map, "b": map });
        let oracle = serde_json_canonicalizer::to_vec(&sorted).expect("JSON");
        prop_assert_eq!(to_bytes(&nested), Ok(oracle));
    }
}

#[test]
fn a_changed_text_is_refused_unless_it_is_canonical_again() {
    let (planted, caught, canonical) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(Config {
        cases: cases(3_000, 200_000),
        failure_persistence: None,
        ..Config::default()
    });
    let edit = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        "[ 0-9.eEnu\\\\\",:{}\\[\\]\\-\\x00a-c]",
    );
    let edits = (values(), proptest::collection::vec(edit, 1..4));
    let result = runner.run(&edits, |(value, edits)| {
        let original = to_bytes(&value).expect("narrowed");
        let mut bytes = original.clone();
        for (kind, at, by) in edits {
            let at = at.index(bytes.len() + 1);
            let by = by.as_bytes()[0];
            match kind.index(4) {
                0 => bytes.insert(at, by),
                1 if at < bytes.len() => drop(bytes.remove(at)),
                2 if at < bytes.len() => bytes[at] = by,
                3 if at + 1 < bytes.len() => bytes.swap(at, at + 1),
                _ => {}
            }
        }
        if bytes == original {
            return Ok(());
        }
        prop_assert_eq!(
            check(&bytes).is_ok(),
            oracle(&bytes),
            "{:?}",
            String::from_utf8_lossy(&bytes)
        );
        if oracle(&bytes) {
            canonical.set(canonical.get() + 1);
        } else {
            planted.set(planted.get() + 1);
            caught.set(caught.get() + i32::from(from_bytes::<Value>(&bytes).is_err()));
        }
        Ok(())
    });
    result.expect("the scanner and the oracle agree");
    println!(
        "edits of canonical texts ({} more gave another canonical text): planted {}, caught {}",
        canonical.get(),
        planted.get(),
        caught.get()
    );
    assert_eq!(planted, caught);
    assert!(planted.get() > 1_000 && canonical.get() > 100);
}
