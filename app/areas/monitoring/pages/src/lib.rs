#![doc = include_str!("../README.md")]

mod address;
mod alerts;
mod board;
mod cluster;
mod explore;
mod missing;
mod panel;
mod ranking;
mod tab;
mod time_bar;
mod words;

pub use alerts::AlertsPage;
pub use cluster::MonitoringPage;
pub use explore::ExplorePage;
pub use ranking::RankingPage;
pub use tab::{has_metrics, metrics_tab, metrics_title};
