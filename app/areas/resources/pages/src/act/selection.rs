//! Everything that a filter finds, as kubectl finds it: by labels and by the few fields that the API server selects by. What
//! else a filter says kubectl has no word for; then nothing is told that would change more than the filter finds.

use super::Found;
use super::kubectl::{quoted, run_again, taint};
use crate::words::text_with;
use model::TableQuery;
use resources_contract::{Action, ActionKind};
use ui::search_terms::terms;

/// What a number is called that is not filled in yet.
const NUMBER: &str = "N";

/// What a filter says, for kubectl.
#[derive(Debug, Default, PartialEq, Eq)]
struct Selection {
    kind: String,
    /// Where; nothing for everywhere.
    namespaces: Vec<String>,
    /// As `-l` takes them.
    labels: Vec<String>,
    /// As `--field-selector` takes them.
    fields: Vec<String>,
    /// What there is no word for.
    unsaid: Vec<String>,
}

/// The commands that do the same with everything that is found. Where kubectl cannot say all that the filter says, they
/// only list, and a comment tells why.
pub(super) fn commands(found: &Found, action: ActionKind, wish: Option<&Action>) -> Option<String> {
    let selection = Selection::of(&found.query);
    if selection.unsaid.is_empty() {
        return selection.acts(action, wish);
    }
    let why = text_with("kubectl.unsaid", &[("terms", &selection.unsaid.join(" "))]);
    let selectors = selection.selectors();
    let lists = selection.places().into_iter();
    let lists = lists.map(|place| format!("kubectl get {}{place}{selectors} -o name", selection.kind));
    Some(std::iter::once(format!("# {why}")).chain(lists).collect::<Vec<_>>().join("\n"))
}

impl Selection {
    fn of(query: &TableQuery) -> Self {
        let mut selection = Self {
            kind: query.kind.to_string(),
            namespaces: query.namespaces.iter().map(ToString::to_string).collect(),
            ..Self::default()
        };
        for term in terms(&query.search) {
            selection.take(&term.text);
        }
        selection
    }

    fn take(&mut self, term: &str) {
        if let Some(label) = label(term) {
            self.labels.push(label);
        } else if let Some(field) = field(&self.kind, term) {
            self.fields.push(field);
        } else {
            self.unsaid.push(term.to_owned());
        }
    }

    fn selectors(&self) -> String {
        let option = |name: &str, selectors: &[String]| {
            let all = selectors.join(",");
            if all.is_empty() { String::new() } else { format!(" {name} {}", quoted(&all)) }
        };
        option("-l", &self.labels) + &option("--field-selector", &self.fields)
    }

    /// Where, as commands say it.
    fn places(&self) -> Vec<String> {
        match self.namespaces.as_slice() {
            [] => vec![" --all-namespaces".to_owned()],
            some => some.iter().map(|namespace| format!(" --namespace {namespace}")).collect(),
        }
    }

    fn acts(&self, action: ActionKind, wish: Option<&Action>) -> Option<String> {
        let (kind, selectors) = (&self.kind, self.selectors());
        let or_all = if selectors.is_empty() { " --all" } else { selectors.as_str() };
        let everywhere = |command: &dyn Fn(String) -> String| {
            Some(self.places().into_iter().map(command).collect::<Vec<_>>().join("\n"))
        };
        // Only deleting selects by fields, or in all namespaces.
        let selects = self.fields.is_empty() && !self.namespaces.is_empty();
        match action {
            ActionKind::Delete => everywhere(&|place| format!("kubectl delete {kind}{place}{or_all}")),
            ActionKind::Cordon | ActionKind::Uncordon => Some(self.of_nodes(action.word(), "")),
            ActionKind::Taint => {
                let taint = match wish {
                    Some(Action::Taint(change)) => format!(" --overwrite {}", taint(change)),
                    _ => String::new(),
                };
                Some(self.of_nodes("taint nodes", &taint))
            }
            ActionKind::Scale if selects => {
                let replicas = replicas(wish);
                everywhere(&|place| format!("kubectl scale {kind}{place}{or_all} --replicas={replicas}"))
            }
            ActionKind::Restart | ActionKind::Pause | ActionKind::Resume if selects => {
                let verb = action.word();
                everywhere(&|place| format!("kubectl rollout {verb} {kind}{place}{selectors}"))
            }
            _ => {
                let each = self.for_each(action, wish)?;
                everywhere(&|place| {
                    format!(
                        "kubectl get {kind}{place}{selectors} --no-headers \
                         -o custom-columns=:.metadata.namespace,:.metadata.name |\n  \
                         while read -r namespace name; do {each}; done"
                    )
                })
            }
        }
    }

    /// Commands about nodes take labels, and names otherwise.
    fn of_nodes(&self, verb: &str, more: &str) -> String {
        let selectors = self.selectors();
        match (self.labels.is_empty(), self.fields.is_empty(), more.is_empty()) {
            (false, true, _) => format!("kubectl {verb}{selectors}{more}"),
            (true, true, false) => format!("kubectl {verb} --all{more}"),
            _ => format!(
                "kubectl get nodes{selectors} --no-headers -o custom-columns=:.metadata.name |\n  \
                 while read -r name; do kubectl {verb} \"$name\"{more}; done"
            ),
        }
    }

    /// What is done with one of many, by the names that a shell reads.
    fn for_each(&self, action: ActionKind, wish: Option<&Action>) -> Option<String> {
        let kind = &self.kind;
        let on = |verb: &str| format!("kubectl {verb} {kind}/\"$name\" --namespace \"$namespace\"");
        let patch = |patch: &str| format!("{} --type merge --patch '{patch}'", on("patch"));
        Some(match action {
            ActionKind::Scale => format!("{} --replicas={}", on("scale"), replicas(wish)),
            ActionKind::Restart | ActionKind::Pause | ActionKind::Resume => {
                on(&format!("rollout {}", action.word()))
            }
            ActionKind::Suspend => patch(r#"{"spec":{"suspend":true}}"#),
            ActionKind::Unsuspend => patch(r#"{"spec":{"suspend":false}}"#),
            ActionKind::Trigger if kind == "jobs" => {
                run_again(&format!("{kind}/\"$name\" --namespace \"$namespace\""))
            }
            ActionKind::Trigger => format!(
                "kubectl create job \"$name-by-hand\" --from={kind}/\"$name\" --namespace \"$namespace\""
            ),
            _ => return None,
        })
    }
}

fn replicas(wish: Option<&Action>) -> String {
    match wish {
        Some(Action::Scale { replicas }) => replicas.to_string(),
        _ => NUMBER.to_owned(),
    }
}

/// A term without the minus before it, and whether there is one.
fn sign(term: &str) -> (bool, &str) {
    match term.strip_prefix('-') {
        Some(rest) if !rest.is_empty() => (true, rest),
        _ => (false, term),
    }
}

/// A term about a label, as a selector: `app=web`, `label:app`.
fn label(term: &str) -> Option<String> {
    let (is_negated, term) = sign(term);
    let is_word = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/'))
    };
    let about = match term.find([':', '=', '<', '>']).map(|at| term.split_at(at))? {
        ("label", rest) if rest.starts_with(':') => &rest[1..],
        // What begins with a dot is a place in the object.
        (name, rest) if rest.starts_with('=') && !name.starts_with('.') => term,
        _ => return None,
    };
    let (key, value) = about.split_once('=').map_or((about, None), |(key, value)| (key, Some(value)));
    if key.is_empty() || !is_word(key) || !value.is_none_or(is_word) {
        return None;
    }
    Some(match (value, is_negated) {
        (Some(value), false) => format!("{key}={value}"),
        (Some(value), true) => format!("{key}!={value}"),
        (None, false) => key.to_owned(),
        (None, true) => format!("!{key}"),
    })
}

/// A term about a field that the API server selects by, when it wants all of its value: `name:=web-0`.
fn field(kind: &str, term: &str) -> Option<String> {
    let (is_negated, term) = sign(term);
    let (name, value) = term.split_once(":=")?;
    let path = match name {
        "name" | ".metadata.name" => "metadata.name",
        "namespace" | "ns" | ".metadata.namespace" => "metadata.namespace",
        "node" | ".spec.nodeName" if kind == "pods" => "spec.nodeName",
        _ => return None,
    };
    // Searches do not tell large letters from small ones, and selectors do.
    let is_name =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    let is_exact = !value.is_empty() && value.bytes().all(is_name);
    is_exact.then(|| format!("{path}{}{value}", if is_negated { "!=" } else { "=" }))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use resources_contract::{TaintChange, TaintEffect};

    fn told(
        action: ActionKind,
        kind: &str,
        namespaces: &[&str],
        search: &str,
        wish: Option<&Action>,
    ) -> String {
        let mut query = TableQuery::of("harbour".parse().unwrap(), kind.parse().unwrap());
        query.namespaces = namespaces.iter().map(|name| name.parse().unwrap()).collect();
        query.search = search.to_owned();
        commands(&Found { query, count: 4 }, action, wish).unwrap()
    }

    #[test]
    fn labels_and_names_are_selectors() {
        let terms = |search: &str| {
            let mut query = TableQuery::of("harbour".parse().unwrap(), "pods".parse().unwrap());
            query.search = search.to_owned();
            let Selection { labels, fields, unsaid, .. } = Selection::of(&query);
            (labels.join(","), fields.join(","), unsaid.join(" "))
        };
        let of = |labels: &str, fields: &str, unsaid: &str| {
            (labels.to_owned(), fields.to_owned(), unsaid.to_owned())
        };

        assert_eq!(terms("app=web -tier=back label:x -label:y"), of("app=web,tier!=back,x,!y", "", ""));
        assert_eq!(terms("label:app.kubernetes.io/name=shop"), of("app.kubernetes.io/name=shop", "", ""));
        assert_eq!(
            terms("name:=web-0 -node:=worker-1"),
            of("", "metadata.name=web-0,spec.nodeName!=worker-1", "")
        );
        let unsaid =
            r#"web status:failed name:web node:worker-1 restarts>3 "a b" name:=Web name:=a,b .a.b=c"#;
        assert_eq!(terms(unsaid), of("", "", unsaid));
    }

    #[test]
    fn everything_of_a_namespace_is_told_with_the_command_itself() {
        let scale = Action::Scale { replicas: 3 };

        assert_eq!(
            told(ActionKind::Delete, "pods", &["shop"], "app=web", None),
            "kubectl delete pods --namespace shop -l app=web"
        );
        assert_eq!(
            told(ActionKind::Delete, "pods", &[], "", None),
            "kubectl delete pods --all-namespaces --all"
        );
        assert_eq!(
            told(ActionKind::Scale, "deployments", &["shop", "till"], "", Some(&scale)),
            "kubectl scale deployments --namespace shop --all --replicas=3\n\
             kubectl scale deployments --namespace till --all --replicas=3"
        );
        assert_eq!(
            told(ActionKind::Scale, "deployments", &["shop"], "-app=web", None),
            "kubectl scale deployments --namespace shop -l 'app!=web' --replicas=N"
        );
        assert_eq!(
            told(ActionKind::Restart, "deployments", &["shop"], "", None),
            "kubectl rollout restart deployments --namespace shop"
        );
    }

    #[test]
    fn what_selects_nothing_is_told_name_by_name() {
        assert_eq!(
            told(ActionKind::Restart, "deployments", &[], "app=web", None),
            "kubectl get deployments --all-namespaces -l app=web --no-headers \
             -o custom-columns=:.metadata.namespace,:.metadata.name |\n  \
             while read -r namespace name; do kubectl rollout restart deployments/\"$name\" \
             --namespace \"$namespace\"; done"
        );
        let suspended = told(ActionKind::Suspend, "cronjobs", &["shop"], "", None);
        assert!(suspended.contains("kubectl patch cronjobs/\"$name\""), "{suspended}");
    }

    #[test]
    fn nodes_are_chosen_by_their_labels() {
        let change = TaintChange {
            key: "dedicated".into(),
            value: "gpu".into(),
            effect: TaintEffect::NoExecute,
            remove: false,
        };
        let taint = Action::Taint(change);

        assert_eq!(told(ActionKind::Cordon, "nodes", &[], "pool=gpu", None), "kubectl cordon -l pool=gpu");
        assert!(
            told(ActionKind::Uncordon, "nodes", &[], "", None).ends_with("kubectl uncordon \"$name\"; done")
        );
        assert_eq!(
            told(ActionKind::Taint, "nodes", &[], "pool=gpu", Some(&taint)),
            "kubectl taint nodes -l pool=gpu --overwrite dedicated=gpu:NoExecute"
        );
        assert_eq!(
            told(ActionKind::Taint, "nodes", &[], "", Some(&taint)),
            "kubectl taint nodes --all --overwrite dedicated=gpu:NoExecute"
        );
    }

    #[test]
    fn what_kubectl_cannot_say_changes_nothing() {
        let told = told(ActionKind::Delete, "pods", &["shop"], "app=web status:failed", None);

        assert!(told.starts_with("# ") && told.contains("status:failed"), "{told}");
        assert!(told.ends_with("\nkubectl get pods --namespace shop -l app=web -o name"), "{told}");
        assert!(!told.contains("kubectl delete"), "{told}");
    }
}
