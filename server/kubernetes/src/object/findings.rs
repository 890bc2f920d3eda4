//! Why an object is unwell.

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::slug::built_in;
use crate::store::{Store, now};
use crate::tree::Gathered;
use kinds::{LogOf, Object, Related};
use model::live::ContainerChoice;
use model::{Namespace, ObjectName, ResourceRef};
use resources_contract::{Finding, LogRequest, ObjectView};
use std::sync::Arc;

/// Log lines under an explanation.
const LOG_LINES: u32 = 12;

impl ForCaller {
    /// What its kind explains about it, in the caller's language. Log lines that `shown` has already are not read again.
    pub(super) async fn findings(
        &self,
        cluster: &Arc<Cluster>,
        store: &Arc<Store>,
        object: &Object<'_>,
        gathered: &Gathered,
        shown: Option<&ObjectView>,
    ) -> Vec<Finding> {
        let certificates = self.certificates(cluster, &store.served().kind.slug, object).await;
        let found = {
            let parsed: Vec<(&str, Object<'_>)> = gathered
                .objects
                .iter()
                .filter_map(|(slug, json)| Some((slug.as_str(), Object::parse(json).ok()?)))
                .collect();
            let events: Vec<Object<'_>> =
                gathered.events.iter().filter_map(|json| Object::parse(json).ok()).collect();
            let related = Related {
                events: events.iter().collect(),
                objects: parsed.iter().map(|(slug, object)| (*slug, object)).collect(),
                looked_at: gathered.looked_at.iter().map(String::as_str).collect(),
                certificates,
                now: now(),
            };
            kinds::explain(&store.served().kind, object, &related)
        };
        let mut findings = Vec::new();
        for finding in found {
            let at = finding.at.and_then(|at| cluster.reference(&at));
            let [title, detail, next_step] = [finding.title, finding.detail, finding.next_step]
                .map(|said| said.in_language(self.language));
            let known = shown.and_then(|view| {
                let same = view.findings.iter().find(|known| known.title == title && known.at == at);
                same.filter(|known| known.detail == detail).map(|known| known.log.clone())
            });
            let log = match (known, finding.log) {
                (Some(log), _) => log,
                (None, Some(log)) => self.last_lines(cluster, log).await,
                (None, None) => Vec::new(),
            };
            findings.push(Finding { level: finding.level, title, detail, next_step, at, log });
        }
        findings
    }

    /// The last lines of a log, if the caller may read it and there is one.
    async fn last_lines(&self, cluster: &Arc<Cluster>, log: LogOf) -> Vec<String> {
        let (Ok(namespace), Ok(name)) = (Namespace::parse(&log.namespace), ObjectName::parse(&log.pod))
        else {
            return Vec::new();
        };
        let pod = ResourceRef {
            cluster: cluster.name().clone(),
            kind: built_in("pods"),
            namespace: Some(namespace),
            name,
        };
        let request = LogRequest {
            of: pod,
            pod: None,
            containers: ContainerChoice::Named(log.container),
            previous: log.previous,
            tail: LOG_LINES,
            since_seconds: None,
            around_nanoseconds: None,
        };
        // An explanation stands without its log; the log's own tab says why it cannot be read.
        let lines = self.read_log(request).await.map(|page| page.lines.lines).unwrap_or_default();
        lines.into_iter().map(|line| line.text).collect()
    }
}
