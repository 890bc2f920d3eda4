//! Creating objects from YAML.

mod templates;

use crate::address::use_cluster;
use crate::editor::{Draft, editor};
use crate::surroundings::Surroundings;
use crate::words::text;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{ClusterName, KindSlug, Namespace, link};
use ui::{PageHeader, PageTitle, Problem};

/// The address of the page, with what it should begin with.
pub fn address(cluster: &ClusterName, kind: Option<&KindSlug>, namespace: Option<&Namespace>) -> String {
    let kind = kind.map(|kind| format!("kind={kind}"));
    let namespace = namespace.map(|namespace| format!("namespace={namespace}"));
    let pairs: Vec<String> = kind.into_iter().chain(namespace).collect();
    let question = if pairs.is_empty() { "" } else { "?" };
    format!("{}/create{question}{}", link::cluster(cluster), pairs.join("&"))
}

/// An editor for one or more YAML documents, which begins with an example of the kind.
#[component]
pub fn CreatePage() -> impl IntoView {
    let (cluster, query) = (use_cluster(), use_query_map());
    let surroundings = Surroundings::here();
    let content = move || match cluster.get() {
        Ok(cluster) => {
            let query = query.read();
            let kind = query.get("kind").and_then(|text| KindSlug::parse(&text).ok());
            let namespace = query.get("namespace").and_then(|text| Namespace::parse(&text).ok());
            let namespace = namespace.or_else(|| only(&surroundings.namespaces.read_untracked()));
            let next =
                kind.as_ref().map_or_else(|| link::cluster(&cluster), |kind| link::list(&cluster, kind));
            let start_over = address(&cluster, kind.as_ref(), namespace.as_ref());
            let text = templates::template(kind.as_ref(), namespace.as_ref());
            let is_secret = kind.as_ref().is_some_and(|kind| kind.as_str() == "secrets");
            editor(&Draft { cluster, namespace, kind, text, base: None, next, start_over, is_secret }, None)
        }
        Err(error) => view! { <Problem error is_page=true/> }.into_any(),
    };
    view! {
        <PageTitle text=text("create.title")/>
        <PageHeader title=text("create.title")/>
        <p class="hint">{text("create.hint")}</p>
        {content}
    }
}

/// The namespace of somebody who has just one.
fn only(namespaces: &[Namespace]) -> Option<Namespace> {
    match namespaces {
        [only] => Some(only.clone()),
        _ => None,
    }
}
