//! Forms that were refused and are shown again, with what was typed into them.

use leptos::prelude::*;
use leptos::tachys::reactive_graph::OwnedView;
use leptos_router::hooks::use_query_map;
use model::sent::{COMMAND, ERROR};
use model::{ConsoleError, SentForm};
use server_fn::error::ServerFnUrlError;

/// Why the form of a command was refused without scripts, when its page is shown because of that.
pub fn refusal(command: &str) -> Option<ConsoleError> {
    let query = use_query_map();
    let query = query.read_untracked();
    let error = query.get(ERROR).filter(|_| query.get(COMMAND).as_deref() == Some(command));
    error.map(|error| ServerFnUrlError::<ConsoleError>::decode_err(&error))
}

/// The fields of a command's form. When the page is shown because that form was refused, they hold what was typed, but for
/// secrets, which say that they are asked for again. `hidden` are fields by which the form is told from others of its
/// command on the page.
pub fn form_fields(command: &str, hidden: &[(&str, String)], fields: impl FnOnce() -> AnyView) -> AnyView {
    Returned::of(command, hidden).around(fields)
}

/// What was sent in a field of a form that was refused, if this is that form. For fields that are not shown, and known on
/// the server only.
pub fn sent_value(command: &str, hidden: &[(&str, String)], name: &str) -> Option<String> {
    Returned::of(command, hidden).value(name)
}

/// What a form knows of having been refused.
#[derive(Clone, Debug, Default)]
pub(crate) struct Returned {
    is_refused: bool,
    sent: Option<SentForm>,
}

impl Returned {
    pub(crate) fn of(command: &str, hidden: &[(&str, String)]) -> Self {
        let is_refused = use_query_map().read_untracked().get(COMMAND).as_deref() == Some(command);
        let sent = use_context::<SentForm>().filter(|sent| is_refused && sent.is_of(command, hidden));
        Self { is_refused, sent }
    }

    /// What was sent in a field.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        self.sent.as_ref()?.value(name).map(str::to_owned)
    }

    /// The fields, which find what they are to hold. It is told to them alone: other forms of the page have fields of the
    /// same names.
    pub(crate) fn around(self, fields: impl FnOnce() -> AnyView) -> AnyView {
        if !self.is_refused {
            return fields();
        }
        let owner = Owner::new();
        let fields = owner.with(|| {
            provide_context(self);
            fields()
        });
        OwnedView::new_with_owner(fields, owner).into_any()
    }
}

/// Whether the field that is being drawn is in a form that was refused. The same on the server and in the browser.
pub(crate) fn is_refused() -> bool {
    use_context::<Returned>().is_some_and(|returned| returned.is_refused)
}

/// What was typed into a field that is being drawn, if it is in a form that was refused.
pub(crate) fn typed(name: &str) -> Option<String> {
    use_context::<Returned>()?.value(name)
}

/// Whether a box was ticked, if it is in a form that was refused.
pub(crate) fn ticked(name: &str, value: &str) -> Option<bool> {
    Some(use_context::<Returned>()?.sent?.holds(name, value))
}

/// The text that stands in a text area when the page comes to life, if it is another one than `value`. An area that was
/// made by scripts begins with the line break that is written for readers of HTML.
pub(crate) fn other_text(area: &web_sys::HtmlTextAreaElement, value: &str) -> Option<String> {
    let found = area.default_value().ok()?;
    let is_value = found == value || found.strip_prefix('\n') == Some(value);
    (!is_value).then_some(found)
}
