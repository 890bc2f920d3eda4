//! Objects.

use super::specimen;
use crate::{
    Badge, Button, ButtonKind, Card, CardGrid, CodeEditor, DiffKind, DiffLine, DiffView, Glyph, KeyValue,
    KeyValueItem, Labels, LogView, ObjectPreview, PageHeader, Tree, TreeNode,
};
use leptos::prelude::*;
use live::LogLine;
use model::{
    ClusterName, DocumentPreview, FieldProblem, KindSlug, Level, Namespace, ObjectName, PreviewOutcome,
    QuotaAfter, ResourceRef, RestartWay, Restarts, Status, Timestamp,
};

const YAML: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  replicas: three
";

pub fn objects() -> AnyView {
    let status = Status::new(Level::Failed, "2 of 3 unavailable")
        .because("Container web of 2 pods ends with exit code 1 right after it starts.");
    view! {
        {specimen("PageHeader", view! {
            <PageHeader
                title="web"
                kind="Deployment"
                status=Some(status)
                since=Some(Timestamp(1_795_207_600))
                owners=vec![("Application shop".to_owned(), "#shop".to_owned())]
                facts=|| view! { <Badge text="revision 14"/> }
                actions=|| view! {
                    <Button kind=ButtonKind::Primary glyph=Glyph::Edit>"Edit"</Button>
                    <Button glyph=Glyph::Scale>"Scale"</Button>
                }
            />
        })}
        <CardGrid>
            <Card title="Details">{details()}</Card>
            <Card title="Owned objects" actions=|| view! { <a href="#all">"All"</a> }>
                <Tree nodes=tree() title="Objects of web"/>
            </Card>
            <Card title="Changes" flush=true wide=true>
                <DiffView title="Changes to web" lines=diff() side_by_side=true/>
            </Card>
            <Card title="Changes, one below the other" flush=true wide=true>
                <DiffView title="Changes to web, unified" lines=diff()/>
            </Card>
            {preview().map(|preview| view! { <ObjectPreview preview/> })}
            <Card title="Log" flush=true wide=true>
                <LogView title="Log of web" lines=log() dropped=1200/>
            </Card>
            <Card title="Text" flush=true wide=true>
                <CodeEditor
                    name="manifest"
                    label="Manifest of web"
                    text=YAML
                    problems=vec![FieldProblem {
                        line: Some(7),
                        ..FieldProblem::new(
                            "spec.replicas",
                            "must be a whole number, not the text \"three\"",
                        )
                    }]
                />
            </Card>
        </CardGrid>
    }
    .into_any()
}

fn details() -> AnyView {
    let labels = vec![("app".to_owned(), "web".to_owned()), ("tier".to_owned(), "frontend".to_owned())];
    view! {
        <KeyValue>
            <KeyValueItem name="Strategy">"RollingUpdate, 1 more, 0 fewer"</KeyValueItem>
            <KeyValueItem name="Replicas">"1 of 3 ready"</KeyValueItem>
            <KeyValueItem name="Image"><code>"registry.example/shop/web:2.4.1"</code></KeyValueItem>
            <KeyValueItem name="Labels"><Labels labels/></KeyValueItem>
        </KeyValue>
    }
    .into_any()
}

fn tree() -> Vec<TreeNode> {
    let node = |kind: &str, name: &str, level, word: &str, children| TreeNode {
        kind: kind.into(),
        name: name.into(),
        href: Some(format!("#{name}")),
        status: Some(Status::new(level, word)),
        since: None,
        children,
    };
    vec![
        node(
            "ReplicaSet",
            "web-5c7d8f9b6d",
            Level::Failed,
            "1 of 3",
            vec![
                node("Pod", "web-5c7d8f9b6d-x2x9q", Level::Failed, "CrashLoopBackOff", vec![]),
                node("Pod", "web-5c7d8f9b6d-m7n4k", Level::Healthy, "Running", vec![]),
            ],
        ),
        node("ReplicaSet", "web-7d8f9b6d5c", Level::Inactive, "Scaled to 0", vec![]),
    ]
}

fn diff() -> Vec<DiffLine> {
    let line = |kind, before, after, text: &str| DiffLine { kind, before, after, text: text.into() };
    vec![
        line(DiffKind::Gap, None, None, "11 equal lines"),
        line(DiffKind::Same, Some(12), Some(12), "    spec:"),
        line(DiffKind::Same, Some(13), Some(13), "      containers:"),
        line(DiffKind::Removed, Some(14), None, "      - image: registry.example/shop/web:2.4.1"),
        line(DiffKind::Added, None, Some(14), "      - image: registry.example/shop/web:2.4.2"),
        line(DiffKind::Added, None, Some(15), "        imagePullPolicy: IfNotPresent"),
        line(DiffKind::Same, Some(15), Some(16), "        name: web"),
    ]
}

/// What would become of a deployment; nothing only if a name here were no name.
fn preview() -> Option<DocumentPreview> {
    let resource = ResourceRef {
        cluster: ClusterName::parse("harbour").ok()?,
        kind: KindSlug::parse("deployments").ok()?,
        namespace: Namespace::parse("shop").ok(),
        name: ObjectName::parse("web").ok()?,
    };
    let restarts = Restarts {
        way: RestartWay::Rolling,
        count: 2,
        from_ordinal: 0,
        pods: vec!["web-5c7d8f9b6d-2xk4q".into(), "web-5c7d8f9b6d-m7n4k".into()],
    };
    let quota = QuotaAfter {
        quota: "usual".into(),
        resource: "requests.memory".into(),
        used: 3 * 1_000 * (1 << 30),
        after: 5 * 1_000 * (1 << 30),
        hard: 4 * 1_000 * (1 << 30),
    };
    let line = |text: &str| text.to_owned();
    Some(DocumentPreview {
        resource,
        outcome: PreviewOutcome::Changed,
        diff: vec![
            model::DiffLine::Gap(11),
            model::DiffLine::Same(line("        resources:")),
            model::DiffLine::Removed(line("          requests: {memory: 1536Mi}")),
            model::DiffLine::Added(line("          requests: {memory: 2560Mi}")),
        ],
        conflicts: Vec::new(),
        warnings: vec!["spec.template.spec.nodeSelector: deprecated label".into()],
        remarks: Vec::new(),
        restarts: Some(restarts),
        quotas: vec![quota],
    })
}

fn log() -> Vec<LogLine> {
    let lines = [
        "2026-11-23T04:19:58Z \u{1b}[32mINFO\u{1b}[0m  listening on :8080",
        "2026-11-23T04:19:59Z \u{1b}[33mWARN\u{1b}[0m  cannot reach \u{1b}[1mdatabase-0.database.shop\u{1b}[0m, trying again in 1 s",
        "2026-11-23T04:20:00Z \u{1b}[31mERROR\u{1b}[0m database refused the password of user \"shop\"; giving up after 3 tries. A line that is long enough to be wrapped at any width that a window of ordinary size would have.",
    ];
    let line = |(text, number): (&str, u64)| LogLine {
        number,
        at_nanoseconds: (1_795_407_598 + number as i64 - 1200) * 1_000_000_000,
        source: 0,
        text: text.into(),
        after_gap: false,
    };
    lines.into_iter().zip(1200..).map(line).collect()
}
