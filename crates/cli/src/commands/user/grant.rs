//! `tsuho user grant`: grants a role to a person.
//! Which roles there are is said by the published workflows.

use std::collections::BTreeSet;

use tsuho_core::catalogue::Arg;
use tsuho_core::name::RoleName;
use tsuho_core::people::administrator;
use tsuho_executor::PersonChange;

use crate::change::{self, ChangeArguments};
use crate::commands::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::session::{Session, with_session};
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

/// Grants the role.
pub(crate) async fn run(context: &mut Context, arguments: Arguments) -> Result {
    let change = arguments.change;
    with_session(context, change.mode(), async |context, session| {
        let sender = session.sender()?;
        let person = session.persons().find(&arguments.person)?.person;
        let role = arguments.role;
        let known = roles(session).await?;
        if !known.contains(&role) {
            // In an emergency it is too late to find out that nobody can act because of a typing mistake.
            let titles = RoleTitles::read(session).await?;
            let known: Vec<Arg> = known.iter().map(|role| titles.named(role)).collect();
            let message = Message::new("user.unknown-role")
                .with("role", role.to_string())
                .with("roles", Arg::List(known));
            return Err(
                Failure::new(Exit::Findings, message).hint(Message::new("user.unknown-role.hint"))
            );
        }
        let grant = PersonChange::Grant { person, role };
        let executor = session.executor();
        let answer = executor.change_person(&sender, grant, &change.how()).await;
        let answer = answer.map_err(|error| session.failed(error))?;
        let roles = RoleTitles::read(session).await?;
        change::tell(context, session, (change.format.format, &roles), answer)
    })
    .await
}

/// Returns every role of the published workflows, and the administrator's.
async fn roles(session: &Session) -> Result<BTreeSet<RoleName>> {
    let executor = session.executor();
    let failed = |error| session.failed(error);
    let installation = executor.installation().await.map_err(failed)?;
    let mut roles = BTreeSet::from([administrator()]);
    for (_, _, digest) in installation.people.workflows() {
        let compiled = executor.compiled(digest).await.map_err(failed)?;
        roles.extend(compiled.rules.roles.keys().cloned());
    }
    Ok(roles)
}
