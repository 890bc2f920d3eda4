//! Budgets that are nearly used up or overspent, wherever they are.

use crate::budget::level;
use crate::cluster::ask_again;
use crate::consumption::money;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use model::Status;
use monitoring_contract::{BudgetNews, BudgetNotice, BudgetOf, BudgetStanding, UnknownBudgets, read_budgets};
use ui::{Card, Problem, StatusMark, awaited, error_words};

/// Budgets of which most is used, in all clusters, of what the reader may see, and where that is not known. Nothing where there is
/// nothing to tell.
#[component]
pub fn BudgetCard() -> impl IntoView {
    let news = Resource::new(|| (), |()| read_budgets());
    ask_again(move || news.refetch());
    let content = move || {
        Suspend::new(async move {
            match news.await {
                Ok(told) if told == BudgetNews::default() => None,
                Ok(told) => Some(card(told)),
                Err(error) => {
                    let on_retry = Callback::new(move |()| news.refetch());
                    Some(view! { <Problem error on_retry/> }.into_any())
                }
            }
        })
    };
    view! { <Transition fallback=|| ()>{awaited(content)}</Transition> }
}

fn card(news: BudgetNews) -> AnyView {
    let BudgetNews { notices, left_out, unknown } = news;
    let list = (!notices.is_empty()).then(|| {
        let lines = notices.iter().map(line).collect_view();
        view! { <ul class="troubles">{lines}</ul> }
    });
    let note = |words: String| view! { <p class="card-note hint">{words}</p> };
    let more = (left_out > 0).then(|| note(text_with("budgets.more", &[("count", &left_out)])));
    let unknown = unknown.into_iter().map(|unknown| note(words(&unknown))).collect_view();
    view! { <Card title=text("budgets") flush=true wide=true>{list}{more}{unknown}</Card> }.into_any()
}

fn words(unknown: &UnknownBudgets) -> String {
    match &unknown.problem {
        Some(error) => {
            text_with("budgets.failed", &[("cluster", &unknown.cluster), ("problem", &error_words(error))])
        }
        None => text_with("budgets.waiting", &[("cluster", &unknown.cluster)]),
    }
}

fn line(notice: &BudgetNotice) -> AnyView {
    let href = notice.of.page(&notice.cluster);
    let stands = if notice.is_over { BudgetStanding::Over } else { BudgetStanding::Nearly };
    let about = match &notice.of {
        BudgetOf::Cluster => notice.cluster.to_string(),
        of => of.name().to_owned(),
    };
    let kind = match &notice.of {
        BudgetOf::Cluster => text("budgets.of.cluster").to_owned(),
        BudgetOf::Workspace(_) => text_with("budgets.of.workspace", &[("cluster", &notice.cluster)]),
        BudgetOf::Project(_) => text_with("budgets.of.project", &[("cluster", &notice.cluster)]),
    };
    let reason = text_with(
        "budgets.used",
        &[("spent", &money(&notice.spent)), ("budget", &money(&notice.budget)), ("percent", &notice.percent)],
    );
    let status = Status::new(level(stands), text_of("budget.standing", stands.word())).because(reason);
    view! {
        <li class="trouble">
            <div class="trouble-object">
                <a href=href>{about}</a>
                <span class="trouble-namespace">{kind}</span>
            </div>
            <StatusMark status with_reason=true/>
        </li>
    }
    .into_any()
}
