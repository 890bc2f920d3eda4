//! Whether other classes are the default already, while one is filled in that is to be.

use super::TITLE;
use super::editing::Editing;
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::{Cell, ConsoleError, KindSlug, Level, ResourceRef, Table, TableQuery};
use resources_contract::{Action, MetadataChange, Target, act_on, read_table};
use serde_json::Value;
use ui::{Banner, Button, Problem, use_toasts};

/// The annotation that marks the default of a kind of classes.
const MARKS: [(&str, &str); 2] = [
    ("ingressclasses", "ingressclass.kubernetes.io/is-default-class"),
    ("storageclasses", "storageclass.kubernetes.io/is-default-class"),
];
/// The column that shows it.
const COLUMN: &str = "default";
/// So many classes are looked at: more than clusters have.
const MOST: u16 = 100;

/// What is said of them, and a button for each that takes its mark away; nothing for kinds that have no default.
pub fn panel(editing: Editing) -> AnyView {
    let Some((_, mark)) = MARKS.into_iter().find(|(kind, _)| *kind == editing.form.slug) else {
        return ().into_any();
    };
    let place = format!("metadata/annotations/{}", mark.replace('/', "~1"));
    let is_wanted =
        Memo::new(move |_| editing.at(0, &place).as_ref().and_then(Value::as_str) == Some("true"));
    let marked = RwSignal::new(Vec::<Target>::new());
    Effect::new(move |_| {
        if is_wanted.get() {
            find(editing, marked);
        }
    });
    let error = RwSignal::new(None::<ConsoleError>);
    let others = Memo::new(move |_| {
        let own = editing.at(0, "metadata/name");
        let own = own.as_ref().and_then(Value::as_str);
        let mut others = if is_wanted.get() { marked.get() } else { Vec::new() };
        others.retain(|other| Some(other.resource.name.as_str()) != own);
        others
    });
    let banner = move |other: Target| banner(other, mark, marked, error);
    view! {
        {move || others.get().into_iter().map(banner).collect_view()}
        {move || error.get().map(|error| view! { <Problem error/> })}
    }
    .into_any()
}

/// Finds the classes that are marked. Who may not see classes makes one all the same, and is told nothing of others.
fn find(editing: Editing, marked: RwSignal<Vec<Target>>) {
    let Ok(kind) = KindSlug::parse(editing.form.slug) else { return };
    let query = TableQuery { size: MOST, ..TableQuery::of(editing.cluster(), kind) };
    leptos::task::spawn_local(async move {
        if let Ok(table) = read_table(query.clone()).await {
            // The form may be left by now.
            let _ = marked.try_set(marked_in(&query, table));
        }
    });
}

fn marked_in(query: &TableQuery, table: Table) -> Vec<Target> {
    let Some(place) = table.columns.iter().position(|column| column.id == COLUMN) else { return Vec::new() };
    let is_marked = |cells: &[Cell]| matches!(cells.get(place), Some(Cell::Flag(true)));
    let rows = table.rows.into_iter().filter(|row| is_marked(&row.cells));
    let target = |row: model::Row| {
        let (cluster, kind) = (query.cluster.clone(), query.kind.clone());
        let resource = ResourceRef { cluster, kind, namespace: None, name: row.name };
        Target { resource, uid: Some(row.uid) }
    };
    rows.map(target).collect()
}

fn banner(
    other: Target,
    mark: &'static str,
    marked: RwSignal<Vec<Target>>,
    error: RwSignal<Option<ConsoleError>>,
) -> AnyView {
    let name = other.resource.name.to_string();
    let words = match other.resource.kind.as_str() {
        "ingressclasses" => text_with("default-class.ingress", &[("name", &name)]),
        _ => text_with("default-class.storage", &[("name", &name)]),
    };
    let take = text_with("default-class.take", &[("name", &name)]);
    let (busy, toasts) = (RwSignal::new(false), use_toasts());
    let press = Callback::new(move |()| {
        busy.set(true);
        let other = other.clone();
        leptos::task::spawn_local(async move {
            let failed = match act_on(vec![other.clone()], unmarked(mark)).await {
                Ok(outcomes) => outcomes.into_iter().find_map(|outcome| outcome.error),
                Err(error) => Some(error),
            };
            let _ = busy.try_set(false);
            if failed.is_none() {
                toasts.say(Level::Healthy, text("default-class.taken"));
                let _ = marked.try_update(|marked| marked.retain(|known| *known != other));
                request_animation_frame(|| ui::rescue_focus(TITLE));
            }
            let _ = error.try_set(failed);
        });
    });
    let button = move || view! { <Button busy on_press=press>{take}</Button> };
    view! { <Banner level=Level::Warning actions=button>{words}</Banner> }.into_any()
}

/// What takes the mark off a class.
fn unmarked(mark: &str) -> Action {
    let annotations = [(mark.to_owned(), Some("false".to_owned()))].into();
    Action::SetMetadata(MetadataChange { annotations, ..MetadataChange::default() })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::{Align, Column, Row};
    use workloads_contract::forms;

    #[test]
    fn classes_that_are_marked_are_found() {
        let column = |id: &str| Column { id: id.into(), title: id.into(), align: Align::Start, shown: true };
        let row = |name: &str, default: Cell| Row {
            uid: format!("uid of {name}"),
            namespace: None,
            name: name.parse().unwrap(),
            cells: vec![Cell::None, default],
        };
        let table = Table {
            columns: vec![column("provisioner"), column(COLUMN)],
            rows: vec![
                row("standard", Cell::Flag(true)),
                row("fast", Cell::Flag(false)),
                row("slow", Cell::None),
            ],
            total: 3,
            levels: vec![],
            revision: "1".into(),
            stale: None,
            described: false,
        };
        let query = TableQuery::of("harbour".parse().unwrap(), "storageclasses".parse().unwrap());

        let found = marked_in(&query, table);

        let names: Vec<_> = found.iter().map(|found| found.resource.to_string()).collect();
        assert_eq!(names, ["storageclasses/standard"]);
        assert_eq!(found[0].uid.as_deref(), Some("uid of standard"));
    }

    #[test]
    fn the_mark_is_the_one_that_the_form_writes() {
        for (kind, mark) in MARKS {
            let place = format!("metadata/annotations/{}", mark.replace('/', "~1"));
            let mut fields = forms::find(kind).unwrap().sections.iter().flat_map(|section| section.fields);
            assert!(fields.any(|field| field.path == place), "{kind}");
        }
    }
}
