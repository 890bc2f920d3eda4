//! A page of another site among the console's own.

use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::{ClusterName, ConsoleError, Platform, PlatformLink};
use ui::{Glyph, LinkButton, PageHeader, PageTitle, Problem};

/// What the site may do in its frame. It stays what it is to the browser, another origin: it reaches nothing of this page and
/// leads it nowhere.
const SANDBOX: &str =
    "allow-scripts allow-same-origin allow-forms allow-downloads allow-popups allow-popups-to-escape-sandbox";

/// A site that an administrator has named: `/sites/{title}`, `/clusters/{cluster}/sites/{title}`.
#[component]
pub fn SitePage() -> impl IntoView {
    let params = use_params_map();
    let platform = use_context::<Platform>().unwrap_or_default();
    let content = move || {
        let params = params.read();
        let title = params.get("site").unwrap_or_default();
        let cluster = params.get("cluster").and_then(|cluster| ClusterName::parse(&cluster).ok());
        let found = platform.sites(cluster.as_ref()).find(|site| site.title == title);
        match found {
            Some(site) => shown(site, cluster.as_ref()),
            None => {
                let error = ConsoleError::missing(title);
                view! { <Problem error is_page=true/> }.into_any()
            }
        }
    };
    view! { {content} }
}

fn shown(site: &PlatformLink, cluster: Option<&ClusterName>) -> AnyView {
    let (title, address) = (site.title.clone(), site.address(cluster));
    let href = address.clone();
    let whole = move || {
        view! { <LinkButton href=href.clone() glyph=Glyph::External>{text("site.open")}</LinkButton> }
    };
    let foreign = text_with("site.foreign", &[("origin", &site.origin())]);
    view! {
        <PageTitle text=title.clone()/>
        <PageHeader title=title.clone() actions=whole/>
        <p class="hint">{foreign}</p>
        <iframe class="site" src=address title=title sandbox=SANDBOX referrerpolicy="no-referrer"></iframe>
    }
    .into_any()
}
