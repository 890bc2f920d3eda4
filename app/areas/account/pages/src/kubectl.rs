//! A kubeconfig for my clusters.

use crate::tokens::place_options;
use crate::words::{text, text_of};
use account_contract::{AccountView, Kubectl, field, path};
use leptos::prelude::*;
use model::ClusterName;
use ui::{Button, ButtonKind, Card, Field, Glyph, Select, form_fields};
use workspaces_contract::MemberPlace;

/// For how long the token in the file may live, in days, or in hours with an `h`. Files lie about: the usual one is of no use to
/// who finds it tomorrow.
const DAYS: [&str; 5] = ["8h", "1", "7", "30", "90"];
const USUAL: &str = "1";

/// The form that makes the file, or why there is none. `chosen` is the cluster whose page led here.
pub(crate) fn card(account: &AccountView, chosen: Option<String>) -> Option<AnyView> {
    let content = match &account.kubectl {
        Kubectl::NoCluster => return None,
        Kubectl::NeedsHttps => view! { <p class="card-text">{text("kubectl.https")}</p> }.into_any(),
        Kubectl::Clusters(clusters) => form(clusters, &account.places, chosen),
    };
    let card = view! {
        <div id="kubectl">
            <Card title=text("kubectl")>
                <p class="card-text">{text("kubectl.text")}</p>
                {content}
            </Card>
        </div>
    };
    Some(card.into_any())
}

fn form(clusters: &[ClusterName], places: &[MemberPlace], chosen: Option<String>) -> AnyView {
    let chosen = chosen.filter(|chosen| clusters.iter().any(|cluster| cluster.as_str() == chosen));
    let chosen = chosen.or_else(|| clusters.first().map(ToString::to_string)).unwrap_or_default();
    let options: Vec<_> = clusters.iter().map(|cluster| (cluster.to_string(), cluster.to_string())).collect();
    let scopes = ["full", "read"].map(|scope| (scope.to_owned(), text_of("scope", scope)));
    let days = DAYS.map(|days| (days.to_owned(), text_of("days", days)));
    // What was chosen stays when there is no such place.
    let fields = form_fields(path::KUBECONFIG, &[], || {
        view! {
            <Select
                name=field::CLUSTER
                label=text("kubectl.cluster")
                hint=text("kubectl.cluster.hint")
                value=Signal::stored(chosen)
                options=Signal::stored(options)
            />
            <Select
                name=field::KUBECTL_SCOPE
                label=text("token.scope")
                hint=text("kubectl.scope.hint")
                options=Signal::stored(scopes.to_vec())
            />
            <Select
                name=field::KUBECTL_PLACE
                label=text("token.place")
                hint=text("kubectl.place.hint")
                options=Signal::stored(place_options(places))
            />
            <Field
                name=field::KUBECTL_NAMESPACE
                label=text("token.namespace")
                hint=text("kubectl.namespace.hint")
                autocomplete="off"
                code=true
            />
            <Select
                name=field::KUBECTL_DAYS
                label=text("token.days")
                hint=text("kubectl.days.hint")
                value=Signal::stored(USUAL.to_owned())
                options=Signal::stored(days.to_vec())
            />
        }
        .into_any()
    });
    view! {
        <form class="form" method="post" action=path::KUBECONFIG>
            {fields}
            <div class="form-actions">
                <Button kind=ButtonKind::Primary form_type="submit" glyph=Glyph::Download>
                    {text("kubectl.make")}
                </Button>
            </div>
        </form>
    }
    .into_any()
}
