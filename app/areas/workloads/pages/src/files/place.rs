//! Where one is among the files: what the address says, and the bar that leads elsewhere.

use crate::words::text;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use model::fault::FileFault;
use model::{FieldProblem, ResourceRef, link};
use ui::{Button, Glyph, LinkButton, problem_words};
use workloads_contract::{
    FileName, FilePath, FilePlace, FolderPage, InvalidPath, files_address, folder_address,
};

/// Everything that the tab's address says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FilesAddress {
    pub pod: ResourceRef,
    pub container: Option<String>,
    pub asked: Asked,
    pub open: Option<FileName>,
}

/// Which folder.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Asked {
    Place(FilePlace),
    /// What was written is no path.
    Nonsense(String),
}

impl FilesAddress {
    /// Reads the parameters; `None` when they are those of another tab.
    pub fn parse(pod: &ResourceRef, query: &ParamsMap) -> Option<Self> {
        query.get("tab").filter(|tab| tab == "files")?;
        let container = query.get("container").filter(|name| !name.is_empty());
        let written =
            query.get("path").filter(|path| !path.trim().is_empty()).unwrap_or_else(|| "/".to_owned());
        let asked = match FilePath::parse(written.trim()) {
            Ok(path) => Asked::Place(FilePlace { pod: pod.clone(), container: container.clone(), path }),
            Err(InvalidPath) => Asked::Nonsense(written),
        };
        let open = query.get("open").and_then(|name| FileName::parse(&name).ok());
        Some(Self { pod: pod.clone(), container, asked, open })
    }

    /// The root of the usual container.
    pub fn root(pod: &ResourceRef) -> Self {
        let place = FilePlace { pod: pod.clone(), container: None, path: FilePath::root() };
        Self { pod: pod.clone(), container: None, asked: Asked::Place(place), open: None }
    }

    /// The file that is opened.
    pub fn opened(&self) -> Option<FilePlace> {
        match (&self.asked, &self.open) {
            (Asked::Place(folder), Some(name)) => Some(folder.at(folder.path.join(name))),
            _ => None,
        }
    }
}

/// The container, the way from its root, and any other path: a form, so that it works without scripts.
pub(super) fn bar(address: &FilesAddress, page: Option<&FolderPage>) -> AnyView {
    let written = match &address.asked {
        Asked::Place(place) => place.path.as_str().to_owned(),
        Asked::Nonsense(written) => written.clone(),
    };
    let problem = matches!(address.asked, Asked::Nonsense(_)).then(|| {
        let words = problem_words(&FieldProblem::of("path", FileFault::Path));
        view! { <p class="field-problem" id="files-path-problem" role="alert">{words}</p> }
    });
    let way = match &address.asked {
        Asked::Place(place) => way(place),
        Asked::Nonsense(_) => ().into_any(),
    };
    let archive = match &address.asked {
        Asked::Place(place) if page.is_some_and(|page| page.content.is_ok()) => {
            let href = folder_address(place);
            Some(view! {
                <LinkButton href glyph=Glyph::Download download=true>{text("files.archive")}</LinkButton>
            })
        }
        _ => None,
    };
    view! {
        <div class="files-bar">
            <form class="files-place" method="get" action=link::object(&address.pod)>
                <input type="hidden" name="tab" value="files"/>
                {containers(address, page)}
                <input
                    class="input"
                    data-code=""
                    name="path"
                    value=written
                    aria-label=text("files.path")
                    spellcheck="false"
                    autocapitalize="none"
                    aria-describedby="files-path-problem"
                    aria-invalid=problem.is_some().then_some("true")
                />
                <Button form_type="submit">{text("files.go")}</Button>
            </form>
            {archive}
        </div>
        {problem}
        {way}
    }
    .into_any()
}

/// The containers to choose from; while they are not known the chosen one is kept.
fn containers(address: &FilesAddress, page: Option<&FolderPage>) -> AnyView {
    let Some(page) = page else {
        let kept = address.container.clone().unwrap_or_default();
        return view! { <input type="hidden" name="container" value=kept/> }.into_any();
    };
    let option = |name: &String| {
        let is_chosen = *name == page.container;
        view! { <option value=name.clone() selected=is_chosen>{name.clone()}</option> }
    };
    view! {
        <select class="input" name="container" aria-label=text("files.container")>
            {page.containers.iter().map(option).collect_view()}
        </select>
    }
    .into_any()
}

fn way(place: &FilePlace) -> AnyView {
    let steps = place.path.steps();
    let last = steps.len();
    let step = |(number, path): (usize, FilePath)| {
        let name = path.name().map(|name| name.as_str().to_owned()).unwrap_or_default();
        let is_here = (number + 1 == last).then_some("page");
        view! { <li><a href=files_address(&place.at(path)) aria-current=is_here>{name}</a></li> }
    };
    let is_root = steps.is_empty().then_some("page");
    view! {
        <nav class="files-way" aria-label=text("files.way")>
            <ol>
                <li><a href=files_address(&place.at(FilePath::root())) aria-current=is_root>"/"</a></li>
                {steps.into_iter().enumerate().map(step).collect_view()}
            </ol>
        </nav>
    }
    .into_any()
}

/// What was written is no path: it is said at its field, and nothing is asked of the container.
pub(super) fn nonsense(address: &FilesAddress) -> AnyView {
    bar(address, None)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn pod() -> ResourceRef {
        ResourceRef {
            cluster: "harbour".parse().unwrap(),
            kind: "pods".parse().unwrap(),
            namespace: Some("shop".parse().unwrap()),
            name: "web-0".parse().unwrap(),
        }
    }

    fn read(pairs: &[(&'static str, &str)]) -> Option<FilesAddress> {
        let mut query = ParamsMap::new();
        for (name, value) in pairs {
            query.insert(*name, (*value).to_owned());
        }
        FilesAddress::parse(&pod(), &query)
    }

    #[test]
    fn an_address_names_a_folder_and_a_file_in_it() {
        let address = read(&[("tab", "files"), ("path", "/etc//nginx/"), ("open", "nginx.conf")]).unwrap();

        assert_eq!(address.opened().unwrap().path.as_str(), "/etc/nginx/nginx.conf");
        assert_eq!(read(&[("tab", "files")]), Some(FilesAddress::root(&pod())));
    }

    #[test]
    fn the_address_of_another_tab_asks_for_no_files() {
        assert_eq!(read(&[("tab", "events"), ("path", "/etc")]), None);
    }

    #[test]
    fn what_is_no_path_opens_nothing() {
        let address = read(&[("tab", "files"), ("path", "../etc"), ("open", "passwd")]).unwrap();

        assert_eq!(address.asked, Asked::Nonsense("../etc".into()));
        assert_eq!(address.opened(), None);
    }
}
