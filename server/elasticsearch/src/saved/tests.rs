//! Kept searches, on a console whose clusters do not answer: what the console itself decides.

use crate::{Elasticsearch, ForCaller};
use access::Access;
use database::Database;
use database::accounts::NewAccount;
use database::members::{NewMember, Place};
use kubernetes::{Cluster, Connection, Kubernetes};
use model::{ClusterName, ConsoleError, Namespace, Window};
use records_contract::{
    Audience, MOST_FOUND_BY_NAME, Of, RemoveSearchFields, RenameSearchFields, SaveSearchFields, SavedSearch,
    SavedSearches, SearchRequest,
};
use std::collections::BTreeMap;
use std::sync::Arc;

struct Stage {
    database: Database,
    elasticsearch: Arc<Elasticsearch>,
}

fn harbour() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}

fn meadow() -> ClusterName {
    ClusterName::parse("meadow").unwrap()
}

impl Stage {
    async fn new() -> Self {
        let clusters = [harbour(), meadow()].map(|name| {
            // Nobody listens there.
            let config = kube::Config::new("https://127.0.0.1:1".parse().unwrap());
            let connection = Connection::new(name.as_str(), config).unwrap();
            Cluster::new(name, connection)
        });
        let database = Database::in_memory().await.unwrap();
        let kubernetes = Kubernetes::new(clusters.into(), Access::new(database.clone()));
        for namespace in ["shop", "bank"] {
            database.ensure_project(&harbour(), &Namespace::parse(namespace).unwrap()).await.unwrap();
        }
        let elasticsearch = Elasticsearch::new(kubernetes, database.clone(), BTreeMap::new());
        Self { database, elasticsearch }
    }

    /// Somebody with a role in a place: a namespace of harbour, all of it with `cluster`, or all of `meadow`.
    async fn caller(&self, name: &str, place: &str, role: &str) -> ForCaller {
        let new = NewAccount { name: name.into(), role: "regular".into(), ..NewAccount::default() };
        let account = self.database.add_account(&new).await.unwrap();
        let place = match place {
            "cluster" => Place::Cluster(harbour()),
            "meadow" => Place::Cluster(meadow()),
            namespace => {
                let namespace = Namespace::parse(namespace).unwrap();
                Place::Project(self.database.ensure_project(&harbour(), &namespace).await.unwrap())
            }
        };
        let member = NewMember { account, place, role: role.into(), source: String::new() };
        self.database.set_member(&member).await.unwrap();
        let account = self.database.account(account).await.unwrap().unwrap();
        let access = self.elasticsearch.kubernetes.access();
        let caller = access.caller(account, None, "test".into(), None).await.unwrap();
        self.elasticsearch.for_caller(Arc::new(caller))
    }

    /// What the audit trail says of the last things that were asked for, the newest first.
    async fn trail(&self, count: u32) -> Vec<(String, String, bool)> {
        let entries = self.database.audit_trail(count).await.unwrap();
        let told = entries.into_iter().map(|entry| entry.decision);
        told.map(|decision| (decision.action, decision.reason, decision.is_allowed)).collect()
    }
}

async fn save(caller: &ForCaller, name: &str, of: Of, audience: &str) -> Result<(), ConsoleError> {
    save_in(harbour(), caller, name, of, audience).await
}

async fn save_in(
    cluster: ClusterName,
    caller: &ForCaller,
    name: &str,
    of: Of,
    audience: &str,
) -> Result<(), ConsoleError> {
    let fields = SaveSearchFields {
        cluster,
        of: of.word().into(),
        query: "timeout".into(),
        from: "6h".into(),
        to: String::new(),
        name: name.into(),
        audience: audience.into(),
    };
    caller.save_search(fields).await
}

async fn found(caller: &ForCaller) -> Vec<SavedSearch> {
    caller.saved_searches(harbour()).await.unwrap()
}

async fn names(caller: &ForCaller) -> Vec<String> {
    found(caller).await.into_iter().map(|search| search.name).collect()
}

async fn by_name(caller: &ForCaller, words: &str) -> Vec<String> {
    let found = caller.find_by_name(words.into()).await.unwrap();
    found.into_iter().map(|found| format!("{} in {}", found.search.name, found.cluster)).collect()
}

async fn rename(caller: &ForCaller, id: &str, name: &str) -> Result<(), ConsoleError> {
    let fields = RenameSearchFields { cluster: harbour(), id: id.into(), name: name.into() };
    caller.rename_search(fields).await
}

async fn remove(caller: &ForCaller, id: &str) -> Result<(), ConsoleError> {
    caller.remove_search(RemoveSearchFields { cluster: harbour(), id: id.into() }).await
}

#[tokio::test]
async fn what_would_be_refused_is_told_and_not_written_down() {
    let stage = Stage::new().await;
    let mara = stage.caller("mara", "shop", "project-viewer").await;
    let asked = |query: &str| SearchRequest {
        cluster: harbour(),
        of: Of::Logs,
        query: query.into(),
        window: Window::Last(3_600),
        before: None,
    };

    let (own, foreign) = (asked("namespace:shop timeout"), asked("namespace:bank timeout"));
    assert_eq!(mara.refusal(&own), None);
    assert!(matches!(mara.refusal(&foreign), Some(ConsoleError::Forbidden { .. })));

    assert!(stage.trail(10).await.is_empty());
}

#[tokio::test]
async fn a_search_is_found_by_whom_it_is_for_and_by_nobody_else() {
    let stage = Stage::new().await;
    let mara = stage.caller("mara", "shop", "project-viewer").await;
    let nils = stage.caller("nils", "shop", "project-viewer").await;
    let omar = stage.caller("omar", "bank", "project-admin").await;
    let wide = stage.caller("wide", "cluster", "cluster-viewer").await;

    save(&mara, "own", Of::Logs, "").await.unwrap();
    save(&mara, "shared", Of::Logs, "project/shop").await.unwrap();
    save(&wide, "everywhere", Of::Logs, "cluster").await.unwrap();
    for foreign in ["project/bank", "cluster"] {
        let refused = save(&mara, "x", Of::Logs, foreign).await.unwrap_err();
        assert!(matches!(refused, ConsoleError::Forbidden { .. }), "{refused:?}");
    }

    assert_eq!(names(&mara).await, ["own", "shared", "everywhere"]);
    assert_eq!(names(&nils).await, ["everywhere", "shared"]);
    assert_eq!(names(&omar).await, ["everywhere"]);
    assert_eq!(names(&wide).await, ["everywhere", "shared"]);
    let may = mara.audiences(harbour()).await.unwrap();
    assert_eq!(may, [Audience::Own, Audience::Project(Namespace::parse("shop").unwrap())]);
}

#[tokio::test]
async fn a_shared_search_of_what_may_not_be_searched_is_not_found() {
    let stage = Stage::new().await;
    let boss = stage.caller("boss", "shop", "project-admin").await;
    let viewer = stage.caller("viewer", "shop", "project-viewer").await;

    save(&boss, "who did it", Of::Audit, "project/shop").await.unwrap();

    assert_eq!(names(&boss).await, ["who did it"]);
    assert!(names(&viewer).await.is_empty(), "a viewer may not see the audit log");
    let refused = save(&viewer, "mine", Of::Audit, "").await.unwrap_err();
    assert!(matches!(refused, ConsoleError::Forbidden { .. }), "{refused:?}");
}

#[tokio::test]
async fn searches_of_all_clusters_are_found_by_words_of_their_names() {
    let stage = Stage::new().await;
    let mara = stage.caller("mara", "shop", "project-viewer").await;
    let wide = stage.caller("wide", "cluster", "cluster-viewer").await;
    let far = stage.caller("far", "meadow", "cluster-viewer").await;
    save(&mara, "Shop errors", Of::Logs, "").await.unwrap();
    save(&mara, "errors of the shop", Of::Events, "project/shop").await.unwrap();
    save(&wide, "All errors", Of::Logs, "cluster").await.unwrap();
    save_in(meadow(), &far, "Errors there", Of::Logs, "cluster").await.unwrap();

    let (shop, all) = ("errors of the shop in harbour", "All errors in harbour");
    assert_eq!(by_name(&mara, " ERRORS ").await, [shop, all, "Shop errors in harbour"]);
    assert_eq!(by_name(&wide, "errors").await, [shop, all]);
    assert_eq!(by_name(&far, "errors").await, ["Errors there in meadow"]);
    let longer_than_any = "errors".repeat(20);
    for nothing in ["", "  ", "warnings", longer_than_any.as_str()] {
        assert!(by_name(&mara, nothing).await.is_empty(), "{nothing:?} found something");
    }
}

#[tokio::test]
async fn a_search_is_found_by_its_name_only_where_it_is_found_otherwise() {
    let stage = Stage::new().await;
    let boss = stage.caller("boss", "bank", "project-admin").await;
    let viewer = stage.caller("viewer", "bank", "project-viewer").await;
    let mara = stage.caller("mara", "shop", "project-viewer").await;
    for number in 0..=MOST_FOUND_BY_NAME {
        save(&boss, &format!("errors {number}"), Of::Logs, "project/bank").await.unwrap();
    }
    save(&boss, "who did it", Of::Audit, "project/bank").await.unwrap();
    save(&mara, "errors of the shop", Of::Logs, "").await.unwrap();

    assert_eq!(by_name(&boss, "errors").await.len(), MOST_FOUND_BY_NAME);
    assert_eq!(by_name(&boss, "who").await, ["who did it in harbour"]);
    assert!(by_name(&viewer, "who").await.is_empty(), "a viewer may not see the audit log");
    assert_eq!(by_name(&mara, "errors").await, ["errors of the shop in harbour"], "others took its place");
}

#[tokio::test]
async fn a_search_is_changed_by_its_owner_and_by_who_administers_the_place() {
    let stage = Stage::new().await;
    let mara = stage.caller("mara", "shop", "project-viewer").await;
    let editor = stage.caller("editor", "shop", "project-editor").await;
    let boss = stage.caller("boss", "shop", "project-admin").await;
    let omar = stage.caller("omar", "bank", "project-admin").await;
    save(&mara, "shared", Of::Logs, "project/shop").await.unwrap();
    save(&mara, "own", Of::Logs, "").await.unwrap();
    let all = found(&mara).await;
    let (own, shared) = (&all[0], &all[1]);
    assert!(own.may_change && shared.may_change && !found(&editor).await[0].may_change);

    let refused = rename(&editor, &shared.id, "mine").await.unwrap_err();
    assert!(matches!(refused, ConsoleError::Forbidden { .. }), "{refused:?}");
    for (caller, id) in [(&omar, &shared.id), (&boss, &own.id), (&editor, &own.id)] {
        let gone = remove(caller, id).await.unwrap_err();
        assert!(matches!(gone, ConsoleError::NotFound { .. }), "{gone:?}");
    }
    rename(&mara, &shared.id, "Errors of the shop").await.unwrap();
    assert_eq!(names(&mara).await, ["Errors of the shop", "own"]);
    let wrong = rename(&mara, &own.id, " ").await.unwrap_err();
    assert!(matches!(wrong, ConsoleError::Invalid { .. }), "{wrong:?}");
    remove(&boss, &shared.id).await.unwrap();
    remove(&mara, &own.id).await.unwrap();

    assert!(names(&mara).await.is_empty());
    let told = |action: &str, detail: &str| (action.to_owned(), detail.to_owned(), true);
    assert_eq!(
        stage.trail(2).await,
        [told("remove saved search", "own"), told("remove saved search", "Errors of the shop")]
    );
}

#[tokio::test]
async fn a_name_that_is_taken_is_told_at_its_field() {
    let stage = Stage::new().await;
    let mara = stage.caller("mara", "shop", "project-viewer").await;
    save(&mara, "own", Of::Logs, "").await.unwrap();

    let taken = save(&mara, "Own", Of::Events, "").await.unwrap_err();
    save(&mara, "Own", Of::Events, "project/shop").await.unwrap();

    let ConsoleError::Invalid { problems } = taken else { panic!("{taken:?}") };
    assert_eq!(problems[0].field, "name");
}

#[tokio::test]
async fn who_may_search_nothing_is_refused() {
    let stage = Stage::new().await;
    let mut stranger = stage.caller("stranger", "shop", "project-viewer").await;
    save(&stranger, "before", Of::Logs, "").await.unwrap();
    let account = stage.database.account_named("stranger").await.unwrap().unwrap();
    let shop = Namespace::parse("shop").unwrap();
    let shop = stage.database.ensure_project(&harbour(), &shop).await.unwrap();
    stage.database.remove_member(account.id, &Place::Project(shop)).await.unwrap();
    let access = stage.elasticsearch.kubernetes.access();
    stranger.caller = Arc::new(access.caller(account, None, "test".into(), None).await.unwrap());

    let refused = stranger.saved_searches(harbour()).await.unwrap_err();
    assert!(matches!(refused, ConsoleError::NotFound { .. }), "{refused:?}");
    let refused = save(&stranger, "own", Of::Logs, "").await.unwrap_err();
    assert!(matches!(refused, ConsoleError::NotFound { .. }), "{refused:?}");
    assert!(by_name(&stranger, "before").await.is_empty(), "a search of a cluster that they may not see");
}
