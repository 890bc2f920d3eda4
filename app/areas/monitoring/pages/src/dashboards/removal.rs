//! Removing a dashboard: what goes with it is said before it goes.

use super::edit::which;
use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::{ClusterName, link};
use monitoring_contract::{KeptDashboard, RemoveDashboard};
use ui::{ButtonKind, Card, Command, LinkButton, command_form};

/// In the query: whether the question is asked.
pub const REMOVE: &str = "remove";

/// The way to the question, or the question.
pub fn removal(kept: &KeptDashboard, cluster: &ClusterName, is_asked: bool) -> AnyView {
    let card = if is_asked { question(kept, cluster) } else { way(kept, cluster) };
    view! { <div id=REMOVE>{card}</div> }.into_any()
}

fn way(kept: &KeptDashboard, cluster: &ClusterName) -> AnyView {
    let href = format!("{}?{REMOVE}=yes#{REMOVE}", link::edit_dashboard(cluster, &kept.id));
    view! {
        <Card title=text("dashboard.remove")>
            <p class="card-text">{text("dashboard.remove.text")}</p>
            <div class="form-actions">
                <LinkButton href kind=ButtonKind::Danger>{text("dashboard.remove")}</LinkButton>
            </div>
        </Card>
    }
    .into_any()
}

fn question(kept: &KeptDashboard, cluster: &ClusterName) -> AnyView {
    let command = Command {
        kind: ButtonKind::Danger,
        hidden: which(kept, cluster),
        cancel: Some((text("cancel").to_owned(), link::edit_dashboard(cluster, &kept.id))),
        done: Some(text("dashboard.removed").to_owned()),
        ..Command::new(RemoveDashboard::PATH, text("dashboard.remove.yes"))
    };
    let panels = kept.plan.panels.len();
    let panels = (panels > 0).then(|| {
        let words = text_with("dashboard.remove.panels", &[("count", &panels)]);
        view! { <p class="card-text">{words}</p> }
    });
    let embeds = (kept.embeds > 0).then(|| {
        let words = text_with("dashboard.remove.embeds", &[("count", &kept.embeds)]);
        view! { <p class="card-text">{words}</p> }
    });
    let form = command_form(command, |_| {
        view! {
            {panels}
            {embeds}
            <p class="card-text">{text("dashboard.remove.text")}</p>
        }
        .into_any()
    });
    let title = text_with("dashboard.remove.ask", &[("name", &kept.plan.name)]);
    view! { <Card title><div class="confirm-delete">{form}</div></Card> }.into_any()
}
