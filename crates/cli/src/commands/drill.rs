//! `tsuho drill`: lets the time of a drill pass, and happen what falls due meanwhile.
//! Real time passes by itself; a database that is no drill refuses.

use std::sync::Arc;

use tsuho_core::time::Instant;
use tsuho_core::value::parse::{self, Malformed};
use tsuho_executor::{Error, Executor, SystemChance, VirtualClock};
use tsuho_ledger::Moment;

use super::Context;
use crate::asking;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::open::Mode;
use crate::session::{Session, with_session};

/// The commands on drills.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Lets time pass.
    Until(UntilArguments),
}

/// What letting time pass takes.
#[derive(Debug, clap::Args)]
pub(crate) struct UntilArguments {
    /// Until when.
    #[arg(value_name = "TIME")]
    time: String,
}

/// Carries a command out.
pub(crate) async fn run(context: &mut Context, command: Command) -> Result {
    match command {
        Command::Until(arguments) => until(context, &arguments).await,
    }
}

async fn until(context: &mut Context, arguments: &UntilArguments) -> Result {
    with_session(
        context,
        Mode::ReadWrite,
        async |context: &mut Context, session: &Session| {
            let store = session.executor().store().clone();
            let zone = asking::zone(session).await?;
            let to = parse::moment(&arguments.time, &zone).map_err(|problem| {
                let (key, args) = Malformed::new(problem).message();
                Failure::new(Exit::Usage, Message::of(key, args))
            })?;
            let clock = VirtualClock::read(store.clone()).await;
            let clock = Arc::new(clock.map_err(|error| session.failed(error))?);
            let executor = Executor::new(store, clock.clone(), Arc::new(SystemChance::default()));
            let written = executor.pass_time(&clock, to).await;
            let written = written.map_err(|error| match error {
                Error::Store(tsuho_store::Error::TimeRunsBack { present, asked }) => {
                    let local =
                        |moment: Moment| Instant::new(moment.into(), zone.clone()).to_string();
                    let message = Message::new("database.time-runs-back")
                        .with("present", local(present))
                        .with("asked", local(asked));
                    let hint = Message::new("database.time-runs-back.hint");
                    Failure::new(Exit::Findings, message).hint(hint)
                }
                error => session.failed(error),
            })?;
            let now = Message::new("drill.until")
                .with("now", Instant::new(to, zone).to_string())
                .with("records", written);
            context.output.say(&now);
            Ok(Exit::Fine)
        },
    )
    .await
}
