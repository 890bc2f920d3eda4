//! Log files on volumes: which they are, and what reads them.

use super::controls::{Part, Spot};
use super::editing::Editing;
use super::lists::ITEM;
use super::plain::labelled;
use super::rows::{LAST, focus};
use super::scriptless::by_hand_only;
use crate::words::{text, text_with};
use leptos::html::Fieldset;
use leptos::prelude::*;
use serde_json::Value;
use ui::{Button, ButtonKind, Glyph, IconButton};
use workloads_contract::{LogFiles, LogMount};

/// The pod that the log files are of.
#[derive(Clone)]
struct Pod {
    editing: Editing,
    spot: Spot,
    /// Where its log files are told of.
    place: String,
}

impl Pod {
    fn around(part: &Part) -> Self {
        let path = part.spot.path.rsplit_once('/').map_or("", |(pod, _)| pod);
        let spot = Spot { object: part.spot.object, path: path.to_owned() };
        Self { editing: part.editing, spot, place: part.spot.place() }
    }

    fn of<T>(&self, read: impl FnOnce(&Value) -> T) -> T {
        let draft = self.editing.draft.read();
        read(draft.at(self.spot.object, &self.spot.path).unwrap_or(&Value::Null))
    }

    /// Where a container is that reads log files.
    fn spot_of(&self, index: usize) -> Spot {
        self.spot.below(&format!("initContainers/{index}"))
    }

    fn logs(&self, index: usize) -> Option<LogFiles> {
        let spot = self.spot_of(index);
        self.editing.draft.read().at(spot.object, &spot.path).and_then(LogFiles::read)
    }

    /// Changes the log files that a container reads; `field` is what was typed into.
    fn change(&self, index: usize, field: &str, change: impl FnOnce(&mut LogFiles)) {
        let spot = self.spot_of(index);
        let Some(mut container) = untrack(|| self.editing.at(spot.object, &spot.path)) else { return };
        let Some(mut logs) = LogFiles::read(&container) else { return };
        change(&mut logs);
        logs.write(&mut container);
        let place = self.place_of(index, field);
        self.editing.set_and_touch(place, spot.object, &spot.path, Some(container));
    }

    /// Adds or removes a container.
    fn change_all(&self, change: impl FnOnce(&mut Vec<Value>)) {
        let spot = self.spot.below("initContainers");
        let mut all = match untrack(|| self.editing.at(spot.object, &spot.path)) {
            Some(Value::Array(all)) => all,
            _ => Vec::new(),
        };
        change(&mut all);
        self.editing.set(spot.object, &spot.path, (!all.is_empty()).then_some(Value::Array(all)));
    }

    fn place_of(&self, index: usize, field: &str) -> String {
        format!("{}/{index}/{field}", self.place)
    }

    fn problem(&self, index: usize, field: &str) -> Signal<Option<String>> {
        let (editing, place) = (self.editing, self.place_of(index, field));
        Signal::derive(move || editing.problem(&place))
    }
}

/// The log files of each volume that has some.
pub fn log_files(part: &Part) -> AnyView {
    let pod = Pod::around(part);
    let shown = {
        let pod = pod.clone();
        Memo::new(move |_| {
            let all = pod.of(LogFiles::of_pod);
            all.into_iter().map(|(index, _)| index).collect::<Vec<_>>()
        })
    };
    let free = {
        let pod = pod.clone();
        Memo::new(move |_| pod.of(without_logs))
    };
    let blocked =
        Signal::derive(move || free.read().is_none().then(|| text("log-files.none-left").to_owned()));
    let list = NodeRef::<Fieldset>::new();
    let add = {
        let pod = pod.clone();
        move |()| {
            if let Some(mount) = free.get_untracked() {
                pod.change_all(|all| all.push(LogFiles::of(mount).container()));
                focus(list, ITEM, LAST);
            }
        }
    };
    let add_words = text_with("add.one", &[("what", &part.name())]);
    let problem = part.problem;
    view! {
        {by_hand_only()}
        <fieldset
            class="form-list needs-scripts"
            node_ref=list
            data-wrong=move || problem.read().is_some().then_some("")
        >
            <legend>{part.label.clone()}</legend>
            <p class="field-hint">{part.hint.clone()}</p>
            {move || shown.get().into_iter().map(|index| of_volume(&pod, list, index)).collect_view()}
            <p class="field-problem" aria-live="polite">{move || problem.get()}</p>
            <Button kind=ButtonKind::Quiet glyph=Glyph::Plus disabled_because=blocked on_press=add>{add_words}</Button>
        </fieldset>
    }
    .into_any()
}

/// A mount of a volume that has no log files yet.
fn without_logs(pod: &Value) -> Option<LogMount> {
    let taken = LogFiles::of_pod(pod);
    let is_free = |mount: &LogMount| taken.iter().all(|(_, logs)| logs.mount.volume != mount.volume);
    LogMount::of_pod(pod).into_iter().find(is_free)
}

fn of_volume(pod: &Pod, list: NodeRef<Fieldset>, index: usize) -> AnyView {
    let logs = {
        let pod = pod.clone();
        Memo::new(move |_| pod.logs(index))
    };
    let name = Memo::new(move |_| logs.read().as_ref().map(LogFiles::name).unwrap_or_default());
    let remove_words = Signal::derive(move || text_with("remove.one", &[("what", &name.get())]));
    let remove = {
        let pod = pod.clone();
        move |()| {
            pod.change_all(|all| {
                if index < all.len() {
                    all.remove(index);
                }
            });
            focus(list, ITEM, LAST);
        }
    };
    view! {
        <div class="form-item">
            <details open=true>
                <summary><span class="form-item-name">{move || name.get()}</span></summary>
                <div class="form-fields">
                    {volume(pod, index, logs)}
                    {files(pod, index, logs)}
                    {image(pod, index, logs)}
                </div>
            </details>
            <span class="form-item-tools">
                <IconButton glyph=Glyph::Trash title=remove_words on_press=remove/>
            </span>
        </div>
    }
    .into_any()
}

/// Which volume, as a container mounts it.
fn volume(pod: &Pod, index: usize, logs: Memo<Option<LogFiles>>) -> AnyView {
    let options = {
        let pod = pod.clone();
        Signal::derive(move || {
            let mut mounts = pod.of(LogMount::of_pod);
            // What is mounted no more is shown as well.
            if let Some(LogFiles { mount, .. }) = logs.get()
                && !mounts.contains(&mount)
            {
                mounts.push(mount);
            }
            mounts.iter().map(|mount| (mount.to_string(), mount.to_string())).collect::<Vec<_>>()
        })
    };
    let value =
        Signal::derive(move || logs.read().as_ref().map(|logs| logs.mount.to_string()).unwrap_or_default());
    let on_change = {
        let pod = pod.clone();
        Callback::new(move |chosen: String| {
            let mounts = untrack(|| pod.of(LogMount::of_pod));
            if let Some(mount) = mounts.into_iter().find(|mount| mount.to_string() == chosen) {
                pod.change(index, "volume", |logs| logs.mount = mount);
            }
        })
    };
    view! {
        <ui::Select
            name=pod.place_of(index, "volume")
            label=text("log-files.volume")
            options
            value
            problem=pod.problem(index, "volume")
            on_change
        />
    }
    .into_any()
}

fn files(pod: &Pod, index: usize, logs: Memo<Option<LogFiles>>) -> AnyView {
    let written = Memo::new(move |_| logs.read().as_ref().map(|logs| logs.files.clone()).unwrap_or_default());
    // Empty lines and spaces are on the way to a name.
    let typed = RwSignal::new(None::<String>);
    let shown = Signal::derive(move || match typed.get() {
        Some(typed) if names(&typed) == *written.read() => typed,
        _ => written.read().join("\n"),
    });
    let on_input = {
        let pod = pod.clone();
        Callback::new(move |text: String| {
            let files = names(&text);
            typed.set(Some(text));
            pod.change(index, "files", |logs| logs.files = files);
        })
    };
    view! {
        <ui::TextArea
            name=pod.place_of(index, "files")
            label=labelled(text("log-files.files"), true)
            value=shown
            hint=text("log-files.files.hint")
            problem=pod.problem(index, "files")
            lines=3
            on_input
        />
    }
    .into_any()
}

/// The files' names in what was typed.
fn names(typed: &str) -> Vec<String> {
    typed.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn image(pod: &Pod, index: usize, logs: Memo<Option<LogFiles>>) -> AnyView {
    let value =
        Signal::derive(move || logs.read().as_ref().map(|logs| logs.image.clone()).unwrap_or_default());
    let on_input = {
        let pod = pod.clone();
        Callback::new(move |image: String| pod.change(index, "image", |logs| logs.image = image))
    };
    view! {
        <ui::Field
            name=pod.place_of(index, "image")
            label=labelled(text("log-files.image"), true)
            value
            hint=text("log-files.image.hint")
            problem=pod.problem(index, "image")
            code=true
            on_input
        />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn empty_lines_and_spaces_are_no_names() {
        assert_eq!(names(" /data/a.log \n\n/data/b c.log\n"), ["/data/a.log", "/data/b c.log"]);
        assert!(names("\n ").is_empty());
    }

    #[test]
    fn a_volume_is_offered_until_it_has_log_files() {
        let mut pod = json!({
            "containers": [{"volumeMounts": [
                {"name": "data", "mountPath": "/data"}, {"name": "data", "mountPath": "/other"},
                {"name": "kept", "mountPath": "/kept"},
            ]}],
            "initContainers": [],
        });
        let mut offered = Vec::new();
        while let Some(mount) = without_logs(&pod) {
            offered.push(mount.to_string());
            let container = LogFiles::of(mount).container();
            pod["initContainers"].as_array_mut().expect("it is one").push(container);
        }

        assert_eq!(offered, ["data · /data", "kept · /kept"]);
    }
}
