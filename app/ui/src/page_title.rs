//! The title of the document.

use crate::field::escaped;
use leptos::prelude::*;
use leptos::text_prop::TextProp;
use leptos_meta::Title;

/// What the browser's tab says of a page.
///
/// On the server it is read at once, and escaped: the framework writes it after the first piece of the page, when what a
/// page that waits for nothing reads may be gone already, and writes it as it is, although it may come from the address.
#[component]
pub fn PageTitle(
    /// The name of the page, without that of the console.
    #[prop(into)]
    text: TextProp,
) -> impl IntoView {
    let text = if cfg!(target_family = "wasm") { text } else { escaped(&untrack(|| text.get())).into() };
    view! { <Title text/> }
}

/// What the titles of the pages around which it stands end in.
#[component]
pub fn TitlesOf(
    /// What the console is called.
    #[prop(into)]
    name: String,
) -> impl IntoView {
    let name = if cfg!(target_family = "wasm") { name } else { escaped(&name) };
    let formatter = move |title: String| {
        if title.is_empty() { name.clone() } else { format!("{title} · {name}") }
    };
    view! { <Title formatter/> }
}

#[cfg(test)]
mod tests {
    use super::{PageTitle, PageTitleProps, TitlesOf, TitlesOfProps};
    use futures::StreamExt;
    use leptos::prelude::*;
    use leptos_meta::{ServerMetaContext, provide_meta_context};

    /// The document of a page with this title, written when the page itself is gone.
    async fn document(title: &str) -> String {
        document_of(None, title).await
    }

    /// The same, of a console with a name.
    async fn document_of(name: Option<&str>, title: &str) -> String {
        let _ = any_spawner::Executor::init_tokio();
        let (context, written) = ServerMetaContext::new();
        let owner = Owner::new();
        owner.with(|| {
            provide_meta_context();
            provide_context(context);
            let _ = name.map(|name| TitlesOf(TitlesOfProps::builder().name(name).build()));
            let title = RwSignal::new(title.to_owned());
            let _ = PageTitle(PageTitleProps::builder().text(move || title.get()).build());
        });
        owner.cleanup();
        let page = futures::stream::once(async { "<head></head>".to_owned() });
        written.inject_meta_context(Box::pin(page)).await.collect().await
    }

    #[tokio::test]
    async fn a_title_outlives_what_it_was_read_from() {
        assert_eq!(document("Logs · harbour").await, "<head><title>Logs · harbour</title></head>");
    }

    #[tokio::test]
    async fn a_title_ends_in_what_the_console_is_called() {
        assert_eq!(
            document_of(Some("Harbour <Cloud>"), "Logs").await,
            "<head><title>Logs · Harbour &lt;Cloud></title></head>"
        );
    }

    #[tokio::test]
    async fn a_title_from_the_address_writes_no_element() {
        assert_eq!(
            document("</title><base href=//elsewhere.test>").await,
            "<head><title>&lt;/title>&lt;base href=//elsewhere.test></title></head>"
        );
    }
}
