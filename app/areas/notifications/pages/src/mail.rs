//! The mail server of a place: its form, a trial of it, and who sends where there is none.

use crate::mail_trial::trial;
use crate::names;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use model::{ConsoleError, Level, Namespace, link};
use notifications_contract::{
    MailSecurity, MailSender, MailServerFields, MailServerList, MailServerView, RemoveMailServer,
    SaveMailServer, read_mail_server, read_mail_servers,
};
use ui::{
    Banner, Button, ButtonKind, Card, Command, Empty, Field, FormProblems, Glyph, KeyValue, KeyValueItem,
    PageHeader, PageTitle, Problem, Select, SkeletonTable, awaited, command_form,
};
use workspaces_contract::MemberPlace;

/// The names of all fields that tell themselves what is wrong with them.
const FIELDS: &[&str] = &["host", "port", "security", "user", "password", "from"];

/// What the address says.
#[derive(Clone, Debug, Default, PartialEq)]
struct Chosen {
    place: String,
    namespace: String,
}

impl Chosen {
    /// The place that is meant; none while there is none.
    fn place(&self) -> Result<Option<MemberPlace>, ConsoleError> {
        let Ok(place) = MemberPlace::try_from(self.place.clone()) else { return Ok(None) };
        match (place, self.namespace.trim()) {
            (MemberPlace::Cluster(cluster), namespace) if !namespace.is_empty() => {
                let namespace = Namespace::parse(namespace)
                    .map_err(|wrong| ConsoleError::refused("namespace", wrong.rule))?;
                Ok(Some(MemberPlace::Project(cluster, namespace)))
            }
            (place, _) => Ok(Some(place)),
        }
    }
}

/// The mail server of a place, or all of them for choosing a place.
type Found = (Option<MailServerView>, MailServerList);

async fn ask(place: Option<MemberPlace>) -> Result<Found, ConsoleError> {
    Ok(match place {
        Some(place) => (Some(read_mail_server(place).await?), MailServerList::default()),
        None => (None, read_mail_servers().await?),
    })
}

/// The form for the place in the address, or for choosing one.
#[component]
pub fn MailServerPage() -> impl IntoView {
    let query = use_query_map();
    let chosen = Memo::new(move |_| {
        let query = query.read();
        let get = |name: &str| query.get(name).unwrap_or_default();
        Chosen { place: get("place"), namespace: get("namespace") }
    });
    let found = Resource::new_blocking(move || chosen.get().place().ok().flatten(), ask);
    let on_change = Callback::new(move |_: String| found.refetch());
    let content = move || {
        let chosen = chosen.get();
        Suspend::new(async move {
            match found.await {
                Ok((Some(view), _)) => draw(&view, on_change),
                Ok((None, list)) => choose(&list, chosen),
                Err(error) => {
                    let here = link::mail_server(&chosen.place);
                    let on_retry = Callback::new(move |()| found.refetch());
                    view! {
                        <PageHeader title=text("mail")/>
                        <Problem error here on_retry/>
                    }
                    .into_any()
                }
            }
        })
    };
    view! {
        <PageTitle text=text("mail")/>
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
    }
}

fn draw(view: &MailServerView, on_change: Callback<String>) -> AnyView {
    let place = names::member_place(&view.fields.place);
    let is_there = !view.fields.version.is_empty();
    let state = if is_there {
        (!view.is_readable)
            .then(|| view! { <Banner level=Level::Failed>{text("mail.sealed")}</Banner> }.into_any())
    } else {
        let other = other(&view.otherwise);
        Some(view! { <p class="lead">{text("mail.none")}" "{other}</p> }.into_any())
    };
    let settings = if view.may_change {
        let form = form(view, on_change);
        Some(view! { <Card title=text("receiver.settings")>{form}</Card> }.into_any())
    } else {
        is_there.then(|| said(&view.fields))
    };
    let trial = is_there.then(|| trial(view, on_change));
    let removal = (is_there && view.may_change).then(|| removal(view));
    view! {
        <PageHeader title=text("mail") kind=place/>
        {state}
        {settings}
        {trial}
        {removal}
    }
    .into_any()
}

/// Who sends for a place without a mail server of its own.
fn other(other: &MailSender) -> String {
    match other {
        MailSender::Of(place) => text_with("mail.otherwise.place", &[("place", &names::member_place(place))]),
        MailSender::Console => text("mail.otherwise.console").to_owned(),
        MailSender::Nobody => text("mail.otherwise.nobody").to_owned(),
    }
}

/// What may be read by who may not change it.
fn said(fields: &MailServerFields) -> AnyView {
    let address = format!("{}:{}", fields.host, fields.port);
    let (security, from) = (text_of("mail.security", fields.security.word()), fields.from.clone());
    view! {
        <Card title=text("receiver.settings")>
            <KeyValue>
                <KeyValueItem name=text("mail.host")>{address}</KeyValueItem>
                <KeyValueItem name=text("mail.security")>{security}</KeyValueItem>
                <KeyValueItem name=text("mail.from")>{from}</KeyValueItem>
            </KeyValue>
        </Card>
    }
    .into_any()
}

fn form(view: &MailServerView, on_change: Callback<String>) -> AnyView {
    let fields = view.fields.clone();
    let command = Command {
        hidden: vec![
            ("fields[place]", fields.place.to_string()),
            ("fields[version]", fields.version.clone()),
        ],
        fields: FIELDS,
        on_done: Some(on_change),
        ..Command::new(SaveMailServer::PATH, text("mail.save"))
    };
    let is_kept = view.is_kept;
    command_form(command, move |problems| {
        view! { {server(&fields, problems)}{login(&fields, is_kept, problems)} }.into_any()
    })
}

/// Where it is, and how it is spoken with.
fn server(fields: &MailServerFields, problems: FormProblems) -> AnyView {
    let securities =
        MailSecurity::ALL.map(|one| (one.word().to_owned(), text_of("mail.security", one.word())));
    view! {
        <Field
            name="fields[host]"
            label=text("mail.host")
            hint=text("mail.host.hint")
            value=Signal::stored(fields.host.clone())
            problem=problems.at("host")
            autocomplete="off"
            code=true
            placeholder="mail.example.org"
        />
        <Select
            name="fields[security]"
            label=text("mail.security")
            hint=text("mail.security.hint")
            options=Signal::stored(securities.to_vec())
            value=Signal::stored(fields.security.word().to_owned())
            problem=problems.at("security")
        />
        <Field
            name="fields[port]"
            label=text("mail.port")
            hint=text("mail.port.hint")
            value=Signal::stored(fields.port.clone())
            problem=problems.at("port")
            autocomplete="off"
            code=true
        />
    }
    .into_any()
}

/// Who signs in there, and who sends.
fn login(fields: &MailServerFields, is_kept: bool, problems: FormProblems) -> AnyView {
    let about = text("mail.password.hint");
    let hint = if is_kept { format!("{} {about}", text("kept")) } else { about.to_owned() };
    view! {
        <Field
            name="fields[user]"
            label=text("mail.user")
            hint=text("mail.user.hint")
            value=Signal::stored(fields.user.clone())
            problem=problems.at("user")
            autocomplete="off"
            code=true
        />
        <Field
            name="fields[password]"
            label=text("mail.password")
            hint
            problem=problems.at("password")
            input_type="password"
            autocomplete="new-password"
            code=true
        />
        <Field
            name="fields[from]"
            label=text("mail.from")
            hint=text("mail.from.hint")
            value=Signal::stored(fields.from.clone())
            problem=problems.at("from")
            autocomplete="off"
            placeholder="Orrery <orrery@example.org>"
        />
    }
    .into_any()
}

fn removal(view: &MailServerView) -> AnyView {
    let remove = Command {
        kind: ButtonKind::Danger,
        hidden: vec![("place", view.fields.place.to_string())],
        ..Command::new(RemoveMailServer::PATH, text("mail.remove"))
    };
    let then = other(&view.otherwise);
    view! {
        <Card title=text("delete.title")>
            {command_form(remove, move |_| {
                view! { <p class="card-text">{text("mail.remove.text")}" "{then}</p> }.into_any()
            })}
        </Card>
    }
    .into_any()
}

fn choose(list: &MailServerList, chosen: Chosen) -> AnyView {
    let header = view! { <PageHeader title=text("mail.set")/> };
    if list.places.is_empty() {
        return view! {
            {header}
            <Empty glyph=Glyph::Bell title=text("mail.nowhere") explanation=text("receivers.none.ask")/>
        }
        .into_any();
    }
    let problems = FormProblems::of(Signal::stored(chosen.place().err()));
    let place = |place: &MemberPlace| (place.to_string(), names::member_place(place));
    let places: Vec<_> = list.places.iter().map(place).collect();
    view! {
        {header}
        <Card title=text("mail.first")>
            <form class="form" method="get" action=link::MAIL_SERVER>
                <Select
                    name="place"
                    label=text("mail.place")
                    hint=text("mail.place.hint")
                    options=Signal::stored(places)
                    value=Signal::stored(chosen.place.clone())
                />
                <Field
                    name="namespace"
                    label=text("namespace")
                    hint=text("namespace.hint")
                    value=Signal::stored(chosen.namespace.clone())
                    problem=problems.at("namespace")
                    code=true
                />
                <div class="form-actions">
                    <Button kind=ButtonKind::Primary form_type="submit">{text("receiver.next")}</Button>
                    <a class="button" href=link::NOTIFICATIONS>{text("cancel")}</a>
                </div>
            </form>
        </Card>
    }
    .into_any()
}
