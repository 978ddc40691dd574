//! `tsuho user revoke`: takes a role from a person.
//! What they did in it stays theirs.

use tsuho_core::name::RoleName;
use tsuho_executor::PersonChange;

use crate::change::{self, ChangeArguments};
use crate::commands::Context;
use crate::failure::Result;
use crate::session::with_session;
use crate::telling::RoleTitles;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The person.
    #[arg(value_name = "PERSON")]
    person: String,
    /// The role.
    #[arg(value_name = "ROLE")]
    role: RoleName,
    #[command(flatten)]
    change: ChangeArguments,
}

/// Revokes the role.
pub(crate) async fn run(context: &mut Context, arguments: Arguments) -> Result {
    let change = arguments.change;
    with_session(context, change.mode(), async |context, session| {
        let sender = session.sender()?;
        let person = session.persons().find(&arguments.person)?.person;
        let revoke = PersonChange::Revoke {
            person,
            role: arguments.role,
        };
        let executor = session.executor();
        let answer = executor.change_person(&sender, revoke, &change.how()).await;
        let answer = answer.map_err(|error| session.failed(error))?;
        let roles = RoleTitles::read(session).await?;
        change::tell(context, session, (change.format.format, &roles), answer)
    })
    .await
}
