//! What was used and what that costs in all clusters.

use crate::metering::{Figures, Period};
use leptos::prelude::*;
use model::{ClusterName, ConsoleError, WorkspaceName};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// What was used in each cluster, and what that costs, of what the caller may see measured there.
#[server(endpoint = "monitoring/bill", input = Json)]
pub async fn read_bill(
    /// Whose, when.
    request: BillRequest,
) -> Result<Bill, ConsoleError> {
    model::port::<dyn crate::metering::Metering>()?.bill(request).await
}

/// Whose, when.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BillRequest {
    /// Which days.
    pub period: Period,
    /// What the projects of this workspace used; all of each cluster where it is none.
    pub workspace: Option<WorkspaceName>,
}

/// What was used in all clusters.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bill {
    /// A row for each cluster of which the caller may see something measured, by name.
    pub rows: Vec<BillRow>,
    /// What is known of all of them together.
    pub totals: Figures,
}

/// A cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BillRow {
    /// Which.
    pub cluster: ClusterName,
    /// What was used there.
    pub came_to: CameTo,
}

/// What was used in a cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CameTo {
    /// So much.
    Known {
        /// How much, and what that costs.
        figures: Figures,
        /// Whether all of the period was measured.
        is_whole: bool,
    },
    /// Nothing measures it.
    Unmeasured,
    /// What measures it failed.
    Failed(ConsoleError),
}
