//! Makes a page to be printed of a document: Markdown turned to HTML, with what a printer needs around it.
//! What the page states is written by `markdown`.

use pulldown_cmark::{Options, Parser};
use tsuho_core::catalogue::Language;

use super::paper::Paper;

/// What the Markdown of a document has beyond its common core.
pub(super) const MARKS: Options = Options::ENABLE_TABLES;

/// How the page looks on paper; nothing is fetched from elsewhere.
const STYLE: &str = "@page { size: A4; margin: 25mm 20mm }
body { font-family: 'Noto Serif CJK JP', 'Yu Mincho', 'Hiragino Mincho ProN', serif; line-height: 1.7; max-width: 170mm; margin: auto }
h1 { font-size: 1.3em; text-align: center }
h2 { font-size: 1.05em; margin: 1.2em 0 0.3em; break-after: avoid }
table { border-collapse: collapse; width: 100% }
th, td { border: 1px solid; padding: 0.2em 0.5em; text-align: left; vertical-align: top; font-weight: normal }
tr { break-inside: avoid }
blockquote { margin: 0; padding: 0.3em 1em; border: 1px solid }";

/// Makes the page.
pub(super) fn page(paper: &Paper, markdown: &str, language: Language) -> String {
    let mut body = String::new();
    pulldown_cmark::html::push_html(&mut body, Parser::new_ext(markdown, MARKS));
    let mut title = String::new();
    pulldown_cmark_escape::escape_html(&mut title, &paper.title)
        .expect("a text grows as long as it must");
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <style>\n{STYLE}\n</style>\n</head>\n<body>\n{body}</body>\n</html>\n",
        language.code()
    )
}
