//! Questions and commands to one Alertmanager, by version 2 of its API.
//! <https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml>

mod way;

pub use way::DirectAlertmanager;

use crate::discovery::{ALERTMANAGER, candidates};
use crate::last_told::LastTold;
use bytes::Bytes;
use http::Method;
use kubernetes::Connection;
use model::cause::WayOutage;
use model::{ClusterName, ConsoleError, Namespace, Timestamp};
use monitoring_contract::{MatchOperator, Matcher, Missing};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use way::Way;

/// What was told so lately is not asked again, however many look.
const FRESH: Duration = Duration::from_secs(5);

/// The Alertmanager of a cluster.
pub struct Alertmanager {
    way: Way,
    known: LastTold<State, ConsoleError>,
}

/// What an Alertmanager holds back at a moment.
#[derive(Debug, Default)]
pub struct State {
    /// Its silences, ended ones too.
    pub silences: Vec<ToldSilence>,
    /// All alerts that it was told of.
    pub alerts: Vec<ToldAlert>,
}

/// A silence as it is told.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToldSilence {
    pub id: String,
    pub status: ToldState,
    #[serde(default)]
    pub matchers: Vec<WireMatcher>,
    #[serde(default)]
    pub starts_at: String,
    #[serde(default)]
    pub ends_at: String,
    #[serde(default)]
    pub created_by: String,
    #[serde(default)]
    pub comment: String,
}

/// `active`, `pending` or `expired`.
#[derive(Clone, Debug, Deserialize)]
pub struct ToldState {
    pub state: String,
}

/// An alert as it is told.
#[derive(Clone, Debug, Deserialize)]
pub struct ToldAlert {
    /// By this name others say that it holds them back.
    #[serde(default)]
    pub fingerprint: String,
    pub labels: BTreeMap<String, String>,
    pub status: Suppression,
}

/// What holds an alert back.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Suppression {
    pub silenced_by: Vec<String>,
    pub inhibited_by: Vec<String>,
}

/// A condition as it is told and written.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WireMatcher {
    name: String,
    value: String,
    is_regex: bool,
    /// Old versions know no inequality and leave it out.
    #[serde(default = "yes")]
    is_equal: bool,
}

fn yes() -> bool {
    true
}

/// A silence to be made.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewSilence {
    pub matchers: Vec<WireMatcher>,
    pub starts_at: String,
    pub ends_at: String,
    pub created_by: String,
    pub comment: String,
}

impl From<&Matcher> for WireMatcher {
    fn from(matcher: &Matcher) -> Self {
        use MatchOperator::{Equal, Matches, NotMatches};
        Self {
            name: matcher.name.clone(),
            value: matcher.value.clone(),
            is_regex: matches!(matcher.is, Matches | NotMatches),
            is_equal: matches!(matcher.is, Equal | Matches),
        }
    }
}

impl From<&WireMatcher> for Matcher {
    fn from(matcher: &WireMatcher) -> Self {
        let is = match (matcher.is_regex, matcher.is_equal) {
            (false, true) => MatchOperator::Equal,
            (false, false) => MatchOperator::NotEqual,
            (true, true) => MatchOperator::Matches,
            (true, false) => MatchOperator::NotMatches,
        };
        Self { name: matcher.name.clone(), is, value: matcher.value.clone() }
    }
}

impl ToldSilence {
    /// Its conditions.
    pub fn conditions(&self) -> Vec<Matcher> {
        self.matchers.iter().map(Matcher::from).collect()
    }
}

/// A moment as Alertmanager tells it, to the second.
pub fn moment(text: &str) -> Option<Timestamp> {
    Timestamp::parse_rfc3339(text)
}

/// Looks for one among the cluster's Services; the first that answers is taken. The inner error says what was looked for.
pub async fn discover(
    connection: &Connection,
    workspaces: &BTreeSet<Namespace>,
) -> Result<Result<Alertmanager, Missing>, ConsoleError> {
    let (services, mut missing) = candidates(connection, workspaces, &ALERTMANAGER).await?;
    for service in services {
        let name = service.to_string();
        let found = Alertmanager::at(Way::through_cluster(connection.clone(), service));
        match found.way.call(Method::GET, "/status", Bytes::new()).await {
            Ok(_) => return Ok(Ok(found)),
            Err(error) => missing.silent.push((name, error.cause())),
        }
    }
    Ok(Err(missing))
}

impl Alertmanager {
    fn at(way: Way) -> Self {
        Self { way, known: LastTold::default() }
    }

    /// The one that is named for a cluster. Nothing is asked yet.
    pub fn named(cluster: &ClusterName, manager: DirectAlertmanager) -> Self {
        Self::at(Way::direct(cluster, manager))
    }

    /// What it holds back.
    pub async fn state(&self) -> Result<Arc<State>, ConsoleError> {
        let ask = || async {
            let (silences, alerts) = tokio::try_join!(
                self.read("/silences"),
                self.read("/alerts?active=true&silenced=true&inhibited=true")
            )?;
            Ok::<_, ConsoleError>(State { silences, alerts })
        };
        self.known.get(FRESH, ask).await
    }

    /// Its configuration, as it was written but for what is secret.
    pub async fn configuration(&self) -> Result<String, ConsoleError> {
        #[derive(Deserialize)]
        struct Status {
            config: Written,
        }
        #[derive(Deserialize)]
        struct Written {
            original: String,
        }
        let Status { config: Written { original } } = self.read("/status").await?;
        Ok(original)
    }

    /// Where it is, for people.
    pub fn name(&self) -> String {
        self.way.name()
    }

    /// Makes a silence.
    pub async fn create(&self, silence: &NewSilence) -> Result<(), ConsoleError> {
        let body = serde_json::to_vec(silence).map_err(|error| self.unreadable(&error))?;
        self.change(Method::POST, "/silences", body.into()).await
    }

    /// Ends a silence now. `id` is one that it told itself.
    pub async fn expire(&self, id: &str) -> Result<(), ConsoleError> {
        let path = format!("/silence/{}", model::link::escape(id));
        self.change(Method::DELETE, &path, Bytes::new()).await
    }

    async fn change(&self, method: Method, path: &str, body: Bytes) -> Result<(), ConsoleError> {
        let result = self.way.call(method, path, body).await;
        self.known.forget().await;
        result.map(|_| ())
    }

    async fn read<T: for<'a> Deserialize<'a>>(&self, path: &str) -> Result<T, ConsoleError> {
        let body = self.way.call(Method::GET, path, Bytes::new()).await?;
        serde_json::from_slice(&body).map_err(|error| self.unreadable(&error))
    }

    fn unreadable(&self, error: &serde_json::Error) -> ConsoleError {
        let (name, said) = (self.name(), error.to_string());
        self.unavailable(WayOutage::AlertmanagerUnreadable { name, said }, false)
    }

    pub(crate) fn unavailable(&self, outage: WayOutage, may_be_done: bool) -> ConsoleError {
        self.way.unavailable(outage, may_be_done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_the_same_on_the_wire() {
        for text in ["a=\"b\"", "a!=\"b\"", "a=~\"b|c\"", "a!~\"b\""] {
            let matcher = Matcher::parse(text);
            assert_eq!(matcher.as_ref().map(|matcher| Matcher::from(&WireMatcher::from(matcher))), matcher);
        }
    }
}
