//! The `tsuho` program.
fn main() {}
