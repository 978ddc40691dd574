//! `tsuho database check`: whether the file is whole, readable, and as this program makes and writes it. Changes nothing.
//! Judging is left to `tsuho-audit`; what the records say is checked by `tsuho audit verify`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tsuho_audit::{Depth, Fault, Finding, Report};
use tsuho_store::{Aspect, Condition, Error, Extent};
use tsuho_store_sqlite::{self as sqlite, Inspection, SCHEMA_VERSION};

use super::super::audit;
use super::copy;
use crate::commands::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::message::Message;
use crate::open::{self, log};
use crate::output::{Format, FormatArgument};
use crate::unfinished::beside;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Whether indexes are not held against their tables and files are not measured.
    #[arg(long)]
    quick: bool,
    #[command(flatten)]
    format: FormatArgument,
}

/// Checks the file. It is not opened as other commands open one: what they refuse is to be named here.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    let path = context.settings.database()?.to_owned();
    let failed = |error| open::failure(error, &path);
    let depth = if arguments.quick {
        Depth::Quick
    } else {
        Depth::Whole
    };
    let mut conditions = Vec::new();
    // What cannot be opened at all is told by opening it.
    if path.is_file() {
        conditions.push(log::condition(log::examine(&path)?));
        conditions.extend(sqlite::settings(&path).await.map_err(failed)?);
    }
    let mut inspection = Inspection::open(&path).await.map_err(failed)?;
    let kind = audit::kind(&mut inspection).await.map_err(failed)?;
    context.output.mark(open::mark(kind));
    // On a damaged page these end early; the check of the pages says more of it.
    let mut ended = None;
    match inspection.conditions().await {
        Ok(found) => conditions.extend(found),
        Err(error @ Error::Damaged { .. }) => ended = Some(error),
        Err(error) => return Err(failed(error)),
    }
    let extent = match inspection.extent().await {
        Ok(extent) => Some(extent),
        Err(error @ (Error::Damaged { .. } | Error::Corrupt { .. })) => {
            ended.get_or_insert(error);
            None
        }
        Err(error) => return Err(failed(error)),
    };
    let given = conditions.clone();
    let checked = audit::on_a_thread(inspection, given, move |stored| {
        tsuho_audit::check(stored, depth)
    });
    let report = checked.await?.map_err(failed)?;
    if report.total() == 0
        && let Some(error) = ended
    {
        return Err(failed(error));
    }
    let told = Told {
        path: &path,
        depth,
        report,
        conditions,
        extent,
        room: Room::of(&path),
    };
    match arguments.format.format {
        Format::Table => told.say(context),
        Format::Json => told.json(context),
    }
    Ok(told.exit())
}

/// What is looked at, in the order of what rests on what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Pages,
    Log,
    Schema,
    Settings,
    Rows,
    Files,
}

impl Section {
    const ALL: [Self; 6] = [
        Self::Pages,
        Self::Log,
        Self::Schema,
        Self::Settings,
        Self::Rows,
        Self::Files,
    ];

    /// Returns where a finding belongs.
    fn of(finding: &Finding) -> Self {
        const OTHERS: [(Fault, Section); 9] = [
            (Fault::LogBroken, Section::Log),
            (Fault::SchemaMissing, Section::Schema),
            (Fault::SchemaExtra, Section::Schema),
            (Fault::SchemaDiffers, Section::Schema),
            (Fault::Setting, Section::Settings),
            (Fault::LedgerSize, Section::Rows),
            (Fault::RowCount, Section::Rows),
            (Fault::RowExtra, Section::Rows),
            (Fault::FileDiffers, Section::Files),
        ];
        let mut others = OTHERS.into_iter();
        let other = others.find(|(fault, _)| *fault == finding.fault);
        // What is broken, and cells that cannot be read.
        other.map_or(Self::Pages, |(_, section)| section)
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Pages => "database.check.pages",
            Self::Log => "database.check.log",
            Self::Schema => "database.check.schema",
            Self::Settings => "database.check.settings",
            Self::Rows => "database.check.rows",
            Self::Files => "database.check.files",
        }
    }
}

/// How much room a database takes, and how much there is.
#[derive(Debug, Clone, Copy)]
struct Room {
    bytes: u64,
    log_bytes: u64,
    /// Absent where the operating system does not say.
    free_bytes: Option<u64>,
}

impl Room {
    fn of(path: &Path) -> Self {
        let length = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
        Self {
            bytes: length(path),
            log_bytes: length(&beside(path, "-wal")),
            free_bytes: rustix::fs::statvfs(path)
                .ok()
                .map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize)),
        }
    }
}

/// What was found, as it is told.
struct Told<'a> {
    path: &'a Path,
    depth: Depth,
    report: Report,
    conditions: Vec<Condition>,
    extent: Option<Extent>,
    room: Room,
}

impl Told<'_> {
    fn is_damaged(&self) -> bool {
        let mut faults = self.report.findings.iter().map(|finding| finding.fault);
        faults.any(Fault::is_damage)
    }

    fn exit(&self) -> Exit {
        match (self.report.total(), self.is_damaged()) {
            (0, _) => Exit::Fine,
            (_, false) => Exit::Findings,
            (_, true) => Exit::Malformed,
        }
    }

    /// Returns how many conditions of an aspect were looked at.
    fn counted(&self, aspects: &[Aspect]) -> String {
        let of = |condition: &&Condition| aspects.contains(&condition.aspect);
        self.conditions.iter().filter(of).count().to_string()
    }

    fn line(&self, section: Section) -> Message {
        let pages = self.conditions.iter().find(|one| one.aspect == Aspect::Log);
        let written = pages.map_or("0", |log| log.expected.as_str());
        let readable = pages.and_then(|log| log.found.as_deref()).unwrap_or("0");
        let message = match (section, self.depth) {
            (Section::Pages, Depth::Quick) => Message::new("database.check.pages.quick"),
            (Section::Files, Depth::Quick) => Message::new("database.check.files.quick"),
            (section, Depth::Whole | Depth::Quick) => Message::new(section.key()),
        };
        message
            .with("objects", self.report.counts.objects.to_string())
            .with("version", SCHEMA_VERSION.to_string())
            .with("settings", self.counted(&[Aspect::Setting]))
            .with("rows", self.counted(&[Aspect::Ledger, Aspect::Rows]))
            .with("files", self.report.counts.files.to_string())
            .with("written", written)
            .with("readable", readable)
    }

    fn say(&self, context: &mut Context) {
        for section in Section::ALL {
            let of = |finding: &&Finding| Section::of(finding) == section;
            let faults = self.report.findings.iter().filter(of).count();
            let message = match faults {
                0 => Message::new("database.check.sound"),
                _ => Message::new("database.check.unsound").with("faults", faults.to_string()),
            };
            let counted = self.line(section).text(context.settings.language);
            context.output.say(&message.with("counted", counted));
        }
        self.say_room(context);
        if let Some(extent) = &self.extent {
            context.output.say(&copy::end(extent));
        }
        context.output.line("");
        self.say_findings(context);
    }

    fn say_room(&self, context: &mut Context) {
        let Room {
            bytes,
            log_bytes,
            free_bytes,
        } = self.room;
        let room = match free_bytes {
            Some(free) => Message::new("database.check.room").with("free", free.to_string()),
            None => Message::new("database.check.room.unknown"),
        };
        let room = room.with("bytes", bytes.to_string());
        context.output.say(&room.with("log", log_bytes.to_string()));
        // A backup beside it, or one long catch-up, would not fit any more.
        if free_bytes.is_some_and(|free| free < bytes.saturating_add(log_bytes)) {
            context.output.say(&Message::new("database.check.narrow"));
        }
    }

    fn say_findings(&self, context: &mut Context) {
        let findings = &self.report.findings;
        for finding in findings {
            let (key, args) = finding.message();
            context.output.say(&Message::of(key, args));
        }
        let helps: BTreeSet<&str> = findings.iter().map(|one| one.fault.help()).collect();
        for help in helps {
            let help = Message::new(help).text(context.settings.language);
            let message = Message::new("verify.help").with("help", help);
            context.output.say(&message);
        }
        let more = self.report.total().saturating_sub(findings.len() as u64);
        if more > 0 {
            let message = Message::new("verify.more").with("count", more.to_string());
            context.output.say(&message);
        }
        let database = self.path.display().to_string();
        for key in self.verdict() {
            let message = Message::new(*key)
                .with("database", database.as_str())
                .with("faults", self.report.total().to_string());
            context.output.say(&message);
        }
    }

    /// Returns what it comes to, and what to do next.
    fn verdict(&self) -> &'static [&'static str] {
        match (self.exit(), self.depth) {
            (Exit::Fine, Depth::Whole) => &["database.check.fine", "database.check.next"],
            (Exit::Fine, Depth::Quick) => &[
                "database.check.fine",
                "database.check.whole",
                "database.check.next",
            ],
            (Exit::Findings, _) => &["database.check.changed", "database.check.next"],
            (_, _) => &["database.check.damaged", "database.check.rescue"],
        }
    }

    fn json(&self, context: &mut Context) {
        let language = context.settings.language;
        let findings = self.report.findings.iter().map(|finding| {
            let (key, args) = finding.message();
            let mut value = json!(finding);
            value["damage"] = finding.fault.is_damage().into();
            value["help"] = Message::new(finding.fault.help()).text(language).into();
            value["message"] = Message::of(key, args).text(language).into();
            value
        });
        let conditions = self.conditions.iter().map(|one| {
            json!({
                "of": aspect(one.aspect),
                "name": one.name,
                "expected": one.expected,
                "found": one.found,
            })
        });
        context.output.json(json!({
            "sound": self.report.total() == 0,
            "damaged": self.is_damaged(),
            "depth": match self.depth { Depth::Whole => "whole", Depth::Quick => "quick" },
            "schema": SCHEMA_VERSION,
            "objects": self.report.counts.objects,
            "files": self.report.counts.files,
            "conditions": conditions.collect::<Vec<Value>>(),
            "ledger": self.extent.as_ref().map(copy::ledger),
            "bytes": self.room.bytes,
            "log_bytes": self.room.log_bytes,
            "free_bytes": self.room.free_bytes,
            "faults": self.report.total(),
            "findings": findings.collect::<Vec<Value>>(),
        }));
    }
}

/// Returns what programs call an aspect.
const fn aspect(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Reference => "reference",
        Aspect::Setting => "setting",
        Aspect::Log => "log",
        Aspect::Ledger => "ledger",
        Aspect::Rows => "rows",
    }
}
