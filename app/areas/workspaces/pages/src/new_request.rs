//! Asking for a role: first where, then which, why and for how long.

use crate::members::options;
use crate::names;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use model::{ConsoleError, link};
use ui::{
    Button, ButtonKind, Card, Command, Field, FormProblems, PageHeader, PageTitle, Problem, Select,
    SkeletonTable, TextArea, awaited, command_form,
};
use workspaces_contract::{
    AskForRole, MemberPlace, REQUEST_HOURS, RequestForm, RequestQuery, read_request_form,
};

/// The form for the place in the address, or for choosing one.
#[component]
pub fn NewRequestPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let query = query.read();
        let get = |name: &str| query.get(name).unwrap_or_default();
        RequestQuery { place: get("place"), namespace: get("namespace") }
    });
    let answer = Resource::new_blocking(move || asked.get(), read_request_form);
    let content = move || {
        let query = asked.get();
        Suspend::new(async move {
            match answer.await {
                Ok(RequestForm { place: Some(place), roles, .. }) => ask(&place, options(&roles)),
                Ok(form) => choose(&query, &form.places, None),
                Err(error @ ConsoleError::Invalid { .. }) => choose(&query, &[], Some(error)),
                Err(error) => {
                    let on_retry = Callback::new(move |()| answer.refetch());
                    view! { <Problem error here=link::new_request(&query.place) on_retry/> }.into_any()
                }
            }
        })
    };
    view! {
        <PageTitle text=text("request.new")/>
        <PageHeader title=text("request.new")/>
        <p class="lead">{text("request.text")}</p>
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
    }
}

fn choose(query: &RequestQuery, places: &[MemberPlace], error: Option<ConsoleError>) -> AnyView {
    if places.is_empty() && error.is_none() {
        return view! { <Card title=text("rights.place")><p class="card-text">{text("request.nowhere")}</p></Card> }
            .into_any();
    }
    let problems = FormProblems::of(Signal::stored(error));
    let mut options: Vec<_> =
        places.iter().map(|place| (place.to_string(), names::place_words(place))).collect();
    // What the address names is offered even when nothing else could be read.
    if !query.place.is_empty() && !options.iter().any(|(value, _)| *value == query.place) {
        options.push((query.place.clone(), query.place.clone()));
    }
    view! {
        <form class="filters" method="get" action=link::NEW_REQUEST>
            <Select
                name="place"
                label=text("rights.place")
                options=Signal::stored(options)
                value=Signal::stored(query.place.clone())
                problem=problems.at("place")
            />
            <Field
                name="namespace"
                label=text("rights.namespace")
                value=Signal::stored(query.namespace.clone())
                problem=problems.at("namespace")
                code=true
            />
            <div class="form-actions">
                <Button kind=ButtonKind::Primary form_type="submit">{text("request.choose")}</Button>
            </div>
        </form>
    }
    .into_any()
}

fn ask(place: &MemberPlace, roles: Vec<(String, String)>) -> AnyView {
    let command = Command {
        hidden: vec![("fields[place]", place.to_string())],
        cancel: Some((text("request.elsewhere").to_owned(), link::NEW_REQUEST.into())),
        fields: &["role", "hours", "reason"],
        done: Some(text("done.asked").to_owned()),
        ..Command::new(AskForRole::PATH, text("request.send"))
    };
    // The mightiest comes first; what most people need is to look.
    let usual = roles.last().map(|(role, _)| role.clone()).unwrap_or_default();
    let hours = REQUEST_HOURS.map(|hours| (hours.to_string(), text_of("span", &hours.to_string())));
    let form = command_form(command, |problems| {
        view! {
            <Select
                name="fields[role]"
                label=text("role")
                options=Signal::stored(roles)
                value=Signal::stored(usual)
                problem=problems.at("role")
            />
            <Select
                name="fields[hours]"
                label=text("request.hours")
                options=Signal::stored(hours.to_vec())
                value=Signal::stored("8".to_owned())
                problem=problems.at("hours")
            />
            <TextArea
                name="fields[reason]"
                label=text("request.reason")
                hint=text("request.reason.hint")
                problem=problems.at("reason")
                lines=3
            />
        }
        .into_any()
    });
    let title = text_with("request.title", &[("place", &names::place_words(place))]);
    view! { <Card title=title>{form}</Card> }.into_any()
}
