#![doc = include_str!("../README.md")]

mod answers;
mod births;
mod bits;
mod caller;
mod catalog;
mod change;
mod cluster;
mod components;
mod connection;
mod cron;
pub mod csv;
mod discovery;
mod environment;
mod error;
mod feed;
#[cfg(test)]
mod figures;
mod files;
mod filter;
mod fit;
mod forward;
mod happened;
mod held;
mod history;
mod index;
mod ingest;
mod kubeconfig;
mod live;
mod logs;
mod matches;
mod navigation;
mod node_labels;
mod object;
mod order;
mod overview;
mod packed;
mod parts;
mod places;
#[cfg(test)]
#[path = "../tests/support/plain.rs"]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod plain;
mod pod_use;
mod pods;
mod previews;
mod proxy;
mod reads;
mod recheck;
mod reflector;
mod renewal;
mod resources;
mod row;
mod search;
mod services;
mod sight;
mod slug;
mod state;
mod store;
mod survive;
mod terminal;
mod ticks;
mod traffic;
mod tree;
mod usage;
mod used_by;
mod view;
mod whole;
mod wizards;

pub use births::{Births, made_anew};
pub use caller::{ForCaller, Keepers, Kubernetes};
pub use change::{Bin, Deleted, DeletedObject, Echo, SeenDeleted};
pub use cluster::Cluster;
pub use connection::{Answer, As, Call, Connection};
pub use discovery::{Discovery, Served, discover};
pub use error::{ApiStatus, ApiStatusCause, ApiStatusDetails, KubernetesError};
pub use files::Upload;
pub use forward::{ForwardPort, Tunnel};
pub use happened::{Happened, Happening, ReadEvents};
pub use kubeconfig::kubeconfig;
pub use live::LiveEvent;
pub use matches::{Asked, Matches};
pub use object::{EndingCertificate, EndingCertificates};
pub use overview::{RolloutsOf, Workloads, accept};
pub use proxy::{ApiAnswer, ApiRequest, ApiUpgrade, api_refusal};
pub use reads::{ReadCluster, ReadObject, ReadTable};
pub use services::{FoundServices, ServiceAddress, ServicePort, SoughtServices, find_services};
pub use survive::survive;
pub use terminal::{
    Begun, LONGEST_TERMINAL_MESSAGE, RecordedTerminal, Recorder, Recording, Shown, TerminalEnds,
    TerminalPatience, Typed,
};
