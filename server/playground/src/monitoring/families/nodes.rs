//! Nodes, as node-exporter sees them.

mod machine;

use std::sync::Arc;

use playground_kubernetes::Usage;
use playground_promql::NAME;
use serde_json::Value;

use self::machine::{Machine, machine, machines};
use super::{Ask, Family, targets};
use crate::kubelet::usage::written;
use crate::monitoring::facts::Node;
use crate::monitoring::inventory::Inventory;
use crate::monitoring::load::{noise, unit};
use crate::monitoring::series::{Curve, Rows};

type Extra = &'static [(&'static str, &'static str)];

const ROOT: Extra = &[("device", "/dev/vda1"), ("fstype", "ext4"), ("mountpoint", "/")];
const DISK: Extra = &[("device", "vda")];
const NETWORK: Extra = &[("device", "eth0")];

pub static FAMILIES: &[Family] = &[
    Family::counter("node_cpu_seconds_total", "Seconds the CPUs spent in each mode.", processors),
    Family::gauge("node_load1", "1m load average.", |ask, rows| {
        each(ask, rows, &[], |machine, at| Some(machine.load(at, 60_000)));
    }),
    Family::gauge("node_load5", "5m load average.", |ask, rows| {
        each(ask, rows, &[], |machine, at| Some(machine.load(at, 300_000)));
    }),
    Family::gauge("node_load15", "15m load average.", |ask, rows| {
        each(ask, rows, &[], |machine, at| Some(machine.load(at, 900_000)));
    }),
    Family::gauge("node_memory_MemTotal_bytes", "Memory information field MemTotal_bytes.", |ask, rows| {
        each(ask, rows, &[], |machine, _| Some(machine.node.memory));
    }),
    Family::gauge(
        "node_memory_MemAvailable_bytes",
        "Memory information field MemAvailable_bytes.",
        |ask, rows| {
            each(ask, rows, &[], |machine, at| Some(machine.node.memory - machine.memory(at)));
        },
    ),
    Family::gauge("node_memory_MemFree_bytes", "Memory information field MemFree_bytes.", |ask, rows| {
        each(ask, rows, &[], |machine, at| Some(machine.free(at) * 0.38));
    }),
    Family::gauge("node_memory_Cached_bytes", "Memory information field Cached_bytes.", |ask, rows| {
        each(ask, rows, &[], |machine, at| Some(machine.free(at) * 0.52));
    }),
    Family::gauge("node_memory_Buffers_bytes", "Memory information field Buffers_bytes.", |ask, rows| {
        each(ask, rows, &[], |machine, at| Some(machine.free(at) * 0.04));
    }),
    Family::gauge(
        "node_memory_SReclaimable_bytes",
        "Memory information field SReclaimable_bytes.",
        |ask, rows| {
            each(ask, rows, &[], |machine, at| Some(machine.free(at) * 0.06));
        },
    ),
    Family::gauge("node_memory_SwapTotal_bytes", "Memory information field SwapTotal_bytes.", |ask, rows| {
        each(ask, rows, &[], |_, _| Some(0.0));
    }),
    Family::gauge("node_memory_SwapFree_bytes", "Memory information field SwapFree_bytes.", |ask, rows| {
        each(ask, rows, &[], |_, _| Some(0.0));
    }),
    Family::gauge("node_filesystem_size_bytes", "Filesystem size in bytes.", |ask, rows| {
        each(ask, rows, ROOT, |machine, _| Some(machine.node.storage));
    }),
    Family::gauge(
        "node_filesystem_avail_bytes",
        "Filesystem space available to non-root users in bytes.",
        |ask, rows| {
            each(ask, rows, ROOT, |machine, at| {
                Some(machine.node.storage * (0.95 - machine.disk(at)).max(0.01))
            });
        },
    ),
    Family::gauge("node_filesystem_free_bytes", "Filesystem free space in bytes.", |ask, rows| {
        each(ask, rows, ROOT, |machine, at| Some(machine.node.storage * (1.0 - machine.disk(at)).max(0.06)));
    }),
    Family::gauge("node_filesystem_files", "Filesystem total file nodes.", |ask, rows| {
        each(ask, rows, ROOT, |machine, _| Some((machine.node.storage / 16_384.0).floor()));
    }),
    Family::gauge("node_filesystem_files_free", "Filesystem total free file nodes.", |ask, rows| {
        each(ask, rows, ROOT, |machine, at| {
            Some((machine.node.storage / 16_384.0 * (1.0 - 0.45 * machine.disk(at))).floor())
        });
    }),
    Family::gauge("node_filesystem_readonly", "Filesystem read-only status.", |ask, rows| {
        each(ask, rows, ROOT, |_, _| Some(0.0));
    }),
    Family::counter(
        "node_disk_read_bytes_total",
        "The total number of bytes read successfully.",
        |ask, rows| {
            each(ask, rows, DISK, |machine, at| machine.since_boot(at, 430_000.0));
        },
    ),
    Family::counter(
        "node_disk_written_bytes_total",
        "The total number of bytes written successfully.",
        |ask, rows| {
            each(ask, rows, DISK, |machine, at| machine.since_boot(at, 1_300_000.0));
        },
    ),
    Family::counter(
        "node_disk_reads_completed_total",
        "The total number of reads completed successfully.",
        |ask, rows| {
            each(ask, rows, DISK, |machine, at| machine.since_boot(at, 24.0));
        },
    ),
    Family::counter(
        "node_disk_writes_completed_total",
        "The total number of writes completed successfully.",
        |ask, rows| {
            each(ask, rows, DISK, |machine, at| machine.since_boot(at, 83.0));
        },
    ),
    Family::counter("node_disk_io_time_seconds_total", "Total seconds spent doing I/Os.", |ask, rows| {
        each(ask, rows, DISK, |machine, at| machine.seconds_since_boot(at, 0.045));
    }),
    Family::counter(
        "node_network_receive_bytes_total",
        "Network device statistic receive_bytes.",
        |ask, rows| {
            each(ask, rows, NETWORK, |machine, at| machine.since_boot(at, 620_000.0));
        },
    ),
    Family::counter(
        "node_network_transmit_bytes_total",
        "Network device statistic transmit_bytes.",
        |ask, rows| {
            each(ask, rows, NETWORK, |machine, at| machine.since_boot(at, 960_000.0));
        },
    ),
    Family::counter(
        "node_network_receive_packets_total",
        "Network device statistic receive_packets.",
        |ask, rows| {
            each(ask, rows, NETWORK, |machine, at| machine.since_boot(at, 710.0));
        },
    ),
    Family::counter(
        "node_network_transmit_packets_total",
        "Network device statistic transmit_packets.",
        |ask, rows| {
            each(ask, rows, NETWORK, |machine, at| machine.since_boot(at, 820.0));
        },
    ),
    Family::counter(
        "node_network_receive_errs_total",
        "Network device statistic receive_errs.",
        |ask, rows| {
            each(ask, rows, NETWORK, |_, _| Some(0.0));
        },
    ),
    Family::counter(
        "node_network_transmit_errs_total",
        "Network device statistic transmit_errs.",
        |ask, rows| {
            each(ask, rows, NETWORK, |_, _| Some(0.0));
        },
    ),
    Family::counter(
        "node_network_receive_drop_total",
        "Network device statistic receive_drop.",
        |ask, rows| {
            each(ask, rows, NETWORK, |_, _| Some(0.0));
        },
    ),
    Family::counter(
        "node_network_transmit_drop_total",
        "Network device statistic transmit_drop.",
        |ask, rows| {
            each(ask, rows, NETWORK, |_, _| Some(0.0));
        },
    ),
    Family::gauge("node_network_up", "Value is 1 if operstate is 'up', 0 otherwise.", |ask, rows| {
        each(ask, rows, NETWORK, |_, _| Some(1.0));
    }),
    Family::gauge("node_boot_time_seconds", "Node boot time, in unixtime.", |ask, rows| {
        each(ask, rows, &[], |machine, at| Some((machine.node.booted(at) / 1000) as f64));
    }),
    Family::gauge("node_time_seconds", "System time in seconds since epoch (1970).", |ask, rows| {
        each(ask, rows, &[], |_, at| Some(at as f64 / 1000.0));
    }),
    Family::gauge("node_filefd_allocated", "File descriptor statistics: allocated.", |ask, rows| {
        each(ask, rows, &[], |machine, at| Some((2_400.0 + 1_900.0 * machine.busy(at)).floor()));
    }),
    Family::gauge("node_filefd_maximum", "File descriptor statistics: maximum.", |ask, rows| {
        each(ask, rows, &[], |_, _| Some(9_223_372_036_854_775_807.0));
    }),
    Family::gauge(
        "node_nf_conntrack_entries",
        "Number of currently allocated flow entries for connection tracking.",
        |ask, rows| {
            each(ask, rows, &[], |machine, at| Some((900.0 + 7_000.0 * machine.busy(at)).floor()));
        },
    ),
    Family::gauge(
        "node_nf_conntrack_entries_limit",
        "Maximum size of connection tracking table.",
        |ask, rows| {
            each(ask, rows, &[], |_, _| Some(262_144.0));
        },
    ),
    Family::gauge(
        "node_timex_offset_seconds",
        "Time offset in between local system and reference clock.",
        |ask, rows| {
            each(ask, rows, &[], |machine, at| Some(4e-5 * noise(at as f64 / 600_000.0, machine.seed).0));
        },
    ),
    Family::gauge(
        "node_timex_sync_status",
        "Is clock synchronized to a reliable server (1 = yes, 0 = no).",
        |ask, rows| {
            each(ask, rows, &[], |_, _| Some(1.0));
        },
    ),
    Family::gauge(
        "node_uname_info",
        "Labeled system information as provided by the uname system call.",
        uname,
    ),
    Family::gauge(
        "node_exporter_build_info",
        "A metric with a constant '1' value labeled by version.",
        |ask, rows| {
            each(ask, rows, &[("version", "1.9.1"), ("goversion", "go1.24.1")], |_, _| Some(1.0));
        },
    ),
];

/// The targets of node-exporter, each with its machine.
fn exporters(ask: &Ask) -> Vec<(targets::Scraped, Machine)> {
    let machines = machines(ask.inventory);
    let exporters = targets::of_job(ask, "node-exporter");
    exporters
        .filter_map(|scraped| {
            let address = scraped.target.instance.rsplit_once(':')?.0.to_owned();
            let machine = machines.iter().find(|machine| machine.node.address == address)?;
            Some((scraped.clone(), machine.clone()))
        })
        .collect()
}

fn each(ask: &Ask, rows: &mut Rows, extra: Extra, value: fn(&Machine, i64) -> Option<f64>) {
    for (scraped, machine) in exporters(ask) {
        let labels: Vec<(&str, &str)> = [(NAME, ask.metric)].iter().chain(extra).copied().collect();
        let target = scraped.target.clone();
        rows.add(&target, &labels, || seen(scraped, move |at| value(&machine, at)));
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it makes the curve of a series")]
fn seen(
    scraped: targets::Scraped,
    value: impl Fn(i64) -> Option<f64> + Send + Sync + 'static,
) -> Option<Curve> {
    Some(Box::new(move |at| if scraped.is_up(at) { value(at) } else { None }))
}

/// How busy time is divided between the modes; the rest of the time is idle.
const MODES: [(&str, f64); 7] = [
    ("user", 0.70),
    ("system", 0.21),
    ("iowait", 0.04),
    ("softirq", 0.035),
    ("irq", 0.0),
    ("nice", 0.005),
    ("steal", 0.01),
];

fn processors(ask: &Ask, rows: &mut Rows) {
    for (scraped, machine) in exporters(ask) {
        let machine = Arc::new(machine);
        for processor in 0..machine.node.cores as usize {
            let number = processor.to_string();
            for (mode, share) in MODES.into_iter().chain([("idle", f64::NAN)]) {
                let labels = [(NAME, ask.metric), ("cpu", number.as_str()), ("mode", mode)];
                let (machine, up) = (machine.clone(), scraped.clone());
                rows.add(&scraped.target, &labels, || {
                    seen(up, move |at| {
                        let since = machine.since(at);
                        let busy = since.work / machine.node.cores.max(1.0);
                        // Some of the processors are given more than others.
                        let busy = busy * (1.0 + 0.06 * (0.5 - unit(machine.seed ^ processor as u64)));
                        Some(if share.is_nan() { since.seconds - busy } else { busy * share })
                    })
                });
            }
        }
    }
}

fn uname(ask: &Ask, rows: &mut Rows) {
    for (scraped, machine) in exporters(ask) {
        let info = |key: &str| machine.node.info[key].as_str().unwrap_or_default().to_owned();
        let (release, architecture) = (info("kernelVersion"), info("architecture"));
        let machine_name = if architecture == "arm64" { "aarch64" } else { "x86_64" };
        let labels = [
            (NAME, ask.metric),
            ("nodename", machine.node.name.as_str()),
            ("release", &release),
            ("machine", machine_name),
            ("sysname", "Linux"),
            ("domainname", "(none)"),
        ];
        let target = scraped.target.clone();
        rows.add(&target, &labels, || seen(scraped, |_| Some(1.0)));
    }
}

/// What a node uses at a time: the same as its series say.
pub fn usage(inventory: &Inventory, node: &Value, at: i64) -> Usage {
    let machine = machine(inventory, Node::of(node));
    written(machine.cores(at), machine.memory(at))
}
