//! Queries of one's own.

use crate::address::TimeAddress;
use crate::board::look_again;
use crate::cluster::{head, use_cluster};
use crate::missing::missing;
use crate::time_bar::time_bar;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use model::{ClusterName, ConsoleError, Timestamp, link};
use monitoring_contract::{
    Explained, ExploreRequest, Explored, Measured, QueryFault, Window, read_labels, read_metric_names,
    run_query,
};
use ui::{
    Button, ButtonKind, Card, Chart, Empty, Field, Glyph, Problem, SkeletonCards, awaited,
    provide_chart_pointer,
};

/// How many names are offered at once.
const OFFERED: usize = 30;
/// What PromQL has itself, offered beside the names of metrics.
const FUNCTIONS: [&str; 22] = [
    "abs(",
    "absent(",
    "avg by (",
    "avg_over_time(",
    "ceil(",
    "changes(",
    "count by (",
    "delta(",
    "deriv(",
    "floor(",
    "histogram_quantile(0.99, ",
    "increase(",
    "irate(",
    "label_replace(",
    "max by (",
    "max_over_time(",
    "min by (",
    "predict_linear(",
    "quantile_over_time(",
    "rate(",
    "sum by (",
    "topk(10, ",
];

/// A query, its chart, and what is wrong with it where it is.
#[component]
pub fn ExplorePage() -> impl IntoView {
    provide_chart_pointer();
    let cluster = use_cluster();
    let query = use_query_map();
    let typed = Memo::new(move |_| query.read().get("query").unwrap_or_default());
    let address = Memo::new(move |_| {
        let path = cluster.read().as_ref().map(link::explore).unwrap_or_default();
        let kept = vec![("query".to_owned(), typed.get())];
        TimeAddress::parse(
            path,
            kept.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
            &query.read(),
        )
    });
    let request = Memo::new(move |_| {
        cluster.get().map(|cluster| ExploreRequest {
            cluster,
            query: typed.get(),
            window: address.read().window,
        })
    });
    let answer = Resource::new(move || request.get(), |request| async move { run_query(request?).await });
    look_again(address.into(), move || answer.refetch());
    // Only who types needs them, and only browsers type: nothing waits for them.
    let names = LocalResource::new(move || {
        let cluster = cluster.get();
        async move { read_metric_names(cluster?).await }
    });
    let metrics = Signal::derive(move || match &*names.read() {
        Some(Ok(names)) => names.clone(),
        _ => Vec::new(),
    });
    let go = use_navigate();
    let on_zoom = Callback::new(move |(from, to): (Timestamp, Timestamp)| {
        let to = Timestamp(to.0.max(from.0 + 60));
        let href = address.read_untracked().with(|address| address.window = Window::Between(from, to));
        go(&href, NavigateOptions { scroll: false, ..Default::default() });
    });
    let content = move || {
        Suspend::new(async move {
            let (answer_now, request) = (answer.await, request.get_untracked());
            match (answer_now, request) {
                (Ok(Measured::Answered(explored)), Ok(request)) => answered(*explored, &request, on_zoom),
                (Ok(Measured::Missing(found)), Ok(request)) => missing(&request.cluster, found),
                (Err(error), _) | (_, Err(error)) => {
                    let on_retry = Callback::new(move |()| answer.refetch());
                    view! { <Problem error on_retry/> }.into_any()
                }
            }
        })
    };
    view! {
        {head(cluster, Signal::stored("explore".to_owned()))}
        {form(cluster, address, typed, metrics)}
        {time_bar(address.into(), false)}
        <Transition fallback=|| view! { <SkeletonCards count=1/> }>{awaited(content)}</Transition>
    }
}

fn form(
    cluster: Memo<Result<ClusterName, ConsoleError>>,
    address: Memo<TimeAddress>,
    typed: Memo<String>,
    metrics: Signal<Vec<String>>,
) -> AnyView {
    let text_now = RwSignal::new(typed.get_untracked());
    let place = Memo::new(move |_| inside(&text_now.read()).map(|(place, _)| place));
    // As with the names of metrics, only who types needs them.
    let labels = LocalResource::new(move || {
        let (cluster, place) = (cluster.get(), place.get());
        async move {
            match place {
                Some(Inside { metric, label }) => read_labels(cluster?, metric, label).await,
                None => Ok(Vec::new()),
            }
        }
    });
    let offered = move || {
        let text_now = text_now.read();
        let options = match (inside(&text_now), &*labels.read()) {
            (Some((place, at)), Some(Ok(names))) => offers_inside(&text_now, &place, at, names),
            (Some(_), _) => Vec::new(),
            (None, _) => offers(&text_now, &metrics.read()),
        };
        options.into_iter().map(|option| view! { <option value=option></option> }).collect_view()
    };
    let kept = move || {
        let pairs = address.read().pairs().into_iter().filter(|(name, _)| name != "query");
        pairs.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()
    };
    view! {
        <form class="explore-form" method="get" action=move || address.read().path.clone()>
            {kept}
            <Field
                name="query"
                label=text("explore.query")
                value=typed
                code=true
                list="query-offers"
                autocomplete="off"
                placeholder="sum by (pod) (rate(container_cpu_usage_seconds_total[5m]))"
                on_input=Callback::new(move |typed| text_now.set(typed))
            />
            <datalist id="query-offers">{offered}</datalist>
            <Button kind=ButtonKind::Primary form_type="submit">{text("explore.run")}</Button>
        </form>
    }
    .into_any()
}

fn is_part(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_' || character == ':'
}

/// Where in a selector somebody types: which metric it names, and for which label a value is typed; for none where the name of
/// a label is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Inside {
    metric: String,
    label: String,
}

/// Where in a selector the end of a text is, and where the word begins that stands there.
fn inside(typed: &str) -> Option<(Inside, usize)> {
    let (before, within) = typed.rsplit_once('{').filter(|(_, within)| !within.contains('}'))?;
    let last_word = |text: &str| text[text.trim_end_matches(is_part).len()..].to_owned();
    let metric = last_word(before.trim_end());
    let at = typed.len() - within.len();
    let place = if within.matches('"').count() % 2 == 1 {
        let (head, _) = within.rsplit_once('"')?;
        let label = last_word(head.trim_end().trim_end_matches(['=', '~', '!']).trim_end());
        (Inside { metric, label }, at + head.len() + 1)
    } else {
        (Inside { metric, label: String::new() }, typed.trim_end_matches(is_part).len())
    };
    (!place.0.metric.is_empty()).then_some(place)
}

/// The whole text with each label, or each value of one, that the word at its end begins.
fn offers_inside(typed: &str, place: &Inside, at: usize, names: &[String]) -> Vec<String> {
    let (before, word) = typed.split_at(at);
    let end = if place.label.is_empty() { "=\"" } else { "\"" };
    // What would have to be written otherwise is not offered.
    let begun = names.iter().filter(|name| name.starts_with(word) && !name.contains(['"', '\\', '\n']));
    begun.take(OFFERED).map(|name| format!("{before}{name}{end}")).collect()
}

/// The whole text with each name that the word at its end begins.
fn offers(typed: &str, metrics: &[String]) -> Vec<String> {
    let begin = typed.trim_end_matches(is_part).len();
    let (before, word) = typed.split_at(begin);
    if word.is_empty() || before.matches('"').count() % 2 == 1 {
        return Vec::new();
    }
    let all = FUNCTIONS.into_iter().chain(metrics.iter().map(String::as_str));
    let begun = all.filter(|name| name.starts_with(word) && *name != word);
    begun.take(OFFERED).map(|name| format!("{before}{name}")).collect()
}

fn answered(
    explored: Explored,
    request: &ExploreRequest,
    on_zoom: Callback<(Timestamp, Timestamp)>,
) -> AnyView {
    let Explored { sent, confined_to, chart, fault, explained } = explored;
    if let Some(fault) = fault {
        return fault_view(&request.query, fault);
    }
    let confined = confined_to.map(|names| {
        view! { <p class="explore-sent">{text_with("explore.confined", &[("projects", &names.join(", "))])}" "<code>{sent}</code></p> }
    });
    let content = match chart {
        None => view! { <Empty glyph=Glyph::Activity title=text("explore.empty") explanation=text("explore.empty.text")/> }.into_any(),
        Some(chart) if chart.series.is_empty() => {
            view! { <Empty glyph=Glyph::Activity title=text("explore.none") explanation=text("explore.none.text")/> }.into_any()
        }
        Some(chart) => {
            let title = request.query.clone();
            let name = Callback::new(|key: String| key);
            view! { <Card title=text("explore.answer") wide=true><Chart title chart name on_zoom/></Card> }.into_any()
        }
    };
    let explained = explained.map(|explained| {
        view! {
            <details class="explore-explained">
                <summary>{text("promql")}</summary>
                <ul>{part(explained)}</ul>
            </details>
        }
    });
    view! { {confined}{content}{explained} }.into_any()
}

/// A part of a query in words, with what it is made of below.
fn part(explained: Explained) -> AnyView {
    let words = if explained.is_known() {
        text_of("promql.known", &explained.word)
    } else {
        text_of("promql.how", explained.how.word())
    };
    let Explained { text, parts, .. } = explained;
    let parts = (!parts.is_empty()).then(|| view! { <ul>{parts.into_iter().map(part).collect_view()}</ul> });
    view! { <li><code>{text}</code>" "{words}{parts}</li> }.into_any()
}

/// What is wrong, with the place marked in the query.
fn fault_view(query: &str, fault: QueryFault) -> AnyView {
    let QueryFault { message, at } = fault;
    let marked = at.map(|at| {
        let at = at as usize;
        let before: String = query.chars().take(at).collect();
        let rest: String = query.chars().skip(at).collect();
        let end = rest
            .find(|character: char| !character.is_ascii_alphanumeric() && character != '_')
            .unwrap_or(rest.len());
        let (wrong, after) = rest.split_at(end.max(rest.chars().next().map_or(0, char::len_utf8)));
        // Nothing stands where something is missing.
        let wrong = if wrong.is_empty() { "␣".to_owned() } else { wrong.to_owned() };
        view! { <pre tabindex="0">{before}<mark>{wrong}</mark>{after.to_owned()}</pre> }
    });
    view! {
        <div class="query-fault" role="alert">
            <strong>{text("explore.fault")}</strong>" "{message}
            {marked}
        </div>
    }
    .into_any()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn labels_and_their_values_are_completed_in_selectors() {
        let place = |typed: &str| {
            inside(typed).map(|(Inside { metric, label }, at)| (metric, label, typed[at..].to_owned()))
        };
        let of = |metric: &str, label: &str, word: &str| {
            Some((metric.to_owned(), label.to_owned(), word.to_owned()))
        };

        assert_eq!(place("sum(up{jo"), of("up", "", "jo"));
        assert_eq!(place("up {job=\"a b\", pod =~ \"we"), of("up", "pod", "we"));
        assert_eq!(place("up{job=\"a\"} / down{"), of("down", "", ""));
        for typed in ["up", "up{job=\"a\"}", "{job", ""] {
            assert_eq!(place(typed), None, "{typed}");
        }
        let names = ["job".to_owned(), "pod".to_owned(), "po\"d".to_owned()];
        let (label, at) = inside("up{po").unwrap();
        assert_eq!(offers_inside("up{po", &label, at, &names), ["up{pod=\""]);
        let (value, at) = inside("up{job=\"").unwrap();
        assert_eq!(offers_inside("up{job=\"", &value, at, &names), ["up{job=\"job\"", "up{job=\"pod\""]);
    }

    #[test]
    fn the_word_at_the_end_is_completed_and_the_rest_stays() {
        let metrics = ["node_load1".to_owned(), "node_load5".to_owned(), "up".to_owned()];

        assert_eq!(offers("max(node_l", &metrics), ["max(node_load1", "max(node_load5"]);
        assert_eq!(offers("ra", &metrics), ["rate("]);
        assert!(offers("up{job=\"no", &metrics).is_empty(), "no names inside of texts");
        assert!(offers("", &metrics).is_empty() && offers("up", &metrics).is_empty());
    }
}
