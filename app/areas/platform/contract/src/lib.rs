#![doc = include_str!("../README.md")]

use async_trait::async_trait;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::{Announcement, ConsoleError, FieldProblem, Platform, PlatformLink, Timestamp};
use serde::{Deserialize, Serialize};

/// Addresses.
pub mod path {
    /// The page of the settings.
    pub const SETTINGS: &str = "/settings/platform";
    /// POST only, a file of the field [`super::LOGO`] as `multipart/form-data`: the platform's picture. Without one it is
    /// taken away.
    pub const CHANGE_LOGO: &str = "/settings/platform/logo";
    /// The picture. Its version stands in the query.
    pub const LOGO: &str = "/logo";
}

/// The field with the picture.
pub const LOGO: &str = "logo";
/// In the query of the page: what was wrong with a picture.
pub const PROBLEM: &str = "problem";
/// The largest picture, in bytes.
pub const MOST_LOGO_BYTES: usize = 128 << 10;

/// The longest name and title, in characters.
const LONGEST_NAME: usize = 40;
/// The longest announcement.
const LONGEST_TEXT: usize = 500;
/// So many links are kept, and so many sites.
const MOST_LINKS: usize = 10;

/// What an administrator can say of the platform.
#[async_trait]
pub trait PlatformSettings: Send + Sync {
    /// What is said now, for who may change it.
    async fn settings(&self) -> Result<Platform, ConsoleError>;
    /// Says something else. The picture stays as it is.
    async fn change(&self, fields: PlatformFields) -> Result<(), ConsoleError>;
}

/// The form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformFields {
    /// What people call it.
    #[serde(default)]
    pub name: String,
    /// What everybody is to know now; empty for nothing.
    #[serde(default)]
    pub announcement: String,
    /// `warning`, or anything else for a note.
    #[serde(default)]
    pub weight: String,
    /// When the announcement is past, as a form's field for a moment says it, in UTC; empty for one that stays.
    #[serde(default)]
    pub until: String,
    /// A link on each line: its words, then its address.
    #[serde(default)]
    pub links: String,
    /// A site that is shown among the console's own pages on each line, in the same way. `{cluster}` in its address makes it
    /// one for each cluster.
    #[serde(default)]
    pub sites: String,
}

/// The weight of an announcement that warns.
pub const WARNING: &str = "warning";

impl PlatformFields {
    /// What stands in the form for what is said.
    pub fn of(platform: &Platform) -> Self {
        let lines = |links: &[PlatformLink]| {
            let lines = links.iter().map(|link| format!("{} {}", link.title, link.href));
            lines.collect::<Vec<_>>().join("\n")
        };
        let announcement = platform.announcement.as_ref();
        let weight = if announcement.is_some_and(|one| one.is_warning) { WARNING } else { "note" };
        Self {
            name: platform.name.clone(),
            announcement: announcement.map(|one| one.text.clone()).unwrap_or_default(),
            weight: weight.into(),
            until: announcement.and_then(|one| one.until).map(Timestamp::to_minutes).unwrap_or_default(),
            links: lines(&platform.links),
            sites: lines(&platform.sites),
        }
    }

    /// What was filled in, without a picture. The words of problems are keys of texts.
    pub fn read(&self) -> Result<Platform, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let mut wrong = |field: &str, key: &str| problems.push(FieldProblem::new(field, key.to_owned()));
        let (name, text) = (self.name.trim(), self.announcement.trim());
        if name.chars().count() > LONGEST_NAME || name.contains(char::is_control) {
            wrong("name", "problem.name");
        }
        if text.chars().count() > LONGEST_TEXT {
            wrong("announcement", "problem.announcement");
        }
        let until = Timestamp::parse_minutes(&self.until);
        if until.is_none() && !self.until.is_empty() {
            wrong("until", "problem.until");
        }
        let links = links(&self.links, link);
        if links.is_none() {
            wrong("links", "problem.links");
        }
        let sites = self::links(&self.sites, site).filter(|sites| are_told_apart(sites));
        if sites.is_none() {
            wrong("sites", "problem.sites");
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let announcement = Announcement { text: text.to_owned(), is_warning: self.weight == WARNING, until };
        Ok(Platform {
            name: name.to_owned(),
            announcement: (!text.is_empty()).then_some(announcement),
            links: links.unwrap_or_default(),
            sites: sites.unwrap_or_default(),
            logo: None,
        })
    }
}

/// The links of a text, one on each line; `None` when one of them is none, or there are too many.
fn links(text: &str, read: impl Fn(&str) -> Option<PlatformLink>) -> Option<Vec<PlatformLink>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let links: Option<Vec<PlatformLink>> = lines.map(read).collect();
    links.filter(|links| links.len() <= MOST_LINKS)
}

/// Whether no two sites have one title, which is their address here.
fn are_told_apart(sites: &[PlatformLink]) -> bool {
    sites.iter().all(|site| sites.iter().filter(|other| other.title == site.title).count() == 1)
}

/// A link whose site can be named in a policy, and whose cluster, if it has one, changes nothing about which site it is.
fn site(line: &str) -> Option<PlatformLink> {
    let (_, href) = line.rsplit_once(char::is_whitespace)?;
    let plain = href.replace("{cluster}", "x");
    let is_plain = !plain.contains(['{', '}']);
    let site = link(line)?;
    let host = site.origin().strip_prefix("https://")?;
    let is_host = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    (is_plain && is_host).then_some(site)
}

/// Words and an address that leads to another site by `https`, and to nothing that a browser would run.
fn link(line: &str) -> Option<PlatformLink> {
    let (title, href) = line.rsplit_once(char::is_whitespace)?;
    let title = title.trim();
    let host = href.strip_prefix("https://")?;
    let is_address = host.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[')
        && href.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'<>\\`".contains(&byte))
        && href.len() <= 500;
    let is_title = title.chars().count() <= LONGEST_NAME && !title.contains(char::is_control);
    (is_address && is_title).then(|| PlatformLink { title: title.to_owned(), href: href.to_owned() })
}

/// What is said of the platform, for who may change it.
#[server(endpoint = "platform/settings", input = Json)]
pub async fn read_settings() -> Result<Platform, ConsoleError> {
    model::port::<dyn PlatformSettings>()?.settings().await
}

/// Says something else of the platform.
#[server(endpoint = "platform/change")]
pub async fn change_settings(
    /// The fields of the form.
    fields: PlatformFields,
) -> Result<(), ConsoleError> {
    model::port::<dyn PlatformSettings>()?.change(fields).await?;
    model::go_to(path::SETTINGS);
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_stands_in_the_form_and_is_read_back() {
        let platform = Platform {
            name: "Harbour Cloud".into(),
            announcement: Some(Announcement {
                text: "Tonight at ten: an upgrade.".into(),
                is_warning: true,
                until: Some(Timestamp(1_800_000_000)),
            }),
            links: vec![
                PlatformLink {
                    title: "How we work here".into(),
                    href: "https://wiki.example.org/start?a=b#c".into(),
                },
                PlatformLink { title: "Help".into(), href: "https://help.example.org".into() },
            ],
            sites: vec![PlatformLink {
                title: "Nodes in Grafana".into(),
                href: "https://grafana.example.org:3000/d/nodes?var-cluster={cluster}&kiosk".into(),
            }],
            logo: None,
        };

        assert_eq!(PlatformFields::of(&platform).read().unwrap(), platform);
        assert_eq!(PlatformFields::default().read().unwrap(), Platform::default());
    }

    #[test]
    fn a_link_leads_to_another_site_and_runs_nothing() {
        for line in [
            "Help",
            "https://help.example.org",
            "Help http://help.example.org",
            "Help javascript:alert(1)",
            "Help https://",
            "Help https:///x",
            "Help https://a.example/\"><script>",
            "Help data:text/html,x",
        ] {
            let fields = PlatformFields { links: line.into(), ..PlatformFields::default() };
            assert_eq!(fields.read().unwrap_err()[0].field, "links", "{line}");
        }
    }

    #[test]
    fn a_site_is_one_that_a_policy_can_name() {
        for lines in [
            "Grafana http://grafana.example.org",
            "Grafana https://{cluster}.example.org",
            "Grafana https://grafana.example.org/{namespace}",
            "Grafana https://user@grafana.example.org",
            "Grafana https://a.example;script-src",
            "Grafana https://*",
            "Grafana https://a.example\nGrafana https://b.example",
        ] {
            let fields = PlatformFields { sites: lines.into(), ..PlatformFields::default() };
            assert_eq!(fields.read().unwrap_err()[0].field, "sites", "{lines}");
        }
    }

    #[test]
    fn what_is_too_long_is_told_at_its_field() {
        let long = "x".repeat(501);
        let fields = PlatformFields {
            name: long.clone(),
            announcement: long,
            until: "soon".into(),
            ..PlatformFields::default()
        };

        let problems = fields.read().unwrap_err();

        let told: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(told, ["name", "announcement", "until"]);
    }
}
