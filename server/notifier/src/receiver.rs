//! A receiver, as it is told.

use crate::look::Heard;
use database::members::Place;
use database::projects::Project;
use database::receivers::StoredReceiver;
use identity::Seal;
use model::{ClusterName, Language, Namespace};
use monitoring_contract::{Alert, Matcher};
use notifications_contract::{Channel, Least, MessageTemplate, Shape};
use prometheus::Conditions;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What is sealed, by the names of the channel's fields.
pub type Secrets = BTreeMap<String, String>;

/// What is kept about a receiver beside its name, and may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// How bad an alert must be.
    pub least: Least,
    /// Conditions on labels, as they were typed; empty for none.
    pub matchers: String,
    /// Whether it is told that an alert has ended.
    pub tells_resolved: bool,
    /// After how many hours it is told again; 0 is never.
    pub repeat_hours: u32,
    /// When it is not told, as it was typed; empty for never.
    #[serde(default)]
    pub quiet: String,
    /// By the clock of which time zone that is.
    #[serde(default)]
    pub quiet_zone: String,
    /// The tag of its language.
    pub language: String,
    /// In which words, where they are not the console's own.
    #[serde(default)]
    pub template: MessageTemplate,
    /// What is said about where the way leads.
    pub fields: BTreeMap<String, String>,
    /// Where that is, in a word that may be shown.
    pub target: String,
}

/// A receiver with its secrets.
#[derive(Clone, Debug)]
pub struct Receiver {
    /// Its id.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
    /// Whose alerts it hears; none for all.
    pub place: Option<Place>,
    /// The way in which it is told.
    pub channel: &'static Channel,
    /// What is said about it.
    pub said: Said,
    secrets: Secrets,
}

fn purpose(id: Uuid) -> String {
    format!("receiver {id}")
}

/// The sealed form of secrets.
pub fn seal(seal: &Seal, id: Uuid, secrets: &Secrets) -> String {
    seal.seal_value(&purpose(id), secrets)
}

impl Receiver {
    /// A receiver, as it is kept.
    pub fn read(stored: &StoredReceiver, seal: &Seal) -> Option<Self> {
        let secrets = match &stored.said.sealed_secrets {
            Some(sealed) => seal.open_value(&purpose(stored.id), sealed).ok()?,
            None => Secrets::new(),
        };
        Some(Self {
            id: stored.id,
            name: stored.said.name.clone(),
            place: stored.said.place.clone(),
            channel: Channel::find(&stored.said.channel)?,
            said: serde_json::from_str(&stored.said.settings).ok()?,
            secrets,
        })
    }

    /// What is said in a field, whether it is a secret or not; empty when nothing is.
    pub fn value(&self, name: &str) -> &str {
        let known = self.secrets.get(name).or_else(|| self.said.fields.get(name));
        known.map(String::as_str).unwrap_or_default()
    }

    /// The secrets.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The language in which it is told.
    pub fn language(&self) -> Language {
        let known = Language::ALL.into_iter().find(|language| language.tag() == self.said.language);
        known.unwrap_or_default()
    }

    /// What of a cluster it hears; `None` when that is nothing.
    pub fn hears(&self, cluster: &ClusterName, projects: &[Project]) -> Option<Heard> {
        let of = |is_one: &dyn Fn(&&Project) -> bool| {
            let here = projects.iter().filter(|project| project.cluster == *cluster).filter(is_one);
            let namespaces: BTreeSet<Namespace> = here.map(|project| project.namespace.clone()).collect();
            (!namespaces.is_empty()).then_some(Heard::Namespaces(namespaces))
        };
        match &self.place {
            None => Some(Heard::Everything),
            Some(Place::Cluster(name)) => (name == cluster).then_some(Heard::Everything),
            Some(Place::Workspace(id)) => of(&|project| project.workspace == Some(*id)),
            Some(Place::Project(id)) => of(&|project| project.id == *id),
        }
    }

    /// Those of these alerts of which it is to be told, wherever they are. Conditions that cannot be read hold for nothing.
    pub fn wanted<'a>(&self, alerts: impl Iterator<Item = &'a Alert>) -> Vec<&'a Alert> {
        let bad_enough = alerts.filter(|alert| self.said.least.admits(alert.level));
        let text = self.said.matchers.trim();
        if text.is_empty() {
            return bad_enough.collect();
        }
        let Ok(matchers) = Matcher::parse_lines(text) else { return Vec::new() };
        // Compiled once, whatever fires: expressions can be dear.
        let Ok(conditions) = Conditions::new(&matchers) else { return Vec::new() };
        bad_enough.filter(|alert| conditions.hold_for(alert)).collect()
    }
}

/// Where a way leads, in a word that may be shown: the host of an address, or what is no secret.
pub fn target(channel: &Channel, settings: &BTreeMap<String, String>, secrets: &Secrets) -> String {
    // What need not be said names no place.
    let named = channel.fields.iter().filter(|field| !field.is_optional);
    let shown = named.filter_map(|field| match field.shape {
        Shape::Address => {
            let address = settings.get(field.name).or_else(|| secrets.get(field.name))?;
            address.parse::<http::Uri>().ok()?.host().map(str::to_owned)
        }
        Shape::Line | Shape::Recipients | Shape::People => settings.get(field.name).cloned(),
    });
    shown.collect::<Vec<_>>().join(", ")
}
