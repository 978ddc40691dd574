//! `tsuho case show`: where a case stands, what is due next, what whoever asks can do, what is lacking; with `--all` more.
//! The first is in `summary`, the rest in `parts` and `duties`; what fell due but is not written yet is shown as it is.

use tsuho_core::catalogue::Language;

use super::Context;
use super::duties;
use super::filing;
use super::object;
use super::page::Page;
use super::parts;
use super::stand::Stand;
use super::summary;
use crate::exit::Exit;
use crate::failure::Result;
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
    /// With duties, facts, filings, files and notes.
    #[arg(long)]
    all: bool,
    /// With the values that facts had before.
    #[arg(long)]
    history: bool,
    /// One filing in full.
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["all", "history"])]
    filing: Option<u64>,
    #[command(flatten)]
    format: FormatArgument,
}

/// Shows a case.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    with_session(
        context,
        Mode::ReadOnly,
        async |context: &mut Context, session: &Session| {
            let stand = Stand::named(session, &arguments.case).await?;
            let events = parts::events_told(session, &stand).await?;
            let reader = session.reader()?;
            let seen = parts::Seen {
                stand: &stand,
                events: &events,
                session,
                reader,
            };
            if let Some(number) = arguments.filing {
                tell_filing(context, &seen, number, arguments.format.format)?;
                return Ok(Exit::Fine);
            }
            let depth = match (arguments.all, arguments.history) {
                (_, true) => parts::Depth::History,
                (true, false) => parts::Depth::Present,
                (false, false) => parts::Depth::Summary,
            };
            print(context, (&seen, depth), None, arguments.format.format);
            Ok(Exit::Fine)
        },
    )
    .await
}

/// Shows one filing of a case.
fn tell_filing(
    context: &mut Context,
    seen: &parts::Seen<'_>,
    number: u64,
    format: Format,
) -> Result<()> {
    match format {
        Format::Json => context.output.json(filing::object(seen, number)?),
        Format::Table => {
            if let Some(withheld) = summary::withheld(seen) {
                context.output.remark(&withheld);
            }
            let page = filing::page(seen, number)?;
            page.print(&mut context.output, context.settings.language);
        }
    }
    Ok(())
}

/// What is said beside what is shown as of another time.
pub(crate) struct Then {
    /// As of when.
    pub(crate) heading: Message,
    /// Whether lists show what the records come to.
    pub(crate) foot: Vec<Message>,
    /// The same for programs.
    pub(crate) rows: serde_json::Value,
}

impl Then {
    /// Puts what is said below on the page.
    pub(crate) fn below(&self, page: &mut Page) {
        page.gap();
        for message in &self.foot {
            page.put(0, message.clone());
        }
    }

    /// Puts it beside what programs read.
    pub(crate) fn beside(&self, value: &mut serde_json::Value, language: Language) {
        value["as_of"] = self.heading.text(language).into();
        value["rows"] = self.rows.clone();
    }
}

/// Shows a case as it stood at another time.
pub(crate) fn tell(context: &mut Context, seen: &parts::Seen<'_>, then: &Then, format: Format) {
    let depth = parts::Depth::Present;
    print(context, (seen, depth), Some(then), format);
}

fn print(
    context: &mut Context,
    (seen, depth): (&parts::Seen<'_>, parts::Depth),
    then: Option<&Then>,
    format: Format,
) {
    let language = context.settings.language;
    match format {
        Format::Table => {
            if let Some(then) = then {
                context.output.say(&then.heading);
            }
            if let (Some(withheld), true) =
                (summary::withheld(seen), depth != parts::Depth::Summary)
            {
                context.output.remark(&withheld);
            }
            let mut page = page(seen, depth);
            if let Some(then) = then {
                then.below(&mut page);
            }
            page.print(&mut context.output, language);
        }
        Format::Json => {
            let mut value = object::of(seen, depth, language);
            if let Some(then) = then {
                then.beside(&mut value, language);
            }
            context.output.json(value);
        }
    }
}

fn page(seen: &parts::Seen<'_>, depth: parts::Depth) -> Page {
    let mut page = Page::default();
    let (stand, words) = (seen.stand, seen.stand.words());
    summary::tell(&mut page, seen);
    if depth == parts::Depth::Summary {
        let message = Message::new("summary.more");
        page.put(1, message.with("case", stand.case.number.to_string()));
        return page;
    }
    parts::origin(&mut page, seen);
    let waiting = duties::waiting(stand);
    if !stand.case.duties.is_empty() || !waiting.is_empty() {
        page.heading("show.duties");
        for duty in &stand.case.duties {
            duties::tell(&mut page, &words, stand, duty);
        }
        for message in words.waiting(stand.case.number, &waiting) {
            page.put(1, message);
        }
    }
    parts::facts(&mut page, seen, depth);
    parts::filings(&mut page, seen);
    parts::approvals(&mut page, seen);
    parts::files_and_notes(&mut page, seen);
    parts::next(&mut page, seen);
    page
}
