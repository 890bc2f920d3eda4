//! What a reader chooses for a dashboard: a field for each variable. The address says what is chosen.

use crate::address::{TimeAddress, with_pairs};
use crate::words::text;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use monitoring_contract::VariableView;
use ui::{Button, Select, error_words};

/// With what the names of choices in addresses begin, so that none is taken for anything else.
pub const CHOSEN: &str = "var-";

/// The fields; nothing where there is nothing to choose. They are followed at once where scripts run.
pub fn variables(variables: Vec<VariableView>, address: &TimeAddress) -> Option<AnyView> {
    if variables.is_empty() {
        return None;
    }
    let others = TimeAddress { kept: Vec::new(), ..address.clone() }.pairs();
    let kept = others.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let kept = kept.collect_view();
    let path = address.path.clone();
    let fields = variables.into_iter().map(|variable| field(variable, address.clone())).collect_view();
    let form = view! {
        <form class="dashboard-variables" method="get" action=path>
            {kept}
            {fields}
            <div class="without-scripts"><Button form_type="submit">{text("time.show")}</Button></div>
        </form>
    };
    Some(form.into_any())
}

fn field(variable: VariableView, address: TimeAddress) -> AnyView {
    let VariableView { name, options, chosen, problem } = variable;
    let key = format!("{CHOSEN}{name}");
    let all = std::iter::once((String::new(), text("variable.all").to_owned()));
    let options: Vec<_> = all.chain(options.into_iter().map(|option| (option.clone(), option))).collect();
    let go = use_navigate();
    let own = key.clone();
    let on_change = Callback::new(move |value: String| {
        let mut address = address.clone();
        address.kept.retain(|(name, _)| *name != own);
        address.kept.push((own.clone(), value));
        let href = with_pairs(&address.path, &address.pairs());
        go(&href, NavigateOptions { scroll: false, ..Default::default() });
    });
    let problem = problem.as_ref().map(error_words);
    view! {
        <Select
            name=key
            label=name
            options=Signal::stored(options)
            value=Signal::stored(chosen)
            problem=Signal::stored(problem)
            on_change
        />
    }
    .into_any()
}
