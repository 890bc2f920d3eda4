//! One cluster's log store, with what it keeps.

use crate::client::Client;
use crate::error::ElasticsearchError;
use crate::layout::{Known, LAYOUTS, Layout, Pattern};
use futures::future::join_all;
use records_contract::{Missing, Of};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One cluster's log store.
pub struct Store {
    /// Whom to ask.
    pub client: Client,
    /// Whether it is OpenSearch, which calls points in time otherwise.
    pub is_opensearch: bool,
    /// Whether it can keep a point in time while that is read.
    pub keeps_points: bool,
    /// How it keeps what it keeps.
    known: Vec<Arc<Known>>,
    /// The indices that were looked at.
    looked: Vec<(Of, Pattern)>,
}

impl Store {
    /// Learns what it is and keeps: a handful of questions at once. `named` are indices that the settings name.
    pub async fn learn(client: Client, named: &BTreeMap<Of, Pattern>) -> Result<Self, ElasticsearchError> {
        let root = client.root().await?;
        let (is_opensearch, keeps_points) = (root.version.is_opensearch(), root.version.keeps_points());
        let looked: Vec<(&'static Layout, Pattern)> = LAYOUTS
            .iter()
            .filter_map(|layout| match named.get(&layout.of) {
                Some(pattern) => Some((layout, pattern.clone())),
                None => Pattern::parse(layout.patterns).ok().map(|pattern| (layout, pattern)),
            })
            .collect();
        let asked = looked.iter().map(|(layout, index)| {
            let client = &client;
            async move { client.field_caps(index, &layout.asked()).await }
        });
        let mut known = Vec::new();
        for ((layout, index), caps) in looked.iter().zip(join_all(asked).await) {
            known.extend(layout.recognise(index.clone(), &caps?));
        }
        let known: Vec<Arc<Known>> = with_all_logs(&client, known).await.into_iter().map(Arc::new).collect();
        let version = root.version.number;
        let looked = looked.into_iter().map(|(layout, index)| (layout.of, index)).collect();
        let layouts: Vec<String> = known.iter().map(|known| known.name()).collect();
        tracing::info!(
            store = client.name(),
            version,
            is_opensearch,
            keeps_points,
            ?layouts,
            "A log store was found"
        );
        Ok(Self { client, is_opensearch, keeps_points, known, looked })
    }

    /// How it keeps logs, events or the audit log, or what was looked at when it keeps none.
    pub fn known(&self, of: Of) -> Result<Arc<Known>, Missing> {
        self.known.iter().find(|known| known.layout.of == of).cloned().ok_or_else(|| {
            let looked = self.looked.iter().filter(|(own, _)| *own == of);
            let mut indices: Vec<String> =
                looked.flat_map(|(_, index)| index.as_str().split(',')).map(str::to_owned).collect();
            indices.sort_unstable();
            indices.dedup();
            Missing { of, without: Some((self.client.name(), indices)), ..Missing::default() }
        })
    }
}

/// The same, with logs that are written in several ways as one, where they can be searched so; otherwise the most likely stays.
async fn with_all_logs(client: &Client, known: Vec<Known>) -> Vec<Known> {
    let (logs, others): (Vec<Known>, Vec<Known>) =
        known.into_iter().partition(|known| known.layout.of == Of::Logs);
    let mut logs = logs.into_iter();
    let Some(mut all) = logs.next() else { return others };
    for other in logs {
        let (index, asked) = all.asked_with(&other);
        // Whatever is wrong with both together keeps nobody from the one.
        let both = match client.field_caps(&index, &asked).await {
            Ok(caps) => all.together(&other, index, &caps),
            Err(error) => {
                tracing::warn!(store = client.name(), %error, "Two ways of writing logs cannot be compared");
                None
            }
        };
        match both {
            Some(both) => all = both,
            None => {
                let (kept, left_out) = (all.name(), other.name());
                tracing::warn!(
                    store = client.name(),
                    kept,
                    left_out,
                    "Logs are written in ways that cannot be searched as one"
                );
            }
        }
    }
    std::iter::once(all).chain(others).collect()
}
