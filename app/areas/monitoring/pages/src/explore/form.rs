//! The boxes in which queries are typed.

use super::asked::{FIELDS, Queries, is_blank, places};
use super::offers::{Inside, inside, offers, offers_inside};
use crate::address::TimeAddress;
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::{ClusterName, ConsoleError};
use monitoring_contract::{QUERY_LETTERS, read_labels, read_metric_names};
use ui::{Button, ButtonKind, Field, Glyph, Icon};

/// The cluster that is asked.
type Asked = Memo<Result<ClusterName, ConsoleError>>;

/// A box for each query and one more: running it shows another.
pub fn form(cluster: Asked, address: Memo<TimeAddress>, typed: Memo<Queries>) -> AnyView {
    // Only who types needs them, and only browsers type: nothing waits for them.
    let names = LocalResource::new(move || {
        let cluster = cluster.get();
        async move { read_metric_names(cluster?).await }
    });
    let metrics = Signal::derive(move || match &*names.read() {
        Some(Ok(names)) => names.clone(),
        _ => Vec::new(),
    });
    let kept = move || {
        let pairs = address.read().pairs().into_iter().filter(|(name, _)| !FIELDS.contains(&name.as_str()));
        pairs.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()
    };
    let shown = Memo::new(move |_| places(&typed.read()));
    let draw = move |place: usize| query_box(place, cluster, address, typed, metrics);
    view! {
        <form class="explore-form" method="get" action=move || address.read().path.clone()>
            {kept}
            <div class="explore-queries">
                <For each=move || shown.get() key=|place| *place children=draw/>
            </div>
            <Button kind=ButtonKind::Primary form_type="submit">{text("explore.run")}</Button>
        </form>
    }
    .into_any()
}

fn query_box(
    place: usize,
    cluster: Asked,
    address: Memo<TimeAddress>,
    typed: Memo<Queries>,
    metrics: Signal<Vec<String>>,
) -> AnyView {
    let (name, letter) = (FIELDS[place], QUERY_LETTERS[place]);
    let value = Memo::new(move |_| typed.read()[place].clone());
    let text_now = RwSignal::new(value.get_untracked());
    let offers_id = format!("{name}-offers");
    view! {
        <div class="explore-query">
            <Field
                name
                label=text_with("explore.query", &[("letter", &letter)])
                value
                code=true
                list=offers_id.clone()
                autocomplete="off"
                placeholder="sum by (pod) (rate(container_cpu_usage_seconds_total[5m]))"
                on_input=Callback::new(move |typed| text_now.set(typed))
            />
            <datalist id=offers_id>{options(cluster, text_now, metrics)}</datalist>
            {without(place, address, typed)}
        </div>
    }
    .into_any()
}

/// What is offered for what has been typed.
fn options(cluster: Asked, text_now: RwSignal<String>, metrics: Signal<Vec<String>>) -> AnyView {
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
    offered.into_any()
}

/// The way to the same page without a query, where others are asked too.
fn without(place: usize, address: Memo<TimeAddress>, typed: Memo<Queries>) -> AnyView {
    let (name, letter) = (FIELDS[place], QUERY_LETTERS[place]);
    let link = move || {
        let typed = typed.read();
        let asked = typed.iter().filter(|query| !is_blank(query)).count();
        if asked < 2 || is_blank(&typed[place]) {
            return None;
        }
        let href = address.read().with(|address| address.kept.retain(|(other, _)| other != name));
        let words = text_with("explore.without", &[("letter", &letter)]);
        Some(view! {
            <a class="icon-button" href=href title=words.clone() aria-label=words>
                <Icon glyph=Glyph::Cross/>
            </a>
        })
    };
    link.into_any()
}
