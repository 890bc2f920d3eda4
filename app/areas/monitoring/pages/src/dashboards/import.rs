//! The form that takes a dashboard over from Grafana.

use super::new::where_allowed;
use super::places;
use crate::words::text;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::{ClusterName, link};
use monitoring_contract::{DashboardList, ImportDashboard};
use ui::{Card, Checkbox, Command, Field, PageTitle, Select, TextArea, TextFile, command_form};

/// Grafana's JSON, for whom it is, and whether what is not understood may be left out.
#[component]
pub fn ImportDashboardPage() -> impl IntoView {
    let form = Callback::new(|(list, cluster): (DashboardList, ClusterName)| form(&list, &cluster));
    view! {
        <PageTitle text=text("dashboard.import")/>
        {where_allowed(text("dashboard.import"), form)}
    }
}

fn form(list: &DashboardList, cluster: &ClusterName) -> AnyView {
    let command = Command {
        hidden: vec![("fields[cluster]", cluster.to_string())],
        fields: &["text", "namespace", "name", "leave_out"],
        cancel: Some((text("cancel").to_owned(), link::dashboards(cluster))),
        ..Command::new(ImportDashboard::PATH, text("dashboard.import.make"))
    };
    let places = places(list);
    let first = places.first().map(|(value, _)| value.clone()).unwrap_or_default();
    let json = RwSignal::new(String::new());
    let form = command_form(command, |problems| {
        let left_out = problems.at("leave_out");
        view! {
            <TextArea
                name="fields[text]"
                label=text("import.text")
                hint=text("import.text.hint")
                value=json
                problem=problems.at("text")
                lines=12
                on_input=move |text| json.set(text)
            />
            <TextFile id="dashboard-file" label=text("import.file") accept=".json,.yaml,.yml" on_text=move |text| json.set(text)/>
            <Field
                name="fields[name]"
                label=text("dashboard.name")
                hint=text("import.name.hint")
                problem=problems.at("name")
                autocomplete="off"
            />
            <Select
                name="fields[namespace]"
                label=text("dashboard.for")
                hint=text("dashboard.for.hint")
                options=Signal::stored(places)
                value=Signal::stored(first)
                problem=problems.at("namespace")
            />
            <Checkbox name="fields[leave_out]" value="true" label=text("import.leave-out") hint=text("import.leave-out.hint")/>
            <p class="field-problem left-out" role="alert">{move || left_out.get()}</p>
        }
        .into_any()
    });
    view! { <div class="wide-form"><Card title=text("import.card")>{form}</Card></div> }.into_any()
}
