//! Plants faults in what a scenario expects and does, and reads what is said about each.
//! Mistakes that reading finds are planted in `mistakes`.

use super::*;

/// Plays a text and returns what went otherwise.
fn found(text: &str) -> Vec<String> {
    let mut reports = played(text);
    assert_eq!(reports.len(), 1, "one scenario is played");
    said(reports.remove(0).findings)
}

/// What to change, into what, and what is to be said.
const PLANTED: &[(&str, &str, &[&str])] = &[
    (
        "expect: { state: detected,",
        "expect: { state: reported,",
        &["WF8054 12:22 expected the state `reported`, found `detected`"],
    ),
    (
        "[FactsRecorded, ClockStarted, ClockStarted, ReminderDue]",
        "[FactsRecorded, ClockStarted, ReminderDue, ClockStarted]",
        &[
            "WF8055 12:42 expected to have happened: FactsRecorded, ClockStarted, ReminderDue, ClockStarted; \
           found: FactsRecorded, ClockStarted, ClockStarted, ReminderDue",
        ],
    ),
    (
        "happened: [ClockPassed]",
        "happened: []",
        &["WF8055 26:25 expected to have happened: nothing; found: ClockPassed"],
    ),
    (
        "duties: { first_report: running, detailed_report: { due: { included: 2023-11-15, excluded: 2023-11-16 } } }",
        "duties: { first_report: running }",
        &[
            "WF8057 12:108 `detailed_report@jp-mic-kanto` is running (due: included: 2023-11-15, excluded: 2023-11-16) \
           and is not named",
        ],
    ),
    (
        "duties: { first_report: running,",
        "duties: { first_report: waiting,",
        &["WF8056 12:124 expected `first_report@jp-mic-kanto` to be waiting, found running"],
    ),
    (
        "{ due: { included: 2023-11-15, excluded: 2023-11-16 } }",
        "{ due: { included: 2023-11-15, excluded: 2023-11-17 } }",
        &[
            "WF8058 12:157 expected `detailed_report@jp-mic-kanto` to be due excluded: 2023-11-17, included: 2023-11-15, \
           found included: 2023-11-15, excluded: 2023-11-16",
        ],
    ),
    (
        "{ due: { included: 2023-11-15, excluded: 2023-11-16 } }",
        "{ due: { included: 2023-11-15 } }",
        &[
            "WF8058 12:157 expected `detailed_report@jp-mic-kanto` to be due included: 2023-11-15, \
           found included: 2023-11-15, excluded: 2023-11-16",
        ],
    ),
    (
        "{ due: { included: 2023-11-15, excluded: 2023-11-16 } }",
        "{ due: 2023-11-15 }",
        &[
            "WF8058 12:157 expected `detailed_report@jp-mic-kanto` to be due 2023-11-15, \
           found included: 2023-11-15, excluded: 2023-11-16",
        ],
    ),
    (
        "{ due: { included: 2023-11-15, excluded: 2023-11-16 } }",
        "{ due: { included: 2023-11-16T00:00, excluded: 2023-11-16T23:59 } }",
        &[
            "WF8058 12:157 expected `detailed_report@jp-mic-kanto` to be due excluded: 2023-11-16T23:59, \
           included: 2023-11-16T00:00, found included: 2023-11-15, excluded: 2023-11-16",
        ],
    ),
    (
        "{ first_report: stopped, detailed_report: { late: false } }",
        "{ first_report: { due: 2023-10-17 }, detailed_report: { late: false } }",
        &["WF8056 18:56 expected `first_report@jp-mic-kanto` to be running, found stopped"],
    ),
    (
        "{ first_report: stopped, detailed_report: { late: false } }",
        "{ first_report: { status: stopped, due: 2023-10-17 }, detailed_report: { late: false } }",
        &[
            "WF8058 18:80 expected `first_report@jp-mic-kanto` to be due 2023-10-17, found without a due moment",
        ],
    ),
    (
        "{ late: false }",
        "{ late: true }",
        &[
            "WF8059 18:90 expected `detailed_report@jp-mic-kanto` to be late, found running, in_time",
        ],
    ),
    (
        "{ detailed_report: arguable }",
        "{ detailed_report: in_time }",
        &[
            "WF8056 24:80 expected `detailed_report@jp-mic-kanto` to be in_time, found running, arguable",
        ],
    ),
    (
        "{ status: late, late: true }",
        "{ status: late, late: false }",
        &[
            "WF8059 26:89 expected `detailed_report@jp-mic-kanto` to be not late, found running, late",
        ],
    ),
    (
        "    refused: role\n",
        "",
        &[
            "WF8051 19:5 the step was refused (`role`): `report` needs the role `privacy_officer`; you used `duty_officer`",
        ],
    ),
    (
        "refused: role",
        "refused: state",
        &["WF8053 22:14 expected the refusal `state`, found `role`: \
           `report` needs the role `privacy_officer`; you used `duty_officer`"],
    ),
    (
        "duties: [first_report] }",
        "duties: [first_report] }\n    refused: guard",
        &[
            "WF8052 18:14 expected the refusal `guard`, but the step was carried out: ActionTaken, FilingMade, ClockStopped",
        ],
    ),
    (
        "mic_bureau: jp-mic-kanto }",
        "}",
        &[
            "WF8055 12:42 expected to have happened: FactsRecorded, ClockStarted, ClockStarted, ReminderDue; \
           found: FactsRecorded",
            "WF8056 12:124 expected `first_report` to be running, found waiting",
            "WF8056 12:150 expected `detailed_report` to be running, found waiting",
            "WF8061 17:40 `mic_bureau` names nobody at that time",
        ],
    ),
];

#[test]
fn a_fault_in_what_is_expected_is_found_and_says_what_was_expected_and_found() {
    assert_eq!(found(SHORT), Vec::<String>::new());
    let mut caught = 0;
    let mut wrong = Vec::new();
    for (from, to, expected) in PLANTED {
        let found = found(&changed(SHORT, from, to));
        if found == **expected {
            caught += 1;
        } else {
            wrong.push((*to, found));
        }
    }
    println!("planted {}, caught {caught}", PLANTED.len());
    assert_eq!(wrong, Vec::new());
}

#[test]
fn after_a_step_that_could_not_be_played_no_other_is() {
    let reports = played(&changed(SHORT, "    refused: role\n", ""));
    let outcomes: Vec<Outcome> = reports[0].steps.iter().map(|step| step.outcome).collect();
    let (passed, failed, not) = (Outcome::Passed, Outcome::Failed, Outcome::NotPlayed);
    assert_eq!(outcomes, [passed, passed, failed, not, not]);
}

#[test]
fn after_an_opening_that_is_refused_no_step_is_played() {
    let line = "a".repeat(9_000);
    let too_large = format!("registration_number: \"{line}\n  {line}\"");
    let text = changed(SHORT, "registration_number: A-00-0000", &too_large);
    let reports = played(&text);
    assert!(found(&text)[0].starts_with("WF8050 8:7 the case could not be opened (`too_large`)"));
    assert!(
        reports[0]
            .steps
            .iter()
            .all(|step| step.outcome == Outcome::NotPlayed)
    );
    assert!(course(&reports[0]).case.is_none() && course(&reports[0]).history.is_empty());
}

#[test]
fn a_name_that_means_nothing_in_the_case_fails_its_step() {
    let supplement = |with: &str| {
        let step = format!(
            "  - at: 2023-10-17T19:30\n    by: duty_officer\n    do: update\n    with: {{ channel: phone, {with} }}\n"
        );
        let before = "  - at: 2023-10-17T20:00\n";
        changed(SHORT, before, &format!("{step}{before}"))
    };
    let nobody = changed(
        &supplement("recipient: mic_bureau"),
        "mic_bureau: jp-mic-kanto }",
        "}",
    );
    assert!(
        found(&nobody)
            .iter()
            .any(|line| line.contains("`mic_bureau` names nobody at that time"))
    );
    let other = supplement("recipient: jp-mic-tokai, duties: [first_report]");
    assert_eq!(
        found(&other),
        ["WF8060 22:63 which duty of `first_report` is meant? There are: nothing"]
    );
    assert_eq!(
        found(&supplement("duties: [first_report@jp-mic-kanto]")),
        Vec::<String>::new()
    );
}
