//! What was asked of the past, once there is an answer.

use crate::address::Address;
use crate::missing::missing;
use leptos::prelude::*;
use model::ConsoleError;
use records_contract::Searched;
use ui::{Problem, SkeletonTable, awaited};

/// What an answer is shown as: by `answered` where something keeps the past, and otherwise what was looked for or what went
/// wrong, with a way to ask again.
pub fn answer<T: Clone + Send + Sync + 'static>(
    asked: Resource<Result<Searched<T>, ConsoleError>>,
    on_retry: Callback<()>,
    address: Address,
    answered: impl Fn(T, &Address) -> AnyView + Copy + Send + 'static,
) -> AnyView {
    let content = move || {
        let address = address.clone();
        Suspend::new(async move {
            match asked.await {
                Ok(Searched::Answered(found)) => answered(*found, &address),
                Ok(Searched::Missing(looked)) => missing(&address.cluster, looked),
                Err(error) => {
                    let here = address.href();
                    view! { <Problem error here on_retry/> }.into_any()
                }
            }
        })
    };
    view! { <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition> }.into_any()
}
