//! The path to pages of a cluster whose addresses stand where others name a kind.

use crate::words::text;
use model::{ClusterName, link};
use ui::Crumb;

/// The steps below a cluster to such a page, of which `below` and `last` are the next words in the address; `None` where
/// the word is a kind's.
pub(super) fn steps(
    cluster: &ClusterName,
    page: &str,
    below: Option<&str>,
    last: Option<&str>,
) -> Option<Vec<Crumb>> {
    Some(match page {
        "monitoring" => monitoring(cluster, below, last),
        "logs" => logs(cluster, below),
        "recordings" => {
            let all = Crumb::link(text("recordings"), link::recordings(cluster, None));
            let one = below.map(|_| Crumb::here(text("recording")));
            [all].into_iter().chain(one).collect()
        }
        "sites" => below.map(|site| Crumb::here(link::unescape(site))).into_iter().collect(),
        "create" => titled(text("create"), below),
        "deleted" => titled(text("deleted"), below),
        "members" => titled(text("members"), below),
        "who-can" => titled(text("who-can"), below),
        _ => return None,
    })
}

fn titled(title: &str, below: Option<&str>) -> Vec<Crumb> {
    [Crumb::here(title)].into_iter().chain(below.map(Crumb::here)).collect()
}

fn monitoring(cluster: &ClusterName, page: Option<&str>, one: Option<&str>) -> Vec<Crumb> {
    let alerts = || Crumb::link(text("monitoring.alerts"), link::alerts(cluster));
    let below = match (page, one) {
        (None, _) => vec![],
        (Some("dashboards"), None) => vec![Crumb::here(text("monitoring.dashboards"))],
        (Some("dashboards"), Some(one)) => vec![
            Crumb::link(text("monitoring.dashboards"), link::dashboards(cluster)),
            Crumb::here(match one {
                "new" => text("monitoring.dashboard.new"),
                "import" => text("monitoring.dashboard.import"),
                _ => text("monitoring.dashboard"),
            }),
        ],
        (Some("alerts"), None) => vec![Crumb::here(text("monitoring.alerts"))],
        (Some("alerts"), Some(_)) => vec![alerts(), Crumb::here(text("monitoring.routing"))],
        (Some("silences"), _) => vec![alerts(), Crumb::here(text("monitoring.silence"))],
        (Some("list-alerts"), None) => vec![alerts(), Crumb::here(text("monitoring.list-alerts"))],
        (Some("list-alerts"), Some(one)) => vec![
            alerts(),
            Crumb::link(text("monitoring.list-alerts"), link::list_alerts(cluster)),
            Crumb::here(match one {
                "new" => text("monitoring.list-alert.new"),
                _ => text("monitoring.list-alert"),
            }),
        ],
        (Some("rules"), None) => vec![alerts(), Crumb::here(text("monitoring.rules"))],
        (Some("rules"), Some(one)) => vec![
            alerts(),
            Crumb::link(text("monitoring.rules"), link::rules(cluster)),
            Crumb::here(match one {
                "built-in" => text("monitoring.rules.built-in"),
                "new" => text("monitoring.rule.new"),
                _ => text("monitoring.rule"),
            }),
        ],
        (Some("ranking"), _) => vec![Crumb::here(text("monitoring.ranking"))],
        (Some("consumption"), _) => vec![Crumb::here(text("monitoring.consumption"))],
        (Some(_), _) => vec![Crumb::here(text("monitoring.explore"))],
    };
    [Crumb::link(text("monitoring"), link::monitoring(cluster))].into_iter().chain(below).collect()
}

fn logs(cluster: &ClusterName, of: Option<&str>) -> Vec<Crumb> {
    let below = of.map(|of| match of {
        "events" => Crumb::here(text("logs.events")),
        "saved" => Crumb::here(text("logs.saved")),
        _ => Crumb::here(text("logs.audit")),
    });
    [Crumb::link(text("logs"), link::records(cluster, ""))].into_iter().chain(below).collect()
}
