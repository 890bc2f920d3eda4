#![doc = include_str!("../README.md")]

mod account;
mod acting;
mod asking;
mod clusters;
mod commands;
mod console;
mod forwards;
mod guards;
mod image_registries;
mod listener;
mod log_receivers;
mod platform;
mod ports;
mod providers;
mod routes;
mod settings;
mod signals;
mod telemetry;

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the program with these arguments, the first of which is its name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    // Two libraries in the program could provide cryptography; this says which does.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    commands::run(arguments)
}
