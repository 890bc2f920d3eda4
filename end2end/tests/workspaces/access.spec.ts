// Departments, invitations and quotas: as who keeps a workspace sets them, and as others find them.

import { type Page } from "@playwright/test";

import { stranger } from "../../harness/people.ts";
import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

const PASSWORD = "a ladder in the orchard";

async function createWorkspace(page: Page, name: string, scripts: boolean): Promise<void> {
  await page.goto("/workspaces?new=1");
  await ready(page, scripts);
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/workspaces/${name}$`));
}

async function createProject(page: Page, workspace: string, namespace: string, scripts: boolean): Promise<void> {
  await page.goto(`/workspaces/${workspace}?new=1`);
  await ready(page, scripts);
  await page.getByLabel("Namespace").fill(namespace);
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("link", { name: namespace, exact: true })).toBeVisible();
}

async function endWorkspace(page: Page, name: string, namespaces: string[], scripts: boolean): Promise<void> {
  for (const namespace of namespaces) {
    await page.goto(`/workspaces/${name}?project=harbour/${namespace}`);
    await ready(page, scripts);
    await page.getByRole("checkbox", { name: /^Delete the namespace/ }).check();
    await page.getByLabel(`Type ${namespace} to confirm`).fill(namespace);
    await page.getByRole("button", { name: "End the project" }).click();
    await expect(page.getByRole("link", { name: namespace, exact: true })).toHaveCount(0);
  }
  await page.goto(`/workspaces/${name}?tab=settings`);
  await ready(page, scripts);
  await page.getByLabel(`Type ${name} to confirm`).fill(name);
  await page.getByRole("button", { name: "Remove the workspace" }).click();
  await expect(page).toHaveURL(/\/workspaces$/);
}

test("departments hold roles together, by forms", async ({ page, scripts }) => {
  const name = scripts ? "meadows" : "pastures";
  await createWorkspace(page, name, scripts);
  await page.goto(`/workspaces/${name}?tab=departments&department=new`);
  await ready(page, scripts);
  await page.getByLabel("Title").fill("Gardeners");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Gardeners" })).toBeVisible();
  await page.goto(`/workspaces/${name}?tab=departments&department=new`);
  await ready(page, scripts);
  await page.getByLabel("Title").fill("Roses");
  await page.getByLabel("Part of").selectOption({ label: "Gardeners" });
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Roses" })).toBeVisible();

  await page.getByLabel("Person").fill("ada");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByRole("row", { name: /ada.*Take out/ })).toBeVisible();
  await page.getByRole("link", { name: "Gardeners" }).click();
  await expect(page.getByRole("heading", { name: "Gardeners" })).toBeVisible();
  await ready(page, scripts);
  await page.getByLabel("Role", { exact: true }).selectOption({ label: "Workspace viewer" });
  await page.getByRole("button", { name: "Give a role" }).click();
  await expect(page.getByRole("row", { name: /Workspace viewer.*Take/ })).toBeVisible();
  await page.getByRole("link", { name: "Roses" }).click();
  await expect(page.getByRole("row", { name: /Workspace viewer.*by Gardeners/ })).toBeVisible();
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "departments");

  await page.goto(`/workspaces/${name}?tab=members`);
  await ready(page, scripts);
  await expect(page.getByRole("row", { name: /ada.*Workspace viewer.*By department Gardeners/ })).toBeVisible();
  await endWorkspace(page, name, [], scripts);
});

test("a form that was sent empties itself, but for what was typed since @scripts", async ({ page, scripts }) => {
  await createWorkspace(page, "terrace", scripts);
  await page.goto("/workspaces/terrace?tab=members");
  await ready(page, scripts);
  const whom = page.getByLabel("For whom");
  const answered = (name: string) =>
    expect(page.getByRole("row", { name: new RegExp(`${name}.*Take back`) })).toBeVisible();
  await whom.fill("Iris");
  await page.getByRole("button", { name: "Make a link" }).click();
  await answered("Iris");
  await expect(whom).toHaveValue("");

  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await page.route("**", async (route) => {
    if (!route.request().postData()?.includes("Juno")) return route.fallback();
    const response = await route.fetch();
    await held;
    await route.fulfill({ response });
  });
  await whom.fill("Juno");
  await page.getByRole("button", { name: "Make a link" }).click();
  await whom.fill("Kai");
  letGo();
  await answered("Juno");
  await expect(page.getByRole("button", { name: "Make a link" })).toBeEnabled();

  await expect(whom).toHaveValue("Kai");
  await endWorkspace(page, "terrace", [], scripts);
});

test("an invitation is made, taken and used up @scripts", async ({ page, browser, baseURL, scripts }) => {
  await createWorkspace(page, "lawn", scripts);
  await page.goto("/workspaces/lawn?tab=members");
  await ready(page, scripts);
  await page.getByLabel("For whom").fill("Iris, from the other house");
  await page.locator("select[name='invitation[role]']").selectOption({ label: "Workspace viewer" });
  await page.getByRole("button", { name: "Make a link" }).click();
  const link = await page.locator(".secret-link code").textContent();
  await expect(page.getByRole("row", { name: /Iris, from the other house.*Take back/ })).toBeVisible();
  await checkPage(page, scripts);
  await look(page, "invite");

  const theirs = await (await stranger(browser, baseURL)).newPage();
  await theirs.goto(link ?? "");
  await expect(theirs.getByText("ada invites you to workspace lawn")).toBeVisible();
  await checkPage(theirs, true);
  await look(theirs, "invitation");
  await theirs.locator("input[name=name]").fill("ada");
  await theirs.locator("input[name=password]").fill(PASSWORD);
  await theirs.locator("input[name=password_again]").fill(PASSWORD);
  await theirs.getByRole("button", { name: "Accept the invitation" }).click();
  await expect(theirs.getByText("Somebody has this name already.")).toBeVisible();
  await theirs.locator("input[name=name]").fill("iris");
  await theirs.locator("input[name=password]").fill(PASSWORD);
  await theirs.locator("input[name=password_again]").fill(PASSWORD);
  await theirs.getByRole("button", { name: "Accept the invitation" }).click();
  await expect(theirs).toHaveURL(/\/workspaces\/lawn$/);
  await theirs.goto(link ?? "");
  await expect(theirs.getByText("This invitation no longer works")).toBeVisible();
  await theirs.context().close();

  await page.reload();
  await ready(page, scripts);
  await expect(page.getByRole("row", { name: /iris.*Workspace viewer/ })).toBeVisible();
  await expect(page.getByText("Iris, from the other house")).toHaveCount(0);
  await endWorkspace(page, "lawn", [], scripts);
});

test("quotas keep to the workspace's limit and stand in the cluster", async ({ page, allowed, scripts }) => {
  // What the server refuses on purpose.
  allowed.message(/status of 422/);
  const name = scripts ? "terrace" : "balcony";
  const namespace = `${name}-pots`;
  await createWorkspace(page, name, scripts);
  await createProject(page, name, namespace, scripts);
  await page.goto(`/workspaces/${name}?tab=quotas&project=harbour%2F${namespace}`);
  await ready(page, scripts);
  await page.locator("input[name='fields[quota][pods]']").fill("lots");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("must be an amount such as")).toBeVisible();
  await page.locator("input[name='fields[quota][pods]']").fill("10");
  await page.locator("input[name='fields[quota][requests.memory]']").fill("2Gi");
  await page.locator("input[name='fields[defaults][limits.memory]']").fill("64Mi");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("row", { name: new RegExp(`${namespace}.*Memory requested`) })).toBeVisible();

  await page.goto(`/workspaces/${name}?tab=quotas&limit=harbour`);
  await ready(page, scripts);
  await page.locator("input[name='fields[limits][pods]']").fill("5");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("may add up to 5 here")).toBeVisible();
  await page.locator("input[name='fields[limits][pods]']").fill("15");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("10 of 15 given to projects")).toBeVisible();
  await page.getByRole("row", { name: new RegExp(namespace) }).getByRole("button", { name: "Isolate" }).click();
  await expect(page.getByRole("row", { name: new RegExp(`${namespace}.*isolated`) })).toBeVisible();
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "quotas");

  for (const [kind, object] of [["resourcequotas", "orrery"], ["limitranges", "orrery"], ["networkpolicies", "orrery-isolation"]]) {
    await page.goto(`/clusters/harbour/${kind}/${namespace}/${object}`);
    await expect(page.getByRole("heading", { level: 1 })).toContainText(object ?? "");
  }
  await endWorkspace(page, name, [namespace], scripts);
});

test("who can do something is asked by a form", async ({ page, scripts }) => {
  await page.goto("/clusters/harbour/members");
  await ready(page, scripts);
  await page.getByRole("link", { name: "Who can …?" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Who can …?" })).toBeVisible();
  await ready(page, scripts);
  await page.getByLabel("Do", { exact: true }).selectOption("delete");
  await page.getByLabel("To", { exact: true }).fill("pods");
  await page.getByLabel("In namespace").fill("shop");
  await page.getByRole("button", { name: "Ask" }).click();
  await expect(page.getByRole("row", { name: /ada.*Administrator.*allows it too/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /system:masters|ClusterRole/ }).first()).toBeVisible();
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "who-can");
});
