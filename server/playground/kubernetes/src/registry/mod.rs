//! The kinds the API server knows: data, looked up by path and by `apiVersion` and `kind`.

pub(crate) mod access;
pub(crate) mod cells;
pub(crate) mod control;
pub(crate) mod core;
pub(crate) mod network;
mod pod_cells;
pub(crate) mod storage;
pub(crate) mod workloads;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::conversion::Webhook;
use crate::jsonpath::JsonPath;
use crate::schema::Schema;
use crate::status::Cause;

/// Fills in what a manifest leaves out.
pub(crate) type Default = fn(&mut Value);
/// Adds a cause for everything wrong with the new object, given the old one on updates.
pub(crate) type Validate = fn(&Value, Option<&Value>, &mut Vec<Cause>);
/// Rewrites an object for the `apiVersion` given.
pub(crate) type Convert = fn(&mut Value, &str);

/// A part of an object with a path of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subresource {
    Status,
    Scale,
    Log,
    Exec,
    Attach,
    PortForward,
    Eviction,
    Binding,
    EphemeralContainers,
    Resize,
    Token,
    Finalize,
    Approval,
    Proxy,
}

impl Subresource {
    const ALL: [Self; 14] = [
        Self::Status,
        Self::Scale,
        Self::Log,
        Self::Exec,
        Self::Attach,
        Self::PortForward,
        Self::Eviction,
        Self::Binding,
        Self::EphemeralContainers,
        Self::Resize,
        Self::Token,
        Self::Finalize,
        Self::Approval,
        Self::Proxy,
    ];

    /// The last segment of the path.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Scale => "scale",
            Self::Log => "log",
            Self::Exec => "exec",
            Self::Attach => "attach",
            Self::PortForward => "portforward",
            Self::Eviction => "eviction",
            Self::Binding => "binding",
            Self::EphemeralContainers => "ephemeralcontainers",
            Self::Resize => "resize",
            Self::Token => "token",
            Self::Finalize => "finalize",
            Self::Approval => "approval",
            Self::Proxy => "proxy",
        }
    }

    pub(crate) fn parse(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.path() == path)
    }

    /// The kind sent and received, with its group and version, where it is not the object itself.
    pub(crate) fn kind(self) -> Option<(&'static str, &'static str, &'static str)> {
        match self {
            Self::Scale => Some(("autoscaling", "v1", "Scale")),
            Self::Eviction => Some(("policy", "v1", "Eviction")),
            Self::Binding => Some(("", "v1", "Binding")),
            Self::Token => Some(("authentication.k8s.io", "v1", "TokenRequest")),
            Self::Exec => Some(("", "v1", "PodExecOptions")),
            Self::Attach => Some(("", "v1", "PodAttachOptions")),
            Self::PortForward => Some(("", "v1", "PodPortForwardOptions")),
            Self::Proxy => Some(("", "v1", "ServiceProxyOptions")),
            _ => None,
        }
    }

    pub(crate) fn verbs(self) -> &'static [&'static str] {
        match self {
            Self::Log => &["get"],
            Self::Exec | Self::Attach | Self::PortForward => &["create", "get"],
            Self::Eviction | Self::Binding | Self::Token => &["create"],
            Self::Finalize => &["update"],
            Self::Proxy => &["create", "delete", "get", "patch", "update"],
            _ => &["get", "patch", "update"],
        }
    }
}

/// Where the objects of a kind come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Kept in the store.
    Stored,
    /// Answered at once and forgotten: access reviews and the like.
    Review,
    /// Measured by the kubelets.
    Measured,
}

/// A field that a field selector may name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Selectable {
    pub(crate) label: String,
    pub(crate) pointer: String,
}

impl Selectable {
    /// The field's value as text; empty when it is absent.
    pub(crate) fn read(&self, object: &Value) -> String {
        match object.pointer(&self.pointer) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Bool(true)) => "true".to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            // Absent booleans and numbers have to be found by their zero value.
            _ if self.label == "spec.unschedulable" || self.label == "spec.hostNetwork" => "false".to_owned(),
            _ if self.label == "status.replicas" || self.label == "status.successful" => "0".to_owned(),
            _ => String::new(),
        }
    }
}

/// How a table cell is computed.
#[derive(Debug, Clone)]
pub(crate) enum Cell {
    /// The value at a JSON pointer.
    At(&'static str),
    /// The age since a time at a JSON pointer.
    Since(&'static str),
    /// Whatever the function says.
    With(fn(&Value) -> Value),
    /// A path of a custom resource's printer column.
    Path(JsonPath),
}

/// A column of a table.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) format: String,
    pub(crate) description: String,
    pub(crate) priority: i64,
    pub(crate) cell: Cell,
}

/// A column of a built-in kind. `wide` columns are shown with `-o wide` only.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlainColumn {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) wide: bool,
    pub(crate) cell: PlainCell,
}

/// A cell of a built-in kind.
#[derive(Debug, Clone, Copy)]
pub(crate) enum PlainCell {
    At(&'static str),
    Since(&'static str),
    With(fn(&Value) -> Value),
}

/// Shows the value at `pointer`.
pub(crate) const fn at(name: &'static str, pointer: &'static str) -> PlainColumn {
    PlainColumn { name, kind: "string", wide: false, cell: PlainCell::At(pointer) }
}

/// Shows the number at `pointer`.
pub(crate) const fn number(name: &'static str, pointer: &'static str) -> PlainColumn {
    PlainColumn { name, kind: "integer", wide: false, cell: PlainCell::At(pointer) }
}

/// Shows what `compute` makes of the object.
pub(crate) const fn with(name: &'static str, compute: fn(&Value) -> Value) -> PlainColumn {
    PlainColumn { name, kind: "string", wide: false, cell: PlainCell::With(compute) }
}

/// Shows the time since the moment at `pointer`.
pub(crate) const fn since(name: &'static str, pointer: &'static str) -> PlainColumn {
    PlainColumn { name, kind: "string", wide: false, cell: PlainCell::Since(pointer) }
}

impl PlainColumn {
    /// The same column, shown with `-o wide` only.
    pub(crate) const fn wide(self) -> Self {
        Self { wide: true, ..self }
    }
}

/// What the API's documentation says about names, with which every table begins.
pub(crate) const NAME_DESCRIPTION: &str = "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a \
     client to request the generation of an appropriate name automatically. Name is primarily intended for creation \
     idempotence and configuration definition. Cannot be updated. More info: \
     https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names";

pub(crate) const NAME: PlainColumn = at("Name", "/metadata/name");
pub(crate) const AGE: PlainColumn = since("Age", "/metadata/creationTimestamp");

/// A kind that every cluster has, as written in the tables of this folder.
pub(crate) struct BuiltIn {
    pub(crate) group: &'static str,
    /// The minor version of Kubernetes that brought it.
    pub(crate) since: u32,
    /// The storage version first.
    pub(crate) versions: &'static [&'static str],
    pub(crate) kind: &'static str,
    pub(crate) plural: &'static str,
    pub(crate) short: &'static [&'static str],
    pub(crate) categories: &'static [&'static str],
    pub(crate) namespaced: bool,
    pub(crate) source: Source,
    pub(crate) subresources: &'static [Subresource],
    pub(crate) selectable: &'static [&'static str],
    /// Whether `metadata.generation` counts changes of everything but metadata and status.
    pub(crate) generation: bool,
    pub(crate) columns: &'static [PlainColumn],
    pub(crate) default: Default,
    pub(crate) validate: Validate,
    pub(crate) convert: Option<Convert>,
    /// Other `group/version`s that serve the same objects.
    pub(crate) also: &'static [(&'static str, &'static str)],
}

fn nothing_to_default(_: &mut Value) {}
fn nothing_to_validate(_: &Value, _: Option<&Value>, _: &mut Vec<Cause>) {}

impl BuiltIn {
    /// A namespaced kind without any peculiarity.
    pub(crate) const PLAIN: Self = Self {
        group: "",
        since: 0,
        versions: &["v1"],
        kind: "",
        plural: "",
        short: &[],
        categories: &[],
        namespaced: true,
        source: Source::Stored,
        subresources: &[],
        selectable: &[],
        generation: false,
        columns: &[NAME, AGE],
        default: nothing_to_default,
        validate: nothing_to_validate,
        convert: None,
        also: &[],
    };
}

/// A kind the server serves, built in or custom.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) group: String,
    /// The version in which objects are stored.
    pub(crate) version: String,
    /// Every group and version under which it is served, the preferred one first.
    pub(crate) served: Vec<(String, String)>,
    pub(crate) kind: String,
    pub(crate) list_kind: String,
    pub(crate) plural: String,
    pub(crate) singular: String,
    pub(crate) short: Vec<String>,
    pub(crate) categories: Vec<String>,
    pub(crate) namespaced: bool,
    pub(crate) source: Source,
    pub(crate) subresources: Vec<Subresource>,
    pub(crate) selectable: Vec<Selectable>,
    pub(crate) generation: bool,
    /// By version; the empty version stands for all that are not named.
    pub(crate) columns: BTreeMap<String, Vec<Column>>,
    pub(crate) default: Default,
    pub(crate) validate: Validate,
    pub(crate) convert: Option<Convert>,
    /// The structural schemas of a custom kind, by version.
    pub(crate) schemas: BTreeMap<String, Arc<Schema>>,
    /// Paths of a custom kind's scale sub-resource: spec, status, selector.
    pub(crate) scale_paths: Option<ScalePaths>,
    pub(crate) custom: bool,
    /// What users of a version are told, where there is something.
    pub(crate) warnings: BTreeMap<String, String>,
    /// What turns objects of a custom kind into those of another version, where versions differ in more than their name.
    pub(crate) webhook: Option<Arc<Webhook>>,
    /// The kind as each version shows it, where there is a webhook: as if objects were stored in that version.
    pub(crate) views: BTreeMap<String, Arc<Kind>>,
}

/// Where a scalable kind keeps its numbers, as JSON pointers.
#[derive(Debug, Clone)]
pub(crate) struct ScalePaths {
    pub(crate) spec: String,
    pub(crate) status: String,
    pub(crate) selector: Option<String>,
}

impl Kind {
    /// `group/version`, or `v1`, of the stored objects.
    pub(crate) fn api_version(&self) -> String {
        api_version(&self.group, &self.version)
    }

    /// `plural` or `plural.group`: how messages and the in-process interface name the kind.
    pub(crate) fn resource(&self) -> String {
        if self.group.is_empty() { self.plural.clone() } else { format!("{}.{}", self.plural, self.group) }
    }

    pub(crate) fn has(&self, subresource: Subresource) -> bool {
        self.subresources.contains(&subresource)
    }

    pub(crate) fn columns(&self, version: &str) -> &[Column] {
        self.columns.get(version).or_else(|| self.columns.get("")).map_or(&[], Vec::as_slice)
    }

    /// The verbs offered on whole objects, as discovery lists them.
    pub(crate) fn verbs(&self) -> &'static [&'static str] {
        match self.source {
            // The real server writes these by hand.
            Source::Stored if self.custom => {
                &["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"]
            }
            Source::Stored => {
                &["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
            }
            Source::Review => &["create"],
            Source::Measured => &["get", "list"],
        }
    }
}

impl From<&BuiltIn> for Kind {
    fn from(plain: &BuiltIn) -> Self {
        let mut served: Vec<(String, String)> = Vec::new();
        served.extend(plain.versions.iter().map(|version| (plain.group.to_owned(), (*version).to_owned())));
        served.extend(plain.also.iter().map(|(group, version)| ((*group).to_owned(), (*version).to_owned())));
        let columns = plain.columns.iter().map(|column| Column {
            name: column.name.to_owned(),
            kind: column.kind.to_owned(),
            format: if column.name == "Name" { "name".to_owned() } else { String::new() },
            description: if column.name == "Name" { NAME_DESCRIPTION } else { column.name }.to_owned(),
            priority: i64::from(column.wide),
            cell: match column.cell {
                PlainCell::At(pointer) => Cell::At(pointer),
                PlainCell::Since(pointer) => Cell::Since(pointer),
                PlainCell::With(compute) => Cell::With(compute),
            },
        });
        Self {
            group: plain.group.to_owned(),
            version: plain.versions[0].to_owned(),
            served,
            kind: plain.kind.to_owned(),
            list_kind: format!("{}List", plain.kind),
            plural: plain.plural.to_owned(),
            singular: plain.kind.to_lowercase(),
            short: plain.short.iter().map(|&name| name.to_owned()).collect(),
            categories: plain.categories.iter().map(|&name| name.to_owned()).collect(),
            namespaced: plain.namespaced,
            source: plain.source,
            subresources: plain.subresources.to_vec(),
            selectable: plain
                .selectable
                .iter()
                .map(|path| Selectable {
                    label: (*path).to_owned(),
                    pointer: format!("/{}", path.replace('.', "/")),
                })
                .collect(),
            generation: plain.generation,
            columns: BTreeMap::from([(String::new(), columns.collect())]),
            default: plain.default,
            validate: plain.validate,
            convert: plain.convert,
            schemas: BTreeMap::new(),
            scale_paths: plain.subresources.contains(&Subresource::Scale).then(|| ScalePaths {
                spec: "/spec/replicas".to_owned(),
                status: "/status/replicas".to_owned(),
                selector: None,
            }),
            custom: false,
            warnings: BTreeMap::new(),
            webhook: None,
            views: BTreeMap::new(),
        }
    }
}

/// `group/version`, or the version alone in the core group.
pub(crate) fn api_version(group: &str, version: &str) -> String {
    if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") }
}

/// Splits an `apiVersion` into group and version.
pub(crate) fn split_api_version(api_version: &str) -> (&str, &str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}

/// All kinds of one cluster.
#[derive(Debug, Clone)]
pub(crate) struct Registry {
    /// By `plural` or `plural.group`, aliases included.
    by_resource: BTreeMap<String, Arc<Kind>>,
}

impl Registry {
    /// The kinds every cluster of a version (1.`minor`) has.
    pub(crate) fn built_in(minor: u32) -> Self {
        let mut registry = Self { by_resource: BTreeMap::new() };
        let tables =
            [core::KINDS, workloads::KINDS, network::KINDS, storage::KINDS, access::KINDS, control::KINDS];
        for plain in tables.into_iter().flatten().filter(|plain| plain.since <= minor) {
            registry.insert(&Arc::new(Kind::from(plain)));
        }
        registry
    }

    /// Adds or replaces a kind.
    pub(crate) fn insert(&mut self, kind: &Arc<Kind>) {
        for (group, _) in &kind.served {
            let resource =
                if group.is_empty() { kind.plural.clone() } else { format!("{}.{group}", kind.plural) };
            self.by_resource.insert(resource, Arc::clone(kind));
        }
    }

    pub(crate) fn remove(&mut self, resource: &str) {
        self.by_resource.remove(resource);
    }

    /// By `plural` or `plural.group`.
    pub(crate) fn find(&self, resource: &str) -> Option<&Arc<Kind>> {
        self.by_resource.get(resource)
    }

    /// By group, version and plural, as a path names it.
    pub(crate) fn served(&self, group: &str, version: &str, plural: &str) -> Option<&Arc<Kind>> {
        let found = if group.is_empty() {
            self.by_resource.get(plural)
        } else {
            self.by_resource.get(&format!("{plural}.{group}"))
        };
        found.filter(|kind| kind.served.iter().any(|(g, v)| g == group && v == version))
    }

    /// By `apiVersion` and `kind`, as an object names it.
    pub(crate) fn of_object(&self, api_version: &str, kind: &str) -> Option<&Arc<Kind>> {
        let (group, version) = split_api_version(api_version);
        self.by_resource
            .values()
            .find(|known| known.kind == kind && known.served.iter().any(|(g, v)| g == group && v == version))
    }

    /// Every kind once.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = &Arc<Kind>> {
        self.by_resource.iter().filter(|(resource, kind)| **resource == kind.resource()).map(|(_, kind)| kind)
    }
}
