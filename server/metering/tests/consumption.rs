//! What was used in a playground's cluster, for several people, and what it costs.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use access::Caller;
use database::workspaces::WorkspaceFacts;
use metering::{ForCaller, Metering as Kept};
use model::{ConsoleError, Namespace};
use monitoring_contract::*;
use playground::{Options, Playground};
use prometheus::Prometheus;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use test_stage::{Console, harbour, simulated};

struct Stage {
    _playground: Playground,
    console: Console,
    kept: Kept,
}

impl Stage {
    async fn new() -> Self {
        let playground = playground::start(Options::default()).await.unwrap();
        let console = Console::new(playground.kubeconfig(), "harbour").await;
        let (kubernetes, database) = (Arc::clone(&console.kubernetes), console.database.clone());
        let prometheus = Prometheus::new(Arc::clone(&kubernetes), database.clone(), BTreeMap::new());
        Self {
            _playground: playground,
            console,
            kept: Kept { database, kubernetes, prometheus, months: Arc::default() },
        }
    }

    /// Waits until the shop's pods are measured and no more come up: those of now had others before them, so a cluster that
    /// just starts changes its past. What was not found is looked for again only after a while.
    async fn measured(&mut self, looker: &Arc<Caller>) {
        self.kept.prometheus =
            Prometheus::new(Arc::clone(&self.kept.kubernetes), self.kept.database.clone(), BTreeMap::new());
        let mut before = Figures::default();
        for _ in 0..120 {
            let who = self.kept.for_caller(Arc::clone(looker));
            if let Ok(Measured::Answered(view)) = who.consumption(request(PROJECTS)).await
                && view.lacking.is_empty()
                && view.rows.iter().any(|row| row.of.name() == "shop")
            {
                if view.totals == before {
                    return;
                }
                before = view.totals;
            }
            tokio::time::sleep(Duration::from_secs(2)).await;
            self.kept.prometheus = Prometheus::new(
                Arc::clone(&self.kept.kubernetes),
                self.kept.database.clone(),
                BTreeMap::new(),
            );
        }
        panic!("nothing measures the shop");
    }
}

const PROJECTS: Breakdown = Breakdown::Projects(OfWorkspace::Any);

fn request(by: Breakdown) -> ConsumptionRequest {
    let yesterday = Day::of(model::Timestamp(database::now_seconds())).plus(-1);
    ConsumptionRequest { cluster: harbour(), period: Period::Days(yesterday, yesterday), by, sort: None }
}

async fn look(who: &ForCaller, by: Breakdown) -> Consumption {
    match who.consumption(request(by)).await.unwrap() {
        Measured::Answered(view) => *view,
        Measured::Missing(missing) => panic!("{missing:?}"),
    }
}

fn fields(version: i64, from: &str, cpu: &str) -> PriceFields {
    PriceFields {
        cluster: harbour(),
        version,
        from: from.into(),
        currency: "EUR".into(),
        cpu: cpu.into(),
        memory: "0.004".into(),
        storage: "0.0001".into(),
        received: String::new(),
        sent: "0.09".into(),
    }
}

/// Whether two amounts are the same but for the rounding of hours.
fn near(left: Option<u64>, right: Option<u64>, rows: usize) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => left.abs_diff(right) <= 24 * rows as u64 + 24,
        (left, right) => left == right,
    }
}

/// Claims are rows beside workloads, so no workload has storage.
const OF_WORKLOAD: &str = "a workload and its pods";

/// What does not add up, of everything that is metered.
async fn amiss(ada: &ForCaller, ben: &ForCaller) -> Vec<String> {
    let projects = look(ada, PROJECTS).await;
    let nodes = look(ada, Breakdown::Nodes).await;
    let shop = projects.rows.iter().find(|row| row.of.name() == "shop").unwrap().figures.amounts;
    let workloads = look(ada, Breakdown::Workloads(Namespace::parse("shop").unwrap())).await;
    let own_nodes = look(ben, Breakdown::Nodes).await;
    let (workload, of) =
        workloads.rows.iter().find_map(|row| Some((row.figures.amounts, PodsOf::row(&row.of)?))).unwrap();
    let pods = look(ada, Breakdown::Pods(Namespace::parse("shop").unwrap(), of)).await;
    let rows = projects.rows.len() + nodes.rows.len() + workloads.rows.len() + pods.rows.len();
    let all = projects.totals.amounts;
    let pairs = [
        ("projects and machines", all, nodes.totals.amounts),
        ("the shop and its workloads", shop, workloads.totals.amounts),
        ("the shop and the machines of a member", shop, own_nodes.totals.amounts),
        (OF_WORKLOAD, workload, pods.totals.amounts),
    ];
    let mut amiss = Vec::new();
    for (of, whole, parts) in pairs {
        for measure in Measure::ALL {
            let (whole, parts) = (whole.get(measure), parts.get(measure));
            let is_known = whole.is_some() || (of == OF_WORKLOAD && measure == Measure::Storage);
            if !is_known || !near(whole, parts, rows) {
                amiss.push(format!("{of}, {measure:?}: {whole:?} and {parts:?}"));
            }
        }
    }
    amiss
}

#[tokio::test]
async fn consumption_adds_up_however_it_is_broken_down_and_everybody_sees_theirs() {
    let mut stage = Stage::new().await;
    let looker = stage.console.caller("ada", "administrator", None).await;
    let member = stage.console.caller("ben", "regular", Some(("shop", "project-viewer"))).await;
    let stranger = stage.console.caller("fay", "regular", None).await;

    // Whatever comes up between two questions changes the past of a playground: then both are asked anew.
    let mut amiss_then = Vec::new();
    for _ in 0..4 {
        stage.measured(&looker).await;
        let who = |caller: &Arc<Caller>| stage.kept.for_caller(Arc::clone(caller));
        amiss_then = amiss(&who(&looker), &who(&member)).await;
        if amiss_then.is_empty() {
            break;
        }
    }
    assert!(amiss_then.is_empty(), "{amiss_then:#?}");

    let [ada, ben, fay] = [looker, member, stranger].map(|caller| stage.kept.for_caller(caller));
    let projects = look(&ada, PROJECTS).await;
    assert_eq!(
        (projects.hours, projects.hours_of_usage, projects.hours_of_objects),
        (24, Some(24), Some(24))
    );
    assert_eq!(look(&ada, Breakdown::Workspaces).await.totals, projects.totals);
    let workloads = look(&ada, Breakdown::Workloads(Namespace::parse("shop").unwrap())).await;
    let kinds: Vec<String> = workloads.rows.iter().map(|row| format!("{:?}", row.of)).collect();
    assert!(kinds.iter().any(|of| of.contains("deployments")), "{kinds:?}");
    let billed = |used, requested, billed| {
        let amount = |of| projects.totals.amounts.get(of).unwrap();
        assert!(amount(billed) >= amount(used).max(amount(requested)));
        assert!(amount(billed) <= amount(used) + amount(requested));
    };
    billed(Measure::CpuUsed, Measure::CpuRequested, Measure::CpuBilled);
    billed(Measure::MemoryUsed, Measure::MemoryRequested, Measure::MemoryBilled);

    // A member sees their project alone, and nobody who is none sees anything.
    let own = look(&ben, PROJECTS).await;
    assert_eq!(own.rows.iter().map(|row| row.of.name()).collect::<Vec<_>>(), ["shop"]);
    let foreign =
        ben.consumption(request(Breakdown::Workloads(Namespace::parse("kube-system").unwrap()))).await;
    assert!(matches!(foreign, Err(ConsoleError::Forbidden { .. })), "{foreign:?}");
    let pods = Breakdown::Pods(Namespace::parse("kube-system").unwrap(), PodsOf::Nothing);
    let foreign = ben.consumption(request(pods)).await;
    assert!(matches!(foreign, Err(ConsoleError::Forbidden { .. })), "{foreign:?}");
    let unknown = fay.consumption(request(PROJECTS)).await;
    assert!(matches!(unknown, Err(ConsoleError::NotFound { .. })), "{unknown:?}");
    assert!(!ben.export_consumption(request(PROJECTS)).await.unwrap().contains("kube-system"));

    // What is added up once for everybody is what a member sees of theirs.
    let (days, names) =
        (request(PROJECTS).period.days(model::Timestamp(0)), [Namespace::parse("shop").unwrap()]);
    let together = stage.kept.prometheus.metered_of_projects(&harbour(), Some(&names.into()), days).await;
    let mut amounts = Amounts::default();
    for day in together.unwrap().unwrap().days {
        day.users.values().for_each(|used| amounts.add_all(used));
    }
    assert_eq!(amounts, own.totals.amounts);

    // The same over all clusters: of the whole, of a workspace, and of nothing for who sees nothing.
    let asked = |workspace| BillRequest { period: request(PROJECTS).period, workspace };
    let before = stage.console.database.audit_trail(100).await.unwrap().len();
    let bill = ben.bill(asked(None)).await.unwrap();
    assert_eq!(bill.totals, own.totals);
    let [BillRow { came_to: CameTo::Known { figures, .. }, .. }] = &bill.rows[..] else { panic!("{bill:?}") };
    assert_eq!(figures, &own.totals);
    let nowhere = model::WorkspaceName::parse("nowhere").unwrap();
    assert_eq!(ada.bill(asked(Some(nowhere))).await.unwrap().totals.costs, []);
    assert_eq!(fay.bill(asked(None)).await.unwrap(), Bill::default());
    assert_eq!(stage.console.database.audit_trail(100).await.unwrap().len(), before, "nobody was refused");
}

#[tokio::test]
async fn prices_are_set_by_who_may_and_days_that_are_over_keep_theirs() {
    let stage = Stage::new().await;
    let [ada, eve, cal] = [
        stage.console.caller("ada", "administrator", None).await,
        stage.console.caller("eve", "regular", Some(("cluster", "cluster-viewer"))).await,
        stage.console.caller("cal", "regular", Some(("cluster", "cluster-admin"))).await,
    ]
    .map(|caller| stage.kept.for_caller(caller));
    let today = Day::of(model::Timestamp(database::now_seconds()));

    let refused = eve.save_prices(fields(0, "2026-01-01", "1")).await;
    assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");
    cal.save_prices(fields(0, "2020-01-01", "0.031")).await.unwrap();
    let trail = stage.console.database.audit_trail(2).await.unwrap();
    let told: Vec<(String, bool)> =
        trail.iter().map(|entry| (entry.decision.account_name.clone(), entry.decision.is_allowed)).collect();
    assert_eq!(told, [("cal".to_owned(), true), ("eve".to_owned(), false)]);
    assert!(trail[0].decision.reason.contains("cpu 0.031"), "{:?}", trail[0].decision);

    let late = ada.save_prices(fields(0, &today.to_string(), "2")).await;
    assert!(matches!(late, Err(ConsoleError::Conflict { .. })), "{late:?}");
    let over = ada.save_prices(fields(1, &today.plus(-1).to_string(), "2")).await;
    let Err(ConsoleError::Invalid { problems }) = over else { panic!("{over:?}") };
    assert_eq!(problems[0].field, "from");
    let set = ada.save_prices(fields(1, &today.to_string(), "2")).await.unwrap();
    assert_eq!((set.from, set.made_by.as_str()), (today, "ada"), "the answer is not what was set");
    assert_eq!(stage.console.database.price_plans(&harbour()).await.unwrap().len(), 2);
}

fn budget(of: &str, edition: &str, amount: &str) -> BudgetFields {
    let of = BudgetOf::try_from(of.to_owned()).unwrap();
    let (currency, edition, amount) = ("EUR".into(), edition.into(), amount.into());
    BudgetFields { cluster: harbour(), of, edition, currency, amount }
}

async fn seen(who: &ForCaller, of: &str) -> Option<BudgetView> {
    let of = BudgetOf::try_from(of.to_owned()).unwrap();
    who.budget(BudgetRequest { cluster: harbour(), of }).await.unwrap()
}

/// The shop and the bank are the projects of a workspace whose administrator is Wes.
async fn workspace(console: &Console) -> Arc<Caller> {
    console.caller("wes", "regular", None).await;
    let wes = console.database.account_named("wes").await.unwrap().unwrap().id;
    let facts = WorkspaceFacts { clusters: [harbour()].into(), ..WorkspaceFacts::default() };
    let name = model::WorkspaceName::parse("retail").unwrap();
    let retail = console.database.add_workspace(&name, &facts, wes).await.unwrap();
    for namespace in ["shop", "bank"] {
        let project = console.project(namespace).await;
        console.database.move_project(project, Some(retail)).await.unwrap();
    }
    console.again("wes").await
}

#[tokio::test]
async fn budgets_are_set_by_who_may_and_told_to_who_sees_all_that_they_are_about() {
    // Nothing measures this cluster: who may do what is the same.
    let (_cluster, running) = simulated("harbour", &["shop", "bank"]).await;
    let console = Console::new(&running.kubeconfig(), "harbour").await;
    let (kubernetes, database) = (Arc::clone(&console.kubernetes), console.database.clone());
    let prometheus = Prometheus::new(Arc::clone(&kubernetes), database.clone(), BTreeMap::new());
    let kept = Kept { database, kubernetes, prometheus, months: Arc::default() };
    let [wes, cal, ben, fay] = [
        workspace(&console).await,
        console.caller("cal", "regular", Some(("cluster", "cluster-admin"))).await,
        console.caller("ben", "regular", Some(("shop", "project-admin"))).await,
        console.caller("fay", "regular", None).await,
    ]
    .map(|caller| kept.for_caller(caller));

    let early = cal.set_budget(budget("project/shop", "", "250")).await;
    let Err(ConsoleError::Invalid { problems }) = early else { panic!("{early:?}") };
    assert!(problems[0].field == "amount" && problems[0].message.contains("no prices"), "{problems:?}");
    assert_eq!(seen(&cal, "project/shop").await.unwrap().currency, None);
    cal.save_prices(fields(0, "2020-01-01", "0.031")).await.unwrap();

    // Of a project by who manages its workspace, of the workspace and the cluster by who sets prices there.
    let first = wes.set_budget(budget("project/shop", "", "250")).await.unwrap();
    let trail = console.database.audit_trail(1).await.unwrap();
    let told = &trail[0].decision;
    assert_eq!((told.action.as_str(), told.account_name.as_str()), ("set budget", "wes"));
    assert!(told.reason.contains("project/shop: 250.00 EUR a month"), "{told:?}");
    for (who, of) in [(&ben, "project/shop"), (&wes, "workspace/retail"), (&wes, "cluster")] {
        let refused = who.set_budget(budget(of, "", "9")).await;
        assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{of}: {refused:?}");
    }
    let unknown = fay.set_budget(budget("project/shop", "", "9")).await;
    assert!(matches!(unknown, Err(ConsoleError::NotFound { .. })), "{unknown:?}");
    for of in ["workspace/retail", "cluster"] {
        cal.set_budget(budget(of, "", "1000.5")).await.unwrap();
    }
    let nowhere = cal.set_budget(budget("project/nowhere", "", "9")).await;
    assert!(matches!(nowhere, Err(ConsoleError::NotFound { .. })), "{nowhere:?}");
    let wrong = cal.set_budget(budget("cluster", "", "0.125")).await;
    assert!(matches!(wrong, Err(ConsoleError::Invalid { .. })), "{wrong:?}");
    // Nor in a currency that they were not asked for.
    let meant = BudgetFields { currency: "USD".into(), ..budget("project/bank", "", "9") };
    let other = cal.set_budget(meant).await;
    assert!(matches!(other, Err(ConsoleError::Invalid { .. })), "{other:?}");

    // Who sees a part of a workspace is told nothing of the whole.
    let view = seen(&ben, "project/shop").await.unwrap();
    let shop = view.budget.unwrap();
    assert_eq!((shop.amount.millionths, shop.set_by.as_str(), view.may_change), (250_000_000, "wes", false));
    assert_eq!(shop, first, "another one was answered than is kept");
    assert_eq!(view.so_far, Some(SoFar::Unmeasured));
    assert!(seen(&ben, "workspace/retail").await.is_none() && seen(&ben, "cluster").await.is_none());
    assert!(!seen(&wes, "workspace/retail").await.unwrap().may_change);
    assert!(seen(&wes, "project/shop").await.unwrap().may_change && seen(&wes, "cluster").await.is_none());
    assert!(seen(&fay, "project/shop").await.is_none() && seen(&cal, "cluster").await.unwrap().may_change);
    for who in [&cal, &ben, &fay] {
        assert_eq!(who.budgets().await.unwrap(), BudgetNews::default(), "nothing is known to be overspent");
    }

    // Nobody changes or removes what they have not seen.
    let late = cal.set_budget(budget("project/shop", "", "9")).await;
    assert!(matches!(late, Err(ConsoleError::Conflict { .. })), "{late:?}");
    // Who has just set one changes it by what was answered.
    let next = cal.set_budget(budget("project/shop", &first.edition, "290")).await.unwrap();
    cal.set_budget(budget("project/shop", &next.edition, "300")).await.unwrap();
    let removal = |edition: &str| RemoveBudgetFields {
        cluster: harbour(),
        of: BudgetOf::try_from("project/shop".to_owned()).unwrap(),
        edition: edition.into(),
    };
    let late = wes.remove_budget(removal(&shop.edition)).await;
    assert!(matches!(late, Err(ConsoleError::Conflict { .. })), "{late:?}");
    let now = seen(&wes, "project/shop").await.unwrap().budget.unwrap();
    let refused = ben.remove_budget(removal(&now.edition)).await;
    assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");
    wes.remove_budget(removal(&now.edition)).await.unwrap();
    let view = seen(&wes, "project/shop").await.unwrap();
    assert_eq!((view.budget, view.so_far), (None, None));
}

#[tokio::test]
async fn that_it_is_not_known_how_a_budget_stands_is_told_to_who_sees_all_that_it_is_about() {
    let (_cluster, running) = simulated("harbour", &["shop", "bank"]).await;
    let console = Console::new(&running.kubeconfig(), "harbour").await;
    let (kubernetes, database) = (Arc::clone(&console.kubernetes), console.database.clone());
    let prometheus = Prometheus::new(Arc::clone(&kubernetes), database.clone(), BTreeMap::new());
    let kept = Kept { database, kubernetes, prometheus, months: Arc::default() };
    workspace(&console).await;
    let [cal, ben] = [
        console.caller("cal", "regular", Some(("cluster", "cluster-admin"))).await,
        console.caller("ben", "regular", Some(("shop", "project-admin"))).await,
    ]
    .map(|caller| kept.for_caller(caller));
    cal.save_prices(fields(0, "2020-01-01", "0.031")).await.unwrap();
    for of in ["workspace/retail", "cluster"] {
        cal.set_budget(budget(of, "", "250")).await.unwrap();
    }

    // It answers nobody any more, so nothing can be added up.
    running.shutdown().await;

    let unknown = cal.budgets().await.unwrap().unknown;
    assert_eq!(unknown.iter().map(|one| one.cluster.clone()).collect::<Vec<_>>(), [harbour()]);
    assert_eq!(ben.budgets().await.unwrap(), BudgetNews::default(), "neither is theirs to see");
}
