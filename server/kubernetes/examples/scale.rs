//! Measures what stores cost: `scale KUBECONFIG CONTEXT [--naive]` follows all pods of a cluster and prints figures as
//! `name<TAB>value` lines. With `--naive` the same cluster is followed the plain way, by kube's `reflector` of typed
//! pods, in a process of its own, so that both memories can be compared.
#![expect(clippy::unwrap_used, reason = "a measurement that fails should stop")]

use access::rights::Rights;
use access::roles::ADMINISTRATOR;
use access::{Access, Caller};
use futures::StreamExt;
use k8s_openapi::api::core::v1::Pod;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::runtime::{WatchStreamExt, reflector, watcher};
use kubernetes::{Cluster, Connection, Kubernetes};
use model::{ClusterName, KindSlug, Language, Sort, TableQuery};
use resources_contract::Resources;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [kubeconfig, context, rest @ ..] = arguments.as_slice() else {
        eprintln!("scale KUBECONFIG CONTEXT [--naive]");
        std::process::exit(2);
    };
    let file = Kubeconfig::read_from(kubeconfig).unwrap();
    let options = KubeConfigOptions { context: Some(context.clone()), ..KubeConfigOptions::default() };
    let config = kube::Config::from_custom_kubeconfig(file, &options).await.unwrap();
    if rest.iter().any(|argument| argument == "--naive") {
        naive(config).await;
    } else {
        ours(config).await;
    }
}

fn administrator() -> Arc<Rights> {
    Arc::new(Rights { role: ADMINISTRATOR.into(), ..Rights::default() })
}

async fn ours(config: kube::Config) {
    let name = ClusterName::parse("measured").unwrap();
    let access = Access::new(database::Database::in_memory().await.unwrap());
    let cluster = Cluster::new(name.clone(), Connection::new("measured", config).unwrap());
    let before = resident();
    let began = Instant::now();
    let processor = processor_seconds();
    let kubernetes = Kubernetes::new(vec![cluster], access);
    let caller = Caller {
        account_id: uuid::Uuid::new_v4(),
        name: "bench".into(),
        rights: administrator(),
        session_hash: None,
        request_id: "bench".into(),
        address: None,
        acting: None,
        known_at: Instant::now(),
    };
    let caller = kubernetes.for_caller(caller, Language::English);
    let query = TableQuery::of(name, KindSlug::parse("pods").unwrap());

    let mut pods = 0;
    loop {
        if let Ok(table) = caller.table(query.clone()).await {
            if table.total > 0 && table.total == pods {
                break;
            }
            pods = table.total;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let seconds = began.elapsed().as_secs_f64();
    println!("pods\t{pods}");
    println!("sync, pods per second\t{:.0}", pods as f64 / seconds);
    println!("sync, pods per processor second\t{:.0}", pods as f64 / (processor_seconds() - processor));
    println!("everything kept, bytes per pod\t{:.0}", (resident() - before) / pods as f64);
    println!("resident, MB\t{:.0}", resident() / 1e6);

    for (what, change) in questions() {
        let mut query = query.clone();
        change(&mut query);
        let mut times = Vec::new();
        for _ in 0..200 {
            let began = Instant::now();
            caller.table(query.clone()).await.unwrap();
            times.push(began.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        println!("{what}, p50 ms\t{:.2}", times[times.len() / 2]);
        println!("{what}, p99 ms\t{:.2}", times[times.len() * 99 / 100]);
    }
}

type Question = (&'static str, fn(&mut TableQuery));

fn questions() -> Vec<Question> {
    fn sort(query: &mut TableQuery, column: &str) {
        query.sort = Some(Sort { column: column.into(), descending: true });
    }
    vec![
        ("first page", |_| {}),
        ("sort by name", |query| sort(query, "name")),
        ("sort by status", |query| sort(query, "status")),
        ("sort by restarts", |query| sort(query, "restarts")),
        ("sort by node", |query| sort(query, "node")),
        ("sort by age", |query| sort(query, "age")),
        ("filter by status", |query| query.search = "status:failed".into()),
        ("filter by a word", |query| query.search = "web-7".into()),
        ("filter by a label", |query| query.search = "app=web".into()),
        ("page 1000 by restarts", |query| {
            sort(query, "restarts");
            query.page = 999;
        }),
    ]
}

async fn naive(config: kube::Config) {
    let client = kube::Client::try_from(config).unwrap();
    let api: kube::Api<Pod> = kube::Api::all(client);
    let before = resident();
    let began = Instant::now();
    let processor = processor_seconds();
    let (reader, writer) = reflector::store();
    let stream =
        reflector(writer, watcher(api, watcher::Config::default())).default_backoff().applied_objects();
    tokio::spawn(stream.for_each(|_| async {}));
    reader.wait_until_ready().await.unwrap();
    let pods = reader.len() as f64;
    println!("sync, pods per second\t{:.0}", pods / began.elapsed().as_secs_f64());
    println!("sync, pods per processor second\t{:.0}", pods / (processor_seconds() - processor));
    println!("everything kept, bytes per pod\t{:.0}", (resident() - before) / pods);

    let began = Instant::now();
    let mut all = reader.state();
    all.sort_by_cached_key(|pod| {
        let statuses = pod.status.as_ref().and_then(|status| status.container_statuses.as_ref());
        std::cmp::Reverse(statuses.map_or(0, |all| all.iter().map(|one| one.restart_count).sum::<i32>()))
    });
    all.truncate(50);
    println!("sort by restarts, p50 ms\t{:.2}", began.elapsed().as_secs_f64() * 1e3);

    let began = Instant::now();
    let pods: Vec<_> = reader.state();
    let json = serde_json::to_vec(&pods.iter().map(|pod| &**pod).collect::<Vec<_>>()).unwrap();
    println!("the list as one JSON, MB\t{:.0}", json.len() as f64 / 1e6);
    println!("the list as one JSON, ms\t{:.0}", began.elapsed().as_secs_f64() * 1e3);
}

/// Bytes of memory that the process occupies.
fn resident() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<f64>().unwrap() * 4096.0
}

/// Seconds of processor time that the process has used, on all cores.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}
