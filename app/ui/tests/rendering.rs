//! What components render on the server: all that a reader without scripts has.

use leptos::prelude::*;
use live::LiveRow;
use model::{
    Align, Cell, Column, ConsoleError, Language, Need, ObjectName, Preferences, Row, Sort, Status, System,
    Timestamp, Window,
};
use std::collections::BTreeSet;
use std::path::Path;
use ui::*;

fn render<V: IntoView + 'static>(view: impl FnOnce() -> V) -> String {
    Owner::new_root(None).with(|| view().into_any().to_html())
}

#[test]
fn somebody_not_signed_in_is_led_to_sign_in_and_back() {
    let html =
        render(|| view! { <Problem error=ConsoleError::NotSignedIn here="/clusters/harbour?search=a b"/> });

    assert!(html.contains("href=\"/sign-in?next=%2Fclusters%2Fharbour%3Fsearch%3Da%20b\""), "{html}");
}

#[test]
fn a_refusal_names_the_right_the_place_and_who_can_grant_it() {
    let need = Need {
        verb: "patch".into(),
        resource: "deployments.apps/scale".into(),
        cluster: Some("harbour".into()),
        namespace: Some("shop".into()),
        granted_by: model::GrantedBy::Administrator,
    };

    let html = render(|| view! { <Problem error=ConsoleError::Forbidden { need, said: None }/> });

    for words in ["patch deployments.apps/scale", "harbour / shop", "An administrator"] {
        assert!(html.contains(words), "{words} is missing in {html}");
    }
    assert!(html.contains("href=\"/rights?place=project%2Fharbour%2Fshop\""), "{html}");
}

#[test]
fn what_people_can_give_can_be_asked_for() {
    let problem = |granted_by| {
        let need = Need {
            verb: "list".into(),
            resource: "secrets".into(),
            cluster: Some("harbour".into()),
            namespace: Some("shop".into()),
            granted_by,
        };
        render(|| view! { <Problem error=ConsoleError::Forbidden { need, said: None }/> })
    };

    let html = problem(model::GrantedBy::Project("shop".into()));
    assert!(html.contains("href=\"/requests/new?place=project%2Fharbour%2Fshop\""), "{html}");
    for nobody in [model::GrantedBy::Administrator, model::GrantedBy::ClusterItself] {
        let html = problem(nobody);
        assert!(!html.contains("/requests/new"), "{html}");
    }
}

#[test]
fn what_did_not_answer_is_named_in_the_readers_language() {
    let error = ConsoleError::Unavailable {
        system: System::Cluster("harbour".into()),
        cause: "connection refused".into(),
        may_be_done: false,
    };

    let html = render(|| {
        provide_context(Preferences { language: Language::Chinese, ..Preferences::default() });
        view! { <Problem error/> }
    });

    assert!(html.contains("集群 harbour 未能正常响应。"), "{html}");
}

#[test]
fn what_the_console_refuses_is_said_in_the_readers_language() {
    let html = render(|| {
        provide_context(Preferences { language: Language::Chinese, ..Preferences::default() });
        let error = ConsoleError::refused("confirm", model::fault::WorkspaceFault::HasProjects);
        view! { <Problem error/> }
    });

    assert!(html.contains("它仍有项目") && !html.contains("it still has projects"), "{html}");
}

#[test]
fn retrying_without_scripts_loads_the_page_again() {
    let error = || ConsoleError::Internal { reference: "8b3f".into() };

    let html = render(move || view! { <Problem error=error() here="/clusters/harbour"/> });

    assert!(html.contains("href=\"/clusters/harbour\"") && html.contains("8b3f"), "{html}");
}

fn pods() -> (Vec<Column>, Vec<LiveRow>) {
    let column =
        |id: &str, shown| Column { id: id.into(), title: id.to_uppercase(), align: Align::Start, shown };
    let columns = vec![column("name", true), column("status", true), column("secret", false)];
    let status = Status::new(model::Level::Failed, "CrashLoopBackOff").because("Exit code 1.");
    let row = Row {
        uid: "u1".into(),
        namespace: model::Namespace::parse("shop").ok(),
        name: ObjectName::parse("web-0").expect("it is a name"),
        cells: vec![Cell::Status(status), Cell::Text("concealed".into())],
    };
    (columns, vec![LiveRow::new(row)])
}

#[test]
fn a_table_sorts_opens_and_selects_without_scripts() {
    let (columns, rows) = pods();
    let table = move || {
        view! {
            <DataTable
                title="Pods"
                columns=columns
                rows=rows
                sort=Some(Sort { column: "status".into(), descending: false })
                sort_link=|sort: Sort| format!("/sort/{}/{}", sort.column, sort.descending)
                row_link=|row: Row| format!("/pods/{}", row.name)
                selection=RwSignal::new(BTreeSet::new())
            />
        }
    };

    let html = render(table);

    assert!(html.contains("href=\"/sort/status/true\""), "the sorted column turns round: {html}");
    assert!(html.contains("href=\"/sort/name/false\""), "another column sorts upwards: {html}");
    assert!(html.contains("aria-sort=\"ascending\"") && html.contains("href=\"/pods/web-0\""), "{html}");
    assert!(html.contains("name=\"select\"") && html.contains("value=\"shop/web-0\""), "{html}");
    assert!(html.contains("form=\"selection\"") && html.contains("Exit code 1."), "{html}");
    assert!(!html.contains("concealed") && !html.contains("SECRET"), "a hidden column is not sent: {html}");
}

#[test]
fn who_uses_something_widens_no_table_as_no_long_text_does() {
    let (columns, mut rows) = pods();
    let namespace = model::Namespace::parse("shop").expect("it is a name");
    let long = ObjectName::parse(&"w".repeat(200)).expect("it is a name");
    let users = Cell::Users(model::KindSlug::parse("pods").expect("it is a kind"), namespace, vec![long], 37);
    let row = Row {
        uid: "u1".into(),
        namespace: None,
        name: ObjectName::parse("web-0").expect("it is a name"),
        cells: vec![users, Cell::None],
    };
    rows[0] = LiveRow::new(row);

    let row_link = |row: Row| format!("/claims/{}", row.name);
    let html =
        render(move || view! { <DataTable title="Claims" columns=columns rows=rows row_link=row_link/> });

    let cell = html.split("data-column=\"status\"").last().expect("the cell comes behind its heading");
    assert!(cell.contains("cell-cut") && cell.contains("www"), "{html}");
    assert!(cell.contains("and 37 others") && cell.contains("+37"), "the others are counted: {html}");
}

#[test]
fn long_names_of_rows_and_nodes_keep_their_ends() {
    let (columns, _) = pods();
    let node = ObjectName::parse("pool-east-large-7f9c4d2b8e-x2x8z").expect("it is a name");
    let row = Row {
        uid: "u1".into(),
        namespace: None,
        name: ObjectName::parse("recommendations-7d9f4-x2x8z").expect("it is a name"),
        cells: vec![Cell::Object(model::KindSlug::parse("nodes").expect("it is a kind"), None, node)],
    };
    let rows = vec![LiveRow::new(row)];

    let html = render(move || {
        view! {
            <DataTable
                title="Pods"
                columns=columns
                rows=rows
                row_link=|row: Row| format!("/pods/{}", row.name)
                object_link=|(kind, _, name): (model::KindSlug, Option<model::Namespace>, ObjectName)| {
                    format!("/{kind}/{name}")
                }
            />
        }
    });

    for (name, end) in [
        ("recommendations-7d9f4-x2x8z", "-7d9f4-x2x8z"),
        ("pool-east-large-7f9c4d2b8e-x2x8z", "4d2b8e-x2x8z"),
    ] {
        assert!(html.contains(&format!("aria-label=\"{name}\"")), "it is read as one word: {html}");
        assert!(html.contains(&format!("<span>{end}")), "{html}");
    }
}

#[test]
fn a_search_keeps_what_else_the_address_holds() {
    let search = || {
        view! {
            <SearchBox
                action="/pods"
                value="web status:failed"
                placeholder="Search pods"
                keep=vec![("sort".to_owned(), "-age".to_owned())]
                link=|search: String| format!("/pods?search={}", model::link::escape(&search))
            />
        }
    };

    let html = render(search);

    assert!(html.contains("method=\"get\"") && html.contains("name=\"sort\" value=\"-age\""), "{html}");
    assert!(html.contains("href=\"/pods?search=web\""), "a chip takes its term out: {html}");
}

#[test]
fn a_moment_is_absolute_before_scripts_run() {
    let html = render(|| view! { <Since at=Timestamp(1_795_407_600)/> });

    assert!(html.contains("datetime=\"2026-11-23T04:20:00Z\""), "{html}");
    assert!(html.contains("2026-11-23 04:20") && html.contains("UTC"), "{html}");
}

#[test]
fn a_stretch_of_time_is_asked_for_by_a_form_that_keeps_the_rest_of_the_address() {
    let window = Window::Between(Timestamp(1_795_400_400), Timestamp(1_795_407_600));
    let kept = vec![("query".to_owned(), "timeout".to_owned())];

    let html = render(move || view! { <TimeMenu window action="/logs" kept/> });

    assert!(html.contains("2026-11-23 02:20 – 2026-11-23 04:20"), "{html}");
    assert!(
        html.contains("value=\"2026-11-23T02:20\"") && html.contains("value=\"2026-11-23T04:20\""),
        "{html}"
    );
    assert!(html.contains("action=\"/logs\"") && html.contains("name=\"query\" value=\"timeout\""), "{html}");
}

#[test]
fn a_log_shows_markup_as_text() {
    let line = live::LogLine {
        number: 0,
        at_nanoseconds: 0,
        source: 0,
        text: "<script>\u{1b}[31mred\u{1b}[0m</script>".into(),
        after_gap: false,
    };

    let html = render(move || view! { <LogView title="Log" lines=vec![line]/> });

    assert!(html.contains("&lt;script&gt;") && !html.contains("<script>"), "{html}");
    assert!(html.contains("<span class=\"ansi-1\">red"), "{html}");
}

#[test]
fn a_button_that_cannot_be_pressed_says_why() {
    let html = render(|| view! { <Button disabled_because="You may only look.">"Scale"</Button> });

    assert!(
        html.contains("aria-disabled=\"true\"") && html.contains("aria-description=\"You may only look.\""),
        "{html}"
    );
}

/// Components that stand around every page, those that are parts of others, and those that need somebody to connect to.
const AROUND: [&str; 17] = [
    "Announced",
    "Brand",
    "Frame",
    "Gallery",
    "KeyHelp",
    "NamedPage",
    "Navigation",
    "PageTitle",
    "Palette",
    "PasskeyForm",
    "ReplayScreen",
    "Surroundings",
    "TerminalScreen",
    "ToastRegion",
    "UserMenu",
    "Breadcrumbs",
    "TitlesOf",
];

#[test]
fn every_component_is_in_the_gallery() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let read = |path: std::path::PathBuf| std::fs::read_to_string(path).expect("sources are readable");
    let files = |folder: &Path| {
        let entries =
            std::fs::read_dir(folder).expect("the folder is readable").flatten().map(|entry| entry.path());
        entries.filter(|path| path.is_file()).map(read).collect::<String>()
    };
    let gallery = files(&source.join("gallery"));
    let components = files(&source) + &files(&source.join("data_table")) + &files(&source.join("log_view"));

    let names = components.split("#[component]").skip(1).filter_map(|rest| {
        let name = rest.split_once("fn ")?.1;
        Some(name.split('(').next()?.to_owned())
    });
    let missing: Vec<String> = names
        .filter(|name| !AROUND.contains(&name.as_str()))
        .filter(|name| !gallery.contains(&format!("<{name}")))
        .collect();

    assert_eq!(missing, Vec::<String>::new(), "these have no place on the page of components");
}
