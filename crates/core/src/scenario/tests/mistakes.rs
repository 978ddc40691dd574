//! Plants mistakes in how a scenario is written and reads what is said about each, and where.
//! Faults in what it expects are planted in `faults`.

use super::*;

/// What to change, into what, and what is to be said.
const PLANTED: &[(&str, &str, &[&str])] = &[
    ("zone: Asia/Tokyo\n", "", &["WF8002 1:1 `zone` is missing"]),
    (
        "zone: Asia/Tokyo",
        "zone: Asia/Tokio",
        &["WF8012 4:7 `Asia/Tokio` is not a time zone such as `Asia/Tokyo`"],
    ),
    (
        "workflow: jp-tba-secrecy-leak",
        "workflow: jp-tba-secrecy-leek",
        &[
            "WF8004 3:11 there is no workflow `jp-tba-secrecy-leek`; did you mean `jp-tba-secrecy-leak`?",
        ],
    ),
    (
        "sources:",
        "source:",
        &["WF8001 5:1 `source` means nothing here; did you mean `sources`?"],
    ),
    (
        "workflow: jp-tba-secrecy-leak",
        "incident: anything",
        &["WF8003 3:11 expected a mapping, found a text"],
    ),
    (
        "  - at: 2023-10-17T20:00\n",
        "  - at: 2023-10-17T20:00\n    case: first\n",
        &["WF8011 20:5 `case` does not belong beside `workflow`"],
    ),
    (
        "operator_name: 例示通信株式会社",
        "operator_name: 5",
        &["WF8012 6:28 expected a text, found a whole number"],
    ),
    (
        "mic_bureau: jp-mic-kanto",
        "mic_bureau: jp-mic-canto",
        &["WF8004 6:82 there is no authority `jp-mic-canto`; did you mean `jp-mic-kanto`?"],
    ),
    (
        "registration_number: A-00-0000",
        "known_at: 2023-10-17",
        &["WF8013 6:38 `known_at` is no fact of the operator"],
    ),
    (
        "open: { at: 2023-10-17T18:00, by: duty_officer }",
        "open: { at: 2023-10-17, by: duty_oficer }",
        &[
            "WF8005 7:13 `2023-10-17` is a day; a time of day is needed here",
            "WF8004 7:29 there is no role `duty_oficer`; did you mean `duty_officer`?",
        ],
    ),
    (
        "  - at: 2023-10-17T18:10",
        "  - at: 2023-10-17T17:59",
        &["WF8006 9:5 this step lies before the one above it"],
    ),
    (
        "  - at: 2023-10-17T18:10\n    by",
        "  - by",
        &["WF8007 9:5 the step has neither `at` nor `until`"],
    ),
    (
        "  - at: 2023-10-17T18:10",
        "  - until: 2023-10-17T18:11\n    at: 2023-10-17T18:10",
        &["WF8008 9:12 the step has both `at` and `until`"],
    ),
    (
        "    do: notify\n",
        "",
        &["WF8009 13:5 nobody does anything in this step"],
    ),
    (
        "    do: notify\n",
        "    do: notify\n    note: Told.\n    approve: report\n",
        &[
            "WF8010 17:5 `note` stands beside `do`: a step does one thing",
            "WF8010 18:5 `approve` stands beside `do`: a step does one thing",
        ],
    ),
    (
        "  - until: 2023-11-17T00:00\n",
        "  - until: 2023-11-17T00:00\n    by: duty_officer\n",
        &["WF8011 26:5 `by` does not belong beside `until`"],
    ),
    (
        "    do: notify\n",
        "    approve: notify\n",
        &["WF8011 17:5 `with` does not belong beside `approve`"],
    ),
    (
        "    do: notify\n",
        "    do: notfy\n",
        &["WF8004 16:9 there is no action `notfy`; did you mean `notify`?"],
    ),
    (
        "    refused: role\n",
        "    refused: roll\n",
        &["WF8004 22:14 there is no refusal `roll`; did you mean `role`?"],
    ),
    (
        "channel: phone",
        "channel: fone",
        &[
            "WF8004 17:22 there is no channel `fone`; there are `email`, `fax`, `phone`, `portal`, `post`",
        ],
    ),
    (
        "recipient: mic_bureau",
        "recipient: mic_buro",
        &[
            "WF8004 17:40 there is no authority or fact that holds one `mic_buro`; did you mean `mic_bureau`?",
        ],
    ),
    (
        "duties: [first_report]",
        "duties: [final_report, first_report@jp-mic-konto]",
        &[
            "WF8004 17:78 there is no obligation `final_report`; did you mean `first_report`?",
            "WF8004 17:92 there is no authority `jp-mic-konto`; did you mean `jp-mic-kanto`?",
        ],
    ),
    (
        "secrecy_leak: feared",
        "secrecy_leak: fearful",
        &[
            "WF8012 11:51 `fearful` is not among the choices; there are leaked (Leaked), feared (Feared), none (None)",
        ],
    ),
    (
        "users_affected: { value: 5, estimate: true }",
        "users_affected: { estimate: 1 }",
        &["WF8012 11:120 expected `true` or `false`, found a whole number"],
    ),
    (
        "outline: A third",
        "outlin: A third",
        &["WF8012 11:59 there is no fact `outlin`; did you mean `outline`?"],
    ),
    (
        "by: { person: sato, role: privacy_officer }",
        "by: { person: sato }",
        &["WF8002 10:9 `role` is missing"],
    ),
    (
        "state: detected,",
        "state: detcted,",
        &["WF8004 12:22 there is no state `detcted`; did you mean `detected`?"],
    ),
    (
        "[ClockPassed]",
        "[ClockPast]",
        &["WF8004 26:26 there is no type of event `ClockPast`; did you mean `ClockPassed`?"],
    ),
    (
        "{ detailed_report: arguable }",
        "{ detailed_report: arguble, first_reprt: running }",
        &[
            "WF8004 24:80 there is no word for how a duty stands `arguble`; did you mean `arguable`?",
            "WF8004 24:89 there is no obligation `first_reprt`; did you mean `first_report`?",
        ],
    ),
    (
        "{ included: 2023-11-15,",
        "{ inclusive: 2023-11-15,",
        &[
            "WF8004 12:159 there is no reading `inclusive`; there are `only`, `excluded`, `included`, `moment`, `next_full_hour`",
        ],
    ),
    (
        "{ due: { included: 2023-11-15, excluded: 2023-11-16 } }",
        "{ due: soon }",
        &[
            "WF8005 12:157 `soon` is not a day such as `2023-10-27` or a moment such as `2023-10-27T18:00`",
        ],
    ),
    (
        "{ status: late, late: true }",
        "{ }",
        &["WF8014 26:67 nothing is expected here"],
    ),
    (
        "{ status: late, late: true }",
        "{ late: 1 }",
        &["WF8003 26:75 expected `true` or `false`, found a whole number"],
    ),
    (
        "happened: [ClockPassed]",
        "happened: ClockPassed",
        &["WF8003 26:25 expected a list, found a text"],
    ),
    (
        "expect: { happened: [ClockPassed],",
        "expect: { facts: {}, happened: [ClockPassed],",
        &["WF0001 26:15 `facts` is not supported by this version of tsuho"],
    ),
    (
        "scenario: Short",
        "scenario: 5",
        &["WF8003 2:11 expected a text, or `en` and `ja` with a text each, found a whole number"],
    ),
    (
        "scenario: Short",
        "scenario: { en: Short, jp: 短い例 }",
        &["WF8001 2:24 `jp` means nothing here; did you mean `ja`?"],
    ),
    (
        "scenario: Short",
        "scenario: { en: Short, ja: [短い例] }",
        &["WF8003 2:28 expected a text, found a list"],
    ),
    (
        "scenario: Short",
        "scenario: {}",
        &["WF8002 2:11 `en` is missing"],
    ),
];

#[test]
fn each_mistake_is_found_where_it_stands_with_what_to_write_instead() {
    let mut caught = 0;
    let mut wrong = Vec::new();
    for (from, to, expected) in PLANTED {
        let (read, findings) = scenarios(&changed(SHORT, from, to));
        let found = said(findings);
        if found == *expected && read.is_empty() {
            caught += 1;
        } else {
            wrong.push((*to, found));
        }
    }
    println!("planted {}, caught {caught}", PLANTED.len());
    assert_eq!(wrong, Vec::new());
}

#[test]
fn whatever_language_a_scenario_is_read_in_it_is_called_something_in_both() {
    let both = changed(
        SHORT,
        "scenario: Short",
        "scenario: { en: Short, ja: 短い例 }",
    );
    for (text, language, name, ja) in [
        (both.as_str(), Language::En, "Short", "短い例"),
        (both.as_str(), Language::Ja, "短い例", "短い例"),
        (SHORT, Language::Ja, "Short", "Short"),
    ] {
        let (read, findings) = scenarios_in(text, language);
        assert_eq!(said(findings), Vec::<String>::new());
        assert_eq!((read[0].name(), &*read[0].title.ja), (name, ja));
    }
}

#[test]
fn several_mistakes_are_found_in_one_run() {
    let text = PLANTED[6..10]
        .iter()
        .fold(SHORT.to_owned(), |text, (from, to, _)| {
            text.replacen(from, to, 1)
        });
    let (_, findings) = scenarios(&text);
    let found = said(findings);
    assert_eq!(found.len(), 5, "{found:#?}");
}

#[test]
fn a_scenario_whose_yaml_has_a_mistake_is_not_played_and_the_mistake_is_said_once() {
    let (read, findings) = scenarios(&changed(SHORT, "late: true", "late: yes"));
    assert_eq!((read.len(), said(findings).len()), (0, 1));
}

#[test]
fn a_scenario_of_a_workflow_with_mistakes_is_left_out_without_another_word() {
    let broken = changed(
        FILES[0].1,
        "files: detailed_report\n    approval: { by: executive }",
        "files: none_such",
    );
    let files: [(&str, &[u8]); 5] = [
        (FILES[0].0, broken.as_bytes()),
        (FILES[1].0, FILES[1].1.as_bytes()),
        (FILES[2].0, FILES[2].1.as_bytes()),
        (FILES[3].0, FILES[3].1.as_bytes()),
        (FILE, SHORT.as_bytes()),
    ];
    let compiled = workspace(&files);
    assert!(compiled.workflows.is_empty());
    let (read, findings) = read(
        &compiled.scenarios,
        &compiled.workflows,
        &compiled.names,
        Language::En,
    );
    assert!(read.is_empty() && findings.is_empty());
}
