//! Departments: the tree, and one of them with its people and roles.

mod removal;

use crate::members::person_field;
use crate::names;
use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use model::link;
use removal::{REMOVE, removal};
use ui::quantity::number;
use ui::{
    Badge, ButtonKind, Card, CardGrid, Command, Empty, Field, Glyph, LinkButton, PageHeader, PageTitle,
    Problem, Select, Since, SkeletonTable, awaited, command_form, plain_table,
};
use workspaces_contract::{
    DepartmentMember, DepartmentRole, DepartmentRow, DepartmentView, Departments, MemberPlace, RolePlace,
    SaveDepartment, SetDepartmentMember, SetDepartmentRole, read_departments,
};

/// The departments of the whole console.
#[component]
pub fn DepartmentsPage() -> impl IntoView {
    view! {
        <PageTitle text=text("departments")/>
        {departments_of(RolePlace::Platform)}
    }
}

/// The departments of a place, and the one that the address asks for. Those of the platform are a page, others are part of one.
pub fn departments_of(place: RolePlace) -> AnyView {
    let workspace = match &place {
        RolePlace::Platform => String::new(),
        RolePlace::Workspace(name) => name.to_string(),
    };
    let query = use_query_map();
    let chosen = Memo::new(move |_| query.read().get("department"));
    let departments = Resource::new_blocking(
        move || (place.clone(), chosen.get().filter(|id| id != NEW)),
        |(place, chosen)| read_departments(place, chosen),
    );
    let on_change = Callback::new(move |_: String| departments.refetch());
    let is_leaving = Memo::new(move |_| query.read().get(REMOVE).is_some());
    let content = move || {
        let page = Page { workspace: workspace.clone(), is_leaving: is_leaving.get(), on_change };
        let is_new = chosen.get().as_deref() == Some(NEW);
        Suspend::new(async move {
            match departments.await {
                Ok(departments) => page.draw(&departments, is_new),
                Err(error) => {
                    let on_retry = Callback::new(move |()| departments.refetch());
                    let (here, is_page) = (link::departments(&page.workspace), page.workspace.is_empty());
                    view! { <Problem error here on_retry is_page/> }.into_any()
                }
            }
        })
    };
    view! { <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition> }.into_any()
}

/// What stands in an address for a department that is to be made.
const NEW: &str = "new";

/// Deeper departments are not set in further: a phone has no room for it.
const DEEPEST: u32 = 6;

/// Whose departments are shown, whether the one that is shown in full is to go, and whom to tell of changes.
struct Page {
    workspace: String,
    is_leaving: bool,
    on_change: Callback<String>,
}

impl Page {
    fn command(&self, action: &'static str, submit: &str, id: &str) -> Command {
        Command {
            hidden: vec![("fields[workspace]", self.workspace.clone()), ("fields[id]", id.to_owned())],
            on_done: Some(self.on_change),
            ..Command::new(action, submit)
        }
    }

    fn draw(&self, departments: &Departments, is_new: bool) -> AnyView {
        let all = &departments.departments;
        let head = self.head(departments.may_change);
        let form = (is_new && departments.may_change).then(|| self.create(all));
        let tree = if all.is_empty() {
            let explanation = text("departments.none.text");
            view! { <Empty glyph=Glyph::Fleet title=text("departments.none") explanation/> }.into_any()
        } else {
            let headings = [text("department"), text("people"), text("roles")];
            let chosen = departments.chosen.as_ref().map(|chosen| chosen.row.id.as_str());
            let rows = all.iter().map(|row| self.row(row, chosen == Some(&row.id)));
            plain_table(text("departments"), &headings, rows.collect_view().into_any())
        };
        let chosen = departments.chosen.as_ref().map(|chosen| {
            let below = all.iter().filter(|row| row.parent.as_ref() == Some(&chosen.row.id)).count();
            self.one(chosen, below, departments.may_change)
        });
        view! {
            {head}
            {form}
            {tree}
            {chosen}
        }
        .into_any()
    }

    /// What stands above them: the way to another one, beside the heading where they are a page.
    fn head(&self, may_change: bool) -> AnyView {
        let href = may_change.then(|| link::department(&self.workspace, NEW));
        let create = move || {
            href.map(|href| {
                view! {
                    <LinkButton href kind=ButtonKind::Primary glyph=Glyph::Plus>
                        {text("department.create")}
                    </LinkButton>
                }
            })
        };
        match (self.workspace.is_empty(), may_change) {
            (true, _) => view! { <PageHeader title=text("departments") actions=create/> }.into_any(),
            (false, true) => view! { <div class="tab-actions">{create()}</div> }.into_any(),
            (false, false) => ().into_any(),
        }
    }

    fn row(&self, row: &DepartmentRow, is_chosen: bool) -> AnyView {
        let depth = row.depth.min(DEEPEST).to_string();
        let roles = row.roles.iter().map(|role| view! { <li>{role_line(role)}</li> });
        view! {
            <tr>
                <th scope="row" class="in-tree" data-depth=depth>
                    <a
                        href=link::department(&self.workspace, &row.id)
                        aria-current=is_chosen.then_some("true")
                    >
                        {row.title.clone()}
                    </a>
                </th>
                <td data-heading=text("people")>{number(row.people as i64)}</td>
                <td data-heading=text("roles")><ul class="role-lines">{roles.collect_view()}</ul></td>
            </tr>
        }
        .into_any()
    }

    fn create(&self, all: &[DepartmentRow]) -> AnyView {
        let command = Command {
            cancel: Some((text("cancel").to_owned(), link::departments(&self.workspace))),
            fields: &["title", "parent"],
            done: Some(text("done.department").to_owned()),
            ..self.command(SaveDepartment::PATH, text("create"), "")
        };
        let parents = all.iter().map(|row| (row.id.clone(), row.title.clone())).collect();
        let form = command_form(command, |problems| {
            view! {
                <Field
                    name="fields[title]"
                    label=text("title")
                    problem=problems.at("title")
                    required=true
                />
                <Select
                    name="fields[parent]"
                    label=text("department.parent")
                    options=Signal::stored(with_none(parents))
                    problem=problems.at("parent")
                />
            }
            .into_any()
        });
        view! { <Card title=text("department.create")>{form}</Card> }.into_any()
    }

    fn one(&self, view: &DepartmentView, below: usize, may_change: bool) -> AnyView {
        let title = view.row.title.clone();
        let settings = may_change.then(|| self.settings(view, below));
        let (people, roles) = (self.people(view, may_change), self.roles(view, may_change));
        let label = title.clone();
        view! {
            <section class="chosen-department" aria-label=label>
                <h2>{title}</h2>
                <CardGrid>{people}{roles}{settings}</CardGrid>
            </section>
        }
        .into_any()
    }

    fn people(&self, view: &DepartmentView, may_change: bool) -> AnyView {
        let id = &view.row.id;
        let row = |member: &DepartmentMember| {
            let disabled = (!member.is_enabled).then(|| view! { <Badge text=text("disabled")/> });
            let leave = may_change.then(|| {
                let fields = [("fields[name]", member.name.clone()), ("fields[leaves]", "true".to_owned())];
                let words = [text("department.leave"), text("done.left")];
                self.small_form(SetDepartmentMember::PATH, id, &fields, words, member.name.clone())
            });
            view! {
                <tr>
                    <th scope="row">{names::titled(&member.full_name, &member.name)}" "{disabled}</th>
                    <td data-heading=text("since")><Since at=member.since/></td>
                    <td>{leave}</td>
                </tr>
            }
        };
        let table = if view.members.is_empty() {
            view! { <p class="card-note">{text("department.empty")}</p> }.into_any()
        } else {
            let headings = [text("person"), text("since"), text("manage")];
            let rows = view.members.iter().map(row).collect_view().into_any();
            plain_table(text("people"), &headings, rows)
        };
        let join = may_change.then(|| {
            let command = Command {
                fields: &["name"],
                done: Some(text("done.joined").to_owned()),
                ..self.command(SetDepartmentMember::PATH, text("department.join"), id)
            };
            let form = command_form(command, |problems| person_field(&view.candidates, problems));
            view! { <div class="form-row card-note">{form}</div> }
        });
        view! { <Card title=text("people") flush=true>{table}{join}</Card> }.into_any()
    }

    fn roles(&self, view: &DepartmentView, may_change: bool) -> AnyView {
        let id = &view.row.id;
        let own = view.row.roles.iter().map(|role| {
            let take = role.place.as_ref().filter(|_| may_change).map(|place| {
                let fields = [("fields[place]", place.to_string())];
                let words = [text("department.take"), text("done.member-removed")];
                let about = ui::listed(&[names::role(&role.role), names::place_words(place)]);
                self.small_form(SetDepartmentRole::PATH, id, &fields, words, about)
            });
            view! {
                <tr>
                    <th scope="row">{names::role(&role.role)}</th>
                    <td data-heading=text("held-in")>{role.place.as_ref().map(names::place)}</td>
                    <td>{take}</td>
                </tr>
            }
        });
        let above = view.inherited.iter().map(|(title, role)| {
            view! {
                <tr>
                    <th scope="row">{names::role(&role.role)}</th>
                    <td data-heading=text("held-in")>{role.place.as_ref().map(names::place)}</td>
                    <td>{text_with("department.from", &[("name", title)])}</td>
                </tr>
            }
        });
        let is_empty = view.row.roles.is_empty() && view.inherited.is_empty();
        let table = if is_empty {
            view! { <p class="card-note">{text("department.no-roles")}</p> }.into_any()
        } else {
            let headings = [text("role"), text("held-in"), text("manage")];
            let rows = view! { {own.collect_view()} {above.collect_view()} }.into_any();
            plain_table(text("roles"), &headings, rows)
        };
        let give = (may_change && !view.places.is_empty()).then(|| self.give(view));
        view! { <Card title=text("department.roles") flush=true>{table}{give}</Card> }.into_any()
    }

    fn give(&self, view: &DepartmentView) -> AnyView {
        let command = Command {
            fields: &["place", "role"],
            done: Some(text("done.member").to_owned()),
            ..self.command(SetDepartmentRole::PATH, text("department.give"), &view.row.id)
        };
        let places = view
            .places
            .iter()
            .map(|place| (place.to_string(), names::place_words(place)))
            .collect::<Vec<_>>();
        let roles = view.roles.iter().map(|role| (role.id.clone(), names::role(role))).collect::<Vec<_>>();
        let form = command_form(command, |problems| {
            view! {
                <Select
                    name="fields[place]"
                    label=text("department.where")
                    options=Signal::stored(places)
                    problem=problems.at("place")
                />
                <Select
                    name="fields[role]"
                    label=text("role")
                    options=Signal::stored(roles)
                    problem=problems.at("role")
                />
            }
            .into_any()
        });
        view! { <div class="form-row card-note">{form}</div> }.into_any()
    }

    fn settings(&self, view: &DepartmentView, below: usize) -> AnyView {
        let row = &view.row;
        let command = Command {
            fields: &["title", "parent"],
            done: Some(text("done.saved").to_owned()),
            ..self.command(SaveDepartment::PATH, text("save"), &row.id)
        };
        let (title, parent) = (row.title.clone(), row.parent.clone().unwrap_or_default());
        let parents = with_none(view.parents.clone());
        let form = command_form(command, |problems| {
            view! {
                <Field
                    name="fields[title]"
                    label=text("title")
                    value=Signal::stored(title)
                    problem=problems.at("title")
                    required=true
                />
                <Select
                    name="fields[parent]"
                    label=text("department.parent")
                    hint=text("department.parent.hint")
                    options=Signal::stored(parents)
                    value=Signal::stored(parent)
                    problem=problems.at("parent")
                />
            }
            .into_any()
        });
        let remove = removal(self, view, below);
        view! { <Card title=text("settings")>{form}<hr/>{remove}</Card> }.into_any()
    }

    /// A command in a row of a table: one button with its words, what is said when it went well, and what its row is about.
    fn small_form(
        &self,
        action: &'static str,
        id: &str,
        fields: &[(&'static str, String)],
        [words, done]: [&str; 2],
        about: String,
    ) -> AnyView {
        let mut hidden = vec![("fields[workspace]", self.workspace.clone()), ("fields[id]", id.to_owned())];
        hidden.extend(fields.iter().cloned());
        let command = Command {
            kind: ButtonKind::Plain,
            about: Some(about),
            hidden,
            done: Some(done.to_owned()),
            on_done: Some(self.on_change),
            ..Command::new(action, words)
        };
        view! { <div class="in-row">{command_form(command, |_| ().into_any())}</div> }.into_any()
    }
}

fn role_line(role: &DepartmentRole) -> AnyView {
    let words = names::role(&role.role);
    let place = role.place.as_ref().map(|place: &MemberPlace| names::place_words(place));
    view! { {words}" "<span class="also">{place}</span> }.into_any()
}

fn with_none(departments: Vec<(String, String)>) -> Vec<(String, String)> {
    let none = (String::new(), text("department.parent.none").to_owned());
    std::iter::once(none).chain(departments).collect()
}
