//! `tsuho user add`: adds a person, with the operating-system account by which they are known.
//! Roles are granted by `tsuho user grant`.

use tsuho_executor::PersonChange;

use crate::change::{self, ChangeArguments};
use crate::commands::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::session::with_session;
use crate::telling::RoleTitles;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The name.
    #[arg(value_name = "NAME")]
    name: String,
    /// The operating-system account.
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
    #[command(flatten)]
    change: ChangeArguments,
}

/// Adds the person.
pub(crate) async fn run(context: &mut Context, arguments: Arguments) -> Result {
    let change = arguments.change;
    with_session(context, change.mode(), async |context, session| {
        let sender = session.sender()?;
        if let Some(account) = &arguments.account
            && session
                .persons()
                .all()
                .any(|known| known.account.as_ref() == Some(account))
        {
            // Whoever shares an account could consent to their own proposal.
            let message = Message::new("user.account-taken").with("account", account.as_str());
            return Err(Failure::new(Exit::Findings, message));
        }
        let person = PersonChange::Add {
            person: session.executor().new_person(),
            name: arguments.name,
            account: arguments.account,
        };
        let executor = session.executor();
        let answer = executor.change_person(&sender, person, &change.how()).await;
        let answer = answer.map_err(|error| session.failed(error))?;
        let roles = RoleTitles::read(session).await?;
        change::tell(context, session, (change.format.format, &roles), answer)
    })
    .await
}
