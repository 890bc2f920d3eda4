//! From what a rule is to measure to its query: parsed, with what it is about and what its project may see forced on every
//! selector.

use crate::layout::Layout;
use crate::promql::{Forced, Query};
use crate::seen::Seen;
use crate::subject::of_object;
use model::chart::Frame;
use model::fault::RuleFault;
use model::{ConsoleError, Namespace, ObjectName, Window};
use monitoring_contract::{RuleAbout, RuleSource, RuleTargets, RuleTemplate};

/// For whom a rule is written.
#[derive(Clone, Copy, Debug)]
pub struct Writer<'w> {
    /// The project that the rule is in.
    pub namespace: &'w Namespace,
    /// Whether its writer may see everything that is measured in the cluster.
    pub sees_everything: bool,
}

impl Writer<'_> {
    /// Whether a rule of this source is confined to its project: what is about a part of it always is, a query of
    /// somebody's own is when its writer may not see everything.
    pub fn is_confined(&self, source: &RuleSource) -> bool {
        match source {
            RuleSource::Template { template, .. } => template.about.is_in_project(),
            RuleSource::Query(_) => !self.sees_everything,
        }
    }

    fn fence(&self, layout: &Layout, metric: Option<&str>) -> Vec<Forced> {
        // Since when it may be seen does not stand in a rule: that is kept, and the namespace with it.
        Seen::All.only(self.namespace).forced(layout, metric)
    }
}

/// The query of a rule.
pub fn query(source: &RuleSource, writer: Writer<'_>, layout: &Layout) -> Result<Query, ConsoleError> {
    match source {
        RuleSource::Template { template, targets, threshold, comparison } => {
            let query = of_template(template, targets.as_ref(), writer, layout)?;
            let compared = query.beyond(*comparison, *threshold);
            compared.map_err(|error| ConsoleError::invalid("template", error.to_string()))
        }
        RuleSource::Query(text) => {
            let wrong = |message: String| ConsoleError::invalid("query", message);
            let query = Query::parse(text).map_err(|error| wrong(error.to_string()))?;
            if !query.is_of_a_moment() {
                return Err(ConsoleError::refused("query", RuleFault::NoValue));
            }
            if writer.sees_everything {
                return Ok(query);
            }
            query.force(|metric| writer.fence(layout, metric)).map_err(|error| wrong(error.to_string()))
        }
    }
}

/// Refuses a query that reads what was measured before its project was made: that was another project's, and whoever evaluates
/// a rule knows of no such thing. A rule goes with its project, so what may be kept once may be evaluated from then on. Moments
/// are in seconds since 1970.
pub fn within_life(query: &Query, source: &RuleSource, born: i64, now: i64) -> Result<(), ConsoleError> {
    let field = match source {
        RuleSource::Template { .. } => "template",
        RuleSource::Query(_) => "query",
    };
    let frame = Frame { start: now, end: now, step: 1 };
    let reach = query.clone().in_frame(frame).and_then(|query| query.reach());
    let from = reach.map_err(|error| ConsoleError::invalid(field, error.to_string()))?.admits_from(born);
    match from.map(|from| from.saturating_sub(now)) {
        Some(seconds) if seconds <= 0 => Ok(()),
        Some(seconds) => {
            let minutes = u32::try_from(seconds.saturating_add(59) / 60).unwrap_or(u32::MAX / 60);
            let wait = Window::Last(minutes.saturating_mul(60)).to_texts().0;
            let fault = match source {
                RuleSource::Template { .. } => RuleFault::TemplateTooEarly(wait),
                RuleSource::Query(_) => RuleFault::QueryTooEarly(wait),
            };
            Err(ConsoleError::refused(field, fault))
        }
        None => Err(ConsoleError::refused(field, RuleFault::BeforeProject)),
    }
}

fn of_template(
    template: &RuleTemplate,
    targets: Option<&RuleTargets>,
    writer: Writer<'_>,
    layout: &Layout,
) -> Result<Query, ConsoleError> {
    let wrong = |message: &str| ConsoleError::invalid("template", message);
    if template.about == RuleAbout::Node && !writer.sees_everything {
        return Err(ConsoleError::refused("template", RuleFault::NodesOfAll));
    }
    let kind = targets.map_or("", |targets| targets.kind().as_str());
    let picks = template.picks(kind);
    let picked = layout.pick(picks).map_err(|error| wrong(&error.to_string()))?;
    let query = picked.ok_or_else(|| ConsoleError::refused("template", unmeasured(picks, layout)))?;
    let metrics = query.metrics().map_err(|error| wrong(&error.to_string()))?;
    let by_exporter = metrics.iter().any(|metric| metric.starts_with("node_"));
    if kind == "nodes" && by_exporter {
        known(targets, layout)?;
    }
    let forced = |metric: Option<&str>| {
        let mut forced =
            if template.about.is_in_project() { writer.fence(layout, metric) } else { Vec::new() };
        forced.extend(targets.map(|targets| of_targets(targets, layout, metric)).unwrap_or_default());
        forced
    };
    query.force(forced).map_err(|error| wrong(&error.to_string()))
}

/// Refuses nodes on which no exporter is known: nothing would ever be told of them.
fn known(nodes: Option<&RuleTargets>, layout: &Layout) -> Result<(), ConsoleError> {
    let names = nodes.into_iter().flat_map(RuleTargets::names).map(ObjectName::as_str);
    let unknown: Vec<&str> = names.filter(|name| layout.instances(name).is_empty()).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(ConsoleError::refused("target", RuleFault::UnknownNodes(unknown.join(", "))))
}

fn unmeasured(picks: &[&str], layout: &Layout) -> RuleFault {
    let first = picks.first().and_then(|pick| Query::parse(pick).ok()?.metrics().ok()).unwrap_or_default();
    let lacking: Vec<String> = first.into_iter().filter(|name| !layout.names.contains(name)).collect();
    RuleFault::NotMeasured(lacking.join(", "))
}

/// What a template's objects force on a selector: for each label what one of them must have there.
fn of_targets(targets: &RuleTargets, layout: &Layout, metric: Option<&str>) -> Vec<Forced> {
    let mut forced: Vec<Forced> = Vec::new();
    for name in targets.names() {
        for of_one in of_object(targets.kind().as_str(), name.as_str(), layout, metric) {
            match forced.iter_mut().find(|known| known.label == of_one.label) {
                Some(known) => known.wanted = known.wanted.or(&of_one.wanted),
                None => forced.push(of_one),
            }
        }
    }
    forced
}

/// The labels of a rule beside how bad it is: where its alerts belong, and what they are about. Of several objects what is
/// measured says which one it is.
pub fn labels(source: &RuleSource, writer: Writer<'_>) -> Vec<(&'static str, String)> {
    let mut labels = Vec::new();
    if writer.is_confined(source) {
        labels.push(("namespace", writer.namespace.to_string()));
    }
    if let RuleSource::Template { targets: Some(targets), .. } = source
        && let Some(name) = targets.only()
    {
        let label = OBJECT_LABELS.iter().find(|(own, _)| *own == targets.kind().as_str());
        labels.extend(label.map(|(_, label)| (*label, name.to_string())));
    }
    labels
}

/// The label of a rule that names its object, for each kind that a template can be about.
pub const OBJECT_LABELS: [(&str, &str); 6] = [
    ("deployments", "deployment"),
    ("statefulsets", "statefulset"),
    ("daemonsets", "daemonset"),
    ("persistentvolumeclaims", "persistentvolumeclaim"),
    ("ingresses", "ingress"),
    ("nodes", "node"),
];

/// Whether a query asks for nothing but what this project may see.
pub fn is_within(text: &str, namespace: &Namespace, layout: &Layout) -> bool {
    let writer = Writer { namespace, sees_everything: false };
    let Ok(query) = Query::parse(text) else { return false };
    query.clone().force(|metric| writer.fence(layout, metric)).is_ok_and(|fenced| fenced == query)
}
