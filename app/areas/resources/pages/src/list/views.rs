//! Ways of looking at a list that somebody has given a name. Kept in the browser, for the person: whoever signs in
//! elsewhere has none of them there.

use super::Address;
use crate::address::ListAddress;
use crate::surroundings::Surroundings;
use crate::words::{text, text_with};
use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use model::link;
use serde_json::{Value, json};
use ui::{Button, Glyph, IconButton, Keep, Menu};

/// A name and the question of the list's address, so that it holds in every cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
struct View {
    name: String,
    question: String,
}

impl View {
    /// What is looked at now: not which page, and not what is open beside it.
    fn of(name: &str, address: &ListAddress) -> Self {
        let href = address.with(|other| {
            other.query.page = 0;
            other.peek = None;
        });
        let question = href.split_once('?').map_or("", |(_, question)| question).to_owned();
        Self { name: name.trim().to_owned(), question }
    }

    fn href(&self, address: &ListAddress) -> String {
        let list = link::list(&address.query.cluster, &address.query.kind);
        if self.question.is_empty() { list } else { format!("{list}?{}", self.question) }
    }
}

/// Reads what was kept; what cannot be read is as if it were not there.
fn parse(kept: &str) -> Vec<View> {
    let all: Vec<Value> = serde_json::from_str(kept).unwrap_or_default();
    let view = |view: &Value| {
        let member = |name: &str| view[name].as_str().map(str::to_owned);
        Some(View { name: member("name")?, question: member("question")? })
    };
    all.iter().filter_map(view).collect()
}

fn to_json(views: &[View]) -> String {
    let view = |view: &View| json!({ "name": view.name, "question": view.question });
    Value::from_iter(views.iter().map(view)).to_string()
}

/// Saves a view; another one of that name is replaced.
fn put(views: &mut Vec<View>, view: View) {
    views.retain(|other| other.name != view.name);
    views.push(view);
    views.sort_by(|one, other| one.name.cmp(&other.name));
}

/// The saved views of the list's kind, and the form that saves the present one.
pub(super) fn views(address: Address, surroundings: Surroundings) -> AnyView {
    let kept_as = Memo::new(move |_| {
        format!("orrery-views {} {}", surroundings.person.read(), address.read().query.kind)
    });
    let views = RwSignal::new(Vec::new());
    Effect::new(move |_| views.set(parse(&Keep::Browser.read(&kept_as.read()).unwrap_or_default())));
    let keep = move |change: &dyn Fn(&mut Vec<View>)| {
        views.update(|views| change(views));
        Keep::Browser.write(&kept_as.read_untracked(), &to_json(&views.read_untracked()));
    };
    let name = NodeRef::<Input>::new();
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(input) = name.get_untracked() else { return };
        let view = View::of(&input.value(), &address.read_untracked());
        if !view.name.is_empty() {
            keep(&|views| put(views, view.clone()));
            input.set_value("");
        }
    };
    let line = move |view: View| {
        let gone = view.name.clone();
        let forget = move |()| {
            keep(&|views| views.retain(|view| view.name != gone));
            request_animation_frame(|| ui::rescue_focus(".view-form input"));
        };
        let title = text_with("views.forget", &[("name", &view.name)]);
        let is_current = {
            let question = view.question.clone();
            move || (View::of("", &address.read()).question == question).then_some("true")
        };
        let href = {
            let view = view.clone();
            move || view.href(&address.read())
        };
        view! {
            <li class="view">
                <a class="menu-item" href=href aria-current=is_current>{view.name}</a>
                <IconButton glyph=Glyph::Cross title on_press=forget/>
            </li>
        }
    };
    let all = move || views.get().into_iter().map(line).collect_view();
    let nothing = move || views.read().is_empty().then(|| view! { <p class="hint">{text("views.none")}</p> });
    view! {
        <div class="views needs-scripts">
            <Menu title=text("views") glyph=Glyph::Table>
                {nothing}
                <ul class="view-list">{all}</ul>
                <form class="view-form" on:submit=save>
                    <input
                        class="input"
                        type="text"
                        autocomplete="off"
                        maxlength="60"
                        aria-label=text("views.name")
                        placeholder=text("views.name")
                        node_ref=name
                    />
                    <Button form_type="submit">{text("views.save")}</Button>
                </form>
                <p class="hint">{text("views.where")}</p>
            </Menu>
        </div>
    }
    .into_any()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use leptos_router::params::ParamsMap;
    use model::{ClusterName, KindSlug};

    fn address(cluster: &str, pairs: &[(&'static str, &str)]) -> ListAddress {
        let mut question = ParamsMap::new();
        for (name, value) in pairs {
            question.insert(*name, (*value).to_owned());
        }
        ListAddress::parse(
            &ClusterName::parse(cluster).unwrap(),
            &KindSlug::parse("pods").unwrap(),
            &question,
        )
    }

    #[test]
    fn a_view_is_how_a_list_is_looked_at_in_any_cluster() {
        let pairs =
            [("search", "status:failed"), ("sort", "-restarts"), ("page", "3"), ("peek", "shop/web-0")];

        let view = View::of(" Trouble ", &address("harbour", &pairs));

        assert_eq!(view.name, "Trouble");
        let href = "/clusters/meadow/pods?search=status%3Afailed&sort=-restarts";
        assert_eq!(view.href(&address("meadow", &[])), href);
    }

    #[test]
    fn views_survive_being_kept_and_a_name_is_given_once() {
        let view = |name: &str, question: &str| View { name: name.into(), question: question.into() };
        let mut views = vec![view("b", "search=1")];
        put(&mut views, view("a \"x\"", ""));
        put(&mut views, view("b", "search=2"));

        assert_eq!(views, [view("a \"x\"", ""), view("b", "search=2")]);
        assert_eq!(parse(&to_json(&views)), views);
        assert_eq!(parse("{nonsense"), []);
    }
}
