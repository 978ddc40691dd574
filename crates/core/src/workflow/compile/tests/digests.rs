//! Checks what changes the digest of a workflow, and what does not.

use super::{BASE, changed, compiled, name};

fn digest(text: &str) -> String {
    let compiled = compiled(text);
    let rules = compiled.workflow(&name("outage"));
    rules
        .unwrap_or_else(|| panic!("{:?}", super::found(&compiled)))
        .digest
        .to_hex()
}

#[test]
fn the_canonical_form_stays_as_it_is_because_cases_are_pinned_to_it() {
    assert_eq!(
        digest(BASE),
        "04ea4e2bdc76386d48bfab447abdb7d056b4a25059f3a57a0c671cc29a3b237e"
    );
}

#[test]
fn what_means_the_same_has_the_same_digest() {
    let same: &[(&str, &str)] = &[
        ("within: P30D", "within: 30 days"),
        (
            "  severe: boolean",
            "  severe: { type: boolean } # said at length",
        ),
        ("severe && users >= 100", "severe  &&\n    users >= 100"),
        (
            "authority: [tt-office, bureau]",
            "authority:\n  - tt-office\n  - bureau",
        ),
        (
            "    law: [tt-act-2]\n    when: long",
            "    force: statutory\n    law: tt-act-2\n    when: long",
        ),
        (
            "chief: { title: Chief }",
            "chief: { title: { en: Chief, ja: Chief } }",
        ),
        ("uses: [tt]", "uses: [tt, base]"),
        (
            "  aim: { owner: operator, type: period,",
            "  aim: { type: period, owner: operator,",
        ),
    ];
    for change in same {
        assert_eq!(digest(&changed(&[*change])), digest(BASE), "{change:?}");
    }
}

#[test]
fn the_order_of_documents_and_libraries_changes_no_digest() {
    let mut documents: Vec<&str> = BASE.split("---\n").collect();
    documents.reverse();
    assert_eq!(digest(&documents.join("\n---\n")), digest(BASE));
}

#[test]
fn what_a_decision_reads_changes_the_digest() {
    let different: &[(&str, &str)] = &[
        ("within: P30D", "within: P31D"),
        ("severe && users >= 100", "severe && users >= 101"),
        ("within: promptly and at most 24 hours", "within: 24 hours"),
        ("[excluded, included]", "[included]"),
        ("confidence: medium", "confidence: high"),
        ("phone: sent", "phone: received"),
        ("default: 2 hours", "default: 3 hours"),
        (
            "law: [tt-act-2]\n    when: long",
            "law: [tt-act-2]\n    force: guidance\n    when: long",
        ),
        (
            "  nothing: { phase: closed, outcome: not_reported, releases: all }",
            "  nothing: { phase: closed, outcome: not_reported }",
        ),
        ("by: chief, files: last", "by: desk, files: last"),
        (
            "outline: text",
            "outline: { type: text, class: operational }",
        ),
        ("users: integer", "users: { type: integer, min: 0 }"),
        ("users: integer", "users: { type: integer, max: 0 }"),
        (
            "  began_at: instant",
            "  began_at: { type: instant, happened: true }",
        ),
        ("due: date", "due: { type: date, happened: true }"),
        ("version: 1", "version: 2"),
        ("because: Many users.", "because: Very many users."),
    ];
    let mut seen = std::collections::BTreeSet::from([digest(BASE)]);
    for change in different {
        assert!(seen.insert(digest(&changed(&[*change]))), "{change:?}");
    }
}

#[test]
fn every_dated_value_of_the_law_changes_the_digest() {
    let values = "values: [{ from: 2020-01-01, law: tt-act-1, value: 5 }, { from: 2021-01-01, law: tt-act-1, value: 6 }]";
    let rows = "values: [{ from: 2020-01-01, law: tt-act-1, rows: [{ id: a, lasted: 1 hour }] }]";
    let under = |from: &str, to: &str| {
        let facts = format!(
            "  limit: {{ owner: law, type: integer, {values} }}
  limits: {{ owner: law, type: table, key: id, columns: {{ id: text, lasted: duration }}, {rows} }}
"
        );
        assert!(facts.contains(from), "{from}");
        let facts = facts.replacen(from, to, 1);
        let place = "  bureau: { owner: operator,";
        digest(&changed(&[(place, &format!("{facts}{place}"))]))
    };
    assert_eq!(under("1 hour", "60 minutes"), under("1 hour", "1 hour"));
    let planted = [
        ("value: 5", "value: 4"),
        ("from: 2021-01-01", "from: 2021-01-02"),
        ("law: tt-act-1, value: 6", "law: tt-act-2, value: 6"),
        (", { from: 2021-01-01, law: tt-act-1, value: 6 }", ""),
        ("1 hour", "61 minutes"),
        ("id: a, lasted", "id: b, lasted"),
    ];
    let mut seen = std::collections::BTreeSet::from([under("1 hour", "1 hour")]);
    let caught = planted
        .iter()
        .filter(|(from, to)| seen.insert(under(from, to)));
    let caught = caught.count();
    println!("planted {}, caught {caught}", planted.len());
    assert_eq!(caught, planted.len());
}

#[test]
fn actions_keep_the_order_of_the_file_because_the_clock_tries_them_in_it() {
    let tell = "  tell: { from: detected, to: notified, by: desk, needs: [began_at, severe], files: [first, early] }\n";
    let finish = "  finish: { from: notified, to: closed, by: chief, files: last, approval: { by: desk } }\n";
    let turned = BASE.replace(&format!("{tell}{finish}"), &format!("{finish}{tell}"));
    assert_ne!(digest(&turned), digest(BASE));
}
