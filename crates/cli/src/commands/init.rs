//! `tsuho init`: makes a database, with whoever calls it as its first administrator.
//! What an installation begins with is decided by the executor; a drill with a story in it is made by `tsuho demo`.

use std::path::Path;
use std::sync::Arc;

use tsuho_core::case::event::Via;
use tsuho_core::people::{SystemBody, SystemRejection, check_names};
use tsuho_core::time::{Timestamp, Zone};
use tsuho_core::value::parse::{self, Malformed};
use tsuho_executor::{Answer, Clock as _, Done, Founder, How, SystemClock};
use tsuho_store::Kind;
use tsuho_store_sqlite as sqlite;

use super::Context;
use crate::change;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::open;
use crate::output::Format;
use crate::session::{self, Session, failed_in_the_making};
use crate::telling::RoleTitles;
use crate::unfinished::{Readers, Unfinished, not_made, refuse_what_is_there};
use crate::workspace::Workspace;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Whether it is a drill.
    #[arg(long)]
    drill: bool,
    /// When the drill begins.
    #[arg(long, value_name = "TIME", requires = "drill")]
    at: Option<String>,
    /// Whether no workflow is published.
    #[arg(long)]
    bare: bool,
    /// The administrator's name.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Whether it is only tried.
    #[arg(long)]
    dry_run: bool,
}

/// Makes the database.
pub(crate) async fn run(context: &mut Context, arguments: Arguments) -> Result {
    let path = context.settings.database()?.to_owned();
    let account = session::account()?;
    let kind = if arguments.drill {
        Kind::Drill
    } else {
        Kind::Real
    };
    context.output.mark(open::mark(kind));
    let workflows = if arguments.bare {
        Workspace::empty()
    } else {
        Workspace::shipped()
    };
    if arguments.dry_run {
        let name = arguments.name.as_deref().unwrap_or(&account);
        check_names(Some(name), Some(&account)).map_err(|refused| {
            let message = Message::of(refused.key(), refused.args());
            Failure::new(Exit::Findings, message)
        })?;
        return try_out(context, &path, name, &workflows);
    }
    let begins_at = begins_at(arguments.at.as_deref())?.moment();
    // It has no name before everything is in it, and nothing is told before it has one.
    let file = Unfinished::begin(&path, Readers::Usual)?;
    let store = sqlite::create(file.path(), kind, begins_at).await;
    let store = Arc::new(store.map_err(|error| not_made(error, &path))?);
    let name = arguments.name.unwrap_or_else(|| account.clone());
    let founded = async {
        let mut session = Session::on(&store, &path, None).await?;
        let mut done = vec![found(&mut session, name, account).await?];
        done.extend(publish(&session, &workflows).await?);
        Ok((session, done))
    }
    .await;
    store.close().await;
    let (session, done) = founded?;
    file.finish()?;
    let roles = RoleTitles::default();
    for done in done {
        let told = (Format::Table, &roles);
        change::tell(context, &session, told, Answer::Done(done))?;
    }
    let database = path.display().to_string();
    let done = Message::new("init.done").with("database", database);
    context.output.say(&done);
    Ok(Exit::Fine)
}

/// Returns when the database begins: now, or when a drill is to begin, in UTC.
fn begins_at(at: Option<&str>) -> Result<Timestamp> {
    let Some(text) = at else {
        return Ok(SystemClock.now());
    };
    parse::moment(text, &Zone::utc()).map_err(|problem| {
        let (key, args) = Malformed::new(problem).message();
        Failure::new(Exit::Usage, Message::of(key, args))
    })
}

/// Writes the installation's first records.
async fn found(session: &mut Session, name: String, account: String) -> Result<Done<SystemBody>> {
    let founder = Founder {
        person: session.executor().new_person(),
        via: Via::Os,
        name,
        account: Some(account),
    };
    let created = session.executor().create(&founder).await;
    let created = created.map_err(|error| failed_in_the_making(error, session.database()))?;
    let created = granted(session, created)?;
    session.refresh().await?;
    Ok(created)
}

/// Publishes the shipped workflows.
async fn publish(session: &Session, workflows: &Workspace) -> Result<Vec<Done<SystemBody>>> {
    let mut done = Vec::new();
    for bundle in workflows.bundles() {
        let sender = session.sender()?;
        let how = How::default();
        let published = session.executor().publish_workflow(&sender, &bundle, &how);
        let published = published.await;
        let published = published.map_err(|error| failed_in_the_making(error, session.database()));
        done.push(granted(session, published?)?);
    }
    Ok(done)
}

fn granted(
    session: &Session,
    answer: Answer<SystemBody, SystemRejection>,
) -> Result<Done<SystemBody>> {
    match answer {
        Answer::Done(done) => Ok(done),
        Answer::Refused(refusal) => {
            let message = change::refusal_message(session, &RoleTitles::default(), &refusal);
            Err(Failure::new(Exit::Findings, message))
        }
    }
}

/// Says what would be made.
fn try_out(context: &mut Context, path: &Path, name: &str, workflows: &Workspace) -> Result {
    refuse_what_is_there(path)?;
    let output = &mut context.output;
    output.say(&Message::new("system.tried"));
    output.say(&Message::new("system.created").with("person", name));
    for text in tsuho_core::calendar::shipped_texts() {
        let calendar = tsuho_core::calendar::Calendar::read(text).map_err(|error| {
            Failure::new(Exit::Internal, Message::new("session.defect")).cause(error)
        })?;
        output.say(
            &Message::new("system.calendar-published")
                .with("calendar", calendar.name.to_string())
                .with("digest", calendar.digest.to_string()),
        );
    }
    for rules in &workflows.compiled.workflows {
        output.say(
            &Message::new("system.workflow-published")
                .with("workflow", rules.name.to_string())
                .with("version", rules.version.to_string())
                .with("digest", rules.digest.to_string()),
        );
    }
    Ok(Exit::Fine)
}
