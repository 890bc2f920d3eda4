//! Links by which pages of other sites show a dashboard.

use super::{LONGEST_NAME, OpenedDashboard, Origin};
use crate::{PRESETS, Window};
use async_trait::async_trait;
use leptos::prelude::*;
use model::fault::{EmbedFault, EntryFault};
use model::{ClusterName, ConsoleError, Fault, FieldProblem, Namespace, Timestamp};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// Where the addresses of embedded dashboards begin.
pub const EMBED_PATH: &str = "/embed";
/// For how many days a link works, the usual first.
pub const EMBED_DAYS: [u32; 5] = [30, 1, 7, 90, 365];
/// Links of a dashboard.
pub const MOST_EMBEDS: usize = 50;
/// Sites that may show a link.
pub const MOST_ORIGINS: usize = 10;

/// Questions and commands about links to dashboards, on behalf of one caller.
#[async_trait]
pub trait Embedding: Send + Sync {
    /// The links of a dashboard, for who may make some.
    async fn embeds(&self, cluster: ClusterName, id: String) -> Result<EmbedList, ConsoleError>;
    /// Makes a link. It shows what its maker may see, for as long as they may.
    async fn add_embed(&self, fields: EmbedFields) -> Result<(), ConsoleError>;
    /// Ends a link, with effect at once.
    async fn revoke_embed(&self, fields: RevokeEmbedFields) -> Result<(), ConsoleError>;
}

/// The links of a dashboard, for who may make some.
#[server(endpoint = "monitoring/embeds", input = Json)]
pub async fn read_embeds(
    /// Where.
    cluster: ClusterName,
    /// Which dashboard.
    id: String,
) -> Result<EmbedList, ConsoleError> {
    model::port::<dyn Embedding>()?.embeds(cluster, id).await
}

/// Makes a link to a dashboard.
#[server(endpoint = "monitoring/add-embed")]
pub async fn add_embed(
    /// The fields of the form.
    fields: EmbedFields,
) -> Result<(), ConsoleError> {
    let next = model::link::embed_dashboard(&fields.cluster, &fields.id);
    model::port::<dyn Embedding>()?.add_embed(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Ends a link to a dashboard.
#[server(endpoint = "monitoring/revoke-embed")]
pub async fn revoke_embed(
    /// The fields of the form.
    fields: RevokeEmbedFields,
) -> Result<(), ConsoleError> {
    let next = model::link::embed_dashboard(&fields.cluster, &fields.id);
    model::port::<dyn Embedding>()?.revoke_embed(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// The links of a dashboard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EmbedList {
    /// What the dashboard is called.
    pub dashboard: String,
    /// Its project; none for the cluster as a whole.
    pub namespace: Option<Namespace>,
    /// Its panels that can be shown alone: ids and titles.
    pub panels: Vec<(u32, String)>,
    /// The newest first.
    pub embeds: Vec<EmbedLine>,
}

/// A link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EmbedLine {
    /// Its id.
    pub id: String,
    /// What its maker calls it.
    pub name: String,
    /// The pages that may show it.
    pub origins: Vec<String>,
    /// The panel that it shows alone.
    pub panel: Option<EmbedPanel>,
    /// Over how long it shows it, in seconds.
    pub seconds: u32,
    /// What was chosen for variables.
    pub chosen: Vec<(String, String)>,
    /// Who made it, and whose rights count.
    pub made_by: String,
    /// When it ends.
    pub expires: Timestamp,
    /// Whether that is over.
    pub is_over: bool,
    /// When it was last looked at, to within a minute.
    pub last_used: Option<Timestamp>,
    /// The address, for its maker alone: whoever has it sees what they see.
    pub address: Option<String>,
}

/// A panel that a link shows alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EmbedPanel {
    /// It is called so.
    Titled(String),
    /// It is not in the dashboard any more.
    Gone,
}

/// What whoever has a link gets to see.
pub type Embedded = Result<EmbeddedDashboard, NotEmbedded>;

/// A dashboard through a link.
#[derive(Clone, Debug, PartialEq)]
pub struct EmbeddedDashboard {
    /// What the maker of the link would see at this moment.
    pub open: OpenedDashboard,
    /// Whether it is one panel of it alone.
    pub is_one_panel: bool,
}

/// Why a link shows nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum NotEmbedded {
    /// There is no such link.
    Unknown,
    /// It has ended, and when.
    Over(Timestamp),
    /// Its maker may not see or share this any more.
    Withdrawn,
    /// The panel is not in the dashboard any more.
    NoPanel,
    /// A system failed.
    Failed(ConsoleError),
}

/// The fields of the form that makes a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmbedFields {
    /// Where.
    pub cluster: ClusterName,
    /// Which dashboard.
    #[serde(default)]
    pub id: String,
    /// What it is called, such as the page that will show it.
    #[serde(default)]
    pub name: String,
    /// The sites that may show it, one in a line.
    #[serde(default)]
    pub origins: String,
    /// The id of the panel that is shown alone; empty for the whole dashboard.
    #[serde(default)]
    pub panel: String,
    /// Over how long, in seconds.
    #[serde(default)]
    pub seconds: String,
    /// What is chosen for variables, one in a line: `name = value`.
    #[serde(default)]
    pub chosen: String,
    /// For how many days it works.
    #[serde(default)]
    pub days: String,
}

/// A link as it was wished for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEmbed {
    /// What it is called.
    pub name: String,
    /// The sites that may show it.
    pub origins: Vec<Origin>,
    /// The panel that is shown alone.
    pub panel: Option<u32>,
    /// Over how long it is shown.
    pub window: Window,
    /// What is chosen for variables.
    pub chosen: Vec<(String, String)>,
    /// For how many days it works.
    pub days: u32,
}

impl EmbedFields {
    /// The link, or what is wrong at which field; whether the panel and the variables are there, only the server knows.
    pub fn check(&self) -> Result<NewEmbed, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let mut wrong = |field: &str, fault: Fault| problems.push(FieldProblem::of(field, fault));
        let name = self.name.trim().to_owned();
        if name.is_empty() {
            wrong("name", EmbedFault::Nameless.into());
        }
        if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
            wrong("name", EntryFault::Line(LONGEST_NAME).into());
        }
        let mut origins = Vec::new();
        for line in lines(&self.origins) {
            match Origin::parse(line) {
                Ok(origin) if origins.contains(&origin) => {}
                Ok(origin) => origins.push(origin),
                Err(error) => wrong("origins", error.of_line(line).into()),
            }
        }
        if self.origins.trim().is_empty() {
            wrong("origins", EmbedFault::NoSite.into());
        }
        if origins.len() > MOST_ORIGINS {
            wrong("origins", EmbedFault::ManySites(MOST_ORIGINS).into());
        }
        let mut chosen: Vec<(String, String)> = Vec::new();
        for line in lines(&self.chosen) {
            match line.split_once('=').map(|(name, value)| (name.trim(), value.trim())) {
                Some((name, value)) if !name.is_empty() && chosen.iter().all(|(own, _)| own != name) => {
                    chosen.push((name.to_owned(), value.to_owned()));
                }
                Some((name, _)) if !name.is_empty() => {
                    wrong("chosen", EmbedFault::ChosenTwice(name.to_owned()).into());
                }
                _ => wrong("chosen", EmbedFault::ChoosesNothing(line.to_owned()).into()),
            }
        }
        let panel = match self.panel.trim() {
            "" => None,
            text => match text.parse() {
                Ok(id) => Some(id),
                Err(_) => {
                    wrong("panel", EmbedFault::Panel.into());
                    None
                }
            },
        };
        let seconds = self.seconds.trim().parse().ok().filter(|seconds| PRESETS.contains(seconds));
        let days = self.days.trim().parse().ok().filter(|days| EMBED_DAYS.contains(days));
        if seconds.is_none() {
            wrong("seconds", EntryFault::Span.into());
        }
        if days.is_none() {
            wrong("days", EntryFault::Span.into());
        }
        match (seconds, days) {
            (Some(seconds), Some(days)) if problems.is_empty() => {
                Ok(NewEmbed { name, origins, panel, window: Window::Last(seconds), chosen, days })
            }
            _ => Err(problems),
        }
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// The fields of the form that ends a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokeEmbedFields {
    /// Where.
    pub cluster: ClusterName,
    /// Which dashboard.
    #[serde(default)]
    pub id: String,
    /// Which link.
    #[serde(default)]
    pub embed: String,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn fields() -> EmbedFields {
        EmbedFields {
            cluster: ClusterName::parse("harbour").unwrap(),
            id: "1".into(),
            name: " Status page ".into(),
            origins: "https://status.example\r\n\r\nhttps://STATUS.example/\r\nhttp://wiki.internal:8080"
                .into(),
            panel: "3".into(),
            seconds: "3600".into(),
            chosen: "pod = web-1\r\nratio==\"a=b\"".into(),
            days: "30".into(),
        }
    }

    #[test]
    fn a_form_becomes_a_link() {
        let new = fields().check().unwrap();

        let origins: Vec<String> = new.origins.iter().map(ToString::to_string).collect();
        assert_eq!(
            origins,
            ["https://status.example", "http://wiki.internal:8080"],
            "the same site counts once"
        );
        let chosen = [("pod".to_owned(), "web-1".to_owned()), ("ratio".to_owned(), "=\"a=b\"".to_owned())];
        assert_eq!((new.name.as_str(), new.panel, &new.chosen[..]), ("Status page", Some(3), &chosen[..]));
        assert_eq!((new.window, new.days), (Window::Last(3600), 30));
        assert_eq!(EmbedFields { panel: " ".into(), ..fields() }.check().unwrap().panel, None);
    }

    #[test]
    fn each_field_says_what_is_wrong_with_it() {
        let at = |fields: EmbedFields| -> Vec<String> {
            fields.check().unwrap_err().into_iter().map(|problem| problem.field).collect()
        };

        assert_eq!(at(EmbedFields { name: " ".into(), ..fields() }), ["name"]);
        assert_eq!(at(EmbedFields { name: "a\nb".into(), ..fields() }), ["name"]);
        assert_eq!(at(EmbedFields { origins: "\n".into(), ..fields() }), ["origins"]);
        assert_eq!(at(EmbedFields { origins: "https://*.example".into(), ..fields() }), ["origins"]);
        let many = (0..11).map(|number| format!("https://site-{number}.example\n")).collect();
        assert_eq!(at(EmbedFields { origins: many, ..fields() }), ["origins"]);
        assert_eq!(at(EmbedFields { panel: "first".into(), ..fields() }), ["panel"]);
        assert_eq!(at(EmbedFields { chosen: "pod".into(), ..fields() }), ["chosen"]);
        assert_eq!(at(EmbedFields { chosen: "pod = a\npod = b".into(), ..fields() }), ["chosen"]);
        assert_eq!(
            at(EmbedFields { seconds: "61".into(), days: "36500".into(), ..fields() }),
            ["seconds", "days"]
        );
    }
}
