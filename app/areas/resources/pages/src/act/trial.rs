//! What would become of an action, said in its dialog before the button is pressed.

use super::Asked;
use crate::words::{text, text_of, text_with};
use leptos::form::FromFormData;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::{use_location, use_query_map};
use model::sent::{COMMAND, ERROR};
use model::{ConsoleError, Level, ResourceRef, Status, link};
use resources_contract::{
    ActByForm, ActPreview, Action, DocumentPreview, Eviction, EvictionFate, PostedTrial, TRIAL, Target,
    preview_act,
};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use ui::{Banner, ObjectPreview, Problem, StatusMark};

/// How long nothing may have been typed before the cluster is asked.
const PAUSE: Duration = Duration::from_millis(400);
/// Pods of a drain that are listed.
const MOST_PODS: usize = 200;

/// An answer, and the action that it is about.
type Answer = (Action, Result<ActPreview, ConsoleError>);

/// What the form of an action asks for as it is filled in, and what the cluster would make of it.
#[derive(Clone, Copy)]
pub(super) struct Trial {
    wish: RwSignal<Option<Action>>,
    answer: RwSignal<Option<Answer>>,
    /// Objects beyond those that are tried out.
    left_out: usize,
    /// It was tried out without scripts.
    is_posted: bool,
}

impl Trial {
    /// Nothing is asked before [`Trial::read`].
    pub fn of(asked: &Asked) -> Self {
        let posted = use_context::<PostedTrial>();
        let trial = Self {
            wish: RwSignal::new(posted.as_ref().map(|posted| posted.action.clone())),
            is_posted: posted.is_some(),
            answer: RwSignal::new(posted.map(|PostedTrial { action, answer }| (action, answer))),
            left_out: asked.targets.len().saturating_sub(ActPreview::MOST),
        };
        let targets: Vec<Target> = asked.targets.iter().take(ActPreview::MOST).cloned().collect();
        Effect::new(move |_| {
            let Some(wish) = trial.wish.get() else { return };
            let targets = targets.clone();
            let ask = move || {
                leptos::task::spawn_local(async move {
                    let answer = preview_act(targets, wish.clone()).await;
                    // The dialog may be closed by now, or ask for something else.
                    let _ = trial.answer.try_set(Some((wish, answer)));
                });
            };
            if let Ok(timer) = set_timeout_with_handle(ask, PAUSE) {
                on_cleanup(move || timer.clear());
            }
        });
        trial
    }

    /// Takes what the form asks for at this moment. One that is not filled in asks for nothing.
    pub fn read(self, form: &web_sys::HtmlFormElement) {
        let fields = web_sys::FormData::new_with_form(form).ok();
        let filled_in = fields.and_then(|fields| ActByForm::from_form_data(&fields).ok());
        let wish = filled_in.and_then(|form| form.fields.action().ok());
        if *self.wish.read_untracked() != wish {
            self.wish.set(wish);
        }
    }

    /// The action that the form asks for at this moment.
    pub fn wish(self) -> Signal<Option<Action>> {
        self.wish.into()
    }

    /// The answer, once there is a question.
    pub fn shown(self) -> AnyView {
        let content = move || {
            let wish = self.wish.get()?;
            let answer = self.answer.get().filter(|(about, _)| *about == wish);
            Some(match answer {
                None => view! { <p class="hint" role="status">{text("trial.asking")}</p> }.into_any(),
                Some((_, Err(error))) => view! { <Problem error/> }.into_any(),
                Some((_, Ok(preview))) => told(preview, self.left_out),
            })
        };
        let class = if self.is_posted { "act-trial" } else { "act-trial needs-scripts" };
        view! { <section class=class aria-label=text("trial")>{content}</section> }.into_any()
    }

    /// The button that tries it out without scripts: the form comes back with what was typed, and what would become of it.
    pub fn button() -> AnyView {
        let address = address();
        view! {
            <noscript>
                <button class="button" type="submit" formaction=address>{text("preview")}</button>
            </noscript>
        }
        .into_any()
    }
}

/// The address of the page, as one that is asked to try an action out.
fn address() -> String {
    let query = use_query_map().get_untracked();
    let is_own = |(name, _): &(&Cow<'static, str>, &str)| ![COMMAND, ERROR, TRIAL].contains(&&***name);
    let kept = (&query).into_iter().filter(is_own);
    let kept = kept.map(|(name, value)| format!("{}={}", link::escape(name), link::escape(value)));
    let asks = [format!("{COMMAND}={}", link::escape(ActByForm::PATH)), format!("{TRIAL}=1")];
    let pairs: Vec<String> = kept.chain(asks).collect();
    format!("{}?{}", use_location().pathname.get_untracked(), pairs.join("&"))
}

fn told(preview: ActPreview, left_out: usize) -> AnyView {
    let ActPreview { documents, evictions, budgets_unseen, autoscalers } = preview;
    let owned = owned(&documents);
    let document = |preview: DocumentPreview| view! { <ObjectPreview preview/> };
    let more = (left_out > 0).then(|| {
        view! { <p class="hint">{text_with("trial.left-out", &[("count", &left_out)])}</p> }
    });
    let unseen = budgets_unseen
        .then(|| view! { <Banner level=Level::Unknown>{text("trial.drain.budgets-unseen")}</Banner> });
    view! {
        {autoscalers.iter().map(autoscaler).collect_view()}
        {owned}
        {unseen}
        {drained(evictions)}
        {documents.into_iter().map(document).collect_view()}
        {more}
    }
    .into_any()
}

fn autoscaler(autoscaler: &ResourceRef) -> AnyView {
    let words = text_with("trial.autoscaler", &[("name", &autoscaler.name)]);
    let href = link::object(autoscaler);
    view! { <Banner level=Level::Warning><a href=href>{words}</a></Banner> }.into_any()
}

/// Who else sets what would change: they will set it again.
fn owned(documents: &[DocumentPreview]) -> Option<AnyView> {
    let mut owners: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for conflict in documents.iter().flat_map(|document| &document.conflicts) {
        owners.entry(&conflict.manager).or_default().insert(&conflict.field);
    }
    let line = |(manager, fields): (&str, BTreeSet<&str>)| {
        let fields = ui::listed(&fields.into_iter().collect::<Vec<_>>());
        view! { <p>{text_with("trial.owned", &[("manager", &manager), ("fields", &fields)])}</p> }
    };
    (!owners.is_empty()).then(|| {
        let lines = owners.into_iter().map(line).collect_view();
        view! { <Banner level=Level::Inactive>{lines}</Banner> }.into_any()
    })
}

/// What becomes of the pods of a node: how many of each, then each.
fn drained(evictions: Vec<Eviction>) -> Option<AnyView> {
    if evictions.is_empty() {
        return None;
    }
    let blocks = evictions.iter().any(|eviction| eviction.level() == Level::Failed);
    let blocked =
        blocks.then(|| view! { <Banner level=Level::Warning>{text("trial.drain.blocked")}</Banner> });
    let leaving = evictions.iter().filter(|eviction| leaves(&eviction.fate)).count();
    let sum = text_with("trial.drain", &[("count", &leaving)]);
    let lost = lost(&evictions);
    let more = evictions.len().saturating_sub(MOST_PODS);
    let more = (more > 0)
        .then(|| view! { <li class="hint">{text_with("trial.drain.more", &[("count", &more)])}</li> });
    let line = |eviction: Eviction| {
        let status =
            Status::new(eviction.level(), fate_words(&eviction.fate)).because(losses(&eviction).join("; "));
        let pod = eviction.pod;
        let place = pod.namespace.as_ref().map(|namespace| format!("{namespace} / ")).unwrap_or_default();
        view! {
            <li>
                <a href=link::object(&pod)>{format!("{place}{}", pod.name)}</a>
                " "
                <StatusMark status with_reason=true/>
            </li>
        }
    };
    let lines = evictions.into_iter().take(MOST_PODS).map(line).collect_view();
    Some(view! { {blocked}<p>{sum}</p>{lost}<ul class="trial-pods">{lines}{more}</ul> }.into_any())
}

/// How many of those that leave lose something: a list is long, and what is allowed once is allowed for all of it.
fn lost(evictions: &[Eviction]) -> Option<AnyView> {
    let leaving = || evictions.iter().filter(|eviction| leaves(&eviction.fate));
    let with_data = leaving().filter(|eviction| eviction.has_data).count();
    let unmanaged = leaving().filter(|eviction| eviction.is_unmanaged).count();
    let with_data =
        (with_data > 0).then(|| view! { <p>{text_with("trial.drain.data", &[("count", &with_data)])}</p> });
    let unmanaged =
        (unmanaged > 0).then(|| view! { <p>{text_with("trial.drain.gone", &[("count", &unmanaged)])}</p> });
    (with_data.is_some() || unmanaged.is_some())
        .then(|| view! { <Banner level=Level::Warning>{with_data}{unmanaged}</Banner> }.into_any())
}

/// What a pod loses beside what its fate says.
fn losses(eviction: &Eviction) -> Vec<&'static str> {
    let data = (eviction.has_data && eviction.fate != EvictionFate::HasData).then(|| text("lost.data"));
    let itself =
        (eviction.is_unmanaged && eviction.fate != EvictionFate::Unmanaged).then(|| text("lost.itself"));
    data.into_iter().chain(itself).collect()
}

fn leaves(fate: &EvictionFate) -> bool {
    matches!(fate, EvictionFate::Leaves | EvictionFate::Waits { .. } | EvictionFate::Overguarded { .. })
}

fn fate_words(fate: &EvictionFate) -> String {
    match fate {
        EvictionFate::Waits { budget } => text_with("fate.waits", &[("budget", budget)]),
        EvictionFate::Overguarded { budgets } => text_with("fate.overguarded", &[("budgets", budgets)]),
        fate => text_of("fate", fate.word()),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    async fn html(preview: ActPreview) -> String {
        rendering::render("/", move || told(preview, 0)).await
    }

    fn evicted(fate: EvictionFate, has_data: bool, is_unmanaged: bool) -> ActPreview {
        let pod = ResourceRef {
            cluster: "harbour".parse().unwrap(),
            kind: "pods".parse().unwrap(),
            namespace: Some("shop".parse().unwrap()),
            name: "web-0".parse().unwrap(),
        };
        let evictions = vec![Eviction { pod, fate, has_data, is_unmanaged }];
        ActPreview { evictions, ..ActPreview::default() }
    }

    #[tokio::test]
    async fn a_drain_says_what_pods_lose_once_that_is_allowed_too() {
        let (of_each, of_all) = ("its data on the node are lost", "1 pod loses its data on the node.");

        let allowed = html(evicted(EvictionFate::Leaves, true, true)).await;
        let waits = html(evicted(EvictionFate::Waits { budget: "web".into() }, true, false)).await;
        let refused = html(evicted(EvictionFate::HasData, true, false)).await;
        let harmless = html(evicted(EvictionFate::Leaves, false, false)).await;

        assert!(allowed.contains("its data on the node are lost; nothing makes it again"), "{allowed}");
        assert!(allowed.contains(of_all) && allowed.contains("1 pod is gone for good."), "{allowed}");
        assert!(waits.contains(of_each) && waits.contains(of_all), "{waits}");
        // What its fate says is not said twice.
        assert!(!refused.contains(of_each) && !refused.contains(of_all), "{refused}");
        assert!(!harmless.contains(of_each) && !harmless.contains("gone for good"), "{harmless}");
    }

    #[tokio::test]
    async fn a_drain_says_where_it_knows_of_no_budgets() {
        let said = "Disruption budgets could not be read";

        let unseen = html(ActPreview { budgets_unseen: true, ..ActPreview::default() }).await;

        assert!(unseen.contains(said), "{unseen}");
        assert!(!html(ActPreview::default()).await.contains(said));
    }
}
