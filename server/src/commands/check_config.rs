//! `orrery check-config`.

use crate::settings::{Layers, SETTINGS, Settings, Source};
use clap::Command;
use std::process::ExitCode;

pub fn command() -> Command {
    Command::new("check-config").about("Check all settings and show which are in force").long_about(
        "Checks all settings, exactly as `orrery serve` does when it starts, and shows the value of each and where it \
         comes from. Nothing is started or changed. Passwords in addresses are not shown. Exits with 2 when something \
         is wrong, after naming all of it.",
    )
}

pub fn run(settings: &Settings, layers: &Layers) -> anyhow::Result<ExitCode> {
    for setting in SETTINGS {
        let source = layers.get(setting.name).map_or(&Source::Default, |given| &given.source);
        println!("{:<28} {:<44} {source}", setting.name, settings.shown(setting.name));
    }
    Ok(ExitCode::SUCCESS)
}
