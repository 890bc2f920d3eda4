//! Search over all kinds and clusters, in what the stores hold, trimmed to what the caller may see.

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::state::{RowData, State};
use access::Scope;
use kinds::{Field, Kind, contains_ignoring_case};
use model::{ConsoleError, KindSlug, Namespace, ObjectName, ResourceRef, System};
use resources_contract::{Hit, SearchGroup, SearchResults};
use std::cmp::Reverse;
use std::time::Duration;

/// Hits of one kind that are answered; the total says how many there are.
const HITS_PER_KIND: usize = 8;
/// Shorter words match nearly everything.
const SHORTEST_WORD: usize = 2;
/// Kinds that a search starts to follow if nobody looked at them before. Kinds beyond these are searched while somebody
/// looks at them.
const SEARCHED: [&str; 12] = [
    "services",
    "ingresses",
    "configmaps",
    "secrets",
    "persistentvolumeclaims",
    "persistentvolumes",
    "cronjobs",
    "replicasets",
    "serviceaccounts",
    "storageclasses",
    "horizontalpodautoscalers",
    "customresourcedefinitions",
];
/// How long a search waits for a kind that nobody looked at before.
const PATIENCE: Duration = Duration::from_secs(3);

impl ForCaller {
    /// Objects that hold every word of the text.
    pub(crate) async fn find(&self, text: &str) -> Result<SearchResults, ConsoleError> {
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        if words.iter().map(String::len).max().unwrap_or(0) < SHORTEST_WORD {
            return Err(ConsoleError::invalid("q", format!("type at least {SHORTEST_WORD} letters")));
        }
        let clusters = self.visible_clusters();
        let searches = clusters.iter().map(|cluster| self.find_in(cluster, &words));
        let mut results = SearchResults::default();
        for found in futures::future::join_all(searches).await {
            results.groups.extend(found.groups);
            results.missing.extend(found.missing);
        }
        results.groups.sort_by_key(|group| (Reverse(best(group, &words)), Reverse(group.total)));
        Ok(results)
    }

    async fn find_in(&self, cluster: &Cluster, words: &[String]) -> SearchResults {
        let mut results = SearchResults::default();
        let started = SEARCHED.iter().map(|slug| async {
            let kind = KindSlug::parse(slug).expect("searched kinds have good names");
            tokio::time::timeout(PATIENCE, cluster.loaded(&kind)).await
        });
        let outcomes = futures::future::join_all(started).await;
        if let Some(error) = outcomes.into_iter().find_map(|outcome| match outcome {
            Ok(Err(error @ ConsoleError::Unavailable { .. })) => Some(error),
            _ => None,
        }) {
            results.missing.push((System::Cluster(cluster.name().to_string()), error.to_string()));
        }
        for store in cluster.all_running() {
            let kind = &store.served().kind;
            // What happened to objects is on their pages.
            if kind.slug == "events" {
                continue;
            }
            let Some(scope) = self.glance(cluster, &store) else { continue };
            let title = kind.plural_title(self.language).into_owned();
            if let Some(group) = group(cluster, &store.read(), kind, title, &scope, words) {
                results.groups.push(group);
            }
        }
        results
    }
}

fn group(
    cluster: &Cluster,
    state: &State,
    kind: &Kind,
    kind_title: String,
    scope: &Scope,
    words: &[String],
) -> Option<SearchGroup> {
    let slug = KindSlug::parse(&kind.slug).ok()?;
    let mut found: Vec<(u32, &RowData)> = Vec::new();
    let mut total = 0;
    for row in state.rows() {
        if !scope.admits(row.namespace.as_deref(), &row.name) {
            continue;
        }
        let Some(rank) = rank(row, words) else { continue };
        total += 1;
        found.push((rank, row));
        if found.len() >= HITS_PER_KIND * 64 {
            keep_best(&mut found);
        }
    }
    keep_best(&mut found);
    let hits: Vec<Hit> = found.iter().filter_map(|(_, row)| hit(cluster, &slug, kind, row, words)).collect();
    (!hits.is_empty()).then_some(SearchGroup {
        cluster: cluster.name().clone(),
        kind: slug,
        kind_title,
        hits,
        total,
    })
}

fn keep_best(found: &mut Vec<(u32, &RowData)>) {
    found.sort_by_key(|(rank, row)| (Reverse(*rank), row.name.len()));
    found.truncate(HITS_PER_KIND);
}

/// How well a row fits: every word must be somewhere, and the name counts most.
fn rank(row: &RowData, words: &[String]) -> Option<u32> {
    let mut rank = 0;
    for word in words {
        rank += if *row.name == **word {
            100
        } else if row.name.starts_with(word.as_str()) {
            40
        } else if contains_ignoring_case(&row.name, word) {
            20
        } else if is_elsewhere(row, word) {
            1
        } else {
            return None;
        };
    }
    Some(rank)
}

fn is_elsewhere(row: &RowData, word: &str) -> bool {
    row.namespace.as_deref().is_some_and(|namespace| contains_ignoring_case(namespace, word))
        || row.labels.iter().any(|(key, value)| label_holds(key, value, word))
        || row.search.as_deref().is_some_and(|texts| contains_ignoring_case(texts, word))
}

/// `app=web` finds the label, `web` its value.
fn label_holds(key: &str, value: &str, word: &str) -> bool {
    match word.split_once('=') {
        Some((wanted_key, wanted_value)) => key == wanted_key && value.starts_with(wanted_value),
        None => contains_ignoring_case(value, word),
    }
}

fn hit(cluster: &Cluster, kind: &KindSlug, data: &Kind, row: &RowData, words: &[String]) -> Option<Hit> {
    let status = data.status_column().and_then(|column| match &row.fields[column] {
        Field::Status(status) => Some((**status).clone()),
        _ => None,
    });
    let namespace = row.namespace.as_deref().map(Namespace::parse).transpose().ok()?;
    let name = ObjectName::parse(&row.name).ok()?;
    Some(Hit {
        resource: ResourceRef { cluster: cluster.name().clone(), kind: kind.clone(), namespace, name },
        status,
        matched: words.iter().find_map(|word| matched(row, word)),
    })
}

/// What holds the word, when the name does not.
fn matched(row: &RowData, word: &str) -> Option<String> {
    if contains_ignoring_case(&row.name, word) {
        return None;
    }
    let label = row.labels.iter().find(|(key, value)| label_holds(key, value, word));
    label.map(|(key, value)| format!("{key}={value}")).or_else(|| {
        let texts = row.search.as_deref()?;
        texts.lines().find(|text| contains_ignoring_case(text, word)).map(str::to_owned)
    })
}

fn best(group: &SearchGroup, words: &[String]) -> u32 {
    let rank = |hit: &Hit| {
        let name = hit.resource.name.as_str();
        words
            .iter()
            .map(|word| u32::from(name == word) * 4 + u32::from(name.starts_with(word.as_str())) * 2)
            .sum()
    };
    group.hits.iter().map(rank).max().unwrap_or(0) * 2
        + u32::from(group.hits.iter().any(|hit| hit.matched.is_none()))
}
