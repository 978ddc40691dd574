//! Every byte that is kept of a small history, flipped: none is accepted silently.
//! Not among them are the key and digest of a request, to which nothing in a history can be compared.

use tsuho_audit::verify;
use tsuho_core::case::request::Content;
use tsuho_core::value::Value;
use tsuho_ledger::{Digest, Moment, Salt};

use crate::desk::{DESK, Desk, facts, instant, tokyo};
use crate::kept::Kept;

/// Some bytes that are kept, and how one of them is flipped; `false` if what comes of it cannot even be stored.
struct Site {
    position: Option<u64>,
    length: usize,
    flip: Flip,
}

type Flip = Box<dyn Fn(&mut Kept, usize) -> bool>;

fn site(
    position: Option<u64>,
    length: usize,
    flip: impl Fn(&mut Kept, usize) -> bool + 'static,
) -> Site {
    Site {
        position,
        length,
        flip: Box::new(flip),
    }
}

/// Flips one bit of a byte, another one from byte to byte.
fn flip(bytes: &mut [u8], at: usize) -> bool {
    bytes[at] ^= 1 << (at % 8);
    true
}

fn flip_text(text: &mut String, at: usize) -> bool {
    let mut bytes = text.clone().into_bytes();
    flip(&mut bytes, at);
    match String::from_utf8(bytes) {
        Ok(flipped) => {
            *text = flipped;
            true
        }
        Err(_) => false,
    }
}

fn flip_digest(digest: &mut Digest, at: usize) -> bool {
    let mut bytes = *digest.as_bytes();
    flip(&mut bytes, at);
    *digest = Digest::from_bytes(bytes);
    true
}

fn flip_number(number: &mut u64, at: usize) -> bool {
    let mut bytes = number.to_le_bytes();
    flip(&mut bytes, at);
    *number = u64::from_le_bytes(bytes);
    true
}

fn flip_moment(moment: &mut Moment, at: usize) -> bool {
    let mut bytes = moment.micros().to_le_bytes();
    flip(&mut bytes, at);
    match Moment::from_micros(i64::from_le_bytes(bytes)) {
        Ok(flipped) => {
            *moment = flipped;
            true
        }
        Err(_) => false,
    }
}

/// Lists the bytes of every record.
fn records(kept: &Kept) -> Vec<Site> {
    let mut sites = Vec::new();
    for (index, stored) in kept.records.iter().enumerate() {
        let position = Some(stored.position);
        sites.push(site(position, stored.header.len(), move |kept, at| {
            flip(&mut kept.records[index].header, at)
        }));
        sites.push(site(position, 32, move |kept, at| {
            flip_digest(&mut kept.records[index].hash, at)
        }));
        sites.push(site(position, stored.stream.len(), move |kept, at| {
            flip_text(&mut kept.records[index].stream, at)
        }));
        sites.push(site(position, 8, move |kept, at| {
            flip_number(&mut kept.records[index].seq, at)
        }));
        sites.push(site(None, 8, move |kept, at| {
            flip_number(&mut kept.records[index].position, at)
        }));
        for (part, stored) in stored.parts.iter().enumerate() {
            sites.push(site(position, stored.bytes.len(), move |kept, at| {
                flip(&mut kept.records[index].parts[part].bytes, at)
            }));
            sites.push(site(position, 32, move |kept, at| {
                let part = &mut kept.records[index].parts[part];
                let mut bytes = *part.salt.as_bytes();
                flip(&mut bytes, at);
                part.salt = Salt::from_bytes(bytes);
                true
            }));
        }
    }
    sites
}

/// Lists the bytes of what records name.
fn definitions(kept: &Kept) -> Vec<Site> {
    let mut sites = Vec::new();
    for (digest, stored) in &kept.workflows {
        let digest = *digest;
        sites.push(site(None, stored.source.len(), move |kept, at| {
            let stored = kept.workflows.get_mut(&digest).expect("it is there");
            flip_text(&mut stored.source, at)
        }));
        sites.push(site(None, stored.name.len(), move |kept, at| {
            let stored = kept.workflows.get_mut(&digest).expect("it is there");
            flip_text(&mut stored.name, at)
        }));
        sites.push(site(None, stored.version.len(), move |kept, at| {
            let stored = kept.workflows.get_mut(&digest).expect("it is there");
            flip_text(&mut stored.version, at)
        }));
        sites.push(site(None, stored.canonical.len(), move |kept, at| {
            let stored = kept.workflows.get_mut(&digest).expect("it is there");
            flip(&mut stored.canonical, at)
        }));
    }
    for (digest, stored) in &kept.calendars {
        let digest = *digest;
        sites.push(site(None, stored.source.len(), move |kept, at| {
            let stored = kept.calendars.get_mut(&digest).expect("it is there");
            flip_text(&mut stored.source, at)
        }));
        sites.push(site(None, stored.name.len(), move |kept, at| {
            let stored = kept.calendars.get_mut(&digest).expect("it is there");
            flip_text(&mut stored.name, at)
        }));
        sites.push(site(None, stored.version.len(), move |kept, at| {
            let stored = kept.calendars.get_mut(&digest).expect("it is there");
            flip_text(&mut stored.version, at)
        }));
    }
    for (digest, bytes) in &kept.files {
        let digest = *digest;
        sites.push(site(None, bytes.len(), move |kept, at| {
            flip(kept.files.get_mut(&digest).expect("it is there"), at)
        }));
    }
    sites
}

/// Lists the bytes of the views.
fn views(kept: &Kept) -> Vec<Site> {
    macro_rules! column {
        ($sites:ident, $rows:ident, $index:ident, $length:expr, $flip:ident, $column:ident) => {
            $sites.push(site(None, $length, move |kept, at| {
                $flip(&mut kept.$rows[$index].$column, at)
            }));
        };
    }
    macro_rules! texts {
        ($sites:ident, $rows:ident, $index:ident, $row:ident: $($column:ident)+) => {
            $(column!($sites, $rows, $index, $row.$column.len(), flip_text, $column);)+
        };
    }
    let mut sites = Vec::new();
    for (index, row) in kept.streams.iter().enumerate() {
        texts!(sites, streams, index, row: stream);
        column!(sites, streams, index, 8, flip_number, first_position);
        column!(sites, streams, index, 8, flip_number, version);
        column!(sites, streams, index, 32, flip_digest, head);
        column!(sites, streams, index, 8, flip_number, revision);
        if row.wake_at.is_some() {
            sites.push(site(None, 8, move |kept, at| {
                let moment = kept.streams[index].wake_at.as_mut();
                flip_moment(moment.expect("it waits"), at)
            }));
        }
    }
    for (index, row) in kept.cases.iter().enumerate() {
        texts!(sites, cases, index, row: case_id workflow workflow_version state phase title);
        column!(sites, cases, index, 8, flip_number, number);
        column!(sites, cases, index, 32, flip_digest, workflow_digest);
        column!(sites, cases, index, 8, flip_moment, opened_at);
    }
    for (index, row) in kept.clocks.iter().enumerate() {
        texts!(sites, clocks, index, row: case_id duty obligation recipient status);
        if row.due_at.is_some() {
            sites.push(site(None, 8, move |kept, at| {
                let moment = kept.clocks[index].due_at.as_mut();
                flip_moment(moment.expect("it is due"), at)
            }));
        }
    }
    for (index, row) in kept.requests.iter().enumerate() {
        texts!(sites, requests, index, row: person command stream);
        column!(sites, requests, index, 8, flip_number, first_seq);
        column!(sites, requests, index, 8, flip_number, last_seq);
    }
    sites.push(site(None, 8, |kept, at| {
        flip_number(&mut kept.ledger.size, at)
    }));
    sites.push(site(None, 8, |kept, at| {
        flip_number(&mut kept.ledger.next_case_number, at)
    }));
    sites
}

/// Lists the bytes of what is kept of cases so that they open faster.
fn snapshots(kept: &Kept) -> Vec<Site> {
    let mut sites = Vec::new();
    for (index, row) in kept.beside.snapshots.iter().enumerate() {
        sites.push(site(None, row.stream.len(), move |kept, at| {
            flip_text(&mut kept.beside.snapshots[index].stream, at)
        }));
        sites.push(site(None, 8, move |kept, at| {
            flip_number(&mut kept.beside.snapshots[index].version, at)
        }));
        sites.push(site(None, 32, move |kept, at| {
            flip_digest(&mut kept.beside.snapshots[index].head, at)
        }));
        sites.push(site(None, row.format.len(), move |kept, at| {
            flip_text(&mut kept.beside.snapshots[index].format, at)
        }));
        sites.push(site(None, 32, move |kept, at| {
            flip_digest(&mut kept.beside.snapshots[index].digest, at)
        }));
        sites.push(site(None, row.bytes.len(), move |kept, at| {
            flip(&mut kept.beside.snapshots[index].bytes, at)
        }));
    }
    sites
}

/// Plays a history that is short and yet has clocks, a file and a wake-up.
fn small() -> Kept {
    let mut desk = Desk::new();
    desk.now = tokyo("2023-10-27 10:00");
    let id = desk.open(10);
    let known = facts([
        ("known_at", instant("2023-10-27 09:30")),
        ("outline", Value::Text("Sato took it home".to_owned())),
    ]);
    desk.ask(id, DESK, "desk", Content::Record { facts: known });
    desk.attach(id, b"a letter");
    desk.kept_with_snapshots()
}

#[test]
fn no_byte_can_be_flipped_silently() {
    let sound = small();
    let sites: Vec<Site> = [
        records(&sound),
        definitions(&sound),
        views(&sound),
        snapshots(&sound),
    ]
    .into_iter()
    .flatten()
    .collect();
    let total: usize = sites.iter().map(|site| site.length).sum();
    // One byte of each site, then as many as there is time for, spread evenly over all of them.
    let stride = if option_env!("TSUHO_COUNTS") == Some("full") {
        1
    } else {
        31
    };
    let (mut flipped, mut unstorable, mut silent, mut misplaced) = (0, 0, Vec::new(), Vec::new());
    for (number, site) in sites.iter().enumerate() {
        for at in (number % stride.min(site.length.max(1))..site.length).step_by(stride) {
            flipped += 1;
            let mut kept = sound.clone();
            if !(site.flip)(&mut kept, at) {
                unstorable += 1;
                continue;
            }
            let Ok(report) = verify(&kept);
            let first = report.findings.first();
            let position = first.and_then(|first| first.place.as_ref());
            match (first, site.position) {
                (None, _) => silent.push((number, at)),
                (Some(_), Some(wanted)) if position.map(|place| place.position) != Some(wanted) => {
                    misplaced.push((number, at, crate::sound::told(&report)));
                }
                (Some(_), _) => {}
            }
        }
    }
    println!(
        "FIGURE audit: bytes flipped {flipped} of {total}, no text any more {unstorable}, silently accepted {} of {flipped}",
        silent.len()
    );
    println!(
        "flipped bytes: planted {flipped}, caught {}",
        flipped - silent.len()
    );
    assert!(silent.is_empty(), "{silent:?}");
    assert!(
        misplaced.is_empty(),
        "{:#?}",
        &misplaced[..misplaced.len().min(5)]
    );
}
