//! Starts the `tsuho` program.
//! Everything it does is in `crates/cli/src/lib.rs`, so that tests can start the same program.

fn main() -> std::process::ExitCode {
    tsuho_cli::main()
}
