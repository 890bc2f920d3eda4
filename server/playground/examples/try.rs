use playground::*;
#[tokio::main]
async fn main() {
    let mut options = Options { first_port: Some(17443), ..Options::default() };
    if let Ok(n) = std::env::var("PODS") { options.scale = Some(Scale::of_pods(n.parse().unwrap())); options.churn = 100; }
    let at = std::time::Instant::now();
    let p = start(options).await.unwrap_or_else(|e| panic!("{e}"));
    println!("started in {:?}", at.elapsed());
    let c = p.cluster("harbour").unwrap().clone();
    tokio::spawn(async move { loop { tokio::time::sleep(std::time::Duration::from_millis(500)).await; println!("{:?} rv {}", at.elapsed(), c.resource_version()); } });
    std::fs::write("/tmp/pgworld/kubeconfig", p.kubeconfig()).unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(std::env::var("SECS").map_or(900, |s| s.parse().unwrap()))).await;
}
