//! The `tsuho` program, built for its tests: Cargo tells a package where its own programs are, and no other's.
//! What it does is in `crates/cli/src/lib.rs`.

fn main() -> std::process::ExitCode {
    tsuho_cli::main()
}
