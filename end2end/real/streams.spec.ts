// What pods say and what is typed into them. KWOK plays the pods: all of them write what is in one file, and run commands on
// this machine.

import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join as joined } from "node:path";

import { Cluster, CLUSTER, kubeconfig } from "../harness/cluster.ts";
import { checkPage, expect, look, ready, test } from "../harness/test.ts";

const NAMESPACE = "real-streams";
const POD = `/clusters/${CLUSTER}/pods/${NAMESPACE}/speaker`;
/** Beside the kubeconfig, by `xtask/src/peers/kwok.rs`. */
const LOG = joined(dirname(kubeconfig()), "container.log");

const cluster = new Cluster();
const written = readFileSync(LOG, "utf8");

test.beforeAll(async () => {
  await cluster.namespace(NAMESPACE);
  await cluster.create(`/api/v1/namespaces/${NAMESPACE}/pods`, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "speaker" },
    spec: { containers: [{ name: "main", image: "nginx:1.27" }] },
  });
  await expect.poll(async () => (await cluster.get(`/api/v1/namespaces/${NAMESPACE}/pods/speaker`)).status.phase).toBe("Running");
});
test.afterAll(async () => {
  writeFileSync(LOG, written);
  await cluster.end(NAMESPACE);
});

test("a log is followed", async ({ page, scripts }) => {
  const lines = page.locator(".log-line");
  await page.goto(`${POD}?tab=logs`);
  await ready(page, scripts);
  await expect(lines).toHaveCount(3);
  await expect(lines.last()).toContainText("GET / 200");

  // The node says what its file says, as container runtimes write it.
  appendFileSync(LOG, `${new Date().toISOString().replace("Z", "000000Z")} stdout F POST /orders 201\n`);

  await expect(lines).toHaveCount(4);
  await expect(lines.last()).toContainText("POST /orders 201");
  await look(page, "real-log");
  await checkPage(page, scripts);
});

test("a shell runs what is typed and ends @commands", async ({ page, scripts }) => {
  const screen = page.locator(".dock-panel:not([hidden]) .xterm-rows");
  await page.goto(POD);
  await ready(page, scripts);

  await page.getByRole("button", { name: "Terminal" }).first().click();
  await expect(page.locator(".dock-tab .status-shape")).toHaveAttribute("data-level", "healthy");
  await expect(screen).toContainText("$");
  await page.keyboard.type("echo heard-$((40 + 2)); id -un\n");
  await expect(screen).toContainText("heard-42");
  await expect(screen).toContainText("nobody");
  await look(page, "real-terminal");
  await checkPage(page, scripts);

  await page.keyboard.type("exit\n");
  await expect(page.locator(".dock")).toContainText("The shell has ended");
});
