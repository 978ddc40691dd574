//! Looks at the papers that are drawn up for a filing: what they state, and with which filing they are compared.
//! How they read is in `tests/cmd/case-document.md`.

use serde_json::json;

use crate::office::Office;

#[test]
fn a_paper_keeps_the_paragraphs_that_somebody_wrote() {
    let office = Office::with_case();
    let written = "第一段落\n二行目\n\n第二段落";
    let row = json!({ "id": "a", "what": written });
    let facts = json!({ "outline": written, "measures": [row] });
    let request = json!({ "case": 1, "do": "record", "as": "Tanaka", "facts": facts });
    let (code, answers) = office.answers(&[], format!("{request}\n").as_bytes());
    assert_eq!(code, Some(0), "{answers:?}");
    let drawn = |form: &str| {
        office.done(&format!(
            "case document 1 detailed_report --format {form} --as Tanaka"
        ))
    };
    let found = [
        drawn("markdown").contains("第一段落\\\n"),
        drawn("markdown").contains("第一段落<br>二行目<br><br>第二段落"),
        drawn("html").contains("第二段落</p>"),
        drawn("html").contains("第一段落<br>二行目<br><br>第二段落"),
        !drawn("markdown").contains('⏎') && !drawn("html").contains('⏎'),
    ];
    assert_eq!(found, [true; 5], "{}", drawn("markdown"));
}

#[test]
fn a_paper_is_compared_with_the_last_one_that_went_where_it_is_owed_even_if_it_came_back() {
    let office = Office::with_case();
    let diff = || office.done("case document 1 first_report --diff --as Tanaka");
    office.done("case advance 1 notify --channel phone --to jp-mic-kinki --as Sato");
    let only = diff();
    assert!(
        only.contains("nothing changed since filing 1 of") && only.contains("it serves no duty"),
        "where there is no other: {only}"
    );
    let again = "case advance 1 update --channel phone --as Sato";
    office.done(again);
    office.done("case record 1 outline=B --as Tanaka");
    office.done(&format!("{again} --to jp-mic-kinki"));
    let elsewhere = diff();
    assert!(
        elsewhere.contains("changed since filing 2 of") && elsewhere.contains("A → B"),
        "{elsewhere}"
    );
    assert!(!elsewhere.contains("counts no longer"), "{elsewhere}");
    for (filing, how) in [(2, "withdrawn"), (3, "withdrawn"), (1, "failed")] {
        office.done(&format!(
            "case undo 1 {filing} --{how} --reason x --as Sato"
        ));
    }
    let returned = diff();
    assert!(
        returned.contains("changed since filing 2 of") && returned.contains("A → B"),
        "{returned}"
    );
    assert!(
        returned.contains("filing 2 was withdrawn on 2023-10-27 18:00 and counts no longer"),
        "{returned}"
    );
}

#[test]
fn a_paper_is_attached_in_the_form_that_the_name_of_its_file_says() {
    let office = Office::with_case();
    let attach = |file: &str| {
        office.tsuho(&format!(
            "case document 1 first_report --attach {file} --as Sato"
        ))
    };
    let unknown = attach("report.docx");
    assert_eq!(unknown.code, Some(2), "{unknown:?}");
    assert!(!office.0.path().join("report.docx").exists());
    for (file, begins) in [("report.html", "<!DOCTYPE html>"), ("report.md", "# ")] {
        let written = attach(file);
        assert_eq!(written.code, Some(0), "{written:?}");
        let text = std::fs::read_to_string(office.0.path().join(file)).expect("it is written");
        assert!(text.starts_with(begins), "{file}: {text}");
    }
}

#[test]
fn what_a_case_has_no_paper_for_and_what_its_clock_waits_for_are_said_in_words() {
    let office = Office::new();
    office.done("case open jp-mic-guidance --as Sato");
    office.done(
        r#"case record 1 letters=[{"number":"46","kind":"guidance","sender":"jp-mic","dated_on":"2023-10-20"}] --as Ito"#,
    );
    let paper = office.tsuho("case document 1 answer --as Sato");
    assert_eq!(paper.code, Some(4), "{paper:?}");
    assert!(paper.err.contains("tsuho case attach 1 FILE"), "{paper:?}");
    let waiting = office.done("case show 1 --as Sato");
    let said = [
        "(letters.answer_by)",
        "`tsuho case record 1 letters.ROW.answer_by=…`",
    ];
    assert!(
        said.iter().all(|words| waiting.contains(words)),
        "{waiting}"
    );

    let twice = "--workflow jp-tba-secrecy-leak --workflow jp-tba-secrecy-leak@1";
    let opened = office.tsuho(&format!("incident open A {twice} --as Sato"));
    assert_eq!(opened.code, Some(2), "{opened:?}");
    assert!(
        opened.err.contains("`jp-tba-secrecy-leak` stands twice"),
        "{opened:?}"
    );
}

#[test]
fn a_filing_that_takes_the_place_of_a_failed_one_is_no_supplement() {
    let office = Office::with_case();
    office.done("case advance 1 notify --channel phone --as Sato");
    office.done("case undo 1 1 --failed --reason x --as Sato");
    let again = "case advance 1 update --channel phone --as Sato";
    let told = office.done(again);
    assert!(
        told.contains("discharged") && !told.contains("supplement"),
        "{told}"
    );
    office.done(again);
    for (filing, is_one) in [(1, false), (2, false), (3, true)] {
        let shown = office.done(&format!("case show 1 --filing {filing} --as Sato"));
        assert_eq!(shown.contains(", supplement (version"), is_one, "{shown}");
    }
    let all = office.done("case show 1 --all --as Sato");
    assert_eq!(all.matches("(supplement, version").count(), 1, "{all}");
}
