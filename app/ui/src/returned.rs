//! What a form that was refused comes back with, where the browser sent it by itself.

use leptos::prelude::*;
use leptos::tachys::reactive_graph::OwnedView;
use leptos_router::hooks::use_location;
use model::{ConsoleError, Refused};
use std::sync::Arc;

/// The refused form of this page, until it was sent again or another page is looked at.
#[derive(Clone, Copy)]
struct Waiting(StoredValue<Option<(Refused, Option<String>)>>);

/// Makes the form that the server refused, if it did, known to the page: on the server and in the browser.
pub fn provide_refused() {
    let refused = SharedValue::new(use_context::<Refused>).into_inner();
    if let Some(refused) = refused {
        provide_context(Waiting(StoredValue::new(Some((refused, None)))));
    }
}

/// What has come back of one form; nothing, unless it was refused.
#[derive(Clone, Default)]
pub struct Returned(Option<Arc<Refused>>);

impl Returned {
    /// What has come back of the form that calls this function and has these fields hidden in it.
    pub fn of(function: &str, hidden: &[(&str, String)]) -> Self {
        let Some(Waiting(waiting)) = use_context() else { return Self::default() };
        let location = use_location();
        let here = format!("{}?{}", location.pathname.get_untracked(), location.search.get_untracked());
        let returned = waiting.try_update_value(|waiting| {
            let (refused, page) = waiting.as_mut()?;
            let page = page.get_or_insert_with(|| here.clone());
            (*page == here && refused.is_of(function, hidden)).then(|| Arc::new(refused.clone()))
        });
        Self(returned.flatten())
    }

    /// Why it was refused.
    pub fn error(&self) -> Option<ConsoleError> {
        self.0.as_ref().map(|refused| refused.error.clone())
    }

    /// What stands hidden in the form under a name, in place of what the page says.
    pub fn hidden(&self, name: &str) -> Option<String> {
        self.0.as_ref()?.hidden(name).map(str::to_owned)
    }

    /// What was typed into a field.
    pub fn typed(&self, name: &str) -> Option<String> {
        self.0.as_ref()?.typed(name).map(str::to_owned)
    }

    /// Draws the fields of the form, filled with what was typed.
    pub fn around(self, fields: impl FnOnce() -> AnyView) -> AnyView {
        let owner = Owner::new();
        let fields = owner.with(|| {
            provide_context(self);
            fields()
        });
        OwnedView::new_with_owner(fields, owner).into_any()
    }

    /// Whether a box was checked; `None` when nothing has come back.
    pub(crate) fn is_checked(&self, name: &str, value: &str) -> Option<bool> {
        self.0.as_ref().map(|refused| refused.has(name, value))
    }

    /// Whether a field had a secret in it, which did not come back.
    pub(crate) fn asks_again(&self, name: &str) -> bool {
        self.0.as_ref().is_some_and(|refused| refused.asks_again(name))
    }
}

/// Lets go of what has come back, once the form was taken: handlers have no context, so it is asked for where the form is drawn.
#[derive(Clone, Copy)]
pub struct Forget(Option<Waiting>);

impl Forget {
    /// For the form that is being drawn.
    pub fn here() -> Self {
        Self(use_context())
    }

    /// Forgets what was typed.
    pub fn forget(self) {
        if let Some(Waiting(waiting)) = self.0 {
            let _ = waiting.try_set_value(None);
        }
    }
}

/// What a field shows: what was typed, until the page says something else. The page hears of it where it listens.
pub(crate) fn shown<T>(value: Signal<T>, typed: Option<T>, listener: Option<Callback<T>>) -> Signal<T>
where
    T: Clone + Send + Sync + 'static,
{
    let Some(typed) = typed else { return value };
    let shown = RwSignal::new(typed.clone());
    Effect::new(move |before: Option<()>| {
        let now = value.get();
        match (before, listener) {
            (Some(()), _) => shown.set(now),
            (None, Some(listener)) => listener.run(typed.clone()),
            (None, None) => {}
        }
    });
    shown.into()
}
