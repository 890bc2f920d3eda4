//! What a console shows of the platform that it belongs to.

use crate::{ClusterName, Timestamp, link};
use serde::{Deserialize, Serialize};

/// What stands on every page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Platform {
    /// What people call it; empty for the console's own name.
    #[serde(default)]
    pub name: String,
    /// What everybody is to know now.
    #[serde(default)]
    pub announcement: Option<Announcement>,
    /// Where people find more, in their order.
    #[serde(default)]
    pub links: Vec<PlatformLink>,
    /// Pages of other sites that are shown among the console's own, in their order.
    #[serde(default)]
    pub sites: Vec<PlatformLink>,
    /// Where its picture is; `None` for the console's own.
    #[serde(default)]
    pub logo: Option<String>,
}

/// What everybody is to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// Plain text.
    pub text: String,
    /// Whether it warns of something.
    pub is_warning: bool,
    /// When it is past; `None` for one that stands until it is taken out.
    #[serde(default)]
    pub until: Option<Timestamp>,
}

/// A link to a page elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformLink {
    /// Its words.
    pub title: String,
    /// Its address, by `https`.
    pub href: String,
}

/// What the console calls itself.
pub const CONSOLE: &str = "Orrery";

impl Platform {
    /// What people call it.
    pub fn name(&self) -> &str {
        if self.name.is_empty() { CONSOLE } else { &self.name }
    }

    /// What is shown at a moment: what has an end is past then.
    #[must_use]
    pub fn at(mut self, now: Timestamp) -> Self {
        self.announcement = self.announcement.filter(|one| one.until.is_none_or(|until| until > now));
        self
    }

    /// The sites that are shown on pages of a cluster, or on those of none.
    pub fn sites(&self, cluster: Option<&ClusterName>) -> impl Iterator<Item = &PlatformLink> {
        self.sites.iter().filter(move |site| site.is_of_clusters() == cluster.is_some())
    }
}

/// What stands in the address of a site for the cluster that it is looked at for.
const CLUSTER: &str = "{cluster}";

impl PlatformLink {
    /// Whether there is one of it for each cluster.
    pub fn is_of_clusters(&self) -> bool {
        self.href.contains(CLUSTER)
    }

    /// Scheme, host and port, as policies name them (RFC 6454).
    pub fn origin(&self) -> &str {
        let host = self.href.find("://").map_or(0, |scheme| scheme + 3);
        let end = self.href[host..].find(['/', '?', '#']).map_or(self.href.len(), |end| host + end);
        &self.href[..end]
    }

    /// The address for a cluster, or as it is.
    pub fn address(&self, cluster: Option<&ClusterName>) -> String {
        match cluster {
            Some(cluster) => self.href.replace(CLUSTER, &link::escape(cluster.as_str())),
            None => self.href.clone(),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn site(href: &str) -> PlatformLink {
        PlatformLink { title: "Grafana".into(), href: href.into() }
    }

    #[test]
    fn an_announcement_stands_until_its_end() {
        let said = |until| Platform {
            announcement: Some(Announcement { text: "Tonight".into(), is_warning: false, until }),
            ..Platform::default()
        };
        let is_shown = |until, now| said(until).at(Timestamp(now)).announcement.is_some();

        assert!(is_shown(None, 100) && is_shown(Some(Timestamp(101)), 100));
        assert!(!is_shown(Some(Timestamp(100)), 100));
    }

    #[test]
    fn a_site_is_framed_by_its_origin_alone() {
        for (href, origin) in [
            ("https://grafana.example.org", "https://grafana.example.org"),
            (
                "https://grafana.example.org:3000/d/x?var-cluster={cluster}",
                "https://grafana.example.org:3000",
            ),
            ("https://[2001:db8::1]#x", "https://[2001:db8::1]"),
        ] {
            assert_eq!(site(href).origin(), origin);
        }
    }

    #[test]
    fn a_site_of_clusters_is_one_for_each() {
        let harbour = ClusterName::parse("harbour").unwrap();
        let platform = Platform {
            sites: vec![site("https://a.example/d?c={cluster}&again={cluster}"), site("https://b.example")],
            ..Platform::default()
        };

        let of_cluster: Vec<String> =
            platform.sites(Some(&harbour)).map(|site| site.address(Some(&harbour))).collect();
        let of_none: Vec<String> = platform.sites(None).map(|site| site.address(None)).collect();

        assert_eq!(of_cluster, ["https://a.example/d?c=harbour&again=harbour"]);
        assert_eq!(of_none, ["https://b.example"]);
    }
}
