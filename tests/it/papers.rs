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
