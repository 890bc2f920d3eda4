//! The addresses of lists and objects: every state of a page is read from here and written here.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use leptos_router::params::ParamsMap;
use model::live::ContainerChoice;
use model::{
    ClusterName, ConsoleError, DEFAULT_PAGE_SIZE, InvalidName, KindSlug, MAX_PAGE_SIZE, Namespace,
    ObjectName, ResourceRef, Sort, TableQuery, link,
};
use resources_contract::{ActionKind, Target};

/// Everything that a list's address says.
#[derive(Clone, Debug, PartialEq)]
pub struct ListAddress {
    /// Which rows, in which order.
    pub query: TableQuery,
    /// The columns chosen; `None` shows those that the kind shows by itself.
    pub columns: Option<Vec<String>>,
    /// The object that the panel beside the list shows.
    pub peek: Option<Target>,
    /// What is to be done with the selected objects.
    pub act: Option<ActionKind>,
    /// The objects it is to be done with.
    pub selected: Vec<Target>,
    /// It is to be done with everything that the query finds, which were so many when that was chosen.
    pub all: Option<u64>,
    /// The piece of long work to show.
    pub job: Option<String>,
}

impl ListAddress {
    /// Reads the parameters. Those that make no sense are taken as absent: an old link should still show the list.
    pub fn parse(cluster: &ClusterName, kind: &KindSlug, query: &ParamsMap) -> Self {
        let mut table = TableQuery::of(cluster.clone(), kind.clone());
        let namespaces = query.get_all("namespace").unwrap_or_default();
        table.namespaces = namespaces.iter().filter_map(|text| Namespace::parse(text).ok()).collect();
        table.search = query.get("search").unwrap_or_default().trim().to_owned();
        table.sort = query.get("sort").and_then(|text| Sort::parse(&text));
        table.page = number(query, "page").unwrap_or(1_u32).saturating_sub(1);
        table.size = number(query, "size").unwrap_or(DEFAULT_PAGE_SIZE).clamp(1, MAX_PAGE_SIZE);
        let target = |line: String| Target::from_line(cluster, kind, &line);
        let columns = query.get("columns");
        Self {
            columns: columns.map(|text| text.split(',').map(str::to_owned).collect()),
            peek: query.get("peek").and_then(target),
            act: query.get("do").and_then(|word| ActionKind::parse(&word)),
            selected: query.get_all("select").unwrap_or_default().into_iter().filter_map(target).collect(),
            all: number(query, "all"),
            job: query.get("job").filter(|job| !job.is_empty()),
            query: table,
        }
    }

    /// The address. Defaults are left out, so equal views have equal addresses.
    pub fn href(&self) -> String {
        let mut pairs = Vec::new();
        if let Some(columns) = &self.columns {
            pairs.push(format!("columns={}", link::escape(&columns.join(","))));
        }
        if let Some(peek) = &self.peek {
            pairs.push(format!("peek={}", link::escape(&short(peek))));
        }
        if let Some(count) = self.all {
            pairs.push(format!("all={count}"));
        }
        if let Some(job) = &self.job {
            pairs.push(format!("job={}", link::escape(job)));
        }
        if let Some(act) = self.act {
            pairs.push(format!("do={}", act.word()));
            pairs.extend(
                self.selected.iter().map(|target| format!("select={}", link::escape(&short(target)))),
            );
        }
        with_pairs(link::table(&self.query), &pairs)
    }

    /// The address of the same list with something else about it.
    pub fn with(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut other = self.clone();
        other.act = None;
        other.selected.clear();
        other.all = None;
        change(&mut other);
        other.href()
    }

    /// The first page of other rows of the same list.
    pub fn asking(&self, change: impl FnOnce(&mut TableQuery)) -> String {
        self.with(|other| {
            other.query.page = 0;
            other.peek = None;
            change(&mut other.query);
        })
    }

    /// The rows as a file.
    pub fn csv(&self) -> String {
        let list = link::list(&self.query.cluster, &self.query.kind);
        let rest = link::table(&TableQuery { page: 0, size: DEFAULT_PAGE_SIZE, ..self.query.clone() });
        format!("{list}.csv{}", rest.strip_prefix(&list).unwrap_or_default())
    }

    /// What a search form has to keep: names and values of everything but the search and the page.
    pub fn kept(&self) -> Vec<(String, String)> {
        let mut kept: Vec<(String, String)> = self
            .query
            .namespaces
            .iter()
            .map(|namespace| ("namespace".to_owned(), namespace.to_string()))
            .collect();
        kept.extend(self.query.sort.iter().map(|sort| ("sort".to_owned(), sort.to_string())));
        if self.query.size != DEFAULT_PAGE_SIZE {
            kept.push(("size".to_owned(), self.query.size.to_string()));
        }
        kept.extend(self.columns.iter().map(|columns| ("columns".to_owned(), columns.join(","))));
        kept
    }
}

/// The object without its identity, which would make addresses unreadable.
fn short(target: &Target) -> String {
    match &target.resource.namespace {
        Some(namespace) => format!("{namespace}/{}", target.resource.name),
        None => target.resource.name.to_string(),
    }
}

/// A parameter that is a number; none when it is no number.
pub fn number<T: std::str::FromStr>(query: &ParamsMap, name: &str) -> Option<T> {
    query.get(name)?.parse().ok()
}

/// An address with more pairs of a question.
pub fn with_pairs(address: String, pairs: &[String]) -> String {
    if pairs.is_empty() {
        return address;
    }
    let sign = if address.contains('?') { '&' } else { '?' };
    format!("{address}{sign}{}", pairs.join("&"))
}

/// Everything that an object's address says.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectAddress {
    /// Which object.
    pub resource: ResourceRef,
    /// Which tab, by its word.
    pub tab: String,
    /// What is to be done with it.
    pub act: Option<ActionKind>,
    /// The revision to roll back to.
    pub revision: Option<i64>,
    /// The piece of long work to show.
    pub job: Option<String>,
    /// The containers whose logs are shown.
    pub containers: ContainerChoice,
    /// The pod whose logs are shown, of an object with several.
    pub pod: Option<ObjectName>,
    /// The log of the run before.
    pub previous: bool,
    /// How many lines of the log.
    pub tail: u32,
    /// Only lines of the last so many seconds.
    pub since: Option<u32>,
    /// The line that is pointed at, by its moment in nanoseconds.
    pub line: Option<i64>,
    /// Show secret values.
    pub reveal: bool,
}

/// Lines of a log shown at first: a screen or two, and still one small answer.
const DEFAULT_TAIL: u32 = 500;

impl ObjectAddress {
    /// Reads the parameters.
    pub fn parse(resource: ResourceRef, query: &ParamsMap) -> Self {
        Self {
            resource,
            tab: query.get("tab").unwrap_or_else(|| "overview".to_owned()),
            act: query.get("do").and_then(|word| ActionKind::parse(&word)),
            revision: number(query, "revision"),
            job: query.get("job").filter(|job| !job.is_empty()),
            containers: containers(query.get("container").as_deref()),
            pod: query.get("pod").and_then(|pod| ObjectName::parse(&pod).ok()),
            previous: query.get("previous").is_some(),
            tail: number(query, "tail").unwrap_or(DEFAULT_TAIL).clamp(1, 5_000),
            since: number(query, "since"),
            line: number(query, "line"),
            reveal: query.get("reveal").is_some(),
        }
    }

    /// The address of a tab.
    pub fn tab(&self, tab: &str) -> String {
        if tab == "overview" { link::object(&self.resource) } else { link::object_tab(&self.resource, tab) }
    }

    /// What the address says about logs, as pairs of a question; what is usual is left out.
    pub fn log_pairs(&self) -> Vec<String> {
        let container = match &self.containers {
            ContainerChoice::Usual => None,
            ContainerChoice::All => Some("container=*".to_owned()),
            ContainerChoice::Named(name) => Some(format!("container={}", link::escape(name))),
        };
        let pod = self.pod.as_ref().map(|pod| format!("pod={}", link::escape(pod.as_str())));
        let previous = self.previous.then(|| "previous=1".to_owned());
        container.into_iter().chain(pod).chain(previous).collect()
    }

    /// The address of the logs around a line.
    pub fn log_line(&self, at_nanoseconds: i64) -> String {
        let mut pairs = self.log_pairs();
        pairs.push(format!("line={at_nanoseconds}"));
        with_pairs(self.tab("logs"), &pairs)
    }

    /// The address of the logs' end.
    pub fn log_end(&self) -> String {
        with_pairs(self.tab("logs"), &self.log_pairs())
    }

    /// The logs from their beginning, as a file.
    pub fn log_file(&self) -> String {
        let mut pairs = self.log_pairs();
        pairs.extend(self.since.map(|since| format!("since={since}")));
        with_pairs(format!("{}/log", link::object(&self.resource)), &pairs)
    }

    /// The tab that is open.
    pub fn here(&self) -> String {
        self.tab(&self.tab)
    }

    /// The address that asks for an action, on the tab that is open.
    pub fn act(&self, action: ActionKind) -> String {
        with_pairs(self.here(), &[format!("do={}", action.word())])
    }

    /// The address that asks to roll back to a revision.
    pub fn roll_back(&self, revision: i64) -> String {
        with_pairs(self.tab("revisions"), &[format!("do=roll_back&revision={revision}")])
    }
}

/// Nothing takes the usual ones, a star all.
fn containers(text: Option<&str>) -> ContainerChoice {
    match text {
        None | Some("") => ContainerChoice::Usual,
        Some("*") => ContainerChoice::All,
        Some(name) => ContainerChoice::Named(name.to_owned()),
    }
}

fn part<T>(
    params: &ParamsMap,
    name: &str,
    parse: impl FnOnce(&str) -> Result<T, InvalidName>,
) -> Result<T, ConsoleError> {
    let text = params.get(name).unwrap_or_default();
    parse(&text).map_err(|_| ConsoleError::missing(text))
}

/// The cluster and kind in the page's path.
fn place(params: &ParamsMap) -> Result<(ClusterName, KindSlug), ConsoleError> {
    Ok((part(params, "cluster", ClusterName::parse)?, part(params, "kind", KindSlug::parse)?))
}

fn object_in(params: &ParamsMap) -> Result<ResourceRef, ConsoleError> {
    let (cluster, kind) = place(params)?;
    let namespace = match params.get("namespace").as_deref() {
        Some(link::NO_NAMESPACE) => None,
        _ => Some(part(params, "namespace", Namespace::parse)?),
    };
    Ok(ResourceRef { cluster, kind, namespace, name: part(params, "name", ObjectName::parse)? })
}

/// The cluster in the page's path.
pub fn use_cluster() -> Memo<Result<ClusterName, ConsoleError>> {
    let params = use_params_map();
    Memo::new(move |_| part(&params.read(), "cluster", ClusterName::parse))
}

/// The list that the page's address names. A path that cannot be one is a list that does not exist.
pub fn use_list_address() -> Memo<Result<ListAddress, ConsoleError>> {
    let (params, query) = (use_params_map(), use_query_map());
    Memo::new(move |_| {
        let (cluster, kind) = place(&params.read())?;
        Ok(ListAddress::parse(&cluster, &kind, &query.read()))
    })
}

/// The object that the page's address names.
pub fn use_object_address() -> Memo<Result<ObjectAddress, ConsoleError>> {
    let (params, query) = (use_params_map(), use_query_map());
    Memo::new(move |_| Ok(ObjectAddress::parse(object_in(&params.read())?, &query.read())))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn read(pairs: &[(&'static str, &str)]) -> ListAddress {
        let mut query = ParamsMap::new();
        for (name, value) in pairs {
            query.insert(*name, (*value).to_owned());
        }
        let (cluster, kind) = (ClusterName::parse("harbour").unwrap(), KindSlug::parse("pods").unwrap());
        ListAddress::parse(&cluster, &kind, &query)
    }

    #[test]
    fn an_address_survives_reading() {
        let address = read(&[
            ("namespace", "shop"),
            ("namespace", "blog"),
            ("search", "status:failed web"),
            ("sort", "-restarts"),
            ("page", "3"),
            ("size", "100"),
            ("columns", "name,status"),
            ("peek", "shop/web-0"),
        ]);

        assert_eq!(
            address.href(),
            "/clusters/harbour/pods?namespace=shop&namespace=blog&search=status%3Afailed%20web&sort=-restarts&page=3\
             &size=100&columns=name%2Cstatus&peek=shop%2Fweb-0"
        );
        assert_eq!(address.asking(|query| query.search.clear()).matches("page=").count(), 0);
    }

    #[test]
    fn nonsense_is_taken_as_absent() {
        let address =
            read(&[("namespace", "../x"), ("page", "-4"), ("size", "9999"), ("sort", "-"), ("do", "rm")]);

        assert_eq!(address.query.namespaces, []);
        assert_eq!((address.query.page, address.query.size), (0, MAX_PAGE_SIZE));
        assert_eq!((address.query.sort, address.act), (None, None));
    }

    #[test]
    fn a_file_has_all_pages_of_the_same_rows() {
        let address = read(&[("search", "web"), ("page", "3"), ("peek", "shop/web-0")]);

        assert_eq!(address.csv(), "/clusters/harbour/pods.csv?search=web");
    }
}
