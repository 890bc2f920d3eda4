//! Search over all kinds and clusters, in what the stores hold, trimmed to what the caller may see. What could not be
//! searched is named.

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::state::{RowData, State};
use crate::store::Standing;
use access::Scope;
use kinds::{Kind, contains_ignoring_case};
use model::fault::SearchFault;
use model::{Cause, ConsoleError, KindSlug, Language, Namespace, ObjectName, Outage, ResourceRef, System};
use resources_contract::{Hit, SearchGroup, SearchResults, Unsearched};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Hits of one kind that are answered; the total says how many there are.
const HITS_PER_KIND: usize = 8;
/// Shorter words match nearly everything.
const SHORTEST_WORD: usize = 2;
/// More words than this are not a question that a person asks; each is looked for in every object.
const MOST_WORDS: usize = 32;
/// How long a search waits for kinds that nobody looked at before.
const PATIENCE: Duration = Duration::from_secs(3);
/// Kinds that are named when they could not be searched; the others are counted.
const NAMED: usize = 6;

impl ForCaller {
    /// Objects that hold every word of the text.
    pub(crate) async fn find(&self, text: &str) -> Result<SearchResults, ConsoleError> {
        let words = words_of(text)?;
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

    async fn find_in(&self, cluster: &Arc<Cluster>, words: &[String]) -> SearchResults {
        let mut results = SearchResults::default();
        let here = || System::Cluster(cluster.name().to_string());
        let discovery = match cluster.discovery().await {
            Ok(discovery) => discovery,
            Err(error) => {
                results.missing.push(whole(here(), error.cause()));
                return results;
            }
        };
        for (group, cause) in &discovery.dead_groups {
            let group = System::ApiGroup(cluster.name().to_string(), group.clone());
            results.missing.push(whole(group, cause.clone()));
        }
        cluster.index(&discovery, PATIENCE).await;
        let mut unsearched: BTreeMap<String, Unsearched> = BTreeMap::new();
        for (served, store) in cluster.searched(&discovery) {
            let Some(scope) = self.glance_at(cluster, &served) else { continue };
            let title = served.kind.plural_title(self.language).into_owned();
            let standing = store.as_ref().map_or(Standing::Loading(None), |store| store.standing());
            if let Some(why) = shortcoming(&standing) {
                let missing = unsearched.entry(why.to_string()).or_insert_with(|| whole(here(), why));
                match missing.kinds.len() < NAMED {
                    true => missing.kinds.push(title.clone()),
                    false => missing.more += 1,
                }
            }
            let (Some(store), false) = (store, matches!(standing, Standing::Loading(_))) else { continue };
            let kind = &store.served().kind;
            if let Some(group) = group(cluster, &store.read(), kind, (title, self.language), &scope, words) {
                results.groups.push(group);
            }
        }
        results.missing.extend(unsearched.into_values());
        results
    }
}

fn words_of(text: &str) -> Result<Vec<String>, ConsoleError> {
    let words: Vec<String> = text.split_whitespace().take(MOST_WORDS + 1).map(str::to_lowercase).collect();
    if words.len() > MOST_WORDS {
        return Err(ConsoleError::refused("q", SearchFault::ManyWords(MOST_WORDS)));
    }
    if words.iter().map(String::len).max().unwrap_or(0) < SHORTEST_WORD {
        return Err(ConsoleError::refused("q", SearchFault::Short(SHORTEST_WORD)));
    }
    Ok(words)
}

/// Why a kind may hold more than a search finds, if it may.
fn shortcoming(standing: &Standing) -> Option<Cause> {
    match standing {
        Standing::Fresh => None,
        Standing::Loading(None) => Some(Outage::FirstReading.into()),
        Standing::Loading(Some(error)) => Some(cause(error)),
        Standing::Stale(stale) => {
            Some(Outage::LastHeard { since: stale.since, why: Box::new(cause(&stale.error)) }.into())
        }
    }
}

fn cause(error: &ConsoleError) -> Cause {
    match error {
        // A store is filled as the console.
        ConsoleError::Forbidden { .. } => Outage::NotListed.into(),
        other => other.cause(),
    }
}

/// That nothing of a system could be searched.
fn whole(system: System, why: Cause) -> Unsearched {
    Unsearched { system, kinds: Vec::new(), more: 0, why }
}

fn group(
    cluster: &Cluster,
    state: &State,
    kind: &Kind,
    (kind_title, language): (String, Language),
    scope: &Scope,
    words: &[String],
) -> Option<SearchGroup> {
    let slug = KindSlug::parse(&kind.slug).ok()?;
    let mut found: Vec<(u32, &RowData)> = Vec::new();
    let mut total = 0;
    for row in state.rows() {
        if !row.is_within(scope) {
            continue;
        }
        let Some(rank) = rank(state, row, words) else { continue };
        total += 1;
        found.push((rank, row));
        if found.len() >= HITS_PER_KIND * 64 {
            keep_best(&mut found);
        }
    }
    keep_best(&mut found);
    let hits: Vec<Hit> =
        found.iter().filter_map(|(_, row)| hit(cluster, &slug, state, row, words, language)).collect();
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
fn rank(state: &State, row: &RowData, words: &[String]) -> Option<u32> {
    let mut rank = 0;
    for word in words {
        rank += if *row.name == **word {
            100
        } else if row.name.starts_with(word.as_str()) {
            40
        } else if contains_ignoring_case(&row.name, word) {
            20
        } else if is_elsewhere(state, row, word) {
            1
        } else {
            return None;
        };
    }
    Some(rank)
}

fn is_elsewhere(state: &State, row: &RowData, word: &str) -> bool {
    row.namespace.as_deref().is_some_and(|namespace| contains_ignoring_case(namespace, word))
        || row.labels.iter().any(|(key, value)| label_holds(key, value, word))
        || state.search_texts(row).any(|text| contains_ignoring_case(text, word))
}

/// `app=web` finds the label, `web` its value.
fn label_holds(key: &str, value: &str, word: &str) -> bool {
    match word.split_once('=') {
        Some((wanted_key, wanted_value)) => key == wanted_key && value.starts_with(wanted_value),
        None => contains_ignoring_case(value, word),
    }
}

fn hit(
    cluster: &Cluster,
    kind: &KindSlug,
    state: &State,
    row: &RowData,
    words: &[String],
    language: Language,
) -> Option<Hit> {
    let namespace = row.namespace.as_deref().map(Namespace::parse).transpose().ok()?;
    let name = ObjectName::parse(&row.name).ok()?;
    Some(Hit {
        resource: ResourceRef { cluster: cluster.name().clone(), kind: kind.clone(), namespace, name },
        status: state.health(row).map(|health| health.in_language(language)),
        matched: words.iter().find_map(|word| matched(state, row, word)),
    })
}

/// What holds the word, when the name does not.
fn matched(state: &State, row: &RowData, word: &str) -> Option<String> {
    if contains_ignoring_case(&row.name, word) {
        return None;
    }
    let label = row.labels.iter().find(|(key, value)| label_holds(key, value, word));
    label.map(|(key, value)| format!("{key}={value}")).or_else(|| {
        state.search_texts(row).find(|text| contains_ignoring_case(text, word)).map(str::to_owned)
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_question_has_some_letters_and_not_too_many_words() {
        assert_eq!(words_of(" Web  a ").unwrap(), ["web", "a"]);
        assert!(words_of("a b").is_err() && words_of("").is_err());
        assert!(words_of(&"web ".repeat(MOST_WORDS)).is_ok());
        assert!(words_of(&"web ".repeat(MOST_WORDS + 1)).is_err());
    }
}
