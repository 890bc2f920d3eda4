//! A new receiver: first whose alerts and in which way, then the rest.

use crate::form::form;
use crate::names;
use crate::words::text;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{ConsoleError, Namespace, link};
use notifications_contract::{ReceiverFields, ReceiverList, ReceiverPlace, read_receivers};
use ui::{
    Button, ButtonKind, Card, Empty, Field, FormProblems, Glyph, PageHeader, PageTitle, Problem, Select,
    SkeletonTable, awaited,
};
use workspaces_contract::MemberPlace;

/// What the address says.
#[derive(Clone, Debug, Default, PartialEq)]
struct Chosen {
    place: String,
    namespace: String,
    channel: String,
}

impl Chosen {
    /// Whose alerts are meant, if the reader may add a receiver there.
    fn place(&self, offered: &[ReceiverPlace]) -> Result<Option<ReceiverPlace>, ConsoleError> {
        let Ok(place) = ReceiverPlace::try_from(self.place.clone()) else { return Ok(None) };
        let (place, within) = match place {
            ReceiverPlace::In(MemberPlace::Cluster(cluster)) if !self.namespace.trim().is_empty() => {
                let namespace = Namespace::parse(self.namespace.trim())
                    .map_err(|wrong| ConsoleError::refused("namespace", wrong.rule))?;
                let within = ReceiverPlace::In(MemberPlace::Cluster(cluster.clone()));
                (ReceiverPlace::In(MemberPlace::Project(cluster, namespace)), within)
            }
            place => (place.clone(), place),
        };
        // Whoever may in a cluster may in each of its namespaces.
        if offered.contains(&place) || offered.contains(&within) {
            return Ok(Some(place));
        }
        Err(ConsoleError::invalid("place", "you may add none there"))
    }
}

/// The form for the place and the way in the address, or for choosing them.
#[component]
pub fn NewReceiverPage() -> impl IntoView {
    let query = use_query_map();
    let chosen = Memo::new(move |_| {
        let query = query.read();
        let get = |name: &str| query.get(name).unwrap_or_default();
        Chosen { place: get("place"), namespace: get("namespace"), channel: get("channel") }
    });
    let found = Resource::new_blocking(|| (), |()| read_receivers());
    let content = move || {
        let chosen = chosen.get();
        Suspend::new(async move {
            match found.await {
                Ok(list) => draw(&list, chosen),
                Err(error) => {
                    let on_retry = Callback::new(move |()| found.refetch());
                    view! { <Problem error here=link::NEW_RECEIVER on_retry/> }.into_any()
                }
            }
        })
    };
    view! {
        <PageTitle text=text("receiver.new")/>
        <PageHeader title=text("receiver.new")/>
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
    }
}

fn draw(list: &ReceiverList, chosen: Chosen) -> AnyView {
    if list.places.is_empty() {
        return view! {
            <Empty glyph=Glyph::Bell title=text("receiver.nowhere") explanation=text("receivers.none.ask")/>
        }
        .into_any();
    }
    let is_offered = list.channels.contains(&chosen.channel);
    match chosen.place(&list.places) {
        Ok(Some(place)) if is_offered => {
            let fields = ReceiverFields::new(place, &chosen.channel);
            let title = format!("{} · {}", names::channel(&chosen.channel), names::place(&fields.place));
            view! { <Card title>{form(&fields, Vec::new(), None)}</Card> }.into_any()
        }
        answer => choose(list, chosen, answer.err()),
    }
}

fn choose(list: &ReceiverList, chosen: Chosen, error: Option<ConsoleError>) -> AnyView {
    let problems = FormProblems::of(Signal::stored(error));
    let places: Vec<_> = list.places.iter().map(|place| (place.to_string(), names::place(place))).collect();
    let channels: Vec<_> = list.channels.iter().map(|word| (word.clone(), names::channel(word))).collect();
    view! {
        <Card title=text("receiver.first")>
            <form class="form" method="get" action=link::NEW_RECEIVER>
                <Select
                    name="place"
                    label=text("place")
                    hint=text("place.hint")
                    options=Signal::stored(places)
                    value=Signal::stored(chosen.place)
                    problem=problems.at("place")
                />
                <Field
                    name="namespace"
                    label=text("namespace")
                    hint=text("namespace.hint")
                    value=Signal::stored(chosen.namespace)
                    problem=problems.at("namespace")
                    code=true
                />
                <Select
                    name="channel"
                    label=text("channel")
                    options=Signal::stored(channels)
                    value=Signal::stored(chosen.channel)
                />
                <div class="form-actions">
                    <Button kind=ButtonKind::Primary form_type="submit">{text("receiver.next")}</Button>
                    <a class="button" href=link::NOTIFICATIONS>{text("cancel")}</a>
                </div>
            </form>
        </Card>
    }
    .into_any()
}
