//! `orrery account`.

use super::open_database;
use crate::settings::{PublicUrl, Settings};
use anyhow::{Context, bail};
use clap::{Arg, ArgAction, ArgMatches, Command};
use database::Database;
use database::accounts::{Account, NewAccount};
use database::audit::Decision;
use identity::{Accounts, Token};
use model::{ClusterName, Namespace, Persona};
use sign_in_contract::{field, path};
use std::collections::BTreeSet;
use std::process::ExitCode;

pub fn command() -> Command {
    let name =
        || Arg::new("name").value_name("NAME").required(true).help("The name to sign in with, in any case");
    let persona = || {
        Arg::new("persona")
            .long("persona")
            .value_name("PERSONA")
            .value_parser(["administrator", "editor", "viewer"])
            .required(true)
            .help("What the account may do")
            .long_help(
                "administrator: sees and changes everything. editor: sees and changes what is in its namespaces. \
                 viewer: sees what is in its namespaces, without secrets.",
            )
    };
    let places = || {
        Arg::new("in")
            .long("in")
            .value_name("CLUSTER/NAMESPACE")
            .action(ArgAction::Append)
            .help("Where an editor or viewer is one; may be repeated")
    };
    Command::new("account")
        .about("Make and change accounts from the machine that the console runs on")
        .long_about(
            "Makes and changes accounts in the console's database, also while the console runs; changes take effect with \
             the next request. Passwords are never set here: a link is printed with which the account's owner chooses one, \
             once, within 24 hours.",
        )
        .subcommand_required(true)
        .subcommand(
            Command::new("add")
                .about("Make an account and print the link for choosing its password")
                .args([name(), persona(), places()]),
        )
        .subcommand(
            Command::new("set-rights")
                .about("Replace what an account may do, and where")
                .args([name(), persona(), places()]),
        )
        .subcommand(
            Command::new("reset-link")
                .about("Print a link for choosing a new password; the old one works until then")
                .arg(name()),
        )
        .subcommand(Command::new("disable").about("Sign an account out and keep it out").arg(name()))
        .subcommand(Command::new("enable").about("Let a disabled account in again").arg(name()))
        .subcommand(Command::new("list").about("List all accounts"))
}

pub async fn run(settings: &Settings, arguments: &ArgMatches) -> anyhow::Result<ExitCode> {
    let database = open_database(settings).await?;
    database.migrate().await?;
    let (command, arguments) = arguments.subcommand().context("which command?")?;
    if command != "list" {
        database.record_decision(&decision(command, name(arguments))).await?;
    }
    match command {
        "add" => {
            let (persona, memberships) = rights(arguments)?;
            let new =
                NewAccount { name: name(arguments).to_owned(), persona, memberships, password_hash: None };
            let id = database.add_account(&new).await?;
            let token = Accounts::new(database.clone()).issue_link(Some(id)).await?;
            print_link(settings, &token);
        }
        "set-rights" => {
            let (persona, memberships) = rights(arguments)?;
            let account = find(&database, arguments).await?;
            keep_an_administrator(&database, &account, persona == Persona::Administrator).await?;
            database.set_rights(account.id, persona, &memberships).await?;
        }
        "reset-link" => {
            let account = find(&database, arguments).await?;
            let token = Accounts::new(database.clone()).issue_link(Some(account.id)).await?;
            print_link(settings, &token);
        }
        "disable" => {
            let account = find(&database, arguments).await?;
            keep_an_administrator(&database, &account, false).await?;
            database.set_enabled(account.id, false).await?;
        }
        "enable" => database.set_enabled(find(&database, arguments).await?.id, true).await?,
        _ => list(&database).await?,
    }
    database.close().await;
    Ok(ExitCode::SUCCESS)
}

/// What the audit trail holds of a change from the command line: whoever can run it has the database anyway.
fn decision(command: &str, name: &str) -> Decision {
    let user = std::env::var("SUDO_USER").or_else(|_| std::env::var("USER")).unwrap_or_default();
    Decision {
        account_name: format!("command line ({user})"),
        action: format!("account_{}", command.replace('-', "_")),
        verb: "update".into(),
        resource: "accounts.console.orrery".into(),
        name: Some(name.into()),
        is_allowed: true,
        ..Decision::default()
    }
}

/// The address of the page on which a one-time link is used.
pub fn link_address(public_url: &PublicUrl, token: &Token) -> String {
    format!("{public_url}{}?{}={}", path::SET_UP, field::TOKEN, token.reveal())
}

fn print_link(settings: &Settings, token: &Token) {
    let public_url = settings.public_url.clone().unwrap_or_else(|| PublicUrl::of_listener(settings.listen));
    println!("This link works once, within 24 hours:\n  {}", link_address(&public_url, token));
}

fn name(arguments: &ArgMatches) -> &str {
    arguments.get_one::<String>("name").expect("clap requires it")
}

async fn find(database: &Database, arguments: &ArgMatches) -> anyhow::Result<Account> {
    let name = name(arguments);
    database.account_named(name).await?.with_context(|| format!("there is no account {name:?}"))
}

fn rights(arguments: &ArgMatches) -> anyhow::Result<(Persona, BTreeSet<(ClusterName, Namespace)>)> {
    let word: &String = arguments.get_one("persona").expect("clap requires it");
    let persona = Persona::parse(word).context("no such persona")?;
    let places = arguments.get_many::<String>("in").into_iter().flatten();
    let memberships: BTreeSet<_> = places.map(|place| parse_place(place)).collect::<anyhow::Result<_>>()?;
    match persona {
        Persona::Administrator if !memberships.is_empty() => {
            bail!("an administrator is one everywhere: leave --in out")
        }
        Persona::Editor | Persona::Viewer if memberships.is_empty() => {
            bail!("say where with --in CLUSTER/NAMESPACE: without it the account would see nothing")
        }
        _ => Ok((persona, memberships)),
    }
}

fn parse_place(place: &str) -> anyhow::Result<(ClusterName, Namespace)> {
    let (cluster, namespace) =
        place.split_once('/').with_context(|| format!("{place:?} is not CLUSTER/NAMESPACE"))?;
    Ok((ClusterName::parse(cluster)?, Namespace::parse(namespace)?))
}

/// Refuses to take the last administrator away: nobody could make another.
async fn keep_an_administrator(database: &Database, account: &Account, stays: bool) -> anyhow::Result<()> {
    let others = database.accounts().await?;
    let has_other = others
        .iter()
        .any(|other| other.id != account.id && other.is_enabled && other.persona == Persona::Administrator);
    if account.persona == Persona::Administrator && account.is_enabled && !stays && !has_other {
        bail!("{} is the last administrator: make another one first", account.name);
    }
    Ok(())
}

async fn list(database: &Database) -> anyhow::Result<()> {
    for account in database.accounts().await? {
        let state = if account.is_enabled { "" } else { " (disabled)" };
        let places: Vec<String> =
            account.memberships.iter().map(|(cluster, namespace)| format!("{cluster}/{namespace}")).collect();
        println!("{:<24} {:<14} {}{state}", account.name, account.persona.word(), places.join(" "));
    }
    Ok(())
}
