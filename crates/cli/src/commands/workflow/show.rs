//! `tsuho workflow show`: shows what a published workflow asks, or the very texts that were published.
//! A drawing of it is made by `tsuho graph`.

use serde_json::json;
use tsuho_core::catalogue::Language;
use tsuho_core::name::{StateName, WorkflowName};
use tsuho_core::value::Title;
use tsuho_core::workflow::Rules;
use tsuho_core::workflow::bundle::Bundle;
use tsuho_core::workflow::rules::By;
use tsuho_ledger::Digest;
use tsuho_store::DefinitionRef;

use super::law;
use crate::commands::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::open::{self, Mode};
use crate::output::{Cell, Format, FormatArgument, Listing};
use crate::session::{Session, with_session};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The workflow's name, with its version if wanted.
    #[arg(value_name = "NAME[@VERSION]")]
    workflow: String,
    /// The version, if not the latest.
    #[arg(long, value_name = "NUMBER")]
    version: Option<u32>,
    /// Whether the texts are shown.
    #[arg(long)]
    source: bool,
    #[command(flatten)]
    format: FormatArgument,
}

/// Shows the workflow.
pub(crate) async fn run(context: &mut Context, arguments: Arguments) -> Result {
    with_session(context, Mode::ReadOnly, async |context, session| {
        let (workflow, version) = named(&arguments)?;
        let digest = find(session, &workflow, version).await?;
        if arguments.source {
            return show_source(context, session, digest, arguments.format.format).await;
        }
        let compiled = session.executor().compiled(digest).await;
        let compiled = compiled.map_err(|error| session.failed(error))?;
        show(context, &compiled.rules, arguments.format.format);
        Ok(Exit::Fine)
    })
    .await
}

/// Returns the workflow and the version that are named: behind `@`, as a case is opened, or by `--version`.
fn named(arguments: &Arguments) -> Result<(WorkflowName, Option<u32>)> {
    let usage = |message| Failure::new(Exit::Usage, message);
    let (name, version) = match arguments.workflow.split_once('@') {
        None => (arguments.workflow.as_str(), arguments.version),
        Some((name, version)) => {
            let number: Option<u32> = version.parse().ok();
            // Two versions are one too many.
            let number = number
                .filter(|_| arguments.version.is_none())
                .ok_or_else(|| {
                    usage(Message::new("case.open.no-version").with("version", version))
                })?;
            (name, Some(number))
        }
    };
    let name = name.parse();
    let name = name.map_err(|_| {
        usage(Message::new("request.bad-name").with("text", arguments.workflow.as_str()))
    })?;
    Ok((name, version))
}

/// Returns the digest of a published version, the latest if none is named.
async fn find(session: &Session, name: &WorkflowName, version: Option<u32>) -> Result<Digest> {
    let installation = session.executor().installation().await;
    let installation = installation.map_err(|error| session.failed(error))?;
    let versions = installation
        .people
        .workflows()
        .filter(|(known, number, _)| {
            *known == name && version.is_none_or(|version| version == *number)
        });
    let latest = versions.max_by_key(|(_, number, _)| *number);
    latest.map(|(_, _, digest)| digest).ok_or_else(|| {
        session.failed(tsuho_executor::Error::UnknownWorkflow {
            name: name.clone(),
            version,
        })
    })
}

/// Shows actions and obligations.
fn show(context: &mut Context, rules: &Rules, format: Format) {
    let language = context.settings.language;
    let shown = |title: &Title| match language {
        Language::En => title.en.to_string(),
        Language::Ja => title.ja.to_string(),
    };
    let title =
        |title: &Title| Cell::new(shown(title), json!({ "en": &*title.en, "ja": &*title.ja }));
    let state = |name: &StateName| match rules.states.get(name) {
        Some(rule) => Cell::new(shown(&rule.title), name.as_str()),
        None => name.as_str().into(),
    };
    let mut actions = Listing::new("actions", &["action", "title", "from", "to", "by"]);
    for edge in rules.graph.edges() {
        let Some(action) = rules.action(&edge.action) else {
            continue;
        };
        actions.row([
            Cell::from(action.name.as_str()),
            title(&action.title),
            state(&edge.from),
            state(&edge.to),
            match &action.by {
                By::Clock => Cell::said(Message::new("show.clock"), "clock"),
                By::Role(role) => match rules.roles.get(role) {
                    Some(known) => Cell::new(shown(known), role.as_str()),
                    None => role.as_str().into(),
                },
            },
        ]);
    }
    let mut obligations = Listing::new("obligations", &["obligation", "title", "law"]);
    for obligation in &rules.obligations {
        let law: Vec<String> = obligation.law.iter().map(ToString::to_string).collect();
        let cited = obligation.law.iter().map(|name| {
            let source = rules.sources.get(name);
            source.map_or_else(|| name.to_string(), |source| shown(&source.citation))
        });
        let cited: Vec<String> = cited.collect();
        obligations.row([
            Cell::from(obligation.name.as_str()),
            title(&obligation.title),
            Cell::new(cited.join(&Message::new("demo.join").text(language)), law),
        ]);
    }
    let law = law::listing(rules, language);
    match format {
        Format::Table => {
            context.output.say(
                &Message::new("workflow.shown")
                    .with("workflow", rules.name.to_string())
                    .with("version", rules.version.to_string())
                    .with("title", rules.title.clone())
                    .with("digest", rules.digest.to_string()),
            );
            for listing in [actions, obligations].into_iter().chain(law) {
                context.output.line("");
                context.output.listing(format, &listing);
            }
        }
        Format::Json => context.output.json(json!({
            "workflow": rules.name.as_str(),
            "version": rules.version,
            "digest": rules.digest.to_string(),
            "title": { "en": &*rules.title.en, "ja": &*rules.title.ja },
            "actions": actions.rows(),
            "obligations": obligations.rows(),
            "law": law.as_ref().map(Listing::rows).unwrap_or_default(),
        })),
    }
}

/// Shows the texts of which it was compiled.
async fn show_source(
    context: &mut Context,
    session: &Session,
    digest: Digest,
    format: Format,
) -> Result {
    let reference = DefinitionRef::Digest(digest);
    let stored = session.executor().store().workflow(&reference).await;
    let stored = stored.map_err(|error| open::failure(error, session.database()))?;
    let bundle = stored.and_then(|stored| Bundle::from_bytes(stored.source.as_bytes()).ok());
    let Some(bundle) = bundle else {
        let why = "its texts cannot be read".to_owned();
        return Err(session.failed(tsuho_executor::Error::Workflow { digest, why }));
    };
    match format {
        Format::Table => {
            for file in &bundle.files {
                context.output.line(&format!("# {}", file.name));
                context.output.line(&file.text);
            }
        }
        Format::Json => {
            let files = bundle.files.iter();
            let files: Vec<_> = files
                .map(|file| json!({ "name": file.name, "text": file.text }))
                .collect();
            context.output.json(json!({ "files": files }));
        }
    }
    Ok(Exit::Fine)
}
