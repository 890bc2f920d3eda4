//! Taking back what was just done, as the answers to it say: each object becomes again what it was.

use crate::words::{text, text_with};
use model::{ConsoleError, Level, ResourceRef};
use resources_contract::{Action, Outcome, Target, act_on};
use ui::{Toasts, error_words};

/// So many failures are told in a message; of the others it is said how many they are.
const TOLD: usize = 3;

/// Says that something was done, and offers to take it back with all objects of which it is known how they were.
pub(crate) fn say_done(words: String, targets: &[Target], outcomes: &[Outcome], toasts: Toasts) {
    let back = Back::of(targets, outcomes);
    if back.is_empty() {
        toasts.say(Level::Healthy, words);
    } else {
        toasts.offer(Level::Healthy, words, text("undo"), move || back.carry_out(toasts));
    }
}

/// What takes it back, each action with all objects that it is for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Back(Vec<(Action, Vec<Target>)>);

impl Back {
    /// What the answers say. They are in the order of the targets, which know what was meant by a name.
    pub fn of(targets: &[Target], outcomes: &[Outcome]) -> Self {
        let mut back: Vec<(Action, Vec<Target>)> = Vec::new();
        for (target, outcome) in targets.iter().zip(outcomes) {
            let Some(action) = outcome.undo.as_ref().filter(|_| target.resource == outcome.resource) else {
                continue;
            };
            match back.iter_mut().find(|(known, _)| known == action) {
                Some((_, targets)) => targets.push(target.clone()),
                None => back.push((action.clone(), vec![target.clone()])),
            }
        }
        Self(back)
    }

    /// Whether nothing is known that takes it back.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// With how many objects it can be taken back.
    pub fn count(&self) -> usize {
        self.0.iter().map(|(_, targets)| targets.len()).sum()
    }

    /// Takes it back, and says how that went.
    pub fn carry_out(&self, toasts: Toasts) {
        let back = self.0.clone();
        leptos::task::spawn_local(async move {
            let mut went = Went::default();
            for (action, targets) in back {
                let answer = act_on(targets.clone(), action).await;
                went.note(targets, answer);
            }
            let (level, words) = went.said();
            toasts.say(level, words);
        });
    }
}

/// How it went.
#[derive(Default)]
struct Went {
    all: usize,
    failed: Vec<(ResourceRef, ConsoleError)>,
}

impl Went {
    fn note(&mut self, targets: Vec<Target>, answer: Result<Vec<Outcome>, ConsoleError>) {
        self.all += targets.len();
        match answer {
            Ok(outcomes) => {
                let failed = |outcome: Outcome| Some((outcome.resource, outcome.error?));
                self.failed.extend(outcomes.into_iter().filter_map(failed));
            }
            Err(error) => {
                self.failed.extend(targets.into_iter().map(|target| (target.resource, error.clone())));
            }
        }
    }

    fn said(&self) -> (Level, String) {
        let why = match self.failed.as_slice() {
            [] => return (Level::Healthy, text("undone").to_owned()),
            [(_, error)] if self.all == 1 => return (Level::Failed, error_words(error)),
            failed => failed.iter().take(TOLD).map(|(resource, error)| {
                let words = error_words(error);
                text_with("undone.one", &[("object", resource), ("why", &words)])
            }),
        };
        let why: Vec<String> = why.collect();
        let values: [(&str, &dyn std::fmt::Display); 4] = [
            ("failed", &self.failed.len()),
            ("all", &self.all),
            ("why", &ui::in_turn(&why)),
            ("more", &self.failed.len().saturating_sub(TOLD)),
        ];
        let is_told = self.failed.len() <= TOLD;
        let words =
            if is_told { text_with("undone.not", &values) } else { text_with("undone.not-more", &values) };
        (Level::Failed, words)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use leptos::prelude::Owner;

    fn target(name: &str) -> Target {
        let resource = ResourceRef {
            cluster: "harbour".parse().unwrap(),
            kind: "deployments".parse().unwrap(),
            namespace: Some("shop".parse().unwrap()),
            name: name.parse().unwrap(),
        };
        Target { resource, uid: Some(format!("uid of {name}")) }
    }

    fn outcome(name: &str, undo: Option<Action>) -> Outcome {
        Outcome { undo, ..Outcome::of(target(name).resource) }
    }

    #[test]
    fn each_object_gets_back_what_it_had_and_no_other() {
        let scale = |replicas| Action::Scale { replicas };
        let targets = ["a", "b", "c", "d"].map(target);
        let outcomes = [
            outcome("a", Some(scale(2))),
            outcome("b", Some(scale(7))),
            outcome("c", None),
            outcome("d", Some(scale(2))),
        ];

        let back = Back::of(&targets, &outcomes);

        assert_eq!(back.count(), 3);
        assert_eq!(back.0, [(scale(2), vec![target("a"), target("d")]), (scale(7), vec![target("b")])]);
    }

    #[test]
    fn one_that_failed_hides_nothing_of_the_others() {
        let failed = Outcome { error: Some(ConsoleError::NotSignedIn), ..outcome("a", None) };
        let outcomes = [failed, outcome("b", Some(Action::Resume))];

        let back = Back::of(&["a", "b"].map(target), &outcomes);

        assert_eq!(back.0, [(Action::Resume, vec![target("b")])]);
    }

    #[test]
    fn what_could_not_be_taken_back_is_told() {
        let failed = |name: &str| Outcome {
            error: Some(ConsoleError::not_found(&target(name).resource)),
            ..outcome(name, None)
        };
        let said = |answer: Vec<Outcome>| {
            let mut went = Went::default();
            let targets = answer.iter().map(|outcome| target(outcome.resource.name.as_str())).collect();
            went.note(targets, Ok(answer));
            Owner::new().with(|| went.said())
        };

        assert_eq!(said(vec![outcome("a", None), outcome("b", None)]).0, Level::Healthy);
        let (level, words) = said(vec![outcome("a", None), failed("b"), outcome("c", None)]);
        assert_eq!(level, Level::Failed);
        assert!(words.contains("1 of 3") && words.contains(&target("b").resource.to_string()), "{words}");
        let (_, words) = said(["a", "b", "c", "d", "e"].map(failed).into());
        assert!(words.contains("5 of 5") && words.contains("2 more"), "{words}");
    }

    #[test]
    fn a_refusal_of_all_counts_for_each() {
        let mut went = Went::default();
        went.note(vec![target("a"), target("b")], Err(ConsoleError::NotSignedIn));

        assert_eq!((went.all, went.failed.len()), (2, 2));
    }
}
