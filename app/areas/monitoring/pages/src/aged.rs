//! What is said of an answer that is not of now.

use crate::words::text;
use leptos::prelude::*;
use model::Level;
use monitoring_contract::Aged;
use ui::{LevelMark, Since, cause_words};

/// How old what is shown is, and why there is nothing newer; nothing where it is of now. What failed is for readers of the
/// console alone: pages of other sites say only that something did.
pub fn aged(aged: Option<Aged>, tells_why: bool) -> Option<AnyView> {
    let Aged { at, cause } = aged?;
    let cause = tells_why.then(|| view! { <span class="aged-cause">{cause_words(&cause)}</span> });
    Some(
        view! {
            <div class="aged" role="note">
                <LevelMark level=Signal::stored(Level::Warning)/>
                <p>
                    {text("aged")}" "<Since at with_time=true/>". "{text("aged.why")}" "{cause}
                </p>
            </div>
        }
        .into_any(),
    )
}
