//! `orrery account`.

use super::open_database;
use crate::settings::{PublicUrl, Settings};
use access::roles::{ADMINISTRATOR, Preset};
use anyhow::{Context, bail};
use clap::{Arg, ArgAction, ArgMatches, Command};
use database::Database;
use database::accounts::{Account, NewAccount};
use database::audit::Decision;
use database::members::{NewMember, Place};
use identity::{Accounts, Token};
use model::{ClusterName, Namespace, Tier};
use sign_in_contract::{field, path};
use std::process::ExitCode;
use uuid::Uuid;

pub fn command() -> Command {
    let name =
        || Arg::new("name").value_name("NAME").required(true).help("The name to sign in with, in any case");
    let role = || {
        Arg::new("role")
            .long("role")
            .value_name("ROLE")
            .value_parser(["administrator", "creator", "auditor", "regular"])
            .default_value("regular")
            .help("What the account may do on the whole platform")
            .long_help(
                "administrator: sees and changes everything, everywhere. creator: makes workspaces. auditor: reads the \
                 audit trail and who may do what. regular: nothing but what is given with --in or in the console.",
            )
    };
    let places = || {
        Arg::new("in").long("in").value_name("CLUSTER[/NAMESPACE]=ROLE").action(ArgAction::Append).help(
            "A role in a cluster (admin, viewer) or in a namespace (admin, editor, viewer); may be repeated",
        )
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
                .args([name(), role(), places()]),
        )
        .subcommand(
            Command::new("set-rights")
                .about("Replace what an account may do, and where")
                .args([name(), role(), places()]),
        )
        .subcommand(
            Command::new("reset-link")
                .about("Print a link for choosing a new password; the old one works until then")
                .arg(name()),
        )
        .subcommand(
            Command::new("reset-factor")
                .about("Ask an account for no code any more, because its owner has lost the generator")
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
            let (role, places) = rights(arguments)?;
            let new = NewAccount { name: name(arguments).to_owned(), role, ..NewAccount::default() };
            let id = database.add_account(&new).await?;
            hold(&database, id, places).await?;
            let token = Accounts::new(database.clone()).issue_link(Some(id)).await?;
            print_link(settings, &token);
        }
        "set-rights" => {
            let (role, places) = rights(arguments)?;
            let account = find(&database, arguments).await?;
            database.set_platform_role(account.id, &role).await?;
            for member in database.memberships_of(account.id).await? {
                database.remove_member(account.id, &member.place).await?;
            }
            hold(&database, account.id, places).await?;
        }
        "reset-link" => {
            let account = find(&database, arguments).await?;
            let token = Accounts::new(database.clone()).issue_link(Some(account.id)).await?;
            print_link(settings, &token);
        }
        "reset-factor" => {
            let account = find(&database, arguments).await?;
            if !database.forget_proofs(account.id).await? {
                bail!("{} has no second factor and no passkey", account.name);
            }
        }
        "disable" => {
            database.set_enabled(find(&database, arguments).await?.id, false).await?;
        }
        "enable" => database.set_enabled(find(&database, arguments).await?.id, true).await?,
        _ => list(&database).await?,
    }
    database.close().await;
    Ok(ExitCode::SUCCESS)
}

/// What the audit trail holds of a change from the command line: whoever can run it has the database anyway.
fn decision(command: &str, name: &str) -> Decision {
    let user = std::env::var("SUDO_USER").or_else(|_| std::env::var("USER"));
    Decision {
        // Some surroundings, such as containers, do not say who it is.
        account_name: user.map_or_else(|_| "command line".into(), |user| format!("command line ({user})")),
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

/// A place as it is named on the command line, and the word of a role there.
type Given = (ClusterName, Option<Namespace>, String);

fn rights(arguments: &ArgMatches) -> anyhow::Result<(String, Vec<Given>)> {
    let role: &String = arguments.get_one("role").expect("it has a default");
    let places = arguments.get_many::<String>("in").into_iter().flatten();
    let places: Vec<Given> = places.map(|place| parse_place(place)).collect::<anyhow::Result<_>>()?;
    if role == ADMINISTRATOR && !places.is_empty() {
        bail!("an administrator is one everywhere: leave --in out");
    }
    Ok((role.clone(), places))
}

fn parse_place(text: &str) -> anyhow::Result<Given> {
    let (place, role) = text.split_once('=').with_context(|| format!("{text:?} is not PLACE=ROLE"))?;
    let (cluster, namespace) = match place.split_once('/') {
        Some((cluster, namespace)) => (cluster, Some(Namespace::parse(namespace)?)),
        None => (place, None),
    };
    let tier = if namespace.is_some() { Tier::Project } else { Tier::Cluster };
    let word = format!("{}-{role}", tier.word());
    if Preset::find(&word).is_none_or(|preset| preset.tier != tier) {
        bail!("{role:?} is not a role in a {}", tier.word());
    }
    Ok((ClusterName::parse(cluster)?, namespace, word))
}

async fn hold(database: &Database, account: Uuid, places: Vec<Given>) -> anyhow::Result<()> {
    for (cluster, namespace, role) in places {
        let place = match namespace {
            Some(namespace) => Place::Project(database.ensure_project(&cluster, &namespace).await?),
            None => Place::Cluster(cluster),
        };
        database.set_member(&NewMember { account, place, role, source: String::new() }).await?;
    }
    Ok(())
}

async fn list(database: &Database) -> anyhow::Result<()> {
    let accounts = database.accounts().await?;
    if accounts.is_empty() {
        eprintln!("There are no accounts in {}.", database.address());
    }
    for account in accounts {
        let state = if account.is_enabled { "" } else { " (disabled)" };
        let held = database.memberships_of(account.id).await?.len();
        let held = if held == 0 {
            String::new()
        } else {
            format!("{held} roles in clusters, workspaces and projects")
        };
        println!("{:<24} {:<14} {held}{state}", account.name, account.role);
    }
    Ok(())
}
