//! Dashboards that people keep: from their panels to what is shown.

mod annotations;
mod colors;
mod gauges;
mod heat;
mod panels;
mod states;
mod values;

pub use annotations::marks_of;

use crate::error::PrometheusError;
use crate::explore::fault;
use crate::promql::Query;
use crate::promql::variables::{self, Chosen};
use crate::reads::ReadMetrics;
use crate::seen::Seen;
use crate::service::{ForCaller, now};
use crate::sources::Source;
use futures::future::{join, join_all};
use model::{ClusterName, ConsoleError, Namespace, Timestamp};
use monitoring_contract::{
    DashboardRequest, DashboardView, Measured, NAMESPACE_VARIABLE, Plan, QueryFault, Variable, VariableView,
};

/// Values that are offered for a variable.
const MOST_VALUES: usize = 500;

/// What the panels of a dashboard have in common.
pub(crate) struct Look<'r> {
    request: &'r DashboardRequest,
    seen: &'r Seen,
    chosen: Chosen,
    now: i64,
}

impl ForCaller {
    /// A dashboard, answered: with what its reader may see, whoever wrote it. One of a project shows that project alone.
    pub async fn dashboard(
        &self,
        namespace: Option<&Namespace>,
        plan: &Plan,
        request: &DashboardRequest,
    ) -> Result<Measured<DashboardView>, ConsoleError> {
        let cluster = &request.cluster;
        let (seen, source) = self.granted(cluster, ReadMetrics::of_dashboard(cluster, namespace)).await?;
        let source = match source {
            Ok(source) => source,
            Err(missing) => return Ok(Measured::Missing(missing)),
        };
        let namespaces = match &seen {
            Seen::Namespaces(names) => names.keys().cloned().collect(),
            // Without them none can be chosen, and all are shown.
            Seen::All => self.prometheus.kubernetes.namespaces(cluster).await.unwrap_or_default(),
        };
        let view = source.dashboard(plan, request, &seen, &namespaces, now()).await;
        Ok(Measured::Answered(Box::new(view)))
    }

    /// What is wrong with queries in which these variables stand, one after the other. Where, is said by the monitoring,
    /// if it answers: it is asked to read them and nothing else.
    pub async fn query_faults(
        &self,
        cluster: &ClusterName,
        queries: &[&str],
        variables: &[Variable],
    ) -> Result<Vec<Option<QueryFault>>, ConsoleError> {
        let known = self.cluster(cluster)?;
        let chosen = nothing_chosen(variables);
        let mut faults = Vec::new();
        for query in queries {
            let mut found = variables::read(query, &chosen).err();
            if let Some(unplaced) = found.as_mut().filter(|fault| fault.at.is_none())
                && let Ok(Ok(source)) = self.prometheus.source(&known).await
                && let Some(said) = source.client.fault(query).await
            {
                *unplaced = fault(query, &said);
            }
            faults.push(found);
        }
        Ok(faults)
    }
}

/// Every variable of a dashboard, with nothing chosen.
fn nothing_chosen(variables: &[Variable]) -> Chosen {
    let own = variables.iter().map(|variable| variable.name.clone());
    own.chain([NAMESPACE_VARIABLE.to_owned()]).map(|name| (name, None)).collect()
}

/// Why a query of a dashboard that somebody imports cannot stand in it, if it cannot.
pub fn query_fault(query: &str, variables: &[Variable]) -> Option<QueryFault> {
    variables::read(query, &nothing_chosen(variables)).err()
}

/// Why the series of one of these variables cannot be selected, if they cannot. Those before it may stand in it.
pub fn variables_fault(variables: &[Variable]) -> Option<String> {
    variables.iter().enumerate().find_map(|(index, variable)| {
        if variable.selector.is_empty() {
            return None;
        }
        let known = nothing_chosen(variables.get(..index).unwrap_or_default());
        let read = variables::read(&variable.selector, &known).map_err(|fault| fault.message);
        let read = read.and_then(|query| query.only_selector().map_err(|error| error.to_string()));
        read.err().map(|words| format!("{}: {words}", variable.name))
    })
}

impl Source {
    pub(crate) async fn dashboard(
        &self,
        plan: &Plan,
        request: &DashboardRequest,
        seen: &Seen,
        namespaces: &[Namespace],
        now: i64,
    ) -> DashboardView {
        let frame = request.window.frame(Timestamp(now), crate::boards::POINTS);
        let (variables, chosen) = self.variables(plan, request, seen, namespaces, now).await;
        let look = Look { request, seen, chosen, now };
        let panels = join_all(plan.panels.iter().map(|panel| self.kept_panel(panel, &look, frame)));
        let (panels, annotations) = join(panels, self.annotations(plan, &look, frame)).await;
        DashboardView { frame, source: self.client.name(), variables, annotations, panels }
    }

    /// What can be chosen, and what is. One after the other: a variable may stand in the selectors of those behind it.
    async fn variables(
        &self,
        plan: &Plan,
        request: &DashboardRequest,
        seen: &Seen,
        namespaces: &[Namespace],
        now: i64,
    ) -> (Vec<VariableView>, Chosen) {
        let asked = |name: &str| {
            let said = request.chosen.iter().find(|(own, _)| own == name);
            said.map(|(_, value)| value.clone()).filter(|value| !value.is_empty())
        };
        let mut chosen = nothing_chosen(&plan.variables);
        let mut views = Vec::new();
        let namespace = asked(NAMESPACE_VARIABLE);
        let options = namespaces.iter().map(ToString::to_string).collect();
        views.push(view(NAMESPACE_VARIABLE, Ok(options), namespace.as_deref()));
        chosen.insert(NAMESPACE_VARIABLE.to_owned(), namespace);
        for variable in &plan.variables {
            let options = self.values_of(variable, seen, &chosen, now).await;
            let options = options.map_err(|error| error.about(request.cluster.as_str()));
            let value = asked(&variable.name);
            views.push(view(&variable.name, options, value.as_deref()));
            chosen.insert(variable.name.clone(), value);
        }
        // Nobody asks for what no query uses.
        let is_used = |name: &str| {
            let place = format!("${name}");
            let queries = plan.panels.iter().flat_map(|panel| &panel.queries).map(|query| &query.query);
            let selectors = plan.variables.iter().map(|variable| &variable.selector);
            let annotations = plan.annotations.iter().map(|annotation| &annotation.query);
            queries.chain(selectors).chain(annotations).any(|text| text.contains(&place))
        };
        views.retain(|view| {
            view.name != NAMESPACE_VARIABLE || (is_used(&view.name) && view.options.len() > 1)
        });
        (views, chosen)
    }

    async fn values_of(
        &self,
        variable: &Variable,
        seen: &Seen,
        chosen: &Chosen,
        now: i64,
    ) -> Result<Vec<String>, PrometheusError> {
        if !variable.values.is_empty() {
            return Ok(variable.values.clone());
        }
        let selector = match variable.selector.as_str() {
            "" => Query::with_label(&variable.label)?,
            selector => Query::parse(selector)?.choose(chosen)?.only_selector()?,
        };
        let values = self.values(&variable.label, selector, seen, now).await?;
        Ok(values.into_iter().take(MOST_VALUES).collect())
    }
}

fn view(name: &str, options: Result<Vec<String>, ConsoleError>, chosen: Option<&str>) -> VariableView {
    let (mut options, problem) = match options {
        Ok(options) => (options, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    // What an address says stays chosen, even when it is not there any more.
    if let Some(chosen) = chosen.filter(|chosen| !options.iter().any(|option| option == chosen)) {
        options.insert(0, chosen.to_owned());
    }
    VariableView { name: name.to_owned(), options, chosen: chosen.unwrap_or_default().to_owned(), problem }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;
