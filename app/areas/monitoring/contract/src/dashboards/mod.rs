//! Dashboards that people make and keep.

mod annotation;
mod arrange;
mod axis;
mod check;
mod color;
mod embed;
mod figure;
mod form;
mod grid;
mod height;
mod mapping;
mod origin;
mod plan;
mod variable;
mod view;

pub use annotation::{Annotation, MOST_ANNOTATIONS};
pub use arrange::{ArrangePanelFields, Arrangement};
pub use axis::PanelAxis;
pub use color::{COLORS, LONGEST_SERIES, SeriesColor};
pub use embed::{
    AddEmbed, EMBED_DAYS, EMBED_PATH, EmbedFields, EmbedLine, EmbedList, EmbedPanel, Embedded,
    EmbeddedDashboard, Embedding, MOST_EMBEDS, NewEmbed, NotEmbedded, RevokeEmbed, RevokeEmbedFields,
    add_embed, read_embeds, revoke_embed,
};
pub use figure::PanelFigure;
pub use form::{DashboardFields, ImportFields, PanelFields, QUERY_FIELDS, RemoveDashboardFields};
pub use grid::{GRID_COLUMNS, Spot, nearest_width, next_width, place_at, reordered, spots};
pub use height::PanelHeight;
pub use mapping::{LONGEST_STATE, MOST_MAPPINGS, ValueMapping, mapped};
pub use origin::{InvalidOrigin, Origin};
pub use plan::{
    LONGEST_NAME, LONGEST_TEXT, MOST_PANELS, MOST_QUERIES, PANEL_STEPS, PanelKind, PanelPlan, PanelQuery,
    Plan, Thresholds, UNITS, ValueRange, WIDTHS, unit_word,
};
pub use variable::{MOST_VARIABLES, NAMESPACE_VARIABLE, Variable, is_variable_name};
pub use view::{
    DashboardLine, DashboardList, DashboardRequest, DashboardView, KeptDashboard, OpenedDashboard,
    ShownAnnotation, ShownContent, ShownFigure, ShownGauge, ShownGauges, ShownLine, ShownLogs, ShownPanel,
    ShownRow, ShownTable, ShownValue, VariableView,
};

use async_trait::async_trait;
use leptos::prelude::*;
use model::{ClusterName, ConsoleError};
use server_fn::codec::Json;

/// The templates that a dashboard can begin with, as words of addresses and texts.
pub const TEMPLATES: [&str; 11] = [
    "node",
    "ingress",
    "postgresql",
    "redis",
    "jvm",
    "mysql",
    "elasticsearch",
    "rabbitmq",
    "kafka",
    "jenkins",
    "gpu",
];

/// Questions and commands about dashboards, on behalf of one caller. Whoever wrote a query: its answer holds only what the
/// caller may see.
#[async_trait]
pub trait Dashboards: Send + Sync {
    /// The dashboards of a cluster and of its projects that the caller may look at.
    async fn dashboards(&self, cluster: ClusterName) -> Result<DashboardList, ConsoleError>;
    /// A dashboard with all its panels answered at once.
    async fn open_dashboard(&self, request: DashboardRequest) -> Result<OpenedDashboard, ConsoleError>;
    /// A dashboard as it is kept, for who may change it.
    async fn read_plan(&self, cluster: ClusterName, id: String) -> Result<KeptDashboard, ConsoleError>;
    /// A dashboard in Grafana's JSON.
    async fn export_dashboard(
        &self,
        cluster: ClusterName,
        id: String,
    ) -> Result<(String, String), ConsoleError>;
    /// Makes a dashboard, or changes its name and variables. Answers its id.
    async fn save_dashboard(&self, fields: DashboardFields) -> Result<String, ConsoleError>;
    /// Adds a panel or changes one.
    async fn save_panel(&self, fields: PanelFields) -> Result<(), ConsoleError>;
    /// Moves, resizes or removes a panel.
    async fn arrange_panel(&self, fields: ArrangePanelFields) -> Result<(), ConsoleError>;
    /// Removes a dashboard.
    async fn remove_dashboard(&self, fields: RemoveDashboardFields) -> Result<(), ConsoleError>;
    /// Makes a dashboard of Grafana's JSON. Answers its id.
    async fn import_dashboard(&self, fields: ImportFields) -> Result<String, ConsoleError>;
}

/// The dashboards of a cluster and of its projects.
#[server(endpoint = "monitoring/dashboards", input = Json)]
pub async fn read_dashboards(
    /// Where.
    cluster: ClusterName,
) -> Result<DashboardList, ConsoleError> {
    model::port::<dyn Dashboards>()?.dashboards(cluster).await
}

/// A dashboard with all its panels, however many there are.
#[server(endpoint = "monitoring/dashboard", input = Json)]
pub async fn open_dashboard(
    /// Which, when, with what chosen.
    request: DashboardRequest,
) -> Result<OpenedDashboard, ConsoleError> {
    model::port::<dyn Dashboards>()?.open_dashboard(request).await
}

/// A dashboard as it is kept, for its forms.
#[server(endpoint = "monitoring/dashboard-plan", input = Json)]
pub async fn read_plan(
    /// Where.
    cluster: ClusterName,
    /// Which.
    id: String,
) -> Result<KeptDashboard, ConsoleError> {
    model::port::<dyn Dashboards>()?.read_plan(cluster, id).await
}

/// Makes a dashboard, or changes its name and variables.
#[server(endpoint = "monitoring/save-dashboard")]
pub async fn save_dashboard(
    /// The fields of the form.
    fields: DashboardFields,
) -> Result<(), ConsoleError> {
    let cluster = fields.cluster.clone();
    let id = model::port::<dyn Dashboards>()?.save_dashboard(fields).await?;
    model::go_to(&model::link::edit_dashboard(&cluster, &id));
    Ok(())
}

/// Adds a panel to a dashboard, or changes one.
#[server(endpoint = "monitoring/save-panel")]
pub async fn save_panel(
    /// The fields of the form.
    fields: PanelFields,
) -> Result<(), ConsoleError> {
    let next = model::link::edit_dashboard(&fields.cluster, &fields.id);
    model::port::<dyn Dashboards>()?.save_panel(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Moves a panel of a dashboard, or removes it.
#[server(endpoint = "monitoring/arrange-panel")]
pub async fn arrange_panel(
    /// The fields of the form.
    fields: ArrangePanelFields,
) -> Result<(), ConsoleError> {
    let next = model::link::edit_dashboard(&fields.cluster, &fields.id);
    model::port::<dyn Dashboards>()?.arrange_panel(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Puts a panel of a dashboard where it was dragged, and stays on the page.
#[server(endpoint = "monitoring/place-panel", input = Json)]
pub async fn place_panel(
    /// What the drag came to.
    fields: ArrangePanelFields,
) -> Result<(), ConsoleError> {
    model::port::<dyn Dashboards>()?.arrange_panel(fields).await
}

/// Removes a dashboard.
#[server(endpoint = "monitoring/remove-dashboard")]
pub async fn remove_dashboard(
    /// The fields of the form.
    fields: RemoveDashboardFields,
) -> Result<(), ConsoleError> {
    let next = model::link::dashboards(&fields.cluster);
    model::port::<dyn Dashboards>()?.remove_dashboard(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Makes a dashboard of Grafana's JSON.
#[server(endpoint = "monitoring/import-dashboard")]
pub async fn import_dashboard(
    /// The fields of the form.
    fields: ImportFields,
) -> Result<(), ConsoleError> {
    let cluster = fields.cluster.clone();
    let id = model::port::<dyn Dashboards>()?.import_dashboard(fields).await?;
    model::go_to(&model::link::dashboard(&cluster, &id));
    Ok(())
}
