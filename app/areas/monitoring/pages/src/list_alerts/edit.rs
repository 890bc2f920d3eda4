//! The form of an alert on a list that there is.

use super::form::{Opening, list_alert_page};
use crate::cluster::use_cluster;
use crate::kept;
use crate::words::text;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_params_map;
use model::link;
use monitoring_contract::{
    ListAlertFields, ListStanding, OpenedListAlert, RemoveListAlert, SwitchListAlert, read_list_alert,
};
use ui::{PageHeader, PageTitle, Problem, SkeletonDetail, awaited};

/// The alert on a list that the address names, for changing and removing it.
#[component]
pub fn EditListAlertPage() -> impl IntoView {
    let (cluster, path) = (use_cluster(), use_params_map());
    let id = Memo::new(move |_| path.read().get("id").unwrap_or_default());
    let found = Resource::new_blocking(
        move || (cluster.get(), id.get()),
        |(cluster, id)| async move { read_list_alert(cluster?, id).await },
    );
    let content = move || {
        Suspend::new(async move {
            match found.await {
                Ok(opened) => draw(opened),
                Err(error) => {
                    let on_retry = Callback::new(move |()| found.refetch());
                    view! { <Problem error on_retry is_page=true/> }.into_any()
                }
            }
        })
    };
    view! {
        <PageTitle text=text("list-alert.edit")/>
        <Transition fallback=|| view! { <SkeletonDetail/> }>{awaited(content)}</Transition>
    }
}

fn draw(opened: OpenedListAlert) -> AnyView {
    let OpenedListAlert { row, version } = opened;
    let fields = ListAlertFields {
        id: row.id.clone(),
        version,
        name: row.name.clone(),
        severity: row.severity.word().to_owned(),
        hold: hold_text(row.hold_seconds),
        least: row.least.to_string(),
        ..ListAlertFields::of(&row.query)
    };
    let is_off = matches!(row.standing, ListStanding::Off { .. });
    let (switch, removal) = (switch(&fields, is_off), removal(&fields));
    let (title, kind) = (row.name, row.query.cluster.to_string());
    let standing = Some((row.standing, row.severity.level()));
    let form = list_alert_page(Opening { fields, query: row.query, places: None, matched: None, standing });
    view! {
        <PageHeader title kind/>
        {form}
        {switch}
        {removal}
    }
    .into_any()
}

/// A duration as its form writes it.
fn hold_text(seconds: u32) -> String {
    match seconds {
        0 => "0s".to_owned(),
        hours if hours % 3600 == 0 => format!("{}h", hours / 3600),
        minutes if minutes % 60 == 0 => format!("{}m", minutes / 60),
        seconds => format!("{seconds}s"),
    }
}

/// Which one it is, and as it was looked at.
fn which(fields: &ListAlertFields) -> Vec<(&'static str, String)> {
    vec![
        ("fields[cluster]", fields.cluster.to_string()),
        ("fields[id]", fields.id.clone()),
        ("fields[version]", fields.version.to_string()),
    ]
}

fn switch(fields: &ListAlertFields, is_off: bool) -> AnyView {
    let words = if is_off {
        (text("list-alert.switch-on"), text("list-alert.switch-on.text"), text("list-alert.switched-on"))
    } else {
        (text("list-alert.switch-off"), text("list-alert.switch-off.text"), text("list-alert.switched-off"))
    };
    kept::switch(SwitchListAlert::PATH, which(fields), is_off, words)
}

fn removal(fields: &ListAlertFields) -> AnyView {
    let (back, words) =
        (link::list_alerts(&fields.cluster), (text("list-alert.remove"), text("list-alert.remove.text")));
    kept::removal(RemoveListAlert::PATH, which(fields), back, words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use monitoring_contract::{LIST_HOLDS, hold_seconds};

    #[test]
    fn durations_are_written_as_they_are_offered() {
        for hold in LIST_HOLDS {
            assert_eq!(hold_seconds(hold).map(hold_text).as_deref(), Some(hold));
        }
        assert_eq!(hold_text(90), "90s");
    }
}
