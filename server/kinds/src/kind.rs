//! A Kubernetes kind as data.

use crate::{ColumnSpec, Field, Finding, Health, Interner, Object, Related, UsedBy, Value};
use model::ActionKind;
use std::borrow::Cow;

/// A Kubernetes kind as data: everything the console knows about it that it does not know about all kinds. A kind that
/// is found in a cluster at run time is the same type, see [`Kind::discovered`].
#[derive(Clone, Debug)]
pub struct Kind {
    /// The plural for built-in kinds (`deployments`), `plural.group` for all others.
    pub slug: Cow<'static, str>,
    /// The API group; empty for the core group.
    pub group: Cow<'static, str>,
    /// The version that columns and paths are written for.
    pub version: Cow<'static, str>,
    /// The kind's name in manifests, such as `Deployment`.
    pub kind: Cow<'static, str>,
    /// The name in API paths, such as `deployments`.
    pub plural: Cow<'static, str>,
    /// Whether objects live in namespaces.
    pub namespaced: bool,
    /// Where it stands in the navigation.
    pub menu: Menu,
    /// Whether most people never look for it: the navigation folds such kinds.
    pub rare: bool,
    /// Short names, as `kubectl` takes them.
    pub aliases: Vec<Cow<'static, str>>,
    /// How well an object is, for kinds where that can be told.
    pub status: Option<fn(&Object<'_>) -> Health>,
    /// Why an object is unwell, for kinds that know more than their status says; see [`crate::explain()`].
    pub explain: Option<Explain>,
    /// The columns of its table, after name and namespace, which every table has.
    pub columns: Vec<ColumnSpec>,
    /// What can be done to an object.
    pub actions: Vec<ActionKind>,
    /// How its objects belong to others.
    pub relations: Vec<Relation>,
    /// Paths whose texts bare search words look at, besides name, namespace and labels.
    pub search: Vec<Cow<'static, str>>,
    /// How its objects are read.
    pub source: Source,
}

/// Looks for causes of ill health in an object and what belongs to it, most likely cause first.
pub type Explain = fn(&Object<'_>, &Related<'_>) -> Vec<Finding>;

/// A group of the navigation, in the order of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Menu {
    /// Nodes, namespaces, events and what rules over all of them.
    Cluster,
    /// What runs.
    Workloads,
    /// How it is reached.
    Networking,
    /// What it is told.
    Configuration,
    /// What it keeps.
    Storage,
    /// Who may do what.
    Access,
    /// What was added to the API.
    CustomResources,
}

impl Menu {
    /// All groups in their order.
    pub const ALL: [Self; 7] = [
        Self::Cluster,
        Self::Workloads,
        Self::Networking,
        Self::Configuration,
        Self::Storage,
        Self::Access,
        Self::CustomResources,
    ];

    /// The stable word, for addresses, classes and text keys (`menu.<word>`).
    pub fn word(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Workloads => "workloads",
            Self::Networking => "networking",
            Self::Configuration => "configuration",
            Self::Storage => "storage",
            Self::Access => "access",
            Self::CustomResources => "custom_resources",
        }
    }
}

/// How objects of one kind belong to objects of another, as data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Objects of that kind name this one in their owner references.
    Owns {
        /// The slug of the owned kind.
        slug: &'static str,
    },
    /// The selector at a path picks objects of that kind, in the same namespace, by their labels.
    Selects {
        /// The slug of the selected kind.
        slug: &'static str,
        /// Where the selector stands.
        path: &'static str,
        /// How it is written.
        form: SelectorForm,
    },
    /// The texts at a path are names of objects of that kind: in the same namespace if that kind has namespaces, unless
    /// a namespace path says otherwise.
    Refers {
        /// The slug of the named kind.
        slug: &'static str,
        /// Where the names stand.
        path: &'static str,
        /// Where the namespace stands, if not that of the object.
        namespace: Option<&'static str>,
    },
    /// Objects of that kind name this one in a column of theirs, as pods their node.
    Hosts {
        /// The slug of the kind.
        slug: &'static str,
        /// The id of the column.
        column: &'static str,
    },
    /// The maps at a path hold `kind`, `name` and perhaps `apiVersion` or `apiGroup` and `namespace`.
    RefersToAny {
        /// Where the maps stand.
        path: &'static str,
    },
}

/// How a selector is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectorForm {
    /// Keys and values; an empty one picks nothing.
    Labels,
    /// `matchLabels` and `matchExpressions`; an empty one picks everything.
    Expressions,
}

/// How objects of a kind are read from a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// As objects.
    Full,
    /// As the server's own table with only the objects' metadata: for kinds whose values must never be kept.
    PrintedMetadata,
    /// As the server's own table with whole objects: for kinds with columns that only the server can compute.
    Printed,
}

/// A row of the server's own table, for [`crate::Value::Printed`].
#[derive(Clone, Copy, Debug)]
pub struct Printed<'p> {
    /// The names of the server's columns.
    pub names: &'p [Box<str>],
    /// The cells of this row.
    pub cells: &'p [Object<'p>],
}

impl Printed<'_> {
    /// The cell of the column with this name.
    pub fn cell(&self, name: &str) -> Option<&Object<'_>> {
        let index = self.names.iter().position(|printed| &**printed == name)?;
        self.cells.get(index)
    }
}

impl Kind {
    /// A kind with nothing of its own: age, manifest, events, edit, labels, delete.
    pub(crate) fn plain(
        group: &'static str,
        version: &'static str,
        kind: &'static str,
        plural: &'static str,
    ) -> Self {
        Self {
            slug: plural.into(),
            group: group.into(),
            version: version.into(),
            kind: kind.into(),
            plural: plural.into(),
            namespaced: true,
            menu: Menu::Cluster,
            rare: false,
            aliases: Vec::new(),
            status: None,
            explain: None,
            columns: vec![crate::column::age()],
            actions: vec![ActionKind::Edit, ActionKind::SetMetadata, ActionKind::Delete],
            relations: Vec::new(),
            search: Vec::new(),
            source: Source::Full,
        }
    }

    /// `group/version`, or only the version for the core group, as manifests say it.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_string()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// The fields of an object, one for each column.
    pub fn row(
        &self,
        object: &Object<'_>,
        printed: Option<Printed<'_>>,
        interner: &mut Interner,
    ) -> Box<[Field]> {
        self.columns.iter().map(|column| column.field(self, object, printed, interner)).collect()
    }

    /// The index of the column that holds the status, if there is one.
    pub fn status_column(&self) -> Option<usize> {
        self.columns.iter().position(ColumnSpec::is_status)
    }

    /// The index of the column that says what uses an object, if there is one, and where users name it.
    pub fn used_by(&self) -> Option<(usize, UsedBy)> {
        let used_by = |spec: &ColumnSpec| match spec.value {
            Value::UsedBy(used_by) => Some(used_by),
            _ => None,
        };
        self.columns.iter().enumerate().find_map(|(index, spec)| Some((index, used_by(spec)?)))
    }

    /// Where the texts are that bare search words look at, besides name, namespace and labels: columns whose fields hold
    /// them anyway, and paths that no column shows.
    pub fn searched(&self) -> (Vec<usize>, Vec<&str>) {
        let column = |path: &str| self.columns.iter().position(|column| column.value.holds_texts_at(path));
        let (shown, hidden): (Vec<_>, Vec<_>) =
            self.search.iter().map(|path| column(path).ok_or(path.as_ref())).partition(Result::is_ok);
        (shown.into_iter().flatten().collect(), hidden.into_iter().filter_map(Result::err).collect())
    }
}
