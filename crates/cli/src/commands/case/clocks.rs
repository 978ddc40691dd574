//! `tsuho case clocks`: what is due when, of one case or of all, the earliest first; with `--explain`, why.
//! Due moments are those on record with the case; how they were counted is told by `derivations`, and which clocks of all
//! cases one list shows by `pages`.

mod pages;

use std::rc::Rc;

use serde_json::{Value, json};
use tsuho_core::case::Duty;
use tsuho_core::case::clock::DutyKey;
use tsuho_core::catalogue::Arg;

use self::pages::Listed;
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
    /// At most so many.
    #[arg(long, value_name = "COUNT", conflicts_with = "case", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
    /// Only those behind a place: where a list before ended.
    #[arg(long, value_name = "PLACE", conflicts_with = "case")]
    after: Option<String>,
    #[command(flatten)]
    format: FormatArgument,
}

/// Shows clocks.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    with_session(
        context,
        Mode::ReadOnly,
        async |context: &mut Context, session: &Session| {
            let mut listed = match &arguments.case {
                Some(case) => {
                    let stand = Rc::new(Stand::named(session, case).await?);
                    Listed {
                        shown: of_case(&stand),
                        without: without(&stand).into_iter().collect(),
                        next: None,
                    }
                }
                None => pages::page(session, arguments).await?,
            };
            listed.shown.sort_by_key(Shown::place);
            print(context, arguments, &listed);
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

/// A case in which something is owed and has no clock.
type Without = (Rc<Stand>, Vec<Waiting>);

fn without(stand: &Rc<Stand>) -> Option<Without> {
    let waiting = duties::waiting(stand);
    (!waiting.is_empty()).then(|| (stand.clone(), waiting))
}

fn print(context: &mut Context, arguments: &Arguments, listed: &Listed) {
    let (shown, without) = (&listed.shown, &listed.without);
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
            let mut told = json!({ "clocks": clocks, "waiting": waiting });
            if let Some(next) = &listed.next {
                told["next"] = json!(next.to_string());
            }
            context.output.json(told);
            return;
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
    if let Some(next) = &listed.next {
        context.output.remark(&next.more());
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
