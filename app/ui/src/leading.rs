//! Where an answer leads: on, while its reader is still where they asked, and nowhere once they have gone to another page.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::location::Location;
use std::sync::Arc;

type Navigate = dyn Fn(&str, NavigateOptions) + Send + Sync;

/// Leads readers to the pages that answers name.
#[derive(Clone)]
pub struct Leading {
    navigate: Arc<Navigate>,
    location: Location,
}

/// To be asked for while a page is drawn.
pub fn use_leading() -> Leading {
    Leading { navigate: Arc::new(use_navigate()), location: use_location() }
}

impl Leading {
    /// The page that is shown at this moment. To be asked for before something is sent from it.
    pub fn here(&self) -> Here {
        Here { page: self.page(), leading: self.clone() }
    }

    fn page(&self) -> String {
        address(&self.location.pathname.get_untracked(), &self.location.search.get_untracked())
    }
}

/// The page from which something was sent.
pub struct Here {
    page: String,
    leading: Leading,
}

impl Here {
    /// Leads to the next page, unless the reader has left this one. Whether the form is still drawn says nothing of that: a page
    /// that is followed may be drawn anew by what the form did before its answer comes.
    pub fn lead_to(&self, next: &str) {
        if leads(&self.page, &self.leading.page(), next) {
            (self.leading.navigate)(next, NavigateOptions::default());
        }
    }
}

/// Whether an answer leads on from the page on which its reader asked, and not only to that page itself.
fn leads(asked_at: &str, now_at: &str, next: &str) -> bool {
    asked_at == now_at && asked_at != next
}

/// An address of its parts as the router knows them: without a question mark before the question.
fn address(path: &str, question: &str) -> String {
    if question.is_empty() { path.to_owned() } else { format!("{path}?{question}") }
}

#[cfg(test)]
mod tests {
    use super::{address, leads};

    #[test]
    fn a_late_answer_leads_nobody_who_has_moved_on() {
        let (form, next) = ("/clusters/harbour/new/deployments", "/clusters/harbour/deployments/shop/web");

        assert!(leads(form, form, next));
        assert!(!leads(form, "/workspaces", next));
        assert!(!leads("/list?do=restart", "/list", "/list"), "the question was closed meanwhile");
    }

    #[test]
    fn a_form_that_leads_to_its_own_page_is_known_to_lead_nowhere_else() {
        let next = model::link::escape("shop");
        let next = format!("/clusters/harbour/recordings?namespace={next}");
        let page = address("/clusters/harbour/recordings", "namespace=shop");

        assert_eq!(page, next);
        assert!(!leads(&page, &page, &next));
        assert_eq!(address("/workspaces", ""), "/workspaces");
    }
}
