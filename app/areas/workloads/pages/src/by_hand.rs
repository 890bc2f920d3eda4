//! The same by hand: what one would type instead of using the console.

use crate::words::text;
use leptos::prelude::*;
use model::ResourceRef;
use model::terminal::{Shell, TerminalPlace, TerminalRequest};
use ui::CopyButton;
use workloads_contract::FilePlace;

/// Commands, folded away.
pub(crate) fn folded(commands: Signal<String>) -> AnyView {
    view! {
        <details class="kubectl">
            <summary>{text("kubectl")}</summary>
            {shown(commands)}
        </details>
    }
    .into_any()
}

/// Commands with a button that copies them.
pub(crate) fn shown(commands: Signal<String>) -> AnyView {
    view! {
        <div class="kubectl-body">
            <CopyButton value=commands/>
            <pre tabindex="0"><code>{move || commands.get()}</code></pre>
        </div>
    }
    .into_any()
}

/// What opens the same shell.
pub(crate) fn of_terminal(place: &TerminalPlace, shell: Option<Shell>) -> String {
    match place {
        TerminalPlace::Container(request) => of_container(request, shell),
        TerminalPlace::Node(entered) => format!(
            "kubectl debug --stdin --tty node/{} --namespace kube-system --image {} \
             --profile sysadmin -- chroot /host sh -l",
            entered.node.name,
            entered.image.as_str()
        ),
    }
}

fn of_container(request: &TerminalRequest, shell: Option<Shell>) -> String {
    let pod = pod(&request.pod);
    let option = |name: &str| {
        let container = request.container.as_deref();
        container.map(|container| format!(" --{name} {container}")).unwrap_or_default()
    };
    match &request.debug {
        Some(image) => {
            let image = image.as_str();
            format!("kubectl debug --stdin --tty {pod} --image {image}{}", option("target"))
        }
        None => {
            let shell = shell.or(request.shell).unwrap_or(Shell::Sh).word();
            format!("kubectl exec --stdin --tty {pod}{} -- {shell}", option("container"))
        }
    }
}

/// What lists the same folder, takes it away, and sends a file into it.
pub(crate) fn of_folder(place: &FilePlace, container: &str) -> String {
    let path = place.path.as_str();
    let namespace = place.pod.namespace.as_ref().map(|namespace| format!("{namespace}/")).unwrap_or_default();
    let there = |path: &str| quoted(&format!("{namespace}{}:{path}", place.pod.name));
    let into = format!("{}FILE", place.path.as_folder());
    [
        format!("kubectl exec {} --container {container} -- ls -la {}", pod(&place.pod), quoted(path)),
        format!("kubectl cp {} FOLDER --container {container}", there(path)),
        format!("kubectl cp FILE {} --container {container}", there(&into)),
    ]
    .join("\n")
}

/// A pod as commands name it.
fn pod(pod: &ResourceRef) -> String {
    match &pod.namespace {
        Some(namespace) => format!("{} --namespace {namespace}", pod.name),
        None => pod.name.to_string(),
    }
}

/// A word that a shell takes as it is.
fn quoted(word: &str) -> String {
    let is_plain = word
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'/' | b':'));
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::terminal::{ImageName, NodeShell};
    use workloads_contract::FilePath;

    fn object(kind: &str, namespace: Option<&str>, name: &str) -> ResourceRef {
        ResourceRef {
            cluster: "harbour".parse().unwrap(),
            kind: kind.parse().unwrap(),
            namespace: namespace.map(|namespace| namespace.parse().unwrap()),
            name: name.parse().unwrap(),
        }
    }

    fn of(container: Option<&str>, debug: Option<&str>, shell: Option<Shell>) -> String {
        let request = TerminalRequest {
            pod: object("pods", Some("shop"), "web-0"),
            container: container.map(str::to_owned),
            shell: None,
            debug: debug.map(|image| ImageName::parse(image).unwrap()),
        };
        of_terminal(&TerminalPlace::Container(request), shell)
    }

    #[test]
    fn a_terminal_says_what_opens_the_same_shell() {
        let exec = "kubectl exec --stdin --tty web-0 --namespace shop";
        assert_eq!(of(None, None, None), format!("{exec} -- sh"));
        assert_eq!(of(Some("web"), None, Some(Shell::Bash)), format!("{exec} --container web -- bash"));
        assert_eq!(
            of(Some("web"), Some("busybox:1.37"), None),
            "kubectl debug --stdin --tty web-0 --namespace shop --image busybox:1.37 --target web"
        );
        let node = NodeShell {
            node: object("nodes", None, "node-1"),
            image: ImageName::parse("busybox:1.37").unwrap(),
        };
        assert_eq!(
            of_terminal(&TerminalPlace::Node(node), None),
            "kubectl debug --stdin --tty node/node-1 --namespace kube-system --image busybox:1.37 \
             --profile sysadmin -- chroot /host sh -l"
        );
    }

    #[test]
    fn a_folder_says_what_lists_takes_and_fills_it() {
        let of = |path: &str| {
            let place = FilePlace {
                pod: object("pods", Some("shop"), "web-0"),
                container: None,
                path: FilePath::parse(path).unwrap(),
            };
            of_folder(&place, "web")
        };

        assert_eq!(
            of("/etc"),
            "kubectl exec web-0 --namespace shop --container web -- ls -la /etc\n\
             kubectl cp shop/web-0:/etc FOLDER --container web\n\
             kubectl cp FILE shop/web-0:/etc/FILE --container web"
        );
        assert!(of("/").ends_with("kubectl cp FILE shop/web-0:/FILE --container web"));
        assert!(of("/it's here").contains(r"ls -la '/it'\''s here'"));
    }
}
