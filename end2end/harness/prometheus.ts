// A small Prometheus on this machine: it answers any query with waves, one for each value of the labels that the query
// groups by. It knows nothing of PromQL; what is tried with it is the console.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

const METRICS = [
  "apiserver_current_inflight_requests", "apiserver_request_duration_seconds_bucket", "apiserver_request_total",
  "apiserver_storage_size_bytes", "container_cpu_cfs_periods_total", "container_cpu_cfs_throttled_periods_total",
  "container_cpu_usage_seconds_total", "container_fs_reads_bytes_total", "container_fs_writes_bytes_total",
  "container_memory_working_set_bytes", "container_network_receive_bytes_total", "container_network_transmit_bytes_total",
  "kube_deployment_spec_replicas", "kube_node_info", "kube_node_status_allocatable", "kube_node_status_condition",
  "kube_pod_container_resource_limits", "kube_pod_container_resource_requests", "kube_pod_container_status_restarts_total",
  "kube_pod_info", "kube_pod_owner", "kube_pod_status_phase", "kube_replicaset_owner", "kube_resourcequota",
  "kubelet_volume_stats_capacity_bytes", "kubelet_volume_stats_used_bytes", "node_cpu_seconds_total",
  "node_disk_read_bytes_total", "node_disk_reads_completed_total", "node_disk_writes_completed_total",
  "node_disk_written_bytes_total", "node_filesystem_avail_bytes", "node_filesystem_files", "node_filesystem_files_free",
  "node_filesystem_size_bytes", "node_load1", "node_load15", "node_load5", "node_memory_MemAvailable_bytes",
  "node_memory_MemTotal_bytes", "node_network_receive_bytes_total", "node_network_transmit_bytes_total", "node_uname_info",
  "up", "workqueue_depth",
];

const VALUES: Record<string, string[]> = {
  code: ["200", "201", "404", "500"],
  container: ["app", "sidecar"],
  instance: ["10.0.0.1:9100", "10.0.0.2:9100"],
  mode: ["user", "system", "iowait"],
  mountpoint: ["/", "/data"],
  name: ["deployment", "endpoint"],
  namespace: ["shop", "blog", "kiosk", "kube-system"],
  node: ["lantern-1", "lantern-2"],
  phase: ["Running", "Pending"],
  pod: ["web-0", "web-1", "checkout-7d9c5b6f4-x2k9q"],
  request_kind: ["mutating", "readOnly"],
  resource: ["pods", "requests.cpu"],
};

type Labels = Record<string, string>;

/** What a query is about, as the console writes it: how large its values are. */
function size(query: string): number {
  if (/1 - | \/ |min by/.test(query)) return 0.6;
  if (/bytes/.test(query)) return /rate/.test(query) ? 4e6 : 2e9;
  if (/quantile/.test(query)) return 0.1;
  return /cpu/.test(query) ? 1.5 : 30;
}

function series(query: string): Labels[] {
  if (query.includes("node_uname_info")) {
    return VALUES["instance"]!.map((instance, index) => ({ instance, nodename: VALUES["node"]![index]! }));
  }
  const grouped = /^(?:1 - )?(?:topk\(\d+, )?\(*(?:sum|max|min|avg|count|group) by \(([^)]*)\)/.exec(query)?.[1];
  let all: Labels[] = [{}];
  for (const label of (grouped ?? "").split(",").map((label) => label.trim()).filter(Boolean)) {
    all = all.flatMap((labels) => (VALUES[label] ?? ["x"]).map((value) => ({ ...labels, [label]: value })));
  }
  const wanted = [...query.matchAll(/(\w+)="([^"]+)"/g)].map(([, label, value]) => [label!, value!] as const);
  return all.filter((labels) => wanted.every(([label, value]) => labels[label] === undefined || labels[label] === value));
}

function hash(text: string): number {
  let value = 7;
  for (const character of text) value = (value * 31 + character.charCodeAt(0)) >>> 0;
  return value;
}

/** The same for the same labels and moment, whenever it is asked for. */
function value(query: string, labels: Labels, moment: number): string {
  const seed = hash(JSON.stringify(labels) + query.slice(0, 60));
  // What is ready or not: away for some minutes of each half hour.
  if (query.includes("_status_ready")) return (moment + seed) % 1800 < 420 ? "0" : "1";
  const wave = 1 + 0.25 * Math.sin(moment / 900 + (seed % 7)) + 0.08 * Math.sin(moment / 130 + (seed % 5));
  return (size(query) * (0.2 + (seed % 100) / 140) * wave).toPrecision(8);
}

/** Where the second series of each answer has its gap: five minutes of each hour. */
const isMissing = (index: number, moment: number): boolean => index === 1 && moment % 3600 < 300;

const RULES = [
  {
    name: "KubePodCrashLooping",
    query: 'max_over_time(kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff"}[5m]) >= 1',
    duration: 900,
    labels: { severity: "critical" },
    alerts: [
      {
        labels: { alertname: "KubePodCrashLooping", severity: "critical", namespace: "shop", pod: "web-0" },
        annotations: { summary: "Pod is crash looping.", description: "Pod shop/web-0 is in waiting state (CrashLoopBackOff)." },
        state: "firing",
        activeAt: "2026-11-20T10:00:00.5Z",
      },
    ],
  },
  { name: "NodeDown", query: "up == 0", duration: 0, labels: { severity: "warning" }, alerts: [] },
];

export class Prometheus {
  readonly #server: Server;
  /** Every query that was asked, as it came. */
  readonly asked: string[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? "/", this.address);
      const answer = this.#answer(url);
      response.writeHead(answer.status === "error" ? 400 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer));
    });
  }

  static async start(): Promise<Prometheus> {
    const prometheus = new Prometheus();
    await new Promise<void>((resolve) => prometheus.#server.listen(0, "127.0.0.1", resolve));
    return prometheus;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo | null)?.port ?? 0}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(url: URL): { status: string; [more: string]: unknown } {
    const success = (data: unknown) => ({ status: "success", data });
    const query = url.searchParams.get("query") ?? "";
    const number = (name: string): number => Number(url.searchParams.get(name));
    this.asked.push(query);
    const label = /^\/api\/v1\/label\/(\w+)\/values$/.exec(url.pathname)?.[1];
    if (label !== undefined && label !== "__name__") return success(VALUES[label] ?? []);
    switch (url.pathname) {
      case "/api/v1/label/__name__/values":
        return success(METRICS);
      case "/api/v1/labels":
        return success(["namespace", "pod"]);
      case "/api/v1/rules":
        return success({ groups: [{ name: "kubernetes-apps", rules: RULES }] });
      case "/api/v1/format_query": {
        const error = `invalid parameter "query": 1:${query.length + 1}: parse error: unclosed left parenthesis`;
        return { status: "error", errorType: "bad_data", error };
      }
      case "/api/v1/query_range": {
        const [start, end, step] = [number("start"), number("end"), number("step")];
        const moments = Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, index) => start + index * step);
        const result = series(query).map((metric, index) => {
          const known = moments.filter((moment) => !isMissing(index, moment));
          return { metric, values: known.map((moment) => [moment, value(query, metric, moment)]) };
        });
        return success({ resultType: "matrix", result });
      }
      default: {
        const moment = number("time");
        const result = series(query).map((metric) => ({ metric, value: [moment, value(query, metric, moment)] }));
        return success({ resultType: "vector", result });
      }
    }
  }
}
