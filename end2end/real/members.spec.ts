// A workspace with a project, and a member of that project: what they see and may do, in the console and by the cluster's own
// RBAC, and the end of it while they look.

import { readFileSync } from "node:fs";
import { dirname, join as joined } from "node:path";

import { act } from "../harness/actions.ts";
import { Cluster, CLUSTER, type Impersonated, kubeconfig } from "../harness/cluster.ts";
import { join, stranger } from "../harness/people.ts";
import { checkPage, expect, look, ready, test } from "../harness/test.ts";

const WORKSPACE = "real-garden";
const PROJECT = "real-garden-beds";
/** Where the member has no rights. */
const ELSEWHERE = "real-elsewhere";
const MIRA = { name: "mira", password: "a compass in the drawer" };
/** What the API server writes down of each request, by `xtask/src/peers/kubernetes/control_plane.rs`. */
const AUDIT = joined(dirname(kubeconfig()), "audit.log");

const cluster = new Cluster();

const deployments = (namespace: string): string => `/apis/apps/v1/namespaces/${namespace}/deployments`;

function deployment(name: string): object {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: "main", image: "nginx:1.27" }] } };
  const spec = { replicas: 1, selector: { matchLabels: labels }, template };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name }, spec };
}

/** As whom the API server was asked to scale a deployment, by its own audit log. */
async function impersonated(name: string): Promise<Impersonated> {
  interface Line {
    verb: string;
    objectRef?: { namespace?: string; name?: string };
    impersonatedUser?: { username: string; groups: string[] };
  }
  let found: Line | undefined;
  await expect(() => {
    const lines = readFileSync(AUDIT, "utf8").split("\n").filter((line) => line.includes(`"${name}"`));
    const isChange = ({ verb, objectRef }: Line): boolean =>
      verb === "patch" && objectRef?.namespace === PROJECT && objectRef.name === name;
    found = lines.map((line) => JSON.parse(line) as Line).findLast((line) => isChange(line) && line.impersonatedUser);
    expect(found).toBeDefined();
  }).toPass();
  return { user: found!.impersonatedUser!.username, groups: found!.impersonatedUser!.groups };
}

test.beforeAll(async () => {
  await cluster.end(PROJECT);
  await cluster.namespace(ELSEWHERE);
});
test.afterAll(async () => {
  await cluster.end(PROJECT);
  await cluster.end(ELSEWHERE);
});

test("a member sees their project and nothing else, as the cluster does, until they are no member", async ({ page, browser, baseURL, scripts }) => {
  const context = await stranger(browser, baseURL);
  const theirs = await context.newPage();
  const main = theirs.getByRole("main");
  const visit = async (address: string): Promise<void> => {
    await theirs.goto(address);
    await ready(theirs, scripts);
  };
  let mira: Impersonated;

  await test.step("a workspace and a project are made, and a member of the project", async () => {
    await page.goto("/workspaces?new=1");
    await ready(page, scripts);
    await page.getByLabel("Name", { exact: true }).fill(WORKSPACE);
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`/workspaces/${WORKSPACE}$`));
    await page.goto(`/workspaces/${WORKSPACE}?new=1`);
    await ready(page, scripts);
    await page.getByLabel("Namespace").fill(PROJECT);
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await expect(page.getByRole("link", { name: PROJECT, exact: true })).toBeVisible();
    await checkPage(page, scripts);
    expect((await cluster.get(`/api/v1/namespaces/${PROJECT}`)).metadata.labels["orrery.dev/workspace"]).toBe(WORKSPACE);

    await cluster.create(deployments(PROJECT), deployment("real-rose"));
    await cluster.create(deployments(ELSEWHERE), deployment("real-nettle"));
    await join(theirs, MIRA);
    await page.goto(`/clusters/${CLUSTER}/members/${PROJECT}`);
    await ready(page, scripts);
    await page.getByLabel("Person").fill(MIRA.name);
    await page.locator("select[name='fields[role]']").selectOption({ label: "Project editor" });
    await page.getByRole("button", { name: "Add a member" }).click();
    await expect(page.getByRole("row", { name: /mira.*Project editor/i })).toBeVisible();
  });

  await test.step("in lists, counts and search", async () => {
    await visit(`/clusters/${CLUSTER}/namespaces`);
    await expect(main.locator("tbody tr")).toHaveCount(1);
    await expect(main.getByRole("link", { name: PROJECT, exact: true })).toBeVisible();
    await visit(`/clusters/${CLUSTER}/pods`);
    await expect(main.locator("tbody tr")).toHaveCount(1);
    await expect(main.locator("tbody tr")).toContainText("Running");
    await checkPage(theirs, scripts);
    await visit(`/clusters/${CLUSTER}`);
    for (const kind of ["Namespaces", "Deployments", "Pods"]) {
      await expect(main.locator(".counts li").filter({ hasText: kind })).toHaveText(`${kind}1`);
    }
    await look(theirs, "real-member");
    await checkPage(theirs, scripts);
    await visit("/search?q=real-");
    await expect(main).toContainText("real-rose");
    await expect(main).not.toContainText("real-nettle");
    await visit("/search?q=real-nettle");
    await expect(main).toContainText("Nothing matches");
  });

  await test.step("and may change it, as the cluster's own RBAC says", async () => {
    await visit(`/clusters/${CLUSTER}/deployments/${PROJECT}/real-rose`);
    await act(theirs, "Scale", (dialog) => dialog.getByRole("spinbutton", { name: "Replicas" }).fill("2"));
    const readyReplicas = async () => (await cluster.get(`${deployments(PROJECT)}/real-rose`)).status.readyReplicas;
    await expect.poll(readyReplicas).toBe(2);
    mira = await impersonated("real-rose");
    const may = (verb: string, resource: string, namespace?: string, group = "") =>
      cluster.allows(mira, { verb, resource, namespace, group });
    expect(await may("patch", "deployments", PROJECT, "apps")).toBe(true);
    expect(await may("get", "pods", PROJECT)).toBe(true);
    expect(await may("get", "pods", ELSEWHERE)).toBe(false);
    expect(await may("list", "pods")).toBe(false);
    expect(await may("patch", "deployments", ELSEWHERE, "apps")).toBe(false);
    expect(await may("create", "rolebindings", PROJECT, "rbac.authorization.k8s.io")).toBe(false);
    expect(await may("delete", "nodes")).toBe(false);
  });

  await test.step("until the right is taken away while a log is followed", async () => {
    const [pod] = (await cluster.get(`/api/v1/namespaces/${PROJECT}/pods`)).items;
    await visit(`/clusters/${CLUSTER}/pods/${PROJECT}/${pod.metadata.name}?tab=logs`);
    await expect(theirs.locator(".log-line").first()).toBeVisible();
    await page.goto(`/clusters/${CLUSTER}/members/${PROJECT}?member=${MIRA.name}`);
    await ready(page, scripts);
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await expect(page.getByRole("row", { name: /mira/i })).toHaveCount(0);

    await expect(main.getByText("You may not do this").first()).toBeVisible();
    await look(theirs, "real-log-ended");
    await checkPage(theirs, scripts);
    await expect.poll(() => cluster.allows(mira, { verb: "get", resource: "pods", namespace: PROJECT })).toBe(false);
    await visit(`/clusters/${CLUSTER}/namespaces`);
    await expect(main).not.toContainText(PROJECT);
    await context.close();
  });

  await test.step("the project and the workspace end", async () => {
    await page.goto(`/workspaces/${WORKSPACE}?project=${CLUSTER}/${PROJECT}`);
    await ready(page, scripts);
    await page.getByRole("checkbox", { name: /^Delete the namespace/ }).check();
    await page.getByLabel(`Type ${PROJECT} to confirm`).fill(PROJECT);
    await page.getByRole("button", { name: "End the project" }).click();
    await expect(page.getByText("No projects yet")).toBeVisible();
    await cluster.gone(`/api/v1/namespaces/${PROJECT}`);
    await page.goto(`/workspaces/${WORKSPACE}?tab=settings`);
    await ready(page, scripts);
    await page.getByLabel(`Type ${WORKSPACE} to confirm`).fill(WORKSPACE);
    await page.getByRole("button", { name: "Remove the workspace" }).click();
    await expect(page).toHaveURL(/\/workspaces$/);
  });
});
