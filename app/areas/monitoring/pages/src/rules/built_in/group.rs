//! A group of ready-made rules, and each of them.

use super::address::past_href;
use super::find::finds;
use crate::address::with_pairs;
use crate::words::{text, text_of, text_with};
use leptos::html::Details;
use leptos::prelude::*;
use model::{ClusterName, Level, Status, link};
use monitoring_contract::{BuiltInGroupView, BuiltInKept, BuiltInRuleView, BuiltInStanding};
use ui::{Card, Checkbox, StatusMark, plain_table};

/// What the address of the page says of all groups.
pub struct Looked {
    /// What is searched for.
    pub search: Memo<String>,
    /// The key of the rule whose past is told.
    pub past: Option<String>,
}

/// The place of a group's rules on the page. It is inside what folds, so that who is led there finds it unfolded.
pub fn anchor(word: &str) -> String {
    format!("group-{word}")
}

/// How many rules of a group are installed.
pub fn installed(rules: &[BuiltInRuleView]) -> usize {
    rules.iter().filter(|rule| !matches!(rule.kept, BuiltInKept::Absent | BuiltInKept::Off)).count()
}

/// A group with what is chosen of it.
pub fn group(view: BuiltInGroupView, cluster: &ClusterName, is_chosen: bool, looked: &Looked) -> AnyView {
    let BuiltInGroupView { word, standing, object, rules, own } = view;
    let title = text_of("built-in.group", &word);
    let level = match standing {
        BuiltInStanding::Absent => Level::Inactive,
        BuiltInStanding::Current => Level::Healthy,
        BuiltInStanding::Older | BuiltInStanding::Changed => Level::Warning,
    };
    let status = Status::new(level, text_of("built-in.standing", standing.word()));
    let explained = match standing {
        BuiltInStanding::Older => Some(text("built-in.standing.older.text")),
        BuiltInStanding::Changed => Some(text("built-in.standing.changed.text")),
        BuiltInStanding::Absent | BuiltInStanding::Current => None,
    };
    let explained = explained.map(|words| view! { <p class="card-note">{words}</p> });
    let kept_in = object.map(|object| {
        let (href, name) = (link::object(&object), object.to_string());
        view! { <p class="card-note">{text("built-in.kept-in")}" "<a href=href>{name}</a></p> }
    });
    let added = (!own.is_empty()).then(|| {
        let words = text_with("built-in.own", &[("alerts", &ui::listed(&own))]);
        view! { <p class="card-note">{words}</p> }
    });
    let is_installed = standing != BuiltInStanding::Absent;
    let rules = folded(rules, (word.as_str(), title.as_str()), cluster, is_installed, looked);
    let label = text_with("built-in.choose", &[("group", &title)]);
    let hint = text_of("built-in.group.text", &word);
    view! {
        <div class="rule-list">
            <Card title flush=true actions=move || view! { <StatusMark status/> }>
                <div class="card-note">
                    <Checkbox
                        name="fields[groups][]"
                        value=word
                        label=label
                        hint=hint
                        checked=Signal::stored(is_chosen)
                    />
                </div>
                {explained}
                {kept_in}
                {added}
                {rules}
            </Card>
        </div>
    }
    .into_any()
}

/// The rules of a group behind how many there are. They are unfolded where a search finds some, or the past of one is told.
fn folded(
    rules: Vec<BuiltInRuleView>,
    (word, title): (&str, &str),
    cluster: &ClusterName,
    is_installed: bool,
    looked: &Looked,
) -> AnyView {
    let search = looked.search;
    let counts = counts(&rules);
    let is_told = rules.iter().any(|rule| looked.past.as_deref() == Some(rule.key.as_str()));
    let (searched, of) = (rules.clone(), title.to_owned());
    let found = Memo::new(move |_| {
        let search = search.read();
        searched.iter().map(|rule| finds(&search, rule, &of)).collect::<Vec<bool>>()
    });
    let is_wanted = Memo::new(move |_| !search.read().is_empty() && found.read().contains(&true));
    let begins_open = is_told || is_wanted.get_untracked();
    let details = NodeRef::<Details>::new();
    // Once something else is searched for; until then it stays as people put it.
    Effect::new(move |before: Option<bool>| {
        let is_wanted = is_wanted.get();
        if before.is_some_and(|before| before != is_wanted) {
            details.get_untracked().into_iter().for_each(|details| details.set_open(is_wanted));
        }
        is_wanted
    });
    let told = move || {
        let count = found.read().iter().filter(|is_found| **is_found).count();
        (!search.read().is_empty())
            .then(|| format!(" · {}", text_with("built-in.found", &[("count", &count)])))
    };
    let headings =
        [text("rule"), text("rule.holds"), text("built-in.here"), text("rule.query"), text("rule.past")];
    let rows = rules.into_iter().enumerate().map(|(index, rule)| {
        let is_found = Signal::derive(move || found.read().get(index).copied().unwrap_or(true));
        row(rule, cluster, is_installed, is_found)
    });
    let table = plain_table(title, &headings, rows.collect_view().into_any());
    let of = format!("{title}{}", ui::about_words(""));
    view! {
        <details class="built-in-rules" open=begins_open node_ref=details>
            <summary><span class="visually-hidden">{of}</span>{counts}{told}</summary>
            <div id=anchor(word)>{table}</div>
        </details>
    }
    .into_any()
}

/// How many rules there are, and how many of them are how; what is true of none is not said.
fn counts(rules: &[BuiltInRuleView]) -> String {
    let count = |is_so: fn(&BuiltInRuleView) -> bool| rules.iter().filter(|rule| is_so(rule)).count();
    let all = text_with("built-in.count", &[("count", &rules.len())]);
    let (here, different) = (installed(rules), count(|rule| rule.kept == BuiltInKept::Otherwise));
    let (unmeasured, elsewhere) =
        (count(|rule| rule.query.is_none()), count(|rule| !rule.elsewhere.is_empty()));
    let here = Some(text_with("built-in.count.installed", &[("count", &here)]));
    let different = (different > 0).then(|| text_with("built-in.count.different", &[("count", &different)]));
    let unmeasured =
        (unmeasured > 0).then(|| text_with("built-in.count.unmeasured", &[("count", &unmeasured)]));
    let elsewhere = (elsewhere > 0).then(|| text_with("built-in.count.elsewhere", &[("count", &elsewhere)]));
    let parts = [Some(all), here, different, unmeasured, elsewhere];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn row(rule: BuiltInRuleView, cluster: &ClusterName, is_installed: bool, is_found: Signal<bool>) -> AnyView {
    let BuiltInRuleView { key, alert, severity, hold, query, lacking, kept, elsewhere, .. } = rule;
    let explained = text_of("built-in.rule", &alert);
    let about = text_of("rule.severity", &severity);
    let twice = (!elsewhere.is_empty()).then(|| {
        let words = text_with("built-in.elsewhere", &[("objects", &ui::listed(&elsewhere))]);
        view! { <p class="alert-words">{words}</p> }
    });
    let here = match kept {
        BuiltInKept::Absent if !is_installed => "–".to_owned(),
        BuiltInKept::Absent => text("built-in.kept.absent").to_owned(),
        BuiltInKept::Same => text("built-in.kept.same").to_owned(),
        BuiltInKept::Otherwise => text("built-in.kept.otherwise").to_owned(),
        BuiltInKept::Off => text("built-in.kept.off").to_owned(),
    };
    let past = query.is_some().then(|| {
        let spoken = text_with("built-in.past.of", &[("rule", &alert)]);
        view! { <a href=past_href(cluster, &key) aria-label=spoken>{text("rule.past.show")}</a> }
    });
    let asked = match query {
        Some(query) => {
            let explore = with_pairs(&link::explore(cluster), &[("query".to_owned(), query.clone())]);
            view! { <a class="rule-query" href=explore><code>{query}</code></a> }.into_any()
        }
        None => {
            let words = text_with("built-in.lacking", &[("metrics", &ui::listed(&lacking))]);
            view! { <span class="about">{words}</span> }.into_any()
        }
    };
    view! {
        <tr hidden=move || !is_found.get()>
            <th scope="row">
                <div>{alert}<span class="about">{about}</span><p class="alert-words">{explained}</p>{twice}</div>
            </th>
            <td data-heading=text("rule.holds")>{hold}</td>
            <td data-heading=text("built-in.here")>{here}</td>
            <td data-heading=text("rule.query")>{asked}</td>
            <td>{past}</td>
        </tr>
    }
    .into_any()
}
