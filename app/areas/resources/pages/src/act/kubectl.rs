//! The same by hand: what one would type instead of pressing the button.

use super::Asked;
use crate::words::text;
use leptos::prelude::*;
use model::ResourceRef;
use resources_contract::ActionKind;
use ui::CopyButton;

/// Commands beyond these are told to be like them.
const MOST: usize = 20;

/// The commands, folded away; nothing for what has none.
pub(super) fn panel(asked: &Asked) -> AnyView {
    let Some(commands) = commands(asked) else { return ().into_any() };
    let shown = commands.clone();
    view! {
        <details class="kubectl">
            <summary>{text("kubectl")}</summary>
            <div class="kubectl-body">
                <CopyButton value=Signal::stored(commands)/>
                <pre tabindex="0"><code>{shown}</code></pre>
            </div>
        </details>
    }
    .into_any()
}

fn commands(asked: &Asked) -> Option<String> {
    let lines = asked.targets.iter().take(MOST).map(|target| command(asked, &target.resource));
    let mut lines: Vec<String> = lines.collect::<Option<_>>()?;
    if asked.targets.len() > MOST {
        lines.push(format!("# … {}", asked.targets.len() - MOST));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn command(asked: &Asked, resource: &ResourceRef) -> Option<String> {
    let (kind, name) = (resource.kind.as_str(), quoted(resource.name.as_str()));
    let namespace =
        resource.namespace.as_ref().map(|namespace| format!(" --namespace {namespace}")).unwrap_or_default();
    let on = |verb: &str| format!("kubectl {verb} {kind}/{name}{namespace}");
    let patch =
        |patch: &str| format!("kubectl patch {kind}/{name}{namespace} --type merge --patch '{patch}'");
    Some(match asked.action {
        ActionKind::Scale => format!("{} --replicas={}", on("scale"), asked.current.unwrap_or(1)),
        ActionKind::Restart => on("rollout restart"),
        ActionKind::Pause => on("rollout pause"),
        ActionKind::Resume => on("rollout resume"),
        ActionKind::RollBack => match asked.revision {
            Some(revision) => format!("{} --to-revision={revision}", on("rollout undo")),
            None => on("rollout undo"),
        },
        ActionKind::Cordon => format!("kubectl cordon {name}"),
        ActionKind::Uncordon => format!("kubectl uncordon {name}"),
        ActionKind::Drain => format!("kubectl drain {name} --ignore-daemonsets"),
        ActionKind::Suspend => patch(r#"{"spec":{"suspend":true}}"#),
        ActionKind::Unsuspend => patch(r#"{"spec":{"suspend":false}}"#),
        ActionKind::Trigger => format!("kubectl create job {name}-by-hand --from={kind}/{name}{namespace}"),
        ActionKind::Delete => on("delete"),
        ActionKind::Edit => on("edit"),
        ActionKind::SetMetadata => return None,
    })
}

/// Names of roles may hold what a shell reads otherwise.
fn quoted(name: &str) -> String {
    let is_plain =
        name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
    if is_plain { name.to_owned() } else { format!("'{}'", name.replace('\'', "'\\''")) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use resources_contract::Target;

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
            (ActionKind::Drain, "nodes", "kubectl drain web --ignore-daemonsets"),
            (ActionKind::Delete, "secrets", "kubectl delete secrets/web --namespace shop"),
        ] {
            assert_eq!(commands(&asked(action, kind, "web")).as_deref(), Some(expected));
        }
        assert_eq!(commands(&asked(ActionKind::SetMetadata, "pods", "web")), None);
    }

    #[test]
    fn a_name_is_no_command() {
        let command = commands(&asked(ActionKind::Delete, "roles", "a; rm -rf ~'")).unwrap();

        assert_eq!(command, r"kubectl delete roles/'a; rm -rf ~'\''' --namespace shop");
    }
}
