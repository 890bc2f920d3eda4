//! The page and its parts.

use crate::words::{text, text_of};
use crate::{factor, identities, kubectl, passkeys, password, sessions, tokens};
use account_contract::{AccountProblem, AccountView, Done, Tab, field, path, read_account};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::Level;
use ui::{Banner, PageHeader, PageTitle, Problem, SkeletonCards, Tabs, awaited};

/// What the address says about the last form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    /// What it has done.
    pub done: Option<Done>,
    /// Why it has done nothing.
    pub problem: Option<AccountProblem>,
}

/// My own account: with what I prove who I am, and where I am signed in.
#[component]
pub fn AccountPage() -> impl IntoView {
    let query = use_query_map();
    let tab = Memo::new(move |_| Tab::parse(&query.read().get(field::TAB).unwrap_or_default()));
    let answer = Memo::new(move |_| {
        let query = query.read();
        Answer {
            done: query.get(field::DONE).and_then(|word| Done::parse(&word)),
            problem: query.get(field::PROBLEM).and_then(|word| AccountProblem::parse(&word)),
        }
    });
    let cluster = Memo::new(move |_| query.read().get(field::CLUSTER));
    let account = Resource::new_blocking(|| (), |()| read_account());
    let content = move || {
        let (tab, answer, cluster) = (tab.get(), answer.get(), cluster.get());
        Suspend::new(async move {
            match account.await {
                Ok(view) => part(tab, &view, answer, cluster),
                Err(error) => {
                    let on_retry = Callback::new(move |()| account.refetch());
                    view! { <Problem error here=path::ACCOUNT on_retry is_page=true/> }.into_any()
                }
            }
        })
    };
    let tabs = Tab::ALL.map(|tab| ui::Tab {
        id: tab.word().to_owned(),
        title: text_of("tab", tab.word()),
        href: format!("{}?{}={}", path::ACCOUNT, field::TAB, tab.word()),
        count: None,
    });
    let current = Signal::derive(move || tab.get().word().to_owned());
    view! {
        <PageTitle text=text("account")/>
        <PageHeader title=text("account")/>
        <Tabs title=text("account") tabs=Signal::stored(tabs.to_vec()) current/>
        {move || strip(answer.get())}
        <Transition fallback=|| view! { <SkeletonCards/> }>{awaited(content)}</Transition>
    }
}

fn is_at_a_field(problem: AccountProblem) -> bool {
    password::is_at_a_field(problem)
        || factor::is_at_a_field(problem)
        || passkeys::is_at_a_field(problem)
        || tokens::is_at_a_field(problem)
}

/// Says what the last form has done, or what is wrong that belongs to no field.
fn strip(answer: Answer) -> Option<AnyView> {
    if let Some(done) = answer.done {
        let words = text_of("done", done.word());
        return Some(view! { <Banner level=Level::Finished>{words}</Banner> }.into_any());
    }
    let problem = answer.problem.filter(|problem| !is_at_a_field(*problem))?;
    let words = text_of("problem", problem.word());
    Some(view! { <Banner level=Level::Failed>{words}</Banner> }.into_any())
}

fn part(tab: Tab, view: &AccountView, answer: Answer, cluster: Option<String>) -> AnyView {
    let made = view.shown.clone().map(factor::shown);
    let part = match tab {
        Tab::Security => view! {
            <div class="card-grid">
                {identities::pending(view)}
                {password::card(view, answer)}
                {factor::card(view, answer)}
                {passkeys::card(view, answer)}
                {identities::card(view)}
            </div>
        }
        .into_any(),
        Tab::Sessions => sessions::part(view),
        Tab::Tokens => view! {
            {tokens::part(view, answer)}
            {kubectl::card(view, cluster)}
        }
        .into_any(),
    };
    view! { {made}{part} }.into_any()
}
