//! How much the pods of a project may ask of their nodes. Whoever manages the projects of a workspace says it; to let pods take
//! over a node takes a right on the cluster, whose default may forbid that.

use crate::{ForCaller, Tenants};
use access::{Command, Need, Place, Resource, Verb};
use database::projects::Project;
use database::workspaces::Workspace;
use model::fault::ProjectFault;
use model::{
    ClusterName, ConsoleError, ENFORCE_LABEL, FieldProblem, KindSlug, PodSecurity, PodSecurityLevel,
};
use provisioner::levels_of_others;
use workspaces_contract::{PodSecurityFields, read_levels};

fn secure_pods(workspace: &Workspace, project: &Project, asked: PodSecurity) -> Command {
    let name = Some(project.namespace.as_str());
    Command::in_workspace("secure pods", Verb::Update, "projects", workspace.id, name)
        .saying(asked.to_string())
}

/// Whoever makes such pods has the node, and with it whatever else runs there.
fn open_nodes(cluster: &ClusterName) -> Command {
    let namespaces = Resource::new("", "namespaces");
    let need = Need::to_all(Verb::Update, namespaces, cluster.clone(), Place::Cluster);
    Command::of("allow privileged pods", need)
}

impl ForCaller {
    /// What a form asks of pods, if the caller may ask it in this cluster instead of what is asked now. Who only leaves it to
    /// them to take over nodes opens nothing.
    pub(crate) async fn asked_of_pods(
        &self,
        cluster: &ClusterName,
        now: PodSecurity,
        enforce: &str,
        warn: &str,
    ) -> Result<PodSecurity, ConsoleError> {
        let asked = read_levels(enforce, warn).map_err(|problems| ConsoleError::Invalid { problems })?;
        if asked.enforce == Some(PodSecurityLevel::Privileged) && now.enforce != asked.enforce {
            self.require(&open_nodes(cluster)).await?;
        }
        Ok(asked)
    }

    pub(crate) async fn set_pod_security(&self, fields: PodSecurityFields) -> Result<(), ConsoleError> {
        let workspace = self.find_workspace(&fields.workspace).await?;
        let project = self.project_of(&workspace, &fields.cluster, &fields.namespace).await?;
        self.require(&secure_pods(&workspace, &project, PodSecurity::default())).await?;
        let known = self.all_limits().await?.pod_security;
        let now = known.get(&project.id).copied().unwrap_or_default();
        let asked = self.asked_of_pods(&project.cluster, now, &fields.enforce, &fields.warn).await?;
        self.check_project(&project).await?;
        self.check_is_free(&project, asked).await?;
        let (action, id) = (secure_pods(&workspace, &project, asked), project.id);
        let work = async move |tenants: Tenants, _| {
            let database = &tenants.database;
            // What is left as it is stays what it is by then: somebody may make it stricter at this moment.
            let set = if now.enforce == asked.enforce {
                database.set_pod_security_warning(id, asked.warn).await
            } else {
                database.set_pod_security(id, asked).await
            };
            set.map_err(ConsoleError::from)
        };
        self.perform(action, work).await?;
        self.caught_up(&fields.cluster).await;
        Ok(())
    }

    /// Refuses a level where somebody has set one in the cluster itself: that one would stay.
    async fn check_is_free(&self, project: &Project, asked: PodSecurity) -> Result<(), ConsoleError> {
        let kind = KindSlug::parse("namespaces").expect("it is a slug");
        // A cluster that does not answer is told later, and what others have set in it stays as it is.
        let Ok(Some(all)) = self.tenants.kubernetes.whole_objects(&project.cluster, &kind).await else {
            return Ok(());
        };
        let found = all.iter().find(|one| one["metadata"]["name"] == project.namespace.as_str());
        let others = found.map(|found| levels_of_others(&found["metadata"]["labels"])).unwrap_or_default();
        let taken = others.into_iter().filter(|(label, _)| asked.labels().any(|(own, _)| own == *label));
        let problem = |(label, level): (&str, String)| {
            let field = if label == ENFORCE_LABEL { "enforce" } else { "warn" };
            FieldProblem::of(field, ProjectFault::LevelSet { level, label: label.to_owned() })
        };
        crate::valid(taken.map(problem).collect())
    }
}
