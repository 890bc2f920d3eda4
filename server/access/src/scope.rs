//! Which objects a grant covers.

use model::Namespace;
use std::collections::BTreeSet;

/// Which objects a grant covers. Whoever reads from something that sees everything shows only what this admits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// All.
    All,
    /// Objects in these namespaces.
    Namespaces(BTreeSet<Namespace>),
    /// The namespace objects of these names: the one kind whose name is what counts.
    NamespaceObjects(BTreeSet<Namespace>),
}

impl Scope {
    /// Whether the object with this namespace and name is covered.
    pub fn admits(&self, namespace: Option<&str>, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Namespaces(names) => namespace.is_some_and(|namespace| has(names, namespace)),
            Self::NamespaceObjects(names) => has(names, name),
        }
    }

    /// Whether everything that `self` admits is admitted by `wider` too.
    pub fn is_within(&self, wider: &Self) -> bool {
        match (self, wider) {
            (_, Self::All) => true,
            (Self::Namespaces(narrow), Self::Namespaces(wide))
            | (Self::NamespaceObjects(narrow), Self::NamespaceObjects(wide)) => narrow.is_subset(wide),
            _ => false,
        }
    }
}

fn has(names: &BTreeSet<Namespace>, text: &str) -> bool {
    // A handful of names: comparing them all is cheaper than making a `Namespace` of each row's text.
    names.iter().any(|name| name.as_str() == text)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn names(texts: &[&str]) -> BTreeSet<Namespace> {
        texts.iter().map(|text| Namespace::parse(text).unwrap()).collect()
    }

    #[test]
    fn a_scope_of_namespaces_admits_nothing_without_a_namespace() {
        let scope = Scope::Namespaces(names(&["shop"]));

        assert!(scope.admits(Some("shop"), "web"));
        assert!(!scope.admits(Some("shop-2"), "web"));
        assert!(!scope.admits(None, "shop"));
    }

    #[test]
    fn a_scope_of_namespace_objects_goes_by_name() {
        let scope = Scope::NamespaceObjects(names(&["shop"]));

        assert!(scope.admits(None, "shop"));
        assert!(!scope.admits(None, "kube-system"));
        assert!(!scope.admits(Some("shop"), "web"));
    }

    #[test]
    fn a_scope_is_within_another_when_it_admits_no_more() {
        let one = Scope::Namespaces(names(&["shop"]));
        let two = Scope::Namespaces(names(&["shop", "web"]));

        assert!(one.is_within(&two) && one.is_within(&Scope::All));
        assert!(!two.is_within(&one) && !Scope::All.is_within(&two));
        assert!(!Scope::NamespaceObjects(names(&["shop"])).is_within(&two));
    }
}
