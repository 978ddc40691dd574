//! Random records, each with every one of its bytes changed: nothing changes unnoticed.

use std::cell::Cell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tsuho_ledger::{
    Chain, Digest, FormatVersion, Header, Label, Moment, OpenError, Part, PartClass, Record, Salt,
    canonical,
};

fn labels() -> impl Strategy<Value = Label> {
    "[!#-\\[\\]-~]{1,24}".prop_map(|text| text.parse().expect("a label"))
}

fn moments() -> impl Strategy<Value = Moment> {
    (i64::from(Moment::MIN)..=i64::from(Moment::MAX))
        .prop_map(|micros| Moment::from_micros(micros).expect("in range"))
}

fn digests() -> impl Strategy<Value = Digest> {
    any::<[u8; 32]>().prop_map(Digest::from_bytes)
}

fn headers() -> impl Strategy<Value = Header> {
    let who = (labels(), labels(), proptest::option::of(labels()), labels());
    let when = (moments(), moments());
    let numbers = (0..1u64 << 53, any::<u32>(), any::<u32>());
    let what = (labels(), labels(), proptest::option::of(labels()));
    let links = (
        digests(),
        proptest::option::of(digests()),
        proptest::option::of(digests()),
    );
    (who, when, numbers, what, links).prop_map(|(who, when, numbers, what, links)| Header {
        v: FormatVersion::Zero,
        stream: what.0,
        seq: numbers.0,
        prev: links.0,
        system: links.1,
        r#type: what.1,
        type_v: numbers.1,
        recorded_at: when.0,
        occurred_at: when.1,
        person: who.0,
        via: who.1,
        role: who.2,
        command: who.3,
        semantics: numbers.2,
        workflow: links.2,
        state: what.2,
        parts: BTreeMap::new(),
    })
}

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let content = proptest::collection::btree_map(any::<String>(), any::<String>(), 0..4);
    let part = (any::<[u8; 32]>(), content);
    let classes = proptest::sample::subsequence(PartClass::ALL.to_vec(), 0..=3);
    (classes, proptest::collection::vec(part, 3)).prop_map(|(classes, parts)| {
        let part = |(class, (salt, content))| Part {
            class,
            salt: Salt::from_bytes(salt),
            bytes: canonical::to_bytes(&content).expect("texts"),
        };
        classes.into_iter().zip(parts).map(part).collect()
    })
}

fn records() -> impl Strategy<Value = Record> {
    (headers(), parts()).prop_map(|(header, parts)| Record::seal(header, parts).expect("a record"))
}

/// Asks for a number of cases, the second one where all evidence is collected.
fn config(small: u32, full: u32) -> Config {
    let cases = if option_env!("TSUHO_COUNTS") == Some("full") {
        full
    } else {
        small
    };
    Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(config(500, 20_000))]

    #[test]
    fn a_sealed_record_opens_and_is_the_same(record in records()) {
        let opened = Record::open(record.header_bytes().to_vec(), record.parts().to_vec());
        prop_assert_eq!(opened.as_ref(), Ok(&record));
        let again = Record::seal(record.header().clone(), record.parts().to_vec());
        prop_assert_eq!(again.as_ref(), Ok(&record));
        let header = Header::from_bytes(record.header_bytes());
        prop_assert_eq!(header.as_ref(), Ok(record.header()));
    }

    #[test]
    fn a_moment_reads_back_from_its_text_and_sorts_like_it(one in moments(), other in moments()) {
        prop_assert_eq!(one.to_string().parse(), Ok(one));
        prop_assert_eq!(one.cmp(&other), one.to_string().cmp(&other.to_string()));
    }
}

/// Opens what may have been changed, and says whether the change shows: refused, or another hash.
fn shows(original: &Record, header: Vec<u8>, parts: Vec<Part>) -> bool {
    match Record::open(header, parts) {
        Ok(changed) => changed.hash() != original.hash(),
        Err(_) => true,
    }
}

#[test]
fn a_change_of_any_byte_is_refused_or_changes_the_hash() {
    let (planted, caught) = (Cell::new(0u64), Cell::new(0u64));
    let count = |shown: bool| {
        planted.set(planted.get() + 1);
        caught.set(caught.get() + u64::from(shown));
        shown
    };
    let result =
        TestRunner::new(config(60, 2_000)).run(&(records(), 1..=255u8), |(record, mask)| {
            let header = record.header_bytes();
            for at in 0..header.len() {
                let mut changed = header.to_vec();
                changed[at] ^= mask;
                prop_assert!(
                    count(shows(&record, changed, record.parts().to_vec())),
                    "header byte {}",
                    at
                );
            }
            for index in 0..record.parts().len() {
                let part = &record.parts()[index];
                let class = part.class;
                let mut variants = Vec::new();
                for at in 0..part.bytes.len() {
                    let mut changed = part.clone();
                    changed.bytes[at] ^= mask;
                    variants.push(changed);
                }
                for at in 0..32 {
                    let mut salt = *part.salt.as_bytes();
                    salt[at] ^= mask;
                    variants.push(Part {
                        salt: Salt::from_bytes(salt),
                        ..part.clone()
                    });
                }
                for changed in variants {
                    let mut parts = record.parts().to_vec();
                    parts[index] = changed;
                    // The part alone was changed, so that the header cannot show it: it has to be refused, by name.
                    let named = matches!(
                        Record::open(header.to_vec(), parts),
                        Err(OpenError::Commitment { class: refused, .. }) if refused == class
                    );
                    prop_assert!(count(named), "a byte of the {} part or its salt", class);
                }
            }
            Ok(())
        });
    result.expect("every change shows");
    println!(
        "changed bytes of records: planted {}, caught {}",
        planted.get(),
        caught.get()
    );
    assert_eq!(planted, caught);
    assert!(planted.get() > 20_000);
}

/// Seals a chain of records in one stream.
fn chain_of(length: u64) -> Vec<Record> {
    let mut chain = Chain::new("case/1".parse().expect("a label"));
    let label = |text: &str| -> Label { text.parse().expect("a label") };
    (0..length)
        .map(|seq| {
            let now = Moment::from_micros(i64::try_from(seq).expect("small")).expect("in range");
            let header = Header {
                v: FormatVersion::Zero,
                stream: chain.stream().clone(),
                seq,
                prev: chain.head(),
                system: None,
                r#type: label("NoteAdded"),
                type_v: 1,
                recorded_at: now,
                occurred_at: now,
                person: label("p"),
                via: label("os"),
                role: None,
                command: label("c"),
                semantics: 1,
                workflow: None,
                state: None,
                parts: BTreeMap::new(),
            };
            let record = Record::seal(header, Vec::new()).expect("a record");
            chain.follow(&record).expect("it follows");
            record
        })
        .collect()
}

#[test]
fn a_stream_with_a_record_dropped_repeated_or_moved_is_refused() {
    const LENGTH: usize = 12;
    let records = chain_of(LENGTH as u64);
    let refused = |records: &[Record]| {
        let mut chain = Chain::new("case/1".parse().expect("a label"));
        records.iter().any(|record| chain.follow(record).is_err())
    };
    assert!(!refused(&records));
    let (mut planted, mut caught) = (0, 0);
    for from in 0..LENGTH {
        let mut dropped = records.clone();
        let taken = dropped.remove(from);
        // Dropping the last leaves a shorter chain that is whole: only what keeps the head outside can tell.
        assert_eq!(refused(&dropped), from + 1 < LENGTH);
        for to in 0..LENGTH {
            let mut repeated = records.clone();
            repeated.insert(to, taken.clone());
            planted += 1;
            caught += i32::from(refused(&repeated));
            if from != to {
                let mut moved = dropped.clone();
                moved.insert(to, taken.clone());
                planted += 1;
                caught += i32::from(refused(&moved));
            }
        }
    }
    println!("records moved or repeated: planted {planted}, caught {caught}");
    assert_eq!(planted, caught);
}
