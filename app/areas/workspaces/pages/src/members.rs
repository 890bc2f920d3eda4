//! Who holds which role in a place.

use crate::invitations::invitations;
use crate::names;
use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::{ClusterName, ConsoleError, Level, Namespace, SortKey, Timestamp, link};
use ui::{
    Badge, Banner, ButtonKind, Card, Command, Empty, Field, FormProblems, Glyph, LinkButton, PageHeader,
    PageTitle, Problem, Select, Since, SkeletonTable, Sorting, awaited, command_form, sorted_table,
};
use workspaces_contract::{
    InheritedRow, MemberPlace, MemberRow, Members, RemoveMember, RoleSummary, SetMember, read_members,
};

/// Who holds roles in a cluster as a whole.
#[component]
pub fn ClusterMembersPage() -> impl IntoView {
    let params = use_params_map();
    let place = move || {
        let cluster = ClusterName::parse(&params.read().get("cluster").unwrap_or_default()).ok()?;
        Some(MemberPlace::Cluster(cluster))
    };
    page(Memo::new(move |_| place()))
}

/// Who holds roles in a project.
#[component]
pub fn ProjectMembersPage() -> impl IntoView {
    let params = use_params_map();
    let place = move || {
        let params = params.read();
        let cluster = ClusterName::parse(&params.get("cluster").unwrap_or_default()).ok()?;
        let namespace = Namespace::parse(&params.get("namespace").unwrap_or_default()).ok()?;
        Some(MemberPlace::Project(cluster, namespace))
    };
    page(Memo::new(move |_| place()))
}

fn page(place: Memo<Option<MemberPlace>>) -> impl IntoView {
    move || match place.get() {
        Some(place) => {
            let title = match &place {
                MemberPlace::Cluster(cluster) => text_with("members.of-cluster", &[("name", cluster)]),
                MemberPlace::Workspace(name) => text_with("members.of-workspace", &[("name", name)]),
                MemberPlace::Project(_, namespace) => text_with("members.of-project", &[("name", namespace)]),
            };
            let who_can = match &place {
                MemberPlace::Cluster(cluster) => Some(link::who_can(cluster, None)),
                MemberPlace::Project(cluster, namespace) => Some(link::who_can(cluster, Some(namespace))),
                MemberPlace::Workspace(_) => None,
            };
            let recorded = match &place {
                MemberPlace::Cluster(cluster) => Some(link::recordings(cluster, None)),
                MemberPlace::Project(cluster, namespace) => Some(link::recordings(cluster, Some(namespace))),
                MemberPlace::Workspace(_) => None,
            };
            let mine = link::rights("", &place.to_string());
            let actions = move || {
                let who_can = who_can.map(|href| view! { <LinkButton href>{text("who-can")}</LinkButton> });
                let recorded =
                    recorded.map(|href| view! { <LinkButton href>{text("recordings")}</LinkButton> });
                view! { <LinkButton href=mine>{text("rights.here")}</LinkButton>{who_can}{recorded} }
            };
            view! {
                <PageTitle text=title.clone()/>
                <PageHeader title kind=text("members").to_owned() actions/>
                {members_of(place)}
            }
            .into_any()
        }
        None => {
            let error = ConsoleError::missing(text("place.none"));
            view! {
                <PageTitle text=text("members")/>
                <Problem error is_page=true/>
            }
            .into_any()
        }
    }
}

/// The members of a place, with forms for those who may change them.
pub fn members_of(place: MemberPlace) -> AnyView {
    let members = Resource::new_blocking(
        {
            let place = place.clone();
            move || place.clone()
        },
        read_members,
    );
    let query = use_query_map();
    let on_change = Callback::new(move |_: String| members.refetch());
    let invited = RwSignal::new(None::<String>);
    let content = move || {
        let (place, changed) = (place.clone(), query.read().get("member"));
        let sorting =
            Sorting::of(query.read().get("sort").as_deref(), &["name", "role", "since"], place.page());
        Suspend::new(async move {
            match members.await {
                Ok(members) => draw(&place, members, changed.as_deref(), &sorting, invited, on_change),
                Err(error) => {
                    let on_retry = Callback::new(move |()| members.refetch());
                    view! { <Problem error here=place.page() on_retry/> }.into_any()
                }
            }
        })
    };
    view! { <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition> }.into_any()
}

fn draw(
    place: &MemberPlace,
    mut members: Members,
    changed: Option<&str>,
    sorting: &Sorting,
    invited: RwSignal<Option<String>>,
    on_change: Callback<String>,
) -> AnyView {
    let behind = members.behind.as_ref().map(|why| {
        let words = text_with("behind.here", &[("why", why)]);
        view! { <Banner level=Level::Warning>{words}</Banner> }
    });
    let one = changed.and_then(|name| members.members.iter().find(|member| member.name == name));
    let form = match one.filter(|_| members.may_change) {
        Some(member) => change(place, member, &members.roles, on_change),
        None if members.may_change => add(place, &members, on_change),
        None => ().into_any(),
    };
    let invite = members.may_change.then(|| invitations(place, &members, invited, on_change));
    let table = if members.members.is_empty() {
        view! { <Empty glyph=Glyph::User title=text("members.none") explanation=text("members.none.text")/> }
            .into_any()
    } else {
        let headings = [
            ("name", text("person")),
            ("role", text("role")),
            ("since", text("since")),
            ("", text("manage")),
        ];
        let may_change = members.may_change;
        sorting.arrange(&mut members.members, key);
        let rows = members.members.iter().map(|member| row(member, &sorting.here(), may_change));
        sorted_table(text("members"), &headings, sorting, rows.collect_view().into_any())
    };
    let inherited = (!members.inherited.is_empty()).then(|| inherited(members.inherited, sorting));
    view! {
        {behind}
        {form}
        {table}
        {inherited}
        {invite}
    }
    .into_any()
}

/// Who holds a role here by another place, in the same order: the columns that both tables have sort both.
fn inherited(mut all: Vec<InheritedRow>, sorting: &Sorting) -> AnyView {
    let headings = [("name", text("person")), ("role", text("role")), ("", text("held-in"))];
    sorting.arrange(&mut all, |column, row| match column {
        "name" => SortKey::text(&row.name),
        "role" => SortKey::text(&names::role(&row.role)),
        _ => None,
    });
    let rows = all.into_iter().map(inherited_row).collect_view().into_any();
    let table = sorted_table(text("members.inherited"), &headings, sorting, rows);
    view! {
        <Card title=text("members.inherited") flush=true>
            {table}
        </Card>
    }
    .into_any()
}

fn key(column: &str, member: &MemberRow) -> Option<SortKey> {
    match column {
        "role" => SortKey::text(&names::role(&member.role)),
        "since" => SortKey::number(member.since.0),
        _ => SortKey::text(&member.full_name).or_else(|| SortKey::text(&member.name)),
    }
}

/// A row of the page at an address.
fn row(member: &MemberRow, page: &str, may_change: bool) -> AnyView {
    let disabled = (!member.is_enabled).then(|| view! { <Badge text=text("disabled")/> });
    let until = member.until.map(|at| {
        view! { <span class="about">{names::until(at)}</span> }
    });
    let mark = if page.contains('?') { '&' } else { '?' };
    let manage = match &member.source {
        Some(source) => text_with("members.by-provider", &[("name", source)]).into_any(),
        None if may_change => {
            let href = format!("{page}{mark}member={}", link::escape(&member.name));
            names::row_link(href, text("manage"), &member.name)
        }
        None => ().into_any(),
    };
    view! {
        <tr>
            <th scope="row">{names::titled(&member.full_name, &member.name)}" "{disabled}</th>
            <td data-heading=text("role")>{names::role(&member.role)}</td>
            <td data-heading=text("since")><Since at=member.since/>{until}</td>
            <td>{manage}</td>
        </tr>
    }
    .into_any()
}

fn inherited_row(row: InheritedRow) -> AnyView {
    let place = row.place.as_ref().map_or_else(|| text("place.platform").into_any(), names::place);
    let until = row.until.map(|at| view! { <span class="about">{names::until(at)}</span> });
    let by = match row.department {
        Some(department) => text_with("department.by", &[("name", &department)]).into_any(),
        None => place,
    };
    view! {
        <tr>
            <th scope="row">{row.name}</th>
            <td data-heading=text("role")>{names::role(&row.role)}</td>
            <td data-heading=text("held-in")>{by}{until}</td>
        </tr>
    }
    .into_any()
}

/// Roles for choosing.
pub fn options(roles: &[RoleSummary]) -> Vec<(String, String)> {
    roles.iter().map(|role| (role.id.clone(), names::role(role))).collect()
}

fn add(place: &MemberPlace, members: &Members, on_change: Callback<String>) -> AnyView {
    let command = Command {
        hidden: vec![("fields[place]", place.to_string())],
        fields: &["name", "role", "until"],
        done: Some(text("done.member").to_owned()),
        on_done: Some(on_change),
        ..Command::new(SetMember::PATH, text("member.add"))
    };
    // The mightiest comes first; what most people need is to look.
    let usual = members.roles.last().map(|role| role.id.clone()).unwrap_or_default();
    let options = options(&members.roles);
    let form = command_form(command, |problems| {
        let person = person_field(&members.candidates, problems);
        view! {
            {person}
            <Select
                name="fields[role]"
                label=text("role")
                options=Signal::stored(options)
                value=Signal::stored(usual)
                problem=problems.at("role")
            />
            {until(None, problems.at("until"))}
        }
        .into_any()
    });
    view! { <Card title=text("member.add")><div class="form-row">{form}</div></Card> }.into_any()
}

/// Who it is, with suggestions.
pub fn person_field(candidates: &[String], problems: FormProblems) -> AnyView {
    let candidates = candidates.iter().map(|name| view! { <option value=name.clone()></option> });
    let candidates = candidates.collect_view();
    view! {
        <Field
            name="fields[name]"
            label=text("person")
            hint=text("member.name.hint")
            problem=problems.at("name")
            list="candidates"
            required=true
        />
        <datalist id="candidates">{candidates}</datalist>
    }
    .into_any()
}

/// Until when a role is held.
fn until(now: Option<Timestamp>, problem: Signal<Option<String>>) -> AnyView {
    view! {
        <Field
            name="fields[until]"
            label=text("member.until.field")
            hint=text("member.until.hint")
            value=Signal::stored(now.map(Timestamp::to_minutes).unwrap_or_default())
            problem=problem
            input_type="datetime-local"
        />
    }
    .into_any()
}

fn change(
    place: &MemberPlace,
    member: &MemberRow,
    roles: &[RoleSummary],
    on_change: Callback<String>,
) -> AnyView {
    let hidden = || vec![("fields[place]", place.to_string()), ("fields[name]", member.name.clone())];
    let command = Command {
        hidden: hidden(),
        cancel: Some((text("cancel").to_owned(), place.page())),
        fields: &["name", "role", "until"],
        done: Some(text("done.saved").to_owned()),
        on_done: Some(on_change),
        ..Command::new(SetMember::PATH, text("save"))
    };
    let (options, now, ends) = (options(roles), member.role.id.clone(), member.until);
    let form = command_form(command, |problems| {
        view! {
            <Select
                name="fields[role]"
                label=text("role")
                options=Signal::stored(options)
                value=Signal::stored(now)
                problem=problems.at("role")
            />
            {until(ends, problems.at("until"))}
        }
        .into_any()
    });
    let remove = Command {
        kind: ButtonKind::Danger,
        hidden: hidden(),
        done: Some(text("done.member-removed").to_owned()),
        on_done: Some(on_change),
        ..Command::new(RemoveMember::PATH, text("member.remove"))
    };
    let remove = command_form(remove, |_| view! { <p>{text("member.remove.text")}</p> }.into_any());
    view! {
        <Card title=text_with("member.change", &[("name", &member.name)])>
            {form}
            <hr/>
            {remove}
        </Card>
    }
    .into_any()
}
