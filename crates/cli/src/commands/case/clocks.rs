//! `tsuho case clocks`: what is due when, of one case or of all, the earliest first; with `--explain`, why.
//! Due moments are those on record with the case; how they were counted is told by `derivations`.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Value, json};
use tsuho_core::case::Duty;
use tsuho_core::case::clock::DutyKey;
use tsuho_core::catalogue::Arg;
use tsuho_core::ids::CaseId;
use tsuho_store::{CaseFilter, ClockFilter, Limit, Openness};

use super::Context;
use super::page::Page;
use super::stand::Stand;
use super::{derivations, duties};
use crate::exit::Exit;
use crate::failure::Result;
use crate::message::Message;
use crate::open::Mode;
use crate::output::{Cell, Format, FormatArgument, Listing};
use crate::session::{Session, with_session};
use crate::telling::{self, Waiting};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// One case; all of them without it.
    #[arg(value_name = "CASE")]
    case: Option<String>,
    /// With every step of every derivation.
    #[arg(long)]
    explain: bool,
    /// With those that were discharged or lapsed.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    format: FormatArgument,
}

/// Most cases that are kept while clocks are listed in the order of their dates: some thirty megabytes.
const MOST_CASES: usize = 256;

/// Shows clocks.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    with_session(
        context,
        Mode::ReadOnly,
        async |context: &mut Context, session: &Session| {
            let (mut shown, without) = match &arguments.case {
                Some(case) => {
                    let stand = Rc::new(Stand::named(session, case).await?);
                    (of_case(&stand), without(&stand).into_iter().collect())
                }
                None => (
                    of_all(session, arguments.all).await?,
                    without_of_all(session).await?,
                ),
            };
            shown.sort_by_key(Shown::place);
            print(context, arguments, &shown, &without);
            Ok(Exit::Fine)
        },
    )
    .await
}

/// A duty to be shown, with its case.
pub(crate) struct Shown {
    pub(crate) stand: Rc<Stand>,
    pub(crate) duty: DutyKey,
}

impl Shown {
    /// Returns where it belongs among others; where these are alike, by case.
    pub(crate) fn place(&self) -> impl Ord + use<> {
        let entry = self.entry();
        let place = entry.map(|(key, duty)| self.stand.words().place(key, duty));
        (place, self.stand.case.number, self.duty.clone())
    }

    pub(crate) fn entry(&self) -> Option<(&DutyKey, &Duty)> {
        self.stand.case.duties.get_key_value(&self.duty)
    }
}

/// Returns every duty of a case.
pub(crate) fn of_case(stand: &Rc<Stand>) -> Vec<Shown> {
    let keys = stand.case.duties.keys().cloned();
    let shown = keys.map(|duty| Shown {
        stand: stand.clone(),
        duty,
    });
    shown.collect()
}

async fn of_all(session: &Session, all: bool) -> Result<Vec<Shown>> {
    let (mut shown, mut after) = (Vec::new(), None);
    let mut kept: BTreeMap<String, Rc<Stand>> = BTreeMap::new();
    loop {
        let page = session
            .executor()
            .store()
            .clocks(&ClockFilter::default(), after.as_ref(), Limit::MAX)
            .await;
        let page = page.map_err(|error| session.failed(error.into()))?;
        let Some(last) = page.last() else {
            return Ok(shown);
        };
        after = Some(last.place());
        for row in &page {
            if !all && !["running", "passed"].contains(&row.status.as_str()) {
                continue;
            }
            let stand = if let Some(stand) = kept.get(&row.case_id) {
                stand.clone()
            } else {
                let stand =
                    Rc::new(Stand::of(session, id_of(session, "clocks", &row.case_id)?).await?);
                if kept.len() >= MOST_CASES {
                    kept.clear();
                }
                kept.insert(row.case_id.clone(), stand.clone());
                stand
            };
            let duty = row.duty.parse();
            let duty = duty.map_err(|_| tsuho_store::Error::corrupt("clocks", "duty", &row.duty));
            let duty = duty.map_err(|error| session.failed(error.into()))?;
            shown.push(Shown { stand, duty });
        }
    }
}

/// A case in which something is owed and has no clock.
type Without = (Rc<Stand>, Vec<Waiting>);

fn without(stand: &Rc<Stand>) -> Option<Without> {
    let waiting = duties::waiting(stand);
    (!waiting.is_empty()).then(|| (stand.clone(), waiting))
}

/// Returns every open case in which something is owed and has no clock: a list of clocks alone would not show it.
async fn without_of_all(session: &Session) -> Result<Vec<Without>> {
    let filter = CaseFilter {
        openness: Some(Openness::Open),
        ..CaseFilter::default()
    };
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let store = session.executor().store();
        let page = store.cases(&filter, after, Limit::MAX).await;
        let page = page.map_err(|error| session.failed(error.into()))?;
        let Some(last) = page.last() else {
            return Ok(found);
        };
        after = Some(last.number);
        for row in &page {
            let stand = Stand::of(session, id_of(session, "cases", &row.case_id)?).await?;
            found.extend(without(&Rc::new(stand)));
        }
    }
}

fn id_of(session: &Session, view: &'static str, text: &str) -> Result<CaseId> {
    let id = text.parse();
    let id = id.map_err(|_| tsuho_store::Error::corrupt(view, "case_id", &text));
    id.map_err(|error| session.failed(error.into()))
}

fn print(context: &mut Context, arguments: &Arguments, shown: &[Shown], without: &[Without]) {
    match (arguments.format.format, arguments.explain) {
        (Format::Json, explain) => {
            let clocks = shown.iter().filter_map(|one| {
                let (key, duty) = one.entry()?;
                let mut value = duties::json(&one.stand, (key, duty));
                value["case"] = json!(one.stand.case.id);
                value["number"] = json!(one.stand.case.number);
                if explain {
                    let derivations = duty
                        .face
                        .readings
                        .iter()
                        .map(|reading| json!(reading.derivation));
                    value["derivations"] = derivations.collect();
                }
                Some(value)
            });
            let clocks: Vec<Value> = clocks.collect();
            let waiting = without.iter().flat_map(|(stand, waiting)| {
                waiting.iter().map(|one| {
                    let mut value = one.json();
                    value["case"] = json!(stand.case.id);
                    value["number"] = json!(stand.case.number);
                    value
                })
            });
            let waiting: Vec<Value> = waiting.collect();
            context
                .output
                .json(json!({ "clocks": clocks, "waiting": waiting }));
        }
        (Format::Table, false) => {
            let listing = table(shown, without);
            context.output.listing(Format::Table, &listing);
        }
        (Format::Table, true) => {
            let page = explained(shown, without);
            page.print(&mut context.output, context.settings.language);
        }
    }
}

/// Explains every clock under the case to which it belongs, and then what has none.
fn explained(shown: &[Shown], without: &[Without]) -> Page {
    let (mut page, mut said) = (Page::default(), None);
    for one in shown {
        let Some(entry) = one.entry() else {
            continue;
        };
        let words = one.stand.words();
        head(&mut page, &one.stand, &mut said);
        duties::tell(&mut page, &words, &one.stand, entry);
        derivations::tell(&mut page, &words, entry);
    }
    for (stand, waiting) in without {
        head(&mut page, stand, &mut said);
        for message in stand.words().waiting(stand.case.number, waiting) {
            page.put(1, message);
        }
    }
    page
}

/// Puts the heading of a case on a page, with why its workflow applies, unless it stands there already.
fn head(page: &mut Page, stand: &Stand, said: &mut Option<u64>) {
    let number = stand.case.number;
    if said.replace(number) == Some(number) {
        return;
    }
    let rules = stand.words().rules;
    let heading = Message::new("show.case").with("number", number.to_string());
    page.put(0, heading.with("title", rules.title.clone()));
    if rules.applies.when.is_some() {
        let message = Message::new("show.applies");
        page.put(1, message.with("because", rules.applies.because.clone()));
    }
}

fn table(shown: &[Shown], without: &[Without]) -> Listing {
    let mut listing = Listing::new(
        "clocks",
        &["number", "owed", "recipient", "due", "standing"],
    );
    let said = |text| {
        Cell::said(
            Message::new("telling.plain").with("text", text),
            Value::Null,
        )
    };
    for one in shown {
        let Some((key, duty)) = one.entry() else {
            continue;
        };
        let words = one.stand.words();
        let standing = words.standing(key, duty, one.stand.now);
        let standing = if duties::is_provisional(duty) {
            Arg::Message("clocks.provisional", [("standing", standing)].into())
        } else {
            standing
        };
        listing.row([
            one.stand.case.number.into(),
            said(key.titled(words.obligation(&key.obligation))),
            said(match &key.recipient {
                Some(recipient) => words.authority(recipient),
                None => Arg::Text(String::new()),
            }),
            said(telling::face(&duty.face)),
            said(standing),
        ]);
    }
    for (stand, waiting) in without {
        for one in waiting {
            let words = stand.words();
            let recipient = one.duty.as_ref().and_then(|key| key.recipient.as_ref());
            let key = if one.is_certain {
                "waiting.standing"
            } else {
                "waiting.standing_perhaps"
            };
            let facts = [("facts", words.waits_for(one))].into();
            listing.row([
                stand.case.number.into(),
                said(words.waiting_called(one)),
                said(recipient.map_or_else(
                    || Arg::Text(String::new()),
                    |recipient| words.authority(recipient),
                )),
                said(Arg::Key("waiting.no_due")),
                said(Arg::Message(key, facts)),
            ]);
        }
    }
    listing
}
