//! The contract, for one caller.

use crate::actions::{self, need};
use crate::embeds::is_over;
use crate::kept::{refuse_older, variable_problems};
use crate::records::chosen;
use crate::{ForCaller, document, grafana, templates};
use access::{Place, Scope, Verb, decide};
use async_trait::async_trait;
use database::dashboards::Dashboard;
use model::fault::DashboardFault;
use model::{ClusterName, ConsoleError, FieldProblem, Namespace, Timestamp};
use monitoring_contract::{
    ArrangePanelFields, Arrangement, DashboardFields, DashboardLine, DashboardList, DashboardRequest,
    Dashboards, ImportFields, KeptDashboard, Measured, OpenedDashboard, PanelFields, PanelPlan, Plan,
    RemoveDashboardFields,
};
use prometheus::ReadMetrics;
use std::collections::BTreeSet;

impl ForCaller {
    fn line(&self, kept: &Dashboard, plan: &Plan) -> DashboardLine {
        let change = actions::update(&kept.cluster, kept.namespace.as_ref(), kept.id, "");
        DashboardLine {
            id: kept.id.to_string(),
            name: kept.name.clone(),
            namespace: kept.namespace.clone(),
            panels: plan.panels.len() as u32,
            changed_by: kept.changed_by.clone(),
            changed: Timestamp(kept.changed_at),
            may_change: self.caller.may(&change),
            may_share: self.caller.may(&actions::share(kept, "")),
        }
    }

    /// A dashboard that was found, or a part of it, answered.
    pub(crate) async fn look(
        &self,
        kept: &Dashboard,
        plan: &Plan,
        request: &DashboardRequest,
    ) -> Result<OpenedDashboard, ConsoleError> {
        let mut view = self.prometheus.dashboard(kept.namespace.as_ref(), plan, request).await?;
        if let Measured::Answered(view) = &mut view {
            self.search_records(kept, plan, request, view).await;
            self.mark_rollouts(kept, plan, &chosen(plan, request), view).await;
        }
        Ok(OpenedDashboard { line: self.line(kept, plan), view })
    }

    /// The namespaces for which the caller may make dashboards.
    async fn may_make_for(&self, cluster: &ClusterName) -> Vec<Namespace> {
        match decide(&self.caller, &need(Verb::Create, cluster, Place::Namespaces(BTreeSet::new()))) {
            Ok(Scope::All) => self.kubernetes.namespaces(cluster).await.unwrap_or_default(),
            Ok(Scope::Namespaces(names) | Scope::NamespaceObjects(names)) => names.into_iter().collect(),
            Err(_) => Vec::new(),
        }
    }
}

fn namespace_of(text: &str) -> Result<Option<Namespace>, ConsoleError> {
    match text.trim() {
        "" => Ok(None),
        name => {
            let read = Namespace::parse(name);
            read.map(Some).map_err(|error| ConsoleError::refused("namespace", error.rule))
        }
    }
}

fn refuse(problems: Vec<FieldProblem>) -> Result<(), ConsoleError> {
    if problems.is_empty() { Ok(()) } else { Err(ConsoleError::Invalid { problems }) }
}

#[async_trait]
impl Dashboards for ForCaller {
    async fn dashboards(&self, cluster: ClusterName) -> Result<DashboardList, ConsoleError> {
        self.known(&cluster)?;
        let granted = self.access().grant(&self.caller, ReadMetrics::of_projects(&cluster)).await?;
        let all = self.database.dashboards(&cluster).await?;
        let is_seen = |kept: &&Dashboard| {
            let namespace = kept.namespace.as_ref().map(Namespace::as_str);
            namespace.is_none() || granted.scope().admits(namespace, "")
        };
        let mut dashboards = Vec::new();
        for kept in all.iter().filter(is_seen) {
            // One that cannot be read - a newer console has kept it - says so itself, and keeps nobody from the others.
            let plan = document::read(&kept.name, &kept.document).unwrap_or_default();
            dashboards.push(self.line(kept, &plan));
        }
        dashboards.sort_by(|a, b| a.namespace.cmp(&b.namespace));
        Ok(DashboardList {
            dashboards,
            may_make_for_cluster: decide(&self.caller, &need(Verb::Create, &cluster, Place::Cluster)).is_ok(),
            may_make_for: self.may_make_for(&cluster).await,
        })
    }

    async fn open_dashboard(&self, request: DashboardRequest) -> Result<OpenedDashboard, ConsoleError> {
        let kept = self.find(&request.cluster, &request.id).await?;
        let plan = document::read(&kept.name, &kept.document)?;
        self.look(&kept, &plan, &request).await
    }

    async fn read_plan(&self, cluster: ClusterName, id: String) -> Result<KeptDashboard, ConsoleError> {
        let kept = self.find(&cluster, &id).await?;
        let change = actions::update(&cluster, kept.namespace.as_ref(), kept.id, &kept.name);
        self.access().require(&self.caller, &change).await?;
        let plan = document::read(&kept.name, &kept.document)?;
        let embeds = self.database.embeds(kept.id).await?;
        let embeds = embeds.iter().filter(|embed| !is_over(embed)).count() as u64;
        Ok(KeptDashboard { id, namespace: kept.namespace, version: kept.version, plan, embeds })
    }

    async fn export_dashboard(
        &self,
        cluster: ClusterName,
        id: String,
    ) -> Result<(String, String), ConsoleError> {
        let kept = self.find(&cluster, &id).await?;
        let read = ReadMetrics::of_dashboard(&cluster, kept.namespace.as_ref());
        self.access().grant(&self.caller, read).await?;
        let plan = document::read(&kept.name, &kept.document)?;
        Ok((plan.name.clone(), grafana::export(&plan)))
    }

    async fn save_dashboard(&self, fields: DashboardFields) -> Result<String, ConsoleError> {
        let cluster = &fields.cluster;
        let name = fields.name.trim().to_owned();
        if fields.id.is_empty() {
            self.known(cluster)?;
            let namespace = namespace_of(&fields.namespace)?;
            self.access().require(&self.caller, &actions::create(cluster, namespace.as_ref(), &name)).await?;
            fields.check().map_err(|problems| ConsoleError::Invalid { problems })?;
            let template = match fields.template.as_str() {
                "" => Plan::default(),
                word => templates::find(word)
                    .ok_or_else(|| ConsoleError::refused("template", DashboardFault::Template))?,
            };
            return self.keep(cluster, namespace.as_ref(), &Plan { name, ..template }).await;
        }
        let kept = self.find(cluster, &fields.id).await?;
        let action = actions::update(cluster, kept.namespace.as_ref(), kept.id, &name);
        self.access().require(&self.caller, &action).await?;
        refuse_older(&kept, fields.version)?;
        let checked = fields.check().map_err(|problems| ConsoleError::Invalid { problems })?;
        let (variables, annotations) = checked;
        let plan = Plan { name, variables, annotations, ..document::read(&kept.name, &kept.document)? };
        refuse(variable_problems(&plan))?;
        refuse(self.annotation_problems(cluster, &plan).await?)?;
        self.change(action, kept, fields.version, &plan).await?;
        Ok(fields.id)
    }

    async fn save_panel(&self, fields: PanelFields) -> Result<(), ConsoleError> {
        let cluster = &fields.cluster;
        let kept = self.find(cluster, &fields.id).await?;
        let detail = format!("{}: {}", kept.name, fields.title.trim());
        let action = actions::update(cluster, kept.namespace.as_ref(), kept.id, detail);
        self.access().require(&self.caller, &action).await?;
        refuse_older(&kept, fields.version)?;
        let panel = fields.check().map_err(|problems| ConsoleError::Invalid { problems })?;
        let mut plan = document::read(&kept.name, &kept.document)?;
        refuse(self.query_problems(cluster, &panel, &plan.variables).await?)?;
        if fields.index.is_empty() {
            plan.panels.push(panel);
        } else {
            let place = fields.index.parse().ok().and_then(|index: usize| plan.panels.get_mut(index));
            let place = place.ok_or_else(no_panel)?;
            *place = PanelPlan { id: place.id, ..panel };
        }
        refuse(plan.problems())?;
        self.change(action, kept, fields.version, &plan).await
    }

    async fn arrange_panel(&self, fields: ArrangePanelFields) -> Result<(), ConsoleError> {
        let cluster = &fields.cluster;
        let kept = self.find(cluster, &fields.id).await?;
        let detail =
            format!("{}: {} {}", kept.name, fields.act.word().to_lowercase(), fields.index.saturating_add(1));
        let action = actions::update(cluster, kept.namespace.as_ref(), kept.id, detail);
        self.access().require(&self.caller, &action).await?;
        refuse_older(&kept, fields.version)?;
        let mut plan = document::read(&kept.name, &kept.document)?;
        if !fields.apply(&mut plan.panels) {
            return Err(no_panel());
        }
        if fields.act == Arrangement::Copy {
            // Links name a panel by its id, and mean the first one.
            let copy = plan.panels.get_mut(fields.index.saturating_add(1));
            copy.ok_or_else(no_panel)?.id = 0;
        }
        if matches!(fields.act, Arrangement::Copy | Arrangement::Place) {
            refuse(plan.problems())?;
        }
        self.change(action, kept, fields.version, &plan).await
    }

    async fn remove_dashboard(&self, fields: RemoveDashboardFields) -> Result<(), ConsoleError> {
        let kept = self.find(&fields.cluster, &fields.id).await?;
        let action = actions::remove(&fields.cluster, kept.namespace.as_ref(), kept.id, &kept.name);
        self.access().require(&self.caller, &action).await?;
        refuse_older(&kept, fields.version)?;
        self.remove(action, kept, fields.version).await
    }

    async fn import_dashboard(&self, fields: ImportFields) -> Result<String, ConsoleError> {
        let cluster = &fields.cluster;
        self.known(cluster)?;
        let namespace = namespace_of(&fields.namespace)?;
        self.access()
            .require(&self.caller, &actions::create(cluster, namespace.as_ref(), fields.name.trim()))
            .await?;
        let imported = grafana::import(&fields.text).map_err(|words| ConsoleError::invalid("text", words))?;
        let mut plan = imported.plan;
        if !fields.name.trim().is_empty() {
            plan.name = fields.name.trim().to_owned();
        }
        if !imported.left_out.is_empty() && !fields.leave_out {
            return Err(ConsoleError::invalid("leave_out", grafana::left_out_words(&imported.left_out)));
        }
        refuse(plan.problems())?;
        self.keep(cluster, namespace.as_ref(), &plan).await
    }
}

fn no_panel() -> ConsoleError {
    ConsoleError::refused("", DashboardFault::NoPanel)
}
