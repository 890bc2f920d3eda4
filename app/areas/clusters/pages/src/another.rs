//! Another cluster answers under a cluster's name: what that means, and taking it for the one that is meant.

use crate::words::{text, text_of, text_with};
use clusters_contract::{AcceptCluster, AnotherCluster, ClusterOverview, KEEP, REMOVE};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::{ClusterName, Level};
use ui::{Banner, ButtonKind, Card, Command, Field, KeyValue, KeyValueItem, Select, Since, command_form};

/// The other cluster, if one answers and the reader may accept it.
pub(crate) fn another(overview: Signal<ClusterOverview>, name: ClusterName) -> AnyView {
    let another = Memo::new(move |_| overview.read().another.clone());
    (move || another.get().map(|another| told(&another, &name))).into_any()
}

fn told(another: &AnotherCluster, name: &ClusterName) -> AnyView {
    let (known, found, since) = (another.known.clone(), another.found.clone(), another.since);
    let command = Command {
        kind: ButtonKind::Danger,
        hidden: vec![("fields[cluster]", name.to_string()), ("fields[found]", found.clone())],
        fields: &["old", "confirm"],
        done: Some(text_with("another.accepted", &[("name", name)])),
        ..Command::new(AcceptCluster::PATH, text("another.accept"))
    };
    let fates = ["", KEEP, REMOVE].map(|fate| {
        let word = if fate.is_empty() { "choose" } else { fate };
        (fate.to_owned(), text_of("fate", word))
    });
    let confirm = text_with("another.confirm", &[("name", name)]);
    let form = command_form(command, |problems| {
        view! {
            <Select
                name="fields[old]"
                label=text("another.old")
                hint=text("another.old.hint")
                options=Signal::stored(fates.to_vec())
                problem=problems.at("old")
            />
            <Field name="fields[confirm]" label=confirm problem=problems.at("confirm") code=true required=true/>
        }
        .into_any()
    });
    let words = text_with("another.text", &[("name", name)]);
    view! {
        <Banner level=Level::Failed>{text("another")}</Banner>
        <Card title=text("another")>
            <p class="card-text">{words}</p>
            <KeyValue>
                <KeyValueItem name=text("another.known").to_owned()><code>{known}</code></KeyValueItem>
                <KeyValueItem name=text("another.found").to_owned()><code>{found}</code></KeyValueItem>
                <KeyValueItem name=text("another.since").to_owned()><Since at=since in_words=true/></KeyValueItem>
            </KeyValue>
            {form}
        </Card>
    }
    .into_any()
}
