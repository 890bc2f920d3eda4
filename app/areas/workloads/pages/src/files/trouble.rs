//! Why files cannot be shown, and what to do instead.

use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use live::{TerminalTarget, use_terminals};
use ui::{Button, Empty, Glyph, LinkButton};
use workloads_contract::{FilePath, FilePlace, FileTrouble, files_address, open_address};

/// In place of a folder.
pub(super) fn folder(place: &FilePlace, trouble: &FileTrouble) -> AnyView {
    let action = match trouble {
        FileTrouble::NotAFolder => to(open_address(place), text("files.open")),
        FileTrouble::NotFound | FileTrouble::NotPermitted if place.path != FilePath::root() => {
            to(files_address(&place.at(place.path.parent())), text("files.up"))
        }
        FileTrouble::NoProgram { .. } => debugger(place),
        _ => ().into_any(),
    };
    let (title, words) = words(trouble);
    view! { <Empty glyph=Glyph::Warning title explanation=words action=move || action/> }.into_any()
}

/// In place of a file.
pub(super) fn file(place: &FilePlace, trouble: &FileTrouble) -> AnyView {
    let action = match trouble {
        FileTrouble::IsAFolder => to(files_address(place), text("files.open-folder")),
        FileTrouble::NoProgram { .. } => debugger(place),
        _ => ().into_any(),
    };
    let (title, words) = words(trouble);
    view! { <Empty glyph=Glyph::Warning title explanation=words action=move || action/> }.into_any()
}

fn to(href: String, words: &'static str) -> AnyView {
    view! { <LinkButton href>{words}</LinkButton> }.into_any()
}

/// A container that has the programs, added to the pod.
fn debugger(place: &FilePlace) -> AnyView {
    let Some(terminals) = use_terminals() else { return ().into_any() };
    let target = TerminalTarget::Debug { pod: place.pod.clone(), container: place.container.clone() };
    let open = move |()| terminals.open(target.clone());
    view! {
        <span class="needs-scripts">
            <Button glyph=Glyph::Plus on_press=open>{text("debug.add")}</Button>
        </span>
    }
    .into_any()
}

/// A sentence about it, and what lies behind.
pub(super) fn words(trouble: &FileTrouble) -> (String, String) {
    let word = match trouble {
        FileTrouble::NoProgram { .. } => "program",
        FileTrouble::NotRunning => "not-running",
        FileTrouble::NotFound => "not-found",
        FileTrouble::NotAFolder => "no-folder",
        FileTrouble::IsAFolder => "folder",
        FileTrouble::NotPermitted => "permission",
        FileTrouble::NoRoom => "room",
        FileTrouble::ReadOnly => "read-only",
        FileTrouble::TooSlow { .. } => "slow",
        FileTrouble::Failed { .. } => "failed",
    };
    let said = match trouble {
        FileTrouble::NoProgram { program } => {
            text_with("files.trouble.program.text", &[("program", program)])
        }
        FileTrouble::TooSlow { program, seconds } => {
            text_with("files.trouble.slow.text", &[("program", program), ("seconds", seconds)])
        }
        FileTrouble::Failed { message } => message.clone(),
        _ => text_of("files.trouble", &format!("{word}.text")),
    };
    (text_of("files.trouble", word), said)
}
