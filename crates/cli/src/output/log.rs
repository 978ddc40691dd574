//! Starts the log of the program on standard error, which `TSUHO_LOG` filters (`debug`, `tsuho_executor=trace`).
//! What is logged never holds secrets, personal values or the contents of requests and files.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// Tells whether standard error is a terminal that wants colours.
fn is_styled() -> bool {
    match anstream::AutoStream::choice(&std::io::stderr()) {
        anstream::ColorChoice::Never => false,
        anstream::ColorChoice::Auto
        | anstream::ColorChoice::Always
        | anstream::ColorChoice::AlwaysAnsi => true,
    }
}

/// Starts the log. Without `TSUHO_LOG` it tells what somebody should look at.
pub(crate) fn start() {
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::WARN.into())
        .with_env_var("TSUHO_LOG")
        .from_env_lossy();
    // A second start, as in a test that starts the program twice in one process, keeps the first.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // A file or a pipe gets no colours; neither does a terminal that wants none.
        .with_ansi(is_styled())
        .without_time()
        .try_init();
}
