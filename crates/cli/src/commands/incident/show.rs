//! `tsuho incident show`: every clock of an incident on one page, the earliest first; its cases, and what these share.
//! One case with all that can be done on it is shown by `tsuho case show`.

use serde_json::{Value, json};
use tsuho_core::case::Duty;
use tsuho_core::case::clock::DutyKey;
use tsuho_core::case::event::Certainty;
use tsuho_core::catalogue::Arg;
use tsuho_core::time::Timestamp;
use tsuho_core::workflow::Rules;

use super::Context;
use super::page::Gathered;
use crate::commands::case::clocks::{self, Shown};
use crate::commands::case::duties;
use crate::commands::case::page::Page;
use crate::commands::case::parts;
use crate::commands::case::{Stand, Then};
use crate::exit::Exit;
use crate::failure::Result;
use crate::message::Message;
use crate::open::Mode;
use crate::output::{Format, FormatArgument};
use crate::session::{Session, with_session};
use crate::telling::{self, FactTable, Waiting, Words, due_at};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The incident.
    #[arg(value_name = "INCIDENT")]
    incident: String,
    #[command(flatten)]
    format: FormatArgument,
}

/// Shows an incident.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    with_session(
        context,
        Mode::ReadOnly,
        async |context: &mut Context, session: &Session| {
            let gathered = Gathered::named(session, &arguments.incident).await?;
            tell(context, session, (&gathered, None), arguments.format.format)?;
            Ok(Exit::Fine)
        },
    )
    .await
}

/// Shows an incident, as it stands or as it stood at another time.
pub(crate) fn tell(
    context: &mut Context,
    session: &Session,
    (gathered, then): (&Gathered, Option<&Then>),
    format: Format,
) -> Result<()> {
    let language = context.settings.language;
    match format {
        Format::Table => {
            if let Some(then) = then {
                context.output.say(&then.heading);
            }
            if !session.reader()?.is_told_any(&gathered.rules) {
                context
                    .output
                    .remark(&Message::new("session.withheld-values"));
            }
            let mut page = page(gathered);
            match then {
                Some(then) => then.below(&mut page),
                None => more(&mut page, gathered),
            }
            page.print(&mut context.output, language);
        }
        Format::Json => {
            let mut value = object(session, gathered)?;
            if let Some(then) = then {
                then.beside(&mut value, language);
            }
            context.output.json(value);
        }
    }
    Ok(())
}

fn page(gathered: &Gathered) -> Page {
    let mut page = Page::default();
    let number = gathered.incident.number.to_string();
    let head = Message::new("show.incident").with("number", number.as_str());
    page.put(0, head.with("title", gathered.title()));
    if let Some(stand) = gathered.stands.first() {
        let words = Words {
            rules: stand.words().rules,
            zone: &gathered.zone,
        };
        let now = gathered.stands.iter().map(|stand| stand.now).max();
        let message = Message::new("show.incident_opened")
            .with("at", words.at(gathered.incident.opened_at))
            .with("now", words.at(now.unwrap_or(stand.now)))
            .with("zone", gathered.zone.to_string());
        page.put(1, message);
    }
    due(&mut page, gathered);
    cases(&mut page, gathered);
    facts(&mut page, gathered);
    page
}

/// Puts on the page which commands show more.
fn more(page: &mut Page, gathered: &Gathered) {
    let number = gathered.incident.number.to_string();
    page.gap();
    page.put(1, Message::new("show.incident_more").with("number", number));
}

/// Puts every running clock on the page, the earliest first, and what is owed with none.
fn due(page: &mut Page, gathered: &Gathered) {
    page.heading("show.incident_due");
    let mut running: Vec<Shown> = gathered.stands.iter().flat_map(clocks::of_case).collect();
    running.retain(|one| one.entry().is_some_and(|(_, duty)| duty.is_running()));
    running.sort_by_key(Shown::place);
    let mut told: Vec<(&DutyKey, &Duty)> = Vec::new();
    for one in &running {
        let Some((key, duty)) = one.entry() else {
            continue;
        };
        if told.iter().any(|other| is_the_same(*other, (key, duty))) {
            continue;
        }
        told.push((key, duty));
        let same = running.iter().filter(|other| {
            let entry = other.entry();
            entry
                .is_some_and(|entry| std::ptr::eq(entry.1, duty) || is_the_same(entry, (key, duty)))
        });
        let numbers = same.map(|other| Arg::from(other.stand.case.number.to_string()));
        let words = one.stand.words();
        let message = Message::new("show.incident_clock")
            .with("number", Arg::List(numbers.collect()))
            .with("duty", words.duty(key))
            .with("due", telling::face(&duty.face))
            .with("standing", words.standing(key, duty, one.stand.now));
        page.put(1, message);
    }
    let mut is_waiting = false;
    for stand in &gathered.stands {
        let waiting = duties::waiting(stand);
        is_waiting |= !waiting.is_empty();
        for message in stand.words().waiting(stand.case.number, &waiting) {
            page.put(1, message);
        }
    }
    if running.is_empty() && !is_waiting {
        page.put(1, Message::new("summary.nothing_due"));
    }
}

/// Tells whether two cases owe the same: something to be done, not filed, for the same row of what the incident keeps.
fn is_the_same(one: (&DutyKey, &Duty), other: (&DutyKey, &Duty)) -> bool {
    one.0.recipient.is_none() && one.0 == other.0 && one.1.face == other.1.face
}

fn cases(page: &mut Page, gathered: &Gathered) {
    page.heading("show.incident_cases");
    for stand in &gathered.stands {
        let words = stand.words();
        let next = next_due(stand).map_or_else(
            || Arg::Text(String::new()),
            |due| {
                let args = [("due", due_at(due, &stand.zone))];
                Arg::Message("show.incident_next", args.into())
            },
        );
        let message = Message::new("show.incident_case")
            .with("number", stand.case.number.to_string())
            .with("title", words.rules.title.clone())
            .with("state", words.state(&stand.case.state))
            .with("next", next);
        page.put(1, message);
    }
}

fn next_due(stand: &Stand) -> Option<Timestamp> {
    let due = stand.words().next_due(&stand.case.duties);
    due.map(|due| due.at)
}

/// Puts what the cases share on the page, in the words of the first workflow that has each.
fn facts(page: &mut Page, gathered: &Gathered) {
    page.heading("show.incident_facts");
    let table = FactTable::of_incident(&gathered.events);
    let mut is_empty = true;
    for (name, kept) in gathered.incident.facts() {
        let knows = |rules: &&Rules| rules.facts.contains_key(name);
        let Some(rules) = gathered.rules.iter().find(knows) else {
            continue;
        };
        let words = Words {
            rules,
            zone: &gathered.zone,
        };
        let history = table.history(name).unwrap_or(kept);
        if let Some(version) = history.versions().last() {
            let shown = (history.value(), version);
            let rule = &rules.facts[name];
            page.put(1, parts::known("show.fact", &words, &table, rule, shown));
            is_empty = false;
        }
    }
    if is_empty {
        page.put(1, Message::new("show.incident_no_facts"));
    }
}

fn object(session: &Session, gathered: &Gathered) -> Result<Value> {
    let table = FactTable::of_incident(&gathered.events);
    let facts = gathered.incident.facts().keys().filter_map(|name| {
        let history = table.history(name)?;
        let version = history.versions().last()?;
        Some(json!({
            "fact": name,
            "value": history.value(),
            "as_of": version.as_of,
            "estimate": version.certainty == Certainty::Estimate,
            "source": table.source(name, version.seq),
            "seq": version.seq,
        }))
    });
    let cases = gathered.stands.iter().map(|stand| {
        let case = &stand.case;
        let duties = case.duties.iter().map(|duty| duties::json(stand, duty));
        let waiting = duties::waiting(stand);
        json!({
            "case": case.id,
            "number": case.number,
            "workflow": { "name": case.workflow, "version": case.workflow_version, "digest": case.digest },
            "state": { "name": case.state, "phase": case.phase, "since": case.entered_at },
            "next_due": next_due(stand),
            "duties": duties.collect::<Vec<_>>(),
            "waiting": waiting.iter().map(Waiting::json).collect::<Vec<_>>(),
        })
    });
    let incident = &gathered.incident;
    let withheld = !session.reader()?.is_told_any(&gathered.rules);
    Ok(json!({
        "incident": gathered.id,
        "number": incident.number,
        "title": gathered.title_json(),
        "opened_at": incident.opened_at,
        "revision": incident.revision,
        "cases": cases.collect::<Vec<_>>(),
        "facts": facts.collect::<Vec<_>>(),
        "withheld": if withheld { json!(["personal"]) } else { json!([]) },
    }))
}
