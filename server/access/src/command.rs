//! Things done to what only the console knows.

use crate::{Action, Need, Verb};
use uuid::Uuid;

/// Something done to what the console keeps itself: its name, need and detail say all about it, in the audit trail too.
/// Whatever goes to a cluster is an action of its own type instead, so that a grant for one thing opens nothing else.
#[derive(Clone, Debug)]
pub struct Command {
    name: &'static str,
    need: Need,
    detail: Option<String>,
}

impl Action for Command {
    const NAME: &'static str = "command";

    fn name(&self) -> &'static str {
        self.name
    }

    fn need(&self) -> Need {
        self.need.clone()
    }

    fn detail(&self) -> Option<String> {
        self.detail.clone()
    }
}

impl Command {
    /// What needs this right.
    pub fn of(name: &'static str, need: Need) -> Self {
        Self { name, need, detail: None }
    }

    /// The same, with what the audit trail adds to it.
    #[must_use]
    pub fn saying(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// On the platform: `plural` is `accounts`, `workspaces`, `roles` or `audit`.
    pub fn on_platform(name: &'static str, verb: Verb, plural: &str, object: Option<&str>) -> Self {
        Self::of(name, Need::platform(verb, plural).of_object(object))
    }

    /// In a workspace.
    pub fn in_workspace(
        name: &'static str,
        verb: Verb,
        plural: &str,
        workspace: Uuid,
        object: Option<&str>,
    ) -> Self {
        Self::of(name, Need::in_workspace(verb, plural, workspace).of_object(object))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    /// What stands before names of actions in the sources.
    const BEFORE: [&str; 17] = [
        "NAME: &'static str = ",
        "Command::of(",
        "Command::on_platform(",
        "in_workspace(",
        "in_project(",
        "on_members(",
        "command(",
        "budget(",
        "knock(",
        "steering(",
        " own(",
        "to_decide(&id, ",
        "to_decide(&fields.id, ",
        "own_change(&caller, ",
        "own_change(caller, ",
        "let name = ",
        "action: ",
    ];
    /// Names of sorts of actions, each of which has a name of its own.
    const SORTS: [&str; 4] = ["act", "api", "command", "use_files"];
    /// Folders in which nothing is done that a trail of people keeps.
    const ASIDE: [&str; 5] = ["examples", "kinds", "playground", "test_stage", "tests"];

    fn each_source(folder: &Path, look: &mut impl FnMut(&str)) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if !ASIDE.contains(&name.as_str()) {
                    each_source(&path, look);
                }
            } else if name.ends_with(".rs") && name != "tests.rs" {
                let text = fs::read_to_string(&path).unwrap();
                look(text.split("#[cfg(test)]").next().unwrap());
            }
        }
    }

    #[test]
    fn whatever_the_trail_may_keep_has_words_in_every_language() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut names = BTreeSet::new();
        each_source(&here.join(".."), &mut |source| {
            let literal =
                |rest: &str| Some(rest.trim_start().strip_prefix('"')?.split_once('"')?.0.to_owned());
            names.extend(BEFORE.iter().flat_map(|before| source.split(*before).skip(1)).filter_map(literal));
        });

        assert!(names.len() > 100 && names.contains("sign_in") && names.contains("set member"), "{names:?}");
        for language in ["en", "zh"] {
            let texts = fs::read_to_string(here.join(format!("../../app/ui/texts/{language}.json"))).unwrap();
            let lacks = |name: &&String| {
                let key = name.replace([' ', '_'], "-");
                !SORTS.contains(&name.as_str()) && !texts.contains(&format!("\"deed.{key}\":"))
            };
            let lacking: Vec<&String> = names.iter().filter(lacks).collect();
            assert!(
                lacking.is_empty(),
                "write the words of these into app/ui/texts/{language}.json: {lacking:?}"
            );
        }
    }
}
