//! `orrery playground`.

use super::private_directory;
use crate::settings::Settings;
use crate::signals;
use anyhow::Context;
use clap::{Arg, ArgMatches, Command};
use playground::{Options, Playground, Scale};
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

pub fn command() -> Command {
    Command::new("playground")
        .about("Run simulated clusters without a console")
        .long_about(
            "Starts the simulated clusters that the console offers for trying out, on loopback, and writes a kubeconfig \
             with which kubectl and a console reach them. Runs until it is interrupted. They are not for production: \
             nothing in them runs for real.",
        )
        .args([
            Arg::new("kubeconfig-out")
                .long("kubeconfig-out")
                .value_name("FILE")
                .value_parser(clap::value_parser!(PathBuf))
                .help("Write the kubeconfig to this file [default: kubeconfig in the data directory]"),
            Arg::new("first-port")
                .long("first-port")
                .value_name("PORT")
                .value_parser(clap::value_parser!(u16))
                .help("The port of the first cluster; the others follow [default: any free ports]"),
            Arg::new("scale")
                .long("scale")
                .value_name("PODS")
                .value_parser(clap::value_parser!(usize))
                .help("Add a generated cluster with this many pods"),
            Arg::new("churn")
                .long("churn")
                .value_name("CHANGES")
                .value_parser(clap::value_parser!(u32))
                .default_value("0")
                .help("Change this many of the generated pods each second"),
            Arg::new("fresh")
                .long("fresh")
                .action(clap::ArgAction::SetTrue)
                .help("Begin anew instead of with the objects of the last time, and keep nothing"),
        ])
}

/// The options for the clusters that the console itself starts.
pub fn options(settings: &Settings) -> Options {
    Options { snapshot: Some(settings.data_dir.join("playground.snapshot")), ..Options::default() }
}

pub async fn run(settings: &Settings, arguments: &ArgMatches) -> anyhow::Result<ExitCode> {
    let telemetry = crate::telemetry::start(settings)?;
    private_directory(&settings.data_dir)?;
    let mut options = options(settings);
    options.first_port = arguments.get_one("first-port").copied();
    options.scale = arguments.get_one("scale").copied().map(Scale::of_pods);
    options.churn = arguments.get_one("churn").copied().unwrap_or_default();
    if arguments.get_flag("fresh") {
        options.snapshot = None;
    }

    let playground = playground::start(options).await?;
    let path = arguments
        .get_one::<PathBuf>("kubeconfig-out")
        .cloned()
        .unwrap_or_else(|| settings.data_dir.join("kubeconfig"));
    write_private(&path, playground.kubeconfig())
        .with_context(|| format!("cannot write {}", path.display()))?;
    println!("Playground clusters: {}", names(&playground));
    println!("  kubectl --kubeconfig {} get pods --all-namespaces", path.display());

    signals::interrupted().await;
    playground.stop().await?;
    telemetry.finish().await;
    Ok(ExitCode::SUCCESS)
}

/// The clusters' names, for a sentence.
pub fn names(playground: &Playground) -> String {
    playground.names().enumerate().fold(String::new(), |mut text, (index, name)| {
        let _ = write!(text, "{}{name}", if index == 0 { "" } else { ", " });
        text
    })
}

/// The file holds tokens of administrators, if only of simulated clusters. It appears whole: programs wait for it.
fn write_private(path: &std::path::Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt;
    let unfinished = path.with_extension("unfinished");
    let mut file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    file.write_all(text.as_bytes())?;
    std::fs::rename(unfinished, path)
}
