//! One account.

use crate::invited::shown;
use crate::list::{about, kept_out};
use crate::password::password;
use crate::sessions::sessions;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_params_map;
use model::{Level, link};
use people_contract::{
    ActAs, ActOnPerson, ChangePerson, LinkPerson, Person, PersonLink, PersonRow, SendLink, UnsentMail,
    read_person,
};
use ui::{
    Banner, ButtonKind, Card, CardGrid, Checkbox, Command, Empty, Field, Glyph, KeyValue, KeyValueItem,
    PageHeader, PageTitle, Problem, Select, Since, SkeletonDetail, Until, awaited, command_form, plain_table,
    role_words,
};
use workspaces_contract::{InheritedRow, MemberPlace};

/// An account: who it is, what it holds, and what can be done with it.
#[component]
pub fn PersonPage() -> impl IntoView {
    let params = use_params_map();
    let name = Memo::new(move |_| link::unescape(&params.read().get("name").unwrap_or_default()));
    let person = Resource::new_blocking(move || name.get(), read_person);
    let invited = RwSignal::new(None::<String>);
    let on_change = Callback::new(move |_: String| person.refetch());
    let content = move || {
        Suspend::new(async move {
            match person.await {
                Ok(person) => page(&person, invited, on_change),
                Err(error) => {
                    let on_retry = Callback::new(move |()| person.refetch());
                    view! { <Problem error here=link::person(&name.get_untracked()) on_retry is_page=true/> }
                        .into_any()
                }
            }
        })
    };
    view! {
        <PageTitle text=move || name.get()/>
        <Transition fallback=|| view! { <SkeletonDetail/> }>{awaited(content)}</Transition>
    }
}

fn page(person: &Person, invited: RwSignal<Option<String>>, on_change: Callback<String>) -> AnyView {
    let row = &person.row;
    let facts = {
        let row = row.clone();
        move || kept_out(&row)
    };
    let gone = row.is_gone.then(|| view! { <Banner level=Level::Warning>{text("gone.text")}</Banner> });
    let signed_in =
        row.signed_in.map_or_else(|| text("never").into_any(), |at| view! { <Since at/> }.into_any());
    let may_change = !person.roles.is_empty();
    let (name, created) = (row.name.clone(), row.created);
    let theirs = format!("{}?person={}", link::AUDIT, link::escape(&row.name));
    let rights = link::rights(&row.name, "");
    let commands = may_change.then(|| {
        let ends = (!person.is_self).then(|| ends(row, on_change));
        let is_closed = !person.beyond.is_empty();
        let has_proofs = person.has_factor || person.passkeys > 0;
        let reset = (has_proofs && !person.is_self && !is_closed).then(|| factor(row, on_change));
        let password = if is_closed { closed(&person.beyond) } else { password(person, invited, on_change) };
        (change(person, on_change), sessions(person, on_change), password, reset, ends)
    });
    let act = person.may_act_as.then(|| act(row));
    let unsent = row.unsent_mail.as_ref().map(|mail| unsent(row, mail, on_change));
    let links = (!person.links.is_empty() || !person.providers.is_empty()).then(|| links(person, on_change));
    let factor = if person.has_factor { text("factor.yes") } else { text("factor.no") };
    let passkeys = person.passkeys.to_string();
    let items = [
        (text("full-name"), given(&row.full_name)),
        (text("email"), given(&row.email)),
        (text("role"), role_words(&row.role.id, row.role.title.as_deref()).into_any()),
        (text("departments"), departments(person)),
        (text("factor"), factor.into_any()),
        (text("passkeys"), passkeys.into_any()),
        (text("signed-in"), signed_in),
        (text("rights"), view! { <a href=rights>{text("rights.theirs")}</a> }.into_any()),
        (text("audit"), view! { <a href=theirs>{text("audit.theirs")}</a> }.into_any()),
    ];
    let items = items.map(|(name, value)| view! { <KeyValueItem name>{value}</KeyValueItem> });
    let items = items.into_iter().collect_view();
    let held = if person.holds.is_empty() {
        view! { <Empty glyph=Glyph::Key title=text("holds.none") explanation=text("holds.none.text")/> }
            .into_any()
    } else {
        let headings = [text("role"), text("held-in")];
        plain_table(text("holds"), &headings, person.holds.iter().map(held_row).collect_view().into_any())
    };
    view! {
        <PageHeader
            title=name
            kind=text("account").to_owned()
            since=Signal::stored(Some(created))
            facts
        />
        {gone}
        {unsent}
        {shown(invited)}
        <CardGrid>
            <Card title=text("account")>
                <KeyValue>{items}</KeyValue>
            </Card>
            <Card title=text("holds") flush=true>{held}</Card>
            {links}
            {commands}
            {act}
        </CardGrid>
    }
    .into_any()
}

/// What was said of somebody, or that nothing was.
fn given(said: &str) -> AnyView {
    if said.is_empty() { text("not-given").into_any() } else { said.to_owned().into_any() }
}

/// What a place is called.
pub(crate) fn place_words(place: &MemberPlace) -> String {
    match place {
        MemberPlace::Cluster(cluster) => text_with("place.cluster", &[("name", cluster)]),
        MemberPlace::Workspace(name) => text_with("place.workspace", &[("name", name)]),
        MemberPlace::Project(cluster, namespace) => {
            text_with("place.project", &[("name", namespace), ("cluster", cluster)])
        }
    }
}

fn held_row(row: &InheritedRow) -> AnyView {
    let place = row.place.as_ref().map(|place| {
        let words = place_words(place);
        let rights = link::rights(&row.name, &place.to_string());
        view! {
            <a href=place.page()>{words}</a>
            <span class="about"><a href=rights>{text("rights.there")}</a></span>
        }
    });
    let by = row.department.as_ref().map(|department| {
        view! { <span class="about">{text_with("department.by", &[("name", department)])}</span> }
    });
    let until = row.until.map(|at| view! { <span class="about">{text("holds.until")}" "<Until at/></span> });
    view! {
        <tr>
            <th scope="row">{role_words(&row.role.id, row.role.title.as_deref())}</th>
            <td data-heading=text("held-in")>{place}{by}{until}</td>
        </tr>
    }
    .into_any()
}

fn change(person: &Person, on_change: Callback<String>) -> AnyView {
    let command = Command {
        hidden: vec![("fields[name]", person.row.name.clone())],
        fields: &["full_name", "email", "role"],
        done: Some(text("done.saved").to_owned()),
        on_done: Some(on_change),
        ..Command::new(ChangePerson::PATH, text("save"))
    };
    let form = command_form(command, |problems| about(&person.row, &person.roles, problems));
    view! { <Card title=text("person.change")>{form}</Card> }.into_any()
}

fn departments(person: &Person) -> AnyView {
    let one = |(workspace, title): &(Option<String>, String)| {
        let page = link::departments(workspace.as_deref().unwrap_or_default());
        let of = workspace.as_ref().map(|name| text_with("place.workspace", &[("name", name)]));
        view! { <li><a href=page>{title.clone()}</a>" "<span class="also">{of}</span></li> }
    };
    if person.departments.is_empty() {
        return text("departments.none").into_any();
    }
    view! { <ul class="role-lines">{person.departments.iter().map(one).collect_view()}</ul> }.into_any()
}

/// As whom they come through providers.
fn links(person: &Person, on_change: Callback<String>) -> AnyView {
    let row = |one: &PersonLink| link_row(person, one, on_change);
    let table = if person.links.is_empty() {
        view! { <p class="card-note">{text("links.none")}</p> }.into_any()
    } else {
        let headings = [text("provider"), text("link.subject"), text("signed-in"), text("manage")];
        plain_table(text("links"), &headings, person.links.iter().map(row).collect_view().into_any())
    };
    let add = may_link(person).then(|| add_link(person, on_change));
    view! { <Card title=text("links") flush=true>{table}{add}</Card> }.into_any()
}

/// Whether the reader may say as whom somebody comes.
fn may_link(person: &Person) -> bool {
    !person.providers.is_empty()
}

fn link_row(person: &Person, link: &PersonLink, on_change: Callback<String>) -> AnyView {
    let titled = person.providers.iter().find(|(id, _)| *id == link.provider);
    let provider = titled.map_or_else(|| link.provider.clone(), |(_, name)| name.clone());
    let used = link.used.map_or_else(|| text("never").into_any(), |at| view! { <Since at/> }.into_any());
    let unlink = may_link(person).then(|| {
        let command = Command {
            kind: ButtonKind::Plain,
            hidden: vec![
                ("link[name]", person.row.name.clone()),
                ("link[provider]", link.provider.clone()),
                ("link[subject]", link.subject.clone()),
                ("link[unlink]", "true".to_owned()),
            ],
            about: Some(ui::listed(&[&provider, &link.subject])),
            done: Some(text("done.unlinked").to_owned()),
            on_done: Some(on_change),
            ..Command::new(LinkPerson::PATH, text("link.remove"))
        };
        view! { <div class="in-row">{command_form(command, |_| ().into_any())}</div> }
    });
    view! {
        <tr>
            <th scope="row">{provider}<span class="about">{link.name.clone()}</span></th>
            <td data-heading=text("link.subject")><code>{link.subject.clone()}</code></td>
            <td data-heading=text("signed-in")>{used}</td>
            <td>{unlink}</td>
        </tr>
    }
    .into_any()
}

fn add_link(person: &Person, on_change: Callback<String>) -> AnyView {
    let command = Command {
        hidden: vec![("link[name]", person.row.name.clone())],
        fields: &["provider", "subject"],
        done: Some(text("done.linked").to_owned()),
        on_done: Some(on_change),
        ..Command::new(LinkPerson::PATH, text("link.add"))
    };
    let providers = person.providers.clone();
    let form = command_form(command, |problems| {
        view! {
            <Select
                name="link[provider]"
                label=text("provider")
                options=Signal::stored(providers)
                problem=problems.at("provider")
            />
            <Field
                name="link[subject]"
                label=text("link.subject")
                hint=text("link.subject.hint")
                problem=problems.at("subject")
                autocomplete="off"
                code=true
                required=true
            />
        }
        .into_any()
    });
    view! { <div class="form-row card-note">{form}</div> }.into_any()
}

/// For somebody who has lost their code generator and their recovery codes.
fn factor(row: &PersonRow, on_change: Callback<String>) -> AnyView {
    let command = Command {
        kind: ButtonKind::Danger,
        hidden: vec![("fields[name]", row.name.clone()), ("fields[act]", "forget".to_owned())],
        done: Some(text("done.forgotten").to_owned()),
        on_done: Some(on_change),
        ..Command::new(ActOnPerson::PATH, text("factor.forget"))
    };
    let form = command_form(command, |_| view! { <p>{text("factor.forget.text")}</p> }.into_any());
    view! { <Card title=text("factor.forget.title")>{form}</Card> }.into_any()
}

/// Why the reader opens no way into the account.
fn closed(beyond: &[InheritedRow]) -> AnyView {
    let rows = beyond.iter().map(held_row).collect_view().into_any();
    let headings = [text("role"), text("held-in")];
    view! {
        <Card title=text("password") flush=true>
            <p class="card-note">{text("beyond.text")}</p>
            {plain_table(text("beyond"), &headings, rows)}
        </Card>
    }
    .into_any()
}

/// Says that they wait for a mail in vain, and sends another.
fn unsent(row: &PersonRow, mail: &UnsentMail, on_change: Callback<String>) -> AnyView {
    let command = Command {
        kind: ButtonKind::Plain,
        hidden: vec![("name", row.name.clone())],
        done: Some(text("done.sent").to_owned()),
        on_done: Some(on_change),
        ..Command::new(SendLink::PATH, text("unsent.again"))
    };
    let form = command_form(command, |_| ().into_any());
    let (at, why) = (mail.tried, mail.why.clone());
    view! {
        <Banner level=Level::Failed actions=move || form>
            <strong>{text("unsent")}</strong>
            " "
            <Since at with_time=true/>
            <span class="banner-cause">{why}</span>
        </Banner>
    }
    .into_any()
}

/// The form with which one begins to act as them. The page is loaded anew then: what is open in it is somebody else's.
fn act(row: &PersonRow) -> AnyView {
    let leave = Callback::new(|_: String| {
        let _ = window().location().assign("/");
    });
    let command = Command {
        hidden: vec![("fields[name]", row.name.clone())],
        fields: &["reason"],
        on_done: Some(leave),
        ..Command::new(ActAs::PATH, text_with("act.begin", &[("name", &row.name)]))
    };
    let form = command_form(command, |problems| {
        view! {
            <p>{text("act.text")}</p>
            <Field
                name="fields[reason]"
                label=text("act.reason")
                hint=text("act.reason.hint")
                problem=problems.at("reason")
                autocomplete="off"
                required=true
            />
            <Checkbox
                name="fields[may_change]"
                label=text("act.may-change")
                hint=text("act.may-change.hint").to_owned()
            />
        }
        .into_any()
    });
    view! { <Card title=text("act")>{form}</Card> }.into_any()
}

fn ends(row: &PersonRow, on_change: Callback<String>) -> AnyView {
    let (word, kind) = if row.is_enabled || row.is_gone {
        ("disable", ButtonKind::Danger)
    } else {
        ("enable", ButtonKind::Plain)
    };
    let act = |word: &str| vec![("fields[name]", row.name.clone()), ("fields[act]", word.to_owned())];
    let switch = Command {
        kind,
        hidden: act(word),
        done: Some(text_of("done", word)),
        on_done: Some(on_change),
        ..Command::new(ActOnPerson::PATH, text_of("person", word))
    };
    let switch = command_form(switch, |_| view! { <p>{text_of("person.text", word)}</p> }.into_any());
    let remove = Command {
        kind: ButtonKind::Danger,
        hidden: act("remove"),
        fields: &["confirm"],
        done: Some(text("done.removed").to_owned()),
        ..Command::new(ActOnPerson::PATH, text("person.remove"))
    };
    let confirm = text_with("confirm", &[("name", &row.name)]);
    let remove = command_form(remove, |problems| {
        view! {
            <p>{text("person.remove.text")}</p>
            <Field
                name="fields[confirm]"
                label=confirm
                problem=problems.at("confirm")
                autocomplete="off"
                required=true
            />
        }
        .into_any()
    });
    view! { <Card title=text("person.end")>{switch}<hr/>{remove}</Card> }.into_any()
}
