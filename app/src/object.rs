//! The page of an object, with what other areas show on it.

use leptos::prelude::*;
use resources_pages::{DetailPage as Detail, ForeignTab, ForeignTabs};

/// One object. What its other tabs are drawn by comes with it.
#[component]
pub fn DetailPage() -> impl IntoView {
    provide_context(ForeignTabs(FOREIGN_TABS));
    view! { <Detail/> }
}

/// What other areas show on the pages of objects.
const FOREIGN_TABS: &[ForeignTab] = &[
    ForeignTab {
        id: "metrics",
        title: monitoring_pages::metrics_title,
        fits: monitoring_pages::has_metrics,
        view: monitoring_pages::metrics_tab,
    },
    ForeignTab {
        id: "files",
        title: workloads_pages::files_title,
        fits: workloads_pages::has_files,
        view: workloads_pages::files_tab,
    },
    ForeignTab {
        id: "ports",
        title: workloads_pages::ports_title,
        fits: workloads_pages::has_ports,
        view: workloads_pages::ports_tab,
    },
    ForeignTab {
        id: "connection",
        title: workloads_pages::log_receiver_title,
        fits: workloads_pages::is_log_receiver,
        view: workloads_pages::log_receiver_tab,
    },
    ForeignTab {
        id: "traffic",
        title: workloads_pages::traffic_title,
        fits: workloads_pages::has_traffic,
        view: workloads_pages::traffic_tab,
    },
];
