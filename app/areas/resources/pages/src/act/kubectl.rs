//! The same by hand: what one would type instead of pressing the button.

use super::{Asked, selection};
use crate::words::text;
use leptos::prelude::*;
use model::ResourceRef;
use resources_contract::{Action, ActionKind, MetadataChange, TaintChange};
use std::collections::BTreeMap;
use ui::CopyButton;

/// Commands beyond these are told to be like them.
const MOST: usize = 20;

/// The commands, folded away; nothing for what has none. `wish` is what the form asks for as it is filled in.
pub(super) fn panel(asked: &Asked, wish: Signal<Option<Action>>) -> AnyView {
    if commands(asked, None).is_none() {
        return ().into_any();
    }
    let asked = asked.clone();
    folded(Signal::derive(move || commands(&asked, wish.read().as_ref()).unwrap_or_default()))
}

/// The commands of a deletion, which follow what is chosen for what the objects own.
pub(super) fn panel_of_deletion(asked: &Asked, propagation: Signal<String>) -> AnyView {
    let commands = commands(asked, None).unwrap_or_default();
    folded(Signal::derive(move || cascading(&commands, &propagation.read())))
}

/// Deleting with another propagation than the usual one.
fn cascading(commands: &str, propagation: &str) -> String {
    let cascade = match propagation {
        "Foreground" => " --cascade=foreground",
        "Orphan" => " --cascade=orphan",
        _ => "",
    };
    let line = |line: &str| {
        let more = if line.starts_with("kubectl delete ") { cascade } else { "" };
        format!("{line}{more}")
    };
    commands.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Commands, folded away.
pub(crate) fn folded(commands: Signal<String>) -> AnyView {
    view! {
        <details class="kubectl">
            <summary>{text("kubectl")}</summary>
            <div class="kubectl-body">
                <CopyButton value=commands/>
                <pre tabindex="0"><code>{move || commands.get()}</code></pre>
            </div>
        </details>
    }
    .into_any()
}

fn commands(asked: &Asked, wish: Option<&Action>) -> Option<String> {
    if let Some(found) = &asked.many {
        return selection::commands(found, asked.action, wish);
    }
    let lines = asked.targets.iter().take(MOST).map(|target| command(asked, wish, &target.resource));
    let mut lines: Vec<String> = lines.collect::<Option<_>>()?;
    if asked.targets.len() > MOST {
        lines.push(format!("# … {}", asked.targets.len() - MOST));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The command for labels and annotations that are to be others: one for each of the two, where it changes.
pub(crate) fn of_metadata(resource: &ResourceRef, change: &MetadataChange) -> String {
    let line = |verb: &str, pairs: &BTreeMap<String, Option<String>>| {
        let words = pairs.iter().map(|(key, value)| match value {
            Some(value) => quoted(&format!("{key}={value}")),
            None => format!("{}-", quoted(key)),
        });
        let words: Vec<String> = words.collect();
        let object = object(resource);
        (!words.is_empty()).then(|| format!("kubectl {verb} {object} --overwrite {}", words.join(" ")))
    };
    let lines = [line("label", &change.labels), line("annotate", &change.annotations)];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// An object as commands name it: `deployments/web --namespace shop`.
pub(crate) fn object(resource: &ResourceRef) -> String {
    let namespace =
        resource.namespace.as_ref().map(|namespace| format!(" --namespace {namespace}")).unwrap_or_default();
    format!("{}/{}{namespace}", resource.kind, quoted(resource.name.as_str()))
}

fn command(asked: &Asked, wish: Option<&Action>, resource: &ResourceRef) -> Option<String> {
    let (kind, name) = (resource.kind.as_str(), quoted(resource.name.as_str()));
    let namespace =
        resource.namespace.as_ref().map(|namespace| format!(" --namespace {namespace}")).unwrap_or_default();
    let on = |verb: &str| format!("kubectl {verb} {}", object(resource));
    let patch =
        |patch: &str| format!("kubectl patch {kind}/{name}{namespace} --type merge --patch '{patch}'");
    Some(match asked.action {
        ActionKind::Scale => {
            let wished = match wish {
                Some(Action::Scale { replicas }) => i64::from(*replicas),
                _ => asked.current.unwrap_or(1),
            };
            format!("{} --replicas={wished}", on("scale"))
        }
        ActionKind::Restart => on("rollout restart"),
        ActionKind::Pause => on("rollout pause"),
        ActionKind::Resume => on("rollout resume"),
        ActionKind::RollBack => match asked.revision {
            Some(revision) => format!("{} --to-revision={revision}", on("rollout undo")),
            None => on("rollout undo"),
        },
        ActionKind::Cordon => format!("kubectl cordon {name}"),
        ActionKind::Uncordon => format!("kubectl uncordon {name}"),
        ActionKind::Drain => {
            let (data, force) = match wish {
                Some(Action::Drain { delete_empty_dir_data, force }) => (*delete_empty_dir_data, *force),
                _ => (false, false),
            };
            let data = if data { " --delete-emptydir-data" } else { "" };
            let force = if force { " --force" } else { "" };
            format!("kubectl drain {name} --ignore-daemonsets{data}{force}")
        }
        ActionKind::Taint => {
            let Some(Action::Taint(change)) = wish else {
                return Some(format!("kubectl taint nodes {name}"));
            };
            format!("kubectl taint nodes {name} --overwrite {}", taint(change))
        }
        ActionKind::Suspend => patch(r#"{"spec":{"suspend":true}}"#),
        ActionKind::Unsuspend => patch(r#"{"spec":{"suspend":false}}"#),
        ActionKind::Trigger if kind == "jobs" => run_again(&object(resource)),
        ActionKind::Trigger => format!("kubectl create job {name}-by-hand --from={kind}/{name}{namespace}"),
        ActionKind::Delete => on("delete"),
        ActionKind::Edit => on("edit"),
        ActionKind::PullByDefault | ActionKind::NotPullByDefault => {
            pulls(&namespace, &name, asked.action == ActionKind::PullByDefault)
        }
        // Told where it is written: see [`of_metadata`].
        ActionKind::SetMetadata => return None,
    })
}

/// The account of a project's pods, to pull with a secret or not. `kubectl` has no word for it: what it patches there replaces
/// all of the account's secrets. Whoever changed the account in between makes it fail.
fn pulls(namespace: &str, secret: &str, is_wished: bool) -> String {
    let one = if is_wished { " + [{name: $secret}]" } else { "" };
    format!(
        "kubectl get serviceaccounts/default{namespace} --output json | jq --arg secret {secret} \
         '.imagePullSecrets = (.imagePullSecrets // [] | map(select(.name != $secret))){one}' \
         | kubectl replace --filename -"
    )
}

/// A job like one that there is, for which `kubectl` has no word: without what belongs to the first.
pub(super) fn run_again(job: &str) -> String {
    let labels = r#"["controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name"]"#;
    format!(
        "kubectl get {job} --output json | jq '.metadata = {{generateName: (.metadata.name + \"-again-\"), \
         namespace: .metadata.namespace}} | del(.status, .spec.selector, .spec.template.metadata.labels{labels})' \
         | kubectl create --filename -"
    )
}

/// A taint as commands name it, to be put on or taken away.
pub(super) fn taint(change: &TaintChange) -> String {
    let TaintChange { key, value, effect, remove } = change;
    let taint = match (remove, value.as_str()) {
        (true, _) => format!("{key}:{}-", effect.word()),
        (false, "") => format!("{key}:{}", effect.word()),
        (false, value) => format!("{key}={value}:{}", effect.word()),
    };
    quoted(&taint)
}

/// Names of roles may hold what a shell reads otherwise.
pub(super) fn quoted(name: &str) -> String {
    let is_plain = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'/' | b'=' | b':'));
    if is_plain { name.to_owned() } else { format!("'{}'", name.replace('\'', "'\\''")) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use resources_contract::{TaintEffect, Target};

    fn asked(action: ActionKind, kind: &str, name: &str) -> Asked {
        let resource = ResourceRef {
            cluster: "harbour".parse().unwrap(),
            kind: kind.parse().unwrap(),
            namespace: (kind != "nodes").then(|| "shop".parse().unwrap()),
            name: name.parse().unwrap(),
        };
        let targets = vec![Target { resource, uid: None }];
        Asked {
            action,
            targets,
            many: None,
            current: Some(3),
            revision: Some(2),
            close: String::new(),
            next: String::new(),
        }
    }

    #[test]
    fn commands_are_those_that_do_the_same() {
        for (action, kind, expected) in [
            (ActionKind::Scale, "deployments", "kubectl scale deployments/web --namespace shop --replicas=3"),
            (
                ActionKind::RollBack,
                "deployments",
                "kubectl rollout undo deployments/web --namespace shop --to-revision=2",
            ),
            (
                ActionKind::Trigger,
                "cronjobs",
                "kubectl create job web-by-hand --from=cronjobs/web --namespace shop",
            ),
            (
                ActionKind::Trigger,
                "jobs",
                r#"kubectl get jobs/web --namespace shop --output json | jq '.metadata = {generateName: (.metadata.name + "-again-"), namespace: .metadata.namespace} | del(.status, .spec.selector, .spec.template.metadata.labels["controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name"])' | kubectl create --filename -"#,
            ),
            (ActionKind::Drain, "nodes", "kubectl drain web --ignore-daemonsets"),
            (ActionKind::Delete, "secrets", "kubectl delete secrets/web --namespace shop"),
            (
                ActionKind::PullByDefault,
                "secrets",
                "kubectl get serviceaccounts/default --namespace shop --output json | jq --arg secret web '.imagePullSecrets = (.imagePullSecrets // [] | map(select(.name != $secret))) + [{name: $secret}]' | kubectl replace --filename -",
            ),
            (
                ActionKind::NotPullByDefault,
                "secrets",
                "kubectl get serviceaccounts/default --namespace shop --output json | jq --arg secret web '.imagePullSecrets = (.imagePullSecrets // [] | map(select(.name != $secret)))' | kubectl replace --filename -",
            ),
        ] {
            assert_eq!(commands(&asked(action, kind, "web"), None).as_deref(), Some(expected));
        }
        assert_eq!(commands(&asked(ActionKind::SetMetadata, "pods", "web"), None), None);
    }

    #[test]
    fn commands_follow_what_is_filled_in() {
        let told = |action: ActionKind, kind: &str, wish: &Action| {
            commands(&asked(action, kind, "web"), Some(wish)).unwrap()
        };
        let drain = Action::Drain { delete_empty_dir_data: true, force: true };

        let scaled = told(ActionKind::Scale, "deployments", &Action::Scale { replicas: 7 });
        assert_eq!(scaled, "kubectl scale deployments/web --namespace shop --replicas=7");
        let drained = told(ActionKind::Drain, "nodes", &drain);
        assert_eq!(drained, "kubectl drain web --ignore-daemonsets --delete-emptydir-data --force");
        let change = TaintChange {
            key: "dedicated".into(),
            value: "gpu".into(),
            effect: TaintEffect::NoExecute,
            remove: false,
        };
        let tainted = told(ActionKind::Taint, "nodes", &Action::Taint(change.clone()));
        assert_eq!(tainted, "kubectl taint nodes web --overwrite dedicated=gpu:NoExecute");
        let removed =
            told(ActionKind::Taint, "nodes", &Action::Taint(TaintChange { remove: true, ..change }));
        assert_eq!(removed, "kubectl taint nodes web --overwrite dedicated:NoExecute-");
    }

    #[test]
    fn a_deletion_says_what_becomes_of_what_is_owned() {
        let commands = "kubectl delete pods/a\nkubectl delete pods/b\n# … 3";

        assert_eq!(cascading(commands, "Background"), commands);
        assert_eq!(
            cascading(commands, "Orphan"),
            "kubectl delete pods/a --cascade=orphan\nkubectl delete pods/b --cascade=orphan\n# … 3"
        );
        assert!(cascading(commands, "Foreground").contains("pods/a --cascade=foreground"));
    }

    #[test]
    fn labels_and_annotations_are_two_commands() {
        let resource = asked(ActionKind::SetMetadata, "pods", "web").targets.remove(0).resource;
        let change = MetadataChange {
            labels: [("tier".to_owned(), Some("front end".to_owned())), ("old".to_owned(), None)].into(),
            annotations: [("example.com/note".to_owned(), Some("1".to_owned()))].into(),
        };

        assert_eq!(
            of_metadata(&resource, &change),
            "kubectl label pods/web --namespace shop --overwrite old- 'tier=front end'\n\
             kubectl annotate pods/web --namespace shop --overwrite example.com/note=1"
        );
        assert_eq!(of_metadata(&resource, &MetadataChange::default()), "");
    }

    #[test]
    fn a_name_is_no_command() {
        let command = commands(&asked(ActionKind::Delete, "roles", "a; rm -rf ~'"), None).unwrap();

        assert_eq!(command, r"kubectl delete roles/'a; rm -rf ~'\''' --namespace shop");
    }
}
