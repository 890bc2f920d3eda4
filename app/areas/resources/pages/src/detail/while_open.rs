//! What is asked for as long as a tab is open.

use leptos::prelude::*;
use model::ConsoleError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use ui::{Problem, awaited};

/// Reads what a tab shows, and shows it; nothing is asked for while `asked` is nothing, since another tab is open.
pub(super) fn while_open<Q, T, F>(
    asked: Memo<Option<Q>>,
    read: impl Fn(Q) -> F + Clone + Send + Sync + 'static,
    show: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    Q: Clone + PartialEq + Send + Sync + 'static,
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Result<T, ConsoleError>> + Send + 'static,
{
    let answer = Resource::new_blocking(
        move || asked.get(),
        move |asked| {
            let answer = asked.map(&read);
            async move {
                match answer {
                    Some(answer) => Some(answer.await),
                    None => None,
                }
            }
        },
    );
    let content = move || {
        let show = show.clone();
        Suspend::new(async move {
            // The page may be gone before its turn comes, and again before the answer does.
            asked.try_get_untracked()?;
            let found = answer.await?;
            asked.try_get_untracked()?;
            Some(match found {
                Ok(found) => show(found),
                Err(error) => {
                    let on_retry = Callback::new(move |()| answer.refetch());
                    view! { <Problem error on_retry/> }.into_any()
                }
            })
        })
    };
    view! { <Transition fallback=|| ()>{awaited(content)}</Transition> }.into_any()
}
