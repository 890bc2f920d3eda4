//! What was deleted in a cluster, and making it again.

use crate::act::folded;
use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::{ClusterName, ConsoleError, Level, Namespace, Thing, link};
use resources_contract::{DeletedLine, DeletedList, DeletedQuery, KEPT_DAYS, Restore, read_deleted};
use ui::{
    Banner, Button, Card, Checkbox, Command, Empty, Field, Glyph, LinkButton, PageHeader, PageTitle, Problem,
    Since, SkeletonTable, Until, awaited, command_form, plain_table,
};

/// The names of what the address says: what is looked for, and which object is about to be made again.
const SEARCH: &str = "search";
const RESTORE: &str = "restore";

/// Deleted objects of a cluster, found by words, each with the way back.
#[component]
pub fn DeletedPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| {
        let name = params.read().get("cluster").unwrap_or_default();
        let cluster =
            ClusterName::parse(&name).map_err(|_| ConsoleError::unknown(Thing::Cluster(name.to_string())))?;
        let search = query.read().get(SEARCH).unwrap_or_default();
        Ok::<_, ConsoleError>(DeletedQuery { cluster, search })
    });
    let chosen = Memo::new(move |_| query.read().get(RESTORE).unwrap_or_default());
    let found =
        Resource::new_blocking(move || asked.get(), |asked| async move { read_deleted(asked?).await });
    let content = move || {
        let chosen = chosen.get();
        Suspend::new(async move {
            match (found.await, asked.get_untracked()) {
                (Ok(list), Ok(asked)) => draw(list, &asked, &chosen),
                (Err(error), _) | (_, Err(error)) => {
                    let on_retry = Callback::new(move |()| found.refetch());
                    view! { <Problem error on_retry/> }.into_any()
                }
            }
        })
    };
    let kind = asked.get_untracked().map(|asked| asked.cluster.to_string()).unwrap_or_default();
    view! {
        <PageTitle text=text("deleted")/>
        <PageHeader title=text("deleted") kind/>
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
    }
}

fn draw(list: DeletedList, asked: &DeletedQuery, chosen: &str) -> AnyView {
    let DeletedList { lines, more } = list;
    let restored = lines.iter().find(|line| line.id == chosen && line.may_restore);
    let restored = restored.map(|line| restoring(line, asked));
    let days = text_with("deleted.text", &[("days", &KEPT_DAYS)]);
    if lines.is_empty() && asked.search.is_empty() {
        return view! { <Empty glyph=Glyph::Box title=text("deleted.none") explanation=days/> }.into_any();
    }
    let table = if lines.is_empty() {
        let all = address(&DeletedQuery { search: String::new(), ..asked.clone() }, "");
        let action = move || view! { <LinkButton href=all>{text("deleted.all")}</LinkButton> };
        let explanation = text("deleted.not-found.text");
        view! { <Empty glyph=Glyph::Search title=text("deleted.not-found") explanation action/> }.into_any()
    } else {
        let headings =
            [text("deleted.object"), text("deleted.by"), text("deleted.until"), text("deleted.back")];
        let rows = lines.into_iter().map(|line| row(line, asked)).collect_view().into_any();
        plain_table(text("deleted"), &headings, rows)
    };
    let more = (more > 0)
        .then(|| view! { <p class="card-note">{text_with("deleted.more", &[("count", &more)])}</p> });
    view! {
        {restored}
        <p class="hint">{days}</p>
        {search(asked)}
        <Card title=text("deleted") flush=true>{table}{more}</Card>
    }
    .into_any()
}

fn search(asked: &DeletedQuery) -> AnyView {
    let words = asked.search.clone();
    view! {
        <form class="deleted-search" method="get" action=link::deleted(&asked.cluster)>
            <Field name=SEARCH label=text("deleted.search") value=Signal::stored(words) input_type="search" autocomplete="off"/>
            <Button form_type="submit">{text("deleted.find")}</Button>
        </form>
    }
    .into_any()
}

/// The page's address with something about to be made again.
fn address(asked: &DeletedQuery, restore: &str) -> String {
    let pairs = [(SEARCH, asked.search.as_str()), (RESTORE, restore)];
    let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", link::escape(value))).collect();
    let page = link::deleted(&asked.cluster);
    if pairs.is_empty() { page } else { format!("{page}?{}", pairs.join("&")) }
}

fn row(line: DeletedLine, asked: &DeletedQuery) -> AnyView {
    let DeletedLine { id, resource, kind, deleted_by, deleted, until, along, may_restore, .. } = line;
    let place = resource.namespace.as_ref().map(Namespace::to_string);
    let place = place.map_or_else(|| kind.clone(), |namespace| ui::listed(&[&kind, &namespace]));
    let inside = (along > 0).then(|| {
        view! { <span class="about">{text_with("deleted.along", &[("count", &along)])}</span> }
    });
    let back = if may_restore {
        let spoken = text_with("deleted.restore.of", &[("kind", &kind), ("name", &resource.name)]);
        view! { <a href=address(asked, &id) aria-label=spoken>{text("deleted.restore")}</a> }.into_any()
    } else {
        view! { <span class="hint">{text_with("deleted.may-not", &[("kind", &kind)])}</span> }.into_any()
    };
    view! {
        <tr>
            <th scope="row">{resource.name.to_string()}<span class="about">{place}</span>{inside}</th>
            <td data-heading=text("deleted.by")>{deleted_by}<span class="about"><Since at=deleted in_words=true/></span></td>
            <td data-heading=text("deleted.until")><Until at=until/></td>
            <td>{back}</td>
        </tr>
    }
    .into_any()
}

/// The form that makes one again, with what comes back and what does not.
fn restoring(line: &DeletedLine, asked: &DeletedQuery) -> AnyView {
    let command = Command {
        hidden: vec![("fields[cluster]", asked.cluster.to_string()), ("fields[id]", line.id.clone())],
        cancel: Some((text("cancel").to_owned(), address(asked, ""))),
        ..Command::new(Restore::PATH, text("deleted.restore"))
    };
    let (along, left_out, loses_data) = (line.along, line.left_out, line.loses_data);
    let form = command_form(command, move |_| {
        let with_it = (along > 0).then(|| {
            let words = text_with("deleted.with-it", &[("count", &along)]);
            view! { <Checkbox name="fields[along]" value="true" label=words checked=Signal::stored(true)/> }
        });
        let lost =
            loses_data.then(|| view! { <Banner level=Level::Warning>{text("deleted.loses-data")}</Banner> });
        let missing = (left_out > 0).then(|| {
            let words = text_with("deleted.left-out", &[("count", &left_out)]);
            view! { <Banner level=Level::Warning>{words}</Banner> }
        });
        view! { <p class="card-text">{text("deleted.restore.text")}</p>{lost}{missing}{with_it} }.into_any()
    });
    let title = text_with("deleted.restore.of", &[("kind", &line.kind), ("name", &line.resource.name)]);
    let by_hand = folded(Signal::stored(by_hand(line)));
    view! { <Card title>{form}{by_hand}</Card> }.into_any()
}

/// The same by hand, from a manifest of one's own: the one that is kept here is shown to nobody.
fn by_hand(line: &DeletedLine) -> String {
    let DeletedLine { kind, resource, .. } = line;
    let why = text_with("deleted.by-hand", &[("kind", kind), ("name", &resource.name)]);
    let namespace =
        resource.namespace.as_ref().map(|namespace| format!(" --namespace {namespace}")).unwrap_or_default();
    format!("# {why}\nkubectl create --filename FILE{namespace}")
}
