//! What went wrong, in a line, where [`crate::Problem`] has no room: beside one of several objects, or in a message.

use crate::cause::cause_words;
use crate::fault::problem_words;
use crate::listed::in_turn;
use crate::missing::missing_right_words;
use crate::problem::system_words;
use crate::things::not_found_words;
use crate::words::{text, text_with};
use model::{ConsoleError, FieldProblem};

/// What went wrong, as sentences in the reader's language. What others than the console say is quoted as they say it.
pub fn error_words(error: &ConsoleError) -> String {
    match error {
        ConsoleError::NotSignedIn => text("error.sign-in").to_owned(),
        ConsoleError::Forbidden { need, said } => {
            let words = missing_right_words(need);
            match said {
                Some(said) => text_with("error.said", &[("words", &words), ("said", said)]),
                None => words,
            }
        }
        ConsoleError::NotFound { what, thing } => not_found_words(what, thing.as_ref()),
        ConsoleError::Invalid { problems } | ConsoleError::Conflict { problems } => {
            in_turn(&problems.iter().map(with_place).collect::<Vec<_>>())
        }
        ConsoleError::Unavailable { system, cause, may_be_done } => {
            let (system, cause) = (system_words(system), cause_words(cause));
            if *may_be_done {
                text_with("error.unavailable.done", &[("system", &system), ("cause", &cause)])
            } else {
                text_with("error.unavailable", &[("system", &system), ("cause", &cause)])
            }
        }
        ConsoleError::Transport(cause) => text_with("error.transport", &[("cause", cause)]),
        ConsoleError::Internal { reference } => text_with("error.internal", &[("reference", reference)]),
    }
}

/// A problem, after its field where that is a path in an object or another object: fields of forms have names that nobody
/// reads, and no form stands beside a line.
fn with_place(problem: &FieldProblem) -> String {
    let words = problem_words(problem);
    if problem.field.contains(['.', '[', '/']) {
        text_with("error.at", &[("field", &problem.field), ("words", &words)])
    } else {
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::prelude::{Owner, provide_context};
    use model::fault::ActFault;
    use model::{Fault, Language, Outage, Preferences, System};

    fn in_chinese(error: &ConsoleError) -> String {
        Owner::new().with(|| {
            provide_context(Preferences { language: Language::Chinese, ..Preferences::default() });
            error_words(error)
        })
    }

    #[test]
    fn a_field_is_named_where_it_says_where() {
        let problem = |field| ConsoleError::invalid(field, "must be at most 7");

        assert_eq!(error_words(&problem("spec.replicas")), "spec.replicas: must be at most 7");
        assert_eq!(error_words(&problem("pods/shop/web-0")), "pods/shop/web-0: must be at most 7");
        assert_eq!(error_words(&problem("replicas")), "must be at most 7");
        assert_eq!(error_words(&problem("")), "must be at most 7");
    }

    #[test]
    fn a_line_is_in_the_readers_language_and_quotes_what_others_say() {
        let paused = ConsoleError::refused("", ActFault::RolloutPaused);
        let one_of_them = ConsoleError::refused("pods/shop/web-0", Fault::Came(Box::new(paused.clone())));
        let gone = ConsoleError::Unavailable {
            system: System::Cluster("harbour".into()),
            cause: "connection reset by peer".into(),
            may_be_done: true,
        };
        let late = ConsoleError::Unavailable {
            system: System::Cluster("harbour".into()),
            cause: Outage::Late(5).into(),
            may_be_done: false,
        };

        assert_eq!(in_chinese(&paused), "发布暂停期间不会重启：请先继续发布");
        assert_eq!(in_chinese(&one_of_them), "pods/shop/web-0：发布暂停期间不会重启：请先继续发布");
        assert_eq!(in_chinese(&late), "集群 harbour 未能正常响应：5 秒内没有响应");
        assert!(in_chinese(&gone).contains("connection reset by peer"), "{}", in_chinese(&gone));
        assert!(in_chinese(&gone).contains("更改可能已经生效"), "{}", in_chinese(&gone));
        assert!(error_words(&gone).contains("look before you repeat it"), "{}", error_words(&gone));
    }
}
