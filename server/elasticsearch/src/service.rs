//! The log store of each cluster, and what one caller sees of it.

use crate::client::Client;
use crate::discovery::discover;
use crate::error::ElasticsearchError;
use crate::export::{Wanted, export};
use crate::fence::Fence;
use crate::kept::Kept;
use crate::layout::{Known, Pattern};
use crate::people::name_people;
use crate::reads::ReadRecords;
use crate::store::Store;
use crate::transport::Transport;
use access::{Access, Action, Caller, Granted};
use async_trait::async_trait;
use bytes::Bytes;
use database::Database;
use futures::Stream;
use kubernetes::{Cluster, Kubernetes};
use model::fault::TermFault;
use model::{ClusterName, ConsoleError, Namespace, ResourceRef, Thing};
use parking_lot::Mutex;
use records_contract::{
    Around, AroundRequest, Facet, Field, Found, Missing, Of, PastEvents, Query, Records, Rows, SearchRequest,
    Searched, Tail, TailRequest,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::OnceCell;

/// What was found stays found for so long; new indices are known after that.
const FOUND: Duration = Duration::from_secs(300);
/// What was not found, or keeps nothing yet, is looked for again so soon.
const NOT_FOUND: Duration = Duration::from_secs(20);

/// A search that is under way or over, and since when.
type Look = (Arc<OnceCell<Finding>>, Instant);
type Finding = Result<Result<Arc<Store>, Missing>, ConsoleError>;

/// What settings say about a cluster's log store.
#[derive(Clone, Default)]
pub struct Named {
    /// The way to it; looked for when there is none.
    pub transport: Option<Arc<dyn Transport>>,
    /// Where it keeps what, where that is not usual.
    pub indices: BTreeMap<Of, Pattern>,
}

/// The log stores of the console's clusters.
pub struct Elasticsearch {
    pub(crate) kubernetes: Arc<Kubernetes>,
    /// Where searches are kept.
    pub(crate) database: Database,
    named: BTreeMap<ClusterName, Named>,
    found: Mutex<HashMap<ClusterName, Look>>,
}

impl Elasticsearch {
    /// The log stores of these clusters: for some of them it is named, for all others it is looked for, but not before
    /// the first question.
    pub fn new(
        kubernetes: Arc<Kubernetes>,
        database: Database,
        named: BTreeMap<ClusterName, Named>,
    ) -> Arc<Self> {
        Arc::new(Self { kubernetes, database, named, found: Mutex::default() })
    }

    /// As this caller may see it.
    pub fn for_caller(self: &Arc<Self>, caller: Arc<Caller>) -> ForCaller {
        ForCaller { elasticsearch: Arc::clone(self), caller }
    }

    /// What keeps this of a cluster: its log store, or for events the console itself where no log store does.
    async fn keeps(&self, cluster: &Cluster, of: Of) -> Result<Result<Keeps, Missing>, ConsoleError> {
        let missing = match self.store(cluster, of).await? {
            Ok(store) => match store.known(of) {
                Ok(known) => return Ok(Ok(Keeps::Store(store, known))),
                Err(missing) => missing,
            },
            Err(missing) => Missing { of, ..missing },
        };
        let own = match of {
            Of::Events => Kept::open(&self.database, cluster.name()).await?,
            Of::Logs | Of::Audit => None,
        };
        Ok(own.map(Keeps::Console).ok_or(missing))
    }

    /// Whether no log store keeps the events of a cluster. As long as that is not known, none does.
    pub(crate) async fn is_without_events(&self, cluster: &Cluster) -> bool {
        match self.store(cluster, Of::Events).await {
            Ok(Ok(store)) => store.known(Of::Events).is_err(),
            Ok(Err(_)) | Err(_) => true,
        }
    }

    /// A cluster's log store, which must keep this. Looked for by one at a time, whoever waits.
    async fn store(&self, cluster: &Cluster, of: Of) -> Finding {
        let cell = {
            let mut found = self.found.lock();
            let lifetime = |cell: &OnceCell<Finding>| match cell.get() {
                Some(Ok(Ok(store))) if store.known(of).is_ok() => FOUND,
                _ => NOT_FOUND,
            };
            let known = found.get(cluster.name()).filter(|(cell, since)| since.elapsed() < lifetime(cell));
            match known {
                Some((cell, _)) => Arc::clone(cell),
                None => {
                    let cell = Arc::<OnceCell<Finding>>::default();
                    found.insert(cluster.name().clone(), (Arc::clone(&cell), Instant::now()));
                    cell
                }
            }
        };
        cell.get_or_init(|| self.find(cluster)).await.clone()
    }

    async fn find(&self, cluster: &Cluster) -> Finding {
        let named = self.named.get(cluster.name()).cloned().unwrap_or_default();
        let client = match named.transport {
            Some(transport) => Client::new(transport),
            None => {
                let workspaces = self.kubernetes.access().namespaces_of_workspaces(cluster.name()).await;
                match discover(cluster.connection(), &workspaces?).await? {
                    Ok(client) => client,
                    Err(missing) => return Ok(Err(missing)),
                }
            }
        };
        let store = Store::learn(client, &named.indices).await;
        Ok(Ok(Arc::new(store.map_err(|error| error.about(cluster.name().as_str()))?)))
    }
}

/// Milliseconds since 1970.
fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The past as one caller may see it: the backend of the contract.
#[derive(Clone)]
pub struct ForCaller {
    pub(crate) elasticsearch: Arc<Elasticsearch>,
    pub(crate) caller: Arc<Caller>,
}

/// What keeps what is asked for.
pub enum Keeps {
    /// A log store, in this way.
    Store(Arc<Store>, Arc<Known>),
    /// The console itself.
    Console(Kept),
}

/// What a search needs, once it was granted.
struct Ready {
    granted: Granted<ReadRecords>,
    keeps: Keeps,
    fence: Fence,
}

impl ForCaller {
    pub(crate) fn access(&self) -> &Access {
        self.elasticsearch.kubernetes.access()
    }

    /// A cluster, if the caller may know of it.
    pub(crate) fn cluster(&self, name: &ClusterName) -> Result<Arc<Cluster>, ConsoleError> {
        let known = self.elasticsearch.kubernetes.clusters().find(|cluster| cluster.name() == name);
        // Whoever may not see a cluster learns the same as if there were none.
        let seen = known.filter(|_| self.caller.may_see_cluster(name));
        seen.cloned().ok_or_else(|| ConsoleError::unknown(Thing::Cluster(name.to_string())))
    }

    /// Asks for the right, in the namespaces that are named or in all, and finds the log store and the fence.
    async fn ready(
        &self,
        cluster: &ClusterName,
        of: Of,
        namespaces: BTreeSet<Namespace>,
    ) -> Result<Result<Ready, Missing>, ConsoleError> {
        let reached = self.cluster(cluster)?;
        let granted = self.access().grant(&self.caller, ReadRecords::new(of, cluster, namespaces)).await?;
        let keeps = match self.elasticsearch.keeps(&reached, of).await? {
            Ok(keeps) => keeps,
            Err(missing) => return Ok(Err(missing)),
        };
        let births = reached.births().await?;
        let fence = Fence::new(granted.scope(), granted.is_cluster_wide(), &births);
        Ok(Ok(Ready { granted, keeps, fence }))
    }

    async fn name_people(&self, rows: &mut Rows, facets: &mut [Facet]) -> Result<(), ConsoleError> {
        Ok(name_people(&self.elasticsearch.database, rows, facets).await?)
    }

    /// Why a search would be refused, if the caller has not got the right to it; nothing is written down. For what nobody has
    /// asked for at this moment.
    pub fn refusal(&self, request: &SearchRequest) -> Option<ConsoleError> {
        let namespaces = read(request.of, &request.query).map(|query| namespaces(&query)).unwrap_or_default();
        let need = ReadRecords::new(request.of, &request.cluster, namespaces).need();
        let refusal = access::decide(&self.caller, &need).err()?;
        Some(access::Refused::NotAllowed(refusal).into())
    }

    /// What is found of a search that nobody reads as such: it is not asked why a stretch of time is empty.
    pub async fn found(&self, request: SearchRequest) -> Result<Searched<Found>, ConsoleError> {
        self.searched(request, false).await
    }

    /// The newest of what is found, and whether there is more; nothing where nobody keeps it. Whoever looks at so little does
    /// not need to know how all of it is spread, which takes several looks through all that is kept, whoever keeps it.
    pub(crate) async fn newest(&self, request: SearchRequest) -> Result<Option<(Rows, bool)>, ConsoleError> {
        let query = read(request.of, &request.query)?;
        let Ok(ready) = self.ready(&request.cluster, request.of, namespaces(&query)).await? else {
            return Ok(None);
        };
        let (mut rows, is_cut) = match &ready.keeps {
            Keeps::Store(store, known) => {
                let newest = store.newest(known, &request, &query, &ready.fence, now_ms());
                newest.await.map_err(about(&request.cluster))?
            }
            Keeps::Console(kept) => kept.newest(&request, &query, &ready.fence, now_ms()).await?,
        };
        self.name_people(&mut rows, &mut []).await?;
        Ok(Some((rows, is_cut)))
    }

    async fn searched(
        &self,
        request: SearchRequest,
        tells_why: bool,
    ) -> Result<Searched<Found>, ConsoleError> {
        let query = read(request.of, &request.query)?;
        let ready = match self.ready(&request.cluster, request.of, namespaces(&query)).await? {
            Ok(ready) => ready,
            Err(missing) => return Ok(Searched::Missing(missing)),
        };
        let mut found = match &ready.keeps {
            Keeps::Store(store, known) => {
                let found = store.search(known, &request, &query, &ready.fence, now_ms());
                let mut found = found.await.map_err(about(&request.cluster))?;
                if tells_why {
                    let edges = store.edges(known, &request, &found.bars, &ready.fence, now_ms());
                    found.shortfall.extend(edges.await);
                }
                found
            }
            Keeps::Console(kept) => kept.search(&request, &query, &ready.fence, now_ms()).await?,
        };
        self.name_people(&mut found.rows, &mut found.facets).await?;
        Ok(Searched::Answered(Box::new(found)))
    }

    /// All that is found, as a file. What the search says about pages is not heeded.
    pub async fn export(
        &self,
        request: SearchRequest,
    ) -> Result<impl Stream<Item = Result<Bytes, ConsoleError>> + Send + use<>, ConsoleError> {
        let query = read(request.of, &request.query)?;
        let nothing = || ConsoleError::unknown(Thing::LogStore(request.cluster.to_string()));
        let ready = self.ready(&request.cluster, request.of, namespaces(&query)).await?;
        let Ready { granted, keeps, fence } = ready.map_err(|_| nothing())?;
        let wanted = Wanted { keeps, fence, access: self.access().clone(), granted };
        export(wanted, &request, &query, now_ms()).await
    }
}

#[async_trait]
impl Records for ForCaller {
    async fn search(&self, request: SearchRequest) -> Result<Searched<Found>, ConsoleError> {
        self.searched(request, true).await
    }

    async fn tail(&self, request: TailRequest) -> Result<Searched<Tail>, ConsoleError> {
        let query = read(request.of, &request.query)?;
        let ready = match self.ready(&request.cluster, request.of, namespaces(&query)).await? {
            Ok(ready) => ready,
            Err(missing) => return Ok(Searched::Missing(missing)),
        };
        let mut tail = match &ready.keeps {
            Keeps::Store(store, known) => {
                let tail = store.tail(known, &request, &query, &ready.fence, now_ms());
                tail.await.map_err(about(&request.cluster))?
            }
            Keeps::Console(kept) => kept.tail(&request, &query, &ready.fence, now_ms()).await?,
        };
        self.name_people(&mut tail.rows, &mut []).await?;
        Ok(Searched::Answered(Box::new(tail)))
    }

    async fn around(&self, request: AroundRequest) -> Result<Searched<Around>, ConsoleError> {
        let nothing = || ConsoleError::unknown(Thing::LogLine(request.id.to_string()));
        let ready = match self.ready(&request.cluster, Of::Logs, BTreeSet::new()).await? {
            Ok(ready) => ready,
            Err(missing) => return Ok(Searched::Missing(missing)),
        };
        let Keeps::Store(store, known) = &ready.keeps else { return Err(nothing()) };
        let around = store.around(known, &request, &ready.fence).await.map_err(about(&request.cluster))?;
        around.map(|around| Searched::Answered(Box::new(around))).ok_or_else(nothing)
    }

    async fn past_events(&self, object: ResourceRef) -> Result<Option<PastEvents>, ConsoleError> {
        self.events_of(&object).await
    }
}

fn read(of: Of, typed: &str) -> Result<Query, ConsoleError> {
    Query::parse(of, typed).map_err(|problem| ConsoleError::refused("query", TermFault::from(problem)))
}

/// The namespaces that are named, when no others can be meant: so a refusal says which, and the audit trail too.
fn namespaces(query: &Query) -> BTreeSet<Namespace> {
    let named = query.only(Field::Namespace).unwrap_or_default();
    let parsed: Result<BTreeSet<Namespace>, _> = named.into_iter().map(Namespace::parse).collect();
    parsed.unwrap_or_default()
}

fn about(cluster: &ClusterName) -> impl Fn(ElasticsearchError) -> ConsoleError + use<> {
    let cluster = cluster.to_string();
    move |error| error.about(&cluster)
}
