//! What is shown in place of a form where it went well with some objects and not with others: which did not, and why, and
//! what can be done about the others.

use super::Asked;
use super::undo::Back;
use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use model::{ConsoleError, Level, ResourceRef, link};
use resources_contract::Outcome;
use ui::{Banner, Button, Toasts, error_words};

/// How it went, where it did not go well with all.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Partly {
    all: usize,
    failed: Vec<(ResourceRef, ConsoleError)>,
}

impl Partly {
    /// Nothing where it went well with all.
    pub fn of(outcomes: &[Outcome]) -> Option<Self> {
        let failed =
            outcomes.iter().filter_map(|outcome| Some((outcome.resource.clone(), outcome.error.clone()?)));
        let failed: Vec<_> = failed.collect();
        (!failed.is_empty()).then_some(Self { all: outcomes.len(), failed })
    }

    /// What is said, with what can be done beside the way out.
    pub fn view(&self, actions: AnyView, close: &str) -> AnyView {
        let done = self.all.saturating_sub(self.failed.len());
        let one = |(resource, error): &(ResourceRef, ConsoleError)| {
            view! {
                <li>
                    <a href=link::object(resource)>{resource.to_string()}</a>
                    <span>{error_words(error)}</span>
                </li>
            }
        };
        let words = text_with("partly", &[("done", &done), ("all", &self.all)]);
        view! {
            <Banner level=Level::Warning>{words}</Banner>
            <ul class="job-steps">{self.failed.iter().map(one).collect_view()}</ul>
            <div class="form-actions">
                <a class="button" href=close.to_owned()>{text("close")}</a>
                {actions}
            </div>
        }
        .into_any()
    }
}

/// A button that takes back what was done with the others, and leaves the question, where anything takes it back.
pub(super) fn undo(back: &Back, leave: Callback<()>, toasts: Toasts) -> AnyView {
    if back.is_empty() {
        return ().into_any();
    }
    let words = text_with("many.undo-all", &[("count", &back.count())]);
    let back = back.clone();
    let press = Callback::new(move |()| {
        back.carry_out(toasts);
        leave.run(());
    });
    view! { <Button on_press=press>{words}</Button> }.into_any()
}

/// Leaves the question of an address.
pub(super) fn leave(asked: &Asked) -> Callback<()> {
    let (go, close) = (use_navigate(), asked.close.clone());
    Callback::new(move |()| go(&close, NavigateOptions { scroll: false, ..Default::default() }))
}

/// A field that only a page with scripts sends: it shows how it went with each, where a form without scripts can only be
/// answered with what failed.
pub(super) fn field() -> AnyView {
    let lives = RwSignal::new(false);
    Effect::new(move |_| lives.set(true));
    view! { <input type="hidden" name="fields[each]" value="true" disabled=move || !lives.get()/> }.into_any()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn outcome(name: &str, error: Option<ConsoleError>) -> Outcome {
        let resource = ResourceRef {
            cluster: "harbour".parse().unwrap(),
            kind: "deployments".parse().unwrap(),
            namespace: Some("shop".parse().unwrap()),
            name: name.parse().unwrap(),
        };
        Outcome { error, ..Outcome::of(resource) }
    }

    #[tokio::test]
    async fn those_that_failed_are_listed_with_the_reason() {
        let error = ConsoleError::invalid("replicas", "it has gone");
        let outcomes = [outcome("a", None), outcome("b", Some(error)), outcome("c", None)];
        let partly = Partly::of(&outcomes).unwrap();

        let html = rendering::render("/", move || partly.view(().into_any(), "/list")).await;

        assert!(html.contains("2 of 3") && html.contains("<span>it has gone"), "{html}");
        assert!(html.contains("shop/b") && !html.contains("shop/a"), "{html}");
        assert_eq!(Partly::of(&outcomes[..1]), None);
    }
}
