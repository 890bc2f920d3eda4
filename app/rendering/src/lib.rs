#![doc = include_str!("../README.md")]

use futures::StreamExt;
use hydration_context::SsrSharedContext;
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::location::RequestUrl;
use std::sync::Arc;

/// The HTML of an address, whole: what `pages` makes when the console is asked for it. It provides the ports that its pages
/// ask, and routes to them.
pub async fn render<V: IntoView>(address: &str, pages: impl FnOnce() -> V) -> String {
    // Fails only when another test of this program was first.
    let _ = any_spawner::Executor::init_tokio();
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new())));
    let stream = owner.with(|| {
        provide_context(RequestUrl::new(&format!("http://console.test{address}")));
        provide_meta_context();
        pages().into_view().to_html_stream_in_order()
    });
    let html = stream.collect::<String>().await;
    owner.unset_with_forced_cleanup();
    html
}
