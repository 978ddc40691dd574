//! `tsuho case document`: draws up the text of a filing from the case's facts, or says what changed since the last one.
//! What it states is put together in `paper`, written in `markdown` and printed in `html`. It may be attached in one go;
//! nothing is filed here.

mod changes;
mod html;
mod markdown;
mod paper;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use tsuho_core::case::decide::{Prospect, prospects};
use tsuho_core::case::event::FilingMade;
use tsuho_core::case::view::{Truth, View};
use tsuho_core::case::{Body, Event};
use tsuho_core::name::{ActionName, DocumentName, ObligationName};
use tsuho_core::workflow::rules::ObligationRule;

use self::paper::{Drawing, Versions};
use super::Context;
use super::change::{Composed, SaidOfCase, carry_out};
use super::parts::{Seen, events_told};
use super::stand::Stand;
use super::summary;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::handing;
use crate::message::Message;
use crate::open::Mode;
use crate::session::{Session, with_session};

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Form {
    /// Markdown, to be worked on.
    #[default]
    Markdown,
    /// A page to be printed.
    Html,
}

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The case.
    #[arg(value_name = "CASE")]
    case: String,
    /// For which obligation, if several have a document.
    #[arg(value_name = "OBLIGATION")]
    obligation: Option<ObligationName>,
    /// As the filing of this number stated it.
    #[arg(long, value_name = "NUMBER")]
    filing: Option<u64>,
    /// Only what changed since the last filing.
    #[arg(long, conflicts_with_all = ["filing", "format", "attach"])]
    diff: bool,
    /// Written to a file, and attached to the case.
    #[arg(long, value_name = "FILE", conflicts_with = "filing")]
    attach: Option<PathBuf>,
    /// The role in which it is attached.
    #[arg(long, value_name = "ROLE", requires = "attach")]
    role: Option<String>,
    /// In which form; without it a file's name says so.
    #[arg(long, value_enum, value_name = "markdown|html")]
    format: Option<Form>,
}

/// Returns in which form a file is wanted: as is said, or as its name ends.
fn form_of(path: &Path, said: Option<Form>) -> Result<Form> {
    let ending = path.extension().map(OsStr::to_ascii_lowercase);
    let named = match ending.as_deref().and_then(OsStr::to_str) {
        Some("md" | "markdown") => Some(Form::Markdown),
        Some("html" | "htm") => Some(Form::Html),
        _ => None,
    };
    said.or(named).ok_or_else(|| {
        let message = Message::new("document.ending");
        Failure::new(
            Exit::Usage,
            message.with("file", path.display().to_string()),
        )
    })
}

/// Draws up a document; with `--attach` it is written to a file and attached to the case.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    let Some(path) = &arguments.attach else {
        return draw(context, arguments).await;
    };
    let form = form_of(path, arguments.format)?;
    let mut drawn = None;
    with_session(
        context,
        Mode::ReadOnly,
        async |context: &mut Context, session: &Session| {
            let (text, action) = to_file(context, session, (arguments, form)).await?;
            handing::hand_out(path, text.as_bytes())?;
            drawn = Some(action);
            Ok(Exit::Fine)
        },
    )
    .await?;
    let said = SaidOfCase::in_role(arguments.role.clone());
    let file = path.display().to_string();
    let request = Composed::on(&arguments.case, "attach", &said).text("file", Some(&file));
    let exit = carry_out(context, &said.said, request).await?;
    if let Some(action) = drawn.flatten() {
        let next = Message::new("document.attached")
            .with("case", arguments.case.as_str())
            .with("action", action.to_string())
            .with("file", file);
        context.output.say(&next);
    }
    Ok(exit)
}

/// Returns the text that is to be filed, and the action that files it.
async fn to_file(
    context: &mut Context,
    session: &Session,
    (arguments, form): (&Arguments, Form),
) -> Result<(String, Option<ActionName>)> {
    let stand = Stand::named(session, &arguments.case).await?;
    let events = events_told(session, &stand).await?;
    let seen = Seen {
        stand: &stand,
        events: &events,
        session,
        reader: session.reader()?,
    };
    if let Some(withheld) = summary::withheld(&seen) {
        // What is filed states values; one that only says that they are withheld is no report.
        return Err(Failure::new(Exit::Findings, withheld));
    }
    let rule = obligation(&stand, arguments.obligation.as_ref())?;
    let name = chosen(&stand, rule)?;
    let language = context.settings.language;
    let drawing = Drawing::of(&seen, language);
    let paper = drawing.paper(rule, &name, Versions::ToFile);
    let text = markdown::text(&paper, language);
    let text = match form {
        Form::Markdown => text,
        Form::Html => html::page(&paper, &text, language),
    };
    let prospects = prospects(&stand.ground.context(), &stand.case, stand.now);
    let files = |prospect: &Prospect| {
        let action = stand.words().rules.action(&prospect.action);
        action.is_some_and(|action| action.files.contains(&rule.name))
    };
    let action = prospects.into_iter().find(files);
    Ok((text, action.map(|prospect| prospect.action)))
}

/// Prints a document, or what changed since the last filing.
async fn draw(context: &mut Context, arguments: &Arguments) -> Result {
    with_session(
        context,
        Mode::ReadOnly,
        async |context: &mut Context, session: &Session| {
            let stand = Stand::named(session, &arguments.case).await?;
            let events = events_told(session, &stand).await?;
            let reader = session.reader()?;
            let seen = Seen {
                stand: &stand,
                events: &events,
                session,
                reader,
            };
            if let Some(withheld) = summary::withheld(&seen) {
                context.output.remark(&withheld);
            }
            let rule = obligation(&stand, arguments.obligation.as_ref())?;
            let name = chosen(&stand, rule)?;
            let language = context.settings.language;
            let drawing = Drawing::of(&seen, language);
            if arguments.diff {
                let last = stand.case.last_filing(&rule.name);
                let (number, _) = last.ok_or_else(|| never_filed(rule))?;
                let last = numbered(&events, rule, number)?;
                let now = drawing.paper(rule, &name, Versions::Now);
                let then = drawing.paper(rule, &name, Versions::Of(last));
                let page = changes::page(&seen, &then, &now, last);
                page.print(&mut context.output, language);
                return Ok(Exit::Fine);
            }
            let versions = match arguments.filing {
                None => Versions::Now,
                Some(number) => Versions::Of(numbered(&events, rule, number)?),
            };
            let paper = drawing.paper(rule, &name, versions);
            let text = markdown::text(&paper, language);
            match arguments.format.unwrap_or_default() {
                Form::Markdown => context.output.line(text.trim_end()),
                Form::Html => {
                    let page = html::page(&paper, &text, language);
                    context.output.line(page.trim_end());
                }
            }
            Ok(Exit::Fine)
        },
    )
    .await
}

/// Returns the obligation that is meant: the one that is named, or the only one with a document that can be drawn up.
fn obligation<'a>(stand: &'a Stand, named: Option<&ObligationName>) -> Result<&'a ObligationRule> {
    let rules = stand.words().rules;
    let drawn = |rule: &&ObligationRule| {
        let mut documents = rule.document.iter().map(|case| &case.item);
        documents.any(|name| {
            let document = rules.documents.get(name);
            document.is_some_and(|document| !document.items.is_empty())
        })
    };
    let all: Vec<&ObligationRule> = rules.obligations.iter().filter(drawn).collect();
    if all.is_empty() {
        let message = Message::new("document.no_template");
        let message = message.with("case", stand.case.number.to_string());
        return Err(Failure::new(Exit::NothingToRead, message));
    }
    let among: Vec<String> = all.iter().map(|rule| rule.name.to_string()).collect();
    let meant = match named {
        Some(name) => all.into_iter().find(|rule| rule.name == *name),
        None if all.len() == 1 => all.into_iter().next(),
        None => None,
    };
    meant.ok_or_else(|| {
        let message = match named {
            Some(name) => Message::new("document.none").with("obligation", name.to_string()),
            None => Message::new("document.which"),
        };
        let message = message.with("obligations", among);
        Failure::new(Exit::Usage, message)
    })
}

/// Returns the document that holds now; while a condition is undecided nobody can say which.
fn chosen(stand: &Stand, rule: &ObligationRule) -> Result<DocumentName> {
    let context = stand.ground.context();
    let view = View::new(&context, &stand.case, stand.now);
    for case in &rule.document {
        match view.truth(case.when.as_ref()).truth {
            Truth::True => return Ok(case.item.clone()),
            Truth::False => {}
            Truth::Unknown => break,
        }
    }
    let message = Message::new("document.undecided").with("obligation", rule.name.to_string());
    Err(Failure::new(Exit::NothingToRead, message))
}

/// Returns the filing of a number, if it is one for the obligation.
fn numbered<'a>(
    events: &'a [Event<Body>],
    rule: &ObligationRule,
    number: u64,
) -> Result<&'a FilingMade> {
    let mut made = events.iter().filter_map(|event| match &event.body {
        Body::FilingMade(filing) => Some(filing),
        _ => None,
    });
    made.find(|filing| filing.filing == number && filing.obligations.contains(&rule.name))
        .ok_or_else(|| {
            let message = Message::new("document.no_filing")
                .with("filing", number.to_string())
                .with("obligation", rule.name.to_string());
            Failure::new(Exit::NothingToRead, message)
        })
}

fn never_filed(rule: &ObligationRule) -> Failure {
    let message = Message::new("document.never_filed").with("obligation", rule.name.to_string());
    Failure::new(Exit::NothingToRead, message)
}
