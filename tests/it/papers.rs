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
