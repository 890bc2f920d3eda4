//! What is asked for a month, and what becomes of the answers.

use super::*;
use crate::layout::{Layout, named};
use crate::tests::{Fake, cluster, shop, source};
use crate::transport::Transport;
use futures::future::join_all;
use test_stage::{Console, simulated};

/// Noon of 2026-11-27, and a minute.
const NOON: i64 = 20_784 * 86_400 + 43_260;
const TODAY: Day = Day(20_784);

fn measured(fake: &Arc<Fake>) -> Source {
    Source { layout: Layout::of_names(named().unwrap()), ..source(fake) }
}

async fn ask(source: &Source, kept: &KeptDays, by: &MeteredBy, seen: &Seen, days: i64) -> Metered {
    let cluster = cluster();
    let metering = Metering { source, kept, cluster: &cluster, now: NOON };
    metering.all(by, seen, (TODAY.plus(1 - days), TODAY)).await.unwrap()
}

fn user(kind: &'static str, name: &str) -> User {
    User { kind, name: name.into() }
}

#[tokio::test]
async fn a_month_costs_the_same_however_many_look_and_a_day_that_is_over_costs_nothing_again() {
    let fake = Arc::<Fake>::default();
    let (first, kept) = (measured(&fake), KeptDays::default());

    let views = join_all((0..20).map(|_| ask(&first, &kept, &MeteredBy::Projects, &Seen::All, 31))).await;

    assert!(views.iter().all(|view| *view == views[0]));
    assert_eq!(views[0].days.len(), 31);
    assert_eq!(fake.asked.lock().len(), 31 * 11);

    // What is known of the cluster is learnt again every few minutes; days stay.
    let again = measured(&fake);
    ask(&again, &kept, &MeteredBy::Projects, &Seen::All, 31).await;
    assert_eq!(fake.asked.lock().len(), 31 * 11 + 11, "more than today was asked again");
}

#[tokio::test]
async fn nothing_about_others_is_asked_for_a_member() {
    let project = Namespace::parse("shop").unwrap();
    let pods = MeteredBy::Pods(project.clone(), PodsOf::Nothing);
    for by in [MeteredBy::Projects, MeteredBy::Nodes, MeteredBy::Workloads(project), pods] {
        let fake = Arc::<Fake>::default();
        // Who sees everything and looks at a project asks of that alone, too.
        let seen = if by.project().is_some() { Seen::All } else { shop() };

        ask(&measured(&fake), &KeptDays::default(), &by, &seen, 1).await;

        let asked = fake.asked.lock();
        assert!(asked.len() > 10, "{asked:?}");
        for query in asked.iter().filter(|query| !query.starts_with("count_over_time(group(")) {
            let parsed = Query::parse(query).unwrap();
            let fenced = parsed.clone().force(|_| vec![crate::Forced::is("namespace", "shop")]).unwrap();
            assert_eq!(fenced, parsed, "{query} is not fenced");
        }
    }
}

#[tokio::test]
async fn what_is_added_up_for_everybody_is_told_since_its_projects_were_made() {
    let day = Day::of(model::Timestamp(now())).plus(-1);
    let (_cluster, running) = simulated("harbour", &["shop"]).await;
    let console = Console::new(&running.kubeconfig(), "harbour").await;
    let fake: Arc<dyn Transport> = Arc::new(Arc::<Fake>::default());
    let prometheus =
        Prometheus::new(console.kubernetes, console.database, BTreeMap::from([(cluster(), fake)]));
    let projects = BTreeSet::from([Namespace::parse("shop").unwrap()]);
    let tells_of_shop = async |of: Option<&BTreeSet<Namespace>>| {
        let metered = prometheus.metered_of_projects(&cluster(), of, (day, day)).await.unwrap().unwrap();
        metered.days[0].users.contains_key(&user("namespaces", "shop"))
    };

    assert!(tells_of_shop(None).await, "nothing is measured");
    assert!(!tells_of_shop(Some(&projects)).await, "another one was called so before this one was made");
}

#[tokio::test]
async fn pods_are_those_of_what_owns_them() {
    let fake = Arc::<Fake>::default();
    let (source, kept, project) = (measured(&fake), KeptDays::default(), Namespace::parse("shop").unwrap());
    let by = |of| MeteredBy::Pods(project.clone(), of);
    let web = PodsOf::Workload("deployments".parse().unwrap(), "web".parse().unwrap());

    // The fake's pods are owned by nothing.
    let lonely = ask(&source, &kept, &by(PodsOf::Nothing), &Seen::All, 1).await;
    let asked = fake.asked.lock().len();
    let owned = ask(&source, &kept, &by(web), &Seen::All, 1).await;

    let names: Vec<&User> = lonely.days[0].users.keys().collect();
    assert_eq!(names, [&user("pods", "shop-0")]);
    let amounts = lonely.days[0].users[&user("pods", "shop-0")];
    assert_eq!((amounts.get(Measure::CpuUsed), amounts.get(Measure::Storage)), (Some(6_000_000), None));
    assert!(lonely.lacking.is_empty() && owned.days[0].users.is_empty(), "{lonely:?} {owned:?}");
    assert_eq!(fake.asked.lock().len(), asked, "the same was asked for other pods of the same project");
}

#[tokio::test]
async fn an_hour_that_was_not_measured_adds_nothing_and_is_told() {
    let fake = Arc::<Fake>::default();

    let metered = ask(&measured(&fake), &KeptDays::default(), &MeteredBy::Projects, &Seen::All, 2).await;

    // Half a core in every hour; the fake has no sample of the blog at the end of each answer.
    let [yesterday, today] = metered.days.as_slice() else { panic!("{metered:?}") };
    assert_eq!((yesterday.hours, today.hours), (24, 12));
    let used = |day: &MeteredDay, name: &str| day.users[&user("namespaces", name)].get(Measure::CpuUsed);
    assert_eq!((used(yesterday, "shop"), used(yesterday, "blog")), (Some(12_000_000), Some(11_500_000)));
    assert_eq!((used(today, "shop"), used(today, "blog")), (Some(6_000_000), Some(5_500_000)));
}

#[tokio::test]
async fn a_day_that_was_answered_in_part_is_told_and_asked_for_again() {
    let fake = Arc::new(Fake { is_partial: true, ..Fake::default() });
    let kept = KeptDays::default();

    let metered = ask(&measured(&fake), &kept, &MeteredBy::Projects, &Seen::All, 2).await;
    let asked = fake.asked.lock().len();
    ask(&measured(&fake), &kept, &MeteredBy::Projects, &Seen::All, 2).await;

    assert!(metered.days.iter().all(|day| day.warnings.contains("a store did not answer")), "{metered:?}");
    assert_eq!(fake.asked.lock().len(), 2 * asked);
}

#[tokio::test]
async fn the_first_failure_ends_the_questions() {
    let fake = Arc::new(Fake { is_down: true.into(), ..Fake::default() });
    let (source, kept, cluster) = (measured(&fake), KeptDays::default(), cluster());
    let metering = Metering { source: &source, kept: &kept, cluster: &cluster, now: NOON };

    let failed = metering.all(&MeteredBy::Nodes, &Seen::All, (TODAY.plus(-30), TODAY)).await;

    assert!(matches!(failed, Err(PrometheusError::Unreachable { .. })), "{failed:?}");
}

#[tokio::test]
async fn what_cannot_be_measured_is_lacking_and_the_rest_is_told() {
    let fake = Arc::<Fake>::default();
    let mut source = measured(&fake);
    source.layout.names.retain(|name| !name.starts_with("kube_"));

    let metered = ask(&source, &KeptDays::default(), &MeteredBy::Projects, &Seen::All, 1).await;

    assert!(metered.knows_usage && !metered.knows_objects);
    assert!(metered.lacking.contains(&"kube_pod_container_resource_requests".to_owned()), "{metered:?}");
    let amounts = metered.days[0].users[&user("namespaces", "shop")];
    assert_eq!(
        amounts.get(Measure::CpuBilled),
        amounts.get(Measure::CpuUsed),
        "used is what is left to bill"
    );
    assert_eq!(amounts.get(Measure::CpuRequested), None);
}

#[test]
fn pods_count_for_what_stands_behind_their_owners() {
    let owners = Owners { of_sets: [("web-5d9", "web")].into(), of_jobs: [("backup-29", "backup")].into() };

    for ((kind, name), expected) in [
        (("ReplicaSet", "web-5d9"), user("deployments", "web")),
        (("ReplicaSet", "lonely"), user("replicasets", "lonely")),
        (("Job", "backup-29"), user("cronjobs", "backup")),
        (("Job", "once"), user("jobs", "once")),
        (("StatefulSet", "db"), user("statefulsets", "db")),
        (("Rollout", "canary"), user("", "canary")),
        (("Node", "worker-1"), user("", "")),
        (("<none>", "<none>"), user("", "")),
        (("", ""), user("", "")),
    ] {
        assert_eq!(owners.user(kind, name), expected, "{kind} {name}");
    }
}
