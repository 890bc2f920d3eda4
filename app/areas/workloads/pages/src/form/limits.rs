//! What the limit ranges of the draft's namespace say, beside the fields that they are about.

use super::controls::Part;
use super::editing::Editing;
use super::quota::namespace_is;
use super::slider::slider;
use crate::words::text_with;
use leptos::prelude::*;
use workloads_contract::{LimitHint, Limited, read_limits};

/// Asks for them, and again when the namespace is another one.
pub fn follow(editing: Editing) {
    let namespace = Memo::new(move |_| editing.namespace());
    Effect::new(move |_| {
        let Some(namespace) = namespace.get() else { return };
        if !editing.form.is_limited() {
            return;
        }
        let cluster = editing.cluster();
        leptos::task::spawn_local(async move {
            // Who may not read limit ranges is told by the cluster what they refuse.
            let answer = read_limits(cluster, namespace.clone()).await.unwrap_or_default();
            if namespace_is(editing, &namespace) {
                let _ = editing.limits.try_set(answer);
            }
        });
    });
}

/// A control, and where its field is an amount, a slider and what limit ranges say of it.
pub fn around(part: &Part, control: AnyView) -> AnyView {
    let Some(limited) = Limited::at(&part.spot.path) else { return control };
    let (editing, slider) = (part.editing, slider(part, &limited));
    let hints = Memo::new(move |_| limited.hints(&editing.limits.read()));
    let line = |hint: LimitHint| view! { <p class="field-hint">{words(&hint)}</p> };
    let lines = move || hints.get().into_iter().map(line).collect_view();
    view! { <div class="form-limited">{control}{slider}{lines}</div> }.into_any()
}

fn words(hint: &LimitHint) -> String {
    let LimitHint { range, usual, least, most, most_ratio } = hint;
    let parts = [
        usual.as_ref().map(|amount| text_with("limit.usual", &[("amount", amount)])),
        least.as_ref().map(|amount| text_with("limit.least", &[("amount", amount)])),
        most.as_ref().map(|amount| text_with("limit.most", &[("amount", amount)])),
        most_ratio.as_ref().map(|amount| text_with("limit.ratio", &[("amount", amount)])),
    ];
    let said = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    text_with("limit.hint", &[("said", &said), ("range", range)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_says_what_there_is_to_say_and_who_says_it() {
        let hint = |usual: Option<&str>, least: Option<&str>, most: Option<&str>| {
            let text = |text: Option<&str>| text.map(str::to_owned);
            words(&LimitHint {
                range: "usual".into(),
                usual: text(usual),
                least: text(least),
                most: text(most),
                most_ratio: None,
            })
        };

        assert_eq!(
            hint(Some("500m"), Some("50m"), Some("2")),
            "Default 500m · at least 50m · at most 2 (limit range usual)"
        );
        assert_eq!(hint(None, None, Some("2")), "at most 2 (limit range usual)");
        let ratio = LimitHint {
            range: "usual".into(),
            usual: None,
            least: None,
            most: None,
            most_ratio: Some("4".into()),
        };
        assert_eq!(words(&ratio), "the limit at most 4 times the request (limit range usual)");
    }
}
