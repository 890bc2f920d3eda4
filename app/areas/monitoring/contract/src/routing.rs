//! Whom the cluster's Alertmanager tells of what.

use leptos::prelude::*;
use model::{ClusterName, ConsoleError};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// Where a cluster's Alertmanager sends alerts; none where there is none.
#[server(endpoint = "monitoring/routing", input = Json)]
pub async fn read_routing(
    /// Where.
    cluster: ClusterName,
) -> Result<Option<Routing>, ConsoleError> {
    model::port::<dyn crate::Monitoring>()?.routing(cluster).await
}

/// Where alerts are sent, as the Alertmanager is told by its configuration
/// (<https://prometheus.io/docs/alerting/latest/configuration/>). What it knows of receivers beside their names is not in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Routing {
    /// Where it answers, for people: `monitoring/alertmanager-main`.
    pub source: String,
    /// The route that every alert takes.
    pub root: Route,
    /// Which alerts hold others back.
    pub inhibitions: Vec<Inhibition>,
    /// How many alerts fire and are told now; none where it is not known.
    pub firing: Option<u32>,
    /// How many more fire of which nobody is told, because they are silenced or held back.
    pub held: u32,
}

/// A way that alerts take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Route {
    /// Conditions on labels, all of which an alert meets that comes this way; none for the rest.
    pub conditions: Vec<String>,
    /// Who is told of those that take no way further down.
    pub receiver: String,
    /// Whether alerts that came this way are held against the routes behind it, too.
    pub goes_on: bool,
    /// By which labels they are gathered in one message; `...` for by all.
    pub grouped_by: Vec<String>,
    /// After how long they are told again, as it is written.
    pub repeats_after: String,
    /// Stretches of time in which nobody is told.
    pub muted: Vec<String>,
    /// Stretches of time outside of which nobody is told; none for always.
    pub active: Vec<String>,
    /// How many of the alerts that fire end here; none where it is not known.
    pub firing: Option<u32>,
    /// The ways further down, of which an alert takes the first that fits.
    pub routes: Vec<Route>,
}

/// While one alert fires, others are not told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inhibition {
    /// What holds back.
    pub source: Vec<String>,
    /// What is held back.
    pub target: Vec<String>,
    /// The labels that both have alike.
    pub equal: Vec<String>,
}
