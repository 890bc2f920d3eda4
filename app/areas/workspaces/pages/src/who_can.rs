//! Who can do something in a cluster, and why.

use crate::names;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::{ClusterName, ConsoleError, Level, Status, link};
use ui::{
    Banner, Button, ButtonKind, Card, Empty, Field, FormProblems, Glyph, PageHeader, PageTitle, Problem,
    Select, SkeletonTable, StatusMark, awaited, plain_table,
};
use workspaces_contract::{InheritedRow, PersonCan, SubjectCan, VERBS, WhoCan, WhoCanQuery, read_who_can};

/// What is offered for choosing; anything else can be typed.
const OFTEN: [&str; 8] = [
    "pods",
    "pods/exec",
    "pods/log",
    "deployments.apps",
    "deployments.apps/scale",
    "secrets",
    "nodes",
    "rolebindings.rbac.authorization.k8s.io",
];

/// The form, whose question stands in the address, and its answer.
#[component]
pub fn WhoCanPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let cluster =
        Memo::new(move |_| ClusterName::parse(&params.read().get("cluster").unwrap_or_default()).ok());
    let asked = Memo::new(move |_| {
        let query = query.read();
        let get = |name: &str| query.get(name).unwrap_or_default();
        WhoCanQuery {
            verb: get("verb"),
            resource: get("resource"),
            namespace: get("namespace"),
            name: get("name"),
        }
    });
    let answer = Resource::new_blocking(
        move || (cluster.get(), asked.get()),
        |(cluster, query)| async move {
            let unknown = || ConsoleError::missing(text("place.none"));
            let cluster = cluster.ok_or_else(unknown)?;
            // Before anything is asked there is only the form.
            if query.resource.is_empty() { Ok(None) } else { read_who_can(cluster, query).await.map(Some) }
        },
    );
    let content = move || {
        let query = asked.get();
        Suspend::new(async move {
            let found = answer.await;
            let Some(cluster) = cluster.get_untracked() else {
                let error = found.err().unwrap_or(ConsoleError::missing(""));
                return view! { <Problem error is_page=true/> }.into_any();
            };
            draw(&cluster, &query, found)
        })
    };
    view! {
        <PageTitle text=text("who-can")/>
        <PageHeader title=text("who-can")/>
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
    }
}

fn draw(cluster: &ClusterName, query: &WhoCanQuery, found: Result<Option<WhoCan>, ConsoleError>) -> AnyView {
    let wrong = match &found {
        Err(error @ ConsoleError::Invalid { .. }) => Some(error.clone()),
        _ => None,
    };
    let form = form(cluster, query, FormProblems::of(Signal::stored(wrong.clone())));
    let answer = match found {
        Ok(Some(answer)) => answered(&answer),
        Ok(None) => view! { <p class="lead">{text("who-can.text")}</p> }.into_any(),
        Err(_) if wrong.is_some() => ().into_any(),
        Err(error) => view! { <Problem error here=link::who_can(cluster, None)/> }.into_any(),
    };
    view! {
        {form}
        {answer}
    }
    .into_any()
}

fn form(cluster: &ClusterName, query: &WhoCanQuery, problems: FormProblems) -> AnyView {
    let verbs = VERBS.map(|verb| (verb.to_owned(), verb.to_owned())).to_vec();
    let verb = if query.verb.is_empty() { "get".to_owned() } else { query.verb.clone() };
    let often = OFTEN.map(|resource| view! { <option value=resource></option> });
    let value = |text: &String| Signal::stored(text.clone());
    view! {
        <form class="filters" method="get" action=link::who_can(cluster, None)>
            <Select
                name="verb"
                label=text("who-can.verb")
                options=Signal::stored(verbs)
                value=Signal::stored(verb)
                problem=problems.at("verb")
            />
            <Field
                name="resource"
                label=text("who-can.resource")
                value=value(&query.resource)
                problem=problems.at("resource")
                placeholder="pods/exec"
                list="often"
                code=true
                required=true
            />
            <datalist id="often">{often.collect_view()}</datalist>
            <Field
                name="namespace"
                label=text("who-can.namespace")
                value=value(&query.namespace)
                problem=problems.at("namespace")
                code=true
            />
            <Field
                name="name"
                label=text("who-can.name")
                value=value(&query.name)
                problem=problems.at("name")
                code=true
            />
            <div class="form-actions">
                <Button kind=ButtonKind::Primary form_type="submit">{text("who-can.ask")}</Button>
            </div>
        </form>
    }
    .into_any()
}

fn answered(answer: &WhoCan) -> AnyView {
    let people = if answer.people.is_empty() {
        let (title, explanation) = (text("who-can.nobody"), text("who-can.nobody.text"));
        view! { <Empty glyph=Glyph::User title explanation/> }.into_any()
    } else {
        let headings = [text("person"), text("who-can.by"), text("who-can.cluster")];
        let rows = answer.people.iter().map(person).collect_view().into_any();
        plain_table(text("people"), &headings, rows)
    };
    let subjects = if answer.subjects.is_empty() {
        view! { <p class="card-note">{text("who-can.no-bindings")}</p> }.into_any()
    } else {
        let headings = [text("who-can.subject"), text("who-can.binding"), text("role")];
        let rows = answer.subjects.iter().map(subject).collect_view().into_any();
        plain_table(text("who-can.bindings"), &headings, rows)
    };
    let problem = answer.problem.as_ref().map(|why| {
        let words = text_with("who-can.unknown", &[("why", why)]);
        view! { <Banner level=Level::Warning>{words}</Banner> }
    });
    let partial = answer.is_partial.then(|| view! { <p class="card-note">{text("who-can.partial")}</p> });
    let known = answer.problem.is_none().then(|| {
        view! { <Card title=text("who-can.bindings") flush=true>{subjects}{partial}</Card> }
    });
    view! {
        {problem}
        <Card title=text("who-can.people") flush=true>{people}</Card>
        {known}
    }
    .into_any()
}

fn person(one: &PersonCan) -> AnyView {
    let agrees = match one.cluster_agrees {
        Some(true) => Some(Status::new(Level::Healthy, text_of("agrees", "yes"))),
        Some(false) => Some(Status::new(Level::Warning, text_of("agrees", "no"))),
        None => None,
    };
    let agrees = match agrees {
        Some(status) => view! { <StatusMark status/> }.into_any(),
        None => view! { <span class="also">{text_of("agrees", "unknown")}</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">{names::titled(&one.full_name, &one.name)}</th>
            <td data-heading=text("who-can.by")>
                <ul class="role-lines">{one.by.iter().map(role_line).collect_view()}</ul>
            </td>
            <td data-heading=text("who-can.cluster")>{agrees}</td>
        </tr>
    }
    .into_any()
}

/// A role with its place and its department.
pub(crate) fn role_line(row: &InheritedRow) -> AnyView {
    let place = row.place.as_ref().map_or_else(|| text("place.platform").into_any(), names::place);
    let by = row.department.as_ref().map(|name| text_with("department.from", &[("name", name)]));
    let until = row.until.map(names::until);
    view! { <li>{names::role(&row.role)}" "<span class="also">{place}" "{by}" "{until}</span></li> }
        .into_any()
}

fn subject(one: &SubjectCan) -> AnyView {
    let place = match &one.namespace {
        Some(namespace) => text_with("who-can.in", &[("name", namespace)]),
        None => text("who-can.everywhere").to_owned(),
    };
    view! {
        <tr>
            <th scope="row">{one.name.clone()}<span class="about">{one.kind.clone()}</span></th>
            <td data-heading=text("who-can.binding")>
                <div>{one.binding.clone()}<span class="about">{place}</span></div>
            </td>
            <td data-heading=text("role")>
                <div>{one.role.clone()}<span class="about">{one.role_kind.clone()}</span></div>
            </td>
        </tr>
    }
    .into_any()
}
