//! All black-box tests, in one program.
//! What they share is in `tests/lib.rs`.

mod apply;
mod audit;
mod by_hand;
mod cells;
mod checked;
mod child;
mod cmd;
mod damaged;
mod demo;
mod desk;
mod durable;
mod edges;
mod elsewhere;
mod evidence;
mod hostile;
mod languages;
mod lints;
mod many;
mod office;
mod oracle;
mod owed;
mod papers;
mod requests;
mod rescued;
mod serve;
mod shipped;
mod tampered;
mod tidy;
mod unfit;
mod upgraded;

use tidy::tree::Tree;

#[test]
fn no_file_of_this_suite_is_forgotten() {
    let forgotten = |tree: &Tree| {
        tree.files()
            .filter(|(path, _)| path.starts_with("tests/it/"))
            .flat_map(|(path, text)| tidy::shape::forgotten_file(tree, path, text))
            .map(|finding| finding.to_string())
            .collect::<Vec<_>>()
    };
    let planted = [
        Tree::of(&[("tests/it/main.rs", "mod tidy;"), ("tests/it/lost.rs", "")]),
        Tree::of(&[
            ("tests/it/main.rs", "mod tidy;"),
            ("tests/it/tidy.rs", ""),
            ("tests/it/tidy/lost.rs", ""),
        ]),
        Tree::of(&[
            ("tests/it/main.rs", "// mod lost;"),
            ("tests/it/lost.rs", ""),
        ]),
        Tree::of(&[
            ("tests/it/main.rs", "mod lost_too;"),
            ("tests/it/lost.rs", ""),
        ]),
    ];
    let caught = planted
        .iter()
        .filter(|tree| forgotten(tree).len() == 1)
        .count();
    println!(
        "forgotten test files: planted {}, caught {caught}",
        planted.len()
    );
    assert_eq!(caught, planted.len());
    assert_eq!(forgotten(&Tree::of_the_repository()), [""; 0]);
}
