//! `tsuho audit history`: tells what happened to a case, who did it, when it happened and when it was put on record.
//! The words for events are in `tsuho-audit`; names, texts and other personal values are shown on demand alone. An
//! incident is told with its cases by `history/incident.rs`.

mod incident;

use serde_json::{Value, json};
use tsuho_audit::History;
use tsuho_audit::history::{Entry, Names, Sentence};
use tsuho_core::catalogue::Language;
use tsuho_core::time::Zone;
use tsuho_ledger::PartClass;

use super::case_records::{self, Placed};
use crate::commands::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::open::Mode;
use crate::output::{Format, FormatArgument};
use crate::session::{Session, with_session};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The case.
    #[arg(value_name = "CASE", required_unless_present = "incident")]
    case: Option<String>,
    /// An incident with its cases.
    #[arg(long, value_name = "INCIDENT", conflicts_with = "case")]
    incident: Option<String>,
    /// With personal values.
    #[arg(long)]
    personal: bool,
    #[command(flatten)]
    format: FormatArgument,
}

/// Tells the history of a case or of an incident.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    with_session(
        context,
        Mode::ReadOnly,
        async |context: &mut Context, session: &Session| {
            if arguments.personal {
                check_told(session)?;
            }
            if let Some(named) = &arguments.incident {
                return incident::run(context, session, (arguments, named)).await;
            }
            // One of the two is there, or the command line is refused.
            let named = arguments.case.as_deref().unwrap_or_default();
            of_case(context, session, (arguments, named)).await
        },
    )
    .await
}

async fn of_case(
    context: &mut Context,
    session: &Session,
    (arguments, text): (&Arguments, &str),
) -> Result {
    let store = &**session.executor().store();
    let row = case_records::find(store, session.database(), text).await?;
    let names = names(session, arguments).await?;
    let id = case_records::id(&row)?;
    let ground = session.executor().ground(id).await;
    let ground = ground.map_err(|error| session.failed(error))?;
    let zone = super::zone_of(&ground.context(), &ground.case);
    let is_told = session.reader()?.is_told_values(ground.context().rules);
    if arguments.personal && !is_told {
        context
            .output
            .remark(&Message::new("session.withheld-values"));
    }
    let stream = case_records::stream(&row);
    let parts = parts(arguments.personal && is_told);
    let records = case_records::read(store, session.database(), &stream, parts).await?;
    let mut history = History::new(&names, Some(ground.context().rules), zone.clone());
    let told = records
        .iter()
        .map(|Placed { position, record }| history.tell(*position, record));
    let told: std::result::Result<Vec<Entry>, _> = told.collect();
    let told = told.map_err(super::unreadable)?;
    match arguments.format.format {
        Format::Table => say(context, &told, &zone),
        Format::Json => json(context, &stream, &told, &zone),
    }
    Ok(Exit::Fine)
}

/// Reads the names of persons, if they are asked for.
async fn names(session: &Session, arguments: &Arguments) -> Result<Names> {
    let store = &**session.executor().store();
    let parts = parts(arguments.personal);
    let system = case_records::read(store, session.database(), "system", parts).await?;
    let mut names = Names::default();
    for placed in &system {
        names.take(&placed.record).map_err(super::unreadable)?;
    }
    Ok(names)
}

/// Returns the parts that are read.
const fn parts(personal: bool) -> &'static [PartClass] {
    if personal {
        &[PartClass::Operational, PartClass::Personal]
    } else {
        &[PartClass::Operational]
    }
}

/// Checks that whoever asks is told names; personal values take a role of the case's workflow besides.
fn check_told(session: &Session) -> Result<()> {
    let (person, _) = session.actor(None)?;
    if session.reader()?.is_told_names() {
        Ok(())
    } else {
        let message = Message::new("history.not-yours").with("person", session.called(person));
        Err(Failure::new(Exit::Findings, message).hint(Message::new("history.not-yours.hint")))
    }
}

fn say(context: &mut Context, told: &[Entry], zone: &Zone) {
    let zoned = Message::new("audit.zone").with("zone", zone.name());
    context.output.say(&zoned);
    for entry in told {
        let line = Message::new("history.entry").with("seq", format!("{:>4}", entry.seq));
        say_entry(context, line, entry, zone);
    }
}

/// Says one entry in a line that names its place, with its details below.
fn say_entry(context: &mut Context, line: Message, entry: &Entry, zone: &Zone) {
    let language = context.settings.language;
    let line = line
        .with("occurred", super::minute(entry.occurred_at, zone))
        .with("what", sentence(&entry.what, language))
        .with("who", sentence(&entry.who, language));
    context.output.say(&line);
    for detail in &entry.details {
        let detail = sentence(detail, language);
        context.output.line(&format!("      {detail}"));
    }
}

fn sentence((key, args): &Sentence, language: Language) -> String {
    Message::of(*key, args.clone()).text(language)
}

fn json(context: &mut Context, stream: &str, told: &[Entry], zone: &Zone) {
    let language = context.settings.language;
    let entries = told.iter().map(|entry| object(entry, language));
    let entries: Value = entries.collect();
    context
        .output
        .json(json!({ "stream": stream, "zone": zone.name(), "events": entries }));
}

/// Returns an entry as programs read it.
fn object(entry: &Entry, language: Language) -> Value {
    let said = |one: &Sentence| -> Value { sentence(one, language).into() };
    let mut value = json!(entry);
    value["who"] = said(&entry.who);
    value["what"] = said(&entry.what);
    value["details"] = entry.details.iter().map(said).collect();
    value
}
