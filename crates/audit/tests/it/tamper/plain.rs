//! Changes of the stored bytes and columns by somebody who does not, or not fully, write hashes anew.

use tsuho_audit::Fault::{
    Absence as Gone, Column, Header as Head, Part as Torn, PartMissing, Position, Prev,
    RoleNotHeld, Seq,
};
use tsuho_audit::{Absence, Absent, Fault, StoredRecord};
use tsuho_ledger::{Digest, Header, Part, PartClass, Salt};

use super::{Attack, attack};
use crate::attacker::replaced;
use crate::desk::{OFFICER, person};
use crate::kept::{Kept, header};

/// Changes the header's text and leaves everything else.
fn text(stored: &mut StoredRecord, from: &str, to: &str) {
    let text = String::from_utf8(stored.header.clone()).expect("UTF-8");
    stored.header = replaced(&text, from, to).into_bytes();
}

/// Changes a header and its hash, and nothing that follows.
fn rehashed(kept: &mut Kept, position: u64, change: impl Fn(&mut Header)) {
    let stored = kept.at(position);
    let mut header = header(stored);
    change(&mut header);
    stored.header = header.to_bytes().expect("a header");
    stored.hash = Digest::of_all(&[&[0], &stored.header]);
}

fn part(stored: &mut StoredRecord, class: PartClass) -> &mut Part {
    let found = stored.parts.iter_mut().find(|part| part.class == class);
    found.expect("there is such a part")
}

const fn personal(why: Absent) -> Absence {
    Absence {
        class: PartClass::Personal,
        why,
    }
}

pub(super) const ATTACKS: &[Attack] = &[
    attack(
        "a digit of when it happened",
        |kept| {
            text(
                kept.at(12),
                "\"occurred_at\":\"2023-10-27T02",
                "\"occurred_at\":\"2023-10-27T01",
            );
        },
        Column,
        12,
        "hash",
    ),
    attack(
        "another person, and the hash",
        |kept| {
            rehashed(kept, 12, |header| {
                header.person = person(OFFICER).to_string().parse().expect("a label");
            });
        },
        RoleNotHeld,
        12,
        "role",
    ),
    attack(
        "another link, and the hash",
        |kept| rehashed(kept, 16, |header| header.prev = Digest::of(b"other")),
        Prev,
        16,
        "prev",
    ),
    attack(
        "a byte of the operational part",
        |kept| part(kept.at(12), PartClass::Operational).bytes[9] ^= 1,
        Torn,
        12,
        "parts.operational",
    ),
    attack(
        "a byte of the salt",
        |kept| {
            let part = part(kept.at(15), PartClass::Operational);
            let mut bytes = *part.salt.as_bytes();
            bytes[31] ^= 1;
            part.salt = Salt::from_bytes(bytes);
        },
        Torn,
        15,
        "parts.operational",
    ),
    attack(
        "a byte of a personal part",
        |kept| {
            *part(kept.at(16), PartClass::Personal)
                .bytes
                .last_mut()
                .expect("bytes") ^= 1;
        },
        Torn,
        16,
        "parts.personal",
    ),
    attack(
        "a part under another class",
        |kept| part(kept.at(16), PartClass::Personal).class = PartClass::Privileged,
        Torn,
        16,
        "parts.privileged",
    ),
    attack(
        "a part twice",
        |kept| {
            let again = part(kept.at(16), PartClass::Personal).clone();
            kept.at(16).parts.push(again);
        },
        Torn,
        16,
        "parts.personal",
    ),
    attack(
        "a personal part gone without a reason",
        |kept| {
            kept.at(16)
                .parts
                .retain(|part| part.class != PartClass::Personal);
        },
        PartMissing,
        16,
        "parts.personal",
    ),
    attack(
        "an operational part erased",
        |kept| {
            let stored = kept.at(16);
            stored
                .parts
                .retain(|part| part.class != PartClass::Operational);
            stored.absent.push(Absence {
                class: PartClass::Operational,
                why: Absent::Erased { by: 20 },
            });
        },
        Gone,
        16,
        "parts.operational",
    ),
    attack(
        "an erasure of what is there",
        |kept| kept.at(16).absent.push(personal(Absent::Withheld)),
        Gone,
        16,
        "parts.personal",
    ),
    attack(
        "an erasure of what never was",
        |kept| kept.at(17).absent.push(personal(Absent::Withheld)),
        Gone,
        17,
        "parts.personal",
    ),
    attack(
        "an erasure by a record that is not there",
        |kept| {
            let stored = kept.at(16);
            stored
                .parts
                .retain(|part| part.class != PartClass::Personal);
            stored.absent.push(personal(Absent::Erased { by: 4_000 }));
        },
        Gone,
        16,
        "parts.personal",
    ),
    attack(
        "a byte of the stored hash",
        |kept| {
            let stored = kept.at(20);
            let mut bytes = *stored.hash.as_bytes();
            bytes[0] ^= 1;
            stored.hash = Digest::from_bytes(bytes);
        },
        Column,
        20,
        "hash",
    ),
    attack(
        "another stored stream",
        |kept| kept.at(20).stream = "operator".into(),
        Column,
        20,
        "stream",
    ),
    attack(
        "another stored number",
        |kept| kept.at(20).seq = 9,
        Column,
        20,
        "seq",
    ),
    attack(
        "another stored position",
        |kept| kept.at(20).position = 500,
        Position,
        21,
        "position",
    ),
    attack(
        "a byte order mark",
        |kept| {
            kept.at(14)
                .header
                .splice(0..0, *b"\xef\xbb\xbf")
                .for_each(drop);
        },
        Head,
        14,
        "header",
    ),
    attack(
        "a line feed at the end",
        |kept| kept.at(14).header.push(b'\n'),
        Head,
        14,
        "header",
    ),
    attack(
        "a space between tokens",
        |kept| text(kept.at(14), ",\"v\":0", ", \"v\":0"),
        Head,
        14,
        "header",
    ),
    attack(
        "a key twice",
        |kept| text(kept.at(14), ",\"v\":0", ",\"v\":0,\"v\":0"),
        Head,
        14,
        "header",
    ),
    attack(
        "an unknown key",
        |kept| text(kept.at(14), ",\"v\":0", ",\"v\":0,\"w\":0"),
        Head,
        14,
        "header",
    ),
    attack(
        "a missing key",
        |kept| text(kept.at(14), ",\"v\":0", ""),
        Head,
        14,
        "header",
    ),
    attack(
        "a null",
        |kept| text(kept.at(14), ",\"v\":0", ",\"v\":null"),
        Head,
        14,
        "header",
    ),
    attack(
        "a float",
        |kept| text(kept.at(14), ",\"seq\":4,", ",\"seq\":4.0,"),
        Head,
        14,
        "header",
    ),
    attack(
        "an exponent",
        |kept| text(kept.at(14), ",\"seq\":4,", ",\"seq\":4e0,"),
        Head,
        14,
        "header",
    ),
    attack(
        "a leading zero",
        |kept| text(kept.at(14), ",\"seq\":4,", ",\"seq\":04,"),
        Head,
        14,
        "header",
    ),
    attack(
        "a number too long",
        |kept| {
            text(
                kept.at(14),
                ",\"seq\":4,",
                ",\"seq\":4444444444444444444444,",
            );
        },
        Head,
        14,
        "header",
    ),
    attack(
        "an escaped letter",
        |kept| text(kept.at(14), "\"ClockStarted\"", "\"\\u0043lockStarted\""),
        Head,
        14,
        "header",
    ),
    attack(
        "a time with fewer digits",
        |kept| {
            text(
                kept.at(14),
                "\"recorded_at\":\"2023-10-27T02:00:00.000000Z\"",
                "\"recorded_at\":\"2023-10-27T02:00:00Z\"",
            );
        },
        Head,
        14,
        "header",
    ),
    attack(
        "a header of another kind",
        |kept| kept.at(14).header = b"[]".to_vec(),
        Head,
        14,
        "header",
    ),
    attack(
        "no header at all",
        |kept| kept.at(14).header.clear(),
        Head,
        14,
        "header",
    ),
    attack(
        "two records changing places",
        |kept| {
            kept.records.swap(15, 16);
            let (one, other) = (kept.records[15].position, kept.records[16].position);
            (kept.records[15].position, kept.records[16].position) = (other, one);
        },
        Seq,
        15,
        "seq",
    ),
    attack(
        "a record gone",
        |kept| kept.records.retain(|one| one.position != 16),
        Position,
        17,
        "position",
    ),
    attack(
        "a record gone, positions closed up",
        |kept| {
            kept.records.retain(|one| one.position != 16);
            kept.records
                .iter_mut()
                .filter(|one| one.position > 16)
                .for_each(|one| one.position -= 1);
        },
        Seq,
        16,
        "seq",
    ),
    attack(
        "a record twice",
        |kept| {
            let again = kept.records[16].clone();
            kept.records.insert(17, again);
            for (position, one) in (0..).zip(&mut kept.records) {
                one.position = position;
            }
        },
        Seq,
        17,
        "seq",
    ),
    attack(
        "a stream that nobody knows",
        |kept| {
            kept.reseal_at(37, |header, _| {
                header.stream = "log".parse().expect("a label");
            });
        },
        Fault::Stream,
        37,
        "stream",
    ),
];
