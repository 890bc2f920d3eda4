//! The pages of the monitoring, rendered as the server does, over a port that answers what the test says.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod alerts;
mod boards;
mod exploring;
mod support;
