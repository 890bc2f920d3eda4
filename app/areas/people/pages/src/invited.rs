//! A link with which somebody chooses a password. It is shown once, and only where scripts run: an address would keep it.

use crate::words::{text, text_with};
use leptos::prelude::*;
use people_contract::Invited;
use sign_in_contract::{field, path};
use ui::{Card, CopyButton};

/// The link that the last answer gave, if one did.
pub fn shown(answer: RwSignal<Option<String>>) -> AnyView {
    let content = move || {
        let invited: Invited = serde_json::from_str(&answer.get()?).ok()?;
        let origin = window().location().origin().unwrap_or_default();
        let link = format!("{origin}{}?{}={}", path::SET_UP, field::TOKEN, invited.token);
        Some(view! {
            <Card title=text_with("link.title", &[("name", &invited.name)])>
                <p>{text("link.text")}</p>
                <p class="secret-link"><code>{link.clone()}</code><CopyButton value=link/></p>
            </Card>
        })
    };
    view! { {content} }.into_any()
}
