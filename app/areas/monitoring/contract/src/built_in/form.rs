//! The form that installs, updates and removes groups of ready-made rules.

use super::rule::BuiltInGroup;
use model::fault::{BuiltInFault, EntryFault};
use model::{ClusterName, FieldProblem};
use serde::{Deserialize, Serialize};

/// What is to be done with the chosen groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BuiltInAct {
    /// They are to be as the catalogue says.
    #[default]
    Install,
    /// They are to go.
    Remove,
}

impl BuiltInAct {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Install, Self::Remove];

    /// Its word in forms and texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Install => "install",
            Self::Remove => "remove",
        }
    }
}

/// The fields of the form.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BuiltInFields {
    /// Where.
    pub cluster: ClusterName,
    /// In which project new objects are made; those that there are stay where they are.
    #[serde(default)]
    pub namespace: String,
    /// The words of the chosen groups.
    #[serde(default)]
    pub groups: Vec<String>,
    /// The word of what is to be done with them; empty for installing.
    #[serde(default)]
    pub act: String,
    /// Anything, to install also what another object warns of already.
    #[serde(default)]
    pub twice: String,
    /// What was installed when the form was opened.
    #[serde(default)]
    pub seen: String,
}

/// What is wished: every field has passed its rule, the project excepted, which only the server needs when something is new.
#[derive(Clone, Debug, PartialEq)]
pub struct BuiltInPlan {
    /// The chosen groups, in the order of the catalogue.
    pub groups: Vec<&'static BuiltInGroup>,
    /// What is to be done with them.
    pub act: BuiltInAct,
    /// Whether rules are installed whose alert another object has already.
    pub twice: bool,
}

impl BuiltInFields {
    /// A form in which nothing is chosen.
    pub fn new(cluster: ClusterName) -> Self {
        let none = String::new;
        Self { cluster, namespace: none(), groups: Vec::new(), act: none(), twice: none(), seen: none() }
    }

    /// The wish, or what is wrong at which field.
    pub fn check(&self) -> Result<BuiltInPlan, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        if let Some(unknown) = self.groups.iter().find(|word| BuiltInGroup::find(word).is_none()) {
            problems.push(FieldProblem::of("groups", BuiltInFault::NoGroup(unknown.clone())));
        } else if self.groups.is_empty() {
            problems.push(FieldProblem::of("groups", EntryFault::NoneChosen));
        }
        let act = BuiltInAct::ALL.into_iter().find(|act| act.word() == self.act);
        let act = if self.act.is_empty() { Some(BuiltInAct::default()) } else { act };
        let Some(act) = act.filter(|_| problems.is_empty()) else {
            if act.is_none() {
                problems.push(FieldProblem::of("act", BuiltInFault::Act));
            }
            return Err(problems);
        };
        let is_chosen = |group: &&BuiltInGroup| self.groups.iter().any(|word| word == group.word);
        let groups = BuiltInGroup::ALL.iter().filter(is_chosen).collect();
        Ok(BuiltInPlan { groups, act, twice: !self.twice.is_empty() })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn fields(groups: &[&str], act: &str) -> BuiltInFields {
        BuiltInFields {
            groups: groups.iter().map(|word| (*word).to_owned()).collect(),
            act: act.into(),
            ..BuiltInFields::new(ClusterName::parse("harbour").unwrap())
        }
    }

    fn wrong(fields: &BuiltInFields) -> Vec<String> {
        fields.check().unwrap_err().into_iter().map(|problem| problem.field).collect()
    }

    #[test]
    fn groups_are_taken_once_and_in_their_order() {
        let plan = fields(&["storage", "nodes", "storage"], "").check().unwrap();

        let words: Vec<&str> = plan.groups.iter().map(|group| group.word).collect();
        assert_eq!((words, plan.act, plan.twice), (vec!["nodes", "storage"], BuiltInAct::Install, false));
        assert_eq!(fields(&["nodes"], "remove").check().unwrap().act, BuiltInAct::Remove);
    }

    #[test]
    fn each_problem_stands_at_its_field() {
        assert_eq!(wrong(&fields(&[], "install")), ["groups"]);
        assert_eq!(wrong(&fields(&["none"], "install")), ["groups"]);
        assert_eq!(wrong(&fields(&["nodes"], "burn")), ["act"]);
        assert_eq!(wrong(&fields(&[], "burn")), ["groups", "act"]);
    }
}
