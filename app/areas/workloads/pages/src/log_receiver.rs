//! Whether a receiver of logs answers: a tab of Fluent Operator's outputs. Nobody is asked before the button is pressed.

use crate::words::{text, text_with};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{ConsoleError, Level, ResourceRef, link};
use ui::{Button, ButtonKind, Card, LevelMark, Problem, awaited};
use workloads_contract::{
    LOG_RECEIVERS, OnlyCluster, ReceiverAnswer, ReceiverLogin, ReceiverTrial, try_log_receiver,
};

/// The tab's word in addresses.
const TAB: &str = "connection";
/// What the address says when the button was pressed without scripts.
const NOW: &str = "now";

/// The tab's title.
pub fn log_receiver_title() -> String {
    text("receiver").to_owned()
}

/// Whether an object says where logs go.
pub fn is_log_receiver(object: &ResourceRef) -> bool {
    LOG_RECEIVERS.contains(&object.kind.as_str())
}

/// The button, and what came of it.
pub fn log_receiver_tab(object: ResourceRef) -> AnyView {
    let is_pressed = use_query_map().read_untracked().get("try").is_some_and(|word| word == NOW);
    // How often it was pressed on this page.
    let pressed = RwSignal::new(u32::from(is_pressed));
    let is_asking = RwSignal::new(false);
    let action = link::object(&object);
    let found = Resource::new_blocking(
        move || (object.clone(), pressed.get()),
        |(object, pressed)| async move { if pressed == 0 { None } else { Some(try_log_receiver(object).await) } },
    );
    let press = move |event: SubmitEvent| {
        event.prevent_default();
        if !is_asking.get_untracked() {
            is_asking.set(true);
            pressed.update(|count| *count += 1);
        }
    };
    Effect::new(move |_| {
        if found.get().is_some() {
            is_asking.set(false);
        }
    });
    let content = move || Suspend::new(async move { found.await.map(told) });
    view! {
        <Card title=text("receiver")>
            <p class="card-text">{text("receiver.text")}</p>
            <form method="get" action=action on:submit=press>
                <input type="hidden" name="tab" value=TAB/>
                <input type="hidden" name="try" value=NOW/>
                <Button kind=ButtonKind::Primary form_type="submit" busy=is_asking>{text("receiver.try")}</Button>
            </form>
            <div role="status">
                <Transition fallback=|| ()>{awaited(content)}</Transition>
            </div>
        </Card>
    }
    .into_any()
}

fn told(answer: Result<Vec<ReceiverTrial>, ConsoleError>) -> AnyView {
    match answer {
        Ok(trials) => {
            view! { <ul class="receiver-trials">{trials.into_iter().map(trial).collect_view()}</ul> }
                .into_any()
        }
        Err(error) => view! { <Problem error/> }.into_any(),
    }
}

fn trial(trial: ReceiverTrial) -> AnyView {
    let ReceiverTrial { address, answer, is_through_cluster, login } = trial;
    let is_asked = !matches!(answer, ReceiverAnswer::OnlyCluster(_));
    let (level, words) = said(answer);
    let way =
        if is_through_cluster { text("receiver.through-cluster") } else { text("receiver.from-console") };
    let login = match login {
        ReceiverLogin::None => None,
        ReceiverLogin::Shown => Some(text("receiver.login.shown").to_owned()),
        ReceiverLogin::NotThroughCluster => Some(text("receiver.login.not-through-cluster").to_owned()),
        ReceiverLogin::Unreadable(cause) => {
            Some(text_with("receiver.login.unreadable", &[("cause", &cause)]))
        }
    };
    view! {
        <li>
            <p><LevelMark level=Signal::stored(level)/>" "<code>{address}</code>": "{words}</p>
            {login.map(|words| view! { <p class="hint">{words}</p> })}
            {is_asked.then(|| view! { <p class="hint">{way}</p> })}
        </li>
    }
    .into_any()
}

/// What an address said, in words, and how good that is.
fn said(answer: ReceiverAnswer) -> (Level, String) {
    let only = |words: &str| (Level::Inactive, format!("{} {words}", text("receiver.only-cluster")));
    match answer {
        ReceiverAnswer::LogStore { product, version, name } => {
            let values: [(&str, &dyn std::fmt::Display); 3] =
                [("product", &product), ("version", &version), ("name", &name)];
            (Level::Healthy, text_with("receiver.store", &values))
        }
        ReceiverAnswer::Listens => (Level::Healthy, text("receiver.listens").to_owned()),
        ReceiverAnswer::TellsNothing => (Level::Healthy, text("receiver.tells-nothing").to_owned()),
        ReceiverAnswer::WantsLogin => (Level::Warning, text("receiver.wants-login").to_owned()),
        ReceiverAnswer::RefusesLogin => (Level::Failed, text("receiver.refuses-login").to_owned()),
        ReceiverAnswer::OnlyCluster(OnlyCluster::NoHttp) => only(text("receiver.only-cluster.no-http")),
        ReceiverAnswer::OnlyCluster(OnlyCluster::Name) => only(text("receiver.only-cluster.name")),
        ReceiverAnswer::OnlyCluster(OnlyCluster::NoRight) => only(text("receiver.only-cluster.no-right")),
        ReceiverAnswer::Silent(cause) => (Level::Failed, text_with("receiver.silent", &[("cause", &cause)])),
    }
}
