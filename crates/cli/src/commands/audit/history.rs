//! `tsuho audit history`: tells what happened to a case, who did it, when it happened and when it was put on record.
//! The words for events are in `tsuho-audit`; names, texts and other personal values are shown on demand alone.

use serde_json::{Value, json};
use tsuho_audit::History;
use tsuho_audit::history::{Entry, Names};
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
    #[arg(value_name = "CASE")]
    case: String,
    /// With personal values.
    #[arg(long)]
    personal: bool,
    #[command(flatten)]
    format: FormatArgument,
}

/// Tells the history of a case.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    with_session(
        context,
        Mode::ReadOnly,
        async |context: &mut Context, session: &Session| {
            if arguments.personal {
                check_told(session)?;
            }
            let store = &**session.executor().store();
            let row = case_records::find(store, session.database(), &arguments.case).await?;
            let system = case_records::read(
                store,
                session.database(),
                "system",
                parts(arguments.personal),
            )
            .await?;
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
            let mut names = Names::default();
            for placed in &system {
                names.take(&placed.record).map_err(super::unreadable)?;
            }
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
        },
    )
    .await
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
    let language = context.settings.language;
    let zoned = Message::new("audit.zone").with("zone", zone.name());
    context.output.say(&zoned);
    for entry in told {
        let (key, args) = entry.what.clone();
        let what = Message::of(key, args).text(language);
        let (key, args) = entry.who.clone();
        let who = Message::of(key, args).text(language);
        let occurred = super::minute(entry.occurred_at, zone);
        let line = Message::new("history.entry")
            .with("seq", format!("{:>4}", entry.seq))
            .with("occurred", occurred)
            .with("what", what)
            .with("who", who);
        context.output.say(&line);
        for (key, args) in &entry.details {
            let detail = Message::of(*key, args.clone()).text(language);
            context.output.line(&format!("      {detail}"));
        }
    }
}

fn json(context: &mut Context, stream: &str, told: &[Entry], zone: &Zone) {
    let language = context.settings.language;
    let entries = told.iter().map(|entry| {
        let sentence = |(key, args): &tsuho_audit::history::Sentence| -> Value {
            Message::of(*key, args.clone()).text(language).into()
        };
        let mut value = json!(entry);
        value["who"] = sentence(&entry.who);
        value["what"] = sentence(&entry.what);
        value["details"] = entry.details.iter().map(sentence).collect();
        value
    });
    let entries: Value = entries.collect();
    context
        .output
        .json(json!({ "stream": stream, "zone": zone.name(), "events": entries }));
}
