//! `tsuho case clocks`: what is due when, of one case or of all, the earliest first; with `--explain`, why.
//! Due moments are those on record with the case; how they were counted is told by `derivations`.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Value, json};
use tsuho_core::case::Duty;
use tsuho_core::case::clock::DutyKey;
use tsuho_core::catalogue::Arg;
use tsuho_core::ids::CaseId;
use tsuho_store::{ClockFilter, ClockRow, Limit};

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
use crate::telling::{self, standing};

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
            let mut shown = match &arguments.case {
                Some(case) => of_case(session, case).await?,
                None => of_all(session, arguments.all).await?,
            };
            shown.sort_by_key(Shown::place);
            print(context, arguments, &shown);
            Ok(Exit::Fine)
        },
    )
    .await
}

/// A duty to be shown, with its case.
struct Shown {
    stand: Rc<Stand>,
    duty: DutyKey,
}

impl Shown {
    /// Returns where it belongs: by its due moment, without one behind the others by our target; then by case.
    fn place(&self) -> impl Ord + use<> {
        let face = self.entry().map(|(_, duty)| &duty.face);
        let due = face.and_then(|face| face.readings.iter().map(|reading| reading.due).min());
        let target = face.and_then(|face| face.targets.iter().map(|target| target.due).min());
        let number = self.stand.case.number;
        (due.is_none(), due, target, number, self.duty.clone())
    }

    fn entry(&self) -> Option<(&DutyKey, &Duty)> {
        self.stand.case.duties.get_key_value(&self.duty)
    }
}

async fn of_case(session: &Session, case: &str) -> Result<Vec<Shown>> {
    let stand = Rc::new(Stand::named(session, case).await?);
    let keys = stand.case.duties.keys().cloned();
    let shown = keys.map(|duty| Shown {
        stand: stand.clone(),
        duty,
    });
    Ok(shown.collect())
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
                let stand = Rc::new(Stand::of(session, case_of(session, row)?).await?);
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

fn case_of(session: &Session, row: &ClockRow) -> Result<CaseId> {
    let id = row.case_id.parse();
    let id = id.map_err(|_| tsuho_store::Error::corrupt("clocks", "case_id", &row.case_id));
    id.map_err(|error| session.failed(error.into()))
}

fn print(context: &mut Context, arguments: &Arguments, shown: &[Shown]) {
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
            context.output.json(json!({ "clocks": clocks }));
        }
        (Format::Table, false) => context.output.listing(Format::Table, &table(shown)),
        (Format::Table, true) => {
            let (mut page, mut said) = (Page::default(), None);
            for one in shown {
                let Some(entry) = one.entry() else {
                    continue;
                };
                let words = one.stand.words();
                if said != Some(one.stand.case.number) {
                    said = Some(one.stand.case.number);
                    let heading = Message::new("show.case");
                    let heading = heading.with("number", one.stand.case.number.to_string());
                    page.put(0, heading.with("title", words.rules.title.clone()));
                }
                duties::tell(&mut page, &words, &one.stand, entry);
                derivations::tell(&mut page, &words, entry);
            }
            page.print(&mut context.output, context.settings.language);
        }
    }
}

fn table(shown: &[Shown]) -> Listing {
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
        let zone = words.zone_of(key);
        let standing = standing(duty, one.stand.now).words(zone);
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
    listing
}
