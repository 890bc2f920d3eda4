#![doc = include_str!("../README.md")]

mod address_pools;
mod annotations;
mod choose;
mod claim_source;
mod cost;
mod described;
mod draft;
mod field;
mod files;
mod fit;
pub mod forms;
pub mod host_time;
mod images;
mod limit_ranges;
mod log_files;
mod log_receivers;
mod mode;
mod nearest;
mod neighbours;
mod next_runs;
mod place;
mod ports;
pub mod posted;
mod registries;
mod registry;
mod rule;
mod scalable;
mod traffic;
mod wizards;
pub mod written;
mod yaml;

pub use address_pools::{ADDRESS_POOLS, pools_of, read_pools, write_pools};
pub use annotations::{Annotation, annotations_of};
pub use choose::left_around;
pub use claim_source::{ClaimSource, read_claim_source};
pub use cost::{Cost, QuotaLine, QuotaScope, cost};
pub use described::{KindSchema, is_described};
pub use draft::Draft;
pub use field::{Beside, CORE_GROUP, Control, Field, Form, Section, Settled, Variant, Words};
pub use files::{
    FileContent, FileEntry, FileKind, FileName, FilePath, FilePlace, FileTrouble, Files, Folder, FolderPage,
    InvalidPath, LARGEST_UPLOAD_BYTES, download_address, files_address, folder_address, open_address,
    read_content, read_folder, upload_address,
};
pub use fit::{Fit, Obstacle, Placement, read_address_pools, read_fit, read_node_labels};
pub use images::{
    DOCKER_HUB, FoundImage, FoundImages, ImageParts, ImageSource, ImageTag, ImageTags, find_images,
    read_image_tags,
};
pub use limit_ranges::{LimitHint, LimitLine, LimitOf, Limited, read_limits};
pub use log_files::{LogFiles, LogMount};
pub use log_receivers::{
    LOG_RECEIVERS, LogReceivers, OnlyCluster, ReceiverAnswer, ReceiverLogin, ReceiverTrial, try_log_receiver,
};
pub use mode::{read_mode, write_mode};
pub use neighbours::Neighbours;
pub use next_runs::{NextRun, NextRuns, read_next_runs};
pub use place::{at, set};
pub use ports::{PortLine, Ports, PortsView, forward_address, read_open_ports, read_ports};
pub use posted::{PostedForm, Press};
pub use registries::{LoginAnswer, Registries, try_registry_login};
pub use registry::RegistryLogin;
pub use rule::{Fault, Rule};
pub use scalable::{Scalable, read_scalable};
pub use traffic::{Peer, Traffic, TrafficRule, TrafficView, Way, read_traffic, read_traffic_of_draft};
pub use wizards::{Quota, Wizards, check_pair, read_kind_schema, read_pod_security, read_quota, read_yaml};
pub use yaml::to_yaml;
