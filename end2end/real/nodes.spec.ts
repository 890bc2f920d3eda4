// A node of the test's own, which is emptied while a disruption budget holds the last pods, and what the scheduler says of that.

import { act } from "../harness/actions.ts";
import { Cluster, CLUSTER } from "../harness/cluster.ts";
import { checkPage, expect, look, ready, test } from "../harness/test.ts";

const NAMESPACE = "real-nodes";
const NODE = "real-spare";
const APPS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
const BUDGETS = `/apis/policy/v1/namespaces/${NAMESPACE}/poddisruptionbudgets`;
/** Nobody else's pods come here, and these go nowhere else. */
const TAINT = { key: "real.test/spare", value: "yes", effect: "NoSchedule" };
const LABELS = { app: "lodger" };

const cluster = new Cluster();

test.beforeAll(async () => {
  await cluster.namespace(NAMESPACE);
  await cluster.delete(`/api/v1/nodes/${NODE}`);
  const room = { cpu: "32", memory: "256Gi", pods: "4000" };
  const labels = { "kubernetes.io/hostname": NODE, "kubernetes.io/os": "linux", type: "kwok" };
  await cluster.create("/api/v1/nodes", {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: NODE, labels },
    spec: { taints: [TAINT] },
    status: { capacity: room, allocatable: room },
  });
  await cluster.create(APPS, {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "lodger" },
    spec: {
      replicas: 2,
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: {
          nodeSelector: { "kubernetes.io/hostname": NODE },
          tolerations: [{ ...TAINT, operator: "Equal" }],
          containers: [{ name: "main", image: "nginx:1.27" }],
        },
      },
    },
  });
  await cluster.create(BUDGETS, {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "lodger" },
    spec: { minAvailable: 2, selector: { matchLabels: LABELS } },
  });
});
test.afterAll(async () => {
  await cluster.delete(`/api/v1/nodes/${NODE}`);
  await cluster.end(NAMESPACE);
});

test("a node is cordoned, drained as its budgets allow, and taken back", async ({ page, scripts }) => {
  const main = page.getByRole("main");
  const node = () => cluster.get(`/api/v1/nodes/${NODE}`);
  const readyPods = async () => (await cluster.get(`${APPS}/lodger`)).status.readyReplicas ?? 0;
  await expect.poll(readyPods).toBe(2);
  await expect.poll(async () => (await cluster.get(`${BUDGETS}/lodger`)).status.expectedPods).toBe(2);
  await page.goto(`/clusters/${CLUSTER}/nodes/-/${NODE}`);
  await ready(page, scripts);

  await act(page, "Cordon");
  await expect(main.getByRole("link", { name: "Uncordon", exact: true })).toHaveCount(1);
  expect((await node()).spec.unschedulable).toBe(true);
  await act(page, "Drain");
  await expect(page).toHaveURL(/job=/);
  await expect(main).toContainText("budget");
  await look(page, "real-drain");
  await checkPage(page, scripts);
  expect(await readyPods(), "the budget lets none of them go").toBe(2);

  await cluster.patch(`${BUDGETS}/lodger`, { spec: { minAvailable: 0 } });
  await expect(main.locator(".job-state")).toContainText("Finished");
  await expect.poll(readyPods).toBe(0);

  await page.goto(`/clusters/${CLUSTER}/deployments/${NAMESPACE}/lodger?tab=events`);
  await ready(page, scripts);
  await expect(main.getByRole("row", { name: /FailedScheduling/ }).first()).toContainText("unschedulable");
  await checkPage(page, scripts);
  await page.goto(`/clusters/${CLUSTER}/nodes/-/${NODE}`);
  await ready(page, scripts);
  await act(page, "Uncordon");
  await expect(main.getByRole("link", { name: "Cordon", exact: true })).toHaveCount(1);
  await expect.poll(readyPods).toBe(2);
});
