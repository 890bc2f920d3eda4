//! What is shown once its data is there.

use leptos::prelude::*;

/// The child of a `Suspense` or `Transition`: built once on the server, and again in the browser whenever what it reads
/// changes.
///
/// Server rendering walks a view several times: to find what is awaited, once more when that has come, and to write it.
/// A closure is called by each walk, so that all it builds would be built as often, and what that asks the server for
/// asked as often - with another answer in the rows than in the data that the browser gets for them.
pub fn awaited<V: IntoView + 'static>(content: impl Fn() -> Suspend<V> + Send + 'static) -> AnyView
where
    Suspend<V>: IntoView,
{
    if cfg!(target_family = "wasm") { content.into_any() } else { untrack(content).into_any() }
}
