//! How what is found is spread: over time, and over the values of some fields.

use crate::address::Address;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use model::{Timestamp, Window};
use records_contract::{Bar, Facet, FacetValue, Found};
use ui::quantity::number;
use ui::{Histogram, HistogramBar};

/// A stretch of time is looked at alone from this length on, in seconds.
const SHORTEST: i64 = 60;

/// Bars over time, the total, and the most frequent values as links.
pub fn figures(found: &Found, address: &Address) -> AnyView {
    let frame = found.frame;
    let bar = |(index, bar): (usize, &Bar)| {
        let from = frame.at(index);
        let to = Timestamp(from.0 + i64::from(frame.step).max(SHORTEST));
        HistogramBar {
            total: bar.total,
            failed: bar.failed,
            warned: bar.warned,
            href: address.with(|address| address.window = Window::Between(from, to)),
        }
    };
    let bars: Vec<HistogramBar> = found.bars.iter().enumerate().map(bar).collect();
    let of = address.of.word();
    let total = text_with("total", &[("what", &text_of("what", of)), ("count", &number(found.total as i64))]);
    let facets = found.facets.iter().map(|facet| facet_view(facet, address)).collect_view();
    view! {
        <section class="card records-figures" aria-label=text("figures")>
            <p class="records-total">{total}</p>
            <Histogram title=text("histogram") frame bars failed=text_of("failed", of) warned=text_of("warned", of)/>
            <dl class="records-facets">{facets}</dl>
        </section>
    }
    .into_any()
}

fn facet_view(facet: &Facet, address: &Address) -> AnyView {
    let value = |FacetValue { value, name, count }: &FacetValue| {
        let words = name.as_ref().unwrap_or(value).clone();
        view! {
            <li>
                <a href=address.with_value(facet.field, value)>
                    <span class="facet-value">{words}</span>
                    <span class="facet-count">{number(*count as i64)}</span>
                </a>
            </li>
        }
    };
    let values = facet.values.iter().map(value).collect_view();
    view! {
        <div>
            <dt>{text_of("field", facet.field.word())}</dt>
            <dd><ul>{values}</ul></dd>
        </div>
    }
    .into_any()
}
