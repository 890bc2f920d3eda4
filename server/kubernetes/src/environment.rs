//! The environment of containers, with what stands behind references.

mod sources;

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::reads::ReadObject;
use crate::slug::built_in;
use kinds::Object;
use model::{ConsoleError, Namespace, ObjectName, ResourceRef};
use resources_contract::{ContainerEnvironment, ContainerRole, Variable, VariableValue};
use sources::Sources;
use std::sync::Arc;

/// Where pods and templates have what pods are made from: the template of a cron job lies deepest.
const POD_SPECS: [&str; 3] = ["/spec/jobTemplate/spec/template", "/spec/template", ""];

impl ForCaller {
    /// The environment of each container of an object, read as the caller.
    pub(crate) async fn read_environment(
        &self,
        resource: ResourceRef,
    ) -> Result<Vec<ContainerEnvironment>, ConsoleError> {
        let cluster = self.cluster(&resource.cluster).await?;
        let served = cluster.served(&resource.kind).await?;
        self.kubernetes.access().grant(&self.caller, ReadObject::new(&served, &resource)).await?;
        let json = cluster.loaded(&resource.kind).await?.json_of(&resource)?;
        let object = Object::parse(&json).unwrap_or_default();
        let Some(pod) = pod_in(&object) else { return Ok(Vec::new()) };
        let Some(namespace) = &resource.namespace else { return Ok(Vec::new()) };
        let sources = self.sources(&cluster, namespace, pod).await?;
        let of_pod = OfPod { pod, namespace, is_running: resource.kind.as_str() == "pods" };
        let mut all = Vec::new();
        for (list, usual) in [
            ("/spec/initContainers", ContainerRole::Init),
            ("/spec/containers", ContainerRole::Main),
            ("/spec/ephemeralContainers", ContainerRole::Main),
        ] {
            for container in pod.items_at(list) {
                let stays = container.text_at("/restartPolicy") == "Always";
                let role = if usual == ContainerRole::Init && stays { ContainerRole::Sidecar } else { usual };
                all.push(environment(container, role, &of_pod, &sources));
            }
        }
        Ok(all)
    }

    /// What the containers of a pod refer to, each read once.
    async fn sources(
        &self,
        cluster: &Arc<Cluster>,
        namespace: &Namespace,
        pod: &Object<'_>,
    ) -> Result<Sources, ConsoleError> {
        let mut sources = Sources::new(cluster.name(), namespace);
        for (kind, one, whole) in
            [("configmaps", "configMapKeyRef", "configMapRef"), ("secrets", "secretKeyRef", "secretRef")]
        {
            for name in named_by_containers(pod, &format!("env/*/valueFrom/{one}")) {
                // The value of one key of a secret is not shown, so that it need not be read.
                let read = match kind {
                    "secrets" => self.is_secret_there(cluster, namespace, &name).await?,
                    _ => self.read_source(cluster, kind, namespace, &name).await?,
                };
                sources.keep(kind, name, read);
            }
            for name in named_by_containers(pod, &format!("envFrom/*/{whole}")) {
                if !sources.has_keys(kind, &name) {
                    let read = self.read_source(cluster, kind, namespace, &name).await?;
                    sources.keep(kind, name, read);
                }
            }
        }
        Ok(sources)
    }
}

/// What pods are made from: a pod itself, or a template in what makes them.
pub(crate) fn pod_in<'o, 'a>(object: &'o Object<'a>) -> Option<&'o Object<'a>> {
    let mut pods = POD_SPECS.iter().filter_map(|path| object.at(path));
    pods.find(|pod| !pod.items_at("/spec/containers").is_empty())
}

/// The names at a path of any container, each once.
pub(crate) fn named_by_containers(pod: &Object<'_>, path: &str) -> Vec<ObjectName> {
    let lists = ["initContainers", "containers", "ephemeralContainers"];
    let mut names: Vec<ObjectName> = Vec::new();
    for list in lists {
        let path = format!("/spec/{list}/*/{path}/name");
        names
            .extend(pod.each(&path).filter_map(Object::text).filter_map(|name| ObjectName::parse(name).ok()));
    }
    names.sort();
    names.dedup();
    names
}

/// What variables may say of the pod itself.
struct OfPod<'o, 'a> {
    pod: &'o Object<'a>,
    namespace: &'o Namespace,
    is_running: bool,
}

impl OfPod<'_, '_> {
    /// The value of a `fieldRef`, where it is known.
    fn field(&self, path: &str) -> VariableValue {
        let labelled = |list: &str| {
            let key = path.strip_prefix(&format!("metadata.{list}['"))?.strip_suffix("']")?;
            let value = self.pod.at(&format!("/metadata/{list}"))?.get(key)?.text()?;
            Some(value.to_owned())
        };
        let known = match path {
            "metadata.namespace" => Some(self.namespace.to_string()),
            "metadata.name" | "metadata.uid" | "spec.nodeName" | "status.hostIP" | "status.podIP"
                if !self.is_running =>
            {
                None
            }
            "spec.serviceAccountName" => Some(match self.pod.text_at("/spec/serviceAccountName") {
                "" => "default".to_owned(),
                name => name.to_owned(),
            }),
            _ if path.starts_with("metadata.labels[") => labelled("labels"),
            _ if path.starts_with("metadata.annotations[") => labelled("annotations"),
            _ => {
                let text = self.pod.text_at(&format!("/{}", path.replace('.', "/")));
                (!text.is_empty()).then(|| text.to_owned())
            }
        };
        known.map_or_else(|| VariableValue::OfPod(path.to_owned()), VariableValue::Text)
    }
}

/// The variables of a container in the order in which the node sets them.
fn environment(
    container: &Object<'_>,
    role: ContainerRole,
    of_pod: &OfPod<'_, '_>,
    sources: &Sources,
) -> ContainerEnvironment {
    let mut found = ContainerEnvironment {
        container: container.text_at("/name").to_owned(),
        role,
        variables: Vec::new(),
        untold: Vec::new(),
    };
    for from in container.items_at("/envFrom") {
        let prefix = from.text_at("/prefix");
        for (kind, reference) in [("configmaps", "/configMapRef"), ("secrets", "/secretRef")] {
            let Some(reference) = from.at(reference) else { continue };
            let is_optional = reference.is_true("/optional");
            match sources.whole(kind, reference.text_at("/name"), is_optional) {
                Ok(pairs) => {
                    for (source, key, value) in pairs {
                        let name = format!("{prefix}{key}");
                        set(&mut found.variables, Variable { name, value, from: Some((source, key)) });
                    }
                }
                Err(untold) => found.untold.extend(untold),
            }
        }
    }
    for entry in container.items_at("/env") {
        let variable = variable(entry, &found.variables, of_pod, sources);
        set(&mut found.variables, variable);
    }
    found
}

fn variable(entry: &Object<'_>, before: &[Variable], of_pod: &OfPod<'_, '_>, sources: &Sources) -> Variable {
    let name = entry.text_at("/name").to_owned();
    for (kind, reference) in
        [("configmaps", "/valueFrom/configMapKeyRef"), ("secrets", "/valueFrom/secretKeyRef")]
    {
        let Some(reference) = entry.at(reference) else { continue };
        let key = reference.text_at("/key").to_owned();
        let is_optional = reference.is_true("/optional");
        let (source, value) = sources.one(kind, reference.text_at("/name"), &key, is_optional);
        return Variable { name, value, from: source.map(|source| (source, key)) };
    }
    let value = if let Some(field) = entry.at("/valueFrom/fieldRef") {
        of_pod.field(field.text_at("/fieldPath"))
    } else if let Some(resource) = entry.at("/valueFrom/resourceFieldRef") {
        VariableValue::OfPod(resource.text_at("/resource").to_owned())
    } else if let Some(file) = entry.at("/valueFrom/fileKeyRef") {
        VariableValue::OfPod(file.text_at("/path").to_owned())
    } else {
        VariableValue::Text(expanded(entry.text_at("/value"), before))
    };
    Variable { name, value, from: None }
}

/// A later variable takes the place of an earlier one of its name.
fn set(variables: &mut Vec<Variable>, variable: Variable) {
    variables.retain(|earlier| earlier.name != variable.name);
    variables.push(variable);
}

/// A text with `$(NAME)` replaced by what the variable of that name holds; `$$` stands for a dollar. What is not known, and
/// what is a secret, stays as it is written.
fn expanded(text: &str, before: &[Variable]) -> String {
    let value = |name: &str| {
        let variable = before.iter().find(|variable| variable.name == name)?;
        match &variable.value {
            VariableValue::Text(text) => Some(text.as_str()),
            _ => None,
        }
    };
    let mut expanded = String::new();
    let mut rest = text;
    while let Some((plain, behind)) = rest.split_once('$') {
        expanded.push_str(plain);
        if let Some(behind) = behind.strip_prefix('$') {
            expanded.push('$');
            rest = behind;
            continue;
        }
        let named = behind.strip_prefix('(').and_then(|behind| behind.split_once(')'));
        match named.and_then(|(name, behind)| Some((value(name)?, behind))) {
            Some((value, behind)) => {
                expanded.push_str(value);
                rest = behind;
            }
            None => {
                expanded.push('$');
                rest = behind;
            }
        }
    }
    expanded.push_str(rest);
    expanded
}

/// The address of what a variable comes from.
fn source(cluster: &model::ClusterName, kind: &str, namespace: &Namespace, name: &ObjectName) -> ResourceRef {
    let kind = built_in(kind);
    ResourceRef { cluster: cluster.clone(), kind, namespace: Some(namespace.clone()), name: name.clone() }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;
