//! The playground, in a thread of its own: each case has a runtime that ends with it.

use std::sync::{LazyLock, mpsc};
use std::thread;
use std::time::Duration;

use playground::{Options, Playground};

/// The playground's first cluster, which plays the newest version.
const CLUSTER: &str = "harbour";

/// A playground that runs as long as the process.
pub struct Simulator {
    playground: Playground,
}

impl Simulator {
    /// The one that cases share.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Simulator> = LazyLock::new(Simulator::start);
        &SHARED
    }

    /// Another one.
    pub fn start() -> Self {
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async {
                // Without a past, in which a node falls silent that may have just been given a case's pod.
                let options = Options { past: Duration::ZERO, ..Options::default() };
                sender.send(playground::start(options).await.unwrap()).unwrap();
                std::future::pending::<()>().await;
            });
        });
        Self { playground: receiver.recv().unwrap() }
    }

    /// How an administrator gets into the first of its clusters.
    pub fn kubeconfig(&self) -> &str {
        self.playground.kubeconfig()
    }

    /// Ends what is known of the past, as a compaction does.
    pub fn forget(&self) {
        self.playground.cluster(CLUSTER).unwrap().expire();
    }
}
