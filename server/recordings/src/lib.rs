#![doc = include_str!("../README.md")]

mod actions;
mod cast;
mod open;
mod port;
mod recorder;
mod show;
mod transcript;
mod writer;

pub use open::MOST_BYTES;
pub use show::File;

use access::{Access, Caller};
use database::Database;
use identity::Seal;
use kubernetes::Kubernetes;
use model::{ConsoleError, Thing};
use open::Open;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Notify;
use uuid::Uuid;

/// Recordings of terminals, in the console's tables. Cheap to clone.
#[derive(Clone)]
pub struct Recordings(Arc<Inner>);

struct Inner {
    database: Database,
    seal: Seal,
    access: Access,
    /// Those that go on, and those whose end is not kept yet.
    open: Mutex<BTreeMap<Uuid, Arc<Open>>>,
    /// There is much to write, or an end: it does not wait for the next round.
    hurry: Arc<Notify>,
}

impl Recordings {
    /// Recordings in these tables. Begins to write what is handed over, until the last of these is dropped.
    pub fn start(database: Database, seal: Seal, access: Access) -> Self {
        let hurry = Arc::new(Notify::new());
        let open = Mutex::default();
        let inner = Arc::new(Inner { database, seal, access, open, hurry: Arc::clone(&hurry) });
        tokio::spawn(writer::run(Arc::downgrade(&inner), hurry));
        Self(inner)
    }

    /// Recordings of these clusters as one caller may see them: the backend of the contract.
    pub fn for_caller(&self, caller: Arc<Caller>, kubernetes: Arc<Kubernetes>) -> ForCaller {
        ForCaller { recordings: self.clone(), caller, kubernetes }
    }
}

/// Recordings as one caller may see them.
#[derive(Clone)]
pub struct ForCaller {
    recordings: Recordings,
    caller: Arc<Caller>,
    kubernetes: Arc<Kubernetes>,
}

/// For which recording and place a piece is sealed.
fn purpose(recording: Uuid, place: i64) -> String {
    format!("terminal recording {recording} {place}")
}

fn gone() -> ConsoleError {
    ConsoleError::unknown(Thing::Recording)
}
