//! `orrery migrate`.

use super::open_database;
use crate::settings::Settings;
use clap::Command;
use std::process::ExitCode;

pub fn command() -> Command {
    Command::new("migrate").about("Bring the console's database up to date, and do nothing else").long_about(
        "Brings the tables of the console's own database up to date. `orrery serve` does the same when it starts; this \
         command is for those who want to do it before. All steps are one transaction: killed in the middle, nothing of \
         it stays. It may run while another instance does the same. A database that is newer than this program is \
         refused.",
    )
}

pub async fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    let database = open_database(settings).await?;
    let migrated = database.migrate().await?;
    for step in &migrated.steps {
        println!("Done: {step}");
    }
    println!("{} is at step {}.", database.address(), migrated.version);
    database.close().await;
    Ok(ExitCode::SUCCESS)
}
