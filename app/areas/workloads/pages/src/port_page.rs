//! What the small pages around a port say that is open in a browser. They stand by themselves, most of them under the port's
//! own address, so the server writes them; their words are here, with all others.

use crate::words::{text, text_with};
use model::{ConsoleError, FieldProblem};
use ui::{cause_words, missing_right_words, not_found_words, problem_words, system_words};

/// The words of such a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortPage {
    /// What it is about.
    pub title: String,
    /// What there is to know.
    pub words: String,
    /// Where its one link leads.
    pub link: String,
}

/// Why there is nothing of a port to be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortClosed {
    /// It was not opened in this browser, or its way here took too long.
    Stranger,
    /// It was ended, or whoever opened it has signed out.
    Ended,
    /// Something else is wrong.
    Failed(ConsoleError),
}

/// The page that leads on to a port.
pub fn port_opening(port: &str, of: &str) -> PortPage {
    PortPage {
        title: text_with("port-page.opening", &[("port", &port), ("of", &of)]),
        words: text("port-page.opening.text").to_owned(),
        link: text("port-page.opening.go").to_owned(),
    }
}

/// The page in the place of a port's own.
pub fn port_closed(why: &PortClosed) -> PortPage {
    let (title, words) = match why {
        PortClosed::Stranger => (text("port-page.closed"), text("port-page.stranger").to_owned()),
        PortClosed::Ended => (text("port-page.closed"), text("port-page.ended").to_owned()),
        PortClosed::Failed(error) => failed(error),
    };
    PortPage { title: title.to_owned(), words, link: text("port-page.home").to_owned() }
}

fn failed(error: &ConsoleError) -> (&'static str, String) {
    let (closed, nothing) = (text("port-page.closed"), text("port-page.nothing"));
    match error {
        ConsoleError::NotSignedIn => (closed, text("port-page.sign-in").to_owned()),
        ConsoleError::Forbidden { need, .. } => (closed, missing_right_words(need)),
        ConsoleError::NotFound { what, thing } => (nothing, not_found_words(what, thing.as_ref())),
        ConsoleError::Invalid { problems } | ConsoleError::Conflict { problems } => (nothing, why(problems)),
        ConsoleError::Unavailable { system, cause, .. } => {
            let (system, why) = (system_words(system), cause_words(cause));
            (nothing, text_with("port-page.silent", &[("system", &system), ("why", &why)]))
        }
        ConsoleError::Transport(cause) => (nothing, text_with("port-page.refused", &[("why", cause)])),
        ConsoleError::Internal { reference } => {
            (nothing, text_with("port-page.internal", &[("reference", reference)]))
        }
    }
}

fn why(problems: &[FieldProblem]) -> String {
    let messages: Vec<String> = problems.iter().map(problem_words).collect();
    text_with("port-page.refused", &[("why", &ui::in_turn(&messages))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::prelude::{Owner, provide_context};
    use model::{GrantedBy, Language, Need, Preferences, System};

    fn in_chinese<T>(body: impl FnOnce() -> T) -> T {
        Owner::new().with(|| {
            provide_context(Preferences { language: Language::Chinese, ..Preferences::default() });
            body()
        })
    }

    #[test]
    fn a_page_says_in_the_language_of_its_reader_what_it_is_about() {
        let english = port_opening("80", "storefront");
        assert_eq!(english.title, "Opening port 80 of storefront");

        let chinese = in_chinese(|| port_opening("80", "storefront"));
        assert!(chinese.title.contains("storefront") && chinese.title.contains("80"), "{chinese:?}");
        let (here, there) = (chinese, english);
        assert!(here.title != there.title && here.words != there.words && here.link != there.link);
    }

    #[test]
    fn what_is_closed_is_told_from_what_gives_no_answer() {
        let need = Need {
            verb: "create".into(),
            resource: "pods/portforward".into(),
            cluster: Some("harbour".into()),
            namespace: Some("shop".into()),
            granted_by: GrantedBy::Project("shop".into()),
        };
        let lost = PortClosed::Failed(ConsoleError::Forbidden { need, said: None });
        let silent = PortClosed::Failed(ConsoleError::Unavailable {
            system: System::Cluster("harbour".into()),
            cause: "port 9 of storefront-0: connection refused".into(),
            may_be_done: true,
        });

        for why in [PortClosed::Stranger, PortClosed::Ended, lost] {
            assert_eq!(port_closed(&why).title, "This port is not open", "{why:?}");
        }
        let page = port_closed(&silent);
        assert_eq!(page.title, "Nothing of this port can be shown");
        assert!(page.words.contains("connection refused"), "{page:?}");
        let chinese = in_chinese(|| port_closed(&silent));
        assert!(chinese.title != page.title && chinese.words.contains("connection refused"), "{chinese:?}");
    }
}
