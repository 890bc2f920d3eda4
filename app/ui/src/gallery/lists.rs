//! Lists.

use super::specimen;
use crate::{
    Button, ButtonKind, ColumnChooser, DataTable, Glyph, LevelChips, Pagination, SearchBox, SelectionBar,
    Tab, Tabs,
};
use leptos::prelude::*;
use live::LiveRow;
use model::{
    Align, Cell, Column, KindSlug, Level, Namespace, ObjectName, Row, Sort, Status, Timestamp, Unit,
};
use std::collections::BTreeSet;

pub fn lists() -> AnyView {
    let selection = RwSignal::new(BTreeSet::from(["2".to_owned()]));
    let peeked = RwSignal::new(Some("4".to_owned()));
    let shown = RwSignal::new(columns());
    let choose = move |(id, is_shown): (String, bool)| {
        shown.update(|columns| {
            for column in columns.iter_mut().filter(|column| column.id == id) {
                column.shown = is_shown;
            }
        });
    };
    let levels =
        vec![(Level::Failed, 2), (Level::Warning, 1), (Level::Progressing, 1), (Level::Healthy, 1204)];
    view! {
        <div class="toolbar">
            <SearchBox
                action="#lists"
                value="web status:failed"
                placeholder="Search pods"
                link=|search| format!("#{search}")
                suggestions=vec!["status:failed".to_owned(), "node:".to_owned()]
            />
            <LevelChips levels link=|level: Level| format!("#{}", level.word()) current=Some(Level::Failed)/>
            <div class="toolbar-end">
                <ColumnChooser columns=shown on_change=choose/>
            </div>
        </div>
        <SelectionBar selection action="#lists">
            <Button kind=ButtonKind::Danger glyph=Glyph::Trash form_type="submit" name="do" value="delete">
                "Delete"
            </Button>
        </SelectionBar>
        <DataTable
            title="Pods"
            columns=shown
            rows=rows()
            sort=Some(Sort { column: "status".into(), descending: false })
            sort_link=|sort: Sort| format!("#{}-{}", sort.column, sort.descending)
            row_link=|row: Row| format!("#{}", row.name)
            object_link=|(kind, _, name): (KindSlug, Option<Namespace>, ObjectName)| format!("#{kind}-{name}")
            selection
            peeked
            on_peek=move |row: Row| peeked.set(Some(row.uid))
        />
        <Pagination page=2 size=50 total=1208 link=|page: u32| format!("#page-{page}")/>
        {specimen("Tabs", tabs())}
    }
    .into_any()
}

fn tabs() -> AnyView {
    let tab = |id: &str, title: &str, count| Tab {
        id: id.into(),
        title: title.into(),
        href: format!("#{id}"),
        count,
    };
    let tabs = vec![
        tab("overview", "Overview", None),
        tab("pods", "Pods", Some(12)),
        tab("events", "Events", Some(3)),
        tab("yaml", "YAML", None),
    ];
    view! { <Tabs title="Sections of the object" tabs current="overview"/> }.into_any()
}

fn columns() -> Vec<Column> {
    let column =
        |id: &str, title: &str, align| Column { id: id.into(), title: title.into(), align, shown: true };
    vec![
        column("name", "Name", Align::Start),
        column("namespace", "Namespace", Align::Start),
        column("status", "Status", Align::Start),
        column("ready", "Ready", Align::End),
        column("restarts", "Restarts", Align::End),
        column("node", "Node", Align::Start),
        column("memory", "Memory", Align::End),
        column("images", "Images", Align::Start),
        column("age", "Age", Align::End),
    ]
}

fn rows() -> Vec<LiveRow> {
    let trouble = Status::new(Level::Failed, "CrashLoopBackOff")
        .because("Container web ended 7 times with exit code 1; next start in 40 s.");
    let rows = [
        ("1", "web-5c7d8f9b6d-x2x9q", trouble, 0, 7, 61),
        ("2", "web-5c7d8f9b6d-m7n4k", Status::new(Level::Warning, "NotReady"), 1, 0, 212),
        ("3", "checkout-7f6b5c4d9-abcde", Status::new(Level::Progressing, "ContainerCreating"), 0, 0, 0),
        ("4", "database-0", Status::new(Level::Healthy, "Running"), 2, 0, 1840),
        (
            "5",
            "a-name-of-a-pod-that-is-longer-than-any-column-should-be-5d4f7c8b9-q8w7e",
            Status::new(Level::Healthy, "Running"),
            2,
            0,
            96,
        ),
        ("6", "nightly-report-29384756-zx8cv", Status::new(Level::Finished, "Completed"), 0, 0, 0),
    ];
    rows.into_iter()
        .filter_map(|(uid, name, status, ready, restarts, memory)| {
            let cells = vec![
                Cell::Status(status),
                Cell::Ratio(ready, 2),
                Cell::Number(restarts),
                Cell::Object(
                    KindSlug::parse("nodes").ok()?,
                    None,
                    ObjectName::parse("harbour-worker-3").ok()?,
                ),
                if memory == 0 {
                    Cell::None
                } else {
                    Cell::Quantity(f64::from(memory) * 1_048_576.0, Unit::Bytes)
                },
                Cell::List(vec!["registry.example/shop/web:2.4.1".into(), "envoy:1.31".into()]),
                Cell::Since(Timestamp(1_795_407_600 - i64::from(memory) * 600)),
            ];
            let namespace = Namespace::parse("shop").ok();
            Some(LiveRow::new(Row { uid: uid.into(), namespace, name: ObjectName::parse(name).ok()?, cells }))
        })
        .collect()
}
