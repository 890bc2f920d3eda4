//! Roles: what they allow, and making one's own.

use crate::names;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use model::{Tier, link};
use ui::quantity::number;
use ui::{
    ButtonKind, Card, Checkbox, Command, Field, FormProblems, Glyph, LinkButton, PageHeader, PageTitle,
    Problem, SkeletonTable, awaited, command_form, permission_words, plain_table,
};
use workspaces_contract::{PermissionView, RemoveRole, RolePlace, RoleView, Roles, SaveRole, read_roles};

/// The roles that can be given everywhere.
#[component]
pub fn RolesPage() -> impl IntoView {
    view! {
        <PageTitle text=text("roles")/>
        <PageHeader title=text("roles")/>
        {roles_of(RolePlace::Platform)}
    }
}

/// The roles of a place, and the form that the address asks for.
pub fn roles_of(place: RolePlace) -> AnyView {
    let roles = Resource::new_blocking(
        {
            let place = place.clone();
            move || place.clone()
        },
        read_roles,
    );
    let query = use_query_map();
    let on_change = Callback::new(move |_: String| roles.refetch());
    let content = move || {
        let asked = query.read().get("role");
        let tier = query.read().get("tier").and_then(|tier| Tier::parse(&tier));
        let place = place.clone();
        Suspend::new(async move {
            match roles.await {
                Ok(roles) => draw(&place, &roles, asked.as_deref(), tier, on_change),
                Err(error) => {
                    let on_retry = Callback::new(move |()| roles.refetch());
                    view! { <Problem error here=page(&place) on_retry/> }.into_any()
                }
            }
        })
    };
    view! { <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition> }.into_any()
}

fn workspace(place: &RolePlace) -> String {
    match place {
        RolePlace::Platform => String::new(),
        RolePlace::Workspace(name) => name.to_string(),
    }
}

fn page(place: &RolePlace) -> String {
    link::roles_of(&workspace(place))
}

/// The page of a place with more in its address.
fn asking(place: &RolePlace, question: &str) -> String {
    let page = page(place);
    let mark = if page.contains('?') { '&' } else { '?' };
    format!("{page}{mark}{question}")
}

fn draw(
    place: &RolePlace,
    roles: &Roles,
    asked: Option<&str>,
    tier: Option<Tier>,
    on_change: Callback<String>,
) -> AnyView {
    let shown = asked.and_then(|id| roles.roles.iter().find(|role| role.summary.id == id));
    let above = match (shown, tier.filter(|tier| asked == Some("new") && roles.tiers.contains(tier))) {
        (Some(role), _) if role.may_change => edit(place, roles, role.tier, Some(role), on_change),
        (Some(role), _) => detail(place, roles, role),
        (None, Some(tier)) => edit(place, roles, tier, None, on_change),
        (None, None) => ().into_any(),
    };
    let create = roles.tiers.iter().copied().map(|tier| {
        let href = asking(place, &format!("role=new&tier={}", tier.word()));
        view! { <LinkButton href glyph=Glyph::Plus>{text_of("role.create", tier.word())}</LinkButton> }
    });
    let headings = [text("role"), text("tier"), text("permissions"), text("holders")];
    let rows = roles.roles.iter().map(|role| row(place, role)).collect_view().into_any();
    view! {
        <div class="tab-actions">{create.collect_view()}</div>
        {above}
        {plain_table(text("roles"), &headings, rows)}
    }
    .into_any()
}

fn row(place: &RolePlace, role: &RoleView) -> AnyView {
    let href = asking(place, &format!("role={}", link::escape(&role.summary.id)));
    view! {
        <tr>
            <th scope="row">
                <a href=href>{names::role(&role.summary)}</a>
                <span class="about">{role.description.clone()}</span>
            </th>
            <td data-heading=text("tier")>{text_of("tier", role.tier.word())}</td>
            <td data-heading=text("permissions")>{number(role.permissions.len() as i64)}</td>
            <td data-heading=text("holders")>{number(role.holders as i64)}</td>
        </tr>
    }
    .into_any()
}

/// Subjects with their permissions at a tier, in the order in which they are told.
fn by_subject(permissions: &[PermissionView], tier: Tier) -> Vec<(String, Vec<&PermissionView>)> {
    let mut groups: Vec<(String, Vec<&PermissionView>)> = Vec::new();
    for permission in permissions.iter().filter(|permission| permission.tiers.contains(&tier)) {
        match groups.iter_mut().find(|(subject, _)| *subject == permission.subject) {
            Some((_, group)) => group.push(permission),
            None => groups.push((permission.subject.clone(), vec![permission])),
        }
    }
    groups
}

fn detail(place: &RolePlace, roles: &Roles, role: &RoleView) -> AnyView {
    let group = |(subject, permissions): (String, Vec<&PermissionView>)| {
        let held = permissions.into_iter().filter(|one| role.permissions.contains(&one.word));
        let held: Vec<_> = held.map(|one| view! { <li>{permission_words(&one.word)}</li> }).collect();
        (!held.is_empty()).then(|| {
            view! {
                <section class="choices">
                    <h3>{text_of("subject", &subject)}</h3>
                    <ul class="permissions">{held}</ul>
                </section>
            }
        })
    };
    let groups: Vec<_> = by_subject(&roles.permissions, role.tier).into_iter().filter_map(group).collect();
    let none = groups.is_empty().then(|| view! { <p>{text("role.nothing")}</p> });
    let close = page(place);
    view! {
        <Card
            title=names::role(&role.summary)
            actions=move || view! { <LinkButton href=close>{text("close")}</LinkButton> }
        >
            {none}
            <div class="permission-groups">{groups}</div>
        </Card>
    }
    .into_any()
}

fn edit(
    place: &RolePlace,
    roles: &Roles,
    tier: Tier,
    role: Option<&RoleView>,
    on_change: Callback<String>,
) -> AnyView {
    let hidden = || {
        let id = role.map(|role| role.summary.id.clone()).unwrap_or_default();
        vec![("fields[id]", id), ("fields[workspace]", workspace(place))]
    };
    let mut all = hidden();
    all.push(("fields[tier]", tier.word().to_owned()));
    all.extend(role.map(|role| ("fields[seen]", role.seen())));
    let command = Command {
        hidden: all,
        cancel: Some((text("cancel").to_owned(), page(place))),
        fields: &["title", "description", "permissions"],
        done: Some(text("done.saved").to_owned()),
        on_done: Some(on_change),
        ..Command::new(SaveRole::PATH, text("save"))
    };
    let form = command_form(command, |problems| fields(roles, tier, role, problems));
    let remove = role.map(|role| {
        let command = Command {
            kind: ButtonKind::Danger,
            hidden: hidden(),
            done: Some(text("done.role-removed").to_owned()),
            on_done: Some(on_change),
            ..Command::new(RemoveRole::PATH, text("role.remove"))
        };
        let holders = text_with("role.remove.text", &[("count", &role.holders)]);
        let form = command_form(command, |_| view! { <p>{holders}</p> }.into_any());
        view! { <hr/>{form} }
    });
    let title = match role {
        Some(role) => names::role(&role.summary),
        None => text_of("role.create", tier.word()),
    };
    view! { <Card title>{form}{remove}</Card> }.into_any()
}

fn fields(roles: &Roles, tier: Tier, role: Option<&RoleView>, problems: FormProblems) -> AnyView {
    let title = role.and_then(|role| role.summary.title.clone()).unwrap_or_default();
    let description = role.map(|role| role.description.clone()).unwrap_or_default();
    let choice = |permission: &PermissionView| {
        let is_held = role.is_some_and(|role| role.permissions.contains(&permission.word));
        let includes = permission.includes.iter().map(|word| permission_words(word));
        let includes = ui::listed(&includes.collect::<Vec<_>>());
        let hint =
            if includes.is_empty() { String::new() } else { text_with("includes", &[("what", &includes)]) };
        view! {
            <Checkbox
                name="fields[permissions][]"
                value=permission.word.clone()
                label=permission_words(&permission.word)
                checked=Signal::stored(is_held)
                hint
            />
        }
    };
    let group = |(subject, permissions): (String, Vec<&PermissionView>)| {
        view! {
            <fieldset class="choices">
                <legend>{text_of("subject", &subject)}</legend>
                {permissions.into_iter().map(choice).collect_view()}
            </fieldset>
        }
    };
    let groups = by_subject(&roles.permissions, tier).into_iter().map(group).collect_view();
    let wrong = problems.at("permissions");
    view! {
        <Field
            name="fields[title]"
            label=text("title")
            value=Signal::stored(title)
            problem=problems.at("title")
            required=true
        />
        <Field
            name="fields[description]"
            label=text("description")
            value=Signal::stored(description)
            problem=problems.at("description")
        />
        <div class="permission-groups">{groups}</div>
        <p class="field-problem" aria-live="polite">{move || wrong.get()}</p>
    }
    .into_any()
}
