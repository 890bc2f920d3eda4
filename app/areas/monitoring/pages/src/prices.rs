//! What things cost in a cluster: the plans, and the form for prices from a day on.

use crate::words::{text, text_of};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::ClusterName;
use monitoring_contract::{ChangedPrices, PriceBook, PricePlan, Priced, SavePrices};
use ui::{Card, Command, Field, command_form, plain_table};

/// The prices beside what was used, and those that were set since that was asked for.
#[derive(Clone, Copy)]
pub struct PricesBeside {
    /// What was set on this page.
    pub just_set: RwSignal<Vec<ChangedPrices>>,
    /// Called with the answer, as text, when some were set.
    pub on_change: Callback<String>,
}

impl PricesBeside {
    /// Their card.
    pub fn card(self, book: PriceBook, cluster: ClusterName) -> AnyView {
        let content = move || {
            let mut book = book.clone();
            self.just_set.with(|all| {
                all.iter().filter(|set| set.cluster == cluster).for_each(|set| book.take_over(set));
            });
            prices(&book, &cluster, self.on_change)
        };
        content.into_any()
    }
}

/// The prices that are and were, and the form where the reader may set some.
fn prices(book: &PriceBook, cluster: &ClusterName, on_change: Callback<String>) -> AnyView {
    let form = book.may_change.then(|| {
        let form = form(book, cluster, on_change);
        view! { <Card title=text("prices.new")>{form}</Card> }
    });
    let plans = if book.plans.is_empty() {
        view! { <Card title=text("prices")><p>{text("prices.none")}</p></Card> }.into_any()
    } else {
        let table = plans(book);
        view! { <Card title=text("prices") flush=true>{table}</Card> }.into_any()
    };
    view! { <div class="prices" id="prices">{plans}{form}</div> }.into_any()
}

fn plans(book: &PriceBook) -> AnyView {
    let priced = Priced::ALL.map(|of| text_of("prices.of", of.word()));
    let mut headings = vec![text("prices.from"), text("prices.currency")];
    headings.extend(priced.iter().map(String::as_str));
    headings.push(text("prices.by"));
    let holds = PricePlan::on(&book.plans, book.today);
    let row = |plan: &PricePlan| {
        let now = holds.is_some_and(|holds| std::ptr::eq(holds, plan));
        let now = now.then(|| view! { <span class="about">{text("prices.now")}</span> });
        let cells = Priced::ALL.map(
            |of| view! { <td data-heading=text_of("prices.of", of.word())>{plan.price(of).to_string()}</td> },
        );
        view! {
            <tr>
                <th scope="row">{plan.from.to_string()}{now}</th>
                <td data-heading=text("prices.currency")>{plan.currency.to_string()}</td>
                {cells.collect_view()}
                <td data-heading=text("prices.by")>{plan.made_by.clone()}</td>
            </tr>
        }
    };
    let rows = book.plans.iter().rev().map(row).collect_view().into_any();
    plain_table(text("prices"), &headings, rows)
}

fn form(book: &PriceBook, cluster: &ClusterName, on_change: Callback<String>) -> AnyView {
    let command = Command {
        hidden: vec![
            ("fields[cluster]", cluster.to_string()),
            ("fields[version]", book.version().to_string()),
        ],
        fields: &["from", "currency", "cpu", "memory", "storage", "received", "sent"],
        done: Some(text("prices.saved").to_owned()),
        on_done: Some(on_change),
        ..Command::new(SavePrices::PATH, text("prices.save"))
    };
    let latest = PricePlan::on(&book.plans, book.today).or(book.plans.last()).cloned();
    let today = book.today.to_string();
    command_form(command, |problems| {
        let currency = latest.as_ref().map(|plan| plan.currency.to_string()).unwrap_or_default();
        let price = |of: Priced| {
            let value = latest.as_ref().map(|plan| plan.price(of).to_string()).unwrap_or_default();
            view! {
                <Field
                    name=format!("fields[{}]", of.word())
                    label=text_of("prices.of", of.word())
                    value=Signal::stored(value)
                    problem=problems.at(of.word())
                    autocomplete="off"
                />
            }
        };
        view! {
            <Field
                name="fields[from]"
                label=text("prices.from")
                hint=text("prices.from.hint")
                value=Signal::stored(today)
                input_type="date"
                problem=problems.at("from")
                required=true
            />
            <Field
                name="fields[currency]"
                label=text("prices.currency")
                hint=text("prices.currency.hint")
                value=Signal::stored(currency)
                problem=problems.at("currency")
                autocomplete="off"
                required=true
            />
            {Priced::ALL.map(price).collect_view()}
            <p class="field-hint">{text("prices.hint")}</p>
        }
        .into_any()
    })
}
