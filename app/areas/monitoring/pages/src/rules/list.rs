//! The rules of a cluster, by the objects that hold them.

use crate::address::with_pairs;
use crate::alerts::rule_state;
use crate::cluster::{head, use_cluster};
use crate::sift::{SEARCH, finds_rule, search_box};
use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{ClusterName, Level, Status, link};
use monitoring_contract::{KeptRule, RuleBook, RuleGroup, RuleList, RuleObject, read_rules};
use ui::{
    Banner, ButtonKind, Card, Empty, Glyph, LinkButton, Problem, SkeletonTable, StatusMark, awaited,
    cause_words, plain_table,
};

/// All rules that the reader may see, with how they are.
#[component]
pub fn RulesPage() -> impl IntoView {
    let (cluster, query) = (use_cluster(), use_query_map());
    let search = Memo::new(move |_| query.read().get(SEARCH).unwrap_or_default());
    let found = Resource::new(
        move || cluster.get(),
        |cluster| async move { Ok::<_, model::ConsoleError>((read_rules(cluster.clone()?).await?, cluster?)) },
    );
    let content = move || {
        Suspend::new(async move {
            match found.await {
                Ok((book, cluster)) => draw(book, &cluster, search),
                Err(error) => {
                    let here = cluster.get_untracked().as_ref().map(link::rules).unwrap_or_default();
                    let on_retry = Callback::new(move |()| found.refetch());
                    view! { <Problem error here on_retry/> }.into_any()
                }
            }
        })
    };
    view! {
        {head(cluster, Signal::stored("alerts".to_owned()))}
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
    }
}

/// Where a cluster has no objects that could hold rules.
pub fn not_served(cluster: &ClusterName) -> AnyView {
    let title = text_with("rules.not-served", &[("cluster", cluster)]);
    view! { <Empty glyph=Glyph::Activity title explanation=text("rules.not-served.text")/> }.into_any()
}

fn draw(book: RuleBook, cluster: &ClusterName, search: Memo<String>) -> AnyView {
    let RuleList { objects, unknown, may_make_in, sees_everything } = match book {
        RuleBook::NotServed => return not_served(cluster),
        RuleBook::Known(list) => list,
    };
    let new = (!may_make_in.is_empty()).then(|| link::new_rule(cluster, ""));
    // They are about whole clusters.
    let built_in = sees_everything.then(|| link::built_in_rules(cluster));
    let make = move || {
        let built_in = built_in.map(|href| view! { <LinkButton href=href>{text("built-in")}</LinkButton> });
        let new = new.map(|href| view! { <LinkButton href=href kind=ButtonKind::Primary glyph=Glyph::Plus>{text("rule.new")}</LinkButton> });
        view! { {built_in}{new} }
    };
    if objects.is_empty() {
        return view! {
            <Empty glyph=Glyph::Activity title=text("rules.none") explanation=text("rules.none.text") action=make/>
        }
        .into_any();
    }
    let is_unknown = unknown.is_some();
    let unknown = unknown.map(|cause| {
        let words = text_with("rules.unknown", &[("cause", &cause_words(&cause))]);
        view! { <Banner level=Level::Warning>{words}</Banner> }
    });
    let (page, kept) = (link::rules(cluster), Signal::stored(Vec::new()));
    let searched = {
        let page = page.clone();
        move |search: String| with_pairs(&page, &[(SEARCH.to_owned(), search.trim().to_owned())])
    };
    let hints = ["state:firing", "state:broken", "state:off", "severity:critical"].map(str::to_owned).into();
    let found = search_box(page, (text("rules.search"), hints), (search.into(), kept), searched);
    let cards = move || {
        let search = search.read();
        let cards = objects.iter().filter_map(|object| card(object.clone(), is_unknown, &search));
        let cards: Vec<AnyView> = cards.collect();
        if cards.is_empty() {
            let (title, explanation) = (text("rules.sifted"), text("rules.sifted.text"));
            return view! { <Empty glyph=Glyph::Search title explanation/> }.into_any();
        }
        cards.collect_view().into_any()
    };
    view! {
        <div class="dashboard-head">
            <h2>{text("rules")}</h2>
            <div class="dashboard-actions">{make()}</div>
        </div>
        {unknown}
        <div class="rank-bar">{found}</div>
        {cards}
    }
    .into_any()
}

/// Why it is not told how an alert of an object is.
#[derive(Clone, Copy)]
enum Untold {
    /// What evaluates rules does not answer.
    Unanswered,
    /// Others of the object are evaluated, so it will be.
    Awaited,
    /// None of the object is.
    Untaken,
}

impl Untold {
    fn of(groups: &[RuleGroup], is_unknown: bool) -> Self {
        let mut rules = groups.iter().flat_map(|group| &group.rules);
        if is_unknown {
            Self::Unanswered
        } else if rules.any(|rule| rule.state.is_some()) {
            Self::Awaited
        } else {
            Self::Untaken
        }
    }
}

/// An object with those of its rules that a search finds; none where it finds none.
fn card(object: RuleObject, is_unknown: bool, search: &str) -> Option<AnyView> {
    let RuleObject { resource, managed_by, may_change, has_unreadable_off, groups } = object;
    let namespace = resource.namespace.as_ref().map(ToString::to_string).unwrap_or_default();
    let is_found = |group: &RuleGroup, rule: &KeptRule| {
        finds_rule(search, rule, &[namespace.as_str(), resource.name.as_str(), group.name.as_str()])
    };
    let untold = Untold::of(&groups, is_unknown);
    let title = format!("{namespace} / {}", resource.name);
    let note = (may_change && !managed_by.is_empty()).then(|| {
        view! { <p class="card-note">{text_with("rules.managed", &[("manager", &managed_by)])}</p> }
    });
    let unreadable = has_unreadable_off.then(|| {
        view! { <Banner level=Level::Warning>{text("rules.off.unreadable")}</Banner> }
    });
    let headings =
        [text("rule"), text("rule.state"), text("rule.holds"), text("rule.query"), text("rule.change")];
    let rows = groups.iter().flat_map(|group| {
        let each = group.rules.iter().enumerate();
        let each = each.filter(|(_, rule)| is_found(group, rule));
        each.map(|(index, rule)| {
            let edit = (may_change && rule.is_alert).then(|| link::edit_rule(&resource, &group.name, index));
            row(rule.clone(), group, edit, &resource.cluster, untold)
        })
    });
    let rows: Vec<AnyView> = rows.collect();
    if rows.is_empty() && !search.trim().is_empty() {
        return None;
    }
    let table = if rows.is_empty() {
        view! { <p class="card-note">{text("rules.empty")}</p> }.into_any()
    } else {
        plain_table(&title, &headings, rows.collect_view().into_any())
    };
    let href = link::object_tab(&resource, "yaml");
    let spoken = text_with("rules.yaml.of", &[("object", &title)]);
    let actions = move || view! { <a href=href aria-label=spoken>"YAML"</a> };
    let card = view! { <div class="rule-list"><Card title flush=true actions>{note}{unreadable}{table}</Card></div> };
    Some(card.into_any())
}

fn row(
    rule: KeptRule,
    group: &RuleGroup,
    edit: Option<String>,
    cluster: &ClusterName,
    untold: Untold,
) -> AnyView {
    let KeptRule { name, is_alert, query, severity, hold, summary, state, is_off, .. } = rule;
    let every =
        (!group.interval.is_empty()).then(|| text_with("rule.every", &[("interval", &group.interval)]));
    let about = [group.name.clone(), severity].into_iter().chain(every).filter(|text| !text.is_empty());
    let about = about.collect::<Vec<_>>().join(" · ");
    let summary = (!summary.is_empty()).then(|| view! { <p class="alert-words">{summary}</p> });
    let mark =
        |level: Level, words: &str| view! { <StatusMark status=Status::new(level, words)/> }.into_any();
    let state = match state {
        _ if is_off => {
            let mark = mark(Level::Inactive, text("rule.off"));
            view! { {mark}<p class="alert-words">{text("rule.off.text")}</p> }.into_any()
        }
        Some(state) => rule_state(state),
        None if !is_alert => mark(Level::Inactive, text("rule.recorded")),
        None => match untold {
            Untold::Unanswered => mark(Level::Unknown, text("rule.unknown")),
            Untold::Awaited => {
                let mark = mark(Level::Progressing, text("rule.awaited"));
                view! { {mark}<p class="alert-words">{text("rule.awaited.text")}</p> }.into_any()
            }
            Untold::Untaken => {
                let mark = mark(Level::Unknown, text("rule.untaken"));
                view! { {mark}<p class="alert-words">{text("rule.untaken.text")}</p> }.into_any()
            }
        },
    };
    let explore = with_pairs(&link::explore(cluster), &[("query".to_owned(), query.clone())]);
    let edit = edit.map(|href| {
        let spoken = text_with("rule.change.of", &[("name", &name)]);
        view! { <a href=href aria-label=spoken>{text("rule.change")}</a> }
    });
    let hold = if hold.is_empty() { "–".to_owned() } else { hold };
    view! {
        <tr>
            <th scope="row"><div>{name}<span class="about">{about}</span>{summary}</div></th>
            <td data-heading=text("rule.state")>{state}</td>
            <td data-heading=text("rule.holds")>{hold}</td>
            <td data-heading=text("rule.query")><a class="rule-query" href=explore><code>{query}</code></a></td>
            <td>{edit}</td>
        </tr>
    }
    .into_any()
}
