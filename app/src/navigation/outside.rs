//! The path to pages that belong to no cluster.

use super::{PLATFORM, PROVIDERS};
use crate::words::text;
use model::link;
use ui::Crumb;

/// The steps to a page outside of clusters; a page that nobody knows leads to the fleet.
pub(super) fn outside(path: &str) -> Vec<Crumb> {
    if let Some((list, one)) = path.trim_start_matches('/').split_once('/') {
        let one = || Crumb::here(link::unescape(one));
        match list {
            "sites" => return vec![one()],
            "workspaces" => return vec![Crumb::link(text("workspaces"), link::WORKSPACES), one()],
            "people" => return vec![Crumb::link(text("people"), link::PEOPLE), one()],
            _ => {}
        }
    }
    let title = match path {
        link::WORKSPACES => text("workspaces"),
        link::PEOPLE => text("people"),
        link::DEPARTMENTS => text("departments"),
        link::ROLES => text("roles"),
        link::RIGHTS => text("rights"),
        link::AUDIT => text("audit"),
        link::REQUESTS => text("requests"),
        link::NOTIFICATIONS => text("notifications"),
        path if path.starts_with(link::NOTIFICATIONS) => {
            let title = match path {
                link::NEW_RECEIVER => text("notifications.new"),
                link::MAIL_SERVER => text("notifications.mail"),
                _ => text("notifications.one"),
            };
            return vec![Crumb::link(text("notifications"), link::NOTIFICATIONS), Crumb::here(title)];
        }
        link::NEW_REQUEST => {
            return vec![Crumb::link(text("requests"), link::REQUESTS), Crumb::here(text("requests.new"))];
        }
        "/" => text("fleet"),
        "/search" => text("search"),
        "/account" => text("account"),
        "/preferences" => text("preferences"),
        "/components" => text("components"),
        path if path == PLATFORM => text("platform.settings"),
        path if path == PROVIDERS => text("providers"),
        path if path.starts_with(PROVIDERS) => {
            let title = match path.strip_prefix(PROVIDERS).and_then(|rest| rest.strip_prefix("/new/")) {
                Some(_) => text("providers.new").to_owned(),
                None => link::unescape(path.rsplit('/').next().unwrap_or_default()),
            };
            return vec![Crumb::link(text("providers"), PROVIDERS), Crumb::here(title)];
        }
        _ => return vec![Crumb::link(text("fleet"), "/")],
    };
    vec![Crumb::here(title)]
}
