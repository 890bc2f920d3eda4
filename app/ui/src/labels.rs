//! Keys and values as chips.

use leptos::prelude::*;

/// Labels or annotations as chips; the first few, and the rest behind a disclosure.
#[component]
pub fn Labels(
    /// Keys and values.
    labels: Vec<(String, String)>,
    /// How many stand in the open; all when not given.
    #[prop(default = usize::MAX)]
    shown: usize,
    /// The address that a chip leads to, such as the search for its label.
    #[prop(optional, into)]
    link: Option<Callback<(String, String), String>>,
    /// The words behind which the rest is folded; how many they are when not given.
    #[prop(optional, into)]
    more: Option<String>,
) -> impl IntoView {
    let mut labels = labels;
    let rest = labels.split_off(shown.min(labels.len()));
    let chip = move |(key, value): (String, String)| {
        let href = link.map(|link| link.run((key.clone(), value.clone())));
        let words = view! {
            <span class="label-key">{key}</span>
            {(!value.is_empty()).then(|| view! { <span class="label-value">{value}</span> })}
        };
        match href {
            Some(href) => view! { <li><a class="label" href=href>{words}</a></li> }.into_any(),
            None => view! { <li><span class="label">{words}</span></li> }.into_any(),
        }
    };
    let more = (!rest.is_empty()).then(|| {
        let words = more.unwrap_or_else(|| format!("+{}", rest.len()));
        view! {
            <details class="labels-more">
                <summary>{words}</summary>
                <ul class="labels">{rest.into_iter().map(chip).collect_view()}</ul>
            </details>
        }
    });
    view! {
        <div class="labels-box">
            <ul class="labels">{labels.into_iter().map(chip).collect_view()}</ul>
            {more}
        </div>
    }
}
