//! Random edits of random histories with every hash written anew: whatever is done, the audit ends with a report.
//! Attacks that are aimed are in `tamper.rs`.

use serde_json::Value as Json;
use tsuho_audit::verify;
use tsuho_ledger::canonical;

use crate::kept::Kept;
use crate::random::{Draws, count, random};

/// Lists the ways to every leaf of a value.
fn leaves(value: &Json, path: &str, found: &mut Vec<String>) {
    match value {
        Json::Object(map) => {
            for (key, value) in map {
                leaves(
                    value,
                    &format!("{path}/{}", key.replace('~', "~0").replace('/', "~1")),
                    found,
                );
            }
        }
        Json::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                leaves(value, &format!("{path}/{index}"), found);
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {
            found.push(path.to_owned());
        }
    }
}

/// Changes one value somewhere in a history and writes every hash anew; tells what was changed.
fn edit(kept: &mut Kept, draws: &mut Draws) -> String {
    let read = |kept: &Kept, at: usize| -> Json {
        let parts = &kept.records[at].parts;
        serde_json::from_slice(&parts[0].bytes).expect("JSON")
    };
    let at = draws.below(kept.records.len());
    let other = read(kept, draws.below(kept.records.len()));
    let mut json = read(kept, at);
    let (mut paths, mut others) = (Vec::new(), Vec::new());
    leaves(&json, "", &mut paths);
    leaves(&other, "", &mut others);
    if paths.is_empty() || others.is_empty() {
        return "nothing".to_owned();
    }
    let path = &paths[draws.below(paths.len())];
    let leaf = json.pointer_mut(path).expect("it is there");
    let before = leaf.to_string();
    *leaf = match (draws.below(4), &*leaf) {
        (0, Json::Number(number)) => (number.as_i64().expect("an integer") + 1).into(),
        (1, Json::Number(_)) => i64::from(u32::MAX).into(),
        (2, Json::String(text)) => text.chars().rev().collect::<String>().into(),
        _ => other
            .pointer(&others[draws.below(others.len())])
            .expect("it is there")
            .clone(),
    };
    let told = format!("record {at} {path}: {before} to {leaf}");
    let bytes = canonical::to_bytes(&json).expect("no floats");
    kept.records[at].parts[0].bytes = bytes;
    kept.reseal(|_, _, _| {});
    told
}

#[test]
fn whatever_is_edited_the_audit_ends_with_a_report() {
    let histories = count(8, 500);
    let (mut edited, mut found, mut changed) = (0, 0, 0);
    for seed in 0..histories {
        let sound = random(seed).kept();
        let mut draws = Draws(seed ^ 0xA11D);
        for _ in 0..10 {
            let mut kept = sound.clone();
            edit(&mut kept, &mut draws);
            let Ok(report) = verify(&kept);
            edited += 1;
            changed += u64::from(kept.records != sound.records);
            found += u64::from(report.total() > 0);
        }
    }
    // What is not found are other statements of people, from which nothing else on record follows.
    println!(
        "FIGURE audit: random edits with every hash written anew {edited}, of them changes {changed}, found {found}, panics 0 of \
         {edited}"
    );
    assert!(found * 10 > changed * 7, "{found} of {changed}");
}
