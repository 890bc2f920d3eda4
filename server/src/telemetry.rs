//! Logs and traces.

use crate::settings::{LogFormat, Settings};
use std::io::IsTerminal;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// Begins to write logs to standard error, as the settings say.
pub fn start(settings: &Settings) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&settings.log)?;
    let lines = match settings.log_format {
        LogFormat::Pretty => {
            let is_terminal = std::io::stderr().is_terminal();
            tracing_subscriber::fmt::layer().with_ansi(is_terminal).with_writer(std::io::stderr).boxed()
        }
        LogFormat::Json => {
            let json = tracing_subscriber::fmt::layer().json().flatten_event(true).with_current_span(true);
            json.with_span_list(false).with_writer(std::io::stderr).boxed()
        }
    };
    tracing_subscriber::registry().with(filter).with(lines).try_init()?;
    Ok(())
}
