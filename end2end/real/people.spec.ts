// The story of access: somebody of a directory and somebody of an OpenID provider are invited to a project with a quota, see that
// and nothing else wherever they look, and lose it while they look.

import { readFileSync } from "node:fs";

import { type Browser, type Page } from "@playwright/test";

import { act } from "../harness/actions.ts";
import { Cluster, CLUSTER } from "../harness/cluster.ts";
import { Kubectl } from "../harness/kubectl.ts";
import { signIn, stranger } from "../harness/people.ts";
import { checkPage, expect, look, ready, test } from "../harness/test.ts";

const [LDAP, LDAP_AUTHORITY, OPENID] = ["ORRERY_PEER_LDAPS", "ORRERY_PEER_LDAP_AUTHORITY", "ORRERY_PEER_OPENID"].map(
  (name) => process.env[name],
);

const WORKSPACE = "real-orchard";
const PROJECT = "real-orchard-trees";
/** Where nobody of the two has rights. */
const ELSEWHERE = "real-moor";
/** How many pods the project may have. */
const PODS = 3;
/** Somebody of the directory, by `xtask/src/peers/ldap.rs`. */
const GRACE = { name: "grace", password: "harbour" };
/** At the provider everybody is who they say. */
const OLGA = "olga";

const cluster = new Cluster();
const pods = (namespace: string): string => `/api/v1/namespaces/${namespace}/pods`;

/** A deployment, and a policy that lets pods of every namespace come to it, so that others could be told about. */
async function grow(namespace: string, name: string): Promise<void> {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: "main", image: "nginx:1.27" }] } };
  const spec = { replicas: 1, selector: { matchLabels: labels }, template };
  await cluster.create(`/apis/apps/v1/namespaces/${namespace}/deployments`, { apiVersion: "apps/v1", kind: "Deployment", metadata: { name }, spec });
  await cluster.create(`/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`, {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name },
    spec: { podSelector: { matchLabels: labels }, ingress: [{ from: [{ namespaceSelector: {} }] }] },
  });
}

async function visit(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await ready(page, true);
}

/** A browser of somebody who has never been here. */
async function newcomer(browser: Browser, baseURL: string | undefined): Promise<Page> {
  const context = await stranger(browser, baseURL);
  // The provider's pages wait for a font from elsewhere.
  await context.route((url) => url.hostname !== "127.0.0.1", (route) => route.abort());
  return context.newPage();
}

/** Takes the role away that somebody has in the project. */
async function remove(page: Page, name: string): Promise<void> {
  await visit(page, `/clusters/${CLUSTER}/members/${PROJECT}?member=${name}`);
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page.getByRole("row", { name: new RegExp(name, "i") })).toHaveCount(0);
}

test.describe.configure({ mode: "serial" });
test.skip(LDAP === undefined || OPENID === undefined, "a directory and an OpenID provider are not both there");

let grace: Page;
let olga: Page;
let kubectl: Kubectl;

test.beforeAll(async ({ browser, baseURL }) => {
  await cluster.end(PROJECT);
  await cluster.namespace(ELSEWHERE);
  [grace, olga] = [await newcomer(browser, baseURL), await newcomer(browser, baseURL)];
  kubectl = await Kubectl.before(baseURL ?? "");
});
test.afterAll(async () => {
  await kubectl.stop();
  await Promise.all([grace, olga].map((page) => page.context().close()));
  await cluster.end(PROJECT);
  await cluster.end(ELSEWHERE);
});

test("two people of other systems are invited to a project with a quota", async ({ page }) => {
  await test.step("the systems are connected", async () => {
    await visit(page, "/settings/providers/new/directory");
    const directory = {
      name: "Staff",
      address: LDAP!,
      people_base: "ou=people,dc=example,dc=org",
      groups_base: "ou=groups,dc=example,dc=org",
      bind_name: "cn=service,dc=example,dc=org",
    };
    for (const [name, value] of Object.entries(directory)) await page.locator(`input[name=${name}]`).fill(value);
    await page.locator("textarea[name=authority]").fill(readFileSync(LDAP_AUTHORITY!, "utf8"));
    await page.locator("input[name=secret]").fill("service secret");
    await page.getByRole("button", { name: "Test connection" }).click();
    await expect(page.locator(".trial")).toContainText(/(person|people) found, such as/);
    await ready(page, true);
    await checkPage(page, true);
    await page.locator("input[name=secret]").fill("service secret");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.locator(".banner")).toContainText("Saved.");

    await visit(page, "/settings/providers/new/openid");
    const provider = { name: "Company", issuer: OPENID!, client_id: "orrery", secret: "a secret between the two" };
    for (const [name, value] of Object.entries(provider)) await page.locator(`input[name=${name}]`).fill(value);
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.locator(".banner")).toContainText("Saved.");
  });

  await test.step("a workspace, a project and its quota are made", async () => {
    await visit(page, "/workspaces?new=1");
    await page.getByLabel("Name", { exact: true }).fill(WORKSPACE);
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`/workspaces/${WORKSPACE}$`));
    await visit(page, `/workspaces/${WORKSPACE}?new=1`);
    await page.getByLabel("Namespace").fill(PROJECT);
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await expect(page.getByRole("link", { name: PROJECT, exact: true })).toBeVisible();
    await visit(page, `/workspaces/${WORKSPACE}?tab=quotas&project=${CLUSTER}%2F${PROJECT}`);
    await page.locator("input[name='fields[quota][pods]']").fill(String(PODS));
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("row", { name: new RegExp(`${PROJECT}.*Pods`) })).toBeVisible();
    const quota = await cluster.get(`/api/v1/namespaces/${PROJECT}/resourcequotas/orrery`);
    expect(quota.spec.hard.pods).toBe(String(PODS));
    await grow(PROJECT, "real-apple");
    await grow(ELSEWHERE, "real-heather");
  });

  const invite = async (name: string): Promise<string> => {
    await visit(page, `/clusters/${CLUSTER}/members/${PROJECT}`);
    await page.getByLabel("For whom").fill(name);
    await page.locator("select[name='invitation[role]']").selectOption({ label: "Project editor" });
    await page.getByRole("button", { name: "Make a link" }).click();
    await expect(page.getByRole("row", { name: new RegExp(`${name}.*Take back`) })).toBeVisible();
    return (await page.locator(".secret-link code").textContent()) ?? "";
  };
  const accept = async (theirs: Page, name: string): Promise<void> => {
    await theirs.getByRole("button", { name: `Accept as ${name}` }).click();
    await expect(theirs).not.toHaveURL(/invitation/);
    await visit(page, `/clusters/${CLUSTER}/members/${PROJECT}`);
    await expect(page.getByRole("row", { name: new RegExp(`${name}.*Project editor`, "i") }).first()).toBeVisible();
  };

  await test.step("somebody of the directory accepts", async () => {
    await visit(grace, await invite(GRACE.name));
    await grace.getByRole("link", { name: "Sign in first" }).click();
    await expect(grace).toHaveURL(/\/sign-in/);
    await signIn(grace, GRACE);
    await expect(grace).toHaveURL(/\/invitation/);
    await accept(grace, GRACE.name);
  });

  await test.step("and somebody of the provider", async () => {
    await visit(olga, await invite(OLGA));
    await olga.getByRole("link", { name: "Sign in first" }).click();
    await olga.getByRole("link", { name: "Continue with Company" }).click();
    await olga.locator("input[name=login]").fill(OLGA);
    await olga.locator("input[name=password]").fill("anything");
    await olga.getByRole("button", { name: "Sign-in" }).click();
    // What the provider asks about the console.
    await olga.getByRole("button", { name: "Continue" }).click();
    await expect(olga).toHaveURL(/\/invitation/);
    await accept(olga, OLGA);
  });
});

for (const name of [GRACE.name, OLGA]) {
  test(`${name} sees that project and nothing else`, async () => {
    const page = name === OLGA ? olga : grace;
    const main = page.getByRole("main");
    const nothingElse = () => Promise.all([ELSEWHERE, "real-heather"].map((word) => expect(page.locator("body")).not.toContainText(word)));

    await test.step("in lists", async () => {
      for (const kind of ["namespaces", "pods", "deployments", "networkpolicies"]) {
        await visit(page, `/clusters/${CLUSTER}/${kind}`);
        await expect(main.locator("tbody tr").first()).toBeVisible();
        await nothingElse();
        await expect(main.getByRole("row", { name: /real-(apple|orchard-trees)/ })).toHaveCount(await main.locator("tbody tr").count());
      }
    });
    await test.step("in counts", async () => {
      await visit(page, `/clusters/${CLUSTER}`);
      for (const kind of ["Namespaces", "Deployments", "Pods"]) {
        await expect(main.locator(".counts li").filter({ hasText: kind })).toHaveText(`${kind}1`);
      }
      await checkPage(page, true);
    });
    await test.step("in search", async () => {
      await visit(page, "/search?q=real-");
      await expect(main).toContainText("real-apple");
      await nothingElse();
      await visit(page, "/search?q=heather");
      await expect(main).toContainText("Nothing matches");
    });
    await test.step("in what hangs together", async () => {
      await visit(page, `/clusters/${CLUSTER}/deployments/${PROJECT}/real-apple`);
      await expect(main.getByRole("link", { name: /^real-apple-/ }).first()).toBeVisible();
      await nothingElse();
      await visit(page, `/clusters/${CLUSTER}/deployments/${PROJECT}/real-apple?tab=traffic`);
      await expect(main.getByRole("region", { name: "May reach them" })).toBeVisible();
      await nothingElse();
      await look(page, `real-${name}`);
      for (const tab of ["", "?tab=traffic", "?tab=yaml"]) {
        await visit(page, `/clusters/${CLUSTER}/deployments/${ELSEWHERE}/real-heather${tab}`);
        await expect(main).toContainText("You may not do this");
      }
    });
    await test.step("and with kubectl", async () => {
      const token = await tokenOf(page);
      const ask = (...words: string[]) => kubectl.run(CLUSTER, token, ...words);
      const names = await ask("get", "namespaces", "--output=name");
      expect(names.text.trim()).toBe(`namespace/${PROJECT}`);
      const own = await ask("get", "pods", `--namespace=${PROJECT}`, "--output=name");
      expect(own.text).toMatch(/^pod\/real-apple-\S+\n$/);
      for (const words of [
        ["get", "pods", `--namespace=${ELSEWHERE}`],
        ["get", "pods", "--all-namespaces"],
        ["get", `namespace/${ELSEWHERE}`],
        ["delete", "deployment/real-heather", `--namespace=${ELSEWHERE}`],
      ]) {
        const { succeeded, text } = await ask(...words);
        expect(succeeded, `${words.join(" ")}: ${text}`).toBe(false);
        expect(text).toContain("Forbidden");
        expect(text).not.toContain("real-heather-");
      }
    });
  });
}

test("the quota holds for what they do", async () => {
  await visit(grace, `/clusters/${CLUSTER}/deployments/${PROJECT}/real-apple`);
  await act(grace, "Scale", (dialog) => dialog.getByRole("spinbutton", { name: "Replicas" }).fill(String(PODS + 2)));
  await expect.poll(async () => (await cluster.get(pods(PROJECT))).items.length).toBe(PODS);
  await visit(grace, `/clusters/${CLUSTER}/deployments/${PROJECT}/real-apple?tab=events`);
  await expect(grace.getByRole("main")).toContainText("exceeded quota");
  await visit(grace, `/clusters/${CLUSTER}/resourcequotas/${PROJECT}/orrery`);
  await expect(grace.getByRole("main")).toContainText(String(PODS));
  await checkPage(grace, true);
});

test("a right that is taken away ends what kubectl follows, and says so", async ({ page }) => {
  const token = await tokenOf(olga);
  const [pod] = (await cluster.get(pods(PROJECT))).items;
  const followed = kubectl.start(CLUSTER, token, "logs", "--follow", `--namespace=${PROJECT}`, pod.metadata.name);
  const watched = kubectl.start(CLUSTER, token, "get", "pods", "--watch", `--namespace=${PROJECT}`);
  await expect.poll(() => followed.text()).toContain("GET / 200");
  await expect.poll(() => watched.text()).toContain(pod.metadata.name);
  await visit(olga, `/clusters/${CLUSTER}/pods/${PROJECT}/${pod.metadata.name}?tab=logs`);
  await expect(olga.locator(".log-line").first()).toBeVisible();

  await remove(page, OLGA);

  await expect(olga.getByRole("main").getByText("You may not do this").first()).toBeVisible();
  for (const running of [followed, watched]) {
    await expect.poll(() => running.hasEnded(), { message: running.text() }).toBe(true);
    expect(running.text()).toMatch(/right|may not|forbidden/i);
    running.stop();
  }
  // It was the only one in this cluster.
  const { text } = await kubectl.run(CLUSTER, token, "get", "pods", `--namespace=${PROJECT}`);
  expect(text).toContain("does not exist, or you may not see it");
  await visit(olga, `/clusters/${CLUSTER}/namespaces`);
  await expect(olga.locator("body")).not.toContainText(PROJECT);
});

test("a right that is taken away ends an open terminal and a log, and both say why @commands", async ({ page }) => {
  const main = grace.getByRole("main");
  const dock = grace.locator(".dock");
  const [pod] = (await cluster.get(pods(PROJECT))).items;
  await visit(grace, `/clusters/${CLUSTER}/pods/${PROJECT}/${pod.metadata.name}`);
  await grace.getByRole("button", { name: "Terminal" }).first().click();
  const screen = grace.locator(".dock-panel:not([hidden]) .xterm-rows");
  await expect(screen).toContainText("$");
  await grace.keyboard.type("echo heard-$((40 + 2))\n");
  await expect(screen).toContainText("heard-42");
  await grace.locator(".tabs").getByRole("link", { name: /^Logs/ }).click();
  await expect(grace.locator(".log-line").first()).toBeVisible();

  await remove(page, GRACE.name);

  await expect(main.getByText("You may not do this").first()).toBeVisible();
  await expect(dock.getByText("You may not do this").first()).toBeVisible();
  await expect(grace.locator(".dock-tab .status-shape")).toHaveAttribute("data-level", "inactive");
  await look(grace, "real-right-gone");
  await checkPage(grace, true);
  await visit(grace, "/");
  await expect(main).not.toContainText(CLUSTER);
  await visit(grace, `/clusters/${CLUSTER}/pods`);
  await expect(main).not.toContainText("real-apple");
});

/** A token that somebody makes for a program of theirs. */
async function tokenOf(page: Page): Promise<string> {
  await visit(page, "/account?tab=tokens");
  await page.locator("input[name=name]").fill("kubectl");
  await page.locator("select[name=scope]").selectOption("full");
  await page.getByRole("button", { name: "Make token" }).click();
  return page.locator(".shown-once code").innerText();
}
