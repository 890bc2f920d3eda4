//! `orrery audit`.

use super::open_database;
use crate::settings::Settings;
use clap::{ArgMatches, Command};
use std::process::ExitCode;

pub fn command() -> Command {
    Command::new("audit")
        .about("Check the audit trail")
        .subcommand_required(true)
        .subcommand(
            Command::new("verify")
                .about("Say whether every row of the audit trail is as it was written, and none is missing")
                .long_about(
                    "Reads the whole audit trail and follows the chain of digests over it: each covers its row and the \
                     digest before. Prints how many rows are as they were written and the last digest; keep that one \
                     elsewhere, since whoever owns the database could write the whole chain anew. Ends with 1, and names \
                     the first row that is not as it was, when something was changed, taken out or put in. What says that it is \
                     from before there was a chain is counted: where a console began with one, there is none of it.",
                ),
        )
}

pub async fn run(settings: &Settings, _: &ArgMatches) -> anyhow::Result<ExitCode> {
    let database = open_database(settings).await?;
    database.migrate().await?;
    let verified = database.verify_audit().await?;
    database.close().await;
    println!("{} rows are as they were written", verified.rows);
    if verified.before_the_chain > 0 {
        println!("{} decisions are from before there was a chain", verified.before_the_chain);
    }
    if let Some(head) = verified.head {
        println!("last digest: {head}");
    }
    match verified.broken {
        None => Ok(ExitCode::SUCCESS),
        Some(broken) => {
            println!("row {} of the chain: {}", broken.sequence, broken.how);
            Ok(ExitCode::FAILURE)
        }
    }
}
