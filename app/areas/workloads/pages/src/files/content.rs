//! A file that is opened.

use super::trouble;
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::ConsoleError;
use ui::{ButtonKind, Card, Glyph, LinkButton, Problem};
use workloads_contract::{FileContent, FilePlace, FileTrouble, download_address, files_address};

/// What stands in a file, or why that cannot be shown.
pub(super) fn card(
    file: &FilePlace,
    answer: Result<Result<FileContent, FileTrouble>, ConsoleError>,
    on_retry: Callback<()>,
) -> AnyView {
    let content = match answer {
        Ok(Ok(content)) => content_view(content),
        Ok(Err(trouble)) => trouble::file(file, &trouble),
        Err(error) => view! { <Problem error on_retry/> }.into_any(),
    };
    let title = file.path.as_str().to_owned();
    let (keep, close) = (download_address(file), files_address(&file.at(file.path.parent())));
    let actions = move || {
        view! {
            <LinkButton href=keep glyph=Glyph::Download download=true>{text("files.keep")}</LinkButton>
            <LinkButton href=close kind=ButtonKind::Quiet glyph=Glyph::Cross>{text("files.close")}</LinkButton>
        }
    };
    view! {
        <Card title=Signal::stored(title) actions=actions flush=true wide=true>{content}</Card>
    }
    .into_any()
}

fn content_view(content: FileContent) -> AnyView {
    match content {
        FileContent::Binary => view! { <p class="files-note">{text("files.binary")}</p> }.into_any(),
        FileContent::Text { text: content, .. } if content.is_empty() => {
            view! { <p class="files-note">{text("files.nothing")}</p> }.into_any()
        }
        FileContent::Text { text: content, is_cut } => {
            let kibibytes = content.len().div_ceil(1024);
            let cut = is_cut.then(|| {
                let words = text_with("files.cut", &[("size", &kibibytes)]);
                view! { <p class="files-note">{words}</p> }
            });
            view! {
                {cut}
                <pre class="files-text" tabindex="0" aria-label=text("files.content")>{content}</pre>
            }
            .into_any()
        }
    }
}
