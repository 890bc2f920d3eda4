//! A group of ready-made rules, and each of them.

use super::address::past_href;
use crate::address::with_pairs;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use model::{ClusterName, Level, Status, link};
use monitoring_contract::{BuiltInGroupView, BuiltInKept, BuiltInRuleView, BuiltInStanding};
use ui::{Card, Checkbox, StatusMark, plain_table};

/// A group with what is chosen of it.
pub fn group(view: BuiltInGroupView, cluster: &ClusterName, is_chosen: bool) -> AnyView {
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
        let words = text_with("built-in.own", &[("alerts", &own.join(", "))]);
        view! { <p class="card-note">{words}</p> }
    });
    let is_installed = standing != BuiltInStanding::Absent;
    let headings =
        [text("rule"), text("rule.holds"), text("built-in.here"), text("rule.query"), text("rule.past")];
    let rows = rules.into_iter().map(|rule| row(rule, cluster, is_installed)).collect_view().into_any();
    let table = plain_table(&title, &headings, rows);
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
                {table}
            </Card>
        </div>
    }
    .into_any()
}

fn row(rule: BuiltInRuleView, cluster: &ClusterName, is_installed: bool) -> AnyView {
    let BuiltInRuleView { key, alert, severity, hold, query, lacking, kept, elsewhere, .. } = rule;
    let explained = text_of("built-in.rule", &alert);
    let about = text_of("rule.severity", &severity);
    let twice = (!elsewhere.is_empty()).then(|| {
        let words = text_with("built-in.elsewhere", &[("objects", &elsewhere.join(", "))]);
        view! { <p class="alert-words">{words}</p> }
    });
    let here = match kept {
        BuiltInKept::Absent if !is_installed => "–".to_owned(),
        BuiltInKept::Absent => text("built-in.kept.absent").to_owned(),
        BuiltInKept::Same => text("built-in.kept.same").to_owned(),
        BuiltInKept::Otherwise => text("built-in.kept.otherwise").to_owned(),
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
            let words = text_with("built-in.lacking", &[("metrics", &lacking.join(", "))]);
            view! { <span class="about">{words}</span> }.into_any()
        }
    };
    view! {
        <tr>
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
