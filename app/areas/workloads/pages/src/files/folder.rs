//! What a folder holds, as a table.

use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use model::{Level, Unit};
use ui::quantity::quantity;
use ui::{Banner, Empty, Glyph, Icon, Since, plain_table};
use workloads_contract::{
    FileEntry, FileKind, FilePath, FilePlace, Folder, download_address, files_address, folder_address,
    open_address,
};

pub(super) fn table(place: &FilePlace, folder: &Folder) -> AnyView {
    let notes = notes(folder);
    if folder.entries.is_empty() {
        return view! {
            {notes}
            <Empty glyph=Glyph::Folder title=text("files.empty") explanation=text("files.empty.text")/>
        }
        .into_any();
    }
    let up = (place.path != FilePath::root()).then(|| up(place));
    let rows = folder.entries.iter().map(|entry| row(place, entry)).collect_view();
    let headings = [
        text("files.name"),
        text("files.size"),
        text("files.changed"),
        text("files.mode"),
        text("files.keep"),
    ];
    let rows = view! { {up}{rows} }.into_any();
    view! { {notes}<div class="files-table">{plain_table(text("files"), &headings, rows)}</div> }.into_any()
}

/// What is not listed, and why.
fn notes(folder: &Folder) -> AnyView {
    let more = folder.more.then(|| {
        let words = text_with("files.more", &[("count", &folder.entries.len())]);
        view! { <Banner level=Level::Warning>{words}</Banner> }
    });
    let unread = (folder.unread > 0).then(|| {
        let words = text_with("files.unread", &[("count", &folder.unread)]);
        view! { <Banner level=Level::Warning>{words}</Banner> }
    });
    view! { {more}{unread} }.into_any()
}

fn up(place: &FilePlace) -> AnyView {
    let href = files_address(&place.at(place.path.parent()));
    view! {
        <tr>
            <th scope="row" class="files-name">
                <Icon glyph=Glyph::ArrowUp/>
                <a href=href>{text("files.up")}</a>
            </th>
            <td></td>
            <td></td>
            <td></td>
            <td></td>
        </tr>
    }
    .into_any()
}

fn row(place: &FilePlace, entry: &FileEntry) -> AnyView {
    let here = place.at(place.path.join(&entry.name));
    let name = entry.name.as_str().to_owned();
    let title = text_of("files.kind", word(entry.kind));
    // What stands behind a link shows when it is followed; devices and pipes have no end to read to.
    let name = match entry.kind {
        FileKind::Folder | FileKind::Link => view! { <a href=files_address(&here)>{name}</a> }.into_any(),
        FileKind::File => view! { <a href=open_address(&here)>{name}</a> }.into_any(),
        FileKind::Other => view! { <span>{name}</span> }.into_any(),
    };
    let target = entry.target.as_ref().map(|target| {
        view! { <span class="about">{format!("→ {target}")}</span> }
    });
    let on_its_way = (entry.kind == FileKind::File && entry.name.is_of_upload()).then(|| {
        view! { <span class="about">{text("files.upload-part")}</span> }
    });
    let keep = match entry.kind {
        FileKind::Folder => Some(folder_address(&here)),
        FileKind::File | FileKind::Link => Some(download_address(&here)),
        FileKind::Other => None,
    };
    let keep = keep.map(|href| {
        let words = text_with("files.keep.one", &[("name", &entry.name.as_str())]);
        view! {
            <a class="icon-button" href=href download="" rel="external" title=words.clone() aria-label=words>
                <Icon glyph=Glyph::Download/>
            </a>
        }
    });
    let size = entry.size_bytes.map(|bytes| quantity(bytes as f64, Unit::Bytes));
    view! {
        <tr>
            <th scope="row" class="files-name">
                <span class="files-kind">
                    <Icon glyph=glyph(entry.kind)/>
                    <span class="visually-hidden">{title}</span>
                </span>
                {name}{target}{on_its_way}
            </th>
            <td data-heading=text("files.size") data-align="end">{size}</td>
            <td data-heading=text("files.changed")>{entry.modified.map(|at| view! { <Since at narrow=true/> })}</td>
            <td data-heading=text("files.mode")><code>{entry.mode.clone()}</code></td>
            <td class="files-keep">{keep}</td>
        </tr>
    }
    .into_any()
}

fn word(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Folder => "folder",
        FileKind::File => "file",
        FileKind::Link => "link",
        FileKind::Other => "other",
    }
}

fn glyph(kind: FileKind) -> Glyph {
    match kind {
        FileKind::Folder => Glyph::Folder,
        FileKind::File => Glyph::File,
        FileKind::Link => Glyph::External,
        FileKind::Other => Glyph::System,
    }
}
