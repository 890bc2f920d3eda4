// Workspaces, members, roles and people: as an administrator keeps them, and as a developer finds them.

import { type Page } from "@playwright/test";

import { signIn, stranger } from "../../harness/people.ts";
import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

const PASSWORD = "a spade behind the shed";

async function createWorkspace(page: Page, name: string, scripts: boolean): Promise<void> {
  await page.goto("/workspaces?new=1");
  await ready(page, scripts);
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Title").fill(`The ${name}`);
  await page.getByRole("checkbox", { name: "meadow" }).uncheck();
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/workspaces/${name}$`));
}

test("a workspace is made, filled and emptied by forms", async ({ page, allowed, scripts }) => {
  // What the server refuses on purpose.
  allowed.message(/status of 422/);
  const name = scripts ? "garden" : "orchard";
  const namespace = `${name}-tools`;
  await createWorkspace(page, name, scripts);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`The ${name}`);

  await page.getByRole("link", { name: "Create a project" }).click();
  await page.getByLabel("Namespace").fill("Not A Name");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByText("may hold only lower-case letters")).toBeVisible();
  await page.getByLabel("Namespace").fill(namespace);
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("link", { name: namespace, exact: true })).toBeVisible();
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "workspace");

  await page.goto(`/workspaces/${name}?tab=members`);
  await ready(page, scripts);
  await expect(page.getByRole("row", { name: /ada.*Workspace administrator/ })).toBeVisible();
  await page.getByLabel("Person").fill("nobody at all");
  await page.getByRole("button", { name: "Add a member" }).click();
  await expect(page.getByText("there is no account of that name")).toBeVisible();
  await checkPage(page, scripts);
  if (scripts) await look(page, "members");

  await page.goto(`/workspaces/${name}?tab=roles&role=new&tier=project`);
  await ready(page, scripts);
  await page.getByLabel("Title").fill("On call");
  await page.getByRole("checkbox", { name: /^Restart, scale/ }).check();
  await page.getByRole("checkbox", { name: /^Read logs/ }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("row", { name: /On call/ })).toBeVisible();
  await page.getByRole("link", { name: "On call" }).click();
  await expect(page.getByRole("checkbox", { name: /^See workloads and pods/ })).toBeChecked();
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "role");

  await page.goto(`/workspaces/${name}?project=harbour/${namespace}`);
  await ready(page, scripts);
  await page.getByRole("checkbox", { name: /^Delete the namespace/ }).check();
  await page.getByLabel(`Type ${namespace} to confirm`).fill(namespace);
  await page.getByRole("button", { name: "End the project" }).click();
  await expect(page.getByText("No projects yet")).toBeVisible();

  await page.goto(`/workspaces/${name}?tab=settings`);
  await ready(page, scripts);
  await page.getByLabel("Title").fill(`Our ${name}`);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Our ${name}`);
  await ready(page, scripts);
  await expect(page.getByLabel("Title")).toHaveValue(`Our ${name}`);
  await page.getByLabel(`Type ${name} to confirm`).fill(name);
  await page.getByRole("button", { name: "Remove the workspace" }).click();
  await expect(page).toHaveURL(/\/workspaces$/);
  await expect(page.getByRole("link", { name: `Our ${name}` })).toHaveCount(0);
});

test("a developer sees their project and loses it @scripts", async ({ page, browser, baseURL, scripts, allowed }) => {
  // What the server refuses on purpose.
  allowed.message(/status of 422/);
  await page.goto("/people?new=1");
  await ready(page, scripts);
  await page.getByLabel("Name", { exact: true }).fill("dora");
  await page.getByLabel("Full name").fill("Dora Day");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  const link = await page.locator(".secret-link code").textContent();
  await checkPage(page, scripts);
  await look(page, "people");

  const theirs = await (await stranger(browser, baseURL)).newPage();
  await theirs.goto(link ?? "");
  await theirs.locator("input[name=password]").fill(PASSWORD);
  await theirs.locator("input[name=password_again]").fill(PASSWORD);
  await theirs.locator("form:has(input[name=password_again]) button").click();
  await expect(theirs).not.toHaveURL(/\/setup/);
  if (new URL(theirs.url()).pathname === "/sign-in") await signIn(theirs, { name: "dora", password: PASSWORD });
  await theirs.goto("/workspaces");
  await expect(theirs.getByText("No workspaces yet")).toBeVisible();

  await page.goto("/clusters/harbour/members/shop");
  await ready(page, scripts);
  await page.getByLabel("Person").fill("dora");
  await page.locator("select[name='fields[role]']").selectOption({ label: "Project editor" });
  await page.getByRole("button", { name: "Add a member" }).click();
  await expect(page.getByRole("row", { name: /dora.*Project editor/i })).toBeVisible();

  await theirs.goto("/clusters/harbour/namespaces");
  await ready(theirs, scripts);
  await expect(theirs.getByRole("main").getByRole("link", { name: "shop", exact: true })).toBeVisible();
  await expect(theirs.getByRole("main").getByRole("link", { name: "kube-system", exact: true })).toHaveCount(0);
  await theirs.goto("/clusters/harbour/deployments/shop/storefront");
  await ready(theirs, scripts);
  // What may be done is a link; what may not is a button that says why.
  await expect(theirs.getByRole("link", { name: "Restart", exact: true })).toBeVisible();

  await page.goto("/clusters/harbour/members/shop?member=dora");
  await ready(page, scripts);
  await page.getByLabel("Until").fill("2020-01-01T00:00");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("this is over already")).toBeVisible();
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "member");
  await page.getByLabel("Until").fill("2030-12-24T18:00");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("row", { name: /dora.*Project editor.*until/i })).toBeVisible();
  await page.goto("/clusters/harbour/members/shop?member=dora");
  await ready(page, scripts);
  await expect(page.getByLabel("Until")).toHaveValue("2030-12-24T18:00");
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page.getByRole("row", { name: /dora/i })).toHaveCount(0);
  await expect(theirs.getByText("You may not do this").first()).toBeVisible({ timeout: 10_000 });

  await page.goto("/audit?person=ada&action=set+member");
  await ready(page, scripts);
  await expect(page.getByRole("row", { name: /set member.*dora/ }).first()).toBeVisible();
  await checkPage(page, scripts);
  await look(page, "audit");
  await page.goto("/people/dora");
  await ready(page, scripts);
  await checkPage(page, scripts);
  await look(page, "person");
  await page.getByRole("button", { name: "Disable" }).click();
  await expect(page.getByText("disabled", { exact: true })).toBeVisible();
  await theirs.reload();
  await expect(theirs).toHaveURL(/\/sign-in/);
  await theirs.context().close();
});
