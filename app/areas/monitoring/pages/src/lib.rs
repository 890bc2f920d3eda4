#![doc = include_str!("../README.md")]

mod address;
mod aged;
mod alert_labels;
mod alerts;
mod bill;
mod board;
mod budget;
mod budget_news;
mod cluster;
mod consumption;
mod dashboards;
mod explore;
mod fired;
mod firing;
mod kept;
mod list_alerts;
mod missing;
mod panel;
mod prices;
mod ranking;
mod routing;
mod rules;
mod sift;
mod silences;
mod soon;
mod tab;
mod time_bar;
mod urgency;
mod words;

pub use alerts::AlertsPage;
pub use budget_news::BudgetCard;
pub use cluster::MonitoringPage;
pub use consumption::ConsumptionPage;
pub use dashboards::{
    DashboardPage, DashboardsPage, EditDashboardPage, EmbedDashboardPage, ImportDashboardPage,
    NewDashboardPage, embedded,
};
pub use explore::ExplorePage;
pub use firing::FiringCard;
pub use list_alerts::{EditListAlertPage, ListAlertsPage, NewListAlertPage};
pub use ranking::RankingPage;
pub use routing::RoutingPage;
pub use rules::{BuiltInRulesPage, EditRulePage, NewRulePage, RulesPage};
pub use silences::SilencePage;
pub use soon::SoonCard;
pub use tab::{has_metrics, metrics_tab, metrics_title};
