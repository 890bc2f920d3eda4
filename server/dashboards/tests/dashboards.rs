//! Dashboards from a form to the tables and back, for several people, over a playground's cluster.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod stage;

use dashboards::ForCaller;
use model::{ConsoleError, Namespace};
use monitoring_contract::{
    ArrangePanelFields, Arrangement, DashboardFields, DashboardRequest, Dashboards, ImportFields, Measured,
    PanelFields, PanelHeight, PanelKind, RemoveDashboardFields, ShownAnnotation, ShownContent, Window,
};
use stage::{Stage, harbour, new, panel};
use std::collections::BTreeSet;

fn look(id: &str) -> DashboardRequest {
    DashboardRequest {
        cluster: harbour(),
        id: id.into(),
        window: Window::default(),
        compare: None,
        chosen: Vec::new(),
    }
}

fn removal(id: &str, version: i64) -> RemoveDashboardFields {
    RemoveDashboardFields { cluster: harbour(), id: id.into(), version }
}

fn field(result: Result<impl std::fmt::Debug, ConsoleError>) -> String {
    match result {
        Err(ConsoleError::Invalid { problems }) => problems[0].field.clone(),
        other => panic!("{other:?}"),
    }
}

fn is_forbidden(result: &Result<impl std::fmt::Debug, ConsoleError>) {
    assert!(matches!(result, Err(ConsoleError::Forbidden { .. })), "{result:?}");
}

#[tokio::test]
async fn one_that_cannot_be_read_keeps_nobody_from_the_others() {
    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;
    let odd = ada.save_dashboard(new("Odd", "")).await.unwrap();
    ada.save_dashboard(new("Plain", "")).await.unwrap();
    let tables = &stage.kept.database;
    let kept = tables.dashboard(&harbour(), odd.parse().unwrap()).await.unwrap().unwrap();
    tables.change_dashboard(kept.id, kept.version, "Odd", r#"{"form":99}"#, "later").await.unwrap();

    let names = ada.dashboards(harbour()).await.unwrap().dashboards.into_iter().map(|line| line.name);
    assert_eq!(names.collect::<Vec<_>>(), ["Odd", "Plain"]);
    let error = ada.open_dashboard(look(&odd)).await.unwrap_err();
    assert!(error.to_string().contains("form 99"), "{error}");
}

#[tokio::test]
async fn everybody_sees_and_changes_what_is_theirs() {
    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;
    let ben = stage.caller("ben", "regular", Some(("shop", "project-editor"))).await;
    let cyd = stage.caller("cyd", "regular", Some(("shop", "project-viewer"))).await;
    let dan = stage.caller("dan", "regular", Some(("blog", "project-editor"))).await;
    let eve = stage.caller("eve", "regular", Some(("cluster", "cluster-viewer"))).await;
    let fay = stage.caller("fay", "regular", None).await;

    // Making one.
    let wide = ada.save_dashboard(new("Wide", "")).await.unwrap();
    let narrow = ben.save_dashboard(new("Narrow", "shop")).await.unwrap();
    assert_eq!(stage.console.trail(1).await, [("ben".into(), "create dashboard".into(), true)]);
    is_forbidden(&ben.save_dashboard(new("Wide too", "")).await);
    assert_eq!(stage.console.trail(1).await, [("ben".into(), "create dashboard".into(), false)]);
    for (who, namespace) in [(&cyd, "shop"), (&dan, "shop"), (&eve, "shop"), (&eve, "")] {
        is_forbidden(&who.save_dashboard(new("No", namespace)).await);
    }
    let unknown = fay.save_dashboard(new("No", "shop")).await;
    assert!(matches!(unknown, Err(ConsoleError::NotFound { .. })), "{unknown:?}");
    assert_eq!(field(ada.save_dashboard(new("No", "no-such-place")).await), "namespace");

    // The list.
    let seen = async |who: &ForCaller| {
        let list = who.dashboards(harbour()).await.unwrap();
        let lines = list.dashboards.iter().map(|line| (line.name.clone(), line.may_change));
        lines.collect::<Vec<_>>()
    };
    let (wide_line, narrow_line) = (("Wide".to_owned(), false), ("Narrow".to_owned(), false));
    assert_eq!(seen(&ada).await, [("Wide".to_owned(), true), ("Narrow".to_owned(), true)]);
    assert_eq!(seen(&ben).await, [wide_line.clone(), ("Narrow".to_owned(), true)]);
    assert_eq!(seen(&cyd).await, [wide_line.clone(), narrow_line.clone()]);
    assert_eq!(seen(&dan).await, std::slice::from_ref(&wide_line), "another project's was told");
    assert_eq!(seen(&eve).await, [wide_line, narrow_line]);
    assert!(matches!(fay.dashboards(harbour()).await, Err(ConsoleError::NotFound { .. })));
    let offered = ben.dashboards(harbour()).await.unwrap();
    assert!(!offered.may_make_for_cluster && offered.may_make_for == [Namespace::parse("shop").unwrap()]);

    // Looking at one, taking it away, and its forms.
    for who in [&ada, &ben, &cyd, &eve] {
        assert_eq!(who.open_dashboard(look(&narrow)).await.unwrap().line.name, "Narrow");
        who.export_dashboard(harbour(), narrow.clone()).await.unwrap();
    }
    is_forbidden(&dan.open_dashboard(look(&narrow)).await);
    is_forbidden(&dan.export_dashboard(harbour(), narrow.clone()).await);
    assert_eq!(dan.open_dashboard(look(&wide)).await.unwrap().line.name, "Wide");
    for who in [&cyd, &dan, &eve] {
        is_forbidden(&who.read_plan(harbour(), narrow.clone()).await);
        is_forbidden(&who.save_panel(panel(&narrow, 1, "up")).await);
        is_forbidden(&who.save_dashboard(DashboardFields { id: narrow.clone(), ..new("x", "") }).await);
        let act = ArrangePanelFields {
            cluster: harbour(),
            id: narrow.clone(),
            version: 1,
            index: 0,
            to: 0,
            width: 6,
            height: PanelHeight::Usual,
            act: Arrangement::Up,
        };
        is_forbidden(&who.arrange_panel(act).await);
        is_forbidden(&who.remove_dashboard(removal(&narrow, 1)).await);
    }
    is_forbidden(&ben.remove_dashboard(removal(&wide, 1)).await);
    ben.remove_dashboard(removal(&narrow, 1)).await.unwrap();
    assert_eq!(stage.console.trail(1).await, [("ben".into(), "remove dashboard".into(), true)]);
    assert!(matches!(ben.open_dashboard(look(&narrow)).await, Err(ConsoleError::NotFound { .. })));
}

#[tokio::test]
async fn nothing_is_saved_over_a_change_that_was_not_seen_nor_of_what_cannot_be_read() {
    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;
    let bea = stage.caller("bea", "administrator", None).await;
    let id = ada.save_dashboard(new("Shop", "shop")).await.unwrap();
    let kept = async || ada.read_plan(harbour(), id.clone()).await.unwrap();

    let variables = "pod = label_values(kube_pod_info, pod)".to_owned();
    let named = DashboardFields { id: id.clone(), version: 1, variables, ..new(" Shop pods ", "") };
    ada.save_dashboard(named.clone()).await.unwrap();
    assert_eq!((kept().await.version, kept().await.plan.name.as_str()), (2, "Shop pods"));
    bea.save_panel(panel(&id, 2, "up{pod=\"$pod\"}")).await.unwrap();

    // Ada still looks at the second version.
    let before = kept().await;
    let act = ArrangePanelFields {
        cluster: harbour(),
        id: id.clone(),
        version: 2,
        index: 0,
        to: 0,
        width: 6,
        height: PanelHeight::Usual,
        act: Arrangement::Remove,
    };
    let late = [
        ada.save_dashboard(DashboardFields { version: 2, ..named.clone() }).await.map(|_| ()),
        ada.save_panel(panel(&id, 2, "up")).await,
        ada.arrange_panel(act).await,
        ada.remove_dashboard(removal(&id, 2)).await,
    ];
    for late in late {
        let Err(ConsoleError::Conflict { problems }) = late else { panic!("{late:?}") };
        assert!(problems[0].message.contains("bea has changed this dashboard"), "{problems:?}");
    }
    assert_eq!(kept().await, before);

    for (query, words) in
        [("sum(up", "parenthesis"), ("up{pod=\"$other\"}", "$other"), ("rate(up[$pod])", "$pod")]
    {
        let refused = ada.save_panel(panel(&id, 3, query)).await;
        let Err(ConsoleError::Invalid { problems }) = refused else { panic!("{refused:?}") };
        assert_eq!(problems[0].field, "query-1");
        assert!(problems[0].message.contains(words), "{problems:?}");
    }
    // A variable does not go while a query asks for it.
    let without = DashboardFields { version: 3, variables: String::new(), ..named };
    assert_eq!(field(ada.save_dashboard(without).await), "variables");
    let marked = |annotations: &str| DashboardFields {
        version: 3,
        variables: "pod = label_values(kube_pod_info, pod)".into(),
        annotations: annotations.into(),
        id: id.clone(),
        ..new("Shop pods", "")
    };
    for line in ["Down = sum(up", "Down = up{pod=\"$other\"}", "no name"] {
        assert_eq!(field(ada.save_dashboard(marked(line)).await), "annotations", "{line}");
    }
    let beyond = PanelFields { index: "7".into(), ..panel(&id, 3, "up") };
    assert_eq!(field(ada.save_panel(beyond).await), "");
    assert_eq!(kept().await, before);
    let first = PanelFields { index: "0".into(), title: "Other".into(), ..panel(&id, 3, "up") };
    ada.save_panel(first).await.unwrap();
    assert_eq!(kept().await.plan.panels[0].title, "Other");
    let crashes = "Crashes = changes(kube_pod_container_status_restarts_total{namespace=\"shop\"}[5m]) > 0";
    ada.save_dashboard(DashboardFields { version: 4, ..marked(crashes) }).await.unwrap();
    assert_eq!(kept().await.plan.annotations[0].to_string(), crashes);
}

#[tokio::test]
async fn templates_and_dashboards_of_grafana_are_kept() {
    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;

    let template = DashboardFields { template: "redis".into(), ..new("Our Redis", "shop") };
    let id = ada.save_dashboard(template.clone()).await.unwrap();
    let kept = ada.read_plan(harbour(), id.clone()).await.unwrap().plan;
    assert!(kept.name == "Our Redis" && kept.panels.len() > 5 && kept.variables.len() == 1);
    assert_eq!(
        field(ada.save_dashboard(DashboardFields { template: "x".into(), ..template }).await),
        "template"
    );

    let (name, text) = ada.export_dashboard(harbour(), id).await.unwrap();
    let fields = |text: &str, leave_out| ImportFields {
        cluster: harbour(),
        namespace: String::new(),
        name: String::new(),
        text: text.into(),
        leave_out,
    };
    let again = ada.import_dashboard(fields(&text, false)).await.unwrap();
    let mut again = ada.read_plan(harbour(), again).await.unwrap().plan;
    again.panels.iter_mut().zip(&kept.panels).for_each(|(panel, kept)| panel.id = kept.id);
    assert_eq!(again, kept);
    assert_eq!(name, "Our Redis");

    let odd = r#"{"title": "Odd", "panels": [{"type": "nodeGraph", "title": "Hot"}]}"#;
    let refused = ada.import_dashboard(fields(odd, false)).await;
    let Err(ConsoleError::Invalid { problems }) = refused else { panic!("{refused:?}") };
    assert!(
        problems[0].field == "leave_out" && problems[0].message.contains("panel \"Hot\": its type nodeGraph")
    );
    assert_eq!(ada.dashboards(harbour()).await.unwrap().dashboards.len(), 2);
    ada.import_dashboard(fields(odd, true)).await.unwrap();
    assert_eq!(ada.dashboards(harbour()).await.unwrap().dashboards.len(), 3);
    assert_eq!(field(ada.import_dashboard(fields("{", true)).await), "text");
}

#[tokio::test]
async fn nothing_is_kept_for_a_namespace_that_was_made_anew() {
    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;
    ada.save_dashboard(new("Before", "shop")).await.unwrap();

    stage.make_anew("shop").await;

    let refused = ada.save_dashboard(new("After", "shop")).await.unwrap_err();
    assert!(
        refused.to_string().contains("namespace shop in cluster harbour is another one now"),
        "{refused}"
    );
    assert_eq!(ada.dashboards(harbour()).await.unwrap().dashboards.len(), 1);
    ada.save_dashboard(new("Of all", "")).await.unwrap();
}

#[tokio::test]
async fn a_copy_is_a_panel_of_its_own_and_goes_wherever_it_is_sent() {
    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;
    let id = ada.save_dashboard(new("Shop", "shop")).await.unwrap();
    for version in 1..=3 {
        ada.save_panel(panel(&id, version, "up")).await.unwrap();
    }
    let sized = async |version, index, to, act, width, height| {
        let (cluster, id) = (harbour(), id.clone());
        ada.arrange_panel(ArrangePanelFields { cluster, id, version, index, to, width, height, act }).await
    };
    let arrange = async |version, index, to, act| sized(version, index, to, act, 6, PanelHeight::Usual).await;
    let panels = async || ada.read_plan(harbour(), id.clone()).await.unwrap().plan.panels;
    let titles = async || panels().await.into_iter().map(|panel| panel.title).collect::<Vec<_>>();

    arrange(4, 0, 0, Arrangement::Copy).await.unwrap();
    assert_eq!(titles().await, ["Panel of 1", "Panel of 1", "Panel of 2", "Panel of 3"]);
    let ids: BTreeSet<u32> = panels().await.iter().map(|panel| panel.id).collect();
    assert_eq!(ids.len(), 4, "links to the first mean no other one");

    arrange(5, 3, 0, Arrangement::To).await.unwrap();
    assert_eq!(titles().await, ["Panel of 3", "Panel of 1", "Panel of 1", "Panel of 2"]);
    assert!(arrange(6, 0, 4, Arrangement::To).await.is_err());

    sized(6, 0, 1, Arrangement::Place, 12, PanelHeight::Tall).await.unwrap();
    assert_eq!(titles().await, ["Panel of 1", "Panel of 3", "Panel of 1", "Panel of 2"]);
    assert_eq!((panels().await[1].width, panels().await[1].height), (12, PanelHeight::Tall));
    assert_eq!(field(sized(7, 0, 0, Arrangement::Place, 5, PanelHeight::Usual).await), "width");
    assert_eq!(titles().await.len(), 4);
}

#[tokio::test]
async fn a_panel_of_logs_finds_what_its_reader_may_read() {
    let stage = Stage::new().await.measured().await;
    let ada = stage.caller("ada", "administrator", None).await;
    let ben = stage.caller("ben", "regular", Some(("shop", "project-editor"))).await;
    let id = ada.save_dashboard(new("Lines", "")).await.unwrap();
    let of_logs =
        |version, search: &str| PanelFields { kind: PanelKind::Logs, ..panel(&id, version, search) };

    assert_eq!(field(ada.save_panel(of_logs(1, "level:loud")).await), "query-1");
    assert_eq!(field(ada.save_panel(of_logs(1, "pod:$pod")).await), "query-1", "no such variable");
    ada.save_panel(of_logs(1, "namespace:$namespace -level:debug")).await.unwrap();

    let search = async |who: &ForCaller, namespace: &str| {
        let chosen = vec![("namespace".to_owned(), namespace.to_owned())];
        let opened = who.open_dashboard(DashboardRequest { chosen, ..look(&id) }).await.unwrap();
        let Measured::Answered(view) = opened.view else { panic!("nothing measures the cluster") };
        view.panels[0].clone()
    };
    let origins = |content: &ShownContent| match content {
        ShownContent::Logs(found) => {
            let of =
                found.lines.iter().map(|line| line.origin.split('/').next().unwrap_or_default().to_owned());
            of.collect::<BTreeSet<String>>()
        }
        other => panic!("{other:?}"),
    };

    let all = search(&ada, "").await;
    assert_eq!(all.queries, ["-level:debug"], "what is not chosen is no condition");
    assert!(origins(&all.content).len() > 1, "{all:?}");
    assert_eq!(origins(&search(&ada, "payments").await.content), ["payments".to_owned()].into());
    assert_eq!(origins(&search(&ben, "").await.content), ["shop".to_owned()].into());
    let foreign = search(&ben, "payments").await.content;
    assert!(matches!(foreign, ShownContent::Failed(ConsoleError::Forbidden { .. })), "{foreign:?}");

    // What happened is marked as far as its reader may know of it.
    let marked = |version, annotations: &str| DashboardFields {
        id: id.clone(),
        version,
        annotations: annotations.into(),
        ..new("Lines", "")
    };
    for line in ["Odd = events: reason:\"", "Odd = rollouts: pod:web"] {
        assert_eq!(field(ada.save_dashboard(marked(2, line)).await), "annotations", "{line}");
    }
    let both = "Ends = events: reason:Killing\nPayments = events: reason:Killing namespace:payments";
    ada.save_dashboard(marked(2, both)).await.unwrap();
    let happened = async |who: &ForCaller| {
        let wide = DashboardRequest { window: Window::Last(24 * 3600), ..look(&id) };
        let Measured::Answered(view) = who.open_dashboard(wide).await.unwrap().view else {
            panic!("unmeasured")
        };
        <[ShownAnnotation; 2]>::try_from(view.annotations).unwrap()
    };
    let [all, payments] = happened(&ada).await;
    assert!(all.problem.is_none() && !all.marks.is_empty(), "{all:?}");
    assert!(payments.marks.iter().all(|mark| mark.text.contains("Pod payments/")), "{payments:?}");
    assert!(!payments.marks.is_empty(), "{payments:?}");
    let [own, foreign] = happened(&ben).await;
    assert!(!own.marks.is_empty() && own.marks.iter().all(|mark| mark.text.contains("Pod shop/")), "{own:?}");
    assert!(own.marks.iter().all(|mark| !mark.text.contains("payments/")), "{own:?}");
    assert!(matches!(foreign.problem, Some(ConsoleError::Forbidden { .. })), "{foreign:?}");
    // So is what was rolled out.
    ada.save_dashboard(marked(3, "New = rollouts: namespace:$namespace")).await.unwrap();
    for who in [&ada, &ben] {
        let Measured::Answered(view) = who.open_dashboard(look(&id)).await.unwrap().view else {
            panic!("unmeasured")
        };
        assert_eq!(view.annotations[0].problem, None);
    }

    // One of a project shows that project, whatever its search says.
    let narrow = ben.save_dashboard(new("Shop", "shop")).await.unwrap();
    let search = PanelFields { kind: PanelKind::Logs, ..panel(&narrow, 1, "namespace:payments") };
    ben.save_panel(search).await.unwrap();
    let opened = ada.open_dashboard(look(&narrow)).await.unwrap();
    let Measured::Answered(view) = opened.view else { panic!("nothing measures the cluster") };
    assert_eq!(view.panels[0].queries, ["namespace:shop"]);
    assert_eq!(origins(&view.panels[0].content), ["shop".to_owned()].into());
}
