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
    built(content)
}

/// A part of a page that follows what it reads and that asks for something itself: built once on the server, for the
/// reason above, and again in the browser whenever what it reads changes.
///
/// The server builds it where this is called, the browser after all that its page builds by itself. Answers find their
/// places by the order of asking, so call it after everything else that asks.
pub fn built<V: IntoView + 'static>(content: impl Fn() -> V + Send + 'static) -> AnyView {
    if cfg!(target_family = "wasm") { content.into_any() } else { untrack(content).into_any() }
}
