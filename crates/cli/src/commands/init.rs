//! `tsuho init`: makes a database, with whoever calls it as its first administrator.
//! What an installation begins with is decided by the executor; a drill with a story in it is made by `tsuho demo`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tsuho_core::case::event::Via;
use tsuho_core::people::check_names;
use tsuho_core::time::{Timestamp, Zone};
use tsuho_core::value::parse::{self, Malformed};
use tsuho_executor::{Answer, Clock as _, Founder, How, SystemClock};
use tsuho_store::{Error, Kind};
use tsuho_store_sqlite as sqlite;

use super::Context;
use crate::change;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::open;
use crate::session::{self, Session};
use crate::telling::RoleTitles;
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
    let store = sqlite::create(&path, kind, begins_at(arguments.at.as_deref())?.moment())
        .await
        .map_err(|error| not_made(error, &path))?;
    let store = Arc::new(store);
    let founded = async {
        let mut session = Session::on(&store, None).await?;
        let name = arguments.name.unwrap_or_else(|| account.clone());
        found(context, &mut session, name, account).await?;
        publish(context, &session, &workflows).await
    }
    .await;
    store.close().await;
    match founded {
        Ok(()) => {
            let database = path.display().to_string();
            context
                .output
                .say(&Message::new("init.done").with("database", database));
            Ok(Exit::Fine)
        }
        Err(failure) => {
            discard(&path);
            Err(failure)
        }
    }
}

/// Returns why no database was made.
pub(super) fn not_made(error: Error, path: &Path) -> Failure {
    match error {
        Error::Missing { .. } => {
            let message =
                Message::new("init.no-folder").with("database", path.display().to_string());
            Failure::new(Exit::NothingToRead, message).hint(Message::new("init.no-folder.hint"))
        }
        error => open::failure(error, path),
    }
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
async fn found(
    context: &mut Context,
    session: &mut Session,
    name: String,
    account: String,
) -> Result<()> {
    let founder = Founder {
        person: session.executor().new_person(),
        via: Via::Os,
        name,
        account: Some(account),
    };
    let created = session.executor().create(&founder).await;
    let answer = created.map_err(|error| session.failed(error))?;
    if matches!(answer, Answer::Done(_)) {
        session.refresh().await?;
    }
    told(context, session, answer)
}

/// Publishes the shipped workflows.
async fn publish(context: &mut Context, session: &Session, workflows: &Workspace) -> Result<()> {
    for bundle in workflows.bundles() {
        let sender = session.sender()?;
        let executor = session.executor();
        let published = executor
            .publish_workflow(&sender, &bundle, &How::default())
            .await;
        told(
            context,
            session,
            published.map_err(|error| session.failed(error))?,
        )?;
    }
    Ok(())
}

fn told(
    context: &mut Context,
    session: &Session,
    answer: Answer<tsuho_core::people::SystemBody, tsuho_core::people::SystemRejection>,
) -> Result<()> {
    let format = crate::output::Format::Table;
    change::tell(context, session, (format, &RoleTitles::default()), answer).map(|_| ())
}

/// Says what would be made.
fn try_out(context: &mut Context, path: &Path, name: &str, workflows: &Workspace) -> Result {
    if path.exists() {
        let path = path.to_owned();
        return Err(open::failure(Error::Exists { path: path.clone() }, &path));
    }
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

/// Removes a database that could not be finished. This process made it a moment ago, so that nothing of worth is in it.
pub(super) fn discard(path: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(suffix);
        let file = PathBuf::from(file);
        if let Err(error) = fs::remove_file(&file)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(path = %file.display(), "left behind after a failed creation: {error}");
        }
    }
}
