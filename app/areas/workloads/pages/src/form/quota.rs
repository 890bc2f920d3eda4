//! What the draft takes of the namespace's quotas, before it is sent.

use super::editing::Editing;
use crate::words::{text, text_with};
use leptos::prelude::*;
use workloads_contract::{Cost, Quota, QuotaLine, cost, read_quota};

/// The lines that the draft touches; nothing where nothing is limited.
pub fn panel(editing: Editing) -> AnyView {
    let quota = RwSignal::new(None::<Quota>);
    let namespace = Memo::new(move |_| editing.namespace());
    Effect::new(move |_| {
        let Some(namespace) = namespace.get() else { return };
        let cluster = editing.cluster();
        leptos::task::spawn_local(async move {
            // Who may not read quotas is told by the dry run what they refuse.
            let answer = read_quota(cluster, namespace.clone()).await.ok();
            if namespace_is(editing, &namespace) {
                let _ = quota.try_set(answer);
            }
        });
    });
    let lines = Memo::new(move |_| {
        let draft = editing.draft.read();
        let taken = cost(editing.form, &draft);
        let lines = quota.get().unwrap_or_default().lines;
        let touched = lines.into_iter().filter(|line| {
            taken.get(&line.resource).is_some_and(|amount| *amount > 0) && line.is_about(editing.form, &draft)
        });
        touched.map(|line| (line, taken.clone())).collect::<Vec<_>>()
    });
    let content = move || {
        let lines = lines.get();
        (!lines.is_empty() && editing.is_new()).then(|| {
            view! {
                <section class="form-quota" aria-label=text("quota")>
                    <h2>{text("quota")}</h2>
                    {lines.iter().map(|(line, cost)| meter(line, cost)).collect_view()}
                </section>
            }
        })
    };
    content.into_any()
}

/// Whether the draft is still in a namespace that was asked about.
pub fn namespace_is(editing: Editing, asked: &model::Namespace) -> bool {
    editing.draft.try_get_untracked().is_some() && untrack(|| editing.namespace()).as_ref() == Some(asked)
}

fn meter(line: &QuotaLine, cost: &Cost) -> AnyView {
    let Some((used, after, hard)) = line.with(cost) else { return ().into_any() };
    let share = |amount: i128| if hard > 0 { (amount * 100 / hard).clamp(0, 100) } else { 100 };
    let is_over = after > hard;
    let is_bytes = line.resource.contains("memory") || line.resource.contains("storage");
    let values: [(&str, &dyn std::fmt::Display); 3] = [
        ("used", &amount(used, is_bytes)),
        ("after", &amount(after, is_bytes)),
        ("hard", &amount(hard, is_bytes)),
    ];
    let words = if is_over { text_with("quota.over", &values) } else { text_with("quota.line", &values) };
    view! {
        <div class="form-quota-line" data-over=is_over.then_some("")>
            <span class="form-quota-name"><code>{line.resource.clone()}</code>" "<span class="hint">{line.quota.clone()}</span></span>
            <svg class="form-quota-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                <rect class="after" width=share(after).to_string() height="4"></rect>
                <rect class="used" width=share(used).to_string() height="4"></rect>
            </svg>
            <span>{words}</span>
        </div>
    }
    .into_any()
}

/// Thousandths as people write them.
fn amount(thousandths: i128, is_bytes: bool) -> String {
    let number = thousandths as f64 / 1_000.0;
    if !is_bytes {
        return trimmed(number);
    }
    let units = ["", "Ki", "Mi", "Gi", "Ti"];
    let (mut number, mut unit) = (number, 0);
    while number >= 1024.0 && unit + 1 < units.len() {
        number /= 1024.0;
        unit += 1;
    }
    format!("{}{}", trimmed(number), units[unit])
}

fn trimmed(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn amounts_read_as_they_are_written() {
        assert_eq!(amount(1_750, false), "1.75");
        assert_eq!(amount(3_000, false), "3");
        assert_eq!(amount(3 * 1_000 * (1 << 30), true), "3Gi");
        assert_eq!(amount(1_536_000, true), "1.5Ki");
    }
}
