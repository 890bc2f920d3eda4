#![doc = include_str!("../README.md")]

mod changes;
mod connection;
mod follow;
mod liveness;
mod log;
mod signals;
mod table;
mod terminals;
mod value;

pub use changes::on_change;
pub use connection::{LiveConnection, provide_live};
pub use liveness::Liveness;
pub use log::{LOG_LIMIT, LiveLog, LogLine};
pub use table::{LiveRow, LiveTable};
pub use terminals::{TerminalTarget, Terminals, provide_terminals, use_terminals};
pub use value::LiveValue;
