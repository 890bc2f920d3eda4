//! Alerts on lists: whatever a list of a cluster's objects finds, people are told of once it has lasted. Nothing has to
//! measure the cluster for that.

mod form;
mod view;

pub use form::{
    LIST_HOLDS, LONGEST_LIST_ALERT_NAME, ListAlertFields, LookedAtListAlert, MOST_LEAST, NewListAlert,
};
pub use view::{
    ListAlertBook, ListAlertPlan, ListAlertRow, ListStanding, ListState, OfList, OpenedListAlert, UnknownList,
};

use async_trait::async_trait;
use leptos::prelude::*;
use model::{ClusterName, ConsoleError, TableQuery};
use server_fn::codec::Json;

/// Questions and commands about alerts on lists, on behalf of one caller.
#[async_trait]
pub trait ListAlerts: Send + Sync {
    /// Those of a cluster that the caller may see.
    async fn list_alerts(&self, cluster: ClusterName) -> Result<ListAlertBook, ConsoleError>;
    /// What the form for one on this list has to know: where it may be kept, and what the list finds now.
    async fn plan_list_alert(&self, query: TableQuery) -> Result<ListAlertPlan, ConsoleError>;
    /// One of them, for who may change it.
    async fn list_alert(&self, cluster: ClusterName, id: String) -> Result<OpenedListAlert, ConsoleError>;
    /// Makes one, or changes one. From then on it has the rights of the caller.
    async fn save_list_alert(&self, fields: ListAlertFields) -> Result<(), ConsoleError>;
    /// Switches one off, so that its alerts end, or on again, with the rights of whoever saved it last.
    async fn switch_list_alert(&self, alert: LookedAtListAlert, on: bool) -> Result<(), ConsoleError>;
    /// Removes one; its alerts end.
    async fn remove_list_alert(&self, alert: LookedAtListAlert) -> Result<(), ConsoleError>;
}

/// The alerts on lists of a cluster that the caller may see.
#[server(endpoint = "monitoring/list-alerts", input = Json)]
pub async fn read_list_alerts(
    /// Where.
    cluster: ClusterName,
) -> Result<ListAlertBook, ConsoleError> {
    model::port::<dyn ListAlerts>()?.list_alerts(cluster).await
}

/// Where an alert on a list may be kept, and what the list finds now.
#[server(endpoint = "monitoring/plan-list-alert", input = Json)]
pub async fn plan_list_alert(
    /// Which list.
    query: TableQuery,
) -> Result<ListAlertPlan, ConsoleError> {
    model::port::<dyn ListAlerts>()?.plan_list_alert(query).await
}

/// An alert on a list, for its form.
#[server(endpoint = "monitoring/list-alert", input = Json)]
pub async fn read_list_alert(
    /// Where.
    cluster: ClusterName,
    /// Which.
    id: String,
) -> Result<OpenedListAlert, ConsoleError> {
    model::port::<dyn ListAlerts>()?.list_alert(cluster, id).await
}

/// Makes an alert on a list, or changes one.
#[server(endpoint = "monitoring/save-list-alert")]
pub async fn save_list_alert(
    /// The fields of the form.
    fields: ListAlertFields,
) -> Result<(), ConsoleError> {
    let next = model::link::list_alerts(&fields.cluster);
    model::port::<dyn ListAlerts>()?.save_list_alert(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Removes an alert on a list.
#[server(endpoint = "monitoring/remove-list-alert")]
pub async fn remove_list_alert(
    /// Which, as it was looked at.
    fields: LookedAtListAlert,
) -> Result<(), ConsoleError> {
    let next = model::link::list_alerts(&fields.cluster);
    model::port::<dyn ListAlerts>()?.remove_list_alert(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Switches an alert on a list off, or on again.
#[server(endpoint = "monitoring/switch-list-alert")]
pub async fn switch_list_alert(
    /// Which, as it was looked at.
    fields: LookedAtListAlert,
    /// Whether the list is to be looked at from now on.
    on: bool,
) -> Result<(), ConsoleError> {
    let next = model::link::list_alerts(&fields.cluster);
    model::port::<dyn ListAlerts>()?.switch_list_alert(fields, on).await?;
    model::go_to(&next);
    Ok(())
}
