//! How much a workspace and its projects may have and use, and who may reach them.

use crate::names;
use crate::storage_classes;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use model::{Level, Unit, WorkspaceName, link};
use ui::quantity::quantity;
use ui::{
    Badge, Banner, ButtonKind, Card, Command, Field, FormProblems, Meter, Problem, SkeletonTable, awaited,
    command_form, plain_table,
};
use workspaces_contract::{
    Amounts, ClusterQuotas, DEFAULTED, Isolate, LIMITED, LimitProject, LimitWorkspace, ProjectQuotas,
    QuotaLine, Quotas, as_number, read_quotas,
};

/// The tab of quotas and isolation, and the form that the address asks for.
pub fn quotas_of(workspace: WorkspaceName) -> AnyView {
    let quotas = Resource::new_blocking(
        {
            let workspace = workspace.clone();
            move || workspace.clone()
        },
        read_quotas,
    );
    let query = use_query_map();
    let on_change = Callback::new(move |_: String| quotas.refetch());
    let content = move || {
        let page = Page { workspace: workspace.clone(), on_change };
        let asked = ["limit", "classes", "project"].map(|what| query.read().get(what));
        Suspend::new(async move {
            match quotas.await {
                Ok(quotas) => page.draw(&quotas, &asked),
                Err(error) => {
                    let on_retry = Callback::new(move |()| quotas.refetch());
                    view! { <Problem error here=page.address("") on_retry/> }.into_any()
                }
            }
        })
    };
    view! { <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition> }.into_any()
}

fn unit_of(resource: &str) -> Unit {
    LIMITED.iter().find(|(name, _)| *name == resource).map_or(Unit::Count, |(_, unit)| *unit)
}

/// How an amount is written.
fn hint_of(resource: &str) -> &'static str {
    match unit_of(resource) {
        Unit::Cores => text("quota.in-cores"),
        Unit::Bytes => text("quota.in-bytes"),
        _ => text("quota.in-number"),
    }
}

/// An amount as people read it: `2`, `512 MiB`.
fn amount(text: &str, unit: Unit) -> String {
    as_number(text).map_or_else(|| text.to_owned(), |amount| quantity(amount, unit))
}

struct Page {
    workspace: WorkspaceName,
    on_change: Callback<String>,
}

impl Page {
    fn address(&self, question: &str) -> String {
        let page = link::workspace_tab(&self.workspace, "quotas");
        if question.is_empty() { page } else { format!("{page}&{question}") }
    }

    /// `asked` are the cluster whose limits and the cluster whose storage classes are changed, and the project.
    fn draw(&self, quotas: &Quotas, asked: &[Option<String>; 3]) -> AnyView {
        let clusters = quotas.clusters.iter().map(|one| self.cluster(quotas, one, asked));
        view! {
            {clusters.collect_view()}
            {self.isolation(quotas)}
        }
        .into_any()
    }

    fn cluster(
        &self,
        quotas: &Quotas,
        cluster: &ClusterQuotas,
        [limit, classes, project]: &[Option<String>; 3],
    ) -> AnyView {
        let name = cluster.cluster.to_string();
        let chosen = project.as_deref().and_then(|asked| {
            let namespace = asked.strip_prefix(&name)?.strip_prefix('/')?;
            cluster.projects.iter().find(|one| one.namespace.as_str() == namespace)
        });
        let is_asked = |what: &Option<String>| quotas.may_limit && what.as_ref() == Some(&name);
        let form = if is_asked(limit) {
            Some(self.limit_form(cluster))
        } else if is_asked(classes) {
            Some(storage_classes::form(&self.workspace, cluster, self.on_change))
        } else {
            chosen.filter(|project| project.may_limit).map(|project| self.project_form(cluster, project))
        };
        let problem = cluster.problem.as_ref().map(|why| {
            let words = text_with("quotas.unknown", &[("why", why)]);
            view! { <div class="card-note"><Banner level=Level::Warning>{words}</Banner></div> }
        });
        let meters = if cluster.lines.is_empty() {
            view! { <p class="card-note also">{text("quotas.unlimited")}</p> }.into_any()
        } else {
            let meters = cluster.lines.iter().map(meter).collect_view();
            view! { <div class="quota-meters card-note">{meters}</div> }.into_any()
        };
        let projects = if cluster.projects.is_empty() {
            view! { <p class="card-note also">{text("projects.none")}</p> }.into_any()
        } else {
            let headings =
                [text("project"), text("quota"), text("quota.defaults"), text("isolation"), text("manage")];
            let rows = cluster.projects.iter().map(|project| self.row(cluster, project));
            plain_table(text("projects"), &headings, rows.collect_view().into_any())
        };
        let has_classes = !(cluster.classes.open.is_empty() && cluster.classes.closed.is_empty());
        let href = quotas.may_limit.then(|| self.address(&format!("classes={}", link::escape(&name))));
        let classes = has_classes.then(|| storage_classes::told(cluster, href));
        let change = quotas.may_limit.then(|| {
            let href = self.address(&format!("limit={}", link::escape(&name)));
            view! { <a href=href>{text("quotas.limit")}</a> }
        });
        view! {
            {form}
            <Card title=format!("{} {name}", text("cluster")) flush=true actions=move || change>
                {problem}
                {meters}
                {classes}
                {projects}
            </Card>
        }
        .into_any()
    }

    fn row(&self, cluster: &ClusterQuotas, project: &ProjectQuotas) -> AnyView {
        let quota = LIMITED.iter().filter_map(|(name, unit)| {
            let most = project.quota.get(*name)?;
            let used = project.used.get(*name).map(|used| amount(used, *unit));
            let used = used.unwrap_or_else(|| text("quota.not-counted").to_owned());
            let most = amount(most, *unit);
            let words = text_with("quota.used", &[("used", &used), ("most", &most)]);
            Some(view! { <li><span class="also">{text_of("limited", name)}</span>" "{words}</li> })
        });
        let defaults = DEFAULTED.iter().filter_map(|name| {
            let most = amount(project.defaults.get(*name)?, unit_of(name));
            Some(view! { <li><span class="also">{text_of("limited", name)}</span>" "{most}</li> })
        });
        let (quota, defaults): (Vec<_>, Vec<_>) = (quota.collect(), defaults.collect());
        let none = |list: bool| list.then(|| view! { <span class="also">{text("none")}</span> });
        let (no_quota, no_defaults) = (none(quota.is_empty()), none(defaults.is_empty()));
        let address = format!("{}/{}", cluster.cluster, project.namespace);
        let manage = project.may_limit.then(|| {
            let href = self.address(&format!("project={}", link::escape(&address)));
            names::row_link(href, text("manage"), project.namespace.as_str())
        });
        let recorded = link::recordings(&cluster.cluster, Some(&project.namespace));
        let recorded = names::row_link(recorded, text("recordings"), project.namespace.as_str());
        let isolated = project.is_isolated.then(|| view! { <Badge text=text("isolated")/> });
        let switch = project.may_isolate.then(|| self.switch(&address, project.is_isolated));
        view! {
            <tr>
                <th scope="row">{names::titled(&project.title, project.namespace.as_str())}</th>
                <td data-heading=text("quota")><ul class="role-lines">{quota}</ul>{no_quota}</td>
                <td data-heading=text("quota.defaults")><ul class="role-lines">{defaults}</ul>{no_defaults}</td>
                <td data-heading=text("isolation")><div class="isolation">{isolated}{switch}</div></td>
                <td><span class="row-links">{manage}{recorded}</span></td>
            </tr>
        }
        .into_any()
    }

    /// One button that isolates what is open, or opens what is isolated.
    fn switch(&self, project: &str, is_isolated: bool) -> AnyView {
        let words = if is_isolated { text("isolation.end") } else { text("isolation.begin") };
        let done = if is_isolated { text("done.opened") } else { text("done.isolated") };
        let about = if project.is_empty() { self.workspace.as_str() } else { project };
        let command = Command {
            kind: ButtonKind::Plain,
            about: Some(about.to_owned()),
            hidden: vec![
                ("fields[workspace]", self.workspace.to_string()),
                ("fields[project]", project.to_owned()),
                ("fields[isolated]", (!is_isolated).to_string()),
            ],
            done: Some(done.to_owned()),
            on_done: Some(self.on_change),
            ..Command::new(Isolate::PATH, words)
        };
        view! { <div class="in-row">{command_form(command, |_| ().into_any())}</div> }.into_any()
    }

    fn isolation(&self, quotas: &Quotas) -> AnyView {
        let state = if quotas.is_isolated { text("isolation.is-on") } else { text("isolation.is-off") };
        let switch = quotas.may_isolate.then(|| self.switch("", quotas.is_isolated));
        view! {
            <Card title=text("isolation.of-workspace")>
                <p>{state}</p>
                <p class="field-hint">{text("isolation.text")}</p>
                {switch}
            </Card>
        }
        .into_any()
    }

    fn limit_form(&self, cluster: &ClusterQuotas) -> AnyView {
        let name = cluster.cluster.to_string();
        let command = Command {
            hidden: vec![
                ("fields[workspace]", self.workspace.to_string()),
                ("fields[cluster]", name.clone()),
            ],
            cancel: Some((text("cancel").to_owned(), self.address(""))),
            fields: &LIMITED_FIELDS,
            done: Some(text("done.saved").to_owned()),
            on_done: Some(self.on_change),
            ..Command::new(LimitWorkspace::PATH, text("save"))
        };
        let form = command_form(command, |problems| {
            view! {
                <p>{text("quotas.limit.text")}</p>
                <div class="amounts">
                    {quota_fields("fields[limits]", &LIMITED_FIELDS, &cluster.limits, problems)}
                </div>
            }
            .into_any()
        });
        view! { <Card title=text_with("quotas.limit.title", &[("name", &name)])>{form}</Card> }.into_any()
    }

    fn project_form(&self, cluster: &ClusterQuotas, project: &ProjectQuotas) -> AnyView {
        let command = Command {
            hidden: vec![
                ("fields[workspace]", self.workspace.to_string()),
                ("fields[cluster]", cluster.cluster.to_string()),
                ("fields[namespace]", project.namespace.to_string()),
            ],
            cancel: Some((text("cancel").to_owned(), self.address(""))),
            fields: &PROJECT_FIELDS,
            done: Some(text("done.saved").to_owned()),
            on_done: Some(self.on_change),
            ..Command::new(LimitProject::PATH, text("save"))
        };
        let form = command_form(command, |problems| {
            let default = |name: &'static str, field: &'static str| {
                view! {
                    <Field
                        name=format!("fields[defaults][{name}]")
                        label=text_of("limited", name)
                        hint=hint_of(name)
                        value=Signal::stored(project.defaults.get(name).cloned().unwrap_or_default())
                        problem=problems.at(field)
                        autocomplete="off"
                        code=true
                    />
                }
            };
            let defaults = DEFAULTED.iter().zip(&PROJECT_FIELDS[LIMITED.len()..]);
            let defaults = defaults.map(|(name, field)| default(name, field)).collect_view();
            view! {
                <fieldset class="choices">
                    <legend>{text("quota")}</legend>
                    <p class="field-hint">{text("quota.hint")}</p>
                    <div class="amounts">
                        {quota_fields("fields[quota]", &LIMITED_FIELDS, &project.quota, problems)}
                    </div>
                </fieldset>
                <fieldset class="choices">
                    <legend>{text("quota.defaults")}</legend>
                    <p class="field-hint">{text("quota.defaults.hint")}</p>
                    <div class="amounts">{defaults}</div>
                </fieldset>
            }
            .into_any()
        });
        let title = text_with("quota.title", &[("name", &project.namespace)]);
        view! { <Card title>{form}</Card> }.into_any()
    }
}

/// Fields that show what is wrong with them themselves: what can be limited, and then defaults.
const PROJECT_FIELDS: [&str; 12] = [
    "requests.cpu",
    "limits.cpu",
    "requests.memory",
    "limits.memory",
    "requests.storage",
    "persistentvolumeclaims",
    "pods",
    "services",
    "default.requests.cpu",
    "default.limits.cpu",
    "default.requests.memory",
    "default.limits.memory",
];

/// What can be limited, as the names of fields.
const LIMITED_FIELDS: [&str; 8] = [
    "requests.cpu",
    "limits.cpu",
    "requests.memory",
    "limits.memory",
    "requests.storage",
    "persistentvolumeclaims",
    "pods",
    "services",
];

/// A field for each of these amounts.
pub fn quota_fields(stem: &str, names: &[&'static str], now: &Amounts, problems: FormProblems) -> AnyView {
    let field = |name: &'static str| {
        view! {
            <Field
                name=format!("{stem}[{name}]")
                label=text_of("limited", name)
                hint=hint_of(name)
                value=Signal::stored(now.get(name).cloned().unwrap_or_default())
                problem=problems.at(name)
                autocomplete="off"
                code=true
            />
        }
    };
    names.iter().map(|name| field(name)).collect_view().into_any()
}

/// The names of what is limited, as those of fields.
pub fn field_names(limited: &[String]) -> Vec<&'static str> {
    LIMITED_FIELDS.into_iter().filter(|name| limited.iter().any(|own| own == name)).collect()
}

fn meter(line: &QuotaLine) -> AnyView {
    let unit = unit_of(&line.resource);
    let title = text_of("limited", &line.resource);
    let limit = line.limit.as_deref().and_then(as_number);
    let given = limit.map(|limit| {
        let (given, limit) = (quantity(line.given, unit), quantity(limit, unit));
        text_with("quotas.given", &[("given", &given), ("limit", &limit)])
    });
    let most = limit.unwrap_or(line.given);
    let used = match line.used {
        Some(used) => {
            let of = Signal::stored(Some(most));
            view! { <Meter title used=Signal::stored(used) of unit/> }.into_any()
        }
        None => view! { <p class="meter-title">{title}": "{text("quota.not-counted")}</p> }.into_any(),
    };
    view! { <div>{used}<p class="field-hint">{given}</p></div> }.into_any()
}
