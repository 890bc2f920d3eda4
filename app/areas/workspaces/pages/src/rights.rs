//! What somebody may do in a place, and by what.

use crate::names;
use crate::who_can::role_line;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{ConsoleError, Level, link};
use ui::{
    Banner, Button, ButtonKind, Card, Field, FormProblems, LinkButton, PageHeader, PageTitle, Problem,
    Select, SkeletonTable, awaited, permission_words, plain_table,
};
use workspaces_contract::{MemberPlace, PermissionHeld, Rights, RightsQuery, read_rights};

/// The form, whose question stands in the address, and its answer.
#[component]
pub fn RightsPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let query = query.read();
        let get = |name: &str| query.get(name).unwrap_or_default();
        RightsQuery { person: get("person"), place: get("place"), namespace: get("namespace") }
    });
    let answer = Resource::new_blocking(move || asked.get(), read_rights);
    let content = move || {
        let query = asked.get();
        Suspend::new(async move { draw(&query, answer.await) })
    };
    view! {
        <PageTitle text=text("rights")/>
        <PageHeader title=text("rights")/>
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
    }
}

fn draw(query: &RightsQuery, found: Result<Rights, ConsoleError>) -> AnyView {
    match found {
        Ok(rights) => view! {
            {form(query, Some(&rights), FormProblems::of(Signal::stored(None)))}
            {answered(&rights)}
        }
        .into_any(),
        Err(error @ ConsoleError::Invalid { .. }) => {
            form(query, None, FormProblems::of(Signal::stored(Some(error))))
        }
        Err(error) => view! {
            {form(query, None, FormProblems::of(Signal::stored(None)))}
            <Problem error here=link::rights(&query.person, &query.place)/>
        }
        .into_any(),
    }
}

/// The namespace stands in a field of its own, so that any can be asked about.
fn split(place: Option<&MemberPlace>) -> (String, String) {
    match place {
        None => (String::new(), String::new()),
        Some(MemberPlace::Project(cluster, namespace)) => {
            (MemberPlace::Cluster(cluster.clone()).to_string(), namespace.to_string())
        }
        Some(place) => (place.to_string(), String::new()),
    }
}

fn form(query: &RightsQuery, rights: Option<&Rights>, problems: FormProblems) -> AnyView {
    let (place, namespace) = match rights {
        Some(rights) => split(rights.place.as_ref()),
        None => (query.place.clone(), query.namespace.clone()),
    };
    let person = rights.map_or_else(|| query.person.clone(), |rights| rights.person.clone());
    let platform = (String::new(), text("place.platform").to_owned());
    let places = rights.map(|rights| rights.places.as_slice()).unwrap_or_default();
    let mut options = vec![platform];
    options.extend(places.iter().map(|place| (place.to_string(), names::place_words(place))));
    // What the address names is offered even when nothing else could be read.
    if !options.iter().any(|(value, _)| *value == place) {
        options.push((place.clone(), place.clone()));
    }
    let people = rights.map(|rights| rights.people.clone()).unwrap_or_default();
    let people = people.into_iter().map(|name| view! { <option value=name></option> }).collect_view();
    view! {
        <form class="filters" method="get" action=link::RIGHTS>
            <Field
                name="person"
                label=text("person")
                value=Signal::stored(person)
                problem=problems.at("person")
                autocomplete="off"
                list="people"
            />
            <datalist id="people">{people}</datalist>
            <Select
                name="place"
                label=text("rights.place")
                options=Signal::stored(options)
                value=Signal::stored(place)
                problem=problems.at("place")
            />
            <Field
                name="namespace"
                label=text("rights.namespace")
                value=Signal::stored(namespace)
                problem=problems.at("namespace")
                code=true
            />
            <div class="form-actions">
                <Button kind=ButtonKind::Primary form_type="submit">{text("who-can.ask")}</Button>
                <LinkButton href=link::RIGHTS>{text("rights.mine")}</LinkButton>
            </div>
        </form>
    }
    .into_any()
}

fn answered(rights: &Rights) -> AnyView {
    let place = rights.place.as_ref().map(names::place_words);
    let pairs: [(&str, &dyn std::fmt::Display); 1] = [("person", &rights.person)];
    let title = match (&place, rights.is_self) {
        (None, true) => text("rights.own.platform").to_owned(),
        (None, false) => text_with("rights.of.platform", &pairs),
        (Some(place), true) => text_with("rights.own", &[("place", place)]),
        (Some(place), false) => text_with("rights.of", &[("person", &rights.person), ("place", place)]),
    };
    let (held, missing): (Vec<_>, Vec<_>) = rights.permissions.iter().partition(|one| !one.by.is_empty());
    let disabled = (!rights.is_enabled).then(|| {
        let words = text_with("rights.disabled", &pairs);
        view! { <Banner level=Level::Warning>{words}</Banner> }
    });
    let held = if held.is_empty() {
        view! { <p class="card-note">{text("rights.none")}</p> }.into_any()
    } else {
        let headings = [text("permission"), text("who-can.by")];
        plain_table(text("rights.held"), &headings, held.into_iter().map(row).collect_view().into_any())
    };
    let missing = (!missing.is_empty()).then(|| {
        let lines = missing.into_iter().map(|one| view! { <li>{permission_words(&one.word)}</li> });
        let lines = lines.collect_view();
        let whom = granted_by(rights.place.as_ref());
        let ask = rights.place.as_ref().filter(|_| rights.is_self).map(|place| {
            let href = link::new_request(&place.to_string());
            view! { <div class="card-text"><LinkButton href=href>{text("request.new")}</LinkButton></div> }
        });
        view! {
            <Card title=text("rights.missing")>
                <p class="card-text">{whom}</p>
                {ask}
                <ul class="permissions">{lines}</ul>
            </Card>
        }
    });
    view! {
        {disabled}
        <Card title flush=true>{held}</Card>
        {missing}
    }
    .into_any()
}

fn row(one: &PermissionHeld) -> AnyView {
    view! {
        <tr>
            <th scope="row">
                {permission_words(&one.word)}
                <span class="about">{text_of("subject", &one.subject)}</span>
            </th>
            <td data-heading=text("who-can.by")>
                <ul class="role-lines">{one.by.iter().map(role_line).collect_view()}</ul>
            </td>
        </tr>
    }
    .into_any()
}

/// Who can give what is missing.
fn granted_by(place: Option<&MemberPlace>) -> AnyView {
    match place {
        None => text("rights.granted-by-platform").into_any(),
        Some(place) => {
            let members = place.page();
            view! {
                {text("rights.granted-by")}" "
                <a href=members>{text("rights.members")}</a>
            }
            .into_any()
        }
    }
}
