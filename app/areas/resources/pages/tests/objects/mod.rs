//! Pages of objects: what is wrong, what can be done, and their tabs.

use crate::support::{Fake, crashing_pod, kind, reference, render};
use crate::{POD, base, forbidden, log_page, unreachable};
use leptos::server_fn::ServerFn;
use leptos::server_fn::error::ServerFnUrlError;
use model::{ConsoleError, FieldProblem, SentForm};
use resources_contract::{
    ActByForm, ActionKind, ApplyByForm, Base, ContainerEnvironment, ContainerRole, CopyHindrance,
    CopyHindrances, DataEntry, DataValue, DeleteByForm, DeletePlan, DeleteWarning, Manifest, ObjectView,
    OfferedAction, Outside, Through, TreeNode, UsedBy, Variable, VariableValue, Way,
};
use std::sync::Arc;

fn pod() -> Arc<Fake> {
    Arc::new(Fake { object: Ok(crashing_pod()), ..Fake::default() })
}

#[tokio::test]
async fn an_object_of_a_described_kind_is_edited_by_form_or_as_yaml() {
    let page = "/clusters/harbour/kilns.pots.example/shop/east";
    let fake = |described| {
        let edit = OfferedAction { action: ActionKind::Edit, missing: None, current: None };
        let pod = crashing_pod();
        let resource = reference("kilns.pots.example", Some("shop"), "east");
        Arc::new(Fake {
            object: Ok(ObjectView { described, resource, actions: vec![edit], ..pod }),
            ..Fake::default()
        })
    };
    let form = format!("href=\"{page}/form\"");

    let described = render(page, &fake(true)).await;
    let free = render(page, &fake(false)).await;

    assert!(described.contains(&form) && described.contains("?tab=yaml"), "{described}");
    assert!(!free.contains(&form) && free.contains("?tab=yaml"), "{free}");
}

#[tokio::test]
async fn the_head_says_what_people_call_an_object_and_say_of_it() {
    let called = |annotations: &[(&str, &str)]| {
        let annotations = annotations.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned()));
        Arc::new(Fake {
            object: Ok(ObjectView { annotations: annotations.collect(), ..crashing_pod() }),
            ..Fake::default()
        })
    };

    let both =
        called(&[("kubesphere.io/alias-name", "Till"), ("kubernetes.io/description", "Where <people> pay")]);
    let html = render(POD, &both).await;
    assert!(html.contains("<strong>Till") && html.contains("Where &lt;people&gt; pay"), "{html}");

    let html = render(POD, &called(&[("note", "x")])).await;
    assert!(!html.contains("object-called"), "{html}");
}

#[tokio::test]
async fn an_object_page_begins_with_why_it_is_unwell() {
    let html = render(POD, &pod()).await;

    assert!(html.contains("The container checkout keeps crashing"), "{html}");
    assert!(html.contains("cannot reach db:5432") && html.contains("Correct the address of the database."));
    for words in ["checkout --port 80", "Ready when", "GET http://:80/ready", "data → /data"] {
        assert!(html.contains(words), "{words} is missing in {html}");
    }
    assert!(!html.contains("<script>alert"), "a log is text");
    let (finding, events) = (html.find("keeps crashing").unwrap(), html.find("Back-off restarting").unwrap());
    assert!(finding < events, "findings come first");
}

#[tokio::test]
async fn the_environment_says_what_is_set_what_is_hidden_and_what_is_not_there() {
    let variable = |name: &str, value: VariableValue, from: Option<&str>| Variable {
        name: name.into(),
        value,
        from: from.map(|key| (reference("secrets", Some("shop"), "db"), key.to_owned())),
    };
    let missing = VariableValue::Missing { is_optional: false };
    let environment = ContainerEnvironment {
        container: "checkout".into(),
        role: ContainerRole::Main,
        variables: vec![
            variable("COLOUR", VariableValue::Text("<b>blue".into()), None),
            variable("PASSWORD", VariableValue::Secret, Some("password")),
            variable("HOST", missing, None),
        ],
        untold: vec![(reference("configmaps", Some("shop"), "more"), VariableValue::Unseen)],
    };
    let fake = Fake { object: Ok(crashing_pod()), environment: Ok(vec![environment]), ..Fake::default() };
    let fake = Arc::new(fake);

    let html = render(&format!("{POD}?tab=environment"), &fake).await;

    assert!(html.contains("&lt;b>blue") || html.contains("&lt;b&gt;blue"), "{html}");
    assert!(html.contains("href=\"/clusters/harbour/secrets/shop/db\""), "{html}");
    for words in ["Does not exist: the container does not start", "All of more", "Needs the right to read"] {
        assert!(html.contains(words), "{words} is missing in {html}");
    }
    render(POD, &fake).await;
    let asked = fake.calls.lock().unwrap().iter().filter(|call| **call == "environment").count();
    assert_eq!(asked, 1, "only its own tab asks");
}

#[tokio::test]
async fn an_object_that_is_gone_or_refused_says_so() {
    let gone = Arc::new(Fake::default());
    let refused = Arc::new(Fake { object: Err(forbidden()), ..Fake::default() });

    let html = render(POD, &gone).await;
    assert!(html.contains("what the test did not set"), "{html}");
    for way in ["/clusters/harbour/pods", "/clusters/harbour/deleted"] {
        assert!(html.contains(&format!("href=\"{way}\"")), "{way}: {html}");
    }
    assert!(render(POD, &refused).await.contains("An administrator"));
}

#[tokio::test]
async fn actions_without_the_right_say_which_is_missing() {
    let mut object = crashing_pod();
    let ConsoleError::Forbidden { need, .. } = forbidden() else { unreachable!() };
    object.actions = vec![OfferedAction { action: ActionKind::Restart, missing: Some(need), current: None }];
    let fake = Arc::new(Fake { object: Ok(object), ..Fake::default() });

    let html = render(POD, &fake).await;

    assert!(
        html.contains("Needs the right to list pods. An administrator of this console can grant it."),
        "{html}"
    );
    assert!(!html.contains("do=restart"), "{html}");
}

#[tokio::test]
async fn scaling_is_a_form_that_works_without_scripts() {
    let mut object = crashing_pod();
    object.actions = vec![OfferedAction { action: ActionKind::Scale, missing: None, current: Some(3) }];
    let fake = Arc::new(Fake { object: Ok(object), ..Fake::default() });

    let html = render(&format!("{POD}?do=scale"), &fake).await;

    assert!(html.contains("action=\"/api/resources/act-form\""), "{html}");
    assert!(html.contains("name=\"fields[replicas]\"") && html.contains("value=\"3\""), "{html}");
    assert!(html.contains("value=\"shop/checkout-7f9c/uid-checkout\""), "{html}");
}

#[tokio::test]
async fn a_dangerous_deletion_asks_for_the_name() {
    let plan = DeletePlan {
        trees: vec![],
        counts: vec![("Pod".into(), 1)],
        warnings: vec![
            DeleteWarning::Again { what: "Pod web-0".into(), controller: "ReplicaSet web".into() },
            DeleteWarning::Used {
                what: "Pod web-0".into(),
                by: vec!["Job a".into(), "Job b".into()],
                more: 2,
            },
        ],
        confirm_by_name: true,
    };
    let fake = Arc::new(Fake { object: Ok(crashing_pod()), plan: Ok(plan), ..Fake::default() });

    let html = render(&format!("{POD}?do=delete"), &fake).await;

    assert!(
        html.contains("Type checkout-7f9c to confirm") && html.contains("name=\"fields[confirm]\""),
        "{html}"
    );
    assert!(html.contains("kubectl delete pods/checkout-7f9c --namespace shop"), "{html}");
    assert_eq!(html.matches("data-first").count(), 1, "the name is typed first: {html}");
    assert!(html.contains("ReplicaSet web will make Pod web-0 again at once."), "{html}");
    assert!(html.contains("Pod web-0 is still used by Job a, Job b and 2 more."), "{html}");
}

#[tokio::test]
async fn yaml_can_be_edited_without_scripts() {
    let base = base("pods", "checkout-7f9c");
    let manifest = Manifest { text: "kind: Pod\n# </textarea><script>".into(), base, hidden: false };
    let fake = Arc::new(Fake { object: Ok(crashing_pod()), manifest: Ok(manifest), ..Fake::default() });

    let html = render(&format!("{POD}?tab=yaml"), &fake).await;

    assert!(html.contains("action=\"/api/resources/apply-form\""), "{html}");
    assert!(html.contains("name=\"fields[text]\"") && html.contains("name=\"fields[base]\""), "{html}");
    assert!(!html.contains("</textarea><script>"), "{html}");
}

/// A page to which a form of this command was led back, with what was wrong.
fn refused(page: &str, command: &str, error: ConsoleError) -> String {
    let error = ServerFnUrlError::new(command, error).to_url("http://console.test/").unwrap();
    format!("{page}&{}", error.query().unwrap())
}

#[tokio::test]
async fn a_text_that_was_refused_is_still_there_and_about_what_it_was_written_from() {
    let manifest = Manifest { text: "kind: Pod".into(), base: base("pods", "checkout-7f9c"), hidden: false };
    let before = Base { resource_version: "1+before".into(), ..manifest.base.clone() };
    let typed = [("fields[text]", "kind: Pod\nmine: 1".to_owned()), ("fields[base]", before.to_field())];
    let typed = typed.map(|(name, value)| (name.to_owned(), value));
    let sent = Some(SentForm::new(ApplyByForm::PATH, typed));
    let fake = Fake { object: Ok(crashing_pod()), manifest: Ok(manifest), sent, ..Fake::default() };
    let problems = vec![FieldProblem::new("spec.image", "owned by kubectl")];
    let conflict = ConsoleError::Conflict { problems };

    let page = refused(&format!("{POD}?tab=yaml"), ApplyByForm::PATH, conflict);
    let html = render(&page, &Arc::new(fake)).await;

    assert!(html.contains("kind: Pod\nmine: 1</textarea>"), "{html}");
    assert!(html.contains("1+before"), "applying it again would overwrite what others did: {html}");
    assert!(html.contains("owned by kubectl"), "{html}");
}

#[tokio::test]
async fn an_action_that_was_refused_holds_what_was_typed() {
    let plan = DeletePlan { trees: vec![], counts: vec![], warnings: vec![], confirm_by_name: true };
    let typed = [("fields[confirm]", "checkout"), ("fields[propagation]", "Orphan")];
    let typed = typed.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let sent = Some(SentForm::new(DeleteByForm::PATH, typed));
    let fake = Fake { object: Ok(crashing_pod()), plan: Ok(plan), sent, ..Fake::default() };
    let error = ConsoleError::invalid("confirm", "type all of it");

    let page = refused(&format!("{POD}?do=delete"), DeleteByForm::PATH, error);
    let html = render(&page, &Arc::new(fake)).await;

    assert!(html.contains("type all of it") && html.contains("value=\"checkout\""), "{html}");
    assert!(html.contains("value=\"Orphan\" selected"), "{html}");
}

#[tokio::test]
async fn a_hidden_secret_is_not_offered_for_editing() {
    let base = base("secrets", "db");
    let manifest = Manifest { text: "data:\n  password: \"***\"".into(), base, hidden: true };
    let fake = Arc::new(Fake { object: Ok(crashing_pod()), manifest: Ok(manifest), ..Fake::default() });

    let html = render("/clusters/harbour/secrets/shop/db?tab=yaml", &fake).await;

    assert!(!html.contains("apply-form"), "{html}");
    assert!(html.contains("tab=yaml&amp;reveal=1") || html.contains("tab=yaml&reveal=1"), "{html}");
}

#[tokio::test]
async fn a_secret_says_that_its_project_pulls_with_it_by_default() {
    let shown = async |pulled_by_default| {
        let resource = reference("secrets", Some("shop"), "registry");
        let object = Ok(ObjectView { resource, pulled_by_default, ..crashing_pod() });
        let fake = Arc::new(Fake { object, ..Fake::default() });
        render("/clusters/harbour/secrets/shop/registry", &fake).await
    };
    let said = "Pods of this project pull their images with it by default.";

    assert!(shown(Some(true)).await.contains(said));
    assert!(!shown(Some(false)).await.contains(said) && !shown(None).await.contains(said));
}

#[tokio::test]
async fn what_a_secret_holds_is_hidden_until_it_is_asked_for() {
    let page = "/clusters/harbour/secrets/shop/db";
    let fake = |value: DataValue| {
        let object = ObjectView { resource: reference("secrets", Some("shop"), "db"), ..crashing_pod() };
        let entries = vec![DataEntry { key: "password".into(), size_bytes: 7, value }];
        Arc::new(Fake { object: Ok(object), data: Ok(entries), ..Fake::default() })
    };
    let (hidden, shown) = (fake(DataValue::Hidden), fake(DataValue::Text("<b>hunter2".into())));

    let without = render(&format!("{page}?tab=data"), &hidden).await;
    let with = render(&format!("{page}?tab=data&reveal=1"), &shown).await;

    assert!(without.contains("password") && without.contains("7 B"), "{without}");
    assert!(without.contains("tab=data&amp;reveal=1") || without.contains("tab=data&reveal=1"), "{without}");
    assert!(with.contains("&lt;b>hunter2") || with.contains("&lt;b&gt;hunter2"), "{with}");
    assert!(!with.contains("Reveal values"), "{with}");
    assert!(hidden.calls.lock().unwrap().contains(&"data"), "nothing is revealed unasked");
    assert!(shown.calls.lock().unwrap().contains(&"data revealed"));
    let elsewhere = render(page, &shown).await;
    assert!(elsewhere.contains("?tab=data") && !elsewhere.contains("hunter2"), "{elsewhere}");
    assert!(!render(POD, &pod()).await.contains("?tab=data"), "a pod holds none");
}

#[tokio::test]
async fn bytes_of_a_config_map_are_taken_away_as_a_file() {
    let fake = |kind: &str| {
        let object = ObjectView { resource: reference(kind, Some("shop"), "art"), ..crashing_pod() };
        let entries = vec![DataEntry { key: "logo.png".into(), size_bytes: 4, value: DataValue::Bytes }];
        Arc::new(Fake { object: Ok(object), data: Ok(entries), ..Fake::default() })
    };
    let file = "/clusters/harbour/configmaps/shop/art/value?key=logo.png";

    let map = render("/clusters/harbour/configmaps/shop/art?tab=data", &fake("configmaps")).await;
    let secret = render("/clusters/harbour/secrets/shop/art?tab=data&reveal=1", &fake("secrets")).await;

    assert!(map.contains(file) && map.contains("Download logo.png"), "{map}");
    assert!(!secret.contains("/value?key="), "{secret}");
}

#[tokio::test]
async fn a_value_that_begins_with_a_line_break_keeps_it() {
    let object = ObjectView { resource: reference("configmaps", Some("shop"), "db"), ..crashing_pod() };
    let value = DataValue::Text("\n".into());
    let entries = vec![DataEntry { key: "end".into(), size_bytes: 1, value }];
    let fake = Arc::new(Fake { object: Ok(object), data: Ok(entries), ..Fake::default() });

    let html = render("/clusters/harbour/configmaps/shop/db?tab=data", &fake).await;

    assert!(html.contains("<code>\n<"), "browsers drop the one right behind <pre>: {html}");
}

#[tokio::test]
async fn what_uses_an_object_is_told_and_of_what_that_is_not_known() {
    let page = "/clusters/harbour/configmaps/shop/settings";
    let user = TreeNode {
        resource: reference("deployments", Some("shop"), "till"),
        kind_title: "Deployment".into(),
        status: None,
        children: vec![],
        more: 0,
        pod: None,
    };
    let fake = |objects: Vec<TreeNode>, more| {
        let resource = reference("configmaps", Some("shop"), "settings");
        let used_by = UsedBy { objects, more, unknown: vec!["Cron jobs".into()] };
        let object = ObjectView { resource, ..crashing_pod() };
        Arc::new(Fake { object: Ok(object), used_by: Ok(used_by), ..Fake::default() })
    };

    let used = render(&format!("{page}?tab=used-by"), &fake(vec![user], 3)).await;
    let unused = render(&format!("{page}?tab=used-by"), &fake(vec![], 0)).await;

    assert!(used.contains("href=\"/clusters/harbour/deployments/shop/till\""), "{used}");
    assert!(used.contains("3 more are not listed") && used.contains("not known: Cron jobs"), "{used}");
    assert!(unused.contains("Nothing uses it") && unused.contains("not known: Cron jobs"), "{unused}");
    assert!(!render(POD, &pod()).await.contains("tab=used-by"), "nothing names pods");
}

#[tokio::test]
async fn a_copy_that_would_come_to_nothing_is_not_led_to_and_says_why() {
    let page = "/clusters/harbour/persistentvolumeclaims/shop/data";
    let snapshot = Some(CopyHindrance::NoSnapshotClass { driver: "disks.example".into() });
    let object = ObjectView {
        resource: reference("persistentvolumeclaims", Some("shop"), "data"),
        copying: CopyHindrances { snapshot, clone: None },
        ..crashing_pod()
    };
    let kinds = ["persistentvolumeclaims", "volumesnapshots.snapshot.storage.k8s.io"];
    let kinds = kinds.map(|slug| kind(slug, slug, true)).to_vec();

    let html = render(page, &Arc::new(Fake { object: Ok(object), kinds, ..Fake::default() })).await;

    assert!(html.contains("no volume snapshot class for the driver disks.example"), "{html}");
    assert!(!html.contains("/clusters/harbour/new/volumesnapshots"), "{html}");
    assert!(
        html.contains("/clusters/harbour/new/persistentvolumeclaims"),
        "a copy is another matter: {html}"
    );
}

#[tokio::test]
async fn a_service_is_opened_where_its_port_is_for_browsers() {
    let way = |address: &str, scheme: Option<&str>| Way {
        port: "80 http".into(),
        through: Through::Node { name: "pier-1".parse().unwrap(), is_internal: true },
        address: address.into(),
        scheme: scheme.map(str::to_owned),
    };
    let ways = vec![way("10.0.0.7:30080", Some("http")), way("10.0.0.7:30432", None)];
    let object = ObjectView {
        resource: reference("services", Some("shop"), "web"),
        outside: Outside { ways, more_nodes: 1 },
        ..crashing_pod()
    };
    let fake = Arc::new(Fake { object: Ok(object), ..Fake::default() });

    let html = render("/clusters/harbour/services/shop/web", &fake).await;

    assert!(html.contains("href=\"http://10.0.0.7:30080/\""), "{html}");
    assert!(html.contains("10.0.0.7:30432") && !html.contains("//10.0.0.7:30432"), "{html}");
    assert!(html.contains("1 more node answers") && html.contains("own network"), "{html}");
}

#[tokio::test]
async fn a_log_offers_containers_and_the_run_before() {
    let page = log_page(Some("checkout"), &["starting", "\u{1b}[31mcannot reach <db>\u{1b}[0m"]);
    let fake = Arc::new(Fake { object: Ok(crashing_pod()), log: Ok(page), ..Fake::default() });

    let html = render(&format!("{POD}?tab=logs"), &fake).await;

    assert!(html.contains("cannot reach &lt;db&gt;"), "{html}");
    assert!(html.contains("value=\"proxy\"") && html.contains("name=\"previous\""), "{html}");
    assert!(html.contains("/log?") || html.contains("/log\""), "the whole log is a file: {html}");
}

#[tokio::test]
async fn a_workload_without_pods_says_so() {
    let resource = reference("deployments", Some("shop"), "till");
    let object = ObjectView { resource, ..crashing_pod() };
    let fake = Arc::new(Fake { object: Ok(object), ..Fake::default() });

    let html = render("/clusters/harbour/deployments/shop/till?tab=pods", &fake).await;

    assert!(html.contains("No pods") && !html.contains("<table"), "{html}");
}

#[tokio::test]
async fn the_logs_of_a_workload_say_who_wrote_each_line_and_which_are_not_shown() {
    let mut page = log_page(None, &["one", "{\"level\":\"error\",\"msg\":\"lost\",\"order\":17}"]);
    page.left_out = 3;
    let fake = Arc::new(Fake { object: Ok(crashing_pod()), log: Ok(page), ..Fake::default() });

    let html = render("/clusters/harbour/deployments/shop/checkout?tab=logs", &fake).await;

    assert!(html.contains("checkout-1/checkout"), "{html}");
    assert!(html.contains("data-level=\"error\"") && html.contains("log-key\">order"), "{html}");
    assert!(html.contains("name=\"pod\"") && html.contains("3 more containers"), "{html}");
}

#[tokio::test]
async fn an_error_of_a_form_sent_without_scripts_is_shown_at_the_form() {
    let mut object = crashing_pod();
    object.actions = vec![OfferedAction { action: ActionKind::Scale, missing: None, current: Some(3) }];
    let fake = Arc::new(Fake { object: Ok(object), ..Fake::default() });

    let html = render(&refused(&format!("{POD}?do=scale"), ActByForm::PATH, unreachable()), &fake).await;

    assert!(html.contains("connection refused"), "{html}");
}

#[tokio::test]
async fn a_timeline_tells_what_is_known_even_where_the_trail_cannot_be_read() {
    let html = render(&format!("{POD}?tab=timeline"), &pod()).await;

    let event = crashing_pod().events.remove(0);
    assert!(html.contains(&event.reason) && html.contains("class=\"timeline\""), "{html}");
    assert!(html.contains("of=events"), "who tells can be chosen without scripts");
    assert!(html.contains("class=\"problem"), "that the trail is missing is said: {html}");
    let events = render(&format!("{POD}?tab=events"), &pod()).await;
    assert!(!events.contains("class=\"problem"), "nothing is missing elsewhere: {events}");

    let nobody = render(&format!("{POD}?tab=timeline&of=people"), &pod()).await;
    assert!(
        !nobody.contains("class=\"timeline\"") && nobody.contains("Nothing is known of this time"),
        "{nobody}"
    );
}

#[tokio::test]
async fn a_timeline_begins_with_what_the_object_tells_while_others_are_asked() {
    let early = |html: &str| {
        let (before, whole) = html.split_once("timeline-whole").expect("the whole comes last");
        let (_, early) = before.split_once("timeline-early").expect("something comes before it");
        assert!(!whole.contains("timeline-early"), "{html}");
        early.to_owned()
    };

    let html = render(&format!("{POD}?tab=timeline"), &pod()).await;
    let own = early(&html);
    assert!(own.contains("BackOff") && own.contains("still asked for"), "{own}");

    let html = render(&format!("{POD}?tab=timeline&of=people"), &pod()).await;
    let nothing = early(&html);
    assert!(!nothing.contains("BackOff") && !nothing.contains("Nothing is known"), "{nothing}");
}
