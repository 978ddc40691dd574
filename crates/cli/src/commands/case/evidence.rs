//! `tsuho case evidence`: the files of a case with their custody, each measured again, and one of them handed out.
//! Which filing or fact a file stands for is read off the events; what was attached when is never told otherwise.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};
use tsuho_core::case::event::Actor;
use tsuho_core::case::{Body, Event};
use tsuho_core::catalogue::Arg;
use tsuho_core::name::FactName;
use tsuho_core::value::Value as FactValue;
use tsuho_ledger::Digest;

use super::Context;
use super::page::Page;
use super::parts::{Seen, events_told};
use super::stand::Stand;
use super::summary;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::handing::{self, Handed};
use crate::message::Message;
use crate::open::Mode;
use crate::output::{Format, FormatArgument};
use crate::session::{Session, with_session};
use crate::telling;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The case.
    #[arg(value_name = "CASE")]
    case: String,
    /// One file alone.
    #[arg(value_name = "FILE")]
    file: Option<String>,
    /// Where it is written.
    #[arg(long, value_name = "PATH", requires = "file")]
    output: Option<PathBuf>,
    #[command(flatten)]
    format: FormatArgument,
}

/// A file of a case.
struct Piece<'a> {
    /// Its place in the list, from 1.
    number: usize,
    digest: Digest,
    size: u64,
    /// Each time that it was attached, the first first.
    attached: Vec<&'a Event<Body>>,
    uses: Vec<Use>,
    measured: Measured,
}

/// For what a file stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    /// It was sent with a filing.
    Sent(u64),
    /// It proves that a filing was made.
    CallSheet(u64),
    /// It is the receipt of a filing.
    Receipt(u64),
    /// It bears a fact out.
    Fact(FactName),
}

/// What measuring a file again found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measured {
    /// The length and the digest on record.
    Same,
    /// Other bytes.
    Differs,
    /// No file, or not the whole of it.
    Missing,
}

/// Lists the files of a case, or hands one out.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    with_session(
        context,
        Mode::ReadOnly,
        async |context: &mut Context, session: &Session| {
            let stand = Stand::named(session, &arguments.case).await?;
            let events = events_told(session, &stand).await?;
            let seen = Seen {
                stand: &stand,
                events: &events,
                session,
                reader: session.reader()?,
            };
            let mut pieces = pieces(&seen);
            if let Some(named) = &arguments.file {
                pieces = vec![find(&seen, pieces, named)?];
            }
            for piece in &mut pieces {
                piece.measured = measured(session, piece).await?;
            }
            if let (Some(path), [piece]) = (&arguments.output, pieces.as_slice()) {
                return hand_out(context, &seen, piece, path).await;
            }
            tell(context, &seen, &pieces, arguments.format.format);
            let sound = pieces.iter().all(|one| one.measured == Measured::Same);
            Ok(if sound { Exit::Fine } else { Exit::Findings })
        },
    )
    .await
}

/// Reads the files off the events, in the order in which they were first attached.
fn pieces<'a>(seen: &Seen<'a>) -> Vec<Piece<'a>> {
    let mut pieces: Vec<Piece<'a>> = Vec::new();
    for event in seen.events {
        let Body::EvidenceAttached(body) = &event.body else {
            continue;
        };
        let known = pieces.iter().position(|one| one.digest == body.digest);
        let place = known.unwrap_or_else(|| {
            pieces.push(Piece {
                number: pieces.len() + 1,
                digest: body.digest,
                size: body.size,
                attached: Vec::new(),
                uses: Vec::new(),
                measured: Measured::Missing,
            });
            pieces.len() - 1
        });
        pieces[place].attached.push(event);
    }
    let uses = uses(seen.events);
    for piece in &mut pieces {
        piece.uses = uses.get(&piece.digest).cloned().unwrap_or_default();
    }
    pieces
}

/// Returns for what each file stands.
fn uses(events: &[Event<Body>]) -> BTreeMap<Digest, Vec<Use>> {
    let mut uses: BTreeMap<Digest, Vec<Use>> = BTreeMap::new();
    let mut put = |digest: Digest, one: Use| {
        let known = uses.entry(digest).or_default();
        if !known.contains(&one) {
            known.push(one);
        }
    };
    for event in events {
        match &event.body {
            Body::FilingMade(body) => {
                if let Some(document) = body.document {
                    put(document, Use::Sent(body.filing));
                }
                for digest in &body.evidence {
                    put(*digest, Use::CallSheet(body.filing));
                }
            }
            Body::FilingReceived(body) => {
                if let Some(receipt) = body.receipt {
                    put(receipt, Use::Receipt(body.filing));
                }
            }
            Body::EvidenceAttached(body) => {
                if let Some(filing) = body.filing {
                    put(body.digest, Use::CallSheet(filing));
                }
                if let Some(fact) = &body.fact {
                    put(body.digest, Use::Fact(fact.clone()));
                }
            }
            _ => {}
        }
    }
    uses
}

/// Measures a file again.
async fn measured(session: &Session, piece: &Piece<'_>) -> Result<Measured> {
    match session.executor().store().blob(&piece.digest).await {
        Ok(Some(bytes)) if bytes.len() as u64 == piece.size => Ok(Measured::Same),
        Ok(Some(_)) | Err(tsuho_store::Error::Corrupt { .. }) => Ok(Measured::Differs),
        Ok(None) => Ok(Measured::Missing),
        Err(error) => Err(session.failed(error.into())),
    }
}

/// Finds the file that is meant: by its place in the list, by its name, or by how its digest begins.
fn find<'a>(seen: &Seen<'_>, pieces: Vec<Piece<'a>>, named: &str) -> Result<Piece<'a>> {
    let among: Vec<String> = pieces.iter().map(|one| one.number.to_string()).collect();
    let number = named.parse().ok();
    let is_digest = named.len() >= 8 && named.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_meant = |piece: &Piece<'_>| {
        number == Some(piece.number)
            || is_digest && piece.digest.to_string().starts_with(named)
            || piece
                .attached
                .iter()
                .any(|event| name(event) == Arg::from(named))
    };
    let mut meant = pieces.into_iter().filter(is_meant);
    match (meant.next(), meant.next()) {
        (Some(piece), None) => Ok(piece),
        (found, _) => {
            let key = found.map_or("evidence.none", |_| "evidence.several");
            let message = Message::new(key)
                .with("file", named)
                .with("case", seen.stand.case.number.to_string())
                .with("among", among);
            Err(Failure::new(Exit::NothingToRead, message))
        }
    }
}

/// Returns the name under which a file was attached, as far as it is told.
fn name(event: &Event<Body>) -> Arg {
    match event.personal.get("name") {
        Some(FactValue::Text(name)) => Arg::from(name.as_str()),
        Some(FactValue::Held(class)) => telling::held(*class),
        Some(_) | None => Arg::Key("show.erased"),
    }
}

/// Writes a file whose bytes are still those on record.
async fn hand_out(
    context: &mut Context,
    seen: &Seen<'_>,
    piece: &Piece<'_>,
    path: &std::path::Path,
) -> Result {
    if let Some(withheld) = summary::withheld(seen) {
        return Err(Failure::new(Exit::Findings, withheld));
    }
    let first = piece.attached.first().map_or(Arg::Key("none"), |event| {
        seen.stand.words().at(event.occurred_at)
    });
    let refused = |key: &'static str| {
        let message = Message::new(key)
            .with(
                "name",
                piece
                    .attached
                    .first()
                    .map_or(Arg::Key("none"), |one| name(one)),
            )
            .with("digest", piece.digest.to_string())
            .with("size", piece.size.to_string())
            .with("at", first.clone())
            .with("database", seen.session.database().display().to_string());
        Failure::new(Exit::Findings, message).hint(Message::new("evidence.refused.hint"))
    };
    match piece.measured {
        Measured::Differs => return Err(refused("evidence.differs")),
        Measured::Missing => return Err(refused("evidence.missing")),
        Measured::Same => {}
    }
    let bytes = seen.session.executor().store().blob(&piece.digest).await;
    let bytes = bytes.map_err(|error| seen.session.failed(error.into()))?;
    // Measured a moment ago, and measured again by whoever reads it.
    let bytes = bytes.ok_or_else(|| refused("evidence.missing"))?;
    let key = match handing::hand_out(path, &bytes)? {
        Handed::Written => "evidence.written",
        Handed::There => "evidence.there",
    };
    let message = Message::new(key)
        .with("file", path.display().to_string())
        .with("size", bytes.len().to_string())
        .with("digest", piece.digest.to_string());
    context.output.say(&message);
    Ok(Exit::Fine)
}

fn tell(context: &mut Context, seen: &Seen<'_>, pieces: &[Piece<'_>], format: Format) {
    if format == Format::Json {
        let files: Vec<Value> = pieces.iter().map(object).collect();
        context.output.json(json!({
            "case": seen.stand.case.id,
            "files": files,
            "withheld": seen.reader.withheld(seen.stand.words().rules),
        }));
        return;
    }
    if let Some(withheld) = summary::withheld(seen) {
        context.output.remark(&withheld);
    }
    let mut page = Page::default();
    let heading = Message::new("evidence.heading")
        .with("case", seen.stand.case.number.to_string())
        .with("count", pieces.len());
    page.put(0, heading);
    for piece in pieces {
        put(&mut page, seen, piece);
    }
    page.print(&mut context.output, context.settings.language);
}

fn put(page: &mut Page, seen: &Seen<'_>, piece: &Piece<'_>) {
    let words = seen.stand.words();
    let called = piece
        .attached
        .last()
        .map_or(Arg::Key("none"), |one| name(one));
    let line = Message::new("evidence.file")
        .with("number", piece.number)
        .with("name", called)
        .with("size", piece.size.to_string())
        .with("digest", piece.digest.to_string());
    page.put(1, line);
    for event in &piece.attached {
        let (person, role) = match &event.actor {
            Actor::Clock => (Arg::Key("show.clock"), Arg::Key("none")),
            Actor::Person { person, role, .. } => {
                (Arg::from(seen.session.called(*person)), words.role(role))
            }
        };
        let message = Message::new("evidence.attached")
            .with("name", name(event))
            .with("person", person)
            .with("role", role)
            .with("at", words.at(event.occurred_at));
        page.put(2, message);
        if event.occurred_at != event.recorded_at {
            let later = Message::new("evidence.recorded");
            page.put(3, later.with("at", words.at(event.recorded_at)));
        }
    }
    for one in &piece.uses {
        let message = match one {
            Use::Sent(number) => Message::new("evidence.sent").with("filing", number.to_string()),
            Use::CallSheet(number) => {
                Message::new("evidence.call_sheet").with("filing", number.to_string())
            }
            Use::Receipt(number) => {
                Message::new("evidence.receipt").with("filing", number.to_string())
            }
            Use::Fact(fact) => Message::new("evidence.fact").with("fact", words.fact(fact)),
        };
        page.put(2, message);
    }
    page.put(2, Message::new(measured_key(piece.measured)));
}

const fn measured_key(measured: Measured) -> &'static str {
    match measured {
        Measured::Same => "evidence.measured.same",
        Measured::Differs => "evidence.measured.differs",
        Measured::Missing => "evidence.measured.missing",
    }
}

fn object(piece: &Piece<'_>) -> Value {
    let attached = piece.attached.iter().map(|event| {
        let (person, role) = match &event.actor {
            Actor::Clock => (None, None),
            Actor::Person { person, role, .. } => (Some(person), Some(role)),
        };
        let name = match event.personal.get("name") {
            Some(FactValue::Text(name)) => json!(name),
            _ => Value::Null,
        };
        json!({
            "name": name,
            "person": person,
            "role": role,
            "occurred_at": event.occurred_at,
            "recorded_at": event.recorded_at,
        })
    });
    let uses = piece.uses.iter().map(|one| match one {
        Use::Sent(filing) => json!({ "as": "document", "filing": filing }),
        Use::CallSheet(filing) => json!({ "as": "call_sheet", "filing": filing }),
        Use::Receipt(filing) => json!({ "as": "receipt", "filing": filing }),
        Use::Fact(fact) => json!({ "as": "fact", "fact": fact }),
    });
    json!({
        "number": piece.number,
        "digest": piece.digest,
        "size": piece.size,
        "attached": attached.collect::<Vec<_>>(),
        "stands_for": uses.collect::<Vec<_>>(),
        "measured": match piece.measured {
            Measured::Same => "same",
            Measured::Differs => "differs",
            Measured::Missing => "missing",
        },
    })
}
