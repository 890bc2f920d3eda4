//! What a search of logs or events finds: lines in panels, and moments that are marked.

use crate::ForCaller;
use database::dashboards::Dashboard;
use futures::future::{join, join_all};
use model::chart::Frame;
use model::fault::TermFault;
use model::{ConsoleError, Thing, Timestamp};
use monitoring_contract::{
    DashboardRequest, DashboardView, NAMESPACE_VARIABLE, PanelKind, Plan, ShownAnnotation, ShownContent,
    ShownLine, ShownLogs, Variable,
};
use records_contract::{EventRecord, Found, LogRecord, Of, Query, Rows, SearchRequest, Searched};
use std::collections::BTreeMap;

/// What is chosen for each variable, if anything is.
pub(crate) type Chosen = BTreeMap<String, Option<String>>;

impl ForCaller {
    /// Searches what a dashboard shows of logs and marks of events, as its reader may see it.
    pub(crate) async fn search_records(
        &self,
        kept: &Dashboard,
        plan: &Plan,
        request: &DashboardRequest,
        view: &mut DashboardView,
    ) {
        let (chosen, frame) = (chosen(plan, request), view.frame);
        let panels =
            plan.panels.iter().zip(&mut view.panels).filter(|(plan, _)| plan.kind == PanelKind::Logs);
        let panels = panels.map(async |(plan, shown)| {
            let typed = plan.queries.first().map(|query| query.query.as_str()).unwrap_or_default();
            let search = search(kept, Of::Logs, typed, &chosen);
            shown.content = lines(self.found(request, Of::Logs, &search).await);
            shown.queries = vec![search];
        });
        let annotations = plan.annotations.iter().zip(&mut view.annotations);
        let annotations = annotations.filter_map(|(plan, shown)| Some((plan.events()?, shown)));
        let annotations = annotations.map(async |(typed, shown)| {
            let search = search(kept, Of::Events, typed, &chosen);
            mark(self.found(request, Of::Events, &search).await, frame, shown);
        });
        join(join_all(panels), join_all(annotations)).await;
    }

    /// What is found; `None` where nothing keeps it.
    async fn found(
        &self,
        request: &DashboardRequest,
        of: Of,
        search: &str,
    ) -> Result<Option<Found>, ConsoleError> {
        let (cluster, window) = (request.cluster.clone(), request.window);
        let asked = SearchRequest { cluster, of, query: search.to_owned(), window, before: None };
        // Through a link, each look of each reader would be written down.
        if self.caller.session_hash.is_none()
            && let Some(refusal) = self.elasticsearch.refusal(&asked)
        {
            return Err(refusal);
        }
        match self.elasticsearch.found(asked).await? {
            Searched::Answered(found) => Ok(Some(*found)),
            Searched::Missing(_) => Ok(None),
        }
    }
}

fn lines(found: Result<Option<Found>, ConsoleError>) -> ShownContent {
    match found {
        Ok(Some(Found { rows: Rows::Logs(lines), total, .. })) => {
            let lines = lines.into_iter().take(ShownLogs::MOST_LINES).map(line).collect();
            ShownContent::Logs(ShownLogs { lines, total })
        }
        Ok(Some(_)) => ShownContent::NoData,
        Ok(None) => ShownContent::NoLogs,
        Err(error) => ShownContent::Failed(error),
    }
}

/// Marks where events were, as finely as the charts can show it.
fn mark(found: Result<Option<Found>, ConsoleError>, frame: Frame, shown: &mut ShownAnnotation) {
    match found {
        Ok(Some(Found { rows: Rows::Events(events), total, .. })) => {
            let unseen = total.saturating_sub(events.len() as u64);
            let happened = events.into_iter().map(|event| happened(&event, frame));
            let (marks, left_out) = prometheus::marks_of(&shown.name, happened);
            (shown.marks, shown.left_out) = (marks, left_out + u32::try_from(unseen).unwrap_or(u32::MAX));
        }
        Ok(Some(_)) => {}
        Ok(None) => {
            shown.problem = Some(ConsoleError::unknown(Thing::EventStore));
        }
        Err(error) => shown.problem = Some(error),
    }
}

fn happened(event: &EventRecord, frame: Frame) -> (Timestamp, String) {
    let at = event.at_ms.div_euclid(1000);
    let EventRecord { kind, namespace, name, reason, .. } = event;
    let place = if namespace.is_empty() { name.clone() } else { format!("{namespace}/{name}") };
    (Timestamp(at - at.rem_euclid(i64::from(frame.step.max(1)))), format!("{kind} {place}: {reason}"))
}

/// What a reader has chosen.
pub(crate) fn chosen(plan: &Plan, request: &DashboardRequest) -> Chosen {
    let names = plan.variables.iter().map(|variable| variable.name.as_str()).chain([NAMESPACE_VARIABLE]);
    let choice = |name: &str| {
        let said = request.chosen.iter().find(|(own, value)| own == name && !value.is_empty());
        said.map(|(_, value)| value.clone())
    };
    names.map(|name| (name.to_owned(), choice(name))).collect()
}

/// What is looked for, with what is chosen. A dashboard of a project shows that project alone.
fn search(kept: &Dashboard, of: Of, typed: &str, chosen: &Chosen) -> String {
    let Ok(query) = Query::parse(of, typed) else { return typed.to_owned() };
    let mut query = query.choose(chosen);
    if let Some(namespace) = &kept.namespace {
        query = query.only_in(namespace.as_str());
    }
    query.to_text()
}

fn line(record: LogRecord) -> ShownLine {
    let LogRecord { at_ms, namespace, pod, container, text, .. } = record;
    let text: String = text.into_iter().map(|piece| piece.text).collect();
    ShownLine {
        at_ms,
        origin: format!("{namespace}/{pod}/{container}"),
        text: text.chars().take(ShownLogs::LONGEST_LINE).collect(),
    }
}

/// Why a search cannot stand in a dashboard with these variables, if it cannot.
pub(crate) fn fault(of: Of, search: &str, variables: &[Variable]) -> Option<TermFault> {
    let query = match Query::parse(of, search) {
        Ok(query) => query,
        Err(problem) => return Some(problem.into()),
    };
    let is_known =
        |name: &str| name == NAMESPACE_VARIABLE || variables.iter().any(|variable| variable.name == name);
    let is_name = |name: &&str| monitoring_contract::is_variable_name(name);
    let unknown = query.names().filter(is_name).find(|name| !is_known(name))?;
    Some(TermFault::NoVariable(unknown.to_owned()))
}
