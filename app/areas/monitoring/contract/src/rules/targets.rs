//! What a template is about: objects of one kind.

use super::RuleTemplate;
use model::fault::RuleFault;
use model::{FieldProblem, KindSlug, ObjectName};
use std::collections::BTreeSet;
use std::fmt;

/// Objects of a kind: at least one, each of them once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleTargets {
    kind: KindSlug,
    names: BTreeSet<ObjectName>,
}

impl RuleTargets {
    /// The most objects that one rule names: all of them stand in every selector of its query.
    pub const MOST: usize = 20;

    /// These objects; none where there is no name.
    pub fn new(kind: KindSlug, names: impl IntoIterator<Item = ObjectName>) -> Option<Self> {
        let names: BTreeSet<ObjectName> = names.into_iter().collect();
        (!names.is_empty()).then_some(Self { kind, names })
    }

    /// The objects that are typed for a template, with commas or spaces between their names; none where it is about all of them.
    pub(super) fn typed(
        template: &RuleTemplate,
        kind: &str,
        names: &str,
    ) -> Result<Option<Self>, FieldProblem> {
        let wrong = |fault: RuleFault| FieldProblem::of("target", fault);
        let kind = KindSlug::parse(kind).map_err(|error| FieldProblem::of("kind", error.rule))?;
        let parts = names.split([',', ' ', '\t', '\r', '\n']).filter(|part| !part.is_empty());
        let names = parts.map(ObjectName::parse).collect::<Result<Vec<_>, _>>();
        let names = names.map_err(|error| FieldProblem::of("target", error.rule))?;
        let Some(targets) = Self::new(kind, names) else {
            return if template.about.needs_name() { Err(wrong(RuleFault::NoTarget)) } else { Ok(None) };
        };
        match targets.names.len() {
            2.. if template.adds_up => Err(wrong(RuleFault::OneTarget)),
            given if given > Self::MOST => Err(wrong(RuleFault::ManyTargets { given, most: Self::MOST })),
            _ => Ok(Some(targets)),
        }
    }

    /// Of which kind they are.
    pub fn kind(&self) -> &KindSlug {
        &self.kind
    }

    /// Their names, in order.
    pub fn names(&self) -> impl Iterator<Item = &ObjectName> {
        self.names.iter()
    }

    /// The name, where there is only one.
    pub fn only(&self) -> Option<&ObjectName> {
        self.names.first().filter(|_| self.names.len() == 1)
    }
}

/// Their names as they are typed.
impl fmt::Display for RuleTargets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.names.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(formatter, "{comma}{name}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn typed(template: &str, kind: &str, names: &str) -> Result<Option<String>, String> {
        let targets = RuleTargets::typed(RuleTemplate::find(template).unwrap(), kind, names);
        let problem = |problem: FieldProblem| format!("{}: {}", problem.field, problem.message);
        targets.map(|targets| targets.map(|targets| targets.to_string())).map_err(problem)
    }

    #[test]
    fn names_are_read_however_they_are_separated_and_each_once() {
        let read = |names: &str| typed("restarts", "deployments", names).unwrap().unwrap();

        for names in ["web, db", "db web", "db,web,", "\n db\r\n web ,db"] {
            assert_eq!(read(names), "db, web", "{names:?}");
        }
        assert_eq!(read(&read("web, db")), "db, web", "what is shown can be sent again");
    }

    #[test]
    fn nothing_means_all_where_that_makes_sense_and_nowhere_too_many() {
        let many = |count: usize| (0..count).map(|index| format!("n-{index}")).collect::<Vec<_>>().join(" ");

        assert_eq!(typed("node-cpu", "nodes", " , "), Ok(None));
        assert!(typed("restarts", "deployments", " ").unwrap_err().starts_with("target: write the name"));
        assert!(typed("node-cpu", "nodes", &many(RuleTargets::MOST)).is_ok());
        assert!(typed("node-cpu", "nodes", &many(RuleTargets::MOST + 1)).unwrap_err().contains("at most 20"));
        assert!(typed("node-cpu", "nodes", "worker-1, ../worker-2").unwrap_err().starts_with("target: "));
    }

    #[test]
    fn what_is_added_up_is_about_one_object() {
        assert_eq!(typed("memory-used", "deployments", "web,web"), Ok(Some("web".into())));
        assert!(typed("memory-used", "deployments", "web,db").unwrap_err().contains("name one alone"));
    }
}
