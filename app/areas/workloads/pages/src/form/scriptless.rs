//! Forms in browsers without scripts: every button posts the form to its page, which draws it again from what was typed.
//! What is only for them stands in `<noscript>`, which is not brought to life.

use super::editing::Editing;
use super::sending::{document, kubectl};
use crate::words::text;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_location;
use model::{ConsoleError, DocumentPreview, SentForm, link};
use resources_contract::{ApplyByForm, Base};
use ui::{Button, ButtonKind};
use workloads_contract::posted::{BACK, BASE, DRAFT, PRESS, STEP, key_name, value_name};
use workloads_contract::{Form, PostedForm, Press};

/// The form as it was posted, if the page is shown because of that: on its way to be sent, or refused.
pub fn posted(form: &Form, is_new: bool) -> Option<PostedForm> {
    use_context::<PostedForm>().or_else(|| {
        let sent = use_context::<SentForm>().filter(|sent| sent.command() == ApplyByForm::PATH)?;
        PostedForm::refused(form, &sent, is_new)
    })
}

/// Why the change was refused that the page is shown because of.
pub fn refusal() -> Option<ConsoleError> {
    ui::refusal(ApplyByForm::PATH)
}

/// A button, in the form.
pub fn press(press: &Press, words: String) -> AnyView {
    let value = press.to_string();
    view! { <noscript><button class="button" type="submit" name=PRESS value=value>{words}</button></noscript> }
        .into_any()
}

/// An empty row below those of keys and values, and a button that brings another.
pub fn other_row(place: &str, index: usize, is_long: bool) -> AnyView {
    let (key, value) = (key_name(place, index), value_name(place, index));
    let value_input = if is_long {
        view! {
            <textarea class="input" data-code="" rows="4" spellcheck="false" aria-label=text("value") name=value></textarea>
        }
        .into_any()
    } else {
        view! { <input class="input" data-code="" spellcheck="false" aria-label=text("value") name=value/> }
            .into_any()
    };
    view! {
        <noscript>
            <div class="form-pair" data-long=is_long.then_some("")>
                <input class="input" data-code="" spellcheck="false" aria-label=text("key") name=key/>
                {value_input}
            </div>
            <p class="field-hint">{text("scriptless.rows")}</p>
            <button class="button" type="submit" name=PRESS value=Press::Stay.to_string()>{text("add")}</button>
        </noscript>
    }
    .into_any()
}

/// Says that a control needs scripts, and where the same is written without them.
pub fn by_hand_only() -> AnyView {
    view! { <noscript><p class="hint">{text("scriptless.by-hand")}</p></noscript> }.into_any()
}

/// The form around what is filled in. With scripts nothing in it is posted.
pub fn around(editing: Editing, step: usize, content: AnyView) -> AnyView {
    let page = page();
    let anew = page.clone();
    view! {
        <form class="form-posted" method="post" action=page on:submit=move |event| event.prevent_default()>
            <noscript>
                // What Enter presses is the first button of a form.
                <button class="visually-hidden" type="submit" name=PRESS value=Press::Stay.to_string() tabindex="-1">
                    {text("scriptless.keep")}
                </button>
                <input type="hidden" name=STEP value=step.to_string()/>
                {carried(editing)}
            </noscript>
            {content}
            <noscript>
                <div class="form-foot">
                    <button class="button" data-kind="primary" type="submit" name=PRESS value=Press::Preview.to_string()>
                        {text("send.preview")}
                    </button>
                    <button class="button" type="submit" name=PRESS value=Press::Stay.to_string()>{text("scriptless.keep")}</button>
                    <a class="button" data-kind="quiet" href=anew>{text("send.start-over")}</a>
                </div>
            </noscript>
        </form>
    }
    .into_any()
}

/// What would become of the objects, the button that sends them as they were tried out, and the way back to the form.
pub fn confirm(editing: Editing, step: usize, yaml: String, documents: Vec<DocumentPreview>) -> AnyView {
    let page = page();
    let next = documents.first().map_or_else(|| page.clone(), |first| link::object(&first.resource));
    let words = if editing.is_new() { text("send.create") } else { text("send.save") };
    let documents = documents.into_iter().map(document).collect_view();
    view! {
        <form method="post" action=ApplyByForm::url()>
            <input type="hidden" name="fields[cluster]" value=editing.cluster().to_string()/>
            <input type="hidden" name="fields[text]" value=yaml.clone()/>
            <input type="hidden" name="fields[next]" value=next/>
            <input type="hidden" name=BACK value=step.to_string()/>
            {carried(editing)}
            <div class="form-previews">{documents}</div>
            <div class="form-foot">
                <Button kind=ButtonKind::Primary form_type="submit">{words}</Button>
                <button class="button" type="submit" formaction=page>{text("scriptless.back")}</button>
            </div>
        </form>
        {kubectl(Signal::stored(yaml))}
    }
    .into_any()
}

/// What goes back and forth with the form: the objects, and what is edited.
fn carried(editing: Editing) -> AnyView {
    let draft = editing.draft.with_untracked(serde_json::to_string);
    let draft = draft.expect("a draft is JSON values only, which always become JSON");
    let base = editing.base().as_ref().map(Base::to_field);
    view! {
        <input type="hidden" name=DRAFT value=draft/>
        {base.map(|base| view! { <input type="hidden" name=BASE value=base/> })}
    }
    .into_any()
}

/// The address of the page, without what it began with: that is in the form by now.
fn page() -> String {
    use_location().pathname.get_untracked()
}
