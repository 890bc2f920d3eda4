//! What was used and what that costs in all clusters.

use crate::address::with_pairs;
use crate::consumption::{cells, column, href};
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::link;
use monitoring_contract::{
    Bill, BillRequest, BillRow, Breakdown, CameTo, ConsumptionRequest, Measure, OfWorkspace, read_bill,
};
use ui::{Card, Glyph, LinkButton, Problem, awaited, error_words};

/// What in an address asks for it: it is work for every cluster, and few want it.
pub const WISH: &str = "everywhere";

/// What stands in the address of a page that shows it, as name and value.
pub fn wish() -> (String, String) {
    (WISH.to_owned(), "1".to_owned())
}

/// The same period in all clusters: of a workspace where one is looked at, otherwise of everything. Nothing where there is one
/// cluster alone, or where a part of a cluster is looked at that others do not have. Unless it is asked for,
/// the way to ask for it.
pub fn section(request: &ConsumptionRequest, is_asked: bool) -> Option<AnyView> {
    let workspace = match &request.by {
        Breakdown::Workspaces => None,
        Breakdown::Projects(OfWorkspace::Named(name)) => Some(name.clone()),
        Breakdown::Projects(_) | Breakdown::Nodes | Breakdown::Workloads(_) | Breakdown::Pods(..) => {
            return None;
        }
    };
    let title = match &workspace {
        Some(name) => text_with("bill.workspace", &[("name", name)]),
        None => text("bill").to_owned(),
    };
    if !is_asked {
        let mut pairs = request.pairs();
        pairs.push(wish());
        let href = with_pairs(&link::consumption(&request.cluster), &pairs);
        let link = view! { <LinkButton href=href glyph=Glyph::Cluster>{text("bill.ask")}</LinkButton> };
        return Some(view! { <div class="tab-actions">{link}</div> }.into_any());
    }
    let asked = BillRequest { period: request.period, workspace };
    let csv = with_pairs(&link::bill_file(&request.cluster), &request.pairs());
    let bill = Resource::new(move || asked.clone(), read_bill);
    let request = request.clone();
    let content = move || {
        let (request, title, csv) = (request.clone(), title.clone(), csv.clone());
        Suspend::new(async move {
            match bill.await {
                Ok(bill) if bill.rows.len() < 2 => None,
                Ok(bill) => Some(card(title, csv, table(bill, &request))),
                Err(error) => {
                    let on_retry = Callback::new(move |()| bill.refetch());
                    Some(view! { <Problem error on_retry/> }.into_any())
                }
            }
        })
    };
    Some(view! { <Transition fallback=|| ()>{awaited(content)}</Transition> }.into_any())
}

fn card(title: String, csv: String, table: AnyView) -> AnyView {
    view! {
        <Card title flush=true>
            {table}
            <div class="tab-actions">
                <LinkButton href=Signal::stored(csv) glyph=Glyph::Download download=true>{text("rank.csv")}</LinkButton>
            </div>
        </Card>
    }
    .into_any()
}

fn table(bill: Bill, request: &ConsumptionRequest) -> AnyView {
    let Bill { rows, totals } = bill;
    let has_cost = !totals.costs.is_empty();
    let heading = |title: String| view! { <th scope="col" class="heading" data-align="end">{title}</th> };
    let measures = Measure::ALL.map(|measure| heading(column(measure))).collect_view();
    let cost = has_cost.then(|| heading(text("consumption.cost").to_owned()));
    let lines = rows.into_iter().map(|row| line(row, request, has_cost)).collect_view();
    let sums = cells(&totals, has_cost);
    view! {
        <div class="table-box">
            <table class="table plain-table stacking-table rank-table consumption-table" aria-label=text("bill")>
                <thead><tr><th scope="col" class="heading">{text("bill.cluster")}</th>{measures}{cost}</tr></thead>
                <tbody>{lines}</tbody>
                <tfoot><tr><th scope="row">{text("consumption.total")}</th>{sums}</tr></tfoot>
            </table>
        </div>
    }
    .into_any()
}

fn line(row: BillRow, request: &ConsumptionRequest, has_cost: bool) -> AnyView {
    let BillRow { cluster, came_to } = row;
    let columns = (Measure::ALL.len() + usize::from(has_cost)).to_string();
    let (note, cells) = match came_to {
        CameTo::Known { figures, is_whole } => {
            let part = (!is_whole).then(|| view! { <span class="about">{text("bill.part")}</span> });
            (part, cells(&figures, has_cost))
        }
        CameTo::Unmeasured => {
            (None, view! { <td class="nothing" colspan=columns>{text("bill.unmeasured")}</td> }.into_any())
        }
        CameTo::Failed(error) => {
            (None, view! { <td class="nothing" colspan=columns>{error_words(&error)}</td> }.into_any())
        }
    };
    let words = cluster.to_string();
    let href = href(&ConsumptionRequest { cluster, ..request.clone() });
    view! { <tr><th scope="row"><a href=href>{words}</a>{note}</th>{cells}</tr> }.into_any()
}
