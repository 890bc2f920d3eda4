//! Removing a department: what its people lose is said before it goes.

use super::{Page, role_line};
use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::link;
use ui::{ButtonKind, Command, LinkButton, command_form};
use workspaces_contract::{DepartmentView, RemoveDepartment};

/// In the query: whether the question is asked.
pub const REMOVE: &str = "remove";

/// The way to the question, or the question; what stands in the way while there are departments below.
pub(super) fn removal(page: &Page, view: &DepartmentView, below: usize) -> AnyView {
    let content = if below > 0 {
        view! { <p>{text_with("department.remove.below", &[("count", &below)])}</p> }.into_any()
    } else if page.is_leaving {
        question(page, view)
    } else {
        way(page, view)
    };
    view! { <div id=REMOVE>{content}</div> }.into_any()
}

fn way(page: &Page, view: &DepartmentView) -> AnyView {
    let href = format!("{}&{REMOVE}=yes#{REMOVE}", link::department(&page.workspace, &view.row.id));
    view! {
        <p>{text("department.remove.text")}</p>
        <div class="form-actions">
            <LinkButton href kind=ButtonKind::Danger>{text("department.remove")}</LinkButton>
        </div>
    }
    .into_any()
}

fn question(page: &Page, view: &DepartmentView) -> AnyView {
    let command = Command {
        kind: ButtonKind::Danger,
        cancel: Some((text("cancel").to_owned(), link::department(&page.workspace, &view.row.id))),
        done: Some(text("done.department-removed").to_owned()),
        ..page.command(RemoveDepartment::PATH, text("department.remove.yes"), &view.row.id)
    };
    let form = command_form(command, |_| lost(view));
    let title = text_with("department.remove.ask", &[("name", &view.row.title)]);
    view! { <h3>{title}</h3><div class="confirm-delete">{form}</div> }.into_any()
}

/// Who is in it, and what they hold by it and by those above.
fn lost(view: &DepartmentView) -> AnyView {
    if view.members.is_empty() {
        return view! { <p>{text("department.empty")}</p> }.into_any();
    }
    let above = view.inherited.iter().map(|(_, role)| role);
    let roles: Vec<_> = view.row.roles.iter().chain(above).collect();
    if roles.is_empty() {
        let people = text_with("department.remove.people-only", &[("count", &view.members.len())]);
        return view! { <p>{people}</p> }.into_any();
    }
    let people = text_with("department.remove.people", &[("count", &view.members.len())]);
    let roles = roles.into_iter().map(|role| view! { <li>{role_line(role)}</li> }).collect_view();
    view! { <p>{people}</p><ul class="role-lines">{roles}</ul> }.into_any()
}
