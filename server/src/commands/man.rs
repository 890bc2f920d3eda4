//! `orrery man`.

use anyhow::Context;
use clap::{Arg, ArgMatches, Command};
use std::path::PathBuf;
use std::process::ExitCode;

pub fn command() -> Command {
    let directory =
        Arg::new("directory").value_name("DIRECTORY").required(true).help("Where to write the pages");
    Command::new("man")
        .about("Write the manual pages of all commands")
        .arg(directory.value_parser(clap::value_parser!(PathBuf)))
}

pub fn run(arguments: &ArgMatches) -> anyhow::Result<ExitCode> {
    let directory: &PathBuf = arguments.get_one("directory").expect("clap requires it");
    let write = || {
        std::fs::create_dir_all(directory)?;
        clap_mangen::generate_to(super::command(), directory)
    };
    write().with_context(|| format!("cannot write manual pages into {}", directory.display()))?;
    Ok(ExitCode::SUCCESS)
}
