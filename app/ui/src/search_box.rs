//! One box for words and filters.

use crate::search_terms::{Term, terms, without};
use crate::words::{text, text_with};
use crate::{Glyph, Icon};
use leptos::html::Input;
use leptos::prelude::*;
use std::time::Duration;

/// Pause in typing after which the search starts: shorter, and each letter is a request.
const PAUSE: Duration = Duration::from_millis(150);

/// A search as a form, with a chip for each `field:value` in it. Without scripts the form is sent by Enter; with
/// scripts `on_search` is called as one types. The key `/` leads here.
#[component]
pub fn SearchBox(
    /// The address the form goes to.
    #[prop(into)]
    action: Signal<String>,
    /// The form field's name.
    #[prop(default = "search")]
    name: &'static str,
    /// The search as it is in the address.
    #[prop(into)]
    value: Signal<String>,
    /// What to search for, in the empty box.
    #[prop(into)]
    placeholder: String,
    /// What else the address holds and the form must keep: names and values.
    #[prop(optional, into)]
    keep: Signal<Vec<(String, String)>>,
    /// The address of another search, for chips.
    #[prop(into)]
    link: Callback<String, String>,
    /// Terms to offer, such as `status:failed`.
    #[prop(optional, into)]
    suggestions: Signal<Vec<String>>,
    /// Called with the search after a pause in typing.
    #[prop(optional, into)]
    on_search: Option<Callback<String>>,
) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    lead_in(input);
    let mut search = debounce(PAUSE, move |typed: String| {
        on_search.iter().for_each(|on_search| on_search.run(typed.clone()));
    });
    follow_address(input, value);
    let submit = move |event: leptos::ev::SubmitEvent| {
        if let (Some(on_search), Some(input)) = (on_search, input.get_untracked()) {
            event.prevent_default();
            on_search.run(input.value());
        }
    };
    let suggestion = |term: String| view! { <option value=term></option> };
    let kept = |(name, value): (String, String)| view! { <input type="hidden" name=name value=value/> };
    view! {
        <form class="search-box" role="search" method="get" action=move || action.get() on:submit=submit>
            {move || keep.get().into_iter().map(kept).collect_view()}
            <Icon glyph=Glyph::Search/>
            <input
                class="search-input"
                type="search"
                name=name
                value=value.get_untracked()
                placeholder=placeholder.clone()
                aria-label=placeholder
                autocomplete="off"
                spellcheck="false"
                list="search-suggestions"
                node_ref=input
                on:input=move |event| {
                    // Half a syllable is not what anybody looks for.
                    if !is_composing(&event) {
                        search(event_target_value(&event));
                    }
                }
                on:compositionend=move |event| {
                    on_search.iter().for_each(|on_search| on_search.run(event_target_value(&event)));
                }
            />
            <datalist id="search-suggestions">
                {move || suggestions.get().into_iter().map(suggestion).collect_view()}
            </datalist>
            <kbd class="needs-scripts" aria-hidden="true">"/"</kbd>
            {move || chips(&value.read(), link)}
        </form>
    }
}

/// The key `/` leads into the box.
fn lead_in(input: NodeRef<Input>) {
    crate::on_key(move |event| {
        let is_ours = event.key() == "/";
        if is_ours && let Some(input) = input.get_untracked() {
            crate::keys::focus(&input);
            input.select();
        }
        is_ours
    });
}

/// The address follows the typing, so what it says is older than what is typed: it is written only into a box that
/// nobody types in.
fn follow_address(input: NodeRef<Input>, value: Signal<String>) {
    Effect::new(move |before: Option<()>| {
        let value = value.get();
        let Some(input) = input.get() else { return };
        if before.is_some() && !has_focus(&input) && input.value() != value {
            input.set_value(&value);
        }
    });
}

fn has_focus(input: &web_sys::HtmlInputElement) -> bool {
    document().active_element().is_some_and(|focused| focused == ***input)
}

/// Whether the text is still being put together, as in writing Chinese by its sounds.
fn is_composing(event: &web_sys::Event) -> bool {
    js_sys::Reflect::get(event, &"isComposing".into()).is_ok_and(|value| value.is_truthy())
}

fn chips(search: &str, link: Callback<String, String>) -> AnyView {
    let chip = |(index, term): (usize, Term)| {
        let href = link.run(without(search, index));
        let title = text_with("search.remove", &[("term", &term.text)]);
        view! {
            <li>
                <a class="chip" href=href aria-label=title.clone() title=title>
                    {term.text}
                    <Icon glyph=Glyph::Cross/>
                </a>
            </li>
        }
    };
    let fields: Vec<_> = terms(search).into_iter().enumerate().filter(|(_, term)| term.is_field).collect();
    if fields.is_empty() {
        return ().into_any();
    }
    view! {
        <ul class="chips" aria-label=text("search.chips")>{fields.into_iter().map(chip).collect_view()}</ul>
    }
    .into_any()
}
